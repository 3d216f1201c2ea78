"""Send Message: any template, by hand, about one order or many, looked at first, and then through the outbox."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Order
from studio.models import Client, PhotoSession
from tests.conftest import TODAY
from tests.security.crawl import Browser, source_of
from tests.security.test_kept_forms import complaint
from triggers import outbox
from triggers.models import Delivery, Letter, MessagePreferences, MessageTemplate, Refusal
from triggers.outbox.by_hand import Wanted

PAGE = "/orders/message/"
State = Delivery.State
pytestmark = pytest.mark.usefixtures("preferences", "noon")


@pytest.fixture
def noon():
    with time_machine.travel(
        datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC), tick=False
    ) as clock:
        yield clock


@pytest.fixture
def longer(db):
    return MessageTemplate.objects.create(
        name="It takes longer",
        subject="Order {{ order.number }}",
        text="Dear {{ client.name }}, order {{ order.number }} is needed by {{ order.needed_by }}.",
        used_for="tell_client",
    )


@pytest.fixture
def where(db):
    return MessageTemplate.objects.create(
        name="Where is it?", subject="Order", text="Hello {{ vendor.contact }}", used_for="ask_lab"
    )


@pytest.fixture
def make_session(session):
    """Return a function that makes a session of another client; `values` are the client's."""

    def make(name, **values):
        client = Client.objects.create(name=name, **values)
        return PhotoSession.objects.create(
            number=f"S-{client.pk}", client=client, date=TODAY, session_type=session.session_type
        )

    return make


def chosen(orders, template, channel="email", recipient="client"):
    return {
        "order": [order.pk for order in orders],
        "template": template.pk,
        "channel": channel,
        "recipient": recipient,
    }


def shown(browser, *args, **how):
    return browser.get(PAGE, chosen(*args, **how))


def send(browser, *args, **how):
    page = shown(browser, *args, **how)
    sent = chosen(*args, **how) | {"seen": page.context["seen"]}
    return browser.post(PAGE, sent, follow=True)


def words(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page.text).split())


def test_a_message_is_looked_at_sent_by_the_worker_and_stands_in_communication(
    as_staff, sam, order, longer, mailoutbox
):
    page = shown(as_staff, [order], longer)
    said = f"Dear {order.client.name}, order 1001 is needed by"
    assert page.context["rows"][0].draft.text.startswith(said)
    assert "This order has nothing for Order: Needed By" in words(page)
    answer = send(as_staff, [order], longer)
    assert "1 message is on the way." in answer.text
    assert not mailoutbox
    assert "Waiting" in as_staff.get(order.get_absolute_url()).text
    outbox.deliver_due()
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == ("Order 1001", ['"Anna <3 & Bob <b>" <anna@example.com>'])
    assert mail.body.startswith(said)
    page = as_staff.get(order.get_absolute_url())
    (entry,) = page.context["communications"]
    assert (entry.kind, entry.whom, entry.by) == ("Email", "anna@example.com", "Sam Okafor")
    assert as_staff.get(entry.details).status_code == 200


def test_it_tells_the_order_as_it_is_now(as_staff, mia, order, longer, shipping):
    operations.promise(
        order, needed_by=TODAY + timedelta(days=9), needed_for="", reason="", expected=None, by=mia
    )
    operations.assign_order(order, by=mia, expected=None, department=shipping, assigned_user=mia)
    operations.change_due_date(order, expected=None, by=mia, due_date=TODAY, reason="Client")
    send(as_staff, [order], longer)
    fields = Delivery.objects.get().payload["fields"]
    assert fields["order.needed_by"] == "19 June 2026"
    assert (fields["status.department"], fields["status.user"]) == ("Shipping", "Mia Lindqvist")
    assert (fields["status.name"], fields["status.due_date"]) == ("Images selected", "10 June 2026")


def test_of_many_those_who_cannot_be_reached_are_named_and_left_out(
    as_staff, make_order, make_session, longer, mailoutbox
):
    orders = [
        make_order(),
        make_order(session=make_session("Nomail")),
        make_order(session=make_session("Quiet", email="quiet@example.com", do_not_contact=True)),
        make_order(session=make_session("Stopped", email="stopped@example.com")),
        make_order(session=make_session("Bea", email="bea@example.com")),
    ]
    Refusal.objects.create(
        client=orders[3].client, channel="email", address="stopped@example.com", why="stopped"
    )
    page = shown(as_staff, orders, longer)
    assert page.context["sendable"] == 2
    why = [row.draft.why_not for row in page.context["rows"]]
    assert why[1:3] == ["Nomail has no email address.", "Quiet is marked Do Not Contact."]
    assert "stopped@example.com" in why[3]
    answer = words(send(as_staff, orders, longer))
    assert "2 messages are on the way." in answer
    assert "Order 1002: Nomail has no email address." in answer
    outbox.deliver_due()
    assert [mail.to[0].split("<")[-1] for mail in mailoutbox] == ["anna@example.com>", "bea@example.com>"]


def test_sent_twice_it_is_sent_once(as_staff, order, longer):
    page = shown(as_staff, [order], longer)
    key = re.search(r'name="request_key" value="([^"]+)"', page.text)[1]
    sent = chosen([order], longer) | {"seen": page.context["seen"], "request_key": key}
    for _ in range(2):
        assert as_staff.post(PAGE, sent).status_code == 302
    assert Delivery.objects.count() == 1


def test_what_went_out_before_says_when(as_staff, order, longer):
    send(as_staff, [order], longer)
    outbox.deliver_due()
    assert "These words went out on" in shown(as_staff, [order], longer).text


def test_words_that_changed_meanwhile_are_looked_at_again(as_staff, order, longer):
    page = shown(as_staff, [order], longer)
    MessageTemplate.objects.update(text="Other words")
    sent = chosen([order], longer) | {"seen": page.context["seen"]}
    answer = as_staff.post(PAGE, sent)
    assert answer.status_code == 409
    assert "Other words" in answer.text
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"channel": "letter", "recipient": "assigned_user"}, "A letter goes to the client or the vendor"),
        ({"channel": "email"}, "has no subject, which an email needs"),
        ({"channel": "webhook"}, "webhook is not one of the available choices"),
        ({"recipient": "address"}, "address is not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_before(as_staff, order, longer, how, sentence):
    if "subject" in sentence:
        MessageTemplate.objects.update(subject="")
    page = shown(as_staff, [order], longer, **how)
    assert sentence in page.text
    assert as_staff.post(PAGE, chosen([order], longer, **how)).status_code == 422
    assert not Delivery.objects.exists()


def test_a_letter_and_a_text_message_go_their_way(as_staff, order, longer, fakes_of_sms):
    Client.objects.update(address="12 Harbour Street", mobile_phone="+1 202 555 0143")
    send(as_staff, [order], longer, channel="letter")
    send(as_staff, [order], longer, channel="sms")
    outbox.deliver_due()
    assert Letter.objects.get().address == "12 Harbour Street"
    assert [number for number, _ in fakes_of_sms] == ["+12025550143"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.fixture
def fakes_of_sms(monkeypatch):
    sent = []

    class Provider:
        def send(self, number, text):
            sent.append((number, text))

    monkeypatch.setattr("triggers.channels.sms.provider", lambda seconds: Provider())
    return sent


def test_pause_quiet_hours_and_caps_stand_against_it(as_staff, order, longer, mailoutbox, noon):
    MessagePreferences.objects.create(pk=1, is_paused=True)
    send(as_staff, [order], longer)
    outbox.deliver_due()
    assert not mailoutbox
    MessagePreferences.objects.update(is_paused=False, quiet_from="11:00", quiet_until="13:00")
    outbox.deliver_due()
    row = Delivery.objects.get()
    assert (row.state, row.reason_code, row.not_before.hour) == (State.PENDING, "quiet_hours", 13)
    noon.shift(timedelta(hours=1, minutes=1))
    outbox.deliver_due()
    assert len(mailoutbox) == 1


def test_held_for_review_it_waits_until_somebody_presses_process(
    as_staff, as_manager, order, longer, mailoutbox
):
    page = shown(as_staff, [order], longer)
    sent = chosen([order], longer) | {"seen": page.context["seen"], "waits_for_review": "on"}
    as_staff.post(PAGE, sent)
    outbox.deliver_due()
    row = Delivery.objects.get()
    assert (row.state, row.reason_code) == (State.HELD, "review")
    queue = as_manager.get("/triggers/queue/?state=held")
    assert "Sent by Sam Okafor" in queue.text
    as_manager.post("/triggers/queue/steer/", {"one": f"process-{row.pk}"})
    outbox.deliver_due()
    assert len(mailoutbox) == 1
    assert "sent it by hand, with the template" in as_manager.get(f"/triggers/queue/{row.pk}/").text
    export = as_manager.get("/triggers/queue/?state=done&export=xlsx")
    assert export.status_code == 200


def test_it_is_taken_back_while_it_waits_by_who_sent_it_or_a_manager(
    as_staff, as_manager, as_administrator, mia, order, longer, mailoutbox
):
    for sender, other, status in ((as_staff, as_manager, 302), (as_manager, as_staff, 403)):
        send(sender, [order], longer)
        row = Delivery.objects.latest("pk")
        assert other.post(f"/triggers/queue/{row.pk}/cancel/").status_code == status
        sender.post(f"/triggers/queue/{row.pk}/cancel/")
        row.refresh_from_db()
        assert row.state == State.SKIPPED
    outbox.deliver_due()
    assert not mailoutbox


def test_no_undo_and_no_status_change_takes_it_back(as_staff, order, longer, sam, statuses, mailoutbox):
    operations.advance_status(order, operations.plan_advance(order), expected=None, by=sam)
    send(as_staff, [Order.objects.get()], longer)
    operations.undo_last_change(Order.objects.get(), expected=None, by=sam)
    order = Order.objects.select_related("status").get()
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam, note="Done")
    outbox.deliver_due()
    assert len(mailoutbox) == 1


def test_withdrawing_the_order_skips_it_and_put_back_it_waits_for_a_person(
    as_staff, as_manager, order, longer, mia, mailoutbox
):
    send(as_staff, [order], longer)
    operations.withdraw_order(order, expected=None, by=mia, reason="By mistake")
    outbox.deliver_due()
    assert Delivery.objects.get().state == State.SKIPPED
    operations.put_back(Order.with_withdrawn.get(), expected=None, by=mia)
    outbox.deliver_due()
    row = Delivery.objects.get()
    assert (row.state, row.reason_code) == (State.HELD, "review")
    assert not mailoutbox


def test_about_a_withdrawn_order_nothing_is_sent(as_staff, order, longer, mia, sam):
    wanted = Wanted(longer, "email", "client")
    operations.withdraw_order(order, expected=None, by=mia, reason="By mistake")
    ((_, answer),) = operations.send_messages([order], wanted, by=sam)
    assert "was withdrawn meanwhile" in str(answer)
    assert as_staff.get(PAGE, chosen([order], longer)).status_code == 302


def test_what_was_sent_keeps_the_template_and_the_order(as_staff, as_administrator, order, longer, mia):
    send(as_staff, [order], longer)
    outbox.deliver_due()
    answer = as_administrator.post(f"/maintenance/templates/{longer.pk}/delete/")
    assert "messages were sent with it" in answer.text
    assert operations.withdraw_refusal(Order.objects.get())


def test_a_client_who_is_erased_is_sent_nothing_and_what_was_sent_holds_no_word_of_them(
    as_staff, order, longer, ada, sam, statuses
):
    send(as_staff, [order], longer)
    outbox.deliver_due()
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam, note="Done")
    operations.erase_client(order.client, by=ada)
    row = Delivery.objects.get()
    assert "Anna" not in str([row.payload, row.content, row.sent_to])
    page = shown(as_staff, [order], longer)
    assert page.context["sendable"] == 0
    ((_, answer),) = operations.send_messages([order], Wanted(longer, "email", "client"), by=sam)
    assert isinstance(answer, operations.OperationRefused)


def test_from_the_rows_of_overdue_the_lab_is_asked_and_the_client_told(
    as_manager, make_order, vendor, longer, where
):
    order = make_order(order_date=TODAY - timedelta(days=30), vendor=vendor)
    page = as_manager.get("/orders/overdue/").text
    assert f"/orders/{order.pk}/tell-the-client/?next=" in page
    assert "/ask-the-lab/" not in page  # it has no email address; its phone stands in the row
    type(vendor).objects.update(email="lab@example.com")
    assert f"/orders/{order.pk}/ask-the-lab/?next=" in as_manager.get("/orders/overdue/").text
    for address, template, recipient in (
        ("ask-the-lab", where, "vendor"),
        ("tell-the-client", longer, "client"),
    ):
        page = as_manager.get(f"/orders/{order.pk}/{address}/?next=/orders/overdue/", follow=True)
        assert page.context["form"].wanted == Wanted(template, "email", recipient)
        assert page.context["back"] == "/orders/overdue/"
        assert page.context["sendable"] == 1


def test_queries_do_not_grow_with_orders(
    as_staff, make_order, longer, django_assert_num_queries, django_assert_max_num_queries
):
    orders = [make_order() for _ in range(12)]
    shown(as_staff, orders[:2], longer)
    with django_assert_max_num_queries(20) as few:
        shown(as_staff, orders[:2], longer)
    with django_assert_num_queries(len(few)):
        shown(as_staff, orders, longer)


def test_sent_without_a_session_it_is_there_again(sam, order, longer):
    browser = Browser(sam)
    address = f"{PAGE}?{urlencode(chosen([order], longer), doseq=True)}"
    forms = source_of(browser.get(address), address).forms
    form = next(each for each in forms if "waits_for_review" in each.names)
    assert complaint("preproduction:send_messages", form, sam) is None
