"""PDF files: lists, and the documents of one order.

    write_pdf_table   a list from columns and rows
    table_to_pdf      a list from a django-tables2 table
    write_document    a work order, a purchase order, from the blocks below

Owns margins, header, footer and "Page x of y".  Text is text: no value is ever
read as markup (see lettering), and none is too long to print (see blocks).  The
same input gives the same bytes.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO

from django.utils import timezone

from studio.exports import blocks
from studio.exports.blocks import BODY, HEADING, LABEL, SMALL, TITLE, Block, Gap, Lines, Part, Table, flow
from studio.exports.columns import Column, clean_text, read_table
from studio.exports.lettering import Line, Style, draw_line, one_line, printable, width_of, wrap

logger = logging.getLogger(__name__)

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGIN = 38  # 13 mm: what every printer can do, and a hole punch
BAND = 26  # the studio's name and the date, above the rule
FOOT = 22
BAND_NAME = Style(8.5, 11, bold=True, gray=0.2)

LOGO_WIDTH, LOGO_HEIGHT = 120, 30  # it reaches into the upper margin
LOGO_DPI = 300

BARCODE_HEIGHT = 30
BARCODE_BARS = (1.0, 0.8, 0.6)  # width of the narrowest bar; 0.6 is 0.2 mm, the least that scanners read
MAX_BARCODE_WIDTH = 240


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
    return blocks.facts_rows(pairs, columns)


def table(columns: Sequence[Column | str], rows: Iterable[Sequence]) -> Block:
    """A table inside a document, with its header on every page it reaches."""
    return Table.of(columns, rows)


def gap(points: float = 10) -> Block:
    return Gap(points)


def barcode(value: object) -> Block:
    """A Code 128 barcode with its text below; text only if it holds more than ASCII."""
    return _Barcode(printable(value))


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
    flat = [block for item in story for block in (item if isinstance(item, list | tuple) else [item])]
    head = _Head(printable(title), printable(subtitle), printable(barcode))
    sheet = _Sheet(
        studio_name, title, printed_at, _page_size(paper, landscape), read_logo(logo) if logo else None
    )
    return sheet.write([head, *flat])


def write_pdf_table(
    *,
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Sequence],
    studio_name: str,
    subtitle: str = "",
    printed_at: datetime | None = None,
    paper: str = "a4",
    logo: bytes | None = None,
    empty: str = "Nothing to show.",
) -> bytes:
    """Return a list as a PDF, upright or lying as its width asks for.

    subtitle: the filters in words, such as "Status: At lab; late only".
    rows:     one sequence per row, cells as str, int, Decimal, date, datetime,
              bool or None.
    """
    listed = Table.of(columns, rows)
    upright = PAPERS[paper][0] - 2 * MARGIN
    story = [listed] if listed.rows else [listed, paragraph(empty, muted=True)]
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


def table_to_pdf(table, *, title: str, studio_name: str, subtitle: str = "", **how) -> bytes:
    """Return a django-tables2 table as a PDF: its columns, all its rows.

    how: further arguments of write_pdf_table.
    """
    columns, rows = read_table(table)
    return write_pdf_table(
        title=title, columns=columns, rows=rows, studio_name=studio_name, subtitle=subtitle, **how
    )


def _page_size(paper: str, landscape: bool) -> tuple[float, float]:
    width, height = PAPERS[paper]
    return (height, width) if landscape else (width, height)


class _Sheet:
    """The paper of one file: what stands on every page around the blocks."""

    def __init__(self, studio_name, title, printed_at, size, logo):
        self.logo = logo
        self.studio_name, self.title = printable(studio_name), printable(title)
        printed_at = printed_at or timezone.localtime()
        self.printed = blocks.cell_text(blocks.plain_value(printed_at))
        self.width, self.height = size
        inner = self.width - 2 * MARGIN
        self.name_line = one_line(self.studio_name, inner * 0.6, BAND_NAME)
        self.title_line = one_line(self.title, inner * 0.7, SMALL)
        self.room = self.height - 2 * MARGIN - BAND - FOOT

    def write(self, story: list[Block]) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        pages = flow(story, self.width - 2 * MARGIN, lambda index: self.room)
        out = BytesIO()
        canvas = Canvas(out, pagesize=(self.width, self.height), invariant=1, pageCompression=1, lang="en")
        canvas.setTitle(clean_text(self.title))
        canvas.setAuthor(clean_text(self.studio_name))
        canvas.setCreator("")
        for number, parts in enumerate(pages, 1):
            self._draw_edges(canvas, number, len(pages))
            top = self.height - MARGIN - BAND
            for offset, part in parts:
                part.draw(canvas, MARGIN, top - offset)
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _draw_edges(self, canvas, number: int, count: int) -> None:
        left, right, inner = MARGIN, self.width - MARGIN, self.width - 2 * MARGIN
        y = self.height - MARGIN - BAND_NAME.size
        beside = 0.0
        if self.logo and number == 1:
            self.logo.draw(canvas, left, y - 2)
            beside = self.logo.width + 8
        draw_line(canvas, left + beside, y, self.name_line, BAND_NAME)
        draw_line(canvas, right, y, Line(self.printed), SMALL, align="right")
        blocks.draw_rule(canvas, left, y - 6, inner, blocks.HAIRLINE, blocks.LIGHT)
        if number > 1:
            draw_line(canvas, left, MARGIN, self.title_line, SMALL)
        draw_line(canvas, right, MARGIN, Line(f"Page {number} of {count}"), SMALL, align="right")


def read_logo(content: bytes) -> "_Logo | None":
    """Return the logo; None for a damaged picture, for a paper is worth more than its logo."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as picture:
            drawn = picture.convert("RGBA")
    except Exception:  # Pillow raises a dozen kinds, SyntaxError among them
        logger.warning("The logo is not a picture that can be read.")
        return None
    # More than a printer shows would only make each file larger.
    drawn.thumbnail((LOGO_WIDTH * LOGO_DPI // 72, LOGO_HEIGHT * LOGO_DPI // 72))
    return _Logo(drawn)


class _Logo:
    """The studio's logo, standing on a line, as high as the margin lets it be."""

    def __init__(self, picture) -> None:
        from reportlab.lib.utils import ImageReader

        self.image = ImageReader(picture)
        scale = min(LOGO_HEIGHT / picture.height, LOGO_WIDTH / picture.width)
        self.width, self.height = picture.width * scale, picture.height * scale

    def draw(self, canvas, x: float, y: float) -> None:
        canvas.drawImage(self.image, x, y, self.width, self.height, mask="auto")


class _Head(Block):
    """The top of the first page: title, subtitle, and a barcode at the right."""

    def __init__(self, title: str, subtitle: str, code: str) -> None:
        self.title, self.subtitle, self.barcode = title, subtitle, _Barcode(code) if code else None

    def take(self, width, height, *, must):
        beside = self.barcode.take(width, height, must=True)[0] if self.barcode else Part(0, None)
        code_width = self.barcode.width + 20 if self.barcode else 0
        title = wrap(self.title, width - code_width, TITLE)[:4]
        subtitle = wrap(self.subtitle, width - code_width, SMALL)[:12] if self.subtitle else []
        text_height = len(title) * TITLE.leading + len(subtitle) * SMALL.leading

        def draw(canvas, x, y):
            blocks.draw_lines(canvas, x, y, title, TITLE, width - code_width)
            below = y - len(title) * TITLE.leading
            blocks.draw_lines(canvas, x, below, subtitle, SMALL, width - code_width)
            if self.barcode:
                beside.draw(canvas, x + width - self.barcode.width, y)

        return Part(max(text_height, beside.height) + 10, draw), None


class _Barcode(Block):
    def __init__(self, text: str) -> None:
        self.text = text
        self.code = _code128(text)
        self.width = self.code.width if self.code else min(width_of(text, BODY), MAX_BARCODE_WIDTH)

    def take(self, width, height, *, must):
        bars = BARCODE_HEIGHT if self.code else 0
        total = bars + BODY.leading + 4
        if total > height and not must:
            return None, self

        def draw(canvas, x, y):
            if self.code:
                canvas.setFillGray(0)
                self.code.drawOn(canvas, x, y - bars)
            label = one_line(self.text, MAX_BARCODE_WIDTH, BODY)
            draw_line(canvas, x + self.width / 2, y - bars - BODY.leading + 2, label, BODY, align="center")

        return Part(total, draw), None


def _code128(text: str):
    """Return the bars of `text`, or None if they would not scan."""
    if not text or not text.isascii() or not text.isprintable():
        return None
    from reportlab.graphics.barcode.code128 import Code128

    for bar in BARCODE_BARS:
        code = Code128(text, barWidth=bar, barHeight=BARCODE_HEIGHT, quiet=False, humanReadable=False)
        if code.width <= MAX_BARCODE_WIDTH:
            return code
    return None


class _Signatures(Block):
    def __init__(self, labels: list[str]) -> None:
        self.labels = labels

    def take(self, width, height, *, must):
        total = 44.0
        if total > height and not must:
            return None, self
        each = (width - blocks.COLUMN_GAP * 2 * (len(self.labels) - 1)) / max(len(self.labels), 1)

        def draw(canvas, x, y):
            for index, label in enumerate(self.labels):
                left = x + index * (each + blocks.COLUMN_GAP * 2)
                blocks.draw_rule(canvas, left, y - 28, each, blocks.HAIRLINE, blocks.DARK)
                style = replace(LABEL, leading=11)
                draw_line(canvas, left, y - 38, one_line(label, each, style), style)

        return Part(total, draw), None
