"""The back-up of each night: made once, tried, kept for as long as it should be, and resumed whatever happens."""

import errno
import os
import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from preproduction.models import Order
from studio import backups, private_files
from studio.backups import folder, nightly, restoring
from studio.models import Client
from studio.only_program import AlreadyAtWork
from tests.reliability.processes import in_processes, kill_myself, killed_in_process, needs_fork

pytestmark = pytest.mark.usefixtures("tables_made_once")

NIGHT = datetime(2026, 6, 10, 3, 0, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def there(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_HOUR = 3
    return settings.BACKUP_DIR


@pytest.fixture
def old_studio(transactional_db):
    MigrationRecorder.Migration.objects.update(applied=NIGHT - timedelta(days=30))


def names(there):
    return sorted(path.name for path in there.iterdir() if path.name != folder.LOCK)


def put(there, moment):
    private_files.make_folder(there)
    folder.path_of(moment).write_bytes(b"as good as any")


@pytest.mark.any_database
def test_what_is_kept_of_two_years_of_nights():
    """Rotated each night, as it is, and not once at the end: what a later rule needs must still be there."""
    zone, lie = ZoneInfo("America/New_York"), set()
    for night in range(730):
        lie.add(datetime(2025, 1, 1, 3, tzinfo=zone) + night * DAY)
        lie = folder.worth_keeping(lie, days=7, weeks=4, months=12)
    assert sorted(moment.date() for moment in lie) == [
        *(date(2026, month, 1) - DAY for month in range(2, 12)),
        date(2026, 11, 30),
        # Ends of weeks, then the last days.
        date(2026, 12, 13),
        date(2026, 12, 20),
        *(date(2026, 12, day) for day in range(25, 32)),
    ]


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("days", "weeks", "months", "left"), [(0, 0, 0, 1), (3, 0, 0, 3), (0, 2, 0, 2), (1, 1, 1, 1)]
)
def test_the_newest_is_always_kept(days, weeks, months, left):
    moments = [NIGHT - at * DAY for at in range(20)]
    worth = folder.worth_keeping(moments, days=days, weeks=weeks, months=months)
    assert (max(worth), len(worth)) == (NIGHT, left)


# Zone, the last one, now, is it due?
DUE = [
    ("UTC", NIGHT - DAY, NIGHT, True),
    ("UTC", NIGHT - DAY, NIGHT - timedelta(minutes=1), False),
    ("UTC", NIGHT, NIGHT + timedelta(hours=20), False),
    # The computer was off at night.
    ("UTC", NIGHT - 3 * DAY, NIGHT + timedelta(hours=6), True),
    # Three o'clock in New York is seven in Greenwich.
    ("America/New_York", NIGHT - DAY + timedelta(hours=4), NIGHT, False),
    ("America/New_York", NIGHT - DAY + timedelta(hours=4), NIGHT + timedelta(hours=4), True),
    # None yet, of a studio that was there last night; one from the future is a clock's fault.
    ("UTC", None, NIGHT, True),
    ("UTC", NIGHT + 9 * DAY, NIGHT, True),
]


def test_when_it_is_due(db, preferences, there):
    MigrationRecorder.Migration.objects.update(applied=NIGHT - 30 * DAY)
    for zone, last, now, due in DUE:
        preferences.time_zone = zone
        preferences.save()
        shutil.rmtree(there, ignore_errors=True)
        if last:
            put(there, last)
        assert nightly.is_due(now) is due, (zone, last, now)


def test_a_new_studio_waits_for_its_first_night(db, preferences, settings):
    set_up_at = datetime.now(UTC)
    MigrationRecorder(connection).Migration.objects.update(applied=set_up_at)
    assert not nightly.is_due(set_up_at)
    assert nightly.is_due(set_up_at + DAY)
    settings.BACKUP_HOUR = None
    assert not nightly.is_due(set_up_at + DAY)


@pytest.mark.slow
def test_it_is_made_and_tried_and_the_old_ones_are_taken_away(
    order, old_studio, preferences, there, settings
):
    for days in range(1, 30):
        put(there, NIGHT - days * DAY)
    (there / "a note of mine.zip").touch()
    settings.BACKUP_KEEP = (2, 0, 0)
    made = nightly.make(NIGHT, only_if_due=True)
    assert names(there) == [
        "a note of mine.zip",
        "studio-20260609T030005Z.zip",
        "studio-20260610T030005Z.zip",
    ]
    assert made == backups.kept()[0]
    assert made.made_at == NIGHT
    assert backups.made_before(NIGHT - timedelta(hours=1)) == backups.kept()[1:]
    assert nightly.make(NIGHT, only_if_due=True) is None
    assert Order.objects.get() == order
    if os.name != "nt":
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (there, made.path, there / folder.LOCK)]
        assert modes == [0o700, 0o600, 0o600]
    # What was kept is what a restore takes.
    Client.objects.create(name="Came later")
    call_command("restore", made.path, replace=True)
    assert not Client.objects.filter(name="Came later").exists()


@pytest.mark.any_database  # PostgreSQL has it in the campaign
@pytest.mark.slow
def test_one_that_does_not_come_back_as_it_was_is_not_kept(order, old_studio, there, monkeypatch):
    """The planted bug: a restore that loses a letter."""
    fill = restoring._fill

    def careless(*arguments):
        lost = fill(*arguments)
        Client.objects.update(notes="Forgotten")
        return lost

    monkeypatch.setattr(restoring, "_fill", careless)
    put(there, NIGHT - DAY)
    with pytest.raises(CommandError, match="Restored, studio_client holds other rows than were backed up"):
        call_command("backup")
    assert [backup.made_at for backup in backups.kept()] == [NIGHT - DAY]
    assert "studio_client" in folder.last_refused().sentence
    assert not Client.objects.filter(notes="Forgotten").exists()
    monkeypatch.undo()
    nightly.make(NIGHT)
    assert folder.last_refused() is None


def test_a_full_disk_is_a_sentence_and_leaves_no_half(order, old_studio, there, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    put(there, NIGHT - DAY)
    monkeypatch.setattr("studio.backups.writing.os.fsync", full)
    with pytest.raises(CommandError, match="could not be written: the disk is full"):
        call_command("backup", if_due=True)
    assert names(there) == ["studio-20260609T030005Z.zip"]


def test_a_folder_that_is_none_is_a_sentence(db, there):
    there.write_text("somebody's file")
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("backup")


@pytest.mark.any_database  # PostgreSQL has it in the campaign
@needs_fork
def test_of_many_workers_one_makes_it(order, old_studio, there):
    def work(_):
        try:
            return bool(nightly.make(NIGHT, only_if_due=True))
        except AlreadyAtWork:
            return False

    assert sum(in_processes(4, work)) == 1
    assert names(there) == ["studio-20260610T030005Z.zip"]


@pytest.mark.any_database  # PostgreSQL has it in the campaign
@pytest.mark.slow
@needs_fork
def test_one_that_was_killed_is_made_anew(order, old_studio, there, monkeypatch):
    for place in ("write_backup", "try_backup", "_take_away_the_old"):
        with monkeypatch.context() as patch:
            patch.setattr(nightly, place, killed_after(getattr(nightly, place)))
            assert killed_in_process(lambda: bool(nightly.make(NIGHT)))
        again = nightly.make(NIGHT + timedelta(minutes=1), only_if_due=True)
        # It was whole and tried where only taking away the old ones was left.
        assert bool(again) is (place != "_take_away_the_old")
        assert len(names(there)) == len(backups.kept()) == 1
        shutil.rmtree(there)


def killed_after(act):
    def killed(*arguments):
        act(*arguments)
        kill_myself()

    return killed


@pytest.mark.any_database
def test_the_worker_starts_a_program_for_it_once(monkeypatch):
    started = []

    class Program:
        def __init__(self, command, **options):
            started.append(command)

        def poll(self):
            return None if len(started) < 2 else 1

    monkeypatch.setattr(nightly.subprocess, "Popen", Program)
    monkeypatch.setattr(nightly, "is_due", lambda now: True)
    monkeypatch.setattr(nightly._Child, "running", None)
    monkeypatch.setattr(nightly._Child, "started_at", -1e9)
    for _ in range(3):
        nightly.start_if_due()
    assert [command[1:6] for command in started] == [
        ["-m", "studio.attended", "manage.py", "backup", "--if-due"]
    ]
    # It has ended without having made one: not again before an hour is over.
    started.append(None)
    nightly.start_if_due()
    assert len(started) == 2
    monkeypatch.setattr(nightly._Child, "started_at", -1e9)
    nightly.start_if_due()
    assert len(started) == 3


def test_two_days_without_one_are_too_long(db, preferences, there, settings):
    MigrationRecorder.Migration.objects.update(applied=NIGHT - 30 * DAY)
    assert nightly.is_overdue(NIGHT)
    put(there, NIGHT - timedelta(hours=47))
    assert not nightly.is_overdue(NIGHT)
    assert nightly.is_overdue(NIGHT + timedelta(hours=2))
    settings.BACKUP_HOUR = None
    assert not nightly.is_overdue(NIGHT + timedelta(hours=2))
