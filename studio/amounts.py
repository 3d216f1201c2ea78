"""Amounts of money as people write them: 12.50, 12,50, 1,234.56, 1.234,56, 1 234,50, 1'234.50, $ 12.  Pure.

What can be read in two ways is read in none: whoever typed it is told, and no other amount is kept in its place.
"""

import re
import unicodedata
from decimal import Decimal

from studio import texts

PLACES = 2  # digits after the point, of every currency that studios pay their labs in
_GROUPS = re.compile(r"\d{1,3}(?:([ '.,])\d{3})(?:\1\d{3})*")
_CURRENCIES = "".join(sign for sign in map(chr, range(0x20D0)) if unicodedata.category(sign) == "Sc")
_CURRENCY_AT_AN_END = re.compile(rf"^(-?)\s*[{_CURRENCIES}]\s*|\s*[{_CURRENCIES}]$")


class Unreadable(ValueError):
    """str() is a sentence that says how to write it."""


def read(typed: str) -> Decimal:
    """Return the amount that somebody typed, however large.  Raises Unreadable where it is none, or could be two."""
    text = _plain(typed)
    sign = "-" if text.startswith("-") else ""
    number = text.removeprefix("-").strip()
    if not re.fullmatch(r"[\d.,' ]*\d[\d.,' ]*", number):
        raise Unreadable("Enter an amount, such as 12.50.")
    whole, cents = _cut(number)
    if len(cents) > PLACES:
        raise Unreadable(f"Enter an amount with at most {PLACES} digits after the point.")
    if not whole.isdigit() and not _GROUPS.fullmatch(whole):
        raise Unreadable(f"“{typed.strip()}” is no amount that can be read. Write it like 1234.50.")
    digits = "".join(re.findall(r"\d", whole)) or "0"
    return Decimal(f"{sign}{digits}.{cents:0<{PLACES}}")


def _cut(number: str) -> tuple[str, str]:
    """Return what stands before the point, and after it."""
    marks = [sign for sign in number if sign in ".,"]
    if not marks or (len(marks) > 1 and len(set(marks)) == 1):
        return number, ""
    whole, _, cents = number.rpartition(marks[-1])
    if not cents.isdigit() and cents:
        raise Unreadable(f"“{number}” is no amount that can be read. Write it like 1234.50.")
    # One mark and three digits: a thousand to some, and to others a mistake in the cents.
    if len(marks) == 1 and len(cents) == 3 and re.fullmatch(r"\d{1,3}", whole) and int(whole):
        raise Unreadable(
            f"“{number}” can be read in two ways. Write {whole}{cents}.00, or {whole}.{cents[:2]}."
        )
    return whole or "0", cents


def _plain(typed: str) -> str:
    """Return the amount in ASCII: one kind of digit, blank and apostrophe; no sign of a currency at its ends."""
    text = texts.plain_marks(texts.without_unseen(typed)).translate({0x66B: ".", 0x66C: "'", 0x2E31: "."})
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.digit(sign, sign)) for sign in text)
    return _CURRENCY_AT_AN_END.sub(r"\1", text).strip()
