"""What the studio's own orders took at each status, and the Default Duration that this advises."""

import re
from statistics import median_low

import pytest
from django.urls import reverse

from preproduction import operations
from preproduction.forecast import pace, work
from preproduction.models import Batch, Order, Pace, Status, StatusChange, StatusList
from tests.preproduction.forecast.conftest import TODAY

LIST = "/maintenance/preproduction-statuses/"
QUERIES = 14


def pace_of(status, **fields):
    known = {"cases": 212, "half": 4, "most": 6, "complete_cases": 200, "complete_95": 20, "on": TODAY}
    return Pace(status=status, **known | fields)


WORDS = {
    (3, 212): ("you set 3; half take 4, 85 of 100 take 6 (212 cases)", 6),
    (6, 212): ("you set 6; half take 4, 85 of 100 take 6 (212 cases)", None),
    (None, 50): ("you set none; half take 4, 85 of 100 take 6 (50 cases)", 6),
    (3, 49): ("you set 3; it usually takes longer (49 cases)", None),
    (4, 8): ("you set 4; now and then it takes longer (8 cases)", None),
    (9, 8): ("you set 9; it rarely takes longer (8 cases)", None),
    (None, 8): ("you set none; orders usually stay for some days (8 cases)", None),
}


@pytest.mark.any_database
def test_numbers_of_many_cases_words_of_some_and_nothing_of_few():
    for (days, cases), (words, to) in WORDS.items():
        status = Status(description="Sent to lab", default_duration=days)
        advice = pace.advice(status, pace_of(status, cases=cases))
        assert (advice.words, advice.to) == (words, to)
    status = Status(description="Sent to lab", default_duration=3)
    assert pace.advice(status, pace_of(status, cases=7, half=None, most=None)) is None
    for left_out in ({"is_final": True}, {"is_inactive": True}):
        status = Status(description="Sent to lab", default_duration=3, **left_out)
        assert pace.advice(status, pace_of(status)) is None


@pytest.mark.django_db
def test_the_worker_measures_once_a_day_what_status_notes_tell(some_past, statuses, vendor):
    some_past(100)
    assert Pace.objects.count() == 0
    while work.go_on():
        pass
    status = statuses["Images selected"]
    took = sorted(StatusChange.objects.filter(from_status=status).values_list("days_at_status", flat=True))
    stored = Pace.objects.get(status=status, vendor=None)
    assert (stored.cases, stored.half) == (len(took), median_low(took))
    assert stored.most == took[-(-len(took) * 85 // 100) - 1]
    theirs = StatusChange.objects.filter(from_status=status, order__vendor=vendor)
    assert 0 < theirs.count() < len(took)
    assert Pace.objects.get(status=status, vendor=vendor).cases == theirs.count()
    key = stored.pk
    work.go_on()
    assert Pace.objects.get(status=status, vendor=None).pk == key  # of today already


@pytest.mark.django_db
def test_the_page_reads_what_is_stored(as_administrator, some_past, statuses, django_assert_max_num_queries):
    assert "What your own orders took" not in as_administrator.get(LIST).text
    some_past(100)
    while work.go_on():
        pass
    with django_assert_max_num_queries(QUERIES) as asked:
        page = as_administrator.get(LIST).text
    assert not any("statuschange" in query["sql"] for query in asked)  # nothing of Status Notes
    assert re.search(r"you set \d; half take \d, 85 of 100 take \d \(\d+ cases\)", page)


@pytest.fixture
def advised(some_past, make_order, statuses):
    """An open order at a status where most took longer than its Default Duration."""
    some_past(100)
    while work.go_on():
        pass
    status = statuses["Images selected"]
    Status.objects.filter(pk=status.pk).update(default_duration=1)
    order = make_order(order_date=TODAY)
    return Status.objects.get(pk=status.pk), order


def change(browser, status, to, decision):
    address = f"{reverse('preproduction:advise_duration', args=[status.pk])}?days={to}"
    page = browser.get(address)
    sent = dict(re.findall(r'name="(version|days|was)" value="(\d*)"', page.text))
    return page, browser.post(address, sent | {"decision": decision}, follow=True)


@pytest.mark.django_db
def test_one_click_shows_what_would_move_and_moves_it_as_one_that_can_be_undone(
    as_administrator, advised, ada
):
    status, order = advised
    link = re.search(r'href="([^"]*/duration/\?days=(\d+))"', as_administrator.get(LIST).text)
    due = order.status_due_date
    page, answer = change(as_administrator, status, link[2], "move")
    assert f">{order.number}</a>" in page.text
    assert Order.objects.get(pk=order.pk).status_due_date > due
    status.refresh_from_db()
    assert status.default_duration == int(link[2])
    assert "due date" in answer.text
    batch = Batch.objects.get(kind=Batch.Kind.DURATION)
    operations.undo_batch(batch, by=ada)
    status.refresh_from_db()
    assert (status.default_duration, Order.objects.get(pk=order.pk).status_due_date) == (1, due)


@pytest.mark.django_db
def test_open_orders_can_be_left(as_administrator, advised):
    status, order = advised
    _, answer = change(as_administrator, status, 5, "leave")
    assert f"The Default Duration of {status} is 5 now." in answer.text
    assert Order.objects.get(pk=order.pk).status_due_date == order.status_due_date
    assert not Batch.objects.filter(kind=Batch.Kind.DURATION).exists()


@pytest.mark.django_db
def test_a_list_changed_meanwhile_changes_nothing(as_administrator, advised):
    status, order = advised
    address = reverse("preproduction:advise_duration", args=[status.pk])
    sent = {"version": StatusList.current_version(), "days": 5, "was": 3, "decision": "move"}
    answer = as_administrator.post(address, sent)
    assert answer.status_code == 409
    assert "has changed meanwhile" in answer.text
    sent |= {"was": 1, "version": 0}
    operations.edit_status(status, expected=None, default_duration=1)
    assert as_administrator.post(address, sent).status_code == 409
    status.refresh_from_db()
    assert status.default_duration == 1
    assert Order.objects.get(pk=order.pk).status_due_date == order.status_due_date


@pytest.mark.django_db
def test_a_status_that_only_its_pace_names_can_be_deleted(as_administrator, some_past, statuses):
    some_past(20)
    spare = Status.objects.create(description="Spare", position=90)
    while work.go_on():
        pass
    assert Pace.objects.filter(status=spare).exists()
    operations.delete_status(spare, expected=StatusList.current_version())
    assert not Pace.objects.filter(status_id=spare.pk).exists()
