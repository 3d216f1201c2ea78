"""Overdue: the matrix and the list agree, the worst comes first, the people to call are at hand."""

import re
from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.db import connection
from django.db.models import Count
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from preproduction import operations
from preproduction.models import Order
from studio.models import Client, User, Vendor

OVERDUE = "/orders/overdue/"


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def numbers(response):
    assert response.status_code == 200
    return [row.record.number for row in response.context["table"].page]


@pytest.fixture
def owned(make_order):
    """Return a function that makes an order with an owner; the order date is two business days before it is due."""

    def make(number, order_date, department, user, **fields):
        order = make_order(number=number, order_date=order_date, **fields)
        return operations.assign_order(
            order, by=order.entered_by, expected=1, department=department, assigned_user=user
        )

    return make


@pytest.fixture
def late_ones(owned, retouching, shipping, sam, mia, vendor):
    """Due on 9 June (1 day late), 3 June (5), 27 May (10), 26 May (11); and one that is due today."""
    return [
        owned("ONE", date(2026, 6, 5), retouching, sam),
        owned("FIVE", date(2026, 6, 1), retouching, None, vendor=vendor),
        owned("TEN", date(2026, 5, 25), shipping, mia),
        owned("ELEVEN", date(2026, 5, 22), None, sam),
        owned("TODAY", date(2026, 6, 8), retouching, sam),
    ]


def matrix(response):
    """Return the matrix as {(department, user): counts}; user None in a department's own row."""
    rows = {}
    for department in response.context["rows"]:
        rows[department.words, None] = [cell.count for cell in department.cells]
        rows |= {
            (department.words, user.words): [cell.count for cell in user.cells] for user in department.users
        }
    return rows


def test_the_worst_come_first_with_their_days_late(as_manager, late_ones):
    page = as_manager.get(OVERDUE)
    assert numbers(page) == ["ELEVEN", "TEN", "FIVE", "ONE"]
    table = page.context["table"]
    assert [table.days_late(row.record) for row in table.page] == [11, 10, 5, 1]


def test_the_matrix_counts_department_and_user_against_how_late(as_manager, late_ones):
    page = as_manager.get(OVERDUE)
    assert matrix(page) == {
        ("Retouching", None): [1, 1, 0, 0, 0, 2],
        ("Retouching", "Unassigned"): [0, 1, 0, 0, 0, 1],
        ("Retouching", "Sam Okafor"): [1, 0, 0, 0, 0, 1],
        ("Shipping", None): [0, 0, 1, 0, 0, 1],
        ("Shipping", "Mia Lindqvist"): [0, 0, 1, 0, 0, 1],
        ("No department", None): [0, 0, 0, 1, 0, 1],
        ("No department", "Sam Okafor"): [0, 0, 0, 1, 0, 1],
    }
    assert [cell.count for cell in page.context["total"].cells] == [1, 1, 1, 1, 0, 4]


def test_each_number_leads_to_just_these_orders(as_manager, late_ones):
    page = as_manager.get(OVERDUE)
    departments = page.context["rows"]
    rows = [*departments, *(user for row in departments for user in row.users), page.context["total"]]
    for row in rows:
        for cell in row.cells:
            assert len(numbers(as_manager.get(f"{OVERDUE}?{cell.query}"))) == cell.count, (row.words, cell)


def test_what_somebody_has_who_has_left_counts_as_unassigned(as_manager, late_ones, sam, retouching):
    User.objects.filter(pk=sam.pk).update(is_active=False)
    page = as_manager.get(OVERDUE)
    found = matrix(page)
    assert found["Retouching", "Unassigned"] == found["Retouching", None]
    assert not any(user == "Sam Okafor" for _, user in found)
    department = next(row for row in page.context["rows"] if row.words == "Retouching")
    (nobodys,) = department.users
    assert numbers(as_manager.get(f"{OVERDUE}?{nobodys.cells[-1].query}")) == ["FIVE", "ONE"]


def test_the_chosen_number_is_marked_and_the_matrix_stays(as_manager, late_ones, retouching, sam):
    page = as_manager.get(OVERDUE, {"department": retouching.pk, "user": sam.pk, "late": "1-2"})
    assert numbers(page) == ["ONE"]
    assert page.context["total"].count == 4
    marked = [
        cell for row in page.context["rows"] for user in row.users for cell in user.cells if cell.is_current
    ]
    assert [cell.count for cell in marked] == [1]


def test_the_other_filters_narrow_the_matrix_too(as_manager, late_ones, vendor):
    page = as_manager.get(OVERDUE, {"vendor": vendor.pk})
    assert numbers(page) == ["FIVE"]
    assert [cell.count for cell in page.context["total"].cells] == [0, 1, 0, 0, 0, 1]


def test_held_complete_and_unscheduled_orders_are_not_there(as_manager, late_ones, mia, sam, statuses):
    one, five, ten, *_ = late_ones
    operations.hold_order(one, expected=None, by=mia, reason="Waiting for the client")
    done = operations.plan_advance(five, to=statuses["Delivered"])
    operations.advance_status(five, done, expected=None, by=sam)
    later = operations.plan_advance(ten, to=statuses["Sent to lab"]).with_due_date(None)
    operations.advance_status(ten, later, expected=None, by=sam)
    assert numbers(as_manager.get(OVERDUE)) == ["ELEVEN"]


def test_reason_owner_and_the_people_to_call_are_at_hand(as_manager, late_ones):
    operations.note_delay_reason(
        late_ones[1], by=late_ones[1].entered_by, stay=None, reason="The lab waits for <paper>"
    )
    page = as_manager.get(OVERDUE).content.decode()
    assert "The lab waits for &lt;paper&gt;" in page
    assert '<a class="nowrap" href="tel:5550142">555 0142</a>' in page
    assert "Iris Kim" in page
    assert '<a class="nowrap" href="tel:5550199">555 0199</a>' in page


def test_each_row_has_its_acts(as_manager, late_ones):
    page = as_manager.get(OVERDUE).content.decode()
    for name in ("advance_order", "assign_order", "hold_order", "note_delay"):
        assert f'href="{reverse(f"preproduction:{name}", args=[late_ones[0].pk])}?' in page
    for words in ("Advance Status", "Reassign", "Put on Hold", "Note"):
        assert f'aria-label="{words}: Order ONE"' in page


def test_after_an_act_one_is_back_on_the_page(as_manager, late_ones):
    back = "/orders/overdue/?late=1-2"
    for name, data in (
        ("note_delay", {"reason": "Paper", "stay": late_ones[0].stay_id}),
        ("assign_order", {"expected": late_ones[0].version}),
        ("hold_order", {"reason": "Waiting", "expected": late_ones[0].version + 1}),
    ):
        address = f"{reverse(f'preproduction:{name}', args=[late_ones[0].pk])}?next={back}"
        assert as_manager.get(address).status_code == 200
        assert as_manager.post(address, data)["Location"] == back, name


def test_staff_do_not_see_the_page(as_staff, as_administrator):
    assert as_staff.get(OVERDUE).status_code == 403
    assert as_administrator.get(OVERDUE).status_code == 200


def test_a_reason_is_noted_changed_and_taken_away(as_staff, late_ones):
    order = late_ones[0]
    address = reverse("preproduction:note_delay", args=[order.pk])
    for reason in ("Lost in the post", "Found again", ""):
        assert (
            as_staff.post(address, {"reason": reason, "stay": order.stay_id})["Location"]
            == order.get_absolute_url()
        )
        order.refresh_from_db()
        assert order.delay_reason == reason


@pytest.mark.parametrize("reason", ["x" * 201, "two\nlines", "ba\u202eck", "nul\x00"])
def test_a_reason_that_cannot_be_kept_is_refused_and_shown_again(as_staff, late_ones, reason):
    answer = as_staff.post(reverse("preproduction:note_delay", args=[late_ones[0].pk]), {"reason": reason})
    assert answer.status_code == 422
    assert not Order.objects.exclude(delay_reason="").exists()


def test_a_complete_order_has_no_reason_any_more(as_staff, late_ones, sam, statuses):
    order = late_ones[0]
    operations.advance_status(
        order, operations.plan_advance(order, to=statuses["Delivered"]), expected=None, by=sam
    )
    order.refresh_from_db()
    sent = {"reason": "Late", "stay": order.stay_id}
    answer = as_staff.post(reverse("preproduction:note_delay", args=[order.pk]), sent)
    assert answer.status_code == 422
    assert "Order ONE is complete; it is not late any more." in answer.content.decode()


def test_nothing_overdue_is_said_so(as_manager, db):
    page = as_manager.get(OVERDUE)
    assert "Nothing is overdue" in page.content.decode()
    assert page.context["rows"] == []


@pytest.mark.parametrize(
    "query", ["late=12", "late=1-2&late=any", "department=x", "user=" + "9" * 30, "page=-3"]
)
def test_a_strange_address_shows_the_page(as_manager, late_ones, query):
    assert as_manager.get(f"{OVERDUE}?{query}").status_code == 200


def test_weekends_and_closed_days_do_not_make_an_order_later(as_manager, owned, retouching, sam):
    owned("FRIDAY", date(2026, 6, 3), retouching, sam)  # due on Friday the 5th
    for day, days_late in (("2026-06-06", 0), ("2026-06-07", 0), ("2026-06-08", 1), ("2026-06-10", 3)):
        with time_machine.travel(f"{day} 12:00", tick=False):
            page = as_manager.get(OVERDUE)
            table = page.context["table"]
            assert [table.days_late(row.record) for row in table.page] == [days_late]
            assert ('">late since Fri at Images selected</span>' in page.text) == (days_late == 0)
            assert page.context["total"].count == 1


@pytest.fixture
def promised(late_ones):
    """Break three promises: of FIVE, which is late at its step; of TODAY, which is due today; of HELD, which is on hold.

    ONE is needed today: its promise holds.
    """
    orders = {order.number: order for order in late_ones}
    by = orders["ONE"].entered_by
    needed = (("FIVE", 8, "Retake day"), ("TODAY", 5, "Viewing"), ("TEN", 9, ""), ("ONE", 10, ""))
    for number, day, needed_for in needed:
        operations.promise(
            orders[number],
            needed_by=date(2026, 6, day),
            needed_for=needed_for,
            reason="",
            expected=None,
            by=by,
        )
    operations.hold_order(orders["TEN"], expected=None, by=by, reason="Waiting for the client")
    return orders


def test_broken_promises_come_before_what_is_late_by_its_step(as_manager, promised):
    page = as_manager.get(OVERDUE)
    assert numbers(page) == ["TODAY", "FIVE", "TEN", "ELEVEN", "ONE"]
    assert numbers(as_manager.get(f"{OVERDUE}?sort=late")) == ["ONE", "ELEVEN", "TEN", "FIVE", "TODAY"]
    assert "promise broken: needed by Fri 5 Jun" in page.text
    assert "5 business days late at Images selected" in page.text
    held = promised["TEN"].pk
    assert f'href="/orders/{held}/resume/?' in page.text
    assert f'href="/orders/{held}/hold/?' not in page.text
    # On hold, and due today: late by their promise alone.
    assert [cell.count for cell in page.context["total"].cells] == [1, 1, 0, 1, 2, 5]
    assert numbers(as_manager.get(f"{OVERDUE}?late=promise")) == ["TODAY", "TEN"]
    assert numbers(as_manager.get(f"{OVERDUE}?promise_broken=on")) == ["TODAY", "FIVE", "TEN"]
    assert numbers(as_manager.get(f"{OVERDUE}?late=any")) == ["FIVE", "ELEVEN", "ONE"]
    test_each_number_leads_to_just_these_orders(as_manager, promised)


def test_every_place_counts_broken_promises_as_overdue(as_manager, promised):
    assert as_manager.get("/").context["overdue"]["total"] == 5
    assert [count for _, count, _ in as_manager.get("/").context["overdue"]["counts"]] == [1, 1, 0, 1, 2]
    sidebar = as_manager.get("/orders/").text
    waiting = sidebar[sidebar.index('href="/orders/overdue/"') :]
    assert 'class="count">5<' in waiting[: waiting.index("</a>")]
    print_ = PdfReader(BytesIO(as_manager.get(f"{OVERDUE}?export=pdf").content))
    assert "promise broken: needed by Mon 8 Jun" in " ".join(
        " ".join(page.extract_text() for page in print_.pages).split()
    )
    sheet = load_workbook(BytesIO(as_manager.get(f"{OVERDUE}?export=xlsx").content)).active
    first = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
    assert (first["Order No."], first["Needed By"].date(), first["Promise"]) == (
        "TODAY",
        date(2026, 6, 5),
        "Broken",
    )


def test_a_promise_is_looked_back_on_as_it_was_known(as_manager, promised, sam):
    """Moved since, kept since, withdrawn since: the past day says what was so at its end."""
    with time_machine.travel("2026-06-11 12:00", tick=False):
        five = Order.objects.get(number="FIVE")
        operations.promise(
            five, needed_by=date(2026, 6, 30), needed_for="", reason="They moved", expected=None, by=sam
        )
        today = Order.objects.select_related("status").get(number="TODAY")
        operations.advance_status(today, operations.plan_advance(today), expected=None, by=sam)
        then = as_manager.get(f"{OVERDUE}?on=2026-06-10")
        assert [row.record.order.number for row in then.context["table"].page] == [
            "TODAY",
            "FIVE",
            "TEN",
            "ELEVEN",
            "ONE",
        ]
        assert "promise broken: needed by Mon 8 Jun" in then.text
        # A step later its promise is still broken.
        assert numbers(as_manager.get(OVERDUE)) == ["TODAY", "TEN", "ONE", "ELEVEN", "FIVE"]


def test_an_order_without_a_due_date_is_there_by_its_promise(as_manager, promised, sam):
    order = promised["TODAY"]
    operations.change_due_date(order, due_date=None, reason="No step is due", expected=None, by=sam)
    page = as_manager.get(OVERDUE)
    assert numbers(page)[0] == "TODAY"
    assert "late at" not in page.text.split("Order TODAY")[0].split("promise broken")[-1]


def test_the_list_and_the_matrix_use_the_partial_index(make_order, sam):
    _some_years(make_order())
    _analyze()
    late = Order.objects.late(date(2026, 6, 10))
    worst = late.order_by("status_due_date", "pk")[:50]
    plans = {
        "list": worst.explain(),
        "keys": worst.values_list("pk").explain(),
        "count": late.order_by().values("pk").explain(),
    }
    for name, plan in plans.items():
        assert "preproduction_order_open" in plan, f"{name}:\n{plan}"
    # Counting by owner may as well follow one of the other indexes over open orders; complete ones it never reads.
    groups = late.order_by()
    plan = groups.values("status_due_date", "department", "assigned_user").annotate(n=Count("pk")).explain()
    assert re.search("preproduction_order_(open|of_dept|of_user)", plan), plan


def _some_years(order):
    """A studio of some years: 3,000 complete orders around the open ones, of which 300 are not late."""
    like = {name: getattr(order, name) for name in ("session_id", "order_date", "entered_by_id", "status_id")}
    done = {**like, "is_complete": True, "completed_on": order.order_date}
    due = {**like, "department_id": order.department_id, "status_due_date": date(2026, 7, 1)}
    Order.objects.bulk_create(Order(number=f"OLD-{at}", **done) for at in range(3000))
    Order.objects.bulk_create(Order(number=f"NEW-{at}", **due) for at in range(300))


def _analyze():
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_the_print_has_the_matrix_and_people_to_call_in_lines_of_their_own(as_manager, late_ones):
    Client.objects.update(phone="+1 (732) 555-0100 ext. 14", mobile_phone="+1 (732) 555-0199")
    Vendor.objects.update(
        name="Northlight Color Laboratories of the Upper West Side", phone="+49 40 555 0100"
    )
    reason = "The lab is short of paper, has promised it for this week, and will call on Friday at noon"
    Order.objects.filter(number="FIVE").update(delay_reason=reason)
    pages = PdfReader(BytesIO(as_manager.get(f"{OVERDUE}?export=pdf").content)).pages
    lines = [line.strip() for page in pages for line in page.extract_text().splitlines()]
    for row in (
        "Retouching 1 1 0 0 0 2",
        "Sam Okafor 1 0 0 0 0 1",
        "Mia Lindqvist 0 0 1 0 0 1",
        "All 1 1 1 1 0 4",
    ):
        assert row in lines
    for phone in ("+1 (732) 555-0100 ext. 14", "+1 (732) 555-0199", "+49 40 555 0100"):
        assert any(phone in line for line in lines)
    assert (
        sum("The lab is short" in line or "Friday at noon" in line for line in lines) <= 3
    )  # the reason has room
