"""The lists that people put in order: statuses, triggers, custom fields and late reasons."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from preproduction.models import CustomField, CustomFieldList, LateReason, LateReasonList, Status, StatusList
from studio import ordered_list
from triggers.models import Trigger, TriggerList

pytestmark = pytest.mark.usefixtures("preferences", "statuses")

LISTS = (StatusList, TriggerList, CustomFieldList, LateReasonList)
every_list = pytest.mark.parametrize("which", LISTS, ids=lambda which: which.__name__)
OUTDATED = "Somebody has changed the list meanwhile. This is the list as it is now; do your change again."
PAGES = {
    StatusList: "preproduction:status_list",
    TriggerList: "triggers:trigger_list",
    CustomFieldList: "preproduction:custom_fields",
    LateReasonList: "preproduction:late_reasons",
}
DOWN = {
    TriggerList: "triggers:trigger_down",
    CustomFieldList: "preproduction:custom_field_down",
    LateReasonList: "preproduction:late_reason_down",
}


@pytest.fixture(autouse=True)
def rows(statuses):
    for position in range(1, 6):
        Trigger.objects.create(
            description=f"Trigger {position}",
            status=statuses["Sent to lab"],
            task_title="x",
            position=position,
        )
        CustomField.objects.create(label=f"Field {position}", position=position)
        LateReason.objects.create(name=f"Reason {position}", position=position)


def in_order(which):
    positions = [row.position for row in which.rows.objects.order_by("position")]
    assert positions == list(range(1, len(positions) + 1))
    return [str(row) for row in which.rows.objects.order_by("position")]


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def move_down(browser, which, row, version):
    sent = {"version": version}
    if which is StatusList:
        return browser.post(reverse("preproduction:move_status"), sent | {"status": row.pk, "by": 1})
    return browser.post(reverse(DOWN[which], args=[row.pk]), sent)


@every_list
def test_of_two_who_press_move_down_on_one_page_the_second_is_told(as_administrator, which):
    first, second, *others = in_order(which)
    row = which.rows.objects.get(position=1)
    seen = version_on(as_administrator.get(reverse(PAGES[which])))
    assert move_down(as_administrator, which, row, seen).status_code == 302
    late = move_down(as_administrator, which, row, seen)
    assert late.status_code == 409
    assert OUTDATED in late.text
    assert in_order(which) == [second, first, *others]
    # The page that said so shows the list as it is now.
    assert move_down(as_administrator, which, row, version_on(late)).status_code == 302
    assert in_order(which) == [second, others[0], first, *others[1:]]


@every_list
@pytest.mark.parametrize("version", ["", "nonsense", "-1", "9" * 40])
def test_a_form_without_its_version_moves_nothing(as_administrator, which, version):
    before = in_order(which)
    assert move_down(as_administrator, which, which.rows.objects.get(position=1), version).status_code == 409
    assert in_order(which) == before


@every_list
def test_a_row_deleted_meanwhile_is_not_moved(as_administrator, which):
    gone = which.rows.objects.get(position=5)
    seen = version_on(as_administrator.get(reverse(PAGES[which])))
    which.rows.objects.filter(pk=gone.pk).delete()
    answer = move_down(as_administrator, which, gone, seen)
    assert answer.status_code == 409
    assert "meanwhile" in answer.text


@every_list
def test_the_database_lets_no_position_repeat(which):
    row = which.rows.objects.get(position=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        which.rows.objects.filter(pk=row.pk).update(position=2)


@every_list
def test_only_rows_whose_place_changes_are_written(which, django_assert_num_queries):
    first, second, *_ = which.rows.objects.order_by("position")
    with transaction.atomic():
        ordered_list.lock(which, None)
        with django_assert_num_queries(5) as queries:
            ordered_list.move(which, first, by=1)
    written = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    keys = re.search(r" IN \(([^)]*)\)", written[1])[1]
    assert sorted(map(int, keys.split(", "))) == sorted([first.pk, second.pk])


def test_a_deleted_row_leaves_no_gap(as_administrator):
    for which, name in (
        (TriggerList, "triggers:trigger_delete"),
        (CustomFieldList, "preproduction:custom_field_delete"),
        (LateReasonList, "preproduction:late_reason_delete"),
    ):
        as_administrator.post(reverse(name, args=[which.rows.objects.get(position=2).pk]))
        assert len(in_order(which)) == 4


def test_status_positions_are_of_the_same_module():
    """Else the tests above would hold one module, and the status list another."""
    assert {which.rows for which in ordered_list.OrderedList.__subclasses__()} == {
        Status,
        Trigger,
        CustomField,
        LateReason,
    }


@pytest.mark.parametrize("which", [TriggerList, CustomFieldList], ids=lambda which: which.__name__)
def test_a_row_that_has_no_place_yet_is_given_one(which):
    last = which.rows.objects.latest("position")
    which.rows.objects.filter(pk=last.pk).update(position=None)
    with transaction.atomic():
        ordered_list.lock(which, None)
        first, *others = [key for key in ordered_list.keys(which) if key != last.pk]
        ordered_list.put_in_order(which, [first, last.pk, *others])
    assert in_order(which)[1] == str(last)
