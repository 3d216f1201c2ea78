"""What was typed, put back into the source of the page on which its form stands.

A page is filled in as it was drawn, so that no view has to know how: whatever the form, and with scripts off.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.html import escape

from studio.kept_forms.rows import LEFT_OUT, Typed
from studio.kept_forms.source import Control, Form, PageSource, Tag

FIELD = "kept_form"  # the key of the row, in the form that was filled in
NEVER = {"password", "file", "submit", "button", "image", "reset"}
MOST_LINES = 1000
# What a form carries beside what is typed: what its user saw, and what it is counted by.
MARK = re.compile(
    r"(^|[-_])(key|seen|version|expected|meant|back|next|shown_to|[A-Z]+_FORMS)$|^(initial|suggested)[-_]"
)
TYPED = re.compile(r"(?!(on|true|false)$)\w*[^\W\d_]|\d{4}-\d\d-\d\d", re.IGNORECASE)


@dataclass
class Filled:
    """A page with what was typed in it.

    place:   where in `source` a notice about it belongs.
    missing: what the page has no field for, as name and value.
    is_act:  the form has nothing to type, tick or choose: it is a button.
    """

    source: str
    place: int
    is_found: bool = False
    is_act: bool = False
    missing: list[tuple[str, str]] = field(default_factory=list)


def fill(source: str, typed: Typed, *, key: str) -> Filled:
    """Return the page `source` with what was `typed` in its form.

    Of two forms that are sent to the same address, that which has more of the names.  Hidden fields come back, too:
    with the same request key it is the same form, and from what its user saw it is told what a colleague changed since.
    """
    page = PageSource(source)
    longer = _with_lines(source, page, typed)
    if longer != source:
        source, page = longer, PageSource(longer)
    top = page.main.end if page.main else 0
    form = _form_of(page, typed)
    if form is None:
        return Filled(source, top, missing=_words(typed.pairs))
    given = defaultdict(list)
    for name, value in typed.pairs:
        given[name].append(value)
    is_whole = all(
        control.name in given for control in form.controls if _is_ours(control) and control.is_always_sent
    )
    edits = [
        edit
        for control in form.controls
        if _is_ours(control)
        for edit in _edits(control, given, is_whole=is_whole)
    ]
    place = form.tag.start if _reads_as_one(form) else top
    edits.append((form.tag.end, form.tag.end, f'<input type="hidden" name="{FIELD}" value="{escape(key)}">'))
    buttons = {control.name for control in form.controls if control.kind in NEVER}
    left = [(name, value) for name, values in given.items() if name not in buttons for value in values]
    return Filled(
        _written(source, edits),
        place + sum(len(text) - (end - start) for start, end, text in edits if end <= place),
        is_found=True,
        is_act=not any(_is_seen(control) for control in form.controls),
        missing=_words(left),
    )


def _is_ours(control: Control) -> bool:
    return bool(control.name) and control.kind not in NEVER and control.name not in LEFT_OUT


def _is_seen(control: Control) -> bool:
    return _is_ours(control) and control.kind != "hidden"


def _reads_as_one(form: Form) -> bool:
    """Whether what is typed stands inside the form's element, and not in cells of a table elsewhere."""
    return any(_is_seen(control) and control.is_inside for control in form.controls)


def _form_of(page: PageSource, typed: Typed) -> Form | None:
    path, here = urlsplit(typed.action).path, urlsplit(typed.page).path
    names, pairs = {name for name, _ in typed.pairs}, set(typed.pairs)

    def likeness(form):
        of_form = [control for control in form.controls if _is_ours(control)]
        return (
            len(names & {control.name for control in of_form}),
            len(pairs & {(control.name, control.value) for control in of_form if control.kind == "hidden"}),
        )

    fitting = [form for form in page.forms if form.is_sent_to(path, here)]
    return max(fitting, key=likeness, default=None)


def _edits(control: Control, given: dict[str, list[str]], *, is_whole: bool):
    """Yield (start, end, text) for each place in the source that changes, and take from `given` what was used."""
    values = given.get(control.name, [])
    if control.kind in {"checkbox", "radio"}:
        value = control.tag.attributes.get("value", "on")
        if value in values:
            values.remove(value)
            yield _with(control.tag, "checked", is_set=True)
        elif is_whole or values:
            yield _with(control.tag, "checked", is_set=False)
    elif control.kind == "select":
        yield from _choices(control, values, is_whole=is_whole)
    elif values and control.kind == "textarea":
        yield (*control.content, f"\n{escape(values.pop(0))}")
    elif values:
        yield _with(control.tag, "value", values.pop(0), is_set=True)


def _choices(control: Control, values: list[str], *, is_whole: bool):
    is_many = "multiple" in control.tag.attributes
    offered = {option.attributes.get("value") for option in control.options}
    chosen = [value for value in values if value in offered][: None if is_many else 1]
    if not chosen and not (is_many and is_whole):
        return
    for value in chosen:
        values.remove(value)
    for option in control.options:
        is_chosen = option.attributes.get("value") in chosen
        if is_chosen != ("selected" in option.attributes):
            yield _with(option, "selected", is_set=is_chosen)


def _with(tag: Tag, attribute: str, value: str | None = None, *, is_set: bool) -> tuple[int, int, str]:
    attributes = tag.attributes | {attribute: value}
    if not is_set:
        del attributes[attribute]
    written = "".join(
        f" {name}" if said is None else f' {name}="{escape(said)}"' for name, said in attributes.items()
    )
    return tag.start, tag.end, f"<{tag.name}{written}>"


def _written(source: str, edits) -> str:
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source


def _with_lines(source: str, page: PageSource, typed: Typed) -> str:
    """Return `source` with as many lines of each set of forms as were typed: its template holds an empty one."""
    totals = {control.name: control for form in page.forms for control in form.controls}
    for name, value in typed.pairs:
        total, prefix = totals.get(name), name.removesuffix("-TOTAL_FORMS")
        if total is None or prefix == name or not value.isdecimal() or not total.value.isdecimal():
            continue
        line = next(
            (source[at:to] for at, to in page.templates if f"{prefix}-__prefix__" in source[at:to]), ""
        )
        place = next((at for at in page.bodies if at > total.tag.start), 0)
        missing = range(int(total.value), min(int(value), MOST_LINES))
        lines = "".join(line.replace("__prefix__", str(number)) for number in missing)
        return source[:place] + lines + source[place:]
    return source


def _words(pairs) -> list[tuple[str, str]]:
    """Return what of `pairs` somebody may have typed: the rest are marks and keys."""
    return [(name, value) for name, value in pairs if TYPED.search(value) and not MARK.search(name)]
