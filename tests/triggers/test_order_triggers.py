"""On an order's page: which triggers fired, which did not and why not, what is to come; and all that was said or sent."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from preproduction import operations
from preproduction.order_triggers import order_triggers
from studio.models import Vendor
from triggers import outbox
from triggers.models import Communication, Delivery, Letter, MessageTemplate, Task, Trigger

State = Delivery.State


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def trigger(statuses):
    """Return a function that makes a trigger of Sent to lab."""

    def make(description, **values):
        values = {"status": statuses["Sent to lab"], "task_title": description, **values}
        return Trigger.objects.create(description=description, position=Trigger.objects.count() + 1, **values)

    return make


def advance(order, by, **keywords):
    order.refresh_from_db()
    plan = operations.plan_advance(order)
    return operations.advance_status(order, plan, expected=order.version, by=by, **keywords)


def page_of(browser, order):
    return " ".join(browser.get(order.get_absolute_url()).content.decode().split())


def triggers_part(page):
    return page[page.index('id="triggers"') : page.index('id="communication"')]


def fates(order):
    order.refresh_from_db()
    changes = list(order.status_changes.order_by("-sequence"))
    return {
        fate.trigger.description: (fate.state, fate.reason)
        for stay in order_triggers(order, changes, order.deliveries.all(), Trigger.objects.all())
        for fate in stay.fates
    }


def test_the_page_says_what_fired_and_what_is_to_come_and_when(as_staff, order, sam, trigger):
    trigger("Pack it")
    trigger("Remind", timing="before_due", days=2)
    trigger("Ask first", needs_review=True)
    advance(order, sam)
    outbox.deliver_due()
    part = triggers_part(page_of(as_staff, order))
    assert re.search(r"Done</span> <span><a [^>]*>Pack it</a>", part)
    assert re.search(
        r"Waiting</span> <span><a [^>]*>Remind</a>.*?at the earliest.*?Mon 15 Jun 2026, 09:00", part
    )
    assert re.search(r"Held</span> <span><a [^>]*>Ask first</a>.*?Waits for review\.", part)


def test_what_did_not_fire_says_why_not(order, sam, trigger, statuses, vendor):
    trigger("Off", is_active=False)
    trigger("Other lab", only_vendor=Vendor.objects.create(name="Southlight"))
    trigger("From elsewhere", only_from_status=statuses["Delivered"])
    left_out = trigger("Not this time")
    advance(order, sam, left_out=[left_out.pk])
    with time_machine.travel("2026-06-11 12:00", tick=False):
        trigger("Came later")
    assert fates(order) == {
        "Off": ("Did not fire", "The trigger is not active."),
        "Other lab": ("Did not fire", "Only for the vendor Southlight."),
        "From elsewhere": ("Did not fire", "Only for orders coming from Delivered."),
        "Not this time": ("Skipped", "Left out by Sam Okafor."),
        "Came later": (
            "Did not fire",
            "The trigger is active since Thu 11 Jun 2026, 12:00, and does nothing for what was before.",
        ),
    }


def test_an_undone_change_says_that_nothing_fires_then(as_manager, order, sam, mia, trigger, statuses):
    trigger("Pack it", status=statuses["Images selected"])
    advance(order, sam)
    operations.undo_last_change(order, expected=2, by=sam)
    assert "Triggers do not fire when a status change is taken back." in page_of(as_manager, order)


def test_earlier_statuses_are_there_the_latest_first(as_staff, order, sam, trigger, statuses):
    trigger("At the lab")
    trigger("At home", status=statuses["Proofs received"])
    advance(order, sam)
    advance(order, sam)
    part = triggers_part(page_of(as_staff, order))
    assert part.index("At home") < part.index("At the lab")
    assert part.count("<details") == 2
    assert part.count('<details class="order-stay" open>') == 1


def test_an_order_whose_statuses_have_no_triggers_shows_no_such_part(as_staff, order):
    assert 'id="triggers"' not in page_of(as_staff, order)


def test_names_of_triggers_are_only_text(as_staff, order, sam, trigger):
    trigger("<script>alert(1)</script>")
    advance(order, sam)
    page = page_of(as_staff, order)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def communication_part(page):
    return page[page.index('id="communication"') : page.index('id="studio-notes"')]


def test_what_people_wrote_and_triggers_sent_stand_together_the_newest_first(
    as_staff, order, sam, make_delivery
):
    now = timezone.now()
    Communication.objects.create(
        order=order, summary="Wants walnut", recorded_by=sam, recorded_at=now - timedelta(hours=2)
    )
    mail = make_delivery(
        State.SENT,
        sent_to="anna@example.com",
        finished_at=now - timedelta(hours=1),
        content={"subject": "Your proofs", "text": "They are <here>.", "html": ""},
    )
    make_delivery(
        State.UNKNOWN,
        trigger_kind="sms",
        sent_to="+15550142",
        finished_at=now - timedelta(hours=3),
        content={"text": "Short words"},
    )
    part = communication_part(page_of(as_staff, order))
    places = [part.index(words) for words in ("Your proofs", "Wants walnut", "+15550142")]
    assert places == sorted(places)
    assert "They are &lt;here&gt;." in part
    assert f"/triggers/queue/{mail.pk}/" in part
    assert "Outcome unknown" in part
    assert "Short words" in part


def test_a_letter_leads_to_its_pdf_and_says_whether_it_is_printed(as_staff, order, make_delivery):
    delivery = make_delivery(State.SENT, trigger_kind="letter", finished_at=timezone.now())
    letter = Letter.objects.create(
        delivery=delivery,
        order=order,
        to_name="Anna",
        address="1 Way",
        subject="Your album",
        text="Dear Anna",
        layout=MessageTemplate.LetterLayout.WINDOW,
    )
    part = communication_part(page_of(as_staff, order))
    assert f"/letters/{letter.pk}/pdf/" in part
    assert "Not printed yet" in part
    assert "Your album" in part


def test_a_call_to_make_stands_there_until_it_is_made(as_staff, order, sam):
    call = Task.objects.create(
        kind="call", call_name="Anna", call_number="555", title="The frame", order=order, assigned_user=sam
    )
    part = communication_part(page_of(as_staff, order))
    assert "To be made" in part
    as_staff.post(f"/calls/{call.pk}/done/", {"answer": "done", "outcome": "Walnut it is"})
    part = communication_part(page_of(as_staff, order))
    assert "To be made" not in part
    assert "Walnut it is" in part


def test_tasks_and_messages_not_sent_are_no_communication(as_staff, order, make_delivery):
    make_delivery(State.SENT, trigger_kind="task", trigger_recipient="department", finished_at=timezone.now())
    make_delivery(State.PENDING)
    make_delivery(State.FAILED)
    assert "What was sent" not in communication_part(page_of(as_staff, order))


def test_the_page_costs_the_same_however_much_was_sent(
    as_staff, order, make_delivery, sam, django_assert_num_queries
):
    make_delivery(State.SENT, finished_at=timezone.now(), content={"text": "x"})
    make_delivery(State.HELD)
    page_of(as_staff, order)
    with django_assert_num_queries(14):
        page_of(as_staff, order)
    for _ in range(8):
        make_delivery(State.SENT, finished_at=timezone.now(), content={"text": "x"})
        make_delivery(State.HELD)
        Communication.objects.create(order=order, summary="Said", recorded_by=sam)
        Task.objects.create(kind="call", call_name="Anna", title="T", order=order, assigned_user=sam)
    page_of(as_staff, order)  # there are further triggers, which are read once
    with django_assert_num_queries(14):
        page_of(as_staff, order)
