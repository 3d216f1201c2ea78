"""One kind of things in a set-up: how they are matched with those of the studio, compared and stored.

A section says what its model, its key and its fields are; what is stored is what the form of its page takes, so each
mistake is refused in the words of that page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.forms import BaseForm

from preproduction.moving_in.setup_file.fields import Field
from preproduction.moving_in.setup_file.reading import Said, read_things
from studio import texts
from studio.models import User
from studio.ordered_list import OrderedList
from studio.refusal import OperationRefused

Key = tuple[Any, ...]
Values = Mapping[str, Any]
# What a name may mean: {section: {key: row}}, of those stored so far; None for one of the file that is wrong itself.
Things = dict[str, dict[Key, Any]]


class Wrong(Exception):
    """A thing cannot be stored.  `sentences`: {name of a field, or "": sentence}."""

    def __init__(self, sentences: Mapping[str, str]):
        self.sentences = sentences
        super().__init__(*sentences.values())


class Section:
    """A list of things, each a row of `model`.

    name, label: in the file; on the page.
    key:         the fields by which a thing is known; texts are compared as people compare them.
    has_twins:   whether several may have one key; they are then matched one by one, in their order.
    form:        the ModelForm of their page.
    order:       the list that people put in order themselves; None where the program sorts.
    withheld:    columns that are never in a file: people, addresses, secrets.  They stay as they are.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    model: ClassVar[type[models.Model]]
    fields: ClassVar[tuple[Field, ...]]
    key: ClassVar[tuple[str, ...]] = ("name",)
    has_twins: ClassVar[bool] = False
    form: ClassVar[type[BaseForm]]
    order: ClassVar[type[OrderedList] | None] = None
    withheld: ClassVar[tuple[str, ...]] = ()

    # What there is.

    def rows(self) -> models.QuerySet[Any]:
        """Return the rows of `model` that the file is about."""
        return self.model._default_manager.all()

    def stored(self) -> dict[Key, Any]:
        """Return the rows by their keys, in the order of their list.

        Of two with one key, where that is no matter of course, the one in use is meant: an inactive twin is history.
        """
        joined = [field.attribute for field in self.fields if field.names]
        rows = list(self.rows().select_related(*joined or [None]))
        known = self._by_key(sorted(rows, key=lambda row: getattr(row, "is_inactive", False)))
        order = {row.pk: place for place, row in enumerate(rows)}
        return dict(sorted(known.items(), key=lambda item: order[item[1].pk]))

    def _by_key(self, rows: Iterable[Any]) -> dict[Key, Any]:
        found: dict[Key, Any] = {}
        seen: Counter[Key] = Counter()
        for row in rows:
            key = self.key_of(self.said(row))
            seen[key] += 1
            found.setdefault((*key, seen[key]) if self.has_twins else key, row)
        return found

    def said(self, row: Any) -> dict[str, Any]:
        """Return what the file says of `row`: all fields."""
        return {field.name: field.of(row) for field in self.fields}

    def exported(self, row: Any) -> dict[str, Any]:
        """Return what a file is given of `row`, where that is less than is to be compared."""
        return self.said(row)

    def fitted(self, row: Any | None, values: Values, things: Things) -> Values:
        """Return `values` without what the file has no say in for `row`; None for a new one."""
        return values

    def key_of(self, values: Values) -> Key:
        return tuple(folded(values[name]) for name in self.key)

    def known_as(self, values: Values) -> str:
        """Return what the page calls a thing."""
        return str(values[self.key[0]])

    def differing(self, one: Values, other: Values) -> list[Field]:
        """Return the fields in which two are different; names are compared as people compare them."""
        return [
            field
            for field in self.fields
            if (
                folded(one[field.name]) != folded(other[field.name])
                if field.names
                else one[field.name] != other[field.name]
            )
        ]

    # What a file says.

    def read(self, raw: Any, problems: list[str]) -> dict[Key, Said]:
        """Return the things of a file by their keys; what is wrong with them is added to `problems`."""
        before = len(problems)
        things = read_things(self.name, raw, self.fields, problems)
        found: dict[Key, Said] = {}
        seen: Counter[Key] = Counter()
        for thing in things if len(problems) == before else ():
            thing = Said(thing.path, self.normal(thing.values))
            key = self.key_of(thing.values)
            seen[key] += 1
            if self.has_twins:
                key = (*key, seen[key])
            if key in found:
                problems.append(
                    f"{thing.path}.{self.key[0]}: “{self.known_as(thing.values)}” stands in the file twice; "
                    f"it is {found[key].path}, too."
                )
            found.setdefault(key, thing)
        return found

    def normal(self, values: Values) -> Values:
        """Return `values` as said() would say them, of what can be said in two ways."""
        return values

    # What is done.

    def keep(self) -> None:
        """Keep the rows as they are until the transaction ends."""
        list(self.rows().order_by("pk").select_for_update(of=("self",), no_key=True))

    def store(self, row: Any | None, values: Values, things: Things, by: User) -> Any:
        """Store a new thing, or `row` as `values` say; return the row.  Raises Wrong."""
        form = self.bound(row, self.data(row, values, things))
        for field in self.fields:
            offered = form.fields.get(field.attribute)
            if field.names and offered is not None:
                # The page offers what is active; a set-up may well hold what is not.
                offered.queryset = offered.queryset.model._default_manager.all()
        saved = self.saved(form, row, by) if form.is_valid() else None
        if saved is None:
            raise Wrong(self._sentences(form))
        if row is None and values.get("inactive"):  # which nobody asks of a new one
            return self.store(saved, values, things, by)
        return saved

    def bound(self, row: Any | None, data: dict[str, Any]) -> BaseForm:
        return self.form(data, instance=row or self.model())

    def saved(self, form: BaseForm, row: Any | None, by: User) -> Any | None:
        """Store what a valid form says; return None where that is refused after all, with errors in the form."""
        try:
            return form.save()
        except OperationRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            return None

    def data(self, row: Any | None, values: Values, things: Things) -> dict[str, Any]:
        """Return `values` as a browser would send them, with what is withheld as `row` has it."""
        sent = {}
        for field in self.fields:
            value = values[field.name]
            if field.names and value:
                value = self.named(field, value, things).pk
            if value is not False:
                # What is left out is "", for a form gives what nobody sends the value of a new thing.
                sent[field.attribute] = "" if value is None else "on" if value is True else value
        for column in self.withheld if row else ():
            value = self.model._meta.get_field(column).value_from_object(row)
            if value is not None:
                sent[column] = value
        return sent

    def named(self, field: Field, value: str, things: Things) -> models.Model:
        known, key = things[field.names], (folded(value),)
        if key not in known:
            raise Wrong({field.name: f"there is no “{value}” among the {field.names.replace('_', ' ')}."})
        found = known[key]
        if found is None:
            raise Wrong({})
        return found

    def _sentences(self, form: BaseForm) -> dict[str, str]:
        names = {field.attribute: field.name for field in self.fields}
        return {names.get(column, ""): " ".join(map(str, errors)) for column, errors in form.errors.items()}

    def to_fill_in(self, stored: Sequence[tuple[Any, Values]]) -> list[str]:
        """Say what somebody has to fill in that no file holds.  stored: rows, each with what the file says of it."""
        return []


def folded(value: Any) -> Any:
    return texts.unique_key(value) if isinstance(value, str) else value
