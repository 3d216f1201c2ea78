"""From a client's page, or from the list of those who may be here twice: two clients become one."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from preproduction import operations
from preproduction.batch_rows import with_batch
from preproduction.moving_in.merging import doubles
from preproduction.moving_in.merging.forms import LookForm, MergeForm, OtherForm, PageForm
from preproduction.operations import OperationRefused
from preproduction.operations.merge import seen
from studio import access
from studio.models import Client

TEMPLATES = "preproduction/moving_in/merging"


@require_safe
@access.requires("merge_clients")
def double_list(request):
    form = PageForm(request.GET)
    page, groups = doubles.page_of_doubles((form.is_valid() and form.cleaned_data["page"]) or 1)
    return render(request, f"{TEMPLATES}/double_list.html", {"names": page, "groups": groups})


@require_safe
@access.requires("merge_clients")
def merge_choose(request, pk):
    return _choose(request, get_object_or_404(Client, pk=pk))


def _choose(request, client, *, status=200):
    form = LookForm(request.GET if "q" in request.GET else {"q": client.name})
    found = doubles.find(form.cleaned_data["q"], other_than=client) if form.is_valid() else []
    context = {"client": client, "form": form, "found": found, "is_gone": status != 200}
    return render(request, f"{TEMPLATES}/choose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires("merge_clients")
def merge(request, pk):
    one = get_object_or_404(Client, pk=pk)
    chosen = OtherForm(request.GET, client=one)
    if request.method != "POST" and chosen.has_error("other", "required"):
        return redirect("moving_in:merge_choose", pk=one.pk)
    if not chosen.is_valid():
        return _choose(request, one, status=422)
    two = chosen.cleaned_data["other"]
    if request.method != "POST":
        return _page(request, one, two)
    form = MergeForm(request.POST, one=one, other=two)
    if not form.is_valid():
        return _page(request, one, two, form=form, status=422)
    stays, goes = form.in_turn()
    try:
        batch = operations.merge_clients(stays, goes, expected=form.cleaned_data["seen"], by=request.user)
    except OperationRefused as refusal:
        return _page(request, one, two, refusal=str(refusal), status=409)
    messages.success(request, with_batch("The two clients are one.", batch))
    return redirect(stays)


def _page(request, one, two, *, form=None, refusal="", status=200):
    context = {
        "client": one,
        "sides": [doubles.side(one), doubles.side(two)],
        "form": form or MergeForm(initial={"stays": one.pk, "seen": seen(one, two)}, one=one, other=two),
        "refusal": refusal,
    }
    return render(request, f"{TEMPLATES}/merge.html", context, status=status)
