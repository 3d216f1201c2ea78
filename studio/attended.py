"""Run a program for as long as whoever started it is there, and no longer.

    python -m studio.attended manage.py run_huey --quiet
    python -m studio.attended -m waitress studio.wsgi:application

The starter holds the other end of the standard input and never writes to it.  When that ends, because it was closed or
because the starter is gone (kill -9 included), the program is interrupted as by Ctrl-C, and ends in any case after
PATIENCE seconds.  A pipe does this on every system.  Standard library only.
"""

import _thread
import os
import runpy
import signal
import sys
import threading
import time

PATIENCE = 4  # seconds for a web server to finish its answers, and for the worker its task


def main(program: list[str]) -> None:
    # A script's "&" hands down that SIGINT is ignored, and neither web server nor worker would ever end by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_leave_with_starter, daemon=True).start()
    if program[0] == "-m":
        sys.argv = program[1:]
        runpy.run_module(program[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = program
        runpy.run_path(program[0], run_name="__main__")


def _leave_with_starter():
    try:
        # Not sys.stdin, whose lock would be in the way of ending.
        while os.read(0, 1024):
            pass
    except OSError:
        pass
    if os.name == "nt":
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
