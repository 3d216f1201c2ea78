"""Applying a set-up: rehearsed, which stores it and takes that back, or done.  Both are the same path.

So what a page shows before is what happens: the same forms refuse, the same orders would move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from preproduction import operations
from preproduction.models import Batch, Cause, Status
from preproduction.moving_in.setup_file import reading
from preproduction.moving_in.setup_file.comparing import Difference, compare
from preproduction.moving_in.setup_file.exporting import Snapshot, as_text, fingerprint, snapshot
from preproduction.moving_in.setup_file.fields import unknown
from preproduction.moving_in.setup_file.reading import Said, Unreadable
from preproduction.moving_in.setup_file.section import Section, Wrong
from preproduction.moving_in.setup_file.sections import SECTIONS
from preproduction.moving_in.setup_file.single import Single
from preproduction.moving_in.setup_file.triggers import vendors
from preproduction.operations import DueDateMove, OutdatedPage
from studio import maintenance_log, ordered_list, work_calendar
from studio.maintenance_log import Verb
from studio.models import CompanyPreferences, User
from studio.ordered_list import OrderedList
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule

SAID = "The set-up was changed from a file."
NO_INITIAL = (
    "statuses: after this no status would be the initial one, and new orders would have none. Mark one."
)
OUTDATED = (
    "Somebody has changed the set-up meanwhile. Nothing was applied. This is what the file would do now."
)


@dataclass(frozen=True)
class Outcome:
    """What applying a file does.

    seen:       stands for the set-up before; see fingerprint().
    recounted:  statuses with another Default Duration.
    by_calendar, by_duration: open orders whose due date is counted otherwise.
    stranded:   statuses that become inactive, with the number of open orders at each.
    to_fill_in: sentences about what the file does not hold.
    batch:      of the orders; None in a rehearsal, and where nothing changes.
    """

    seen: str
    differences: list[Difference]
    is_other_calendar: bool
    by_calendar: list[DueDateMove]
    recounted: list[Status]
    by_duration: list[DueDateMove]
    stranded: list[tuple[Status, int]]
    to_fill_in: list[str]
    batch: Batch | None = None

    @property
    def is_empty(self) -> bool:
        return not any(each.changes or each.order for each in self.differences)

    @property
    def by_calendar_alone(self) -> list[DueDateMove]:
        """Those by_calendar that another Default Duration does not count anew in any case."""
        recounted = {status.pk for status in self.recounted}
        return [move for move in self.by_calendar if move.order.status_id not in recounted]

    @property
    def moves(self) -> list[DueDateMove]:
        """Those that would move, first those whose state changes, then the soonest due."""
        moves = [*self.by_duration, *self.by_calendar_alone]
        moves.sort(key=lambda move: move.now.due_date or date.max)
        return sorted(moves, key=lambda move: (not move.becomes_overdue, not move.stops_being_overdue))

    @property
    def becoming_overdue(self) -> int:
        return sum(move.becomes_overdue for move in self.moves)

    @property
    def no_longer_overdue(self) -> int:
        return sum(move.stops_being_overdue for move in self.moves)

    @property
    def touched(self) -> int:
        """How many open orders this touches: those that would move, and those at a status that becomes inactive."""
        gone = {status.pk for status, _ in self.stranded}
        elsewhere = sum(move.order.status_id not in gone for move in self.moves)
        return elsewhere + sum(orders for _, orders in self.stranded)


def rehearse(text: str, *, by: User) -> Outcome:
    """Return what applying `text` would do; nothing stays of it.  Raises Unreadable."""
    document = reading.parse(text)
    with transaction.atomic():
        outcome = _Application(document, by).outcome()
        transaction.set_rollback(True)
    return outcome


def apply(text: str, *, by: User, seen: str, move_open_orders: bool) -> Outcome:
    """Apply the set-up of `text`: one transaction, and one batch for the orders.

    seen:             fingerprint of the set-up that the rehearsal was shown for.
    move_open_orders: whether the due dates of open orders follow the new calendar and durations.  Else those that the
                      calendar would move count as typed, so that nothing moves them later either.

    Raises Unreadable; OutdatedPage where the set-up has changed since.
    """
    document = reading.parse(text)
    try:
        with transaction.atomic():
            application = _Application(document, by)
            outcome = application.outcome()
            if outcome.seen != seen:
                raise OutdatedPage(OUTDATED)
            if outcome.is_empty:
                transaction.set_rollback(True)
                return outcome
            return application.move_orders(outcome, follow=move_open_orders)
    except IntegrityError:
        # Of two who make a department of one name at once, the database refuses the second.
        raise OutdatedPage(OUTDATED) from None


class _Application:
    """One application, within a transaction: what the file says, and what has been stored of it so far."""

    def __init__(self, document: dict[str, Any], by: User):
        self.by = by
        known = [section.name for section in SECTIONS]
        self.problems = [f"{name[:60]}: {unknown(name, known)}" for name in document if name not in known]
        self.wanted = {
            section: section.read(document[section.name], self.problems)
            for section in SECTIONS
            if section.name in document
        }
        self._refuse_problems()
        self.things: dict[str, dict] = {"vendors": vendors()}
        self.stored: dict[Section, list] = {}

    def outcome(self) -> Outcome:
        """Store what the file says, and return what that is and does."""
        self._keep()
        self.before, self.text = snapshot(), as_text()
        seen, calendar = fingerprint(self.before), work_calendar.load()
        statuses = {status.pk: status for status in Status.objects.all()}
        self._store(self.before)
        now, recounted = work_calendar.load(), _recounted(statuses)
        # Whose clock a status runs on is no part of the calendar, and counts days as much.
        clocks = {key: status.clock for key, status in statuses.items()}
        is_other = (
            now != calendar or dict(Status.objects.filter(pk__in=clocks).values_list("pk", "clock")) != clocks
        )
        return Outcome(
            seen=seen,
            differences=compare(self.before, snapshot()),
            is_other_calendar=is_other,
            by_calendar=list(operations.due_date_moves(now, lock=True)) if is_other else [],
            recounted=recounted,
            by_duration=[
                move for status in recounted for move in operations.duration_moves(status, lock=True)
            ],
            stranded=_stranded(statuses),
            to_fill_in=[
                sentence for section, stored in self.stored.items() for sentence in section.to_fill_in(stored)
            ],
        )

    def _keep(self) -> None:
        """Let nobody else change the set-up until the transaction ends."""
        CompanyPreferences.objects.get_or_create(pk=1)
        for section in SECTIONS:
            if isinstance(section, Section):
                if section.order is not None:
                    ordered_list.lock(section.order, None)
                section.keep()
        CompanyPreferences.objects.select_for_update().get(pk=1)

    def _store(self, before: Snapshot) -> None:
        for section in SECTIONS:
            if isinstance(section, Single):
                if section in self.wanted:
                    self._store_table(section, before[section.name])
            else:
                self._store_list(section)
        self._refuse_problems()
        marked = any(values["initial"] for values in before["statuses"].values())
        if marked and Status.objects.initial() is None:
            raise Unreadable([NO_INITIAL])

    def _store_table(self, section: Single, before: dict[str, Any]) -> None:
        values = before | self.wanted[section]
        try:
            if values != before:
                section.store(values, self.by)
        except Wrong as wrong:
            self.problems += [f"{section.name}.{name}: {said}" for name, said in wrong.sentences.items()]

    def _store_list(self, section: Section) -> None:
        known = self.things[section.name] = section.stored()
        wanted = self.wanted.get(section, {})
        if not wanted:
            return
        rows = section.rows()
        there = list(rows.values_list("pk", flat=True))
        with maintenance_log.noting(rows, by=self.by):
            for key, said in wanted.items():
                row = known.get(key)
                values = section.fitted(row, said.values, self.things)
                if row is None or section.differing(section.said(row), values):
                    known[key] = self._stored(section, row, Said(said.path, values))
        self.stored[section] = [(known[key], said.values) for key, said in wanted.items() if known[key]]
        if section.order is not None and not self.problems:
            self._put_in_order(section.order, there, [known[key].pk for key in wanted])

    def _put_in_order(self, which: type[OrderedList], there: list[int], wanted: list[int]) -> None:
        there = [key for key in ordered_list.keys(which) if key in set(there)]
        in_order = merged(there, wanted)
        ordered_list.put_in_order(which, in_order)
        # That others make room is no move of theirs.
        kept = [key for key in in_order if key in set(there)]
        moved = {key: there.index(key) for at, key in enumerate(kept) if there[at] != key}
        for row in which.rows._default_manager.filter(pk__in=moved):
            before, after = {"position": str(moved[row.pk] + 1)}, {"position": str(row.position)}
            maintenance_log.note(Verb.MOVED, row, by=self.by, before=before, after=after)

    def _stored(self, section, row, said):
        try:
            return section.store(row, said.values, self.things, self.by)
        except Wrong as wrong:
            name = section.known_as(said.values)[:60]
            for field, sentence in wrong.sentences.items():
                place = ".".join(filter(None, [said.path, field]))
                self.problems.append(f"{place}{f' (“{name}”)' if name else ''}: {sentence}")

    def _refuse_problems(self) -> None:
        if self.problems:
            raise Unreadable(self.problems)

    def move_orders(self, outcome: Outcome, *, follow: bool) -> Outcome:
        """Write what becomes of open orders, as one batch that keeps the set-up as it was."""
        batch = Batch.begin(Batch.Kind.SET_UP, SAID, by=self.by, before={"set_up": self.text})
        if follow:
            _move(outcome.by_duration, Cause.DURATION, batch)
            _move(outcome.by_calendar_alone, Cause.CALENDAR, batch)
        else:
            _move(outcome.by_calendar, Cause.CALENDAR, batch, leave=True)
        # Also where no due date moves: "2 business days before" is another day by another calendar.
        if outcome.is_other_calendar:
            replanned = schedule.replan_all(Reason.MOVED_BY_CALENDAR)
        else:
            moved = [move.order.pk for move in outcome.by_duration] if follow else []
            replanned = schedule.replan(moved, Reason.MOVED_BY_DUE_DATE)
        if replanned:
            tasks.wake_worker_on_commit()
        return replace(outcome, batch=batch)


def _move(moves: list[DueDateMove], cause: Cause, batch: Batch, *, leave: bool = False) -> None:
    operations.move_due_dates(moves, by=batch.by, cause=cause, batch=batch, leave=leave)


def merged(there: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """Return the order of a list: what was there, and what is new behind what it follows in the file.

    there:  keys in their order.
    wanted: those that the file names, in its order; of those that were there, they change places among themselves.
    """
    known, named = set(there), set(wanted)
    in_turn = iter([key for key in wanted if key in known])
    order = [next(in_turn) if key in named else key for key in there]
    place = next((at for at, key in enumerate(order) if key in named), len(order))
    for key in wanted:
        if key in known:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order


def _recounted(before: Mapping[int, Status]) -> list[Status]:
    """Return the statuses whose Default Duration is another than before."""
    return [
        status
        for status in Status.objects.filter(pk__in=before)
        if status.default_duration != before[status.pk].default_duration
    ]


def _stranded(before: Mapping[int, Status]) -> list[tuple[Status, int]]:
    active = [key for key, status in before.items() if not status.is_inactive]
    gone = Status.objects.filter(pk__in=active, is_inactive=True).with_open_orders()
    return [(status, status.open_orders) for status in gone if status.open_orders]
