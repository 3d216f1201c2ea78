"""Whose form it is, and on which page it stands: carried by every form of a signed-in person, over our signature.

Only such a form is kept when it comes without a session, and only for that person.  A stranger, who has never been
shown one, can have nothing kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from studio.way_back import dialog_page, is_ours, with_query

FIELD = "form_page"
SALT = "studio.kept_forms"
LONGEST_PAGE = 2000  # characters; a longer address is kept without its query


@dataclass(frozen=True)
class Origin:
    person: int  # key of a User
    page: str  # an address of ours


class _Carried(forms.Form):
    form_page = forms.CharField(required=False, max_length=8000)


def signature(request: HttpRequest) -> str:
    """Return what a form drawn for `request` carries; "" if nobody is signed in.  Signed once for each answer."""
    if not hasattr(request, "form_page_signature"):
        request.form_page_signature = _signature(request)
    return request.form_page_signature


def of(request: HttpRequest) -> Origin | None:
    """Return where the form that `request` sends came from; None for one that we did not sign lately."""
    carried = _Carried(request.POST)
    signed = carried.cleaned_data[FIELD] if carried.is_valid() else ""
    try:
        person, page = signing.loads(signed, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None
    return Origin(person, page)


def not_kept(view: Callable) -> Callable:
    """Mark a view that a page asks by itself while somebody types: what is typed stays where it is."""
    view.is_kept = False
    return view


def is_kept(view: Callable) -> bool:
    """Whether what is sent to `view` is kept: a view of ours, that names its permission (access.requires)."""
    return hasattr(view, "permission") and getattr(view, "is_kept", True)


def shown_by(**query: str) -> Callable:
    """Mark a view whose form its page shows only when it is asked to: edit="pk" for `?edit=` and the row's key."""

    def decorate(view):
        view.shown_by = query
        return view

    return decorate


def page_of(origin: Origin, view: Callable, kwargs: dict) -> str:
    """Return the page of a form that was sent to `view`, asked so that it shows the form."""
    query = {name: kwargs[key] for name, key in getattr(view, "shown_by", {}).items()}
    return with_query(origin.page, **query) if query else origin.page


def _signature(request) -> str:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return ""
    return signing.dumps((person.pk, _page(request)), salt=SALT, compress=True)


def _page(request) -> str:
    """Return the address at which the page that is being drawn can be opened.

    An answer to a form is no such page, so a form in it stands where that one stood.  Of a dialog, the page in it: it
    is told where it was opened from.
    """
    if request.method == "POST":
        sent_from = of(request)
        if sent_from and sent_from.person == request.user.pk:
            return sent_from.page
    page, opened_from = request.get_full_path(), dialog_page(request)
    if opened_from and "next" not in request.GET:
        page = with_query(page, next=opened_from)
    if len(page) > LONGEST_PAGE:
        page = request.path
    return page if is_ours(page) else "/"
