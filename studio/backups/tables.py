"""Rows as plain values, and back, by the columns that our own migrations give a table.

A line is one row: a JSON array, in the order of the columns in the note.  Text is text, numbers, true, false and null
are themselves, and dates, moments, decimals and UUIDs are text as ISO and Python write it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from uuid import UUID

from django.db import connection, models

CHUNK = 500
# Whoever was signed in signs in again: a back-up must not bring back a session that was ended since.  What waits for
# somebody to sign in waits for an hour.  Stored forms of texts are made anew where they are restored, by the rules there.
NOT_CARRIED = {"sessions.session", "studio.firstcode", "studio.keptform", "studio.textrules"}


class RowRefused(ValueError):
    """str() is a sentence that names the column and never the value."""


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment


def _itself(value):
    return value


# The first that fits: a moment's field is a date's, too.  What JSON has for it, and what makes a value of that.
_KINDS = (
    (models.JSONField, object, _itself),
    (models.BooleanField, bool, _itself),
    (models.IntegerField, int, _itself),
    (models.DecimalField, str, Decimal),
    (models.DateTimeField, str, _moment),
    (models.DateField, str, date.fromisoformat),
    (models.TimeField, str, time.fromisoformat),
    (models.UUIDField, str, UUID),
    ((models.CharField, models.TextField, models.FileField), str, _itself),
)


@dataclass(frozen=True)
class Table:
    """A table as a state of our migrations declares it."""

    model: type[models.Model]
    fields: dict[str, models.Field]  # by column

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def lines(self) -> Iterator[bytes]:
        """Yield the rows in the database, by key, each as a line.  Holds no more than CHUNK of them at once."""
        names = [field.attname for field in self.fields.values()]
        rows = self.model._base_manager.order_by("pk").values_list(*names)
        for row in rows.iterator(chunk_size=CHUNK):
            yield as_line(row)

    def rows(self, columns: list[str], lines: Iterable[bytes]) -> Iterator[list]:
        """Yield the rows that `lines` hold, whose values stand in the order of `columns`.

        Raises RowRefused for a line that lines() would not have written.
        """
        fields = [self.fields[column] for column in columns]
        for number, line in enumerate(lines, start=1):
            try:
                yield read_line(line, fields)
            except RowRefused as refusal:
                raise RowRefused(f"Row {number} of {self.name}: {refusal}") from None

    def insert(self, columns: list[str], lines: Iterable[bytes]) -> None:
        """Insert the rows that `lines` hold, CHUNK of them at once."""
        fields = [self.fields[column] for column in columns]
        quote = connection.ops.quote_name
        statement = (
            f"INSERT INTO {quote(self.name)} ({', '.join(map(quote, columns))}) "  # noqa: S608  names of our models'
            f"VALUES ({', '.join(['%s'] * len(columns))})"
        )
        rows = (
            [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
            for row in self.rows(columns, lines)
        )
        with connection.cursor() as cursor:
            while chunk := list(islice(rows, CHUNK)):
                cursor.executemany(statement, chunk)


def tables(apps) -> dict[str, Table]:
    """Return the tables of `apps`, a state of the migrations, that a back-up carries, by name."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in NOT_CARRIED:
            fields = {
                field.column: field for field in model._meta.local_concrete_fields if not field.generated
            }
            found[model._meta.db_table] = Table(model, fields)
    return found


def as_line(row: Iterable) -> bytes:
    # Keys in one order, because PostgreSQL does not keep that of JSON; the digests of both engines are the same.
    text = json.dumps(list(row), default=_as_text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def read_line(line: bytes, fields: list[models.Field]) -> list:
    """Return the values of a row.  Raises RowRefused unless `line` is as as_line() writes it and its values fit."""
    try:
        row = json.loads(line)
        # Whatever two readers could take differently is gone with this: keys twice, NaN, lone surrogates.
        is_ours = isinstance(row, list) and as_line(row) == line
    except (ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        raise RowRefused("it is not as a back-up writes it.")
    if len(row) != len(fields):
        raise RowRefused(f"it has {len(row)} values for {len(fields)} columns.")
    if b"\\u0000" in line and _holds_nul(row):
        raise RowRefused("it holds a character that cannot be stored.")
    return [_value(field, value) for field, value in zip(fields, row, strict=True)]


def _as_text(value) -> str:
    if isinstance(value, date | time):  # a moment is a date, too
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(
        f"Back-ups know no {type(value).__name__}; studio/backups/tables.py has those that they do."
    )


def _value(field: models.Field, value):
    if value is None:
        if field.null:
            return None
        raise RowRefused(f"{field.column} is empty.")
    written, make = kind_of(field)
    # To Python True is a number.
    if not isinstance(value, written) or (written is int and isinstance(value, bool)):
        raise RowRefused(f"{field.column} is of the wrong kind.")
    # A UUID's field has a length, too, but not that of its text.
    if make is _itself and field.max_length and len(value) > field.max_length:
        raise RowRefused(f"{field.column} is too long.")
    try:
        return make(value)
    except (ValueError, ArithmeticError):
        raise RowRefused(f"{field.column} cannot be read.") from None


def kind_of(field: models.Field) -> tuple[type, Callable]:
    """Return what JSON has for a value of `field`, and what makes a value of that.  Raises TypeError if none does."""
    while field.remote_field:
        field = field.target_field
    for classes, written, make in _KINDS:
        if isinstance(field, classes):
            return written, make
    raise TypeError(
        f"Back-ups know no {type(field).__name__}; studio/backups/tables.py has those that they do."
    )


def _holds_nul(value) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\x00" in value
