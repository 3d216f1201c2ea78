"""Who may import whom, and who may do what, read from the source of every module and template.

The rules are those of the layout: studio/paper <- studio <- triggers <- preproduction, urls -> views -> forms, tables,
operations, exports -> models.  A URL name and the path of a template count as imports.  Each check is also shown to
fail on a planted source.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("studio", "triggers", "preproduction")
# An app may import itself and those before it.
MAY_IMPORT = {app: set(APPS[: place + 1]) for place, app in enumerate(APPS)}
PAPER = "studio.paper"  # the typesetter, which stands below everything
# But for how days are written, which stands below that and imports nothing of ours.
DATES = ("studio", "studio.dates")
# New capabilities of preproduction with pages of their own.  They stand on the spine, the rest of preproduction, which
# knows none of them; nor do they know each other.
WINGS = ("board", "reports", "bench", "boxes", "moving_in", "morning")
# These join the apps, by name.
JOINS = {"studio.settings", "studio.urls"}
TAG_LIBRARIES = {
    path.stem: app
    for app in APPS
    for path in (ROOT / app / "templatetags").glob("*.py")
    if path.stem != "__init__"
}
# They cost time at every start, so they are imported where they are first used.
LAZY = {"holidays", "openpyxl", "reportlab", "uharfbuzz", "fontTools", "bidi", "PIL", "liquid"}
LAZY_OF_OURS = {"studio.paper.coverage", "studio.paper.fonts", "studio.paper.shaping"}  # these may bring them
# The layers inside an app: a module imports from its own number downwards.  What is not listed is below views.
LAYERS = {
    "urls": 4,
    "views": 3,
    "forms": 2,
    "tables": 2,
    "filters": 2,
    "exports": 2,
    "operations": 1,
    "models": 0,
}

GUARDED = {
    "status",
    "status_id",
    "stay",
    "stay_id",
    "version",
    "status_sequence",
    "withdrawn_on",
    "entered_status_on",
    "status_due_date",
    "status_duration",
    "held_days",
    "held_on",
    "department",
    "department_id",
    "assigned_user",
    "assigned_user_id",
    "is_complete",
    "completed_by",
    "completed_by_id",
    "completed_on",
    "late_reason",
    "delay_reason",
}
# Of these only a status or its history is meant, whatever the model; the others are columns of other models, too.
WRITERS = {"update", "create", "update_or_create", "get_or_create", "aupdate", "acreate"}


def sources():
    """Yield the dotted name and the source of every module of the product."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path.read_text()


SOURCES = dict(sources())

parsed = cache(ast.parse)  # read by several checks, changed by none


def imports_of(tree):
    """Yield (dotted name, node) of every import; `from a import b` gives a.b too, for b may be a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports in full"
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def layer(name):
    """Return the number of the layer of module `name`, or None where it has none of its own."""
    return next((LAYERS[part] for part in name.split(".")[1:] if part in LAYERS), None)


def forbidden_imports(name, source):
    """Return what module `name` may not import, with the reason."""
    tree = parsed(source)
    found = []
    inside_functions = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for imported, node in imports_of(tree):
        other = imported.split(".")[0]
        if other in APPS:
            found += _wrong_direction(name, imported, node)
        if node in inside_functions and not _may_be_lazy(name, imported, node):
            found.append(f"{name}:{node.lineno} imports {imported} inside a function")
        if other in APPS and not may_know(room(name), room(imported)):
            found.append(f"{name}:{node.lineno} imports {imported}: {room(name)} knows nothing of it")
        if name == "studio.dates" and other in APPS:
            found.append(f"{name}:{node.lineno} imports {imported}: it stands below everything")
        if _within(name, PAPER) and other in APPS and imported not in DATES and not _within(imported, PAPER):
            found.append(
                f"{name}:{node.lineno} imports {imported}: the typesetter knows nothing of the studio"
            )
    return found


def _within(name, package):
    return name == package or name.startswith(f"{package}.")


def room(name):
    """Return the app that module `name` belongs to, or "preproduction.board" and its like in a wing."""
    app, *inside = name.split(".")
    return f"{app}.{inside[0]}" if app == "preproduction" and inside and inside[0] in WINGS else app


def room_of_template(path):
    """Return the room of a template, by the folder of templates/ that it is in; what all pages use is studio's."""
    app, *inside = path.split("/")
    if app in WINGS:
        return f"preproduction.{app}"
    return room(".".join([app, *inside])) if app in APPS and inside else "studio"


def may_know(mine, theirs):
    """Whether what is in room `mine` may name what is in room `theirs`."""
    app, other = mine.split(".")[0], theirs.split(".")[0]
    return theirs in (mine, other) and other in MAY_IMPORT[app]


# "preproduction:order_list", "preproduction/order_list.html", "preproduction.views.order"; "preproduction.Order", of a
# lazy foreign key, is what triggers may say.
_PLACES = "|".join((*APPS, *WINGS))
NAMED = re.compile(
    rf"({_PLACES}):[a-z_]+(?::[a-z_]+)?|({_PLACES})/[\w/]+\.html|(?:{'|'.join(APPS)})(?:\.[a-z]\w*)+"
)
TAGS = re.compile(r"{%\s*(?:url|include|extends)\s+[\"']([^\"']+)[\"']|{%\s*load\s+([\w\s]+?)\s*%}")


def room_of_name(text):
    """Return the room that a URL name, the path of a template or a dotted name belongs to; None if `text` is none."""
    if not NAMED.fullmatch(text):
        return None
    if text.endswith(".html"):
        return room_of_template(text)
    place, _, inside = text.partition(":")
    if inside:
        return f"preproduction.{place}" if place in WINGS else room(f"{place}.{inside.partition(':')[0]}")
    return room(text)


def forbidden_names(name, source):
    """Return what module `name` names in texts and may not know."""
    if name in JOINS:
        return []
    return [
        f"{name}:{node.lineno} names {node.value!r}"
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (theirs := room_of_name(node.value)) and not may_know(room(name), theirs)
    ]


def forbidden_in_template(path, source):
    """Return what the template at `path` links to, includes, extends or loads and may not know."""
    found = []
    for named, libraries in TAGS.findall(source):
        rooms = [room_of_name(named) or room_of_template(named)] if ":" in named or "/" in named else []
        rooms += [TAG_LIBRARIES[library] for library in libraries.split() if library in TAG_LIBRARIES]
        found += [
            f"{path} names {named or libraries}"
            for theirs in rooms
            if not may_know(room_of_template(path), theirs)
        ]
    return found


TEMPLATES = {
    str(path.relative_to(ROOT / "templates")): path.read_text()
    for path in (ROOT / "templates").rglob("*.html")
}


def complaints(complain, sources):
    """Return what `complain` says of each name and source; a module of a thousand costs no test of its own."""
    return [said for name, source in sources.items() for said in complain(name, source)]


def test_modules_name_only_what_they_may_know():
    assert complaints(forbidden_names, SOURCES) == []


def test_templates_name_only_what_they_may_know():
    assert complaints(forbidden_in_template, TEMPLATES) == []


def test_the_names_read_are_those_in_use():
    """Else the checks above would look for the wrong thing."""
    named = {match.group() for source in SOURCES.values() for match in NAMED.finditer(source)}
    assert {"preproduction:order_list", "preproduction/order_list.html", "triggers:queue_list"} <= named
    linked = {named for source in TEMPLATES.values() for named, _ in TAGS.findall(source)}
    assert {"preproduction:order_list", "triggers/_standing_question.html", "base.html"} <= linked


def costly_at_start(name, source):
    """Return what module `name` imports at its top and every start would wait for."""
    if name in LAZY_OF_OURS:
        return set()
    tree = parsed(source)
    later = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    at_once = {imported for imported, node in imports_of(tree) if node not in later}
    return {imported for imported in at_once if imported.split(".")[0] in LAZY or imported in LAZY_OF_OURS}


def test_nothing_costly_is_imported_at_the_start():
    assert {name: found for name, source in SOURCES.items() if (found := costly_at_start(name, source))} == {}


def test_control_a_costly_import_is_noticed():
    for line in (
        "import openpyxl",
        "from reportlab.pdfgen import canvas",
        "from studio.paper.fonts import main_font",
    ):
        assert costly_at_start("triggers.messages.letters", line)
        assert not costly_at_start("triggers.messages.letters", f"def f():\n    {line}")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("studio.models", "reverse('preproduction:client_detail', args=[1])"),
        ("studio.models", "f'preproduction:client_detail'"),
        ("studio.views.lists", "render(request, 'triggers/task_list.html', {})"),
        ("triggers.views.queue", "redirect('preproduction:home')"),
        ("triggers.worker", "import_string('preproduction.operations.advance_status')"),
        ("preproduction.views.home", "reverse('board:board')"),
        ("preproduction.views.home", "render(request, 'preproduction/board/board.html')"),
        ("preproduction.board.views", "redirect('preproduction:reports:month')"),
        ("preproduction.board.views", "render(request, 'reports/month.html')"),
    ],
)
def test_control_a_forbidden_name_is_noticed(name, source):
    assert forbidden_names(name, source)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("triggers.models.trigger", "models.ForeignKey('preproduction.Status', models.PROTECT)"),
        ("preproduction.views.home", "redirect('triggers:task_list')"),
        ("preproduction.board.views", "render(request, 'preproduction/board/board.html')"),
        ("preproduction.board.views", "redirect('preproduction:order_list')"),
        ("studio.settings", "ROOT = 'preproduction.navigation.WORK'"),
        ("studio.models", "'Orders and triggers: in words.'"),
    ],
)
def test_control_a_name_that_is_allowed_is_not_noticed(name, source):
    assert forbidden_names(name, source) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("base.html", "{% load static components triggers %}"),
        ("studio/list.html", "<a href='{% url \"preproduction:help\" %}'>"),
        ("components/head.html", "{% include 'triggers/_notices.html' %}"),
        ("triggers/trigger_form.html", "{% url 'preproduction:trigger_replay' record.pk %}"),
        ("triggers/trigger_form.html", '{% extends "preproduction/order_list.html" %}'),
        ("preproduction/home.html", "{% include 'preproduction/board/_column.html' %}"),
        ("preproduction/board/board.html", '{% include "preproduction/reports/_chart.html" %}'),
    ],
)
def test_control_a_forbidden_name_in_a_template_is_noticed(path, source):
    assert forbidden_in_template(path, source)


def _wrong_direction(name, imported, node):
    """Views are for urls alone; the others import from their own layer downwards."""
    mine, theirs = layer(name), layer(imported)
    if theirs is None or (imported.split(".")[0] != name.split(".")[0] and theirs < LAYERS["views"]):
        return []
    if theirs == LAYERS["views"]:
        # Views may share a page, and middleware answers with an error page.
        allowed = mine in (LAYERS["urls"], LAYERS["views"]) or name.endswith("_urls")
        allowed = allowed or (name == "studio.middleware" and [a.name for a in node.names] == ["errors"])
    else:
        allowed = mine is None or mine >= theirs
    return [] if allowed else [f"{name}:{node.lineno} imports {imported}: against the layers"]


def _may_be_lazy(name, imported, node):
    if imported.split(".")[0] in LAZY:
        return True
    if any(imported == lazy or imported.startswith(f"{lazy}.") for lazy in LAZY_OF_OURS):
        return True
    # AppConfig.ready() is where Django wants models, checks and signals to be imported.
    return name.endswith(".apps")


def test_modules_import_only_what_they_may():
    assert complaints(forbidden_imports, SOURCES) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("studio.models", "from preproduction.models import Order"),
        ("studio.forms.records", "import triggers.models"),
        ("studio.paper.pages", "from studio.models import CompanyPreferences"),
        ("preproduction.operations.advance", "from preproduction.boxes.models import Box"),
        ("preproduction.operations.advance", "from preproduction import boxes"),
        ("preproduction.board.views", "from preproduction.reports import months"),
        ("triggers.outbox", "from preproduction import operations"),
        ("preproduction.forms.order", "from preproduction.views import order"),
        ("preproduction.operations.advance", "from preproduction.views.order import order_detail"),
        ("preproduction.operations.advance", "from preproduction.forms.order import CreateOrderForm"),
        ("preproduction.models.order", "from preproduction import operations"),
        ("preproduction.templatetags.orders", "from preproduction.views.order import order_detail"),
        ("preproduction.filters.orders", "def late():\n    from preproduction.models import Order\n"),
        ("studio.access", "def late():\n    from studio.models import User\n"),
    ],
)
def test_control_a_forbidden_import_is_noticed(name, source):
    assert forbidden_imports(name, source)


def status_writes(source, *, of_an_order=False):
    """Return the lines of `source` that write a guarded column of an order.

    An assignment to such an attribute; such a keyword, or such a name as a text, in update(), create(), bulk_update(),
    save(update_fields=...), setattr() or Order(...); and any text of SQL that names the table and a verb that writes.

    of_an_order: whether `self` may be one.
    """
    found = []
    for node in ast.walk(parsed(source)):
        for what in _written(node):
            if of_an_order or not what.startswith("assigns self."):
                found.append(f"line {node.lineno}: {what}")
    return found


def _written(node):
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from _assigned(target)
    elif isinstance(node, ast.For):
        yield from _assigned(node.target)
    elif isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = node.value.lower()
        if "preproduction_order" in words and any(
            verb in words for verb in ("update ", "insert ", "delete ", "replace ")
        ):
            yield "SQL on the table of orders"


def _assigned(target):
    for part in ast.walk(target):
        if isinstance(part, ast.Attribute) and part.attr in GUARDED and isinstance(part.ctx, ast.Store):
            yield f"assigns {ast.unparse(part)}"


def _root(node):
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", "")


def _called(node):
    if _root(node)[:1].isupper() and _root(node) != "Order":
        return  # Trigger.objects.create(status=...): a column of another model
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    keywords = {keyword.arg for keyword in node.keywords}
    texts = {
        part.value
        for argument in [*node.args, *(k.value for k in node.keywords)]
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    if (name in WRITERS or name == "Order") and (
        GUARDED & keywords or (None in keywords and GUARDED & texts)
    ):
        yield f"{ast.unparse(node.func)}({', '.join(sorted(GUARDED & (keywords | texts)))})"
    if name in {"bulk_update", "bulk_create", "save"} and GUARDED & texts:
        yield f"{ast.unparse(node.func)}({', '.join(sorted(GUARDED & texts))})"
    if name == "setattr" and isinstance(node.args[1], ast.Constant) and node.args[1].value in GUARDED:
        yield f"setattr({node.args[1].value})"


# The import rules above keep these from knowing what an order is; tasks and triggers have a user of their own.
KNOW_NO_ORDER = ("studio", "triggers")


def test_only_operations_write_the_status_of_an_order():
    written = {
        name: status_writes(source, of_an_order=name == "preproduction.models.order")
        for name, source in SOURCES.items()
        if name.split(".")[0] not in KNOW_NO_ORDER and not name.startswith("preproduction.operations")
    }
    assert {name: found for name, found in written.items() if found} == {}


def test_operations_do_write_it():
    """Else the check above would look for the wrong thing."""
    written = [
        name
        for name in SOURCES
        if name.startswith("preproduction.operations") and status_writes(SOURCES[name])
    ]
    assert {f"preproduction.operations.{name}" for name in ("rows", "moves", "create")} <= set(written)


@pytest.mark.parametrize(
    "source",
    [
        "order.status = to",
        "order.status_id = 3",
        "order.held_days += 1",
        "order.status, order.note = to, ''",
        "order.is_complete: bool = True",
        "for order.status in statuses: order.save()",
        "Order.objects.filter(pk=1).update(status=to)",
        "Order.objects.filter(pk=1).update(**{'status': to})",
        "orders.update(status_due_date=None)",
        "session.orders.create(status=to)",
        "Order(number='1', status=to).save()",
        "Order.objects.update_or_create(pk=1, defaults={'x': 1}, status=to)",
        "Order.objects.bulk_update(orders, ['status_due_date'])",
        "order.save(update_fields=['status'])",
        "setattr(order, 'assigned_user', sam)",
        "cursor.execute('UPDATE preproduction_order SET status_id = 1')",
    ],
)
def test_control_a_written_status_is_noticed(source):
    assert status_writes(source)


@pytest.mark.parametrize(
    "source",
    [
        "status = order.status",
        "Order.objects.filter(status=to)",
        "operations.advance_status(order, plan, expected=1, by=sam)",
        "render(request, 'page.html', {'status': 1}, status=409)",
        "form.initial['status'] = 3",
        "Order.objects.filter(pk=1).update(priority=3)",
    ],
)
def test_control_reading_a_status_is_not_noticed(source):
    assert status_writes(source) == []


def importers_of(*names):
    """Return the modules that import one of `names`, dotted."""
    return {
        module
        for module, source in SOURCES.items()
        if any(imported in names for imported, _ in imports_of(parsed(source)))
    }


def test_no_module_reads_text_as_reportlab_markup():
    """A Paragraph would open the file that `<img src=...>` names; studio/paper sets letters and nothing else."""
    classes = ("Paragraph", "XPreformatted")
    packages = ("platypus", "platypus.paragraph", "platypus.xpreformatted")
    assert importers_of(*(f"reportlab.{package}.{name}" for package in packages for name in classes)) == set()


def test_one_module_makes_cells():
    """To openpyxl a text that begins with = is a formula; one module makes text of text."""
    users = {name for name in SOURCES if "openpyxl" in SOURCES[name] and _uses(name, "openpyxl")}
    # And a program of its own reads them.
    reading = "preproduction.moving_in.importing.reading"
    assert users == {"studio.exports.xlsx", f"{reading}.workbook", f"{reading}.texts"}


def _uses(name, package):
    return any(imported.split(".")[0] == package for imported, _ in imports_of(parsed(SOURCES[name])))


def test_one_module_speaks_http():
    """A URL that somebody typed is a request of our server's; triggers/channels/wire/http.py checks where it leads."""
    speakers = ("http.client", "urllib.request", "requests", "urllib3", "httpx", "aiohttp")
    assert importers_of(*speakers) == {"triggers.channels.wire.http"}


CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "time"),
}


def clock_readings(source):
    """Return the lines that ask the machine for the day or the time; ours are the studio's, from timezone."""
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ((node.value.id if isinstance(node.value, ast.Name) else node.value.attr), node.attr) in CLOCKS
    ]


def test_today_is_the_studios():
    readings = {name: clock_readings(source) for name, source in SOURCES.items()}
    assert {name: found for name, found in readings.items() if found} == {}


@pytest.mark.parametrize(
    "source", ["date.today()", "datetime.now()", "datetime.datetime.utcnow()", "default=date.today"]
)
def test_control_the_machines_clock_is_noticed(source):
    assert clock_readings(source)


FORBIDDEN_WORDS = {"utils", "helpers", "common", "misc", "handler", "processor", "service"}


def test_files_say_what_is_in_them():
    assert [name for name in SOURCES if FORBIDDEN_WORDS & set(name.split(".")[-1].split("_"))] == []


def test_no_module_listens_to_signals_of_ours():
    """What happens is called by name; post_migrate is Django's, for the guard of Status Notes."""
    signals = {"django.dispatch.Signal", "django.dispatch.receiver"}
    signals |= {
        f"django.db.models.signals.{name}" for name in ("pre_save", "post_save", "pre_delete", "post_delete")
    }
    listening = {
        name: signals & {imported for imported, _ in imports_of(parsed(source))}
        for name, source in SOURCES.items()
    }
    assert {name: found for name, found in listening.items() if found} == {}
