"""How many messages a text is sent as by SMS, and so what it costs.

Source: 3GPP TS 23.038 (the GSM alphabet: 160 letters, 153 in each part of a longer text; seven of its letters take two
places) and TS 23.040 (any other letter makes the whole text UCS-2: 70, or 67 in each part).
"""

from typing import NamedTuple

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\x0c"
SINGLE, PART = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67


class Length(NamedTuple):
    places: int
    segments: int
    # A letter for which the whole text takes more room; "" if there is none.
    costly: str


def length_of(text: str) -> Length:
    """Count the places that `text` takes, and the messages that makes; an empty text is none."""
    costly = next((letter for letter in text if letter not in _BASIC and letter not in _EXTENDED), "")
    if costly:
        places = len(text.encode("utf-16-le", "surrogatepass")) // 2
        return Length(places, _parts(places, SINGLE_UCS2, PART_UCS2), costly)
    places = len(text) + sum(letter in _EXTENDED for letter in text)
    return Length(places, _parts(places, SINGLE, PART), "")


def _parts(places: int, single: int, part: int) -> int:
    return min(places, 1) if places <= single else -(-places // part)
