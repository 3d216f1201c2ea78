"""The studio's logo on its papers."""

import logging
from io import BytesIO
from typing import Any

logger = logging.getLogger(__name__)

LOGO_WIDTH, LOGO_HEIGHT = 120, 30  # it reaches into the upper margin
LOGO_DPI = 300


def read_logo(content: bytes) -> "Logo | None":
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
    return Logo(drawn)


class Logo:
    """The studio's logo, standing on a line, as high as the margin lets it be."""

    def __init__(self, picture: Any) -> None:
        from reportlab.lib.utils import ImageReader

        self.image = ImageReader(picture)
        scale = min(LOGO_HEIGHT / picture.height, LOGO_WIDTH / picture.width)
        self.width, self.height = picture.width * scale, picture.height * scale

    def draw(self, canvas: Any, x: float, y: float) -> None:
        canvas.drawImage(self.image, x, y, self.width, self.height, mask="auto")
