"""A studio's experience on the morning of a day: its curves of leaving a status, and of completing an order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from preproduction.forecast import hazards, history
from preproduction.forecast.hazards import AGES, Curve, Window
from studio.business_days import WorkCalendar

# In days: what is learned from, and what of it is the season, of leaving a status and of completing an order.  The
# longer one looks back for the latter, the later a season is seen that is over: it takes weeks to complete an order.
YEAR, LATELY, LATELY_COMPLETE = map(timedelta, (365, 30, 20))


@dataclass(frozen=True)
class Experience:
    """Curves by status, vendor and age; each is made when it is first asked for.

    vendors: whose orders were at a status within the year, as (status, vendor).
    """

    _leaving: Callable[[int, int | None, int], Curve]
    _completing: Callable[[int, int | None, int], Curve]
    vendors: frozenset[tuple[int, int]] = frozenset()

    @classmethod
    def of(
        cls, notes: Iterable[history.Row], known: history.Known, *, on: date, calendar: WorkCalendar
    ) -> "Experience":
        """Return the experience of the morning of `on`, from all `notes` that were recorded before that day."""
        yesterday, number = on - timedelta(days=1), history.numbering(calendar)
        told = history.read(notes, known, through=yesterday, calendar=calendar, since=on - YEAR)
        year, leaving = number(on - YEAR), told.leaving
        return cls(
            hazards.learn(leaving, Window(year, number(on - LATELY))),
            hazards.learn(told.completing, Window(year, number(on - LATELY_COMPLETE))),
            frozenset(
                (status, visit.vendor) for status, each in leaving.items() for visit in each if visit.vendor
            ),
        )

    def leaving(self, status: int, vendor: int | None) -> Curve:
        """Return the curve of leaving `status`, for an order of any age."""
        return self._leaving(status, vendor, 0)

    def completing(self, status: int, vendor: int | None, age: int) -> Curve:
        """Return the curve of being complete, for an order that has been at `status` for `age` business days.

        It is learned from those that stayed as long: orders are slow as a whole.
        """
        return self._completing(status, vendor, max(group for group in AGES if group <= age))
