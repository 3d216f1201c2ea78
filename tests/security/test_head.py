"""After HEAD nothing but headers comes over the wire, so that the next answer on a kept connection is where it belongs."""

import random
import socket
import threading

import pytest
from django.test import Client

from studio.access import Role
from tests.routes import all_routes
from tests.security.conftest import give_second_factor
from tests.servers import HOST, SERVERS, serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.any_database]

LAST = b"GET /no-such-page/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def cookies_of(person):
    browser = Client()
    browser.force_login(person)
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in browser.cookies.values())


def after_head(port, address, cookies):
    """Ask for HEAD and for a page that is not there, on one connection; return what came between the two answers.

    A server may close the connection after the first; then all that came after its headers is returned.
    """
    head = f"HEAD {address} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n".encode()
    with socket.create_connection((HOST, port), timeout=60) as wire:
        wire.sendall(head)
        came = b""
        while b"\r\n\r\n" not in came:
            part = wire.recv(65536)
            assert part, f"HEAD {address}: {came!r}"
            came += part
        try:
            wire.sendall(LAST)
            while part := wire.recv(65536):
                came += part
        except (BrokenPipeError, ConnectionResetError):
            pass
    _, _, rest = came.partition(b"\r\n\r\n")
    return rest.partition(b"HTTP/1.1 404")[0]


@pytest.mark.parametrize("kind", SERVERS)
def test_no_body_comes_after_head_on_any_route(kind, world, people, tmp_path, size, seed, record):
    give_second_factor(people[Role.ADMINISTRATOR])
    cookies = cookies_of(people[Role.ADMINISTRATOR])
    addresses = [address for route in all_routes() for address in route.addresses()]
    addresses = random.Random(seed).sample(addresses, min(size("routes after HEAD"), len(addresses)))
    addresses += ["/no-such-page/", "/orders/?export=xlsx", "/orders/?export=pdf", "/static/css/base.css"]
    with serving(kind, tmp_path) as server:
        found = {address: after_head(server.port, address, cookies)[:80] for address in addresses}
    assert len(found) > 100
    assert {address: body for address, body in found.items() if body} == {}
    record(routes=len(found))


def test_control_a_server_that_sends_a_body_is_noticed():
    with socket.create_server((HOST, 0)) as listening:

        def answer():
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert after_head(listening.getsockname()[1], "/", "") == b"hello"
        thread.join()
