"""What Status Notes know on the morning of a day, as visits to learn from.  Pure: rows in, visits out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from preproduction.forecast.hazards import Visit
from studio.business_days import WorkCalendar

ZERO = date(2000, 1, 1)  # business days are numbered from here
REPLACED = "replaced"  # the cause of a change by which a status was left because another took its place


class Note(NamedTuple):
    """The columns of a row of Status Notes that are needed; their names there."""

    order: int
    key: int
    undoes: int | None
    cause: str
    completed_on: date
    days_at_status: int | None
    vendor: int | None
    to_status: int | None


Held = tuple[int, date | None]  # business days held that are over, and since when it is on hold


@dataclass(frozen=True)
class Known:
    """What else is known on that morning.

    finals:    statuses at which an order is complete.
    imported:  orders that an import found somewhere on their way; since when they stood there is hearsay.
    withdrawn: orders that are left out.
    holds:     by the change with which a stay began: business days held that are over, and since when one is on hold.
    by_vendor: statuses that run on the clock of the order's vendor.
    on_hold:   since when an order was last put on hold, None where that is over: for a hold that began before all rows.
    """

    finals: Collection[int] = ()
    imported: Collection[int] = ()
    withdrawn: Collection[int] = ()
    holds: Mapping[int, Held] = field(default_factory=dict)
    by_vendor: Collection[int] = ()
    on_hold: Mapping[int, date | None] = field(default_factory=dict)


ORDER, KEY, UNDOES, TO_STATUS = (Note._fields.index(name) for name in ("order", "key", "undoes", "to_status"))
Row = tuple[Any, ...]  # what a Note is made of, in its order
Visits = dict[int, list[Visit]]


@dataclass(frozen=True)
class History:
    """Visits by status: until it was left, and until the order was complete."""

    leaving: Visits
    completing: Visits


def numbering(calendar: WorkCalendar) -> Callable[[date], int]:
    """Return a function from a day to the number of the last business day up to it."""
    return cache(lambda day: calendar.count_business_days(ZERO, day))


def read(
    notes: Iterable[Row], known: Known, *, through: date, calendar: WorkCalendar, since: date = ZERO
) -> History:
    """Return what `notes`, all that was recorded up to the evening of `through`, tell; in the order of their keys.

    since: visits that were over by then are not kept.

    Left out: changes that were undone, and the first stay of imported orders, which has gone on before anybody could
    have left it.  A stay that a replaced status ended counts as long as it went.
    """
    number, ages = numbering(calendar), cache(lambda vendor: numbering(calendar.of_vendor(vendor)))
    chains: dict[int, list[Row]] = defaultdict(list)
    for row in notes:
        chain, undoes = chains[row[ORDER]], row[UNDOES]
        if undoes is None:
            chain.append(row)
        elif chain and chain[-1][KEY] == undoes:
            chain.pop()
    history, oldest = History(defaultdict(list), defaultdict(list)), number(since)
    for order, chain in chains.items():
        if not chain or order in known.withdrawn:
            continue
        stands = Note._make(chain[-1])
        if stands.to_status in known.finals and number(stands.completed_on) <= oldest:
            continue
        clock = ages(stands.vendor) if stands.to_status in known.by_vendor else number
        _tell(history, chain, known, through=through, oldest=oldest, number=number, clock=clock)
    return history


def _tell(
    history: History,
    chain: list[Row],
    known: Known,
    *,
    through: date,
    oldest: int,
    number: Callable[[date], int],
    clock: Callable[[date], int],
) -> None:
    """Add the stays that `chain`, what is left of an order's rows, tells of; from its end, where it was completed.

    oldest: visits that were over by the business day numbered so are left out.
    number: business days of the studio, by which visits are older or newer.  clock: those of the last stay.
    """
    stands = Note._make(chain[-1])
    is_complete, last = stands.to_status in known.finals, number(stands.completed_on)
    total: int | None = 0
    if not is_complete:
        last = max(number(through), last)
        total = _age(stands, _held(chain, known), through=through, number=clock)
        if stands.to_status is not None and not (len(chain) == 1 and stands.order in known.imported):
            now = Visit(stands.vendor, total, last, False, total)
            history.leaving[stands.to_status].append(now)
            history.completing[stands.to_status].append(now)
    for at in range(len(chain) - 2, -1, -1):
        status = chain[at][TO_STATUS]
        # Unpacked, and not made a Note: of a year's rows that is a tenth of the time.
        order, _, _, cause, completed_on, days, vendor, to_status = chain[at + 1]
        if to_status in known.finals:
            is_complete, last, total = True, number(completed_on), 0
        if days is None or status is None:
            total = None  # nobody counted
            continue
        days = max(days, 0)
        total = None if total is None else total + days
        if status in known.finals or (at == 0 and order in known.imported):
            continue
        left = number(completed_on)
        if left > oldest:
            history.leaving[status].append(Visit(vendor, days, left, cause != REPLACED, days))
        if total is not None and last > oldest:
            history.completing[status].append(Visit(vendor, total, last, is_complete, days))


def _held(chain: list[Row], known: Known) -> Held:
    """Return how long the last stay was on hold, and since when it is: a hold goes on where a status is replaced under it."""
    stands = Note._make(chain[-1])
    if stands.key in known.holds:
        return known.holds[stands.key]
    if stands.cause != REPLACED:
        return 0, None
    return 0, _held(chain[:-1], known)[1] if len(chain) > 1 else known.on_hold.get(stands.order)


def _age(stands: Note, held: Held, *, through: date, number: Callable[[date], int]) -> int:
    """Return the business days on the clock of the stay that began with `stands`, through that day's evening."""
    held_days, held_on = held
    until = through if held_on is None else max(held_on, stands.completed_on)
    return max(number(min(until, through)) - number(stands.completed_on) - held_days, 0)
