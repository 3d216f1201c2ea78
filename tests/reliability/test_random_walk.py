"""Random walks over everything one can do to orders, the status list and the calendar; all promises hold after each step.

A walk has 50 steps.  Hypothesis shrinks one that breaks a promise to its shortest form.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import hypothesis
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from preproduction import operations
from preproduction.models import Batch, Cause, Hold, Order, OrderEvent, Status, StatusChange, StatusList
from preproduction.operations import CalendarChange, OperationRefused
from studio import work_calendar
from studio.models import Client, ClosedDay, Department, PhotoSession, SessionType, User, WorkedDay
from tests.promises import (
    held_where_a_hold_is_open,
    history_rebuilds,
    one_delivery_of_a_trigger_in_a_stay,
)
from triggers import outbox
from triggers.models import Delivery, Task, Trigger

STEPS = 50
FIRST_DAY = datetime(2026, 6, 10, 12, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

any_number = st.integers(min_value=0, max_value=10_000)
few_days = st.integers(min_value=-40, max_value=40)
words = st.sampled_from(["", "Client is away", "Lab is closed", "naïve = <b>&\"'"])


class Studio(RuleBasedStateMachine):
    """A studio of up to five orders.  Whatever is refused must be refused with a sentence, and change nothing."""

    @initialize()
    def open_the_studio(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(FIRST_DAY, tick=False)
        self.traveller = self.clock.start()
        self.people = [
            User.objects.create(username="walk-sam"),
            User.objects.create(username="walk-mia", role="administrator"),
        ]
        self.departments = [Department.objects.create(name=f"Walk {n}") for n in "AB"]
        self.session = PhotoSession.objects.create(
            number="W-1",
            client=Client.objects.create(name="Walker"),
            date=self.today,
            session_type=SessionType.objects.create(name="Walk"),
        )
        for number in range(4):
            Status.objects.create(
                description=f"Step {number}",
                position=number + 1,
                default_duration=[2, None, 5, None][number],
                default_department=self.departments[number % 2],
                default_user=self.people[1] if number == 2 else None,
                is_initial=number == 0,
                is_final=number == 3,
            )
        Trigger.objects.create(
            description="Walk", status=Status.objects.get(description="Step 2"), task_title="Look"
        )
        Trigger.objects.create(
            description="Before due",
            status=Status.objects.get(description="Step 2"),
            task_title="Ask",
            timing=Trigger.Timing.BEFORE_DUE,
            days=3,
            position=1,
        )
        self.seen_rows = {}

    def teardown(self):
        if hasattr(self, "transaction"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # What a step chooses from.

    @property
    def today(self) -> date:
        return timezone.localdate()

    def pick(self, queryset, number):
        rows = list(queryset.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def order(self, number) -> Order:
        return self.pick(Order.objects.select_related("status"), number)

    def status(self, number) -> Status | None:
        return self.pick(Status.objects.all(), number)

    @property
    def version(self) -> int:
        return StatusList.current_version()

    def attempt(self, operation, *arguments, **keywords):
        """Call an operation; a refusal must be a sentence that leaves everything as it was."""
        before, said = self.picture(), []
        try:
            with transaction.atomic():
                return operation(*arguments, **keywords)
        except OperationRefused as refusal:
            said = [str(refusal)]
        except ValidationError as refusal:
            said = refusal.messages
        assert said
        assert all(sentence.strip().endswith((".", "!")) for sentence in said), f"No sentence: {said}"
        assert self.picture() == before
        return None

    @staticmethod
    def picture():
        return [
            list(model.objects.order_by("pk").values_list())
            for model in (
                Order,
                Status,
                StatusChange,
                Batch,
                OrderEvent,
                Hold,
                Delivery,
                ClosedDay,
                WorkedDay,
            )
        ]

    # Steps.

    @rule(back=st.integers(min_value=0, max_value=30), by=any_number)
    def create(self, back, by):
        if Order.objects.count() < 5:
            self.attempt(
                operations.create_order,
                self.session,
                by=self.people[by % 2],
                order_date=self.today - timedelta(days=back),
                request_key=uuid4(),
            )

    def has_orders(self):
        return Order.objects.exists()

    @precondition(has_orders)
    @rule(
        number=any_number,
        to=any_number,
        back=st.sampled_from([0, 0, 0, 1, 3, 20, -1]),
        typed=st.none() | few_days,
        by=any_number,
        note=words,
    )
    def advance(self, number, to, back, typed, by, note):
        order, completed_on = self.order(number), self.today - timedelta(days=back)

        def advance():
            plan = operations.plan_advance(
                order, to=self.status(to) if to % 3 else None, completed_on=completed_on
            )
            if typed is not None:
                plan = plan.with_due_date(self.today + timedelta(days=typed))
            return operations.advance_status(
                order,
                plan,
                expected=order.version,
                by=self.people[by % 2],
                note=note,
                request_key=uuid4(),
            )

        self.attempt(advance)

    @precondition(has_orders)
    @rule(number=any_number, by=any_number)
    def advance_twice_with_one_form(self, number, by):
        order, key = self.order(number), uuid4()
        seen = order.version

        def send():
            plan = operations.plan_advance(order)
            return operations.advance_status(
                order, plan, expected=seen, by=self.people[by % 2], note="sent twice", request_key=key
            )

        first = self.attempt(send)
        if first:
            count = StatusChange.objects.count()
            assert self.attempt(send) == first
            assert StatusChange.objects.count() == count

    @precondition(has_orders)
    @rule(number=any_number, by=any_number)
    def advance_from_an_old_page(self, number, by):
        order = self.order(number)
        count = StatusChange.objects.count()

        def advance():
            plan = operations.plan_advance(order, to=self.status(by))
            return operations.advance_status(order, plan, expected=order.version - 1, by=self.people[0])

        assert self.attempt(advance) is None
        assert StatusChange.objects.count() == count

    @precondition(has_orders)
    @rule(number=any_number, by=any_number)
    def undo(self, number, by):
        order = self.order(number)
        before = order.status_changes.order_by("-sequence").first()
        undone = self.attempt(
            operations.undo_last_change, order, expected=order.version, by=self.people[by % 2]
        )
        if undone:
            order.refresh_from_db()
            assert order.status_id == before.from_status_id
            assert order.entered_status_on == (
                order.order_date if order.stay.sequence == 1 else before.entered_on
            )
            assert order.department_id == before.department_id
            assert order.assigned_user_id == before.assigned_user_id
            assert not before.deliveries.filter(state=Delivery.State.PENDING).exists()

    @precondition(has_orders)
    @rule(number=any_number, reason=words)
    def hold(self, number, reason):
        self.attempt(
            operations.hold_order, self.order(number), expected=None, by=self.people[1], reason=reason
        )

    @precondition(has_orders)
    @rule(number=any_number)
    def resume(self, number):
        order = self.order(number)
        due, calendar = order.status_due_date, work_calendar.load()
        hold = self.attempt(operations.resume_order, order, expected=None, by=self.people[1])
        if hold and due:
            order.refresh_from_db()
            assert calendar.count_business_days(due, order.status_due_date) == hold.days_held
            assert hold.days_held >= 0

    @precondition(has_orders)
    @rule(number=any_number, department=any_number, user=any_number)
    def assign(self, number, department, user):
        order = self.order(number)
        self.attempt(
            operations.assign_order,
            order,
            by=self.people[1],
            expected=order.version,
            department=[None, *self.departments][department % 3],
            assigned_user=[None, *self.people][user % 3],
        )

    @precondition(has_orders)
    @rule(number=any_number, days=st.integers(-5, 40), reason=words)
    def change_due_date(self, number, days, reason):
        order = self.order(number)
        self.attempt(
            operations.change_due_date,
            order,
            due_date=self.today + timedelta(days=days),
            reason=reason,
            expected=order.version,
            by=self.people[1],
        )

    @rule(number=any_number)
    def undo_a_batch(self, number):
        batch = self.pick(Batch.objects, number)
        if batch:
            self.attempt(operations.undo_batch, batch, by=self.people[1])

    @precondition(has_orders)
    @rule(number=any_number, text=words)
    def write_a_note(self, number, text):
        self.attempt(operations.write_note, self.order(number), by=self.people[1], text=text)

    @precondition(has_orders)
    @rule(number=any_number, reason=words)
    def note_reason(self, number, reason):
        self.attempt(
            operations.note_delay_reason, self.order(number), by=self.people[1], stay=None, reason=reason
        )

    @precondition(has_orders)
    @rule(number=any_number, back=st.integers(min_value=-2, max_value=40))
    def change_order_date(self, number, back):
        day = self.today - timedelta(days=back)
        self.attempt(operations.change_order_date, self.order(number), by=self.people[1], order_date=day)

    @precondition(has_orders)
    @rule(number=any_number, sent=st.integers(0, 9), returned=st.integers(0, 9))
    def send_images(self, number, sent, returned):
        line = {
            "files": "1-9",
            "proof_type": "",
            "proof_size": "",
            "quantity_sent": sent,
            "quantity_returned": returned,
        }
        operations.edit_image_lines(self.order(number), by=self.people[1], added=[line])

    @precondition(has_orders)
    @rule(number=any_number)
    def images_come_back(self, number):
        operations.return_all_images(self.order(number), by=self.people[1])

    @rule(
        duration=st.none() | st.integers(0, 12), above=any_number, final=st.booleans(), initial=st.booleans()
    )
    def add_status(self, duration, above, final, initial):
        if Status.objects.count() < 8:
            self.attempt(
                operations.create_status,
                expected=self.version,
                above=self.status(above) if above % 2 else None,
                description=f"Added {Status.objects.count()}",
                default_duration=duration,
                is_final=final,
                is_initial=initial,
            )

    @rule(
        number=any_number,
        change=st.sampled_from(
            [
                {"is_initial": True},
                {"is_initial": False},
                {"is_inactive": True},
                {"is_inactive": False},
                {"is_final": True},
                {"is_final": False},
                {"default_duration": 0},
                {"default_duration": 9},
                {"default_duration": None},
                {"default_duration": 366},
                {"description": "STEP 1"},
                {"description": ""},
            ]
        ),
        old_page=st.sampled_from([0, 0, 0, 1]),
    )
    def edit_status(self, number, change, old_page):
        status = self.status(number)
        if status:
            self.attempt(operations.edit_status, status, expected=self.version - old_page, **change)

    @rule(number=any_number, by=st.sampled_from([-1, 1]), hide=st.booleans())
    def move_status(self, number, by, hide):
        status = self.status(number)
        if status:
            self.attempt(operations.move_status, status, expected=self.version, by=by, hide_inactive=hide)

    @rule(number=any_number, before=any_number, hide=st.booleans())
    def place_status(self, number, before, hide):
        status = self.status(number)
        if status:
            place = self.status(before) if before % 4 else None
            self.attempt(
                operations.place_status, status, expected=self.version, before=place, hide_inactive=hide
            )

    @rule(number=any_number)
    def delete_status(self, number):
        status = self.status(number)
        if status:
            self.attempt(operations.delete_status, status, expected=self.version)

    @rule(number=any_number, other=any_number, fire=st.booleans())
    def replace_status(self, number, other, fire):
        status = self.status(number)
        if status:
            self.attempt(
                operations.replace_status,
                status,
                replacement=self.status(other),
                expected=self.version,
                by=self.people[1],
                fire_triggers=fire,
                reason="Given up." if fire else "",
            )

    @rule(
        mask=st.none() | st.integers(1, 127),
        closed=st.none() | st.tuples(few_days, st.integers(0, 9)),
        worked=st.none() | few_days,
        remove=st.booleans(),
        move=st.booleans(),
    )
    def change_calendar(self, mask, closed, worked, remove, move):
        first = self.today + timedelta(days=closed[0]) if closed else None
        day = self.today + timedelta(days=worked) if worked is not None else None
        if day and WorkedDay.objects.filter(day=day).exists():
            day = None
        self.attempt(
            operations.change_calendar,
            CalendarChange(
                work_week_mask=mask,
                closed_to_add=((first, first + timedelta(days=closed[1]), "Closed"),) if closed else (),
                closed_to_remove=tuple(ClosedDay.objects.values_list("pk", flat=True)) if remove else (),
                worked_to_add=((day, "Worked"),) if day else (),
            ),
            by=self.people[1],
            move_open_orders=move,
        )
        # What could move has moved, or was left alone for good.
        assert list(operations.due_date_moves(work_calendar.load())) == []

    @rule(hours=st.sampled_from([1, 12, 24, 24, 72, 240]))
    def time_goes_by(self, hours):
        self.traveller.shift(timedelta(hours=hours))

    @rule()
    def work_the_outbox(self):
        outbox.deliver_due()

    # What holds after every step.

    @invariant()
    def orders_and_their_notes_agree(self):
        for order in Order.objects.select_related("status"):
            notes = list(order.status_changes.order_by("sequence"))
            assert [note.sequence for note in notes] == list(range(1, order.status_sequence + 1))
            assert notes[0].cause == Cause.CREATED
            for earlier, later in pairwise(notes):
                assert later.from_status_id == earlier.to_status_id
            assert notes[-1].to_status_id == order.status_id
            assert order.is_complete == bool(order.status and order.status.is_final)
            assert order.is_complete == (order.completed_by_id is not None)
            assert order.is_complete == (order.completed_on is not None)
            if order.is_complete:
                assert order.status_due_date is None
                assert order.held_on is None
            assert order.entered_status_on is None or order.entered_status_on <= self.today
            assert order.status_duration is None or order.status_due_date is not None
            assert order.held_days >= 0

    @invariant()
    def history_rebuilds_every_order(self):
        for order in Order.with_withdrawn.all():
            history_rebuilds(order)

    @invariant()
    def a_stay_has_one_delivery_of_a_trigger(self):
        for order in Order.with_withdrawn.all():
            one_delivery_of_a_trigger_in_a_stay(order)

    @invariant()
    def notes_never_change(self):
        rows = {row[0]: row for row in StatusChange.objects.values_list()}
        assert self.seen_rows.items() <= rows.items() if self.seen_rows else True
        self.seen_rows = rows
        assert all(
            note.days_at_status is None or note.days_at_status >= 0 for note in StatusChange.objects.all()
        )

    @invariant()
    def an_order_is_held_once_or_not(self):
        for order in Order.with_withdrawn.all():
            held_where_a_hold_is_open(order)

    @invariant()
    def late_means_the_same_everywhere(self):
        for day in (self.today, self.today + timedelta(days=3)):
            by_query = set(Order.objects.overdue(day).values_list("pk", flat=True))
            assert by_query == {order.pk for order in Order.objects.all() if order.is_overdue(day)}

    @invariant()
    def due_dates_can_be_explained(self):
        calendar = work_calendar.load()
        for order in Order.objects.filter(status_duration__isnull=False, is_complete=False, held_on=None):
            due = calendar.add_business_days(order.entered_status_on, order.status_duration)
            if order.held_days:
                due = calendar.add_business_days(due, order.held_days)
            assert due == order.status_due_date, f"{order}: {order.status_due_date} and not {due}"

    @invariant()
    def the_list_is_in_order(self):
        positions = sorted(Status.objects.values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))
        assert Status.objects.filter(is_initial=True).count() <= 1
        assert not Status.objects.filter(is_initial=True, is_inactive=True).exists()
        assert not Status.objects.filter(is_initial=True, is_final=True).exists()
        keys = [status.description.casefold() for status in Status.objects.active()]
        assert len(keys) == len(set(keys))

    @invariant()
    def each_trigger_fires_once_per_change(self):
        pairs = list(Delivery.objects.values_list("trigger", "status_change"))
        assert len(pairs) == len(set(pairs))
        for delivery in Delivery.objects.select_related("status_change", "trigger"):
            assert delivery.status_change.to_status_id == delivery.trigger.status_id
            assert (delivery.state == Delivery.State.SENT) == Task.objects.filter(delivery=delivery).exists()


def test_random_walks_break_no_promise(size, seed, record, preferences):
    walks = size("walks")
    run_state_machine_as_test(
        hypothesis.seed(seed)(Studio) if seed else Studio,
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not seed,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
    record(steps=walks * STEPS)


class Forgetful(Studio):
    """The control: an advance that leaves Date Completed of the order as it was."""

    @precondition(Studio.has_orders)
    @rule(number=any_number)
    def complete_by_hand(self, number):
        order = self.order(number)
        Order.objects.filter(pk=order.pk, is_complete=False).update(
            status=Status.objects.filter(is_final=True).first(),
            is_complete=True,
            status_due_date=None,
            held_on=None,
        )


def test_control_a_broken_promise_is_found(preferences, record):
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Forgetful,
            settings=settings(
                max_examples=20,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate,),
                report_multiple_bugs=False,
            ),
        )
    record(contradictions=1)
