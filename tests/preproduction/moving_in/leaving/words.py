"""Plants words about a client wherever such words are kept, each of them once, and finds them again."""

import re
from itertools import count
from pathlib import Path
from uuid import uuid4

from django.db import connection, models
from django.utils import timezone

from preproduction import operations
from preproduction.models import (
    CustomField,
    CustomValue,
    Hold,
    ImageLine,
    ImportedRow,
    ImportRun,
    Order,
    OrderEvent,
    StatusChange,
)
from studio.models import Client, Erasure, MaintenanceChange, PhotoSession
from studio.stored_texts import stored_texts
from triggers.models import Communication, Delivery, Letter, MessageTemplate, Refusal, Task, Trigger

WORD = re.compile("Zyx[0-9]{4}q")
OF_ORDER = "order__session__client"
ABOUT = {
    Client: "pk",
    PhotoSession: "client",
    Order: "session__client",
    Refusal: "client",
    **dict.fromkeys(
        (StatusChange, OrderEvent, Hold, ImageLine, CustomValue, Communication, Task, Letter, Delivery),
        OF_ORDER,
    ),
}
# What says nothing about a client: numbers, and the names of people, statuses, departments, labs and prints.
STAYS = re.compile(
    "number|vendor_(order|invoice)_number|by_name|(updated|recorded)_by_name|((from|to)_status|(to_)?department|"
    "assigned_user|to_user|vendor|session_type|late_reason)_name|proof_(type|size)|channel"
)


def plant(order, *, sam, mia, status) -> dict[str, str]:
    """Let people and triggers write about the client of `order`, and return {word: where}.  Leaves it at `status`."""
    planted: dict[str, str] = {}
    numbers = count(1)

    def word(where):
        made = f"Zyx{next(numbers):04}q"
        planted[made] = where
        return made

    client = order.session.client
    _fill(Client.objects.filter(pk=client.pk), word)
    # What something is needed for is kept with a day only.
    PhotoSession.objects.filter(client=client).update(needed_by=order.order_date)
    _fill(PhotoSession.objects.filter(client=client), word)
    _trigger(status)
    _let_people_write(order, word, sam=sam, mia=mia, status=status)
    _make_rows(order, word, sam=sam)
    # History is only open while a client is being erased.
    erasure = Erasure.objects.create(client=client, by=sam, by_name=str(sam))
    for model, path in ABOUT.items():
        if model not in (Client, PhotoSession):
            _fill(model._base_manager.filter(**{path: client.pk}), word)
    erasure.delete()
    return {made: where for made, where in planted.items() if made in in_tables()}


def _fill(rows, word):
    """Put a word of its own into every text of every row."""
    model = rows.model
    derived = {field.name for field in stored_texts(model)}
    for row in rows:
        columns = {
            field.name: word(f"{model.__name__}.{field.name}")
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField)
            and not field.choices
            and field.name not in derived
            and not STAYS.fullmatch(field.name)
        }
        if columns:
            model._base_manager.filter(pk=row.pk).update(**columns)


def _trigger(status):
    text = "Dear {{ client.name }}, {{ client.address }}"
    template = MessageTemplate.objects.create(name="Proofs", subject="{{ client.contact }}", text=text)
    for kind in ("email", "letter"):
        Trigger.objects.create(
            description=f"Tell by {kind}",
            status=status,
            kind=kind,
            recipient=Trigger.Recipient.CLIENT,
            template=template,
            position=Trigger.objects.count() + 1,
        )


def _let_people_write(order, word, *, sam, mia, status):
    field = CustomField.objects.create(label="Frame", position=1)
    for before in ("", word("custom")):
        if before:
            operations.set_custom_values(order, by=sam, values={field: before}, seen={field: ""})
    images = {"proof_type": "", "proof_size": "", "quantity_sent": 3, "quantity_returned": 3}
    operations.edit_image_lines(order, by=sam, added=[{"files": word("images"), **images} for _ in range(3)])
    for _ in range(30):
        operations.write_note(order, by=sam, text=word("note"))
    for name in ("studio_notes", "vendor_notes"):
        seen = ""
        for _ in range(10):
            written = word(f"History of {name}")
            operations.edit_order(order, by=sam, changed={name: written}, seen={name: seen})
            seen = written
    for _ in range(5):
        operations.note_delay_reason(order, by=sam, stay=None, reason=word("reason"))
    day = timezone.localdate()
    order.refresh_from_db()
    operations.promise(
        order, needed_by=day, needed_for=word("promise"), reason=word("why"), expected=None, by=sam
    )
    order.refresh_from_db()
    plan = operations.plan_advance(order, to=status)
    operations.advance_status(order, plan, expected=None, by=sam, note=word("change"), request_key=uuid4())
    order.refresh_from_db()
    operations.hold_order(order, expected=None, by=mia, reason=word("hold"))
    order.refresh_from_db()
    operations.resume_order(order, expected=None, by=mia)
    order.refresh_from_db()


def _make_rows(order, word, *, sam):
    for _ in range(12):
        Communication.objects.create(order=order, with_whom="?", summary="?", recorded_by=sam)
        Task.objects.create(order=order, title="?", assigned_user=sam)
    client = order.session.client
    Refusal.objects.create(client=client, channel="email", address="?", why=Refusal.Why.STOPPED)
    for delivery in Delivery.objects.filter(order=order):
        content = {name: word(f"content {name}") for name in ("subject", "text", "html")}
        Delivery.objects.filter(pk=delivery.pk).update(content=content)
        if delivery.kind == "letter":
            Letter.objects.create(delivery=delivery, order=order, to_name="?", text="?", layout="plain")
    run = ImportRun.objects.create(by=sam, by_name=str(sam), state=ImportRun.State.DONE)
    for kind, key in (("client", client.pk), ("session", order.session_id)):
        changes = {"notes": [word("import"), word("import")]}
        ImportedRow.objects.create(run=run, kind=kind, record=key, fate="changed", changes=changes)
    MaintenanceChange.objects.create(
        by=sam,
        by_name=str(sam),
        verb="changed",
        model="studio.client",
        key=client.pk,
        name=word("Maintenance"),
    )


def in_tables() -> set[str]:
    """Return the words that any table has, those of search indexes too."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.update(WORD.findall(repr(cursor.fetchall())))
    return found


def in_files(folder: Path) -> set[str]:
    """Return the words in the bytes of all files below `folder`."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return set(WORD.findall("".join(path.read_bytes().decode("latin-1") for path in files)))


def in_database_file() -> set[str]:
    """Return the words in the bytes of SQLite's file, and of its journals."""
    file = Path(connection.settings_dict["NAME"])
    return {word for path in file.parent.glob(f"{file.name}*") for word in _of(path)}


def _of(path):
    return WORD.findall(path.read_bytes().decode("latin-1"))
