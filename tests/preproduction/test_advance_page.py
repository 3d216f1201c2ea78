"""Advance Status as its user meets it: the page, its live preview, its answers."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from preproduction import operations
from preproduction.models import ImageLine, Order, OrderEvent, Status, StatusChange
from studio.models import Client, ClosedDay, User
from triggers.models import Delivery, Trigger

pytestmark = pytest.mark.usefixtures("preferences")
LABELS = [
    "Current Status",
    "Date Completed",
    "Change To Status",
    "Due Date",
    "Status Updated By",
    "New Status Assigned to Dept",
    "New Status Assigned to User",
    "Note",
]


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def trigger(statuses, shipping):
    return Trigger.objects.create(
        description="Pack the images",
        status=statuses["Sent to lab"],
        task_title="Pack <now>",
        department=shipping,
    )


def address(order, view="advance_order"):
    return reverse(f"preproduction:{view}", args=[order.pk])


def page_of(browser, order, status=200):
    response = browser.get(address(order))
    assert response.status_code == status
    return response


def typed(response, **changes):
    """Return what the browser would send for the form of `response`, with the user's changes."""
    form = response.context["form"]
    data = {
        name: form[name].value()
        for name in form.fields
        if name not in ("triggers", "triggers_shown", "recalculate")
    }
    shown = [each.trigger.pk for each, _ in response.context["advance"].sends]
    data |= {"triggers": shown, "triggers_shown": shown}
    data = {name: "" if value is None else value for name, value in data.items()}
    return {**data, **{name: getattr(value, "pk", value) for name, value in changes.items()}}


def advance(browser, order, **changes):
    return browser.post(address(order), typed(page_of(browser, order), **changes))


def reread(order):
    return Order.objects.for_page().get(pk=order.pk)


def test_the_labels_are_those_of_the_product_in_its_order(as_staff, order):
    html = page_of(as_staff, order).content.decode()
    html = html[html.index("data-dialog-content") :]
    places = [re.search(rf">\s*{label}\s*<", html).start() for label in LABELS]
    assert places == sorted(places)
    assert "Anna &lt;3 &amp; Bob &lt;b&gt;" in html


def test_the_defaults_are_those_of_the_product(as_staff, order, statuses, shipping, sam):
    form = page_of(as_staff, order).context["form"]
    assert form["to"].value() == statuses["Sent to lab"].pk
    assert form["completed_on"].value() == date(2026, 6, 10)
    assert form["due_date"].value() == "2026-06-17"
    assert form["updated_by"].value() == sam.pk
    assert form["department"].value() == str(shipping.pk)
    assert form["assigned_user"].value() == ""
    assert not form["note"].value()


def test_ok_advances_the_order_and_offers_undo(as_staff, order, statuses, shipping, sam):
    response = as_staff.post(
        address(order), typed(page_of(as_staff, order), note="Two albums\n<b>"), follow=True
    )
    assert response.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    order = reread(order)
    assert (order.status, order.status_due_date, order.department) == (
        statuses["Sent to lab"],
        date(2026, 6, 17),
        shipping,
    )
    change = order.status_changes.get(sequence=2)
    assert (change.updated_by, change.recorded_by, change.note) == (sam, sam, "Two albums\n<b>")
    html = response.content.decode()
    assert f"Order {order.number} advanced to Sent to lab, due" in html
    assert f'action="/orders/{order.pk}/undo/"' in html
    assert "<b>" not in html.replace("&lt;b&gt;", "")


def test_everything_can_be_changed_by_hand(as_staff, order, statuses, retouching, mia, sam):
    advance(
        as_staff,
        order,
        to=statuses["Proofs received"],
        completed_on="2026-06-10",
        due_date="2026-07-01",
        updated_by=mia,
        department=retouching,
        assigned_user=mia,
    )
    order = reread(order)
    assert (order.status, order.status_due_date, order.status_duration) == (
        statuses["Proofs received"],
        date(2026, 7, 1),
        None,
    )
    assert (order.department, order.assigned_user) == (retouching, mia)
    change = order.status_changes.get(sequence=2)
    assert (change.updated_by, change.recorded_by) == (mia, sam)


def test_with_scripts_off_what_was_not_touched_follows_the_status(as_staff, order, statuses, retouching, sam):
    advance(as_staff, order, to=statuses["Proofs received"])
    order = reread(order)
    # Proofs received: 3 business days, Retouching, Sam.
    assert (order.status_due_date, order.department, order.assigned_user) == (
        date(2026, 6, 15),
        retouching,
        sam,
    )
    assert order.status_duration == 3


def test_with_scripts_off_a_touched_due_date_stays(as_staff, order, statuses):
    advance(as_staff, order, to=statuses["Proofs received"], due_date="2026-06-30", completed_on="2026-06-10")
    assert reread(order).status_due_date == date(2026, 6, 30)


def test_a_due_date_can_be_left_empty_by_hand(as_staff, order):
    advance(as_staff, order, due_date="")
    assert reread(order).status_due_date is None


def test_with_scripts_off_recalculate_shows_what_follows_and_changes_nothing(as_staff, order, statuses, sam):
    data = typed(page_of(as_staff, order), to=statuses["Proofs received"], note="Keep me", recalculate="yes")
    response = as_staff.post(address(order), data)
    form = response.context["form"]
    assert response.status_code == 200
    assert (form["due_date"].value(), form["assigned_user"].value()) == ("2026-06-15", str(sam.pk))
    assert "Keep me" in response.content.decode()
    assert reread(order).status_sequence == 1


def preview(browser, order, **changes):
    return browser.get(address(order, "advance_preview"), typed(page_of(browser, order), **changes))


def test_the_preview_follows_status_and_date(as_staff, order, statuses, retouching, sam):
    ClosedDay.objects.create(first_day=date(2026, 6, 12), last_day=date(2026, 6, 12), name="Inventory")
    response = preview(as_staff, order, to=statuses["Proofs received"])
    form = response.context["form"]
    assert [form[name].value() for name in ("due_date", "department", "assigned_user")] == [
        "2026-06-16",
        str(retouching.pk),
        str(sam.pk),
    ]
    html = response.content.decode()
    assert "Wed 10 + 3: Thu 1, Fri closed, Sat and Sun not worked, Mon 2, Tue 3" in html
    assert "closed: Inventory" in html
    assert "<html" not in html


def test_the_preview_leaves_what_was_typed(as_staff, order, statuses, mia):
    response = preview(
        as_staff, order, to=statuses["Proofs received"], due_date="2026-06-30", assigned_user=mia
    )
    form = response.context["form"]
    assert (form["due_date"].value(), form["assigned_user"].value()) == ("2026-06-30", str(mia.pk))
    assert form["suggested_due_date"].value() == "2026-06-15"
    assert "Typed by hand. Counted:" in response.content.decode()


def test_a_second_preview_still_knows_what_was_typed(as_staff, order, statuses):
    first = preview(as_staff, order, to=statuses["Proofs received"], due_date="2026-06-30")
    data = typed(first, to=statuses["Sent to lab"])
    second = as_staff.get(address(order, "advance_preview"), data)
    assert second.context["form"]["due_date"].value() == "2026-06-30"


@pytest.mark.parametrize(
    "nonsense",
    [
        {"to": ""},
        {"to": "x\x00"},
        {"completed_on": "soon"},
        {"completed_on": "9999-12-31"},
        {"due_date": "never"},
        {"department": "99999"},
        {"triggers": ["x", "-1", "9" * 40], "triggers_shown": ["\u0661"]},
        {"suggested_due_date": "\ud800".encode("utf-8", "replace")},
    ],
)
def test_a_preview_of_nonsense_is_quiet(as_staff, order, nonsense):
    response = preview(as_staff, order, **nonsense)
    assert response.status_code == 200
    assert "errorlist" not in response.content.decode()
    assert as_staff.get(address(order, "advance_preview")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"completed_on": "2026-06-11"}, "completed_on", "Date Completed is in the future."),
        ({"completed_on": "2026-06-09"}, "completed_on", "before the order entered Images selected"),
        ({"completed_on": "9999-12-31"}, "completed_on", "between the years 2000 and 2100"),
        ({"due_date": "2026-06-01"}, "due_date", "The due date is before Date Completed."),
        ({"due_date": "soon"}, "due_date", "Enter a valid date."),
        ({"to": ""}, "to", "This field is required."),
        ({"to": "424242"}, "to", "cannot be chosen any more"),
        ({"updated_by": ""}, "updated_by", "This field is required."),
        ({"note": "bell \x07"}, "note", "Remove the invisible character"),
    ],
)
def test_refusals_stand_at_their_field_and_keep_what_was_typed(as_staff, order, changes, field, sentence):
    response = advance(as_staff, order, **{"note": "Keep me", **changes})
    assert response.status_code == 422
    form = response.context["form"]
    assert sentence in form.errors[field][0]
    assert form["note"].value() == changes.get("note", "Keep me")
    assert 'aria-invalid="true"' in response.content.decode()
    assert StatusChange.objects.filter(order=order).count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"expected": ""},
        {"expected": "many"},
        {"expected": "9" * 30},
        {"request_key": "not-a-key"},
    ],
)
def test_a_form_that_did_not_come_back_whole_says_so(as_staff, order, broken):
    response = advance(as_staff, order, **broken)
    assert response.status_code == 422
    assert "This form did not come back whole." in response.content.decode()
    assert reread(order).status_sequence == 1


def test_an_inactive_status_is_not_offered_and_refused(as_staff, order, statuses):
    response = page_of(as_staff, order)
    html = response.content.decode()
    assert ">On the shelf<" not in html
    assert ">Images selected</option>" not in html
    response = as_staff.post(address(order), typed(response, to=statuses["On the shelf"]))
    assert response.status_code == 422
    assert "On the shelf is inactive" in response.content.decode()


def test_people_and_departments_that_left_are_not_assigned(as_staff, order, statuses, sam, mia, retouching):
    Status.objects.filter(pk=statuses["Proofs received"].pk).update(default_user=mia)
    User.objects.filter(pk=mia.pk).update(is_active=False)
    retouching.is_inactive = True
    retouching.save()
    form = preview(as_staff, order, to=statuses["Proofs received"]).context["form"]
    assert (form["assigned_user"].value(), form["department"].value()) == ("", "")


def test_whoever_is_slower_reads_who_was_quicker_and_gets_a_fresh_form(as_staff, as_manager, order):
    mine = typed(page_of(as_staff, order), note="My long note")
    advance(as_manager, order)
    response = as_staff.post(address(order), mine)
    html = response.content.decode()
    assert response.status_code == 409
    assert (
        f"Mia Lindqvist moved Order {order.number} to Sent to lab at 12:00. Nothing was changed by you"
        in html
    )
    form = response.context["form"]
    assert (form["expected"].value(), form["note"].value()) == (2, "My long note")
    assert str(form["request_key"].value()) != str(mine["request_key"])
    assert reread(order).status_sequence == 2
    assert as_staff.post(address(order), typed(response)).status_code == 302


def test_outdated_comes_before_wrong(as_staff, as_manager, order):
    mine = typed(page_of(as_staff, order), due_date="soon")
    advance(as_manager, order)
    assert as_staff.post(address(order), mine).status_code == 409


def test_there_and_back_is_noticed(as_staff, as_manager, order, statuses):
    mine = typed(page_of(as_staff, order))
    advance(as_manager, order)
    advance(as_manager, order, to=statuses["Images selected"])
    assert as_staff.post(address(order), mine).status_code == 409


def test_a_double_click_advances_once_and_is_told_the_same_twice(as_staff, order):
    data = typed(page_of(as_staff, order))
    for _ in range(2):
        answer = as_staff.post(address(order), data)
        page = as_staff.get(answer["Location"]).content.decode()
        assert f"Order {order.number} advanced to Sent to lab" in page
    assert reread(order).status_sequence == 2


def test_the_key_of_another_orders_form_is_refused(as_staff, make_order):
    first, second = make_order(), make_order()
    key = uuid4()
    advance(as_staff, first, request_key=key)
    assert advance(as_staff, second, request_key=key).status_code == 409
    assert reread(second).status_sequence == 1


def test_at_a_final_status_reopening_is_a_choice(as_staff, order, statuses):
    advance(as_staff, order, to=statuses["Delivered"])
    response = page_of(as_staff, order)
    form = response.context["form"]
    assert not form["to"].value()
    assert (
        "is already at its last status, Delivered. Choose a status to reopen it." in response.content.decode()
    )
    assert as_staff.post(address(order), typed(response)).status_code == 422
    assert as_staff.post(address(order), typed(response, to=statuses["Sent to lab"])).status_code == 302
    order = reread(order)
    assert not order.is_complete
    # The form was empty, so what follows was not touched.
    assert order.status_due_date == date(2026, 6, 17)


def test_on_hold_the_page_says_so_and_offers_resume(as_manager, as_staff, order, mia):
    data = typed(page_of(as_staff, order))
    operations.hold_order(order, expected=None, by=mia, reason="Client is away")
    html = page_of(as_manager, order).content.decode()
    assert "is on hold since" in html
    assert f"/orders/{order.pk}/resume/" in html
    for_staff = page_of(as_staff, order).content.decode()
    assert f"/orders/{order.pk}/resume/" not in for_staff
    assert "a manager can do that" in for_staff
    response = as_staff.post(address(order), data)
    assert response.status_code == 409
    assert "put Order 1001 on hold" in response.content.decode()


def test_missing_proofs_ask_for_the_note(as_staff, order, statuses):
    ImageLine.objects.create(order=order, files="1-40", quantity_sent=40, quantity_returned=39)
    html = preview(as_staff, order, to=statuses["Delivered"]).content.decode()
    assert "1 proof has not come back" in html
    response = advance(as_staff, order, to=statuses["Delivered"])
    assert response.status_code == 422
    assert "1 proof has not come back" in response.context["form"].errors["note"][0]
    assert advance(as_staff, order, to=statuses["Delivered"], note="Lost").status_code == 302


def test_it_shows_what_the_change_will_send(as_staff, order, statuses, trigger):
    html = page_of(as_staff, order).content.decode()
    assert "Task for Shipping" in html
    assert "Pack the images" in html
    assert "sends nothing" in preview(as_staff, order, to=statuses["Proofs received"]).content.decode()


def test_who_gets_a_task_follows_the_department_chosen(as_staff, order, trigger, retouching):
    Trigger.objects.update(recipient=Trigger.Recipient.DEPARTMENT_OF_ORDER)
    assert "Task for Retouching" in preview(as_staff, order, department=retouching).content.decode()
    assert "Task for nobody" in preview(as_staff, order, department="").content.decode()


def test_what_is_unticked_is_left_out_this_once(as_staff, make_order, trigger):
    first, second = make_order(), make_order()
    advance(as_staff, first, triggers=[])
    advance(as_staff, second)
    assert Delivery.objects.get(order=first).state == Delivery.State.SKIPPED
    assert Delivery.objects.get(order=first).reason == "Left out by Sam Okafor."
    assert Delivery.objects.get(order=second).state == Delivery.State.PENDING


def test_a_trigger_that_was_not_shown_is_not_left_out(as_staff, order, statuses, trigger):
    late = Trigger.objects.create(
        description="New",
        status=statuses["Proofs received"],
        task_title="T",
        recipient=Trigger.Recipient.UPDATED_BY,
    )
    advance(as_staff, order, to=statuses["Proofs received"])
    assert Delivery.objects.get(trigger=late).state == Delivery.State.PENDING


def test_an_unticked_trigger_stays_unticked_when_the_form_comes_back(as_staff, order, trigger):
    response = advance(as_staff, order, triggers=[], due_date="soon")
    assert [ticked for _, ticked in response.context["advance"].sends] == [False]


def test_an_empty_status_list_is_said(as_staff, order):
    StatusChange.objects.filter(order=order)  # the order came from an import without a list
    Order.objects.filter(pk=order.pk).update(status=None, stay=None)
    from django.db import connection

    from studio import append_only

    append_only.remove_guards(connection)
    OrderEvent.objects.all().delete()
    StatusChange.objects.all().delete()
    Status.objects.all().delete()
    html = page_of(as_staff, order).content.decode()
    assert "The status list is empty" in html
    assert as_staff.post(address(order), {"expected": 1, "request_key": uuid4()}).status_code == 422


def test_an_order_without_a_status_enters_the_list(as_staff, order, statuses):
    Order.objects.filter(pk=order.pk).update(status=None, status_due_date=None, entered_status_on=None)
    assert advance(as_staff, order).status_code == 302
    assert reread(order).status == statuses["Images selected"]


def test_in_a_dialog_one_comes_back_to_the_page_it_was_opened_on(as_staff, order):
    data = typed(page_of(as_staff, order))
    headers = {"X-Dialog": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/orders/?late=on"}
    response = as_staff.post(address(order), data, headers=headers)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/orders/?late=on")


@pytest.mark.parametrize("page", ["http://evil.example/orders/", "http://testserver//evil.example/"])
def test_a_dialog_cannot_send_one_to_another_host(as_staff, order, page):
    data = typed(page_of(as_staff, order))
    headers = {"X-Dialog": "1", "HX-Request": "true", "HX-Current-URL": page}
    assert as_staff.post(address(order), data, headers=headers)["HX-Redirect"] == f"/orders/{order.pk}/"


def test_reading_changes_nothing_and_an_unknown_order_is_not_found(as_staff, order):
    page_of(as_staff, order)
    assert reread(order).status_sequence == 1
    assert as_staff.post(address(order, "advance_preview")).status_code == 405
    for view in ("advance_order", "advance_preview"):
        assert as_staff.get(reverse(f"preproduction:{view}", args=[987654])).status_code == 404


def test_long_names_and_markup_come_out_as_text(as_staff, order, statuses, session):
    Client.objects.update(name="W" * 200)
    Status.objects.filter(pk=statuses["Sent to lab"].pk).update(description="<script>alert(1)</script>")
    html = page_of(as_staff, order).content.decode()
    assert "<script>alert" not in html
    advance(as_staff, order)
    assert "<script>alert" not in as_staff.get(f"/orders/{order.pk}/").content.decode()


def test_the_page_costs_the_same_with_many_statuses_and_people(
    as_staff, order, django_assert_max_num_queries
):
    for n in range(20):
        Status.objects.create(description=f"Step {n}", position=100 + n)
        User.objects.create(username=f"u{n}")
    page_of(as_staff, order)  # reads what was set up
    with django_assert_max_num_queries(12):
        page_of(as_staff, order)
