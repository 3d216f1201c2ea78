"""What is said of a forecast: days of many cases, words of some, nothing of few; never one expected day."""

from datetime import date

import pytest

from preproduction.forecast import words
from preproduction.models import Forecast, Order, Status
from preproduction.promise import Promise
from studio.business_days import WorkCalendar
from studio.models import Vendor

WED = date(2026, 6, 10)
LAB = Vendor(name="Canyon Albums")


def order(**columns):
    usual = {
        "pk": 1,
        "number": "1001",
        "status": Status(description="At lab"),
        "entered_status_on": WED,
        "vendor": LAB,
    }
    return Order(**(usual | columns))


def forecast(**columns):
    usual = {"on": WED, "age": 9, "cases": 143, "complete_cases": 143, "is_at_risk": True}
    usual |= {"usual_half": 6, "usual_85": 8, "usual_95": 12, "complete_85": 12, "complete_95": 14}
    return Forecast(**(usual | columns))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "complete by Mon 15 Jun in 85 of 100 cases like it, by Wed 17 in 95 (143 cases)"),
        ({"complete_95": None}, "complete by Mon 15 Jun in 85 of 100 cases like it (143 cases)"),
        (
            {"complete_85": 156},
            "complete by Fri 1 Jan 2027 in 85 of 100 cases like it, by Wed 17 Jun 2026 in 95 (143 cases)",
        ),
        ({"complete_85": None, "complete_95": None}, ""),
        ({"complete_cases": 49, "cases": 50}, "longer than usual at At lab (50 cases)"),
        ({"complete_cases": 8, "cases": 9, "age": 13}, "longer than nearly all at At lab (9 cases)"),
        ({"complete_cases": 8, "cases": 9, "age": 8}, "as long as usual at At lab (9 cases)"),
        ({"complete_cases": 7}, ""),
    ],
)
def test_by_when_an_order_is_complete(columns, said):
    assert words.completion(order(), forecast(**columns), WorkCalendar(), WED) == said


def test_nothing_is_said_by_when_an_order_on_hold_is_complete():
    assert words.completion(order(held_on=WED), forecast(), WorkCalendar(), WED) == ""


BY_WHEN = "Complete by Mon 15 Jun in 85 of 100 cases like it, by Wed 17 in 95 (143 cases)"
AT_STATUS = {"leave_chance": 30, "chance": 30}
BY_PROMISE = {"leave_chance": 40, "complete_chance": 3, "chance": 3}


@pytest.mark.parametrize(
    ("of_order", "columns", "said"),
    [
        ({}, {}, "9 business days at At lab; half of those with Canyon Albums leave by 6, 85 of 100 by 8"),
        ({"vendor": None}, {}, "9 business days at At lab; half leave by 6, 85 of 100 by 8"),
        ({"vendor": None}, {"age": 1}, "1 business day at At lab; half leave by 6, 85 of 100 by 8"),
        ({"vendor": None}, {"age": 0}, "just come to At lab; half leave by 6, 85 of 100 by 8"),
        ({"vendor": None}, {"usual_85": None}, "9 business days at At lab; half leave by 6"),
        ({"vendor": None}, {"usual_half": None}, "9 business days at At lab"),
        ({}, {"cases": 23}, "longer than usual at At lab (23 cases)"),
        (
            {"needed_by": date(2026, 6, 11)},
            BY_PROMISE,
            "needed by Thu 11 Jun; complete by Mon 15 in 85 of 100 cases like it, by Wed 17 in 95 (143 cases)",
        ),
        ({"needed_by": date(2026, 6, 11), "held_on": WED}, BY_PROMISE, "needed by Thu 11 Jun; on hold"),
        (
            {"needed_by": date(2026, 6, 11)},
            {"leave_chance": None, "complete_chance": 0, "chance": 0, "complete_cases": 3},
            "needed by Thu 11 Jun; the plan passes it",
        ),
    ],
)
def test_why_an_order_is_at_risk(of_order, columns, said):
    assert words.risk(order(**of_order), forecast(**(AT_STATUS | columns)), WorkCalendar(), WED) == said


def said(of_order, columns, promised=None):
    return words.head(of_order, forecast(**columns), promised, calendar=WorkCalendar(), today=WED)


def test_an_order_that_is_late_by_now_is_not_said_to_be_at_risk():
    late = order(status_due_date=date(2026, 6, 9))
    assert said(late, AT_STATUS) == words.Head(f"{BY_WHEN}.", False, "")
    assert said(order(), AT_STATUS) == words.Head(
        f"{BY_WHEN}.",
        True,
        "9 business days at At lab; half of those with Canyon Albums leave by 6, 85 of 100 by 8",
    )
    assert said(late, {"cases": 3, "complete_cases": 3}) is None


HEADS = {
    "as promised": (
        {},
        {},
        ("Viewing appointment", 2),
        "Needed by Thu 11 Jun for the viewing; complete by Mon 15 in 85 of 100 cases like it, by Wed 17 in 95 "
        "(143 cases); 2 business days of slack.",
    ),
    "of another month": (
        {},
        {"complete_95": 40},
        ("", 0),
        "Needed by Thu 11 Jun; complete by Mon 15 in 85 of 100 cases like it, by Thu 23 Jul in 95 (143 cases); no slack.",
    ),
    "of some cases": (
        {},
        {"complete_cases": 20, "cases": 20},
        ("Event", -1),
        "Needed by Thu 11 Jun for the event; longer than usual at At lab (20 cases); the plan passes it by 1 business day.",
    ),
    "of few": (
        {},
        {"complete_cases": 7, "cases": 7},
        ("School fair", 2),
        "Needed by Thu 11 Jun for “School fair”; 2 business days of slack.",
    ),
    "nothing planned": ({}, None, ("Client's wish", None), "Needed by Thu 11 Jun as the client wishes."),
    "on hold": (
        {"held_on": WED},
        {},
        ("Retake day", 2),
        "Needed by Thu 11 Jun for the retake day; on hold; 2 business days of slack.",
    ),
    "complete in time": (
        {"is_complete": True, "completed_on": WED},
        None,
        ("Event", None),
        "Needed by Thu 11 Jun for the event; complete on Wed 10, in time.",
    ),
    "complete later": (
        {"is_complete": True, "completed_on": date(2026, 6, 15)},
        None,
        ("", None),
        "Needed by Thu 11 Jun; complete on Mon 15, 2 business days later.",
    ),
}


def test_the_head_of_an_order_says_promise_forecast_and_slack_in_one_sentence():
    for of_order, columns, (purpose, slack), sentence in HEADS.values():
        promised = Promise(date(2026, 6, 11), purpose, False, (), slack)
        known = None if columns is None else forecast(**columns)
        head = words.head(
            order(needed_by=promised.needed_by, **of_order),
            known,
            promised,
            calendar=WorkCalendar(),
            today=WED,
        )
        assert head.sentence == sentence
    broken = Promise(date(2026, 6, 9), "Event", True, (), -1)
    assert said(order(needed_by=broken.needed_by), BY_PROMISE, broken) == words.Head(
        f"Promise broken: needed by Tue 9 Jun for the event; {BY_WHEN[0].lower()}{BY_WHEN[1:]}.".replace(
            "Mon 15 Jun", "Mon 15"
        ),
        False,
        "",
    )
    assert words.head(order(), None, None, calendar=WorkCalendar(), today=WED) is None
    complete = order(is_complete=True, completed_on=WED)
    assert words.head(complete, None, None, calendar=WorkCalendar(), today=WED) is None


def test_the_head_says_that_an_order_is_at_risk():
    promised = Promise(date(2026, 6, 11), "Event", False, (), 2)
    head = said(order(needed_by=promised.needed_by), BY_PROMISE, promised)
    assert (head.is_at_risk, head.risk) == (True, "")
