"""Filters in force, in words: as chips to take out, as a line for print, as an address."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from django.http import QueryDict

from preproduction.filters.kinds import ANY_LATE, OPEN
from studio import dates


class Chip(NamedTuple):
    """One filter in force: its words, and the query string without it."""

    words: str
    query: str


class InWords:
    """Of a FilterSet with `filters`, `values` and `errors`.  MENUS names the filters whose choices are rows.

    kept: what an address says that is no filter, and that all addresses made from it say, too.
    """

    kept: Mapping[str, str] = MappingProxyType({})

    def named(self, name: str, key: str) -> str:
        """Return the words of a choice."""
        return self._named[name].get(key, key)

    @cached_property
    def _named(self) -> dict[str, dict[str, str]]:
        return {
            name: dict(self.filters[name].extra["choices"]) for name in self.MENUS if name in self.filters
        }

    def problems(self) -> list[str]:
        """Say what in the address made no sense, and was left out."""
        return [
            f"{self.filters[name].label if name in self.filters else 'Filter'}: {error}"
            for name, errors in self.errors.items()
            for error in errors
        ]

    def query(self, **changes) -> str:
        """Return the query string of the filters in force, in the order of their declaration.

        changes: name to value; None or False takes the filter out.  What else the address keeps (`kept`) follows.
        """
        query = QueryDict(mutable=True)
        values = {**self.values, **changes}
        for name in self.filters:
            value = values.get(name)
            if value in (None, "", False, []) or (name == "state" and value == OPEN):
                continue
            query.setlist(name, [_text(one) for one in (value if isinstance(value, list) else [value])])
        query.update(self.kept)
        return query.urlencode()

    def chips(self) -> list[Chip]:
        """Return each filter in force in words, with the address that is left when it is taken out."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        for name, value in self.values.items():
            if name == "state" and value == OPEN:
                continue
            if isinstance(value, list):
                for one in value:
                    rest = [other for other in value if other != one]
                    yield Chip(self._words(name, one), self.query(**{name: rest}))
            else:
                yield Chip(self._words(name, value), self.query(**{name: None}))

    def words(self) -> str:
        """Return the filters in force as one line, for print: "Open; Status: At lab; Late by any time"."""
        named = []
        for name, value in {"state": OPEN, **self.values}.items():
            if name not in self.filters:
                continue
            if isinstance(value, list):
                named.append(
                    f"{self.filters[name].label}: {', '.join(self.named(name, one) for one in value)}"
                )
            else:
                named.append(self._words(name, value))
        return "; ".join(named)

    def _words(self, name: str, value) -> str:
        label = self.filters[name].label
        if name == "q":
            return f"Search: {value}"
        if isinstance(value, date):
            return f"{label} {dates.written(value)}"
        if name == "mine":
            return f"User: {self.user}"
        if value is True:
            return label
        words = dict(self.filters[name].extra["choices"])[value]
        if name == "state":
            return f"{words} orders"
        if name == "late":
            return words if value == ANY_LATE else f"Late: {words}"
        return f"{label}: {words}"


def _text(value) -> str:
    if value is True:
        return "on"
    return value.isoformat() if isinstance(value, date) else str(value)
