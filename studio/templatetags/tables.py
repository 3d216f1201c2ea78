"""Draw a django-tables2 table quickly.

django-tables2 inspects signatures and builds attribute dictionaries for every cell, which makes its own template
4.4 times as slow as a loop.  Here each column is looked at once, and becomes a function from record to HTML.
The table stays the one definition: columns, order, render_*, linkify, attrs and row_attrs mean what they mean there.
"""

from collections.abc import Callable, Iterator
from inspect import signature

from django import template
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django.template.defaulttags import querystring
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django_tables2 import Column, Table
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, computed_values

from studio.templatetags.components import NONE, shown

register = template.Library()


@register.inclusion_tag("components/table.html", takes_context=True)
def data_table(
    context,
    table: Table,
    label: str,
    *,
    select: str = "",
    cards: bool = True,
    noun: str = "",
    empty_title: str = "Nothing to show",
    empty_text: str = "",
    empty_url: str = "",
    empty_action: str = "",
):
    """Draw `table` with sort links, rows, page numbers, and an empty state where there are no rows.

    label:  what the table holds, for the scroll region and screen readers.
    select: id of the form that the row check boxes belong to; no check boxes when empty.  They are named
            "selected" and hold the primary key.
    cards:  under 640 px show each row as a card; else the table scrolls sideways in its own box.
    noun:   what is counted under the table, in the plural.
    """
    records = list(table.paginated_rows.data)
    return {
        "table": table,
        "label": label,
        "select": select,
        "cards": cards,
        "noun": noun,
        "headers": [_header(context, table, column) for column in table.columns],
        "rows": list(_rows(table, records)) if records else [],
        "page": table.page if getattr(table, "page", None) and table.page.paginator.num_pages > 1 else None,
        "page_key": table.prefixed_page_field,
        "empty_title": empty_title,
        "empty_text": empty_text or table.empty_text or "",
        "empty_url": empty_url,
        "empty_action": empty_action,
        "request": context.get("request"),
    }


@register.simple_tag(takes_context=True)
def sort_header(context, table: Table, name: str) -> dict:
    """Return the heading of column `name` for a page that writes its own <thead>.

    A dictionary: words, css (class names), href ("" when not sortable), sort ("ascending", "descending" or "").
    """
    return _header(context, table, table.columns[name])


def _header(context, table: Table, column: BoundColumn) -> dict:
    ordered = column.is_ordered
    href = ""
    if column.orderable:
        keys = {table.prefixed_order_by_field: column.order_by_alias.next, table.prefixed_page_field: None}
        href = querystring(context, **keys)
    return {
        "words": column.header,
        "css": _cell_attributes(table, column, "th").get("class", ""),
        "href": href,
        "sort": ("descending" if column.order_by_alias.is_descending else "ascending") if ordered else "",
    }


def _cell_attributes(table: Table, column: BoundColumn, kind: str) -> dict:
    attrs = column.column.attrs
    return computed_values(
        attrs.get(kind, attrs.get("cell", {})), kwargs={"table": table, "bound_column": column}
    )


def _rows(table: Table, records: list) -> Iterator[dict]:
    """Yield one dictionary per record: record, attrs (HTML), cells as pairs (attributes, content)."""
    columns = [
        (_html_attributes(_td_attributes(table, column)), _cell_renderer(table, column, records[0]))
        for column in table.columns
    ]
    for record in records:
        attrs = computed_values(table.row_attrs, kwargs={"table": table, "record": record})
        yield {
            "record": record,
            "attrs": _html_attributes(attrs),
            "cells": [(attributes, render(record)) for attributes, render in columns],
        }


def _td_attributes(table: Table, column: BoundColumn) -> dict:
    # The name of the column, for rows that become cards on a narrow screen.
    return {"data-label": column.header, **_cell_attributes(table, column, "td")}


def _html_attributes(attrs: dict) -> SafeString:
    present = (
        (name, "" if value is True else value)
        for name, value in attrs.items()
        if value not in (None, False, "")
    )
    return format_html_join("", ' {}="{}"', present)


def _cell_renderer(table: Table, bound: BoundColumn, sample) -> Callable[[object], SafeString]:
    """Return the function that turns a record into the content of this column's cell."""
    column = bound.column
    read = _reader(Accessor(bound.accessor), sample, optional=not column.empty_values)
    render = getattr(table, f"render_{bound.name}", None) or column.render
    is_plain = getattr(render, "__func__", None) is Column.render
    wanted = () if is_plain else tuple(signature(render).parameters)
    link = bound.link
    default = NONE if bound.default == "—" else bound.default
    empty_values = column.empty_values

    def cell(record):
        value = read(record)
        if value in empty_values:
            return shown(default)
        known = {"value": value, "record": record, "column": column, "bound_column": bound, "table": table}
        if is_plain:
            content = shown(value)
        else:
            if "bound_row" in wanted:
                known["bound_row"] = BoundRow(record, table)
            content = shown(render(**{name: known[name] for name in wanted}))
        return link(content, **known) if link else content

    return cell


def _reader(accessor: Accessor, sample, *, optional: bool) -> Callable[[object], object]:
    """Return the function that follows `accessor` from a record to its value.

    None on the way is None.  Unlike django-tables2, a misspelt name raises instead of showing a dash, except for
    `optional` columns (empty_values=()), which are not about one attribute.
    """
    steps = accessor.bits
    if isinstance(sample, Model) and _has_choices(accessor, sample):
        steps = [*steps[:-1], f"get_{steps[-1]}_display"]

    def read(record):
        value = record
        for step in steps:
            try:
                value = value[step] if isinstance(value, dict) else getattr(value, step)
            except ObjectDoesNotExist:
                return None
            except (AttributeError, KeyError):
                if optional or value is None:
                    return None
                raise
            if callable(value):
                value = value()
            if value is None:
                return None
        return value

    return read


def _has_choices(accessor: Accessor, sample: Model) -> bool:
    try:
        return bool(getattr(accessor.get_field(sample), "choices", None))
    except FieldDoesNotExist:
        return False
