"""Maintenance > Set-up File: the set-up taken along, looked at, applied."""

import tomllib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction

from preproduction import operations
from preproduction.models import Batch, CustomField, Status
from preproduction.moving_in.setup_file import exporting, ready_made
from preproduction.moving_in.setup_file.forms import packed
from studio import texts
from studio.models import (
    Client,
    ClosedDay,
    Department,
    MaintenanceChange,
    PhotoSession,
    SessionType,
    WorkedDay,
)
from triggers.models import MessageTemplate, Trigger

PAGE = "/maintenance/setup-file/"
KINDS = (Department, SessionType, CustomField, Status, MessageTemplate, Trigger, ClosedDay, WorkedDay)

pytestmark = pytest.mark.django_db


def upload(browser, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    return browser.post(PAGE, {"file": SimpleUploadedFile("set-up.toml", content), **more})


def answer(page, decision="move"):
    """Return what the page of a rehearsal sends."""
    return {
        "set_up": page.context["set_up"],
        "seen": page.context["outcome"].seen,
        "decision": decision,
    }


def apply(browser, text, decision="move"):
    page = upload(browser, text)
    assert page.status_code == 200, page.context["sentences"]
    done = browser.post(f"{PAGE}apply/", answer(page, decision), follow=True)
    assert done.redirect_chain == [(PAGE, 302)], done.context["sentences"]
    return done


def download(browser):
    return browser.get(f"{PAGE}download/").content.decode()


@pytest.fixture
def of_the_demo(db):
    """The set-up of the demo studio, which is rolled back."""
    with transaction.atomic():
        call_command("demo", orders=5, today=date(2026, 6, 10), verbosity=0)
        text = exporting.as_text()
        transaction.set_rollback(True)
    assert not Status.objects.exists()
    return text


def test_a_set_up_comes_back_byte_for_byte_from_an_empty_studio(of_the_demo, as_administrator):
    apply(as_administrator, of_the_demo)
    assert download(as_administrator) == of_the_demo
    assert {kind.__name__: kind.objects.count() for kind in KINDS} == {
        "Department": 5,
        "SessionType": 8,
        "CustomField": 3,
        "Status": 10,
        "MessageTemplate": 6,
        "Trigger": 10,
        "ClosedDay": 16,
        "WorkedDay": 1,
    }


def test_applied_twice_it_changes_nothing_the_second_time(of_the_demo, as_administrator):
    apply(as_administrator, of_the_demo)
    written, batches = MaintenanceChange.objects.count(), Batch.objects.count()
    page = upload(as_administrator, of_the_demo)
    assert "Nothing would change" in page.content.decode()
    # Also where it is sent all the same, by a page that was open before.
    late = {"set_up": packed(of_the_demo), "seen": exporting.fingerprint(), "decision": "move"}
    done = as_administrator.post(f"{PAGE}apply/", late, follow=True)
    assert "The studio is set up like that already" in done.content.decode()
    assert (MaintenanceChange.objects.count(), Batch.objects.count()) == (written, batches)


def test_a_rehearsal_stores_nothing_and_says_what_it_would_do(
    of_the_demo, as_administrator, statuses, preferences
):
    before = exporting.as_text()
    page = upload(as_administrator, of_the_demo).content.decode()
    assert exporting.as_text() == before
    assert not MaintenanceChange.objects.exists()
    assert not Batch.objects.exists()
    for words in ("Statuses", "Images selected", "To fill in by hand", "Tell the website"):
        assert words in page
    assert "is switched off until it has the URL." in page


@pytest.mark.parametrize("key", ready_made.OFFERED)
def test_a_ready_made_list_leads_an_order_from_its_first_status_to_a_final_one(
    key, as_administrator, ada, preferences
):
    page = as_administrator.post(PAGE, {"ready_made": key})
    as_administrator.post(f"{PAGE}apply/", answer(page))
    assert not Trigger.objects.active().exists()
    assert Trigger.objects.count() >= 8
    client = Client.objects.create(name="Anna")
    session = PhotoSession.objects.create(
        number="S-1", client=client, date=date(2026, 6, 1), session_type=SessionType.objects.first()
    )
    order = operations.create_order(session, by=ada)
    passed = [order.status.description]
    while not order.status.is_final:
        assert order.status_due_date
        assert order.department
        operations.advance_status(order, operations.plan_advance(order), expected=None, by=ada)
        order.refresh_from_db()
        passed.append(order.status.description)
    assert order.is_complete
    assert passed == [status.description for status in Status.objects.all()[: len(passed)]]
    # The file says all there is, and nothing that the program would write otherwise.
    body = tomllib.loads(download(as_administrator))
    assert {name: body[name] for name in tomllib.loads(ready_made.text_of(key))} == sorted_as_stored(
        tomllib.loads(ready_made.text_of(key))
    )


def sorted_as_stored(document):
    """Return `document` with its lists of names in the order in which the program sorts them."""
    for name in ("departments", "session_types", "templates"):
        document[name] = sorted(document[name], key=lambda thing: texts.sort_key(thing["name"]))
    return document
