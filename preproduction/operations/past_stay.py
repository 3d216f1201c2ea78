"""A stay of an order as another program knows it."""

from dataclasses import dataclass
from datetime import date

from preproduction.models import LateReason, Order, Status, StatusChange
from preproduction.operations.plan import AdvancePlan
from studio.business_days import WorkCalendar
from studio.models import Department, User


@dataclass(frozen=True)
class PastStay:
    """A stay of an order, as another program knows it.

    due_date:   None where none is known, or for one that is counted from `entered_on` (is_counted).
    by:         who brought the order there; None is whoever imports it.
    late_reason, delay_reason: why it was late, of the studio's list and in words.
    by_name, department_name, user_name, late_reason_name: of what is not here; kept as words.
    """

    status: Status
    entered_on: date
    due_date: date | None = None
    is_counted: bool = False
    department: Department | None = None
    department_name: str = ""
    user: User | None = None
    user_name: str = ""
    late_reason: LateReason | None = None
    late_reason_name: str = ""
    delay_reason: str = ""
    by: User | None = None
    by_name: str = ""
    note: str = ""

    def plan(self, order: Order, calendar: WorkCalendar) -> AdvancePlan:
        """Return how `order` came there."""
        explanation = self.status.due_date_from(
            self.entered_on, calendar, vendor=order.vendor_id, rush=order.rush(calendar)
        )
        counted = explanation.due_date if explanation else None
        plan = AdvancePlan(self.status, self.entered_on, counted, explanation, self.department, self.user)
        return plan if self.is_counted else plan.with_due_date(self.due_date)


def name_in(change: StatusChange, prefix: str, stay_then: PastStay) -> None:
    """Keep in `change` the names of a department, a user and (of what was left) a late reason that are not here."""
    if not prefix and stay_then.late_reason_name:
        change.late_reason_name = stay_then.late_reason_name
    for column, words in (
        (f"{prefix}department_name", stay_then.department_name),
        (f"{prefix or 'assigned_'}user_name", stay_then.user_name),
    ):
        if words:
            setattr(change, column, words)
