"""Rows of cells: lists with a header on each page they reach, and labels beside their values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from studio.paper.blocks import Block, Part, Taken, draw_lines, draw_rule
from studio.paper.lettering import Line, Style, printable, width_of, wrap
from studio.paper.styles import BODY, COLUMN_GAP, DARK, HAIRLINE, LABEL, LIGHT, ROW_PADDING, RULE
from studio.paper.values import cell_text, plain_value

TALL_ROW = 150  # a row taller than this may be cut by a page's end, if so much of it fits:
PART_OF_ROW = 50


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

    entries: Sequence[Any]
    lay_out: Callable[[Any, float], list[Cell]]
    header: Callable[[float], list[Cell]] | None = None
    padding: float = ROW_PADDING
    ruled: bool = True
    after: float = 8
    start: int = 0
    begun: list[Cell] | None = field(default=None)  # what remains of a row cut by the page's end

    def take(self, width: float, height: float, *, must: bool) -> Taken:
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

    def _height(self, cells: list[Cell]) -> float:
        return max((cell.height for cell in cells), default=0.0) + 2 * self.padding

    def _cut(self, cells: list[Cell], height: float) -> tuple[list[Cell], list[Cell] | None]:
        """Cut a row that is taller than a page; each part has a line at least."""
        above, below = [], []
        for cell in cells:
            fits = max(int((height - 2 * self.padding) / cell.style.leading), 1)
            above.append(cell._replace(lines=cell.lines[:fits]))
            below.append(cell._replace(lines=cell.lines[fits:]))
        return above, below if any(cell.lines for cell in below) else None

    def _drawer(
        self, header: list[Cell], placed: list[tuple[float, list[Cell]]], width: float
    ) -> Callable[[Any, float, float], None]:
        def draw(canvas: Any, x: float, y: float) -> None:
            if header:
                height = self._height(header)
                self._draw_cells(canvas, x, y, header)
                draw_rule(canvas, x, y - height, width, RULE, DARK)
            for index, (top, cells) in enumerate(placed):
                if self.ruled and index:
                    draw_rule(canvas, x, y - top, width, HAIRLINE, LIGHT)
                self._draw_cells(canvas, x, y - top, cells)

        return draw

    def _draw_cells(self, canvas: Any, x: float, y: float, cells: list[Cell]) -> None:
        for cell in cells:
            draw_lines(canvas, x + cell.x, y - self.padding, cell.lines, cell.style, cell.width, cell.align)


def facts_rows(pairs: Sequence[tuple[str, object]], columns: int) -> Rows:
    """Lay out labels and values side by side, filled row by row."""
    texts = [(printable(label), printable(cell_text(plain_value(value))) or "–") for label, value in pairs]
    entries = [texts[at : at + columns] for at in range(0, len(texts), columns)]

    def lay_out(entry: Sequence[tuple[str, str]], width: float) -> list[Cell]:
        column = (width - COLUMN_GAP * 2 * (columns - 1)) / columns
        widest = max((width_of(label, LABEL) for label, _ in texts), default=0)
        label_width = min(widest + COLUMN_GAP, column * 0.4)
        cells = []
        for index, (label, value) in enumerate(entry):
            x = index * (column + COLUMN_GAP * 2)
            value_width = column - label_width
            cells.append(Cell(x, label_width, wrap(label, label_width - 4, LABEL), LABEL, "left"))
            cells.append(Cell(x + label_width, value_width, wrap(value, value_width, BODY), BODY, "left"))
        return cells

    return Rows(entries, lay_out, padding=1.25, ruled=False)
