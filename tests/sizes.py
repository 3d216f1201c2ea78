"""How much of what repeats in bulk a run does: each figure stands here once.

`run.py test` takes the first column: enough to find what the check is there for, always with the same seed.  The
campaign takes the last (QUALITY's figures), or a part of it (`--share 0.1`), and with `--bulk ci` the one between.
Each engine does as much.  A test asks its fixture `size` by name, draws from `seed`, and tells `record` what it did.
"""

import json
from typing import NamedTuple

import pytest


class Size(NamedTuple):
    test: int
    ci: int
    full: int


SIZES = {
    "advances": Size(320, 2_000, 10_000),
    "rounds": Size(40, 200, 1_000),  # of eight people on one page
    "double submits": Size(40, 200, 10_000),
    "list edits": Size(320, 1_600, 16_000),
    "trigger list edits": Size(80, 240, 2_400),
    "walks": Size(1, 4, 400),  # of 50 steps each
    "kills of an advance": Size(12, 200, 1_000),
    "kills of a vendor behind": Size(10, 60, 60),  # of about 60 statements, each when all are
    "kills of the worker": Size(12, 150, 1_000),
    "messages under kills": Size(360, 5_000, 20_000),
    "messages of eight workers": Size(240, 5_000, 20_000),
    "orders in a storm": Size(100, 1_000, 1_000),  # 50 triggers each
    "poisoned mail": Size(200, 1_000, 5_000),  # messages, one in a hundred of them poison
    "random triggers": Size(1, 5, 50),  # studios of 25
    "orders calculated twice": Size(40, 500, 500),
    "orders forecast twice": Size(40, 500, 2_000),  # in studios of 100
    "pairs of plans": Size(2_000, 5_000, 20_000),  # forward and backwards, each with a calendar of its own
    "mornings": Size(24, 100, 400),  # one after the other, with weeks and clocks that change
    "days lived through": Size(58, 173, 173),  # of the half year in which they are made
    "kinds of studios forecast": Size(6, 18, 18),  # six kinds, at 60 orders a year first
    "stays forecast": Size(300, 2_000, 6_000),  # of each
    # Of a thousand: 3,000 clients, 1,500 sessions, 2,150 orders and their past.
    "rows of a year": Size(50, 200, 1_000),
    "kills of an import": Size(16, 120, 500),  # at most: it has as many statements
    "kills of an export": Size(10, 60, 200),
    "kills of a long file": Size(8, 40, 40),
    "kills of acts on many": Size(12, 60, 60),
    "hostile files": Size(8, 60, 1_000),  # through the reader's own process; more than there are
    "back-ups": Size(4, 20, 200),
    "hostile back-ups": Size(12, 1_000, 1_000),  # of those there are
    "hostile inputs": Size(6, 500, 5_000),  # to a form; values, not requests
    "hostile forms": Size(1, 40, 100),  # times that a form is sent at least
    "variants of a form": Size(1, 8, 1_000),  # that differ only in what they carry along hidden
    "forms answered": Size(70, 1_000, 1_000),  # whose answers are looked at
    "hostile queries": Size(1, 50, 50),  # to an address
    "scripts printed": Size(3, 10, 30),  # through four prints, as pictures
    "attacks": Size(1, 4, 150),  # into every text, of the 506 that the seed draws from
    "methods of a route": Size(2, 8, 8),  # as each role
    "documents followed": Size(1, 4, 4),  # command by command, in a clone
    "ways an update fails": Size(1, 2, 2),
    "kills of a set-up": Size(1, 20, 200),  # web server and worker at once
    "routes from outside": Size(6, 60, 1_000),  # drawn, and attacked over a socket
    "forms from outside": Size(6, 40, 1_000),  # drawn from their pages
    "inputs from outside": Size(3, 20, 200),  # to a form of theirs; values
    "queries from outside": Size(2, 5, 50),  # to an address of theirs
    "attacks from outside": Size(1, 2, 20),  # into every text
    "rows of an address": Size(1, 8, 8),  # whose pages are looked at
    "variants of a page": Size(1, 12, 12),  # of a route, by the names in its query
    "ways to send a form twice": Size(1, 3, 3),  # plainly; by htmx and without a key, what writes, or all
    "people who look": Size(1, 4, 4),  # an administrator first, then those who may do less
    "pages of the others": Size(24, 1_000, 1_000),  # of a manager and of staff, drawn, in Chromium
    "pages under axe": Size(50, 1_000, 1_000),  # of an administrator's, drawn; axe costs more than the page
    "routes after HEAD": Size(100, 1_000, 1_000),  # drawn, over a socket to each kind of server
    "widths of a page": Size(1, 4, 12),  # of measuring.WIDTHS, in each role
    "views of a page": Size(1, 4, 4),  # in Chromium: wide and narrow, light and dark
}


def pytest_addoption(parser):
    group = parser.getgroup("sizes of what repeats in bulk")
    group.addoption(
        "--bulk", choices=Size._fields, default="test", help="the column of tests/sizes.py to take"
    )
    group.addoption("--share", type=float, metavar="F", help="this part of the full figures instead")
    group.addoption("--seed", type=int, default=0, help="draw other inputs, kills and walks (default: 0)")
    group.addoption(
        "--record", metavar="FILE", help="write there what was done, a line of JSON for each test"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Note how each test ended."""
    report = yield
    if report.when == "call" or not report.passed:
        _write(item.config, test=item.nodeid, outcome=report.outcome)
    return report


@pytest.fixture
def size(request):
    """Return a function from the name of a figure to how many this run does."""
    bulk, share = request.config.getoption("--bulk"), request.config.getoption("--share")

    def of(name):
        figures = SIZES[name]
        return max(figures.test, round(figures.full * share)) if share else getattr(figures, bulk)

    return of


@pytest.fixture
def seed(request) -> int:
    """What to draw from; 0 in `run.py test`, so that what it found yesterday it finds today."""
    return request.config.getoption("--seed")


@pytest.fixture
def record(request):
    """Return a function that notes what a test did, as names and numbers."""
    return lambda **figures: _write(request.config, test=request.node.nodeid, did=figures)


def _write(config, **line):
    if file := config.getoption("--record"):
        with open(file, "a", encoding="utf-8") as lines:
            lines.write(json.dumps(line) + "\n")
