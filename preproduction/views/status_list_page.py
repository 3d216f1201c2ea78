"""The page of the status list: what is shown after each of its verbs, whole or, for htmx, only what changes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from preproduction import operations
from preproduction.batch_rows import with_way
from preproduction.forecast import pace
from preproduction.forms.status_list import ReplaceForm, StatusForm, StatusListForm
from preproduction.models import Order, Pace, Status, StatusList
from preproduction.operations import ChangedDuration, Replacing
from preproduction.tables.status import Row, StatusTable, grid_rows, hub_of
from studio import sent_once
from studio.exports.list_file import list_file
from studio.way_back import is_ours

TITLE = "Preproduction Order Statuses"
FIRST_ROW, DRAFT_ROW = "status-first", "status-draft"
LOGIN = "/accounts/"
LONGEST_BACK = 500
MOST_ORDERS_LINKED = 12


@dataclass
class Draft:
    """A row of controls in the grid: a new one above `above` or at the bottom, or instead of the row `status`."""

    form: StatusForm
    above: Status | None = None
    status: Status | None = None

    @property
    def action(self) -> str:
        if self.status:
            return reverse("preproduction:edit_status", args=[self.status.pk])
        return reverse("preproduction:create_status")


def new_row(data=None, *, is_first: bool = False) -> StatusForm:
    form_id = FIRST_ROW if is_first else DRAFT_ROW
    form = StatusForm(data, form_id=form_id, id_prefix=form_id)
    form.fields["description"].widget.attrs["placeholder"] = (
        "Click here to add a new record." if is_first else "Description"
    )
    return form


def whole_row(status: Status, data=None) -> StatusForm:
    return StatusForm(data, status=status, form_id=DRAFT_ROW, id_prefix=DRAFT_ROW)


def list_of(asked: StatusListForm):
    statuses = Status.objects.active() if asked.get("hide_inactive") else Status.objects.all()
    return statuses.select_related("default_department", "default_user").with_open_orders()


def show_page(
    request,
    asked: StatusListForm,
    *,
    status: int = 200,
    refusal: str = "",
    said: str = "",
    selected: int | None = None,
    near: int = 0,
    first: StatusForm | None = None,
    draft: Draft | None = None,
    edited: StatusForm | None = None,
    recount: ChangedDuration | None = None,
) -> HttpResponse:
    """Answer with the list as it is now.

    refusal:  why nothing was changed.
    said:     what was changed, for those who do not see the rows.
    selected: key of the row to select; where it is not shown, the row at position `near` is.
    recount:  a Default Duration that was changed: offers to count the open orders there anew.
    first, draft, edited: what was typed and not accepted: in the first row, in a row of its own, in cells.
    """
    # Read before the rows: of rows newer than the version the next change is refused, never the other way round.
    version = StatusList.current_version()
    table = StatusTable(list_of(asked))
    rows = grid_rows(table, edited)
    context = {
        "title": TITLE,
        "asked": asked,
        "version": version,
        "hide_inactive": asked.get("hide_inactive"),
        "back": _way_back(request, asked),
        "table": table,
        "rows": rows,
        "selected": _nearest(rows, selected or getattr(asked.get("status"), "pk", None), near),
        "inactive_count": Status.objects.filter(is_inactive=True).count(),
        "first": Draft(first or new_row(is_first=True)),
        "draft": draft,
        "edited": edited,
        "draft_is_placed": draft and any(row.status in (draft.above, draft.status) for row in rows),
        "can_drag": settings.SORTABLE_DIR.is_dir(),
        "pattern": Draft(new_row()),
        "recount": _worth_offering(recount),
        "advice": _advice(row.status for row in rows),
        "missing_mark": _missing_mark(row.status for row in rows),
        "without_status": Order.objects.open().filter(status=None).count() if rows else 0,
        "refusal": refusal,
        "said": said,
        "outcome": {200: "done", 409: "outdated", 422: "invalid"}[status],
    }
    template = "_status_list.html" if request.htmx else "status_list.html"
    response = render(request, f"preproduction/{template}", context, status=status)
    # The same address answers with a page or with a part of one.
    response["Vary"] = "HX-Request, Cookie"
    return response


def show_change(
    request,
    asked,
    said: str,
    *,
    selected: int | None = None,
    near: int = 0,
    aloud: bool = False,
    way: dict[str, str] | None = None,
    recount: ChangedDuration | None = None,
) -> HttpResponse:
    """Answer to a change that was made: for htmx the list, else a redirect to it.

    aloud: also say it where the user looks; for changes that the grid itself does not show plainly.
    way: the link that follows what is said: href, words.
    """
    if request.htmx:
        response = show_page(request, asked, said=said, selected=selected, near=near, recount=recount)
        if aloud:
            response["HX-Trigger"] = json.dumps({"toast": {"text": said, "tone": "success", **(way or {})}})
        return sent_once.keep(response)
    messages.success(request, with_way(said, way) if way else said)
    kept = {
        "hide_inactive": "on" if asked.get("hide_inactive") else "",
        "status": selected or "",
        "recount": recount.status.pk if recount else "",
        "back": asked.get("back") or "",
    }
    kept = {name: value for name, value in kept.items() if value}
    if recount:
        kept["was"] = "" if recount.was is None else recount.was
    query = urlencode(kept)
    return redirect(f"{reverse('preproduction:status_list')}{'?' if query else ''}{query}")


def show_question(
    request,
    asked: StatusListForm,
    status: Status,
    *,
    replace_form: ReplaceForm | None = None,
    plan: Replacing | None = None,
    code: int = 200,
) -> HttpResponse:
    """Answer with what comes before a delete: are you sure, or what uses `status` and the two ways out of that."""
    orders = _orders_that_were_at(status)
    context = {
        "title": f"Delete “{status}”?",
        "question": "preproduction/_status_question.html",
        "asked": asked,
        "version": StatusList.current_version(),
        "hide_inactive": asked.get("hide_inactive"),
        "back": _way_back(request, asked),
        "status": status,
        "uses": operations.status_uses(status),
        "triggers": status.triggers.all(),
        "orders": orders[:MOST_ORDERS_LINKED],
        "has_more_orders": len(orders) > MOST_ORDERS_LINKED,
        "hub": hub_of(status),
        "replace_form": replace_form or ReplaceForm(status=status),
        "plan": plan if plan and plan.completes else None,
    }
    return _ask(request, context, code)


def show_mark_question(request, asked: StatusListForm, status: Status) -> HttpResponse:
    """Answer with what comes before the list is left without an initial status.  The form holds what was sent."""
    known = (*sent_once.NOT_TYPED, "version", "hide_inactive", "back", "confirmed")
    context = {
        "title": "Take the mark away?",
        "question": "preproduction/_status_mark_question.html",
        "version": StatusList.current_version(),
        "hide_inactive": asked.get("hide_inactive"),
        "back": _way_back(request, asked),
        "status": status,
        "sent": [(name, value) for name, value in request.POST.items() if name not in known],
    }
    return _ask(request, context, 200)


def _ask(request, context: dict, code: int) -> HttpResponse:
    """Answer with a question: in the dialog, or as a page of its own."""
    if not request.htmx:
        return render(request, "preproduction/status_list_question.html", context, status=code)
    response = render(request, context["question"], context, status=code)
    response["HX-Retarget"], response["HX-Reswap"] = "#status-dialog-body", "innerHTML"
    return response


def _worth_offering(changed: ChangedDuration | None) -> operations.Recount | None:
    recount = operations.plan_recount(changed) if changed else None
    return recount if recount and recount.moving else None


def _advice(statuses: Iterable[Status]) -> list[pace.Advice]:
    """Return what the studio's own history says of Default Durations, where it says anything.  One query."""
    known = {row.status_id: row for row in Pace.objects.filter(vendor=None)}
    found = [pace.advice(status, known[status.pk]) for status in statuses if status.pk in known]
    return [each for each in found if each]


def _missing_mark(statuses: Iterable[Status]) -> str:
    """Say what a list with active statuses lacks; "" where it lacks nothing."""
    active = [status for status in statuses if not status.is_inactive]
    if not active:
        return ""
    if not any(status.is_initial for status in active):
        return "No status is marked Initial Status: new orders have no status until one is."
    if not any(status.is_final for status in active):
        return "No status is marked Final Status: no order can be complete until one is."
    return ""


def export(request, asked: StatusListForm) -> HttpResponse:
    words = "Inactive statuses are left out." if asked.get("hide_inactive") else ""
    table = StatusTable(list_of(asked))
    return list_file(request, table, kind=asked.get("export"), title=TITLE, filters_in_words=words)


def _orders_that_were_at(status: Status) -> list[Order]:
    """Return orders whose Status Notes name `status`, newest first: as many as are linked, and one more."""
    was_there = Q(status_changes__from_status=status) | Q(status_changes__to_status=status)
    return list(Order.objects.filter(was_there).distinct().order_by("-pk")[: MOST_ORDERS_LINKED + 1])


def _nearest(rows: list[Row], key: int | None, near: int) -> int | None:
    """Return the key of the row to select: `key` if it is shown, else the first at position `near` or below it."""
    if any(row.status.pk == key for row in rows):
        return key
    below = [row.status.pk for row in rows if row.status.position >= near]
    return below[0] if below else rows[-1].status.pk if rows else None


def _way_back(request, asked: StatusListForm) -> str:
    """Return where Close goes: the page of ours that led here, else Home."""
    here = reverse("preproduction:status_list")
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # not an address at all
        came_from = urlsplit("")
    if came_from.netloc == request.get_host() and not came_from.path.startswith((here, LOGIN)):
        back = f"{came_from.path}{'?' if came_from.query else ''}{came_from.query}"[:LONGEST_BACK]
    else:
        back = asked.get("back") or ""
    return back if is_ours(back) else reverse("preproduction:home")
