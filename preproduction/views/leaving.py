"""Somebody leaves, or is away for a while: what they have is shown, and goes to others."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.forms.leaving import AwayForm, HandOverForm, LeavingForm
from preproduction.operations import Belongings, OperationRefused, OutdatedPage
from studio import access
from studio.models import User
from studio.views.lists import edit_record


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("manage_people")
def user_leave(request, pk):
    person = get_object_or_404(User, pk=pk)
    has = Belongings.of(person)
    form = LeavingForm(request.POST if request.method == "POST" else None, person=person, has=has)
    if not form.is_bound or not form.is_valid():
        return _page(request, person, has, form, status=422 if form.is_bound else 200)
    asked = form.cleaned_data["counted"]
    try:
        batch = operations.make_inactive(person, heirs=form.heirs(), counted=asked, by=request.user)
    except OutdatedPage as refusal:
        return _page(request, person, has, LeavingForm(person=person, has=has), refusal=refusal, status=409)
    except OperationRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, person, has, form, status=422)
    messages.success(request, with_batch(f"{person} is inactive now.", batch))
    return redirect("studio:user_list")


def _page(request, person, has, form, *, refusal="", status=200):
    context = {
        "person": person,
        "has": has,
        "form": form,
        "refusal": str(refusal),
        "is_oneself": person == request.user,
    }
    return render(request, "preproduction/user_leave.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("manage_people")
def user_away(request, pk):
    person = get_object_or_404(User.objects.select_related("stands_in"), pk=pk)
    has = Belongings.of(person)
    return edit_record(
        request,
        AwayForm,
        person,
        template="preproduction/user_away.html",
        title="Away",
        back=person.get_absolute_url(),
        done=lambda saved: reverse("preproduction:user_away", args=[saved.pk]),
        person=person,
        stands_in=person.stands_in,
        is_away=person.is_away(timezone.localdate()),
        order_count=has.orders.count(),
        counted=has.counted(),
        handed_over=operations.handed_over(person),
    )


@require_POST
@access.requires("manage_people")
def user_hand_over(request, pk):
    """Give the open orders of somebody who is away to who stands in."""
    person = get_object_or_404(User, pk=pk)
    form = HandOverForm(request.POST)
    counted = form.cleaned_data["counted"] if form.is_valid() else ""
    try:
        batch = operations.hand_over(person, counted=counted, by=request.user)
    except OperationRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("preproduction:user_away", pk)
    messages.success(request, with_batch(str(batch), batch))
    return redirect("preproduction:user_away", pk)
