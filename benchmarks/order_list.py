"""The hub at 100,000 orders: what drawing 50 rows costs beside a template written by hand, and what a page costs.

    python benchmarks/order_list.py [--orders 100000] [--rounds 200]

Makes a database of its own in a temporary folder (with DATABASE_URL: in the empty database it names).  Ends with 1 if
the rows take more than 1.5 times as long as by hand.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta

from copied_studio import start_django

AT_MOST = 1.5
PAGES = (
    "/orders/",
    "/orders/?page=200",
    "/orders/?state=all&page=1999",
    "/orders/?state=all&sort=client",
    "/orders/?q=anna",
    "/orders/?q=anna&state=all",
    "/orders/overdue/",
    "/",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder)
        make_studio(wanted.orders)
        ratio = compare_rows(wanted.rounds)
        time_pages()
    print(f"\nRows: {ratio:.2f} times a template by hand; at most {AT_MOST}.")
    return 0 if ratio <= AT_MOST else 1


def make_studio(count):
    """Make people, clients, a session for each order, and orders spread over all statuses; most are complete."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from preproduction import operations
    from preproduction.models import Status
    from studio import work_calendar
    from studio.access import Role
    from studio.models import Client, CompanyPreferences, Department, PhotoSession, SessionType, User, Vendor

    call_command("migrate", verbosity=0)
    CompanyPreferences.objects.create(pk=1, name="Benchmark", time_zone="UTC")
    pick = random.Random(1).choice
    people = [
        User.objects.create(
            username=f"user{at}", first_name=f"First{at}", last_name="Last", role=Role.MANAGER
        )
        for at in range(8)
    ]
    departments = [Department.objects.create(name=f"Department {at}") for at in range(5)]
    vendors = [Vendor.objects.create(name=f"Color Lab {at}", phone="555 0100") for at in range(10)]
    types = [SessionType.objects.create(name=name) for name in ("Portrait", "Wedding", "School", "Pet")]
    statuses = [
        Status.objects.create(
            position=at,
            description=f"Status {at}",
            default_duration=at,
            default_department=pick(departments),
            default_user=pick([*people, None]),
            is_initial=at == 1,
            is_final=at == 8,
        )
        for at in range(1, 9)
    ]
    clients = Client.objects.bulk_create(
        Client(name=f"{pick(('Anna', 'Bo', 'Chloé', 'Дмитро', 'Eve'))} Client {at}")
        for at in range(count // 5)
    )
    today = timezone.localdate()
    sessions = PhotoSession.objects.bulk_create(
        (
            PhotoSession(number=f"S-{at}", client=pick(clients), date=today, session_type=pick(types))
            for at in range(count)
        ),
        batch_size=5000,
    )
    calendar = work_calendar.load()
    began = time.perf_counter()
    for start in range(0, count, 5000):
        operations.store_past_orders(
            [
                an_order(sessions[at], at, today, pick, people, vendors, statuses, calendar)
                for at in range(start, min(start + 5000, count))
            ]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{count} orders on {connection.vendor} in {time.perf_counter() - began:.0f} s")


def an_order(session, at, today, pick, people, vendors, statuses, calendar):
    from django.utils import timezone

    from preproduction.operations import PastOrder

    on = today - timedelta(days=at % 700)
    moment = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    past = PastOrder.begin(
        session,
        number=str(1000 + at),
        on=on,
        at=moment,
        by=people[0],
        status=statuses[0],
        calendar=calendar,
        vendor=pick(vendors),
        vendor_order_number=pick(("", "NL-4711")),
        priority=pick((2, 2, 2, 3, 4)),
    )
    # Nine in ten are complete; the open ones are spread over the list, and the older they are the later.
    to = statuses[-1] if at % 10 else pick(statuses[1:-1])
    done_on = max(on, today - timedelta(days=pick(range(12))))
    past.advance(to=to, on=done_on, at=moment, by=people[0])
    return past


def compare_rows(rounds):
    """Return how many times as long the product's rows take as the same rows by hand; the two take turns."""
    from django.template import RequestContext, Template
    from django.template.loader import get_template
    from django.test import RequestFactory
    from django.utils import timezone

    from preproduction.models import Order
    from preproduction.tables.order import OrderTable
    from studio import work_calendar

    request = RequestFactory().get("/orders/")
    today, calendar = timezone.localdate(), work_calendar.load()
    orders = list(Order.objects.open().for_table().order_by("status_due_date", "pk")[:50])
    ours = Template(
        '{% load tables %}{% data_table table "Preproduction orders" select="bulk" select_name="order" %}'
    )
    by_hand = get_template("orders_by_hand.html")
    columns = OrderTable([], today=today, calendar=calendar, without=("completed_on",)).columns
    headings = [(column.header, column.name) for column in columns if column.name != "actions"]

    def draw_ours():
        table = OrderTable(orders, today=today, calendar=calendar, without=("completed_on",))
        return ours.render(RequestContext(request, {"table": table}))

    def draw_by_hand():
        rows = [(order, *lateness(order, today, calendar)) for order in orders]
        return by_hand.render({"rows": rows, "headings": headings}, request)

    same = draw_ours().count("<td"), draw_by_hand().count("<td")
    assert same[0] == same[1] == 50 * 11, f"The two draw different rows: {same}"
    times = {draw_ours: [], draw_by_hand: []}
    for _ in range(rounds):
        for draw in times:
            began = time.process_time()
            draw()
            times[draw].append(time.process_time() - began)
    product, hand = (statistics.median(times[draw]) * 1000 for draw in (draw_ours, draw_by_hand))
    print(f"50 rows, median of {rounds}: {product:.2f} ms; by hand {hand:.2f} ms")
    return product / hand


def lateness(order, today, calendar):
    """What a view written by hand would pass to its template beside the order."""
    if order.is_on_hold:
        return "due-held", ""
    if order.is_overdue(today):
        return "due-late", f"{calendar.count_business_days(order.status_due_date, today)} business days late"
    return ("due-today", "today") if order.status_due_date == today else ("", "")


def time_pages():
    """Print what whole pages cost, with their queries: the median of seven, after a first one to warm up."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from studio.models import User

    browser = Client()
    browser.force_login(User.objects.get(username="user0"))
    print(f"\n{'page':34}{'queries':>8}{'in database':>14}{'in all':>12}")
    for address in PAGES:
        browser.get(address)
        taken, in_database = [], []
        for _ in range(7):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                began = time.perf_counter()
                answer = browser.get(address)
                taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, address
            in_database.append(sum(float(query["time"]) for query in queries) * 1000)
        print(
            f"{address:34}{len(queries):>8}{statistics.median(in_database):>11.0f} ms"
            f"{statistics.median(taken):>9.0f} ms"
        )


if __name__ == "__main__":
    sys.exit(main())
