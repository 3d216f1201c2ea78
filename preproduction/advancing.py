"""Advance Status as its pages have it, for one order and for many alike.

Three things that know nothing of each other are joined here: the form (forms/advance.py: text, typed values, what was
seen), the plan (operations/plan.py: what follows from status and date) and the outlook (outlook.py: what is sent).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Sum
from django.utils import timezone

from preproduction import due_dates, operations
from preproduction.forms.advance import FOLLOWING, AdvanceFields, AdvanceForm
from preproduction.forms.advance_many import AdvanceRowForm, BatchForm, SetForAllForm
from preproduction.forms.choices import Offered
from preproduction.models import ImageLine, Order
from preproduction.operations import AdvancePlan, OperationRefused, OutdatedPage
from preproduction.outlook import Outlooks
from studio import dates
from studio.business_days import WorkCalendar
from studio.models import User
from studio.models.people import UNASSIGNED
from triggers.rules.outlook import Outlook, in_words


class Shared:
    """What the orders of one page share: each read once, when first needed, however many orders there are.

    at: the moment at which somebody said OK; None is now.
    """

    def __init__(self, orders: list[Order], set_up: Mapping[str, Any], at: datetime | None = None):
        self.orders, self.offered, self.at = orders, Offered(set_up), at
        self.calendar: WorkCalendar = set_up["calendar"]

    @cached_property
    def outlooks(self) -> Outlooks:
        return Outlooks(self.orders, self.offered.statuses, self.calendar)

    @cached_property
    def proofs_missing(self) -> dict[int, int]:
        """How many proofs have not come back, by the keys of the orders that miss some."""
        lines = ImageLine.objects.filter(
            order__in=[order.pk for order in self.orders], quantity_sent__gt=F("quantity_returned")
        )
        sums = lines.values("order").annotate(n=Sum(F("quantity_sent") - F("quantity_returned")))
        return dict(sums.values_list("order", "n"))


class Advance:
    """One order about to be advanced.

    plan:    what follows from the status and the date in the form; None where nothing does.
    refusal: why nothing follows, where the rules say no.
    """

    def __init__(self, form: AdvanceFields, shared: Shared):
        self.form, self.order, self.shared = form, form.order, shared
        self.plan: AdvancePlan | None = None
        self.refusal: OperationRefused | None = None
        self._make_plan()
        if self.plan or not form.chosen("to"):
            form.follow(self.plan)
        if self.refusal and form.is_bound:
            form.refuse(self.refusal)

    def _make_plan(self) -> None:
        asked = self.form.asked()
        if asked is None:
            return
        calendar, statuses = self.shared.calendar, self.shared.offered.statuses
        at = self.shared.at or timezone.now()
        try:
            self.plan = operations.plan_advance(
                self.order, calendar=calendar, statuses=statuses, at=at, **asked
            )
        except OperationRefused as refusal:
            self.refusal = refusal

    @property
    def updated_by(self) -> User | None:
        return self.form.chosen("updated_by")

    @cached_property
    def outlook(self) -> list[Outlook]:
        """What each trigger of the new status would do."""
        if self.plan is None:
            return []
        return self.shared.outlooks.of(
            self.order,
            self.plan.to,
            department=self.form.chosen("department"),
            assigned_user=self.form.chosen("assigned_user"),
            updated_by=self.updated_by,
            due_date=self.form.shown_due_date,
        )

    @property
    def explanation_words(self) -> str:
        """Say in a line how the computed due date came about; "" where there is none."""
        explanation = self.plan and self.plan.explanation
        return due_dates.in_a_line(explanation) if explanation else ""

    @property
    def recomputed_words(self) -> str:
        """Say what follows from the status and the date, to those who do not see the fields change."""
        if self.plan is None:
            return str(self.refusal or "")
        due, form = self.form.shown_due_date, self.form
        return (
            f"{self.plan.to}: Due Date {dates.written(due) if due else 'none'}, "
            f"{form.chosen('department') or 'No department'}, {form.chosen('assigned_user') or UNASSIGNED}."
        )

    @property
    def passed_days(self):
        return due_dates.passed_days(self.plan.explanation)

    @property
    def proofs_missing(self) -> int:
        """Return how many proofs have not come back, if this would make the order complete."""
        if self.plan is None or not self.plan.to.is_final:
            return 0
        return self.shared.proofs_missing.get(self.order.pk, 0)

    def agreed(self) -> tuple[AdvancePlan, dict]:
        """Return the plan the user said OK to, and the further keywords of `advance_status`.  The form is valid."""
        given = self.form.cleaned_data
        plan = self.plan.corrected(**{name: given[name] for name in FOLLOWING})
        keywords = {name: given[name] for name in ("expected", "request_key", "note")}
        keywords["late_reason"] = given.get("late_reason")
        return plan, keywords | {"updated_by": self.updated_by, "left_out": self.left_out}


class OneAdvance(Advance):
    """The page of one order: each trigger has a tick of its own."""

    def __init__(self, order: Order, data=None, *, by: User, set_up: Mapping[str, Any], note: str = ""):
        shared = Shared([order], set_up)
        super().__init__(AdvanceForm(data, order=order, by=by, offered=shared.offered, note=note), shared)

    @property
    def sends(self) -> list[tuple[Outlook, bool]]:
        """What the change will send, each with whether it is ticked; unless told, what has not gone out before."""
        ticked, shown = self.form.keys("triggers"), self.form.keys("triggers_shown")
        return [
            (each, each.trigger.pk in ticked if each.trigger.pk in shown else not each.gone_out)
            for each in self.outlook
            if each.is_tried
        ]

    @property
    def silent(self) -> list[Outlook]:
        """The triggers of the status that will do nothing, each with why not."""
        return [each for each in self.outlook if not each.is_tried]

    @property
    def left_out(self) -> list[int]:
        """Keys of the triggers that came back without a tick; unseen, of those whose message has gone out before."""
        if self.form.status_was_shown:
            ticked = self.form.keys("triggers")
            return [key for key in self.form.keys("triggers_shown") if key not in ticked]
        return [each.trigger.pk for each, is_ticked in self.sends if not is_ticked]


class AdvanceRow(Advance):
    """One order among many: one tick for all it sends, and one for what has gone out before.

    sentence: what is said about the row as a whole.
    """

    def __init__(self, order: Order, data=None, *, by: User, shared: Shared, **options):
        self.by, self.sentence = by, ""
        super().__init__(AdvanceRowForm(data, order=order, offered=shared.offered, **options), shared)

    @property
    def updated_by(self) -> User:
        return self.by

    @property
    def sends(self) -> str:
        """Say what the change will send: "1 task for Retouching"; "" for nothing."""
        return in_words(each for each in self.outlook if not each.gone_out)

    @property
    def went_out(self) -> list[Outlook]:
        """What the change would send again."""
        return [each for each in self.outlook if each.is_tried and each.gone_out]

    @property
    def went_out_words(self) -> str:
        return in_words(self.went_out)

    @property
    def left_out(self) -> list[int]:
        is_ticked = {True: self.form["again"].value(), False: self.form.send_is_ticked}
        return [each.trigger.pk for each in self.outlook if not is_ticked[bool(each.gone_out)]]


class ManyAdvances:
    """The page of many orders.

    data:     what was sent; an order whose row is not in it gets a fresh one.
    left_out: orders that cannot be moved, each with why not.
    at:       as in Shared.
    """

    def __init__(
        self,
        orders: list[Order],
        by: User,
        set_up: Mapping[str, Any],
        data=None,
        *,
        at: datetime | None = None,
    ):
        self.orders, self.by, self.shared = orders, by, Shared(orders, set_up, at)
        self.form = BatchForm(data, by=by, offered=self.shared.offered)
        self.for_all = SetForAllForm(data, offered=self.shared.offered)
        self.rows: list[AdvanceRow] = []
        self.left_out: list[tuple[Order, str]] = []
        for order in orders:
            sent = data is not None and f"row-{order.pk}-expected" in data
            # A row that was sent stays a row, also when a colleague has put its order on hold: the answer says so.
            reason = "" if sent else why_not(order)
            if reason:
                self.left_out.append((order, reason))
            else:
                self.rows.append(self.row_of(order, data if sent else None))

    def row_of(self, order: Order, data=None, **options) -> AdvanceRow:
        return AdvanceRow(order, data, by=self.by, shared=self.shared, **options)

    def moves(self, rows: Iterable[AdvanceRow]) -> list[tuple[Order, AdvancePlan, dict]]:
        """Return what `advance_statuses` takes, in the name of whom the form says.  All of it is valid."""
        updated_by = {"updated_by": self.form.cleaned_data["updated_by"]}
        agreed = ((row.order, *row.agreed()) for row in rows)
        return [(order, plan, keywords | updated_by) for order, plan, keywords in agreed]

    def judged(
        self, rows: Iterable[AdvanceRow]
    ) -> tuple[list[AdvanceRow], dict[AdvanceRow, OperationRefused]]:
        """Return the rows that can be advanced, and why others cannot: a colleague was quicker, which is worse news
        than a wrong date.  What else is wrong in a row its form says, and it is in neither.
        """
        rows, refused = list(rows), {}
        for row in rows:
            if row.form.is_valid():
                continue
            try:
                operations.refuse_if_outdated(row.order, row.form.cleaned_data.get("expected"))
            except OutdatedPage as refusal:
                refused[row] = refusal
        return [row for row in rows if row not in refused and row.form.is_valid()], refused


def why_not(order: Order) -> str:
    """Say why `order` cannot be advanced among many; "" if it can."""
    if order.is_on_hold:
        return "On hold. Resume it first."
    if order.is_complete:
        return "Complete. Reopening is a choice of its own: open the order."
    return ""
