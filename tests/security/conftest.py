"""A studio with at least one of everything, for tests that go over all pages."""

import logging
import os
from datetime import timedelta
from io import BytesIO

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.management.color import no_style
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from preproduction import operations
from preproduction.models import Batch, CustomField, CustomValue, ImageLine, LateReason, SavedView
from studio import maintenance_log
from studio.models import (
    Client,
    ClosedDay,
    Department,
    PhotoSession,
    SessionType,
    User,
    Vendor,
    WorkedDay,
)
from tests.exports import make_exports
from tests.imports import make_imports
from tests.security.crawl import Browser, known_forms
from triggers import outbox
from triggers.models import (
    Communication,
    Delivery,
    Letter,
    MessageTemplate,
    Reason,
    Refusal,
    Task,
    Trigger,
    WorkerHeartbeat,
    because,
)
from triggers.outbox.by_hand import Wanted


@pytest.fixture(autouse=True)
def _log_no_refusals():
    """Thousands of 403 and 404 are meant here; an error of ours is still written down."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


@pytest.fixture
def same_keys(db):
    """The next rows get the keys that follow those that are there, whatever tests before this one made and undid."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_sequence SET seq = 0")  # the largest key counts, where it is larger
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


@pytest.fixture
def world(
    same_keys, preferences, people, make_order, statuses, vendor, session, retouching, settings, tmp_path
):
    """Return the orders of the world by kind; everything else is in the database."""
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path
    ada, mia, sam = people["administrator"], people["manager"], people["staff"]
    picture = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(picture, "PNG")
    preferences.logo.save("logo.png", ContentFile(picture.getvalue()))
    today = timezone.localdate()
    Trigger.objects.create(
        description="Check proofs",
        status=statuses["Proofs received"],
        task_title="Check the proofs",
        recipient=Trigger.Recipient.DEPARTMENT_OF_ORDER,
        position=1,
    )
    Trigger.objects.create(
        description="Tell the website",
        status=statuses["Delivered"],
        kind="webhook",
        recipient=Trigger.Recipient.ADDRESS,
        address="https://hooks.example.com/in",
        position=2,
        is_active=False,
    )
    custom = CustomField.objects.create(label="Frame colour", position=1)
    CustomField.objects.create(label="Album", position=2)
    paper = LateReason.objects.create(name="Paper", position=1)
    LateReason.objects.create(name="Client", position=2)

    fresh = make_order(vendor=vendor, number="F-1", by=ada)
    late = make_order(order_date=today - timedelta(days=60), by=ada)
    operations.note_delay_reason(late, by=mia, reason="They wait for it", late_reason=paper, stay=None)
    held = make_order(order_date=today - timedelta(days=20))
    operations.hold_order(held, expected=None, by=mia, reason="Client is abroad")
    moved = make_order(order_date=today - timedelta(days=30), vendor=vendor)
    _advance(moved, statuses["Proofs received"], ada)
    operations.ask_for_hold(fresh, expected=None, by=sam, reason="Client wants to choose again")
    complete = make_order(order_date=today - timedelta(days=30))
    _advance(complete, statuses["Delivered"], ada)
    Client.objects.create(name=session.client.name, phone="555 0143")  # here twice, to be merged
    make_imports(ada)
    make_exports(ada)
    Batch.begin(Batch.Kind.MANY, "Orders were advanced at once.", by=ada)
    before = {"set_up": "version = 1\n"}
    Batch.begin(Batch.Kind.SET_UP, "The set-up was changed from a file.", by=ada, before=before)
    with maintenance_log.noting(Vendor.objects.filter(pk=vendor.pk), by=ada):
        Vendor.objects.filter(pk=vendor.pk).update(account_number="N-77")
    outbox.deliver_due()
    give_second_factor(mia)

    ImageLine.objects.create(order=fresh, files="IMG_0001-0040", quantity_sent=40, quantity_returned=38)
    CustomValue.objects.create(order=fresh, field=custom, value="Walnut")
    Task.objects.create(
        title="Call about the frame", order=fresh, assigned_user=ada, due_date=today, notes="x"
    )
    done = Task.objects.create(title="Old task", department=retouching, created_by=ada)
    Task.objects.filter(pk=done.pk).update(done_at=timezone.now(), done_by=sam)
    Task.objects.create(
        kind=Task.Kind.CALL, call_name="Anna", call_number="555 0142", title="The frame", order=fresh
    )
    made = Task.objects.create(kind=Task.Kind.CALL, call_name="Bob", title="The album", order=fresh)
    Task.objects.filter(pk=made.pk).update(done_at=timezone.now(), done_by=sam, outcome="He will come by.")
    Communication.objects.create(order=fresh, summary="Wants walnut", recorded_by=sam, with_whom="Anna")
    for person in people.values():
        SavedView.objects.create(
            name="Mine and late", owner=person, query="late=any", is_shared=person == ada
        )
    ClosedDay.objects.create(
        first_day=today + timedelta(days=40), last_day=today + timedelta(days=42), name="Inventory"
    )
    ClosedDay.objects.create(
        first_day=today, last_day=today, name="Stocktaking", rule="FREQ=YEARLY;BYMONTH=12;BYDAY=-1MO"
    )
    WorkedDay.objects.create(day=today + timedelta(days=50), name="Season")
    PhotoSession.objects.create(
        number="S-101", client=session.client, date=today, session_type=session.session_type
    )
    # What nothing uses, and so can be deleted: the last of each kind.
    User.objects.create_user("nina", first_name="Nina", last_name="Berg")
    Client.objects.create(name="Nobody's Client")
    Department.objects.create(name="Nobody's Department")
    SessionType.objects.create(name="Nobody's Type")
    Vendor.objects.create(name="Nobody's Lab")
    _letter_of(moved)
    _letter_of(complete, printed_at=timezone.now(), printed_by=sam)
    # Set later than its orders were made, which may follow.
    PhotoSession.objects.filter(pk=session.pk).update(needed_by=today + timedelta(days=90))
    template = MessageTemplate.objects.get(name="Proofs are here")
    # Held, since a worker beside the test would send it.
    operations.send_message(fresh, Wanted(template, "email", "client"), by=sam, waits_for_review=True)
    for state in (Delivery.State.HELD, Delivery.State.FAILED, Delivery.State.SENT):
        for order in (fresh, late):
            _mail_of(order, state)
    MessageTemplate.objects.create(name="Nobody's Template", subject="Order", text="Dear {{ client.name }}")
    for channel, address in (("email", "anna@example.com"), ("sms", "+15550143")):
        Refusal.objects.create(
            client=session.client, channel=channel, address=address, why=Refusal.Why.REFUSED, said="550 <b>"
        )
    # Where a worker runs beside the test it may have left its own.
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})
    return {"fresh": fresh, "late": late, "held": held, "moved": moved, "complete": complete}


@pytest.fixture
def forms_of(world, people, tmp_path_factory, size):
    """Call with a role; returns (browser, forms): somebody of that role, "anonymous" for nobody, and every form of theirs."""
    run = tmp_path_factory.getbasetemp()
    folder = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run  # shared by the workers of this run

    def found(role):
        browser = Browser(people.get(role))
        how = {}
        if role != "administrator":  # whose forms most of those of the others are
            how = {
                "limit": min(2, size("rows of an address")),
                "variants": size("variants of a page"),
            }
        # Few links lead to these, or none.
        fresh = world["fresh"]
        template = MessageTemplate.objects.get(name="Proofs are here")
        behind = f"/orders/overdue/vendor-behind/?vendor={fresh.vendor_id}&status={fresh.status_id}&days=2"
        also = (
            f"/sessions/new/?client={fresh.session.client_id}",
            f"/sessions/{fresh.session_id}/needed-by/?was=none",
            behind,
            f"{behind}&template={template.pk}&channel=email",
            reverse("preproduction:closed_day_edit", args=[ClosedDay.objects.exclude(rule="").get().pk]),
            f"/orders/message/?order={fresh.pk}&template={template.pk}",
            f"{reverse('preproduction:advise_duration', args=[fresh.status_id])}?days=4",
        )
        return browser, known_forms(browser, folder / f"forms-{role}", also=also, **how)

    return found


def _mail_of(order, state):
    """Put an email to the client into the queue."""
    change = order.status_changes.last()
    trigger = Trigger.objects.create(
        description=f"Mail {state}",
        status=change.to_status,
        kind="email",
        recipient=Trigger.Recipient.CLIENT,
        template=MessageTemplate.objects.first(),
        is_active=False,
    )
    Delivery.objects.create(
        trigger=trigger,
        status_change=change,
        order=order,
        kind=trigger.kind,
        channel="email",
        payload=change.payload(),
        state=state,
        **because(Reason.SAID, "Because."),
        sent_to="anna@example.com",
        content={"subject": "Proofs", "text": "Dear Anna", "html": "<p>Dear Anna</p>"},
    )


def _letter_of(order, **printed):
    """Write a letter, with the template and the trigger that it is from."""
    template, _ = MessageTemplate.objects.get_or_create(
        name="Proofs are here", subject="Order {{ order.number }}", text="Dear {{ client.name }}"
    )
    change = order.status_changes.last()
    trigger = Trigger.objects.create(
        description="Write to the client",
        status=change.to_status,
        kind="letter",
        recipient=Trigger.Recipient.CLIENT,
        template=template,
    )
    delivery = Delivery.objects.create(
        trigger=trigger,
        status_change=change,
        order=order,
        kind=trigger.kind,
        channel="letter",
        payload=change.payload(),
        state=Delivery.State.SENT,
    )
    Letter.objects.create(
        delivery=delivery,
        order=order,
        to_name="Anna",
        address="12 Harbour Street",
        subject="Order",
        text="Dear Anna",
        layout=MessageTemplate.LetterLayout.WINDOW,
        **printed,
    )


def _advance(order, to, by):
    plan = operations.plan_advance(order, to=to)
    operations.advance_status(order, plan, expected=order.version, by=by, note="Sent on.")


def give_second_factor(person):
    """As if `person` had set up an authenticator app and written down the recovery codes."""
    person.authenticator_set.all().delete()
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
