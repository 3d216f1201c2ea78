"""A vendor is behind: what would move is shown (GET), and done for one reason (POST)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.behind import BehindForm, PutBehindForm, packed
from preproduction.operations import OperationRefused
from preproduction.views.calendar_preview import Preview
from studio import access, work_calendar


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("put_vendor_behind")
def vendor_behind(request):
    form = BehindForm(request.GET or None)
    asked = form.behind() if form.is_valid() else None
    answer = PutBehindForm(request.POST or None)
    if asked and answer.is_valid():
        return _put_behind(request, asked, answer.cleaned_data)
    moves = operations.plan_behind(asked, work_calendar.of_request(request)) if asked else []
    context = {
        "form": form,
        "asked": asked,
        "preview": Preview.of(moves),
        "plan": packed(moves),
        "answer": answer,
    }
    is_wrong = answer.is_bound or (form.is_bound and asked is None)
    return render(request, "preproduction/vendor_behind.html", context, status=422 if is_wrong else 200)


def _put_behind(request, asked, said):
    batch, answers = operations.put_behind(
        said["plan"], what=str(asked), reason=said["reason"], by=request.user
    )
    refused = [answer for _, answer in answers if isinstance(answer, OperationRefused)]
    moved = len(answers) - len(refused)
    if moved and batch:
        words = "1 due date moved." if moved == 1 else f"{moved:,} due dates moved."
        messages.success(request, with_batch(words, batch))
    for refusal in refused:
        messages.error(request, str(refusal))
    return redirect(reverse("preproduction:overdue_list"))
