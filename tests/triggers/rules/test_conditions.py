"""Whether a trigger fires for a status change, and the sentence where it does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.models import SessionType
from triggers.models import Trigger
from triggers.rules.conditions import fires, why_not


@pytest.fixture
def facts(statuses, session, vendor):
    return {
        "vendor_id": vendor.pk,
        "session_type_id": session.session_type_id,
        "from_status_id": statuses["Images selected"].pk,
    }


@pytest.fixture
def trigger(statuses, session, vendor):
    return Trigger(
        status=statuses["Sent to lab"],
        only_vendor=vendor,
        only_session_type=session.session_type,
        only_from_status=statuses["Images selected"],
    )


def test_it_fires_where_every_condition_holds(trigger, facts):
    assert fires(trigger, facts)
    assert why_not(trigger, facts, trigger.active_since) == ""
    assert fires(Trigger(), {"vendor_id": None, "session_type_id": 1, "from_status_id": None})


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ("vendor_id", "Only for the vendor Northlight Lab."),
        ("session_type_id", "Only for sessions of the type Portrait."),
        ("from_status_id", "Only for orders coming from Images selected."),
    ],
)
@pytest.mark.parametrize("other", [None, 999])
def test_each_condition_alone_can_stop_it(trigger, facts, fact, sentence, other):
    changed = facts | {fact: other}
    assert not fires(trigger, changed)
    assert why_not(trigger, changed) == sentence


def test_it_says_that_it_is_not_active_or_not_yet(trigger, facts):
    before = trigger.active_since - timedelta(microseconds=1)
    assert why_not(trigger, facts, before).startswith("The trigger is active since ")
    assert why_not(trigger, facts, timezone.now() + timedelta(days=1)) == ""
    trigger.is_active = False
    assert why_not(trigger, facts) == "The trigger is not active."


def test_asking_whether_it_fires_costs_no_query(statuses, session, facts, django_assert_num_queries):
    wedding = SessionType.objects.create(name="Wedding")
    stored = Trigger.objects.create(
        description="W", status=statuses["Sent to lab"], task_title="T", only_session_type=wedding
    )
    stored = Trigger.objects.get(pk=stored.pk)
    with django_assert_num_queries(0):
        assert not fires(stored, facts)
