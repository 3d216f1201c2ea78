"""What a sheet can hold, by which words its columns are known, and the rules of each.

A column is known by its name however it is written: "Client No.", "client_no", "CLIENT NO".  The words are Spectra's,
ours, and what spreadsheets mostly say.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from studio import texts

# Of the rows at the top of a sheet, one has the names of the columns.
SEARCHED_FOR_NAMES = 10
# What a workbook of refused rows has beside the columns of the sheet.
WRONG = "What is wrong"
_NUMBER_SIGN = re.compile(r"[#№]|\bnr\b")


class Kind(StrEnum):
    """What a sheet holds, in the order in which kinds are imported: each names some of those before it."""

    VENDOR = "vendor"
    CLIENT = "client"
    SESSION = "session"
    ORDER = "order"


class Form(StrEnum):
    TEXT = "text"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Column:
    """name: of the field.  label: as our pages have it.  words: other names, folded.  rule: as the sheets to fill in say it."""

    name: str
    label: str
    example: str
    rule: str
    words: tuple[str, ...] = ()
    form: Form = Form.TEXT
    required: bool = False


@dataclass(frozen=True)
class SheetKind:
    """words: of a sheet's or a file's name, folded."""

    kind: Kind
    one: str
    many: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    # Of these at least one, or the sheet is not of this kind.
    needs: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def fold(name: object) -> str:
    """Return the name of a column without case, accents, blanks and signs."""
    text = texts.sort_key(str(name or "")[:200])
    return re.sub(r"[\W_]+", "", _NUMBER_SIGN.sub(" no ", text))


def _column(name, label, example, rule, words="", **others) -> Column:
    known = dict.fromkeys(fold(word) for word in (label, name.replace("_", " "), *words.split(", ")) if word)
    return Column(name, label, example, rule, tuple(known), **others)


_ADDRESS = (
    _column("address", "Address", "12 Mill Lane", "The street, or the whole address.",
            "address 1, address1, street, street address, mailing address, billing address, anschrift, strasse, adresse"),
    _column("address_2", "Address 2", "Flat 3", "A second line of the address.", "address2, address line 2, apt, suite, unit"),
    _column("city", "City", "Red Bank", "Put into the address.", "town, ort, stadt, ville, ciudad"),
    _column("state", "State", "NJ", "Put into the address, after the city.", "province, county, region, st, bundesland"),
    _column("zip", "Zip", "07701", "Put into the address. A leading 0 needs a cell formatted as text.",
            "zip code, zipcode, postal code, postcode, post code, plz, postleitzahl"),
    _column("country", "Country", "", "Put into the address, as its last line.", "land, pays, pais"),
)  # fmt: skip

KINDS: dict[Kind, SheetKind] = {
    kind.kind: kind
    for kind in (
        SheetKind(
            Kind.CLIENT, "client", "Clients",
            ("client", "clients", "customer", "customers", "kunden", "contacts", "families"),
            (
                _column("number", "Client No.", "10472", "The client's number in the program you come from. Sessions find the client by it.",
                        "client number, client id, clientid, client #, customer no, customer number, customer id, account no, account number, id, no, number, kundennummer"),
                _column("name", "Name", "Anna Whitfield", "Needed, or First Name and Last Name.",
                        "client, client name, customer, customer name, full name, display name, client full name, kunde, kundenname, nom"),
                _column("first_name", "First Name", "", "Put before Last Name where there is no Name.", "firstname, first, given name, vorname, prenom"),
                _column("last_name", "Last Name", "", "Put after First Name where there is no Name.", "lastname, last, surname, family name, nachname"),
                _column("contact_name", "Contact", "Mrs. Whitfield", "Whom to ask for, where it is another than the name.",
                        "contact name, contact person, parent, parent name, ansprechpartner"),
                _column("phone", "Phone", "732 555 0142", "As you write it. A leading 0 or + needs a cell formatted as text.",
                        "home phone, phone 1, phone1, phone number, telephone, tel, day phone, work phone, telefon"),
                _column("mobile_phone", "Mobile phone", "732 555 0143", "As you write it.",
                        "mobile, cell, cell phone, cellphone, phone 2, phone2, handy, mobil, sms"),
                _column("email", "Email", "anna@example.com", "One address.", "e-mail, mail, email address, e-mail address, email 1"),
                *_ADDRESS,
                _column("do_not_contact", "Do Not Contact", "No", "Yes or No. Triggers send nothing to a client with Yes.",
                        "dnc, do not mail, do not email, no contact, opt out", form=Form.YES_NO),
                _column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo, bemerkung, notizen"),
                _column("is_inactive", "Inactive", "No", "Yes or No. Inactive clients are hidden from lists.", "archived, is inactive", form=Form.YES_NO),
            ),
            (("name", "last_name", "first_name"),),
        ),
        SheetKind(
            Kind.VENDOR, "vendor", "Vendors", ("vendor", "vendors", "lab", "labs", "supplier", "suppliers", "lieferanten"),
            (
                _column("name", "Name", "Northlight Lab", "Needed. Two vendors cannot have the same.",
                        "vendor, vendor name, lab, lab name, supplier, supplier name, company, company name, lieferant, labor"),
                _column("account_number", "Account No.", "LS-2291", "The studio's number at the vendor.",
                        "account number, account, acct no, our account, our account number, account #"),
                _column("contact_name", "Lab Contact", "Iris Kim", "Whom to call there.", "contact, contact name, contact person, rep, sales rep"),
                _column("phone", "Phone", "555 0199", "As you write it.", "phone number, telephone, tel, phone 1, phone1, work phone, telefon"),
                _column("email", "Email", "orders@northlight.example.com", "One address.", "e-mail, mail, email address, e-mail address"),
                _column("website", "Website", "https://northlight.example.com", "An address that begins with https://.", "web, web site, url, homepage, internet"),
                *_ADDRESS,
                _column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo"),
                _column("is_in_house", "In-house", "No", "Yes or No. Yes for a lab of your own.", "in house, inhouse, internal, own lab", form=Form.YES_NO),
                _column("is_inactive", "Inactive", "No", "Yes or No. Inactive vendors are offered no more.", "archived, is inactive", form=Form.YES_NO),
            ),
            (("name",),),
        ),
        SheetKind(
            Kind.SESSION, "session", "Sessions", ("session", "sessions", "sitting", "sittings", "appointment", "appointments", "shooting"),
            (
                _column("number", "Session No.", "S-20931", "The session's own number. Left empty, one is given out.",
                        "session number, session id, session, session #, sitting no, sitting number, sitting, job no, job number, no, number, id"),
                _column("client_number", "Client No.", "10472", "As in the sheet of clients. Needed, or Client.",
                        "client number, client id, client #, customer no, customer number, customer id, account no, account number"),
                _column("client_name", "Client", "Anna Whitfield", "Needed, or Client No. A name that two clients have needs the number.",
                        "client name, name, customer, customer name, client full name, kunde, family"),
                _column("date", "Session Date", "2026-05-18", "Needed. A date of Excel, or a text such as 2026-05-18.",
                        "date, day, sitting date, shoot date, appointment date, session day, datum, termin", form=Form.DAY, required=True),
                _column("session_type", "Session Type", "Wedding", "Needed. One that is missing can be made.",
                        "type, kind, sitting type, category, session category, package, art", required=True),
                _column("photographer", "Photographer", "Maya Torres", "The name of a user here. Another name is kept in Notes.",
                        "photographer name, shot by, fotograf, artist"),
                _column("location", "Location", "Botanical garden", "At most 120 characters.", "place, venue, room, studio, camera room, ort"),
                _column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo, session notes"),
            ),
            (("client_number", "client_name"), ("date",), ("session_type",)),
        ),
        SheetKind(
            Kind.ORDER, "order", "Orders", ("order", "orders", "preproduction", "proofs", "laborders", "auftraege"),
            (
                _column("number", "Order No.", "P-1042", "Needed: by it the same order is known the next time.",
                        "order number, order id, order, order #, preproduction no, preproduction number, proof order, no, number, id, auftragsnummer", required=True),
                _column("session_number", "Session No.", "S-20931", "Needed, or the client with Session Date and Session Type.",
                        "session number, session id, session, session #, sitting no, sitting number, sitting, job no, job number"),
                _column("client_number", "Client No.", "10472", "Where the session is not here: it is then made, if its client is known.",
                        "client number, client id, client #, customer no, customer number, customer id, account no, account number"),
                _column("client_name", "Client", "Anna Whitfield", "As Client No.", "client name, name, customer, customer name, client full name, kunde"),
                _column("session_date", "Session Date", "2026-05-18", "Of a session that is to be made; the order date, if empty.",
                        "sitting date, shoot date", form=Form.DAY),
                _column("session_type", "Session Type", "Wedding", "Of a session that is to be made.", "sitting type, session category"),
                _column("vendor", "Vendor", "Northlight Lab", "The name of a vendor. One that is missing can be made.", "vendor name, lab, lab name, supplier, labor"),
                _column("order_date", "Order Date", "2026-05-20", "Needed. Not in the future.",
                        "date, date ordered, ordered, ordered on, created, entry date, date entered, entered", form=Form.DAY, required=True),
                _column("status", "Status", "Sent to lab", "Needed: a status of your status list. At a final one the order is complete.",
                        "current status, preproduction status, order status, step", required=True),
                _column("entered_on", "Status Date", "2026-05-21", "Since when the order is at its status; the order date, if empty.",
                        "date of status, status since, entered status, status entered, date completed, last status date, status changed", form=Form.DAY),
                _column("due_date", "Status Due Date", "2026-05-29", "Until when. Left empty, it is counted from Status Date.",
                        "due date, due, date due, due on, deadline", form=Form.DAY),
                _column("department", "Department", "", "A department of yours. With User empty, too, the status's own.", "dept, assigned dept, assigned department, assigned to dept, abteilung"),
                _column("user", "User", "Maya Torres", "Who has it. A name that is no user here is kept in Studio Notes.",
                        "assigned to, assigned user, assigned to user, owner, agent, responsible"),
                _column("needed_by", "Needed By", "2026-06-12", "The day the whole order has to be ready.",
                        "needed, promised, promised for, promise date, delivery date, needed on", form=Form.DAY),
                _column("needed_for", "Needed For", "Viewing appointment", "At most 100 characters, and only with Needed By.",
                        "promised to, purpose, occasion"),
                _column("priority", "Priority", "Normal", "Low, Normal, High or Rush.", "rush, urgency"),
                _column("vendor_order_number", "Vendor Order No.", "", "At most 60 characters.", "lab order no, lab order number, vendor order number, vendor order #, lab order #"),
                _column("vendor_invoice_number", "Vendor Invoice No.", "", "At most 60 characters.", "invoice no, invoice number, lab invoice, invoice #"),
                _column("vendor_invoice_amount", "Vendor Invoice Amount", "", "Such as 12.50.", "invoice amount, amount, cost, lab cost"),
                _column("entered_by", "Entered By", "", "The name of a user here. Another is kept in Studio Notes.", "created by, entered by user"),
                _column("studio_notes", "Studio Notes", "", "At most 10,000 characters.", "notes, note, comments, remarks, internal notes"),
                _column("vendor_notes", "Vendor Notes", "", "At most 10,000 characters.", "lab notes, instructions, notes to vendor"),
            ),
            (("number",), ("order_date",), ("status",), ("session_number", "client_number", "client_name")),
        ),
    )
}  # fmt: skip
ORDER_OF_KINDS = tuple(Kind)


@dataclass
class Layout:
    """How one sheet is read.  As plain values in ImportRun.sheets.

    header:    the number of the row with the names of the columns; 0 where none was found.
    columns:   {field: place of its column, from 0}
    day_order: a DayOrder; "" where none is known or needed.
    asks:      whether a person has to look at it before anything is imported.
    """

    title: str
    kind: str = ""
    header: int = 0
    digest: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    day_order: str = ""
    asks: bool = False

    @property
    def sheet_kind(self) -> SheetKind | None:
        return KINDS.get(self.kind) if self.kind else None


def digest(names: Sequence[object]) -> str:
    """Return what is the same for two sheets with the same names of columns."""
    folded = [name for name in map(fold, names) if name != fold(WRONG)]
    return hashlib.sha256("\n".join(folded).encode()).hexdigest()[:32]


def recognise(title: str, top: Sequence[tuple[int, Sequence[object]]]) -> Layout:
    """Return how a sheet is most likely to be read.  top: number and cells of its first rows."""
    best, score = Layout(title, asks=True), 0
    for number, cells in top[:SEARCHED_FOR_NAMES]:
        for sheet_kind in KINDS.values():
            columns = match(sheet_kind, cells)
            fits = all(any(name in columns for name in names) for names in sheet_kind.needs)
            named = fold(title) in sheet_kind.words or any(word in fold(title) for word in sheet_kind.words)
            points = len(columns) + 3 * named + 3 * fits if len(columns) > 1 or (fits and named) else 0
            if points > score:
                best = Layout(title, sheet_kind.kind.value, number, digest(cells), columns, asks=not fits)
                score = points
    return best


def match(sheet_kind: SheetKind, cells: Sequence[object]) -> dict[str, int]:
    """Return {field: place} of the columns that are known by their names; of two that fit, the more telling one."""
    names = [fold(cell) if isinstance(cell, str) else "" for cell in cells]
    found: dict[str, int] = {}
    for rank in range(max(len(column.words) for column in sheet_kind.columns)):
        for column in sheet_kind.columns:
            if column.name in found or rank >= len(column.words):
                continue
            places = [
                place for place, name in enumerate(names)
                if name == column.words[rank] and place not in found.values()
            ]  # fmt: skip
            if places:
                found[column.name] = places[0]
    return found


def missing(sheet_kind: SheetKind, columns: Mapping[str, int]) -> str:
    """Say which columns a sheet still needs; "" where it has all."""
    lacking = [
        " or ".join(sheet_kind.column(name).label for name in names)
        for names in sheet_kind.needs
        if not any(name in columns for name in names)
    ]
    return f"Say which column is {' and which is '.join(lacking)}." if lacking else ""
