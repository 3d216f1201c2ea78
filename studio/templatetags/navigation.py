"""What other apps add to a page: links of menus (studio.navigation) and whole parts (settings.PARTS)."""

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import mark_safe

from studio.navigation import (
    MAINTENANCE,
    MAINTENANCE_PAGE,
    MORE,
    MOST_COUNTED,
    link,
    links,
    sidebar,
    waiting_of,
)

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar_links(context) -> dict:
    """Return what the sidebar and the bar of a phone show this user, with the page one is under marked.

    A dictionary: groups, lists of links one after the other; bar, the links with a short name.  A link is as
    studio.navigation.link makes it, with `current` and `waits`: "", or a number as "3" or "99+".
    """
    request = context["request"]
    bar = sidebar(request.user)
    counts = waiting_of(request) if request.user.is_authenticated else {}
    groups = [
        [{**link(item), "waits": _in_words(counts.get(item.page, 0))} for item in items]
        for items in (bar.all_day, bar.pinned, bar.doors)
    ]
    shown = [each for group in groups for each in group]
    if not _mark_current(request.path, shown) and _is_under_one(request.path, bar.rest):
        next(each for each in shown if each["page"] == MORE.page)["current"] = "page"
    return {
        "groups": [group for group in groups if group],
        "bar": [each for each in shown if each["short"]][:4],
    }


@register.simple_tag(takes_context=True)
def trail(context) -> list[dict]:
    """Return the way to a page of Maintenance, as words and href (of a group none); nothing for other pages."""
    path = context["request"].path
    for title in MAINTENANCE:
        found = [each for each in links(title, context["request"].user) if _is_under(path, each["href"])]
        if found:
            return [
                {"words": MAINTENANCE_PAGE.words, "href": reverse(MAINTENANCE_PAGE.page)},
                {"words": title, "href": ""},
            ]
    return []


@register.inclusion_tag("components/menu_tabs.html", takes_context=True)
def menu_tabs(context, title: str):
    """Draw a menu as tabs, with the page one is on marked."""
    request = context["request"]
    tabs = links(title, request.user)
    _mark_current(request.path, tabs)
    return {"label": title, "tabs": tabs}


@register.simple_tag(takes_context=True)
def menu_links(context, title: str, *args):
    """Return the links of a menu that this user may follow: {% menu_links "Trigger" record.pk as links %}"""
    return links(title, context["request"].user, *args)


@register.simple_tag(takes_context=True)
def parts(context, place: str):
    """Draw the templates that settings.PARTS names for a place, each with the page's own context."""
    drawn = [
        get_template(name).template.render(context.new(context.flatten())) for name in settings.PARTS[place]
    ]
    return mark_safe("".join(drawn))  # noqa: S308 - each is a template, which escapes for itself


def _in_words(count: int) -> str:
    if not count:
        return ""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def _mark_current(path: str, links: list[dict]) -> bool:
    """Mark the link whose address is the longest that `path` is under, and say whether there is one."""
    under = [link for link in links if _is_under(path, link["href"])]
    if under:
        max(under, key=lambda link: len(link["href"]))["current"] = "page"
    return bool(under)


def _is_under_one(path, items) -> bool:
    return any(_is_under(path, reverse(item.page)) for item in items)


def _is_under(path, href):
    return path == href or (path.startswith(href) and href.count("/") > 1)
