from collections.abc import Mapping
from typing import Any

from django import forms

from preproduction.forms.choices import LoadedChoiceField, Offered
from preproduction.forms.version import LARGEST
from preproduction.models import Order
from studio.fields import LineFormField, PlainText


class DelayForm(forms.Form):
    """Why an order is late at its present status.  `stay` is the one that its page showed."""

    late_reason = LoadedChoiceField(label="Late Reason", required=False)
    reason = LineFormField(
        label="Reason",
        required=False,
        max_length=200,
        validators=[PlainText()],
        widget=forms.TextInput(attrs={"placeholder": "The lab waits for paper"}),
        help_text="In words. Goes into Status Notes with the next status change. Leave it empty to take it away.",
    )
    stay = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST)

    def __init__(self, *args, order: Order, set_up: Mapping[str, Any], **kwargs):
        said = {"reason": order.delay_reason, "late_reason": order.late_reason, "stay": order.stay_id}
        super().__init__(*args, initial=said, **kwargs)
        offered = Offered(set_up)
        reasons = offered.late_reasons_for(order)
        if reasons:
            self.fields["late_reason"].offer(
                reasons, offered.late_reason_options_for(order, empty="None of these")
            )
        else:  # the studio has not made any
            del self.fields["late_reason"]
        first = "late_reason" if reasons else "reason"
        self.fields[first].widget.attrs["autofocus"] = True
