"""The studio's logo: what may be uploaded, and how it is kept.

The picture is drawn afresh, so that nothing but its pixels is kept of the file: no script, no place where a photo was
taken, no second file hidden behind the first.
"""

import hashlib
from io import BytesIO

from django.core.files.base import ContentFile

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 25_000_000  # a small file may claim to be a picture that fills the memory
LARGEST = (1200, 600)  # twice what any page or paper shows


class NotALogo(ValueError):
    """str() is a sentence fit to show the user."""


def read_logo(upload) -> ContentFile:
    """Return the uploaded PNG or JPEG as a PNG of our own, no larger than LARGEST, named for its content.

    Raises NotALogo for anything else.
    """
    from PIL import Image, ImageOps

    if upload.size > MOST_BYTES:
        raise NotALogo("The logo may be 2 MB at most.")
    try:
        with Image.open(upload, formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotALogo("The logo has too many pixels: 5000 by 5000 at most.")
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except NotALogo:
        raise
    except Exception as error:
        # Pillow raises a dozen kinds for a damaged file, SyntaxError among them.
        raise NotALogo("This is not a PNG or JPEG picture, or it is damaged.") from error
    drawn.thumbnail(LARGEST)
    content = BytesIO()
    drawn.save(content, "PNG", optimize=True)
    name = hashlib.sha256(content.getvalue()).hexdigest()[:16]
    return ContentFile(content.getvalue(), name=f"{name}.png")
