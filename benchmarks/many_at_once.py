"""Five hundred orders advanced at once, against five hundred advanced one by one.

    python benchmarks/many_at_once.py [rounds of fifty, 10 if not said]

Each round advances fifty orders as their own pages do, and fifty others as the page of many does, on one database in a
temporary folder; what counts is the median of the rounds, commits included.  Ends with 1 if fifty at once take more than MOST
times as long as fifty singles.
"""

import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent))

import advance  # which makes the temporary folder and says where the database is

MOST = 0.35
AT_ONCE = 50  # orders in a transaction


def one_by_one(orders, to, by):
    for order in orders:
        advance.advance(order, to, by)


def at_once(orders, to, by):
    from preproduction import operations
    from preproduction.models import Order
    from studio import work_calendar

    calendar = work_calendar.load()
    found = Order.objects.for_page().in_bulk([order.pk for order in orders])
    rows = [
        (order, operations.plan_advance(order, to=to, calendar=calendar), {"expected": order.version})
        for order in found.values()
    ]
    answers = operations.advance_statuses(rows, by=by)
    refused = [answer for _, answer in answers if isinstance(answer, operations.OperationRefused)]
    assert not refused, refused[:3]


def taken(act, *given):
    """Return the seconds that it took, of the clock and of this process."""
    began, spent = time.perf_counter(), time.process_time()
    act(*given)
    return time.perf_counter() - began, time.process_time() - spent


def main(rounds):
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    is_good = True
    by, statuses, orders = advance.make_studio((rounds + 1) * AT_ONCE)
    print(f"{connection.vendor}, {rounds} rounds of {AT_ONCE}\n")
    print("| triggers | one, ms | of fifty, ms | times | times, processor | queries: one / of fifty |")
    print("|---|---|---|---|---|---|")
    for triggers in (0, 3):
        to = statuses[triggers]
        mine, others = orders[3 - triggers], orders[triggers]  # both enter the status for the first time
        times, counts = [], []
        for start in range(0, len(mine), AT_ONCE):
            pair = []
            for act, some in ((one_by_one, mine), (at_once, others)):
                if start == 0:
                    with CaptureQueriesContext(connection) as captured:
                        act(some[:AT_ONCE], to, by)
                    counts.append(len(captured) / AT_ONCE)
                else:
                    pair.append(taken(act, some[start : start + AT_ONCE], to, by))
            times += [pair] if pair else []
        ratio, of_processor = (median(many[n] / ones[n] for ones, many in times) for n in (0, 1))
        single, many = (median(pair[n][0] for pair in times) / AT_ONCE * 1000 for n in (0, 1))
        is_good = is_good and ratio <= MOST
        print(
            f"| {triggers} | {single:.1f} | {many:.1f} | {ratio:.2f} | {of_processor:.2f} | "
            f"{counts[0]:.1f} / {counts[1]:.1f} |"
        )
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
