"""Code 128 barcodes, with their text below."""

from typing import Any

from studio.paper.blocks import Block, Part, Taken
from studio.paper.lettering import draw_line, one_line, width_of
from studio.paper.styles import BODY

BARCODE_HEIGHT = 30
BARCODE_BARS = (1.0, 0.8, 0.6)  # width of the narrowest bar; 0.6 is 0.2 mm, the least that scanners read
MAX_BARCODE_WIDTH = 240
WITHOUT = " (no barcode can hold it)"


class Barcode(Block):
    def __init__(self, text: str) -> None:
        self.code = _code128(text)
        # Whoever scans looks for the bars, so that paper without them says so.
        self.text = text if self.code or not text else text + WITHOUT
        self.width = self.code.width if self.code else min(width_of(self.text, BODY), MAX_BARCODE_WIDTH)

    def take(self, width: float, height: float, *, must: bool) -> Taken:
        bars = BARCODE_HEIGHT if self.code else 0
        total = bars + BODY.leading + 4
        if total > height and not must:
            return None, self

        def draw(canvas: Any, x: float, y: float) -> None:
            if self.code:
                canvas.setFillGray(0)
                self.code.drawOn(canvas, x, y - bars)
            label = one_line(self.text, MAX_BARCODE_WIDTH, BODY)
            draw_line(canvas, x + self.width / 2, y - bars - BODY.leading + 2, label, BODY, align="center")

        return Part(total, draw), None


def _code128(text: str) -> Any:
    """Return the bars of `text`, or None if they would not scan."""
    if not text or not text.isascii() or not text.isprintable():
        return None
    from reportlab.graphics.barcode.code128 import Code128

    for bar in BARCODE_BARS:
        code = Code128(text, barWidth=bar, barHeight=BARCODE_HEIGHT, quiet=False, humanReadable=False)
        if code.width <= MAX_BARCODE_WIDTH:
            return code
    return None
