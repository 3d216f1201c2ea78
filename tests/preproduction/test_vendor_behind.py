"""A lab that is behind: all its orders at a status get another due date, as one, with one reason, undone as one."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from preproduction import long_acts, operations
from preproduction.forms.message import CHANGED
from preproduction.models import Batch, Order, OrderEvent, Status
from preproduction.models.status import Clock
from preproduction.operations.behind import Behind
from studio.access import Role
from studio.models import Client, ClosedDay, CompanyPreferences, LongWork, PhotoSession, Vendor
from triggers import outbox
from triggers.models import Delivery, MessageTemplate
from triggers.outbox.by_hand import Wanted

PAGE = "/orders/overdue/vendor-behind/"


@pytest.fixture(autouse=True)
def on_a_monday(time_machine, preferences):
    time_machine.move_to("2026-06-08T15:00:00+00:00", tick=False)


@pytest.fixture
def lab(statuses):
    """A lab that is closed on Wednesday 17 June, whose days count at Sent to lab."""
    lab = Vendor.objects.create(name="Slow Lab")
    ClosedDay.objects.create(vendor=lab, first_day="2026-06-17", last_day="2026-06-17", name="Fair")
    Status.objects.filter(description="Sent to lab").update(clock=Clock.VENDOR)
    return lab


@pytest.fixture
def at_lab(lab, make_order, sam):
    """Two orders at the lab, due on Mon 15 June, one there on hold, one elsewhere, and one of another lab."""
    found = []
    for vendor in (lab, lab, lab, lab, Vendor.objects.create(name="Quick Lab")):
        order = make_order(vendor=vendor)
        if len(found) != 3:
            operations.advance_status(order, operations.plan_advance(order), by=sam, expected=order.version)
        found.append(Order.objects.get(pk=order.pk))
    operations.hold_order(found[2], expected=None, by=sam, reason="Waits")
    return found


def asked(lab, **data):
    status = Status.objects.get(description="Sent to lab")
    return {"vendor": lab.pk, "status": status.pk, **data}


def put_behind(browser, lab, *, reason="The lab is two weeks behind", plan=None, **data):
    address = f"{PAGE}?{'&'.join(f'{name}={value}' for name, value in asked(lab, **data).items())}"
    shown = browser.get(address)
    return shown, browser.post(address, {"plan": plan or shown.context["plan"], "reason": reason})


def dues():
    return list(Order.objects.order_by("pk").values_list("status_due_date", flat=True))


def june(*days):
    return [date(2026, 6, day) for day in days]


def test_all_its_open_orders_there_move_by_its_days_and_no_other(as_manager, lab, at_lab):
    assert dues() == june(15, 15, 15, 10, 15)
    shown, done = put_behind(as_manager, lab, days=3)
    assert (shown.context["preview"].total, shown.context["preview"].becoming_overdue) == (3, 0)
    assert done.url == reverse("preproduction:overdue_list")
    # Tue 16, Thu 18, Fri 19: the lab is closed on Wednesday.
    assert dues() == june(19, 19, 19, 10, 15)
    events = OrderEvent.objects.filter(kind="due_date")
    assert {(event.note, event.get_cause_display()) for event in events} == {
        ("The lab is two weeks behind", "Vendor behind")
    }
    assert len({event.batch_id for event in events}) == 1


def test_it_is_undone_as_one_and_the_due_dates_are_counted_again(as_manager, lab, at_lab):
    put_behind(as_manager, lab, days=10)
    batch = Batch.objects.get(kind=Batch.Kind.BEHIND)
    assert (
        "Slow Lab is behind: orders at Sent to lab moved by 10 business days."
        in as_manager.get(f"/batches/{batch.pk}/").text
    )
    as_manager.post(f"/batches/{batch.pk}/undo/")
    assert dues() == june(15, 15, 15, 10, 15)
    assert set(Order.objects.values_list("status_duration", flat=True)) == {5, 2}


def test_a_day_moves_those_that_are_due_before_it(as_manager, lab, at_lab, sam):
    operations.change_due_date(at_lab[0], due_date=date(2026, 7, 1), reason="Agreed", expected=None, by=sam)
    shown, _ = put_behind(as_manager, lab, until="2026-06-24")
    assert shown.context["preview"].total == 2
    assert dues() == [date(2026, 7, 1), *june(24, 24, 10, 15)]


def test_an_order_that_has_changed_since_the_page_is_left_and_named(as_manager, lab, at_lab, sam):
    shown = as_manager.get(PAGE, asked(lab, days=3))
    operations.assign_order(at_lab[0], expected=None, by=sam, department=None, assigned_user=sam)
    _, done = put_behind(as_manager, lab, days=3, plan=shown.context["plan"])
    page = as_manager.get(done.url)
    assert "2 due dates moved." in page.text
    assert f"gave {at_lab[0]} to somebody else" in page.text
    assert dues() == june(15, 19, 19, 10, 15)


def test_sent_again_it_goes_on_in_the_same_batch_and_moves_nothing_twice(lab, at_lab, ada):
    targets = [
        operations.Target(order.pk, order.version + (order.pk == at_lab[2].pk), date(2026, 6, 30))
        for order in at_lab[:3]
    ]
    first, _ = operations.put_behind(targets[:3], what="Behind", reason="Late", by=ada)
    again, answers = operations.put_behind(targets[:3], what="Behind", reason="Late", by=ada)
    assert (again, OrderEvent.objects.filter(batch=first, kind="due_date").count()) == (first, 3)
    assert not [each for each in answers if not isinstance(each.moved, Order)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Say how many business days more, or the day, and not both."),
        ({"days": 2, "until": "2026-06-24"}, "Say how many business days more, or the day, and not both."),
        ({"days": 0}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_makes_no_sense_is_refused(as_manager, lab, data, said):
    page = as_manager.get(PAGE, asked(lab, **data))
    assert (page.status_code, said in page.text) == (422, True)


def test_without_a_reason_nothing_moves(as_manager, lab, at_lab):
    _, page = put_behind(as_manager, lab, days=3, reason="")
    assert (page.status_code, dues()) == (422, june(15, 15, 15, 10, 15))


def test_only_managers_do_it(as_staff, lab):
    assert as_staff.get(PAGE, asked(lab, days=3)).status_code == 403


@pytest.mark.parametrize(("days", "words"), [(1, "1 business day"), (2, "2 business days")])
def test_a_batch_says_by_how_many(days, words):
    behind = Behind(Vendor(name="Slow Lab"), Status(description="At lab"), days=days)
    assert str(behind) == f"Slow Lab is behind: orders at At lab moved by {words}."


# Clients told.


@pytest.fixture
def longer(db):
    return MessageTemplate.objects.create(
        name="It takes longer",
        subject="Order {{ order.number }}",
        text="Order {{ order.number }} is back on {{ status.due_date }}.",
    )


@pytest.fixture
def told(as_manager, lab, at_lab, longer):
    """Return a function that moves by three days and tells the clients: the page as it was shown, and what came of it."""
    address = f"{PAGE}?{urlencode(asked(lab, days=3) | {'template': longer.pk, 'channel': 'email'})}"

    def do(**sent):
        shown = as_manager.get(address)
        said = {"plan": shown.context["plan"], "seen": shown.context["seen"], "reason": "Behind"}
        return shown, as_manager.post(address, said | sent, follow=True)

    return do


def of_another_client(order, **values):
    client = Client.objects.create(**values)
    session = PhotoSession.objects.create(
        number=f"S-{client.pk}",
        client=client,
        date=order.session.date,
        session_type=order.session.session_type,
    )
    Order.objects.filter(pk=order.pk).update(session=session)


def test_clients_are_told_the_day_to_which_their_orders_move(as_manager, told, at_lab, mailoutbox):
    of_another_client(at_lab[1], name="Nomail")
    shown, done = told()
    reached = shown.context["reached"]
    assert (reached.sendable, reached.clients) == (2, 1)
    assert reached.first.draft.text == "Order 1001 is back on 19 June 2026."
    assert [why for _, why in reached.left_out] == ["Nomail has no email address."]
    assert "Move 3 due dates and send 2 messages" in " ".join(shown.text.split())
    assert "3 due dates moved. 2 messages are on the way." in done.text
    assert "Order 1002: Nomail has no email address." in done.text
    outbox.deliver_due()
    assert [mail.body for mail in mailoutbox] == [
        f"Order {number} is back on 19 June 2026." for number in (1001, 1003)
    ]
    page = as_manager.get(at_lab[0].get_absolute_url())
    (entry,) = page.context["communications"]
    assert (entry.kind, entry.by) == ("Email", "Mia Lindqvist")
    said = "It tells of this: Slow Lab is behind: orders at Sent to lab moved by 3 business days."
    assert said in as_manager.get(entry.details).text
    assert as_manager.get(at_lab[1].get_absolute_url()).context["communications"] == []


def test_undone_what_waits_is_not_sent_and_what_was_sent_is_named(as_manager, told, at_lab, mailoutbox, mia):
    told()
    batch = Batch.objects.get(kind=Batch.Kind.BEHIND)
    waiting = Delivery.objects.exclude(order=at_lab[0])
    waiting.update(not_before=timezone.now() + timedelta(hours=1))
    outbox.deliver_due()
    operations.assign_order(at_lab[1], expected=None, by=mia, department=None, assigned_user=mia)
    assert "Email to Anna &lt;3 &amp; Bob &lt;b&gt;: Waiting" in as_manager.get(f"/batches/{batch.pk}/").text
    page = as_manager.post(f"/batches/{batch.pk}/undo/", follow=True).text
    assert "Undone: 2 of 3 orders." in page
    assert "Sent already, and not taken back: Email to Anna &lt;3 &amp; Bob &lt;b&gt; (Order 1001)." in page
    assert "Mia Lindqvist undid what it tells of." in page
    # The second order has changed since, keeps its due date, and its client is told.
    assert list(Delivery.objects.order_by("pk").values_list("state", "reason_code")) == [
        ("sent", ""),
        ("pending", ""),
        ("skipped", "undone"),
    ]
    assert (len(mailoutbox), dues()) == (1, june(15, 19, 15, 10, 15))


@pytest.fixture
def merged(session, mia):
    """Return a function that merges the client of the session into another record, with another address."""
    session.refresh_from_db()
    stays = Client.objects.create(name="Anna & Bob", email="stays@example.com")

    def merge():
        return operations.merge_clients(stays, session.client, expected=None, by=mia)

    return merge


def test_a_client_merged_before_ok_is_told_where_they_are_now(
    as_manager, told, at_lab, merged, mailoutbox, lab
):
    shown, _ = told(reason="")
    merged()
    # What was looked at said another address; the plan is as good as before.
    _, page = told(plan=shown.context["plan"])
    assert "3 due dates moved. 3 messages are on the way." in page.text
    outbox.deliver_due()
    assert [mail.to for mail in mailoutbox] == [['"Anna & Bob" <stays@example.com>']] * 3


def test_a_client_merged_while_messages_wait_is_told_once(told, at_lab, merged, mailoutbox, mia):
    told()
    batch = merged()
    outbox.deliver_due()
    assert [mail.to for mail in mailoutbox] == [['"Anna & Bob" <stays@example.com>']] * 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    operations.undo_batch(batch, by=mia)
    outbox.deliver_due()
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("merging_undone", [False, True])
def test_undone_after_a_merge_nothing_goes_out_and_due_dates_are_back(
    told, at_lab, merged, mailoutbox, mia, merging_undone
):
    told()
    batch = merged()
    if merging_undone:
        operations.undo_batch(batch, by=mia)
    answers = operations.undo_batch(Batch.objects.get(kind=Batch.Kind.BEHIND), by=mia)
    assert not [str(answer) for _, answer in answers if isinstance(answer, operations.OperationRefused)]
    outbox.deliver_due()
    assert (mailoutbox, dues()) == ([], june(15, 15, 15, 10, 15))


def test_a_client_who_takes_no_messages_since_a_merge_is_told_nothing_and_named(told, at_lab, merged):
    Client.objects.filter(name="Anna & Bob").update(do_not_contact=True)
    shown, _ = told(reason="")
    merged()
    _, page = told(plan=shown.context["plan"])
    assert "3 due dates moved." in page.text
    assert not Delivery.objects.exists()
    assert page.text.count("Anna &amp; Bob is marked Do Not Contact.") == 3


def test_nobody_is_told_of_an_order_that_does_not_move(told, at_lab, lab, as_manager, sam):
    shown, _ = told(reason="")
    assert not Delivery.objects.exists()
    operations.assign_order(at_lab[0], expected=None, by=sam, department=None, assigned_user=sam)
    _, page = told(plan=shown.context["plan"])
    assert "2 due dates moved. 2 messages are on the way." in page.text
    assert not Delivery.objects.filter(order=at_lab[0]).exists()


def test_words_that_changed_meanwhile_are_looked_at_before_anything_moves(told, longer):
    _, page = told(seen="other")
    assert (page.status_code, dues()) == (409, june(15, 15, 15, 10, 15))
    assert CHANGED in page.text
    MessageTemplate.objects.update(is_inactive=True)
    assert told(seen="", plan="")[1].status_code == 422
    assert not Delivery.objects.exists()


def test_held_for_review_they_wait_for_a_person_and_undone_they_wait_no_more(as_manager, told, mailoutbox):
    told(waits_for_review="on")
    outbox.deliver_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}
    as_manager.post(f"/batches/{Batch.objects.get(kind=Batch.Kind.BEHIND).pk}/undo/")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"skipped"}
    assert not mailoutbox


def test_sent_again_after_a_kill_each_client_is_told_once(lab, at_lab, ada, longer):
    targets = [
        operations.Target(order.pk, order.version + (order.pk == at_lab[2].pk), date(2026, 6, 30))
        for order in at_lab[:3]
    ]
    telling = operations.Telling(Wanted(longer, "email", "client"))
    for _ in range(2):
        operations.put_behind(targets, what="Behind", reason="Late", by=ada, telling=telling)
    assert Delivery.objects.count() == 3


def test_queries_of_the_page_do_not_grow_with_those_who_are_told(
    as_manager, told, at_lab, make_order, lab, sam, django_assert_num_queries
):
    shown, _ = told(reason="")
    with CaptureQueriesContext(connection) as few:
        as_manager.get(shown.request["PATH_INFO"] + "?" + shown.request["QUERY_STRING"])
    for _ in range(4):
        order = make_order(vendor=lab)
        operations.advance_status(order, operations.plan_advance(order), by=sam, expected=order.version)
    with django_assert_num_queries(len(few)):
        page = as_manager.get(shown.request["PATH_INFO"] + "?" + shown.request["QUERY_STRING"])
    assert page.context["reached"].sendable == 7


# By the worker.


@pytest.fixture
def three_are_many(monkeypatch):
    """More than two orders are too many for a page here; the worker does one at a time."""
    monkeypatch.setattr(long_acts, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(long_acts, "CHUNK", 1)
    monkeypatch.setattr(long_acts, "PIECE_SECONDS", -1)


def let_the_worker():
    while long_acts.go_on():
        pass


def long_work(browser):
    return " ".join(browser.get("/long-work/").text.split())


def test_so_many_are_moved_and_told_by_the_worker(as_manager, told, at_lab, three_are_many, mailoutbox):
    of_another_client(at_lab[1], name="Nomail")
    _, page = told()
    assert page.redirect_chain[-1][0] == "/long-work/"
    assert dues() == june(15, 15, 15, 10, 15)
    assert long_acts.go_on()
    assert (dues(), Delivery.objects.count()) == (june(19, 15, 15, 10, 15), 1)
    let_the_worker()
    assert dues() == june(19, 19, 19, 10, 15)
    outbox.deliver_due()
    assert len(mailoutbox) == 2
    said = long_work(as_manager)
    assert "3 done." in said
    assert "Order 1002: Nomail has no email address." in said
    batch = Batch.objects.get(kind=Batch.Kind.BEHIND)
    assert f'href="/batches/{batch.pk}/"' in said
    as_manager.post(f"/batches/{batch.pk}/undo/")
    assert dues() == june(15, 15, 15, 10, 15)


def test_what_changed_before_the_worker_came_to_it_is_left_or_not_told(
    as_manager, told, at_lab, three_are_many, longer, sam
):
    told()
    operations.assign_order(at_lab[0], expected=None, by=sam, department=None, assigned_user=sam)
    assert long_acts.go_on()
    MessageTemplate.objects.filter(pk=longer.pk).update(text="It takes much longer.")
    let_the_worker()
    assert dues() == june(15, 19, 19, 10, 15)
    assert not Delivery.objects.exists()
    said = long_work(as_manager)
    assert "2 done, 1 left as they were." in said
    assert f"gave {at_lab[0]} to somebody else" in said
    assert f"{at_lab[1]}: The template of the message has changed since, so the client is not told." in said


def test_sent_again_after_the_worker_has_done_it_nothing_moves_twice(
    as_manager, told, at_lab, three_are_many
):
    shown, _ = told()
    let_the_worker()
    told(plan=shown.context["plan"], seen=shown.context["seen"])
    let_the_worker()
    assert Batch.objects.filter(kind=Batch.Kind.BEHIND).count() == 1
    assert OrderEvent.objects.filter(kind="due_date").count() == Delivery.objects.count() == 3


def test_sent_again_after_it_was_undone_it_is_another_batch_and_can_be_undone(
    as_manager, lab, at_lab, three_are_many, mia
):
    shown, _ = put_behind(as_manager, lab, days=3)
    assert long_acts.go_on()
    as_manager.post(f"/long-work/{LongWork.objects.get().pk}/remove/")
    as_manager.post(f"/batches/{Batch.objects.get().pk}/undo/")
    assert dues() == june(15, 15, 15, 10, 15)
    put_behind(as_manager, lab, days=3, plan=shown.context["plan"])
    let_the_worker()
    # The first has changed since the plan was made.
    assert dues() == june(15, 19, 19, 10, 15)
    again = Batch.objects.filter(kind=Batch.Kind.BEHIND).latest("pk")
    assert operations.batch_undo_refusal(again, by=mia) == ""


def test_nothing_that_came_of_it_names_a_client_who_was_erased(
    as_manager, told, at_lab, three_are_many, statuses, ada
):
    of_another_client(at_lab[1], name="Nomail Nobodysson")
    told()
    let_the_worker()
    assert "Nobodysson" in long_work(as_manager)
    order = Order.objects.get(pk=at_lab[1].pk)
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=ada, note="Done")
    operations.erase_client(Client.objects.get(name="Nomail Nobodysson"), by=ada)
    assert "Nobodysson" not in str(list(LongWork.objects.values()))
    assert "3 done." in long_work(as_manager)


# What happens while the worker is half through.


def test_who_may_not_put_it_behind_any_more_moves_no_more(as_manager, told, at_lab, three_are_many, mia):
    told()
    assert long_acts.go_on()
    mia.role = Role.STAFF
    mia.save()
    let_the_worker()
    assert LongWork.objects.get().state == "broken"
    assert (dues(), Delivery.objects.count()) == (june(19, 15, 15, 10, 15), 1)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_another_zone_moves_the_other_half_by_the_same_days(
    as_manager, told, at_lab, three_are_many, ada, zone
):
    told()
    assert long_acts.go_on()
    operations.change_zone(zone, seen=CompanyPreferences.load().time_zone, by=ada)
    let_the_worker()
    assert dues() == june(19, 19, 19, 10, 15)
    assert "3 done." in long_work(as_manager)


def test_the_client_who_stays_after_a_merge_is_told(
    as_manager, told, at_lab, three_are_many, mia, mailoutbox
):
    of_another_client(at_lab[1], name="Maria", email="maria@example.com")
    told()
    assert long_acts.go_on()
    stays = Client.objects.create(name="Maria Rossi", email="rossi@example.com")
    operations.merge_clients(stays, Client.objects.get(name="Maria"), expected=None, by=mia)
    let_the_worker()
    assert dues() == june(19, 19, 19, 10, 15)
    outbox.deliver_due()
    assert [mail.to[0].count("rossi@example.com") for mail in mailoutbox] == [0, 1, 0]


def test_the_order_of_a_client_who_was_erased_is_left_and_nobody_named(
    as_manager, told, at_lab, three_are_many, statuses, ada
):
    of_another_client(at_lab[1], name="Nomail Nobodysson", email="nobody@example.com")
    told()
    assert long_acts.go_on()
    order = Order.objects.get(pk=at_lab[1].pk)
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=ada, note="Done")
    operations.erase_client(Client.objects.get(name="Nomail Nobodysson"), by=ada)
    let_the_worker()
    assert "2 done, 1 left as they were." in long_work(as_manager)
    assert "obod" not in str(list(Delivery.objects.values()) + list(LongWork.objects.values()))
