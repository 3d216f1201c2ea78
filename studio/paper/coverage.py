"""Which font has a letter, and what stands in for a letter that none has.

Reads the fonts' own tables through HarfBuzz and needs no ReportLab, so a page can ask what its print will show.  A
font file is opened with the first letter that those before it lack, and mapped, not read: it costs next to nothing.
"""

import unicodedata
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import uharfbuzz


class Source(NamedTuple):
    """A font file in a package.

    face: which one, in a file that holds several.
    bold: the file of its bold, where that is one of its own.
    """

    name: str
    package: str
    filename: str
    face: int = 0
    bold: str = ""


# Noto Sans covers Latin, Greek and Cyrillic.  ReportLab brings a substitute: Latin only, but there is always something
# to print with.
MAIN = Source("NotoSans", "manimgx_fonts", "NotoSans[wght].ttf")
SUBSTITUTE = Source("Vera", "reportlab", "fonts/Vera.ttf", bold="fonts/VeraBd.ttf")
SCRIPTS = (
    "Arabic",
    "Hebrew",
    "Thai",
    "Devanagari",
    "Bengali",
    "Tamil",
    "Telugu",
    "Gujarati",
    "Gurmukhi",
    "Kannada",
    "Malayalam",
    "Oriya",
    "Sinhala",
    "Myanmar",
    "Khmer",
    "Lao",
    "Ethiopic",
    "Armenian",
    "Georgian",
)
# One file of one weight for Chinese, Japanese and Korean: all its faces have the same letters, drawn as each country
# writes them.
CJK = ("noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc")
JAPANESE = Source("NotoSansJP", *CJK, 0)
KOREAN = Source("NotoSansKR", *CJK, 1)
CHINESE = Source("NotoSansSC", *CJK, 2)
# In order of preference: the first that has a letter draws it.
SOURCES = (
    MAIN,
    *(
        Source(f"NotoSans{script}", "manimgx_fonts", f"NotoSans{script}[wght].ttf")
        for script in (*SCRIPTS, "Symbols")
    ),
    Source("NotoEmoji", "manimgx_fonts", "NotoEmoji[wght].ttf"),  # in outline, as paper has one colour
)


@cache
def main_source() -> Source:
    return MAIN if path_of(MAIN) else SUBSTITUTE


def source_of(letter: str, han: Source = CHINESE) -> Source | None:
    """Return the font that draws `letter`; None if no font has it.

    han: the font for letters that Chinese, Japanese and Korean share.
    """
    source = _first_with(letter)
    return han if source is CHINESE else source


@lru_cache(maxsize=20_000)
def _first_with(letter: str) -> Source | None:
    return next((source for source in (main_source(), *SOURCES, CHINESE) if _has(source, letter)), None)


def _has(source: Source, letter: str) -> bool:
    font = _lookup(source)
    return font is not None and bool(font.get_nominal_glyph(ord(letter)))


@cache
def _lookup(source: Source) -> uharfbuzz.Font | None:
    path = path_of(source)
    return uharfbuzz.Font(open_face(path, source.face)) if path else None


def open_face(path: Path, index: int) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)), index)


def path_of(source: Source, *, bold: bool = False) -> Path | None:
    """Return where a font's file is; None where its package is not installed."""
    try:
        file = import_module(source.package).__file__
    except ImportError:
        return None
    if file is None:  # a folder of that name, and no package
        return None
    path = Path(file).parent / ((bold and source.bold) or source.filename)
    return path if path.exists() else None


def missing_packages() -> list[str]:
    """Return the font packages that are not installed, or not wholly; for the system check."""
    return sorted({source.package for source in (*SOURCES, CHINESE) if path_of(source) is None})


@lru_cache(maxsize=20_000)
def drawn_as(letter: str) -> str:
    """Return what is printed for `letter`: itself, or what stands in for it where no font has it.

    That is the same letter in plainer dress, as Unicode knows it (a mathematical A is an A); nothing for what nobody
    sees; else its number, "[0F40]": ugly, but no two letters look alike, as boxes do.
    """
    if source_of(letter):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    if plain != letter and all(source_of(one) for one in plain):
        return plain
    return "" if unicodedata.category(letter) == "Cf" else number_of(letter)


def number_of(letter: str) -> str:
    return f"[{ord(letter):04X}]"
