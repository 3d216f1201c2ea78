"""Links to the styles and scripts of every page: each file while one works, the joined one where they are collected."""

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html

register = template.Library()


@register.tag
def joined(parser, token):
    """{% joined "css/joined.css" %} links to the files {% endjoined %}; see studio/joined_files.py."""
    _, name = token.split_contents()
    files = parser.parse(("endjoined",))
    parser.delete_first_token()
    return JoinedNode(name.strip('"'), files)


class JoinedNode(template.Node):
    def __init__(self, name, files):
        self.name, self.files = name, files

    def render(self, context):
        if not getattr(staticfiles_storage, "is_joined", False):
            return self.files.render(context)
        address = staticfiles_storage.url(self.name)
        if self.name.endswith(".js"):
            return format_html('<script src="{}" defer></script>', address)
        return format_html('<link rel="stylesheet" href="{}">', address)
