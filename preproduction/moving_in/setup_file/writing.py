"""Writes a set-up as TOML, for which the standard library has a reader only: as much of it as a set-up needs."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

# Controls, but for line breaks and tabs.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def write(document: Mapping[str, Any]) -> str:
    """Return `document` as TOML, in its order.

    document: {name: value, a table as {name: value}, or a list of such tables}; a value is a text, a whole number, a
              truth, a date, or a list of these.  Values that belong to no table come first.
    """
    lines = []
    for name, value in document.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *_pairs(value)]
        elif isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
            for table in value:
                lines += ["", f"[[{name}]]", *_pairs(table)]
        else:
            lines += _pairs({name: value})
    return "\n".join(lines) + "\n"


def _pairs(table):
    return [f"{name} = {_written(value)}" for name, value in table.items()]


def _written(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, str):
        return _text(value)
    return str(value)


def _text(text: str) -> str:
    text = _UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04X}", text.replace("\\", "\\\\"))
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    # A line break just after the opening is no part of the text.
    text = text.replace('"""', '""\\"')
    return '"""\n' + (text[:-1] + '\\"' if text.endswith('"') else text) + '"""'
