"""Columns of an order as History writes them, and back: JSON in which names stay as they were.

A foreign key is [key, name]; a date is ISO; an amount is text; None, numbers, ticks and text are themselves.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from preproduction.models import Order

Known = dict[tuple[type[models.Model], int], models.Model]  # related rows, by model and key


def write(columns: Mapping[str, object]) -> dict[str, object]:
    """Return `columns`, by the names of Order's fields, as JSON."""
    return {name: _written(value) for name, value in columns.items()}


def read(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `write` was given, a foreign key as its key under the name of the column (`vendor_id`)."""
    return dict(_read(Order._meta.get_field(name), value) for name, value in columns.items())


def load(columns: Mapping[str, Any], known: Known | None = None) -> dict[str, Any]:
    """Return what `write` was given, by the same names; related rows as they are now.  A query for each of these.

    known: those that were read for other columns, so that none is read twice for many orders.
    """
    known = {} if known is None else known
    return dict(_load(Order._meta.get_field(name), value, known) for name, value in columns.items())


def of(order: Order, names: Iterable[str]) -> dict[str, object]:
    """Return the columns `names` of `order` as JSON.  A query for each related row that is not joined."""
    return write({name: getattr(order, name) for name in names})


def _written(value: object) -> object:
    if isinstance(value, models.Model):
        return [value.pk, str(value)]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(field: Any, value: Any) -> tuple[str, Any]:
    if field.is_relation:
        return field.attname, value[0] if value else None
    return field.attname, None if value is None else field.to_python(value)


def _load(field: Any, value: Any, known: Known) -> tuple[str, Any]:
    if not field.is_relation or value is None:
        return field.name, None if value is None else field.to_python(value)
    model, key = field.related_model, value[0]
    if (model, key) not in known:
        known[model, key] = model._base_manager.get(pk=key)
    return field.name, known[model, key]
