"""The fonts of our PDFs, as ReportLab embeds them, and what a glyph means.

Where a font is a variable one, its weights are cut in memory.  All are embedded, a few glyphs each, so a page looks
the same for the lab it is sent to.  (Chinese, Japanese and Korean could be left to the fonts of the PDF reader, as
ReportLab offers; then they are empty where the reader has none.)
"""

from copy import copy
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from struct import pack
from threading import RLock
from typing import Any

import uharfbuzz
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont, TTFontFile, TTFontMaker

from studio.paper.coverage import (
    CHINESE,
    JAPANESE,
    KOREAN,
    Source,
    main_source,
    open_face,
    path_of,
    source_of,
)

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
        self.face.makeSubset = self._subset_with_outlines if is_postscript else self._subset
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

    def _subset(self, subset: list[int]) -> bytes:
        """Return the font file of some letters."""
        # A reader of its own: ReportLab's keeps in itself how far it has read, and other threads read, too.
        return TTFontFile.makeSubset(copy(self.face), subset)

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
def _font(source: Source, bold: bool) -> StudioFont:
    """Load and register a font, which is installed."""
    name = source.name + ("-Bold" if bold else "")
    with _loading:
        if name in pdfmetrics.getRegisteredFontNames():  # another thread was quicker
            return pdfmetrics.getFont(name)
        path = path_of(source, bold=bold)
        assert path, f"{source.name} has been found to have a letter"
        face, has_weights = _cut_weight(path, source.face, WEIGHTS[bold])
        font = StudioFont(name, face, thicken=bold and not has_weights and not source.bold)
        pdfmetrics.registerFont(font)
        return font


@cache
def main_font(bold: bool) -> StudioFont:
    return _font(main_source(), bold)


def _cut_weight(path: Path, index: int, weight: int) -> tuple[uharfbuzz.Face, bool]:
    """Return a face of the file at `path` in a weight, and whether it has weights.

    Takes 20 ms for Noto Sans.
    """
    face = open_face(path, index)
    if not any(axis.tag == "wght" for axis in face.axis_infos):
        return face, False
    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.pin_all_axes_to_default(face)
    wanted.pin_axis_location(face, "wght", weight)
    return uharfbuzz.subset(face, wanted), True


@lru_cache(maxsize=20_000)
def font_for(letter: str, bold: bool, han: Source = CHINESE) -> str:
    """Return the name of the font that draws `letter`.

    han: the font for letters that Chinese, Japanese and Korean share.
    The main font if no other has it; `printable` leaves no such letter.
    """
    return _font(source_of(letter, han) or main_source(), bold).fontName


def han_font(text: str) -> Source:
    """Return the font for shared Han letters in `text`, judged by its other letters."""
    if any("\u3040" <= letter <= "\u30ff" for letter in text):
        return JAPANESE
    if any("\uac00" <= letter <= "\ud7a3" for letter in text):
        return KOREAN
    return CHINESE
