"""How long orders take at each status: written by the worker once a day, and what the status list says of it.  No query."""

from dataclasses import dataclass

from preproduction.forecast.hazards import ALL
from preproduction.forecast.saying import FEW, Today
from preproduction.forecast.words import SOME
from preproduction.models import Pace, Status


def paces(today: Today) -> list[Pace]:
    """Return the paces of all statuses, and of the vendors that have enough cases there; not stored."""
    by_vendor = sorted(today.experience.vendors)
    known = {status.pk for status in today.statuses}
    found = [_pace(status.pk, None, today) for status in today.statuses]
    of_vendors = (_pace(status, vendor, today) for status, vendor in by_vendor if status in known)
    return [*found, *(pace for pace in of_vendors if max(pace.cases, pace.complete_cases) >= FEW)]


def _pace(status: int, vendor: int | None, today: Today) -> Pace:
    leaving = today.experience.leaving(status, ALL if vendor is None else vendor)
    completing = today.experience.completing(status, vendor, 0)
    pace = Pace(
        status_id=status,
        vendor_id=vendor,
        on=today.day,
        cases=leaving.own,
        complete_cases=completing.cases,
    )
    if leaving.own >= FEW:
        pace.half, pace.most = leaving.day(0.5, 0), leaving.day(0.85, 0)
    if completing.cases >= FEW:
        pace.complete_95 = completing.day(0.95, 0)
    return pace


@dataclass(frozen=True)
class Advice:
    """What the studio's own history says of a Default Duration.

    to: what it would be changed to, by which 85 of 100 are on time; None where it is that already, or cases are too few.
    """

    status: Status
    words: str
    to: int | None


def advice(status: Status, pace: Pace) -> Advice | None:
    """Return it for an active status that is not final: "you set 3; half take 4, 85 of 100 take 6 (212 cases)"; None of
    few cases."""
    if pace.cases < FEW or pace.half is None or pace.most is None or status.is_final or status.is_inactive:
        return None
    days = status.default_duration
    said = "you set none" if days is None else f"you set {days}"
    if pace.cases < SOME:
        return Advice(status, f"{said}; {_usual(days, pace.half, pace.most)} ({pace.cases} cases)", None)
    words = f"{said}; half take {pace.half}, 85 of 100 take {pace.most} ({pace.cases} cases)"
    return Advice(status, words, None if days == pace.most else pace.most)


def _usual(days: int | None, half: int, most: int) -> str:
    """Say in words how a Default Duration compares with what orders took."""
    if days is None:
        return "orders usually leave within a day" if most <= 1 else "orders usually stay for some days"
    if half > days:
        return "it usually takes longer"
    return "now and then it takes longer" if most > days else "it rarely takes longer"
