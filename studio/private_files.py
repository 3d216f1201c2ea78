"""Keeps what the studio stores for its owner alone: folders 700, files 600, whatever the umask of whoever starts it.

Files are made that way, and mended at every start where somebody opened them.  SQLite gives its journals the rights of
the database.  No umask of our own is set: it would follow into whatever else a program writes, the static files too.
"""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

FOLDER, FILE = 0o700, 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# What SQLite puts beside a database.
BESIDE = ("", "-journal", "-wal", "-shm")
_HAS_MODES = os.name != "nt"


def make_folder(folder: Path) -> None:
    """Make `folder` for its owner alone, and those above it as usual; leave one that is there as it is."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Make an empty file for its owner alone, which to SQLite is a new database; leave one that is there as it is.

    A folder that cannot be written to is left to whoever opens the file: there it gets a sentence.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def written_beside(path: Path, content: bytes) -> Path:
    """Return a new file for its owner alone, beside `path`, to be put in its place whole: nobody reads half of it."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, FILE)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:  # no room for it
        beside.unlink(missing_ok=True)
        raise
    return beside


def make_once(path: Path, content: bytes) -> None:
    """Make `path`, unless it is there.  Of two programs that do so at once, one makes it."""
    whole = written_beside(path, content)
    with suppress(FileExistsError):
        os.link(whole, path)
    whole.unlink()


def kept_key(path: Path) -> str:
    """Return the random text in `path`, made when it is first asked for."""
    if not path.exists():
        make_once(path, secrets.token_urlsafe(64).encode())
    return path.read_text()


def stored() -> list[Path]:
    """Return the folders and files in which this deployment stores what is the studio's."""
    found = [Path(settings.DATA_DIR), Path(settings.MEDIA_ROOT), Path(settings.BACKUP_DIR)]
    databases = [settings.HUEY.get("filename")]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        databases.append(settings.DATABASES["default"]["NAME"])
    return found + [Path(f"{name}{end}") for name in databases if name for end in BESIDE]


def open_to_others(paths: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Yield those of `paths`, and of all below them, that others than their owner may use, with their modes.

    Nothing is followed out of the folders: a link's target may be anybody's.
    """
    if not _HAS_MODES:
        return
    for path in paths:
        # The folder itself may be a link to a larger disk.
        yield from _if_open(path, follow=True)
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                yield from _if_open(Path(folder, name), follow=False)


def _if_open(path: Path, *, follow: bool) -> Iterator[tuple[Path, int]]:
    try:
        status = path.stat(follow_symlinks=follow)
    except OSError:
        return  # gone meanwhile, as journals go
    if status.st_mode & OTHERS and not stat.S_ISLNK(status.st_mode):
        yield path, stat.S_IMODE(status.st_mode)


def mend() -> None:
    """Take from others what they may do with the files of the studio; leave what cannot be changed to check studio.E004."""
    for path, mode in open_to_others(stored()):
        with suppress(OSError):
            path.chmod(mode & ~OTHERS)
