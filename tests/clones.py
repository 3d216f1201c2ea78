"""Clones of this very tree, each with an environment of its own that nothing had to be fetched for."""

import os
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import run as program
from studio import installation
from tests.programs import ROOT

# As pip would write it.
GUNICORN = """#!{python}
from gunicorn.app.wsgiapp import run
run()
"""


def git(folder, *arguments):
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def published(folder: Path) -> Path:
    """Return a repository with this tree as it is here, committed or not."""
    upstream = folder / "upstream"
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if (ROOT / name).is_file():
            (upstream / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, upstream / name)
    git(upstream, "init", "--quiet", "--initial-branch=main")
    publish(upstream)
    return upstream


def publish(upstream):
    git(upstream, "add", "--all")
    git(upstream, "commit", "--quiet", "--message", "A new version")


def cloned(upstream: Path, clone: Path) -> Path:
    """Clone it, and make what `run.py setup` would: the environment finds the packages of this one."""
    git(upstream.parent, "clone", "--quiet", str(upstream), str(clone))
    venv.create(clone / ".venv")
    [packages] = (clone / ".venv").glob("lib/python*/site-packages")
    (packages / "here.pth").write_text(sysconfig.get_paths()["purelib"])
    gunicorn = clone / ".venv/bin/gunicorn"
    gunicorn.write_text(GUNICORN.format(python=clone / ".venv/bin/python"))
    gunicorn.chmod(0o755)
    (clone / ".assets").mkdir()
    program.write_stamp(clone / ".assets/installed", clone / "requirements/package-lock.json")
    program.write_stamp(clone / ".venv/installed-base", clone / "requirements/base.txt")
    return clone


def environment(**given: str) -> dict[str, str]:
    """Return that of this program without what says where a studio is or what tests set, and with what is given."""
    tests_own = {"DJANGO_ALLOW_ASYNC_UNSAFE", "DJANGO_SETTINGS_MODULE"}
    taken = {*installation.SAYS_WHERE, "HUEY_FILE", "SECRETS_KEY_FILE", *tests_own}
    return {name: value for name, value in os.environ.items() if name not in taken} | given


def call(clone: Path, *command, **given: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        list(map(str, command)),
        cwd=clone,
        env=environment(**given),
        capture_output=True,
        text=True,
        timeout=300,
    )
