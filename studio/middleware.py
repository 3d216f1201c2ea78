from django.http import HttpResponse
from django.utils import timezone

from studio.models import CompanyPreferences


class StudioTimeZoneMiddleware:
    """Put the studio's preferences on the request, and its time zone in force: all "today" is the studio's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.preferences = CompanyPreferences.load()
        with timezone.override(request.preferences.zone):
            return self.get_response(request)


class DialogMiddleware:
    """Let a form shown in a dialog leave it: a redirect moves the whole window, not the dialog's content.

    The dialog's script (static/js/dialog.js) sends X-Dialog; htmx would otherwise fetch the next page into the dialog,
    and the messages meant for that page would be lost.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.headers.get("X-Dialog") and response.status_code in (301, 302, 303):
            moved = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
            moved.cookies = response.cookies
            return moved
        return response
