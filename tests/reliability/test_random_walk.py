"""Random walks over everything one can do to orders, the status list, the calendar, people and triggers.

All promises hold after each step.  A walk has 50 steps.  Hypothesis shrinks one that breaks a promise to its shortest form.
"""

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from preproduction.models import Hold, Order, Status
from tests.reliability.walk.orders import Orders, Verbs
from tests.reliability.walk.settings import Settings
from tests.reliability.walk.studio import any_number
from triggers.models import Delivery

STEPS = 50

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Everything(Orders, Settings):
    """A studio in which everybody does what they want."""


def walk(machine, walks, *phases, **options):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=walks,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=phases,
            **options,
        ),
    )


def test_random_walks_break_no_promise(size, seed, record, preferences):
    walks = size("walks")
    machine = hypothesis.seed(seed)(Everything) if seed else Everything
    walk(machine, walks, Phase.generate, Phase.shrink, derandomize=not seed)
    record(steps=walks * STEPS)


class Forgetful(Verbs):
    """A control: an order is completed past its history.  Of few steps, so that it happens soon."""

    @precondition(Verbs.has_orders)
    @rule(number=any_number)
    def complete_by_hand(self, number):
        order = self.order(number)
        Order.objects.filter(pk=order.pk, is_complete=False).update(
            status=Status.objects.filter(is_final=True).first(),
            is_complete=True,
            status_due_date=None,
            held_on=None,
        )


class Careless(Verbs):
    """A control: a hold ends of which the order is not told."""

    @rule()
    def end_holds(self):
        Hold.objects.filter(ended_on=None).update(ended_on=self.today, days_held=0)


class Stubborn(Verbs):
    """A control: what was skipped for good waits again."""

    @rule()
    def wake_the_skipped(self):
        Delivery.objects.filter(state=Delivery.State.SKIPPED).update(state=Delivery.State.PENDING)


@pytest.mark.parametrize("machine", [Forgetful, Careless, Stubborn])
def test_control_a_broken_promise_is_found(machine, preferences, record):
    with pytest.raises(AssertionError):
        walk(machine, 40, Phase.generate, derandomize=True, report_multiple_bugs=False)
    record(contradictions=1)
