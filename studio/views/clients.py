"""Clients and their sessions.  Their own pages show orders, and so live in preproduction."""

from functools import partial

from django.db.models import Count, Max, OuterRef, Subquery
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from studio import access
from studio.forms.records import ClientChoice, ClientForm, SessionForm, SessionTypeForm
from studio.models import Client, PhotoSession, SessionType, User
from studio.tables import ClientChoiceTable, ClientTable, SessionTable
from studio.uses import delete_unused
from studio.views.lists import delete_record, edit_record, show_list

CLIENT_SEARCH = ("found_by",)

FOR_AN_ORDER = (
    "A preproduction order is made from its session: open the session, then choose New Preproduction Order."
)


def _clients():
    """Clients with their number of sessions and the date of the last.

    Subqueries and no join: only the rows of the page are counted.
    """
    sessions = PhotoSession.objects.filter(client=OuterRef("pk")).order_by().values("client")
    return Client.objects.annotate(
        session_count=Subquery(sessions.annotate(n=Count("pk")).values("n")),
        last_session_date=Subquery(sessions.annotate(last=Max("date")).values("last")),
    )


@require_safe
@access.requires("see_work")
def client_list(request):
    return show_list(
        request,
        _clients(),
        ClientTable,
        title="Clients",
        search=CLIENT_SEARCH,
        noun="clients",
        new_words="New Client",
        new_url=reverse("studio:client_create"),
        empty_text="Orders belong to a session, and a session to a client. Add the first client to begin.",
    )


@access.requires("change_clients")
def client_edit(request, pk=None, *, refusal=""):
    client = get_object_or_404(Client, pk=pk) if pk is not None else Client()
    session_is_next = "and_session" in request.POST

    def done(saved):
        if session_is_next:
            return f"{reverse('studio:session_create')}?client={saved.pk}"
        return saved.get_absolute_url()

    return edit_record(
        request,
        ClientForm,
        client,
        template="studio/client_form.html",
        title=client.name or "New Client",
        parent="Clients",
        parent_url=reverse("studio:client_list"),
        back=client.get_absolute_url() if pk else reverse("studio:client_list"),
        done=done,
        delete_url=pk and reverse("studio:client_delete", args=[pk]),
        refusal=refusal,
        is_logged=False,
    )


@require_POST
@access.requires("change_clients")
def client_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(Client, pk=pk),
        back=reverse("studio:client_list"),
        delete=partial(
            delete_unused,
            way_out="Tick Inactive instead: the client is then hidden from lists, and their sessions stay.",
        ),
        page=client_edit,
        is_logged=False,
    )


@require_safe
@access.requires("see_work")
def session_list(request):
    return show_list(
        request,
        PhotoSession.objects.select_related("client", "session_type", "photographer"),
        SessionTable,
        title="Sessions",
        search=("found_by", "client__found_by", "session_type__found_by"),
        with_inactive=False,
        noun="sessions",
        new_words="New Session",
        new_url=reverse("studio:session_create"),
        empty_text="A session is a sitting of a client. Preproduction orders are made from it.",
        intro=FOR_AN_ORDER if request.GET.get("for") == "order" else "",
    )


@access.requires("change_clients")
def session_create(request):
    """Ask for the client first, in a list that can be searched; then for the rest."""
    client = ClientChoice(request.POST if "client" in request.POST else request.GET).chosen()
    if client is None:
        return _choose_client(request, title="New Session", intro="Whose session is it?")
    if all(is_inactive for *_, is_inactive in request.set_up["session types"]):
        return _first_session_type(request, client)
    return _session_form(request, PhotoSession(client=client), title="New Session")


def _first_session_type(request, client):
    """A session is of a type: where there is none, ask for it here, or say who adds it."""
    words = {
        "template": "studio/first_session_type.html",
        "title": "New Session",
        "back": reverse("studio:session_list"),
        "may_add": access.may(request.user, "maintain"),
        "administrators": User.objects.administrators(),
    }
    if not words["may_add"]:
        return render(request, words["template"], words)
    return edit_record(
        request,
        SessionTypeForm,
        SessionType(),
        done=lambda saved: f"{reverse('studio:session_create')}?client={client.pk}",
        **words,
    )


@access.requires("change_clients")
def session_edit(request, pk, *, refusal=""):
    session = get_object_or_404(PhotoSession.objects.select_related("client"), pk=pk)
    if request.method == "GET" and "choose_client" in request.GET:
        return _choose_client(
            request,
            title=str(session),
            intro="Whose session is it really? Its preproduction orders go with it.",
            session=session,
        )
    return _session_form(
        request,
        session,
        title=str(session),
        client=ClientChoice(request.POST if request.method == "POST" else request.GET).chosen(),
        delete_url=reverse("studio:session_delete", args=[pk]),
        refusal=refusal,
    )


def _choose_client(request, *, title, intro, session=None):
    return show_list(
        request,
        _clients(),
        ClientChoiceTable,
        template="studio/session_client.html",
        title=title,
        intro=intro,
        session=session,
        search=CLIENT_SEARCH,
        noun="clients",
        new_words="New Client",
        new_url=reverse("studio:client_create"),
        empty_text="A session belongs to a client. Add the client first.",
    )


def _session_form(request, session, *, title, client=None, **words):
    client = client or session.client
    return edit_record(
        request,
        SessionForm,
        session,
        initial={"client": client.pk},
        template="studio/session_form.html",
        title=title,
        client=client,
        parent="Sessions",
        parent_url=reverse("studio:session_list"),
        back=session.get_absolute_url() if session.pk else reverse("studio:session_list"),
        done=partial(_saved, was=session.needed_by),
        **words,
        is_logged=False,
    )


def _saved(session, *, was):
    """Return the session's page, which hears by when it was needed before, if that is another day now."""
    address = session.get_absolute_url()
    return address if session.needed_by == was else f"{address}?was={was or 'none'}"


@require_POST
@access.requires("change_clients")
def session_delete(request, pk):
    return delete_record(
        request,
        get_object_or_404(PhotoSession, pk=pk),
        back=reverse("studio:session_list"),
        delete=partial(delete_unused, way_out="A session stays with its orders."),
        page=session_edit,
        is_logged=False,
    )
