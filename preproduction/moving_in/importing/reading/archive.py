"""Looks through a workbook's zip before anything of it is taken for XML.

A zip of kilobytes can hold gigabytes, and XML of a few lines can, too: what is declared is checked first, then what is
really there, piece by piece.
"""

import zipfile
import zlib
from pathlib import Path

from preproduction.moving_in.importing.reading.limits import Refused

MOST_MEMBERS = 1000
MOST_BYTES = 300 * 1024 * 1024  # unpacked, of all together
MOST_RATIO = 250  # unpacked to packed; sheets of much the same rows come to 50
SMALL = 1024 * 1024  # bytes that no ratio makes dangerous
PIECE = 256 * 1024
LONGEST_MARK = 16

NO_WORKBOOK = "This is no Excel workbook, or a damaged one. Open it in Excel, and save it as .xlsx again."
TOO_MUCH = "This workbook unpacks to more than can be read. Save only the sheets you need in a new one."
OLD_EXCEL = (
    "This is a workbook of an old Excel (.xls), or one with a password. Save it as .xlsx without a password."
)
ENTITIES = "This workbook has definitions in it that Excel never writes (a DOCTYPE), so it is not read."


def check(path: Path) -> None:
    """Raise Refused unless `path` is a zip that can be unpacked safely and holds a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_declared(members)
            _check_contents(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise Refused(NO_WORKBOOK) from None


def _check_declared(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise Refused(TOO_MUCH)
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused(OLD_EXCEL)
    if len(set(names)) != len(names):
        raise Refused(NO_WORKBOOK)
    if "mimetype" in names and "content.xml" in names:
        raise Refused("This is an OpenDocument sheet (.ods). Save it as .xlsx, or as CSV.")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise Refused(NO_WORKBOOK)
    for member in members:
        if member.file_size > SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            raise Refused(TOO_MUCH)


def _check_contents(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for member in members:
        is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
        tail = b""
        with archive.open(member) as content:
            while piece := content.read(PIECE):
                unpacked += len(piece)
                if unpacked > MOST_BYTES:
                    raise Refused(TOO_MUCH)
                if is_xml:
                    _check_xml(tail + piece)
                    tail = piece[-LONGEST_MARK:]


def _check_xml(piece: bytes) -> None:
    # In UTF-16 the words below would look otherwise; Excel writes UTF-8.
    if b"\0" in piece or piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(NO_WORKBOOK)
    lower = piece.lower()
    if b"<!doctype" in lower or b"<!entity" in lower:
        raise Refused(ENTITIES)
