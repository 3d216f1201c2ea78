"""How a request is made: whom it believes, what it reads, when it gives up."""

import re
import socket
import threading
import time

import pytest

from tests.triggers.channels.certificates import Authority
from tests.triggers.channels.outcomes import LATE, SHORT
from tests.triggers.channels.servers import Scripted
from triggers.channels.base import PermanentError
from triggers.channels.wire import http


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """The only one that is believed while the test runs."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    http.tls_context.cache_clear()
    yield authority
    http.tls_context.cache_clear()


@pytest.fixture
def named(monkeypatch):
    """Every name is this machine's; return the names that were looked up."""
    asked = []

    def getaddrinfo(host, port, *rest, **more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def says_thanks(talk):
    talk.request()
    talk.say("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nthanks")


def post(url, *, seconds=10, **keywords):
    return http.post(url, b"{}", {}, in_house={http.read_origin(url)}, seconds=seconds, **keywords)


def test_a_request_names_the_host_and_wants_no_packed_answer():
    with Scripted(says_thanks) as server:
        answer = http.post(
            f"http://127.0.0.1:{server.port}/a/b?c=%20",
            b"{}",
            {"X-Ours": "yes"},
            in_house={http.Origin("http", "127.0.0.1", server.port)},
        )
    first, headers, body = server.heard[0]
    assert (first, body) == ("POST /a/b?c=%20 HTTP/1.1", b"{}")
    assert headers == {
        "host": f"127.0.0.1:{server.port}",
        "content-length": "2",
        "connection": "close",
        "accept-encoding": "identity",
        "x-ours": "yes",
    }
    assert (answer.status, answer.body) == (200, b"thanks")


def test_the_certificate_must_be_the_names_though_the_address_was_looked_up(authority, named):
    seen = []
    tls = authority.server("hooks.example")
    tls.sni_callback = lambda sock, name, context: seen.append(name)
    with Scripted(says_thanks, tls=tls) as server:
        answer = post(f"https://hooks.example:{server.port}")
    assert answer.status == 200
    assert seen == ["hooks.example"]
    assert named == ["hooks.example"]
    assert server.heard[0][1]["host"] == f"hooks.example:{server.port}"


def test_the_certificate_of_an_address_must_name_the_address(authority):
    with Scripted(says_thanks, tls=authority.server("127.0.0.1")) as server:
        assert post(f"https://127.0.0.1:{server.port}").status == 200


WRONG = "has not the right certificate"


@pytest.mark.parametrize(
    ("names", "how", "sentence"),
    [
        (["other.example"], {}, "Hostname mismatch"),
        (["127.0.0.1"], {}, "Hostname mismatch"),
        (["hooks.example"], {"expired": True}, "certificate has expired"),
        (["hooks.example"], {"trusted": False}, "self-signed certificate"),
    ],
)
def test_a_wrong_certificate_ends_it_before_anything_is_sent(names, how, sentence, authority, named):
    with (
        Scripted(says_thanks, tls=authority.server(*names, **how)) as server,
        pytest.raises(http.NotSent) as caught,
    ):
        post(f"https://hooks.example:{server.port}")
    assert re.fullmatch(rf"hooks\.example:{server.port} {WRONG}: {sentence}.*\.", str(caught.value))
    assert server.heard == []


def no_tls(talk):
    talk.say("HTTP/1.1 400 Speak plainly\r\n\r\n")


def closes(talk):
    pass


@pytest.mark.parametrize("script", [no_tls, closes])
def test_a_server_that_does_not_speak_tls_gets_nothing(script, authority, named):
    with Scripted(script) as server, pytest.raises(http.NotSent) as caught:
        post(f"https://hooks.example:{server.port}")
    assert str(caught.value) == f"hooks.example:{server.port} did not agree on a secure connection."


def drips_a_handshake(talk):
    talk.drip(b"\x16\x03\x03\x40\x00" + bytes(16384))


def swallows_the_handshake(talk):
    talk.hang()


@pytest.mark.parametrize("script", [drips_a_handshake, swallows_the_handshake])
def test_a_handshake_ends_at_the_deadline(script, authority, named):
    started = time.monotonic()
    with Scripted(script) as server, pytest.raises(http.NotSent) as caught:
        post(f"https://hooks.example:{server.port}", seconds=SHORT)
    assert str(caught.value) == f"hooks.example:{server.port} took longer than {SHORT} seconds."
    assert time.monotonic() - started < LATE


def test_an_answer_over_tls_that_drips_ends_at_the_deadline(authority, named):
    def drips(talk):
        talk.request()
        talk.drip("HTTP/1.1 200 OK\r\n" * 1000)

    started = time.monotonic()
    with Scripted(drips, tls=authority.server("hooks.example")) as server, pytest.raises(http.NoAnswer):
        post(f"https://hooks.example:{server.port}", seconds=SHORT)
    assert time.monotonic() - started < LATE


def test_a_look_up_that_hangs_ends_at_the_deadline(monkeypatch):
    wait = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *rest, **more: wait.wait(20))
    started = time.monotonic()
    with pytest.raises(http.NotSent, match=r"^hooks\.example could not be looked up in time\.$"):
        http.post("https://hooks.example/", b"{}", {}, seconds=SHORT)
    assert time.monotonic() - started < LATE
    wait.set()


def test_a_receiver_that_does_not_read_is_left_at_the_deadline():
    def reads_nothing(talk):
        talk.hang()

    with Scripted(reads_nothing) as server, pytest.raises(http.NoAnswer):
        http.post(
            f"http://127.0.0.1:{server.port}/",
            bytes(50_000_000),
            {},
            in_house={http.Origin("http", "127.0.0.1", server.port)},
            seconds=SHORT,
        )


def test_an_unknown_name_is_said_to_be_unknown(monkeypatch):
    def nowhere(*rest, **more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(http.NotSent, match=r"^hooks\.example was not found by its name\.$"):
        http.post("https://hooks.example/", b"{}", {})


def test_a_long_answer_is_read_to_64_kb():
    def talks_on(talk):
        talk.request()
        talk.say("HTTP/1.1 200 OK\r\n\r\n")
        while not talk.over.is_set():
            talk.say("x" * 10_000)

    with Scripted(talks_on) as server:
        answer = post(f"http://127.0.0.1:{server.port}")
    assert 60_000 < len(answer.body) <= http.MOST_READ


def test_a_packed_answer_is_not_unpacked():
    def bomb(talk):
        talk.request()
        talk.say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08")

    with Scripted(bomb) as server:
        assert post(f"http://127.0.0.1:{server.port}").body == b"\x1f\x8b\x08"


def test_redirects_are_not_followed():
    with Scripted(says_thanks) as inside:

        def moves(talk):
            talk.request()
            talk.say(f"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:{inside.port}/\r\n\r\n")

        with Scripted(moves) as server:
            assert post(f"http://127.0.0.1:{server.port}").status == 307
        assert inside.connections == 0


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    with Scripted(says_thanks) as proxy, Scripted(says_thanks) as server:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        post(f"http://127.0.0.1:{server.port}")
        assert (server.connections, proxy.connections) == (1, 0)


IN_HOUSE = """
http://192.168.1.20:8080
  https://Intranet
not an origin
http://10.0.0.5/with/a/path
http://[fd00::1]:81
"""


def test_in_house_receivers_are_read_line_by_line():
    assert http.read_origins(IN_HOUSE) == {
        ("http", "192.168.1.20", 8080),
        ("https", "intranet", 443),
        ("http", "fd00::1", 81),
    }


@pytest.mark.parametrize(
    "url",
    ["http://192.168.1.20:8080/a", "https://intranet/", "https://INTRANET:443/?a", "http://[FD00:0::1]:81"],
)
def test_what_is_listed_as_in_house_is_allowed(url):
    http.check(url, in_house=http.read_origins(IN_HOUSE))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://192.168.1.20/", "192.168.1.20 is not reached by https."),
        ("http://192.168.1.20:8081/", "192.168.1.20:8081 is not reached by https."),
        ("http://hooks.example/", "hooks.example is not reached by https."),
        ("http://intranet/", "intranet is not reached by https."),
        ("https://intranet:444/", "intranet:444 is not a public name"),
        ("https://me:secret@hooks.example/", "The URL holds a user name or a password"),
        ("https://hooks.example:70000/", "The URL has the port 70000, which does not exist."),
        ("https://0x7f.1/", "The URL has a host that looks like an IP address and is none."),
        ("https://hooks..example/", "The URL has a host that is not a name."),
        ("https://höoks.example/", "The URL cannot be used. Write it like"),
        ("https://hooks.example/#part", "The URL cannot be used. Write it like"),
        ("", "The URL cannot be used. Write it like"),
    ],
)
def test_a_refused_url_is_told_why_without_its_path(url, sentence):
    with pytest.raises(PermanentError) as caught:
        http.check(url, in_house=http.read_origins(IN_HOUSE))
    assert str(caught.value).startswith(sentence)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example",
        "HTTPS://Hooks.Example:8443/a%20b?c=d&e=/",
        "https://xn--hks-0qa.example/~a;b=c",
    ],
)
def test_ordinary_urls_are_taken(url):
    origin, target = http.check(url)
    assert origin.host.endswith(".example")
    assert target.startswith("/")
