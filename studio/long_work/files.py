"""Files of lists too long for a page to wait for: the list's own page, opened once more for whoever asked for the file.

They are written one after the other by a program of its own (manage.py write_long_files), so that messages go out
meanwhile, and what a file of a hundred thousand rows takes is given back.  It ends with the worker; the next worker
begins the file anew.  Each lies in a folder for its owner alone, until somebody removes it or a day is over.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from django.utils import timezone

from studio import private_files, set_up
from studio.long_work import rows
from studio.models import LongWork, User
from studio.only_program import AlreadyAtWork, only_program
from studio.refusal import OperationRefused

logger = logging.getLogger(__name__)
State, FILE = LongWork.State, LongWork.Kind.FILE
T = TypeVar("T")

LOCK = "lock.sqlite3"
TELLS_EACH = 1  # seconds between two times that a program writes down how far it is
GONE = "This file is not here any more, or not yet. Export the list again."


class _Child:
    """The program that this worker has started: its other end of a pipe."""

    running: subprocess.Popen | None = None


def home() -> Path:
    return Path(settings.DATA_DIR) / "long-work"


def path_of(work: LongWork) -> Path:
    return home() / f"{work.key}.{work.file_kind}"


def begin(path: str, title: str, kind: str, count: int, *, by: User) -> LongWork:
    """Let the worker write the list at `path`, an address of ours with its query, of `count` rows as a file."""
    permission = resolve(urlsplit(path).path).func.permission
    return rows.begin(FILE, title, {"path": path}, by=by, permission=permission, file_kind=kind, rows=count)


def go_on() -> bool:
    """Start the program that writes what waits, unless it runs; there is never more to do here."""
    remove(rows.old())
    _clear_away(older_than=timedelta(hours=1))
    running = _Child.running and _Child.running.poll() is None
    if not running and LongWork.objects.filter(kind=FILE, state__in=rows.OPEN).exists():
        # It ends with us: a worker that is stopped leaves nothing behind, and the next one starts it anew.
        command = [sys.executable, "-m", "studio.attended", "manage.py", "write_long_files"]
        _Child.running = subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.PIPE)  # noqa: S603
    return False


def write_waiting() -> None:
    """Write all that waits, the oldest first, unless another program does.  What it finds begun has broken off."""
    private_files.make_folder(home())
    try:
        with only_program(home() / LOCK):
            _clear_away(older_than=timedelta())
            while work := _next():
                if rows.start(work):
                    _write(work)
    except AlreadyAtWork:
        pass


def _next() -> LongWork | None:
    waiting = LongWork.objects.filter(kind=FILE, state__in=rows.OPEN)
    return waiting.select_related("by").order_by("pk").first()


def _write(work: LongWork) -> None:
    try:
        content = _content(work)
        os.replace(private_files.written_beside(path_of(work), content), path_of(work))
        is_kept = rows.end(work, State.DONE, position=work.rows, size=len(content))
    except rows.Left:
        is_kept = False
    except Exception as error:
        # Its words may quote what is in the rows.
        logger.error("file %s broke off: %s", work.pk, type(error).__name__)
        is_kept = not rows.end(work, State.BROKEN)
    if not is_kept:
        path_of(work).unlink(missing_ok=True)


def _content(work: LongWork) -> bytes:
    """Return what the page of the list answers whoever asked for the file, who may have another role by now."""
    address = urlsplit(work.asked["path"])
    request: Any = HttpRequest()
    request.method, request.path = "GET", address.path
    request.GET, request.user, request.long_work = QueryDict(address.query), work.by, Told(work)
    request.set_up = set_up.now()
    request.preferences = request.set_up["preferences"]
    request.resolver_match = resolve(address.path)
    view, args, kwargs = request.resolver_match
    with request.preferences.in_force():
        response = view(request, *args, **kwargs)
        if "Content-Disposition" not in response:
            raise ValueError("The page did not answer with a file.")
        return bytes(response.content)


class Told:
    """Writes down how many of the rows that are drawn from it have been read."""

    def __init__(self, work: LongWork) -> None:
        self.work = work

    def counting(self, drawn: Iterable[T]) -> Iterator[T]:
        """Yield what is drawn.  Raises rows.Left where nobody wants the file any more."""
        told_at = time.monotonic()
        for position, each in enumerate(drawn):
            if time.monotonic() - told_at > TELLS_EACH:
                rows.move_on(self.work, min(position, self.work.rows))
                told_at = time.monotonic()
            yield each


def open_file(work: LongWork) -> BinaryIO:
    """Return the file, opened.  Raises OperationRefused where it is not here, or not yet."""
    try:
        if work.state == State.DONE:
            return path_of(work).open("rb")
    except FileNotFoundError:
        pass
    raise OperationRefused(GONE)


def remove(works: Any) -> None:
    """Remove files of LongWorks, and end what has none yet."""
    found = list(works)
    rows.remove(works)
    for work in found:
        path_of(work).unlink(missing_ok=True)


def remove_all() -> None:
    """Remove all files: one of them may name a client who is to be named nowhere."""
    remove(LongWork.objects.filter(kind=FILE).exclude(state=State.REMOVED))


def _clear_away(*, older_than: timedelta) -> None:
    """Remove what no work has: of a program that was killed, or of a file that was removed while it was written."""
    oldest = (timezone.now() - older_than).timestamp()
    kept = {path_of(work).name for work in LongWork.objects.filter(kind=FILE, state=State.DONE)}
    for path in home().iterdir() if home().is_dir() else ():
        if path.name not in kept and not path.name.startswith(LOCK) and path.stat().st_mtime <= oldest:
            path.unlink(missing_ok=True)
