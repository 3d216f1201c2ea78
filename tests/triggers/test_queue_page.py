"""The Trigger Queue in the browser: see what waits, what was done and why not; Process, Skip, Retry; pause."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from studio.models import Client
from triggers import queue_acts
from triggers.models import Delivery, MessagePreferences, Reason, Trigger, WorkerHeartbeat, because

State = Delivery.State
QUEUE = "/triggers/queue/"
STEER = "/triggers/queue/steer/"
ALL = "/triggers/queue/all/"
TABS = {
    "waiting": State.PENDING,
    "held": State.HELD,
    "done": State.SENT,
    "failed": State.FAILED,
    "skipped": State.SKIPPED,
    "expired": State.EXPIRED,
    "unknown": State.UNKNOWN,
}


def text(answer):
    return answer.content.decode()


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def one_of_each(make_delivery):
    finished = {"finished_at": timezone.now()}
    return {
        state: make_delivery(
            state,
            reason=f"Because of {state}.",
            tries=3,
            **({} if state in (State.PENDING, State.HELD, State.SENDING) else finished),
        )
        for state in State
    }


def test_only_what_is_due_is_done_now(as_manager, make_delivery):
    make_delivery(not_before=None, reason=Reason.ON_HOLD)
    make_delivery(not_before=timezone.now() + timedelta(days=9))
    page = text(as_manager.get(QUEUE, {"state": "waiting"}))
    assert "The order is on hold." in page
    assert ">Now<" not in page
    make_delivery()
    assert text(as_manager.get(QUEUE, {"state": "waiting"})).count(">Now<") == 1


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_shows_its_rows_with_why_and_how_often(as_manager, one_of_each, tab):
    answer = as_manager.get(QUEUE, {"state": tab})
    page = text(answer)
    row = one_of_each[TABS[tab]]
    assert f"Because of {TABS[tab]}." in page
    assert row.trigger.description in page
    assert "Email to Anna &lt;3 &amp; Bob &lt;b&gt;" in page
    others = {state for state in State if state not in (TABS[tab], State.SENDING)}
    assert not [state for state in others if f"Because of {state}." in page]
    assert {each["key"]: each["count"] for each in answer.context["tabs"]} == dict.fromkeys(TABS, 1) | {
        "waiting": 2
    }


def test_what_is_being_sent_is_shown_with_what_waits_and_cannot_be_touched(as_manager, one_of_each):
    page = text(as_manager.get(QUEUE))
    assert "Being sent" in page
    assert f'value="skip-{one_of_each[State.PENDING].pk}"' in page
    assert f'value="skip-{one_of_each[State.SENDING].pk}"' not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "sms"}, "Sms row"),
        ({"q": "anna"}, "Sms row"),
        ({"q": "<b>"}, "Sms row"),
        ({"q": "nobody"}, None),
        ({"kind": "letter"}, None),
        ({"kind": "nonsense"}, "Sms row"),
        ({"trigger": "999999"}, "Sms row"),
        ({"state": "nonsense"}, "Sms row"),
    ],
)
def test_filters_narrow_and_nonsense_is_ignored(as_manager, make_delivery, query, found):
    make_delivery(trigger_kind="sms", reason="Sms row")
    page = text(as_manager.get(QUEUE, query))
    assert ("Sms row" in page) is bool(found)


def test_filter_by_trigger_and_by_order_number(as_manager, make_delivery, order):
    first, second = make_delivery(reason="First row"), make_delivery(reason="Second row")
    page = text(as_manager.get(QUEUE, {"trigger": first.trigger_id, "q": order.number}))
    assert "First row" in page
    assert "Second row" not in page
    assert second.pk


@pytest.mark.parametrize("column", ["when", "trigger", "order", "client", "state", "reason", "tries"])
def test_every_column_sorts_both_ways(as_manager, one_of_each, make_delivery, column):
    make_delivery(not_before=None, reason="Its order is on hold.")
    for direction in ("", "-"):
        page = text(as_manager.get(QUEUE, {"sort": f"{direction}{column}"}))
        assert "Its order is on hold." in page


@pytest.mark.parametrize("act", queue_acts.STATES)
@pytest.mark.parametrize("state", State)
def test_an_act_changes_a_row_only_where_it_is_possible(as_manager, make_delivery, mia, act, state):
    row = make_delivery(state)
    possible = any(button["key"] == act for button in queue_acts.buttons(state))
    answer = as_manager.post(STEER, {"one": f"{act}-{row.pk}"}, follow=True)
    row.refresh_from_db()
    assert (row.state != state or row.steered_by == mia) is possible
    if not possible:
        assert f"1 was {State(state).label} already" in text(answer)
    # Offered on the page exactly where it works.
    tab = next((key for key, shown in TABS.items() if shown == state), "waiting")
    Delivery.objects.update(state=state)
    assert (f'value="{act}-{row.pk}"' in text(as_manager.get(QUEUE, {"state": tab}))) is possible


def test_ticked_rows_are_processed_and_what_changed_meanwhile_is_told(as_manager, make_delivery):
    rows = [make_delivery(State.HELD) for _ in range(4)]
    Delivery.objects.filter(pk=rows[0].pk).update(state=State.SENT)
    keys = [row.pk for row in rows]
    answer = as_manager.post(STEER, {"act": "process", "selected": keys}, follow=True)
    assert "3 processed; 1 was Done already." in text(answer)
    assert states() == [State.SENT, *[State.PENDING] * 3]


def test_nothing_ticked_and_broken_buttons_change_nothing(as_manager, one_of_each):
    before = states()
    for sent in (
        {"act": "skip"},
        {"act": "delete", "selected": [1]},
        {},
        {"one": "skip-x"},
        {"one": "delete-1"},
    ):
        assert as_manager.post(STEER, sent).status_code == 302
    assert states() == before
    # What Enter would press.
    answer = as_manager.post(STEER, {"act": "", "selected": [1]}, follow=True)
    assert "Choose what to do with the ticked rows" in text(answer)
    assert states() == before


def test_an_act_leads_back_to_the_list_as_it_was(as_manager, make_delivery):
    row = make_delivery(State.HELD)
    back = f"{QUEUE}?state=held&q=anna"
    page = text(as_manager.get(back))
    assert "next=/triggers/queue/%3Fstate%3Dheld%26q%3Danna" in page
    answer = as_manager.post(f"{STEER}?next=/triggers/queue/%3Fstate%3Dheld", {"one": f"skip-{row.pk}"})
    assert answer["Location"] == f"{QUEUE}?state=held"


def test_all_that_match_are_asked_for_with_their_number_first(as_manager, make_delivery):
    for _ in range(3):
        make_delivery(State.HELD)
    other = make_delivery(State.HELD, trigger_kind="sms")
    query = {"state": "held", "kind": "email", "act": "process"}
    page = text(as_manager.get(ALL, query))
    assert "Process 3 things that triggers want done?" in " ".join(page.split())
    assert "Held; Email" in page
    newest = as_manager.get(ALL, query).context["newest"]
    later = make_delivery(State.HELD)
    address = f"{ALL}?state=held&kind=email&act=process"
    answer = as_manager.post(address, {"act": "process", "newest": newest}, follow=True)
    assert "3 processed." in text(answer)
    left = Delivery.objects.filter(state=State.HELD).values_list("pk", flat=True)
    assert set(left) == {other.pk, later.pk}


def test_all_that_match_without_an_answer_to_the_question_changes_nothing(as_manager, make_delivery):
    make_delivery(State.HELD)
    assert as_manager.post(f"{ALL}?state=held", {"act": "process"}).status_code == 200
    assert as_manager.post(f"{ALL}?state=held", {"act": "nonsense", "newest": 9}).status_code == 302
    assert states() == [State.HELD]


def test_the_list_costs_the_same_however_long_it_is(
    as_manager, make_delivery, preferences, retouching, sam, django_assert_num_queries
):
    chosen = {"recipient": "fixed", "department": retouching, "user": sam, "kind": "task"}
    for rows in (2, 30):
        for _ in range(rows):
            make_delivery(State.HELD)
            make_delivery(State.HELD, **{f"trigger_{name}": value for name, value in chosen.items()})
        as_manager.get(QUEUE)  # reads what was set up anew
        with django_assert_num_queries(10):
            as_manager.get(QUEUE, {"state": "held"})


def test_a_long_list_has_pages(as_manager, make_delivery):
    row = make_delivery()
    for number in range(60):
        trigger = Trigger.objects.create(description=f"T{number}", status=row.trigger.status)
        Delivery.objects.create(
            trigger=trigger,
            status_change=row.status_change,
            order=row.order,
            kind="task",
            payload=row.payload,
        )
    assert "1–50 of 61 messages" in text(as_manager.get(QUEUE))
    assert "51–61 of 61 messages" in text(as_manager.get(QUEUE, {"page": 2}))


def test_the_excel_file_holds_exactly_what_is_shown(as_manager, make_delivery, order):
    make_delivery(State.FAILED, reason="=cmd()", tries=2, finished_at=timezone.now())
    make_delivery(State.HELD, reason="Not shown")
    answer = as_manager.get(QUEUE, {"state": "failed", "export": "xlsx"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).active.iter_rows()]
    values = next(row for row in rows if "=cmd()" in row)
    assert "Email to Anna <3 & Bob <b>" in values
    assert {order.number, "Failed", 2} <= set(values)
    assert not any("Not shown" in row for row in rows)


# One of them.


def item(row):
    return reverse("triggers:queue_item", args=[row.pk])


def test_the_page_shows_what_exactly_will_be_sent(as_manager, make_delivery):
    row = make_delivery(State.HELD, reason=Reason.REVIEW)
    page = text(as_manager.get(item(row)))
    assert "anna@example.com" in page
    assert f"Order {row.order.number}" in page
    assert "Dear Anna &lt;3 &amp; Bob &lt;b&gt;, your proofs are here." in page
    # The HTML part as text, its values escaped once for the mail and once more for this page.
    assert "&lt;p&gt;Dear Anna &amp;lt;3 &amp;amp; Bob &amp;lt;b&amp;gt;&lt;/p&gt;" in page
    assert str(row.message_id) in page
    assert "Waits for review." in page


def test_the_page_shows_what_was_sent_as_it_was(as_manager, make_delivery):
    content = {"subject": "Old subject", "text": "Old text", "html": "<b>x</b>"}
    row = make_delivery(
        State.SENT, sent_to="old@example.com", content=content, finished_at=timezone.now(), tries=1
    )
    page = text(as_manager.get(item(row)))
    assert "What was sent" in page
    for words in ("old@example.com", "Old subject", "Old text", "&lt;b&gt;x&lt;/b&gt;", "Tried once."):
        assert words in page
    assert "anna@example.com" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "Anna &lt;3 &amp; Bob &lt;b&gt; has no email address."),
        ({"do_not_contact": True}, "Anna &lt;3 &amp; Bob &lt;b&gt; is marked Do Not Contact."),
    ],
)
def test_what_stands_against_it_is_said(as_manager, make_delivery, change, sentence):
    row = make_delivery(State.FAILED)
    Client.objects.update(**change)
    assert sentence in text(as_manager.get(item(row)))


def test_a_text_that_cannot_be_filled_in_says_why(as_manager, make_delivery):
    row = make_delivery(State.FAILED)
    row.trigger.template = None
    row.trigger.save()
    assert "The trigger has no template to take the words from." in text(as_manager.get(item(row)))


@pytest.mark.parametrize("state", State)
def test_the_page_of_any_state_is_shown_to_all_and_steered_by_managers(
    as_manager, as_staff, one_of_each, state
):
    row = one_of_each[state]
    manager, staff = text(as_manager.get(item(row))), text(as_staff.get(item(row)))
    for button in queue_acts.buttons(state):
        assert f'value="{button["key"]}-{row.pk}"' in manager
    assert 'name="one"' not in staff
    assert f"Because of {state}." in staff


def test_the_history_says_who_pressed_what(as_manager, make_delivery):
    row = make_delivery(State.HELD)
    as_manager.post(STEER, {"one": f"skip-{row.pk}"})
    page = text(as_manager.get(item(row)))
    assert "Mia Lindqvist" in page
    assert "Skipped: Skipped by Mia Lindqvist." not in page
    assert "because Order" in page


# Pause.


def beat():
    WorkerHeartbeat.objects.update_or_create(pk=1, defaults={"beat_at": timezone.now()})


def test_pause_is_told_on_every_page_until_resume(as_manager, as_administrator, as_staff, make_delivery):
    beat()
    make_delivery()
    make_delivery()
    make_delivery(trigger_kind="task", trigger_recipient="department")
    assert "Messages are paused" not in text(as_administrator.get("/"))
    as_manager.post("/triggers/queue/pause/")
    for page in ("/", "/orders/", QUEUE, "/sessions/"):
        told = " ".join(text(as_administrator.get(page)).split())
        assert "by Mia Lindqvist: 2 wait." in told
    assert "Messages are paused" not in text(as_staff.get("/"))
    assert "Resume" in text(as_manager.get(QUEUE))
    assert "paused already" in text(as_administrator.post("/triggers/queue/pause/", follow=True))
    as_administrator.post("/triggers/queue/resume/")
    assert "Messages are paused" not in text(as_administrator.get("/"))
    assert not MessagePreferences.objects.get().is_paused


def test_what_caps_hold_is_told_and_what_waits_for_review_is_not(as_manager, as_staff, make_delivery):
    beat()
    make_delivery(State.HELD, reason=Reason.REVIEW)
    assert "held:" not in text(as_manager.get("/"))
    make_delivery(State.HELD, **because(Reason.STUDIO_CAP, "500 messages"))
    page = " ".join(text(as_manager.get("/")).split())
    assert "1 message is held: more were to go out than the studio allows." in page
    assert "/triggers/queue/?state=held" in page
    assert "is held" not in text(as_staff.get("/"))


def test_staff_neither_see_the_queue_nor_steer_it(as_staff, make_delivery):
    row = make_delivery(State.HELD)
    assert as_staff.get(QUEUE).status_code == 403
    for address in (STEER, ALL, "/triggers/queue/pause/", "/triggers/queue/resume/"):
        assert (
            as_staff.post(address, {"one": f"process-{row.pk}", "act": "process", "newest": 9}).status_code
            == 403
        )
    assert states() == [State.HELD]
    assert QUEUE not in text(as_staff.get("/"))
