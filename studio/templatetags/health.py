from django import template
from django.utils import timezone

from studio import access
from studio.backups import nightly

register = template.Library()


@register.simple_tag(takes_context=True)
def backup_notice(context) -> dict | None:
    """Return the last good back-up, None for none, where it is too old and whoever is signed in may do something.

    No query where there is a back-up.
    """
    now = timezone.now()
    if not access.may(context["request"].user, "maintain") or not nightly.is_overdue(now):
        return None
    return {"last": nightly.last_good(now)}
