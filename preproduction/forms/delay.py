from django import forms

from studio.fields import PlainText


class DelayForm(forms.Form):
    """Why an order is late."""

    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "The lab waits for paper"}),
        help_text="Goes into Status Notes with the next status change. Leave it empty to take it away.",
    )
