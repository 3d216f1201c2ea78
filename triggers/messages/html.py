"""The HTML part of an email: what an author may write in it.

Mail programs drop scripts and forms, and some of them read broken HTML in ways of their own.  So nothing is mended in
silence: what is not complete, quoted and on the lists below is refused when the template is saved, with a sentence.
"""

import re
from html import unescape

from triggers.messages import text as message_text
from triggers.messages.marks import marks_of

_ELEMENTS = """
    a abbr address b big blockquote body br caption center cite code col colgroup dd del div dl dt em font
    h1 h2 h3 h4 h5 h6 head hr html i img ins li ol p pre q s small span strike strong style sub sup
    table tbody td tfoot th thead title tr u ul
"""
_ATTRIBUTES = """
    align alt bgcolor border cellpadding cellspacing class color cols colspan dir face height href id lang nowrap
    rel role rowspan rows size span src start style summary target title type valign width
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
SCHEMES = ("https://", "http://", "mailto:", "tel:", "cid:", "#")
PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;")
# What reaches out of a style, in any program that ever read mail.
STYLE_REACHES_OUT = re.compile(r"url\s*\(|@import|expression|javascript|behavior|-moz-binding|\\|<", re.I)

DOCTYPE = re.compile(r"\s*<!doctype html>", re.I)
# Possessive: a tag is a tag or it is not, and the answer costs no more than its length.
TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-z][a-z0-9]*+)"
    r"(?P<attributes>(?:\s++[a-z][a-z-]*+(?:\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'))?+)*+)\s*+/?>",
    re.I,
)
ATTRIBUTE = re.compile(r"([a-z][a-z-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'))?+", re.I)

# What stands for a mark while the tags are looked at: letters of no script.
FIELD, CONDITION = "\ue000", "\ue001"
# The one field that may begin a link; Company Preferences take nothing but addresses of the web for it.
LINK_FIELD = "studio.website"


def problems(text: str) -> list[str]:
    """Say in sentences what is wrong with an HTML part: its fields, or its HTML."""
    found = message_text.problems(text, html=True)
    if found or not text:
        return found
    return _wrong_html(_without_marks(text))[:5]


def _without_marks(text: str) -> str:
    """Put one letter in the place of each mark; every line stays the line it was."""
    parts, at = [], 0
    for mark in marks_of(text)[0]:
        stand_in = CONDITION if mark.kind == "{%" else FIELD
        if mark.inside == LINK_FIELD:
            stand_in = "https://website.example"
        parts += [text[at : mark.start], stand_in, "\n" * text.count("\n", mark.start, mark.end)]
        at = mark.end
    return "".join([*parts, text[at:]])


def _wrong_html(text: str) -> list[str]:
    found: list[str] = []
    doctype = DOCTYPE.match(text)
    at = doctype.end() if doctype else 0
    style_from = None
    while (start := text.find("<", at)) >= 0:
        line = text.count("\n", 0, start) + 1
        tag = TAG.match(text, start)
        if not tag:
            return [*found, _not_a_tag(text[start : start + 12], line)]
        at = tag.end()
        name = tag["name"].lower()
        if name not in ELEMENTS:
            found.append(f"<{name}> on line {line} cannot be used in an email.")
        elif not tag["close"]:
            found += _wrong_attributes(name, tag["attributes"], line)
        if name == "style":
            if style_from is not None:
                found += _wrong_style(text[style_from:start], line)
            style_from = None if tag["close"] else at
    if style_from is not None:
        found.append("A <style> has no </style>.")
    return found


def _not_a_tag(beginning: str, line: int) -> str:
    if beginning.startswith(("<!", "<?")):
        return f"Remove the comment or instruction on line {line}: some mail programs read it as HTML."
    if CONDITION in beginning or FIELD in beginning:
        return f"The tag on line {line} is not complete: fields may stand in quoted values only, conditions around tags."
    return f"The < on line {line} begins no complete tag: write &lt; for the sign itself, and put values in quotes."


def _wrong_attributes(element: str, attributes: str, line: int) -> list[str]:
    found = []
    for name, double, single in ATTRIBUTE.findall(attributes):
        name, value = name.lower(), unescape(double or single)
        if name not in ATTRIBUTES:
            found.append(f"{name} in <{element}> on line {line} cannot be used in an email.")
        elif CONDITION in value:
            found.append(f"The condition inside of <{element}> on line {line} must stand around the tag.")
        elif name == "style":
            found += _wrong_style(value, line)
        elif name in ("href", "src") and not _leads_somewhere(value, element):
            found.append(
                f"The address in <{element}> on line {line} must begin with https://, mailto: or tel:"
                f" (or with {{{{ {LINK_FIELD} }}}})."
            )
    return found


def _leads_somewhere(value: str, element: str) -> bool:
    # Browsers overlook controls and spaces in a scheme.
    address = re.sub(r"[\x00-\x20\x7f]", "", value).lower()
    return address.startswith(SCHEMES) or (element == "img" and address.startswith(PICTURES))


def _wrong_style(style: str, line: int) -> list[str]:
    if FIELD in style or CONDITION in style:
        return [f"The style on line {line} holds a field or a condition; those may stand in texts and links."]
    if reaching := STYLE_REACHES_OUT.search(style):
        return [f"The style on line {line} holds “{reaching[0]}”, which mail programs refuse."]
    return []
