"""Text of any script set in lines: measured, broken, drawn.

Takes plain text and never markup: whatever a client is called, it is only
letters here.  (ReportLab's Paragraph would read "<img src=...>" as an order to
open that file, and fail on "Anna <3 & Bob <b>"; it also cannot set Arabic.)

ReportLab and HarfBuzz cost a third of a second, so they are loaded with the
first line that is measured or drawn, and here alone: what is built of lines
can be imported by anybody.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from studio.paper.values import FOREIGN, SIMPLE, clean_text

# Bidi orders, soft hyphens and byte order marks: seen by nobody, and able to
# turn a line round so that it reads as something else.
_INVISIBLE = re.compile("[\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
                        "\U000e0000-\U000e0fff]")  # fmt: skip
_SPACES = re.compile("[\t\x0b\x0c\x85\xa0\u1680\u2000-\u200a\u202f\u205f]")
# Where a line may end: after a space or a hyphen, and around each Han or Kana letter.
_WORDS = re.compile("[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef] *|[^ \u2e80-\u9fff\uac00-\ud7a3"
                    "\uf900-\ufaff\uff00-\uffef-]*-* *")  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How text looks.  Sizes in points; gray from 0 (black) to 1 (white)."""

    size: float
    leading: float
    bold: bool = False
    gray: float = 0.1


class Line(NamedTuple):
    """One line of printable text, and the direction of the paragraph it is from."""

    text: str
    right_to_left: bool = False


@cache
def _press() -> Any:
    """Return the module that knows glyphs; the first call loads it, and ReportLab."""
    import studio.paper.shaping as shaping

    return shaping


@cache
def _coverage() -> Any:
    """Return the module that knows which font has a letter; the first call loads it, and HarfBuzz."""
    import studio.paper.coverage as coverage

    return coverage


def printable(value: object) -> str:
    """Return `value` as text that can be set: no controls, no invisible orders, no letter that no font has."""
    text = _visible(value)
    drawn = {ord(letter): _coverage().drawn_as(letter) for letter in set(FOREIGN.findall(text))}
    return text.translate(drawn) if drawn else text


def stand_ins(*texts: str) -> dict[str, str]:
    """Return what will be printed in place of each letter of `texts` that no font has, in their order.

    Markup may be left in: its letters have a font.
    """
    foreign = dict.fromkeys(letter for text in texts for letter in FOREIGN.findall(text))
    drawn = {letter: _coverage().drawn_as(letter) for letter in _visible("".join(foreign))}
    return {letter: shown for letter, shown in drawn.items() if shown == _coverage().number_of(letter)}


def _visible(value: object) -> str:
    return _SPACES.sub(" ", _INVISIBLE.sub("", clean_text(value)))


def width_of(text: str, style: Style) -> float:
    """Measure printable text without line ends, in points."""
    if SIMPLE.fullmatch(text):
        return float(_press().plain_width(text, style.bold)) * style.size
    return float(sum(_press().letter_widths(text, style.bold))) * style.size


def is_right_to_left(text: str) -> bool:
    """Tell whether the first letter that has a direction runs right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def wrap(text: str, width: float, style: Style) -> list[Line]:
    """Break printable text into lines at most `width` points wide.

    Breaks at spaces and hyphens, between Han letters, and inside a word only
    if that alone is wider than a line.  At least one line, and one letter in it.
    """
    lines = []
    for paragraph in text.split("\n"):
        right_to_left = is_right_to_left(paragraph)
        if width_of(paragraph, style) <= width:
            lines.append(Line(paragraph.rstrip(), right_to_left))
        else:
            lines.extend(Line(line, right_to_left) for line in _wrapped(paragraph, width, style))
    return lines


def one_line(text: str, width: float, style: Style) -> Line:
    """Cut text to one line, with dots for what is missing."""
    lines = wrap(text[:500], width, style)  # no line holds more
    if len(lines) == 1:
        return lines[0]
    first = wrap(text[:500], width - style.size, style)[0]
    return first._replace(text=first.text + "…")


def _wrapped(paragraph: str, width: float, style: Style) -> Iterator[str]:
    """Break one paragraph, measuring it once; room and sums are at size 1."""
    room = width / style.size
    widths = _press().letter_widths(paragraph, style.bold)
    sums = list(accumulate(widths, initial=0.0))  # sums[n]: how wide the first n letters are
    start = 0
    for word in _WORDS.finditer(paragraph):
        end = word.start() + len(word.group().rstrip())
        if start < word.start() and sums[end] - sums[start] > room:
            yield paragraph[start : word.start()].rstrip()
            start = word.start()
        while sums[end] - sums[start] > room:
            cut = max(bisect_right(sums, sums[start] + room, start, end) - 1, start + 1)
            while cut < end and not widths[cut]:  # an accent, or the rest of a ligature
                cut += 1
            if cut >= end:
                break
            yield paragraph[start:cut]
            start = cut
    if rest := paragraph[start:].rstrip():
        yield rest


def draw_line(canvas: Any, x: float, y: float, line: Line, style: Style, *, align: str = "left") -> None:
    """Draw one line with its baseline at `y`.

    x: the left end; for align "right" the right end, for "center" the middle.
    """
    placed = _press().pieces(line.text, style.bold, line.right_to_left)
    if align != "left":
        width = sum(piece.width for piece in placed) * style.size
        x -= width if align == "right" else width / 2
    out = canvas.beginText(x, y)
    out.setFillGray(style.gray)
    for piece in placed:
        out.setFont(piece.font, style.size, style.leading)
        thicken = _press().is_thickened(piece.font)
        if thicken:
            canvas.setStrokeGray(style.gray)
            canvas.setLineWidth(style.size / 30)
            out.setTextRenderMode(2)
        out.textOut(piece.glyphs)
        if thicken:
            out.setTextRenderMode(0)
    canvas.drawText(out)
