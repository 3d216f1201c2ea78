"""The {{ }} and {% %} of a message's text: found, closed, paired and few, before its engine reads any of it."""

import re
from typing import NamedTuple

MAX_MARKS = 200  # {{ }} and {% %} of a template
MAX_MARK = 300  # characters of one of them; the engine's expressions take quadratic time for the longest
MAX_DEPTH = 10  # if within if

TAGS = ("if", "elsif", "else", "endif", "unless", "endunless")
MARK = re.compile(r"\{\{|\{%")
CLOSERS = {"{{": "}}", "{%": "%}"}


class Mark(NamedTuple):
    """One {{ … }} or {% … %} of a text."""

    kind: str
    start: int
    end: int
    inside: str
    line: int


def problems_with(marks: list[Mark], text: str, *, html: bool) -> list[str]:
    """Say what is wrong with the `marks` of `text`, whatever the fields are."""
    found = [sentence for mark in marks if (sentence := _tag_problem(mark))] or _unbalanced(marks)
    # In a style sheet, }} ends two blocks.
    return found + ([] if html and "<style" in text.lower() else _stray(text, marks))


def marks_of(text: str) -> tuple[list[Mark], list[str]]:
    """Find every {{ }} and {% %} of `text`, and what is wrong with them before their content is looked at."""
    marks: list[Mark] = []
    at = 0
    while found := MARK.search(text, at):
        kind, start = found[0], found.start()
        line = text.count("\n", 0, start) + 1
        end = text.find(CLOSERS[kind], start + 2)
        if end < 0:
            return marks, [f"The {kind} on line {line} is not closed by {CLOSERS[kind]}."]
        inside = text[start + 2 : end].strip("-").strip()
        if end - start > MAX_MARK or MARK.search(text, start + 1, end):
            return marks, [f"The {kind} on line {line} is not closed by {CLOSERS[kind]} soon enough."]
        marks.append(Mark(kind, start, end + 2, inside, line))
        if len(marks) > MAX_MARKS:
            return marks, [f"A text may hold {MAX_MARKS} fields and conditions at most."]
        at = end + 2
    return marks, []


def _tag_problem(mark: Mark) -> str:
    if not mark.inside:
        return f"There is nothing between {mark.kind} and {CLOSERS[mark.kind]} on line {mark.line}."
    name = re.match(r"\S*", mark.inside)[0]
    if mark.kind == "{%" and name not in TAGS:
        return (
            f"{{% {name} %}} on line {mark.line} cannot be used in a message. "
            "Only if, elsif, else and unless can."
        )
    return ""


def _unbalanced(marks: list[Mark]) -> list[str]:
    """Say which {% if %} is left open, and which end or else belongs to none."""
    opened: list[Mark] = []
    for mark in marks:
        name = mark.inside.split()[0] if mark.kind == "{%" and mark.inside else ""
        if name in ("if", "unless"):
            opened.append(mark)
        elif name in ("elsif", "else", "endif", "endunless"):
            if not opened or (name.startswith("end") and name != f"end{opened[-1].inside.split()[0]}"):
                return [f"{{% {name} %}} on line {mark.line} belongs to no condition before it."]
            if name.startswith("end"):
                opened.pop()
        if len(opened) > MAX_DEPTH:
            return [f"The condition on line {mark.line} stands inside of more than {MAX_DEPTH} others."]
    names = [(mark.inside.split()[0], mark.line) for mark in opened]
    return [f"{{% {name} %}} on line {line} has no {{% end{name} %}}." for name, line in names]


def _stray(text: str, marks: list[Mark]) -> list[str]:
    """Find what was meant as a field: "{ client.name }}"."""
    rest, at = "", 0
    for mark in marks:
        rest += text[at : mark.start] + "\n" * text.count("\n", mark.start, mark.end)
        at = mark.end
    for line, part in enumerate((rest + text[at:]).split("\n"), start=1):
        for closer in ("}}", "%}"):
            if closer in part:
                return [f"The {closer} on line {line} closes nothing: fields stand in {{{{ and }}}}."]
    return []
