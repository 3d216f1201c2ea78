"""The page that erases a client: no word about them is left where this studio keeps words, but for what the page names."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import ExportRun, ImageLine, ImportRun, Order, OrderEvent, StatusChange
from preproduction.moving_in.importing import files
from preproduction.moving_in.leaving import cleaning
from preproduction.operations import erase
from studio.backups import folder
from studio.models import Client, Erasure, PhotoSession, SentForm
from tests.preproduction.moving_in.leaving import studios, words
from triggers.models import Delivery, Trial


@pytest.fixture(autouse=True)
def _folders_of_their_own(tmp_path, settings, preferences):
    settings.DATA_DIR, settings.BACKUP_DIR = tmp_path / "data", tmp_path / "backups"


@pytest.fixture
def written_about(order, session, sam, mia, statuses):
    """Plant words about the client, and complete the order."""
    planted = words.plant(order, sam=sam, mia=mia, status=statuses["Sent to lab"])
    order.refresh_from_db()
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=None, by=sam)
    session.client.refresh_from_db()
    there = words.in_tables()
    return {word: where for word, where in planted.items() if word in there}


def confirm(browser, client, typed=None):
    typed = client.name if typed is None else typed
    return browser.post(f"/clients/{client.pk}/erase/", {"confirm": typed})


def an_import(planted, state, by):
    """Make an import of which rows are still kept."""
    run = ImportRun.objects.create(by=by, by_name=str(by), state=state, names=[f"{state}.xlsx"])
    files.folder(run.key).mkdir(parents=True)
    (files.folder(run.key) / files.ROWS).write_text(json.dumps([0, 1, sorted(planted)]))
    return run


@pytest.mark.django_db(transaction=True)
def test_no_word_about_the_client_is_left(
    written_about, session, sam, ada, mia, as_administrator, as_staff, tmp_path
):
    client, name = session.client, session.client.name
    as_staff.post(f"/clients/{client.pk}/edit/", {"name": name, "notes": "x", "request_key": uuid4()})
    SentForm.objects.create(
        key=uuid4(), content="x", person=sam, path="/", answer={"said": f"{name} is here"}
    )
    Trial.objects.create(asked_by=sam, to="sam@example.com", subject="Proofs", text=f"Dear {name}")
    over = an_import(written_about, ImportRun.State.DONE, ada)
    waits = an_import(written_about, ImportRun.State.READY, ada)
    studios.export(as_administrator)
    kept = {model: model._base_manager.count() for model in (Order, StatusChange, OrderEvent, ImageLine)}
    assert len(written_about) >= 200
    assert words.in_tables() == set(written_about)
    assert words.in_files(tmp_path) == set(written_about)

    if connection.vendor == "sqlite":
        assert words.in_database_file() >= set(written_about)
        # Some builds wipe what is freed, others do not.
        connection.cursor().execute("PRAGMA secure_delete=OFF")

    assert confirm(as_administrator, client, "C-99").status_code == 422
    assert words.in_tables() == set(written_about)
    answer = confirm(as_administrator, client)

    assert answer.status_code == 302
    assert words.in_tables() == set()
    assert name not in repr(list(SentForm.objects.values_list())) + repr(list(Trial.objects.values_list()))
    assert {model: model._base_manager.count() for model in kept} == kept
    # Of files only that is left which the page names.
    assert not files.folder(over.key).exists()
    assert ExportRun.objects.get().state == "removed"
    page = as_administrator.get(f"/clients/{client.pk}/erase/").content.decode()
    assert "ready.xlsx" in page
    assert "done.xlsx" not in page
    as_administrator.post(f"/maintenance/import/{waits.pk}/leave/")
    assert words.in_files(tmp_path) == set()
    the_bytes_of_the_file_are_clean_once_the_worker_was_here(as_administrator, client)


def the_bytes_of_the_file_are_clean_once_the_worker_was_here(browser, client):
    if connection.vendor == "sqlite":
        # Were they clean already, cleaning would be shown to do nothing.
        assert words.in_database_file()
    page = f"/clients/{client.pk}/erase/"
    assert "Not yet: the worker writes the file" in browser.get(page).content.decode()
    cleaning.go_on()
    assert "Not yet: the worker writes the file" not in browser.get(page).content.decode()
    if connection.vendor == "sqlite":
        assert words.in_database_file() == set()


@pytest.mark.parametrize("spared", ["Letter", "Communication", "Order"])
def test_control_what_is_spared_is_found(written_about, session, ada, monkeypatch, spared):
    plain = erase._plain
    monkeypatch.setattr(
        erase, "_plain", lambda *about: (pair for pair in plain(*about) if pair[0].model.__name__ != spared)
    )
    operations.erase_client(session.client, by=ada)
    assert {written_about[word].split(".")[0] for word in words.in_tables()} == {spared}


def test_the_page_says_what_goes_what_stays_and_which_back_ups_hold_the_words(
    written_about, session, ada, as_administrator, settings
):
    client = session.client
    settings.BACKUP_DIR.mkdir()
    before, after = timezone.now() - timedelta(days=3), timezone.now() + timedelta(days=3)
    for moment in (before, after):
        folder.path_of(moment).touch()
    page = as_administrator.get(f"/clients/{client.pk}/erase/").content.decode()
    for title, count in (("Sessions", 1), ("Status Notes", 3), ("Images", 3), ("Tasks and Calls", 12)):
        assert f'<td class="card-title">{title}</td><td data-label="Records" class="num">{count}</td>' in page
    assert f"Type the name, {client.name}, or the number, C-{client.pk}." in page
    assert folder.path_of(before).name in page
    assert folder.path_of(after).name not in page
    with transaction.atomic():
        confirm(as_administrator, client, f"c-{client.pk}")
    page = as_administrator.get(f"/clients/{client.pk}/erase/").content.decode()
    assert "This client is erased." in page
    assert ada.get_full_name() in page
    assert folder.path_of(before).name in page
    assert folder.path_of(after).name not in page
    # It is there once, however often the form is sent.
    confirm(as_administrator, client, f"C-{client.pk}")
    assert Erasure.objects.count() == 1


def test_a_client_with_open_orders_is_not_erased_and_the_page_says_what_to_do(
    order, session, as_administrator
):
    client = session.client
    page = as_administrator.get(f"/clients/{client.pk}/erase/").content.decode()
    assert "has open orders (1001). Complete or withdraw them first." in page
    assert "Erase this client" not in page
    answer = confirm(as_administrator, client)
    assert answer.status_code == 409
    assert not Erasure.objects.exists()


def test_what_waits_to_be_sent_about_them_is_skipped_and_what_is_being_sent_is_waited_for(
    written_about, session, ada, as_administrator
):
    waiting = Delivery.objects.first()
    for state in ("sending", "pending"):
        Delivery.objects.filter(pk=waiting.pk).update(state=state)
        answer = confirm(as_administrator, session.client)
        if state == "sending":
            assert answer.status_code == 409
            assert "is being sent just now. Try again in a minute." in answer.content.decode()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.steered_by) == ("skipped", ada)


def test_a_client_whose_orders_are_withdrawn_and_one_without_any_are_erased(
    order, session, mia, as_administrator
):
    operations.withdraw_order(order, expected=None, by=mia, reason="Zyx0001q")
    nobody = Client.objects.create(name="Nobody", notes="Zyx0002q")
    PhotoSession.with_withdrawn.filter(pk=session.pk).update(
        withdrawn_on=datetime(2026, 6, 1), notes="Zyx0003q"
    )
    assert len(words.in_tables()) == 3
    page = as_administrator.get(f"/clients/{session.client_id}/erase/").content.decode()
    assert "Type the name, Anna &lt;3 &amp; Bob &lt;b&gt;, or the number" in page
    for client in (session.client, nobody):
        assert confirm(as_administrator, client).status_code == 302
    assert words.in_tables() == set()
