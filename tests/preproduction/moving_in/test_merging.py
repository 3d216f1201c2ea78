"""Two clients who are one: merged from their pages, and put back as one."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import Batch, ImportRun, Order
from preproduction.operations import CalendarChange, merge
from preproduction.operations.leaving import Heirs
from studio.models import Client, PhotoSession, who_is
from tests.preproduction.moving_in.importing.pages import send, start
from tests.promises import history_rebuilds
from triggers import outbox
from triggers.models import Delivery, MessageTemplate, Refusal, Trigger

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(preferences):
    return Client.objects.create(name="Anna Whitfield", phone="732 555 0142", notes="Likes mornings")


@pytest.fixture
def double(anna, session):
    """A second record of Anna, with a session."""
    double = Client.objects.create(
        name="Anna Whitfield", phone="732 555 0199", email="anna@example.com", notes="Has a dog",
        do_not_contact=True,
    )  # fmt: skip
    PhotoSession.objects.filter(pk=session.pk).update(client=double)
    Refusal.objects.create(client=double, channel="email", address="old@example.com", why="refused")
    return double


def address(anna, double):
    return f"/clients/{anna.pk}/merge/with/?other={double.pk}"


def seen(page):
    return re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page)[1]


def merge_by_page(browser, anna, double, *, stays=None):
    page = browser.get(address(anna, double)).content.decode()
    return browser.post(address(anna, double), {"stays": (stays or anna).pk, "seen": seen(page)})


def everything():
    """Return what is said of clients, and what is whose."""
    return [
        sorted(Client.with_withdrawn.values_list()),
        sorted(PhotoSession.with_withdrawn.values_list("pk", "client")),
        sorted(Refusal.objects.values_list("pk", "client")),
    ]


def undo(browser):
    return browser.post(f"/batches/{Batch.objects.latest('pk').pk}/undo/")


def test_one_gets_what_the_other_has_and_undo_puts_both_back(as_manager, anna, double, make_order):
    order, before = make_order(number="A-1"), everything()
    page = as_manager.get(address(anna, double)).content.decode()
    assert "732 555 0199" in page
    answer = merge_by_page(as_manager, anna, double)
    assert answer.url == f"/clients/{anna.pk}/"
    anna.refresh_from_db()
    assert (anna.phone, anna.email, anna.do_not_contact) == ("732 555 0142", "anna@example.com", True)
    assert anna.notes == "Likes mornings\n\nPhone: 732 555 0199\nHas a dog"
    page = as_manager.get(anna.get_absolute_url()).content.decode()
    assert "A-1" in page
    assert anna.refusals.get().address == "old@example.com"
    assert as_manager.get(f"/clients/{double.pk}/").url == anna.get_absolute_url()
    for path in ("/clients/?q=anna", "/find/?q=0199", "/clients/doubles/"):
        assert f'/clients/{double.pk}/"' not in as_manager.get(path).content.decode()
    assert "Its client was merged" in as_manager.get(f"/orders/{order.pk}/").content.decode()
    assert undo(as_manager).status_code == 302
    assert everything() == before
    assert order.events.filter(kind="merged").count() == 2
    history_rebuilds(order)


def test_either_can_stay_and_what_is_written_since_stays_when_it_is_undone(as_manager, anna, double):
    merge_by_page(as_manager, anna, double, stays=double)
    double.refresh_from_db()
    assert double.notes == "Has a dog\n\nPhone: 732 555 0142\nLikes mornings"
    Client.objects.filter(pk=double.pk).update(notes=f"{double.notes}!", phone="1")
    new = PhotoSession.objects.create(
        number="N", client=double, date="2026-06-10", session_type=PhotoSession.objects.first().session_type
    )
    undo(as_manager)
    double.refresh_from_db()
    new.refresh_from_db()
    assert (double.phone, double.notes[-1], new.client) == ("1", "!", double)
    assert Client.objects.filter(pk=anna.pk).exists()


def test_what_has_changed_meanwhile_or_is_gone_is_not_merged(as_manager, as_staff, anna, double):
    page = as_manager.get(address(anna, double)).content.decode()
    Client.objects.filter(pk=double.pk).update(phone="732 555 0200")
    answer = as_manager.post(address(anna, double), {"stays": anna.pk, "seen": seen(page)})
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    assert as_manager.post(address(anna, double), {"stays": "7", "seen": seen(page)}).status_code == 422
    assert as_staff.post(address(anna, double), {"stays": anna.pk}).status_code == 403
    assert not Batch.objects.exists()
    merge_by_page(as_manager, anna, double)
    assert as_manager.get(address(anna, double)).status_code == 422
    with pytest.raises(operations.OperationRefused, match="changed meanwhile"), transaction.atomic():
        operations.merge_clients(anna, double, expected=None, by=Batch.objects.get().by)
    assert as_manager.get(address(anna, anna)).status_code == 422


def test_notes_that_are_too_long_together_are_not_cut(as_manager, anna, double):
    Client.objects.filter(pk=double.pk).update(notes="x" * merge.LONGEST_NOTES)
    before = everything()
    answer = merge_by_page(as_manager, anna, double)
    assert (answer.status_code, "Shorten one of them first" in answer.content.decode()) == (409, True)
    assert everything() == before


def test_a_merge_is_undone_before_what_builds_on_it(as_manager, mia, anna, double):
    third = Client.objects.create(name="A. Whitfield", contact_name="Anna")
    merge_by_page(as_manager, anna, double)
    first = Batch.objects.get()
    between = everything()
    merge_by_page(as_manager, third, anna, stays=third)
    assert who_is(double.pk) == third
    answer = as_manager.post(f"/batches/{first.pk}/undo/")
    assert answer.status_code == 409
    assert "was merged into A. Whitfield since" in answer.content.decode()
    undo(as_manager)
    assert everything() == between
    assert as_manager.post(f"/batches/{first.pk}/undo/").status_code == 302
    merge_by_page(as_manager, anna, double)
    operations.erase_client(anna, by=mia)
    assert "erased since" in undo(as_manager).content.decode()


def test_erasing_takes_the_words_of_both(as_manager, mia, anna, double):
    merge_by_page(as_manager, anna, double)
    operations.erase_client(anna, by=mia)
    rows = str([*Client.with_withdrawn.filter(pk__in=(anna.pk, double.pk)).values(), *Batch.objects.values()])
    assert not re.search("Whitfield|example.com|0199|0142|dog|mornings", rows)
    assert not Refusal.objects.exists()


def test_what_waits_for_one_is_for_the_one_who_stays(as_manager, anna, double, make_order, statuses, sam):
    template = MessageTemplate.objects.create(name="Proofs", subject="S", text="Dear {{ client.name }}")
    trigger = Trigger.objects.create(
        description="Tell",
        status=statuses["Sent to lab"],
        kind="email",
        recipient="client",
        template=template,
    )
    order = make_order(number="A-1")
    operations.advance_status(order, operations.plan_advance(order), expected=None, by=sam)
    waiting = Delivery.objects.get(trigger=trigger)
    merge_by_page(as_manager, anna, double)
    assert who_is(waiting.payload["facts"]["client_id"]) == anna
    assert Order.objects.get(pk=order.pk).client == anna


@pytest.fixture
def _imports(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.mark.usefixtures("_imports")
def test_an_import_finds_the_one_who_stays_and_is_undone_after_the_merge_is(as_administrator, anna):
    content = b"Client No.,Name,Phone\n7,Ann Whitfield,732 555 0777\n"
    run = send(as_administrator, content, "clients.csv")
    start(as_administrator, run)
    double = Client.objects.get(name="Ann Whitfield")
    merge_by_page(as_administrator, anna, double)
    assert "Name: Ann Whitfield" in Client.objects.get(pk=anna.pk).notes
    for again in (content, b"Name,Phone\nAnn Whitfield,732 555 0777\n"):
        assert send(as_administrator, again, "clients.csv").rehearsed["client"] == {"changed": 1}
    answer = as_administrator.post(f"/maintenance/import/{run.pk}/undo/")
    assert "was merged into Anna Whitfield since" in answer.content.decode()
    undo(as_administrator)
    assert as_administrator.post(f"/maintenance/import/{run.pk}/undo/").status_code == 302
    assert ImportRun.objects.get(pk=run.pk).state == "goes_back"


def test_those_of_one_name_are_listed_and_others_are_found_by_what_they_say(as_manager, anna, double):
    Client.objects.create(name="Carl Dorn", phone="732 555 0142")
    page = as_manager.get("/clients/doubles/").content.decode()
    assert address(anna, double) in page
    assert "Carl Dorn" not in page
    choose = f"/clients/{anna.pk}/merge/"
    assert f'href="{choose}"' in as_manager.get(anna.get_absolute_url()).content.decode()
    assert address(anna, double) in as_manager.get(choose).content.decode()
    assert "Carl Dorn" in as_manager.get(choose, {"q": "0142"}).content.decode()
    assert "Nobody else is found" in as_manager.get(choose, {"q": "Zoe"}).content.decode()


def waiting_mail(statuses, order, sam):
    """Return the mail that waits for the client of `order`."""
    template = MessageTemplate.objects.create(name="Proofs", subject="S", text="Dear {{ client.name }}")
    trigger = Trigger.objects.create(
        description="Tell",
        status=statuses["Sent to lab"],
        kind="email",
        recipient="client",
        template=template,
    )
    operations.advance_status(order, operations.plan_advance(order), expected=None, by=sam)
    return Delivery.objects.get(trigger=trigger)


def deliver_all():
    """Come round at the next noon: not at night, when nobody is written to, and before what waits expires."""
    noon = timezone.now().replace(hour=12, minute=0)
    with time_machine.travel(noon + timedelta(days=timezone.now() > noon), tick=False):
        while outbox.deliver_next():
            pass


def test_nothing_that_waits_reaches_who_asked_for_nothing_under_the_other_record(
    as_manager, anna, double, make_order, statuses, sam, mailoutbox
):
    """Anna has said so; her double, from whom the sessions come, has an address and has not."""
    Client.objects.filter(pk=double.pk).update(do_not_contact=False)
    Client.objects.filter(pk=anna.pk).update(do_not_contact=True)
    waiting = waiting_mail(statuses, make_order(number="A-1"), sam)
    merge_by_page(as_manager, anna, double)
    deliver_all()
    waiting.refresh_from_db()
    assert (mailoutbox, waiting.state) == ([], "skipped")


def test_what_waits_is_sent_once_to_where_the_other_record_had_it(
    as_manager, anna, double, make_order, statuses, sam, mailoutbox
):
    Client.objects.filter(pk=double.pk).update(do_not_contact=False)
    waiting_mail(statuses, make_order(number="A-1"), sam)
    merge_by_page(as_manager, anna, double)
    deliver_all()
    assert [mail.to for mail in mailoutbox] == [['"Anna Whitfield" <anna@example.com>']]


def test_the_calendar_the_zone_and_who_leaves_may_change_between_the_page_and_the_merge_and_after_it(
    as_manager, ada, sam, mia, anna, double, make_order
):
    order = make_order(number="A-1")
    operations.assign_order(order, department=None, assigned_user=sam, expected=order.version, by=ada)
    page = as_manager.get(address(anna, double)).content.decode()
    PhotoSession.objects.update(photographer=sam)
    operations.make_inactive(sam, heirs=Heirs(orders=mia, statuses=mia), counted=None, by=ada)
    closed = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 11), "Flood"),))
    operations.change_calendar(closed, by=ada, move_open_orders=True)
    moved = Order.objects.get(pk=order.pk)
    answer = as_manager.post(address(anna, double), {"stays": anna.pk, "seen": seen(page)})
    assert answer.status_code == 302
    operations.change_zone("Pacific/Auckland", seen="UTC", by=ada)
    after = Order.objects.get(pk=order.pk)
    assert (after.client, after.assigned_user, after.status_due_date) == (anna, mia, moved.status_due_date)
    merged = Batch.objects.get(kind=Batch.Kind.MERGED)
    assert as_manager.post(f"/batches/{merged.pk}/undo/").status_code == 302
    back = Order.objects.get(pk=order.pk)
    assert (back.client, back.assigned_user, back.status_due_date) == (double, mia, moved.status_due_date)
    history_rebuilds(back)
