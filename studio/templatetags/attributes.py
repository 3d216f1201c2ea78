"""The attributes of a control, for the widgets of Django and ours."""

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def of_a_number(attrs: Mapping) -> dict:
    """Return the attributes of a number that is typed as text: the right keys on a phone, and no range to step in."""
    keys = "decimal" if "step" in attrs else "numeric"
    return {
        "inputmode": keys,
        **{name: value for name, value in attrs.items() if name not in ("min", "max", "step")},
    }


@register.filter
def as_attributes(attrs: Mapping) -> SafeString:
    """Write a widget's attributes as Django's attrs.html does: of True only the name, of False nothing.

    But no maxlength: a browser would cut what is pasted, without a word.  The form keeps it, and says what is too long.

    In Python, because every control has some: the loop of a template takes three times as long, an eighth of a page
    with many fields.
    """
    return mark_safe(  # noqa: S308 - each part is escaped
        "".join(
            f" {conditional_escape(name)}"
            if value is True
            else f' {conditional_escape(name)}="{conditional_escape(value)}"'
            for name, value in attrs.items()
            if value is not False and name != "maxlength"
        )
    )
