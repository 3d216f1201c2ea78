"""The hub: what it finds, how it sorts, what it says, and what it makes of a strange address."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import Order
from preproduction.tables.order import OrderTable
from studio.models import Client, Department, PhotoSession, SessionType, Vendor

WEDNESDAY = date(2026, 6, 10)
HUB = "/orders/"


@pytest.fixture(autouse=True)
def on_a_wednesday(preferences):
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


def numbers(response):
    """Return the order numbers of the page, from top to bottom."""
    assert response.status_code == 200
    return [row.record.number for row in response.context["table"].page]


@pytest.fixture
def found(as_staff):
    """Return a function from filters to the order numbers of the hub's page."""

    def find(**filters):
        return numbers(as_staff.get(HUB, filters))

    return find


@pytest.fixture
def session_of(session):
    """Return a function that makes a session of a client with the name given."""

    def make(name, number, session_type="Wedding"):
        return PhotoSession.objects.create(
            number=number,
            client=Client.objects.create(name=name),
            date=WEDNESDAY,
            session_type=SessionType.objects.get_or_create(name=session_type)[0],
        )

    return make


def advance(order, by, to=None, **changes):
    plan = operations.plan_advance(order, to=to)
    change = operations.advance_status(order, plan, expected=order.version, by=by, **changes)
    order.refresh_from_db()
    return change


@pytest.fixture
def late(make_order):
    """Due on 3 June."""
    return make_order(number="LATE", order_date=date(2026, 6, 1))


@pytest.fixture
def due_today(make_order):
    return make_order(number="TODAY", order_date=date(2026, 6, 8))


@pytest.fixture
def held(make_order, mia):
    order = make_order(number="HELD", order_date=date(2026, 6, 1))
    operations.hold_order(order, expected=None, by=mia, reason="The client is away")
    return order


@pytest.fixture
def complete(make_order, sam, statuses):
    order = make_order(number="DONE", order_date=date(2026, 6, 1))
    advance(order, sam, to=statuses["Delivered"])
    return order


@pytest.fixture
def of_sam(make_order, sam, statuses):
    """At Proofs received, due on the 15th."""
    order = make_order(number="SAM")
    advance(order, sam, to=statuses["Proofs received"])
    return order


@pytest.fixture
def all_kinds(late, due_today, held, complete, of_sam):
    return [late, due_today, held, complete, of_sam]


def test_open_orders_are_shown_the_most_pressing_first(found, all_kinds):
    assert found() == ["LATE", "HELD", "TODAY", "SAM"]


@pytest.mark.parametrize(
    ("filters", "answer"),
    [
        ({"state": "complete"}, {"DONE"}),
        ({"state": "all"}, {"LATE", "TODAY", "HELD", "DONE", "SAM"}),
        ({"late": "any"}, {"LATE"}),
        ({"late": "3-5"}, {"LATE"}),
        ({"late": "1-2"}, set()),
        ({"late": "11"}, set()),
        ({"due_today": "on"}, {"TODAY"}),
        ({"on_hold": "on"}, {"HELD"}),
        ({"unassigned": "on"}, {"LATE", "TODAY", "HELD"}),
        ({"unassigned": "on", "late": "any"}, {"LATE"}),
        ({"mine": "on"}, {"SAM"}),
        ({"user": "none"}, {"LATE", "TODAY", "HELD"}),
        ({"due_from": "2026-06-10", "due_to": "2026-06-12"}, {"TODAY"}),
        ({"ordered_from": "2026-06-08"}, {"TODAY", "SAM"}),
        ({"ordered_to": "2026-06-01", "state": "all"}, {"LATE", "HELD", "DONE"}),
        ({"q": "tod"}, {"TODAY"}),
        ({"q": "anna s-100"}, {"LATE", "TODAY", "HELD", "SAM"}),
        ({"q": "anna nobody"}, set()),
    ],
)
def test_filters_narrow_the_list(found, all_kinds, filters, answer):
    assert set(found(**filters)) == answer


def test_menus_take_several_choices_and_the_empty_one(found, of_sam, late, sam, statuses, shipping):
    assert found(status=[statuses["Proofs received"].pk]) == ["SAM"]
    both = [statuses["Proofs received"].pk, statuses["Images selected"].pk]
    assert set(found(status=both)) == {"SAM", "LATE"}
    assert set(found(user=["none", sam.pk])) == {"SAM", "LATE"}
    assert found(department=[shipping.pk]) == []


def test_vendor_and_session_type_filter(found, make_order, vendor, session_of):
    other = session_of("Bo", "S-7")
    make_order(number="A", vendor=vendor, vendor_order_number="NL-778")
    make_order(number="B", session=other)
    assert found(vendor=vendor.pk) == ["A"]
    assert found(vendor="none") == ["B"]
    assert found(session_type=other.session_type_id) == ["B"]
    assert found(q="nl-778") == ["A"]


@pytest.mark.parametrize("typed", ["ΕΛΈΝΗ", "ελένη", "Ελένη", "παπα"])
def test_names_are_found_whatever_their_script_and_case(found, make_order, session_of, typed):
    make_order(number="GREEK", session=session_of("Ελένη Παπαδοπούλου", "S-8"))
    make_order(number="OTHER")
    assert found(q=typed) == ["GREEK"]


@pytest.mark.parametrize("typed", ["555 608-6095", "(555)6086095", "608.6095", "anna@home", "INV-31"])
def test_a_caller_is_found_by_any_clue(found, make_order, session_of, typed):
    called = make_order(number="CALLED", session=session_of("Anna", "S-8"), vendor_invoice_number="INV-31")
    Client.objects.filter(pk=called.session.client_id).update(
        mobile_phone="+1 (555) 608-6095", email="anna@home.example"
    )
    make_order(number="OTHER")
    assert found(q=typed) == ["CALLED"]


def test_four_digits_find_a_phone_number_after_the_order_of_that_number(found, make_order, session_of):
    other = make_order(number="9", session=session_of("Anna", "S-8"))
    Client.objects.filter(pk=other.session.client_id).update(phone="555 1402")
    make_order(number="1402")
    assert found(q="1402") == ["1402", "9"]


def test_a_search_without_result_offers_all_orders(as_staff, complete):
    page = as_staff.get(HUB, {"q": complete.number, "late": "any"})
    offer = page.context["empty"]
    assert "finds 1 order among" in offer["text"]
    assert numbers(as_staff.get(offer["url"])) == [complete.number]


def test_search_takes_percent_and_underscore_as_they_are(found, make_order, session_of):
    make_order(number="A", session=session_of("100% Pure", "S-9"))
    make_order(number="B")
    assert found(q="100%") == ["A"]
    assert found(q="_") == []


def test_the_tabs_count_what_they_show_under_the_other_filters(as_staff, all_kinds, make_order, session_of):
    make_order(number="BO", session=session_of("Bo", "S-7"), order_date=date(2026, 6, 1))
    for filters in ({}, {"q": "anna"}, {"q": "bo", "late": "any"}):
        tabs = as_staff.get(HUB, filters).context["tabs"]
        assert [tab["words"] for tab in tabs] == [
            "Open",
            "Late",
            "Due today",
            "Unassigned",
            "On hold",
            "Complete",
            "All",
        ]
        for tab in tabs:
            if tab["count"] is not None:
                assert len(numbers(as_staff.get(f"{HUB}?{tab['query']}"))) == tab["count"], tab


def test_the_current_tab_is_marked(as_staff, db):
    marked = [
        tab["words"] for tab in as_staff.get(f"{HUB}?late=any&q=x").context["tabs"] if tab["is_current"]
    ]
    assert marked == ["Late"]
    mixed = as_staff.get(f"{HUB}?late=any&unassigned=on").context["tabs"]
    assert not any(tab["is_current"] for tab in mixed)


def test_each_filter_in_force_is_a_chip_that_takes_it_out(as_staff, all_kinds, statuses):
    first, second = statuses["Images selected"].pk, statuses["Proofs received"].pk
    address = f"{HUB}?q=anna&late=any&status={first}&status={second}&due_from=2026-06-01"
    chips = {chip.words: chip.query for chip in as_staff.get(address).context["filters"].chips()}
    assert list(chips) == [
        "Search: anna",
        "Late by any time",
        "Status: Images selected",
        "Status: Proofs received",
        "Due from Mon 1 Jun 2026",
    ]
    assert chips["Status: Images selected"] == f"q=anna&late=any&status={second}&due_from=2026-06-01"
    page = as_staff.get(address).content.decode()
    assert f'href="?late=any&amp;status={first}&amp;status={second}&amp;due_from=2026-06-01"' in page


def sortable():
    return [name for name, column in OrderTable.base_columns.items() if column.orderable is not False]


@pytest.mark.parametrize("state", ["open", "complete", "all"])
@pytest.mark.parametrize("name", sortable())
def test_every_column_sorts_both_ways_with_empty_values_last(
    found, all_kinds, vendor, make_order, name, state
):
    make_order(number="NEXT", vendor=vendor)
    up, down = found(sort=name, state=state), found(sort=f"-{name}", state=state)
    assert set(up) == set(down) == set(found(state=state))


def test_numbers_sort_as_people_read_them(found, make_order):
    for number in ("1000", "999", "10000", "A-1"):
        make_order(number=number)
    assert found(sort="number") == ["999", "1000", "10000", "A-1"]
    assert found(sort="-number") == ["A-1", "10000", "1000", "999"]


def test_orders_without_a_due_date_come_last_either_way(found, make_order, statuses, late, due_today):
    statuses["Images selected"].default_duration = None
    statuses["Images selected"].save()
    make_order(number="NEVER")
    assert found(sort="due") == ["LATE", "TODAY", "NEVER"]
    assert found(sort="-due") == ["TODAY", "LATE", "NEVER"]


def test_ties_are_broken_by_the_key_so_that_pages_never_repeat(as_staff, make_order):
    made = [make_order().number for _ in range(60)]
    for sort in ("due", "-due", "client", "-status", "user", "-order_date"):
        pages = [
            numbers(as_staff.get(HUB, {"sort": sort, "per_page": 25, "page": page})) for page in (1, 2, 3)
        ]
        seen = [number for page in pages for number in page]
        assert sorted(seen) == sorted(made)
        # All are alike but for their keys.
        assert seen == (made[::-1] if sort.startswith("-") else made), sort


def test_pages_have_25_50_or_100_rows(as_staff, make_order):
    for _ in range(101):
        make_order()
    assert len(numbers(as_staff.get(HUB))) == 50
    assert len(numbers(as_staff.get(HUB, {"per_page": 25}))) == 25
    assert len(numbers(as_staff.get(HUB, {"per_page": 100}))) == 100
    assert len(numbers(as_staff.get(HUB, {"per_page": 1000}))) == 50
    assert len(numbers(as_staff.get(HUB, {"per_page": 100, "page": 2}))) == 1
    # Beyond the end is the last page.
    assert len(numbers(as_staff.get(HUB, {"per_page": 100, "page": 99}))) == 1


HOSTILE = ["", " ", "0", "-1", "9" * 30, "1e9", "on", "none", "null", "None", "é", "٣", "'", '"', "%00", "../..", "<b>",
           "{{x}}", "[]", "a" * 5000, "\x00", "﷽", "2026-02-30", "0001-01-01", "99999-01-01", "due", "-due", "--due",
           "session__client__email", "pk", "?", "😀"]  # fmt: skip
PARAMETERS = ["q", "state", "late", "due_today", "unassigned", "on_hold", "mine", "status", "department", "user",
              "vendor", "session_type", "due_from", "due_to", "ordered_from", "ordered_to", "sort", "page",
              "per_page", "export"]  # fmt: skip


def test_no_address_breaks_the_page(as_staff, late):
    for value in HOSTILE:
        # Each filter reads its own parameter only, so all are tried at once.
        for values in (value, [value, value, "1"]):
            response = as_staff.get(HUB, dict.fromkeys(PARAMETERS, values))
            assert response.status_code == 200, values
    for name in PARAMETERS:
        assert as_staff.get(HUB, {name: "9" * 30}).status_code == 200, name


def test_what_makes_no_sense_is_named_and_left_out(as_staff, late):
    page = as_staff.get(f"{HUB}?status=999999&due_from=yesterday&q=late")
    assert numbers(page) == ["LATE"]
    text = page.content.decode()
    assert "Status: Select a valid choice. 999999 is not one of the available choices." in text
    assert "Due from: Enter a valid date." in text


def test_an_unknown_sort_is_the_usual_one(found, late, due_today):
    assert found(sort="session__client__email") == found(sort="actions") == found() == ["LATE", "TODAY"]


def test_a_late_order_says_so_in_words(as_staff, late, due_today, held):
    page = as_staff.get(HUB).content.decode()
    assert "5 business days late" in page
    assert '<span class="due-words">due today</span>' in page
    # A hold is said beside the status, and once.
    assert page.count("On hold</span>") == 1


def test_client_names_are_text(as_staff, late):
    page = as_staff.get(HUB).content.decode()
    assert "Anna &lt;3 &amp; Bob &lt;b&gt;" in page
    assert "Bob <b>" not in page


def test_an_empty_studio_is_told_where_orders_come_from(as_staff, db):
    page = as_staff.get(HUB).content.decode()
    assert "No open orders" in page
    assert reverse("studio:session_list") in page
    assert "No orders match" in as_staff.get(f"{HUB}?q=x").content.decode()


def test_an_inactive_choice_is_still_found(found, of_sam, statuses, sam):
    Department.objects.update(is_inactive=True)
    Vendor.objects.update(is_inactive=True)
    statuses["Proofs received"].is_inactive = True
    statuses["Proofs received"].save()
    sam.is_active = False
    assert found(status=statuses["Proofs received"].pk) == ["SAM"]


def test_on_a_saturday_an_order_due_on_friday_is_late(as_staff, make_order):
    make_order(number="FRIDAY")  # due on Friday the 12th
    with time_machine.travel("2026-06-12 12:00", tick=False):
        assert numbers(as_staff.get(HUB, {"late": "any"})) == []
    with time_machine.travel("2026-06-13 12:00", tick=False):
        page = as_staff.get(HUB, {"late": "1-2"})
        assert numbers(page) == ["FRIDAY"]
        assert '<span class="due-words">late since Fri</span>' in page.content.decode()


def test_today_is_the_studios(as_staff, due_today, preferences):
    preferences.time_zone = "Pacific/Auckland"  # where it is the 11th at noon UTC on the 10th
    preferences.save()
    assert numbers(as_staff.get(HUB, {"late": "any"})) == ["TODAY"]


def test_many_are_ticked_for_an_act_by_those_who_may(as_staff, as_manager, late):
    staff, manager = as_staff.get(HUB).content.decode(), as_manager.get(HUB).content.decode()
    assert f'name="order" value="{late.pk}" form="bulk"' in staff
    assert reverse("preproduction:reassign_orders") not in staff
    assert reverse("preproduction:reassign_orders") in manager


def test_ticked_orders_are_given_to_somebody_else(as_manager, late, due_today, complete, sam, retouching):
    address = reverse("preproduction:reassign_orders")
    page = as_manager.get(address, {"order": [late.pk, due_today.pk], "next": "/orders/?late=any"})
    assert "Reassign 2 orders" in page.content.decode()
    tokens = [f"{order.pk}-{order.version}" for order in (late, due_today, complete)]
    sent = {"order": tokens, "department": "keep", "assigned_user": sam.pk}
    answer = as_manager.post(f"{address}?next=/orders/?late=any", sent, follow=True)
    assert answer.redirect_chain == [("/orders/?late=any", 302)]
    text = answer.content.decode()
    assert "2 orders reassigned." in text
    assert "Order DONE is complete" in text
    late.refresh_from_db()
    assert (late.assigned_user, late.department) == (sam, retouching)
    assert Order.objects.filter(assigned_user=sam).count() == 2


def test_an_order_moved_meanwhile_is_not_reassigned(as_manager, late, sam):
    token = f"{late.pk}-{late.version}"
    advance(late, sam)
    answer = as_manager.post(
        reverse("preproduction:reassign_orders"),
        {"order": token, "department": "keep", "assigned_user": sam.pk},
        follow=True,
    )
    assert "moved Order LATE to Sent to lab" in answer.content.decode()
    late.refresh_from_db()
    assert late.assigned_user is None


def test_an_order_withdrawn_meanwhile_is_named_and_the_others_are_reassigned(
    as_manager, late, make_order, sam, mia
):
    other = make_order()
    tokens = [f"{order.pk}-{order.version}" for order in (late, other)]
    operations.withdraw_order(late, expected=late.version, by=mia, reason="Made twice.")
    answer = as_manager.post(
        reverse("preproduction:reassign_orders"),
        {"order": tokens, "department": "keep", "assigned_user": sam.pk},
        follow=True,
    )
    assert "Order LATE was left as it is: it has been withdrawn." in answer.text
    assert "1 order reassigned." in answer.text
    assert Order.objects.get(pk=other.pk).assigned_user == sam


def test_reassigning_nothing_to_nobody_is_answered_with_a_sentence(as_manager, late):
    address = reverse("preproduction:reassign_orders")
    for data in ({}, {"order": "x"}, {"order": "9" * 30}, {"order": "99999"}):
        assert "No orders were ticked" in as_manager.get(address, data, follow=True).content.decode()
    token = f"{late.pk}-1"
    answer = as_manager.post(address, {"order": token, "department": "keep", "assigned_user": "keep"})
    assert answer.status_code == 422
    assert "Choose the department or the user" in answer.content.decode()
    assert (
        as_manager.post(address, {"order": token, "department": "777", "assigned_user": "x"}).status_code
        == 422
    )


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_back_leads_to_no_other_site(as_manager, late, sam, elsewhere):
    address = f"{reverse('preproduction:reassign_orders')}?next={elsewhere}"
    answer = as_manager.post(address, {"order": late.pk, "department": "none", "assigned_user": "keep"})
    assert answer["Location"] == HUB
