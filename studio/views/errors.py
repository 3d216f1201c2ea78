import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from studio import outages
from studio.kept_forms import answers

SHORTLY = "30"  # seconds


def bad_request(request, exception=None):
    if outage := outages.outage_of(exception):  # a session that could not be saved
        return unavailable(request, outage, exception)
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
    if answer := answers.of_an_old_page(request, reason):
        return answer
    return render(request, "403.html", {"form_expired": True}, status=403)


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def method_not_allowed(request, methods):
    """Answer 405.  methods: those that the address does understand."""
    response = render(request, "405.html", status=405)
    response["Allow"] = ", ".join(methods)
    return response


def form_does_not_belong_here(request, reason):
    context = {"heading": "This form does not belong here", "reason": reason}
    return render(request, "409.html", context, status=409)


def unavailable(request, outage, error):
    """Answer 503 with the reason, and write one line.  Asks nothing of the database, which may be what is away."""
    outages.log(outage, error)
    words = {"outage": outage, "request": request, "preferences": getattr(request, "preferences", None)}
    response = HttpResponse(render_to_string("503.html", words), status=503, headers={"Retry-After": SHORTLY})
    response._has_been_logged = True  # else Django would write the traceback
    return response


def server_error(request):
    error = sys.exc_info()[1]
    if outage := outages.outage_of(error):
        return unavailable(request, outage, error)
    return render(request, "500.html", status=500)
