"""What an order says: where it stands, since when, whose it is, and of which session.  Pure."""

from collections.abc import Mapping
from typing import Any

from preproduction.models.order import Priority
from preproduction.moving_in.importing import rows
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Existing, Fate, Judgement
from preproduction.moving_in.importing.kinds import CUSTOM
from preproduction.moving_in.importing.rows import Row, Wrong
from preproduction.moving_in.importing.sessions import judge_session
from studio import texts
from studio.needed_for import without_a_day

# What an order says by itself, as its columns are called.
ORDER_WORDS = (
    "number",
    "order_date",
    "needed_by",
    "needed_for",
    "vendor_order_number",
    "vendor_invoice_number",
    "vendor_invoice_amount",
    "studio_notes",
    "vendor_notes",
)
PRIORITIES = {texts.unique_key(label): value for value, label in Priority.choices}


def judge_order(row: Row, existing: Existing) -> Judgement:
    """An order that is here stays as it is: what it says since is the studio's own."""
    number_key = texts.unique_key(row.values["number"])
    if number_key in existing.orders:
        if not existing.orders[number_key]:
            return Judgement(row, Fate.SAME)
        sentence = f"Order {row.values['number']} was withdrawn here. Its number is not used again."
        return Judgement(row, Fate.REFUSED, wrong=[Wrong("Order No.", sentence)])
    wrong: list[Wrong] = []
    values = _order_values(row.values, existing, wrong)
    session = _session_of(row, existing, wrong)
    if wrong or session is None:
        return Judgement(row, Fate.REFUSED, wrong=wrong)
    made = session if session.fate == Fate.NEW else None
    return Judgement(row, Fate.NEW, values, known=session.known, session=made)


def _order_values(said: Mapping[str, Any], existing: Existing, wrong: list[Wrong]) -> dict[str, Any]:
    values = {name: said[name] for name in ORDER_WORDS if name in said}
    values["custom"] = {
        int(name.removeprefix(CUSTOM)): value for name, value in said.items() if name.startswith(CUSTOM)
    }
    values["entered_on"] = said.get("entered_on") or said["order_date"]
    values["due_date"] = said.get("due_date")
    values["status"] = existing.status_of(said["status"])
    _, is_final = existing.statuses.get(texts.unique_key(said["status"]), (None, False))
    if values["status"] is None:
        sentence = f"There is no status “{said['status']}” in the status list, and none is to be made."
        wrong.append(Wrong("Status", sentence))
    for name, label, named in (
        ("department", "Department", existing.departments),
        ("priority", "Priority", PRIORITIES),
    ):
        key = texts.unique_key(said.get(name, ""))
        if key and key not in named:
            wrong.append(Wrong(label, f"There is no {label.lower()} “{said[name]}” here, or in these files."))
        elif key:
            values[name] = named[key]
    if said.get("vendor"):
        values["vendor"] = _vendor(said["vendor"], existing, wrong)
    if not (said["order_date"] <= values["entered_on"] <= existing.today):
        wrong.append(Wrong("Status Date", "It is in the future, or before the order date."))
    if sentence := without_a_day(said.get("needed_by"), said.get("needed_for", "")):
        wrong.append(Wrong("Needed By", sentence))
    if is_final and said.get("due_date"):
        values["due_date"] = None
    _people(said, existing, values)
    return values


def _vendor(name: str, existing: Existing, wrong: list[Wrong]) -> int | str | None:
    """Return the key of a vendor, or the name of one that is to be made."""
    key = texts.unique_key(name)
    if key in existing.vendors:
        return existing.vendors[key].key  # of one that is planned, too: it is there when the order is made
    if key in existing.vendors_left_out:
        wrong.append(Wrong("Vendor", f"There is no vendor “{name}”, and none is to be made."))
        return None
    return existing.new_vendors.setdefault(key, name)


def _people(said: Mapping[str, Any], existing: Existing, values: dict[str, Any]) -> None:
    """Find people by name; who is nobody here stays as words in the studio's notes."""
    for name, words in (("user", "Assigned to"), ("entered_by", "Entered by")):
        who = said.get(name)
        if who and (person := existing.people.get(texts.sort_key(who))):
            values[name] = person
        elif who:
            values["studio_notes"] = "\n".join(
                filter(None, (values.get("studio_notes", ""), f"{words}: {who}"))
            )


def _session_of(row: Row, existing: Existing, wrong: list[Wrong]) -> Judgement | None:
    """Return the session of an order, or what would make it, if its client is known."""
    said = row.values
    number = said.get("session_number", "")
    if known := existing.sessions_by_number.get(texts.unique_key(number)):
        return Judgement(row, Fate.SAME, known=known)
    client = [said.get("client_number"), said.get("client_name")]
    if number and not any(client):
        wrong.append(Wrong("Session No.", f"There is no session {number}, here or in these files."))
        return None
    if not said.get("session_type"):
        sentence = "Give the Session Type, so that the session can be made." if any(client) else rows.NEEDED
        wrong.append(Wrong("Session Type" if any(client) else "Session No.", sentence))
        return None
    values = {"number": number, "date": said.get("session_date") or said["order_date"]}
    values |= {name: said[name] for name in ("client_number", "client_name", "session_type") if name in said}
    judged = judge_session(Row(row.sheet, row.number, Kind.SESSION, values), existing)
    wrong += judged.wrong
    return None if judged.wrong else judged
