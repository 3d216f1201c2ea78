from django import template

from studio import access
from triggers.notices import notices

register = template.Library()


@register.simple_tag
def trigger_notices(user):
    """Return what to tell whoever is signed in of what stands in the way of triggers; None for a stranger."""
    return notices(may_steer=access.may(user, "steer_triggers")) if user.is_authenticated else None
