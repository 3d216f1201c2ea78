from django.http import FileResponse, Http404
from django.urls import reverse
from django.views.decorators.http import require_safe

from studio import access
from studio.forms.preferences import PreferencesForm
from studio.models import CompanyPreferences
from studio.views.lists import edit_record


@access.requires("set_preferences")
def preferences(request):
    return edit_record(
        request,
        PreferencesForm,
        CompanyPreferences.load(),
        template="studio/preferences.html",
        back=reverse("studio:preferences"),
    )


@require_safe
@access.requires("see_work")
def logo(request):
    """Serve the logo: a PNG we drew ourselves (studio.logo), to people signed in."""
    stored = request.preferences.logo
    try:
        content = stored.open("rb")
    except (ValueError, FileNotFoundError):  # none, or its file is gone
        raise Http404 from None
    response = FileResponse(content, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400"
    return response
