"""The processes that the other tests here start."""

import asyncio
import time

import pytest
from django.db import connection

from studio.models import Department
from tests.reliability.processes import in_processes, needs_fork

pytestmark = [needs_fork, pytest.mark.django_db(transaction=True)]


def test_each_process_has_a_connection_of_its_own_though_a_loop_runs_in_the_parent(monkeypatch):
    """As Playwright's does for the rest of a run, once a browser test has started it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    Department.objects.create(name="Retouching")  # on the connection for code outside a loop
    outside = connection.connection

    def count(index):
        assert connection.connection is None or connection.connection is not outside
        return [Department.objects.count() for _ in range(20)]

    assert _in_a_loop(lambda: in_processes(8, count)) == [[1] * 20] * 8
    assert Department.objects.count() == 1


def test_a_failure_is_told_when_all_have_ended():
    def work(index):
        if index == 0:
            raise ValueError("out of paper")
        time.sleep(0.5)
        Department.objects.create(name="Retouching")

    with pytest.raises(pytest.fail.Exception, match="out of paper"):
        in_processes(2, work)
    assert Department.objects.exists()


def _in_a_loop(work):
    """Call `work` while a loop runs in this thread: Playwright's, where it has been started, else one of our own."""
    if asyncio._get_running_loop():
        return work()

    async def worker():
        return work()

    return asyncio.run(worker())
