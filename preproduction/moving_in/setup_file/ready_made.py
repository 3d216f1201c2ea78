"""The lists that come with the program: set-ups for three kinds of studio, as files beside this module."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from preproduction.moving_in.setup_file.sections import SECTIONS

FOLDER = Path(__file__).parent / "lists"
# In the order in which they are offered: key, which is the name of the file, and for whom it is.
OFFERED = {
    "portrait": (
        "Portrait",
        "Families, newborns, seniors, headshots: from images selected to pictures picked up.",
    ),
    "school_and_sports": (
        "School and sports",
        "Picture day, retake day, teams: by class, to the day of delivery.",
    ),
    "wedding": ("Wedding", "Preview, album design with its revisions, binding, delivery to the couple."),
}


@dataclass(frozen=True)
class ReadyMade:
    """One list, as the page offers it.  holds: (label, names) of each of its sections."""

    key: str
    title: str
    purpose: str
    holds: list[tuple[str, list[str]]]


def choices() -> list[tuple[str, str]]:
    return [(key, title) for key, (title, _) in OFFERED.items()]


def text_of(key: str) -> str:
    return (FOLDER / f"{key}.toml").read_text(encoding="utf-8")


@cache
def offered() -> list[ReadyMade]:
    return [ReadyMade(key, title, purpose, _holds(key)) for key, (title, purpose) in OFFERED.items()]


def _holds(key):
    document = tomllib.loads(text_of(key))
    return [
        (
            section.label,
            [_in_words(section.name, thing[section.key[0]], thing) for thing in document[section.name]],
        )
        for section in SECTIONS
        if section.name in document
    ]


def _in_words(section, name, thing):
    days = thing.get("default_duration")
    return (
        f"{name} ({days} day{'s' if days != 1 else ''})"
        if section == "statuses" and days is not None
        else name
    )
