"""The list on a page as a file: all its rows, with the columns that the page shows.

One that is longer than a page may wait for is written by the worker, which opens the same page (studio/long_work/).
"""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django_tables2 import Table

from studio.exports.columns import count_rows, read_table
from studio.exports.letterhead import letterhead
from studio.exports.responses import pdf_response, xlsx_response
from studio.exports.xlsx import table_to_xlsx
from studio.forms.long_work import LongFileForm, without_export
from studio.paper.blocks import Block
from studio.paper.pdf import write_pdf_table

MOST_AT_ONCE = 5_000  # rows that a page waits for


def list_file(
    request: Any,
    table: Table,
    *,
    kind: str,
    title: str,
    filters_in_words: str = "",
    above: Iterable[Block] = (),
) -> HttpResponse:
    """Answer with all rows of `table` as a file, "xlsx" or "pdf", or ask whether the worker shall write so long a one.

    filters_in_words, above: what the PDF says under its title; words, and blocks of studio.paper.
    """
    told = getattr(request, "long_work", None)
    if told is None and (count := count_rows(table)) > MOST_AT_ONCE:
        return _ask(request, title, kind, count)
    counting = told.counting if told else iter
    if kind == "xlsx":
        content = table_to_xlsx(table, title=title, paper=request.preferences.paper, counting=counting)
        return xlsx_response(content, title)
    content = table_to_pdf(
        table,
        title=title,
        subtitle=filters_in_words,
        above=above,
        counting=counting,
        **letterhead(request.preferences),
    )
    return pdf_response(content, title)


def _ask(request: Any, title: str, kind: str, count: int) -> HttpResponse:
    """Show what is asked for; reading an address changes nothing, so that it is begun by a form."""
    path = request.get_full_path()
    form = LongFileForm.of(path, title, kind, count)
    context = {"form": form, "title": title, "count": count, "kind": kind, "back": without_export(path)}
    return render(request, "studio/long_file.html", context)


def table_to_pdf(
    table: Table, *, title: str, studio_name: str, subtitle: str = "", counting: Any = iter, **how: Any
) -> bytes:
    """Return a django-tables2 table as a PDF: its columns, all its rows.

    counting: as read_table has it.  how: further arguments of write_pdf_table.
    """
    columns, rows = read_table(table, counting)
    return write_pdf_table(
        title=title, columns=columns, rows=rows, studio_name=studio_name, subtitle=subtitle, **how
    )
