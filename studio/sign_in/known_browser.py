"""A browser in which somebody has signed in before, told by a signed cookie.

Strangers who guess at a name can close the door of a new browser to it, and never that of a known one: there only its
own tries count.  Whoever steals the cookie can guess, as often as a stranger; it opens nothing.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from studio.models import User

COOKIE = "known_browser"
SALT = "studio.sign_in.known_browser"
AGE = 60 * 60 * 24 * 365  # seconds
MOST_PEOPLE = 20  # of a computer that all share; the cookie stays under 1 kB


def id_for(request: HttpRequest, person: User) -> str:
    """Return what the browser is called in which `person` has signed in before, "" for any other."""
    known = _read(request)
    return known["id"] if person.pk in known["people"] else ""


def remember(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Let `response` tell the browser that `person` has shown who they are in it."""
    known = _read(request)
    people = [person.pk, *(key for key in known["people"] if key != person.pk)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps({"id": known["id"] or get_random_string(22), "people": people}, salt=SALT),
        max_age=AGE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _read(request) -> dict:
    try:
        return signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return {"id": "", "people": []}
