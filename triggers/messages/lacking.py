"""Which merge fields a text asks for and has no value for, so that a hole is seen before anybody reads it."""

import re
from collections.abc import Iterable, Mapping

from triggers.messages.marks import marks_of
from triggers.messages.merge_fields import FIELDS, GROUPS

_FIELD = re.compile(r"\b[a-z]+\.[a-z_]+\b")
_GROUP_OF = {field.name: group for group in GROUPS for field in group.fields}


def lacking(texts: Iterable[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fields that would leave a hole, as "Vendor: Lab Contact", in the order of the texts.

    Not those that a text asks about before it says them, or has other words for (`default`).
    """
    found: dict[str, None] = {}
    for text in texts:
        marks, _ = marks_of(text)
        asked = {name for mark in marks if mark.kind == "{%" for name in _FIELD.findall(mark.inside)}
        for mark in marks:
            names = _FIELD.findall(mark.inside)
            if mark.kind == "{{" and names and "default" not in mark.inside:
                found |= {name: None for name in names[:1] if name not in asked}
    return tuple(
        f"{_GROUP_OF[name].label}: {FIELDS[name].label}"
        for name in found
        if name in FIELDS and not values.get(name, "").strip()
    )
