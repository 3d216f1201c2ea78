"""What somebody uploads, read into plain values.  Every mistake is found at once, each with its place in the file."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preproduction.moving_in.setup_file.fields import Field, unknown

VERSION = 1
MOST_BYTES = 1024 * 1024
MOST_THINGS = 1000  # of all kinds; each that is new takes a hundredth of a second
MOST_PROBLEMS = 40
# Dotted names of many parts, over which the reader takes minutes; a set-up has none of two.
_LONG_NAME = re.compile(r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){30}""")


class Unreadable(Exception):
    """Nothing can be done with the file.  `sentences` say why, each with the line or the path of what is wrong."""

    def __init__(self, sentences: Sequence[str]):
        more = len(sentences) - MOST_PROBLEMS
        self.sentences = [*sentences[:MOST_PROBLEMS], *([f"And {more} more."] if more > 0 else [])]
        super().__init__(" ".join(self.sentences))


@dataclass(frozen=True)
class Said:
    """One thing as the file says it: where, and all its fields, also those that it leaves to what is usual."""

    path: str
    values: Mapping[str, Any]


def read_text(content: bytes) -> str:
    """Return the text of an uploaded file.  Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(["The file is larger than 1 MB; a set-up is far smaller. Choose the right file."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            [f"Line {line}: this is no text in UTF-8. Save the file as UTF-8, and upload it again."]
        ) from None
    if not text.strip():
        raise Unreadable(["The file is empty."])
    return text


def parse(text: str) -> dict[str, Any]:
    """Return the tables of a text in TOML, whose version is one that we read.  Raises Unreadable."""
    if found := _LONG_NAME.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable([f"Line {line}: there is no name of so many parts in a set-up."])
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable([f"The file is not valid TOML: {error}."]) from None
    version = document.pop("version", None)
    if version is None:
        raise Unreadable([f"version: missing. A set-up says version = {VERSION} at its top."])
    if type(version) is not int or version < 1:
        raise Unreadable([f"version: expects {VERSION}."])
    if version > VERSION:
        raise Unreadable(
            [
                f"version: the file is of version {version}, and this program reads {VERSION}. Update the program first."
            ]
        )
    things = sum(len(value) for value in document.values() if isinstance(value, list))
    if things > MOST_THINGS:
        raise Unreadable(
            [f"There are {things:,} things in the file, and at most {MOST_THINGS:,} can be read."]
        )
    return document


def read_things(name: str, raw: Any, fields: Sequence[Field], problems: list[str]) -> list[Said]:
    """Return the things of a section; what is wrong with them is added to `problems`."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        problems.append(f"{name}: each of these begins with a line [[{name}]].")
        return []
    return [
        Said(path, {field.name: field.usual for field in fields} | read_table(path, table, fields, problems))
        for number, table in enumerate(raw, start=1)
        for path in [f"{name}[{number}]"]
    ]


def read_table(path: str, raw: Any, fields: Sequence[Field], problems: list[str]) -> dict[str, Any]:
    """Return what one table says, and no more; what is wrong with it is added to `problems`."""
    if not isinstance(raw, dict):
        problems.append(f"{path}: this begins with a line [{path}].")
        return {}
    known, found = {field.name: field for field in fields}, {}
    for key, value in raw.items():
        wrong = known[key].wrong(value) if key in known else unknown(key, list(known))
        if wrong:
            problems.append(f"{path}.{key[:60]}: {wrong}")
        else:
            found[key] = value
    return found
