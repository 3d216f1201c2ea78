"""The paper of one file: its size, and what stands on every page around the blocks."""

from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils import timezone

from studio.paper.blocks import Block, draw_rule, flow
from studio.paper.lettering import Line, Style, draw_line, one_line, printable
from studio.paper.logo import Logo
from studio.paper.styles import HAIRLINE, LIGHT, SMALL
from studio.paper.values import cell_text, clean_text, plain_value

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGIN = 38  # 13 mm: what every printer can do, and a hole punch
BAND = 26  # the studio's name and the date, above the rule
FOOT = 22
BAND_NAME = Style(8.5, 11, bold=True, gray=0.2)


def page_size(paper: str, landscape: bool) -> tuple[float, float]:
    width, height = PAPERS[paper]
    return (height, width) if landscape else (width, height)


class Sheet:
    """The paper of one file: what stands on every page around the"""

    def __init__(
        self,
        studio_name: str,
        title: str,
        printed_at: datetime | None,
        size: tuple[float, float],
        logo: Logo | None,
    ) -> None:
        self.logo = logo
        self.studio_name, self.title = printable(studio_name), printable(title)
        printed_at = printed_at or timezone.localtime()
        self.printed = cell_text(plain_value(printed_at))
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

    def _draw_edges(self, canvas: Any, number: int, count: int) -> None:
        left, right, inner = MARGIN, self.width - MARGIN, self.width - 2 * MARGIN
        y = self.height - MARGIN - BAND_NAME.size
        beside = 0.0
        if self.logo and number == 1:
            self.logo.draw(canvas, left, y - 2)
            beside = self.logo.width + 8
        draw_line(canvas, left + beside, y, self.name_line, BAND_NAME)
        draw_line(canvas, right, y, Line(self.printed), SMALL, align="right")
        draw_rule(canvas, left, y - 6, inner, HAIRLINE, LIGHT)
        if number > 1:
            draw_line(canvas, left, MARGIN, self.title_line, SMALL)
        draw_line(canvas, right, MARGIN, Line(f"Page {number} of {count}"), SMALL, align="right")
