"""The glyphs of a line: which direction each piece of it runs, which font draws it, and how its letters join.

A line of text is cut into pieces of one direction and one font (the Unicode
bidirectional algorithm), and HarfBuzz picks and places the glyphs of each.
Plain Latin, Greek and Cyrillic take a short cut, for a list has many cells.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import uharfbuzz
from bidi import algorithm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapeData, ShapedStr

from studio.paper.fonts import StudioFont, font_for, han_font, main_font
from studio.paper.values import SIMPLE

_JOINERS = re.compile("[\u200c\u200d]")


class Piece(NamedTuple):
    """Glyphs of one font, in the order they stand on paper; width at size 1."""

    font: str
    glyphs: str
    width: float


def plain_width(text: str, bold: bool) -> float:
    """Return the width of SIMPLE text at size 1."""
    return float(pdfmetrics.stringWidth(text, main_font(bold).fontName, 1))


def is_thickened(font: str) -> bool:
    """Tell whether the outlines of a font are drawn too, for want of a bold."""
    return bool(pdfmetrics.getFont(font).thicken)


@lru_cache(maxsize=2_000)
def letter_widths(text: str, bold: bool) -> list[float]:
    """Return how much each letter adds to the width of a line, at size 1.

    A letter that shares its glyph with the one before adds nothing.
    """
    right_to_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    widths: list[float] = []
    for run, font_name in _font_runs(text, bold):
        font = pdfmetrics.getFont(font_name)
        if not SIMPLE.fullmatch(run):
            buffer = _shape(run, font, right_to_left)
            advances = [0.0] * len(run)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
                advances[info.cluster] += font.pdfScale(place.x_advance) / 1000
            widths += advances
        else:
            widths += [pdfmetrics.stringWidth(letter, font_name, 1) for letter in run]
    return widths


@lru_cache(maxsize=20_000)
def pieces(text: str, bold: bool, right_to_left: bool) -> tuple[Piece, ...]:
    """Return the pieces of one line from left to right.

    right_to_left: direction of the paragraph that the line is from.
    """
    if SIMPLE.fullmatch(text) and not right_to_left:
        return (Piece(main_font(bold).fontName, text, plain_width(text, bold)),) if text else ()
    return tuple(
        _shaped(run, font, run_right_to_left)
        for logical, run_right_to_left in _visual_runs(text, right_to_left)
        for run, font in _in_order(_font_runs(logical, bold), run_right_to_left)
    )


def _visual_runs(text: str, right_to_left: bool) -> list[tuple[str, bool]]:
    """Cut text where its direction changes; runs from left to right, letters as typed."""
    levels = _levels(text, right_to_left)
    runs = []
    for level, group in groupby(zip(levels, text, strict=True), key=lambda pair: pair[0]):
        runs.append((level, "".join(letter for _, letter in group)))
    # Rule L2: reverse every stretch at or above each level, the highest first.
    for level in range(max(levels, default=0), 0, -1):
        turned: list[tuple[int, str]] = []
        for above, group in groupby(runs, key=lambda run: run[0] >= level):
            stretch = list(group)
            turned += reversed(stretch) if above else stretch
        runs = turned
    return [(run, level % 2 == 1) for level, run in runs]


def _levels(text: str, right_to_left: bool) -> list[int]:
    """Return the embedding level of each letter: odd runs right to left."""
    if not right_to_left and not any(
        unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text
    ):
        return [0] * len(text)
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "LR"[storage["base_level"]]
    # The algorithm drops joiners; an accent in their place keeps the count.
    algorithm.get_embedding_levels(_JOINERS.sub("\u0300", text), storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    levels = [letter["level"] for letter in storage["chars"]]
    return levels if len(levels) == len(text) else [storage["base_level"]] * len(text)


def _in_order(runs: list[tuple[str, str]], right_to_left: bool) -> list[tuple[str, str]]:
    return runs[::-1] if right_to_left else runs


def _font_runs(text: str, bold: bool) -> list[tuple[str, str]]:
    """Cut text where its font changes."""
    han = han_font(text)
    runs: list[list[str]] = []
    for letter in text:
        font = font_for(letter, bold, han)
        if runs and font != runs[-1][1]:
            # Spaces, accents and joiners stay with the word they follow; but the space of emoji is as wide as one.
            current = pdfmetrics.getFont(runs[-1][1])
            stays = letter != " " or not current.fontName.startswith("NotoEmoji")
            if stays and not letter.isalnum() and current.has(letter):
                font = current.fontName
        if runs and font == runs[-1][1]:
            runs[-1][0] += letter
        else:
            runs.append([letter, font])
    return [(run, font) for run, font in runs]


def _shaped(text: str, font_name: str, right_to_left: bool) -> Piece:
    """Let HarfBuzz choose and place the glyphs of one run."""
    font = pdfmetrics.getFont(font_name)
    buffer = _shape(text, font, right_to_left)
    codes, places, width = [], [], 0.0
    meanings = _meanings(text, buffer, right_to_left)
    for info, position, meaning in zip(buffer.glyph_infos, buffer.glyph_positions, meanings, strict=True):
        advance = font.pdfScale(position.x_advance)
        codes.append(font.code_for(info.codepoint, meaning))
        places.append(
            ShapeData(
                info.cluster,
                advance,
                font.pdfScale(position.y_advance),
                font.pdfScale(position.x_offset),
                font.pdfScale(position.y_offset),
                font.glyph_width(info.codepoint),
            )
        )
        width += advance
    return Piece(font_name, ShapedStr("".join(codes), places), width / 1000)


def _shape(text: str, font: StudioFont, right_to_left: bool) -> uharfbuzz.Buffer:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction = "rtl" if right_to_left else "ltr"
    buffer.guess_segment_properties()
    uharfbuzz.shape(font.shaper, buffer)
    return buffer


def _meanings(text: str, buffer: uharfbuzz.Buffer, right_to_left: bool) -> list[str]:
    """Return the letters that each glyph of a shaped run stands for.

    A group of as many glyphs as letters shares them out; in any other the
    widest glyph stands for all letters, and the rest (dots, accents) for none.
    """
    glyphs = [
        (info.cluster, place.x_advance)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]
    starts = sorted({cluster for cluster, _ in glyphs})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    meanings: list[str] = []
    for start, group in groupby(glyphs, key=lambda glyph: glyph[0]):
        letters, advances = text[start : ends[start]], [advance for _, advance in group]
        if len(advances) == len(letters):
            meanings += reversed(letters) if right_to_left else letters
        else:
            widest = advances.index(max(advances))
            meanings += [letters if index == widest else "" for index in range(len(advances))]
    return meanings
