"""Sixty small mutants of the rooms where features meet, each run against the tests of its room.

    python3 run.py campaign mutants
    python3 -m tests.campaign.mutants RECORD 0 15     the first fifteen only

They are drawn from all that can be made of the sources: a comparison swapped, a condition negated, a number one more or
one less, a call dropped, `and` for `or`.  The seed is written here, and each is drawn by its own text, so that a change of
one line draws no others anew.  Those that change nothing are named below, with why, and others are drawn instead.  The
part fails if more than 15 % survive, or if one is noticed by tests that do not look.
"""

import ast
import hashlib
import queue
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.campaign.planted import ROOT, copy_trees, note_line, run_tests

SEED = 20261128
DRAWN = 60
MUST_BE_KILLED = 0.85
LONGEST = 600  # seconds: a mutant that never ends is noticed
# The control: tests of nothing that is mutated, with which mutants survive.
BLIND, BLINDLY = ("studio/test_attributes.py",), 3

ORDERS = "preproduction/test_"
VERBS = ("preproduction/test_seams.py", f"{ORDERS}undo.py", f"{ORDERS}hold.py")
SCHEDULE = ("triggers/rules/test_schedule.py", "triggers/test_outbox_due_dates.py")
OUTBOX = (
    "triggers/test_outbox.py",
    "triggers/test_outbox_gates.py",
    "triggers/test_outbox_due_dates.py",
    "triggers/test_outbox_marking.py",
    "triggers/test_refusals.py",
)
STATUS_LIST = (f"{ORDERS}status_list_operations.py", f"{ORDERS}status_list_delete.py")
# The tests of each room, the quickest first.  A folder's are those of what has no line of its own.
ROOMS = {
    "preproduction/stay.py": (f"{ORDERS}advance_operation.py", f"{ORDERS}due_date_explanation.py", *VERBS),
    "preproduction/advancing.py": (f"{ORDERS}advance_page.py", f"{ORDERS}advance_many.py"),
    "preproduction/due_dates.py": (f"{ORDERS}due_date_explanation.py", f"{ORDERS}calendar_page.py"),
    "preproduction/operations": (f"{ORDERS}advance_operation.py", *VERBS),
    "preproduction/operations/advance.py": (
        f"{ORDERS}advance_operation.py",
        *VERBS,
        f"{ORDERS}advance_many.py",
    ),
    "preproduction/operations/asking.py": (f"{ORDERS}take_and_ask.py",),
    "preproduction/operations/assign.py": (
        f"{ORDERS}reassign.py",
        f"{ORDERS}take_and_ask.py",
        f"{ORDERS}late_reasons.py",
        f"{ORDERS}overdue_page.py",
        *VERBS,
    ),
    "preproduction/operations/batches.py": (f"{ORDERS}batches.py", f"{ORDERS}time_zone.py"),
    "preproduction/operations/behind.py": (f"{ORDERS}vendor_behind.py",),
    "preproduction/operations/calendar.py": (f"{ORDERS}calendar_page.py", f"{ORDERS}batches.py", *VERBS),
    "preproduction/operations/calendar_change.py": (
        f"{ORDERS}calendar_page.py",
        f"{ORDERS}vendor_calendar.py",
        f"{ORDERS}seams_of_promises.py",
    ),
    "preproduction/operations/complete.py": (f"{ORDERS}without_statuses.py",),
    "preproduction/operations/create.py": (f"{ORDERS}create_order.py", f"{ORDERS}order_page.py", *VERBS),
    "preproduction/operations/custom_fields.py": (f"{ORDERS}custom_fields.py", "test_ordered_lists.py"),
    "preproduction/operations/due_date.py": (f"{ORDERS}change_due_date.py", *VERBS),
    "preproduction/operations/needed_by.py": (f"{ORDERS}needed_by.py", *VERBS),
    "preproduction/promise.py": (
        f"{ORDERS}promise.py",
        f"{ORDERS}needed_by.py",
        "preproduction/forecast/test_words.py",
    ),
    "preproduction/operations/durations.py": (
        f"{ORDERS}status_list_asks.py",
        f"{ORDERS}batches.py",
        f"{ORDERS}seams_of_promises.py",
    ),
    "preproduction/operations/edit.py": (
        f"{ORDERS}order_page.py",
        f"{ORDERS}images.py",
        f"{ORDERS}custom_fields.py",
    ),
    "preproduction/operations/erase.py": (
        f"{ORDERS}erase_client.py",
        "preproduction/moving_in/leaving/test_erasing.py",
        "preproduction/morning/test_morning_mail.py",
    ),
    "preproduction/operations/merge.py": ("preproduction/moving_in/test_merging.py",),
    "preproduction/operations/moves.py": (f"{ORDERS}calendar_page.py", f"{ORDERS}status_list_asks.py"),
    "preproduction/operations/past.py": (
        f"{ORDERS}past_orders.py",
        f"{ORDERS}demo.py",
        "preproduction/moving_in/importing/test_notes.py",
    ),
    "preproduction/operations/plan.py": (f"{ORDERS}advance_operation.py", f"{ORDERS}advance_page.py", *VERBS),
    "preproduction/operations/replacing.py": (*STATUS_LIST, f"{ORDERS}meeting_features.py", *VERBS),
    "preproduction/operations/status_list.py": (*STATUS_LIST, f"{ORDERS}status_list_asks.py"),
    "preproduction/operations/withdraw.py": (
        f"{ORDERS}withdraw.py",
        *VERBS,
        "preproduction/moving_in/importing/test_import.py",
        "preproduction/moving_in/importing/test_notes.py",
    ),
    "preproduction/operations/zone.py": (f"{ORDERS}time_zone.py", *VERBS),
    "preproduction/operations/hold.py": (*VERBS[::-1], f"{ORDERS}advance_operation.py"),
    "preproduction/operations/leaving.py": (f"{ORDERS}leaving.py", f"{ORDERS}away.py"),
    "preproduction/operations/undo.py": (f"{ORDERS}undo.py", "preproduction/test_seams.py"),
    "studio/business_days.py": ("studio/test_business_days.py",),
    "triggers/rules/schedule.py": SCHEDULE,
    "triggers/outbox": OUTBOX,
    "triggers/outbox/heartbeat.py": ("triggers/test_worker.py", "triggers/test_worker_queue.py"),
    "triggers/outbox/delivering.py": (*OUTBOX, "triggers/test_worker.py"),
    "triggers/outbox/refusals.py": ("triggers/test_refusals.py", "preproduction/moving_in/test_merging.py"),
    "triggers/outbox/trials.py": ("triggers/test_trials.py",),
    "triggers/outbox/words.py": (*OUTBOX, "triggers/test_queue_page.py"),
}
# Mutants that change nothing anybody could see, as `Mutant.__str__` writes them, and why.
EQUIVALENT = {
    "triggers/outbox/breakers.py: until > now -> (until >= now) in if until > now: (11)": (
        "at that very instant; the next one is the same"
    ),
    'triggers/outbox/claims.py: 1 -> (2) in lease_number=F("lease_number") + 1, (41)': (
        "a lease number has only to be another"
    ),
    "triggers/outbox/claims.py: 3 -> (2) in for _ in range(3): (19)": (
        "how often a race is tried again before the next round, which comes at once"
    ),
    "triggers/outbox/breakers.py: 0 -> (-1) in "
    'return set(Breaker.objects.filter(failures__gt=0).values_list("key", flat=True)) (51)': (
        "those without a failure are told of a success, too"
    ),
    'triggers/outbox/delivering.py: 500 -> (499) in return text.encode("utf-8", "replace").decode()'
    '.replace("\\x00", "")[:500] (73)': "the last of 500 characters",
}

OTHER = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


class Mutant(NamedTuple):
    """`right` at these bytes of `file` becomes `wrong`.  around: its first line, and where in it that begins."""

    file: str
    line: int
    start: int
    end: int
    right: str
    wrong: str
    around: str

    def __str__(self):
        right, wrong = (" ".join(text.split()) for text in (self.right, self.wrong))
        return f"{self.file}: {right} -> {wrong} in {self.around}"

    @property
    def lot(self) -> str:
        return hashlib.sha256(f"{SEED} {self}".encode()).hexdigest()

    def of(self, source: bytes) -> bytes:
        return source[: self.start] + self.wrong.encode() + source[self.end :]


def mutants_of(file: str, source: bytes) -> Iterator[Mutant]:
    """Yield every mutant that can be made of `source`, from top to bottom."""
    starts, lines = [0], source.splitlines(keepends=True)
    for line in lines:
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(source)):
        for wrong in changed(node):
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            around = f"{lines[node.lineno - 1].decode().strip()} ({node.col_offset})"
            yield Mutant(file, node.lineno, start, end, source[start:end].decode(), wrong, around)


def changed(node: ast.AST) -> Iterator[str]:
    """Yield what could stand in place of `node`."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            yield f"({ast.unparse(ast.Compare(node.left, [OTHER[type(op)]()], node.comparators))})"
        case ast.BoolOp(op=op):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield f"({ast.unparse(ast.BoolOp(other, node.values))})"
        case ast.UnaryOp(op=ast.Not()):
            yield f"({ast.unparse(node.operand)})"
        case ast.IfExp():
            yield f"({ast.unparse(ast.IfExp(node.test, node.orelse, node.body))})"
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            yield f"({number + 1})"
            yield f"({number - 1})"
        case ast.Expr(value=ast.Call() as call) if not ast.unparse(call).startswith("logger."):
            yield "pass"


def drawn() -> list[Mutant]:
    """Return the sixty."""
    found = []
    for place in sorted(ROOMS):
        path = ROOT / place
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        for each in files:
            name = each.relative_to(ROOT).as_posix()
            if each.is_file() and (name == place or name not in ROOMS):
                found += mutants_of(name, each.read_bytes())
    found = [mutant for mutant in found if str(mutant) not in EQUIVALENT]
    return sorted(found, key=lambda mutant: mutant.lot)[:DRAWN]


def room_of(file: str) -> tuple[str, ...]:
    return ROOMS.get(file) or ROOMS[str(Path(file).parent)]


def main(record: Path, first: int = 0, last: int = DRAWN) -> int:
    """Run each mutant; write to `record` how it ended.  Return 0 only if enough were killed."""
    chosen = drawn()[first:last]
    with tempfile.TemporaryDirectory() as folder:
        trees = copy_trees(Path(folder), 2)
        if run_tests(trees.queue[0], *sorted({test for each in chosen for test in room_of(each.file)})):
            print("The tests fail without any mutant; what they would say of one means nothing.")
            return 1
        with ThreadPoolExecutor(trees.qsize()) as both:
            killed = 0
            for mutant, is_killed in zip(
                chosen, both.map(lambda each: kill(each, trees), chosen), strict=True
            ):
                print(f"{'killed' if is_killed else 'SURVIVED'}  line {mutant.line}  {mutant}", flush=True)
                note_line(record, str(mutant), "passed", {"mutants": 1, "killed": int(is_killed)})
                killed += is_killed
            noticed = sum(both.map(lambda each: kill(each, trees, BLIND), chosen[:BLINDLY]))
            note_line(record, "control: blind tests", "failed" if noticed else "passed", {})
    if noticed:
        print("A mutant is noticed by tests that do not look at it.")
        return 1
    print(f"{killed} of {len(chosen)} were killed.")
    return int(killed < MUST_BE_KILLED * len(chosen))


def kill(mutant: Mutant, trees: "queue.Queue[Path]", tests: tuple[str, ...] = ()) -> bool:
    """Return whether `tests`, those of its room if there are none, notice `mutant`."""
    tree = trees.get()
    file = tree / mutant.file
    source = file.read_bytes()
    try:
        file.write_bytes(mutant.of(source))
        # Whatever is not "all passed" was noticed: a test that fails, or a source that cannot be imported.
        return run_tests(tree, *(tests or room_of(mutant.file)), seconds=LONGEST) != 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_bytes(source)
        trees.put(tree)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
