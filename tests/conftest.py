"""The cast: a small studio that every test may ask for.

sam is staff (Retouching), mia a manager, ada the administrator.  The list has four active statuses and an inactive
one: Images selected (initial, 2 days), Sent to lab (5), On the shelf (inactive), Proofs received (3), Delivered (final).
Nothing here opens a browser; tests/browser/conftest.py does.
"""

import gc
import io
import logging
import time
from datetime import date

import pytest
from allauth.account.internal.flows import login
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings

from preproduction import operations
from preproduction.models import Status
from studio import append_only
from studio.access import Role
from studio.models import Client, CompanyPreferences, Department, PhotoSession, SessionType, User, Vendor
from studio.refusal_logs import ShortRefusals

pytest_plugins = ["tests.databases", "tests.sizes"]


PASSWORD = "a long enough pass phrase"
# A Wednesday, for tests that freeze the clock; a week without a closed day around it.
TODAY = date(2026, 6, 10)


def pytest_addoption(parser):
    parser.addoption(
        "--pictures", metavar="FOLDER", help="leave a picture of every page there, to be looked at"
    )


def commits(item) -> bool:
    """Whether a test needs more than one transaction."""
    marker = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server", "page"} & set(item.fixturenames)
    return bool(fixtures or (marker and marker.kwargs.get("transaction")))


def pytest_collection_modifyitems(items):
    """Put long tests first, or one worker ends alone with them.  pytest-django has put those that commit last."""
    items.sort(key=lambda item: (commits(item), not item.get_closest_marker("slow")))


def pytest_collection_finish():
    """Let the garbage collector pass over all that was imported, which stays; pytest itself asks it twice at the end.

    A file of 27 tests took 4.2 s so, in the place of 4.9.
    """
    gc.freeze()


@pytest.fixture(autouse=True)
def open_history_for_the_flush(request):
    """Tests that commit are followed by emptying every table, which the guard of Status Notes would refuse.

    The flush runs post_migrate, and so puts the guard back for the next test.
    """
    if not commits(request.node):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    append_only.remove_guards(connection)


@pytest.fixture(scope="session", autouse=True)
def _quick_starts():
    """Each test has a server of its own, whose first page would wait for a look at all static files; and a password is
    hashed once instead of a million times over, by the same function.  No page looks for the back-ups of whoever runs them."""
    with (
        override_settings(WHITENOISE_AUTOREFRESH=True, BACKUP_HOUR=None),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture
def preferences(db):
    return CompanyPreferences.objects.create(
        pk=1, name="Lumen & Sons Photography", time_zone="UTC", is_moved_in=True
    )


@pytest.fixture
def retouching(db):
    return Department.objects.create(name="Retouching")


@pytest.fixture
def shipping(db):
    return Department.objects.create(name="Shipping")


def _person(username, role, first_name, last_name):
    return User.objects.create(
        username=username,
        role=role,
        first_name=first_name,
        last_name=last_name,
        password=make_password(PASSWORD),
    )


@pytest.fixture
def sam(retouching):
    """Staff."""
    person = _person("sam", Role.STAFF, "Sam", "Okafor")
    person.departments.add(retouching)
    return person


@pytest.fixture
def mia(db):
    """Manager."""
    return _person("mia", Role.MANAGER, "Mia", "Lindqvist")


@pytest.fixture
def ada(db):
    """Administrator."""
    return _person("ada", Role.ADMINISTRATOR, "Ada", "Moreau")


@pytest.fixture
def people(sam, mia, ada):
    """Return the person of each role, by role."""
    return {Role.STAFF: sam, Role.MANAGER: mia, Role.ADMINISTRATOR: ada}


def _browser_of(person):
    browser = Browser()
    browser.force_login(person)
    return browser


def prove(browser):
    """Let `browser` be as if whoever is signed in had just typed the own password again."""
    session = browser.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = session["_auth_user_id"]
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return browser


@pytest.fixture
def as_proven_administrator(ada):
    """ada, who typed her password again just now."""
    return prove(_browser_of(ada))


@pytest.fixture
def as_staff(sam):
    return _browser_of(sam)


@pytest.fixture
def as_manager(mia):
    return _browser_of(mia)


@pytest.fixture
def as_administrator(ada):
    return _browser_of(ada)


@pytest.fixture
def statuses(retouching, shipping, sam):
    """Return the status list by description."""
    rows = [
        {
            "description": "Images selected",
            "default_duration": 2,
            "is_initial": True,
            "default_department": retouching,
        },
        {"description": "Sent to lab", "default_duration": 5, "default_department": shipping},
        {"description": "On the shelf", "default_duration": 1, "is_inactive": True},
        {
            "description": "Proofs received",
            "default_duration": 3,
            "default_department": retouching,
            "default_user": sam,
        },
        {"description": "Delivered", "is_final": True},
    ]
    return {
        row["description"]: Status.objects.create(position=position, **row)
        for position, row in enumerate(rows, start=1)
    }


@pytest.fixture
def vendor(db):
    return Vendor.objects.create(name="Northlight Lab", contact_name="Iris Kim", phone="555 0199")


@pytest.fixture
def session(db, mia):
    """A session of a client whose name is a nuisance to spreadsheets and PDFs."""
    client = Client.objects.create(name="Anna <3 & Bob <b>", phone="555 0142", email="anna@example.com")
    portrait = SessionType.objects.create(name="Portrait")
    return PhotoSession.objects.create(
        number="S-100", client=client, date=date(2026, 6, 1), session_type=portrait, photographer=mia
    )


@pytest.fixture
def make_order(session, statuses, sam):
    """Return a function that makes an order at the initial status; its keywords are those of create_order."""

    def make(**keywords):
        keywords.setdefault("by", sam)
        return operations.create_order(keywords.pop("session", session), **keywords)

    return make


@pytest.fixture
def order(make_order):
    return make_order()


@pytest.fixture
def printed():
    """Return a function that returns what the log has printed so far."""
    root = logging.getLogger().handlers
    (console,) = [
        handler for handler in root if any(isinstance(one, ShortRefusals) for one in handler.filters)
    ]
    paper = io.StringIO()
    kept = console.setStream(paper)
    yield paper.getvalue
    console.setStream(kept)
