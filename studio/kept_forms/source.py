"""The source of a page, read for its forms: where each control stands, so that it can be written anew in its place."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import accumulate
from urllib.parse import urlsplit

CONTROLS = {"input", "textarea", "select", "button"}


@dataclass
class Tag:
    """A tag in the source, from `start` to `end`."""

    name: str
    attributes: dict[str, str | None]
    start: int
    end: int


@dataclass
class Control:
    tag: Tag
    kind: str  # the type of an input; or textarea, select, button
    is_inside: bool  # of the form's element; else it names the form
    content: tuple[int, int] = (0, 0)  # of a textarea: where its text stands
    options: list[Tag] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.tag.attributes.get("name") or ""

    @property
    def value(self) -> str:
        return self.tag.attributes.get("value") or ""

    @property
    def is_always_sent(self) -> bool:
        """Whether a form that is sent whole has a value under this name."""
        is_many = "multiple" in self.tag.attributes
        return (
            self.kind not in {"checkbox", "radio", "file", "submit", "button", "image", "reset"}
            and not is_many
        )


@dataclass
class Form:
    tag: Tag
    controls: list[Control] = field(default_factory=list)

    def is_sent_to(self, path: str, page: str) -> bool:
        """Whether the form, or one of its buttons, sends to `path`.  page: the address it is shown at."""
        targets = [self.tag.attributes.get("action") or page]
        targets += [control.tag.attributes.get("formaction") for control in self.controls]
        return path in [urlsplit(target).path for target in targets if target]


class PageSource(HTMLParser):
    """The forms of a page that are sent by POST, the start of its main part, and what its templates hold."""

    def __init__(self, source: str):
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.main: Tag | None = None
        self.templates: list[tuple[int, int]] = []
        self.bodies: list[int] = []  # where a <tbody> ends
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self._outside: list[tuple[str, Control]] = []
        self._form: Form | None = None
        self._is_get = False
        self._control: Control | None = None
        self._template = 0  # how deep
        self.feed(source)
        self.close()
        self._bring_together()

    def handle_starttag(self, tag, attrs):
        found = Tag(tag, dict(attrs), self._here(), self._here() + len(self.get_starttag_text()))
        if tag == "template":
            self._template += 1
            if self._template == 1:
                self.templates.append((found.end, found.end))
        elif self._template:
            return
        elif tag == "form":
            self._form = Form(found)
            if (found.attributes.get("method") or "").lower() == "post":
                self.forms.append(self._form)
        elif tag in CONTROLS:
            self._found_control(found)
        elif tag == "option" and self._control and self._control.kind == "select":
            self._control.options.append(found)
        elif found.attributes.get("id") == "main":
            self.main = found

    def handle_endtag(self, tag):
        if tag == "template":
            self._template -= 1
            if not self._template:
                self.templates[-1] = (self.templates[-1][0], self._here())
        elif self._template:
            return
        elif tag == "form":
            self._form = None
        elif tag == "tbody":
            self.bodies.append(self._here())
        elif self._control and tag == self._control.kind:
            self._control.content = (self._control.content[0], self._here())
            self._control = None

    def _found_control(self, tag):
        kind = (tag.attributes.get("type") or "text").lower() if tag.name == "input" else tag.name
        form = tag.attributes.get("form")
        control = Control(tag, kind, is_inside=not form, content=(tag.end, tag.end))
        if tag.name in {"textarea", "select"}:
            self._control = control
        if "disabled" in tag.attributes:
            return
        if form:
            self._outside.append((form, control))
        elif self._form:
            self._form.controls.append(control)

    def _bring_together(self):
        by_id = {form.tag.attributes.get("id"): form for form in self.forms}
        for key, control in self._outside:
            if key in by_id:
                by_id[key].controls.append(control)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
