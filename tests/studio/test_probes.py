"""/healthz and /readyz: what machines ask, by any name, without https and without signing in."""

import logging

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client as Browser

from studio import append_only, search_index
from studio.refusal_logs import NoProbes
from studio.set_up import tokens
from tests.security.access_table import ROUTES


@pytest.fixture
def machine(settings):
    """Asks as a container engine does a studio in production: by address, over http."""
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["proofs.example.com"], True
    return Browser(SERVER_NAME="10.0.0.7")


def without_a_migration():
    MigrationRecorder.Migration.objects.filter(app="triggers").latest("pk").delete()


def without_guards():
    append_only.remove_guards(connection)


def without_search():
    search_index.take_away(using="default", plan=["anything"])


def without_tokens():
    tokens.take_away(using="default", plan=["anything"])


def test_it_is_alive_without_asking_the_database(machine):
    answer = machine.get("/healthz")  # no mark django_db: a query would be an error
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert machine.head("/healthz").status_code == 200
    assert machine.post("/healthz").status_code == 405


def test_it_is_ready_at_a_small_price(machine, db, django_assert_max_num_queries):
    machine.get("/readyz")
    with django_assert_max_num_queries(14):
        answer = machine.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_other_addresses_are_still_redirected_and_their_hosts_looked_at(machine, db):
    """The control: the two are let through because of what they are."""
    assert machine.get("/").status_code == 400
    assert machine.get("/healthz/").status_code == 400
    assert Browser(SERVER_NAME="proofs.example.com").get("/").status_code == 301


@pytest.mark.parametrize("fault", [without_a_migration, without_guards, without_search, without_tokens])
def test_it_is_not_ready_and_says_nothing_of_why(machine, db, fault):
    fault()
    answer = machine.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    assert machine.get("/healthz").status_code == 200


def test_it_is_not_ready_without_a_database(machine, monkeypatch):
    def away(self):
        raise OperationalError("connection refused for studio:secret")

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
    answer = machine.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_a_line_is_logged_when_the_answer_changes_and_none_for_each(machine, db, monkeypatch):
    written = []
    [handler] = [each for each in logging.getLogger().handlers if NoProbes in map(type, each.filters)]
    monkeypatch.setattr(handler, "emit", lambda record: written.append(record.getMessage()))
    machine.get("/readyz")
    append_only.remove_guards(connection)
    for _ in range(3):
        machine.get("/readyz")
    append_only.install_guards(connection)
    machine.get("/readyz")
    assert [line.split(":")[0] for line in written] == ["not ready", "ready again"]
    assert "Status Notes and History are not guarded" in written[0]


def test_no_page_has_their_addresses():
    """They are answered before any route is looked for, so none stands in the table of who may open what."""
    assert not {"healthz", "readyz"} & ROUTES.keys()
