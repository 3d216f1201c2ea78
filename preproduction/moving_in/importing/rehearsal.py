"""What would become of a row, given what exists.  Pure: rows and an Existing in, a Judgement out.

The rehearsal asks for all rows, and keeps in Existing what they would make; the act asks again for fifty at a time, in
the transaction in which it writes them.  So both give the same answers, and what has changed between them is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from preproduction.moving_in.importing import rows
from preproduction.moving_in.importing.rows import Row, Wrong
from preproduction.moving_in.importing.sheets import Kind
from studio import texts

# What somebody answers about a doubtful client, beside the key of the one it is.
ANOTHER, TWIN = "new", "twin"
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

    key:     None for what is not made yet.
    values:  {field: value} of what a row may say.
    numbers: the numbers, folded, that it had in other programs.
    """

    key: int | None
    values: Mapping[str, Any]
    numbers: frozenset[str] = frozenset()
    client: "Known | None" = None  # of a session

    @property
    def contacts(self) -> set[str]:
        return contacts(self.values)


@dataclass
class Existing:
    """What rows are compared with, by the folded texts by which they name it.

    types:   {key: name} of session types; those that these files would make are in new_types.
    people:  {folded name: key}; a name that two have is not in it.
    """

    clients_by_number: dict[str, Known] = field(default_factory=dict)
    clients_by_name: dict[str, list[Known]] = field(default_factory=dict)
    vendors: dict[str, Known] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    new_types: dict[str, str] = field(default_factory=dict)
    types_left_out: frozenset[str] = frozenset()
    sessions_by_number: dict[str, Known] = field(default_factory=dict)
    sessions_of_day: dict[tuple, Known] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def add(self, judged: "Judgement", key: int | None = None) -> None:
        """Keep what a new row makes, for those after it."""
        values, numbers = judged.values, frozenset(filter(None, [judged.number_key]))
        known = Known(key, {**EMPTY[judged.row.kind], **values}, numbers, judged.client)
        if judged.row.kind == Kind.CLIENT:
            self.clients_by_name.setdefault(texts.sort_key(values["name"]), []).append(known)
            self.know_number(judged.number_key, known)
        elif judged.row.kind == Kind.VENDOR:
            self.vendors[texts.unique_key(values["name"])] = known
        else:
            self.keep_session(known)

    def know_number(self, number_key: str, known: Known) -> None:
        if number_key:
            self.clients_by_number.setdefault(number_key, known)

    def keep_session(self, known: Known) -> None:
        if number := known.values["number"]:
            self.sessions_by_number[texts.unique_key(number)] = known
        self.sessions_of_day.setdefault(_day_of(known.client, known.values), known)


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
    Kind.SESSION: {
        "number": "",
        "date": None,
        "session_type": "",
        "photographer": None,
        "location": "",
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
    """

    row: Row
    fate: Fate
    values: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, list] = field(default_factory=dict)
    known: Known | None = None
    number_key: str = ""
    client: Known | None = None
    candidates: list[Known] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def judge(row: Row, existing: Existing, choice: str = "") -> Judgement:
    """Return what becomes of `row`.  choice: what somebody has answered, of a doubtful client."""
    if row.wrong:
        return Judgement(row, Fate.REFUSED, wrong=row.wrong)
    if row.kind == Kind.CLIENT:
        return _client(row, existing, choice)
    if row.kind == Kind.VENDOR:
        return _compared(row, row.values, existing.vendors.get(texts.unique_key(row.values["name"])))
    return _session(row, existing)


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


def _compared(row: Row, values: dict[str, Any], known: Known | None, **others: Any) -> Judgement:
    if known is None:
        return Judgement(row, Fate.NEW, values, **others)
    changes = rows.differences(values, known.values)
    return Judgement(row, Fate.CHANGED if changes else Fate.SAME, values, changes, known, **others)


def _client(row: Row, existing: Existing, choice: str) -> Judgement:
    values = {name: value for name, value in row.values.items() if name != "number"}
    number = texts.unique_key(row.values.get("number", ""))
    if number in existing.clients_by_number:
        return _compared(row, values, existing.clients_by_number[number], number_key=number)
    of_name = existing.clients_by_name.get(texts.sort_key(values["name"]), [])
    reached = contacts(values)
    alike = [known for known in of_name if known.contacts & reached]
    if len(alike) == 1:
        return _compared(row, values, alike[0], number_key=number)
    # Two of one name that had numbers of their own before are two.
    perhaps = alike or [known for known in of_name if not (number and known.numbers)]
    if not perhaps or choice == ANOTHER:
        return Judgement(row, Fate.NEW, values, number_key=number)
    chosen = _chosen(perhaps, choice)
    if chosen is not None:
        return _compared(row, values, chosen, number_key=number)
    return Judgement(row, Fate.DOUBTFUL, values, number_key=number, candidates=perhaps)


def _chosen(perhaps: list[Known], choice: str) -> Known | None:
    if choice == TWIN:  # what these files have made has been made last
        return max(perhaps, key=lambda known: known.key or 2**63)
    return next((known for known in perhaps if choice and str(known.key) == choice), None)


def _session(row: Row, existing: Existing) -> Judgement:
    said, wrong = row.values, []
    client = _client_of(said, existing, wrong)
    type_key = texts.unique_key(said["session_type"])
    name = existing.types.get(type_key) or existing.new_types.get(type_key)
    if name is None and type_key in existing.types_left_out:
        wrong.append(
            Wrong(
                "Session Type", f"There is no session type “{said['session_type']}”, and none is to be made."
            )
        )
    elif name is None:
        name = existing.new_types[type_key] = " ".join(said["session_type"].split())
    number = said.get("number", "")
    known = existing.sessions_by_number.get(texts.unique_key(number)) if number else None
    if known and client and not _is_same(known.client, client):
        wrong.append(Wrong("Session No.", f"Session {number} is of {known.client.values['name']}."))
    if wrong:
        return Judgement(row, Fate.REFUSED, wrong=wrong)
    values = _session_values(said, existing, name)
    if not number:
        known = existing.sessions_of_day.get(_day_of(client, values))
    return _compared(row, values, known, client=client)


def _client_of(said: Mapping[str, Any], existing: Existing, wrong: list[Wrong]) -> Known | None:
    number, name = said.get("client_number", ""), said.get("client_name", "")
    if found := existing.clients_by_number.get(texts.unique_key(number)):
        return found
    if not name:
        sentence = f"No client here, or in these files, has the number {number}." if number else rows.NEEDED
        wrong.append(Wrong("Client No.", sentence))
        return None
    of_name = existing.clients_by_name.get(texts.sort_key(name), [])
    if len(of_name) == 1:
        return of_name[0]
    if of_name:
        wrong.append(
            Wrong("Client", f"{len(of_name)} clients are called “{name}”. Give the Client No., too.")
        )
    else:
        wrong.append(Wrong("Client", f"No client here, or in these files, is called “{name}”."))
    return None


def _is_same(one: Known | None, other: Known) -> bool:
    return one is other or (one is not None and one.key is not None and one.key == other.key)


def _session_values(said: Mapping[str, Any], existing: Existing, session_type: str) -> dict[str, Any]:
    """Return what a session holds; a photographer who is nobody here stays as words in its notes."""
    values = {name: said[name] for name in ("number", "date", "location", "notes") if name in said} | {
        "session_type": session_type
    }
    if who := said.get("photographer"):
        person = existing.people.get(texts.sort_key(who))
        if person:
            values["photographer"] = person
        else:
            values["notes"] = "\n".join(filter(None, (values.get("notes", ""), f"Photographer: {who}")))
    return values


def _day_of(client: Known | None, values: Mapping[str, Any]) -> tuple:
    who = (client.key or id(client)) if client else None
    return who, values["date"], texts.unique_key(values["session_type"])
