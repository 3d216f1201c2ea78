"""`run.py update`, in a clone of its own: the new version, or version, packages and data as they were before."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

import run as program
from tests.clones import call, cloned, git, publish, published
from tests.programs import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.any_database,
    pytest.mark.skipif(not shutil.which("git") or os.name == "nt", reason="needs git and a shell's paths"),
]

LEAF = max(path.stem for path in (ROOT / "studio" / "migrations").glob("0*.py"))
# One that is applied, so that there is something to go back from, and one that fails.
MIGRATION = """
from django.db import migrations

def act(apps, schema_editor):
    {act}

class Migration(migrations.Migration):
    dependencies = [("studio", "{after}")]
    operations = [migrations.RunPython(act, migrations.RunPython.noop)]
"""
RENAME = 'apps.get_model("studio", "Department").objects.update(name="Renamed")'


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a repository with this very tree, and a clone of it that is set up."""
    folder = tmp_path_factory.mktemp("update")
    upstream = published(folder)
    return upstream, cloned(upstream, folder / "clone")


def open_studio(clone):
    make = "from studio.models import Department; Department.objects.create(name='Retouching')"
    for command in (["migrate", "--verbosity", "0"], ["shell", "-c", make]):
        done = call(clone, clone / ".venv/bin/python", "manage.py", *command, STUDIO="own")
        assert done.returncode == 0, done.stderr


def update(clone):
    return call(clone, sys.executable, "run.py", "update", STUDIO="own")


@contextmanager
def rows_of(clone):
    with closing(sqlite3.connect(clone / "data/own/studio.sqlite3")) as rows, rows:
        yield rows


def state(clone):
    """Return the version, the lock that is installed, the department and the migrations."""
    with rows_of(clone) as rows:
        names = [name for (name,) in rows.execute("SELECT name FROM studio_department")]
        applied = {name for (name,) in rows.execute("SELECT name FROM django_migrations")}
    lock = program.is_stamped(clone / ".venv/installed-base", clone / "requirements/base.txt")
    return git(clone, "rev-parse", "HEAD"), lock, names, applied


def migration(upstream, number, after, act):
    path = upstream / f"studio/migrations/{number}_planted.py"
    path.write_text(MIGRATION.format(after=after, act=act))


def migration_that_fails_after_another(upstream):
    migration(upstream, "0900", LEAF, RENAME)
    migration(upstream, "0901", "0900_planted", 'raise RuntimeError("planted")')


def package_that_cannot_be_installed(upstream):
    lock = (upstream / "requirements/base.txt").read_text()
    (upstream / "requirements/base.txt").write_text(f"{lock}\n./none.whl --hash=sha256:{'0' * 64}\n")


# What is planted, what is said of it, and whether there is something to restore.
FAILURES = [
    (migration_that_fails_after_another, "RuntimeError: planted", True),
    (package_that_cannot_be_installed, "run.py setup' failed; it says why above.", False),
]


def test_what_fails_is_undone_and_what_is_mended_is_taken(place, size, record):
    upstream, clone = place
    open_studio(clone)
    before, ways = state(clone), FAILURES[: size("ways an update fails")]
    assert before[1:3] == (True, ["Retouching"])
    for plant, says, restores in ways:
        plant(upstream)
        publish(upstream)
        done = update(clone)
        assert done.returncode == 1
        assert says in done.stdout + done.stderr
        assert "Version, packages and data are as they were before." in done.stderr
        assert ("Restored" in done.stdout) == restores
        assert state(clone) == before
        git(upstream, "checkout", "--quiet", "HEAD~1", "--", "requirements/base.txt")
    record(failed=len(ways))

    # Mended, all of it is taken.
    migration(upstream, "0901", "0900_planted", "pass")
    publish(upstream)
    done = update(clone)
    assert done.returncode == 0, done.stderr
    assert "The studio is up to date." in done.stdout
    version, lock, names, applied = state(clone)
    assert (version, lock, names) == (git(upstream, "rev-parse", "HEAD"), True, ["Renamed"])
    assert applied - before[3] == {"0900_planted", "0901_planted"}
    assert len(list((clone / "data/own/backups").glob("studio-*.zip"))) >= 1


def test_what_was_changed_here_is_not_written_over(place):
    _, clone = place
    before = git(clone, "rev-parse", "HEAD")
    (clone / "README.md").write_text("Ours.")
    done = update(clone)
    assert done.returncode == 1
    assert "README.md" in done.stderr
    assert "Nothing was changed." in done.stderr
    assert (clone / "README.md").read_text() == "Ours."
    assert git(clone, "rev-parse", "HEAD") == before
    git(clone, "checkout", "README.md")


def test_a_studio_that_runs_is_not_updated(place):
    """The control of what is said to be running: this very program bears the name."""
    _, clone = place
    note = clone / "data/running-8000.json"
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "run.py"])
    try:
        note.write_text(json.dumps({"starter": sleeper.pid, "children": [], "studio": "Your own studio"}))
        done = update(clone)
        assert done.returncode == 1
        assert "Your own studio is running" in done.stderr
    finally:
        sleeper.kill()
        sleeper.wait()
        note.unlink()
