"""What the pages of an import show: how far it is, and what became of the rows of each kind."""

from typing import NamedTuple

from preproduction.models import ImportRun
from preproduction.moving_in.importing.columns import SheetKind
from preproduction.moving_in.importing.facts import Fate
from preproduction.moving_in.importing.kinds import KINDS, ORDER_OF_KINDS
from studio.exports.xlsx import write_xlsx

State = ImportRun.State
WORKING = (State.WAITS, State.RUNS, State.GOES_BACK)
TONES = {State.DONE: "success", State.UNREADABLE: "danger", State.READY: "info", State.ASKS: "warning"}


class Counts(NamedTuple):
    kind: SheetKind
    new: int
    changed: int
    same: int
    doubtful: int
    refused: int


class Progress:
    """How far the worker is with a run."""

    def __init__(self, run: ImportRun):
        self.is_working = run.state in WORKING
        self.is_counted = run.state in (State.RUNS, State.GOES_BACK)
        self.position, self.rows = run.position, max(run.rows, 1)

    @property
    def per_cent(self) -> int:
        return min(100 * self.position // self.rows, 100)


class Shown:
    """A run as a row of the list."""

    def __init__(self, run: ImportRun):
        self.run = run
        self.tone = TONES.get(State(run.state), "neutral")
        self.made = sum(each.new for each in counts_of(run)) if run.state == State.DONE else None


def counts_of(run: ImportRun) -> list[Counts]:
    """Return what became of the rows of each kind; before the import, what would."""
    counted = (
        run.done if run.state in (State.RUNS, State.DONE, State.GOES_BACK, State.UNDONE) else run.rehearsed
    )
    return [
        Counts(
            KINDS[kind],
            *(
                counted[kind.value].get(fate.value, 0)
                for fate in (Fate.NEW, Fate.CHANGED, Fate.SAME, Fate.DOUBTFUL, Fate.REFUSED)
            ),
        )
        for kind in ORDER_OF_KINDS
        if counted.get(kind.value)
    ]


def example(kind: SheetKind, *, paper: str) -> bytes:
    """Return a sheet to fill in.  The rules stand above the names of the columns, where an import passes them over."""
    return write_xlsx(
        title=f"{kind.many} to import",
        sheet_title=kind.many,
        columns=[column.rule for column in kind.columns],
        rows=[[column.label for column in kind.columns], [column.example for column in kind.columns]],
        paper=paper,
    )
