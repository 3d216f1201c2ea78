"""Advance Status for many orders at once: a row for each, with corrections, and values set in all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django import forms
from django.db.models import F, Sum
from django.utils.functional import cached_property

from preproduction.forms.advance import AdvanceFields
from preproduction.forms.choices import LoadedChoiceField, Offered
from preproduction.models import ImageLine, Order
from studio.business_days import WorkCalendar
from studio.fields import DayField
from studio.models import User
from triggers import outbox
from triggers.models import Trigger
from triggers.rules.before import gone_out
from triggers.rules.outlook import Outlook, in_words, outlook
from triggers.rules.refusals import Refusals
from triggers.rules.schedule import Timetable

MOST_ORDERS = 200
# What can be set in all ticked rows.
SETTABLE = ("to", "completed_on", "due_date", "department", "assigned_user", "note")
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

    def __init__(self, data=None, *, order: Order, batch: "Batch", **options):
        self.batch = batch
        self.sentence = ""  # what is said about the row as a whole
        super().__init__(
            data,
            order=order,
            offered=batch.offered,
            calendar=batch.calendar,
            prefix=f"row-{order.pk}",
            **options,
        )
        self.fields["note"].widget = forms.TextInput(attrs={"maxlength": 2000})
        # For static/js/selection.js: tick all, and Shift for those between.
        tick = {"aria-label": f"Advance {order}", "data-select-row": "", "form": "advance-many-form"}
        self.fields["include"].widget.attrs |= tick
        for name in SETTABLE:
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

    @property
    def triggers(self) -> list[Trigger]:
        return self.batch.triggers_of(self.computed.to) if self.computed else []

    @property
    def sends(self) -> str:
        """Say what the change will send: "1 task for Retouching"; "" for nothing."""
        return in_words(each for each in self._outlooks if not each.gone_out)

    @property
    def went_out(self) -> list[Outlook]:
        """Return what the change would send again."""
        return [each for each in self._outlooks if each.is_tried and each.gone_out]

    @property
    def went_out_words(self) -> str:
        return in_words(self.went_out)

    @property
    def refusals(self) -> Refusals:
        return self.batch.refusals

    @cached_property
    def _outlooks(self) -> list[Outlook]:
        prospect = self.prospect(updated_by=self.batch.by)
        before = self.batch.gone_out(self.order, self.triggers)
        return outlook(self.triggers, prospect, self.batch.timetable, gone_out=before)

    @property
    def _left_out(self) -> list[int]:
        before = self.batch.gone_out(self.order, self.triggers)
        is_ticked = {True: self["again"].value(), False: self.send_is_ticked}
        return [trigger.pk for trigger in self.triggers if not is_ticked[trigger.pk in before]]

    @property
    def proofs_missing(self) -> int:
        """Return how many proofs have not come back, if the row would make its order complete."""
        return self.batch.proofs_missing(self.order) if self.computed and self.computed.to.is_final else 0

    def keywords(self, updated_by: User) -> dict:
        """Return the keywords of `advance_status` that are not part of the plan."""
        given = self.cleaned_data
        return {
            "expected": given["expected"],
            "request_key": given["request_key"],
            "updated_by": updated_by,
            "note": given["note"],
            "left_out": self._left_out,
        }


class SetForAllForm(forms.Form):
    """Values for all ticked rows.  They are put into the rows first, to be looked at, and are empty again then."""

    to = LoadedChoiceField(label="Change To Status", required=False)
    completed_on = DayField(label="Date Completed", required=False)
    due_date = DayField(label="Due Date", required=False)
    department = LoadedChoiceField(label="New Status Assigned to Dept", required=False)
    assigned_user = LoadedChoiceField(label="New Status Assigned to User", required=False)
    note = forms.CharField(label="Note", required=False, max_length=2000)

    def __init__(self, data=None, *, offered: Offered):
        super().__init__(data, prefix="all")
        # Here an order may well be at the status that is chosen; its row says so.
        self.fields["to"].offer(offered.statuses_by_key, offered.status_options())
        self.fields["department"].offer(offered.departments, offered.department_options)
        self.fields["assigned_user"].offer(offered.users, offered.user_options)

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


@dataclass
class Batch:
    """The orders of one page, with what their rows share: loaded once, however many rows there are.

    left_out: orders that cannot be moved, each with why not.
    """

    orders: list[Order]
    by: User
    calendar: WorkCalendar
    data: dict | None = None
    offered: Offered = field(default_factory=Offered)
    rows: list[AdvanceRowForm] = field(init=False, default_factory=list)
    left_out: list[tuple[Order, str]] = field(init=False, default_factory=list)

    def __post_init__(self):
        self._triggers: dict[int, list[Trigger]] | None = None
        self.timetable = Timetable(self.calendar)
        self._missing: dict[int, int] | None = None
        self.refusals = Refusals({order.session.client_id for order in self.orders})
        self._gone_out: dict[tuple[int, int], datetime] | None = None
        self.form = BatchForm(self.data, by=self.by, offered=self.offered)
        self.for_all = SetForAllForm(self.data, offered=self.offered)
        for order in self.orders:
            sent = self.data is not None and f"row-{order.pk}-expected" in self.data
            # A row that was sent stays a row, also when a colleague has put its order on hold: the answer says so.
            reason = "" if sent else why_not(order)
            if reason:
                self.left_out.append((order, reason))
            else:
                self.rows.append(AdvanceRowForm(self.data if sent else None, order=order, batch=self))

    def row_of(self, order: Order, **options) -> AdvanceRowForm:
        """Return a fresh row for `order`."""
        return AdvanceRowForm(None, order=order, batch=self, **options)

    def triggers_of(self, status) -> list[Trigger]:
        if self._triggers is None:
            self._triggers = outbox.matching_by_status(self.offered.statuses)
        return self._triggers.get(status.pk, [])

    def gone_out(self, order: Order, triggers: Iterable[Trigger]) -> dict[int, datetime]:
        """Return when messages of `triggers` went out for `order` before, by their keys.  One query for all rows."""
        if self._gone_out is None and triggers:
            every = [trigger for found in self._triggers.values() for trigger in found]
            self._gone_out = gone_out([order.pk for order in self.orders], every)
        found = self._gone_out or {}
        keys = [(order.pk, trigger.pk) for trigger in triggers]
        return {trigger: found[order, trigger] for order, trigger in keys if (order, trigger) in found}

    def proofs_missing(self, order: Order) -> int:
        if self._missing is None:
            self._missing = _proofs_missing(self.orders)
        return self._missing.get(order.pk, 0)


def why_not(order: Order) -> str:
    """Say why `order` cannot be advanced among many; "" if it can."""
    if order.is_on_hold:
        return "On hold. Resume it first."
    if order.is_complete:
        return "Complete. Reopening is a choice of its own: open the order."
    return ""


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


def _proofs_missing(orders: Iterable[Order]) -> dict[int, int]:
    lines = ImageLine.objects.filter(
        order__in=[order.pk for order in orders], quantity_sent__gt=F("quantity_returned")
    )
    sums = lines.values("order").annotate(n=Sum(F("quantity_sent") - F("quantity_returned")))
    return dict(sums.values_list("order", "n"))
