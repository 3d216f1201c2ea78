"""The verbs of the status list, and what they refuse."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from preproduction import operations
from preproduction.models import Cause, Order, Status, StatusChange, StatusList
from preproduction.operations import replacing
from studio import work_calendar
from triggers.models import Delivery, Trigger

pytestmark = pytest.mark.django_db


def version():
    return StatusList.current_version()


def descriptions():
    return list(Status.objects.values_list("description", flat=True))


def positions():
    return list(Status.objects.order_by("position").values_list("position", flat=True))


def advance(order, to=None, **keywords):
    order = Order.objects.get(pk=order.pk)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=order.entered_by, **keywords)


def test_new_status_goes_to_the_bottom_and_insert_above(statuses):
    operations.create_status(expected=version(), description="Archived")
    operations.create_status(expected=version(), above=statuses["Images selected"], description="Booked")
    assert descriptions() == ["Booked", *statuses, "Archived"]
    assert positions() == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("hide_inactive", "by", "expected"),
    [
        (True, -1, ["Images selected", "Proofs received", "On the shelf", "Sent to lab", "Delivered"]),
        (False, -1, ["Images selected", "Sent to lab", "Proofs received", "On the shelf", "Delivered"]),
        (True, 1, ["Images selected", "Sent to lab", "On the shelf", "Delivered", "Proofs received"]),
    ],
)
def test_move_passes_the_next_visible_row_and_hidden_rows_stay(statuses, hide_inactive, by, expected):
    moving = statuses["Proofs received"]
    operations.move_status(moving, expected=version(), by=by, hide_inactive=hide_inactive)
    assert descriptions() == expected
    assert positions() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("description", "by"), [("Images selected", -1), ("Delivered", 1)])
def test_move_over_the_end_is_refused(statuses, description, by):
    with pytest.raises(operations.OperationRefused, match="already"):
        operations.move_status(statuses[description], expected=version(), by=by)
    assert descriptions() == list(statuses)


def test_drop_moves_past_hidden_rows_and_leaves_them(statuses):
    operations.place_status(
        statuses["Delivered"], expected=version(), before=statuses["Images selected"], hide_inactive=True
    )
    assert descriptions() == [
        "Delivered",
        "Images selected",
        "On the shelf",
        "Sent to lab",
        "Proofs received",
    ]
    assert positions() == [1, 2, 3, 4, 5]


def test_many_moves_leave_a_permutation(statuses):
    keys = sorted(status.pk for status in statuses.values())
    for turn in range(40):
        moving = Status.objects.get(pk=keys[turn * 7 % 5])
        before = Status.objects.get(pk=keys[turn * 3 % 5])
        hide_inactive = turn % 2 == 0 and not before.is_inactive
        operations.place_status(moving, expected=version(), before=before, hide_inactive=hide_inactive)
        assert positions() == [1, 2, 3, 4, 5]


def test_initial_mark_moves_and_can_be_taken_off(statuses):
    operations.edit_status(statuses["Sent to lab"], expected=version(), is_initial=True)
    assert Status.objects.initial() == statuses["Sent to lab"]
    assert Status.objects.filter(is_initial=True).count() == 1
    operations.edit_status(statuses["Sent to lab"], expected=version(), is_initial=False, mark_may_go=True)
    assert Status.objects.initial() is None


@pytest.mark.parametrize(
    ("description", "fields"),
    [
        ("Images selected", {"is_inactive": True}),
        ("Images selected", {"is_final": True}),
        ("On the shelf", {"is_initial": True}),
        ("Delivered", {"is_initial": True}),
    ],
)
def test_initial_status_is_neither_inactive_nor_final(statuses, description, fields):
    with pytest.raises(ValidationError, match="The initial status cannot be"):
        operations.edit_status(statuses[description], expected=version(), **fields)
    # The mark that the refused edit would have taken is where it was.
    assert Status.objects.initial() == statuses["Images selected"]


def test_database_itself_promises_one_initial_status(statuses):
    with pytest.raises(IntegrityError), transaction.atomic():
        Status.objects.filter(description="Sent to lab").update(is_initial=True)


@pytest.mark.parametrize("twin", ["SENT TO LAB", "sent to lab", " Sent To Lab "])
def test_description_is_unique_among_active_ones_ignoring_case(statuses, twin):
    with pytest.raises(ValidationError, match="Another active status has this description"):
        operations.create_status(expected=version(), description=twin)


@pytest.mark.parametrize(
    ("first", "twin"), [("Übergabe", "ÜBERGABE"), ("Straße", "STRASSE"), ("Готово", "готово")]
)
def test_case_is_ignored_in_every_script(statuses, first, twin):
    operations.create_status(expected=version(), description=first)
    with pytest.raises(ValidationError, match="Another active status has this description"):
        operations.create_status(expected=version(), description=twin)


def test_longest_description_fits_in_every_script(statuses):
    status = operations.create_status(expected=version(), description="ΐ" * 60)
    assert Status.objects.get(pk=status.pk).description == "ΐ" * 60


def test_inactive_twin_is_allowed_until_it_is_made_active(statuses):
    twin = operations.create_status(expected=version(), description="On the shelf")
    assert twin.description == "On the shelf"
    with pytest.raises(ValidationError, match="Another active status has this description"):
        operations.edit_status(statuses["On the shelf"], expected=version(), is_inactive=False)


def test_several_statuses_may_be_final(statuses):
    operations.create_status(expected=version(), description="Cancelled", is_final=True)
    assert Status.objects.filter(is_final=True).count() == 2


def test_final_mark_stays_while_orders_stand_there(order):
    with pytest.raises(operations.OperationRefused, match="1 order stands at Images selected") as refused:
        operations.edit_status(order.status, expected=version(), is_final=True)
    assert refused.value.field == "is_final"


def test_unused_status_is_deleted_and_its_place_closed(statuses):
    operations.delete_status(statuses["Sent to lab"], expected=version())
    assert descriptions() == ["Images selected", "On the shelf", "Proofs received", "Delivered"]
    assert positions() == [1, 2, 3, 4]


def test_delete_of_a_used_status_is_refused_with_counts(make_order, statuses, retouching):
    for _ in range(2):
        advance(make_order())
    done = make_order()
    advance(done, to=statuses["Delivered"])
    Trigger.objects.create(
        description="Tell", status=statuses["Sent to lab"], task_title="Pack", department=retouching
    )
    with pytest.raises(operations.StatusInUse) as refused:
        operations.delete_status(statuses["Sent to lab"], expected=version())
    assert str(refused.value).startswith(
        "Sent to lab cannot be deleted: 2 open orders, 2 rows of Status Notes and 1 trigger use it."
    )
    with pytest.raises(operations.StatusInUse, match="1 complete order and 1 row of Status Notes"):
        operations.delete_status(statuses["Delivered"], expected=version())
    assert len(descriptions()) == 5


def test_status_only_in_history_is_not_deleted(order, statuses):
    advance(order)
    with pytest.raises(operations.StatusInUse, match="2 rows of Status Notes"):
        operations.delete_status(statuses["Images selected"], expected=version())


@pytest.mark.parametrize("verb", ["create", "edit", "move", "place", "delete", "replace"])
def test_change_against_an_outdated_list_is_refused(statuses, ada, verb):
    seen = version()
    operations.move_status(statuses["Delivered"], expected=seen, by=-1)
    now, status = descriptions(), statuses["Sent to lab"]
    acts = {
        "create": lambda: operations.create_status(expected=seen, description="Archived"),
        "edit": lambda: operations.edit_status(status, expected=seen, description="Sent"),
        "move": lambda: operations.move_status(status, expected=seen, by=1),
        "place": lambda: operations.place_status(status, expected=seen, before=None),
        "delete": lambda: operations.delete_status(status, expected=seen),
        "replace": lambda: operations.replace_status(
            status, replacement=statuses["Proofs received"], expected=seen, by=ada
        ),
    }
    with pytest.raises(operations.OutdatedPage):
        acts[verb]()
    assert descriptions() == now
    assert version() == seen + 1


@pytest.mark.parametrize(
    "verb",
    [
        lambda gone, other, now: operations.move_status(gone, expected=now, by=1),
        lambda gone, other, now: operations.place_status(gone, expected=now, before=other),
        lambda gone, other, now: operations.place_status(other, expected=now, before=gone),
        lambda gone, other, now: operations.create_status(expected=now, above=gone, description="Archived"),
    ],
)
def test_status_deleted_before_the_version_was_read_is_a_refusal(statuses, verb):
    gone = Status.objects.get(description="Sent to lab")
    operations.delete_status(statuses["Sent to lab"], expected=version())
    with pytest.raises(operations.OutdatedPage):
        verb(gone, statuses["Delivered"], version())


def test_refused_change_leaves_the_version(statuses):
    seen = version()
    with pytest.raises(ValidationError):
        operations.create_status(expected=seen, description="Sent to lab")
    assert version() == seen


def replace(status, replacement, by, **keywords):
    return operations.replace_status(status, replacement=replacement, expected=version(), by=by, **keywords)


def test_replace_advances_the_orders_with_history_and_due_date(make_order, statuses, ada, preferences):
    orders = [make_order(), make_order()]
    for order in orders:
        advance(order)
    changes = replace(statuses["Sent to lab"], statuses["Proofs received"], ada)
    assert len(changes) == 2
    for order in orders:
        order = Order.objects.get(pk=order.pk)
        assert order.status == statuses["Proofs received"]
        assert (
            order.status_due_date
            == statuses["Proofs received"]
            .due_date_from(timezone.localdate(), work_calendar.load(), vendor=None)
            .due_date
        )
        last = order.status_changes.order_by("-sequence").first()
        assert (last.cause, last.recorded_by, last.from_status_name) == (Cause.REPLACED, ada, "Sent to lab")
        assert last.note == "Sent to lab was replaced with Proofs received."
        assert last.sequence == order.status_sequence == 3
    statuses["Sent to lab"].refresh_from_db()
    assert statuses["Sent to lab"].is_inactive


def test_replace_leaves_orders_elsewhere_alone(make_order, statuses, ada):
    other = make_order()
    replace(statuses["Sent to lab"], statuses["Proofs received"], ada)
    assert Order.objects.get(pk=other.pk).status_sequence == 1
    assert StatusChange.objects.count() == 1


def test_replace_keeps_orders_on_hold(order, statuses, ada, mia):
    advance(order)
    order.refresh_from_db()
    operations.hold_order(order, expected=None, by=mia, reason="Client travels")
    replace(statuses["Sent to lab"], statuses["Proofs received"], ada)
    order.refresh_from_db()
    assert order.is_on_hold
    assert order.status == statuses["Proofs received"]


def test_replace_of_a_final_status_keeps_the_completed_date(order, statuses, ada):
    advance(order, to=statuses["Delivered"])
    Order.objects.filter(pk=order.pk).update(completed_on=timezone.localdate() - timedelta(days=3))
    cancelled = operations.create_status(expected=version(), description="Handed over", is_final=True)
    replace(statuses["Delivered"], cancelled, ada)
    order.refresh_from_db()
    assert (order.status, order.is_complete) == (cancelled, True)
    assert order.completed_on == timezone.localdate() - timedelta(days=3)
    assert order.completed_by == order.entered_by


def test_complete_orders_are_not_replaced_into_open_ones(order, statuses, ada):
    advance(order, to=statuses["Delivered"])
    with pytest.raises(operations.OperationRefused, match="Choose a final one") as refused:
        replace(statuses["Delivered"], statuses["Proofs received"], ada)
    assert refused.value.field == "replacement"
    assert not Status.objects.get(description="Delivered").is_inactive


def test_replace_hands_on_the_initial_mark(order, statuses, ada):
    replace(statuses["Images selected"], statuses["Sent to lab"], ada)
    assert Status.objects.initial() == statuses["Sent to lab"]
    assert Status.objects.get(description="Images selected").is_inactive


@pytest.mark.parametrize(
    ("replacement", "sentence"),
    [
        ("Images selected", "Choose another status"),
        ("On the shelf", "is inactive"),
        ("Delivered", "cannot start at Delivered"),
    ],
)
def test_replacement_that_cannot_take_the_place_is_refused(order, statuses, ada, replacement, sentence):
    with pytest.raises(operations.OperationRefused, match=sentence):
        replace(statuses["Images selected"], statuses[replacement], ada)
    assert Order.objects.get().status == statuses["Images selected"]


@pytest.mark.parametrize(("fire_triggers", "queued"), [(False, 0), (True, 1)])
def test_triggers_fire_for_replaced_orders_only_when_asked(
    order, statuses, ada, retouching, fire_triggers, queued
):
    Trigger.objects.create(
        description="Check", status=statuses["Sent to lab"], task_title="Check proofs", department=retouching
    )
    replace(statuses["Images selected"], statuses["Sent to lab"], ada, fire_triggers=fire_triggers)
    assert Delivery.objects.filter(state=Delivery.State.PENDING).count() == queued


def test_replace_is_all_or_nothing(make_order, statuses, ada, monkeypatch):
    first, second = make_order(), make_order()
    seen = version()
    real, calls = replacing.move, []

    def fails_the_second_time(order, *args, **keywords):
        calls.append(order)
        if len(calls) == 2:
            raise operations.OutdatedPage("Somebody was quicker.")
        return real(order, *args, **keywords)

    monkeypatch.setattr(replacing, "move", fails_the_second_time)
    with pytest.raises(operations.OutdatedPage):
        replace(statuses["Images selected"], statuses["Sent to lab"], ada)
    assert {order.status_sequence for order in Order.objects.filter(pk__in=[first.pk, second.pk])} == {1}
    assert Status.objects.initial() == statuses["Images selected"]
    assert version() == seen
