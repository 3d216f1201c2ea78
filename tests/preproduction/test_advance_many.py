"""Many at once: rows with corrections before OK, a result per row after it, and one bad row harms no other."""

from datetime import date

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from preproduction import operations
from preproduction.forms import advance_many
from preproduction.models import Cause, ImageLine, Order, StatusChange
from triggers.models import Delivery, Trigger

pytestmark = pytest.mark.usefixtures("preferences")
ADDRESS = "/orders/advance/"


@pytest.fixture(autouse=True)
def on_a_wednesday():
    with time_machine.travel("2026-06-10 12:00", tick=False):
        yield


@pytest.fixture
def orders(make_order):
    return [make_order() for _ in range(3)]


@pytest.fixture
def trigger(statuses, shipping):
    return Trigger.objects.create(
        description="Pack", status=statuses["Sent to lab"], task_title="Pack", department=shipping
    )


def choose(browser, orders, **options):
    return browser.get(ADDRESS, {"order": [order.pk for order in orders]}, **options)


def typed(response):
    """Return what the browser would send for the rows of `response`, as the page has them."""
    batch = response.context["batch"]
    data = {"filled": "yes", "order": [row.order.pk for row in batch.rows], "updated_by": batch.by.pk}
    for row in batch.rows:
        form = row.form
        for name in form.fields:
            value = form[name].value()
            if name not in ("include", "send", "send_shown"):
                data[form[name].html_name] = "" if value is None else value
        if form.is_included:
            data[f"{form.prefix}-include"] = "on"
        if row.sends:
            data[f"{form.prefix}-send_shown"] = "yes"
            if form.send_is_ticked:
                data[f"{form.prefix}-send"] = "on"
    return data


def changed(data, order, **changes):
    return data | {f"row-{order.pk}-{name}": getattr(value, "pk", value) for name, value in changes.items()}


def reread(order):
    return Order.objects.for_table().get(pk=order.pk)


def results(response):
    return {order.pk: str(answer) for order, answer in response.context["results"]}


def advance_one(order, by, to=None):
    order = reread(order)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=by)


def test_each_order_goes_to_its_own_next_status(as_staff, orders, sam, statuses):
    advance_one(orders[0], sam)
    page = choose(as_staff, orders)
    response = as_staff.post(ADDRESS, typed(page))
    assert response.status_code == 200
    assert [reread(order).status.description for order in orders] == [
        "Proofs received",
        "Sent to lab",
        "Sent to lab",
    ]
    assert "3 of 3 orders advanced" in response.content.decode()
    assert StatusChange.objects.filter(cause=Cause.MANY).count() == 3
    assert not response.context["batch"].rows


def test_the_table_shows_order_from_to_due_and_owner(as_staff, orders, statuses, shipping):
    page = choose(as_staff, orders[:1])
    (row,) = page.context["batch"].rows
    assert [row.form[name].value() for name in ("to", "due_date", "department")] == [
        statuses["Sent to lab"].pk,
        "2026-06-17",
        str(shipping.pk),
    ]
    html = page.content.decode()
    assert "Images selected" in html
    assert "Wed 10 + 5: Thu 1, Fri 2, Sat and Sun not worked, Mon 3, Tue 4, Wed 5" in html
    assert "Anna &lt;3 &amp; Bob &lt;b&gt;" in html
    assert f'aria-label="Change To Status, Order {orders[0].number}"' in html


def test_a_row_can_be_corrected_and_the_others_are_as_they_were(as_staff, orders, statuses, mia, retouching):
    data = changed(
        typed(choose(as_staff, orders)),
        orders[0],
        to=statuses["Proofs received"],
        due_date="2026-07-01",
        department=retouching,
        assigned_user=mia,
        note="Two rolls",
    )
    as_staff.post(ADDRESS, data)
    first, second = reread(orders[0]), reread(orders[1])
    assert (first.status, first.status_due_date, first.assigned_user) == (
        statuses["Proofs received"],
        date(2026, 7, 1),
        mia,
    )
    assert first.status_changes.get(sequence=2).note == "Two rolls"
    assert (second.status, second.status_due_date) == (statuses["Sent to lab"], date(2026, 6, 17))


def test_with_scripts_off_a_row_follows_its_status(as_staff, orders, statuses, sam):
    as_staff.post(
        ADDRESS, changed(typed(choose(as_staff, orders)), orders[0], to=statuses["Proofs received"])
    )
    first = reread(orders[0])
    assert (first.status_due_date, first.assigned_user) == (date(2026, 6, 15), sam)


def test_the_row_follows_its_status_live(as_staff, orders, statuses, sam):
    data = changed(typed(choose(as_staff, orders)), orders[0], to=statuses["Proofs received"])
    response = as_staff.get(reverse("preproduction:advance_row", args=[orders[0].pk]), data)
    html = response.content.decode()
    assert 'value="2026-06-15"' in html
    assert f'<option value="{sam.pk}" selected>' in html
    assert html.count('hx-swap-oob="true"') == 3
    assert "errorlist" not in html


def test_one_bad_row_harms_no_other(as_staff, orders):
    data = changed(typed(choose(as_staff, orders)), orders[0], completed_on="2026-06-20", note="Keep me")
    data = changed(data, orders[1], due_date="soon")
    response = as_staff.post(ADDRESS, data)
    assert response.status_code == 422
    assert [reread(order).status_sequence for order in orders] == [1, 1, 2]
    first, second = response.context["batch"].rows
    assert first.form.errors["completed_on"] == ["Date Completed is in the future."]
    assert first.form["note"].value() == "Keep me"
    assert "due_date" in second.form.errors
    assert "1 of 3 orders advanced" in response.content.decode()
    # Corrected, the rest goes too.
    data = changed(typed(response), orders[0], completed_on="2026-06-10")
    data = changed(data, orders[1], due_date="2026-06-30")
    assert as_staff.post(ADDRESS, data).status_code == 200
    assert [reread(order).status_sequence for order in orders] == [2, 2, 2]


def test_a_row_the_database_refuses_harms_no_other(as_staff, orders, monkeypatch):
    from preproduction.operations import advance

    real = advance.move

    def sometimes(order, *args, **keywords):
        if order.pk == orders[1].pk:
            raise DatabaseError("lock timeout")
        return real(order, *args, **keywords)

    monkeypatch.setattr(advance, "move", sometimes)
    response = as_staff.post(ADDRESS, typed(choose(as_staff, orders)))
    assert [reread(order).status_sequence for order in orders] == [2, 1, 2]
    assert "The database was busy" in results(response)[orders[1].pk]


def test_sending_the_form_twice_advances_once_and_says_the_same(as_staff, orders):
    data = typed(choose(as_staff, orders))
    first, second = (as_staff.post(ADDRESS, data) for _ in range(2))
    assert results(first) == results(second)
    assert second.status_code == 200
    assert [reread(order).status_sequence for order in orders] == [2, 2, 2]


def test_unticked_rows_stay(as_staff, orders):
    data = typed(choose(as_staff, orders))
    del data[f"row-{orders[1].pk}-include"]
    response = as_staff.post(ADDRESS, data)
    assert [reread(order).status_sequence for order in orders] == [2, 1, 2]
    assert [row.order for row in response.context["batch"].rows] == [orders[1]]
    assert orders[1].pk not in results(response)


def test_nothing_ticked_is_said(as_staff, orders):
    data = {name: value for name, value in typed(choose(as_staff, orders)).items() if "include" not in name}
    response = as_staff.post(ADDRESS, data)
    assert response.status_code == 422
    assert "No order is ticked" in response.content.decode()


def test_orders_that_cannot_move_are_shown_with_why_and_left_out(as_staff, orders, sam, mia, statuses):
    operations.hold_order(orders[0], expected=None, by=mia, reason="Away")
    advance_one(orders[1], sam, statuses["Delivered"])
    page = choose(as_staff, orders)
    assert [row.order for row in page.context["batch"].rows] == [orders[2]]
    html = page.content.decode()
    assert "On hold. Resume it first." in html
    assert "Complete. Reopening is a choice of its own" in html


def test_one_that_was_withdrawn_meanwhile_is_named_and_the_others_are_advanced(as_manager, orders, mia):
    data = typed(choose(as_manager, orders))
    operations.withdraw_order(orders[0], expected=orders[0].version, by=mia, reason="Made twice.")
    page = as_manager.post(ADDRESS, data)
    assert f"{orders[0]} was left as it is: it has been withdrawn." in page.text
    assert page.context["done"] == 2


def test_a_colleague_was_quicker_with_one(as_staff, orders, mia):
    data = changed(typed(choose(as_staff, orders)), orders[0], note="My words")
    advance_one(orders[0], mia)
    response = as_staff.post(ADDRESS, data)
    assert (
        f"Mia Lindqvist moved Order {orders[0].number} to Sent to lab at 12:00"
        in results(response)[orders[0].pk]
    )
    assert [reread(order).status_sequence for order in orders] == [2, 2, 2]
    (row,) = response.context["batch"].rows
    # It is shown as it is now, and does not go on by itself.
    assert (row.form["expected"].value(), row.form.is_included, row.form["note"].value()) == (
        2,
        False,
        "My words",
    )


def test_a_colleague_put_one_on_hold_or_took_it_away(as_staff, orders, mia):
    data = typed(choose(as_staff, orders))
    operations.hold_order(orders[0], expected=None, by=mia, reason="Away")
    response = as_staff.post(ADDRESS, {**data, "order": [*data["order"], 424242]})
    assert "put Order 1001 on hold" in results(response)[orders[0].pk]
    assert [reread(order).status_sequence for order in orders] == [1, 2, 2]


def test_outdated_comes_before_wrong(as_staff, orders, mia):
    data = changed(typed(choose(as_staff, orders)), orders[0], due_date="soon")
    advance_one(orders[0], mia)
    assert "Mia Lindqvist moved" in results(as_staff.post(ADDRESS, data))[orders[0].pk]


def test_values_are_set_in_all_ticked_rows_before_ok(as_staff, orders, statuses, mia):
    data = typed(choose(as_staff, orders))
    del data[f"row-{orders[2].pk}-include"]
    for_all = {"all-to": statuses["Proofs received"].pk, "all-note": "Batch", "all-assigned_user": mia.pk}
    response = as_staff.post(ADDRESS, data | for_all | {"apply": "yes"})
    assert response.status_code == 200
    first, _, third = response.context["batch"].rows
    shown = [str(first.form[name].value()) for name in ("to", "due_date", "note", "assigned_user")]
    # The due date follows the new status; what was set by hand stays.
    assert shown == [str(statuses["Proofs received"].pk), "2026-06-15", "Batch", str(mia.pk)]
    assert str(third.form["to"].value()) == str(statuses["Sent to lab"].pk)
    assert not response.context["batch"].for_all["note"].value()
    assert Order.objects.filter(status_sequence=1).count() == 3
    as_staff.post(ADDRESS, typed(response))
    assert [reread(order).status_sequence for order in orders] == [2, 2, 1]


def test_setting_all_to_where_one_stands_unticks_that_one(as_staff, orders, sam, statuses):
    advance_one(orders[0], sam)
    data = typed(choose(as_staff, orders)) | {"all-to": statuses["Sent to lab"].pk, "apply": "yes"}
    rows = as_staff.post(ADDRESS, data).context["batch"].rows
    assert [row.form.is_included for row in rows] == [False, True, True]


def test_ok_with_values_for_all_not_yet_set_shows_them_first(as_staff, orders):
    data = typed(choose(as_staff, orders)) | {"all-note": "For everybody"}
    response = as_staff.post(ADDRESS, data)
    assert response.status_code == 422
    assert "Nothing was advanced yet" in response.content.decode()
    assert Order.objects.filter(status_sequence=1).count() == 3
    as_staff.post(ADDRESS, typed(response))
    assert StatusChange.objects.filter(note="For everybody").count() == 3


def test_who_updated_the_status_can_be_a_colleague(as_staff, orders, mia, sam):
    as_staff.post(ADDRESS, typed(choose(as_staff, orders)) | {"updated_by": mia.pk})
    change = orders[0].status_changes.get(sequence=2)
    assert (change.updated_by, change.recorded_by) == (mia, sam)
    data = typed(choose(as_staff, orders)) | {"updated_by": ""}
    assert as_staff.post(ADDRESS, data).status_code == 422
    assert [reread(order).status_sequence for order in orders] == [2, 2, 2]


def test_each_row_says_what_it_sends_and_can_leave_it_out(as_staff, orders, trigger):
    page = choose(as_staff, orders)
    assert page.content.decode().count("1 task for Shipping") == 3
    data = typed(page)
    del data[f"row-{orders[0].pk}-send"]
    as_staff.post(ADDRESS, data)
    states = dict(Delivery.objects.values_list("order", "state"))
    assert states == {orders[0].pk: "skipped", orders[1].pk: "pending", orders[2].pk: "pending"}


def test_with_scripts_off_a_new_status_sends_though_no_box_was_shown(as_staff, orders, statuses, trigger):
    Trigger.objects.update(status=statuses["Proofs received"])
    data = changed(typed(choose(as_staff, orders[:1])), orders[0], to=statuses["Proofs received"])
    as_staff.post(ADDRESS, data)
    assert Delivery.objects.get().state == "pending"


def test_missing_proofs_are_told_before_and_asked_for(as_staff, orders, statuses):
    ImageLine.objects.create(order=orders[0], files="1-9", quantity_sent=9, quantity_returned=2)
    data = changed(typed(choose(as_staff, orders)), orders[0], to=statuses["Delivered"])
    shown = as_staff.post(ADDRESS, data | {"all-completed_on": "2026-06-10", "apply": "yes"})
    assert "7 proofs have not come back" in shown.content.decode()
    response = as_staff.post(ADDRESS, data)
    assert "7 proofs have not come back" in results(response)[orders[0].pk]
    assert "note" in response.context["batch"].rows[0].form.errors
    assert [reread(order).status_sequence for order in orders] == [1, 2, 2]


def test_more_than_fit_are_said(as_staff, make_order, monkeypatch):
    monkeypatch.setattr("preproduction.views.advance_many.MOST_ORDERS", 2)
    page = choose(as_staff, [make_order() for _ in range(3)])
    assert len(page.context["batch"].rows) == 2
    assert "3 orders were ticked, and at most 2 can be advanced at once." in page.content.decode()


def test_a_list_may_send_its_ticks_by_post(as_staff, orders):
    response = as_staff.post(ADDRESS, {"order": [order.pk for order in orders]})
    assert response.status_code == 200
    assert len(response.context["batch"].rows) == 3
    assert Order.objects.filter(status_sequence=1).count() == 3


@pytest.mark.parametrize("keys", [[], ["x"], ["424242"], ["9" * 40], ["1\x00"], ["-1", "1.5", "\u0663"]])
def test_nonsense_chooses_nothing(as_staff, orders, keys):
    response = as_staff.get(ADDRESS, {"order": keys})
    assert response.status_code == 200
    assert not response.context["batch"].rows
    assert "No orders were ticked" in response.content.decode()


def test_the_way_back_keeps_the_filters_and_leads_to_no_other_host(as_staff, orders):
    query = {"order": orders[0].pk, "next": "/orders/?late=on"}
    assert 'href="/orders/?late=on"' in as_staff.get(ADDRESS, query).content.decode()
    html = as_staff.get(ADDRESS, query | {"next": "//evil.example/"}).content.decode()
    assert 'href="//evil.example/' not in html


def test_many_rows_cost_as_many_queries_as_few(as_staff, make_order, trigger, django_assert_num_queries):
    orders = [make_order() for _ in range(12)]
    choose(as_staff, orders)
    with CaptureQueriesContext(connection) as few:
        choose(as_staff, orders[:2])
    with django_assert_num_queries(len(few)):
        choose(as_staff, orders)


def test_the_most_orders_fit_into_one_form(settings):
    names = len(advance_many.AdvanceRowForm.base_fields) + 2
    assert advance_many.MOST_ORDERS * names < settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_an_order_at_the_end_of_the_list_may_choose(as_staff, orders, sam, statuses):
    statuses["Delivered"].is_inactive = True
    statuses["Delivered"].save()
    advance_one(orders[0], sam, statuses["Proofs received"])
    page = choose(as_staff, orders[:1])
    assert "is already at its last status, Proofs received." in page.content.decode()
    assert as_staff.post(ADDRESS, typed(page)).status_code == 422
    data = changed(typed(page), orders[0], to=statuses["Images selected"])
    assert as_staff.post(ADDRESS, data).status_code == 200
    assert reread(orders[0]).status == statuses["Images selected"]


def test_an_order_that_came_back_without_its_row_stays(as_staff, orders):
    data = {name: value for name, value in typed(choose(as_staff, orders)).items() if "expected" not in name}
    assert as_staff.post(ADDRESS, data).status_code == 422
    assert Order.objects.filter(status_sequence=1).count() == 3
