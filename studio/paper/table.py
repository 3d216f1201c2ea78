"""A list on paper: how wide its columns are set, and how large its type."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from studio.paper.blocks import Block, Taken
from studio.paper.columns import Column, settle
from studio.paper.lettering import Style, printable, width_of, wrap
from studio.paper.rows import Cell, Rows
from studio.paper.styles import TABLE_STYLES
from studio.paper.values import NUMBERS, TEXT, cell_text

MAX_HEADER = 4  # lines of a column's name
MAX_WORD = 76  # points; longer words (addresses, nonsense) may be broken
# A line that is a phone number is not broken: who dials it from paper would lose the thread.
PHONE = re.compile(r"\+?[(\d][\d ()/.-]{4,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?")
MAX_STRETCH = 1.5  # a short list is not pulled apart over the whole page


@dataclass
class Table(Block):
    """A list: what it holds, and how wide and large it is set."""

    columns: list[Column]
    rows: list[list[str]]
    style: Style = TABLE_STYLES[0]

    @classmethod
    def of(cls, columns: Sequence[Column | str], rows: Iterable[Sequence[object]]) -> "Table":
        settled, _, values = settle(columns, rows)
        texts = [[printable(cell_text(v, c.kind)) for v, c in zip(r, settled, strict=True)] for r in values]
        return cls(settled, texts)

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        return self._as_rows(width).take(width, height, must=must)

    def _as_rows(self, width: float) -> Rows:
        style, widths = self.fit(width)
        heading = replace(style, bold=True, size=style.size - 0.5, gray=0.3)
        places = []
        x = 0.0
        for column, wide in zip(self.columns, widths, strict=True):
            places.append((x, wide, "right" if column.kind in NUMBERS else "left"))
            x += wide + _gap(style)

        def header(_: float) -> list[Cell]:
            names = zip(self.columns, places, strict=True)
            return [
                Cell(x, w, wrap(column.header, w, heading)[:MAX_HEADER], heading, align)
                for column, (x, w, align) in names
            ]

        def lay_out(row: list[str], _: float) -> list[Cell]:
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
            phones = [line for line in lines if PHONE.fullmatch(line)]
            words = {word for line in lines for word in line.split(" ")}
            head = max((width_of(word, heading) for word in column.header.split(" ")), default=0)
            longest_word = max([head, *(width_of(word, style) for word in words)])
            longest_phone = max((width_of(phone, style) for phone in phones), default=0)
            longest = max([width_of(column.header, heading), *(width_of(line, style) for line in lines)])
            wanted.append(longest + 1)
            least = max(min(longest_word, MAX_WORD), longest_phone) + 1
            needed.append(longest + 1 if rigid and lines else least)
        return wanted, needed


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
