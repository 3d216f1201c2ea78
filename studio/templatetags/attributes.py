"""The attributes of a control, for the widgets of Django and ours."""

from collections.abc import Mapping

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


NOT_TYPED = {"hidden", "checkbox", "radio", "file", "submit", "button", "reset", "image", "color", "range"}


@register.filter
def of_an_input(attrs: Mapping, kind: str) -> Mapping:
    """Return the attributes of an input of this type, or of a textarea: a browser offers nothing to be typed into it.

    What it would offer is the name, mail and phone of whoever sits there, and a studio writes down those of others.
    The forms of one's own account say themselves what they are for ("current-password").
    """
    return attrs if kind in NOT_TYPED else {"autocomplete": "off", **attrs}


@register.filter
def of_a_number(attrs: Mapping) -> dict:
    """Return the attributes of a number that is typed as text: the right keys on a phone, and no range to step in."""
    keys = "decimal" if "step" in attrs else "numeric"
    return {
        "autocomplete": "off",
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
