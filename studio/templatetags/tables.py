"""Draw a django-tables2 table quickly.

django-tables2 inspects signatures and builds attribute dictionaries for every cell, which makes its own template
4.4 times as slow as a loop.  Here each column is looked at once, and becomes a function from record to HTML.
The table stays the one definition: columns, order, render_*, linkify, attrs and row_attrs mean what they mean there.
"""

from collections.abc import Callable, Iterator
from inspect import Parameter, signature

from django import template
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model
from django.template.defaulttags import querystring
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_tables2 import BooleanColumn, Column, DateColumn, DateTimeColumn, Table
from django_tables2.columns import BoundColumn
from django_tables2.columns.base import LinkTransform
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, computed_values

from studio.templatetags.components import NONE, shown

register = template.Library()

MOST_FOUND = 1000  # told exactly; of more a listener keeps only that they are many

# These would write dates and truth their own way; the product has one (components.shown).
SHOWN_OUR_WAY = (BooleanColumn, DateColumn, DateTimeColumn)


@register.inclusion_tag("components/table.html", takes_context=True)
def data_table(
    context,
    table: Table,
    label: str,
    *,
    select: str = "",
    select_name: str = "selected",
    cards: bool = True,
    noun: str = "",
    empty: dict | None = None,
    texts: str = "",
):
    """Draw `table` with sort links, rows, page numbers, and an empty state where there are no rows.

    label:  what the table holds, for the scroll region and screen readers.
    select: id of the form that the row check boxes belong to; no check boxes when empty.  They are called
            `select_name` and hold the primary key.
    cards:  under 640 px show each row as a card; else the table scrolls sideways in its own box.
    noun:   what is counted under the table, in the plural.
    empty:  what stands there if there are no rows; see when_empty.
    texts:  what is printed with the rows and not shown in them, such as the text of a letter.
    """
    records = list(table.paginated_rows.data)
    # A TemplateColumn draws with the page's context: its forms need the CSRF token.
    table.context = context
    return {
        "table": table,
        "label": label,
        "select": select,
        "select_name": select_name,
        "cards": cards,
        "noun": noun,
        "headers": [_header(context, table, column) for column in table.columns],
        "folded": [
            {"words": table.columns[name].header, "step": step}
            for name, step in _fold_steps(table).items()
            if name in table.columns
        ],
        "rows": list(_rows(table, records)) if records else [],
        "page": table.page if getattr(table, "page", None) and table.page.paginator.num_pages > 1 else None,
        "page_key": table.prefixed_page_field,
        "empty": empty or when_empty("Nothing to show", table.empty_text or ""),
        "texts": texts,
        "found": _found(table, noun),
        "request": context.get("request"),
    }


def _found(table: Table, noun: str) -> str:
    """Say how many rows there are on all pages together; "" where nothing says what they are."""
    paginator = getattr(table, "paginator", None)
    if not noun:
        return ""
    count = paginator.count if paginator else len(table.rows)
    return f"{noun.capitalize()} found: {f'{MOST_FOUND:,}+' if count > MOST_FOUND else f'{count:,}'}"


@register.simple_tag
def when_empty(title: str, text: str = "", url: str = "", action: str = "") -> dict:
    """Return what a table without rows says: {% when_empty "No tasks here" url="?" action="Show mine" as empty %}"""
    return {"title": title, "text": text, "url": url, "action": action}


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
    found = computed_values(
        attrs.get(kind, attrs.get("cell", {})), kwargs={"table": table, "bound_column": column}
    )
    if step := _fold_steps(table).get(column.name):
        found["class"] = f"{found.get('class', '')} fold-{step}".lstrip()
    return found


def _fold_steps(table: Table) -> dict[str, int]:
    """Return from which width of its box on each column is shown, of a table that folds; see studio/folding.py."""
    return getattr(table, "fold_steps", {})


def _rows(table: Table, records: list) -> Iterator[dict]:
    """Yield one dictionary per record: record, attrs and cells; the last two are HTML.

    The cells of a row are one string: a template that loops over them takes as long again as everything else.
    """
    columns = [
        (_html_attributes(_td_attributes(table, column)), _cell_renderer(table, column, records[0]))
        for column in table.columns
    ]
    row_attributes = {name: _computed(value) for name, value in (table.row_attrs or {}).items()}
    for record in records:
        known = {"table": table, "record": record}
        cells = (f"<td{attributes}>{render(record)}</td>" for attributes, render in columns)
        yield {
            "record": record,
            "attrs": _html_attributes({name: value(known) for name, value in row_attributes.items()}),
            "cells": mark_safe("".join(cells)),  # noqa: S308 - every part is escaped by shown() or format_html
        }


def _td_attributes(table: Table, column: BoundColumn) -> dict:
    # The name of the column, for rows that become cards on a narrow screen, unless these say all without it.
    label = {} if getattr(table, "cards_without_names", False) else {"data-label": column.header}
    return {**label, **_cell_attributes(table, column, "td")}


def _html_attributes(attrs: dict) -> SafeString:
    present = (
        (name, "" if value is True else value)
        for name, value in attrs.items()
        if value not in (None, False, "")
    )
    return format_html_join("", ' {}="{}"', present)


def _computed(value) -> Callable[[dict], object]:
    """Return a function of what is known of a cell, which passes on just what a callable `value` asks for."""
    if not callable(value):
        return lambda known: value
    parameters = signature(value).parameters
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters.values()):
        # A TemplateColumn takes whatever there is, the bound row too.
        return lambda known: value(**known, bound_row=known["bound_row"])
    wanted = tuple(parameters)
    return lambda known: value(**{name: known[name] for name in wanted})


def _cell_renderer(table: Table, bound: BoundColumn, sample) -> Callable[[object], SafeString]:
    """Return the function that turns a record into the content of this column's cell."""
    column = bound.column
    read = _reader(Accessor(bound.accessor), sample, optional=not column.empty_values)
    render = getattr(table, f"render_{bound.name}", None)
    if not render and type(column).render is not Column.render and not isinstance(column, SHOWN_OUR_WAY):
        render = column.render
    render = _computed(render) if render else None
    link = _linker(bound.link) if bound.link else None
    default = NONE if bound.default == "—" else shown(bound.default)
    empty_values = column.empty_values

    def cell(record):
        value = read(record)
        if value in empty_values:
            return default
        if render is link is None:
            return shown(value)
        known = _Known(value=value, record=record, column=column, bound_column=bound, table=table)
        content = shown(render(known) if render else value)
        return link(content, known) if link else content

    return cell


class _Known(dict):
    """What a column's functions may ask for; the bound row is made for those few that do."""

    def __missing__(self, name):
        if name == "bound_row":
            return BoundRow(self["record"], self["table"])
        raise KeyError(name)


def _linker(link: LinkTransform) -> Callable[[SafeString, dict], SafeString]:
    """Return the function that puts a cell's content into its link."""
    attributes = {name: _computed(value) for name, value in (link.attrs or {}).items()}
    address = _computed(link.url) if link.url else lambda known: link.compose_url(**known)

    def linked(content, known):
        attrs = {"href": address(known), **{name: value(known) for name, value in attributes.items()}}
        return format_html("<a{}>{}</a>", _html_attributes(attrs), content)

    return linked


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
            # A relation's manager can be called, and says itself that it should not be.
            if callable(value) and not getattr(value, "do_not_call_in_templates", False):
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
