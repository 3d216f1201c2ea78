"""README.txt: what is in an export, how it goes in again, and what does not."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from preproduction.moving_in.leaving.files import TO_IMPORT, TO_READ
from preproduction.moving_in.leaving.sheets import Sheet, with_beside
from studio.uploads import MOST_MEGABYTES

TEXT = """\
Everything that this studio has here, {moment}.

In "{to_import}": {imported}.
  These have the headings that Import knows, and go in again as they are.
In "{to_read}": {read}.
  These are for reading, or for another program. Import does not take them back.
set-up.toml: statuses, calendar, departments, session types, custom fields, triggers, templates.
  Maintenance > Set-up File takes it back.

Days are dates of Excel. A long sheet is divided: "Orders 1", "Orders 2".

To put it into an empty studio:

1. Maintenance > Set-up File: upload set-up.toml, and apply it.
2. Maintenance > Users: make the people, under the names that they have in "{to_read}/People".
   Somebody who is not here by then stays as words in the notes of an order or session.
3. Maintenance > Import: all of "{to_import}", at most 10 files and {most} MB at once, in this order: {imported}.

What does not come back on import: {lost}.
Nor do: passwords, second factors, addresses and secrets of triggers; who changed what in Maintenance; saved views;
what an undone import had made. An order on hold comes back with its clock running. An order that has no status is
refused. Two clients of one name with the same phone or email become one.
"""


def text(sheets: Iterable[Sheet], moment: datetime) -> str:
    every = with_beside(sheets)
    read = [sheet.title for sheet in every if not sheet.comes_back]
    return TEXT.format(
        moment=timezone.localtime(moment).strftime("%Y-%m-%d %H:%M"),
        to_import=TO_IMPORT,
        most=MOST_MEGABYTES,
        to_read=TO_READ,
        imported=", ".join(sheet.title for sheet in every if sheet.comes_back),
        read=", ".join(read),
        lost=", ".join(read),
    )
