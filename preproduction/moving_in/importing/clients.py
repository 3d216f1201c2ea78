"""Whether a client is one who is here: by number, or by name together with a mail or a phone.  Pure."""

from collections.abc import Mapping
from typing import Any

from preproduction.moving_in.importing import rows
from preproduction.moving_in.importing.facts import Existing, Fate, Judgement, Known, compared, contacts
from preproduction.moving_in.importing.rows import Row, Wrong
from studio import texts

# What somebody answers about a doubtful client, beside the key of the one it is.
ANOTHER, TWIN = "new", "twin"


def judge_client(row: Row, existing: Existing, choice: str) -> Judgement:
    values = {name: value for name, value in row.values.items() if name != "number"}
    number = texts.unique_key(row.values.get("number", ""))
    if number in existing.clients_by_number:
        return compared(row, values, existing.clients_by_number[number], number_key=number)
    of_name = existing.clients_by_name.get(texts.sort_key(values["name"]), [])
    reached = contacts(values)
    alike = [known for known in of_name if known.contacts & reached]
    if len(alike) == 1:
        return compared(row, values, alike[0], number_key=number)
    # Two of one name that had numbers of their own before are two.
    perhaps = alike or [known for known in of_name if not (number and known.numbers)]
    if not perhaps or choice == ANOTHER:
        return Judgement(row, Fate.NEW, values, number_key=number)
    chosen = _chosen(perhaps, choice)
    if chosen is not None:
        return compared(row, values, chosen, number_key=number)
    return Judgement(row, Fate.DOUBTFUL, values, number_key=number, candidates=perhaps)


def _chosen(perhaps: list[Known], choice: str) -> Known | None:
    if choice == TWIN:  # what these files have made has been made last
        return max(perhaps, key=lambda known: (known.key < 0, abs(known.key)))
    return next((known for known in perhaps if choice and str(known.key) == choice), None)


def client_of(said: Mapping[str, Any], existing: Existing, wrong: list[Wrong]) -> Known | None:
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


def is_same(one: Known | None, other: Known) -> bool:
    return one is not None and one.key == other.key
