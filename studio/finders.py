"""Clients, sessions, pages and new things, as the palette finds them; see finding.py."""

from collections.abc import Iterable

from studio import access, dates, navigation, texts
from studio.finding import MOST, Found
from studio.models import Client, PhotoSession
from studio.navigation import MAINTENANCE, MORE, WORK, MenuItem
from studio.search import exact_names_first, matching

FURTHER_PAGES = ("Company Preferences", "You")  # menus of pages that stand in no list of links
NEW = "New"
OTHER_ICON = "document"


def clients(user, typed: str) -> list[Found]:
    """One query, if anything was typed."""
    if not _may_look(user, typed):
        return []
    rows = exact_names_first(Client.objects.filter(matching(typed, "found_by")), typed)
    return [
        Found(
            client.name,
            client.get_absolute_url(),
            "users",
            " · ".join(
                filter(None, (client.contact_name, client.phone or client.mobile_phone, client.email))
            ),
        )
        for client in rows[:MOST]
    ]


def sessions(user, typed: str) -> list[Found]:
    """By their own number and place: those of a client are on the client's page.  One query, if anything was typed."""
    if not _may_look(user, typed):
        return []
    rows = exact_names_first(PhotoSession.objects.filter(matching(typed, "found_by")), typed)
    return [
        Found(
            str(session),
            session.get_absolute_url(),
            "camera",
            f"{session.client} · {session.session_type} · {dates.written(session.date)}",
        )
        for session in rows.select_related("client", "session_type")[:MOST]
    ]


def pages(user, typed: str) -> list[Found]:
    """No query.  With nothing typed those in sight."""
    bar = navigation.sidebar(user)
    in_sight = [*bar.all_day, *bar.pinned, *bar.doors]
    if not typed.strip():
        return _called(in_sight, typed)
    menus = (WORK, *MAINTENANCE, *FURTHER_PAGES)
    further = [item for title in menus for item in navigation.allowed(title, user)]
    return _called({item.page: item for item in [*in_sight, *further, MORE]}.values(), typed)


def new_things(user, typed: str) -> list[Found]:
    """No query."""
    return _called(navigation.allowed(NEW, user), typed)


def _may_look(user, typed: str) -> bool:
    return access.may(user, "see_work") and bool(texts.words(typed))


def _called(items: Iterable[MenuItem], typed: str) -> list[Found]:
    """Return the items with all words of what was typed, those first that begin with it."""
    wanted, start = texts.words(typed), texts.sort_key(typed)
    held = [item for item in items if _holds(texts.found_by(item.words), wanted)]
    held.sort(key=lambda item: not texts.sort_key(item.words).startswith(start))
    return [Found(item.words, navigation.link(item)["href"], item.icon or OTHER_ICON) for item in held]


def _holds(line: str, wanted: list[tuple[str, ...]]) -> bool:
    return all(any(spelling in line for spelling in word) for word in wanted)
