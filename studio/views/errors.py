from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.shortcuts import render


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def csrf_failure(request, reason=""):
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


def server_error(request):
    return render(request, "500.html", status=500)
