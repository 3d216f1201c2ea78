"""The list on a page as a file: all its rows, with the columns that the page shows."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django_tables2 import Table

from studio.exports.columns import read_table
from studio.exports.letterhead import letterhead
from studio.exports.responses import pdf_response, xlsx_response
from studio.exports.xlsx import table_to_xlsx
from studio.paper.blocks import Block
from studio.paper.pdf import write_pdf_table


def list_file(
    request: Any,
    table: Table,
    *,
    kind: str,
    title: str,
    filters_in_words: str = "",
    above: Iterable[Block] = (),
) -> HttpResponse:
    """Answer with all rows of `table` as a file: "xlsx" or "pdf".

    filters_in_words, above: what the PDF says under its title; words, and blocks of studio.paper.
    """
    if kind == "xlsx":
        return xlsx_response(table_to_xlsx(table, title=title, paper=request.preferences.paper), title)
    content = table_to_pdf(
        table,
        title=title,
        subtitle=filters_in_words,
        above=above,
        **letterhead(request.preferences),
    )
    return pdf_response(content, title)


def table_to_pdf(table: Table, *, title: str, studio_name: str, subtitle: str = "", **how: Any) -> bytes:
    """Return a django-tables2 table as a PDF: its columns, all its rows.

    how: further arguments of write_pdf_table.
    """
    columns, rows = read_table(table)
    return write_pdf_table(
        title=title, columns=columns, rows=rows, studio_name=studio_name, subtitle=subtitle, **how
    )
