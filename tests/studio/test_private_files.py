"""What the studio stores is its owner's alone, whatever the umask of whoever starts its programs."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import setup_test_environment

from studio import private_files
from studio.access import Role
from studio.models import User
from tests.programs import ROOT
from tests.studio.test_preferences import PAGE, picture
from triggers import outbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")


def start_upload_and_back_up():
    """What the program does that start() starts; the upload is an administrator's in a browser."""
    call_command("migrate", verbosity=0)
    setup_test_environment()  # else a page keeps its context to itself
    ada = User.objects.create(username="ada", role=Role.ADMINISTRATOR)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(ada)
    fields = {
        "name": "Lumen",
        "sign_out_after": "0",
        "at_risk_below": "50",
        "morning_mail_hour": "7",
        "rush_percent": "100",
        "paper": "a4",
        "date_style": "day",
        "seen": browser.get(PAGE).context["seen"],
    }
    assert browser.post(PAGE, {**fields, "new_logo": picture()}).status_code == 302
    outbox.beat()
    call_command("health")
    call_command("backup", settings.DATA_DIR / "backup.zip")


def modes(folder):
    """Return the mode of `folder` and of everything in it, by the path below `folder`."""
    return {
        str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode)
        for path in [folder, *folder.rglob("*")]
    }


def start(data, umask, *arguments):
    """Run manage.py on a studio of its own in `data`, as somebody with this umask does."""
    environment = {
        name: text for name, text in os.environ.items() if name not in ("DATABASE_URL", "HUEY_FILE")
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**environment, "DATA_DIR": str(data)},
        umask=umask,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_may_use_what_is_stored(tmp_path, umask):
    data = tmp_path / "data"
    start(data, umask, "shell", "-v0", "-c", f"from {__name__} import *; start_upload_and_back_up()")
    found = modes(data)
    assert {"studio.sqlite3", "huey.sqlite3", "backup.zip", "media"} <= set(found)
    assert any(name.endswith(".png") for name in found), "nothing was uploaded, so nothing was shown"
    folders = {".", *(name for name in found if (data / name).is_dir())}
    assert {name: mode for name, mode in found.items() if mode != (0o700 if name in folders else 0o600)} == {}


def test_what_was_opened_is_mended_at_the_next_start(tmp_path):
    outside = tmp_path / "of somebody else"
    outside.write_text("")
    outside.chmod(0o666)
    data = tmp_path / "data"
    (data / "media").mkdir(parents=True)
    (data / "link").symlink_to(outside)
    for name, mode in {"studio.sqlite3": 0o644, "media/logo.png": 0o666, "readable": 0o444}.items():
        (data / name).touch()
        (data / name).chmod(mode)
    data.chmod(0o777)
    start(data, 0o022, "check")
    found = modes(data)
    assert (found["."], found["media"]) == (0o700, 0o700)
    assert (found["studio.sqlite3"], found["media/logo.png"], found["readable"]) == (0o600, 0o600, 0o400)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666


@pytest.mark.django_db
def test_what_cannot_be_mended_is_named_by_the_check_and_by_health(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    private_files.make_folder(settings.DATA_DIR)
    private_files.mend()
    outbox.beat()
    call_command("health")
    (settings.DATA_DIR / "opened").touch(mode=0o600)
    (settings.DATA_DIR / "opened").chmod(0o640)
    with pytest.raises(CommandError, match=r"Others on this machine may use .*opened \(mode 640\)"):
        call_command("health")
    with pytest.raises(CommandError, match="studio.E004"):
        call_command("check", deploy=True)
