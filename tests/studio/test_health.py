"""`manage.py health`: all is well, or a sentence for each thing that is not."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from studio import append_only, private_files
from studio.models import CompanyPreferences
from tests.programs import manage
from triggers import outbox
from triggers.models import WorkerHeartbeat


@pytest.fixture
def beating(db):
    outbox.beat()
    private_files.mend()  # Django made the tests' own database as the umask says


def complaint():
    with pytest.raises(CommandError) as raised:
        call_command("health")
    return str(raised.value)


def test_all_is_well(beating, capsys):
    call_command("health")
    assert capsys.readouterr().out == "All is well.\n"


def test_a_worker_that_stands_still_is_named(beating):
    WorkerHeartbeat.objects.update(beat_at=timezone.now() - timedelta(minutes=3))
    assert "The worker was last seen at" in complaint()
    WorkerHeartbeat.objects.all().delete()
    assert "The worker has not run yet. Start it" in complaint()


def test_a_missing_guard_is_named(beating):
    append_only.remove_guards(connection)
    assert "Status Notes and History are not guarded in the database" in complaint()


def test_a_time_zone_that_is_not_known_here_is_named(beating, preferences):
    CompanyPreferences.objects.update(time_zone="Nowhere/Land")
    assert "The studio's time zone, 'Nowhere/Land', is not known on this computer." in complaint()


def test_a_missing_migration_is_named(beating):
    last = MigrationRecorder.Migration.objects.filter(app="triggers").latest("pk")
    last.delete()
    assert f"Migrations are not applied: triggers.{last.name}." in complaint()


def test_a_database_that_does_not_answer_is_a_sentence_and_exit_code_1():
    done = manage("health", database="postgres://studio:secret@127.0.0.1:1/studio")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
