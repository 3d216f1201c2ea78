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
