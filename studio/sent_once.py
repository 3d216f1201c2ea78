"""Sent twice is done once: a form that was sent before gets the answer it was given then, and does nothing again.

Every form of ours carries a request key (templatetags/form_tokens.py).  Whoever sends it first claims the key in the
transaction in which the view does its work; a twin waits for that transaction and then finds the answer.  A form that
was refused gives its key back, so that it can be corrected and sent again.

The same key with other words is another form: browsers keep a page that one comes back to, key and all.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from studio.kept_forms import filling, origin
from studio.models import SentForm

FIELD = "request_key"
# What a form carries that may differ when it is sent again.
NOT_TYPED = (FIELD, "csrfmiddlewaretoken", origin.FIELD, filling.FIELD)
REMEMBERED = timedelta(days=90)
REMOVED_AT_ONCE = 1000  # rows; the next round of the worker takes the others
REDIRECTS = (301, 302, 303)
KEPT_HEADERS = ("Content-Type", "Location", "HX-Trigger", "HX-Retarget", "HX-Reswap", "Vary")

SOMEBODY_ELSES = (
    "Nothing was changed: this form was sent before, from another page or by somebody else. "
    "Open its page again, and send it from there."
)


class KeyRefused(Exception):
    """The form was not looked at.  str() is a sentence fit to show the user."""


class _RequestKey(forms.Form):
    request_key = forms.UUIDField(required=False)


def without_key(view: Callable) -> Callable:
    """Mark a view that does nothing a second time: it only shows something, or has a key for each of its rows."""
    view.is_sent_once = False
    return view


def keep(response: HttpResponse) -> HttpResponse:
    """Mark an answer that tells htmx of a change, so that it is given to a twin; without htmx it were a redirect."""
    response.is_kept = True
    return response


def not_yet(response: HttpResponse) -> HttpResponse:
    """Mark a redirect that comes before the work, such as to a question: the form does its work when it is sent again."""
    response.is_kept = False
    return response


def key_of(request: HttpRequest, view: Callable) -> UUID | None:
    """Return the key of a form that a signed-in person sends to a view of ours; None where nothing is to be kept.

    A view of ours names its permission (access.requires).  Those for the own account are django-allauth's, and make
    nothing that could be there twice.
    """
    ours = hasattr(view, "permission") and getattr(view, "is_sent_once", True)
    if request.method != "POST" or not ours or not request.user.is_authenticated:
        return None
    form = _RequestKey(request.POST)
    return form.cleaned_data[FIELD] if form.is_valid() else None


def answer(request: HttpRequest, key: UUID, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what `view` answers, or what it answered when this form was sent before.

    Everything that `view` does is one transaction, undone where it refuses (4xx).  Three statements more than its own:
    a look, the claim, the answer.

    Raises KeyRefused for a key that belongs to somebody else or to another page.
    """
    form = SentForm(key=key, content=_content(request), person=request.user, path=request.path[:500])
    with transaction.atomic():
        earlier = _claim(form)
        if earlier:
            return _again(request, earlier)
        response = _work(request, form, view)
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def _claim(form: SentForm) -> SentForm | None:
    """Store `form`; return the earlier one instead if this is its twin."""
    for known in SentForm.objects.filter(key=form.key):
        if (known.person_id, known.path) != (form.person_id, form.path):
            raise KeyRefused(SOMEBODY_ELSES)
        if known.content == form.content:
            return known
    try:
        with transaction.atomic():
            form.save(force_insert=True)
    except IntegrityError:
        # Its twin was on the way, and has committed meanwhile.
        return SentForm.objects.get(key=form.key, content=form.content)
    return None


def _work(request, form: SentForm, view) -> HttpResponse:
    said = get_messages(request)
    before = len(said)
    response = view()
    if not getattr(response, "is_kept", response.status_code in REDIRECTS):
        form.delete()  # such a page only asks or shows something, or says what is to be corrected
        return response
    was_used = said.used
    answered = {
        "status": response.status_code,
        "headers": {name: response[name] for name in KEPT_HEADERS if response.has_header(name)},
        "body": response.content.decode(),
        "messages": list(said)[before:],
    }
    said.used = was_used  # reading them here has shown them to nobody
    SentForm.objects.filter(pk=form.pk).update(answer=answered)
    return response


def _again(request, earlier: SentForm) -> HttpResponse:
    given = earlier.answer
    for message in given["messages"]:
        get_messages(request).add(message.level, message.message, message.extra_tags)
    return HttpResponse(given["body"], status=given["status"], headers=given["headers"])


def _content(request: HttpRequest) -> str:
    """Return a digest of what was typed, ticked and chosen."""
    digest = hashlib.sha256()
    for name, values in sorted(request.POST.lists()):
        if name not in NOT_TYPED:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def forget_old() -> int:
    """Remove keys that are older than any form in a browser; return how many.  For the worker."""
    old = SentForm.objects.filter(made_at__lt=timezone.now() - REMEMBERED)
    keys = list(old.order_by("made_at").values_list("pk", flat=True)[:REMOVED_AT_ONCE])
    return SentForm.objects.filter(pk__in=keys).delete()[0] if keys else 0
