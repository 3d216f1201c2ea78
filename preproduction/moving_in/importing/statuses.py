"""Whether a status is in the list, and what its row says of it.  Pure."""

from typing import Any

from preproduction.moving_in.importing.facts import Existing, Fate, Judgement, compared
from preproduction.moving_in.importing.rows import Row, Wrong
from studio import texts


def judge_status(row: Row, existing: Existing) -> Judgement:
    """A status is known by its description; the place of a new one is the end of the list."""
    wrong: list[Wrong] = []
    values: dict[str, Any] = dict(row.values)
    for name, label, found in (
        ("default_department", "Default Department", existing.departments.get),
        (
            "default_user",
            "Default User",
            lambda _: existing.people.get(texts.sort_key(values["default_user"])),
        ),
    ):
        if said := values.get(name):
            values[name] = found(texts.unique_key(said))
            if values[name] is None:
                wrong.append(
                    Wrong(label, f"There is no “{said}” here. Leave the cell empty, or make it first.")
                )
    known = existing.status_rows.get(texts.unique_key(values["description"]))
    if values.get("is_initial"):
        wrong += _initial(values, known, existing)
    if known is not None:  # its description is written as the list has it
        values["description"] = known.values["description"]
    return Judgement(row, Fate.REFUSED, wrong=wrong) if wrong else compared(row, values, known)


def _initial(values, known, existing: Existing) -> list[Wrong]:
    other = next((each for each in existing.status_rows.values() if each.values["is_initial"]), None)
    if other is not None and other is not known:
        name = other.values["description"]
        return [Wrong("Initial Status", f"New orders start at “{name}”. Move the mark in the status list.")]
    if values.get("is_final") or values.get("is_inactive"):
        return [Wrong("Initial Status", "The initial status can be neither final nor inactive.")]
    return []
