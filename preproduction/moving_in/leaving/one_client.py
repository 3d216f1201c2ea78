"""All about one client as one workbook: the sheets of an export that are of a client, with what is theirs."""

from collections.abc import Iterator

from preproduction.moving_in.leaving.sheets import CLIENTS, ORDERS, SESSIONS, Sheet, with_beside
from preproduction.moving_in.leaving.sheets_to_read import OF_A_CLIENT
from studio.exports.xlsx import SheetRows, write_book
from studio.models import Client

SHEETS: tuple[Sheet, ...] = (*with_beside((CLIENTS, SESSIONS, ORDERS)), *OF_A_CLIENT)
READ_AT_ONCE = 500


def workbook(client: Client, *, paper: str) -> bytes:
    """Return an .xlsx.  A query for each sheet; sheets of which there is nothing are left out."""
    return write_book(title=client.name, sheets=_sheets(client), paper=paper)


def _sheets(client: Client) -> Iterator[SheetRows]:
    for sheet in (each.settled() for each in SHEETS):
        records = sheet.of_client(client).order_by("pk").iterator(READ_AT_ONCE)
        first = next(records, None)
        if first is not None:
            yield SheetRows(sheet.title, sheet.headings, _rows(sheet, first, records))


def _rows(sheet, first, others):
    yield sheet.cells(first)
    yield from map(sheet.cells, others)
