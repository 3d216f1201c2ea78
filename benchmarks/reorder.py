"""Dragging the last row of a list of 200 statuses to its head beside the same in a list of 20.

    python benchmarks/reorder.py [--rounds 15]

Makes a database of its own in a temporary folder (with DATABASE_URL: in the empty database it names).  Ends with 1 if
the long list takes more than 1.5 times as long.
"""

import argparse
import statistics
import tempfile
import time

from copied_studio import start_django

SHORT, LONG = 20, 200
AT_MOST = 1.5


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        start_django(folder)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        taken = {SHORT: [], LONG: []}
        for _ in range(rounds + 1):
            for length, times in taken.items():
                times.append(drag(length))
    # The first round warmed up.
    short, long = (statistics.median(times[1:]) for times in taken.values())
    print(
        f"{SHORT} statuses: {short:.1f} ms, {LONG}: {long:.1f} ms, {long / short:.2f} times; at most {AT_MOST}."
    )
    return 0 if long <= short * AT_MOST else 1


def drag(length):
    """Return the milliseconds of one drag in a new list of this length."""
    from preproduction.models import Status, StatusList
    from preproduction.operations import status_list

    Status.objects.all().delete()
    rows = [Status(description=f"Status {n}", position=n, default_duration=1) for n in range(1, length + 1)]
    for status in rows:
        status.save()
    began = time.perf_counter()
    status_list.place_status(rows[-1], before=rows[0], expected=StatusList.current_version())
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
