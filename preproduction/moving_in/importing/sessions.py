"""Whose a session is, of what type, and whether it is here.  Pure."""

from collections.abc import Mapping
from typing import Any

from preproduction.moving_in.importing.clients import client_of, is_same
from preproduction.moving_in.importing.facts import Existing, Fate, Judgement, compared, day_of
from preproduction.moving_in.importing.rows import Row, Wrong
from studio import texts
from studio.needed_for import without_a_day

# What a session says by itself, as its columns are called.
SESSION_WORDS = ("number", "date", "location", "needed_by", "needed_for", "notes")


def judge_session(row: Row, existing: Existing) -> Judgement:
    said, wrong = row.values, []
    client = client_of(said, existing, wrong)
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
    if known and client and not is_same(known.client, client):
        wrong.append(Wrong("Session No.", f"Session {number} is of {known.client.values['name']}."))
    if sentence := without_a_day(said.get("needed_by"), said.get("needed_for", "")):
        wrong.append(Wrong("Needed By", sentence))
    if wrong:
        return Judgement(row, Fate.REFUSED, wrong=wrong)
    values = _session_values(said, existing, name)
    if not number:
        known = existing.sessions_of_day.get(day_of(client, values))
    return compared(row, values, known, client=client)


def _session_values(said: Mapping[str, Any], existing: Existing, session_type: str) -> dict[str, Any]:
    """Return what a session holds; a photographer who is nobody here stays as words in its notes."""
    values = {name: said[name] for name in SESSION_WORDS if name in said} | {"session_type": session_type}
    if who := said.get("photographer"):
        person = existing.people.get(texts.sort_key(who))
        if person:
            values["photographer"] = person
        else:
            values["notes"] = "\n".join(filter(None, (values.get("notes", ""), f"Photographer: {who}")))
    return values
