"""Phone numbers as people write them: what a tap dials, and by which digits they are found.  Pure.

People write "(732) 555-0199", "+44 (0)20 7946 0958", "555 0100 ext. 12", "089/123456 DW 7", "555 0100 (after five)".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from studio import texts

FEWEST_DIGITS = 4  # that find a number; fewer are in too many
_FEWEST_TO_DIAL = 3  # 112
_TWO_NUMBERS = 7  # digits before a slash: so many are a whole number, fewer an area code

# A number, from its first digit to its last, with what stands between them.
_NUMBER = re.compile(r"\+?\(?\d(?:[\d\s()./\-]*\d)?")
_TRUNK_PREFIX = re.compile(r"(?<=\d)\s*\(0\)\s*")
_EXTENSION = re.compile(
    r"^[\s,;()./\-]*(?:;?ext=|extension|extn?|durchwahl|dw|nebenstelle|poste|interno|int|ramal|toestel|tst|x|#|,+)"
    r"[\s.:=\-]*(\d{1,7})(?!\d)",
    re.IGNORECASE,
)
_VANITY = re.compile(r"^\+?[\d\s()./\-]*\d[\s./\-]+[A-Z](?:[A-Z\s\-]*[A-Z])?$")
_KEYPAD = {
    letter: digit
    for digit, letters in zip(
        "23456789", ("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), strict=True
    )
    for letter in letters
}
_TYPED = re.compile(r"[+\d\s()./\-]+")


def dialled(written: str) -> str:
    """Return the address that dials what is written, "tel:+442079460958;ext=12"; "" where no number is.

    Of two numbers the first.  A number without a country code is dialled without one.
    """
    number, extension = _parts(written)
    if len(number.lstrip("+")) < _FEWEST_TO_DIAL:
        return ""
    return f"tel:{number}" + (f";ext={extension}" if extension else "")


@lru_cache(maxsize=4096)
def found_by(written: str, region: str) -> tuple[str, ...]:
    """Return the runs of digits by which a number is found: as written, with its country code, and as called at home.

    region: two letters, of numbers without a country code.
    """
    number, extension = _parts(written)
    if not number:
        return ()
    runs = [number.lstrip("+"), *_other_ways(number, region)]
    return tuple(dict.fromkeys(run + extension for run in runs))


def looked_for(typed: str, region: str) -> tuple[str, ...]:
    """Return the runs of digits, of which one is in a number that somebody looks for; () if `typed` is no number.

    It may be any part of a number, of FEWEST_DIGITS or more.
    """
    plain = _plain(typed)
    digits = "".join(sign for sign in plain if sign.isdigit())
    if len(digits) < FEWEST_DIGITS or not _TYPED.fullmatch(plain):
        return ()
    number, _ = _parts(typed)
    runs = [digits, number.lstrip("+"), digits.removeprefix("00") if digits.startswith("00") else digits]
    # Written with its country, though it may be kept without; the digits at home begin with a 0 here and not there.
    abroad = "+" + digits[2:] if digits.startswith("00") else number
    if abroad.startswith("+"):
        runs += [run for run in _other_ways(abroad, region) if len(run) > FEWEST_DIGITS]
    return tuple(run for run in dict.fromkeys(runs) if len(run) >= FEWEST_DIGITS)


def _other_ways(number: str, region: str) -> Iterator[str]:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return
    if not phonenumbers.is_possible_number(parsed):
        return
    national = phonenumbers.national_significant_number(parsed)
    yield f"{parsed.country_code}{national}"
    yield _digits(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
    yield national


def _parts(written: str) -> tuple[str, str]:
    """Return the number, its country's plus before it, and the extension; "" for what there is not."""
    text = _TRUNK_PREFIX.sub(" ", _plain(written)) if "+" in written or "＋" in written else _plain(written)
    if _VANITY.match(text):
        text = "".join(_KEYPAD.get(sign, sign) for sign in text)
    found = _NUMBER.search(text)
    if found is None:
        return "", ""
    number, rest = found[0], text[found.end() :]
    first = number.split("/")[0]
    if len(_digits(first)) >= _TWO_NUMBERS:
        number, rest = first, rest if first == number else ""
    extension = _EXTENSION.match(rest)
    return ("+" if number.startswith("+") else "") + _digits(number), extension[1] if extension else ""


def _plain(written: str) -> str:
    """Return the number with ASCII digits and marks, and nothing that cannot be seen."""
    text = texts.without_unseen(written)
    text = unicodedata.normalize("NFKC", texts.plain_marks(text))
    return "".join(str(unicodedata.digit(sign, sign)) for sign in text).strip()


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
