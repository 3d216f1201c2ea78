"""Delete: the question, the refusal with its two ways out, and Replace with."""

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.models import Batch, Order, Status, StatusList
from triggers.models import Delivery, Trigger

pytestmark = pytest.mark.django_db

DELETE, REPLACE = (
    "/maintenance/preproduction-statuses/delete/",
    "/maintenance/preproduction-statuses/replace/",
)


def send(browser, address, **data):
    return browser.post(address, {"version": StatusList.current_version()} | data, follow=True)


def said(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def used(order, statuses, retouching):
    """Sent to lab: an open order, a row of Status Notes and a trigger."""
    operations.advance_status(order, operations.plan_advance(order), expected=1, by=order.entered_by)
    status = statuses["Sent to lab"]
    Trigger.objects.create(description="Pack it", status=status, task_title="Pack", department=retouching)
    return status


def test_delete_asks_first(as_administrator, statuses):
    response = send(as_administrator, DELETE, status=statuses["Delivered"].pk)
    assert "Delete “Delivered”?" in response.content.decode()
    assert Status.objects.count() == 5
    response = send(as_administrator, DELETE, status=statuses["Delivered"].pk, confirmed="on")
    assert said(response) == ["Delivered deleted."]
    assert list(Status.objects.values_list("position", flat=True)) == [1, 2, 3, 4]


def _read(response) -> str:
    """Return the page with the template's line ends as spaces, as a browser reads it."""
    return " ".join(response.content.decode().split())


def test_refusal_names_counts_and_links_what_uses_it(as_administrator, used, order):
    page = _read(send(as_administrator, DELETE, status=used.pk))
    assert "“Sent to lab” cannot be deleted" in page
    hub = f"{reverse('preproduction:order_list')}?status={used.pk}"
    assert f'<a href="{hub}">1 open order</a>' in page
    assert f'1 trigger: <a href="{Trigger.objects.get().get_absolute_url()}">Pack it</a>' in page
    assert f'1 row of Status Notes: <a href="{order.get_absolute_url()}">{order}</a>' in page
    assert "Make Inactive" in page
    assert "Replace with" in page
    assert "1 order at it moves to the other status" in page


def test_refusal_links_complete_orders(as_administrator, order, statuses):
    plan = operations.plan_advance(order, to=statuses["Delivered"])
    operations.advance_status(order, plan, expected=1, by=order.entered_by)
    page = _read(send(as_administrator, DELETE, status=statuses["Delivered"].pk))
    hub = f"{reverse('preproduction:order_list')}?status={statuses['Delivered'].pk}&amp;state=complete"
    assert f'<a href="{hub}">1 complete order</a>' in page


def test_delete_of_a_used_status_is_refused_though_confirmed(as_administrator, used):
    response = send(as_administrator, DELETE, status=used.pk, confirmed="on")
    assert response.status_code == 409
    assert "cannot be deleted" in response.content.decode()
    assert Status.objects.filter(pk=used.pk).exists()


def test_first_way_out_makes_it_inactive(as_administrator, used):
    send(as_administrator, reverse("preproduction:edit_status", args=[used.pk]), is_inactive="true")
    used.refresh_from_db()
    assert used.is_inactive
    page = send(as_administrator, DELETE, status=used.pk).content.decode()
    assert "Make Inactive" not in page


def test_initial_status_is_not_offered_to_be_made_inactive(as_administrator, order):
    page = send(as_administrator, DELETE, status=order.status_id).content.decode()
    assert "Make Inactive" not in page
    assert "mark another Initial Status first" in page


def test_second_way_out_replaces_it(as_administrator, used, statuses, order, ada):
    response = send(as_administrator, REPLACE, status=used.pk, replacement=statuses["Proofs received"].pk)
    assert said(response) == [
        "Sent to lab was replaced with Proofs received: 1 order moved. It is inactive now. "
        f'<a href="/batches/{Batch.objects.get().pk}/">See the orders, or undo</a>'
    ]
    order.refresh_from_db()
    assert order.status == statuses["Proofs received"]
    assert order.status_changes.order_by("-sequence").first().recorded_by == ada


@pytest.mark.parametrize(("ticked", "queued"), [({}, 0), ({"fire_triggers": "on"}, 1)])
def test_tick_box_says_whether_triggers_fire(as_administrator, order, statuses, retouching, ticked, queued):
    target = statuses["Sent to lab"]
    Trigger.objects.create(description="Pack it", status=target, task_title="Pack", department=retouching)
    send(as_administrator, REPLACE, status=order.status_id, replacement=target.pk, **ticked)
    assert Order.objects.get().status == target
    assert Delivery.objects.filter(state=Delivery.State.PENDING).count() == queued


@pytest.mark.parametrize(
    ("description", "code", "sentence"),
    [
        (None, 422, "Choose a status."),
        ("On the shelf", 422, "not offered any more"),
        ("Images selected", 422, "not offered any more"),
        ("Delivered", 409, "cannot start at Delivered"),
    ],
)
def test_replacement_that_cannot_be_is_refused_at_its_field(
    as_administrator, order, statuses, description, code, sentence
):
    replacement = statuses[description].pk if description else ""
    response = send(
        as_administrator, REPLACE, status=order.status_id, replacement=replacement, fire_triggers="on"
    )
    assert response.status_code == code
    page = response.content.decode()
    assert sentence in page
    assert "checked" in page[page.index("fire_triggers") :].split(">")[0]
    assert Order.objects.get().status_sequence == 1


def test_htmx_gets_the_question_into_the_dialog(as_administrator, statuses):
    response = as_administrator.post(
        DELETE, {"status": statuses["Delivered"].pk}, headers={"HX-Request": "true"}
    )
    assert response["HX-Retarget"] == "#status-dialog-body"
    assert "<html" not in response.content.decode()
