"""What becomes of a row about an order, as a table of cases; no database."""

from datetime import date

import pytest

from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import EMPTY, Existing, Fate, Known
from preproduction.moving_in.importing.rehearsal import judge
from preproduction.moving_in.importing.rows import Row

pytestmark = pytest.mark.any_database

DAY, LATER = date(2026, 5, 20), date(2026, 5, 28)
SAID = {"number": "P-1", "session_number": "S-1", "order_date": DAY, "status": "Sent to lab"}
UNKNOWN = {"session_number": "S-9", "client_name": "Anna", "session_type": "Wedding"}


def existing():
    anna = Known(1, {**EMPTY[Kind.CLIENT], "name": "Anna"})
    session = Known(
        5, {**EMPTY[Kind.SESSION], "number": "S-1", "date": DAY, "session_type": "Wedding"}, client=anna
    )
    here = Existing(
        clients_by_name={"anna": [anna]},
        types={"wedding": "Wedding"},
        vendors={"lab": Known(3, {})},
        vendors_left_out=frozenset(["left out"]),
        people={"sam okafor": 7},
        departments={"retouching": 8},
        statuses={"sent to lab": (11, False), "delivered": (12, True)},
        statuses_left_out=frozenset(["given up"]),
        orders={"here": False, "gone": True},
        today=date(2026, 6, 10),
    )
    here.keep_session(session)
    return here


CASES = [
    # what the row says besides, what becomes of it, and values of the order or a part of the sentence
    ({}, Fate.NEW, {"status": 11, "entered_on": DAY, "due_date": None}),
    ({"entered_on": LATER, "due_date": date(2026, 6, 2)}, Fate.NEW, {"entered_on": LATER, "due_date": date(2026, 6, 2)}),
    ({"status": "SENT  to lab"}, Fate.NEW, {"status": 11}),
    ({"status": "Delivered", "due_date": LATER}, Fate.NEW, {"status": 12, "due_date": None}),
    ({"needed_by": LATER, "needed_for": "Event"}, Fate.NEW, {"needed_by": LATER, "needed_for": "Event"}),
    ({"needed_for": "Event"}, Fate.REFUSED, "Say by when it is needed"),
    ({"status": "Lost"}, Fate.NEW, {"status": "Lost"}),
    ({"status": "Given up"}, Fate.REFUSED, "There is no status “Given up”"),
    ({"vendor": "LAB", "department": "Retouching", "priority": "rush"}, Fate.NEW, {"vendor": 3, "department": 8, "priority": 4}),
    ({"vendor": "Another Lab"}, Fate.NEW, {"vendor": "Another Lab"}),
    ({"vendor": "Left out"}, Fate.REFUSED, "none is to be made"),
    ({"department": "Nobody"}, Fate.REFUSED, "There is no department “Nobody”"),
    ({"priority": "Soon"}, Fate.REFUSED, "There is no priority “Soon”"),
    ({"user": "Sam Okafor"}, Fate.NEW, {"user": 7}),
    ({"user": "Ansel", "entered_by": "Eve", "studio_notes": "Hi"}, Fate.NEW, {"studio_notes": "Hi\nAssigned to: Ansel\nEntered by: Eve"}),
    ({"entered_on": date(2026, 5, 19)}, Fate.REFUSED, "before the order date"),
    ({"order_date": date(2026, 6, 11)}, Fate.REFUSED, "in the future"),
    ({"number": "HERE", "status": "Lost"}, Fate.SAME, {}),
    ({"number": "gone"}, Fate.REFUSED, "was withdrawn here"),
    ({"session_number": ""}, Fate.REFUSED, "required"),
    ({"session_number": "S-9"}, Fate.REFUSED, "There is no session S-9"),
    ({"session_number": "S-9", "client_name": "Anna"}, Fate.REFUSED, "Give the Session Type"),
    ({**UNKNOWN, "client_name": "Nobody"}, Fate.REFUSED, "is called “Nobody”"),
    (UNKNOWN, Fate.NEW, {}),
    ({**UNKNOWN, "session_number": ""}, Fate.NEW, {}),
]  # fmt: skip


def test_each_order_is_taken_or_refused_in_a_sentence():
    other = []
    for said, fate, wanted in CASES:
        judged = judge(Row(0, 2, Kind.ORDER, {**SAID, **said}), existing())
        sentences = " ".join(wrong.sentence for wrong in judged.wrong)
        is_right = wanted in sentences if isinstance(wanted, str) else wanted.items() <= judged.values.items()
        if judged.fate != fate or not is_right:
            other.append((said, judged.fate, sentences, judged.values))
    assert other == []


def test_a_session_is_made_once_for_two_orders_where_its_client_is_known():
    here = existing()
    first = judge(Row(0, 2, Kind.ORDER, {**SAID, **UNKNOWN}), here)
    assert (first.session.fate, first.session.client.key) == (Fate.NEW, 1)
    here.add(first.session, -1)
    here.add(first, -2)
    second = judge(Row(0, 3, Kind.ORDER, {**SAID, **UNKNOWN, "number": "P-2"}), here)
    assert (second.session, second.known.values["number"]) == (None, "S-9")


def test_a_session_without_a_number_is_found_by_its_day():
    judged = judge(
        Row(0, 2, Kind.ORDER, {**SAID, **UNKNOWN, "session_number": "", "session_date": DAY}), existing()
    )
    assert (judged.session, judged.known.key) == (None, 5)
