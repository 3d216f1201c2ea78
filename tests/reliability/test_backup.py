"""Back-ups: whole, taken while people work, put back with one command, and sending nothing.

On PostgreSQL its client programs do the work.
"""

import json
import os
import shutil
import stat
import time
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from preproduction import operations
from preproduction.models import Order, StatusChange
from studio import append_only
from studio.models import Client, CompanyPreferences, User
from tests.programs import manage
from tests.reliability.processes import in_processes, needs_fork
from triggers import outbox
from triggers.models import Delivery, Task, Trigger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def client_programs(db):
    if connection.vendor != "postgresql" or shutil.which("pg_dump"):
        return
    sentence = "PostgreSQL's client programs are not installed: sudo apt install postgresql-client"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


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


def repack(source, target, **notes):
    """Write `source` again as `target`, with other values in its note."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(
                name, json.dumps(json.loads(text) | notes).encode() if name == "backup.json" else text
            )
    return target


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


def test_what_is_no_back_up_changes_nothing(order, file, tmp_path):
    call_command("backup", file)
    then = history()
    text = tmp_path / "text.zip"
    text.write_text("not a back-up")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-2000])
    other = repack(file, tmp_path / "other.zip", engine="oracle")
    newer = repack(file, tmp_path / "newer.zip", migrations=[["studio", "9999_future"]])
    for source, words in {
        tmp_path / "missing.zip": "cannot be read as a back-up",
        text: "cannot be read as a back-up",
        cut: "cannot be read as a back-up",
        other: "The back-up is of a database on oracle",
        newer: "newer version of this product (migration studio.9999_future)",
    }.items():
        sentence = refusal("restore", source, replace=True)
        assert words in sentence
        assert "Nothing was changed" in sentence
    assert history() == then


def test_a_restore_that_fails_half_way_changes_nothing(order, file, tmp_path):
    call_command("backup", file)
    then = history()
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "studio.sqlite3":
                content = content[:8192] + b"\xff" * 4096 + content[12288:]
            elif name == "studio.sql":
                content += b"\nSELECT nothing FROM nowhere;\n"
            new.writestr(name, content)
    assert "says:" in (sentence := refusal("restore", broken, replace=True)) or "damaged" in sentence
    assert history() == then


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


def assert_whole():
    """Each order stands where its Status Notes say, and their sequence has no gap: no half of an advance is there."""
    for order in Order.objects.prefetch_related("status_changes"):
        rows = sorted(order.status_changes.all(), key=lambda row: row.sequence)
        assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
        assert (rows[-1].sequence, rows[-1].to_status_id) == (order.status_sequence, order.status_id)


def test_control_half_an_advance_would_be_seen(order, file, record):
    Order.objects.update(status_sequence=2)
    call_command("backup", file)
    call_command("restore", file, replace=True)
    with pytest.raises(AssertionError):
        assert_whole()
    record(contradictions=1)


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
    lengths = set()
    for file in files:
        call_command("restore", file, replace=True, verbosity=0)
        assert_whole()
        lengths.add(StatusChange.objects.count())
    assert len(lengths) > 2
    record(back_ups=len(files), advances_meanwhile=advances)
