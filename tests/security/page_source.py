"""What a browser would find in the source of a page: its forms, links, tags and attributes."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

TEXT = {"text", "search", "email", "url", "tel", "number", "date", "time", "month", "textarea"}


@dataclass
class Control:
    name: str
    kind: str  # type of an input; or textarea, select, button
    value: str | None
    is_checked: bool = False
    is_many: bool = False
    action: str | None = None  # of a button that sends its form elsewhere
    target: str = ""  # where its answer is shown
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    method: str
    enctype: str
    key: str = ""  # its id, by which controls outside it name it
    controls: list[Control] = field(default_factory=list)
    stays: bool = False  # with what was typed, while the answer is shown in another tab or frame

    def values(self, button: Control | None = None) -> list[tuple[str, str]]:
        """Return what a browser would send if nothing were typed, as (name, value)."""
        return [
            (control.name, control.value or "")
            for control in self.controls
            if control is button
            or (
                control.kind not in {"submit", "button", "image", "reset", "file"}
                and (control.kind not in {"checkbox", "radio"} or control.is_checked)
                and control.value is not None
                and control.name
            )
        ]

    @property
    def buttons(self) -> list[Control]:
        """Return the buttons that send the form to its own address."""
        return [
            control for control in self.controls if control.kind in {"submit", "image"} and not control.action
        ]

    def sent_elsewhere(self) -> list["Form"]:
        """Return the form once more for each button that sends it to another address."""
        return [
            replace(
                self,
                action=button.action,
                controls=[*self.controls, replace(button, kind="hidden", action=None)],
                stays=bool(button.target),
            )
            for button in self.controls
            if button.action
        ]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(control.name for control in self.controls if control.name)


class PageSource(HTMLParser):
    """Parse a page found at `address`."""

    def __init__(self, source: str, address: str = "/"):
        super().__init__(convert_charrefs=True)
        self.address = address
        self.tags, self.attributes = [], []  # (tag, line); (tag, name, value, line)
        self.forms, self.links, self.inline, self.ids, self.doctype = [], [], [], [], ""
        self._form = self._select = self._textarea = self._raw = None
        self._outside = []
        self._templates = 0
        self.feed(source)
        self.close()
        for key, control in self._outside:
            for form in self.forms:
                if form.key == key:
                    form.controls.append(control)
        for form in list(self.forms):
            self.forms += form.sent_elsewhere()

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attrs):
        line = self.getpos()[0]
        self.tags.append((tag, line))
        self.attributes += [(tag, name, value or "", line) for name, value in attrs]
        given = dict(attrs)
        self._templates += tag == "template"
        if not self._templates and given.get("id"):
            self.ids.append(given["id"])
        if tag == "form":
            self._form = Form(
                urljoin(self.address, given.get("action") or self.address),
                (given.get("method") or "get").lower(),
                given.get("enctype") or "application/x-www-form-urlencoded",
                given.get("id") or "",
            )
            self.forms.append(self._form)
        elif tag == "a" and given.get("href"):
            self.links.append(urljoin(self.address, given["href"]))
        elif tag in {"input", "textarea", "select", "button"}:
            self._control(tag, given)
        elif tag == "option" and self._select:
            value = given.get("value", "")
            self._select.options.append(value)
            if "selected" in given or (self._select.value is None and not self._select.is_many):
                self._select.value = value
        elif tag in {"script", "style"}:
            self._raw = (tag, given, line)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def _control(self, tag, given):
        kind = {"input": given.get("type") or "text", "button": given.get("type") or "submit"}.get(tag, tag)
        if kind == "text" and given.get("inputmode") in {"numeric", "decimal"}:
            kind = "number"  # as one types it, whatever way of writing it is understood
        name, form = given.get("name"), given.get("form")
        control = Control(name or "", kind, given.get("value"), "checked" in given, "multiple" in given)
        if tag == "input" and control.value is None:
            control.value = "on" if kind in {"checkbox", "radio"} else ""
        if kind == "submit" and given.get("formaction"):
            control.action = urljoin(self.address, given["formaction"])
            control.target = given.get("formtarget") or ""
        if tag == "select":
            self._select = control
        if tag == "textarea":
            self._textarea, control.value = control, ""
        if "disabled" in given or not (name or control.action):
            return
        if form:
            self._outside.append((form, control))
        elif self._form:
            self._form.controls.append(control)

    def handle_data(self, data):
        if self._textarea:
            # The line break after the tag is not part of the text.
            self._textarea.value += data.removeprefix("\n") if not self._textarea.value else data
        if self._raw and data.strip():
            self.inline.append((*self._raw, data))

    def handle_endtag(self, tag):
        self._templates -= tag == "template"
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None
        elif tag in {"script", "style"}:
            self._raw = None
