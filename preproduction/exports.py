"""The two papers of one order, and the matrix of Overdue on paper.  They take objects, and never see a request.

The work order stays in the studio: it shows who does what, and prints both notes.  The purchase order goes to the
vendor: what is ordered and the Vendor Notes, nothing about the studio's own affairs.
"""

from preproduction.late_bands import LateBand, PromiseAlone
from preproduction.models import ImageLine, Order
from preproduction.overdue_matrix import Row
from studio.exports.letterhead import letterhead
from studio.models import CompanyPreferences
from studio.paper import pdf
from studio.paper.blocks import Block
from studio.paper.columns import Column
from studio.paper.values import INT


def work_order(order: Order, *, studio: CompanyPreferences) -> bytes:
    """Return the work order of `order`, which is joined as Order.objects.for_page() does.  Two queries."""
    session, status = order.session, order.status
    story = [
        pdf.paragraph(_in_a_line(studio), muted=True),
        pdf.gap(6),
        pdf.facts(
            [
                ("Client", session.client.name),
                ("Status", str(status or "No status")),
                ("Client Phone", session.client.phone or session.client.mobile_phone),
                ("Status Due Date", "On hold" if order.is_on_hold else order.status_due_date),
                ("Needed By", order.needed_by),
                ("Needed For", order.needed_for),
                ("Session No.", session.number),
                ("Department", str(order.department or "")),
                ("Session Date", session.date),
                ("User", order.user_in_words),
                ("Session Type", str(session.session_type)),
                ("Priority", order.get_priority_display()),
                ("Photographer", str(session.photographer or "")),
                ("Order Date", order.order_date),
                ("Vendor", str(order.vendor or "")),
                ("Entered By", str(order.entered_by)),
                ("Vendor Order No.", order.vendor_order_number),
                ("Vendor Invoice No.", order.vendor_invoice_number),
            ]
        ),
        *_images(order, with_returned=True),
        *pdf.notes("Studio Notes", order.studio_notes),
        *pdf.notes("Vendor Notes", order.vendor_notes),
        *_custom(order),
        pdf.gap(16),
        pdf.signatures(["Done by", "Checked by", "Date"]),
    ]
    return pdf.write_document(
        story,
        title=f"Work Order {order.number}",
        subtitle=session.client.name,
        barcode=order.number,
        **letterhead(studio),
    )


def purchase_order(order: Order, *, studio: CompanyPreferences) -> bytes:
    """Return the purchase order of `order`, which is joined as Order.objects.for_page() does.  One query."""
    vendor = order.vendor
    story = [
        pdf.facts([("To", _vendor_address(vendor)), ("From", _studio_address(studio))]),
        pdf.gap(8),
        pdf.facts(
            [
                ("Order No.", order.number),
                ("Order Date", order.order_date),
                ("Our account", vendor.account_number if vendor else ""),
                ("Your order no.", order.vendor_order_number),
                ("Session No.", order.session.number),
                ("Client", order.session.client.name),
                ("Needed By", order.needed_by),
            ]
        ),
        *_images(order, with_returned=False),
        *pdf.notes("Vendor Notes", order.vendor_notes),
        pdf.gap(16),
        pdf.signatures(["Ordered by", "Date"]),
    ]
    return pdf.write_document(
        story,
        title=f"Purchase Order {order.number}",
        subtitle=vendor.name if vendor else "No vendor chosen",
        barcode=order.number,
        **letterhead(studio),
    )


def matrix_on_paper(rows: list[Row], total: Row, bands: list[LateBand | PromiseAlone]) -> list[Block]:
    """Return the rows of overdue_matrix() as blocks above the list; none where nothing is overdue."""
    if not rows:
        return []
    columns = [
        Column("Department"),
        Column("User"),
        *(Column(band.words, INT) for band in bands),
        Column("All", INT),
    ]
    lines = []
    for row in [*rows, total]:
        lines.append([row.words, None, *_counts(row)])
        lines += [[None, user.words, *_counts(user)] for user in row.users]
    return [
        pdf.heading("Business days late, by department and user"),
        pdf.table(columns, lines),
        pdf.gap(),
        pdf.heading("Overdue orders"),
    ]


def _counts(row: Row) -> list[int]:
    return [cell.count for cell in row.cells]


def _images(order: Order, *, with_returned: bool) -> list:
    lines = list(order.images.all())
    if not lines:
        return [pdf.gap(6), pdf.heading("Images"), pdf.paragraph("No images are entered.", muted=True)]
    columns = [
        Column("File or Frame Range"),
        Column("Proof Type"),
        Column("Proof Size"),
        Column("Quantity Sent", INT),
    ]
    if with_returned:
        columns += [Column("Quantity Returned", INT), Column("Missing", INT)]
    rows = [_image_row(line, with_returned) for line in lines]
    rows.append(_total_row(lines, with_returned))
    return [pdf.gap(6), pdf.heading("Images"), pdf.table(columns, rows)]


def _image_row(line: ImageLine, with_returned: bool) -> list:
    row = [line.files, line.proof_type, line.proof_size, line.quantity_sent]
    return [*row, line.quantity_returned, line.missing] if with_returned else row


def _total_row(lines: list[ImageLine], with_returned: bool) -> list:
    row = ["Total", None, None, sum(line.quantity_sent for line in lines)]
    if with_returned:
        row += [sum(line.quantity_returned for line in lines), sum(line.missing for line in lines)]
    return row


def _custom(order: Order) -> list:
    values = order.custom_values.exclude(value="").select_related("field")
    pairs = [(value.field.label, value.value) for value in values]
    return [pdf.gap(6), pdf.facts(pairs)] if pairs else []


def _studio_address(studio: CompanyPreferences) -> str:
    return _lines(studio.name, studio.address, studio.phone, studio.email, studio.website)


def _in_a_line(studio: CompanyPreferences) -> str:
    address = ", ".join(filter(None, map(str.strip, studio.address.splitlines())))
    return " · ".join(filter(None, [address, studio.phone, studio.email, studio.website]))


def _vendor_address(vendor) -> str:
    if vendor is None:
        return ""
    return _lines(vendor.name, vendor.contact_name, vendor.address, vendor.phone, vendor.email)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
