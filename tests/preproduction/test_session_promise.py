"""A session carries Needed By for its orders: new ones begin with it, and open ones can be moved with it."""

import re
from datetime import date

import pytest
import time_machine

from preproduction import operations
from preproduction.models import Batch, Order, OrderEvent
from studio.models import PhotoSession
from tests.preproduction.moving_in.importing import books
from tests.preproduction.moving_in.importing.pages import send, start
from tests.promises import history_rebuilds
from tests.sending import as_sent

pytestmark = pytest.mark.usefixtures("statuses")
FIRST, THEN = date(2026, 6, 26), date(2026, 7, 3)


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def edit(browser, session, **typed):
    address = f"/sessions/{session.pk}/edit/"
    page = browser.get(address)
    sent = as_sent(page.context["form"], **typed) | {"seen": page.context["seen"]}
    return browser.post(address, sent)


def promised(order, day, by):
    return operations.promise(order, needed_by=day, needed_for="", reason="Said so", expected=None, by=by)


def day_of(order):
    return Order.objects.get(pk=order.pk).needed_by


def test_a_new_order_begins_with_the_day_of_its_session(as_staff, session):
    assert edit(as_staff, session, needed_for="Retake day").status_code == 422
    edit(as_staff, session, needed_by=FIRST.isoformat(), needed_for="Retake day")
    assert "Retake day" in as_staff.get(session.get_absolute_url()).text
    address = f"/sessions/{session.pk}/new-order/"
    as_staff.post(address, as_sent(as_staff.get(address).context["form"]))
    order = Order.objects.get()
    assert (order.needed_by, order.needed_for) == (FIRST, "Retake day")


@pytest.fixture
def orders(session, make_order, sam, as_staff):
    """Two of the session's day, one of another, and one that is complete."""
    edit(as_staff, session, needed_by=FIRST.isoformat())
    made = [make_order(number=name) for name in ("ONE", "TWO", "OTHER", "DONE")]
    for order, day in zip(made, (FIRST, FIRST, THEN, FIRST), strict=True):
        promised(order, day, sam)
    done = Order.objects.select_related("status").get(pk=made[3].pk)
    to = operations.plan_advance(done, to=next(s for s in done.status.__class__.objects.all() if s.is_final))
    operations.advance_status(done, to, expected=None, by=sam, note="Done")
    return made


def test_changing_it_moves_the_open_orders_that_had_it_as_one_that_is_undone(as_staff, session, orders, sam):
    one, two, *_ = orders
    answer = edit(as_staff, session, needed_by=THEN.isoformat(), needed_for="Event")
    page = as_staff.get(answer["Location"]).text
    assert "2 open orders of this session were needed" in " ".join(page.split())
    address = re.search(r'href="(/sessions/\d+/needed-by/\?was=[^"]*)"', page)[1]
    asked = as_staff.get(address)
    assert [order.number for order, _ in asked.context["ticked"]] == ["ONE", "TWO"]
    sent = {"was": FIRST.isoformat(), "order": [f"{o.pk}-{v}" for o, v in asked.context["ticked"]]}
    assert as_staff.post(address, sent).status_code == 422  # a promise is not moved without a reason
    assert day_of(one) == FIRST
    page = as_staff.post(address, sent | {"reason": "The viewing moved"}, follow=True)
    assert "2 promises moved." in page.text
    assert [day_of(each) for each in orders] == [THEN, THEN, THEN, FIRST]
    event = OrderEvent.objects.filter(order=one, kind="promised").latest("pk")
    assert (event.note, event.cause, event.after["needed_for"]) == ("The viewing moved", "many", "Event")
    for each in (one, two):
        history_rebuilds(Order.objects.get(pk=each.pk))
    batch = Batch.objects.get(kind=Batch.Kind.PROMISED)
    assert "26 Jun 2026 → " in as_staff.get(f"/batches/{batch.pk}/").text
    promised(Order.objects.get(pk=two.pk), date(2026, 8, 1), sam)
    operations.undo_batch(batch, by=sam)
    # What was promised again since stays.
    assert [day_of(each) for each in orders] == [FIRST, date(2026, 8, 1), THEN, FIRST]
    for each in (one, two):
        history_rebuilds(Order.objects.get(pk=each.pk))


def test_nothing_is_asked_where_no_open_order_had_the_day(as_staff, session, make_order, sam):
    edit(as_staff, session, needed_by=FIRST.isoformat())
    promised(make_order(), THEN, sam)
    answer = edit(as_staff, session, needed_by="2026-06-30")
    assert "open order" not in as_staff.get(answer["Location"]).text
    assert as_staff.get(f"/sessions/{session.pk}/needed-by/?was={FIRST}").status_code == 302
    for nonsense in ("", "?was=soon", "?was=none"):
        assert as_staff.get(f"/sessions/{session.pk}/needed-by/{nonsense}").status_code == 302


def test_a_colleague_who_was_quicker_keeps_what_they_said(as_staff, session, orders, sam):
    one, two, *_ = orders
    edit(as_staff, session, needed_by=THEN.isoformat())
    address = f"/sessions/{session.pk}/needed-by/?was={FIRST}"
    ticked = as_staff.get(address).context["ticked"]
    operations.hold_order(Order.objects.get(pk=one.pk), expected=None, by=one.entered_by, reason="Away")
    sent = {"was": FIRST.isoformat(), "reason": "Moved", "order": [f"{o.pk}-{v}" for o, v in ticked]}
    assert "put Order ONE on hold" in as_staff.post(address, sent, follow=True).text
    assert (day_of(one), day_of(two)) == (FIRST, THEN)


def test_it_comes_with_an_import_and_leaves_in_the_list(as_staff, as_administrator, as_manager):
    rows = books.sessions(2)
    book = books.workbook(
        Clients=[books.SPECTRA_CLIENTS, *books.clients(2)],
        Sessions=[
            [*books.SPECTRA_SESSIONS, "Needed By", "Needed For"],
            [*rows[0], FIRST, "Event"],
            [*rows[1], "", "Event"],
        ],
    )
    run = send(as_administrator, book)
    assert run.rehearsed["session"] == {"new": 1, "refused": 1}
    start(as_administrator, run, types=list(run.rehearsed["types"]))
    session = PhotoSession.objects.get(needed_for="Event")
    assert session.needed_by == FIRST
    assert "26 Jun 2026" in as_staff.get("/sessions/").text
    assert send(as_administrator, book).rehearsed["session"] == {"same": 1, "refused": 1}
