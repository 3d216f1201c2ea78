"""The studio of a random walk, what its steps choose from, and what holds after each of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from preproduction import operations
from preproduction.models import Batch, Cause, Hold, Order, OrderEvent, Status, StatusChange, StatusList
from preproduction.operations import OperationRefused
from studio import work_calendar
from studio.models import (
    Client,
    ClosedDay,
    CompanyPreferences,
    Department,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from tests.promises import (
    held_where_a_hold_is_open,
    history_rebuilds,
    nothing_waits_for_a_withdrawn_order,
    one_delivery_of_a_trigger_in_a_stay,
    what_waits_has_the_moment_of_its_due_date,
)
from triggers.models import Delivery, MessageTemplate, Task, Trigger

FIRST_DAY = datetime(2026, 6, 10, 12, tzinfo=UTC)

any_number = st.integers(min_value=0, max_value=10_000)
few_days = st.integers(min_value=-40, max_value=40)
words = st.sampled_from(["", "Client is away", "Lab is closed", "naïve = <b>&\"'"])


class Studio(RuleBasedStateMachine):
    """A studio of up to five orders.  Whatever is refused must be refused with a sentence, and change nothing."""

    @initialize(steps=st.sampled_from([4, 4, 4, 4, 0]))
    def open_the_studio(self, steps):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(FIRST_DAY, tick=False)
        self.traveller = self.clock.start()
        self.people = [
            User.objects.create(username="walk-mia", role="administrator", first_name="Mia"),
            User.objects.create(username="walk-sam", email="sam@example.com", first_name="Sam"),
            User.objects.create(username="walk-lee", role="manager", first_name="Lee"),
        ]
        self.departments = [Department.objects.create(name=f"Walk {n}") for n in "AB"]
        self.people[1].departments.add(self.departments[0])
        self.vendors = [None, *(Vendor.objects.create(name=f"Lab {n}") for n in "AB")]
        self.session = PhotoSession.objects.create(
            number="W-1",
            client=Client.objects.create(name="Walker", email="walker@example.com"),
            date=self.today,
            session_type=SessionType.objects.create(name="Walk"),
        )
        for number in range(steps):
            Status.objects.create(
                description=f"Step {number}",
                position=number + 1,
                default_duration=[2, None, 5, None][number],
                default_department=self.departments[number % 2],
                default_user=self.people[number - 1] if number in (2, 3) else None,
                is_initial=number == 0,
                is_final=number == 3,
            )
        if steps:
            self.make_triggers()
        self.seen_rows, self.latest_day = {}, self.today

    def make_triggers(self):
        letter = MessageTemplate.objects.create(name="Walk", subject="Proofs", text="They are on their way.")
        before = {"timing": Trigger.Timing.BEFORE_DUE, "days": 3}
        after = {"timing": Trigger.Timing.AFTER_DUE, "days": 1, "max_late_hours": None}
        mail = {"kind": "email", "recipient": Trigger.Recipient.CLIENT, "template": letter}
        for position, (step, columns) in enumerate(
            [
                (2, {"description": "Walk", "task_title": "Look"}),
                (2, {"description": "Before due", "task_title": "Ask", **before}),
                (0, {"description": "After due", "task_title": "Ask again", **after}),
                (2, {"description": "Mail", "send_at": Trigger.SendAt.BUSINESS_DAYS, **mail, **after}),
                (3, {"description": "Done", "task_title": "File", "needs_review": True}),
            ]
        ):
            status = Status.objects.get(description=f"Step {step}")
            columns = {"department": self.departments[0], **columns}
            Trigger.objects.create(status=status, position=position, **columns)

    def teardown(self):
        if hasattr(self, "transaction"):
            timezone.deactivate()
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

    def person(self, number) -> User:
        """Return somebody who works here; the administrator always does."""
        return self.pick(User.objects.active().filter(username__startswith="walk-"), number)

    @property
    def mia(self) -> User:
        """The administrator."""
        return self.people[0]

    @property
    def version(self) -> int:
        return StatusList.current_version()

    def attempt(self, operation, *arguments, **keywords):
        """Call an operation; a refusal must be a sentence that leaves everything as it was."""
        before, said = self.picture(), []
        try:
            with transaction.atomic():
                done = operation(*arguments, **keywords)
            timezone.activate(CompanyPreferences.load().zone)
            return done
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
            list(model._base_manager.order_by("pk").values_list())
            for model in (
                Order,
                Status,
                StatusChange,
                Batch,
                OrderEvent,
                Hold,
                Delivery,
                Task,
                Trigger,
                ClosedDay,
                WorkedDay,
                CompanyPreferences,
            )
        ]

    def has_orders(self):
        return Order.objects.exists()

    # What holds after every step.

    @invariant()
    def orders_and_their_notes_agree(self):
        # Going west, today becomes yesterday; what was written today stays valid.
        self.latest_day = max(self.latest_day, self.today)
        for order in Order.with_withdrawn.select_related("status"):
            notes = list(order.status_changes.order_by("sequence"))
            assert [note.sequence for note in notes] == list(range(1, order.status_sequence + 1))
            assert notes[0].cause == Cause.CREATED
            for earlier, later in pairwise(notes):
                assert later.from_status_id == earlier.to_status_id
            assert notes[-1].to_status_id == order.status_id
            assert notes[-1].stay_after.pk == order.stay_id
            if order.status:
                assert order.is_complete == order.status.is_final
            assert order.is_complete == (order.completed_by_id is not None)
            assert order.is_complete == (order.completed_on is not None)
            if order.is_complete:
                assert order.status_due_date is None
                assert order.held_on is None
            assert order.entered_status_on is None or order.entered_status_on <= self.latest_day
            assert order.status_duration is None or order.status_due_date is not None
            assert order.held_days >= 0

    @invariant()
    def history_rebuilds_every_order(self):
        for order in Order.with_withdrawn.all():
            history_rebuilds(order)

    @invariant()
    def what_waits_belongs_to_the_present_stay_and_due_date(self):
        for order in Order.with_withdrawn.all():
            one_delivery_of_a_trigger_in_a_stay(order)
            nothing_waits_for_a_withdrawn_order(order)
        what_waits_has_the_moment_of_its_due_date()

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
            broken = {order.pk for order in Order.objects.all() if order.is_promise_broken(day)}
            assert set(Order.objects.late(day).values_list("pk", flat=True)) == by_query | broken

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
        for delivery in Delivery.objects.select_related("trigger"):
            is_done = delivery.state == Delivery.State.SENT and delivery.channel == "task"
            assert is_done == Task.objects.filter(delivery=delivery).exists()

    @invariant()
    def a_request_for_a_hold_waits_where_there_is_none_yet(self):
        asked = Task.objects.requests().waiting().select_related("order")
        orders = [request.order for request in asked]
        assert len(orders) == len({order.pk for order in orders})
        assert not [order for order in orders if order.held_on or order.is_complete or order.withdrawn_on]

    @invariant()
    def nobody_who_left_is_given_work_by_a_list(self):
        for person in User.objects.filter(is_active=False):
            assert not Status.objects.filter(default_user=person).exists()
            assert not Trigger.objects.filter(user=person).exists()

    @invariant()
    def what_is_complete_or_left_is_waited_for_no_more(self):
        waiting = Delivery.objects.unfinished().filter(order__is_complete=True, is_at_once=False)
        for row in waiting.select_related("order", "status_change__to_status"):
            assert row.status_change.to_status.is_final

    # No step may freeze an order.

    def can_go_on(self, order: Order) -> None:
        """Resume it if it is held, and advance it to whatever other active status there is; then let it be as it was."""
        to = Status.objects.active().exclude(pk=order.status_id).first()
        try:
            with transaction.atomic():
                if order.held_on:
                    operations.resume_order(order, expected=order.version, by=self.mia)
                    order = Order.objects.for_table().get(pk=order.pk)
                if to:
                    plan = operations.plan_advance(order, to=to)
                    operations.advance_status(
                        order, plan, expected=order.version, by=self.mia, note="All is well"
                    )
                raise Rollback
        except Rollback:
            pass


class Rollback(Exception):
    pass
