"""What becomes of a call on the call list."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone
from django.utils.formats import date_format

from studio.models import User
from triggers.models import Communication, Task

MOST_NOTES = 2000  # as Task.notes


@transaction.atomic
def finish_call(call: Task, *, outcome: str, by: User) -> bool:
    """Mark `call` done, with what was said, and write it down on its order.

    Returns whether it was still to be made: of two people only one has made it.
    """
    done = Task.objects.calls().filter(pk=call.pk, done_at=None)
    if not done.update(done_at=timezone.now(), done_by=by, outcome=outcome):
        return False
    if call.order_id:
        Communication.objects.create(
            order_id=call.order_id,
            kind=Communication.Kind.CALL,
            with_whom=call.call_name[:120],
            summary=outcome,
            recorded_by=by,
        )
    return True


def note_no_answer(call: Task, *, note: str, by: User) -> bool:
    """Keep `call` on the list, and put on top of its notes who tried when.  Returns whether it was still to be made."""
    moment = date_format(timezone.localtime(), "D j M Y, H:i")
    line = f"No answer, {moment}, {by}{': ' + note if note else ''}\n"
    return bool(
        Task.objects.calls()
        .filter(pk=call.pk, done_at=None)
        .update(notes=Left(Concat(Value(line), F("notes")), MOST_NOTES))
    )
