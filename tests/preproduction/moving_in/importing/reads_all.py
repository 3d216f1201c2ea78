"""Lets the worker's own part of reading take every file of a folder, in a process of its own, and says what it took.

    python -m tests.preproduction.moving_in.importing.reads_all FOLDER [naive]

Prints a line of JSON: what was said of each file, and the most megabytes after the first few and after all.  naive: reads
the files itself, as a program without a reader of its own would.
"""

import json
import os
import sys
from pathlib import Path
from uuid import uuid4

FIRST = 5


def main(folder, naive=""):
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
    django.setup()
    from django.conf import settings

    settings.DATA_DIR = folder / "data"
    (folder / "data").mkdir()
    paths, said, most = sorted(folder.glob("*_*")), {}, []
    for place, path in enumerate(paths):
        said[path.name] = read_here(path) if naive else read(path)
        if place in (FIRST, len(paths) - 1):
            most.append(megabytes())
    print(json.dumps({"said": said, "megabytes": most}))


def read(path) -> str | int:
    """Return the sentence by which a file is refused, or how many rows it has."""
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from preproduction.moving_in.importing import files

    key, name = uuid4(), path.name.partition("_")[2]
    upload = TemporaryUploadedFile(name, "", path.stat().st_size, None)
    upload.write(path.read_bytes())
    upload.seek(0)
    files.keep(key, [upload])
    try:
        files.read_all(key, [name])
    except files.FileRefused as refused:
        return "left half" if files.are_read(key) else str(refused)
    return sum(1 for _ in files.rows(key))


def read_here(path) -> str:
    from openpyxl import load_workbook

    try:
        return len(load_workbook(path, data_only=True).worksheets)
    except Exception as error:
        return str(error)


def megabytes() -> float:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
