"""A channel is a room: one that only tests know is chosen, previewed, queued, sent and shown like all others."""

import pytest
from django.utils.html import escape

from studio.models import Client
from tests.sending import as_sent
from tests.triggers.pigeon.pigeon import PigeonChannel
from triggers import channels, outbox
from triggers.models import Delivery, MessagePreferences, MessageTemplate, Trigger

NEW = "/maintenance/triggers/new/"


@pytest.fixture
def pigeon(monkeypatch):
    """Open the room, and the kind that calls where no pigeon gets through; close them after the test."""
    monkeypatch.setattr(channels, "_channels", {**channels._channels})
    monkeypatch.setattr(channels, "_kinds", {**channels._kinds})
    channel = PigeonChannel()
    channels.register(channel)
    channels.register_pair("pigeon", "call")
    return channel


@pytest.fixture
def template(db):
    return MessageTemplate.objects.create(
        name="Coo", subject="Proofs", text="Dear {{ client.name }}, they are here."
    )


@pytest.fixture
def trigger(pigeon, as_administrator, statuses, template, preferences):
    """Choose the pigeon on the form of a trigger, as an administrator does."""
    MessagePreferences.objects.update_or_create(
        pk=1, defaults={"quiet_from": "00:00", "quiet_until": "00:00"}
    )
    page = as_administrator.get(NEW)
    assert '<option value="pigeon">Pigeon</option>' in page.content.decode()
    assert '<option value="pigeon_call">Pigeon/Call</option>' in page.content.decode()
    typed = {"description": "Fly", "status": statuses["Sent to lab"].pk, "kind": "pigeon"}
    sent = as_sent(page.context["form"], **typed, recipient="client", template=template.pk)
    answer = as_administrator.post(NEW, sent | {"seen": page.context["seen"]})
    assert answer.status_code == 302
    return Trigger.objects.get()


def advance(browser, order):
    address = f"/orders/{order.pk}/advance/"
    page = browser.get(address).context
    sends = page["advance"].sends
    ticked = [each.trigger.pk for each, is_ticked in sends if is_ticked]
    shown = [each.trigger.pk for each, _ in sends]
    assert browser.post(address, as_sent(page["form"]) | {"triggers": ticked, "triggers_shown": shown})
    return sends


def test_it_starts_like_whatever_reaches_clients(trigger):
    assert (trigger.send_at, trigger.max_late_hours) == (Trigger.SendAt.WAKING_HOURS, 24)
    assert trigger.channels == ("pigeon",)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"recipient": "vendor"}, "A pigeon flies to a roof, and not to “The vendor”."),
        ({"recipient": "address"}, "Type the roof."),
        ({"template": ""}, "Choose the template that has the words."),
    ],
)
def test_its_form_refuses_what_it_cannot_do(pigeon, as_administrator, statuses, template, typed, said):
    page = as_administrator.get(NEW)
    given = {"description": "Fly", "status": statuses["Sent to lab"].pk, "kind": "pigeon"}
    sent = as_sent(page.context["form"], **{**given, "template": template.pk, **typed})
    answer = as_administrator.post(NEW, sent | {"seen": page.context["seen"]})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_its_words_are_previewed(pigeon, as_administrator, template, preferences):
    page = as_administrator.get(f"/maintenance/templates/{template.pk}/").content.decode()
    assert '<option value="pigeon">Pigeon</option>' in page
    answer = as_administrator.post(
        "/maintenance/templates/preview/",
        {"shown_as": "pigeon", "text": template.text, "subject": "Proofs"},
        headers={"HX-Request": "true"},
    )
    assert "they are here." in answer.content.decode()


def test_it_is_announced_queued_sent_and_shown(trigger, pigeon, order, as_staff, as_manager):
    Client.objects.update(address="The old tower\nHill 1")
    client = order.session.client
    sends = advance(as_staff, order)
    assert [each.words for each, _ in sends] == [f"Pigeon to {client.name}"]
    row = Delivery.objects.get()
    assert (row.kind, row.channel, row.state) == ("pigeon", "pigeon", Delivery.State.PENDING)
    queue = as_manager.get("/triggers/queue/").content.decode()
    assert f"Pigeon up to {escape(client.name)}" in queue
    assert "What will be sent" in as_manager.get(f"/triggers/queue/{row.pk}/").content.decode()

    assert outbox.deliver_due() == 1
    assert [message.addresses for message in pigeon.flown] == [("The old tower",)]
    assert pigeon.flown[0].text == f"Dear {client.name}, they are here."
    item = as_manager.get(f"/triggers/queue/{row.pk}/").content.decode()
    assert "What was sent" in item
    assert "they are here." in item
    assert "The old tower" in as_staff.get(f"/orders/{order.pk}/").content.decode()


def test_what_stops_it_stands_in_the_queue(trigger, pigeon, order, as_staff, as_manager, template):
    MessageTemplate.objects.update(text="There is a storm.")
    Client.objects.update(address="The old tower")
    advance(as_staff, order)
    assert outbox.deliver_due() == 1
    assert "The pigeon came back wet." in as_manager.get("/triggers/queue/?state=failed").content.decode()


def test_the_second_way_is_taken_where_no_pigeon_gets_through(trigger, pigeon, order, as_staff):
    Trigger.objects.update(kind="pigeon_call", task_title="Call them")
    Client.objects.update(address="", phone="555 0142")
    advance(as_staff, order)
    assert outbox.deliver_due() == 1
    assert (Delivery.objects.get().channel, pigeon.flown) == ("call", [])


def test_control_without_the_room_there_is_no_such_kind(as_administrator, preferences, statuses):
    assert "Pigeon" not in as_administrator.get(NEW).content.decode()
