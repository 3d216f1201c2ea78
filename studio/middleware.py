from codecs import lookup
from copy import copy
from functools import partial

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from studio import outages, page_above, people, sent_once, set_up
from studio.kept_forms import answers, filling, origin, rows
from studio.models import Idle
from studio.views import errors


class StudioTimeZoneMiddleware:
    """Put what the studio has set up on the request, and its time zone and its way to write days in force."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.set_up = set_up.now()
        request.preferences = copy(request.set_up["preferences"])
        with request.preferences.in_force():
            return self.get_response(request)


class PlainRequestMiddleware:
    """Refuse what no page of ours means to understand: other methods (405) and other encodings than UTF-8 (400).

    Class views of others take PUT for POST.  With charset=unicode_escape a text could hold lone surrogates, which
    neither a page nor a database can.
    """

    METHODS = ("GET", "HEAD", "POST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.encoding and lookup(request.encoding).name != "utf-8":
            raise BadRequest("The request is not in UTF-8.")
        if request.method not in self.METHODS:
            return errors.method_not_allowed(request, self.METHODS)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            if request.method in ("GET", "HEAD"):
                # The address of a form that was refused, opened again: see the page with the form.
                return HttpResponse(status=303, headers={"Location": page_above.find(request.path)})
            return errors.method_not_allowed(request, response["Allow"].split(", "))
        return response


class PrivateMiddleware:
    """Let no cache keep a page: it holds what one person may see, and Back shall show what is so now.

    Files of static/ never come here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            is_page = response.get("Content-Type", "").startswith("text/html")
            response["Cache-Control"] = "private, no-store" if is_page else "private, no-cache"
        return response


class DialogMiddleware:
    """Let a form shown in a dialog leave it: a redirect moves the whole window, not the dialog's content.

    The dialog's script (static/js/dialog.js) sends X-Dialog; htmx would otherwise fetch the next page into the dialog,
    and the messages meant for that page would be lost.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.headers.get("X-Dialog") and response.status_code in (301, 302, 303):
            moved = HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
            moved.cookies = response.cookies
            return moved
        return response


class IdleMiddleware:
    """Sign out who has done nothing for as long as the studio says.

    What a page asks for by itself says so in the header X-Unattended, and is no activity.
    """

    NOTED = "active_at"  # in the session, seconds
    OFTEN_ENOUGH = 60  # seconds between two notes: each writes the session

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        longest = request.preferences.sign_out_after * 60
        if longest and request.user.is_authenticated:
            self.note(request, longest, timezone.now().timestamp())
        return self.get_response(request)

    def note(self, request, longest, now):
        idle = now - request.session.get(self.NOTED, now)
        if idle > longest:
            logout(request)
            minutes = Idle(request.preferences.sign_out_after).label
            messages.info(request, f"You were signed out: nothing was done here for {minutes}.")
        elif not request.headers.get("X-Unattended") and (
            idle > self.OFTEN_ENOUGH or self.NOTED not in request.session
        ):
            request.session[self.NOTED] = now
            self.save(request.session)

    def save(self, session):
        """Write the note now: where nothing can be written, pages can be read all the same."""
        try:
            session.save()
        except UpdateError as error:
            # A session that is gone is left to SessionMiddleware, which says so.
            session.modified = outages.outage_of(error) is None
        else:
            session.modified = False


class KeptFormMiddleware:
    """Keep a form that is sent without its session, and fill it in once whoever typed it is back.

    It looks before the token against forged forms is asked for, which a form that has lost its session cannot have
    right: it only keeps what we have signed ourselves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.kept_form = request.asked_for_kept_form = None
        response = self.get_response(request)
        if request.asked_for_kept_form:
            answers.put_into(request, response, request.asked_for_kept_form)
        answers.forget_if_saved(request, response)
        rows.tell_browser(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        if request.method == "GET":
            request.asked_for_kept_form = answers.taken_out_of_address(request)
        if request.method != "POST" or not origin.is_kept(view):
            return self.of_a_part(request, view)
        form = origin.of(request)
        if form is None or form.person == request.user.pk:
            request.kept_form = answers.key_in(request.POST, filling.FIELD)
            return None
        if not request.user.is_authenticated:
            return answers.sign_in_first(request, form, page=origin.page_of(form, view, kwargs))
        sentence = answers.somebody_elses(request, form)
        if not request.htmx:
            return errors.form_does_not_belong_here(request, sentence)
        messages.error(request, sentence)
        return answers.go(request, form.page)

    def of_a_part(self, request, view):
        """Answer 401 where a part of a page is asked for without a session: the page stays, with what is typed in it.

        A dialog is a page, and leads to the one for signing in.
        """
        is_part = request.htmx and not request.headers.get("X-Dialog")
        if is_part and getattr(view, "login_required", True) and not request.user.is_authenticated:
            return HttpResponse(status=401)
        return None


class FirstAdministratorMiddleware:
    """Lead from every address to where the first administrator is made, while a studio has nobody who can sign in."""

    OPEN = frozenset({"first_administrator"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.set_up["users"] or request.resolver_match.url_name in self.OPEN:
            return None
        return redirect("first_administrator")


class SecondFactorMiddleware:
    """Send administrators to set up a second factor before anything else, where the studio requires one."""

    # What is needed to set it up, or to leave.
    OPEN = frozenset({"mfa_activate_totp", "account_reauthenticate", "account_logout", "logo"})

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.url_name in self.OPEN:
            return None
        if people.needs_second_factor(request.user, request.preferences):
            return redirect("mfa_activate_totp")
        return None


class SentOnceMiddleware:
    """Let a form that was sent twice be done once.  The last of all, for a form is only done where nobody objects."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        key = sent_once.key_of(request, view)
        if key is None:
            return None
        try:
            return sent_once.answer(request, key, partial(view, request, *args, **kwargs))
        except sent_once.KeyRefused as refusal:
            return errors.form_does_not_belong_here(request, str(refusal))
