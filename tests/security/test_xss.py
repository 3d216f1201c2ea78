"""Every text of the studio holds an attack; every page that shows it shows it as text.

Each round puts another payload into every text column of every row (straight into the database, past the forms, as
an import or an older release could have left it) and into the parameters of addresses, and reads every page.  A page
is safe when no tag, attribute or address of the attack's own comes out of parsing it.
"""

import random
from datetime import date
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, models

from preproduction.models import Order
from studio import append_only
from studio.models import CompanyPreferences, PhotoSession
from studio.stored_texts import StoredText
from tests.routes import all_routes
from tests.security.crawl import Browser, crawl, send, source_of, undone
from tests.security.page_source import PageSource
from tests.security.test_headers import unsafe_parts

# No query decides it, so that one engine is enough for run.py test; the campaign has both.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

MARK = "zq{}q"  # with the number of the column: says whose text a page shows

# Each breaks out of one place that text is written to: a tag, an attribute, a raw element, an address, a template.
BREAK_OUTS = [
    "",
    '"',
    "'",
    "`",
    ">",
    '">',
    "'>",
    "</a>",
    "</title>",
    "</textarea>",
    "</option></select>",
    "</script>",
    "</style>",
    "-->",
    "<!--",
    "]]>",
    "&quot;>",
    '\\">',
    "</td></tr></table>",
    "{{",
    "{%",
    "${",
]
ATTACKS = [
    "<xss-probe>",
    "<xss-probe onxss=1>",
    "<svg/onxss=1>",
    "<img src=x onerror=xss()>",
    "<script>xss()</script>",
    " onxss=1 ",
    " autofocus onfocus=xss() x=",
    "<a href=javascript:xss()>",
    "<base href=//xss.example>",
    "<iframe srcdoc=xss>",
    "<style>xss{}</style>",
    "<form action=//xss.example>",
    "<meta http-equiv=refresh content=0>",
    "<ScRiPt>xss()</sCrIpT>",
    "<<xss-probe>",
    "<xss-probe/x>",
    "<\x09xss-probe>",
    "&lt;xss-probe&gt;",
    "javascript:xss()",
    "<math><xss-probe>",
    "<link rel=stylesheet href=//xss.example>",
    "<input name=xss onxss>",
    "\u003cxss-probe\u003e",
]
PAYLOADS = [start + attack for attack in ATTACKS for start in BREAK_OUTS]  # 506
OUR_TAGS = {
    "a",
    "article",
    "aside",
    "b",
    "bdi",
    "body",
    "br",
    "button",
    "caption",
    "circle",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "footer",
    "form",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "img",
    "input",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "meta",
    "nav",
    "noscript",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "path",
    "pre",
    "rect",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "u",
    "ul",
    "use",
    "datalist",
    "figure",
    "figcaption",
    "progress",
    "meter",
    "abbr",
    "search",
    "line",
    "polyline",
    "text",
}
# Of these columns no page shows the text: keys, and what the forms choose from a list.
CHOSEN = {
    "role",
    "rule",  # of closed days that come back, made of choices
    "time_zone",
    "paper",
    "password",
    "kind",
    "recipient",
    "state",
    "cause",
    "query",
    "description_key",
    "permission",
}


def text_columns():
    """Return [(model, column)] of every column of ours that holds free text, in an order that stays."""
    found = []
    for label in ("studio", "triggers", "preproduction"):
        for model in apps.get_app_config(label).get_models():
            for column in model._meta.concrete_fields:
                is_text = isinstance(column, models.CharField | models.TextField) and not column.choices
                if is_text and column.name not in CHOSEN and not isinstance(column, StoredText):
                    found.append((model, column))
    return found


def plant(payload):
    """Write `payload`, with the number of the column and of the row, into every text of every row."""
    append_only.remove_guards(connection)
    # What an order or a session is needed for has a day.
    for model in (Order, PhotoSession):
        model.objects.filter(needed_by=None).update(needed_by=date(2026, 12, 10))
    for number, (model, column) in enumerate(text_columns()):
        mark = MARK.format(number)
        for row, key in enumerate(model.objects.values_list("pk", flat=True)):
            # What must be unique begins with the row; what is short is cut: half an attack is one, too.
            text = f"{row if column.unique or (column.max_length and column.max_length < 130) else ''}{mark}{payload}"
            model.objects.filter(pk=key).update(**{column.name: text[: column.max_length or 2000]})


def is_ours(page: PageSource, tag, line):
    """Whether a page of ours has such a tag; a frame only as an empty one in which nothing runs."""
    given = {name for other, name, _, place in page.attributes if (other, place) == (tag, line)}
    return tag in OUR_TAGS or (tag == "iframe" and given == {"class", "name", "title", "sandbox"})


def escapes(page: PageSource):
    """Return what of an attack became part of the page."""
    found = [f"line {line}: <{tag}>" for tag, line in page.tags if not is_ours(page, tag, line)]
    found += [
        f"line {line}: <{tag} {name}={value[:60]!r}>"
        for tag, name, value, line in page.attributes
        if "xss" in name or name in {"onerror", "onfocus", "srcdoc"}
    ]
    return found + unsafe_parts(page)


def pages(browser):
    for address, response, page in crawl(browser, variants=1):
        if page:
            yield address, response, page


@pytest.fixture
def rounds(size, seed):
    """Payloads of this run: all of them, or a few and one that holds many."""
    attacks = size("attacks")
    if attacks >= len(PAYLOADS):
        return PAYLOADS
    chance = random.Random(7 + seed)
    return [*chance.sample(PAYLOADS, attacks - 1), "".join(chance.sample(PAYLOADS, 40))]


def test_stored_text_is_shown_as_text(rounds, people, world, record):
    browser, found, shown, read = Browser(people["administrator"]), [], set(), 0
    columns = text_columns()
    for payload in rounds:
        plant(payload)
        for address, response, page in pages(browser):
            if response.status_code >= 500:
                found.append(f"{address}: {response.status_code} for {payload!r}: {browser.error[:300]}")
            found += [f"{address}: {what} for {payload!r}" for what in escapes(page)]
            read += 1
            text = response.content.decode()
            shown |= {number for number in range(len(columns)) if MARK.format(number) in text}
    assert not found, f"{len(found)} escapes:\n" + "\n".join(found[:40])
    unseen = {
        f"{model.__name__}.{column.name}" for n, (model, column) in enumerate(columns) if n not in shown
    }
    assert unseen <= SHOWN_ON_NO_PAGE, f"On which page are these? {sorted(unseen - SHOWN_ON_NO_PAGE)}"
    record(attacks=len(rounds), columns=len(columns), pages=read)


SHOWN_ON_NO_PAGE = {
    # Only in the answer to advancing many at once.
    "StatusChange.to_department_name",
    "StatusChange.to_user_name",
    "Breaker.key",  # the worker's own; nobody types it
    "NumberSeries.name",
    # Keys and seals, for the program alone.
    "FirstCode.digest",
    "Forecast.basis",
    "ImportedRow.number_key",
    "ImportedRow.seal",
    "KeptForm.browser",
    "KeptForm.sealed",
    "MaintenanceChange.model",
    "Refusal.channel",
    "SentForm.content",
    "SentForm.path",
    "SignInTry.about",
    "SignInTry.key",
    "TextRules.rules",
    "Trigger.sealed_secret",
    # Kept for counting; the page of an order shows where it goes today.
    "StatusChange.session_type_name",
    "StatusChange.vendor_name",
    "Erasure.by_name",  # of an erased client only: tests/preproduction/moving_in/leaving/test_erasing.py
    "MorningMail.site",  # what links in a mail begin with
    # Sent by mail; who asked for it is told the outcome in the answer to the form (tests/triggers/test_trials.py).
    "Trial.html",
    "Trial.problem",
    "Trial.subject",
    "Trial.text",
    "Trial.to",
}


def test_files_of_attacked_rows_are_made(people, world):
    """Excel and PDF files hold the same texts; what they do with them is tested with the exports."""
    browser = Browser(people["administrator"])
    plant('"><xss-probe onxss=1>' * 3)
    found = []
    for route in all_routes():
        address = route.addresses()[0]
        for kind in ("xlsx", "pdf"):
            response = undone(browser, "GET", f"{address}?export={kind}")
            if response.status_code >= 500:
                found.append(f"{address}?export={kind}: {browser.error[:300]}")
            if "Content-Disposition" not in response:
                break  # a page, which knows nothing of files
    assert not found, "\n".join(found)


def test_what_an_address_says_is_shown_as_text(rounds, people, world, record):
    browser, found = Browser(people["administrator"]), []
    names = ["q", "sort", "next", "page", "status", "state", "country", "edit", "tab", "show"]
    for payload in rounds:
        for route in all_routes():
            address = f"{route.addresses()[0]}?{urlencode(dict.fromkeys(names, payload))}"
            page = source_of(undone(browser, "GET", address), address)
            found += [f"{address}: {what}" for what in (escapes(page) if page else ())]
    assert not found, f"{len(found)} escapes:\n" + "\n".join(found[:40])
    record(attacks=len(rounds))


def test_what_a_refused_form_says_is_shown_as_text(rounds, forms_of, size, seed, record):
    browser, forms = forms_of("administrator")
    found, forms = [], [form for form in forms.values() if form.method == "post"]
    for form in random.Random(seed).sample(forms, min(size("forms answered"), len(forms))):
        for payload in rounds:
            pairs = [
                (name, payload if name != "csrfmiddlewaretoken" else value) for name, value in form.values()
            ]
            page = source_of(send(browser, form, pairs), form.action)
            found += [f"{form.action}: {what} for {payload!r}" for what in (escapes(page) if page else ())]
    assert not found, f"{len(found)} escapes:\n" + "\n".join(found[:40])
    record(attacks=len(rounds))


def test_messages_say_names_as_text(people, world):
    """What a form was told to do is said on the next page: a message is text, too."""
    name = '"><xss-probe onxss=1>'
    browser = Browser(people["administrator"])
    for address, data in {
        "/maintenance/departments/new/": {"name": name},
        "/maintenance/vendors/new/": {"name": name},
        "/tasks/new/": {"title": name, "assigned_user": people["staff"].pk},
        "/clients/new/": {"name": name},
    }.items():
        answer = browser.post(address, data)
        assert answer.status_code == 302, address
        page = source_of(browser.get(answer["Location"]), address)
        assert escapes(page) == []
        assert page.tags


@pytest.mark.parametrize(
    "planted",
    [
        '<p class="x" onxss=1>',
        "<xss-probe>",
        "<p title=''onxss=1>",
        "<a href='javascript:xss()'>x</a>",
        "<svg/onxss=1>",
        "<script>xss()</script>",
        "<form action=//xss.example>",
    ],
)
def test_control_an_attack_that_gets_through_is_noticed(planted):
    assert escapes(PageSource(f"<!doctype html><html><body>{planted}</body></html>"))


def test_control_a_name_marked_safe_is_noticed(people, world, settings, tmp_path, record):
    """The planted bug: a template that trusts the studio's name."""
    trusting = tmp_path / "studio"
    trusting.mkdir()
    (trusting / "list.html").write_text(
        "<!doctype html><html><body>{{ preferences.name|safe }}</body></html>"
    )
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    CompanyPreferences.objects.update(name="<xss-probe>")
    page = source_of(undone(Browser(people["administrator"]), "GET", "/clients/"), "/clients/")
    assert escapes(page)
    record(contradictions=1)
