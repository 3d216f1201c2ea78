from django import forms

from studio.models import CompanyPreferences, time_zones


class ZoneForm(forms.Form):
    """Which time zone the studio is in.  `seen` is the one that the page showed."""

    time_zone = forms.ChoiceField(
        label="Time Zone",
        choices=time_zones,
        help_text="Says what “today” is: due dates, overdue and the hours of messages follow it.",
    )
    seen = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def __init__(self, data=None):
        stored = CompanyPreferences.load().time_zone
        super().__init__(data, initial={"time_zone": stored, "seen": stored})
