"""What the page for signing in, and the page after it, say of a form that was kept."""

import re

from django import template

from studio.kept_forms import rows

register = template.Library()


@register.inclusion_tag("studio/_kept_waiting.html", takes_context=True)
def kept_forms_waiting(context):
    """Say whose forms wait in this browser.  A query where one was kept within the hour, else none."""
    return {"typists": list(dict.fromkeys(row.person for row in rows.waiting(context["request"])))}


@register.filter
def label_of(name: str) -> str:
    """Return what a field called `name` may be called on its page: "images-2-proof_type" is "Proof type"."""
    return re.sub(r"[-_ ]+", " ", re.sub(r"^.*-", "", name)).strip().capitalize()
