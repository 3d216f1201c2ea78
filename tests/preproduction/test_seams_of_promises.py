"""Where the verbs of promise and forecast meet others: Vendor Behind, messages by hand, durations, days that come back.

Each test names the two that meet, in the order in which they happen.  Mon 8 June 2026, noon UTC.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from preproduction import operations
from preproduction.models import Batch, MorningMail, Order, OrderEvent, Status, StatusList
from preproduction.morning import round as mornings
from preproduction.operations import Behind, CalendarChange, OperationRefused, Target, Telling
from preproduction.operations.leaving import Heirs
from studio import work_calendar
from studio.models import Client, ClosedDay, CompanyPreferences, PhotoSession, User
from tests.promises import history_rebuilds, one_delivery_of_a_trigger_in_a_stay
from triggers import outbox
from triggers.models import Delivery, MessagePreferences, MessageTemplate, Task, Trigger
from triggers.operations import steering
from triggers.outbox.by_hand import Wanted

AUCKLAND, NEW_YORK = "Pacific/Auckland", "America/New_York"


@pytest.fixture(autouse=True)
def clock(time_machine, preferences):
    time_machine.move_to("2026-06-08T12:00:00+00:00", tick=False)
    return time_machine


@pytest.fixture
def words(db):
    text = "Order {{ order.number }} is at {{ status.name }} until {{ status.due_date }}."
    return Wanted(
        MessageTemplate.objects.create(name="It waits", subject="Order", text=text), "email", "client"
    )


@pytest.fixture
def trigger(statuses, retouching):
    """A task on the day after the due date of Sent to lab."""
    return Trigger.objects.create(
        description="Ask the lab",
        status=statuses["Sent to lab"],
        task_title="Ask the lab",
        department=retouching,
        timing=Trigger.Timing.AFTER_DUE,
        days=1,
    )


@pytest.fixture
def orders(make_order, vendor, mia, trigger):
    """Two at the lab since today, due on Mon 15 June."""
    made = [make_order(vendor=vendor, by=mia) for _ in range(2)]
    for order in made:
        operations.advance_status(order, operations.plan_advance(order), by=mia, expected=None)
    yield [now(order) for order in made]
    for order in made:
        history_rebuilds(now(order))
        one_delivery_of_a_trigger_in_a_stay(now(order))


def now(order):
    return Order.with_withdrawn.for_table().get(pk=order.pk)


def dues():
    days = Order.objects.order_by("pk").values_list("status_due_date", flat=True)
    return [f"{day:%d %b}" for day in days]


def rehearsed(orders, days=3):
    """Return what the page of Vendor Behind holds: by three business days, to Thu 18."""
    behind = Behind(orders[0].vendor, orders[0].status, days=days)
    moves = operations.plan_behind(behind, work_calendar.load())
    return [Target(move.order.pk, move.order.version, move.after.due_date) for move in moves]


def put_behind(targets, by, words=None):
    """Return the batch, and the sentence for each order that was not moved."""
    telling = words and Telling(words)
    batch, answers = operations.put_behind(targets, what="Behind", reason="Ill", by=by, telling=telling)
    return batch, [str(each.moved) for each in answers if isinstance(each.moved, OperationRefused)]


def undo(batch, by):
    answers = [answer for _, answer in operations.undo_batch(batch, by=by)]
    return [str(answer) for answer in answers if isinstance(answer, OperationRefused)]


def replace(status, by, replacement=None):
    status = Status.objects.get(pk=status.pk)
    return operations.replace_status(
        status, replacement=replacement or status.next(), expected=StatusList.current_version(), by=by
    )[0]


def send(order, words, by):
    return operations.send_message(order, words, by=by)


def states():
    return list(Delivery.objects.filter(trigger=None).order_by("pk").values_list("state", "reason_code"))


# Vendor Behind.


def test_behind_replaced_the_status_moves_on_and_only_then_nothing_is_left_to_undo(orders, mia, ada, words):
    batch, _ = put_behind(rehearsed(orders), mia, words)
    replaced = replace(orders[0].status, ada)
    assert dues() == ["11 Jun", "11 Jun"]  # Proofs received, three days
    assert undo(batch, mia) == [f"{order} has moved on since." for order in orders]
    assert states() == [("pending", ""), ("pending", "")]  # it stays as it was told
    assert not undo(replaced, ada)
    assert dues() == ["18 Jun", "18 Jun"]


def test_replaced_behind_what_its_page_showed_is_refused_by_name(orders, mia, ada, words):
    targets = rehearsed(orders)
    replace(orders[0].status, ada)
    batch, refused = put_behind(targets, mia, words)
    assert [sentence.split(" at ")[0] for sentence in refused] == [
        f"Ada Moreau moved {order} to Proofs received" for order in orders
    ]
    assert (dues(), states(), batch.events.count()) == (["11 Jun", "11 Jun"], [], 0)


def test_behind_left_who_had_the_orders_and_who_did_it(orders, mia, sam, ada, words):
    operations.assign_order(orders[0], by=mia, expected=None, department=None, assigned_user=sam)
    batch, _ = put_behind(rehearsed(orders), mia, words)
    left = operations.make_inactive(sam, heirs=Heirs(orders=ada), counted=None, by=ada)
    operations.make_inactive(mia, heirs=Heirs(), counted=None, by=ada)
    assert (dues(), now(orders[0]).assigned_user) == (["18 Jun", "18 Jun"], ada)
    # Given on since, the first keeps its due date; the second goes back though who did it is gone.
    assert undo(batch, ada) == [f"{orders[0]} was given to somebody else since."]
    assert dues() == ["18 Jun", "15 Jun"]
    assert states() == [("pending", ""), ("skipped", "undone")]
    assert not undo(left, ada)
    assert now(orders[0]).assigned_user == sam


def test_left_behind_it_is_refused_where_the_page_is_older(orders, mia, sam, ada):
    operations.assign_order(orders[0], by=mia, expected=None, department=None, assigned_user=sam)
    targets = rehearsed(orders)
    left = operations.make_inactive(sam, heirs=Heirs(orders=ada), counted=None, by=ada)
    _, refused = put_behind(targets, mia)
    assert [sentence.split(" at ")[0] for sentence in refused] == [
        f"Ada Moreau gave {orders[0]} to somebody else"
    ]
    assert dues() == ["15 Jun", "18 Jun"]
    put_behind(rehearsed(orders[:1]), mia)
    assert undo(left, ada) == [f"{orders[0]} was given another due date since."]


def test_behind_what_waits_for_the_due_date_moves_with_it_and_back(orders, mia, clock):
    def moments():
        rows = Delivery.objects.filter(trigger__isnull=False).order_by("pk")
        return [(row.state, row.reason_code, f"{row.not_before:%d %b}") for row in rows]

    assert moments() == [("pending", "", "16 Jun")] * 2
    batch, _ = put_behind(rehearsed(orders), mia)
    assert moments() == [("pending", "moved_by_due_date", "19 Jun")] * 2
    clock.move_to("2026-06-16T12:00:00+00:00", tick=False)
    outbox.deliver_due()
    assert not Task.objects.exists()
    assert not undo(batch, mia)
    assert moments() == [("pending", "moved_back", "16 Jun")] * 2
    outbox.deliver_due()
    assert Task.objects.count() == 2


def test_a_trigger_that_fired_behind_stays_done_and_fires_no_second_time(orders, mia, clock):
    clock.move_to("2026-06-16T12:00:00+00:00", tick=False)
    outbox.deliver_due()
    batch, _ = put_behind(rehearsed(orders), mia)
    assert not undo(batch, mia)
    clock.move_to("2026-06-22T12:00:00+00:00", tick=False)
    outbox.deliver_due()
    assert Task.objects.count() == 2


# A message by hand.


def test_a_message_another_zone_it_goes_when_it_is_no_longer_night_there(
    orders, words, sam, ada, mailoutbox, clock
):
    MessagePreferences.objects.create(pk=1, quiet_from="21:00", quiet_until="08:00")
    clock.move_to("2026-06-08T22:00:00+00:00", tick=False)
    send(orders[0], words, sam)
    outbox.deliver_due()
    assert states() == [("pending", "quiet_hours")]
    assert Delivery.objects.get(trigger=None).not_before == datetime(2026, 6, 9, 8, tzinfo=UTC)
    # Four in the morning in New York, where the studio is now: not before noon UTC.
    operations.change_zone(NEW_YORK, seen="UTC", by=ada)
    clock.move_to("2026-06-09T08:01:00+00:00", tick=False)
    with CompanyPreferences.load().in_force():
        outbox.deliver_due()
    assert (states(), len(mailoutbox)) == ([("pending", "quiet_hours")], 0)
    assert Delivery.objects.get(trigger=None).not_before == datetime(2026, 6, 9, 12, tzinfo=UTC)
    clock.move_to("2026-06-09T12:01:00+00:00", tick=False)
    with CompanyPreferences.load().in_force():
        outbox.deliver_due()
    assert (states(), len(mailoutbox)) == ([("sent", "")], 1)


def test_a_message_another_zone_where_it_is_day_it_goes_at_once(orders, words, sam, ada, mailoutbox, clock):
    MessagePreferences.objects.create(pk=1, quiet_from="21:00", quiet_until="08:00")
    clock.move_to("2026-06-08T22:00:00+00:00", tick=False)
    send(orders[0], words, sam)
    outbox.deliver_due()
    # Ten in the morning in Auckland: nobody waits until it is eight in the evening there.
    assert operations.plan_zone(AUCKLAND).messages == 2 + 1  # and what waits for two due dates
    zone = operations.change_zone(AUCKLAND, seen="UTC", by=ada)
    with CompanyPreferences.load().in_force():
        outbox.deliver_due()
    assert (states(), len(mailoutbox)) == ([("sent", "")], 1)
    assert not undo(zone, ada)


def test_a_message_replaced_its_status_it_is_sent_as_it_was_written(
    orders, words, statuses, sam, ada, mailoutbox
):
    send(orders[0], words, sam)
    replace(orders[0].status, ada)
    replace(statuses["Proofs received"], ada, statuses["Delivered"])
    assert not Order.objects.open().exists()
    outbox.deliver_due()
    assert [mail.body for mail in mailoutbox] == ["Order 1001 is at Sent to lab until 15 June 2026."]


def test_messages_a_cap_for_one_client_holds_the_rest_until_somebody_processes_them(
    orders, words, sam, mia, ada, mailoutbox, clock
):
    MessagePreferences.objects.create(pk=1, most_per_recipient=1)
    batch, _ = put_behind(rehearsed(orders), mia, words)
    outbox.deliver_due()
    assert sorted(states()) == [("held", "recipient_cap"), ("sent", "")]
    send(orders[0], words, sam)
    outbox.deliver_due()
    assert states()[2] == ("held", "recipient_cap")
    # What a cap holds waits still: undone, it is not sent, and what somebody sent besides is.
    undo(batch, mia)
    assert sorted(states()) == [("held", "recipient_cap"), ("sent", ""), ("skipped", "undone")]
    clock.move_to("2026-06-09T12:00:00+00:00", tick=False)
    steering.process(Delivery.objects.filter(state="held"), mia)
    outbox.deliver_due()
    assert [mail.body[-14:-1] for mail in mailoutbox] == [" 18 June 2026", " 18 June 2026"]


def test_messages_the_studios_cap_an_hour_holds_what_is_over(orders, words, sam, mailoutbox):
    MessagePreferences.objects.create(pk=1, most_per_hour=1)
    for order in orders:
        send(order, words, sam)
    outbox.deliver_due()
    assert (sorted(states()), len(mailoutbox)) == ([("held", "studio_cap"), ("sent", "")], 1)


# The advice of a duration.


def advised(status, by, days=8):
    status = Status.objects.get(pk=status.pk)
    version = StatusList.current_version()
    return operations.change_duration(
        status, duration=days, was=status.default_duration, expected=version, move=True, by=by
    )


def test_a_duration_replaced_its_status_it_goes_back_and_the_orders_stay(orders, ada):
    batch = advised(orders[0].status, ada)
    assert dues() == ["18 Jun", "18 Jun"]
    replaced = replace(orders[0].status, ada)
    assert undo(batch, ada) == [f"{order} has moved on since." for order in orders]
    assert Status.objects.get(pk=orders[0].status_id).default_duration == 5
    # They come back to the due date that they had then.
    assert not undo(replaced, ada)
    assert dues() == ["18 Jun", "18 Jun"]


def test_replaced_a_duration_on_an_older_page_is_refused(orders, ada):
    status, version = Status.objects.get(pk=orders[0].status_id), StatusList.current_version()
    replace(status, ada)
    with pytest.raises(operations.OutdatedPage):
        operations.change_duration(status, duration=8, was=5, expected=version, move=True, by=ada)
    assert Status.objects.get(pk=status.pk).default_duration == 5


def test_held_a_duration_moves_it_and_resumed_it_moves_by_the_days_held(orders, mia, ada, clock):
    operations.hold_order(orders[0], by=mia, expected=None, reason="Abroad")
    clock.move_to("2026-06-10T12:00:00+00:00", tick=False)
    batch = advised(orders[0].status, ada)
    assert (dues(), now(orders[0]).held_on) == (["18 Jun", "18 Jun"], date(2026, 6, 8))
    operations.resume_order(now(orders[0]), by=mia, expected=None)
    assert dues() == ["22 Jun", "18 Jun"]
    assert undo(batch, ada) == [f"{orders[0]} was resumed since."]
    assert dues() == ["22 Jun", "15 Jun"]


def test_a_duration_held_undone_the_hold_goes_on(orders, mia, ada, clock):
    batch = advised(orders[0].status, ada)
    operations.hold_order(now(orders[0]), by=mia, expected=None, reason="Abroad")
    assert undo(batch, ada) == [f"{orders[0]} was put on hold since."]
    clock.move_to("2026-06-10T12:00:00+00:00", tick=False)
    operations.resume_order(now(orders[0]), by=mia, expected=None)
    assert dues() == ["22 Jun", "15 Jun"]


# A promise that moves with its session.


def test_a_sessions_promise_another_zone_is_the_same_day_and_may_be_broken_there(
    orders, session, mia, ada, clock
):
    for order in orders:
        operations.promise(
            order, needed_by=date(2026, 6, 10), needed_for="Event", reason="", expected=None, by=mia
        )
    PhotoSession.objects.filter(pk=session.pk).update(needed_by=date(2026, 6, 12), needed_for="Event")
    clock.move_to("2026-06-12T18:00:00+00:00", tick=False)
    rows = [(now(order), now(order).version) for order in orders]
    zone = operations.change_zone(AUCKLAND, seen="UTC", by=ada)
    # What the page showed is so still: a zone changes no order.
    session = PhotoSession.objects.get(pk=session.pk)
    batch, answers = operations.promise_as_session(session, rows, reason="Later", by=mia)
    assert [answer.needed_by for _, answer in answers] == [date(2026, 6, 12)] * 2
    with CompanyPreferences.load().in_force():
        today = datetime.now(CompanyPreferences.load().zone).date()
        assert Order.objects.promise_broken(today).count() == 2  # it is the 13th in Auckland
    assert not undo(zone, ada)
    assert not Order.objects.promise_broken(date(2026, 6, 12)).exists()
    assert not undo(batch, mia)
    assert set(Order.objects.values_list("needed_by", flat=True)) == {date(2026, 6, 10)}


# Closed days that come back.


def rule_of(day):
    return f"FREQ=MONTHLY;BYDAY=2{day}"  # Fri 12, Tue 9, Wed 10 June


def close(by, *, first=date(2026, 6, 8), rule="", gone=()):
    rules = ((first, "Fair", rule),) if rule else ()
    change = CalendarChange(rules_to_add=rules, closed_to_remove=tuple(gone))
    return operations.change_calendar(change, by=by, move_open_orders=True)


def test_days_that_come_back_undone_in_turn_are_as_they_were(orders, ada):
    first = close(ada, rule=rule_of("FR"))
    assert dues() == ["16 Jun", "16 Jun"]
    second = close(ada, gone=ClosedDay.objects.values_list("pk", flat=True))
    assert dues() == ["15 Jun", "15 Jun"]
    with pytest.raises(OperationRefused, match="changed again since"):
        operations.undo_batch(first, by=ada)
    assert not undo(second, ada)
    assert (ClosedDay.objects.get().rule, dues()) == (rule_of("FR"), ["16 Jun", "16 Jun"])
    # The calendar is again what it was after the first: that can be undone as well.
    operations.undo_batch(first, by=ada)
    assert not ClosedDay.objects.exists()


def test_days_that_come_back_changed_for_others_are_undone_only_together(orders, ada):
    close(ada, rule=rule_of("FR"))
    changed = close(ada, rule=rule_of("TU"), gone=ClosedDay.objects.values_list("pk", flat=True))
    assert dues() == ["16 Jun", "16 Jun"]
    close(ada, rule=rule_of("WE"))
    with pytest.raises(OperationRefused, match="changed again since"):
        operations.undo_batch(changed, by=ada)
    assert ClosedDay.objects.count() == 2


# Morning mail.


@pytest.fixture
def double(session, make_order, ada):
    """An order that is late, of a client who is here twice; and Ada, who wants to be told of it."""
    goes = Client.objects.create(name="Anna Twice")
    other = PhotoSession.objects.create(
        number="S-9", client=goes, date=date(2026, 5, 4), session_type=session.session_type
    )
    make_order(session=other, order_date=date(2026, 5, 4))
    User.objects.filter(pk=ada.pk).update(email="ada@example.com")
    MorningMail.objects.create(person=ada, scope="studio", site="https://proofs.example.com")
    return goes


def morning(clock, day):
    clock.move_to(f"2026-06-{day:02}T08:00:00+00:00", tick=False)
    mornings.go_on()
    outbox.deliver_due()


def test_a_morning_mail_merged_its_client_nothing_is_said_twice_and_erased_nothing_is_left(
    double, session, ada, clock, mailoutbox
):
    morning(clock, 9)
    merged = operations.merge_clients(session.client, double, expected=None, by=ada)
    morning(clock, 10)
    undo(merged, ada)
    morning(clock, 11)
    assert ["Anna Twice" in mail.body for mail in mailoutbox] == [True]
    operations.merge_clients(session.client, double, expected=None, by=ada)
    order = Order.objects.get()
    to = operations.plan_advance(order, to=Status.objects.get(description="Delivered"))
    operations.advance_status(order, to, expected=None, by=ada, note="Done")
    morning(clock, 12)
    assert len(mailoutbox) == 2  # what is gone is said under the name that stays
    operations.erase_client(Client.objects.get(pk=session.client_id), by=ada)
    kept = str(list(Delivery.objects.filter(person=ada).values_list("payload", "content")))
    assert "Anna" not in kept


def test_a_morning_mail_that_waits_merged_its_client_is_sent_once(double, session, ada, clock, mailoutbox):
    clock.move_to("2026-06-09T08:00:00+00:00", tick=False)
    mornings.go_on()
    operations.merge_clients(session.client, double, expected=None, by=ada)
    outbox.deliver_due()
    mornings.go_on()
    outbox.deliver_due()
    assert len(mailoutbox) == 1
    clock.move_to(datetime(2026, 6, 10, 8, tzinfo=UTC) + timedelta(minutes=1), tick=False)
    mornings.go_on()
    outbox.deliver_due()
    assert len(mailoutbox) == 1
    assert OrderEvent.objects.filter(kind="merged").count() == 1
    assert Batch.objects.filter(kind=Batch.Kind.MERGED).exists()
