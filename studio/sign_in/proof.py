"""Asking again who somebody is, before they change how others sign in: a session may be on a screen left alone."""

from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from studio import sent_once


def is_fresh(request: HttpRequest) -> bool:
    """Whether whoever is signed in typed the own password or code within the last five minutes."""
    return did_recently_reauthenticate(request)


def page(back: str) -> str:
    """Return the address of the page that asks, and leads to `back` afterwards."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"


def required(*, back: Callable[[int], str]) -> Callable:
    """Decorate a view of a person's key: ask first, and lead to the page `back(key)`, where it can be done.

    What was sent is not kept meanwhile: it may be a password.
    """

    def decorate(view):
        @wraps(view)
        def asked(request, pk):
            return view(request, pk) if is_fresh(request) else sent_once.not_yet(redirect(page(back(pk))))

        return asked

    return decorate
