"""kill -9 of the whole set-up while people advance orders over HTTP: no half of an advance is there, none that was
answered is lost, and what was not answered can be sent again and is done once.

Killing a server that nobody was asking shows nothing, so each run keeps a floor of requests that were left unanswered.
"""

import os
import random
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from preproduction.models import Order, Status, StatusChange
from tests.postgresql import free_port
from tests.reliability.test_killed_at_each_statement import is_whole
from tests.servers import HOST, database_address
from tests.set_ups import TOKEN, Running, Visitor, set_up, started

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.any_database,  # for run.py test, which has little time: the campaign kills production, too
    pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs groups of processes: Linux or macOS"),
]

PEOPLE = 3  # as many as the smaller set-up answers at once, so that none only waits for its turn
LONGEST = 0.4  # seconds from when everybody was answered to the kill
PATIENCE = 20
STUDIO = "studio.wsgi:application"


@dataclass
class Tally:
    kills: int = 0
    answered: list[str] = field(default_factory=list)  # notes, by which an advance is found again
    unanswered: list[tuple[int, dict]] = field(default_factory=list)  # (order, form)
    left: int = 0  # requests that were under way at a kill
    wrong: list[str] = field(default_factory=list)

    def must_show_something(self):
        """A kill that stops nothing, or a server that answers nothing, would find nothing either."""
        assert self.left >= 2 * self.kills, f"{self.left} requests were under way at {self.kills} kills."
        assert len(self.answered) >= self.kills * PEOPLE, f"Only {len(self.answered)} advances were answered."


class Person(threading.Thread):
    """Advances one order again and again until nobody answers any more, or it is told that all is over."""

    def __init__(self, visitor, order, statuses, tally):
        super().__init__(daemon=True)
        self.visitor, self.tally = visitor, tally
        self.order, self.version, self.status = order.pk, order.version, order.status_id
        self.statuses = statuses
        self.was_answered, self.over = threading.Event(), threading.Event()

    def run(self):
        try:
            self.advance_on_and_on()
        finally:
            self.was_answered.set()  # nobody waits for who gave up

    def advance_on_and_on(self):
        while not self.over.is_set():
            to = next(key for key in self.statuses if key != self.status)
            form = form_for(self.version, to, self.visitor.person)
            try:
                answer = send(self.visitor, self.order, form)
            except ConnectionRefusedError:
                return
            except (OSError, HTTPException):
                self.tally.unanswered.append((self.order, form))
                self.tally.left += 1
                return
            if answer.status_code != 302:
                self.tally.wrong.append(f"answered {answer.status_code}")
                return
            self.tally.answered.append(form["note"])
            self.version, self.status = self.version + 1, to
            self.was_answered.set()


def form_for(version, to, by):
    """Return what Advance Status sends; due date and owner are as suggested, so they follow the status."""
    key = str(uuid4())
    today = timezone.localdate().isoformat()
    return {
        "csrfmiddlewaretoken": TOKEN,
        "request_key": key,
        "expected": version,
        "completed_on": today,
        "to": to,
        "updated_by": by.pk,
        "note": f"Sent as {key}.",
    }


def send(visitor, order, form):
    return visitor.ask("POST", f"/orders/{order}/advance/", urlencode(form).encode())


def life(running: Running, by, chance, tally, *, kill=None):
    """Let people work until the kill; then look at what is stored."""
    statuses = list(Status.objects.order_by("position").values_list("pk", flat=True)[:2])
    people = [Person(Visitor(running, by), order, statuses, tally) for order in Order.objects.order_by("pk")]
    for person in people:
        person.start()
    for person in people:
        person.was_answered.wait(PATIENCE)
    time.sleep(chance.uniform(0, LONGEST))
    (kill or running.kill)()
    tally.kills += 1
    if kill:
        time.sleep(LONGEST)
    for person in people:
        person.over.set()
    for person in people:
        person.join(PATIENCE)
        assert not person.is_alive(), running.server.log.read_text()
    if not kill:
        wait_for_the_dead()
    look(tally)


def wait_for_the_dead():
    """PostgreSQL ends what a client was in the middle of when it notices that the client is gone."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while cursor.execute(others) and cursor.fetchone()[0] and time.monotonic() < deadline:
            time.sleep(0.05)


def look(tally):
    stored = list(StatusChange.objects.exclude(note="").values_list("note", flat=True))
    if lost := set(tally.answered) - set(stored):
        tally.wrong.append(f"{len(lost)} answered and lost")
    if len(stored) != len(set(stored)):
        tally.wrong.append("stored twice")
    if not is_whole():
        tally.wrong.append("half applied")


def send_again(running: Running, by, tally):
    """Send what was left unanswered once more, as a person does: it is done now, or was done then."""
    visitor = Visitor(running, by)
    while tally.unanswered:
        order, form = tally.unanswered.pop()
        status = send(visitor, order, form).status_code
        if status == 302:
            tally.answered.append(form["note"])
        else:
            tally.wrong.append(f"sent again it was answered {status}")
    look(tally)


@contextmanager
def web_server(application, folder):
    """Serve an application, alone, where no whole set-up is needed."""
    port = free_port()
    command = ["-m", "waitress", f"--listen={HOST}:{port}", application]
    environment = {
        **os.environ,
        "DATABASE_URL": database_address(),
        "DJANGO_SETTINGS_MODULE": "studio.settings",
    }
    with started(folder, port, command, environment) as server:
        yield Running(server, groups=[server.process.pid])


@pytest.fixture
def orders(make_order, preferences):
    return [make_order() for _ in range(PEOPLE)]


def test_a_kill_of_the_set_up_halves_no_advance_and_loses_no_answer(
    orders, ada, tmp_path, size, seed, record
):
    tally, chance = Tally(), random.Random(seed)
    for _ in range(size("kills of a set-up")):
        with set_up(tmp_path) as running:
            send_again(running, ada, tally)
            life(running, ada, chance, tally)
    with web_server(STUDIO, tmp_path) as running:
        send_again(running, ada, tally)
    assert tally.wrong == [], (tmp_path / "web.log").read_text()[-3000:]
    tally.must_show_something()
    record(kills=tally.kills, unanswered=tally.left, advances=len(tally.answered))


@pytest.mark.parametrize(
    ("bug", "found"), [("in_halves", "half applied"), ("answered_before_it_is_stored", "answered and lost")]
)
def test_control_half_an_advance_or_a_lost_answer_is_noticed(orders, ada, tmp_path, record, bug, found):
    tally = Tally()
    with web_server(f"tests.reliability.planted_bugs:{bug}", tmp_path) as running:
        life(running, ada, random.Random(1), tally)
    assert any(found in wrong for wrong in tally.wrong), tally.wrong
    record(contradictions=len(tally.wrong))


def test_control_a_kill_that_hits_no_server_is_noticed(orders, ada, tmp_path):
    tally = Tally()
    with web_server(STUDIO, tmp_path) as running:
        life(running, ada, random.Random(1), tally, kill=lambda: None)
    assert tally.wrong == []
    with pytest.raises(AssertionError, match="0 requests were under way at 1 kills"):
        tally.must_show_something()
