"""What would become of a row, as tables of cases; no database."""

from datetime import date

import pytest

from preproduction.moving_in.importing import cells, kinds, rows, sheets
from preproduction.moving_in.importing.cells import DayOrder, Fault
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import EMPTY, Existing, Fate, Known
from preproduction.moving_in.importing.rehearsal import judge
from tests.preproduction.moving_in.importing import books

pytestmark = pytest.mark.any_database

DAYS = [
    # what stands there, day first, month first
    ({"day": "2026-06-10"}, "2026-06-10", "2026-06-10"),
    ("2026-06-10", "2026-06-10", "2026-06-10"),
    ("2026-06-10T14:30:00", "2026-06-10", "2026-06-10"),
    ("3/4/2026", "2026-04-03", "2026-03-04"),
    ("3.4.26", "2026-04-03", "2026-03-04"),
    ("4/3/2026 3:00 PM", "2026-03-04", "2026-04-03"),
    ("10 Dec 2026", "2026-12-10", "2026-12-10"),
    ("Dec 10, 2026", "2026-12-10", "2026-12-10"),
    ("Tuesday, 10th of March 2026", "2026-03-10", "2026-03-10"),
    ("10. März 2026", "2026-03-10", "2026-03-10"),
    ("", None, None),
    (" \u200b", None, None),
    ("31/12/2026", "2026-12-31", "not written as the other days"),
    ("31/2/2026", "no day", "no day"),
    ("next week", "no date that can be read", "no date that can be read"),
    (46183, "the number 46183", "the number 46183"),
    ({"fault": "Excel shows an error here: #REF!."}, "#REF!", "#REF!"),
]


def test_days_are_read_as_they_are_written():
    other = []
    for cell, *wanted in DAYS:
        for order, answer in zip(DayOrder, wanted, strict=True):
            try:
                got = cells.day(cell, order)
            except Fault as fault:
                right = answer is not None and answer in str(fault)
            else:
                right = str(got) == str(answer)
            other += [] if right else [(cell, order, answer)]
    assert other == []


def test_a_day_that_can_be_read_in_two_ways_is_read_in_none():
    with pytest.raises(Fault, match="in two ways"):
        cells.day("3/4/2026", None)
    assert cells.day("31/12/2026", None) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("title", "names", "kind", "columns"),
    [
        ("Clients", books.SPECTRA_CLIENTS, "client", {"number": 0, "last_name": 1, "first_name": 2, "phone": 3, "mobile_phone": 4, "email": 5, "address": 6, "city": 7, "state": 8, "zip": 9}),
        ("Sheet1", books.SPECTRA_SESSIONS, "session", {"number": 0, "client_number": 1, "client_name": 2, "date": 3, "session_type": 4, "photographer": 5, "notes": 6}),
        ("Tabelle1", books.SPECTRA_VENDORS, "vendor", {"name": 0, "account_number": 1, "contact_name": 2, "phone": 3, "email": 4}),
        ("x", ["CLIENT_NO", "CLIENT NAME", "e mail"], "client", {"number": 0, "name": 1, "email": 2}),
        ("x", ["Foo", "Bar"], "", {}),
        ("Clients", ["Name", "Name"], "client", {"name": 0}),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_names(title, names, kind, columns):
    layout = sheets.recognise(title, [(1, ["A list of ours"]), (3, names)])
    assert (layout.kind, layout.columns) == (kind, columns)
    assert layout.header == (3 if kind else 0)


def test_columns_named_as_fields_of_the_studios_own_are_theirs():
    labels, names = {"custom_3": "Album", "custom_4": "Notes"}, ["Order No.", "ALBUM", "Notes", "Lab"]
    layout = sheets.recognise("Orders", [(1, names)])
    assert layout.columns == {"number": 0, "studio_notes": 2, "vendor": 3}
    layout.look_for_custom(labels, names)
    assert layout.columns == {"number": 0, "vendor": 3, "custom_3": 1, "custom_4": 2}
    assert layout.sheet_kind.column("custom_3").label == "Album"
    layout.columns.pop("custom_4")  # somebody has said that this is something else
    layout.look_for_custom({"custom_4": "Notes", "custom_5": "Lab"}, names)
    assert layout.columns == {"number": 0, "custom_5": 3}
    read = rows.read(layout, 0, 2, ["P-1", "gone", "?", "x" * 501])
    assert ("Lab", True) in [(wrong.column, "at most 500" in wrong.sentence) for wrong in read.wrong]


def known(key, name, *, number="", **values):
    return Known(key, {**EMPTY[Kind.CLIENT], "name": name, **values}, frozenset(filter(None, [number])))


HERE = [
    known(1, "Anna Whitfield", email="anna@example.com", phone="732 555 0142", number="7"),
    known(2, "Bob Stone", phone="732 555 0150"),
    known(3, "Bob Stone", phone="732 555 0151"),
    known(4, "Carl Dorn"),
]
CLIENTS = [
    # what the row says, what becomes of it, and of whom
    ({"number": "7", "name": "Anna Miller"}, Fate.CHANGED, 1),
    ({"name": "anna WHITFIELD", "email": "ANNA@example.com", "phone": "732 555 0142"}, Fate.CHANGED, 1),
    ({"name": "Anna Whitfield", "phone": "+1 (732) 555-0142", "email": "new@example.com"}, Fate.CHANGED, 1),
    ({"name": "Anna Whitfield", "email": "anna@example.com"}, Fate.SAME, 1),
    ({"name": "Eve Whitfield", "phone": "732 555 0142"}, Fate.NEW, None),  # families share phones
    ({"name": "Anna Whitfield", "number": "8", "phone": "1"}, Fate.NEW, None),  # two numbers are two
    ({"name": "Anna Whitfield", "email": "other@example.com"}, Fate.DOUBTFUL, None),
    ({"name": "Carl Dorn"}, Fate.DOUBTFUL, None),
    ({"name": "Bob Stone", "phone": "732 555 0151"}, Fate.SAME, 3),
    ({"name": "Dora New"}, Fate.NEW, None),
]


def existing():
    found = Existing()
    for each in HERE:
        found.clients_by_name.setdefault(each.values["name"].lower(), []).append(each)
        for number in each.numbers:
            found.know_number(number, each)
    found.types["wedding"] = "Wedding"
    return found


def row(kind, **values):
    return rows.Row(0, 2, kind, values)


def test_a_client_is_the_same_by_number_or_by_name_and_phone_or_mail():
    other = []
    for values, fate, key in CLIENTS:
        judged = judge(row(Kind.CLIENT, **values), existing())
        if (judged.fate, judged.known and judged.known.key) != (fate, key):
            other.append((values, judged.fate, judged.known))
    assert other == []


def test_the_doubtful_are_who_somebody_says_they_are():
    doubtful = row(Kind.CLIENT, name="Carl Dorn", phone="555")
    assert judge(doubtful, existing(), "new").fate == Fate.NEW
    assert judge(doubtful, existing(), "4").known.key == 4
    assert judge(doubtful, existing(), "1").fate == Fate.DOUBTFUL  # nobody of this name


SESSIONS = [
    ({"client_number": "7"}, Fate.NEW, ""),
    ({"client_name": "Carl Dorn"}, Fate.NEW, ""),
    ({"client_number": "99", "client_name": "Carl Dorn"}, Fate.NEW, ""),
    ({"client_number": "99"}, Fate.REFUSED, "has the number 99"),
    ({"client_name": "Nobody"}, Fate.REFUSED, "is called “Nobody”"),
    ({"client_name": "Bob Stone"}, Fate.REFUSED, "2 clients are called"),
    ({}, Fate.REFUSED, "required"),
    ({"client_number": "7", "session_type": "School"}, Fate.NEW, ""),
    ({"client_number": "7", "session_type": "Left out"}, Fate.REFUSED, "none is to be made"),
]


def test_a_session_finds_its_client_and_type():
    other = []
    for values, fate, part in SESSIONS:
        here = existing()
        here.types_left_out = frozenset(["left out"])
        said = {"number": "S-1", "date": date(2026, 6, 10), "session_type": "Wedding", **values}
        judged = judge(row(Kind.SESSION, **said), here)
        if judged.fate != fate or part not in " ".join(wrong.sentence for wrong in judged.wrong):
            other.append((values, judged.fate, judged.wrong))
    assert other == []


def test_a_photographer_who_is_nobody_here_stays_as_words():
    here = existing()
    here.people["mia lindqvist"] = 5
    for who, person, notes in (("MIA Lindqvist", 5, ""), ("Ansel Adams", None, "Photographer: Ansel Adams")):
        said = {
            "client_number": "7",
            "date": date(2026, 6, 10),
            "session_type": "Wedding",
            "photographer": who,
        }
        values = judge(row(Kind.SESSION, **said), here).values
        assert (values.get("photographer"), values.get("notes", "")) == (person, notes)


# Dirt of known kinds: the field, what stands there, and a part of what is said of it.
DIRT = [
    ("name", "", "required"),
    ("name", " \u200b ", "required"),
    ("name", "…", "seen"),
    ("name", "A" * 201, "at most 200 characters"),
    ("name", "Anna\u202eB", "invisible character"),
    ("name", {"day": "2026-01-02"}, "made a date of this"),
    ("name", {"fault": "A formula without a stored value."}, "without a stored value"),
    ("email", "anna at example", "valid email"),
    ("email", "a@example.com, b@example.com", "valid email"),
    ("phone", "5" * 41, "at most 40 characters"),
    ("notes", "x" * 10_001, "at most 10000 characters"),
    ("address", "x" * 501, "at most 500 characters"),
    ("do_not_contact", "maybe", "Yes or No"),
    ("contact_name", "x" * 121, "at most 120 characters"),
    ("number", "7" * 61, "at most 60 characters"),
    ("zip", {"fault": "Excel shows an error here: #N/A."}, "#N/A"),
]
SESSION_DIRT = [
    ("date", "", "required"),
    ("date", "31.02.2026", "no day"),
    ("date", "12/10/1899", "2000 and 2100"),
    ("date", 20260610, "no date"),
    ("session_type", "", "required"),
    ("session_type", "x" * 61, "at most 60 characters"),
    ("number", "S" * 31, "at most 30 characters"),
    ("location", "a\nb", "invisible character"),
]


def test_each_dirty_cell_is_named_by_row_column_and_sentence():
    other = []
    for kind, clean, dirt in (
        (Kind.CLIENT, {"name": "Anna"}, DIRT),
        (
            Kind.SESSION,
            {"client_name": "Anna", "date": {"day": "2026-06-10"}, "session_type": "Wedding"},
            SESSION_DIRT,
        ),
    ):
        for name, cell, part in dirt:
            said = {**clean, name: cell}
            layout = sheets.Layout(
                "A",
                kind.value,
                1,
                columns={field: place for place, field in enumerate(said)},
                day_order="day",
            )
            read = rows.read(layout, 0, 17, list(said.values()))
            label = kinds.KINDS[kind].column(name).label
            if not any(wrong.column == label and part in wrong.sentence for wrong in read.wrong):
                other.append((name, cell, read.wrong))
            assert rows.read(layout, 0, 17, [*clean.values()]).wrong == [], "the control is clean"
    assert other == []


def test_every_example_is_a_row_that_would_be_taken():
    for kind in kinds.KINDS.values():
        layout = sheets.recognise(kind.many, [(2, [column.label for column in kind.columns])])
        assert layout.kind == kind.kind
        assert set(layout.columns) == {column.name for column in kind.columns}
        assert rows.read(layout, 0, 3, [column.example for column in kind.columns]).wrong == []
