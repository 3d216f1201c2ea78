"""What a sheet can hold, and in which columns.  The words are Spectra's, ours, and what spreadsheets mostly say."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from preproduction.moving_in.importing.columns import Column, Form, Kind, SheetKind, column, fold

_ADDRESS = (
    column("address", "Address", "12 Mill Lane", "The street, or the whole address.",
            "address 1, address1, street, street address, mailing address, billing address, anschrift, strasse, adresse"),
    column("address_2", "Address 2", "Flat 3", "A second line of the address.", "address2, address line 2, apt, suite, unit"),
    column("city", "City", "Red Bank", "Put into the address.", "town, ort, stadt, ville, ciudad"),
    column("state", "State", "NJ", "Put into the address, after the city.", "province, county, region, st, bundesland"),
    column("zip", "Zip", "07701", "Put into the address. A leading 0 needs a cell formatted as text.",
            "zip code, zipcode, postal code, postcode, post code, plz, postleitzahl"),
    column("country", "Country", "", "Put into the address, as its last line.", "land, pays, pais"),
)  # fmt: skip

KINDS: dict[Kind, SheetKind] = {
    kind.kind: kind
    for kind in (
        SheetKind(
            Kind.STATUS, "status", "Statuses", ("statuses", "statuslist"),
            (
                column("description", "Description", "Sent to lab", "Needed. By it a status of your list is known.",
                       "status, status name, name, preproduction status, step, stage", required=True),
                column("default_department", "Default Department", "", "A department of yours.", "department, dept, default dept"),
                column("default_user", "Default User", "", "The name of a user here.", "user, assigned to, assigned user, default assigned user"),
                column("default_duration", "Default Duration", "5", "Business days, 0 to 365. Empty: orders there have no due date.",
                       "duration, days, default days, business days, number of days"),
                column("is_initial", "Initial Status", "No", "Yes or No. Yes for the one where new orders start.", "initial, is initial, first, start", form=Form.YES_NO),
                column("is_final", "Final Status", "No", "Yes or No. Orders at a final status are complete.", "final, is final, last, complete, completed", form=Form.YES_NO),
                column("is_inactive", "Inactive", "No", "Yes or No. Inactive statuses are offered no more.", "archived, is inactive", form=Form.YES_NO),
            ),
            (("description",), ("default_duration", "is_initial", "is_final")),
        ),
        SheetKind(
            Kind.CLIENT, "client", "Clients",
            ("client", "clients", "customer", "customers", "kunden", "contacts", "families"),
            (
                column("number", "Client No.", "10472", "The client's number in the program you come from. Sessions find the client by it.",
                        "client number, client id, clientid, client #, customer no, customer number, customer id, account no, account number, id, no, number, kundennummer"),
                column("name", "Name", "Anna Whitfield", "Needed, or First Name and Last Name.",
                        "client, client name, customer, customer name, full name, display name, client full name, kunde, kundenname, nom"),
                column("first_name", "First Name", "", "Put before Last Name where there is no Name.", "firstname, first, given name, vorname, prenom"),
                column("last_name", "Last Name", "", "Put after First Name where there is no Name.", "lastname, last, surname, family name, nachname"),
                column("contact_name", "Contact", "Mrs. Whitfield", "Whom to ask for, where it is another than the name.",
                        "contact name, contact person, parent, parent name, ansprechpartner"),
                column("phone", "Phone", "732 555 0142", "As you write it. A leading 0 or + needs a cell formatted as text.",
                        "home phone, phone 1, phone1, phone number, telephone, tel, day phone, work phone, telefon"),
                column("mobile_phone", "Mobile phone", "732 555 0143", "As you write it.",
                        "mobile, cell, cell phone, cellphone, phone 2, phone2, handy, mobil, sms"),
                column("email", "Email", "anna@example.com", "One address.", "e-mail, mail, email address, e-mail address, email 1"),
                *_ADDRESS,
                column("do_not_contact", "Do Not Contact", "No", "Yes or No. Triggers send nothing to a client with Yes.",
                        "dnc, do not mail, do not email, no contact, opt out", form=Form.YES_NO),
                column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo, bemerkung, notizen"),
                column("is_inactive", "Inactive", "No", "Yes or No. Inactive clients are hidden from lists.", "archived, is inactive", form=Form.YES_NO),
            ),
            (("name", "last_name", "first_name"),),
        ),
        SheetKind(
            Kind.VENDOR, "vendor", "Vendors", ("vendor", "vendors", "lab", "labs", "supplier", "suppliers", "lieferanten"),
            (
                column("name", "Name", "Northlight Lab", "Needed. Two vendors cannot have the same.",
                        "vendor, vendor name, lab, lab name, supplier, supplier name, company, company name, lieferant, labor"),
                column("account_number", "Account No.", "LS-2291", "The studio's number at the vendor.",
                        "account number, account, acct no, our account, our account number, account #"),
                column("contact_name", "Lab Contact", "Iris Kim", "Whom to call there.", "contact, contact name, contact person, rep, sales rep"),
                column("phone", "Phone", "555 0199", "As you write it.", "phone number, telephone, tel, phone 1, phone1, work phone, telefon"),
                column("email", "Email", "orders@northlight.example.com", "One address.", "e-mail, mail, email address, e-mail address"),
                column("website", "Website", "https://northlight.example.com", "An address that begins with https://.", "web, web site, url, homepage, internet"),
                *_ADDRESS,
                column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo"),
                column("is_in_house", "In-house", "No", "Yes or No. Yes for a lab of your own.", "in house, inhouse, internal, own lab", form=Form.YES_NO),
                column("is_inactive", "Inactive", "No", "Yes or No. Inactive vendors are offered no more.", "archived, is inactive", form=Form.YES_NO),
            ),
            (("name",),),
        ),
        SheetKind(
            Kind.SESSION, "session", "Sessions", ("session", "sessions", "sitting", "sittings", "appointment", "appointments", "shooting"),
            (
                column("number", "Session No.", "S-20931", "The session's own number. Left empty, one is given out.",
                        "session number, session id, session, session #, sitting no, sitting number, sitting, job no, job number, no, number, id"),
                column("client_number", "Client No.", "10472", "As in the sheet of clients. Needed, or Client.",
                        "client number, client id, client #, customer no, customer number, customer id, account no, account number"),
                column("client_name", "Client", "Anna Whitfield", "Needed, or Client No. A name that two clients have needs the number.",
                        "client name, name, customer, customer name, client full name, kunde, family"),
                column("date", "Session Date", "2026-05-18", "Needed. A date of Excel, or a text such as 2026-05-18.",
                        "date, day, sitting date, shoot date, appointment date, session day, datum, termin", form=Form.DAY, required=True),
                column("session_type", "Session Type", "Wedding", "Needed. One that is missing can be made.",
                        "type, kind, sitting type, category, session category, package, art", required=True),
                column("photographer", "Photographer", "Maya Torres", "The name of a user here. Another name is kept in Notes.",
                        "photographer name, shot by, fotograf, artist"),
                column("location", "Location", "Botanical garden", "At most 120 characters.", "place, venue, room, studio, camera room, ort"),
                column("needed_by", "Needed By", "2026-06-12", "The day what is ordered of it has to be ready.",
                        "needed, promised, promised for, promise date, needed on", form=Form.DAY),
                column("needed_for", "Needed For", "Viewing appointment", "At most 100 characters, and only with Needed By.",
                        "promised to, purpose, occasion"),
                column("notes", "Notes", "", "At most 10,000 characters.", "note, comments, comment, remarks, memo, session notes"),
            ),
            (("client_number", "client_name"), ("date",), ("session_type",)),
        ),
        SheetKind(
            Kind.ORDER, "order", "Orders", ("order", "orders", "preproduction", "proofs", "laborders", "auftraege"),
            (
                column("number", "Order No.", "P-1042", "Needed: by it the same order is known the next time.",
                        "order number, order id, order, order #, preproduction no, preproduction number, proof order, no, number, id, auftragsnummer", required=True),
                column("session_number", "Session No.", "S-20931", "Needed, or the client with Session Date and Session Type.",
                        "session number, session id, session, session #, sitting no, sitting number, sitting, job no, job number"),
                column("client_number", "Client No.", "10472", "Where the session is not here: it is then made, if its client is known.",
                        "client number, client id, client #, customer no, customer number, customer id, account no, account number"),
                column("client_name", "Client", "Anna Whitfield", "As Client No.", "client name, name, customer, customer name, client full name, kunde"),
                column("session_date", "Session Date", "2026-05-18", "Of a session that is to be made; the order date, if empty.",
                        "sitting date, shoot date", form=Form.DAY),
                column("session_type", "Session Type", "Wedding", "Of a session that is to be made.", "sitting type, session category"),
                column("vendor", "Vendor", "Northlight Lab", "The name of a vendor. One that is missing can be made.", "vendor name, lab, lab name, supplier, labor"),
                column("order_date", "Order Date", "2026-05-20", "Needed. Not in the future.",
                        "date, date ordered, ordered, ordered on, created, entry date, date entered, entered", form=Form.DAY, required=True),
                column("status", "Status", "Sent to lab", "Needed: a status of your status list. At a final one the order is complete.",
                        "current status, preproduction status, order status, step", required=True),
                column("entered_on", "Status Date", "2026-05-21", "Since when the order is at its status; the order date, if empty.",
                        "date of status, status since, entered status, status entered, date completed, last status date, status changed", form=Form.DAY),
                column("due_date", "Status Due Date", "2026-05-29", "Until when. Left empty, it is counted from Status Date.",
                        "due date, due, date due, due on, deadline", form=Form.DAY),
                column("department", "Department", "", "A department of yours. With User empty, too, the status's own.", "dept, assigned dept, assigned department, assigned to dept, abteilung"),
                column("user", "User", "Maya Torres", "Who has it. A name that is no user here is kept in Studio Notes.",
                        "assigned to, assigned user, assigned to user, owner, agent, responsible"),
                column("needed_by", "Needed By", "2026-06-12", "The day the whole order has to be ready.",
                        "needed, promised, promised for, promise date, delivery date, needed on", form=Form.DAY),
                column("needed_for", "Needed For", "Viewing appointment", "At most 100 characters, and only with Needed By.",
                        "promised to, purpose, occasion"),
                column("priority", "Priority", "Normal", "Low, Normal, High or Rush.", "rush, urgency"),
                column("vendor_order_number", "Vendor Order No.", "", "At most 60 characters.", "lab order no, lab order number, vendor order number, vendor order #, lab order #"),
                column("vendor_invoice_number", "Vendor Invoice No.", "", "At most 60 characters.", "invoice no, invoice number, lab invoice, invoice #"),
                column("vendor_invoice_amount", "Vendor Invoice Amount", "", "Such as 12.50.", "invoice amount, amount, cost, lab cost"),
                column("entered_by", "Entered By", "", "The name of a user here. Another is kept in Studio Notes.", "created by, entered by user"),
                column("studio_notes", "Studio Notes", "", "At most 10,000 characters.", "notes, note, comments, remarks, internal notes"),
                column("vendor_notes", "Vendor Notes", "", "At most 10,000 characters.", "lab notes, instructions, notes to vendor"),
            ),
            (("number",), ("order_date",), ("status",), ("session_number", "client_number", "client_name")),
        ),
        SheetKind(
            Kind.NOTE, "row of Status Notes", "Status Notes", ("statusnotes", "statushistory", "statuschanges", "orderhistory"),
            (
                column("number", "Order No.", "P-1042", "Needed: an order of these files, or one that was imported and that nobody has worked on since.",
                       "order number, order id, order, order #, preproduction no, preproduction number, proof order, auftragsnummer", required=True),
                column("from", "From", "Proofs in retouching", "The status that was left; empty in the first row of an order.",
                       "from status, old status, previous status, previous, status from, von"),
                column("to", "To", "Sent to lab", "Needed: the status that was entered. In an order's last row it is the one where it stands.",
                       "to status, new status, changed to, change to status, status to, status, nach", required=True),
                column("completed_on", "Date Completed", "2026-05-21", "Needed: the day of the change. Each is no earlier than the one before.",
                       "completed on, completed, date, date changed, changed on, status date, changed, datum", form=Form.DAY, required=True),
                column("due_date", "Due Date", "2026-05-22", "Until when the status that was left was due.",
                       "due, date due, status due date, due on", form=Form.DAY),
                column("department", "Department", "", "Whose the status was that was left. Another than yours is kept as words.",
                       "dept, assigned dept, assigned department, abteilung"),
                column("user", "User", "Maya Torres", "Who had it. A name that is no user here is kept as words.",
                       "assigned to, assigned user, owner, responsible"),
                column("late_reason", "Late Reason", "Lab is behind", "Why the status that was left was late. One that is not in your list is kept as words.",
                       "late because, reason code, delay code"),
                column("delay_reason", "Reason", "", "The same in words. At most 200 characters.",
                       "reason for delay, delay reason, why late"),
                column("entered_by", "Entered By", "", "Who made the change. Another than a user here is kept as words.",
                       "updated by, status updated by, changed by, recorded by, by"),
                column("note", "Note", "", "At most 2,000 characters.", "notes, comment, comments, remarks"),
            ),
            (("number",), ("to",), ("completed_on",)),
        ),
    )
}  # fmt: skip
ORDER_OF_KINDS = tuple(Kind)

# Before the key of a custom field, as the name of its column.
CUSTOM = "custom_"
_RULE = "A field of your own: one line, at most 500 characters."


def with_custom(kind: Kind, labels: Mapping[str, str]) -> SheetKind:
    """Return what a sheet of `kind` can hold, with the fields of the studio's own.  labels: by the names of the columns."""
    return _with_custom(kind, tuple(labels.items())) if kind == Kind.ORDER else KINDS[kind]


@cache
def _with_custom(kind: Kind, labels: tuple[tuple[str, str], ...]) -> SheetKind:
    own = (Column(name, label, "", _RULE, (fold(label),)) for name, label in labels)
    return replace(KINDS[kind], columns=(*KINDS[kind].columns, *own))
