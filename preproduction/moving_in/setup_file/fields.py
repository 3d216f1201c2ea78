"""What a thing says of itself in the file: its fields, how they are read, and what they are where nothing is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from django.db.models import Model

KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    bool: "true or false",
    date: "a day such as 2026-12-24, without quotes",
    list: "a list of texts such as [“Monday”, “Tuesday”]",
}


@dataclass(frozen=True)
class Field:
    """One line of a thing.

    name:    as the file says it.
    column:  of the row and of its form, where that is called otherwise.
    kind:    str, int, bool, date or list (of texts).
    label:   as the page says it, where its model does not.
    names:   the section of the thing that it names; of a text.
    choices: the texts that it may be, each with what the page says for it; none: any.
    usual:   what it is where the file does not say it, and what the file does not say.
    """

    name: str
    column: str = ""
    kind: type = str
    label: str = ""
    names: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    usual: Any = ""

    @property
    def attribute(self) -> str:
        return self.column or self.name

    def label_of(self, model: type[Model] | None) -> str:
        return self.label or str(model._meta.get_field(self.attribute).verbose_name if model else self.name)

    def of(self, row) -> Any:
        """Return what `row` has, as the file says it."""
        value = getattr(row, self.attribute)
        return (str(value) if value else "") if self.names else value

    def wrong(self, value: Any) -> str:
        """Say what is wrong with a value from a file; "" where it can be read."""
        if not self._is_of_kind(value):
            return f"expects {KINDS[self.kind]}, and is {_kind_of(value)}."
        known = value if self.kind is list else [value]
        for each in known if self.choices else ():
            if each not in self.choices:
                meant = get_close_matches(str(each), list(self.choices), n=1)
                offered = f"Did you mean “{meant[0]}”?" if meant else f"One of: {', '.join(self.choices)}."
                return f"“{str(each)[:60]}” is not offered. {offered}"
        return ""

    def _is_of_kind(self, value) -> bool:
        if self.kind is int:
            return isinstance(value, int) and not isinstance(value, bool)
        if self.kind is date:
            return isinstance(value, date) and not isinstance(value, datetime)
        if self.kind is list:
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        return isinstance(value, self.kind)


def _kind_of(value) -> str:
    if isinstance(value, datetime):
        return "a day with an hour"
    if isinstance(value, float):
        return "a number with a fraction"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    for kind in (bool, int, str, date):
        if isinstance(value, kind):
            return KINDS[kind].split(" such")[0]
    return "something else"


def unknown(name: str, known: Sequence[str]) -> str:
    """Say that the file has a name that means nothing."""
    meant = get_close_matches(name, known, n=1)
    return f"there is no such thing here.{f' Did you mean “{meant[0]}”?' if meant else ''}"
