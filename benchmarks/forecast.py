"""What forecasts cost a studio of 30,000 orders (--full: 125,000, a million Status Notes): the worker, and whoever opens the
hub.

    python benchmarks/forecast.py [--full] [--rounds 15]

Makes the studio of copied_studio.py in a temporary folder, and spreads its past over two years.  What counts is the
time until it is done, in which that of PostgreSQL's server is; so nothing else should be at work.
"""

import statistics
import sys
import tempfile

import copied_studio
import measuring

LEARNED_FROM = (
    *("pk", "order_id", "undoes_id", "cause"),
    *("completed_on", "days_at_status", "vendor_id", "to_status_id"),
)
PLAIN, WITH_RISK = "number.client.status.due", "number.client.status.due.at_risk"


def main():
    wanted = measuring.arguments(__doc__, rounds=15)
    with tempfile.TemporaryDirectory() as folder:
        copied_studio.start_django(folder)
        copied_studio.make(125_000 if wanted.full else 30_000)
        spread_the_past()
        return measure(wanted.rounds)


def measure(rounds) -> int:
    from preproduction.models import Forecast, StatusChange

    table = measuring.Table()
    read = statistics.median(measuring.seconds_of(read_all) for _ in range(3))
    written = measuring.seconds_of(write_all)
    forecasts, notes = Forecast.objects.count(), StatusChange.objects.count()
    table.row(
        f"{forecasts:,} forecasts from nothing, against reading {notes:,} Status Notes", written, read, 3
    )
    plain, with_risk, more = open_the_hub(rounds)
    table.row("hub with At Risk, against without", with_risk, plain, 1.1)
    table.limit("queries more of the hub with At Risk", more, 2)
    return table.end()


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
    taken = measuring.in_turn(rounds, lambda: open_with(PLAIN), lambda: open_with(WITH_RISK))
    return *taken, counts[1] - counts[0]


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
