"""What a document is made of, and how it flows over pages.

A document is a list of blocks.  Each block, asked with the room that is left,
gives the part of itself that fits and the block that remains, so that nothing
a person types is ever too large to print: long words break, long notes and tall
rows go on overleaf.  All sizes are points, and y grows downwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from studio.exports.columns import MONEY, NUMBERS, TEXT, Column, plain_value, settle
from studio.exports.lettering import Line, Style, draw_line, printable, width_of, wrap

BODY = Style(9.5, 13.5)
TITLE = Style(17, 21, bold=True)
HEADING = Style(10.5, 14, bold=True)
LABEL = Style(8, 13.5, gray=0.42)
SMALL = Style(8, 11, gray=0.42)

# Table text, from the size that is liked to the smallest that is still read.
TABLE_STYLES = (Style(8.5, 11.5), Style(7.75, 10.5), Style(7, 9.5), Style(6.25, 8.5))

HAIRLINE, RULE = 0.4, 0.8  # widths of lines
LIGHT, DARK = 0.82, 0.35  # and their grays
ROW_PADDING = 2.2  # above and below the text of a row
COLUMN_GAP = 12
TALL_ROW = 150  # a row taller than this may be cut by a page's end, if so much of it fits:
PART_OF_ROW = 50

BASELINE = 0.73  # how far down its line, as a share of the leading; small type beside large stays level


class Part(NamedTuple):
    """What a block put on one page.  draw(canvas, x, y): y is the upper edge."""

    height: float
    draw: Callable


class Block:
    """One element of a document."""

    keeps_with_next = False

    def take(self, width: float, height: float, *, must: bool) -> tuple[Part | None, "Block | None"]:
        """Return the part that fits into `height`, and the block that remains.

        must: the page is empty, so something has to go on it.
        """
        raise NotImplementedError


def flow(
    story: Iterable[Block], width: float, heights: Callable[[int], float]
) -> list[list[tuple[float, Part]]]:
    """Distribute blocks over pages.

    heights: the room on a page, by its index.
    Returns, per page, each part with the distance of its top from the page's.
    """
    pages: list[list[tuple[float, Part]]] = [[]]
    used = 0.0
    heading: Part | None = None  # the last part, if it must not be parted from the next
    for block in story:
        rest: Block | None = block
        while rest is not None:
            part, rest = rest.take(width, heights(len(pages) - 1) - used, must=not pages[-1])
            if part is not None:
                pages[-1].append((used, part))
                used += part.height
            if rest is not None:
                pages.append([])
                used = 0.0
                if part is None and heading is not None and len(pages[-2]) > 1:
                    pages[-2].pop()
                    pages[-1].append((0.0, heading))
                    used = heading.height
            heading = part if rest is None and block.keeps_with_next else None
    return pages


# Text.


@dataclass
class Lines(Block):
    """Text of one style, broken into lines."""

    text: str
    style: Style = BODY
    after: float = 4
    keeps_with_next: bool = False
    left: list[Line] | None = None  # what remains of lines cut by the page's end

    def take(self, width, height, *, must):
        lines = self.left or wrap(self.text, width, self.style)
        fits = int(height / self.style.leading + 0.001)
        if fits < len(lines) and fits < 2 and not must:
            return None, self
        taken, left = lines[: max(fits, 1)], lines[max(fits, 1) :]
        rest = replace(self, left=left) if left else None
        return Part(
            len(taken) * self.style.leading + (0 if left else self.after), self._drawer(taken, width)
        ), rest

    def _drawer(self, lines, width):
        def draw(canvas, x, y):
            draw_lines(canvas, x, y, lines, self.style, width)

        return draw


@dataclass
class Gap(Block):
    """Empty space; none at the top of a page."""

    points: float

    def take(self, width, height, *, must):
        return (None, None) if must else (Part(min(self.points, height), lambda *_: None), None)


def draw_lines(canvas, x, y, lines, style, width, align=None) -> None:
    for index, line in enumerate(lines):
        how = align or ("right" if line.right_to_left else "left")
        at = x + width if how == "right" else x
        draw_line(canvas, at, y - (index + BASELINE) * style.leading, line, style, align=how)


# Rows.


class Cell(NamedTuple):
    """One cell of a row: lines of text at a distance from the left."""

    x: float
    width: float
    lines: Sequence[Line]
    style: Style
    align: str | None = None

    @property
    def height(self) -> float:
        return len(self.lines) * self.style.leading


@dataclass
class Rows(Block):
    """Rows of cells, with a header that is repeated on each page.

    lay_out: makes the cells of one entry; called when the page is reached.
    """

    entries: Sequence
    lay_out: Callable[[object, float], list[Cell]]
    header: Callable[[float], list[Cell]] | None = None
    padding: float = ROW_PADDING
    ruled: bool = True
    after: float = 8
    start: int = 0
    begun: list[Cell] | None = field(default=None)  # what remains of a row cut by the page's end

    def take(self, width, height, *, must):
        header = self.header(width) if self.header else []
        used = self._height(header) if header else 0.0
        placed: list[tuple[float, list[Cell]]] = []
        index, begun = self.start, self.begun
        while begun is not None or index < len(self.entries):
            cells = begun if begun is not None else self.lay_out(self.entries[index], width)
            if used + self._height(cells) > height:
                cut = self._height(cells) > TALL_ROW and height - used > PART_OF_ROW
                if not cut and (placed or not must):
                    break
                cells, begun = self._cut(cells, height - used)
                placed.append((used, cells))
                used += self._height(cells)
                index += begun is None
                break
            placed.append((used, cells))
            used += self._height(cells)
            index, begun = index + 1, None
        rest = None
        if begun is not None or index < len(self.entries):
            rest = replace(self, start=index, begun=begun)
        if not placed and rest is not None:
            return None, self
        return Part(used + (0 if rest else self.after), self._drawer(header, placed, width)), rest

    def _height(self, cells) -> float:
        return max((cell.height for cell in cells), default=0.0) + 2 * self.padding

    def _cut(self, cells, height):
        """Cut a row that is taller than a page; each part has a line at least."""
        above, below = [], []
        for cell in cells:
            fits = max(int((height - 2 * self.padding) / cell.style.leading), 1)
            above.append(cell._replace(lines=cell.lines[:fits]))
            below.append(cell._replace(lines=cell.lines[fits:]))
        return above, below if any(cell.lines for cell in below) else None

    def _drawer(self, header, placed, width):
        def draw(canvas, x, y):
            if header:
                height = self._height(header)
                self._draw_cells(canvas, x, y, header)
                draw_rule(canvas, x, y - height, width, RULE, DARK)
            for index, (top, cells) in enumerate(placed):
                if self.ruled and index:
                    draw_rule(canvas, x, y - top, width, HAIRLINE, LIGHT)
                self._draw_cells(canvas, x, y - top, cells)

        return draw

    def _draw_cells(self, canvas, x, y, cells):
        for cell in cells:
            draw_lines(canvas, x + cell.x, y - self.padding, cell.lines, cell.style, cell.width, cell.align)


def draw_rule(canvas, x, y, width, line_width, gray) -> None:
    canvas.setLineWidth(line_width)
    canvas.setStrokeGray(gray)
    canvas.line(x, y, x + width, y)


def facts_rows(pairs: Sequence[tuple[str, object]], columns: int) -> Rows:
    """Lay out labels and values side by side, filled row by row."""
    pairs = [(printable(label), cell_text(plain_value(value)) or "–") for label, value in pairs]
    entries = [pairs[at : at + columns] for at in range(0, len(pairs), columns)]

    def lay_out(entry, width):
        column = (width - COLUMN_GAP * 2 * (columns - 1)) / columns
        widest = max((width_of(label, LABEL) for label, _ in pairs), default=0)
        label_width = min(widest + COLUMN_GAP, column * 0.4)
        cells = []
        for index, (label, value) in enumerate(entry):
            x = index * (column + COLUMN_GAP * 2)
            value_width = column - label_width
            cells.append(Cell(x, label_width, wrap(label, label_width - 4, LABEL), LABEL, "left"))
            cells.append(Cell(x + label_width, value_width, wrap(value, value_width, BODY), BODY, "left"))
        return cells

    return Rows(entries, lay_out, padding=1.25, ruled=False)


# Tables.


@dataclass
class Table(Block):
    """A list: what it holds, and how wide and large it is set."""

    columns: list[Column]
    rows: list[list[str]]
    style: Style = TABLE_STYLES[0]

    @classmethod
    def of(cls, columns: Sequence[Column | str], rows: Iterable[Sequence]) -> "Table":
        columns, _, rows = settle(columns, rows)
        return cls(columns, [[cell_text(v, c.kind) for v, c in zip(r, columns, strict=True)] for r in rows])

    def take(self, width, height, *, must):
        return self._as_rows(width).take(width, height, must=must)

    def _as_rows(self, width: float) -> Rows:
        style, widths = self.fit(width)
        heading = replace(style, bold=True, size=style.size - 0.5, gray=0.3)
        places = []
        x = 0.0
        for column, wide in zip(self.columns, widths, strict=True):
            places.append((x, wide, "right" if column.kind in NUMBERS else "left"))
            x += wide + _gap(style)

        def header(_):
            names = zip(self.columns, places, strict=True)
            return [
                Cell(x, w, wrap(column.header, w, heading)[:MAX_HEADER], heading, align)
                for column, (x, w, align) in names
            ]

        def lay_out(row, _):
            texts = zip(row, places, strict=True)
            return [Cell(x, w, wrap(text, w, style), style, align) for text, (x, w, align) in texts]

        return Rows(self.rows, lay_out, header)

    def natural_width(self) -> float:
        """Return the width at which no cell needs a second line."""
        style = TABLE_STYLES[0]
        return sum(self._wanted(style)[0]) + _gap(style) * (len(self.columns) - 1)

    def fit(self, width: float) -> tuple[Style, list[float]]:
        """Choose the largest style in which no word is broken, and the widths.

        If even the smallest breaks words, they are broken.
        """
        for style in TABLE_STYLES:
            room = width - _gap(style) * (len(self.columns) - 1)
            wanted, needed = self._wanted(style)
            if sum(needed) <= room or style is TABLE_STYLES[-1]:
                return style, _shared_out(room, wanted, needed)
        raise AssertionError("the last style is always taken")

    def _wanted(self, style: Style) -> tuple[list[float], list[float]]:
        """Return per column the width of its longest line, and of its longest word.

        Judged by the first rows; a later, longer text takes more lines.
        """
        heading = replace(style, bold=True)
        wanted, needed = [], []
        for index, column in enumerate(self.columns):
            texts = {row[index] for row in self.rows[:300]}
            lines = [line for text in texts for line in text.split("\n")]
            rigid = column.kind != TEXT
            words = lines if rigid else [word for line in lines for word in line.split(" ")]
            head = max((width_of(word, heading) for word in column.header.split(" ")), default=0)
            longest_word = max([head, *(width_of(word, style) for word in words)])
            longest = max([width_of(column.header, heading), *(width_of(line, style) for line in lines)])
            wanted.append(longest + 1)
            needed.append(longest + 1 if rigid and lines else min(longest_word + 1, MAX_WORD))
        return wanted, needed


MAX_HEADER = 4  # lines of a column's name
MAX_WORD = 76  # points; longer words (addresses, nonsense) may be broken
MAX_STRETCH = 1.5  # a short list is not pulled apart over the whole page


def _gap(style: Style) -> float:
    """Return how far the columns of a table stand apart."""
    return 1.3 * style.size


def _shared_out(room: float, wanted: list[float], needed: list[float]) -> list[float]:
    """Share the width of a page out among columns."""
    if sum(wanted) <= room:
        stretch = min(room / max(sum(wanted), 1), MAX_STRETCH)
        return [width * stretch for width in wanted]
    if sum(needed) >= room:
        return [width * room / sum(needed) for width in needed]
    # The narrow get what they want; one limit, found by halving, binds the wide.
    low, high = 0.0, room
    for _ in range(30):
        limit = (low + high) / 2
        total = sum(max(need, min(want, limit)) for want, need in zip(wanted, needed, strict=True))
        low, high = (limit, high) if total <= room else (low, limit)
    return [max(need, min(want, low)) for want, need in zip(wanted, needed, strict=True)]


def cell_text(value, kind: str = TEXT) -> str:
    """Return a plain value as the studio writes it: "Tue 3 Mar 2026", "1,234.50"."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{day_text(value)}, {value:%H:%M}"
    if isinstance(value, date):
        return day_text(value)
    if kind == MONEY and not isinstance(value, str):
        return f"{value:,.2f}"
    if isinstance(value, float | Decimal):
        return f"{value:,f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,f}"
    return printable(value)


def day_text(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b} {day.year}"
