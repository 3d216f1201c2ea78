"""What a page says before somebody prints it."""

import unicodedata

from django import template
from django.template.loader import render_to_string

from studio.paper.lettering import stand_ins

register = template.Library()

MOST_NAMED = 6


@register.simple_block_tag(end_name="endprinted")
def printed(content, *further: str | None):
    """Say above the content which of its letters no font has, and what a print shows in their place.

    further: texts that are printed with it and not shown here.
    """
    found = stand_ins(content, *filter(None, further))
    if not found:
        return content
    named = [f"{letter} ({unicodedata.name(letter, 'no letter').lower()})" for letter in found]
    words = {
        "letters": ", ".join(named[:MOST_NAMED]),
        "others": len(named[MOST_NAMED:]),
        "such_as": next(iter(found.values())),
    }
    return render_to_string("components/stand_ins.html", words) + content
