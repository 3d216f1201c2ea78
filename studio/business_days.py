"""Business days: which days count, and the due dates that follow from them.

Pure arithmetic.  No database, no clock, no settings: the caller passes the
start day and a WorkCalendar of plain values in, and gets a date and the reasons
for it back.  Form, list, trigger, export and API all ask here.

No answer walks from day to day.  The calendar is cut once, at its closed and
worked days, into stretches in which every week is like the next; a due date is
then one binary search among the stretches and one division by the length of
the week.  Only the list of days passed, which is as long as itself, costs a
step per day, and it is made when somebody reads it.

Source: PRODUCT.md section 2.  Closed and worked days are the studio's decision;
the Spectra help (proof_statuses) knows the work week only.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from studio import dates

MONDAY_TO_FRIDAY = frozenset({0, 1, 2, 3, 4})
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# Why a day counts, or does not.
IN_WORK_WEEK = "in the work week"
NOT_IN_WORK_WEEK = "not worked"
CLOSED = "closed"
WORKED = "worked"

LAST_ORDINAL = date.max.toordinal()


class BusinessDayError(ValueError):
    """The question has no answer.  str() is a sentence fit to show the user."""


class PassedDay(NamedTuple):
    """One day on the way to a due date."""

    day: date
    counted: bool
    kind: str  # IN_WORK_WEEK, NOT_IN_WORK_WEEK, CLOSED or WORKED
    name: str = ""  # of the closed or worked day, as the studio wrote it

    @property
    def reason(self) -> str:
        """Say why the day counted or not: "closed: Good Friday"."""
        return f"{self.kind}: {self.name}" if self.name else self.kind

    @property
    def weekday(self) -> str:
        return DAY_NAMES[self.day.weekday()]


@dataclass(frozen=True)
class CutOff:
    """The hour of a vendor's day, in its zone, from which on what comes is taken in on the next business day."""

    hour: time
    zone: tzinfo


@dataclass(frozen=True)
class WorkCalendar:
    """The days a studio works, or a vendor.

    work_week: weekday numbers as `date.weekday()` gives them, Monday is 0.
    closed:    (first day, last day, name), both days included; ranges may
               overlap, and may be as long as they like.
    worked:    (day, name); a worked day counts also outside the work week and
               inside a closed range.
    cut_off:   a vendor's; None where what comes late counts as come that day.
    whose:     the vendor's name; "" for the studio's own.

    Raises BusinessDayError for an empty work week, also when there are worked
    days: what the studio does in other weeks would be a guess.
    """

    work_week: frozenset[int] = MONDAY_TO_FRIDAY
    closed: tuple[tuple[date, date, str], ...] = ()
    worked: tuple[tuple[date, str], ...] = ()
    cut_off: CutOff | None = None
    whose: str = ""

    def __post_init__(self) -> None:
        # Lists and sets are welcome; what is kept can be hashed and compared.
        object.__setattr__(self, "work_week", frozenset(self.work_week))
        object.__setattr__(self, "closed", tuple(map(tuple, self.closed)))
        object.__setattr__(self, "worked", tuple(map(tuple, self.worked)))
        if not self.work_week:
            raise BusinessDayError("The work week has no days. Tick at least one day of the work week.")
        if not self.work_week <= set(range(7)):
            raise BusinessDayError("The days of the work week are numbered 0 (Monday) to 6 (Sunday).")
        for first, last, name in self.closed:
            if last < first:
                raise BusinessDayError(
                    f"The closed days {name!r} end on {dates.written(last)}, before they begin on {dates.written(first)}."
                )

    def is_business_day(self, day: date) -> bool:
        ordinal = day.toordinal()
        return self._count_through(ordinal) > self._count_through(ordinal - 1)

    def add_business_days(self, start: date, days: int) -> date:
        """Return the business day that is `days` business days after `start`.

        `start` itself is never counted.  With `days=0` the answer is `start` if
        it is a business day, else the next one.  With negative `days` it is
        the business day so many before `start`.

        Raises BusinessDayError if that lies outside the years 1 to 9999.
        """
        ordinal = start.toordinal()
        # A day's rank is the number of business days up to and including it.
        if days > 0:
            rank = self._count_through(ordinal) + days
        else:
            rank = self._count_through(ordinal - 1) + 1 + days
        if not 1 <= rank <= self._last_rank:
            raise BusinessDayError(_no_such_day(start, days))
        return date.fromordinal(self._day_of_rank(rank))

    def count_business_days(self, after: date, through: date) -> int:
        """Count the business days d with after < d <= through.

        Negative if `through` is before `after`: the same days, counted back.
        """
        return self._count_through(through.toordinal()) - self._count_through(after.toordinal())

    def starts_on(self, day: date, at: datetime | None) -> date:
        """Return the day from which is counted what came on `day`: another one only where there is a cut-off.

        at: the moment it came, aware; None where nobody knows, and then it was in time.
        """
        if self.cut_off is None or at is None:
            return day
        there = at.astimezone(self.cut_off.zone)
        is_late = there.time() >= self.cut_off.hour
        return self.add_business_days(there.date(), 1) if is_late else there.date()

    def explain(self, start: date, days: int, at: datetime | None = None) -> "DueDateExplanation":
        """Return the date of `add_business_days` with its reasons, counted from where `starts_on` says."""
        first = self.starts_on(start, at)
        due = self.add_business_days(first, days)
        return DueDateExplanation(first, days, due, self, sent_at=at if first != start else None)

    def of_vendor(self, vendor: int | None) -> "WorkCalendar":
        """Return the calendar of a vendor, by its key: this one, unless it is known to have its own."""
        return self

    def look_at(self, day: date) -> PassedDay:
        """Say whether `day` counts, and why.

        Costs a look at every closed and worked day; meant for showing, where
        `is_business_day` is meant for computing.
        """
        for worked_day, name in self.worked:
            if worked_day == day:
                return PassedDay(day, True, WORKED, name)
        if day.weekday() not in self.work_week:
            return PassedDay(day, False, NOT_IN_WORK_WEEK)
        for first, last, name in self.closed:
            if first <= day <= last:
                return PassedDay(day, False, CLOSED, name)
        return PassedDay(day, True, IN_WORK_WEEK)

    # Below, days are proleptic ordinals, of which 1 is Monday 1 January 0001.

    @cached_property
    def _weekdays(self) -> tuple[int, ...]:
        return tuple(sorted(self.work_week))

    @cached_property
    def _stretches(self) -> tuple[list[int], list[str], list[int]]:
        """Cut time where the rule changes: first days, rules, business days before.

        rules: IN_WORK_WEEK (each week like the next), CLOSED (no day counts),
        WORKED (one day, which counts).
        """
        closed = _merged((first.toordinal(), last.toordinal()) for first, last, _ in self.closed)
        worked = {day.toordinal() for day, _ in self.worked}
        cuts = {1}
        cuts.update(cut for first, last in closed for cut in (first, last + 1))
        cuts.update(cut for day in worked for cut in (day, day + 1))
        cuts.discard(LAST_ORDINAL + 1)
        firsts = sorted(cuts)
        rules, before, total = [], [], 0
        for index, first in enumerate(firsts):
            last = firsts[index + 1] - 1 if index + 1 < len(firsts) else LAST_ORDINAL
            at = bisect_right(closed, (first, LAST_ORDINAL)) - 1
            is_closed = at >= 0 and first <= closed[at][1]
            rule = WORKED if first in worked else CLOSED if is_closed else IN_WORK_WEEK
            rules.append(rule)
            before.append(total)
            total += self._count_in_stretch(rule, first, last)
        return firsts, rules, before

    @cached_property
    def _last_rank(self) -> int:
        return self._count_through(LAST_ORDINAL)

    def _count_through(self, ordinal: int) -> int:
        """Count the business days from the first day of time to `ordinal`."""
        if ordinal < 1:
            return 0
        firsts, rules, before = self._stretches
        at = bisect_right(firsts, ordinal) - 1
        return before[at] + self._count_in_stretch(rules[at], firsts[at], ordinal)

    def _count_in_stretch(self, rule: str, first: int, last: int) -> int:
        if rule == CLOSED:
            return 0
        if rule == WORKED:
            return 1
        return self._week_days_through(last) - self._week_days_through(first - 1)

    def _week_days_through(self, ordinal: int) -> int:
        """Count the days of the work week up to `ordinal`, closed or not."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * len(self._weekdays) + bisect_left(self._weekdays, rest)

    def _day_of_rank(self, rank: int) -> int:
        """Return the business day that has `rank` business days up to itself."""
        firsts, rules, before = self._stretches
        at = bisect_left(before, rank) - 1
        if rules[at] == WORKED:
            return firsts[at]
        place = self._week_days_through(firsts[at] - 1) + rank - before[at]
        weeks, rest = divmod(place - 1, len(self._weekdays))
        return weeks * 7 + self._weekdays[rest] + 1


@dataclass(frozen=True)
class StudioCalendar(WorkCalendar):
    """The studio's calendar, which knows those of the vendors that have one of their own, by their keys.

    rush: per cent of each duration that what is in a hurry has.
    """

    vendors: tuple[tuple[int, WorkCalendar], ...] = ()
    rush: int = 100

    def of_vendor(self, vendor: int | None) -> WorkCalendar:
        return self if vendor is None else self._of_vendors.get(vendor, self)

    @cached_property
    def _of_vendors(self) -> dict[int, WorkCalendar]:
        return dict(self.vendors)


@dataclass(frozen=True)
class DueDateExplanation:
    """A due date and how it came about.

    sent_at: the moment that decided on the start day; None where it did not.

    str() is the short form, in one line, which numbers what counted: "Fri 27 + 3: Sat worked 1, Sun not worked, Mon 2,
    Tue 3".  With 0 days nothing is numbered: the due date is just the first day that counts.
    """

    start: date
    days: int
    due_date: date
    calendar: WorkCalendar
    sent_at: datetime | None = None

    @cached_property
    def passed(self) -> list[PassedDay]:
        """Each day from the start day to the due date, and why it counted or not.

        The start day is not among them, except with 0 days, where it is the
        first that is looked at.  Made when first read; as long as the way.
        """
        return [self.calendar.look_at(day) for day in self._way()]

    def _way(self) -> Iterator[date]:
        step = -1 if self.days < 0 else 1
        start = self.start.toordinal() + (step if self.days else 0)
        return map(date.fromordinal, range(start, self.due_date.toordinal() + step, step))

    @property
    def by_cut_off(self) -> str:
        """Say how the cut-off decided: "sent Mon 18:40, after the 17:00 cut-off: starts Tue, so Wed is day 1"; or ""."""
        cut_off = self.calendar.cut_off
        if self.sent_at is None or cut_off is None:
            return ""
        there = self.sent_at.astimezone(cut_off.zone)
        side = "after" if there.time() >= cut_off.hour else "before"
        words = (
            f"sent {DAY_NAMES[there.weekday()]} {there:%H:%M}, {side} the {cut_off.hour:%H:%M} cut-off: "
            f"starts {DAY_NAMES[self.start.weekday()]}"
        )
        first = self.calendar.add_business_days(self.start, 1)
        return f"{words}, so {DAY_NAMES[first.weekday()]} is day 1" if self.days else words

    @property
    def by_closed_days(self) -> str:
        """Say on which of the days passed a vendor is closed: "lab closed Thu 24, Fri 25"; "" for the studio's clock."""
        closed = [day for day in self.passed if day.kind == CLOSED] if self.calendar.whose else []
        return (
            f"lab closed {', '.join(f'{each.weekday} {each.day.day}' for each in closed)}" if closed else ""
        )

    def __str__(self) -> str:
        sign = "-" if self.days < 0 else "+"
        start = f"{DAY_NAMES[self.start.weekday()]} {self.start.day} {sign} {abs(self.days)}"
        counted = f"{start}: {', '.join(self._in_words())}"
        return "; ".join(filter(None, [self.by_cut_off, self.by_closed_days, counted]))

    def _in_words(self) -> Iterator[str]:
        number = 0
        for (counted, kind), found in groupby(self.passed, key=lambda day: (day.counted, day.kind)):
            days = list(found)
            if not counted:
                yield f"{_together(days)} {kind}"
                continue
            for passed in days:
                number += 1
                worked = f" {WORKED}" if kind == WORKED else ""
                yield f"{passed.weekday}{worked}{f' {number}' if self.days else ''}"


def shortened(days: int | None, percent: int) -> int | None:
    """Return `percent` of a duration, rounded up to whole days."""
    return None if days is None else -(-days * percent // 100)


def due_date(
    start: date | None, days: int | None, calendar: WorkCalendar, *, at: datetime | None = None
) -> DueDateExplanation | None:
    """Return the due date of a status and its explanation; None without a duration.

    start: Date Completed of the status just left; the order date for the first
           status; None if there is none, and then there is no due date.
    days:  Default Duration in business days; None when it is blank.
    at:    the moment that `start` was completed, where it is known and lies on that day.

    Raises BusinessDayError for negative `days`, or a date after the year 9999.
    """
    if start is None or days is None:
        return None
    if days < 0:
        raise BusinessDayError("A duration is 0 business days or more.")
    return calendar.explain(start, days, at)


def _together(days: list[PassedDay]) -> str:
    """Name neighbouring days: "Fri", "Sat and Sun", "Mon to Fri"."""
    if len(days) == 1:
        return days[0].weekday
    return f"{days[0].weekday} {'and' if len(days) == 2 else 'to'} {days[-1].weekday}"


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join overlapping and touching (first, last) ranges; sorted."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _no_such_day(start: date, days: int) -> str:
    if days == 0:
        return f"There is no business day on or after {dates.written(start)}."
    unit = "business day" if abs(days) == 1 else "business days"
    return f"There is no day {abs(days)} {unit} {'before' if days < 0 else 'after'} {dates.written(start)}."
