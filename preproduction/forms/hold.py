from django import forms

from preproduction.forms.version import LARGEST, VersionForm
from studio.fields import LineFormField, PlainText


class HoldForm(VersionForm):
    reason = LineFormField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "Client is away until May"}),
    )


class GrantHoldForm(VersionForm):
    """Yes to the request for a hold that the page showed."""

    request = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)


class DeclineHoldForm(forms.Form):
    """No to the request for a hold that the page showed."""

    answer = LineFormField(
        label="Why not",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "The lab has begun already"}),
    )
    request = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)
