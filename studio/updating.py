"""`run.py update`: the new version in the place of this one, or all as it was before.

Back up (tried by restoring it), fetch, install, migrate, check.  What fails on the way is undone: the version by git, the
packages by its lock, the data by the back-up.  The steps are programs of the version that is there by then, so that what
they do is never what an older one thought they should.  Standard library only.
"""

from __future__ import annotations  # run.py says by itself what is too old a Python

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

YES = {"true", "on", "ok", "y", "yes", "1"}  # as django-environ reads them


class StepFailed(Exception):
    """A program ended with an error, which it has printed.  str() is its command, as somebody would type it."""


def update(root: Path, python: Path, stamps: Sequence[Path]) -> int:
    """Update the checkout in `root`, of which nothing may be running.  Return an exit code.

    python: of its virtual environment.
    stamps: the files by which run.py knows what it has installed.
    """
    manage = [str(python), "manage.py"]
    setup = [sys.executable, "run.py", "setup"]
    say("Backing up, and trying the back-up ...")
    try:
        before = version(root)
        backup = ask(root, [*manage, "backup", "--name-only"])
    except StepFailed as failed:
        return stop(f"'{failed}' failed; it says why above.  Nothing was changed.")
    say(f"The back-up is {backup}.")
    is_migrated = False
    try:
        fetch(root, before)
        run(root, setup)
        is_migrated = True
        run(root, [*manage, "migrate", "--verbosity", "0"])
        if os.environ.get("PRODUCTION", "").strip().lower() in YES:
            run(root, [*manage, "collectstatic", "--noinput", "--verbosity", "0"])
        run(root, [*manage, "check", "--database", "default", "--fail-level", "ERROR"])
    except (StepFailed, KeyboardInterrupt) as failed:
        say(f"'{failed}' failed; it says why above." if str(failed) else "Interrupted.")
        restore = [*manage, "restore", backup, "--replace", "--keep-waiting"]
        return go_back(root, before, setup, stamps, restore=restore if is_migrated else [])
    say("The studio is up to date.  Start it again.")
    return 0


def version(root: Path) -> str:
    """Return the commit that is checked out; "" where the folder is no checkout.

    Raises StepFailed where files of it were changed: what is fetched would be put over them.
    """
    if not (root / ".git").exists() or not shutil.which("git"):
        return ""
    changed = ask(root, ["git", "status", "--porcelain", "--untracked-files=no"])
    if changed:
        stop(f"Files of this version were changed here; commit that, or undo it with git restore:\n{changed}")
        raise StepFailed("git status")
    return ask(root, ["git", "rev-parse", "HEAD"])


def fetch(root: Path, before: str) -> None:
    """Fetch the new version, where it is known from where."""
    upstream = ["git", "rev-parse", "--abbrev-ref", "@{upstream}"]
    if not before or subprocess.run(upstream, cwd=root, capture_output=True).returncode:
        say(
            "This folder does not know where new versions come from; what is in it is installed and migrated."
        )
        return
    say("Fetching the new version ...")
    run(root, ["git", "pull", "--ff-only", "--quiet"])


def go_back(
    root: Path, before: str, setup: Sequence[str], stamps: Sequence[Path], *, restore: Sequence[str]
) -> int:
    """Put version, packages and data back.  restore: the command for the data; empty where they were not touched."""
    say("Going back ...")
    try:
        if before:
            run(root, ["git", "reset", "--keep", "--quiet", before])
        for stamp in stamps:
            stamp.unlink(missing_ok=True)  # what is installed is neither the one nor the other
        run(root, setup)
        if restore:
            run(root, restore)
    except (StepFailed, KeyboardInterrupt) as failed:
        data = f"  The data as they were: {' '.join(restore)}" if restore else "  The data were not touched."
        return stop(f"Going back failed, too, at '{failed}'; it says why above.{data}")
    return stop("The update failed.  Version, packages and data are as they were before.")


def run(root: Path, command: Sequence[str]) -> None:
    if subprocess.run(command, cwd=root).returncode:
        raise StepFailed(" ".join(command))


def ask(root: Path, command: Sequence[str]) -> str:
    """Return what a program prints."""
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise StepFailed(" ".join(command))
    return done.stdout.strip()


def say(sentence: str) -> None:
    print(sentence, flush=True)


def stop(sentence: str) -> int:
    print(sentence, file=sys.stderr, flush=True)
    return 1
