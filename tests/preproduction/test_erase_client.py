"""Erasing a client: no word about them is left in any table, and the orders stay countable."""

from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, models

from preproduction import operations
from preproduction.models import (
    CustomField,
    ImageLine,
    ImportedRow,
    ImportRun,
    Order,
    OrderEvent,
    StatusChange,
)
from preproduction.operations import OperationRefused
from preproduction.rebuild import rebuild
from studio.models import Client, Erasure
from triggers.models import Communication, Delivery, MessageTemplate, Task, Trigger

pytestmark = pytest.mark.usefixtures("preferences")
CANARY = "Zyxanthippe"


def tables_with_a_canary() -> set[str]:
    """Look into every column of every table."""
    found = set()
    for model in apps.get_models():
        for row in model._base_manager.values(*(field.attname for field in model._meta.concrete_fields)):
            found |= {f"{model.__name__}.{name}" for name, value in row.items() if CANARY in str(value)}
    return found


@pytest.fixture
def written_about(order, session, sam, mia, statuses, as_staff):
    """Write the canary wherever people write, and complete the order."""
    words = dict.fromkeys(("name", "contact_name", "phone", "mobile_phone", "address", "notes"), CANARY)
    Client.objects.filter(pk=session.client_id).update(**words, email=f"{CANARY}@example.com")
    type(session).objects.filter(pk=session.pk).update(location=CANARY, notes=CANARY)
    template = MessageTemplate.objects.create(name="Proofs", subject="S", text="Dear {{ client.name }}")
    Trigger.objects.create(
        description="Tell",
        status=statuses["Sent to lab"],
        kind="email",
        recipient=Trigger.Recipient.CLIENT,
        template=template,
    )
    field = CustomField.objects.create(label="Frame")
    operations.set_custom_values(order, by=sam, values={field: CANARY}, seen={field: ""})
    line = {"files": CANARY, "proof_type": "", "proof_size": "", "quantity_sent": 3, "quantity_returned": 3}
    operations.edit_image_lines(order, by=sam, added=[line])
    operations.write_note(order, by=sam, text=f"{CANARY} called.")
    operations.edit_order(order, by=sam, changed={"studio_notes": CANARY}, seen={"studio_notes": ""})
    operations.note_delay_reason(order, by=sam, stay=None, reason=CANARY)
    order = Order.objects.get(pk=order.pk)
    operations.advance_status(
        order, operations.plan_advance(order), expected=None, by=sam, note=CANARY, request_key=uuid4()
    )
    operations.hold_order(order, expected=None, by=mia, reason=CANARY)
    operations.resume_order(order, expected=None, by=mia)
    Communication.objects.create(order=order, with_whom=CANARY, summary=CANARY, recorded_by=sam)
    Task.objects.create(order=order, title=CANARY, notes=CANARY, call_name=CANARY)
    Delivery.objects.update(content={"subject": CANARY, "text": CANARY}, sent_to=CANARY)
    as_staff.post(f"/orders/{order.pk}/note/", {"text": CANARY})
    run = ImportRun.objects.create(by=mia, by_name=str(mia))
    ImportedRow.objects.create(
        run=run, kind="client", record=session.client_id, fate="changed", changes={"name": [CANARY, CANARY]}
    )
    return order


def complete(order, sam, statuses):
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam, note=CANARY)


def test_no_word_about_the_client_is_left(written_about, session, sam, ada, statuses):
    complete(written_about, sam, statuses)
    places = tables_with_a_canary()
    assert {
        "Client.name",
        "StatusChange.note",
        "OrderEvent.note",
        "OrderEvent.after",
        "Delivery.payload",
        "ImportedRow.changes",
    } <= places
    counts = {model: model._base_manager.count() for model in (Order, StatusChange, OrderEvent, ImageLine)}

    erasure = operations.erase_client(session.client, by=ada)

    assert tables_with_a_canary() == set()
    assert {model: model._base_manager.count() for model in counts} == counts
    assert (erasure.by, erasure.finished_at is not None) == (ada, True)
    assert erasure.rows > 10
    # What is left of history still tells what is left of the order.
    order = Order.objects.get(pk=written_about.pk)
    told = rebuild(order)
    assert told.columns["studio_notes"] == order.studio_notes == "[erased]"
    assert [line[0] for line in told.images.values()] == ["[erased]"]


def test_the_row_that_stays_says_how_many_were_overwritten(ada):
    assert operations.erase_client(Client.objects.create(name="Nobody"), by=ada).rows == 1


def test_a_client_with_open_orders_is_not_erased(written_about, session, ada):
    with pytest.raises(OperationRefused, match="has open orders \\(1001\\)"):
        operations.erase_client(session.client, by=ada)
    assert "Client.name" in tables_with_a_canary()
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("model", [StatusChange, OrderEvent])
def test_outside_an_erasure_history_is_guarded_as_ever(
    written_about, session, sam, ada, statuses, model: models.Model
):
    complete(written_about, sam, statuses)
    operations.erase_client(session.client, by=ada)
    with pytest.raises(DatabaseError, match="append-only"):
        model.objects.update(note="Rewritten")
