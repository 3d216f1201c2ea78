"""How many messages a text is sent as by SMS, and so what it costs.

Source: 3GPP TS 23.038 (the GSM alphabet: 160 letters, 153 in each part of a longer text; seven of its letters take two
places) and TS 23.040 (any other letter makes the whole text UCS-2: 70, or 67 in each part).
"""

from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\x0c")
SINGLE, PART = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67


class Length(NamedTuple):
    places: int
    segments: int
    # A letter for which the whole text takes more room; "" if there is none.
    costly: str


def length_of(text: str) -> Length:
    """Count the places that `text` takes, and the messages it is cut into; an empty text is none.

    A letter of two places is never cut in the middle, so a part before one may stay a place short.
    """
    costly = next((letter for letter in text if letter not in _BASIC and letter not in _EXTENDED), "")
    if costly:
        widths, single, part = [1 + (letter > "\uffff") for letter in text], SINGLE_UCS2, PART_UCS2
    else:
        widths, single, part = [1 + (letter in _EXTENDED) for letter in text], SINGLE, PART
    places = sum(widths)
    return Length(places, min(places, 1) if places <= single else _cut(widths, part), costly)


def _cut(widths: list[int], part: int) -> int:
    parts = room = 0
    for width in widths:
        if width > room:
            parts, room = parts + 1, part
        room -= width
    return parts
