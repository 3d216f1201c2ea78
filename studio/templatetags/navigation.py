"""What other apps add to a page: links of menus (studio.navigation) and whole parts (settings.PARTS)."""

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import mark_safe

from studio.navigation import links

register = template.Library()

SIDEBAR = ("Work", "Maintenance")


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context):
    """Draw the sidebar's links: those this user may follow, with the one the page is under marked."""
    request = context["request"]
    sections = [{"title": title, "links": links(title, request.user)} for title in SIDEBAR]
    _mark_current(request.path, [link for section in sections for link in section["links"]])
    return {"sections": [section for section in sections if section["links"]]}


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


def _mark_current(path: str, links: list[dict]) -> None:
    """Mark the link whose address is the longest that `path` is under."""
    under = [link for link in links if _is_under(path, link["href"])]
    if under:
        max(under, key=lambda link: len(link["href"]))["current"] = "page"


def _is_under(path, href):
    return path == href or (path.startswith(href) and href.count("/") > 1)
