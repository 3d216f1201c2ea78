"""What pressing OK costs: an advance against the statements it sends, and one that fires triggers against one that does not.

    python benchmarks/advance.py [--rounds 200]

All kinds of advance move orders in turn, on the same database; what counts is the median of their processor time.  The
floor is the statements of an advance as they stand, sent with Django's cursor in one transaction: no objects, no rules,
no calendar.  They are recorded of the very same advance, which is then rolled back.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import measuring

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
folder = tempfile.TemporaryDirectory(prefix="advance-", ignore_cleanup_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/studio.sqlite3")
os.environ["HUEY_FILE"] = f"{folder.name}/huey.sqlite3"

MANY = 40  # SQLite takes 45 rows in one INSERT
# A status with so many triggers each; an order goes round.
TRIGGERS = (0, 3, MANY)
AGAINST_RAW_SQL = {"sqlite": 2.8, "postgresql": 2.2}
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def make_studio(count):
    from datetime import date

    from django.core.management import call_command

    from preproduction import operations
    from preproduction.models import Status
    from studio.models import Client, CompanyPreferences, PhotoSession, SessionType, User
    from triggers.models import MessageTemplate, Trigger

    call_command("migrate", verbosity=0)
    CompanyPreferences.objects.create(pk=1, name="Benchmark", time_zone="UTC")
    sam = User.objects.create(username="sam", first_name="Sam")
    client = Client.objects.create(name="Anna Smith", email="anna@example.com")
    session = PhotoSession.objects.create(
        number="S-1",
        client=client,
        date=date(2026, 6, 1),
        session_type=SessionType.objects.create(name="Portrait"),
        photographer=sam,
    )
    template = MessageTemplate.objects.create(name="Hello", subject="Hello", text="Dear {{ client.name }}")
    Status.objects.create(description="New", position=1, is_initial=True, default_duration=3)
    statuses = {}
    for position, number in enumerate(TRIGGERS, start=2):
        statuses[number] = Status.objects.create(
            description=f"{number} triggers", position=position, default_duration=5
        )
        for n in range(number):
            # One of each way to fire: at once, and before and after the due date.
            timing = list(Trigger.Timing)[n % 3]
            Trigger.objects.create(
                description=f"Trigger {n}",
                status=statuses[number],
                timing=timing,
                days=None if timing == Trigger.Timing.REACHED else 2,
                kind="email",
                recipient=Trigger.Recipient.CLIENT,
                template=template,
            )
    orders = {number: [operations.create_order(session, by=sam) for _ in range(count)] for number in TRIGGERS}
    return sam, statuses, orders


def advance(order, to, by):
    """Advance as the page does it: what was set up is asked whether it is as it was, and the order is read anew."""
    from preproduction import operations
    from preproduction.models import Order
    from studio import set_up

    calendar = set_up.now()["calendar"]
    order = Order.objects.for_page().get(pk=order.pk)
    plan = operations.plan_advance(order, to=to, calendar=calendar)
    return operations.advance_status(order, plan, expected=order.version, by=by, calendar=calendar)


def statements_of(act) -> list:
    """Return (sql, parameters) of all that `act` asks of the database; what it did is undone."""
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from preproduction.models import StatusChange

    found = []

    def record(execute, sql, parameters, many, context):
        found.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(record):
            act()
        transaction.set_rollback(True)
    # Where keys are not given back, the next Status Notes row would have another than the order points at.
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [StatusChange]):
            cursor.execute(statement)
    return [(sql, parameters) for sql, parameters in found if not sql.startswith(FRAME)]


def send(statements):
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        for sql, parameters in statements:
            cursor.execute(sql, parameters)
            if cursor.description:
                cursor.fetchall()


def main(rounds):
    import django

    django.setup()
    from django.db import connection

    by, statuses, orders = make_studio(2 * (rounds + 1) + 1)
    advance(orders[0].pop(0), statuses[0], by)  # reads what was set up
    spent, queries = {what: [] for what in ("raw", *TRIGGERS)}, {}
    for turn in range(rounds + 1):
        for number in TRIGGERS:
            act = lambda: advance(orders[number][turn], statuses[number], by)  # noqa: B023, E731 - called at once
            if turn == 0:
                queries[number] = len(statements_of(act))
            spent[number].append(measuring.seconds_of(act, time.process_time))
        statements = statements_of(lambda: advance(orders[0][-1 - turn], statuses[0], by))  # noqa: B023
        spent["raw"].append(measuring.seconds_of(lambda: send(statements), time.process_time))  # noqa: B023
    assert {type(order).objects.get(pk=order.pk).version for order in orders[0][-1 - rounds :]} == {2}
    raw, none, some, many = (median(times[1:]) for times in spent.values())
    table = measuring.Table()
    table.row("one advance, against its statements", none, raw, AGAINST_RAW_SQL[connection.vendor])
    table.row("one advance with 3 triggers, against one with none", some, none, 1.5)
    table.limit("queries of an advance without triggers", queries[0], 9)
    table.limit("queries with 40 triggers more than with 3", queries[MANY] - queries[3], 0)
    measuring.note(f"with {MANY} triggers {measuring.seconds(many)}")
    return table.end()


if __name__ == "__main__":
    sys.exit(main(measuring.arguments(__doc__, rounds=200).rounds))
