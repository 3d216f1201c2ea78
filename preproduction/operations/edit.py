"""Editing what an order says: the General tab, the notes, the lines of Images.  Never a status column."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, models, transaction
from django.db.models import F

from preproduction.models import ImageLine, Order
from preproduction.operations.create import change_order_date
from preproduction.operations.refusal import OperationRefused, OutdatedPage

EDITABLE = {
    Order: frozenset(
        {
            "number",
            "vendor",
            "order_date",
            "vendor_order_number",
            "vendor_invoice_number",
            "vendor_invoice_amount",
            "priority",
            "studio_notes",
            "vendor_notes",
        }
    ),
    ImageLine: frozenset({"files", "proof_type", "proof_size", "quantity_sent", "quantity_returned"}),
}


@transaction.atomic
def edit_order(order: Order, *, changed: Mapping[str, object], seen: Mapping[str, object]) -> Order:
    """Store the columns that a user changed, and leave every other column to whoever changes it meanwhile.

    changed: new values of columns of General or notes, by name.
    seen:    for each of them the value that the user's page showed.

    Raises OutdatedPage, with `field`, where a colleague has changed one of these columns meanwhile;
    OperationRefused if the number is taken or the order date cannot be.
    """
    order, columns = _settle(order, changed, seen)
    if "order_date" in columns:
        change_order_date(order, order_date=columns.pop("order_date"))
    if "number" in columns:
        _refuse_taken_number(order, columns["number"])
    try:
        with transaction.atomic():
            _store(order, columns)
    except IntegrityError:
        if "number" not in columns:
            raise
        # Somebody gave the number away between the look and the update.
        _refuse_taken_number(order, columns["number"])
        raise
    order.refresh_from_db()
    return order


@transaction.atomic
def edit_image_lines(
    order: Order,
    *,
    edited: Iterable[tuple[ImageLine, Mapping, Mapping]] = (),
    added: Iterable[Mapping[str, object]] = (),
    removed: Iterable[ImageLine] = (),
) -> None:
    """Store what a user did to the lines of Images, all of it or nothing.

    edited: (line, changed, seen) as `edit_order` takes them.
    added:  columns of new lines.

    Raises OutdatedPage where a colleague has changed one of the same cells, or removed a line that was edited.
    """
    for line, changed, seen in edited:
        _store(*_settle(line, changed, seen))
    ImageLine.objects.bulk_create(ImageLine(order=order, **columns) for columns in added)
    ImageLine.objects.filter(order=order, pk__in=[line.pk for line in removed]).delete()


@transaction.atomic
def return_all_images(order: Order) -> int:
    """Note that every proof that was sent has come back.  Return how many had been missing."""
    missing = order.proofs_missing()
    order.images.filter(quantity_sent__gt=F("quantity_returned")).update(quantity_returned=F("quantity_sent"))
    return missing


def _settle(row: models.Model, changed: Mapping, seen: Mapping) -> tuple[models.Model, dict]:
    """Return the row as it is now, and the columns in which it has to change."""
    unknown = set(changed) - EDITABLE[type(row)]
    if unknown:
        raise ValueError(f"Not to be edited here: {', '.join(sorted(unknown))}.")
    now = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if now is None:
        raise OutdatedPage(f"A colleague has removed {row} meanwhile. Nothing was changed; look at it again.")
    row = now
    columns = {name: value for name, value in changed.items() if not _same(value, getattr(row, name))}
    for name in columns:
        now = getattr(row, name)
        if not _same(seen[name], now):
            field = row._meta.get_field(name)
            raise OutdatedPage(
                f"A colleague has changed {field.verbose_name} meanwhile; it is now "
                f"{_quoted(field, now)}. Save again to replace that.",
                field=name,
            )
    return row, columns


def _store(row: models.Model, columns: Mapping) -> None:
    if not columns:
        return
    believed = {name: getattr(row, name) for name in columns}
    stored = type(row).objects.filter(pk=row.pk, **believed).update(**columns)
    if not stored:
        raise OutdatedPage("A colleague was quicker. Nothing was changed; look at it again.")


def _refuse_taken_number(order: Order, number: str) -> None:
    if Order.objects.filter(number=number).exclude(pk=order.pk).exists():
        raise OperationRefused(f"Another order has the number {number}.", field="number")


def _same(one, other) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        # A browser changes the ends of lines, and a form strips; neither is a change that anybody made.
        return one.strip().splitlines() == other.strip().splitlines()
    return one == other


def _quoted(field: models.Field, value) -> str:
    if value in (None, ""):
        return "empty"
    if field.choices:
        value = dict(field.flatchoices)[value]
    text = str(value)
    return f"“{text[:80]}…”" if len(text) > 80 else f"“{text}”"
