"""What the settings ask of the database is read back from it: a misspelt pragma is no error anywhere."""

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from studio import checks

on_sqlite = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="about SQLite"
)
on_postgresql = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="about PostgreSQL"
)

FULL = 2
EXPECTED_PRAGMAS = {
    "journal_mode": "wal" if settings.SQLITE_WAL_IS_SAFE else "delete",
    "synchronous": FULL,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "busy_timeout": 20_000,
}


def asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@on_sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(("pragma", "value"), EXPECTED_PRAGMAS.items())
def test_each_pragma_reads_back(pragma, value):
    assert asked(f"PRAGMA {pragma}") == value


@on_sqlite
def test_no_pragma_is_set_that_is_not_read_back():
    command = settings.DATABASES["default"]["OPTIONS"]["init_command"]
    assert set(re.findall(r"PRAGMA (\w+)=", command)) == set(EXPECTED_PRAGMAS) - {"busy_timeout"}


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_transaction_takes_the_write_lock_at_once():
    """Two that begin by reading would else both refuse to write: "database is locked", without waiting."""
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        pass
    assert queries[0]["sql"] == "BEGIN IMMEDIATE"


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value"),
    [("statement_timeout", "30s"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "1min")],
)
def test_each_timeout_reads_back(setting, value):
    assert asked(f"SHOW {setting}") == value


def test_the_trial_settings_are_refused_in_production():
    assert [error.id for error in checks.production_is_declared(None)] == ["studio.E001"]


def test_whether_there_is_a_proxy_is_said_in_production(settings):
    settings.PRODUCTION = True
    settings.BEHIND_PROXY = None
    assert [warning.id for warning in checks.proxy_is_declared(None)] == ["studio.W006"]
    for said in (True, False):
        settings.BEHIND_PROXY = said
        assert checks.proxy_is_declared(None) == []


def test_a_short_or_public_secret_key_is_refused_in_production(settings):
    settings.PRODUCTION = True
    for key in ("short", "insecure-only-for-trying-the-product-on-this-machine"):
        settings.SECRET_KEY = key
        assert [error.id for error in checks.secret_key_is_secret(None)] == ["studio.E002"]
    settings.SECRET_KEY = "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz"
    assert checks.secret_key_is_secret(None) == []


@pytest.mark.parametrize(
    ("hosts", "found"), [([], 1), (["*"], 1), (["proofs.example.com"], 0), ([".example.com"], 0)]
)
def test_any_host_is_no_host(settings, hosts, found):
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = hosts
    assert len(checks.hosts_are_named(None)) == found


def test_an_sqlite_with_the_wal_reset_bug_is_named(settings, monkeypatch):
    settings.SQLITE_WAL_IS_SAFE = False
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    assert [warning.id for warning in checks.sqlite_runs_in_wal_mode(None, databases=["default"])] == [
        "studio.W002"
    ]
    settings.SQLITE_WAL_IS_SAFE = True
    assert checks.sqlite_runs_in_wal_mode(None, databases=["default"]) == []
