from django.contrib import messages
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from preproduction.forms.late_reasons import LateReasonForm, NewLateReasonForm
from preproduction.models import LateReason, LateReasonList, Order, StatusChange
from preproduction.operations import OperationRefused
from preproduction.operations import late_reasons as the_reasons
from studio import access, maintenance_log
from studio.views.lists import edit_record
from studio.views.ordered_lists import move_row


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def late_reasons(request):
    """The studio's list of reasons why orders are late; the form adds one."""
    form = NewLateReasonForm(request.POST or None)
    if form.is_valid():
        with maintenance_log.noting(LateReason.objects, by=request.user):
            reason = the_reasons.add_late_reason(form.save(commit=False))
        messages.success(request, f"“{reason}” can be chosen now for orders that are late.")
        return redirect("preproduction:late_reasons")
    return _show(request, form=form, status=422 if form.errors else 200)


def _show(request, *, refusal="", form=None, status=409):
    context = {
        "form": form or NewLateReasonForm(),
        # Read before the rows: of rows newer than the version the next change is refused, never the other way round.
        "version": LateReasonList.current_version(),
        "reasons": LateReason.objects.annotate(late_now=_count(Order), kept=_count(StatusChange)),
        "refusal": refusal,
    }
    return render(request, "preproduction/late_reasons.html", context, status=status)


def _count(model):
    of_each = model.objects.filter(late_reason=OuterRef("pk")).order_by().values("late_reason")
    return Coalesce(Subquery(of_each.annotate(n=Count("pk")).values("n")), 0)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def late_reason_edit(request, pk):
    return edit_record(
        request,
        LateReasonForm,
        get_object_or_404(LateReason, pk=pk),
        template="preproduction/late_reason_edit.html",
        back=reverse("preproduction:late_reasons"),
    )


@require_POST
@access.requires("maintain")
def late_reason_move(request, pk, by):
    return move_row(
        request,
        LateReason.objects.filter(pk=pk).first(),
        move=the_reasons.move_late_reason,
        by=by,
        page=_show,
        back="preproduction:late_reasons",
    )


@require_POST
@access.requires("maintain")
def late_reason_delete(request, pk):
    reason = get_object_or_404(LateReason, pk=pk)
    try:
        with maintenance_log.noting(LateReason.objects, by=request.user):
            the_reasons.delete_late_reason(reason)
    except OperationRefused as refusal:
        return _show(request, refusal=str(refusal))
    messages.success(request, f"“{reason}” is deleted.")
    return redirect("preproduction:late_reasons")
