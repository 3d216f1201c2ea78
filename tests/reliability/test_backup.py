"""Back-ups: whole, taken while people work, put back with one command, and sending nothing.

A restore takes data and nothing else, whatever stands in the file, and takes all of it or nothing.
"""

import errno
import json
import os
import random
import shutil
import sqlite3
import stat
import time
import zipfile

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from preproduction import operations
from preproduction.models import Order, StatusChange
from studio import append_only
from studio.backups.tables import kind_of, tables
from studio.models import Client, CompanyPreferences, User
from tests.programs import manage
from tests.reliability import hostile_backups
from tests.reliability.processes import in_processes, needs_fork
from triggers import outbox
from triggers.models import Delivery, Task, Trigger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tables_made_once")]
# PostgreSQL takes half a minute to make its tables anew: these it has in the campaign.
one_engine = pytest.mark.any_database


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def trigger(statuses):
    return Trigger.objects.create(
        description="Pack it", status=statuses["Sent to lab"], task_title="Pack the parcel"
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backup.zip"


def advance(order, by):
    order = Order.objects.get(pk=order.pk)
    plan = operations.plan_advance(order)
    return operations.advance_status(order, plan, expected=order.version, by=by)


def history():
    return list(
        StatusChange.objects.order_by("pk").values_list("order__number", "sequence", "to_status_name")
    )


def refusal(*arguments, **options):
    with pytest.raises(CommandError) as raised:
        call_command(*arguments, **options)
    return str(raised.value)


def test_a_restore_brings_back_what_was_backed_up(order, sam, file, media, preferences, capsys):
    preferences.logo.save("logo.png", ContentFile(b"a picture"))
    advance(order, sam)
    then = history()
    call_command("backup", file)
    advance(order, sam)
    Client.objects.create(name="Came later")
    shutil.rmtree(media)

    call_command("restore", file, replace=True)

    assert history() == then
    assert Order.objects.get().status.description == "Sent to lab"
    assert not Client.objects.filter(name="Came later").exists()
    assert CompanyPreferences.load().logo.read() == b"a picture"
    assert User.objects.get(username="sam").check_password("a long enough pass phrase")
    assert "nothing is sent" in capsys.readouterr().out


@one_engine
def test_a_restored_studio_goes_on(order, sam, file):
    call_command("backup", file)
    call_command("restore", file, replace=True)
    change = advance(order, sam)
    assert history()[-1] == (order.number, change.sequence, "Sent to lab")
    # And again, from a back-up of what was restored.
    again = file.with_name("again.zip")
    call_command("backup", again)
    call_command("restore", again, replace=True)
    assert history()[-1] == (order.number, change.sequence, "Sent to lab")


def test_the_guard_of_status_notes_is_put_back(order, file):
    append_only.remove_guards(connection)
    call_command("backup", file)
    call_command("restore", file, replace=True)
    assert append_only.missing_guards(connection) == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        StatusChange.objects.update(note="Rewritten")


@one_engine
def test_a_restore_sends_nothing(order, sam, trigger, file):
    advance(order, sam)
    call_command("backup", file)
    assert outbox.deliver_due() == 1
    call_command("restore", file, replace=True)
    assert outbox.deliver_due() == 0
    assert not Task.objects.exists()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (Delivery.State.SKIPPED, "Restored from a back-up.")
    assert delivery.finished_at


@one_engine
def test_a_restore_keeps_what_waits_waiting_where_one_says_so(order, sam, trigger, file):
    advance(order, sam)
    call_command("backup", file)
    call_command("restore", file, replace=True, keep_waiting=True)
    assert outbox.deliver_due() == 1


def test_data_are_not_overwritten_unless_one_says_so(order, file):
    call_command("backup", file)
    Client.objects.create(name="Came later")
    assert "--replace" in refusal("restore", file)
    assert Client.objects.filter(name="Came later").exists()


def test_a_back_up_is_never_overwritten(order, file):
    file.write_text("last year's")
    assert "exists already" in refusal("backup", file)
    assert file.read_text() == "last year's"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_its_owner_reads_a_back_up(order, file):
    call_command("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_no_half_of_a_back_up(order, file, monkeypatch):
    monkeypatch.setattr("os.fsync", raising(OSError(errno.ENOSPC, "No space left on device")))
    assert refusal("backup", file).endswith("could not be written: the disk is full.")
    assert not list(file.parent.glob("*.zip*"))


@pytest.mark.any_database
def test_a_database_that_does_not_take_a_restore_is_a_sentence_and_stays(order, file, monkeypatch):
    """SQLite's own error comes from the copy over the live file, where nothing of Django's is between."""
    call_command("backup", file)
    monkeypatch.setattr(
        "studio.backups.states.call_command", raising(sqlite3.OperationalError("disk is full"))
    )
    assert refusal("restore", file, replace=True) == (
        "The database refuses it: disk is full. Nothing was changed."
    )
    monkeypatch.undo()
    assert history()[-1][0] == order.number


def raising(error):
    def instead(*arguments, **options):
        raise error

    return instead


@pytest.mark.any_database
def test_a_database_that_does_not_answer_is_a_sentence(file):
    file.write_bytes(b"")
    nowhere = "postgres://studio:secret@127.0.0.1:1/studio"
    for command in (["backup", file.with_name("new.zip")], ["restore", file]):
        done = manage(*command, database=nowhere)
        assert (done.returncode, "Traceback" in done.stderr, "secret" in done.stderr) == (1, False, False)


def everything(folder):
    """Return what must not change: rows of every table, triggers and views of the database, and files below `folder`."""
    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor, include_views=True):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(map(repr, cursor.fetchall()))
        cursor.execute(
            "SELECT tgname FROM pg_trigger ORDER BY 1"
            if connection.vendor == "postgresql"
            else "SELECT name, sql FROM sqlite_master ORDER BY 1"
        )
        return found | {"schema": cursor.fetchall()}


@one_engine
@pytest.mark.slow
def test_damaged_and_hostile_files_change_nothing_and_run_nothing(
    order, sam, preferences, tmp_path, size, seed, record
):
    kinds = list(hostile_backups.ALL)
    kinds = random.Random(seed).sample(kinds, min(size("hostile back-ups"), len(kinds)))
    preferences.logo.save("logo.png", ContentFile(b"a picture"))
    advance(order, sam)
    file = tmp_path / "good.zip"
    call_command("backup", file)
    good, bad = file.read_bytes(), tmp_path / "bad.zip"
    bad.touch()
    before = everything(tmp_path)
    for what, content, words in hostile_backups.hostile(good, kinds):
        bad.write_bytes(content)
        try:
            call_command("restore", bad, replace=True)
        except CommandError as error:
            sentence = str(error)
        else:
            sentence = "It was restored."
        assert words in sentence, what
        assert sentence.endswith(" Nothing was changed."), what
        assert everything(tmp_path) == before | {str(bad): content}, what
    record(files=len(kinds))
    # Control: a file made by the same hands is restored where nothing is wrong with it.
    bad.write_bytes(hostile_backups.packed(hostile_backups.noted(hostile_backups.members(good))))
    call_command("restore", bad, replace=True)
    assert history()[-1][2] == "Sent to lab"


def test_what_is_missing_is_a_sentence(file):
    assert "cannot be read as a back-up" in refusal("restore", file, replace=True)


@one_engine
def test_a_restored_studio_has_the_same_rows(order, sam, preferences, file):
    preferences.logo.save("logo.png", ContentFile(b"a picture"))
    advance(order, sam)
    call_command("backup", file)
    call_command("restore", file, replace=True)
    again = file.with_name("again.zip")
    call_command("backup", again)
    assert members_of(again) == members_of(file)
    assert members_of(file)["tables/preproduction_order"]["rows"] == 1
    # Control: a row more is a difference.
    Client.objects.create(name="Came later")
    call_command("backup", file.with_name("later.zip"))
    assert members_of(file.with_name("later.zip")) != members_of(file)


def members_of(file):
    """Return what a back-up's note says of its members: sizes, digests, numbers of rows."""
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("backup.json"))["members"]


def test_every_column_of_the_product_can_be_backed_up():
    """A field of a kind that back-ups do not know fails here, and not when somebody wants his studio back."""
    for table in tables(apps).values():
        for field in table.fields.values():
            assert kind_of(field), field


@one_engine
def test_sessions_stay_out_of_a_back_up(order, as_staff, file, capsys):
    call_command("backup", file)
    assert "tables/django_session" not in members_of(file)
    call_command("restore", file, replace=True)
    assert "Everybody signs in again." in capsys.readouterr().out
    assert as_staff.get("/").status_code == 302


@one_engine
def test_an_uploaded_file_that_is_not_in_the_back_up_is_named(preferences, file, media, capsys):
    preferences.logo.save("logo.png", ContentFile(b"a picture"))
    shutil.rmtree(media)
    call_command("backup", file)
    call_command("restore", file, replace=True)
    assert f"The file {CompanyPreferences.load().logo.name!r} (" in capsys.readouterr().out


@one_engine
def test_uploaded_files_that_find_no_place_are_said_to_be_missing(preferences, file, media, capsys):
    preferences.logo.save("logo.png", ContentFile(b"a picture"))
    call_command("backup", file)
    shutil.rmtree(media)
    media.write_text("a file where the folder should be")
    call_command("restore", file, replace=True)
    assert f"Not all uploaded files could be put into {media}" in capsys.readouterr().out


def test_a_database_without_a_studio_is_not_backed_up(tmp_path, file):
    done = manage("backup", file, database=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert done.returncode == 1
    assert "There is no studio in it." in done.stderr
    assert not file.exists()


def test_a_restore_into_a_new_database_from_the_command_line(order, sam, file, new_database, tmp_path):
    advance(order, sam)
    call_command("backup", file)
    done = manage("restore", file, database=new_database, MEDIA_ROOT=str(tmp_path / "elsewhere"))
    assert done.returncode == 0, done.stderr
    shown = manage("shell", "-v0", "-c", PRINT_HISTORY, database=new_database)
    assert json.loads(shown.stdout) == [list(row) for row in history()]


PRINT_HISTORY = """
import json
from tests.reliability.test_backup import history
print(json.dumps(history()))
"""


@pytest.fixture
def new_database(tmp_path):
    """Yield the address of an empty database of the engine in use."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        cursor.execute("CREATE DATABASE restored")
    values = connection.settings_dict
    yield f"postgres://{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}/restored"
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE restored WITH (FORCE)")


def rows_of(file, table):
    """Return the rows of a table in a back-up, as dicts."""
    with zipfile.ZipFile(file) as archive:
        columns = json.loads(archive.read("backup.json"))["columns"][table]
        return [
            dict(zip(columns, json.loads(row), strict=True))
            for row in archive.open(f"tables/{table}").readlines()
        ]


def assert_whole(orders, changes):
    """Each order stands where its Status Notes say, and their sequence has no gap: no half of an advance is there."""
    for order in orders:
        rows = [row for row in changes if row["order_id"] == order["id"]]
        rows.sort(key=lambda row: row["sequence"])
        assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
        assert (rows[-1]["sequence"], rows[-1]["to_status_id"]) == (
            order["status_sequence"],
            order["status_id"],
        )


def assert_file_is_whole(file):
    assert_whole(rows_of(file, "preproduction_order"), rows_of(file, "preproduction_statuschange"))


def assert_database_is_whole():
    assert_whole(Order.objects.values(), StatusChange.objects.values())


def test_control_half_an_advance_would_be_seen(order, file, record):
    Order.objects.update(status_sequence=2)
    call_command("backup", file)
    with pytest.raises(AssertionError):
        assert_file_is_whole(file)
    call_command("restore", file, replace=True)
    with pytest.raises(AssertionError):
        assert_database_is_whole()
    record(contradictions=1)


@pytest.mark.slow
@needs_fork
def test_back_ups_taken_while_people_work_are_all_whole(make_order, sam, statuses, tmp_path, size, record):
    orders = [make_order() for _ in range(4)]
    files = [tmp_path / f"{number}.zip" for number in range(size("back-ups"))]

    def work(index):
        if index == 0:
            for file in files:
                call_command("backup", file, verbosity=0)
                time.sleep(0.1)
            return 0
        made, ends = 0, time.monotonic() + 3 * len(files) + 60
        while not files[-1].exists() and time.monotonic() < ends:
            order = Order.objects.get(pk=orders[index].pk)
            to = statuses["Proofs received" if order.status_sequence % 2 else "Sent to lab"]
            plan = operations.plan_advance(order, to=to)
            operations.advance_status(order, plan, expected=order.version, by=sam)
            made += 1
        return made

    advances = sum(in_processes(4, work))
    assert advances > len(files), "nobody worked meanwhile, so nothing was shown"
    for file in files:
        assert_file_is_whole(file)
    lengths, restored = set(), files[:: max(1, len(files) // 4)]
    for file in restored:
        call_command("restore", file, replace=True, verbosity=0)
        assert_database_is_whole()
        lengths.add(StatusChange.objects.count())
    assert len(lengths) > 2
    record(back_ups=len(files), restored=len(restored), advances_meanwhile=advances)


@pytest.mark.slow
@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="has both engines: PostgreSQL and a file of SQLite"
)
def test_a_back_up_goes_to_the_other_engine_and_back(order, sam, trigger, file, tmp_path):
    advance(order, sam)
    call_command("backup", file)
    there, back = f"sqlite:///{tmp_path / 'there.sqlite3'}", tmp_path / "back.zip"
    for command in (["restore", file], ["backup", back]):
        done = manage(*command, database=there, DATA_DIR=str(tmp_path / "data"))
        assert done.returncode == 0, done.stderr
    # What waited was skipped, and content types are made anew.
    differs = {name for name, member in members_of(file).items() if member != members_of(back)[name]}
    assert differs == {"tables/triggers_delivery"}
    call_command("restore", back, replace=True)
    assert history()[-1][2] == "Sent to lab"
