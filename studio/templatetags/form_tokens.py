"""What every form that is sent by POST carries hidden.

In force in all templates, in place of Django's own tag of this name (settings.TEMPLATES), so that no form of ours can
be written without a request key and our signature: without the other token it would not be accepted either.
"""

from uuid import uuid4

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from studio.kept_forms import origin

register = template.Library()


class FormTokensNode(CsrfTokenNode):
    def render(self, context):
        token = super().render(context)
        if not token:
            return token
        token += format_html('<input type="hidden" name="request_key" value="{}">', uuid4())
        # In whatever is included with `only`, too, where no variable is called so.
        request = getattr(context, "request", None)
        signature = origin.signature(request) if request else ""
        if signature:
            token += format_html('<input type="hidden" name="{}" value="{}">', origin.FIELD, signature)
        return token


@register.tag
def csrf_token(parser, token):
    """Draw Django's token against forged forms, the request key of studio/sent_once.py, and whose form it is, on which
    page (studio/kept_forms/origin.py)."""
    return FormTokensNode()
