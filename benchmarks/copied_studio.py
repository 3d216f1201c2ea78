"""A studio of any size for benchmarks: 60 orders made by the product's own operations, and the rest copied of them by
set-based SQL, with eight rows of Status Notes each.  100,000 orders take half a minute, a million some minutes.

One order in ten is open; the open ones are spread over the statuses, people and due dates around today.
"""

import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import measuring

HERE = Path(__file__).resolve().parent
PROTOTYPES, CHANGES, OF_ONE_CLIENT = 60, 8, 5
DAYS = 700  # between the newest and the oldest order
TAG = (
    1_000_000  # each number and name has it, with the key of its row; so texts can be copied by replacing it
)


def start_django(folder):
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/benchmark.sqlite3")
    os.environ.setdefault("HUEY_FILE", f"{folder}/huey.sqlite3")
    os.environ["DJANGO_SETTINGS_MODULE"] = "studio.settings"
    sys.path.insert(0, str(HERE.parent))
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS.append("testserver")
    django.setup()


def make(count):
    """Fill the empty database.  count: orders, rounded up to whole PROTOTYPES."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from studio import append_only, search_index
    from studio.stored_texts import refresh_outdated

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    _make_prototypes()
    append_only.remove_guards(connection)
    search_index.take_away("default", plan=True)
    # SQLite would look for each row through all that might have waited for it.
    connection.disable_constraint_checking()
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, -(-count // PROTOTYPES) - 1)
    connection.enable_constraint_checking()
    search_index.put_in_place("default")
    append_only.install_guards(connection)
    refresh_outdated("default")
    if connection.vendor == "postgresql":
        # Its server does so by itself within a minute, but the one of the tests is told to leave that.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    measuring.note(f"{count:,} orders on {connection.vendor} in {time.perf_counter() - began:.0f} s")


def analyze():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _make_prototypes():
    from django.utils import timezone

    from preproduction import operations
    from preproduction.models import Order, Status
    from studio import work_calendar
    from studio.access import Role
    from studio.models import Client, CompanyPreferences, Department, PhotoSession, SessionType, User, Vendor
    from triggers.models import WorkerHeartbeat

    CompanyPreferences.objects.create(pk=1, name="Benchmark", time_zone="UTC")
    WorkerHeartbeat.objects.create(pk=1, beat_at=timezone.now())
    people = [
        User.objects.create(
            username=f"user{at}", first_name=f"First{at}", last_name="Last", role=Role.MANAGER
        )
        for at in range(8)
    ]
    departments = [Department.objects.create(name=f"Department {at}") for at in range(5)]
    people[0].departments.add(departments[0])
    vendors = [Vendor.objects.create(name=f"Color Lab {at}", phone="555 0100") for at in range(10)]
    types = [SessionType.objects.create(name=name) for name in ("Portrait", "Wedding", "School", "Pet")]
    statuses = [
        Status.objects.create(
            position=at,
            description=f"Status {at}",
            default_duration=at,
            default_department=departments[at % 5],
            default_user=people[at % 8] if at % 3 else None,
            is_initial=at == 1,
            is_final=at == 8,
        )
        for at in range(1, 9)
    ]
    calendar, today = work_calendar.load(), timezone.localdate()
    first = ("Anna", "Bo", "Chloé", "Дмитро", "Eve")
    clients = [
        Client.objects.create(name=f"{first[at % 5]} Client {TAG + at + 1}", phone="555 0142")
        for at in range(PROTOTYPES // OF_ONE_CLIENT)
    ]
    past = []
    for at in range(PROTOTYPES):
        session = PhotoSession.objects.create(
            number=f"S-{TAG + at + 1}",
            client=clients[at // OF_ONE_CLIENT],
            date=today,
            session_type=types[at % 4],
        )
        moment = timezone.make_aware(datetime.combine(today, datetime.min.time()))
        order = operations.PastOrder.begin(
            session,
            number=str(TAG + at + 1),
            on=today - timedelta(days=8),
            at=moment,
            by=people[0],
            status=statuses[0],
            calendar=calendar,
            vendor=vendors[at % 10],
        )
        # The last of ten is open, at one of six statuses; the others have gone all the way.
        last = statuses[1 + at // 10] if at % 10 == 9 else statuses[-1]
        way = [*statuses[1:-1], statuses[1]][: CHANGES - 2]
        for to in [*way, last] if last != way[-1] else [*way[:-1], statuses[0], last]:
            order.advance(to=to, on=today, at=moment, by=people[0])
        past.append(order)
    operations.store_past_orders(past)
    assert Order.objects.count() == PROTOTYPES
    assert max(Order.objects.values_list("pk", flat=True)) == PROTOTYPES


def _copy(cursor, blocks):
    from django.core.management.color import no_style
    from django.db import connection
    from django.utils import timezone

    from preproduction.models import Order, StatusChange
    from studio.models import Client, PhotoSession

    clients, changes = PROTOTYPES // OF_ONE_CLIENT, PROTOTYPES * CHANGES
    cursor.execute("SELECT MIN(id), MAX(id) FROM preproduction_statuschange")
    assert cursor.fetchone() == (1, changes), "The copies would have keys that are taken."
    if connection.vendor == "postgresql":
        cursor.execute("SET statement_timeout = 0")
    _make_blocks(cursor, blocks)
    _copy_table(cursor, Client, {"id": clients})
    _copy_table(cursor, PhotoSession, {"id": PROTOTYPES, "client_id": clients})
    of_order = {"id": PROTOTYPES, "session_id": PROTOTYPES, "stay_id": changes}
    _copy_table(cursor, Order, of_order)
    _copy_table(cursor, StatusChange, {"id": changes, "order_id": PROTOTYPES, "ends_id": changes})
    for statement in connection.ops.sequence_reset_sql(
        no_style(), [Client, PhotoSession, Order, StatusChange]
    ):
        cursor.execute(statement)
    cursor.execute("DROP TABLE blocks")
    # Due dates from three weeks ago to two weeks ahead, whatever the age of the order.
    today = timezone.localdate()
    for shift in range(36):
        day = today + timedelta(days=shift - 21)
        cursor.execute(
            "UPDATE preproduction_order SET status_due_date = %s "
            "WHERE status_due_date IS NOT NULL AND (id / 10) %% 36 = %s",
            [day, shift],
        )


def _make_blocks(cursor, blocks):
    """Make a table with a row for each copy of all prototypes: its number, and how many days older it is."""
    cursor.execute("CREATE TEMPORARY TABLE blocks (b integer PRIMARY KEY, days integer)")
    cursor.execute(
        "INSERT INTO blocks WITH RECURSIVE n(b) AS (SELECT 1 UNION ALL SELECT b + 1 FROM n WHERE b < %s) "
        "SELECT b, (b * 7) %% %s FROM n",
        [blocks, DAYS],
    )


def _copy_table(cursor, model, keys):
    """Copy each row for each block.  keys: columns with keys that go up by so much with each block."""
    from django.db import connection, models

    table, columns, values = model._meta.db_table, [], []
    is_postgresql = connection.vendor == "postgresql"
    for field in model._meta.concrete_fields:
        name = field.column
        columns.append(name)
        if name in keys:
            values.append(f"p.{name} + {keys[name]} * b")
        elif isinstance(field, models.DateTimeField):
            values.append(f"p.{name}")
        elif isinstance(field, models.DateField):
            values.append(f"p.{name} - days" if is_postgresql else f"date(p.{name}, '-' || days || ' days')")
        elif isinstance(field, models.CharField | models.TextField):
            tag = f"CAST({TAG} + p.id AS text)", f"CAST({TAG} + p.id + {keys['id']} * b AS text)"
            values.append(f"REPLACE(p.{name}, {tag[0]}, {tag[1]})")
        else:
            values.append(f"p.{name}")
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM {table} p CROSS JOIN blocks WHERE p.id <= {keys['id']}"
    )
