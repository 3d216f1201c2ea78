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
        ticked = self._ticked()
        found = Order.objects.for_table().in_bulk(ticked)
        return [
            (found[key], version or found[key].version) for key, version in ticked.items() if key in found
        ]

    def withdrawn(self) -> list[Order]:
        """Return those that were ticked and have been withdrawn since.  One query."""
        return list(Order.with_withdrawn.filter(pk__in=self._ticked()).exclude(withdrawn_on=None))

    def _ticked(self) -> dict[int, int]:
        """Return versions by key; 0 where the page said none."""
        values = self.cleaned_data["order"][:MOST_ORDERS] if self.is_valid() else []
        pairs = (_TICKED.fullmatch(value).groups(default="0") for value in values)
        return {int(key): int(version) for key, version in pairs}
