"""Where an export lies: in a folder of its run, for its owner alone, until somebody removes it or a day is over."""

import os
import shutil
import zipfile
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from studio import private_files

ZIP, SET_UP = "export.zip", "set-up.toml"
TO_IMPORT, TO_READ = "to import", "to read"


def home() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def folder(key: UUID) -> Path:
    return home() / str(key)


def zip_of(key: UUID) -> Path:
    return folder(key) / ZIP


def keep(key: UUID, title: str, number: int, content: bytes) -> None:
    """Keep one workbook of a sheet, whole or not at all."""
    private_files.make_folder(home())
    private_files.make_folder(folder(key))
    path = _part(key, title, number)
    os.replace(private_files.written_beside(path, content), path)


def _part(key: UUID, title: str, number: int) -> Path:
    return folder(key) / f"{title} {number}.xlsx"


def keep_set_up(key: UUID, text: str) -> None:
    """Keep the set-up by which the rows that follow are named."""
    private_files.make_folder(home())
    private_files.make_folder(folder(key))
    path = folder(key) / SET_UP
    os.replace(private_files.written_beside(path, text.encode()), path)


def set_up(key: UUID) -> str:
    path = folder(key) / SET_UP
    return path.read_text() if path.exists() else ""


def pack(key: UUID, titles: Iterable[tuple[str, bool]], texts: dict[str, str]) -> int:
    """Put the workbooks and some texts into one zip file, and return its size in bytes.

    titles: of the sheets, and whether an import takes each.  texts: by their names in the zip.
    """
    private_files.make_folder(home())
    private_files.make_folder(folder(key))
    target = zip_of(key)
    unfinished = private_files.written_beside(target, b"")
    # A workbook is a zip file already.
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
        for title, is_imported in titles:
            parts = _parts(key, title)
            for number, path in enumerate(parts, start=1):
                name = f"{title} {number}.xlsx" if len(parts) > 1 else f"{title}.xlsx"
                archive.write(path, f"{TO_IMPORT if is_imported else TO_READ}/{name}")
    os.replace(unfinished, target)
    return target.stat().st_size


def remove_parts(key: UUID) -> None:
    """Leave the zip alone, once it is written down that it is there: whoever is killed before packs it again."""
    for path in folder(key).iterdir():
        if path.name != ZIP:
            path.unlink(missing_ok=True)


def _parts(key: UUID, title: str) -> list[Path]:
    found = []
    while (path := _part(key, title, len(found) + 1)).exists():
        found.append(path)
    return found


def remove(key: UUID) -> None:
    shutil.rmtree(folder(key), ignore_errors=True)


def remove_others(kept: Collection[str], *, older_than: timedelta) -> None:
    """Remove the folders of no run that is kept: of one that was removed while it was being written."""
    oldest = (timezone.now() - older_than).timestamp()
    for path in home().iterdir() if home().is_dir() else ():
        if path.name not in kept and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
