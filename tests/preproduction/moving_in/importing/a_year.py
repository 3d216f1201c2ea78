"""A studio's own year of work as it leaves Spectra, with dirt that is planted and known, and what is true of it.

Nothing of the product is used but the words of its ready-made list of statuses.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.preproduction.moving_in.importing import books

# Of the ready-made list "portrait": business days; the last is final.
STATUSES = {
    "Images selected": 1,
    "Sent to retouch": 4,
    "Retouched": 1,
    "Sent to lab": 7,
    "Back from lab": 1,
    "Checked": 1,
    "Packaged": 1,
    "Client told": 10,
    "Picked up": None,
}
WAY = list(STATUSES)
LABS = ("Northlight Color Lab", "Canyon Albums", "Frame & Mat Co.")
PEOPLE = ("Sam Okafor", "Mia Lindqvist", "Ansel Adams", "")
FAMILIES = ("Whitfield", "O'Neill", "Müller", "Åkerblom", "Nguyễn", "Haddad", "Kowalczyk", "de la Cruz")
TYPES = ("Family", "Newborn", "High School Senior", "Boudoir")  # the last is in no list

CLIENTS = [*books.SPECTRA_CLIENTS, "Do Not Mail"]
SESSIONS = books.SPECTRA_SESSIONS
ORDERS = [*books.SPECTRA_ORDERS, "Priority"]
NOTES = ["Order #", "Old Status", "New Status", "Date Changed", "Due Date", "Assigned To", "Changed By"]
HEADINGS = {"Clients": CLIENTS, "Sessions": SESSIONS, "Proof Orders": ORDERS, "Status Notes": NOTES}


class Dirt(NamedTuple):
    """column: in the file, where the dirt goes.  blamed: the column that is to be named, as our pages call it."""

    column: str
    dirt: Any
    blamed: str


LONG = "x" * 300
DIRT = {
    "Clients": [
        Dirt("Last Name", None, "Name"),
        Dirt("E-Mail", "anna@", "Email"),
        Dirt("E-Mail", "two words@example.com", "Email"),
        Dirt("Last Name", "An\u202ena", "Last Name"),
        Dirt("Last Name", LONG, "Last Name"),
        Dirt("Home Phone", "555 0100 " * 8, "Phone"),
        Dirt("Do Not Mail", "perhaps", "Do Not Contact"),
        Dirt("Address", LONG * 2, "Address"),
    ],
    "Sessions": [
        Dirt("Session Date", None, "Session Date"),
        Dirt("Session Date", "2026-02-30", "Session Date"),
        Dirt("Session Date", 45678, "Session Date"),
        Dirt("Session Date", "the day after Easter", "Session Date"),
        Dirt("Session Date", date(1974, 6, 1), "Session Date"),
        Dirt("Client #", 99999, "Client No."),
        Dirt("Session Type", None, "Session Type"),
    ],
    "Proof Orders": [
        Dirt("Order #", None, "Order No."),
        Dirt("Current Status", None, "Status"),
        Dirt("Session #", "S-99999", "Session No."),
        Dirt("Due Date", "soon", "Status Due Date"),
        Dirt("Priority", "ASAP", "Priority"),
        Dirt("Status Date", date(2020, 1, 1), "Status Date"),
    ],
    "Status Notes": [
        Dirt("New Status", None, "To"),
        Dirt("Date Changed", "31/31/2026", "Date Completed"),
        Dirt("Old Status", "Client told", "From"),
        Dirt("Date Changed", date(2019, 1, 1), "Date Completed"),
    ],
}


@dataclass
class Standing:
    """Where an open order is."""

    status: str
    entered_on: date
    due_date: date | None
    user: str


@dataclass
class Year:
    """rows: of each sheet, without its headings.

    dirty: {(sheet, row as Excel counts): the column to be blamed}, "" for a row that goes with another.
    open:  {order no.: Standing} of those that can be imported.
    past:  {order no.: [(status, day)]} of the orders whose Status Notes can be imported.
    """

    rows: dict[str, list[list]] = field(default_factory=lambda: {title: [] for title in HEADINGS})
    dirty: dict[tuple[str, int], str] = field(default_factory=dict)
    open: dict[str, Standing] = field(default_factory=dict)
    past: dict[str, list[tuple[str, date]]] = field(default_factory=dict)
    complete: int = 0

    def add(self, title: str, row: list) -> int:
        self.rows[title].append(row)
        return len(self.rows[title]) + 1

    def spoil(self, title: str, place: int, dirt: Dirt) -> None:
        """Put dirt into the row that Excel counts as `place`."""
        row = self.rows[title][place - 2]
        row[HEADINGS[title].index(dirt.column)] = dirt.dirt
        if dirt == DIRT["Clients"][0]:
            row[HEADINGS[title].index("First Name")] = None
        self.dirty[title, place] = dirt.blamed

    def clean(self, title: str) -> int:
        return len(self.rows[title]) - sum(sheet == title for sheet, _ in self.dirty)

    def workbooks(self) -> dict[str, bytes]:
        """Return the files by name: who and when in one, the work in another."""
        sheets = {title: [HEADINGS[title], *rows] for title, rows in self.rows.items()}
        first = {title: sheets[title] for title in ("Clients", "Sessions")}
        second = {title: sheets[title] for title in ("Proof Orders", "Status Notes")}
        return {"clients.xlsx": books.workbook(**first), "orders.xlsx": books.workbook(**second)}


def make(*, clients: int, sessions: int, open_: int, complete: int, today: date, seed: int = 1) -> Year:
    """Return a year of so many rows, one in twenty of each sheet dirty, and each kind of dirt once at least.

    The same arguments give the same year.
    """
    chance, year = random.Random(seed), Year()
    _add_clients(year, chance, clients)
    _add_sessions(year, chance, sessions, clients, today)
    usable = _spoil_some(year, chance, "Clients", "Sessions")
    for number in range(open_ + complete):
        is_open = number % (open_ + complete) * open_ // (open_ + complete) != (
            (number + 1) * open_ // (open_ + complete)
        )
        _add_order(year, chance, f"P-{number + 1:05}", usable[number % len(usable)], is_open, today)
    _spoil_orders(year, chance)
    return year


def _add_clients(year, chance, count):
    for n in range(count):
        row = [
            10000 + n,
            f"{chance.choice(FAMILIES)}-{n}",
            "Anna",
            f"732 555 {n:04}",
            "",
            f"anna{n}@example.com",
        ]
        year.add("Clients", [*row, f"{n} Mill Lane", "Red Bank", "NJ", "07701", chance.choice(("", "No", "Yes"))])  # fmt: skip


def _add_sessions(year, chance, count, clients, today):
    for n in range(count):
        # The last tenth of the clients has never come: dirt goes there, so that it takes nothing along.
        client = 10000 + n % (clients * 9 // 10)
        day = today - timedelta(days=chance.randrange(30, 365))
        year.add("Sessions", [f"S-{n:05}", client, "", day, chance.choice(TYPES), chance.choice(PEOPLE), ""])


def _spoil_some(year, chance, *titles) -> list[str]:
    """Spoil one row in twenty of each sheet, at its end; return the numbers of sessions that are left."""
    for title in titles:
        count = len(year.rows[title])
        tail = range(count * 9 // 10 + 2, count + 2)
        for at, place in enumerate(sorted(chance.sample(list(tail), max(count // 20, len(DIRT[title]))))):
            year.spoil(title, place, DIRT[title][at % len(DIRT[title])])
    return [row[0] for row in year.rows["Sessions"][: len(year.rows["Sessions"]) * 9 // 10]]


def _add_order(year, chance, number, session, is_open, today):
    began = today - timedelta(days=chance.randrange(3, 40) if is_open else chance.randrange(90, 360))
    way = WAY[: chance.randrange(1, len(WAY))] if is_open else WAY
    day, past = began, []
    for status in way:
        past.append((status, day))
        day = min(day + timedelta(days=chance.randrange(9)), today)
    (status, entered_on), user = past[-1], chance.choice(PEOPLE)
    due = entered_on + timedelta(days=chance.randrange(12)) if is_open and chance.random() < 0.4 else None
    lab = chance.choice(LABS)
    year.add("Proof Orders", [number, session, lab, began, status, entered_on, due, user, ""])
    previous = ""
    for step, changed in past:
        year.add("Status Notes", [number, previous, step, changed, None, chance.choice(PEOPLE), "Eve"])
        previous = step
    year.past[number] = past
    if is_open:
        year.open[number] = Standing(status, entered_on, due, user)
    else:
        year.complete += 1


def _spoil_orders(year, chance):
    """Spoil one order in twenty, and the Status Notes of as many others."""
    numbers = list(year.past)
    spoilt = chance.sample(numbers, max(len(numbers) // 10, 2 * len(DIRT["Proof Orders"])))
    places = {row[0]: at + 2 for at, row in enumerate(year.rows["Proof Orders"])}
    notes: dict[str, list[int]] = {}
    for at, row in enumerate(year.rows["Status Notes"]):
        notes.setdefault(row[0], []).append(at + 2)
    half = len(spoilt) // 2
    for at, number in enumerate(spoilt[:half]):
        year.spoil("Proof Orders", places[number], DIRT["Proof Orders"][at % len(DIRT["Proof Orders"])])
        if year.open.pop(number, None) is None:
            year.complete -= 1
        _leave_out(year, number, notes[number], blamed="Order No.")
    for at, number in enumerate(number for number in spoilt[half:] if len(year.past[number]) > 2):
        _leave_out(year, number, notes[number], blamed="")
        year.spoil("Status Notes", notes[number][2], DIRT["Status Notes"][at % len(DIRT["Status Notes"])])


def _leave_out(year, number, places, *, blamed):
    """Of a past that cannot be taken the first row says so, or the spoilt one; the others go with it."""
    del year.past[number]
    year.dirty |= {("Status Notes", place): "" for place in places}
    year.dirty["Status Notes", places[0]] = blamed


def late_on(year: Year, today: date, *, works_on: Callable[[date], bool]) -> dict[str, int]:
    """Return the business days by which each overdue order is late: counted a day at a time, from the rows alone."""
    late = {}
    for number, standing in year.open.items():
        due = standing.due_date or _later(standing.entered_on, STATUSES[standing.status], works_on)
        if due < today:
            days = (due + timedelta(days=n) for n in range(1, (today - due).days + 1))
            late[number] = sum(map(works_on, days))
    return late


def _later(day, business_days, works_on):
    left = business_days
    while left:
        day += timedelta(days=1)
        left -= works_on(day)
    return day
