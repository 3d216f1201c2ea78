"""Second factors and signing secrets: sealed in the database, lost where their key is lost, and said so."""

import json
import os
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from studio import private_files, sealing
from studio.models import KeptForm
from studio.outages import Outage
from tests.studio.test_accounts import SECRET, code_now, sign_in
from triggers import outbox
from triggers.models import Trigger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tables_made_once")]


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    """Each test begins without a key, as a studio does."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SECRETS_KEY_FILE = tmp_path / "secrets.key"
    return settings.SECRETS_KEY_FILE


@pytest.fixture
def webhook(statuses):
    return Trigger.objects.create(
        description="Tell the lab",
        status=statuses["Sent to lab"],
        kind="webhook",
        recipient="address",
        address="https://hooks.example.com/",
    )


@pytest.fixture
def task(statuses):
    return Trigger.objects.create(description="Pack it", status=statuses["Sent to lab"], task_title="Pack")


@pytest.fixture
def seeds(sam):
    """Sam's second factor; return what must stand nowhere in clear."""
    TOTP.activate(sam, SECRET)
    codes = RecoveryCodes.activate(sam)
    return [SECRET, sealing.unseal(codes.instance.data["seed"])]


def stored():
    """Return all that the two tables hold, as text."""
    with connection.cursor() as cursor:
        found = ""
        for table in ("mfa_authenticator", "triggers_trigger"):
            cursor.execute(f"SELECT * FROM {table}")
            found += repr(cursor.fetchall())
    return found


def opens_with_the_app(client):
    sign_in(client)
    return client.post(reverse("mfa_authenticate"), {"code": code_now()}).status_code == 302


def test_no_secret_stands_in_the_database_in_clear(seeds, webhook, key_file):
    for secret in [*seeds, webhook.secret.removeprefix("whsec_")]:
        assert secret not in stored()
    assert webhook.sealed_secret in stored(), "control: it is looked for where it is kept"
    if os.name != "nt":
        assert stat.S_IMODE(key_file.stat().st_mode) == private_files.FILE


def test_a_sealed_second_factor_opens_the_door(client, seeds):
    assert opens_with_the_app(client)


def test_programs_that_need_the_first_key_at_once_make_one(key_file):
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(sealing.seal, ["x"] * 40))
    assert {sealing.unseal(text) for text in sealed} == {"x"}
    assert len(key_file.read_bytes().split()) == 1
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_a_rotation_seals_everything_with_a_new_key(client, sam, seeds, webhook, key_file, capsys):
    secret, before, former = webhook.secret, stored(), key_file.read_bytes()
    kept = KeptForm.objects.create(browser="x", person=sam, sealed=sealing.seal("What was typed"))
    call_command("rotate_secrets_key")
    assert sealing.key_name() in capsys.readouterr().out
    assert former in key_file.read_bytes()
    # Read with the new key alone.
    call_command("rotate_secrets_key", forget_former_keys=True)
    assert len(key_file.read_bytes().split()) == 1
    assert former not in key_file.read_bytes()
    webhook.refresh_from_db()
    assert webhook.secret == secret
    assert webhook.sealed_secret not in before
    kept.refresh_from_db()
    assert sealing.unseal(kept.sealed) == "What was typed"
    assert opens_with_the_app(client)


def lose(key_file, how):
    key_file.unlink()
    if how == "another key":
        sealing.seal("makes another key")
    elif how == "half a key":
        key_file.write_bytes(b"gAAAAAB\n\xff")
    elif how == "cannot be read":
        key_file.mkdir()


LOST = ["gone", "another key", "half a key", "cannot be read"]


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("how", LOST)
def test_who_has_a_second_factor_whose_key_is_lost_reads_the_way_out(
    seeds, webhook, key_file, as_staff, as_proven_administrator, sam, printed, how
):
    lose(key_file, how)
    webhook.refresh_from_db()
    assert webhook.secret == ""
    door = Client(raise_request_exception=False)
    sign_in(door)
    for _ in range(6):  # and never "too many tries": no code was wrong
        answer = door.post(reverse("mfa_authenticate"), {"code": code_now()})
        assert (answer.status_code, Outage.SEALED.title in answer.text) == (503, True)
        assert "administrator of your studio can remove it" in answer.text
    assert "Traceback" not in printed()
    assert printed().count(Outage.SEALED.title) == 6
    # Somebody who is in already meets the same page, not a fault, where their factor is shown.
    as_staff.raise_request_exception = False
    assert as_staff.get(reverse("mfa_index")).status_code == 503
    # The way out.
    as_proven_administrator.post(reverse("studio:user_remove_second_factor", args=[sam.pk]))
    assert sign_in(Client()).url == "/"


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("how", LOST)
def test_commands_without_the_key_end_with_a_sentence_or_their_work(seeds, key_file, tmp_path, how):
    lose(key_file, how)
    outbox.beat()
    private_files.mend()
    with pytest.raises(CommandError, match="The key of 2 second factors is not in"):
        call_command("health")
    if how == "cannot be read":
        for command in (["backup", tmp_path / "backup.zip"], ["rotate_secrets_key"]):
            with pytest.raises(CommandError, match="The key that this needs is not in"):
                call_command(*command)
    else:
        call_command("backup", tmp_path / "backup.zip")
        call_command("rotate_secrets_key")
        assert sealing.unseal(sealing.seal("x")) == "x"


@pytest.mark.any_database
@pytest.mark.django_db
def test_a_lone_administrator_is_helped_from_the_command_line(client, ada, key_file, capsys):
    TOTP.activate(ada, SECRET)
    key_file.unlink()
    call_command("remove_second_factor", "Ada")
    assert "The second factor of Ada is removed." in capsys.readouterr().out
    assert sign_in(client, "ada").url == "/"
    call_command("remove_second_factor", "ada")
    assert "ada has no second factor." in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no user called nobody"):
        call_command("remove_second_factor", "nobody")


def test_health_names_a_key_that_is_missing(seeds, webhook, key_file):
    outbox.beat()
    private_files.mend()
    call_command("health")
    key_file.unlink()
    with pytest.raises(CommandError) as raised:
        call_command("health")
    assert f"The key of 2 second factors is not in {key_file}." in str(raised.value)
    assert f"The key of 1 signing secrets is not in {key_file}." in str(raised.value)


def test_a_back_up_names_the_key_and_does_not_hold_it(seeds, webhook, key_file, tmp_path, capsys):
    file = tmp_path / "backup.zip"
    call_command("backup", file)
    assert f"{sealing.key_name()}, is not in it. It is in {key_file}." in capsys.readouterr().out
    with zipfile.ZipFile(file) as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
        assert json.loads(archive.read("backup.json"))["secrets_key"] == sealing.key_name()
    for secret in [*seeds, webhook.secret.removeprefix("whsec_"), key_file.read_text().strip()]:
        assert secret.encode() not in held
    assert webhook.sealed_secret.encode() in held, "control: it is looked for where it is kept"


def test_a_restore_with_the_key_brings_the_secrets_back(client, seeds, webhook, tmp_path):
    secret, file = webhook.secret, tmp_path / "backup.zip"
    call_command("backup", file)
    # A key that was rotated since is one of the former ones.
    call_command("rotate_secrets_key")
    call_command("restore", file, replace=True)
    assert Trigger.objects.get().secret == secret
    assert opens_with_the_app(client)


def test_a_restore_without_the_key_works_and_says_what_must_be_set_up_again(
    client, as_administrator, seeds, webhook, task, key_file, tmp_path, capsys
):
    file = tmp_path / "backup.zip"
    call_command("backup", file)
    name = sealing.key_name()
    key_file.unlink()
    capsys.readouterr()
    call_command("restore", file, replace=True)
    said = capsys.readouterr().out
    assert f"The key of its secrets, {name}, is not in {key_file}." in said
    assert "they set it up again: sam." in said
    assert "The key of the webhook “Tell the lab” is not here, so it sends nothing." in said
    assert "Pack it" not in said
    assert not Authenticator.objects.exists()
    assert sign_in(client).url == "/"
    # The webhook has none until somebody makes one; what is no webhook needs nobody.
    webhook.refresh_from_db()
    task.refresh_from_db()
    assert (webhook.secret, task.secret[:6]) == ("", "whsec_")
    outbox.beat()
    private_files.mend()
    call_command("health")


def test_a_webhook_without_a_secret_says_so_and_is_given_one(as_administrator, webhook):
    Trigger.objects.update(sealed_secret="")
    assert "It has none that can be read." in as_administrator.get(webhook.get_absolute_url()).text
    as_administrator.post(f"{webhook.get_absolute_url()}secret/")
    assert Trigger.objects.get().secret.startswith("whsec_")


def test_a_key_that_cannot_be_written_is_a_sentence(key_file, settings):
    settings.SECRETS_KEY_FILE = Path("/nowhere/secrets.key")
    with pytest.raises(CommandError, match="/nowhere/secrets.key cannot be written"):
        call_command("rotate_secrets_key")
