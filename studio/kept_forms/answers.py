"""How a form is answered that comes without its session, and the page on which it is filled in again."""

from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date
from django.utils.html import format_html
from django.utils.http import urlencode

from studio.kept_forms import filling, rows
from studio.kept_forms import origin as origins
from studio.kept_forms.origin import Origin
from studio.models import KeptForm
from studio.way_back import is_ours, next_in, with_query

ASKED_FOR = "kept"  # in the address of a page: the key of a row
PLACE = "kept"  # the notice, in the fragment of its address

NOT_SAVED = "Nothing was saved of what you sent last, and {why}."
SOMEBODY_ELSES = (
    "{typist} typed it, and you are signed in as {user}. Nothing was saved. What was typed is kept in this browser for "
    "an hour: sign out, and it is there again when {typist} signs in."
)


class _Key(forms.Form):
    kept = forms.UUIDField(required=False)
    kept_form = forms.UUIDField(required=False)


def taken_out_of_address(request: HttpRequest) -> UUID | None:
    """Return the key that the address asks for, and let the page not see it: its links would carry it along."""
    if ASKED_FOR not in request.GET:
        return None
    key, query = key_in(request.GET, ASKED_FOR), request.GET.copy()
    del query[ASKED_FOR]
    request.GET, request.META["QUERY_STRING"] = query, query.urlencode()
    return key


def key_in(values, name: str) -> UUID | None:
    """Return the key called `name` in the query or the form `values`; None for what is no key."""
    form = _Key(values)
    form.is_valid()
    return form.cleaned_data.get(name)


def address_of(row: KeptForm, page: str) -> str:
    return f"{with_query(page, **{ASKED_FOR: row.key})}#{PLACE}"


def sign_in_first(request: HttpRequest, origin: Origin, *, page: str) -> HttpResponse:
    """Keep the form and lead to the page for signing in, and from there back to its own."""
    try:
        back = address_of(rows.keep(request, origin), page)
    except rows.NotKept as reason:
        messages.error(request, NOT_SAVED.format(why=reason))
        back = page
    return go(request, f"{reverse('account_login')}?{urlencode({'next': back})}")


def fill_in_again(request: HttpRequest, origin: Origin, *, page: str) -> HttpResponse:
    """Keep the form and lead to its page at once: whoever typed it is signed in, in another tab since."""
    request.kept_form = None
    try:
        return go(request, address_of(rows.keep(request, origin), page))
    except rows.NotKept as reason:
        messages.error(request, NOT_SAVED.format(why=reason))
        return go(request, page)


def somebody_elses(request: HttpRequest, origin: Origin) -> str:
    """Keep the form for the person it is of, who is not signed in any more; return a sentence for who is."""
    try:
        row = rows.keep(request, origin)
    except rows.NotKept as reason:
        return NOT_SAVED.format(why=reason)
    return SOMEBODY_ELSES.format(typist=row.person, user=request.user)


def of_an_old_page(request: HttpRequest, reason: str) -> HttpResponse | None:
    """Answer a form whose token against forged forms is not right any more; None where it may be forged.

    Whoever has signed in again since, in another tab, has another token there.
    """
    if reason.startswith(("Origin checking", "Referer checking")):
        return None
    match = request.resolver_match
    origin = origins.of(request) if origins.is_kept(match.func) else None
    if origin and origin.person == request.user.pk:
        return fill_in_again(request, origin, page=origins.page_of(origin, match.func, match.kwargs))
    if match.url_name == "account_login":
        messages.info(request, "This page was open for too long. Please sign in now.")
        return go(request, with_query(request.path, next=next_in(request.POST) or "/"))
    return None


def tell_of_others(request: HttpRequest, address: str) -> None:
    """Say what else is kept in this browser for whoever has signed in, who is led to `address`."""
    for row in rows.waiting(request):
        typed = row.person_id == request.user.pk and str(row.key) not in address and rows.read(row)
        if typed:
            words = format_html(
                'What you sent at {} was not saved yet. <a href="{}">Go back to it</a>',
                date(timezone.localtime(row.kept_at), "H:i"),
                address_of(row, typed.page),
            )
            messages.warning(request, words)


def forget_if_saved(request: HttpRequest, response: HttpResponse) -> None:
    """Remove the row of a form that was filled in again, where it was saved now: such a form is led to another page."""
    leads_on = response.status_code in (302, 303) or "HX-Redirect" in response
    if request.kept_form and getattr(response, "is_kept", leads_on) and request.user.is_authenticated:
        rows.forget(request, request.kept_form)


def go(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole window to `address`.  For htmx 401, so that nothing takes it for the answer to the form."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponse(status=302, headers={"Location": address})


def put_into(request: HttpRequest, response: HttpResponse, key: UUID) -> None:
    """Fill in the form on the page `response` with what was kept under `key`, and say that nothing was saved yet.

    On a page without the form, an error page too, what was typed is shown.  Where the page leads on, so does the key.
    """
    if response.status_code in (302, 303):
        response["Location"] = _carrying(request, response["Location"], key)
        return
    is_page = response.get("Content-Type", "").startswith("text/html")
    found = is_page and request.user.is_authenticated and rows.find(request, key)
    if not found:
        return
    row, typed = found
    page = filling.fill(response.content.decode(), typed, key=str(row.key))
    notice = render_to_string(
        "studio/_kept_form.html", {"row": row, "typed": typed, "page": page, "place": PLACE}
    )
    response.content = page.source[: page.place] + notice + page.source[page.place :]
    if response.has_header("Content-Length"):
        response["Content-Length"] = len(response.content)


def _carrying(request, address: str, key: UUID) -> str:
    if not is_ours(address):
        return address
    if urlsplit(address).path == reverse("account_login"):
        here = f"{with_query(request.get_full_path(), **{ASKED_FOR: key})}#{PLACE}"
        return f"{reverse('account_login')}?{urlencode({'next': here})}"
    return f"{with_query(address.partition('#')[0], **{ASKED_FOR: key})}#{PLACE}"
