from django import forms

from preproduction.forms.version import VersionForm
from studio.fields import PlainText


class HoldForm(VersionForm):
    reason = forms.CharField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "Client is away until May"}),
    )
