"""Dragging the last row of a list of 200 statuses to its head beside the same in a list of 20.

    python benchmarks/reorder.py [--rounds 15]

Makes a database of its own in a temporary folder (with DATABASE_URL: in the empty database it names).
"""

import tempfile
import time
from statistics import median

import measuring
from copied_studio import start_django

SHORT, LONG = 20, 200
AT_MOST = 1.5


def main():
    rounds = measuring.arguments(__doc__, rounds=15).rounds
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        taken = {SHORT: [], LONG: []}
        for _ in range(rounds + 1):
            for length, times in taken.items():
                times.append(drag(length))
    # The first round warmed up.
    short, long = (median(times[1:]) for times in taken.values())
    table = measuring.Table()
    table.row(f"last to first in a list of {LONG}, against one of {SHORT}", long, short, AT_MOST)
    return table.end()


def drag(length):
    """Return the seconds of one drag in a new list of this length."""
    from preproduction.models import Status, StatusList
    from preproduction.operations import status_list

    Status.objects.all().delete()
    rows = [Status(description=f"Status {n}", position=n, default_duration=1) for n in range(1, length + 1)]
    for status in rows:
        status.save()
    began = time.perf_counter()
    status_list.place_status(rows[-1], before=rows[0], expected=StatusList.current_version())
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
