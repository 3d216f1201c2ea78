"""Before OK, Advance Status says what it will send: by which channel, to whom, when; and what it will not, and why."""

import pytest
import time_machine
from django.urls import reverse

from studio.models import Client
from triggers.models import Trigger


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def trigger(statuses):
    def make(description, **values):
        values = {
            "status": statuses["Sent to lab"],
            "kind": "email_call",
            "recipient": Trigger.Recipient.CLIENT,
            "position": Trigger.objects.count() + 1,
            **values,
        }
        return Trigger.objects.create(description=description, **values)

    return make


def sent(browser, order):
    """Return the part of the form about what is sent, as words between marks."""
    page = browser.get(reverse("preproduction:advance_order", args=[order.pk])).content.decode()
    return " ".join(page[page.index('id="advance-outlook"') :].split())


def test_it_names_channel_recipient_and_moment(as_staff, order, trigger):
    trigger("Say hello")
    trigger("Remind", timing="before_due", days=2)
    part = sent(as_staff, order)
    name = "Anna &lt;3 &amp; Bob &lt;b&gt;"
    assert f"<span>Email to {name}</span>" in part
    # Five business days from Wednesday is the 17th; two before that is Monday.
    assert f"<span>Email to {name} on Mon 15 Jun</span>" in part


def test_the_second_channel_is_named_where_the_first_cannot_be(as_staff, order, trigger):
    trigger("Say hello")
    Client.objects.update(email="")
    assert "<span>Call to Anna" in sent(as_staff, order)


def test_what_waits_for_review_says_so(as_staff, order, trigger):
    trigger("Say hello", needs_review=True)
    assert ": Say hello, after review" in sent(as_staff, order)


def test_what_will_fail_can_be_unticked_and_says_why(as_staff, order, trigger):
    made = trigger("Say hello", kind="email")
    Client.objects.update(email="")
    part = sent(as_staff, order)
    assert f'name="triggers" value="{made.pk}" checked' in part
    assert "has no email address." in part


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"only_from_status": "Delivered"}, "Only for orders coming from Delivered."),
        ({"timing": "before_due", "days": 100}, ""),
        ({}, "is marked Do Not Contact."),
    ],
)
def test_what_will_do_nothing_has_no_tick_and_says_why_not(
    as_staff, order, trigger, statuses, values, reason
):
    if "only_from_status" in values:
        values = {"only_from_status": statuses[values["only_from_status"]]}
    made = trigger("Say hello", kind="email", **values)
    if not values:
        Client.objects.update(do_not_contact=True)
    part = sent(as_staff, order)
    assert f'name="triggers" value="{made.pk}"' not in part
    assert "This change sends nothing." in part
    assert "1 trigger of this status will not send anything" in part
    assert reason in part


def test_the_question_costs_the_same_whatever_the_number_of_triggers(
    as_staff, order, trigger, django_assert_max_num_queries
):
    for number in range(3):
        trigger(f"First {number}")
    as_staff.get("/help/")  # what the studio has set up is read once after each change of it
    with django_assert_max_num_queries(18):
        sent(as_staff, order)
    for number in range(20):
        trigger(f"More {number}", timing="after_due", days=number)
    as_staff.get("/help/")
    with django_assert_max_num_queries(18):
        assert sent(as_staff, order).count('name="triggers"') == 23
