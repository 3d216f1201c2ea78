"""Forms about an order that change only what their user has seen.  Each carries the order's version."""

from django import forms

from preproduction.models import Order

LARGEST = 2**31 - 1


class VersionForm(forms.Form):
    """`expected` goes to the operation, which refuses where a colleague was quicker."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST)

    def __init__(self, *args, order: Order, **kwargs):
        kwargs["initial"] = {"expected": order.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self):
        if self.errors.get("expected"):
            self.add_error(None, "This form did not come back whole. Nothing was changed; open it again.")
        return super().clean()

    def see_again(self, order: Order) -> None:
        """Let the page show what was typed, as an answer to the order as it is now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("expected")] = str(order.version)
