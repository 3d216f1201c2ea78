"""What becomes of a task, or of a call on the call list."""

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone

from studio import dates
from studio.models import Department, User
from studio.refusal import OperationRefused, OutdatedPage
from triggers.models import Communication, Task

MOST_NOTES = 2000  # as Task.notes


@transaction.atomic
def finish_task(task: Task, *, by: User, outcome: str = "") -> bool:
    """Mark `task` done; what was said in a call is written down on its order.

    Returns whether it was still to be done: of two people only one has done it.
    """
    waiting = Task.objects.waiting().filter(pk=task.pk)
    if not waiting.update(done_at=timezone.now(), done_by=by, outcome=outcome):
        return False
    if task.is_call and task.order_id:
        Communication.objects.create(
            order_id=task.order_id,
            kind=Communication.Kind.CALL,
            with_whom=task.call_name[:120],
            summary=outcome,
            recorded_by=by,
        )
    return True


def reassign_task(task: Task, *, department: Department | None, assigned_user: User | None) -> None:
    """Give `task`, as it was shown, to somebody else.

    Raises OperationRefused where nobody would have it, and OutdatedPage where it is done, or has gone to somebody else,
    since it was shown.
    """
    if department is None and assigned_user is None:
        raise OperationRefused(f"{task.named} was left as it is: somebody, or a department, has to do it.")
    as_shown = Task.objects.waiting().filter(
        pk=task.pk, department=task.department_id, assigned_user=task.assigned_user_id
    )
    if as_shown.update(department=department, assigned_user=assigned_user, touched_at=timezone.now()):
        return
    now = Task.objects.for_table().get(pk=task.pk)
    became = f"done by {now.done_by}" if now.done_at else f"given to {now.assigned_user or now.department}"
    raise OutdatedPage(f"{task.named} was left as it is: meanwhile it was {became}.")


def reopen_task(task: Task) -> bool:
    """Let `task` be done again.  Returns whether it was done."""
    done = Task.objects.done().filter(pk=task.pk)
    return bool(done.update(done_at=None, done_by=None, taken_back_by=None, touched_at=timezone.now()))


def note_no_answer(call: Task, *, note: str, by: User) -> bool:
    """Keep `call` on the list, and put on top of its notes who tried when.  Returns whether it was still to be made."""
    line = f"No answer, {dates.moment(timezone.localtime())}, {by}{': ' + note if note else ''}\n"
    waiting = Task.objects.calls().waiting().filter(pk=call.pk)
    return bool(
        waiting.update(notes=Left(Concat(Value(line), F("notes")), MOST_NOTES), touched_at=timezone.now())
    )
