"""What rows are compared with, and what becomes of one.  Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from preproduction.moving_in.importing import rows
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.rows import Row, Wrong
from studio import texts

FEWEST_DIGITS = 6  # of two phone numbers that are taken for the same


class Fate(StrEnum):
    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class Known:
    """A record that is there, or that an earlier row of the files makes.

    key:     below zero for what is not made yet.
    values:  {field: value} of what a row may say.
    numbers: the numbers, folded, that it had in other programs.
    """

    key: int
    values: Mapping[str, Any]
    numbers: frozenset[str] = frozenset()
    client: "Known | None" = None  # of a session
    also: tuple[Mapping[str, Any], ...] = ()  # of a client: the values of those who were merged into this one

    @property
    def contacts(self) -> set[str]:
        return set().union(*map(contacts, (self.values, *self.also)))

    @property
    def names(self) -> set[str]:
        return {texts.sort_key(values["name"]) for values in (self.values, *self.also)}


@dataclass
class Existing:
    """What rows are compared with, by the folded texts by which they name it.

    types:   {key: name} of session types; those that these files would make are in new_types, and so with vendors that
             only orders name.
    people:  {folded name: key}; a name that two have is not in it.
    """

    clients_by_number: dict[str, Known] = field(default_factory=dict)
    clients_by_name: dict[str, list[Known]] = field(default_factory=dict)
    vendors: dict[str, Known] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    new_types: dict[str, str] = field(default_factory=dict)
    types_left_out: frozenset[str] = frozenset()
    new_vendors: dict[str, str] = field(default_factory=dict)
    vendors_left_out: frozenset[str] = frozenset()
    sessions_by_number: dict[str, Known] = field(default_factory=dict)
    sessions_of_day: dict[tuple, Known] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    # By their keys: of a status also whether it is final.
    departments: dict[str, int] = field(default_factory=dict)
    late_reasons: dict[str, int] = field(default_factory=dict)
    statuses: dict[str, tuple[int, bool]] = field(default_factory=dict)
    # {key of the number: whether the order was withdrawn}
    orders: dict[str, bool] = field(default_factory=dict)
    today: date = date.max
    # Of orders that have Status Notes in these files.
    standing: dict[str, "Standing"] = field(default_factory=dict)
    status_rows: dict[str, Known] = field(default_factory=dict)
    status_names: dict[int | str, str] = field(default_factory=dict)
    # {key: name} of statuses to be made: where orders stand, and those that only Status Notes name.
    new_statuses: dict[str, str] = field(default_factory=dict)
    new_former: dict[str, str] = field(default_factory=dict)
    statuses_left_out: frozenset[str] = frozenset()

    def add(self, judged: "Judgement", key: int) -> Known:
        """Keep what a new row makes, for those after it, and return it."""
        values, numbers = judged.values, frozenset(filter(None, [judged.number_key]))
        known = Known(key, {**EMPTY[judged.row.kind], **values}, numbers, judged.client)
        if judged.row.kind == Kind.CLIENT:
            self.clients_by_name.setdefault(texts.sort_key(values["name"]), []).append(known)
            self.know_number(judged.number_key, known)
        elif judged.row.kind == Kind.VENDOR:
            self.vendors[texts.unique_key(values["name"])] = known
        elif judged.row.kind == Kind.STATUS:
            self.keep_status(known)
        elif judged.row.kind == Kind.SESSION:
            self.keep_session(known)
        else:
            number_key = texts.unique_key(values["number"])
            self.orders[number_key] = False
            self.standing[number_key] = Standing(
                key, values["status"], values["order_date"], values["entered_on"]
            )
        return known

    def status_of(self, name: str, *, is_former: bool = False) -> int | str | None:
        """Return the key of a status, the name of one that is to be made, or None for one that is not to be."""
        key = texts.unique_key(name)
        if key in self.statuses:
            return self.statuses[key][0]
        if key in self.statuses_left_out:
            return None
        if is_former and key not in self.new_statuses:
            return self.new_former.setdefault(key, " ".join(name.split()))
        return self.new_statuses.setdefault(key, " ".join(name.split()))

    def keep_status(self, known: Known) -> None:
        name = known.values["description"]
        key = texts.unique_key(name)
        self.status_rows[key] = known
        self.statuses[key] = known.key, known.values["is_final"]
        self.status_names[known.key] = name

    def know_number(self, number_key: str, known: Known) -> None:
        if number_key:
            self.clients_by_number.setdefault(number_key, known)

    def keep_session(self, known: Known) -> None:
        if number := known.values["number"]:
            self.sessions_by_number[texts.unique_key(number)] = known
        self.sessions_of_day.setdefault(day_of(known.client, known.values), known)


@dataclass(frozen=True)
class Standing:
    """Where an order stands, that Status Notes are held against.

    key:            below zero for what is not made yet.
    status:         its key, or the name of one that is to be made.
    history:        of an order that is here: where it has been, and since when.
    takes_notes:    whether it is here by an import with no more than where it stood, and nobody has worked on it.
    is_of_this_run: whether this import has made it.
    """

    key: int
    status: int | str
    order_date: date
    entered_on: date
    history: tuple[tuple[int | str, date], ...] = ()
    takes_notes: bool = False
    is_of_this_run: bool = False


@dataclass(frozen=True)
class KnownStay:
    """A stay that Status Notes tell of, by keys; by words, who and what is not here.  As operations.PastStay."""

    status: int | str
    entered_on: date
    due_date: date | None = None
    department: int | None = None
    department_name: str = ""
    user: int | None = None
    user_name: str = ""
    late_reason: int | None = None
    late_reason_name: str = ""
    delay_reason: str = ""
    by: int | None = None
    by_name: str = ""
    note: str = ""


EMPTY: dict[Kind, dict[str, Any]] = {
    Kind.CLIENT: {
        **dict.fromkeys(("name", "contact_name", "phone", "mobile_phone", "email", "address", "notes"), ""),
        "do_not_contact": False,
        "is_inactive": False,
    },
    Kind.VENDOR: {
        **dict.fromkeys(
            ("name", "account_number", "contact_name", "phone", "email", "website", "address", "notes"), ""
        ),
        "is_in_house": False,
        "is_inactive": False,
    },
    Kind.STATUS: {
        "description": "",
        **dict.fromkeys(("default_department", "default_user", "default_duration")),
        **dict.fromkeys(("is_initial", "is_final", "is_inactive"), False),
    },
    Kind.ORDER: {},
    Kind.NOTE: {},
    Kind.SESSION: {
        "number": "",
        "date": None,
        "session_type": "",
        "photographer": None,
        "location": "",
        "needed_by": None,
        "needed_for": "",
        "notes": "",
    },
}


@dataclass
class Judgement:
    """What becomes of `row`.

    values:     {field: value} that a new record gets, or a changed one is compared by.
    changes:    {field: [before, after]} of what the row says otherwise than the record.
    known:      the record that the row is about, where it is there.
    number_key: the number it has in the program it comes from, folded.
    candidates: of a doubtful client, those it may be.
    session:    of an order: the session, where that is to be made, too.
    """

    row: Row
    fate: Fate
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list] = field(default_factory=dict)
    known: Known | None = None
    number_key: str = ""
    client: Known | None = None
    candidates: list[Known] = field(default_factory=list)
    session: "Judgement | None" = None
    wrong: list[Wrong] = field(default_factory=list)
    # Of rows that are judged as one: what becomes of each.
    parts: list["Judgement"] = field(default_factory=list)


def contacts(values: Mapping[str, Any]) -> set[str]:
    """Return by what two clients of one name are the same: addresses of mail, and the last digits of phones.

    A country code in front, or its 0, makes no other number.
    """
    found = {texts.unique_key(values["email"])} if values.get("email") else set()
    for name in ("phone", "mobile_phone"):
        digits = "".join(filter(str.isdigit, values.get(name) or ""))
        if len(digits) >= FEWEST_DIGITS:
            found.add(digits[-9:].lstrip("0"))
    return found


def compared(row: Row, values: dict[str, Any], known: Known | None, **others: Any) -> Judgement:
    if known is None:
        return Judgement(row, Fate.NEW, values, **others)
    changes = rows.differences(values, known.values)
    return Judgement(row, Fate.CHANGED if changes else Fate.SAME, values, changes, known, **others)


def day_of(client: Known | None, values: Mapping[str, Any]) -> tuple:
    return client and client.key, values["date"], texts.unique_key(values["session_type"])
