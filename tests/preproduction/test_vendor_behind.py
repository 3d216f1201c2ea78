"""A lab that is behind: all its orders at a status get another due date, as one, with one reason, undone as one."""

from datetime import date

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.models import Batch, Order, OrderEvent, Status
from preproduction.models.status import Clock
from preproduction.operations.behind import Behind
from studio.models import ClosedDay, Vendor

PAGE = "/orders/overdue/vendor-behind/"


@pytest.fixture(autouse=True)
def on_a_monday(time_machine, preferences):
    time_machine.move_to("2026-06-08T15:00:00+00:00", tick=False)


@pytest.fixture
def lab(statuses):
    """A lab that is closed on Wednesday 17 June, whose days count at Sent to lab."""
    lab = Vendor.objects.create(name="Slow Lab")
    ClosedDay.objects.create(vendor=lab, first_day="2026-06-17", last_day="2026-06-17", name="Fair")
    Status.objects.filter(description="Sent to lab").update(clock=Clock.VENDOR)
    return lab


@pytest.fixture
def at_lab(lab, make_order, sam):
    """Two orders at the lab, due on Mon 15 June, one there on hold, one elsewhere, and one of another lab."""
    found = []
    for vendor in (lab, lab, lab, lab, Vendor.objects.create(name="Quick Lab")):
        order = make_order(vendor=vendor)
        if len(found) != 3:
            operations.advance_status(order, operations.plan_advance(order), by=sam, expected=order.version)
        found.append(Order.objects.get(pk=order.pk))
    operations.hold_order(found[2], expected=None, by=sam, reason="Waits")
    return found


def asked(lab, **data):
    status = Status.objects.get(description="Sent to lab")
    return {"vendor": lab.pk, "status": status.pk, **data}


def put_behind(browser, lab, *, reason="The lab is two weeks behind", plan=None, **data):
    address = f"{PAGE}?{'&'.join(f'{name}={value}' for name, value in asked(lab, **data).items())}"
    shown = browser.get(address)
    return shown, browser.post(address, {"plan": plan or shown.context["plan"], "reason": reason})


def dues():
    return list(Order.objects.order_by("pk").values_list("status_due_date", flat=True))


def june(*days):
    return [date(2026, 6, day) for day in days]


def test_all_its_open_orders_there_move_by_its_days_and_no_other(as_manager, lab, at_lab):
    assert dues() == june(15, 15, 15, 10, 15)
    shown, done = put_behind(as_manager, lab, days=3)
    assert (shown.context["preview"].total, shown.context["preview"].becoming_overdue) == (3, 0)
    assert done.url == reverse("preproduction:overdue_list")
    # Tue 16, Thu 18, Fri 19: the lab is closed on Wednesday.
    assert dues() == june(19, 19, 19, 10, 15)
    events = OrderEvent.objects.filter(kind="due_date")
    assert {(event.note, event.get_cause_display()) for event in events} == {
        ("The lab is two weeks behind", "Vendor behind")
    }
    assert len({event.batch_id for event in events}) == 1


def test_it_is_undone_as_one_and_the_due_dates_are_counted_again(as_manager, lab, at_lab):
    put_behind(as_manager, lab, days=10)
    batch = Batch.objects.get(kind=Batch.Kind.BEHIND)
    assert (
        "Slow Lab is behind: orders at Sent to lab moved by 10 business days."
        in as_manager.get(f"/batches/{batch.pk}/").text
    )
    as_manager.post(f"/batches/{batch.pk}/undo/")
    assert dues() == june(15, 15, 15, 10, 15)
    assert set(Order.objects.values_list("status_duration", flat=True)) == {5, 2}


def test_a_day_moves_those_that_are_due_before_it(as_manager, lab, at_lab, sam):
    operations.change_due_date(at_lab[0], due_date=date(2026, 7, 1), reason="Agreed", expected=None, by=sam)
    shown, _ = put_behind(as_manager, lab, until="2026-06-24")
    assert shown.context["preview"].total == 2
    assert dues() == [date(2026, 7, 1), *june(24, 24, 10, 15)]


def test_an_order_that_has_changed_since_the_page_is_left_and_named(as_manager, lab, at_lab, sam):
    shown = as_manager.get(PAGE, asked(lab, days=3))
    operations.assign_order(at_lab[0], expected=None, by=sam, department=None, assigned_user=sam)
    _, done = put_behind(as_manager, lab, days=3, plan=shown.context["plan"])
    page = as_manager.get(done.url)
    assert "2 due dates moved." in page.text
    assert f"gave {at_lab[0]} to somebody else" in page.text
    assert dues() == june(15, 19, 19, 10, 15)


def test_sent_again_it_goes_on_in_the_same_batch_and_moves_nothing_twice(lab, at_lab, ada):
    targets = [
        operations.Target(order.pk, order.version + (order.pk == at_lab[2].pk), date(2026, 6, 30))
        for order in at_lab[:3]
    ]
    first, _ = operations.put_behind(targets[:3], what="Behind", reason="Late", by=ada)
    again, answers = operations.put_behind(targets[:3], what="Behind", reason="Late", by=ada)
    assert (again, OrderEvent.objects.filter(batch=first, kind="due_date").count()) == (first, 3)
    assert not [answer for _, answer in answers if not isinstance(answer, Order)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Say how many business days more, or the day, and not both."),
        ({"days": 2, "until": "2026-06-24"}, "Say how many business days more, or the day, and not both."),
        ({"days": 0}, "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_makes_no_sense_is_refused(as_manager, lab, data, said):
    page = as_manager.get(PAGE, asked(lab, **data))
    assert (page.status_code, said in page.text) == (422, True)


def test_without_a_reason_nothing_moves(as_manager, lab, at_lab):
    _, page = put_behind(as_manager, lab, days=3, reason="")
    assert (page.status_code, dues()) == (422, june(15, 15, 15, 10, 15))


def test_only_managers_do_it(as_staff, lab):
    assert as_staff.get(PAGE, asked(lab, days=3)).status_code == 403


@pytest.mark.parametrize(("days", "words"), [(1, "1 business day"), (2, "2 business days")])
def test_a_batch_says_by_how_many(days, words):
    behind = Behind(Vendor(name="Slow Lab"), Status(description="At lab"), days=days)
    assert str(behind) == f"Slow Lab is behind: orders at At lab moved by {words}."
