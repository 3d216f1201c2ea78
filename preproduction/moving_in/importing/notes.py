"""Whether the Status Notes of an order are its past: each begins where the one before ended, the last where it stands.

Pure.  A fault in one of them leaves out all of that order, because a past with a hole is none; each row says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from preproduction.moving_in.importing.facts import Existing, Fate, Judgement, KnownStay, Standing
from preproduction.moving_in.importing.rows import Row, Wrong
from studio import dates, texts

DONE, TO, FROM = "Date Completed", "To", "From"
THEIR_OWN = "This order has Status Notes of its own here, and none can be put in between or before."
NO_STATUS = "There is no status “{}” in the status list, and none is to be made."


@dataclass
class _Past:
    """rows: the oldest first, and as many lists of what is wrong with each."""

    rows: list[Row]
    wrong: list[list[Wrong]]
    stays: list[KnownStay]


def judge_notes(row: Row, existing: Existing) -> Judgement:
    """Return what becomes of all rows of an order, as one, with an answer for each in `parts`."""
    number_key = texts.unique_key(row.values.get("number", ""))
    past = past_of([row, *row.others], existing.standing.get(number_key), existing)
    if any(past.wrong):
        return _refused(row, past)
    standing = existing.standing[number_key]
    steps = _steps(past)
    is_here = bool(standing.history) and standing.history[: len(steps)] == steps
    if is_here and not standing.is_of_this_run:
        return _answer(row, past, Fate.SAME)
    values = {"stays": [] if is_here else past.stays, "order": standing.key}
    return replace(_answer(row, past, Fate.NEW), values=values)


def past_of(rows: Sequence[Row], standing: Standing | None, existing: Existing) -> _Past:
    """Return the stays that rows tell of, and what is wrong with them."""
    rows = _oldest_first(list(rows))
    past = _Past(rows, [[*row.wrong] for row in rows], [])
    if standing is None and not any(past.wrong):
        number = rows[0].values["number"]
        past.wrong[0].append(Wrong("Order No.", f"There is no order {number}, here or in these files."))
    if standing is None or any(past.wrong):
        return past
    statuses = [_statuses(row, existing, wrong) for row, wrong in zip(rows, past.wrong, strict=True)]
    if any(past.wrong):
        return past
    past.stays = _stays(rows, statuses, standing, existing)
    steps = _steps(past)
    if standing.history[: len(steps)] == steps:
        return past
    if standing.history and not standing.takes_notes:
        past.wrong[0].append(Wrong("Order No.", THEIR_OWN))
        return past
    _check_links(past, statuses)
    _check_days(past, standing, existing)
    _check_end(past, standing, existing)
    return past


def _oldest_first(rows: list[Row]) -> list[Row]:
    """Some programs write the newest change on top."""
    days = [row.values.get("completed_on") or date.min for row in rows]
    turned = rows[::-1]
    if days[0] > days[-1]:
        return turned
    if days[0] == days[-1] and not _hang_together(rows) and _hang_together(turned):
        return turned
    return rows


def _hang_together(rows: Sequence[Row]) -> bool:
    return all(_key(later, "from") in ("", _key(earlier, "to")) for earlier, later in pairwise(rows))


def _key(row: Row, name: str) -> str:
    return texts.unique_key(row.values.get(name, ""))


def _statuses(row: Row, existing: Existing, wrong: list[Wrong]) -> tuple[int | str | None, int | str | None]:
    """Return where a change came from, if it says so, and where it went."""
    found = []
    for name, label in (("from", FROM), ("to", TO)):
        said = row.values.get(name)
        status = existing.status_of(said, is_former=True) if said else None
        if said and status is None:
            wrong.append(Wrong(label, NO_STATUS.format(said)))
        found.append(status)
    return found[0], found[1]


def _stays(rows, statuses, standing: Standing, existing: Existing) -> list[KnownStay]:
    """Return a stay for each change, and one before the first where that came from somewhere."""
    stays = []
    if statuses[0][0] is not None:
        stays.append(KnownStay(statuses[0][0], standing.order_date))
    for row, (_, to) in zip(rows, statuses, strict=True):
        said = row.values
        if stays:  # what a row says beside is of the status that was left
            stays[-1] = replace(stays[-1], **_of_left(said, existing))
        by = existing.people.get(texts.sort_key(said.get("entered_by", "")))
        stays.append(
            KnownStay(
                to, said["completed_on"], by=by, by_name=said.get("entered_by", "") if by is None else "",
                note=said.get("note", ""),
            )
        )  # fmt: skip
    return stays


def _of_left(said, existing: Existing) -> dict:
    department, user = said.get("department", ""), said.get("user", "")
    department_key = existing.departments.get(texts.unique_key(department))
    person = existing.people.get(texts.sort_key(user))
    reason = said.get("late_reason", "")
    reason_key = existing.late_reasons.get(texts.unique_key(reason))
    return {
        "due_date": said.get("due_date"),
        "department": department_key,
        "department_name": department if department_key is None else "",
        "user": person,
        "user_name": user if person is None else "",
        "late_reason": reason_key,
        "late_reason_name": reason if reason_key is None else "",
        "delay_reason": said.get("delay_reason", ""),
    }


def _steps(past: _Past) -> tuple[tuple[int | str, date], ...]:
    return tuple((stay.status, stay.entered_on) for stay in past.stays)


def _check_links(past: _Past, statuses) -> None:
    for place, (came_from, to) in enumerate(statuses):
        before = statuses[place - 1][1] if place else None
        if place and came_from is not None and came_from != before:
            name = past.rows[place - 1].values["to"]
            sentence = f"The change before it, in row {past.rows[place - 1].number}, goes to “{name}”."
            past.wrong[place].append(Wrong(FROM, sentence))
        elif to in (came_from, before):
            past.wrong[place].append(Wrong(TO, "The order was at this status already."))


def _check_days(past: _Past, standing: Standing, existing: Existing) -> None:
    earliest, what = standing.order_date, "the order date"
    for row, wrong in zip(past.rows, past.wrong, strict=True):
        day = row.values["completed_on"]
        if day < earliest:
            wrong.append(Wrong(DONE, f"It is before {what}, {dates.written(earliest)}."))
        elif day > existing.today:
            wrong.append(Wrong(DONE, "It is in the future."))
        else:
            earliest, what = day, f"the change in row {row.number}"


def _check_end(past: _Past, standing: Standing, existing: Existing) -> None:
    last = past.stays[-1]
    if not _is_same(last.status, standing.status):
        name = existing.status_names.get(standing.status, standing.status)
        sentence = f"This is the last change of the order, which stands at “{name}”."
        past.wrong[-1].append(Wrong(TO, sentence))
    elif standing.entered_on not in (standing.order_date, last.entered_on):
        # An order without a Status Date is there since its order date; its Status Notes know better.
        sentence = f"By its Status Date the order is there since {dates.written(standing.entered_on)}."
        past.wrong[-1].append(Wrong(DONE, sentence))


def _is_same(one: int | str, other: int | str) -> bool:
    """Whether two are one status; of one that is to be made its name is known, however it is written."""
    if isinstance(one, str) and isinstance(other, str):
        return texts.unique_key(one) == texts.unique_key(other)
    return one == other


def _refused(row: Row, past: _Past) -> Judgement:
    first = next(each for each, wrong in zip(past.rows, past.wrong, strict=True) if wrong)
    with_it = Wrong("", f"Left out with row {first.number}: the Status Notes of an order come whole.")
    parts = [
        Judgement(each, Fate.REFUSED, wrong=wrong or [with_it])
        for each, wrong in zip(past.rows, past.wrong, strict=True)
    ]
    return Judgement(row, Fate.REFUSED, parts=parts)


def _answer(row: Row, past: _Past, fate: Fate) -> Judgement:
    return Judgement(row, fate, parts=[Judgement(each, fate) for each in past.rows])
