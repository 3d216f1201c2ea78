from django import template

from studio import access
from triggers.notices import notices

register = template.Library()


@register.inclusion_tag("triggers/_notices.html")
def trigger_notices(user):
    """Tell whoever is signed in what stands in the way of triggers."""
    if not user.is_authenticated:
        return {"told": None}
    return {"told": notices(may_steer=access.may(user, "steer_triggers"))}
