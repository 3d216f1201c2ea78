from django import forms
from django.utils import timezone

from studio.fields import DayField


class AsKnownForm(forms.Form):
    """The past day of which Overdue is asked."""

    on = DayField(label="As known on", required=False)

    def __init__(self, data):
        super().__init__(data)
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("That day has not come yet.")
        return day
