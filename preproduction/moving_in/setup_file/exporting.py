"""The set-up as it is: for a file, for comparing, and as a short text that is another after any change."""

import hashlib
from typing import Any

from preproduction.moving_in.setup_file.reading import VERSION
from preproduction.moving_in.setup_file.sections import SECTIONS
from preproduction.moving_in.setup_file.single import Single
from preproduction.moving_in.setup_file.writing import write

HEADING = """\
# The set-up of a studio. Maintenance > Set-up File shows what it would change before it is applied.
#
# Things are known by their names. What a thing does not say is as it is for a new one; a thing that is not named here
# stays as it is, and nothing is deleted. People, addresses and secrets are not in it: what needs them comes
# back empty, and such triggers come switched off. A duration counts business days.

"""

# What there is of each section: of a table its lines, of a list all its things by their keys.
Snapshot = dict[str, Any]


def snapshot() -> Snapshot:
    """Return the set-up in the words of the file, with all fields.  A query or two for each section."""
    found: Snapshot = {}
    for section in SECTIONS:
        if isinstance(section, Single):
            found[section.name] = section.said()
        else:
            found[section.name] = {key: section.said(row) for key, row in section.stored().items()}
    return found


def as_text() -> str:
    """Return the file of the set-up as it is now."""
    document: dict[str, Any] = {"version": VERSION}
    for section in SECTIONS:
        if isinstance(section, Single):
            document[section.name] = section.said()
        elif rows := section.stored().values():
            document[section.name] = [_short(section, section.exported(row)) for row in rows]
    return HEADING + write(document)


def _short(section, values):
    return {field.name: values[field.name] for field in section.fields if values[field.name] != field.usual}


def fingerprint(set_up: Snapshot | None = None) -> str:
    """Return a short text that is another after any change of the set-up, what is withheld from files included."""
    withheld = [
        list(section.model.objects.order_by("pk").values_list("pk", *section.withheld))
        for section in SECTIONS
        if not isinstance(section, Single)
    ]
    set_up = snapshot() if set_up is None else set_up
    return hashlib.sha256(repr([set_up, withheld]).encode()).hexdigest()[:32]
