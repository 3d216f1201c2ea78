"""Who may import whom, and who may do what, read from the source of every module.

The rules are those of the layout: studio <- triggers <- preproduction, urls -> views -> forms, tables, operations,
exports -> models.  Each check is also shown to fail on a planted source.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("studio", "triggers", "preproduction")
# An app may import itself and those before it.
MAY_IMPORT = {app: set(APPS[: place + 1]) for place, app in enumerate(APPS)}
PAPER = "studio.paper"  # the typesetter, which stands below everything
# They cost time at every start, so they are imported where they are first used.
LAZY = {"holidays", "openpyxl", "reportlab", "fontTools", "bidi", "PIL", "liquid"}
LAZY_OF_OURS = {"studio.paper", "preproduction.exports"}
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
    "status_sequence",
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
every_module = pytest.mark.parametrize("name", SOURCES)


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
    tree = ast.parse(source)
    app, found = name.split(".")[0], []
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
        if other in APPS and other not in MAY_IMPORT[app]:
            found.append(f"{name}:{node.lineno} imports {imported}: {app} knows nothing of {other}")
        if _within(name, PAPER) and other in APPS and not _within(imported, PAPER):
            found.append(
                f"{name}:{node.lineno} imports {imported}: the typesetter knows nothing of the studio"
            )
    return found


def _within(name, package):
    return name == package or name.startswith(f"{package}.")


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


@every_module
def test_a_module_imports_only_what_it_may(name):
    assert forbidden_imports(name, SOURCES[name]) == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("studio.models", "from preproduction.models import Order"),
        ("studio.forms.records", "import triggers.models"),
        ("studio.paper.pages", "from studio.models import CompanyPreferences"),
        ("triggers.outbox", "from preproduction import operations"),
        ("preproduction.forms.order", "from preproduction.views import order"),
        ("preproduction.operations.advance", "from preproduction.views.order import order_detail"),
        ("preproduction.operations.advance", "from preproduction.forms.order import CreateOrderForm"),
        ("preproduction.models.order", "from preproduction import operations"),
        ("preproduction.templatetags.orders", "from preproduction.views.order import order_detail"),
        ("preproduction.filters", "def late():\n    from preproduction.models import Order\n"),
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
    for node in ast.walk(ast.parse(source)):
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


@every_module
def test_only_operations_write_the_status_of_an_order(name):
    if name.split(".")[0] in KNOW_NO_ORDER or name.startswith("preproduction.operations"):
        return
    assert status_writes(SOURCES[name], of_an_order=name == "preproduction.models.order") == []


def test_operations_do_write_it():
    """Else the check above would look for the wrong thing."""
    written = [
        name
        for name in SOURCES
        if name.startswith("preproduction.operations") and status_writes(SOURCES[name])
    ]
    assert {f"preproduction.operations.{name}" for name in ("advance", "undo", "hold", "create")} <= set(
        written
    )


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
        if any(imported in names for imported, _ in imports_of(ast.parse(source)))
    }


def test_no_module_reads_text_as_reportlab_markup():
    """A Paragraph would open the file that `<img src=...>` names; studio/paper sets letters and nothing else."""
    classes = ("Paragraph", "XPreformatted")
    packages = ("platypus", "platypus.paragraph", "platypus.xpreformatted")
    assert importers_of(*(f"reportlab.{package}.{name}" for package in packages for name in classes)) == set()


def test_one_module_makes_cells():
    """To openpyxl a text that begins with = is a formula; one module makes text of text."""
    users = {name for name in SOURCES if "openpyxl" in SOURCES[name] and _uses(name, "openpyxl")}
    assert len(users) == 1, users


def _uses(name, package):
    return any(imported.split(".")[0] == package for imported, _ in imports_of(ast.parse(SOURCES[name])))


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
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and ((node.value.id if isinstance(node.value, ast.Name) else node.value.attr), node.attr) in CLOCKS
    ]


@every_module
def test_today_is_the_studios(name):
    assert clock_readings(SOURCES[name]) == []


@pytest.mark.parametrize(
    "source", ["date.today()", "datetime.now()", "datetime.datetime.utcnow()", "default=date.today"]
)
def test_control_the_machines_clock_is_noticed(source):
    assert clock_readings(source)


FORBIDDEN_WORDS = {"utils", "helpers", "common", "misc", "handler", "processor", "service"}


@every_module
def test_a_file_says_what_is_in_it(name):
    assert not FORBIDDEN_WORDS & set(name.split(".")[-1].split("_"))


@every_module
def test_no_module_listens_to_signals_of_ours(name):
    """What happens is called by name; post_migrate is Django's, for the guard of Status Notes."""
    signals = {"django.dispatch.Signal", "django.dispatch.receiver"}
    signals |= {
        f"django.db.models.signals.{name}" for name in ("pre_save", "post_save", "pre_delete", "post_delete")
    }
    assert not signals & {imported for imported, _ in imports_of(ast.parse(SOURCES[name]))}
