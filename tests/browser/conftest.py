"""Chromium, people signed in, and a watch over what the browser complains of.

Every context made here is watched: an error on the console, a refusal by the content security policy, an answer
of 400 or above or a request to another host fails the test at its end.  Say `expect_status(422)` before an answer
that is meant.
"""

import os
import re
import shutil
import threading
import time
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from playwright.sync_api import expect

# Playwright's loop runs in this thread; Django would refuse to touch the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# As long as every other wait here: a busy machine takes seconds to write to its disk.
expect.set_options(timeout=15_000)

# The shell draws the same pages with half the work: it has no profiles, menus and services around them.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STATUS_ON_CONSOLE = re.compile(r"Failed to load resource: the server responded with a status of \d+")
GIVEN_UP = re.compile(r"htmx:(afterRequest|sendAbort)\b")


def leave_out_views(config, items):
    """Of a test of each_view, its widths and themes, leave but the first and the last to run.py test."""
    if config.getoption("--bulk") != "test":
        return
    variants = {}
    for item in items:
        if item.get_closest_marker("each_view"):
            variants.setdefault(item.nodeid.split("[")[0], []).append(item)
    left_out = {item for of_one_test in variants.values() for item in of_one_test[1:-1]}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


# On PostgreSQL, too: people at work, whose pages are answered by threads with connections of their own.  What else
# Chromium does with a page does not depend on where its rows are.
ON_EACH_DATABASE = {"test_main_job.py"}


def pytest_collection_modifyitems(config, items):
    leave_out_views(config, items)
    for item in items:
        if "browser" in item.fixturenames or "new_context" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
            if item.path.name not in ON_EACH_DATABASE:
                item.add_marker(pytest.mark.any_database)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sentence = "no Chromium found; on Debian and Ubuntu: sudo apt install chromium"
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    return {"headless": True, **browser_type_launch_args, "executable_path": program, "args": list(FLAGS)}


class Watch:
    """Collects what went wrong in the contexts it follows."""

    def __init__(self, address):
        self.host = urlsplit(address).netloc
        self.expected = set()
        self.problems = []

    def follow(self, context):
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.problems.append(f"uncaught: {error.error}"))
        context.on("request", self.on_request)
        context.on("response", self.on_response)

    def on_console(self, message):
        # Chromium says each bad status once more here; on_response knows which were meant.  htmx says of a request that a
        # newer one took the place of that it was given up; of each that failed it says two things, of which the second
        # says how.
        meant = (STATUS_ON_CONSOLE, GIVEN_UP)
        if message.type == "error" and not any(known.match(message.text) for known in meant):
            self.problems.append(f"console: {message.text}")

    def on_request(self, request):
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.host:
            self.problems.append(f"request to another host: {request.url}")

    def on_response(self, response):
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status} for {response.request.method} {response.url}")


@pytest.fixture(scope="session", autouse=True)
def _joined_files(tmp_path_factory):
    """Serve the styles and the scripts as in use, each as one file: a browser asks for eight files and not for forty."""
    folder = tmp_path_factory.mktemp("static")
    joined = {"BACKEND": "studio.joined_files.JoinedStaticFilesStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={**settings.STORAGES, "staticfiles": joined}):
        call_command("collectstatic", interactive=False, verbosity=0)
        with override_settings(STATICFILES_DIRS=[folder]):  # where the live server looks
            yield


@pytest.fixture
def watch(live_server):
    watch = Watch(live_server.url)
    yield watch
    assert not watch.problems, "The browser complained:\n" + "\n".join(watch.problems)


@pytest.fixture
def expect_status(watch):
    """Call with the statuses of 400 and above that the test means to provoke."""
    return lambda *statuses: watch.expected.update(statuses)


@pytest.fixture
def last_answers():
    """Wait, when the browser is gone, for what the server still answers: the tables are emptied next.

    PostgreSQL would find a page that reads them and the flush in each other's way, and end one of the two.
    """
    yield
    patience = time.monotonic() + 30
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < patience, "The server has not ended its answers after half a minute."
        time.sleep(0.01)


@pytest.fixture
def new_context(last_answers, new_context, watch, live_server):
    def watched(**options):
        context = new_context(**{"base_url": live_server.url, **options})
        context.set_default_timeout(15_000)
        watch.follow(context)
        return context

    return watched


@pytest.fixture
def as_role(new_context, live_server, people):
    """Call with a Role; returns a page signed in as its person of the cast, in a context of its own.

    Further keywords go to Playwright's new_context: viewport, color_scheme, has_touch, java_script_enabled ...
    """

    def signed_in(role, **options):
        context = new_context(**options)
        context.add_cookies([session_cookie(people[role], live_server.url)])
        return context.new_page()

    return signed_in


def session_cookie(user, address):
    """Sign in without the form, which costs a third of a second of password hashing each time."""
    client = Client()
    client.force_login(user)
    (cookie,) = client.cookies.values()
    return {"name": cookie.key, "value": cookie.value, "url": address}


@pytest.fixture
def assert_accessible():
    """Call with a page: axe must find nothing serious or critical in it."""

    def check(page):
        # What still fades in is read as pale.  A spinner turns for ever, and is not waited for.
        page.evaluate(
            """() => Promise.allSettled(document.getAnimations()
                .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
                .map((animation) => animation.finished))"""
        )
        found = Axe().run(page).response["violations"]
        serious = [
            f"{violation['id']}: {node['target']}: {' '.join(node['failureSummary'].split())}"
            for violation in found
            if violation["impact"] in {"serious", "critical"}
            for node in violation["nodes"]
        ]
        assert not serious, f"{page.url}:\n" + "\n".join(serious)

    return check
