"""The zip file of a back-up, read as if a stranger had made it: every claim has a cap and is checked while reading."""

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from studio import outages
from studio.backups import note
from studio.outages import Outage

TABLES, MEDIA = "tables/", "media/"
MOST_MEMBERS = 20_000
MOST_LIST_BYTES = 8 * 1024 * 1024  # the list of members, which is read as a whole
MOST_LINE_BYTES = 16 * 1024 * 1024
# What a back-up packs unpacks to ten or twenty times its size; a bomb to a thousand times.
MOST_TIMES, ALWAYS_ALLOWED_BYTES = 200, 16 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
ENCRYPTED = 0x1


class BackupRefused(Exception):
    """str() is a sentence fit to show whoever runs the command."""


def first_line(error: Exception) -> str:
    """Return what `error` says, without its further lines, which may quote rows; of a disk, in our words."""
    outage = outages.outage_of(error)
    if outage in (Outage.FULL, Outage.READ_ONLY):
        return f"{outage.title[0].lower()}{outage.title[1:]}"
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


class CappedFile(io.FileIO):
    """Reads at most MOST_LIST_BYTES at once: zipfile reads the list of members whole, as long as it claims to be."""

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > MOST_LIST_BYTES:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size)


class Archive:
    """A back-up whose members are those in its note; what they hold is checked by whoever reads them."""

    def __init__(self, file: zipfile.ZipFile, *, size: int):
        self._file = file
        self._check_members(size)
        self.note = note.read_note(self._note_text())
        self._check_against_note()

    def lines(self, table: str) -> Iterator[bytes]:
        """Yield the rows of `table`, as lines.  Raises BackupRefused, at the end, if they are not all of them."""
        rest = b""
        for piece in self._pieces(TABLES + table):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > MOST_LINE_BYTES:
                raise BackupRefused(f"A row of {table} is longer than any row is.")
            for line in lines:
                yield line + b"\n"
        if rest:
            raise BackupRefused(f"The last row of {table} is cut.")

    def media(self) -> Iterator[tuple[PurePosixPath, Iterator[bytes]]]:
        """Yield the path of each uploaded file, relative and without tricks, and its content in pieces."""
        for name in self.note.members:
            if name.startswith(MEDIA):
                yield PurePosixPath(name.removeprefix(MEDIA)), self._pieces(name)

    def _check_members(self, size: int) -> None:
        members = self._file.infolist()
        names = {member.filename for member in members}
        if len(members) > MOST_MEMBERS:
            raise BackupRefused(f"It has {len(members):,} members; no back-up has so many.")
        if len(names) < len(members):
            raise BackupRefused("It has a member twice.")
        if not all(map(_is_plain, members)):
            raise BackupRefused("It is packed in a way that no back-up is.")
        if sum(member.file_size for member in members) > max(size * MOST_TIMES, ALWAYS_ALLOWED_BYTES):
            raise BackupRefused("It would unpack to far more than a back-up of its size holds.")

    def _note_text(self) -> bytes:
        try:
            with self._file.open(note.NAME) as member:
                text = member.read(note.MOST_BYTES + 1)
        except KeyError:
            raise BackupRefused(f"It has no {note.NAME}.") from None
        if len(text) > note.MOST_BYTES:
            raise BackupRefused(f"Its {note.NAME} is too long.")
        return text

    def _check_against_note(self) -> None:
        present, listed = set(self._file.namelist()) - {note.NAME}, self.note.members
        for name in sorted(present.symmetric_difference(listed)):
            where = "is missing" if name in listed else "is not in its note"
            raise BackupRefused(f"The member {name!r} {where}.")
        for name, member in listed.items():
            if name.startswith(MEDIA):
                _check_path(name.removeprefix(MEDIA))
                is_right = member.rows is None
            else:
                is_right = name.removeprefix(TABLES) in self.note.columns and member.rows is not None
            if not is_right or self._file.getinfo(name).file_size != member.size:
                raise BackupRefused(f"The member {name!r} is not what its note says.")

    def _pieces(self, name: str) -> Iterator[bytes]:
        """Yield the content of a member, at most CHUNK_BYTES at once.

        Raises BackupRefused, at the end, if its size, its digest or its number of lines is not what the note says.
        """
        expected, digest, size, lines = self.note.members[name], hashlib.sha256(), 0, 0
        with self._file.open(name) as member:
            while piece := member.read(CHUNK_BYTES):
                digest.update(piece)
                size += len(piece)
                lines += piece.count(b"\n")
                yield piece
        is_right = (size, digest.hexdigest()) == (expected.size, expected.sha256)
        if not is_right or expected.rows not in (None, lines):
            raise BackupRefused(f"The member {name!r} is damaged: it is not what its note says.")


@contextmanager
def open_archive(source: Path) -> Iterator[Archive]:
    """Open a back-up.  Raises BackupRefused if it cannot be read, here or while its members are read."""
    try:
        with CappedFile(source) as file, zipfile.ZipFile(file) as archive:
            yield Archive(archive, size=source.stat().st_size)
    except note.NoteRefused as refusal:
        raise BackupRefused(str(refusal)) from None
    except (
        OSError,
        EOFError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise BackupRefused(f"{source} cannot be read as a back-up ({error}).") from error


def _is_plain(member: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(member.external_attr >> 16)
    packed = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return packed and not member.flag_bits & ENCRYPTED and kind in (0, stat.S_IFREG)


def _check_path(text: str) -> None:
    """Refuse a path that would lead out of the folder of uploaded files, on any system."""
    parts = text.split("/")
    if (
        not text.isprintable()
        or set(text) & set('\\:*?"<>|')
        or any(part.strip(". ") == "" for part in parts)
    ):
        raise BackupRefused(f"The name of an uploaded file, {text!r}, is none that this product gives.")
