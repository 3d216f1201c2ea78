"""Advance Status for many orders at once: a row for each, with corrections, and values set in all of them."""

from collections.abc import Iterable

from django import forms

from preproduction.forms.advance import AdvanceFields
from preproduction.forms.choices import LoadedChoiceField, Offered
from preproduction.models import Order
from studio.fields import DayField, NotesFormField
from studio.models import User

MOST_ORDERS = 200
# What can be set in all ticked rows.
SETTABLE = ("to", "completed_on", "due_date", "department", "assigned_user", "late_reason", "note")
# A change of these is followed by the due date, the owner or what is sent.
RECOUNTED = ("to", "completed_on", "department", "assigned_user")


class AdvanceRowForm(AdvanceFields):
    """One order among many.

    send_shown: whether the row showed something to send, so that an unticked box can be told from no box.
    """

    include = forms.BooleanField(required=False, initial=True)
    send = forms.BooleanField(required=False, initial=True)
    send_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # What has gone out before; sent only where somebody ticks it.
    again = forms.BooleanField(required=False)

    def __init__(self, data=None, *, order: Order, **options):
        super().__init__(data, order=order, prefix=f"row-{order.pk}", **options)
        self.fields["note"].widget = forms.TextInput(attrs={"maxlength": 2000})
        # For static/js/selection.js: tick all, and Shift for those between.
        tick = {"aria-label": f"Advance {order}", "data-select-row": "", "form": "advance-many-form"}
        self.fields["include"].widget.attrs |= tick
        for name in filter(self.fields.__contains__, SETTABLE):
            attrs = self.fields[name].widget.attrs
            attrs["aria-label"] = f"{self.fields[name].label}, {order}"
            attrs["class"] = "control-small" + (" advance-recount" if name in RECOUNTED else "")

    @property
    def is_included(self) -> bool:
        return bool(self["include"].value())

    def clean(self):
        cleaned = super().clean()
        # Half a date arrives as an empty one; static/js/whole_dates.js tells the two apart.
        unreadable = self.data.getlist("unreadable") if hasattr(self.data, "getlist") else ()
        for name in ("completed_on", "due_date"):
            if self.add_prefix(name) in unreadable and name not in self.errors:
                self.add_error(name, "Enter a whole date.")
        return cleaned

    @property
    def send_is_ticked(self) -> bool:
        """Whether the box beside what is sent has its tick: it has until somebody takes it away."""
        return not self["send_shown"].value() or bool(self["send"].value())


class SetForAllForm(forms.Form):
    """Values for all ticked rows.  They are put into the rows first, to be looked at, and are empty again then."""

    to = LoadedChoiceField(label="Change To Status", required=False)
    completed_on = DayField(label="Date Completed", required=False)
    due_date = DayField(label="Due Date", required=False)
    department = LoadedChoiceField(label="New Status Assigned to Dept", required=False)
    assigned_user = LoadedChoiceField(label="New Status Assigned to User", required=False)
    late_reason = LoadedChoiceField(label="Late Reason, of those late", required=False)
    note = NotesFormField(label="Note", required=False, max_length=2000)

    def __init__(self, data=None, *, offered: Offered):
        super().__init__(data, prefix="all")
        # Here an order may well be at the status that is chosen; its row says so.
        self.fields["to"].offer(offered.statuses_by_key, offered.status_options())
        self.fields["department"].offer(offered.departments, offered.department_options)
        self.fields["assigned_user"].offer(offered.users, offered.user_options)
        if offered.late_reasons:
            self.fields["late_reason"].offer(offered.late_reasons, offered.late_reason_options)
        else:
            del self.fields["late_reason"]

    def given(self) -> dict[str, str]:
        """Return what was filled in, as the browser sent it."""
        values = {name: self.data.get(self.add_prefix(name)) or "" for name in SETTABLE}
        return {name: value for name, value in values.items() if value.strip()}


class BatchForm(forms.Form):
    """What belongs to no row.

    filled: there when the rows come back, as against a list that sends ticked orders.
    apply:  the button that puts the values for all into the ticked rows.
    """

    filled = forms.CharField(required=False, max_length=10)
    apply = forms.CharField(required=False, max_length=10)
    updated_by = LoadedChoiceField(label="Status Updated By")

    def __init__(self, data=None, *, by: User, offered: Offered):
        super().__init__(data, initial={"updated_by": by}, auto_id="id_batch_%s")
        self.fields["updated_by"].offer(offered.users, offered.user_options)


def set_for_all(data, orders: Iterable[Order], values: dict[str, str]):
    """Return `data` with `values` in every ticked row, and the fields for all emptied."""
    data = data.copy()
    for order in orders:
        prefix = f"row-{order.pk}"
        if not data.get(f"{prefix}-include"):
            continue
        if values.get("to") == str(order.status_id):
            # It is there already: left as it is, and unticked so that nothing happens to it by mistake.
            data.pop(f"{prefix}-include")
            continue
        for name, value in values.items():
            data[f"{prefix}-{name}"] = value
    for name in SETTABLE:
        data[f"all-{name}"] = ""
    return data
