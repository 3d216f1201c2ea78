"""Orders advanced at once, against as many advanced one by one.

    python benchmarks/many_at_once.py [--full] [--rounds 6]

Each round advances fifty orders (--full: 500, in ten transactions) as their own pages do, and as many others as the page
of many does; what counts is the median of the rounds, commits included.
"""

import sys

import advance  # which makes the temporary folder and says where the database is
import measuring

AT_MOST = 0.35


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


def main(count, rounds):
    import django

    django.setup()
    by, statuses, orders = advance.make_studio((rounds + 1) * count)
    table = measuring.Table()
    for triggers in (0, 3):
        to = statuses[triggers]
        # Both enter the status for the first time.
        mine, others = (in_chunks(orders[number], count) for number in (3 - triggers, triggers))
        single, many = measuring.in_turn(
            rounds,
            lambda: one_by_one(next(mine), to, by),  # noqa: B023 - called in this round
            lambda: at_once(next(others), to, by),  # noqa: B023
        )
        table.row(
            f"{count} at once, {triggers or 'no'} triggers, against {count} singles", many, single, AT_MOST
        )
    return table.end()


def in_chunks(orders, count):
    return (orders[start : start + count] for start in range(0, len(orders), count))


if __name__ == "__main__":
    wanted = measuring.arguments(__doc__, rounds=6)
    sys.exit(main(500 if wanted.full else 50, 3 if wanted.full else wanted.rounds))
