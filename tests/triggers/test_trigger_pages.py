"""Triggers as an administrator keeps them: the list and its order, the form of each kind, what matches already."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preproduction import operations
from studio.models import Vendor
from tests.sending import as_sent
from triggers import channels, outbox
from triggers.models import Delivery, MessageTemplate, Trigger, TriggerList

pytestmark = pytest.mark.usefixtures("preferences")
LIST = "/maintenance/triggers/"
NEW = f"{LIST}new/"

Recipient = Trigger.Recipient
KINDS = [kind.key for kind in channels.kinds()]


@pytest.fixture
def template(db):
    return MessageTemplate.objects.create(name="Proofs ready", subject="Your proofs", text="They are here.")


@pytest.fixture
def make(statuses, retouching):
    """Return a function that stores a trigger of tasks, active unless told otherwise."""

    def make(**fields):
        given = {
            "description": f"Trigger {Trigger.objects.count() + 1}",
            "status": statuses["Sent to lab"],
            "task_title": "Pack",
            "position": Trigger.objects.count() + 1,
        }
        return Trigger.objects.create(**(given | fields))

    return make


@pytest.fixture
def save(as_administrator, statuses):
    """Return a function that types into the form of a trigger, or of a new one, and saves it."""

    def save(trigger=None, **typed):
        address = trigger.get_absolute_url() if trigger else NEW
        page = as_administrator.get(address)
        new = {"description": "Told", "status": statuses["Sent to lab"].pk, "task_title": "Pack"}
        sent = as_sent(page.context["form"], **(typed if trigger else new | typed))
        return as_administrator.post(address, sent | {"seen": page.context["seen"]})

    return save


def errors(answer):
    assert answer.status_code == 422
    return {name: str(messages[0]) for name, messages in answer.context["form"].errors.items()}


def only_trigger():
    return Trigger.objects.get()


def move(browser, trigger, where):
    version = TriggerList.current_version()
    return browser.post(f"{trigger.get_absolute_url()}{where}/", {"version": version})


def order_of_the_list():
    positions = list(Trigger.objects.values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    return list(Trigger.objects.values_list("description", flat=True))


# The form


def test_a_task_is_saved_with_what_a_task_needs_and_nothing_else(save, template, sam):
    answer = save(
        days="77777",
        template=template.pk,
        address="nobody",
        user=sam.pk,
        caller="fixed",
        timing="reached",
        task_due_in=2,
    )
    assert answer["Location"] == LIST
    trigger = only_trigger()
    assert (trigger.kind, trigger.task_title, trigger.task_due_in) == ("task", "Pack", 2)
    assert (trigger.days, trigger.template, trigger.address, trigger.user) == (None, None, "", None)
    assert trigger.caller == Trigger.Caller.DEPARTMENT_OF_ORDER
    # A task may come at night, and however late.
    assert (trigger.send_at, trigger.max_late_hours) == (Trigger.SendAt.ANY_TIME, None)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("task", "call", "webhook")])
def test_what_reaches_clients_starts_with_waking_hours_and_a_day_of_lateness(save, template, kind):
    save(kind=kind, recipient="client", template=template.pk)
    trigger = only_trigger()
    assert (trigger.kind, trigger.template) == (kind, template)
    # A letter leaves the studio when somebody prints it.
    send_at = Trigger.SendAt.ANY_TIME if kind == "letter" else Trigger.SendAt.WAKING_HOURS
    assert (trigger.send_at, trigger.max_late_hours) == (send_at, 24)
    assert trigger.task_title == ("Pack" if "call" in kind else "")


def test_sending_that_was_chosen_is_kept(save, template):
    save(kind="email", recipient="client", template=template.pk, send_at="business_days", max_late_hours=2)
    assert (only_trigger().send_at, only_trigger().max_late_hours) == ("business_days", 2)
    # An email whose lateness was taken away stays so when it is saved again.
    save(only_trigger(), send_at="any_time", max_late_hours="")
    assert (only_trigger().send_at, only_trigger().max_late_hours) == ("any_time", None)
    save(only_trigger(), description="Again")
    assert (only_trigger().send_at, only_trigger().max_late_hours) == ("any_time", None)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("", "Say how many days, 0 to 365."),
        ("366", "Ensure this value is less than or equal to 365."),
        ("-1", "Ensure this value is greater than or equal to 0."),
    ],
)
def test_a_due_date_trigger_needs_days(save, days, said):
    assert errors(save(timing="after_due", days=days)) == {"days": said}


def test_a_due_date_trigger_is_saved(save):
    save(timing="before_due", days=3, day_kind="calendar")
    trigger = only_trigger()
    assert trigger.when_in_words() == "3 calendar days before the due date of Sent to lab"
    save(trigger, timing="reached")
    assert (only_trigger().days, only_trigger().day_kind) == (None, "business")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("recipient", Recipient)
def test_a_recipient_must_be_reachable_by_each_channel(save, template, sam, kind, recipient):
    address = {
        "email": "lab@example.com",
        "call": "+1 202 555 0143",
        "sms": "(202) 555-0143",
        "sms_call": "(202) 555-0143",
        "webhook": "https://hooks.example.com/in",
    }.get(kind, "lab@example.com")
    answer = save(kind=kind, recipient=recipient, template=template.pk, user=sam.pk, address=address)
    reached = all(recipient in channels.get(channel).reaches for channel in Trigger(kind=kind).channels)
    # One address is not both an email address and a phone number.
    if reached and (recipient != Recipient.ADDRESS or kind not in ("email_call", "sms_email")):
        assert answer.status_code == 302
        assert only_trigger().recipient == recipient
    else:
        assert set(errors(answer)) == {"recipient"}
        assert not Trigger.objects.exists()


def test_the_refusal_of_a_recipient_says_why(save, template):
    said = errors(save(kind="email_letter", recipient="assigned_user", template=template.pk))["recipient"]
    assert said == "A letter goes to the client or the vendor, and not to “The assigned user”."


@pytest.mark.parametrize(
    ("kind", "address", "said"),
    [
        ("email", "", "Type the email address."),
        ("email", "lab@", "This is not an email address."),
        ("sms", "12", "This is not a phone number."),
        ("call", "call me", "This is not a phone number."),
        ("webhook", "", "Type the URL."),
        ("webhook", "http://hooks.example.com/", "not reached by https"),
        ("webhook", "https://me:secret@hooks.example.com/", "user name or a password"),
        ("webhook", "https://localhost/", "not a public name"),
        ("webhook", "javascript:alert(1)", "cannot be used"),
        ("webhook", "http://192.168.1.20:8081/in", "not reached by https"),
    ],
)
def test_an_address_must_be_one(save, template, kind, address, said):
    answer = save(kind=kind, recipient="address", address=address, template=template.pk)
    assert said in errors(answer)["address"]


def test_an_in_house_receiver_may_be_reached_by_http(as_administrator, save):
    page = as_administrator.get("/maintenance/messages/")
    sent = as_sent(page.context["form"], in_house_receivers="http://192.168.1.20:8080")
    as_administrator.post("/maintenance/messages/", sent | {"seen": page.context["seen"]})
    save(kind="webhook", recipient="address", address="http://192.168.1.20:8080/in?x=1")
    assert only_trigger().address == "http://192.168.1.20:8080/in?x=1"


@pytest.mark.parametrize("kind", ["email", "letter", "sms", "sms_call"])
def test_words_come_from_a_template(save, kind):
    assert errors(save(kind=kind, recipient="client")) == {
        "template": "Choose the template that has the words."
    }


def test_an_email_needs_a_subject(save, template):
    MessageTemplate.objects.update(subject="")
    answer = save(kind="sms_email", recipient="client", template=template.pk)
    assert errors(answer) == {"template": "“Proofs ready” has no subject, which an email needs."}
    assert save(kind="sms", recipient="client", template=template.pk).status_code == 302


def test_an_inactive_template_is_not_offered_but_stays_where_it_is_used(save, make, template):
    trigger = make(kind="sms", recipient="client", template=template, task_title="")
    MessageTemplate.objects.update(is_inactive=True)
    assert save(trigger, description="Still").status_code == 302
    assert set(errors(save(kind="sms", recipient="client", template=template.pk))) == {"template"}


def test_a_task_says_what_is_to_be_done(save):
    assert errors(save(task_title="")) == {"task_title": "Say what is to be done."}
    # A call is known by the description.
    assert save(kind="call", recipient="client", task_title="").status_code == 302


@pytest.mark.parametrize(("field", "kind"), [("recipient", "task"), ("caller", "call")])
def test_a_chosen_recipient_is_chosen(save, retouching, field, kind):
    typed = {"kind": kind, "recipient": "client" if kind == "call" else "fixed", field: "fixed"}
    assert errors(save(**typed)) == {"user": "Choose the user, or the department."}
    save(**typed, department=retouching.pk)
    assert only_trigger().department == retouching


def test_a_form_that_somebody_else_has_overtaken_is_not_saved_unseen(as_administrator, make):
    trigger = make(is_active=False)
    page = as_administrator.get(trigger.get_absolute_url())
    Trigger.objects.update(description="Theirs")
    sent = as_sent(page.context["form"], description="Mine") | {"seen": page.context["seen"]}
    answer = as_administrator.post(trigger.get_absolute_url(), sent)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert only_trigger().description == "Theirs"


def test_a_webhook_has_a_secret_that_can_be_renewed(as_administrator, save, make):
    save(kind="webhook", recipient="address", address="https://hooks.example.com/")
    trigger = only_trigger()
    assert trigger.secret.startswith("whsec_")
    assert trigger.secret in as_administrator.get(trigger.get_absolute_url()).text
    assert as_administrator.post(f"{trigger.get_absolute_url()}secret/").status_code == 302
    assert only_trigger().secret.startswith("whsec_")
    assert only_trigger().secret != trigger.secret
    task = make()
    assert task.secret not in as_administrator.get(task.get_absolute_url()).text


# What matches already


@pytest.fixture
def at_lab(make_order, statuses, sam, vendor):
    """Three open orders at Sent to lab, one with a vendor, and one that went on to be complete."""
    orders = [make_order(vendor=vendor if n == 0 else None) for n in range(4)]
    for order in orders:
        advance(order, statuses["Sent to lab"], sam)
    advance(orders[3], statuses["Delivered"], sam)
    return orders


def advance(order, to, by):
    order.refresh_from_db()
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=by, note="On.")


def test_a_new_trigger_asks_about_orders_that_match_already(save, at_lab):
    answer = save(description="Pack it")
    assert errors(answer) == {"standing": "3 open orders match already."}
    assert "Leave out" in answer.text
    assert 'value="Pack it"' in answer.text
    assert not Trigger.objects.exists()


def answer_to(as_administrator, question, choice, **typed):
    form = question.context["form"]
    sent = as_sent(form, standing=choice, standing_seen=form.seen_now, **typed)
    return as_administrator.post(question.request["PATH_INFO"], sent | {"seen": question.context["seen"]})


def test_left_out_nothing_fires_for_the_past(as_administrator, save, at_lab):
    before = timezone.now()
    assert answer_to(as_administrator, save(), "leave_out").status_code == 302
    assert not Delivery.objects.exists()
    assert only_trigger().active_since >= before


def test_included_the_trigger_fires_once_for_each(as_administrator, save, at_lab):
    answer = answer_to(as_administrator, save(), "include")
    assert "3 orders that matched already: included." in as_administrator.get(answer["Location"]).text
    assert set(Delivery.objects.values_list("order", flat=True)) == {order.pk for order in at_lab[:3]}
    # Asked again, there is nothing left to ask about.
    trigger = only_trigger()
    switch(as_administrator, trigger, on=False)
    assert switch(as_administrator, trigger, on=True).status_code == 302
    assert Delivery.objects.count() == 3


def test_more_orders_than_a_chunk_are_included(as_administrator, save, make_order, statuses, monkeypatch):
    monkeypatch.setattr("triggers.operations.trigger_list.CHUNK", 2)
    for _ in range(5):
        make_order()
    question = save(status=statuses["Images selected"].pk)
    answer_to(as_administrator, question, "include")
    assert Delivery.objects.count() == 5


def test_conditions_decide_what_matches(save, at_lab, vendor):
    assert errors(save(only_vendor=vendor.pk)) == {"standing": "1 open order matches already."}
    other = Vendor.objects.create(name="Other lab")
    assert save(only_vendor=other.pk).status_code == 302


def test_what_had_its_moment_does_not_match(save, make_order, statuses):
    late = make_order(order_date=timezone.localdate() - timedelta(days=90))
    assert late.is_overdue()
    make_order()
    status = statuses["Images selected"].pk
    said = errors(save(status=status, timing="after_due", days=3))
    assert said == {"standing": "1 open order matches already."}


def test_an_order_that_was_undone_back_matches_once(save, at_lab, statuses, sam):
    order = at_lab[0]
    advance(order, statuses["Proofs received"], sam)
    order.refresh_from_db()
    operations.undo_last_change(order, expected=order.version, by=sam)
    answer = save()
    assert errors(answer) == {"standing": "3 open orders match already."}
    changes = answer.context["form"].standing_changes
    assert sorted(change.sequence for change in changes) == [2, 2, 2]


def test_an_answer_about_other_orders_is_asked_again(
    as_administrator, save, at_lab, statuses, sam, make_order
):
    question = save()
    advance(make_order(), statuses["Sent to lab"], sam)
    again = answer_to(as_administrator, question, "include")
    assert errors(again) == {"standing": "4 open orders match already."}
    assert not Trigger.objects.exists()
    # Another status in the second step is another question, too.
    moved = answer_to(as_administrator, again, "include", status=statuses["Images selected"].pk)
    assert moved.status_code == 302
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ({"description": "Only a name"}, False),
        ({"task_title": "Other words"}, False),
        ({"is_active": ""}, False),
        ({"timing": "before_due", "days": 1}, True),
        ({"only_session_type": "it"}, True),
    ],
)
def test_an_active_trigger_asks_again_when_it_would_fire_for_others(save, make, at_lab, session, typed, asks):
    trigger = make()
    if "only_session_type" in typed:
        typed = {"only_session_type": session.session_type_id}
    answer = save(trigger, **typed)
    assert answer.status_code == (422 if asks else 302)


def test_an_inactive_trigger_asks_nothing(as_administrator, statuses, at_lab):
    page = as_administrator.get(NEW)
    sent = as_sent(page.context["form"], description="Off", status=statuses["Sent to lab"].pk, task_title="x")
    del sent["is_active"]
    assert as_administrator.post(NEW, sent).status_code == 302
    assert not Trigger.objects.get(description="Off").is_active


def switch(as_administrator, trigger, *, on, **answer):
    sent = {"active": "on"} if on else {}
    return as_administrator.post(f"{trigger.get_absolute_url()}switch/", sent | answer)


def test_the_switch_in_the_row_asks_too(as_administrator, make, at_lab):
    trigger = make(is_active=False)
    question = switch(as_administrator, trigger, on=True)
    assert question.status_code == 422
    assert "3 open orders match already." in question.text
    trigger.refresh_from_db()
    assert not trigger.is_active
    seen = question.context["form"].seen_now
    switch(as_administrator, trigger, on=True, standing="include", standing_seen=seen)
    trigger.refresh_from_db()
    assert trigger.is_active
    assert Delivery.objects.count() == 3


def test_switching_twice_is_switching_once(as_administrator, make):
    trigger = make()
    for _ in range(2):
        assert switch(as_administrator, trigger, on=False).status_code == 302
    trigger.refresh_from_db()
    assert not trigger.is_active
    since = trigger.active_since
    for _ in range(2):
        switch(as_administrator, trigger, on=True)
    trigger.refresh_from_db()
    assert trigger.is_active
    assert trigger.active_since > since


# What waits already, when a trigger is changed


@pytest.fixture
def waiting(make, at_lab):
    """A trigger two days after the due date, with a row that waits for each of three orders."""
    trigger = make(timing="after_due", days=2)
    assert outbox.include(trigger, trigger.status.standing_changes()) == 3
    return trigger


def leave_out(as_administrator, answer):
    return answer_to(as_administrator, answer, "leave_out") if answer.status_code == 422 else answer


def test_what_waits_follows_the_days_of_its_trigger(as_administrator, save, waiting):
    before = dict(Delivery.objects.values_list("pk", "not_before"))
    assert leave_out(as_administrator, save(waiting, days=9)).status_code == 302
    for row in Delivery.objects.all():
        assert row.state == "pending"
        assert row.not_before >= before[row.pk] + timedelta(days=7)
        assert row.reason == "Moved: the trigger was changed."


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"status": "Proofs received"}, "The trigger was changed, and is for another status now."),
        ({"timing": "reached"}, "The trigger was changed, and has its moment at another time now."),
    ],
)
def test_what_waits_for_a_trigger_as_it_was_is_skipped(
    as_administrator, save, waiting, statuses, typed, reason
):
    if "status" in typed:
        typed = {"status": statuses[typed["status"]].pk}
    assert leave_out(as_administrator, save(waiting, **typed)).status_code == 302
    assert {(row.state, row.reason) for row in Delivery.objects.all()} == {("skipped", reason)}


def test_what_does_not_fit_new_conditions_is_skipped(as_administrator, save, waiting, vendor):
    assert leave_out(as_administrator, save(waiting, only_vendor=vendor.pk)).status_code == 302
    assert sorted((row.state, row.reason) for row in Delivery.objects.all()) == [
        ("pending", ""),
        ("skipped", "Only for the vendor Northlight Lab."),
        ("skipped", "Only for the vendor Northlight Lab."),
    ]


def test_other_words_leave_what_waits_alone(as_administrator, save, waiting):
    before = list(Delivery.objects.order_by("pk").values())
    assert save(waiting, description="Other", task_title="Words").status_code == 302
    assert list(Delivery.objects.order_by("pk").values()) == before


# The list


def test_the_list_says_what_each_trigger_does(as_administrator, make, template, vendor, order):
    trigger = make(
        description="Proofs are ready",
        kind="email",
        recipient="client",
        template=template,
        task_title="",
        timing="after_due",
        days=1,
        only_vendor=vendor,
        needs_review=True,
    )
    change = order.status_changes.get()
    Delivery.objects.create(
        trigger=trigger, order=order, status_change=change, kind="email", payload={}, state="failed"
    )
    page = as_administrator.get(LIST).text
    for words in (
        "Proofs are ready",
        "1 business day after its due date",
        "Email",
        "The client",
        "only Northlight Lab",
        "Review",
        "1&nbsp;failed",
        f"/triggers/queue/?trigger={trigger.pk}&amp;state=failed",
        f"{trigger.get_absolute_url()}replay/",
    ):
        assert words in page, words


def test_an_empty_list_says_what_a_trigger_is_for(as_administrator):
    assert "No triggers yet" in as_administrator.get(LIST).text


def test_triggers_move_and_positions_stay_a_permutation(as_administrator, make):
    first, _, third = (make() for _ in range(3))
    move(as_administrator, third, "up")
    assert order_of_the_list() == ["Trigger 1", "Trigger 3", "Trigger 2"]
    move(as_administrator, first, "down")
    assert order_of_the_list() == ["Trigger 3", "Trigger 1", "Trigger 2"]
    assert "Trigger 3 is first already." in move(as_administrator, third, "up").text
    assert order_of_the_list() == ["Trigger 3", "Trigger 1", "Trigger 2"]
    as_administrator.post(f"{first.get_absolute_url()}delete/")
    assert order_of_the_list() == ["Trigger 3", "Trigger 2"]


def test_saving_an_old_page_does_not_move_it_back(as_administrator, make, save):
    first, second = make(is_active=False), make()
    page = as_administrator.get(first.get_absolute_url())
    move(as_administrator, second, "up")
    sent = as_sent(page.context["form"], description="Renamed") | {"seen": page.context["seen"]}
    assert as_administrator.post(first.get_absolute_url(), sent).status_code == 302
    assert order_of_the_list() == ["Trigger 2", "Renamed"]


def test_a_copy_is_inactive_last_and_open(as_administrator, make, vendor):
    original = make(description="x" * 118, only_vendor=vendor, kind="call", recipient="client")
    make()
    answer = as_administrator.post(f"{original.get_absolute_url()}copy/")
    twin = Trigger.objects.order_by("pk").last()
    assert answer["Location"] == twin.get_absolute_url()
    assert twin.description == "x" * 113 + " (copy)"
    assert (twin.is_active, twin.only_vendor, twin.kind, twin.position) == (False, vendor, "call", 3)
    assert twin.secret != original.secret
    original.refresh_from_db()
    assert original.is_active


def test_a_trigger_that_has_fired_is_not_deleted(as_administrator, make, order):
    trigger = make()
    change = order.status_changes.get()
    Delivery.objects.create(trigger=trigger, order=order, status_change=change, kind="task", payload={})
    answer = as_administrator.post(f"{trigger.get_absolute_url()}delete/")
    assert answer.status_code == 409
    assert "has fired once and stays for the record" in answer.text
    # Save on that page saves.
    assert f'action="{trigger.get_absolute_url()}"' in answer.text
    assert Trigger.objects.exists()


def test_the_list_costs_the_same_however_long(as_administrator, make, template, vendor, order, statuses):
    counts = []
    for rows in (3, 20):
        while Trigger.objects.count() < rows:
            trigger = make(template=template, only_vendor=vendor, only_from_status=statuses["Delivered"])
            Delivery.objects.create(
                trigger=trigger,
                order=order,
                status_change=order.status_changes.get(),
                kind="task",
                payload={},
            )
        as_administrator.get("/help/")  # what the studio has set up is read once after each change of it
        counts.append(queries_of(as_administrator, LIST))
    assert counts[0] == counts[1]


def test_the_question_costs_the_same_however_many_orders(save, as_administrator, make_order, statuses):
    counts = []
    status = statuses["Images selected"]
    for rows in (3, 20):
        while status.orders.count() < rows:
            make_order()
        page = as_administrator.get(NEW)
        sent = as_sent(page.context["form"], description="Told", status=status.pk, task_title="x")
        counts.append(queries_of(as_administrator, NEW, sent))
    assert counts[0] == counts[1]


def queries_of(browser, address, sent=None):
    with CaptureQueriesContext(connection) as queries:
        browser.get(address) if sent is None else browser.post(address, sent)
    return len(queries)


def test_what_a_condition_names_is_not_deleted(as_administrator, make, vendor, session, statuses):
    make(
        only_vendor=vendor,
        only_session_type=session.session_type,
        only_from_status=statuses["On the shelf"],
        description="Told",
    )
    for record in (vendor, session.session_type):
        answer = as_administrator.post(f"{record.get_absolute_url()}delete/")
        assert answer.status_code == 409
        assert "1 trigger" in answer.text
    with pytest.raises(operations.OperationRefused, match="1 trigger use"):
        operations.delete_status(statuses["On the shelf"], expected=0)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"kind": "webhook", "recipient": Recipient.ADDRESS}, "the URL"),
        ({"recipient": Recipient.FIXED}, "the department or user that gets it"),
        (
            {"kind": "call", "recipient": Recipient.CLIENT, "caller": Recipient.FIXED},
            "the department or user that gets it",
        ),
    ],
)
def test_a_trigger_that_lacks_whom_it_is_for_is_not_switched_on(as_administrator, make, fields, missing):
    trigger = make(description="Tell them", is_active=False, **fields)
    refused = switch(as_administrator, trigger, on=True)
    assert refused.status_code == 409
    assert f"“Tell them” stays off: open it, and fill in {missing}." in refused.content.decode()
    trigger.refresh_from_db()
    assert not trigger.is_active
