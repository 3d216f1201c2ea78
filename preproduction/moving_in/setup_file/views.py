"""Maintenance > Set-up File: the set-up to take along, and one that is looked at before it is applied."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from preproduction.models import Batch
from preproduction.moving_in.setup_file import applying, exporting, ready_made
from preproduction.moving_in.setup_file.forms import ApplyForm, ChooseForm, packed
from preproduction.moving_in.setup_file.reading import Unreadable
from preproduction.operations import OutdatedPage, moves_to_show
from studio import access, sent_once
from studio.exports.responses import toml_response

MOVES_SHOWN = 50
FORMER_SHOWN = 20


@sent_once.without_key
@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("maintain")
def setup_file(request):
    """Offer the set-up, and show what another one would change (POST)."""
    form = ChooseForm(request.POST, request.FILES) if request.method == "POST" else ChooseForm()
    if form.is_bound and form.is_valid():
        return _rehearsal(request, form.text)
    return _page(request, form, status=422 if form.is_bound else 200)


def _page(request, form=None, *, sentences=(), status=200):
    former = Batch.objects.filter(kind=Batch.Kind.SET_UP).defer("before")
    context = {
        "form": form or ChooseForm(),
        "sentences": sentences,
        "ready_made": ready_made.offered(),
        "former": former[:FORMER_SHOWN],
    }
    return render(request, "preproduction/moving_in/setup_file/page.html", context, status=status)


def _rehearsal(request, text, *, refusal="", status=200):
    """Show what `text` would change.  Nothing is stored."""
    try:
        outcome = applying.rehearse(text, by=request.user)
    except Unreadable as unreadable:
        return _page(request, sentences=unreadable.sentences, status=422)
    context = {
        "outcome": outcome,
        "moves": moves_to_show(outcome.moves[:MOVES_SHOWN]),
        "set_up": packed(text),
        "refusal": refusal,
    }
    return render(request, "preproduction/moving_in/setup_file/rehearsal.html", context, status=status)


@require_POST
@access.requires("maintain")
def setup_file_apply(request):
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _page(request, sentences=["The set-up did not come back whole. Upload it again."], status=422)
    text, answer = form.cleaned_data["set_up"], form.cleaned_data["decision"]
    try:
        outcome = applying.apply(
            text, by=request.user, seen=form.cleaned_data["seen"], move_open_orders=answer == ApplyForm.MOVE
        )
    except Unreadable as unreadable:
        return _page(request, sentences=unreadable.sentences, status=422)
    except OutdatedPage as outdated:
        return _rehearsal(request, text, refusal=str(outdated), status=409)
    messages.success(request, _said(outcome, "moved" if answer == ApplyForm.MOVE else "left as they are"))
    return redirect("moving_in:setup_file")


def _said(outcome, done):
    if outcome.batch is None:
        return "The studio is set up like that already. Nothing was changed."
    made = sum(each.made for each in outcome.differences)
    changed = sum(each.changed for each in outcome.differences)
    moved = outcome.batch.events.count()
    said = f"The set-up is applied: {made:,} made, {changed:,} changed."
    if not moved:
        return said
    orders = f"Open orders {done}: {moved:,}."
    href = reverse("preproduction:batch_detail", args=[outcome.batch.pk])
    return format_html('{} {} <a href="{}">See the orders</a>', said, orders, href)


@require_safe
@access.requires("maintain")
def setup_file_download(request):
    return toml_response(exporting.as_text().encode(), f"set-up {timezone.localdate().isoformat()}")


@require_safe
@access.requires("maintain")
def setup_file_before(request, pk):
    """The set-up as it was before a file was applied."""
    batch = get_object_or_404(Batch, pk=pk, kind=Batch.Kind.SET_UP)
    day = timezone.localtime(batch.made_at).date()
    return toml_response(batch.before["set_up"].encode(), f"set-up before {day.isoformat()}")
