from django.urls import reverse

from studio import access
from studio.views.lists import edit_record
from triggers.forms.preferences import MessagePreferencesForm
from triggers.models import MessagePreferences


@access.requires("set_preferences")
def message_preferences(request):
    """What holds for every message of every trigger."""
    address = reverse("triggers:message_preferences")
    return edit_record(
        request,
        MessagePreferencesForm,
        MessagePreferences.load(),
        template="triggers/message_preferences.html",
        back=address,
    )
