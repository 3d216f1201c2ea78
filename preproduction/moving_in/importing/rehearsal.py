"""What would become of a row, given what exists.  Pure: rows and an Existing in, a Judgement out.

The rehearsal asks for all rows, and keeps in Existing what they would make; the act asks again for fifty at a time, in
the transaction in which it writes them.  So both give the same answers, and what has changed between them is seen.
"""

from preproduction.moving_in.importing.clients import judge_client
from preproduction.moving_in.importing.columns import Kind
from preproduction.moving_in.importing.facts import Existing, Fate, Judgement, compared
from preproduction.moving_in.importing.notes import judge_notes
from preproduction.moving_in.importing.orders import judge_order
from preproduction.moving_in.importing.rows import Row
from preproduction.moving_in.importing.sessions import judge_session
from preproduction.moving_in.importing.statuses import judge_status
from studio import texts


def judge(row: Row, existing: Existing, choice: str = "") -> Judgement:
    """Return what becomes of `row`.  choice: what somebody has answered, of a doubtful client."""
    if row.kind == Kind.NOTE:
        return judge_notes(row, existing)
    if row.wrong:
        return Judgement(row, Fate.REFUSED, wrong=row.wrong)
    if row.kind == Kind.STATUS:
        return judge_status(row, existing)
    if row.kind == Kind.CLIENT:
        return judge_client(row, existing, choice)
    if row.kind == Kind.VENDOR:
        return compared(row, row.values, existing.vendors.get(texts.unique_key(row.values["name"])))
    return judge_order(row, existing) if row.kind == Kind.ORDER else judge_session(row, existing)
