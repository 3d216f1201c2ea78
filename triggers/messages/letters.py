"""Letters as PDF, on the studio's letterhead: one, or many in one file, each with pages of its own.

With the window layout the address stands where an envelope shows it: on US Letter folded in three for a #10 window
envelope (window 1/2 inch from the bottom and 7/8 inch from the left, 1 1/8 by 4 1/2 inches), on A4 in the address
field of DIN 5008 form B (DL envelopes).  All sizes are points.
"""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

from django.utils import timezone

from studio import dates
from studio.exports.letterhead import logo_of
from studio.models import CompanyPreferences, Paper
from studio.paper.blocks import Gap, Lines, draw_lines, draw_rule, flow
from studio.paper.lettering import Line, Style, draw_line, one_line, printable, width_of, wrap
from studio.paper.logo import read_logo
from studio.paper.pages import PAPERS
from studio.paper.styles import HAIRLINE, LIGHT
from studio.paper.values import clean_text
from triggers.models import Letter, MessageTemplate

TEXT = Style(10.5, 15, gray=0)
SUBJECT = Style(11, 15, bold=True, gray=0)
NAME = Style(15, 19, bold=True)
SMALL = Style(8, 11, gray=0.35)

INCH, MM = 72.0, 72 / 25.4
HEAD = 40.0  # from the upper edge to the studio's name
FOOT = 54.0  # left free below


class Window(NamedTuple):
    """Where an envelope shows the address: distances from the left and upper edges, and its size."""

    x: float
    top: float
    width: float
    height: float
    margin: float  # of the letter, left and right
    body: float  # where the date stands


WINDOWS = {
    Paper.LETTER: Window(INCH, 2.3 * INCH, 3.35 * INCH, 0.87 * INCH, INCH, 3.55 * INCH),
    Paper.A4: Window(25 * MM, 62.7 * MM, 80 * MM, 27.3 * MM, 25 * MM, 98.5 * MM),
}
PLAIN_BODY = 130.0
MOST_LINES = 6  # of an address with its name, in type that a postman can read


def write_letters(letters: Sequence[Letter], preferences: CompanyPreferences) -> bytes:
    """Return all `letters` as one PDF; no queries."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    size = PAPERS[preferences.paper]
    canvas = Canvas(out, pagesize=size, invariant=1, pageCompression=1, lang="en")
    canvas.setTitle(clean_text(str(letters[0]) if len(letters) == 1 else f"{len(letters)} letters"))
    canvas.setAuthor(clean_text(preferences.name))
    canvas.setCreator("")
    logo = logo_of(preferences)
    sheet = _Sheet(canvas, preferences, size, read_logo(logo) if logo else None)
    for letter in letters:
        sheet.write(letter)
    canvas.save()
    return out.getvalue()


class _Sheet:
    """The studio's paper, on which letters are written one after the other."""

    def __init__(self, canvas, preferences, size, logo):
        self.canvas, self.preferences, self.logo = canvas, preferences, logo
        self.width, self.height = size
        self.window = WINDOWS[preferences.paper]
        self.inner = self.width - 2 * self.window.margin

    def write(self, letter: Letter) -> None:
        in_window = letter.layout == MessageTemplate.LetterLayout.WINDOW
        first = self.window.body if in_window else PLAIN_BODY
        others = HEAD + 40
        pages = flow(
            self._story(letter),
            self.inner,
            lambda index: self.height - FOOT - (others if index else first),
        )
        for index, parts in enumerate(pages):
            self._edges(letter, index, len(pages))
            if in_window and not index:
                self._address(letter)
            top = self.height - (others if index else first)
            for offset, part in parts:
                part.draw(self.canvas, self.window.margin, top - offset)
            self.canvas.showPage()

    def _story(self, letter):
        yield Lines(_day_of(letter), TEXT, after=16)
        if subject := printable(letter.subject):
            yield Lines(subject, SUBJECT, after=10, keeps_with_next=True)
        for number, paragraph in enumerate(printable(letter.text).split("\n\n")):
            if number:
                yield Gap(TEXT.leading * 0.7)
            yield Lines(paragraph, TEXT, after=0)

    def _edges(self, letter, index: int, count: int) -> None:
        left, right = self.window.margin, self.width - self.window.margin
        if index:
            y = self.height - HEAD
            beside = one_line(f"{printable(letter.to_name)}, {_day_of(letter)}", self.inner, SMALL)
            draw_line(self.canvas, left, y, beside, SMALL)
            draw_rule(self.canvas, left, y - 6, self.inner, HAIRLINE, LIGHT)
        else:
            self._letterhead(left, right)
        number = Line(f"Page {index + 1} of {count}")
        draw_line(self.canvas, right, FOOT / 2, number, SMALL, align="right")

    def _letterhead(self, left, right):
        y = self.height - HEAD - NAME.size
        beside = 0.0
        if self.logo:
            self.logo.draw(self.canvas, left, y - 3)
            beside = self.logo.width + 10
        name = one_line(printable(self.preferences.name), self.inner * 0.62 - beside, NAME)
        draw_line(self.canvas, left + beside, y, name, NAME)
        line = self.height - HEAD - SMALL.size
        for text in _studio_lines(self.preferences)[:6]:
            draw_line(
                self.canvas, right, line, one_line(text, self.inner * 0.36, SMALL), SMALL, align="right"
            )
            line -= SMALL.leading

    def _address(self, letter):
        """Set name and address into the window, as small as it must be for all of it to show."""
        window = self.window
        text = _in_few_lines(printable(f"{letter.to_name}\n{letter.address}"))
        style, lines = fitting(text, window.width, window.height)
        y = self.height - window.top
        draw_lines(self.canvas, window.x, y, lines, style, window.width)
        sender = " · ".join([self.preferences.name, *self.preferences.address.split("\n")])
        small = replace(SMALL, size=6, leading=8)
        if width_of(printable(sender), small) < window.width:
            draw_line(self.canvas, window.x, y + 6, Line(printable(sender)), small)


def _in_few_lines(address: str) -> str:
    """Return `address` without empty lines, and with those that no window holds joined to the last."""
    lines = [line for line in address.split("\n") if line.strip()]
    first, rest = lines[: MOST_LINES - 1], lines[MOST_LINES - 1 :]
    return "\n".join([*first, ", ".join(rest)] if rest else first)


def fitting(text: str, width: float, height: float) -> tuple[Style, list[Line]]:
    """Return the largest style in which `text` fits, and its lines.  What fits in none is still set whole."""
    for size in (10.5, 10, 9.5, 9, 8.5, 8, 7.5, 7):
        style = Style(size, size * 1.19, gray=0)
        lines = wrap(text, width, style)
        if len(lines) * style.leading <= height:
            return style, lines
    return style, lines


def _day_of(letter: Letter) -> str:
    return dates.in_text(timezone.localdate(letter.created_at))


def _studio_lines(preferences) -> list[str]:
    lines = [*preferences.address.split("\n"), preferences.phone, preferences.email, preferences.website]
    return [printable(line) for line in lines if line.strip()]
