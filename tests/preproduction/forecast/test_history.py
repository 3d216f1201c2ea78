"""What rows of Status Notes tell: which visits there were, how long they took, and what is left out."""

from datetime import date, timedelta
from itertools import count

import pytest

from preproduction.forecast.hazards import Visit
from preproduction.forecast.history import Known, Note, numbering, read
from preproduction.models import Cause
from studio.business_days import WorkCalendar

SHOOT, LAB, PACK, DONE = 1, 2, 3, 9
CALENDAR = WorkCalendar()
NUMBER = numbering(CALENDAR)
WED = date(2026, 6, 10)


def june(day):
    return date(2026, 6, 1) + timedelta(days=day - 1)


def order(*moves, number=1, vendor=7):
    """Return the rows of an order: (day in June, status it came to), counted by the calendar."""
    rows, key = [], count(100 * number)
    for at, (day, status) in enumerate(moves):
        days = CALENDAR.count_business_days(june(moves[at - 1][0]), june(day)) if at else None
        rows.append(Note(number, next(key), None, Cause.BY_HAND, june(day), days, vendor, status))
    return rows


def told(rows, *, through=WED, **known):
    """Return the visits of leaving and of completing, as (days, has come) by status."""
    history = read(rows, Known({DONE}, **known), through=through, calendar=CALENDAR)
    return [
        {status: sorted((each.days, each.came) for each in visits) for status, visits in part.items()}
        for part in (history.leaving, history.completing)
    ]


def test_each_stay_is_a_visit_and_completing_is_what_was_left_from_its_beginning():
    leaving, completing = told(order((1, SHOOT), (3, LAB), (9, PACK), (10, DONE)))
    assert leaving == {SHOOT: [(2, True)], LAB: [(4, True)], PACK: [(1, True)]}
    assert completing == {SHOOT: [(7, True)], LAB: [(5, True)], PACK: [(1, True)]}


def test_an_open_order_counts_as_far_as_it_is():
    rows = order((1, SHOOT), (3, LAB))
    leaving, completing = told(rows)
    assert leaving == {SHOOT: [(2, True)], LAB: [(5, False)]}
    assert completing == {SHOOT: [(7, False)], LAB: [(5, False)]}
    history = read(rows, Known({DONE}), through=WED, calendar=CALENDAR)
    assert history.leaving[LAB] == [Visit(7, 5, NUMBER(WED), False, 5)]
    # Entered today, as far as rows are known that say so: no day is over.
    assert told(order((10, SHOOT)))[0] == {SHOOT: [(0, False)]}


def test_there_and_back_are_two_visits_and_the_way_to_the_end_is_that_of_each():
    leaving, completing = told(order((1, LAB), (2, PACK), (3, LAB), (5, DONE)))
    assert leaving == {LAB: [(1, True), (2, True)], PACK: [(1, True)]}
    assert completing[LAB] == [(2, True), (4, True)]


def test_a_reopened_order_was_complete_before_and_its_rest_is_another_way():
    leaving, completing = told(order((1, SHOOT), (3, DONE), (8, PACK), (10, DONE)))
    assert leaving == {SHOOT: [(2, True)], PACK: [(2, True)]}
    assert completing == {SHOOT: [(2, True)], PACK: [(2, True)]}


def test_changes_that_were_undone_are_left_out():
    shoot, lab, _ = order((1, SHOOT), (3, LAB), (9, PACK))
    undo = Note(1, 150, lab.key, Cause.UNDO, june(4), None, 7, SHOOT)
    later = Note(1, 151, None, Cause.BY_HAND, june(8), 5, 7, LAB)
    assert told([shoot, lab, undo, later]) == told([shoot, later])
    # Until it was undone it was true, as far as one knew.
    assert told([shoot, lab], through=june(3)) != told([shoot, lab, undo], through=june(4))


def test_a_replaced_status_was_not_left_but_counts_as_far_as_it_went():
    rows = order((1, SHOOT), (3, LAB), (10, DONE))
    rows[1] = rows[1]._replace(cause=Cause.REPLACED)
    leaving, completing = told(rows)
    assert leaving[SHOOT] == [(2, False)]
    assert completing[SHOOT] == [(7, True)]


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        (order((1, SHOOT), (3, LAB)), {"withdrawn": {1}}),
        (order((1, LAB)), {"imported": {1}}),
        (order((1, DONE)), {}),
        (order((1, None)), {}),
    ],
    ids=["withdrawn", "stands where an import found it", "complete", "without a status"],
)
def test_what_tells_nothing(rows, known):
    assert told(rows, **known) == [{}, {}]


def test_of_an_imported_order_what_has_happened_here_is_learned_from():
    leaving, completing = told(order((1, SHOOT), (3, LAB), (9, DONE)), imported={1})
    assert (leaving, completing) == ({LAB: [(4, True)]}, {LAB: [(4, True)]})


def test_a_row_without_days_is_no_visit_and_hides_how_long_those_before_took_to_the_end():
    rows = order((1, SHOOT), (3, LAB), (5, PACK), (9, DONE))
    rows[2] = rows[2]._replace(days_at_status=None)
    leaving, completing = told(rows)
    assert leaving == {SHOOT: [(2, True)], PACK: [(2, True)]}
    assert completing == {PACK: [(2, True)]}


@pytest.mark.parametrize(
    ("hold", "days"),
    [((0, None), 5), ((2, None), 3), ((0, june(5)), 2), ((1, june(8)), 2), ((9, None), 0)],
)
def test_the_clock_stands_still_on_hold(hold, days):
    rows = order((3, LAB))
    assert told(rows, holds={rows[0].key: hold})[0] == {LAB: [(days, False)]}


def test_a_hold_goes_on_where_the_status_is_replaced_under_it():
    """Also twice; once it is resumed, the stay says so itself."""
    rows = order((1, SHOOT), (3, LAB), (4, PACK))
    rows[1:] = [note._replace(cause=Cause.REPLACED) for note in rows[1:]]
    holds = {rows[0].key: (2, june(2))}
    assert told(rows, holds=holds)[0][PACK] == [(0, False)]
    assert told(rows, holds={})[0][PACK] == [(4, False)]
    assert told(rows, holds=holds | {rows[2].key: (1, None)})[0][PACK] == [(3, False)]


def test_orders_are_told_apart():
    rows = sorted(
        order((1, SHOOT), (3, LAB)) + order((2, SHOOT), (4, LAB), (5, DONE), number=2),
        key=lambda note: note.completed_on,
    )
    leaving, _ = told(rows)
    assert leaving == {SHOOT: [(2, True), (2, True)], LAB: [(1, True), (5, False)]}


def test_it_goes_on_where_it_began_before_all_rows_that_are_read():
    rows = [order((3, LAB))[0]._replace(cause=Cause.REPLACED)]
    assert told(rows, on_hold={1: date(2024, 4, 23)})[0] == {LAB: [(0, False)]}
    assert told(rows, on_hold={1: None})[0] == {LAB: [(5, False)]}
    # Left in the way of every day, a status takes no hold along.
    assert told(order((3, LAB)), on_hold={1: date(2024, 4, 23)})[0] == {LAB: [(5, False)]}
