"""The fonts of our PDFs: which one has a letter, and what a glyph means.

Noto Sans covers Latin, Greek, Cyrillic and Devanagari, Noto Sans Arabic its own
script; both are variable fonts from packages, and a weight is cut from them in
memory.  Chinese, Japanese and Korean use the fonts that every PDF reader brings
or finds, since a face of our own would be 10 MB.
"""

import logging
import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from threading import RLock

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

logger = logging.getLogger(__name__)

# In order of preference: the first that has a letter draws it.
PACKAGES = (
    ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
)
WEIGHTS = {False: 400, True: 650}

CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"

# Glyphs that stand for no single letter get codes from these private planes.
FIRST_PRIVATE_CODE, LAST_PRIVATE_CODE = 0xF0000, 0x10FFFD
MAX_GLYPH_TEXT = 8  # letters one glyph may stand for; more is an attack, not a script

_loading = RLock()  # requests run in threads, and ReportLab's registry is global


class StudioFont(TTFont):
    """A TrueType font whose every glyph can be found again by searching.

    ReportLab writes the code it used for a glyph as that glyph's text, which is
    nonsense for the joined letters of Arabic.  Here a glyph is drawn with a code
    of its own for each text it stands for, and the file says which.
    """

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(name, BytesIO(data))
        # Two weights of one family have the same name inside, and would
        # overwrite each other in the file.
        self.face.name = name.encode()
        self.texts: dict[int, str] = {}
        self._codes: dict[tuple[int, str], int] = {}

    def has(self, letter: str) -> bool:
        return ord(letter) in self.face.charToGlyph

    def code_for(self, glyph: int, text: str) -> str:
        """Return the character to draw `glyph` with, where it stands for `text`."""
        if len(text) == 1 and self.face.charToGlyph.get(ord(text)) == glyph:
            return text
        key = (glyph, text[:MAX_GLYPH_TEXT])
        with _loading:
            code = self._codes.get(key)
            if code is None:
                code = FIRST_PRIVATE_CODE + len(self._codes)
                if code > LAST_PRIVATE_CODE:  # drawn rightly still, but not searchable
                    return self.code_for(glyph, "") if text else " "
                self.texts[code] = key[1]
                self.face.charToGlyph[code] = glyph
                self.face.charWidths[code] = self.glyph_width(glyph)
                self._codes[key] = code
        return chr(code)

    def glyph_width(self, glyph: int) -> float:
        """Return the width of a glyph in thousandths of the type size."""
        return self.pdfScale(self.shaper.get_glyph_h_advance(glyph))

    @property
    def shaper(self):
        """The same font as HarfBuzz sees it."""
        return _shaper(self)

    def addObjects(self, doc) -> None:
        """Write the font, and then correct what ReportLab says its codes mean."""
        subsets = [list(subset) for subset in self.state[doc].subsets]
        super().addObjects(doc)
        for index, subset in enumerate(subsets):
            name = (SUBSETN(index) + b"+" + self.face.name + self.face.subfontNameX).decode()
            doc.idToObject[f"toUnicodeCMap:{name}"].content = self._unicode_map(name, subset)

    def _unicode_map(self, name: str, subset: list[int]) -> str:
        pairs = [
            f"<{index:02X}> <{text.encode('utf-16-be').hex().upper()}>"
            for index, code in enumerate(subset)
            if (text := self.texts.get(code, chr(code)))
        ]
        # A block may hold a hundred lines at most (Adobe Technical Note 5014).
        blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
        return "\n".join(
            [
                "/CIDInit /ProcSet findresource begin",
                "12 dict begin",
                "begincmap",
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
                f"/CMapName /{name} def",
                "/CMapType 2 def",
                "1 begincodespacerange",
                "<00> <FF>",
                "endcodespacerange",
                *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
                "endcmap",
                "CMapName currentdict /CMap defineresource pop",
                "end",
                "end",
            ]
        )


@cache
def _shaper(font: StudioFont):
    import uharfbuzz

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(font.face._ttf_data)))


@cache
def faces(bold: bool) -> tuple[StudioFont, ...]:
    """Load and register our fonts of one weight; the first is the main one."""
    with _loading:
        found = []
        for package, filename in PACKAGES:
            data = _cut_weight(package, filename, WEIGHTS[bold])
            if data:
                name = package.removeprefix("fontpkg_").title().replace("_", "") + ("-Bold" if bold else "")
                found.append(StudioFont(name, data))
        if not found or found[0].fontName.startswith("NotoSansArabic"):
            # Latin only, but there is always something to print with.
            found.insert(0, _built_in(bold))
        for font in found:
            pdfmetrics.registerFont(font)
        for name in (CHINESE, JAPANESE, KOREAN):
            pdfmetrics.registerFont(UnicodeCIDFont(name))
        return tuple(found)


def missing_packages() -> list[str]:
    """Return the font packages that are not installed; for the system check."""
    return [package for package, filename in PACKAGES if _font_path(package, filename) is None]


def _font_path(package: str, filename: str):
    try:
        path = import_module(package).ROOT / "files" / filename
    except ImportError:
        return None
    return path if path.exists() else None


def _cut_weight(package: str, filename: str, weight: int) -> bytes | None:
    """Return one weight of a variable font as a plain font: 20 ms for Noto Sans."""
    import uharfbuzz

    path = _font_path(package, filename)
    if path is None:
        logger.warning("The font package %s is missing.", package)
        return None
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.pin_all_axes_to_default(face)
    wanted.pin_axis_location(face, "wght", weight)
    return uharfbuzz.subset(face, wanted).blob.data


def _built_in(bold: bool) -> StudioFont:
    from reportlab.lib.utils import open_and_read
    from reportlab.pdfbase.ttfonts import TTFOpenFile

    path, file = TTFOpenFile("VeraBd.ttf" if bold else "Vera.ttf")
    file.close()
    return StudioFont("Vera-Bold" if bold else "Vera", open_and_read(path))


@lru_cache(maxsize=20_000)
def font_for(letter: str, bold: bool, han: str = CHINESE) -> str:
    """Return the name of the font that draws `letter`.

    han: the font for letters that Chinese, Japanese and Korean share.
    The main font if no other has it; it then draws an empty box.
    """
    ours = faces(bold)
    for font in ours:
        if font.has(letter):
            return font.fontName
    if ord(letter) <= 0xFFFF:  # what the readers' own fonts can be asked for
        name = unicodedata.name(letter, "")
        if name.startswith("HANGUL"):
            return KOREAN
        if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
            return JAPANESE
        if name.startswith(("CJK", "IDEOGRAPHIC", "FULLWIDTH")) or "\u3000" <= letter <= "\u303f":
            return han
    return ours[0].fontName


def han_font(text: str) -> str:
    """Return the font for shared Han letters in `text`, judged by its other letters."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return JAPANESE
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return KOREAN
    return CHINESE
