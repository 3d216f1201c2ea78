"""What holds of every order after every step, whatever the step was: asked by the random walk and the table of seams."""

from collections import Counter

from preproduction import written
from preproduction.models import Order
from preproduction.operations.create import SAID
from preproduction.operations.rows import COLUMNS
from preproduction.rebuild import rebuild
from triggers.models import Delivery
from triggers.rules import schedule

State = Delivery.State
DONE = (State.SENDING, State.SENT, State.UNKNOWN)


def history_rebuilds(order: Order) -> None:
    """Status Notes and History together say all of the row: columns, stay, version and lines of Images."""
    told = rebuild(order)
    row = {name: getattr(order, name) for name in written.read(told.columns)}
    assert row == written.read(told.columns)
    assert set(written.of(order, (*COLUMNS, *SAID))) <= {*told.columns}
    assert (told.stay, told.version) == (order.stay_id, order.version)
    lines = {str(line.pk): [line.quantity_sent, line.quantity_returned] for line in order.images.all()}
    assert {key: line[-2:] for key, line in told.images.items()} == lines


def held_where_a_hold_is_open(order: Order) -> None:
    started = [*order.holds.filter(ended_on=None).values_list("started_on", flat=True)]
    assert started == ([order.held_on] if order.held_on else [])


def one_delivery_of_a_trigger_in_a_stay(order: Order) -> None:
    """Unfinished or done; and what follows a due date waits in no stay but the present one."""
    rows = Delivery.objects.filter(
        order=order, trigger__isnull=False, state__in=(*Delivery.UNFINISHED, *DONE)
    )
    rows = list(rows.select_related("status_change__undoes__ends"))
    pairs = Counter((row.trigger_id, row.status_change.stay_after.pk) for row in rows)
    assert max(pairs.values(), default=1) == 1
    waits = [row for row in rows if row.follows_due_date and row.state not in (State.SENT, State.UNKNOWN)]
    assert {row.status_change_id for row in waits} <= {order.stay_id}


def nothing_waits_for_a_withdrawn_order(order: Order) -> None:
    if order.withdrawn_on:
        assert not Delivery.objects.unfinished().filter(order=order).exists()
        assert not order.tasks.waiting().exists()


def what_waits_has_the_moment_of_its_due_date() -> None:
    """Planned anew, nothing would move: whatever moved a due date has told what waits for it."""
    assert schedule.count_moving(schedule.Timetable()) == 0
