"""Damaged and hostile back-ups, made from a good one: what a restore must refuse, and the words it refuses with.

Each is a function of the good one's members (content by name) that returns those of the bad one; raw ones take and return
the bytes of the whole file.
"""

import hashlib
import io
import json
import os
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterable

CLIENTS, ORDERS, CHANGES = (
    "tables/studio_client",
    "tables/preproduction_order",
    "tables/preproduction_statuschange",
)
NOTE = "backup.json"
BOMB_BYTES = 64 * 1024 * 1024


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(content, **options) -> bytes:
    """Return a zip file.  content: a dict, or pairs of a name (or a ZipInfo) and bytes, where a name comes twice."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, text in content.items() if isinstance(content, dict) else content:
            file.writestr(name, text)
    return target.getvalue()


def noted(content: dict[str, bytes], **changes) -> dict[str, bytes]:
    """Return `content` with a note that is true of it, as a forger would write it; changes: other values in it."""
    note = json.loads(content[NOTE])
    note["members"] = {
        name: {
            "size": len(text),
            "sha256": hashlib.sha256(text).hexdigest(),
            "rows": text.count(b"\n") if name.startswith("tables/") else None,
        }
        for name, text in content.items()
        if name != NOTE
    }
    return {**content, NOTE: json.dumps(note | changes).encode()}


def with_value(content, member, column, value) -> dict[str, bytes]:
    """Return `content` with another value in the first row of a table, and a note that is true of it."""
    at = json.loads(content[NOTE])["columns"][member.removeprefix("tables/")].index(column)
    first, *others = content[member].splitlines(keepends=True)
    row = json.loads(first)
    row[at] = value
    return noted({**content, member: b"".join([line(row), *others])})


def line(row) -> bytes:
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def note_without(content, name):
    note = json.loads(content[NOTE])
    del note[name]
    return {**content, NOTE: json.dumps(note).encode()}


def with_table(content, name, columns, rows):
    columns = {**json.loads(content[NOTE])["columns"], name: columns}
    return noted({**content, f"tables/{name}": b"".join(map(line, rows))}, columns=columns)


def without_table(content, name):
    columns = {table: names for table, names in json.loads(content[NOTE])["columns"].items() if table != name}
    return noted(
        {member: text for member, text in content.items() if member != f"tables/{name}"}, columns=columns
    )


def with_column(content, member, column):
    name = member.removeprefix("tables/")
    columns = json.loads(content[NOTE])["columns"]
    rows = [line([*json.loads(row), "x"]) for row in content[member].splitlines()]
    columns[name] = [*columns[name], column]
    return noted({**content, member: b"".join(rows)}, columns=columns)


def a_link(content):
    """Return the members with one that says it is a symbolic link."""
    link = zipfile.ZipInfo("media/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    truth = noted({**content, link.filename: b"/etc/passwd"})
    return [*((name, text) for name, text in truth.items() if name != link.filename), (link, b"/etc/passwd")]


def open_erasure(content):
    """Return the members with an erasure under way, during which the database lets history be changed."""
    member = "tables/studio_erasure"
    note, client = json.loads(content[NOTE]), json.loads(content[CLIENTS].splitlines()[0])
    of = {
        "id": 1,
        "client_id": client[note["columns"]["studio_client"].index("id")],
        "by_id": json.loads(content["tables/studio_user"].splitlines()[0])[
            note["columns"]["studio_user"].index("id")
        ],
        "by_name": "x",
        "began_at": "2026-06-10T10:00:00+00:00",
        "finished_at": None,
        "rows": 0,
        "cleaned_at": None,
    }
    return noted({**content, member: line([of[name] for name in note["columns"]["studio_erasure"]])})


def raw_note(text):
    return lambda content: {**content, NOTE: text}


def media_named(name):
    return lambda content: noted({**content, f"media/{name}": b"x"})


# By what is wrong: how it is made, and what the refusal says.
DAMAGED = {
    "the note is no JSON": (raw_note(b"{"), "backup.json cannot be read"),
    "the note is a list": (raw_note(b"[]"), "does not say what it is"),
    "the note is deeply nested": (raw_note(b"[" * 100_000), "backup.json cannot be read"),
    "the note is 5 MB": (raw_note(b" " * 5_000_000), "backup.json is too long"),
    "the note is empty": (raw_note(b"{}"), "does not say what it is"),
    "the note lacks its migrations": (lambda c: note_without(c, "migrations"), "backup.json is damaged"),
    "the note lacks its members": (lambda c: note_without(c, "members"), "backup.json is damaged"),
    "migrations are text": (lambda c: noted(c, migrations="studio"), "backup.json is damaged"),
    "a format of later": (lambda c: noted(c, format=3), "a newer version of this product"),
    "a format of before": (lambda c: noted(c, format=1), "an older version of this product"),
    "a format that is none": (lambda c: noted(c, format="2"), "does not say what it is"),
    "an unknown migration": (
        lambda c: noted(c, migrations=[["studio", "9999_future"]]),
        "newer version of this product (migration studio.9999_future)",
    ),
    "a migration that a terminal would obey": (
        lambda c: noted(c, migrations=[["studio", "\x1b[2Jx"]]),
        "(migration studio.\ufffd[2Jx)",
    ),
    "a migration without those before it": (
        lambda c: noted(c, migrations=[m for m in json.loads(c[NOTE])["migrations"] if m[0] != "studio"]),
        "none that were ever applied together",
    ),
    "nothing at all, and a note that is true of it": (
        lambda c: noted({NOTE: c[NOTE]}, migrations=[], columns={}),
        "There is no studio in it",
    ),
    "no migration at all": (lambda c: noted(c, migrations=[]), "There is no studio in it"),
    "no note": (lambda c: {n: t for n, t in c.items() if n != NOTE}, "has no backup.json"),
    "a table is not there": (lambda c: {n: t for n, t in c.items() if n != CLIENTS}, "is missing"),
    "a table is not there, nor in the note": (
        lambda c: without_table(c, "studio_client"),
        "'studio_client' is missing",
    ),
    "a table of somebody else": (
        lambda c: with_table(c, "pg_shadow", ["x"], [["1"]]),
        "'pg_shadow' is none of",
    ),
    "a trigger as a table": (
        lambda c: with_table(c, "sqlite_master", ["type", "sql"], [["trigger", "CREATE TRIGGER x"]]),
        "'sqlite_master' is none of",
    ),
    "a member of SQL": (
        lambda c: {**c, "studio.sql": b"\\! touch /tmp/run\nDROP TABLE studio_client;"},
        "'studio.sql' is not in its note",
    ),
    "a column too many": (
        lambda c: with_column(c, CLIENTS, "is_admin); DROP TABLE x"),
        "is none of this product's",
    ),
    "rows cut off": (
        lambda c: {**c, CHANGES: c[CHANGES][: len(c[CHANGES]) // 2]},
        "is not what its note says",
    ),
    "rows cut off, the note forged": (lambda c: noted({**c, CHANGES: c[CHANGES][:-9]}), "is cut"),
    "rows of the same length changed": (
        lambda c: {**c, CLIENTS: c[CLIENTS].replace(b"Anna", b"Bnna")},
        "is damaged: it is not what its note says",
    ),
    "the number of rows is wrong": (
        lambda c: {**c, NOTE: c[NOTE].replace(b'"rows": 1\n', b'"rows": 2\n')},
        "is damaged: it is not what its note says",
    ),
    "an uploaded file climbs out": (media_named("../evil.py"), "is none that this product gives"),
    "an uploaded file is absolute": (media_named("/etc/cron.d/evil"), "is none that this product gives"),
    "an uploaded file has a drive": (media_named("C:evil"), "is none that this product gives"),
    "an uploaded file has backslashes": (media_named("..\\evil"), "is none that this product gives"),
    "an uploaded file is a folder, too": (
        lambda c: noted({**c, "media/a": b"x", "media/a/b": b"x"}),
        "cannot be read as a back-up",
    ),
    "an uploaded file is a link": (a_link, "packed in a way that no back-up is"),
    "a bomb": (
        lambda c: noted({**c, "media/bomb": bytes(BOMB_BYTES)}),
        "far more than a back-up of its size",
    ),
    "a member twice": (lambda c: [*c.items(), (CLIENTS, b"")], "has a member twice"),
    "30,000 members": (
        lambda c: {**c, **{f"media/{n}": b"" for n in range(30_000)}},
        "no back-up has so many",
    ),
    "a line without end": (
        lambda c: noted({**c, CLIENTS: b'["' + os.urandom(10_000_000).hex().encode() + b'"]\n'}),
        "is longer than any row is",
    ),
}

# These are found only when an empty database takes their rows.
MISFITS = {
    "SQL in a row": (
        lambda c: noted({**c, CLIENTS: b"'); DROP TABLE studio_client; --\n"}),
        "not as a back-up writes it",
    ),
    "a value too many": (lambda c: noted({**c, CLIENTS: b"[1,2]\n"}), "it has 2 values for"),
    "a text for a number": (lambda c: with_value(c, CLIENTS, "id", "1"), "id is of the wrong kind"),
    "a number out of range": (lambda c: with_value(c, CLIENTS, "id", 2**80), "refuses it"),
    "a name that is too long": (lambda c: with_value(c, CLIENTS, "name", "n" * 5000), "name is too long"),
    "a name with NUL": (lambda c: with_value(c, CLIENTS, "name", "An\x00na"), "cannot be stored"),
    "a lone surrogate": (
        lambda c: noted({**c, CLIENTS: c[CLIENTS].replace(b"Anna", b"\\ud800")}),
        "not as a back-up writes it",
    ),
    "a time zone that is none": (
        lambda c: with_value(c, "tables/studio_companypreferences", "time_zone", "Nowhere/Land"),
        "time zone, 'Nowhere/Land', is not known",
    ),
    "nothing where something must be": (lambda c: with_value(c, CLIENTS, "name", None), "name is empty"),
    "a date that is none": (
        lambda c: with_value(c, "tables/studio_photosession", "date", "2026-02-31"),
        "date cannot be read",
    ),
    "history left open to changes": (open_erasure, "History can be changed"),
    "a row twice": (lambda c: noted({**c, CLIENTS: c[CLIENTS] * 2}), "refuses it"),
    "an order of nobody": (lambda c: with_value(c, ORDERS, "session_id", 999_999), "refuses it"),
    "history without its order": (lambda c: noted({**c, ORDERS: b""}), "refuses it"),
}


def cut(archive: bytes) -> bytes:
    return archive[:-2000]


def flipped(archive: bytes) -> bytes:
    """Return it with one bit of its orders changed, as they are packed."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        at = file.getinfo(ORDERS).header_offset
    # A member begins with 30 bytes, its name and something extra.
    name, extra = struct.unpack("<HH", archive[at + 26 : at + 30])
    at += 30 + name + extra + 20
    return archive[:at] + bytes([archive[at] ^ 1]) + archive[at + 1 :]


def encrypted(archive: bytes) -> bytes:
    at = archive.rindex(b"PK\x01\x02")  # the last member's entry in the list; its flags are the bytes 8 and 9
    return archive[: at + 8] + bytes([archive[at + 8] | 1]) + archive[at + 9 :]


def endless_list(archive: bytes) -> bytes:
    """Return it with a list of members that claims a gigabyte."""
    at = archive.rindex(b"PK\x05\x06")
    return archive[: at + 12] + struct.pack("<L", 2**30) + archive[at + 16 :]


def packed_with_lzma(archive: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as file:
        for name, text in members(archive).items():
            file.writestr(name, text)
    return target.getvalue()


# Of the bytes of the whole file.
RAW = {
    "no zip file": (lambda a: b"not a back-up", "cannot be read as a back-up"),
    "empty": (lambda a: b"", "cannot be read as a back-up"),
    "cut": (cut, "cannot be read as a back-up"),
    "a bit flipped": (flipped, "cannot be read as a back-up"),
    "encrypted": (encrypted, "packed in a way that no back-up is"),
    "a list of members of a gigabyte": (endless_list, "cannot be read as a back-up"),
    "packed with LZMA": (packed_with_lzma, "packed in a way that no back-up is"),
}


ALL = DAMAGED | MISFITS | RAW


def hostile(archive: bytes, kinds: Iterable[str]):
    """Yield the bytes of a file for each kind of ALL, with words of the refusal."""
    good = members(archive)
    for what in kinds:
        make, words = ALL[what]
        yield what, make(archive) if what in RAW else packed(make(good)), words
