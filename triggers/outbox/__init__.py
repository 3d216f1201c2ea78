"""The outbox: what triggers want done, as rows, and the worker's way through them.

rows:       written in the transaction of the status change, and kept in step with it
claims:     who does a row; one conditional UPDATE raises its lease number, and every finishing UPDATE tests it
gates:      what stands against a row at the moment of sending
caps:       how many messages may go out
breakers:   leave a channel alone for a while that fails again and again
delivering: the worker's way through the rows that are due
by_hand:    messages that somebody sends
trials:     templates sent to who writes them, as a test
"""

from triggers.outbox.claims import LEASE, release_stuck
from triggers.outbox.delivering import RETRY_AFTER, ROUND, beat, deliver_due, deliver_next
from triggers.outbox.rows import (
    bring_back,
    cancel,
    done_already,
    enqueue,
    has_gone_out,
    include,
    leave,
    matching_by_status,
    skip_restored,
    skip_withdrawn,
    untouched_tasks,
    wait_with_order,
    waiting,
)

__all__ = [
    "LEASE",
    "RETRY_AFTER",
    "ROUND",
    "beat",
    "bring_back",
    "cancel",
    "deliver_due",
    "deliver_next",
    "done_already",
    "enqueue",
    "has_gone_out",
    "include",
    "leave",
    "matching_by_status",
    "release_stuck",
    "skip_restored",
    "skip_withdrawn",
    "untouched_tasks",
    "wait_with_order",
    "waiting",
]
