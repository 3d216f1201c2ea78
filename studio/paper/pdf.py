"""PDF files: lists, and the documents of one order.

    write_pdf_table   a list from columns and rows
    write_document    a work order, a purchase order, from the blocks below

Text is text: no value is ever read as markup (see lettering), and none is too
long to print (see blocks).  The same input gives the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from studio.paper.barcode import Barcode
from studio.paper.blocks import Block, Gap, Lines, Part, Taken, draw_lines, draw_rule
from studio.paper.columns import Column
from studio.paper.lettering import draw_line, one_line, printable, wrap
from studio.paper.logo import read_logo
from studio.paper.pages import MARGIN, PAPERS, Sheet, page_size
from studio.paper.rows import facts_rows
from studio.paper.styles import BODY, COLUMN_GAP, DARK, HAIRLINE, HEADING, LABEL, SMALL, TITLE
from studio.paper.table import Table

# Blocks for documents.


def heading(text: object) -> Block:
    """A heading; never the last line of a page."""
    return Lines(printable(text), HEADING, after=3, keeps_with_next=True)


def paragraph(text: object, *, muted: bool = False) -> Block:
    """Text of any length, with its own line ends kept."""
    return Lines(printable(text), SMALL if muted else BODY)


def notes(label: object, text: object) -> list[Block]:
    """A headed text, or nothing at all if the text is empty."""
    return [Gap(6), heading(label), paragraph(text)] if printable(text or "").strip() else []


def facts(pairs: Sequence[tuple[str, object]], *, columns: int = 2) -> Block:
    """Labels with their values, side by side in columns, filled row by row.

    Values may be dates, numbers or text of several lines; empty shows a dash.
    """
    return facts_rows(pairs, columns)


def table(columns: Sequence[Column | str], rows: Iterable[Sequence[object]]) -> Block:
    """A table inside a document, with its header on every page it reaches."""
    return Table.of(columns, rows)


def gap(points: float = 10) -> Block:
    return Gap(points)


def barcode(value: object) -> Block:
    """A Code 128 barcode with its text below; text only if it holds more than ASCII."""
    return Barcode(printable(value))


def signatures(labels: Sequence[str]) -> Block:
    """Lines to sign or fill in by hand, side by side."""
    return _Signatures([printable(label) for label in labels])


# Whole files.


def write_document(
    story: Iterable[Block | Sequence[Block]],
    *,
    title: str,
    studio_name: str,
    subtitle: str = "",
    barcode: str = "",
    printed_at: datetime | None = None,
    landscape: bool = False,
    paper: str = "a4",
    logo: bytes | None = None,
) -> bytes:
    """Return a document as a PDF.

    story:      blocks, made by the functions above; lists of blocks are welcome.
    barcode:    what stands as a barcode beside the title, such as the order number.
    printed_at: aware moment or studio-local; now if None.
    paper:      "a4" or "letter".
    logo:       a PNG or JPEG of the studio's own, beside its name on the first page.
    """
    flat: list[Block] = []
    for item in story:
        flat += [item] if isinstance(item, Block) else item
    head = _Head(printable(title), printable(subtitle), printable(barcode))
    sheet = Sheet(
        studio_name, title, printed_at, page_size(paper, landscape), read_logo(logo) if logo else None
    )
    return sheet.write([head, *flat])


def write_pdf_table(
    *,
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[object]],
    studio_name: str,
    subtitle: str = "",
    printed_at: datetime | None = None,
    paper: str = "a4",
    logo: bytes | None = None,
    empty: str = "Nothing to show.",
    above: Iterable[Block] = (),
) -> bytes:
    """Return a list as a PDF, upright or lying as its width asks for.

    subtitle: the filters in words, such as "Status: At lab; late only".
    rows:     one sequence per row, cells as str, int, Decimal, date, datetime,
              bool or None.
    above:    blocks between the title and the list.
    """
    listed = Table.of(columns, rows)
    upright = PAPERS[paper][0] - 2 * MARGIN
    story = [*above, listed] if listed.rows else [*above, listed, paragraph(empty, muted=True)]
    return write_document(
        story,
        title=title,
        studio_name=studio_name,
        subtitle=subtitle,
        printed_at=printed_at,
        landscape=listed.natural_width() > upright,
        paper=paper,
        logo=logo,
    )


class _Head(Block):
    """The top of the first page: title, subtitle, and a barcode at the right."""

    def __init__(self, title: str, subtitle: str, code: str) -> None:
        self.title, self.subtitle, self.barcode = title, subtitle, Barcode(code) if code else None

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        beside = self.barcode.take(width, height, must=True)[0] if self.barcode else None
        code_width = self.barcode.width + 20 if self.barcode else 0
        title = wrap(self.title, width - code_width, TITLE)[:4]
        subtitle = wrap(self.subtitle, width - code_width, SMALL)[:12] if self.subtitle else []
        text_height = len(title) * TITLE.leading + len(subtitle) * SMALL.leading

        def draw(canvas: Any, x: float, y: float) -> None:
            draw_lines(canvas, x, y, title, TITLE, width - code_width)
            below = y - len(title) * TITLE.leading
            draw_lines(canvas, x, below, subtitle, SMALL, width - code_width)
            if self.barcode and beside:
                beside.draw(canvas, x + width - self.barcode.width, y)

        return Part(max(text_height, beside.height if beside else 0) + 10, draw), None


class _Signatures(Block):
    def __init__(self, labels: list[str]) -> None:
        self.labels = labels

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        total = 44.0
        if total > height and not must:
            return None, self
        each = (width - COLUMN_GAP * 2 * (len(self.labels) - 1)) / max(len(self.labels), 1)

        def draw(canvas: Any, x: float, y: float) -> None:
            for index, label in enumerate(self.labels):
                left = x + index * (each + COLUMN_GAP * 2)
                draw_rule(canvas, left, y - 28, each, HAIRLINE, DARK)
                style = replace(LABEL, leading=11)
                draw_line(canvas, left, y - 38, one_line(label, each, style), style)

        return Part(total, draw), None
