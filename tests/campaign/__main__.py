"""All that is proved in bulk, at full size on SQLite and PostgreSQL, with a table at its end.

    python3 run.py campaign                      all parts
    python3 run.py campaign kills fuzz           these parts
    python3 run.py campaign --share 0.1          a tenth of each figure, never less than run.py test does
    python3 run.py campaign --ci                 what .ci/run does: its figures, and a seed that stays
    python3 run.py campaign --seed 4711          what this seed drew, again
    python3 run.py campaign --resume             go on after what is done

The parts are in parts.py, the figures in tests/sizes.py; the proofs are the tests.
"""

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tests.campaign.parts import PARTS
from tests.campaign.table import as_table

ROOT = Path(__file__).resolve().parent.parent.parent
STATE = ROOT / "data" / "campaign.json"
CI_SEED = 20261127


def main() -> int:
    parser = argparse.ArgumentParser(
        "run.py campaign", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--share", type=float)
    parser.add_argument("--ci", action="store_true")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"There is no part {', '.join(sorted(unknown))}. The parts are {', '.join(PARTS)}.")
    state = load(options)
    print(f"Seed {state['seed']}; python3 run.py campaign --seed {state['seed']} draws the same again.")
    print(f"What is done stands in {STATE}; --resume goes on from there.", flush=True)
    jobs = [(name, engine) for name in state["parts"] for engine in PARTS[name].engines]
    waiting = [job for job in jobs if "/".join(job) not in state["done"]]
    # One for each core of a small machine: most are one process, or wait for each other.
    with ThreadPoolExecutor(max_workers=2) as both:
        running = {both.submit(run, *job, state): "/".join(job) for job in waiting}
        try:
            for future in as_completed(running):
                state["done"][running[future]] = future.result()
                STATE.write_text(json.dumps(state, indent=1))
        except KeyboardInterrupt:
            both.shutdown(cancel_futures=True)
            return 130
    print("\n" + as_table(jobs, state["done"]))
    return 0 if all(state["done"]["/".join(job)]["passed"] for job in jobs) else 1


def load(options) -> dict:
    """Return the state of the campaign to go on with, or that of a new one."""
    if options.resume and STATE.exists():
        return json.loads(STATE.read_text())
    seed = options.seed if options.seed is not None else CI_SEED if options.ci else secrets.randbelow(10**8)
    STATE.parent.mkdir(exist_ok=True)
    size = ["--bulk=ci"] if options.ci else ["--bulk=full"]
    size += [f"--share={options.share}"] if options.share else []
    parts = options.parts or [name for name in PARTS if PARTS[name].in_ci or not options.ci]
    return {"seed": seed, "size": size, "parts": parts, "done": {}}


def run(name: str, engine: str, state: dict) -> dict:
    """Run one part on one engine; return what its tests noted."""
    part, started = PARTS[name], time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record"
        command = [sys.executable, "-m", "pytest", "-q", *part.tests, *state["size"]]
        command += [f"--seed={state['seed']}", f"--record={file}", *part.options]
        if not part.tests:
            command = [sys.executable, "-m", f"tests.campaign.{name}", str(file)]
        if engine == "postgresql":
            command = [sys.executable, "tests/postgresql.py", *command]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        lines = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    result = summed_up(lines) | {"seconds": round(time.monotonic() - started)}
    result["passed"] = done.returncode == 0 and result["tests"] > 0
    print(
        f"{name} on {engine}: {'passed' if result['passed'] else 'FAILED'}, {result['seconds']} s", flush=True
    )
    if not result["passed"]:
        print(done.stdout + done.stderr, flush=True)
    return result


def summed_up(lines: list[dict]) -> dict:
    """Return what the tests did in all, and how many controls failed as they should."""
    did, tests, controls = {}, 0, 0
    for line in lines:
        is_control = "control" in line["test"].rpartition("::")[2]
        if line.get("outcome") == "passed":
            tests, controls = tests + 1, controls + is_control
        for figure, number in line.get("did", {}).items() if not is_control else ():
            did[figure] = did.get(figure, 0) + number
    return {"tests": tests, "controls": controls, "did": did}


if __name__ == "__main__":
    sys.exit(main())
