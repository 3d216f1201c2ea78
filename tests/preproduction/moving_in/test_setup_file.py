"""Maintenance > Set-up File: the set-up taken along, looked at, applied."""

import tomllib
import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction

from preproduction import operations
from preproduction.models import Batch, CustomField, Order, OrderEvent, Status
from preproduction.moving_in.setup_file import exporting, ready_made
from preproduction.moving_in.setup_file.forms import packed
from preproduction.moving_in.setup_file.writing import write
from studio import texts
from studio.models import (
    Client,
    ClosedDay,
    Department,
    MaintenanceChange,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from tests.promises import history_rebuilds
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
        "MessageTemplate": 7,
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
    offered = as_administrator.get(PAGE).content.decode()
    for status in tomllib.loads(ready_made.text_of(key))["statuses"]:
        assert f"<li>{status['description']}" in offered
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


def part(**sections):
    """Return a file of some sections, each a list of things."""
    return write({"version": 1, **sections})


def test_what_a_file_does_not_name_stays_and_things_are_known_by_their_names(
    as_administrator, statuses, preferences, sam
):
    before = {status.description: status.pk for status in Status.objects.all()}
    text = part(
        departments=[{"name": "RETOUCHING"}, {"name": "Framing"}],
        statuses=[
            {"description": "sent to lab", "default_department": "shipping", "default_duration": 5},
            {"description": "Framed", "default_department": "framing", "default_duration": 3},
        ],
    )
    page = upload(as_administrator, text).content.decode()
    assert "Description: Sent to lab → sent to lab" in " ".join(page.split())
    apply(as_administrator, text)
    # Behind what it follows in the file, and nothing else has another place among the others.
    assert [status.description for status in Status.objects.all()] == [
        "Images selected",
        "sent to lab",
        "Framed",
        "On the shelf",
        "Proofs received",
        "Delivered",
    ]
    assert Status.objects.get(description="sent to lab").pk == before["Sent to lab"]
    assert Status.objects.get(description="Proofs received").default_user == sam
    assert sorted(Department.objects.values_list("name", flat=True)) == ["Framing", "RETOUCHING", "Shipping"]


def test_who_did_it_is_written_down_for_each_thing_and_nothing_for_the_rest(
    as_administrator, ada, statuses, preferences
):
    text = part(
        statuses=[{"description": "Delivered", "final": True}, {"description": "Proofs received"}],
        departments=[{"name": "Framing"}, {"name": "Shipping"}],
    )
    apply(as_administrator, text)
    written = MaintenanceChange.objects.order_by("pk").values_list("verb", "name", "by")
    assert sorted(written) == sorted(
        [
            ("made", "Framing", ada.pk),
            ("changed", "Proofs received", ada.pk),
            ("moved", "Proofs received", ada.pk),
            ("moved", "Delivered", ada.pk),
        ]
    )
    changed = MaintenanceChange.objects.get(verb="changed").fields
    assert changed == {"default_department": ["Retouching", ""], "default_duration": ["3", ""]}


@pytest.mark.any_database
def test_people_addresses_and_secrets_are_not_in_it_and_what_is_filled_in_stays(
    as_administrator, statuses, preferences, sam, vendor
):
    Trigger.objects.create(
        description="Tell the website",
        status=statuses["Delivered"],
        kind="webhook",
        recipient="address",
        address="https://hooks.example.com/secret-path",
        position=1,
    )
    Trigger.objects.create(
        description="Frame it by hand",
        status=statuses["Delivered"],
        task_title="Frame it",
        recipient="fixed",
        user=sam,
        only_vendor=vendor,
        max_late_hours=None,
        send_at="any_time",
        position=2,
    )
    text = download(as_administrator)
    for word in (
        "hooks.example.com",
        "secret-path",
        "whsec",
        sam.first_name,
        sam.username,
        "\nactive = true",
    ):
        assert word not in text, word
    kept = list(Trigger.objects.values())
    assert "Nothing would change" in upload(as_administrator, text).content.decode()
    apply(as_administrator, text + "\n[[departments]]\nname = 'Framing'\n")
    assert list(Trigger.objects.values()) == kept
    assert Status.objects.get(description="Proofs received").default_user == sam

    # In a studio that has neither the people nor the vendor.
    Trigger.objects.all().delete()
    Status.objects.update(default_user=None)
    Vendor.objects.all().delete()
    told = " ".join(upload(as_administrator, text).content.decode().split())
    for sentence in (
        "Statuses without a Default User: Images selected, Sent to lab, Proofs received.",
        "“Tell the website” is switched off until it has the URL.",
        "“Frame it by hand” is switched off until it has the department or user that gets it.",
        "“Frame it by hand” is for the vendor “Northlight Lab” alone, whom this studio does not have. It is switched off.",
    ):
        assert sentence in told, sentence
    apply(as_administrator, text)
    assert Trigger.objects.count() == 2
    assert not Trigger.objects.active().exists()
    assert "Nothing would change" in upload(as_administrator, text).content.decode()


@pytest.mark.any_database
def test_a_trigger_that_is_for_somebody_else_in_the_file_is_as_the_file_says(
    as_administrator, statuses, preferences, sam
):
    trigger = Trigger.objects.create(
        description="Frame it",
        status=statuses["Delivered"],
        task_title="Frame it",
        recipient="fixed",
        user=sam,
        position=1,
    )
    framed = {"description": "Frame it", "status": "Delivered", "kind": "task", "task_title": "Frame it"}
    text = part(triggers=[framed | {"recipient": "department"}])
    assert "Active: Yes → No" in " ".join(upload(as_administrator, text).content.decode().split())
    apply(as_administrator, text)
    trigger.refresh_from_db()
    assert (trigger.user, trigger.is_active, trigger.recipient) == (None, False, "department")
    assert "Nothing would change" in upload(as_administrator, text).content.decode()


@pytest.mark.any_database
def test_it_is_refused_if_the_set_up_has_changed_since_it_was_shown(as_administrator, statuses, preferences):
    text = part(departments=[{"name": "Framing"}])
    for change in (
        lambda: Department.objects.filter(name="Shipping").update(name="Dispatch"),
        lambda: ClosedDay.objects.create(
            first_day=date(2026, 12, 24), last_day=date(2026, 12, 24), name="Eve"
        ),
        lambda: Status.objects.filter(description="Sent to lab").update(default_user=User.objects.first()),
        lambda: Status.objects.filter(description="Sent to lab").update(default_duration=9),
    ):
        page = upload(as_administrator, text)
        change()
        refused = as_administrator.post(f"{PAGE}apply/", answer(page))
        assert refused.status_code == 409
        assert "Somebody has changed the set-up meanwhile." in refused.content.decode()
        assert not Department.objects.filter(name="Framing").exists()
    # What the refusal shows can be applied.
    assert as_administrator.post(f"{PAGE}apply/", answer(refused)).status_code == 302
    assert Department.objects.filter(name="Framing").exists()


@pytest.mark.any_database
def test_sent_twice_is_done_once(as_administrator, preferences):
    page = upload(as_administrator, part(departments=[{"name": "Framing"}]))
    sent = answer(page) | {"request_key": str(uuid.uuid4())}
    answers = [as_administrator.post(f"{PAGE}apply/", sent) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, PAGE)] * 2
    assert Batch.objects.count() == 1


@pytest.fixture
def tuesday():
    """A Tuesday without a closed day around it."""
    with time_machine.travel(datetime(2026, 6, 9, 12, tzinfo=UTC), tick=False):
        yield date(2026, 6, 9)


SLOWER = [
    {
        "description": "Images selected",
        "default_department": "Retouching",
        "default_duration": 4,
        "initial": True,
    }
]


@pytest.mark.any_database
@pytest.mark.parametrize("decision", ["move", "leave"])
def test_open_orders_follow_or_are_left_and_all_is_one_batch(
    decision, tuesday, as_administrator, ada, make_order, preferences
):
    orders = [make_order(order_date=tuesday) for _ in range(3)]
    operations.change_due_date(orders[2], due_date=date(2026, 7, 1), expected=None, by=ada, reason="Wish")
    text = part(
        calendar={"work_week": ["Monday", "Tuesday", "Wednesday", "Friday"]},
        closed_days=[{"first_day": date(2026, 6, 12), "name": "Inventory"}],
        statuses=SLOWER,
    )
    outcome = upload(as_administrator, text).context["outcome"]
    assert (outcome.touched, len(outcome.moves)) == (2, 2)
    apply(as_administrator, text, decision)
    batch = Batch.objects.get()
    due = {order.pk: order.status_due_date for order in Order.objects.all()}
    # From Tuesday: Wednesday 1, Monday 2, Tuesday 3, Wednesday 4; before it was Thursday.
    expected = date(2026, 6, 17) if decision == "move" else date(2026, 6, 11)
    assert [due[order.pk] for order in orders] == [expected, expected, date(2026, 7, 1)]
    assert batch.events.filter(kind=OrderEvent.Kind.DUE_DATE).count() == 2
    assert batch.kind == Batch.Kind.SET_UP
    for order in Order.objects.all():
        history_rebuilds(order)


@pytest.mark.any_database
def test_orders_at_a_status_that_becomes_inactive_are_counted_and_stay(
    as_administrator, make_order, preferences
):
    order = make_order()
    text = part(
        statuses=[
            {"description": "Images selected", "default_duration": 2, "inactive": True},
            {"description": "Sorted", "initial": True},
        ]
    )
    page = upload(as_administrator, text)
    assert page.context["outcome"].touched == 1
    assert "1 open order at <strong>Images selected</strong>" in " ".join(page.content.decode().split())
    apply(as_administrator, text)
    order.refresh_from_db()
    assert order.status.description == "Images selected"
    assert Status.objects.initial().description == "Sorted"


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("things", "sentence"),
    [
        (
            [{"description": "Images selected", "default_duration": 2}],
            "statuses: after this no status would be the initial one",
        ),
        (
            [{"description": "Images selected", "final": True}, {"description": "Sorted", "initial": True}],
            "statuses[1].final (“Images selected”): 1 order stands at Images selected",
        ),
    ],
)
def test_what_the_status_list_refuses_is_refused_here(
    things, sentence, as_administrator, make_order, preferences
):
    make_order()
    before = exporting.snapshot()
    page = upload(as_administrator, part(statuses=things))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert exporting.snapshot() == before


@pytest.mark.any_database
def test_one_goes_back_by_the_set_up_as_it_was_before(as_administrator, ada, make_order, preferences):
    before = download(as_administrator)
    apply(as_administrator, part(statuses=SLOWER))
    assert download(as_administrator) != before
    batch = Batch.objects.get()
    assert operations.batch_undo_refusal(batch, by=ada).startswith("To go back, apply the set-up as it was")
    kept = as_administrator.get(f"{PAGE}before/{batch.pk}/")
    assert kept.content.decode() == before
    assert f"{PAGE}before/{batch.pk}/" in as_administrator.get(PAGE).content.decode()
    apply(as_administrator, kept.content)
    assert download(as_administrator) == before


@pytest.mark.any_database
def test_a_form_that_was_tampered_with_changes_nothing(as_administrator, preferences):
    sent = {"set_up": part(departments=[{"name": "A"}]), "seen": exporting.fingerprint(), "decision": "move"}
    refused = as_administrator.post(f"{PAGE}apply/", sent)
    assert refused.status_code == 422
    assert "The set-up did not come back whole." in refused.content.decode()
    assert not Department.objects.exists()


def test_how_dates_are_written_comes_along_and_a_file_without_it_leaves_it(as_administrator, preferences):
    apply(as_administrator, "version = 1\n[preferences]\ndates = 'month'\n")
    preferences.refresh_from_db()
    assert preferences.date_style == "month"
    apply(as_administrator, "version = 1\n[preferences]\npaper = 'a4'\n")
    preferences.refresh_from_db()
    assert (preferences.date_style, preferences.paper) == ("month", "a4")
