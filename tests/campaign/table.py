"""The table at the end of a campaign."""

from tests.campaign.parts import PARTS

HEAD = ("part", "engine", "time", "passed", "control", "what it did")


def as_table(jobs: list[tuple[str, str]], done: dict) -> str:
    """Return a row for each part and engine, in columns."""
    rows = [HEAD, *(row_of(*job, done["/".join(job)]) for job in jobs)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def row_of(name: str, engine: str, result: dict) -> tuple[str, ...]:
    figures = [f"{number:,} {figure.replace('_', ' ')}" for figure, number in result["did"].items()]
    # A control that does not find its planted bug is a failed test, so one that passed failed as it should.
    control = f"yes ({result['controls']})" if result["controls"] else "none"
    minutes, seconds = divmod(result["seconds"], 60)
    did = ", ".join([*figures, f"{result['tests']} tests"])
    passed = "yes" if result["passed"] else "NO"
    return name, engine, f"{minutes}:{seconds:02}", passed, control, f"{PARTS[name].what}: {did}"
