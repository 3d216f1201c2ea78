"""Maintenance > Health: each thing in order or not, in words, with the way out; and the notice on every page."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from studio import append_only, private_files
from studio.backups import folder
from triggers import outbox
from triggers.models import Breaker, Delivery, MessagePreferences, Trigger, WorkerHeartbeat

ADDRESS = "/maintenance/health/"
NOTICE = "The last good back-up is of"
Usage = namedtuple("Usage", "total used free")
GIGABYTE = 1024**3


@pytest.fixture
def well(db, preferences, settings, tmp_path):
    """A studio in which all is in order."""
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_HOUR = tmp_path, tmp_path / "backups", 3
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = (
        "triggers.channels.wire.smtp.EmailBackend",
        "smtp.example.com",
    )
    private_files.mend()
    private_files.make_folder(settings.BACKUP_DIR)
    put_backup(timedelta(hours=5))
    MigrationRecorder.Migration.objects.update(applied=timezone.now() - timedelta(days=30))
    outbox.beat()


def put_backup(age):
    path = folder.path_of(timezone.now() - age)
    private_files.make_file(path)
    path.write_bytes(b"x" * 2048)


def seen(browser):
    """Return what the page says: by title, the state in words and all the sentences."""
    found = browser.get(ADDRESS).context["findings"]
    return {each.title: (each.state.label, f"{each.sentence} {each.way_out}") for each in found}


def test_all_is_in_order(as_administrator, well):
    page = as_administrator.get(ADDRESS)
    assert "All is in order." in page.text
    found = seen(as_administrator)
    assert {state for state, _ in found.values()} == {"In order"}, found
    assert list(found) == [
        "Worker",
        "Oldest waiting message",
        "Mail account",
        "Database",
        "Guards of the database",
        "Disk",
        "Back-ups",
        "Files and keys",
    ]
    assert "(2.0 KB) and tried; " in found["Back-ups"][1]
    assert "Mail goes out by smtp.example.com. None has gone out yet." in found["Mail account"][1]


def stopped_worker(settings, monkeypatch):
    WorkerHeartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=3))


def no_worker(settings, monkeypatch):
    WorkerHeartbeat.objects.all().delete()


def no_mail(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"


def one_mail_refused(settings, monkeypatch):
    Breaker.objects.create(key="email", failures=1)


def many_mails_refused(settings, monkeypatch):
    Breaker.objects.create(key="email", failures=7)


def no_guards(settings, monkeypatch):
    append_only.remove_guards(connection)


def no_migration(settings, monkeypatch):
    MigrationRecorder.Migration.objects.filter(app="triggers").latest("pk").delete()


def little_room(settings, monkeypatch):
    usage = Usage(100 * GIGABYTE, 99 * GIGABYTE, GIGABYTE)
    monkeypatch.setattr("studio.health.own.shutil.disk_usage", lambda path: usage)


def no_room(settings, monkeypatch):
    monkeypatch.setattr(
        "studio.health.own.shutil.disk_usage", lambda path: Usage(4 * GIGABYTE, 4 * GIGABYTE, 0)
    )


def old_backup(settings, monkeypatch):
    empty()
    put_backup(timedelta(days=3))


def no_backup(settings, monkeypatch):
    empty()
    MigrationRecorder.Migration.objects.update(applied=timezone.now())


def refused_backup(settings, monkeypatch):
    folder.note_refused(folder.Refused(timezone.now(), "It could not be written: the disk is full."))


def no_schedule(settings, monkeypatch):
    settings.BACKUP_HOUR = None


def open_files(settings, monkeypatch):
    (settings.DATA_DIR / "opened").touch(mode=0o644)


def empty():
    for backup in folder.kept():
        backup.path.unlink()


@pytest.mark.parametrize(
    ("fault", "title", "state", "words"),
    [
        (stopped_worker, "Worker", "Out of order", "It was last seen on"),
        (no_worker, "Worker", "Out of order", "It has not run yet."),
        (no_mail, "Mail account", "Look at this", "Set EMAIL_URL where the studio runs."),
        (one_mail_refused, "Mail account", "Look at this", "The last could not be handed over."),
        (many_mails_refused, "Mail account", "Out of order", "The last 7 could not be handed over."),
        (
            no_guards,
            "Guards of the database",
            "Out of order",
            "Run manage.py migrate; it puts the guard back.",
        ),
        (no_migration, "Database", "Out of order", "Migrations are not applied: triggers."),
        (little_room, "Disk", "Look at this", "1.0 GB of 100.0 GB are free. Make room"),
        (no_room, "Disk", "Out of order", "Make room on the disk"),
        (old_backup, "Back-ups", "Out of order", "See whether it runs"),
        (no_backup, "Back-ups", "Look at this", "There is none yet. The worker makes the first one at 3:00."),
        (refused_backup, "Back-ups", "Look at this", "the disk is full. Mend that"),
        (no_schedule, "Back-ups", "Look at this", "None is made by itself."),
        (open_files, "Files and keys", "Out of order", "Others on this machine may use"),
    ],
)
def test_what_is_not_in_order_is_named_with_the_way_out(
    as_administrator, well, settings, monkeypatch, fault, title, state, words
):
    fault(settings, monkeypatch)
    found = seen(as_administrator)
    assert found[title][0] == state
    assert words in found[title][1]
    assert [name for name, (label, _) in found.items() if label != "In order"] == [title]


def test_the_oldest_waiting_message(as_administrator, well, order, statuses):
    trigger = Trigger.objects.create(description="Tell them", status=statuses["Sent to lab"], kind="email")
    row = Delivery.objects.create(
        trigger=trigger, status_change=order.stay, order=order, kind="email", channel="email", payload={}
    )
    for minutes, state in ((1, "In order"), (20, "Look at this"), (130, "Out of order"), (-10, "In order")):
        Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now() - timedelta(minutes=minutes))
        assert seen(as_administrator)["Oldest waiting message"][0] == state, minutes
    Delivery.objects.filter(pk=row.pk).update(not_before=timezone.now() - timedelta(days=1))
    MessagePreferences.objects.create(pk=1, is_paused=True, paused_at=timezone.now())
    state, words = seen(as_administrator)["Oldest waiting message"]
    assert (state, "Messages are paused since" in words) == ("Look at this", True)


def test_administrators_are_told_on_every_page_of_a_back_up_that_is_too_old(
    as_administrator, as_manager, well, settings
):
    assert NOTICE not in as_administrator.get("/").text
    empty()
    put_backup(timedelta(hours=47))
    assert NOTICE not in as_administrator.get("/").text
    empty()
    put_backup(timedelta(hours=49))
    assert NOTICE in as_administrator.get("/").text
    assert f'href="{ADDRESS}"' in as_administrator.get("/").text
    assert NOTICE not in as_manager.get("/").text
    empty()
    assert "No good back-up has been made yet." in as_administrator.get("/").text
    settings.BACKUP_HOUR = None
    assert "back-up" not in as_administrator.get("/").text


def test_the_notice_of_a_worker_that_stands_still_leads_there(as_administrator, as_staff, well):
    stopped_worker(None, None)
    link = f'<a href="{ADDRESS}">Health</a> says what to do.'
    assert link in as_administrator.get("/").text
    assert "tell whoever looks after this server" in as_staff.get("/").text
    assert link not in as_staff.get("/").text


@pytest.mark.any_database
def test_the_page_asks_a_fixed_number_of_questions(as_administrator, well, django_assert_num_queries):
    as_administrator.get(ADDRESS)
    with django_assert_num_queries(24):
        as_administrator.get(ADDRESS)
