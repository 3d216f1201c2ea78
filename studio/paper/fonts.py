"""The fonts of our PDFs: which one has a letter, and what a glyph means.

Noto Sans covers Latin, Greek, Cyrillic and Devanagari; other packages bring the
other scripts.  Where a font is a variable one, its weights are cut in memory.
All are embedded, a few glyphs each, so a page looks the same for the lab it is
sent to.  (Chinese, Japanese and Korean could be left to the fonts of the PDF
reader, as ReportLab offers; then they are empty where the reader has none.)
"""

from copy import copy
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from struct import pack
from threading import RLock
from typing import Any, NamedTuple

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFile, TTFontMaker, TTFOpenFile


class Source(NamedTuple):
    """A font file in a package; face: which one, in a file that holds several."""

    name: str
    package: str
    filename: str
    face: int = 0


# In order of preference: the first that has a letter draws it.
SOURCES = (
    Source("NotoSans", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    Source("NotoSansArabic", "fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    Source("Heebo", "fontpkg_heebo", "files/Heebo[wght].ttf"),  # Hebrew
    Source("NotoSansThai", "fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
)
# One file of one weight for Chinese, Japanese and Korean: all its faces have the
# same letters, drawn as each country writes them.
CJK = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
JAPANESE = Source("NotoSansJP", *CJK, 0)
KOREAN = Source("NotoSansKR", *CJK, 1)
CHINESE = Source("NotoSansSC", *CJK, 2)

WEIGHTS = {False: 400, True: 650}

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

    def __init__(self, name: str, face: uharfbuzz.Face, *, thicken: bool = False) -> None:
        """Take a font as HarfBuzz reads it.  thicken: draw its outlines too, for want of a bold."""
        is_postscript = "CFF " in face.table_tags
        super().__init__(name, BytesIO(_without_outlines(face) if is_postscript else face.blob.data))
        if is_postscript:
            self.face.makeSubset = self._subset_with_outlines
        self.shaper = uharfbuzz.Font(face)
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

    def _subset_with_outlines(self, subset: list[int]) -> bytes:
        """Return the font file of some letters, where the font is a PostScript one.

        ReportLab embeds TrueType outlines only, so those of the letters in use
        are redrawn, to a thousandth of the type size.
        """
        face = copy(self.face)
        glyphs = sorted({0, *(face.charToGlyph.get(code, 0) for code in subset)})
        outlines = bytearray()
        face.glyphPos = {}
        for glyph in glyphs:
            face.glyphPos[glyph] = len(outlines)
            outlines += _outline(self.shaper, glyph)
            face.glyphPos[glyph + 1] = len(outlines)
        face.table = {**face.table, "glyf": {"offset": len(face._ttf_data), "length": len(outlines)}}
        face._ttf_data += bytes(outlines)
        return TTFontFile.makeSubset(face, subset)

    def addObjects(self, doc: Any) -> None:
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


def _without_outlines(face: uharfbuzz.Face) -> bytes:
    """Return a PostScript font as a TrueType one that says everything about its glyphs but how they look."""
    maker, count = TTFontMaker(), face.glyph_count
    for tag in ("cmap", "head", "hhea", "hmtx", "name", "OS/2", "post"):
        maker.add(tag, face.reference_table(tag).data)
    # Version 1.0; limits for points and contours that no letter reaches; two zones; no instructions.
    maker.add("maxp", pack(">L14H", 0x10000, count, 4000, 400, 0, 0, 2, *[0] * 8))
    maker.add("loca", bytes(2 * (count + 1)))
    maker.add("glyf", b"")
    return maker.makeStream()


@lru_cache(maxsize=5_000)
def _outline(font: uharfbuzz.Font, glyph: int) -> bytes:
    """Return a glyph as TrueType draws it: curves of the second degree."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    font.draw_glyph_with_pen(glyph, Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
    data = pen.glyph().compile(None)
    return data + bytes(-len(data) % 4)


@cache
def _font(source: Source, bold: bool) -> StudioFont | None:
    """Load and register a font; None where it is not installed.

    The main font has a substitute that comes with ReportLab: Latin only, but
    there is always something to print with.
    """
    name = source.name + ("-Bold" if bold else "")
    with _loading:
        if name in pdfmetrics.getRegisteredFontNames():  # another thread was quicker
            return pdfmetrics.getFont(name)
        path = _path(source)
        if path is not None:
            face, has_weights = _cut_weight(path, source.face, WEIGHTS[bold])
            font = StudioFont(name, face, thicken=bold and not has_weights)
        elif source == SOURCES[0]:
            font = _built_in(name, bold)
        else:
            return None
        pdfmetrics.registerFont(font)
        return font


def main_font(bold: bool) -> StudioFont:
    font = _font(SOURCES[0], bold)
    assert font is not None, "it has a substitute that comes with ReportLab"
    return font


def missing_packages() -> list[str]:
    """Return the font packages that are not installed; for the system check."""
    return [source.package for source in (*SOURCES, CHINESE) if _path(source) is None]


def _path(source: Source) -> Path | None:
    try:
        file = import_module(source.package).__file__
    except ImportError:
        return None
    if file is None:  # a folder of that name, and no package
        return None
    path = Path(file).parent / source.filename
    return path if path.exists() else None


def _cut_weight(path: Path, index: int, weight: int) -> tuple[uharfbuzz.Face, bool]:
    """Return a face of the file at `path` in a weight, and whether it has weights.

    Takes 20 ms for Noto Sans.
    """
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)
    if not any(axis.tag == "wght" for axis in face.axis_infos):
        return face, False
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.pin_all_axes_to_default(face)
    wanted.pin_axis_location(face, "wght", weight)
    return uharfbuzz.subset(face, wanted), True


def _built_in(name: str, bold: bool) -> StudioFont:
    _, file = TTFOpenFile("VeraBd.ttf" if bold else "Vera.ttf")
    with file:
        return StudioFont(name, uharfbuzz.Face(uharfbuzz.Blob(file.read())))


@lru_cache(maxsize=20_000)
def font_for(letter: str, bold: bool, han: Source = CHINESE) -> str:
    """Return the name of the font that draws `letter`.

    han: the font for letters that Chinese, Japanese and Korean share.
    The main font if no other has it; it then draws an empty box.
    """
    for source in (*SOURCES, han):  # a font is loaded when the ones before it lack a letter
        font = _font(source, bold)
        if font is not None and font.has(letter):
            return font.fontName
    return main_font(bold).fontName


def han_font(text: str) -> Source:
    """Return the font for shared Han letters in `text`, judged by its other letters."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return JAPANESE
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return KOREAN
    return CHINESE
