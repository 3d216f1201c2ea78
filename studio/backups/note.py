"""backup.json: what a back-up says of itself."""

import json
import re
from dataclasses import asdict, dataclass

NAME = "backup.json"
FORMAT = 2
MOST_BYTES = 4 * 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NoteRefused(ValueError):
    """str() is a sentence fit to show whoever restores."""


@dataclass(frozen=True)
class Member:
    """A file in the back-up.  size: in bytes, unpacked; sha256: hexadecimal; rows: None for an uploaded file."""

    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Note:
    """made_at: an ISO moment; secrets_key: the name of the key of what is sealed, "" where nothing is; columns: by table, in the order of the values of a row; members: by name in the zip."""

    engine: str
    made_at: str
    secrets_key: str
    migrations: list[tuple[str, str]]
    columns: dict[str, list[str]]
    members: dict[str, Member]

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def read_note(text: bytes) -> Note:
    """Return the note that `text` is.  Raises NoteRefused if it is none, or one of another format."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise NoteRefused(f"Its {NAME} cannot be read.") from None
    if not isinstance(read, dict) or type(read.get("format")) is not int:
        raise NoteRefused(f"Its {NAME} does not say what it is.")
    if read["format"] != FORMAT:
        made_by = "a newer" if read["format"] > FORMAT else "an older"
        raise NoteRefused(
            f"It was made by {made_by} version of this product, which wrote back-ups in another format."
        )
    if not _fits(read):
        raise NoteRefused(f"Its {NAME} is damaged.")
    return Note(
        engine=read["engine"],
        made_at=read["made_at"],
        secrets_key=read["secrets_key"],
        migrations=[(app, name) for app, name in read["migrations"]],
        columns=read["columns"],
        members={name: Member(**member) for name, member in read["members"].items()},
    )


def _fits(read: dict) -> bool:
    return (
        read.keys() == {"format", "engine", "made_at", "secrets_key", "migrations", "columns", "members"}
        and all(isinstance(read[name], str) for name in ("engine", "made_at", "secrets_key"))
        and isinstance(read["migrations"], list)
        and all(_is_texts(pair) and len(pair) == 2 for pair in read["migrations"])
        and isinstance(read["columns"], dict)
        and all(_is_texts(names) and len(set(names)) == len(names) for names in read["columns"].values())
        and isinstance(read["members"], dict)
        and all(_is_member(member) for member in read["members"].values())
    )


def _is_texts(value) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_member(value) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"size", "sha256", "rows"}
        and type(value["size"]) is int
        and (value["rows"] is None or type(value["rows"]) is int)
        and isinstance(value["sha256"], str)
        and bool(_DIGEST.fullmatch(value["sha256"]))
    )
