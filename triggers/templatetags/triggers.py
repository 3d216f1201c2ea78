from django import template

from studio import access
from triggers.notices import notices

register = template.Library()


@register.inclusion_tag("triggers/_notices.html")
def trigger_notices(user):
    """Tell managers and administrators what stands in the way of triggers.  Three queries for them, none for others."""
    if not access.may(user, "steer_triggers"):
        return {"told": None}
    return {"told": notices()}
