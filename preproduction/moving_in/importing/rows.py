"""From the cells of a row to the values of a record, by the rules and in the words of the pages' own forms.  Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import fields_for_model

from preproduction.forms.needed_by import purpose_field
from preproduction.models import CustomValue, Order, Status
from preproduction.moving_in.importing import cells
from preproduction.moving_in.importing.cells import DayOrder, Fault
from preproduction.moving_in.importing.columns import Column, Form, Kind, SheetKind
from preproduction.moving_in.importing.kinds import CUSTOM
from preproduction.moving_in.importing.sheets import Layout
from studio.fields import DayField, LineFormField, NotesFormField, PlainText
from studio.forms.records import ClientForm, SessionForm, SessionTypeForm, VendorForm
from studio.models import Client, PhotoSession, SessionType, Vendor

NEEDED = "This field is required."
RULES: dict[Kind, tuple[dict[str, forms.Field], type[models.Model]]] = {
    Kind.CLIENT: (ClientForm.base_fields, Client),
    Kind.STATUS: (fields_for_model(Status, ["description", "default_duration"]), Status),
    Kind.VENDOR: (VendorForm.base_fields, Vendor),
    Kind.SESSION: (SessionForm.base_fields, PhotoSession),
    Kind.ORDER: ({**fields_for_model(Order), "needed_for": purpose_field()}, Order),
}
# A name by which another record is made, where there is none, is held to that record's rules.
MAKES_ANOTHER: dict[str, tuple[dict[str, forms.Field], type[models.Model], str]] = {
    "vendor": (VendorForm.base_fields, Vendor, "name"),
    "session_type": (SessionTypeForm.base_fields, SessionType, "name"),
    **dict.fromkeys(
        ("status", "from", "to"), (fields_for_model(Status, ["description"]), Status, "description")
    ),
}
# What names another record is looked for, and not stored.
NAMES_OTHERS = {
    (Kind.STATUS, "default_department"): 60,
    (Kind.STATUS, "default_user"): 300,
    (Kind.CLIENT, "number"): 60,
    (Kind.SESSION, "client_number"): 60,
    (Kind.SESSION, "client_name"): 200,
    (Kind.SESSION, "photographer"): 300,
    (Kind.ORDER, "session_number"): 30,
    (Kind.ORDER, "client_number"): 60,
    (Kind.ORDER, "client_name"): 200,
    (Kind.ORDER, "department"): 60,
    (Kind.ORDER, "user"): 300,
    (Kind.ORDER, "entered_by"): 300,
    (Kind.ORDER, "priority"): 20,
    (Kind.NOTE, "number"): 30,
    (Kind.NOTE, "department"): 60,
    (Kind.NOTE, "user"): 300,
    (Kind.NOTE, "late_reason"): 60,
    (Kind.NOTE, "delay_reason"): 200,
    (Kind.NOTE, "entered_by"): 300,
    **{
        (kind, name): 200
        for kind in (Kind.CLIENT, Kind.VENDOR)
        for name in ("first_name", "last_name", "address_2", "city", "state", "zip", "country")
    },
}


@dataclass(frozen=True)
class Wrong:
    """column: its label, as the page has it; "" for what is wrong with the row as a whole."""

    column: str
    sentence: str


@dataclass
class Row:
    """A row that was read.

    values: {field: value} of the cells that hold anything.
    """

    sheet: int
    number: int
    kind: Kind
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)
    # Rows that are one thing with it: the further Status Notes of an order.
    others: list["Row"] = field(default_factory=list)


def read(layout: Layout, sheet: int, number: int, found: Sequence[object]) -> Row:
    """Return what row `number` of a sheet says."""
    sheet_kind = layout.sheet_kind
    assert sheet_kind is not None
    row = Row(sheet, number, sheet_kind.kind)
    order = DayOrder(layout.day_order) if layout.day_order else None
    for name, place in layout.columns.items():
        cell = found[place] if place < len(found) else None
        if not cells.is_empty(cell):
            _take(row, sheet_kind, sheet_kind.column(name), cell, order)
    for put_together in (_name, _address):
        put_together(row, sheet_kind)
    for column in sheet_kind.columns:
        is_told = any(wrong.column == column.label for wrong in row.wrong)
        if column.required and column.name not in row.values and not is_told:
            row.wrong.append(Wrong(column.label, NEEDED))
    return row


def _take(row: Row, sheet_kind: SheetKind, column: Column, cell: object, order: DayOrder | None) -> None:
    try:
        row.values[column.name] = _value(row.kind, column, cell, order)
    except Fault as fault:
        row.wrong.append(Wrong(column.label, str(fault)))
    except ValidationError as error:
        row.wrong += [Wrong(column.label, sentence) for sentence in error.messages]


def _value(kind: Kind, column: Column, cell: object, order: DayOrder | None) -> Any:
    if column.form == Form.DAY:
        return _day_field().clean(cells.day(cell, order))
    if column.form == Form.YES_NO:
        return cells.yes_or_no(cell)
    return _rule(kind, column.name)(cells.text(cell))


@cache
def _day_field() -> forms.Field:
    return DayField()


@cache
def _rule(kind: Kind, name: str) -> Callable[[str], Any]:
    """Return what makes a value of a text, or raises ValidationError, as the form of the page does."""
    if name.startswith(CUSTOM):
        return _custom_field().clean
    if (kind, name) in NAMES_OTHERS:
        rule = forms.CharField(max_length=NAMES_OTHERS[kind, name], validators=[PlainText()], required=False)
        return rule.clean
    if (kind, name) == (Kind.NOTE, "note"):
        return _note_field().clean
    fields, model, field = MAKES_ANOTHER.get(name) or (*RULES[kind], name)
    of_form, of_model = fields[field], model._meta.get_field(field)
    is_name = field == "description" or (model is not Client and field == "name")

    def clean(text: str) -> Any:
        value = of_form.clean(text)
        value = " ".join(value.split()) if is_name else value
        of_model.run_validators(value)
        return value

    return clean


def _custom_field() -> forms.Field:
    longest = CustomValue._meta.get_field("value").max_length
    return LineFormField(required=False, max_length=longest, validators=[PlainText()])


def _note_field() -> forms.Field:
    return NotesFormField(required=False, max_length=2000, validators=[PlainText(lines=True)])


def _name(row: Row, sheet_kind: SheetKind) -> None:
    """A client's name may stand in two columns."""
    if row.kind not in (Kind.CLIENT, Kind.VENDOR):
        return
    parts = [row.values.pop(name, "") for name in ("first_name", "last_name")]
    if "name" not in row.values and any(parts):
        column = sheet_kind.column("name")
        _take(row, sheet_kind, column, " ".join(filter(None, parts)), None)
    if "name" not in row.values and not any(wrong.column == "Name" for wrong in row.wrong):
        row.wrong.append(Wrong("Name", NEEDED))


def _address(row: Row, sheet_kind: SheetKind) -> None:
    """An address may stand in six columns."""
    if row.kind not in (Kind.CLIENT, Kind.VENDOR):
        return
    said = {
        name: row.values.pop(name, "") for name in ("address", "address_2", "city", "state", "zip", "country")
    }
    place = ", ".join(filter(None, (said["city"], " ".join(filter(None, (said["state"], said["zip"]))))))
    whole = "\n".join(filter(None, (said["address"], said["address_2"], place, said["country"])))
    if whole:
        _take(row, sheet_kind, sheet_kind.column("address"), whole, None)


def differences(given: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, list]:
    """Return {field: [stored, given]} of what a row says otherwise than the record; empty cells say nothing."""
    return {
        name: [stored[name], value]
        for name, value in given.items()
        if name in stored and stored[name] != value
    }
