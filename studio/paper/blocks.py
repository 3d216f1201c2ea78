"""What a document is made of, and how it flows over pages.

A document is a list of blocks.  Each block, asked with the room that is left,
gives the part of itself that fits and the block that remains, so that nothing
a person types is ever too large to print: long words break, long notes and tall
rows go on overleaf.  All sizes are points, and y grows downwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from studio.paper.lettering import Line, Style, draw_line, wrap
from studio.paper.styles import BASELINE, BODY


class Part(NamedTuple):
    """What a block put on one page.  draw(canvas, x, y): y is the upper edge."""

    height: float
    draw: Callable[[Any, float, float], None]


class Block:
    """One element of a document."""

    keeps_with_next = False

    def take(self, width: float, height: float, *, must: bool) -> "Taken":
        """Return the part that fits into `height`, and the block that remains.

        must: the page is empty, so something has to go on it.
        """
        raise NotImplementedError


Taken = tuple[Part | None, Block | None]


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


@dataclass
class Lines(Block):
    """Text of one style, broken into lines."""

    text: str
    style: Style = BODY
    after: float = 4
    keeps_with_next: bool = False
    left: list[Line] | None = None  # what remains of lines cut by the page's end

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        lines = self.left or wrap(self.text, width, self.style)
        fits = int(height / self.style.leading + 0.001)
        if fits < len(lines) and fits < 2 and not must:
            return None, self
        taken, left = lines[: max(fits, 1)], lines[max(fits, 1) :]
        rest = replace(self, left=left) if left else None
        return Part(
            len(taken) * self.style.leading + (0 if left else self.after), self._drawer(taken, width)
        ), rest

    def _drawer(self, lines: list[Line], width: float) -> Callable[[Any, float, float], None]:
        def draw(canvas: Any, x: float, y: float) -> None:
            draw_lines(canvas, x, y, lines, self.style, width)

        return draw


@dataclass
class Gap(Block):
    """Empty space; none at the top of a page."""

    points: float

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        return (None, None) if must else (Part(min(self.points, height), lambda *_: None), None)


def draw_lines(
    canvas: Any,
    x: float,
    y: float,
    lines: Sequence[Line],
    style: Style,
    width: float,
    align: str | None = None,
) -> None:
    for index, line in enumerate(lines):
        how = align or ("right" if line.right_to_left else "left")
        at = x + width if how == "right" else x
        draw_line(canvas, at, y - (index + BASELINE) * style.leading, line, style, align=how)


def draw_rule(canvas: Any, x: float, y: float, width: float, line_width: float, gray: float) -> None:
    canvas.setLineWidth(line_width)
    canvas.setStrokeGray(gray)
    canvas.line(x, y, x + width, y)
