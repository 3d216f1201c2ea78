import re

from django import forms

from preproduction.models import Order

MOST_ORDERS = 500
_TICKED = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,9}))?", re.ASCII)


class TickedOrdersForm(forms.Form):
    """Orders ticked in a list: `order` repeated, a key, or "key-version" as the page knew them.

    matching: the query of a list in whose place all of its orders are meant, not only those of one page.
    """

    order = forms.MultipleChoiceField(required=False)
    matching = forms.CharField(required=False, max_length=4000, empty_value=None)

    def __init__(self, data):
        super().__init__(data)
        # What looks like a key is a choice; which orders there are is asked once, below.
        self.fields["order"].valid_value = lambda value: bool(_TICKED.fullmatch(value))

    @property
    def all_of(self) -> str | None:
        """Return the query of the list all of whose orders are meant, which may be an empty one; None for the ticked."""
        asked = self.cleaned_data.get("matching") if self.is_valid() else None
        return asked.removeprefix("?") if asked else None

    def orders(self) -> list[tuple[Order, int]]:
        """Return the orders there still are, as they were ticked, each with the version the page knew of."""
        if not self.is_valid():
            return []
        ticked = dict(_TICKED.fullmatch(value).groups() for value in self.cleaned_data["order"][:MOST_ORDERS])
        found = Order.objects.for_table().in_bulk([int(key) for key in ticked])
        known = ((found.get(int(key)), version) for key, version in ticked.items())
        return [(order, int(version or order.version)) for order, version in known if order]
