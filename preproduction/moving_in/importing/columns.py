"""A sheet's columns: the words by which each is known, and its rule.

A column is known by its name however it is written: "Client No.", "client_no", "CLIENT NO".
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from studio import texts

_NUMBER_SIGN = re.compile(r"[#№]|\bnr\b")


class Kind(StrEnum):
    """What a sheet holds, in the order in which kinds are imported: each names some of those before it."""

    STATUS = "status"
    VENDOR = "vendor"
    CLIENT = "client"
    SESSION = "session"
    ORDER = "order"
    NOTE = "note"


class Form(StrEnum):
    TEXT = "text"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Column:
    """name: of the field.  label: as our pages have it.  words: other names, folded.  rule: as the sheets to fill in say it."""

    name: str
    label: str
    example: str
    rule: str
    words: tuple[str, ...] = ()
    form: Form = Form.TEXT
    required: bool = False


@dataclass(frozen=True)
class SheetKind:
    """words: of a sheet's or a file's name, folded."""

    kind: Kind
    one: str
    many: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    # Of these at least one, or the sheet is not of this kind.
    needs: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> Column:
        return next(each for each in self.columns if each.name == name)


def fold(name: object) -> str:
    """Return the name of a column without case, accents, blanks and signs."""
    text = texts.sort_key(str(name or "")[:200])
    return re.sub(r"[\W_]+", "", _NUMBER_SIGN.sub(" no ", text))


def column(name, label, example, rule, words="", **others) -> Column:
    known = dict.fromkeys(fold(word) for word in (label, name.replace("_", " "), *words.split(", ")) if word)
    return Column(name, label, example, rule, tuple(known), **others)
