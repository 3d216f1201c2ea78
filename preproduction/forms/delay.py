from django import forms

from preproduction.forms.version import LARGEST
from preproduction.models import Order
from studio.fields import LineFormField, PlainText


class DelayForm(forms.Form):
    """Why an order is late at its present status.  `stay` is the one that its page showed."""

    reason = LineFormField(
        label="Reason",
        required=False,
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "The lab waits for paper"}),
        help_text="Goes into Status Notes with the next status change. Leave it empty to take it away.",
    )
    stay = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)

    def __init__(self, *args, order: Order, **kwargs):
        super().__init__(*args, initial={"reason": order.delay_reason, "stay": order.stay_id}, **kwargs)
