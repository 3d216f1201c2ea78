from django.contrib import messages
from django.shortcuts import redirect

from studio import maintenance_log
from studio.forms.lists import ListVersionForm
from studio.refusal import OperationRefused


def move_row(request, row, *, move, by, page, back):
    """Move `row` up (by=-1) or down (by=1) in the list that the user saw, and go `back`.

    row:  None where somebody has deleted it meanwhile.
    move: the operation, which takes the row, by and expected, or raises OperationRefused.
    page: shows the list as it is now, with a refusal above it and 409.
    """
    if row is None:
        return page(request, refusal="Somebody has deleted this meanwhile. This is the list as it is now.")
    try:
        with maintenance_log.noting(type(row)._default_manager.filter(pk=row.pk), by=request.user, moved=row):
            move(row, by=by, expected=ListVersionForm(request.POST).expected)
    except OperationRefused as refusal:
        return page(request, refusal=str(refusal))
    messages.success(request, f"“{row}” moved {'up' if by < 0 else 'down'}.")
    return redirect(back)
