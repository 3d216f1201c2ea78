"""Steps that change what orders follow: the status list, the calendar, the time zone, triggers, people; and time."""

from datetime import timedelta

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from preproduction import operations
from preproduction.models import Order, Status
from preproduction.operations import CalendarChange
from preproduction.operations.leaving import Belongings, Heirs
from studio import work_calendar
from studio.models import ClosedDay, CompanyPreferences, User, WorkedDay
from tests.reliability.walk.studio import Studio, any_number, few_days
from triggers import outbox
from triggers.models import Delivery, Task, Trigger
from triggers.operations import steering, trigger_list
from triggers.operations import tasks as task_operations

ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata")


class StatusListSteps(Studio):
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

    @rule(number=any_number, duration=st.none() | st.integers(0, 12))
    def recount_after_another_duration(self, number, duration):
        """As the page offers it: the duration first, then the orders that stand there."""
        status = self.status(number)
        if not status or status.default_duration == duration:
            return
        was = status.default_duration
        if self.attempt(operations.edit_status, status, expected=self.version, default_duration=duration):
            self.attempt(
                operations.recount_orders,
                status,
                expected=self.version,
                duration=duration,
                was=was,
                by=self.mia,
            )

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
                by=self.mia,
                fire_triggers=fire,
                reason="Given up." if fire else "",
            )

    @rule(number=any_number, other=any_number)
    def replace_a_status_and_take_it_back(self, number, other):
        """At once: each order is back where it was."""
        status = self.status(number)
        if not status:
            return
        columns = ("status", "stay", "entered_status_on", "held_on", "assigned_user", "is_complete")
        before = {*Order.objects.filter(status=status).values_list("pk", *columns)}
        done = self.attempt(
            operations.replace_status,
            status,
            replacement=self.status(other),
            expected=self.version,
            by=self.mia,
            reason="By mistake.",
        )
        if done and self.attempt(operations.undo_batch, done[0], by=self.mia) is not None:
            assert before <= {*Order.objects.values_list("pk", *columns)}


class CalendarSteps(Studio):
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
            by=self.mia,
            move_open_orders=move,
        )
        # What could move has moved, or was left alone for good.
        assert list(operations.due_date_moves(work_calendar.load())) == []

    @rule(zone=st.sampled_from(ZONES))
    def change_zone(self, zone):
        due = {*Order.with_withdrawn.values_list("pk", "status_due_date")}
        seen = CompanyPreferences.load().time_zone
        if self.attempt(operations.change_zone, zone, seen=seen, by=self.mia):
            assert due == {*Order.with_withdrawn.values_list("pk", "status_due_date")}
            for order in Order.objects.select_related("status"):
                self.can_go_on(order)

    @rule(hours=st.sampled_from([1, 12, 24, 24, 72, 240]))
    def time_goes_by(self, hours):
        self.traveller.shift(timedelta(hours=hours))


class PeopleSteps(Studio):
    @rule(number=any_number, heir=any_number)
    def somebody_leaves(self, number, heir):
        person = self.person(number)
        heirs = Heirs(*(self.person(heir + n) if (heir + n) % 4 else None for n in range(4)))
        if person in (self.mia, heirs.orders, heirs.tasks, heirs.statuses, heirs.triggers):
            return
        if self.attempt(operations.make_inactive, person, heirs=heirs, counted=None, by=self.mia):
            assert Belongings.of(person).counted() == "0-0-0-0"

    @rule(number=any_number)
    def somebody_comes_back(self, number):
        left = self.pick(User.objects.filter(is_active=False, username__startswith="walk-"), number)
        if left:
            User.objects.filter(pk=left.pk).update(is_active=True)

    @rule(number=any_number, other=any_number, days=st.integers(-3, 9))
    def somebody_is_away(self, number, other, days):
        person, first = self.person(number), self.today + timedelta(days=days)
        User.objects.filter(pk=person.pk).update(
            away_from=first, away_until=first + timedelta(days=5), stands_in=self.person(other)
        )

    @rule(number=any_number)
    def hand_over(self, number):
        person = self.person(number)
        self.attempt(operations.hand_over, person, counted=None, by=self.mia)


class TriggerSteps(Studio):
    @rule(
        number=any_number,
        change=st.sampled_from(
            [
                {"timing": Trigger.Timing.REACHED, "days": None},
                {"timing": Trigger.Timing.BEFORE_DUE, "days": 1},
                {"timing": Trigger.Timing.AFTER_DUE, "days": 4, "day_kind": Trigger.DayKind.CALENDAR},
                {"is_active": False},
                {"is_active": True},
                {"needs_review": True},
            ]
        ),
        include=st.booleans(),
    )
    def edit_trigger(self, number, change, include):
        trigger = self.pick(Trigger.objects.select_related("status"), number)
        if not trigger:
            return
        was_active, before = trigger.is_active, [getattr(trigger, name) for name in FIRES_FOR]
        for name, value in change.items():
            setattr(trigger, name, value)
        otherwise = before != [getattr(trigger, name) for name in FIRES_FOR]
        afresh = trigger.is_active and (otherwise or not was_active)
        standing = trigger_list.standing(trigger) if include and afresh else ()
        trigger_list.save(trigger, fires_afresh=afresh, fires_otherwise=otherwise, include=standing)

    @rule(number=any_number, act=st.sampled_from([steering.process, steering.skip, steering.retry]))
    def steer_the_queue(self, number, act):
        row = self.pick(Delivery.objects, number)
        if row:
            act([row], by=self.mia)

    @rule()
    def work_the_outbox(self):
        outbox.deliver_due()

    def has_tasks(self):
        return Task.objects.tasks().exists()

    @precondition(has_tasks)
    @rule(number=any_number, act=st.sampled_from(["done", "open", "edit"]))
    def do_a_task(self, number, act):
        task = self.pick(Task.objects.tasks().filter(order__withdrawn_on=None), number)
        if task is None:
            return
        if act == "done":
            task_operations.finish_task(task, by=self.mia)
        elif act == "open":
            task_operations.reopen_task(task)
        else:
            Task.objects.filter(pk=task.pk).update(notes="Somebody has read it.", touched_at=timezone.now())


FIRES_FOR = ("timing", "days", "day_kind")


class Settings(StatusListSteps, CalendarSteps, PeopleSteps, TriggerSteps):
    """All of them."""
