"""The sealed rows in which forms wait for an hour.

A row is read by one browser only, which has its name in a cookie, and there only by the person who typed it.  What is
in it is sealed with the key of all secrets at rest (studio/sealing.py).  Passwords are left out; of files only the
names are kept.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string

from studio import sealing
from studio.kept_forms.origin import FIELD as ORIGIN
from studio.kept_forms.origin import Origin
from studio.models import KeptForm, User

COOKIE = "kept_forms"
KEPT_FOR = timedelta(hours=1)
MOST = 10  # of a person; the oldest goes
LONGEST = 500_000  # characters, sealed a third more: Advance Status of 500 orders fits
REMOVED_AT_ONCE = 1000  # rows; the next round of the worker takes the others
LEFT_OUT = ("csrfmiddlewaretoken", ORIGIN)

TOO_LONG = "it was too long to be kept"
NOBODY = "whoever typed it does not work here any more"


class NotKept(Exception):
    """str() says why, as the end of a sentence."""


@dataclass(frozen=True)
class Typed:
    """A form as it was sent.  page: where it stands; action: where it was sent; pairs: name and value of each field."""

    page: str
    action: str
    pairs: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)
    has_password: bool = False


def keep(request: HttpRequest, origin: Origin) -> KeptForm:
    """Keep the form that `request` sends for the person it is of.  Raises NotKept."""
    person = User.objects.active().find(origin.person)
    if person is None:
        raise NotKept(NOBODY)
    text = json.dumps(asdict(_typed(request, origin)))
    if len(text) > LONGEST:
        raise NotKept(TOO_LONG)
    request.kept_forms_browser = _name(request) or get_random_string(32)
    row = KeptForm.objects.create(
        browser=_digest(request.kept_forms_browser), person=person, sealed=sealing.seal(text)
    )
    newest = KeptForm.objects.filter(person=person).order_by("-kept_at", "-pk").values_list("pk", flat=True)
    KeptForm.objects.filter(person=person).exclude(pk__in=list(newest[:MOST])).delete()
    return row


def tell_browser(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser the name under which a form was kept for it, if one was."""
    if name := getattr(request, "kept_forms_browser", ""):
        response.set_cookie(
            COOKIE,
            name,
            max_age=KEPT_FOR,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def waiting(request: HttpRequest) -> Collection[KeptForm]:
    """Return what waits for this browser, whoever typed it, newest first.  No query where none was kept."""
    name = _name(request)
    if not name:
        return []
    return _fresh().filter(browser=_digest(name)).select_related("person").order_by("-kept_at", "-pk")


def find(request: HttpRequest, key: UUID) -> tuple[KeptForm, Typed] | None:
    """Return what was kept under `key` in this browser for whoever is signed in."""
    name = _name(request)
    row = name and _fresh().filter(key=key, browser=_digest(name), person=request.user).first()
    typed = row and read(row)
    return (row, typed) if typed else None


def read(row: KeptForm) -> Typed | None:
    """Return what is in `row`; None if its key is not here."""
    try:
        kept = json.loads(sealing.unseal(row.sealed))
    except sealing.KeyMissing:
        return None
    return Typed(**kept | {"pairs": [tuple(pair) for pair in kept["pairs"]]})


def forget(request: HttpRequest, key: UUID) -> None:
    """Remove what was kept under `key`: it was saved."""
    KeptForm.objects.filter(key=key, person=request.user).delete()


def forget_about(words: Collection[str]) -> int:
    """Remove what has one of `words` in it, an address or a name, or cannot be read; return how many."""
    rows = [(row.pk, read(row)) for row in KeptForm.objects.all()]
    keys = [key for key, typed in rows if typed is None or any(word in _all_of(typed) for word in words)]
    return KeptForm.objects.filter(pk__in=keys).delete()[0]


def seal_again() -> None:
    """Seal with the present key what a former one sealed; leave what cannot be read."""
    for row in KeptForm.objects.all():
        if sealing.can_unseal(row.sealed):
            KeptForm.objects.filter(pk=row.pk).update(sealed=sealing.seal(sealing.unseal(row.sealed)))


def forget_old() -> int:
    """Remove what has waited for an hour; return how many.  For the worker."""
    old = KeptForm.objects.filter(kept_at__lte=timezone.now() - KEPT_FOR).order_by("kept_at")
    keys = list(old.values_list("pk", flat=True)[:REMOVED_AT_ONCE])
    return KeptForm.objects.filter(pk__in=keys).delete()[0] if keys else 0


def _fresh():
    return KeptForm.objects.filter(kept_at__gt=timezone.now() - KEPT_FOR)


def _typed(request, origin) -> Typed:
    pairs = list(_pairs(request))
    return Typed(
        page=origin.page,
        action=request.get_full_path(),
        pairs=[(name, value) for name, value in pairs if not _is_password(name)],
        files=[file.name for _, files in request.FILES.lists() for file in files],
        has_password=any(_is_password(name) and value for name, value in pairs),
    )


def _pairs(request) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in LEFT_OUT:
            yield from ((name, value) for value in values)


def _is_password(name: str) -> bool:
    return "password" in name.casefold()


def _all_of(typed: Typed) -> str:
    return "\n".join([typed.page, typed.action, *typed.files, *(value for _, value in typed.pairs)])


def _name(request) -> str:
    name = request.COOKIES.get(COOKIE, "")
    return name if re.fullmatch("[A-Za-z0-9]{32}", name) else ""


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()
