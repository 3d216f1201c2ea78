"""Every due date on screen can say why it is that day."""

from datetime import date

import pytest
import time_machine
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.urls import reverse

from preproduction import due_dates, operations, stay
from preproduction.models import Order
from preproduction.operations import CalendarChange
from studio import set_up, work_calendar
from studio.business_days import WorkCalendar
from studio.models import ClosedDay, WorkedDay

pytestmark = pytest.mark.usefixtures("preferences")


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def page_of(browser, order):
    response = browser.get(reverse("preproduction:due_date_explanation", args=[order.pk]))
    assert response.status_code == 200
    return response.content.decode()


def story_of(order):
    return due_dates.tell_due_date(Order.objects.for_table().get(pk=order.pk), work_calendar.load())


def advanced(order, by, to, **changes):
    plan = operations.plan_advance(order, to=to)
    if "due_date" in changes:
        plan = plan.with_due_date(changes["due_date"])
    operations.advance_status(order, plan, expected=order.version, by=by)
    return Order.objects.get(pk=order.pk)


def test_each_day_passed_is_told_with_its_reason(order, sam, statuses, as_staff):
    ClosedDay.objects.create(
        first_day=date(2026, 6, 12), last_day=date(2026, 6, 12), name="Inventory & <cake>"
    )
    WorkedDay.objects.create(day=date(2026, 6, 13), name="Wedding season")
    order = advanced(order, sam, statuses["Sent to lab"])
    page = page_of(as_staff, order)
    assert "5 business days after Wed 10 Jun 2026, when the order entered Sent to lab." in page
    assert "closed: Inventory &amp; &lt;cake&gt;" in page
    (part,) = story_of(order).parts
    assert [(day.first.day, day.last.day, day.number) for day in part.days] == [
        (11, 11, 1),
        (12, 12, None),
        (13, 13, 2),
        (14, 14, None),
        (15, 15, 3),
        (16, 16, 4),
        (17, 17, 5),
    ]
    assert part.days[2].reason == "worked: Wedding season"


def test_neighbouring_days_that_do_not_count_stand_in_one_row(order):
    (part,) = story_of(order).parts
    with time_machine.travel("2026-06-12 12:00"):
        (part,) = story_of(order).parts
    assert [day.number for day in part.days] == [1, 2]
    weekend = due_dates.passed_days(work_calendar.load().explain(date(2026, 6, 12), 1))[0]
    assert (weekend.first, weekend.last, weekend.reason) == (
        date(2026, 6, 13),
        date(2026, 6, 14),
        "not worked",
    )


def test_a_typed_due_date_says_so(order, sam, statuses, as_staff):
    order = advanced(order, sam, statuses["Sent to lab"], due_date=date(2026, 6, 30))
    assert "typed by hand" in page_of(as_staff, order)


def test_a_hold_says_by_how_many_business_days_it_moved_the_date(order, mia, as_staff):
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    with time_machine.travel("2026-06-15 12:00"):
        running = page_of(as_staff, order)
        assert "On hold since Wed 10 Jun 2026: the clock stands still." in running
        assert "would move by 3 business days" in running
        operations.resume_order(order, expected=None, by=mia)
        page = page_of(as_staff, order)
    assert "On hold for 3 business days: the due date moved on from Fri 12 Jun 2026." in page
    assert "Wed 17 Jun 2026" in page
    assert "calendar has changed" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": None}, "has no status"),
        ({"status_duration": None}, "has no Default Duration"),
        ({"is_complete": True}, "is complete. A final status has no due date."),
    ],
)
def test_no_due_date_says_why_there_is_none(order, statuses, as_staff, change, sentence):
    statuses["Images selected"].default_duration = None
    statuses["Images selected"].save()
    Order.objects.filter(pk=order.pk).update(**{"status_due_date": None, **change})
    assert sentence in page_of(as_staff, order)


def test_a_calendar_that_was_changed_since_is_told(order, as_staff):
    ClosedDay.objects.create(first_day=date(2026, 6, 11), last_day=date(2026, 6, 11), name="Flood")
    assert "Counted today it would be Mon 15 Jun 2026." in page_of(as_staff, order)


def test_orders_left_alone_by_a_calendar_change_count_as_typed(order, as_staff):
    closing = CalendarChange(closed_to_add=((date(2026, 6, 11), date(2026, 6, 11), "Flood"),))
    operations.change_calendar(closing, by=order.entered_by, move_open_orders=False)
    assert "kept while the calendar changed" in page_of(as_staff, order)


def test_a_way_too_long_to_read_is_told_and_not_listed(order, as_staff):
    ClosedDay.objects.create(first_day=date(2026, 6, 11), last_day=date(2926, 6, 11), name="Hibernation")
    assert "2 business days after" in page_of(as_staff, order)
    assert story_of(order).parts[0].days == []


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-06-11", ""),
        ("2026-06-12", "due today"),
        ("2026-06-13", "late since Fri"),
        ("2026-06-15", "1 business day late"),
        ("2026-06-17", "3 business days late"),
    ],
)
def test_lists_say_how_late_in_words(order, today, words):
    on = date.fromisoformat(today)
    assert stay.of(order).words(on, work_calendar.load()) == words


@pytest.mark.parametrize(
    ("due", "on", "words"),
    [
        (date(2026, 12, 24), date(2026, 12, 27), "late since Thu"),
        (date(2026, 12, 24), date(2027, 1, 2), "late since Thu 24 Dec"),  # "Thu" would be another one
        (date(2026, 12, 24), date(2026, 12, 24), "due today"),
        (date(2026, 12, 23), date(2027, 1, 2), "1 business day late"),
    ],
)
def test_where_the_studio_was_closed_since_it_says_since_when(due, on, words):
    christmas = WorkCalendar(closed=[(date(2026, 12, 25), date(2027, 1, 3), "Christmas")])
    assert stay.Stay(entered_on=date(2026, 12, 21), due_date=due).words(on, christmas) == words


def shown(orders):
    """Return the due dates of `orders` on a page."""
    request = RequestFactory().get("/")
    request.set_up = set_up.now()
    template = Template("{% load orders %}{% for order in orders %}{% due_date order %}{% endfor %}")
    return template.render(RequestContext(request, {"orders": orders}))


def test_due_dates_cost_one_query_however_many_there_are(make_order, preferences, django_assert_num_queries):
    orders = [make_order() for _ in range(20)]
    shown(orders)
    with django_assert_num_queries(1):  # whether the calendar is as it was
        html = shown(orders)
    assert html.count("due-why") == 20
    with django_assert_num_queries(1):
        shown(orders[:1])


def test_the_button_names_its_day_for_those_who_do_not_see_it(order, preferences):
    html = shown([order])
    assert "Why Fri 12 Jun 2026?" in html
    assert f'href="/orders/{order.pk}/due-date/"' in html


def test_only_reading_is_possible(order, as_staff):
    address = reverse("preproduction:due_date_explanation", args=[order.pk])
    assert as_staff.post(address).status_code == 405
    assert as_staff.get(reverse("preproduction:due_date_explanation", args=[987654])).status_code == 404
