"""What is made, changed and left between a set-up and the one that a file makes of it, for the page to show."""

from dataclasses import dataclass, field

from preproduction.moving_in.setup_file.exporting import Snapshot
from preproduction.moving_in.setup_file.sections import SECTIONS
from preproduction.moving_in.setup_file.single import Single

LONGEST = 80  # characters of a value that the page shows


@dataclass(frozen=True)
class Change:
    """A thing that is made, or is another than before.

    lines: (label, what it was, what it is), as the page says them; of a new thing what it was is "".
    """

    name: str
    is_new: bool
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Difference:
    """Of one section.

    left:   how many things stay as they are.
    order:  the names in their order, where those that were there stand in another than before; else [].
    """

    label: str
    changes: list[Change] = field(default_factory=list)
    left: int = 0
    order: list[str] = field(default_factory=list)

    @property
    def made(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.made


def compare(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Return a Difference for each section, in the order of the file."""
    return [
        (_of_table if isinstance(section, Single) else _of_list)(
            section, before[section.name], after[section.name]
        )
        for section in SECTIONS
    ]


def _of_table(section, before, after):
    lines = [
        _line(section, each, before[each.name], after[each.name])
        for each in section.fields
        if before[each.name] != after[each.name]
    ]
    changes = [Change(section.label, is_new=False, lines=lines)] if lines else []
    return Difference(section.label, changes, left=len(section.fields) - len(lines))


def _of_list(section, before, after):
    changes, left = [], 0
    for key, values in after.items():
        was = before.get(key)
        if was is None:
            told = [each for each in section.fields if values[each.name] != each.usual]
            lines = [
                _line(section, each, "", values[each.name]) for each in told if each.name != section.key[0]
            ]
            changes.append(Change(section.known_as(values), is_new=True, lines=lines))
        elif differing := section.differing(was, values):
            lines = [_line(section, each, was[each.name], values[each.name]) for each in differing]
            changes.append(Change(section.known_as(values), is_new=False, lines=lines))
        else:
            left += 1
    is_moved = section.order is not None and [key for key in after if key in before] != list(before)
    order = [section.known_as(values) for values in after.values()] if is_moved else []
    return Difference(section.label, changes, left, order)


def _line(section, each, was, now) -> tuple[str, str, str]:
    label = each.label_of(getattr(section, "model", None))
    return label, _in_words(each, was), _in_words(each, now)


def _in_words(each, value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(value)
    words = "" if value is None else each.choices.get(value, str(value))
    return f"{words[:LONGEST]}…" if len(words) > LONGEST else words
