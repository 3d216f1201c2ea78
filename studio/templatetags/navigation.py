"""The sections of the sidebar, each link with the permission that shows it."""

from django import template
from django.urls import reverse

from studio import access

register = template.Library()

# Words, URL name, icon, permission, key after "g".
SECTIONS = (
    (
        "Work",
        (
            ("Home", "preproduction:home", "home", "see_work", "h"),
            ("Preproduction Orders", "preproduction:order_list", "photo", "see_work", "o"),
            ("Overdue", "preproduction:overdue_list", "clock", "see_overdue", "v"),
            ("Sessions", "studio:session_list", "camera", "see_work", "s"),
            ("Clients", "studio:client_list", "users", "see_work", "c"),
            ("Tasks", "triggers:task_list", "check-circle", "see_work", "t"),
            ("Calls", "triggers:call_list", "phone", "see_work", "l"),
            ("Trigger Queue", "triggers:queue_list", "inbox-stack", "steer_triggers", "q"),
            ("Letters", "triggers:letter_list", "envelope", "see_work", ""),
        ),
    ),
    (
        "Maintenance",
        (
            ("Preproduction Order Statuses", "preproduction:status_list", "queue-list", "maintain", ""),
            ("Triggers", "triggers:trigger_list", "bolt", "maintain", ""),
            ("Templates", "triggers:template_list", "document-text", "maintain", ""),
            ("Messages", "triggers:message_preferences", "chat-bubble-left-right", "set_preferences", ""),
            ("Departments", "studio:department_list", "building-office", "maintain", ""),
            ("Users", "studio:user_list", "user-group", "manage_people", ""),
            ("Vendors", "studio:vendor_list", "truck", "maintain", ""),
            ("Session Types", "studio:session_type_list", "tag", "maintain", ""),
            ("Custom Fields", "preproduction:custom_fields", "adjustments-horizontal", "maintain", ""),
            ("Company Preferences", "studio:preferences", "cog-6-tooth", "set_preferences", ""),
        ),
    ),
)


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context):
    """Draw the sidebar's links: those this user may follow, with the one the page is under marked."""
    request = context["request"]
    sections = [
        {"title": title, "links": [link for link in (_link(request, *row) for row in rows) if link]}
        for title, rows in SECTIONS
    ]
    links = [link for section in sections for link in section["links"]]
    under = [link for link in links if _is_under(request.path, link["href"])]
    if under:
        max(under, key=lambda link: len(link["href"]))["current"] = "page"
    return {"sections": [section for section in sections if section["links"]]}


def _link(request, words, name, icon, permission, key):
    if not access.may(request.user, permission):
        return None
    return {"words": words, "href": reverse(name), "icon": icon, "key": key, "current": ""}


def _is_under(path, href):
    return path == href or (path.startswith(href) and href.count("/") > 1)
