"""What forecasts cost a studio of 125,000 orders with a million Status Notes: the worker, and whoever opens the hub.

    python benchmarks/forecast.py [--orders 125000] [--rounds 15]

Makes the studio of copied_studio.py in a temporary folder, and spreads its past over two years.  What counts is the
time until it is done, in which that of PostgreSQL's server is; so nothing else should be at work.  Prints a table, each row with its limit, and
ends with 1 where one was not reached.  On PostgreSQL: python tests/postgresql.py python benchmarks/forecast.py
"""

import argparse
import statistics
import sys
import tempfile
import time

import copied_studio

LEARNED_FROM = (
    *("pk", "order_id", "undoes_id", "cause"),
    *("completed_on", "days_at_status", "vendor_id", "to_status_id"),
)
PLAIN, WITH_RISK = "number.client.status.due", "number.client.status.due.at_risk"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=125_000)
    parser.add_argument("--rounds", type=int, default=15)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        copied_studio.start_django(folder)
        copied_studio.make(wanted.orders)
        spread_the_past()
        return measure(wanted.rounds)


def measure(rounds) -> int:
    from django.db import connection

    from preproduction.models import Forecast, StatusChange

    read = statistics.median(taken_by(read_all) for _ in range(3))
    notes = StatusChange.objects.count()
    print(f"{connection.vendor}: {notes:,} Status Notes; read into tuples in {read:.1f} s\n")
    print("| what | taken | times | at most | |\n|---|---|---|---|---|")
    written = taken_by(write_all)
    missed = tell(f"all {Forecast.objects.count():,} forecasts from nothing", written, written / read, 3)
    plain, with_risk, more = open_the_hub(rounds)
    missed += tell("hub with the column At Risk", with_risk, with_risk / plain, 1.1)
    print(f"\nThe column asks {more} queries more; 2 at most.")
    return 1 if missed or more > 2 else 0


def tell(words, seconds, times, at_most) -> bool:
    """Print a row, and return whether it was missed."""
    is_missed = times > at_most
    taken = f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
    print(
        f"| {words} | {taken} | {times:.2f} | {at_most} | {'missed' if is_missed else 'reached'} |",
        flush=True,
    )
    return is_missed


def taken_by(act) -> float:
    """Return the seconds that it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def read_all():
    from preproduction.models import StatusChange

    return list(StatusChange.objects.order_by("pk").values_list(*LEARNED_FROM))


def write_all():
    """Do what the worker does on a morning: learn, then write."""
    from preproduction.forecast import work

    while work.go_on():
        pass


def open_the_hub(rounds) -> tuple[float, float, int]:
    """Return the seconds of the hub without the column and with it, which take turns, and by how many queries it asks more."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from studio.models import User

    browser = Client()
    browser.force_login(User.objects.get(username="user0"))

    def open_with(columns):
        assert browser.get("/orders/", {"columns": columns}).status_code == 200

    counts = []
    for columns in (PLAIN, WITH_RISK):
        open_with(columns)
        with CaptureQueriesContext(connection) as queries:
            open_with(columns)
        counts.append(len(queries))
    taken = [[taken_by(lambda: open_with(columns)) for columns in (PLAIN, WITH_RISK)] for _ in range(rounds)]  # noqa: B023
    plain, with_risk = (statistics.median(times) for times in zip(*taken, strict=True))
    return plain, with_risk, counts[1] - counts[0]


def spread_the_past():
    """Let complete orders have been so for up to two years, and open ones stand at their status for up to three weeks.

    copied_studio.py makes each order in a day, today, and every tenth of them is open.
    """
    from django.db import connection
    from django.utils import timezone

    from studio import append_only

    today = timezone.localdate()
    ended = "CASE WHEN {key} %% 10 = 0 THEN {key} / 10 %% 21 ELSE {key} %% 689 END"
    ago = f"{ended.format(key='order_id')} + (8 - sequence) * 6 + id %% 5"
    days = "1 + (id %% 11) * (id %% 13) / 20"
    append_only.remove_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE preproduction_statuschange SET completed_on = {day_before(connection, ago)}, "
            f"recorded_at = {moment_before(connection, ago)}, "
            f"days_at_status = CASE WHEN sequence = 1 THEN NULL ELSE {days} END",
            [today, today],
        )
        cursor.execute(
            f"UPDATE preproduction_order SET entered_status_on = {day_before(connection, ended.format(key='id'))} "
            "WHERE NOT is_complete",
            [today],
        )
    append_only.install_guards(connection)
    copied_studio.analyze()


def day_before(connection, days):
    """Return the SQL of the day so many days before a parameter."""
    if connection.vendor == "postgresql":
        return f"%s::date - ({days})::int"
    return f"date(%s, '-' || ({days}) || ' days')"


def moment_before(connection, days):
    day = day_before(connection, days)
    if connection.vendor == "postgresql":
        return f"(({day}) + time '00:30') AT TIME ZONE 'UTC'"
    return f"{day} || ' 00:30:00'"


if __name__ == "__main__":
    sys.exit(main())
