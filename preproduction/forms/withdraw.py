from django import forms

from preproduction.forms.version import VersionForm
from studio.fields import LineFormField, PlainText


class WithdrawForm(VersionForm):
    reason = LineFormField(
        label="Reason",
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "Made twice for the same session"}),
    )
