"""No webhook reaches what is not plainly public, however its address is written and whatever its name resolves to."""

import contextlib
import ipaddress
import socket
import sys
from collections import Counter
from urllib.parse import unquote, urlsplit

import pytest

from tests.triggers.channels.addresses import INSIDE_4, INSIDE_6, PUBLIC, corpus, public, rebinding
from triggers.channels.base import PermanentError
from triggers.channels.wire import http
from triggers.channels.wire.addresses import is_public

CASES = list(corpus())
REBINDING = list(rebinding())
# Judged by the corpus and not by the code: a connection to any other address is a hole.
HARMLESS = {*PUBLIC, "9.9.9.9", "1.0.0.1"}

_watched = None


def _watch(event, arguments):
    """Note every attempt of this process to connect, from whatever library, and let none happen."""
    if _watched is not None and event in ("socket.connect", "socket.sendto"):
        sock, address = arguments
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            _watched.append(address[0])
            raise ConnectionAbortedError("no test connects to anywhere")


@pytest.fixture(scope="module", autouse=True)
def _hook():
    sys.addaudithook(_watch)  # it cannot be taken out again, so it looks at _watched


@pytest.fixture
def connections():
    """The addresses that somebody tried to connect to since."""
    global _watched
    _watched = []
    yield _watched
    _watched = None


class Resolver:
    """Answers as glibc does: numbers in any spelling are addresses, names have the answers of their case."""

    def __init__(self):
        self.answers, self.asked = {"localhost": [("127.0.0.1", "::1")]}, Counter()

    def learn(self, case):
        if case.answers:
            self.answers[urlsplit(case.url).hostname] = list(case.answers)

    def getaddrinfo(self, host, port, *rest, **more):
        name = host.encode("idna").decode().lower()
        self.asked[name] += 1
        found = self.answers.get(name.removesuffix("."))
        if found is None:
            found = [(self._number(name),)]
        answers = found[min(self.asked[name], len(found)) - 1]
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port or 0),
            )
            for address in answers
        ]

    def _number(self, host):
        if ":" in host:
            return str(ipaddress.IPv6Address(host))
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None


@pytest.fixture
def resolver(monkeypatch):
    resolver = Resolver()
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    return resolver


def leaks(cases, post, resolver, connections):
    """Return the cases in which `post` tried to connect to anything that is not harmless."""
    found = []
    for case in cases:
        resolver.learn(case)
        connections.clear()
        with contextlib.suppress(http.NotSent, PermanentError, OSError, ValueError):
            post(case.url)
        if not set(connections) <= HARMLESS:
            found.append(case)
    return found


def ours(url):
    http.post(url, b"{}", {}, seconds=5)


def test_no_url_and_no_answer_leads_inside(resolver, connections):
    assert len({case.url for case in CASES}) >= 750
    assert leaks(CASES, ours, resolver, connections) == []


def test_not_one_public_answer_is_tried_where_another_is_not_public(resolver, connections):
    for case in CASES:
        resolver.learn(case)
        with pytest.raises((PermanentError, http.NotSent)):
            ours(case.url)
    # URLs whose host, read to the letter, is hooks.example: a name that does not exist.
    assert connections == []


def test_a_name_is_looked_up_once_and_connected_to_by_that_answer(resolver, connections):
    for case in REBINDING:
        resolver.learn(case)
        with pytest.raises(http.NotSent):
            ours(case.url)
    assert connections == ["8.8.8.8"] * len(REBINDING)
    assert set(resolver.asked.values()) == {1}


@pytest.mark.parametrize(("case", "address"), public(), ids=lambda value: str(value)[:60])
def test_public_addresses_are_tried(case, address, resolver, connections):
    resolver.learn(case)
    with pytest.raises(http.NotSent):
        ours(case.url)
    assert connections == [address]


def test_every_answer_is_tried_in_turn_and_no_more_than_four(resolver, connections):
    resolver.answers["many.example"] = [tuple(PUBLIC[:7])]
    with pytest.raises(http.NotSent, match=r"^many\.example could not be reached\.$"):
        ours("https://many.example/")
    assert connections == PUBLIC[:4]


def test_a_name_without_an_address_is_not_public():
    assert not is_public("")
    assert not is_public("example.com")


@pytest.mark.parametrize("address", [*INSIDE_4, *INSIDE_6])
def test_nothing_inside_is_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is(address):
    assert is_public(address)


def careless(url):
    """Connect to wherever the URL leads."""
    parts = urlsplit(url)
    socket.create_connection((unquote(parts.hostname or ""), parts.port or 443), timeout=1)


def is_global_only(url):
    """What one writes first: refuse what Python does not call global, then connect to what was checked."""
    parts = urlsplit(url)
    found = socket.getaddrinfo(parts.hostname or "", parts.port or 443)
    addresses = [address[0] for *_, address in found]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise PermanentError("not global")
    socket.create_connection((addresses[0], 443), timeout=1)


def checked_and_looked_up_again(url):
    parts = urlsplit(url)
    for *_, address in socket.getaddrinfo(parts.hostname, 443):
        if not is_public(address[0]):
            raise PermanentError("not public")
    careless(url)


def first_answer_only(url):
    parts = urlsplit(url)
    address = socket.getaddrinfo(parts.hostname or "", 443)[0][4][0]
    if not is_public(address):
        raise PermanentError("not public")
    careless(url)
    for *_, other in socket.getaddrinfo(parts.hostname, 443)[1:]:
        try:
            socket.create_connection((other[0], 443), timeout=1)
        except OSError:
            continue


@pytest.mark.parametrize(
    ("naive", "cases", "kinds"),
    [
        (
            careless,
            CASES,
            {"plain", "decimal", "octal parts", "wide digits", "mapped", "6to4", "trick", "answer"},
        ),
        (is_global_only, CASES, {"NAT64", "ISATAP", "compatible", "answer", "plain"}),
        (first_answer_only, CASES, {"second of two answers"}),
        (checked_and_looked_up_again, REBINDING, {"rebinding"}),
    ],
)
def test_control_what_is_often_written_lets_some_through(naive, cases, kinds, resolver, connections):
    """Else the corpus, the resolver or the watch would be asleep."""
    found = Counter(case.kind for case in leaks(cases, naive, resolver, connections))
    assert kinds <= set(found), found
