"""Editing what an order says: General, notes, lines of Images, custom fields.  Never a status column."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from preproduction import stay
from preproduction.models import Cause, CustomField, CustomValue, ImageLine, Order, OrderEvent
from preproduction.operations.create import SAID, change_order_date
from preproduction.operations.refusal import OperationRefused, OutdatedPage
from preproduction.operations.rows import keep_order, tell, write_event
from studio import texts, work_calendar
from studio.models import User, Vendor
from studio.refusal import changed_meanwhile
from triggers import tasks
from triggers.models import Reason
from triggers.rules import schedule

EDITABLE = {
    Order: frozenset({*SAID, "completed_by"} - {"needed_by", "needed_for"}),
    ImageLine: frozenset({"files", "proof_type", "proof_size", "quantity_sent", "quantity_returned"}),
}
LINE = ("files", "proof_type", "proof_size", "quantity_sent", "quantity_returned")


@transaction.atomic
def edit_order(order: Order, *, by: User, changed: Mapping[str, object], seen: Mapping[str, object]) -> Order:
    """Store the columns that a user changed, and leave every other column to whoever changes it meanwhile.

    changed: new values of columns of General or notes, by name.
    seen:    for each of them the value that the user's page showed.

    Another vendor, with days or a duration of its own, moves a due date that was counted.

    Raises OutdatedPage, with `field`, where a colleague has changed one of these columns meanwhile;
    OperationRefused if the number is taken or the order date cannot be.
    """
    _, columns = _settle(order, changed, seen)
    order = keep_order(order)
    if "order_date" in columns:
        order = change_order_date(order, order_date=columns.pop("order_date"), by=by)
    if "number" in columns:
        _refuse_taken_number(order, columns["number"])
    if not columns:
        return order
    moved = _due_date_with(order, columns["vendor"]) if "vendor" in columns else {}
    columns |= moved
    try:
        with transaction.atomic():
            write_event(order, OrderEvent.Kind.EDITED, columns, by=by, raises=bool(moved))
    except IntegrityError:
        if "number" not in columns:
            raise
        # Somebody gave the number away between the look and the update.
        _refuse_taken_number(order, columns["number"])
        raise
    if moved and schedule.replan([order.pk], Reason.MOVED_BY_DUE_DATE):
        tasks.wake_worker_on_commit()
    return order


def _due_date_with(order: Order, vendor: Vendor | None) -> dict[str, Any]:
    """Return the columns of the due date that are others when `order` goes to `vendor`; none where it stays.

    One that was typed stays, whoever has the order.
    """
    status, now = order.status, stay.of(order)
    is_typed = now.duration is None and now.due_date is not None
    if status is None or status.is_final or is_typed or now.entered_on is None:
        return {}
    key = vendor.pk if vendor else None
    calendar = work_calendar.load()
    clock, rush = status.clock_of(key, calendar), order.rush(calendar)
    days = status.duration_of(key, rush)
    is_same = days == status.duration_of(order.vendor_id, rush)
    after = now.recounted(clock) if is_same else now.with_duration(days, clock)
    columns = {"status_due_date": after.due_date, "status_duration": after.duration}
    return columns if after != now else {}


@transaction.atomic
def edit_image_lines(
    order: Order,
    *,
    by: User,
    edited: Iterable[tuple[ImageLine, Mapping[str, Any], Mapping[str, Any]]] = (),
    added: Iterable[Mapping[str, object]] = (),
    removed: Iterable[ImageLine] = (),
) -> None:
    """Store what a user did to the lines of Images, all of it or nothing, with a row of History.

    edited: (line, changed, seen) as `edit_order` takes them.
    added:  columns of new lines.

    Raises OutdatedPage where a colleague has changed one of the same cells, or removed a line that was edited.
    """
    before, removed = _lines(order), list(removed)
    for line, changed, seen in edited:
        _store(*_settle(line, changed, seen))
    ImageLine.objects.bulk_create(ImageLine(order=order, **columns) for columns in added)
    ImageLine.objects.filter(order=order, pk__in=[line.pk for line in removed]).delete()
    _tell_images(order, before, by)


@transaction.atomic
def return_all_images(order: Order, *, by: User, seen: int | None) -> int:
    """Note that every proof that was sent has come back.  Return how many had been missing.

    seen: how many were missing as the user's page showed it; None asks for no comparison.
    Raises OutdatedPage if others are missing by now.
    """
    order = keep_order(order)
    before, missing = _lines(order), order.proofs_missing()
    if missing and seen is not None and missing != seen:
        proofs = "1 proof is" if missing == 1 else f"{missing} proofs are"
        last = order.events.filter(kind=OrderEvent.Kind.IMAGES).order_by("-pk").first()
        raise OutdatedPage(
            f"{last.by_name if last else 'Somebody'} changed the lines of Images meanwhile, and {proofs} missing now. "
            "Nothing was changed; look at them again."
        )
    order.images.filter(quantity_sent__gt=F("quantity_returned")).update(quantity_returned=F("quantity_sent"))
    _tell_images(order, before, by)
    return missing


@transaction.atomic
def write_note(order: Order, *, by: User, text: str) -> OrderEvent:
    """Keep a note in the history of `order`, signed by `by` and dated by itself.  Raises OperationRefused without text."""
    if not text.strip():
        raise OperationRefused("Write the note first.", field="text")
    return tell(order, OrderEvent.Kind.NOTE, by=by, note=text.strip())


@transaction.atomic
def set_custom_values(
    order: Order,
    *,
    by: User,
    values: Mapping[CustomField, str],
    seen: Mapping[CustomField, str],
    cause: Cause = Cause.BY_HAND,
) -> bool:
    """Store the custom fields that a user changed, with a row of History.  Return whether anything changed.

    values: new values of the fields the user changed.
    seen:   for each of them what the user's page showed.

    Raises OutdatedPage, naming the field, where a colleague has changed it meanwhile.
    """
    now = {value.field_id: value.value for value in order.custom_values.select_for_update()}
    changed = {field: text for field, text in values.items() if text != now.get(field.pk, "")}
    for field in changed:
        if seen[field] != now.get(field.pk, ""):
            who = _who_changed(order, OrderEvent.Kind.CUSTOM, str(field.pk))
            raise OutdatedPage(changed_meanwhile({field.label: now.get(field.pk, "")}, by=who))
    for field, text in changed.items():
        CustomValue.objects.update_or_create(order=order, field=field, defaults={"value": text})
    if changed:
        tell(
            order,
            OrderEvent.Kind.CUSTOM,
            by=by,
            cause=cause,
            before={str(field.pk): [field.label, now.get(field.pk, "")] for field in changed},
            after={str(field.pk): [field.label, text] for field, text in changed.items()},
        )
    return bool(changed)


def _lines(order: Order) -> dict[str, list[Any]]:
    """Return the lines of Images as History writes them: by key, the columns of LINE.  One query."""
    return {str(key): list(columns) for key, *columns in order.images.values_list("pk", *LINE)}


def _tell_images(order: Order, before: Mapping[str, list[Any]], by: User) -> None:
    """Write down which lines are other than `before`; a line that is not there is None."""
    now = _lines(order)
    changed = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    if changed:
        tell(
            order,
            OrderEvent.Kind.IMAGES,
            by=by,
            before={key: before.get(key) for key in changed},
            after={key: now.get(key) for key in changed},
        )


def _settle(
    row: models.Model, changed: Mapping[str, Any], seen: Mapping[str, Any]
) -> tuple[models.Model, dict[str, Any]]:
    """Return the row as it is now, and the columns in which it has to change."""
    unknown = set(changed) - EDITABLE[type(row)]
    if unknown:
        raise ValueError(f"Not to be edited here: {', '.join(sorted(unknown))}.")
    now = type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if now is None:
        raise OutdatedPage(f"A colleague has removed {row} meanwhile. Nothing was changed; look at it again.")
    row = now
    columns = {name: value for name, value in changed.items() if not _same(value, getattr(row, name))}
    for name in columns:
        now = getattr(row, name)
        if not _same(seen[name], now):
            field = row._meta.get_field(name)
            assert isinstance(field, models.Field)  # EDITABLE names columns
            told = {str(field.verbose_name): _in_words(field, now)}
            raise OutdatedPage(changed_meanwhile(told, by=_who_wrote(row, name)), field=name)
    return row, columns


def _store(row: models.Model, columns: Mapping[str, Any]) -> None:
    if not columns:
        return
    believed = {name: getattr(row, name) for name in columns}
    stored = type(row)._default_manager.filter(pk=row.pk, **believed).update(**columns)
    if not stored:
        raise OutdatedPage("A colleague was quicker. Nothing was changed; look at it again.")


def _refuse_taken_number(order: Order, number: str) -> None:
    if Order.with_withdrawn.filter(number_key=texts.unique_key(number)).exclude(pk=order.pk).exists():
        raise OperationRefused(f"Another order has the number {number}.", field="number")


def _same(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        # A browser changes the ends of lines, and a form strips; neither is a change that anybody made.
        return one.strip().splitlines() == other.strip().splitlines()
    return one == other


def _in_words(field: "models.Field[Any, Any]", value: object) -> str:
    if field.choices and value not in (None, ""):
        value = dict(field.flatchoices)[value]
    return "" if value is None else str(value)


def _who_wrote(row: models.Model, name: str) -> str:
    """Return who changed column `name` of `row` last; "" where it is not known."""
    if isinstance(row, ImageLine):
        return _who_changed(row.order, OrderEvent.Kind.IMAGES, str(row.pk))
    assert isinstance(row, Order)  # of EDITABLE
    return _who_changed(row, OrderEvent.Kind.EDITED, name)


def _who_changed(order: Order, kind: OrderEvent.Kind, key: str) -> str:
    """Return by whom `key` is in History last, as that kind of row; "" where it is not.  One query."""
    last = order.events.filter(kind=kind, after__has_key=key).order_by("-pk").first()
    return last.by_name if last else ""
