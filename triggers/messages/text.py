"""The language of messages: Liquid, with the fields of merge_fields.py and little else.

A text may hold `{{ client.name }}`, a few filters, and if/unless around a part.  There is no loop, no assignment, no
include and no path but those of the list, so what a text costs is bounded by its length; what reaches the engine is
short (see the limits below), and what comes out is cut off.  Every text is checked when it is saved, and again before
it is filled in: a template may be older than the list.  Django's and Jinja's engines never see it.
"""

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from triggers.channels.base import PermanentError
from triggers.messages import merge_fields
from triggers.messages.marks import MAX_DEPTH, marks_of, problems_with

MAX_TEXT = 20_000  # characters of a template
MAX_VALUE = 2_000  # characters of one field
MAX_OUTPUT = 100_000  # bytes of a finished message
MAX_LINE = 200  # characters of a subject

# Filters, with what each may be given: "text" is a text or a field.
FILTERS = {
    "upcase": (),
    "downcase": (),
    "capitalize": (),
    "strip": (),
    "newline_to_br": (),
    "url_encode": (),
    "default": ("text",),
    "truncate": ("number", "text"),
}
# Controls, separators of lines, bidi overrides and lone surrogates: no mail header, letter or SMS may hold them.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class RenderError(PermanentError):
    """The text cannot be filled in, now or later.  str() is a sentence."""


def problems(text: str, *, html: bool = False) -> list[str]:
    """Say in sentences what is wrong with `text`; [] if it can be filled in, whatever the fields hold."""
    return list(_parsed(text, html)[1])


def render(text: str, fields: dict[str, str], *, html: bool = False, one_line: bool = False) -> str:
    """Return `text` with the fields filled in.

    fields:   flat name to text; what is missing is "", what is not of the list is left alone.
    html:     values are escaped; what the author wrote is HTML.
    one_line: line breaks become spaces, and what is longer than 200 characters is cut.

    Raises RenderError.
    """
    template, found = _parsed(text, html)
    if found:
        raise RenderError(found[0])
    from liquid.exceptions import LiquidError

    values = {name: clean(value)[:MAX_VALUE] for name, value in fields.items()}
    try:
        filled = template.render(merge_fields.nested(values))
    except LiquidError as error:
        raise RenderError(_words_of(error)) from error
    if one_line:
        return as_line(filled)
    # An {% if %} on a line of its own leaves an empty one.
    return filled if html else re.sub(r"\n{3,}", "\n\n", filled).strip("\n")


def clean(text: str) -> str:
    """Return `text` without what can be neither sent nor printed; line breaks stay."""
    return UNSEEN.sub("", re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", str(text)))


def as_line(text: str) -> str:
    """Return `text` as one line of at most 200 characters."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", str(text)).split())
    line = UNSEEN.sub("", line)
    return line if len(line) <= MAX_LINE else f"{line[: MAX_LINE - 1].rstrip()}…"


@lru_cache(maxsize=256)
def _parsed(text: str, html: bool) -> tuple:
    """Return (template of the engine, []), or (None, sentences).  Only what keeps the limits reaches the engine."""
    if len(text) > MAX_TEXT:
        return None, [f"The text is longer than {MAX_TEXT:,} characters."]
    marks, found = marks_of(text)
    found = found or problems_with(marks, text, html=html)
    if found:
        return None, found
    from liquid.exceptions import LiquidError

    try:
        template = _engine(html).from_string(text)
    except (LiquidError, RecursionError) as error:
        return None, [_words_of(error)]
    found = list(dict.fromkeys(_wrong_in(template.nodes)))
    return (None, found) if found else (template, [])


@cache
def _engine(html: bool):
    """Make the environment: strict, with nothing but our tags and filters in it."""
    from liquid import Environment, Mode, StrictUndefined
    from liquid.builtin import content, illegal, output
    from liquid.builtin.tags import if_tag, unless_tag

    class If(if_tag.IfTag):
        mode = Mode.STRICT  # or a second else would be dropped in silence

    class Unless(unless_tag.UnlessTag):
        mode = Mode.STRICT

    class Engine(Environment):
        block_nesting_limit = MAX_DEPTH
        context_depth_limit = MAX_DEPTH
        loop_iteration_limit = 1
        local_namespace_limit = 1
        output_stream_limit = MAX_OUTPUT

        def setup_tags_and_filters(self, *, extra=False):
            super().setup_tags_and_filters(extra=False)
            self.filters = {name: self.filters[name] for name in FILTERS}
            self.tags = {}
            for tag in (content.Literal, output.Output, illegal.Illegal, If, Unless):
                self.add_tag(tag)

    return Engine(tolerance=Mode.STRICT, undefined=StrictUndefined, autoescape=html)


def _wrong_in(nodes):
    """Yield a sentence for each part of the tree that is not on our list.

    Liquid takes "" for true; `{% if client.phone %}` is meant, and made to mean, that there is one.
    """
    for node in nodes:
        for expression in node.expressions():
            yield from _wrong_in_expression(expression)
        yield from _wrong_in(node.children(None, include_partials=False))


def _wrong_in_expression(expression):
    from liquid.builtin.expressions import FilteredExpression, Path

    if isinstance(expression, Path):
        yield from _unknown_field(expression)
        return
    line = _line_of(expression.token)
    kind = type(expression).__name__
    if isinstance(expression, FilteredExpression):
        for chosen in expression.filters or ():
            yield from _wrong_filter(chosen, line)
    elif kind == "ContainsExpression" and not isinstance(expression.left, Path):
        yield f"Line {line}: a field stands before “contains”."
    elif kind not in _PLAIN and kind not in _LOGICAL:
        yield f"Line {line} holds what a message cannot use: only fields, texts, ==, !=, contains, and, or."
        return
    for operand in _LOGICAL.get(kind, ()):
        part = getattr(expression, operand)
        if isinstance(part, Path):
            yield from _unknown_field(part)
            setattr(expression, operand, _is_given(part))
    for part in expression.children():
        yield from _wrong_in_expression(part)


# Expressions by their class in the engine; those of the second hold what is asked for being true.
_PLAIN = {
    "EqExpression", "NeExpression", "ContainsExpression", "StringLiteral", "IntegerLiteral",
    "TrueLiteral", "FalseLiteral", "Nil", "Empty", "Blank",
}  # fmt: skip
_LOGICAL = {
    "BooleanExpression": ("expression",),
    "LogicalAndExpression": ("left", "right"),
    "LogicalOrExpression": ("left", "right"),
}


def _is_given(path):
    from liquid.builtin.expressions.logical import NeExpression
    from liquid.builtin.expressions.primitive import Blank

    return NeExpression(path.token, path, Blank(path.token))


def _unknown_field(path):
    name = ".".join(part if isinstance(part, str) else "…" for part in path.path)
    if all(isinstance(part, str) for part in path.path) and name in merge_fields.NAMES:
        return
    near = get_close_matches(name, merge_fields.NAMES, n=1)
    yield f"There is no field {name}." + (f" Did you mean {near[0]}?" if near else "")


def _wrong_filter(chosen, line: int):
    """Check the name of a filter and what it is given, so that it cannot fail when the message is written."""
    from liquid.builtin.expressions import Path
    from liquid.builtin.expressions.arguments import PositionalArgument
    from liquid.builtin.expressions.primitive import IntegerLiteral, StringLiteral

    wanted = FILTERS.get(chosen.name)
    if wanted is None:
        near = get_close_matches(chosen.name, FILTERS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FILTERS)}."
        yield f"There is no filter {chosen.name} (line {line}). {hint}"
        return
    kinds = {"text": (Path, StringLiteral), "number": (IntegerLiteral,)}
    fits = len(chosen.args) <= len(wanted) and all(
        isinstance(given, PositionalArgument) and isinstance(given.value, kinds[kind])
        for given, kind in zip(chosen.args, wanted, strict=False)
    )
    if chosen.name == "default" and not chosen.args:
        fits = False
    if not fits:
        yield f"The filter {chosen.name} on line {line} is given something that it cannot use."


def _line_of(token) -> int:
    return token.source.count("\n", 0, max(token.start_index, 0)) + 1 if token else 1


def _words_of(error: Exception) -> str:
    """Return what the engine objects to as a sentence, without the text around it: that may be a client's."""
    from liquid.exceptions import LiquidError, OutputStreamLimitError

    if isinstance(error, OutputStreamLimitError):
        return "The finished message would be longer than a message may be."
    if not isinstance(error, LiquidError) or not error.message:
        return "The text cannot be read: it is too deeply nested."
    token = error.token
    if not token or token.start_index < 0:
        return "The text cannot be read: a {{ … }} or {% … %} breaks off too early."
    return f"Line {_line_of(token)} cannot be read near “{str(token.value)[:30]}”."
