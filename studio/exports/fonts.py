"""The fonts of our PDFs: which one has a letter, and what a glyph means.

Noto Sans covers Latin, Greek, Cyrillic and Devanagari; other packages bring the
other scripts.  Where a font is a variable one, its weights are cut in memory.
All are embedded, a few glyphs each, so a page looks the same for the lab it is
sent to.  Without the package, Chinese, Japanese and Korean fall back to the
fonts that most PDF readers bring.
"""

import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from threading import RLock

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFOpenFile

# In order of preference: the first that has a letter draws it.
PACKAGES = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_heebo", "files/Heebo[wght].ttf"),  # Hebrew
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"),  # Chinese, Japanese, Korean; one weight
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

    def __init__(self, name: str, data: bytes, *, thicken: bool = False) -> None:
        """Read a font.  thicken: draw its outlines too, for want of a bold."""
        super().__init__(name, BytesIO(data))
        self.thicken = thicken
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
            f"<{index:02X}> <{self.texts.get(code, chr(code)).encode('utf-16-be').hex().upper()}>"
            for index, code in enumerate(subset)
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
    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(font.face._ttf_data)))


@cache
def _face(index: int, bold: bool) -> StudioFont | None:
    """Load and register one of PACKAGES; None where it is not installed.

    The main font has a substitute that comes with ReportLab: Latin only, but
    there is always something to print with.
    """
    package, filename = PACKAGES[index]
    name = package.removeprefix("fontpkg_").title().replace("_", "") + ("-Bold" if bold else "")
    with _loading:
        if name in pdfmetrics.getRegisteredFontNames():  # another thread was quicker
            return pdfmetrics.getFont(name)
        path = _path(package, filename)
        if path is not None:
            data, has_weights = _cut_weight(path, WEIGHTS[bold])
            font = StudioFont(name, data, thicken=bold and not has_weights)
        elif index == 0:
            font = _built_in(name, bold)
        else:
            return None
        pdfmetrics.registerFont(font)
        return font


def main_font(bold: bool) -> StudioFont:
    return _face(0, bold)


def missing_packages() -> list[str]:
    """Return the font packages that are not installed; for the system check."""
    return [package for package, filename in PACKAGES if _path(package, filename) is None]


def _path(package: str, filename: str) -> Path | None:
    try:
        path = Path(import_module(package).__file__).parent / filename
    except ImportError:
        return None
    return path if path.exists() else None


def _cut_weight(path: Path, weight: int) -> tuple[bytes, bool]:
    """Return a plain font cut from the one at `path`, and whether it had weights.

    Takes 20 ms for Noto Sans.
    """
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    has_weights = any(axis.tag == "wght" for axis in face.axis_infos)
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    if has_weights:
        wanted.pin_all_axes_to_default(face)
        wanted.pin_axis_location(face, "wght", weight)
    return uharfbuzz.subset(face, wanted).blob.data, has_weights


def _built_in(name: str, bold: bool) -> StudioFont:
    _, file = TTFOpenFile("VeraBd.ttf" if bold else "Vera.ttf")
    with file:
        return StudioFont(name, file.read())


@cache
def _reader_font(name: str) -> str:
    with _loading:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@lru_cache(maxsize=20_000)
def font_for(letter: str, bold: bool, han: str = CHINESE) -> str:
    """Return the name of the font that draws `letter`.

    han: the font for letters that Chinese, Japanese and Korean share.
    The main font if no other has it; it then draws an empty box.
    """
    for index in range(len(PACKAGES)):  # a font is loaded when the ones before it lack a letter
        font = _face(index, bold)
        if font is not None and font.has(letter):
            return font.fontName
    if ord(letter) <= 0xFFFF:  # what the readers' own fonts can be asked for
        name = unicodedata.name(letter, "")
        if name.startswith("HANGUL"):
            return _reader_font(KOREAN)
        if name.startswith(("HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA")):
            return _reader_font(JAPANESE)
        if name.startswith(("CJK", "IDEOGRAPHIC", "FULLWIDTH")):
            return _reader_font(han)
    return main_font(bold).fontName


def han_font(text: str) -> str:
    """Return the font for shared Han letters in `text`, judged by its other letters."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return JAPANESE
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return KOREAN
    return CHINESE
