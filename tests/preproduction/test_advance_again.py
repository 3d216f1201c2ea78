"""A message that has gone out for an order before is shown with its day and unticked; ticked again, it goes again."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order
from tests.sending import as_sent
from triggers import outbox
from triggers.models import Delivery, MessageTemplate, Trigger

State = Delivery.State
ADVANCE_MANY = "/orders/advance/"


@pytest.fixture(autouse=True)
def clock(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def hello(statuses):
    template = MessageTemplate.objects.create(name="Hello", subject="Proofs", text="They are sent.")
    return Trigger.objects.create(
        description="Say hello",
        status=statuses["Sent to lab"],
        kind="email",
        recipient=Trigger.Recipient.CLIENT,
        template=template,
    )


@pytest.fixture
def pack(statuses):
    return Trigger.objects.create(
        description="Pack",
        status=statuses["Sent to lab"],
        kind="task",
        task_title="Pack",
        recipient=Trigger.Recipient.UPDATED_BY,
    )


def address_of(order):
    return reverse("preproduction:advance_order", args=[order.pk])


def part(browser, order):
    page = browser.get(address_of(order)).content.decode()
    return " ".join(page[page.index('id="advance-outlook"') :].split())


def advance(browser, order, *, also=()):
    """Press OK on the form as it is shown, with the triggers of `also` ticked by hand."""
    page = browser.get(address_of(order)).context
    form, outlook = page["form"], page["advance"].sends
    ticked = {each.trigger.pk for each, is_ticked in outlook if is_ticked} | {each.pk for each in also}
    shown = [each.trigger.pk for each, _ in outlook]
    answer = browser.post(
        address_of(order), as_sent(form) | {"triggers": list(ticked), "triggers_shown": shown}
    )
    assert answer.status_code == 302
    return order.status_changes.order_by("-sequence").first()


def undo(order, by):
    order = Order.objects.get(pk=order.pk)
    operations.undo_last_change(order, expected=order.version, by=by)


def sent_and_taken_back(browser, order, sam):
    advance(browser, order)
    outbox.deliver_due()
    undo(order, sam)


def test_what_was_sent_comes_back_with_its_day_and_without_a_tick(
    as_staff, order, hello, pack, sam, clock, mailoutbox
):
    assert f'value="{hello.pk}" checked' in part(as_staff, order)
    sent_and_taken_back(as_staff, order, sam)
    clock.shift(timedelta(days=1))
    shown = part(as_staff, order)
    assert "went out on Wed 10 Jun already" in shown
    assert f'value="{hello.pk}" checked' not in shown
    # A task is to be done again.
    assert f'value="{pack.pk}" checked' in shown

    change = advance(as_staff, order)
    outbox.deliver_due()
    assert len(mailoutbox) == 1
    left_out = Delivery.objects.get(status_change=change, trigger=hello)
    assert (left_out.state, left_out.reason) == (State.SKIPPED, "Left out by Sam Okafor.")


def test_ticked_again_it_goes_again(as_staff, order, hello, sam, mailoutbox):
    sent_and_taken_back(as_staff, order, sam)
    advance(as_staff, order, also=[hello])
    outbox.deliver_due()
    assert len(mailoutbox) == 2


def test_what_was_only_queued_has_not_gone_out(as_staff, order, hello, sam):
    advance(as_staff, order)
    undo(order, sam)
    shown = part(as_staff, order)
    assert "already" not in shown
    assert f'value="{hello.pk}" checked' in shown


def test_another_order_of_the_client_is_told_for_the_first_time(as_staff, order, make_order, hello, sam):
    sent_and_taken_back(as_staff, order, sam)
    assert "already" not in part(as_staff, make_order())


def test_a_status_chosen_with_scripts_off_does_not_send_it_again_unseen(
    as_staff, order, hello, statuses, sam, mailoutbox
):
    sent_and_taken_back(as_staff, order, sam)
    page = as_staff.get(address_of(order), {"to": statuses["Proofs received"].pk})
    sent = as_sent(page.context["form"]) | {"shown_to": statuses["Proofs received"].pk}
    assert as_staff.post(address_of(order), sent | {"to": statuses["Sent to lab"].pk}).status_code == 302
    outbox.deliver_due()
    assert len(mailoutbox) == 1


def many(browser, *orders, **ticks):
    """Open Advance Status for many and press OK, with these boxes of the first row ticked by hand."""
    keys = [order.pk for order in orders]
    page = browser.get(ADVANCE_MANY, {"order": keys})
    batch = page.context["batch"]
    sent = {"filled": "yes", "order": keys, "updated_by": batch.by.pk}
    for row in batch.rows:
        sent |= as_sent(row.form) | {f"{row.form.prefix}-send_shown": "yes" if row.sends else ""}
    sent |= {f"{batch.rows[0].form.prefix}-{name}": value for name, value in ticks.items()}
    return " ".join(page.content.decode().split()), browser.post(ADVANCE_MANY, sent)


@pytest.mark.parametrize(("ticks", "emails"), [({}, 2), ({"again": "on"}, 3)])
def test_among_many_it_is_ticked_by_itself(as_staff, make_order, hello, sam, mailoutbox, ticks, emails):
    told, new = make_order(), make_order()
    sent_and_taken_back(as_staff, told, sam)
    page, answer = many(as_staff, told, new, **ticks)
    assert "Again: 1 email to Anna" in page
    assert "Say hello went out on Wed 10 Jun already" in page
    assert answer.status_code == 200
    outbox.deliver_due()
    assert len(mailoutbox) == emails
