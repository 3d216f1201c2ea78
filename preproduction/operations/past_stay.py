"""A stay of an order as another program knows it."""

from dataclasses import dataclass
from datetime import date

from preproduction.models import Status, StatusChange
from preproduction.operations.plan import AdvancePlan
from studio.business_days import WorkCalendar
from studio.models import Department, User


@dataclass(frozen=True)
class PastStay:
    """A stay of an order, as another program knows it.

    due_date:   None where none is known, or for one that is counted from `entered_on` (is_counted).
    by:         who brought the order there; None is whoever imports it.
    by_name, department_name, user_name: of somebody who is nobody here; kept as words.
    """

    status: Status
    entered_on: date
    due_date: date | None = None
    is_counted: bool = False
    department: Department | None = None
    department_name: str = ""
    user: User | None = None
    user_name: str = ""
    by: User | None = None
    by_name: str = ""
    note: str = ""

    def plan(self, calendar: WorkCalendar) -> AdvancePlan:
        """Return how the order came there."""
        explanation = self.status.due_date_from(self.entered_on, calendar)
        counted = explanation.due_date if explanation else None
        plan = AdvancePlan(self.status, self.entered_on, counted, explanation, self.department, self.user)
        return plan if self.is_counted else plan.with_due_date(self.due_date)


def name_in(change: StatusChange, prefix: str, stay_then: PastStay) -> None:
    """Keep in `change` the names of a department and a user who are not here."""
    for column, words in (
        (f"{prefix}department_name", stay_then.department_name),
        (f"{prefix or 'assigned_'}user_name", stay_then.user_name),
    ):
        if words:
            setattr(change, column, words)
