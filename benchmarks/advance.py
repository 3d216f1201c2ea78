"""What triggers cost whoever presses OK: an advance whose new status has 3 triggers, against one whose has none.

    python benchmarks/advance.py [advances of each kind, 200 if not said]

Both move orders in turn, in the same run and on the same database; what counts is the median of their processor time.
Ends with 1 if 3 triggers make an advance more than MOST times as long, or if the queries grow with the triggers.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
folder = tempfile.TemporaryDirectory(prefix="advance-", ignore_cleanup_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder.name}/studio.sqlite3")
os.environ["HUEY_FILE"] = f"{folder.name}/huey.sqlite3"

MOST = 1.5
MANY = 40  # SQLite takes 45 rows in one INSERT
# A status with so many triggers each; an order goes round.
TRIGGERS = (0, 3, MANY)


def make_studio(count):
    from datetime import date

    from django.core.management import call_command

    from preproduction import operations
    from preproduction.models import Status
    from studio.models import Client, PhotoSession, SessionType, User
    from triggers.models import MessageTemplate, Trigger

    call_command("migrate", verbosity=0)
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
    """Advance as a form does it: with the order, the plan and the calendar read anew."""
    from preproduction import operations
    from preproduction.models import Order

    order = Order.objects.select_related("status").get(pk=order.pk)
    plan = operations.plan_advance(order, to=to)
    return operations.advance_status(order, plan, expected=order.version, by=by)


def main(count):
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    by, statuses, orders = make_studio(count)
    spent, queries = {number: [] for number in TRIGGERS}, {}
    for turn in range(count):
        for number in TRIGGERS:
            if turn == 0:
                with CaptureQueriesContext(connection) as captured:
                    advance(orders[number][turn], statuses[number], by)
                queries[number] = len(captured)
                continue
            began = time.process_time()
            advance(orders[number][turn], statuses[number], by)
            spent[number].append(time.process_time() - began)
    print(f"{connection.vendor}, {count - 1} advances of each kind")
    for number in TRIGGERS:
        ratio = median(spent[number]) / median(spent[0])
        print(
            f"{number:3} triggers: {median(spent[number]) * 1000:6.2f} ms, {ratio:.2f} of one without, "
            f"{queries[number]} queries"
        )
    ratio = median(spent[3]) / median(spent[0])
    return 0 if ratio <= MOST and queries[3] == queries[MANY] else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
