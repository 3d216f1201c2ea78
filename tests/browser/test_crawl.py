"""All pages of the demo studio, as each role, wide and narrow, light and dark.

`run.py test` looks at the administrator's pages wide, at some of them with axe, and at some of the others' narrow; the
campaign at all of them in each way.

Each is measured at some of the widths that are promised, in all three roles (measuring.py); the campaign takes all.

No complaint of the browser (tests/browser/conftest.py watches), nothing serious found by axe, nothing to scroll
sideways.  With `--pictures FOLDER` a picture of each page is left there, to be looked at by people.
"""

import random
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Error

from preproduction import operations
from preproduction.models import Order
from studio.access import Role
from studio.models import PhotoSession, User
from tests.browser.conftest import session_cookie
from tests.browser.measuring import WIDTHS, misfits
from tests.exports import make_exports
from tests.imports import make_imports
from tests.routes import all_routes
from tests.security.access_table import READ, ROUTES
from triggers.models import Task

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
VIEWS = [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light")]
LOGINS = {Role.STAFF: "staff", Role.MANAGER: "manager", Role.ADMINISTRATOR: "admin"}
# Answers with a file, or leads on to another page.
NO_PAGE = {
    "studio:logo",
    "studio:long_file_download",
    "preproduction:order_work_order",
    "triggers:letter_pdf",
    "preproduction:order_purchase_order",
    "preproduction:advance_preview",
    "preproduction:advance_row",
    "preproduction:reassign_orders",
    "preproduction:send_messages",
    "preproduction:ask_the_lab",
    "preproduction:tell_the_client",
    "preproduction:advance_orders",
    "triggers:tasks_done",
    "triggers:tasks_reassign",
    "triggers:calls_done",
    "triggers:calls_reassign",
    "moving_in:setup_file_download",
    "moving_in:setup_file_before",
    "moving_in:import_example",
    "moving_in:import_refused",
    "moving_in:export_download",
    "moving_in:client_export",
    "first_administrator",
    "set_password",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def pictures(request):
    folder = request.config.getoption("--pictures")
    return Path(folder) if folder else None


@pytest.fixture
def demo(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("demo", orders=80, verbosity=0)
    make_imports(User.objects.get(username="admin"))
    make_exports(User.objects.get(username="admin"))
    # What no demo studio has done yet, but a page shows.
    manager = User.objects.get(username="manager")
    late = list(Order.objects.overdue()[:2])
    operations.assign_orders(
        [
            (order, order.version, {"department": order.department, "assigned_user": manager})
            for order in late
        ],
        by=manager,
    )
    to_hold = (
        Order.objects.open().filter(held_on__isnull=True).exclude(pk__in=[order.pk for order in late]).first()
    )
    operations.hold_order(to_hold, expected=None, by=manager, reason="Client is abroad")


def pages_of(role):
    """Return {name: address} of the pages of `role`: every route it may read, and what links add to them."""
    found = {}
    for route in all_routes():
        methods, who = ROUTES.get(route.name, (READ, ()))
        if not methods & READ or role.value not in who or route.name in NO_PAGE:
            continue
        if route.model is PhotoSession:
            key = Order.objects.earliest("pk").session_id
            addresses = [f"/{route.pattern}".replace("<int:pk>", str(key))]
        else:
            is_order = route.name == "preproduction:order_detail"
            addresses = route.addresses(limit=2) if is_order else route.addresses()
        if route.model is Order and route.name != "preproduction:order_detail":
            orders = Order.objects.on_hold() if "resume" in route.name else Order.objects.overdue()
            addresses = [f"/{route.pattern}".replace("<int:pk>", str(orders.earliest("pk").pk))]
        for number, address in enumerate(addresses):
            found[f"{route.name.replace(':', '-')}{number or ''}"] = address
    ticked = "&".join(f"order={key}" for key in Order.objects.open().values_list("pk", flat=True)[:6])
    found["orders-empty"] = "/orders/?q=nobody+has+this+name"
    found["orders-late"] = "/orders/?late=any"
    found["advance-many"] = f"/orders/advance/?{ticked}"
    found["send-messages"] = f"/orders/message/?{ticked}&used_for=tell_client"
    found["advance-many-none"] = "/orders/advance/"
    found["sessions-page-2"] = "/sessions/?page=2"
    found["tasks-done"] = "/tasks/?show=done"
    found["calls-everybody"] = "/calls/?show=all"
    selected = "&".join(f"selected={key}" for key in Task.objects.tasks().values_list("pk", flat=True)[:3])
    found["tasks-ticked"] = f"/tasks/reassign/?{selected}"
    if role != Role.STAFF:
        found["queue-held"] = "/triggers/queue/?state=held"
        found["queue-failed"] = "/triggers/queue/?state=failed"
        found["queue-all"] = "/triggers/queue/all/?state=held&act=process"
        found["reassign"] = f"/orders/reassign/?{ticked}"
    if role == Role.ADMINISTRATOR:
        found["holidays"] = "/maintenance/preferences/calendar/holidays/?country=US&year=2027"
    return found


class Visit:
    """One page in one of the four views: what is wrong with it."""

    def __init__(self, page, name, role, pictures, assert_accessible):
        self.page, self.name, self.role, self.pictures = page, name, role, pictures
        self.assert_accessible = assert_accessible
        self.problems = []

    def look(self, size, scheme, *, with_axe):
        where = f"{self.role} {self.name} ({self.page.url}) at {size['width']} {scheme}"
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        # Colours change with the next frame, which a busy machine draws late.
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            self.problems.append(f"{where}: scrolls sideways by {wide} px: {self._too_wide()}")
        if with_axe:
            try:
                self.assert_accessible(self.page)
            except AssertionError as error:
                self.problems.append(f"{where}: {error}")
        if self.pictures:
            folder = self.pictures / str(size["width"]) / scheme
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{self.role}-{self.name}.png", full_page=True)

    def _too_wide(self):
        return self.page.evaluate(
            """() => [...document.querySelectorAll("main *")]
                .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
                .slice(0, 4).map((element) => `${element.tagName}.${element.className}`).join(", ")"""
        )


@pytest.mark.parametrize("role", Role, ids=str)
def test_every_page_is_sound(
    role, demo, new_context, live_server, assert_accessible, pictures, size, seed, record
):
    views, is_administrator = VIEWS[: size("views of a page")], role == Role.ADMINISTRATOR
    context, draw = new_context(reduced_motion="reduce"), random.Random(seed).sample
    context.add_cookies([session_cookie(User.objects.get(username=LOGINS[role]), live_server.url)])
    page, problems, pages = context.new_page(), [], sorted(pages_of(role).items())
    if not is_administrator:
        # Most of them are the administrator's, with less in them.
        pages = draw(pages, min(size("pages of the others"), len(pages)))
    under_axe = dict(draw(pages, min(size("pages under axe"), len(pages))))
    for name, address in pages:
        try:
            answer = page.goto(address)
        except Error as error:
            problems.append(f"{role} {name} ({address}): {error.message.splitlines()[0]}")
            continue
        if answer.status != 200:
            problems.append(f"{role} {name} ({address}): answered {answer.status}")
            continue
        visit = Visit(page, name, role.value, pictures, assert_accessible)
        for viewport, scheme in views if is_administrator or views == VIEWS else VIEWS[1:2]:
            # Colours come from one file, so each view once is enough.
            thorough = (viewport, scheme) in VIEWS[:2] and (is_administrator or views == VIEWS)
            visit.look(viewport, scheme, with_axe=thorough and name in under_axe)
        for width in WIDTHS[: size("widths of a page")]:
            visit.problems += [
                f"{role} {name} ({address}) at {width}: {each}" for each in misfits(page, width)
            ]
        problems += visit.problems
    assert not problems, f"{len(problems)} problems:\n" + "\n".join(problems)
    record(pages=len(pages), views=len(views))
