"""Requests to addresses that people have typed: made here and nowhere else.

Only https to public addresses, and what an administrator listed as in-house.  The name is looked up once; one answer
that is not plainly public refuses them all; the connection goes to an address that was checked, and the certificate must
be the name's.  No redirects, no proxies, no passwords in the URL, 64 kB of answer, 15 seconds in all.

Any port is allowed: receivers run on 8443 and the like, and TLS comes first, so nothing that talks another protocol
understands a word.

On http.client rather than requests-hardened 1.3.0, which let some 200 of the 1,231 URLs in
tests/triggers/channels/addresses.py through and has no total time (23 November 2026).
"""

import contextlib
import functools
import io
import ipaddress
import math
import re
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, RemoteDisconnected
from typing import Any, NamedTuple

from django.utils import timezone

from triggers.channels.base import PermanentError, TryLater
from triggers.channels.wire.addresses import is_public
from triggers.channels.wire.deadline import Deadline

SECONDS = 15
MOST_READ = 64 * 1024
LONGEST_WAIT = 24 * 60 * 60  # seconds that the other side may ask for
MOST_ADDRESSES = 4  # tried one after the other; each further one leaves less time for all

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[a-z0-9._~!$&'()*+,;=:@%/-]*)?(?P<query>\?[a-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.IGNORECASE | re.ASCII,
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# The system would read such a last label as part of an IPv4 address: 0x7f.1, 2130706433, 0177.0.0.1.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotSent(TryLater):
    """The request did not leave this machine."""


class NoAnswer(TryLater):
    """The request went out, at least in part, and no answer to it could be read."""


class Origin(NamedTuple):
    scheme: str
    host: str  # lower case; an IPv6 address without its brackets
    port: int

    def __str__(self) -> str:
        """Say where it is: the host, with its port where that is an unusual one.  Never the path: it can be a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Answer:
    """body: as it came, never unpacked; its beginning only, where it was long, slow or broken off."""

    status: int
    headers: Mapping[str, str] | HTTPMessage = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def asked_wait(self) -> int | None:
        """Return the seconds, at most a day, that Retry-After asks for as a number or a date; None for none."""
        text = self.headers.get("Retry-After", "").strip()
        if re.fullmatch("[0-9]+", text):
            # No more digits than a day has: int() refuses thousands of them.
            wait = int(text) if len(text) < 9 else LONGEST_WAIT
        else:
            try:
                moment = parsedate_to_datetime(text)
            except (ValueError, TypeError, IndexError, OverflowError):
                return None
            # A date without a zone is meant as UTC.
            left = moment.replace(tzinfo=moment.tzinfo or UTC) - timezone.now()
            wait = math.ceil(left.total_seconds())
        return min(wait, LONGEST_WAIT) if wait > 0 else None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    in_house: Collection[Origin] = (),
    seconds: float = SECONDS,
) -> Answer:
    """POST `body` to `url` and return the answer, whatever its status.

    Raises PermanentError where the URL or its addresses are refused, NotSent, or NoAnswer.
    """
    origin, target = check(url, in_house=in_house)
    with Deadline(seconds) as deadline:
        sock = _connect(origin, deadline, anywhere=origin in in_house)
        with contextlib.closing(sock):
            return _ask(sock, origin, target, body, headers, deadline)


def check(url: str, *, in_house: Collection[Origin] = ()) -> tuple[Origin, str]:
    """Return the origin and the rest of `url`, or raise PermanentError with what is wrong with it; looks nothing up."""
    origin, target = _read(url)
    if origin not in in_house:
        if origin.scheme != "https":
            raise PermanentError(
                f"{origin} is not reached by https. Only in-house webhook receivers may be reached by http."
            )
        if "." not in origin.host and ":" not in origin.host:
            raise PermanentError(f"{origin} is not a public name, nor among the in-house webhook receivers.")
    return origin, target


def read_origin(line: str) -> Origin:
    """Return the origin that `line` names, such as http://192.168.1.20:8080, or raise PermanentError."""
    origin, target = _read(line.strip())
    if target != "/":
        raise PermanentError(f"Give {origin} without what comes after its port.")
    return origin


def read_origins(lines: str) -> frozenset[Origin]:
    """Return the origins that `lines` names, one to a line; what names none allows none."""
    origins = set()
    for line in lines.splitlines():
        with contextlib.suppress(PermanentError):
            origins.add(read_origin(line))
    return frozenset(origins)


def _read(url: str) -> tuple[Origin, str]:
    found = _URL.fullmatch(url)
    if found is None:
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise PermanentError("The URL holds a user name or a password; webhooks are signed instead.")
        raise PermanentError(
            "The URL cannot be used. Write it like https://hooks.example.com/path, "
            "with other letters as xn-- in the host and percent-encoded after it."
        )
    scheme = found["scheme"].lower()
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if not 1 <= port <= 65535:
        raise PermanentError(f"The URL has the port {port}, which does not exist.")
    return Origin(scheme, _host(found["host"].lower()), port), (found["path"] or "/") + (found["query"] or "")


def _host(host: str) -> str:
    labels = host.split(".")
    try:
        if host.startswith("["):
            return str(ipaddress.IPv6Address(host[1:-1]))
        if _NUMBER.fullmatch(labels[-1]):
            return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise PermanentError("The URL has a host that looks like an IP address and is none.") from None
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise PermanentError("The URL has a host that is not a name.")
    return host


def _connect(origin: Origin, deadline: Deadline, *, anywhere: bool) -> socket.socket:
    try:
        addresses = deadline.resolve(origin.host, origin.port)
    except (OSError, UnicodeError) as error:
        late = isinstance(error, TimeoutError)
        raise NotSent(
            f"{origin} could not be looked up in time." if late else f"{origin} was not found by its name."
        ) from error
    if not anywhere and not all(map(is_public, addresses)):
        raise PermanentError(
            f"{origin} is not at a public address. "
            "If it is the studio's own, list it under In-house webhook receivers."
        )
    try:
        sock = deadline.connect(addresses[:MOST_ADDRESSES], origin.port)
    except ConnectionRefusedError as error:
        raise NotSent(f"{origin} refused the connection.") from error
    except OSError as error:
        raise NotSent(f"{origin} could not be reached.") from error
    return _secured(sock, origin, deadline) if origin.scheme == "https" else sock


def _secured(sock: socket.socket, origin: Origin, deadline: Deadline) -> socket.socket:
    try:
        return tls_context().wrap_socket(sock, server_hostname=origin.host)
    except (OSError, ValueError) as error:
        sock.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            problem = f"{origin} has not the right certificate: {error.verify_message}."
        elif deadline.has_passed:
            problem = _too_slow(origin, deadline)
        else:
            problem = f"{origin} did not agree on a secure connection."
        raise NotSent(problem) from error


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Trust whom the system trusts; reading its certificates takes a while, so once."""
    return ssl.create_default_context()


def _ask(
    sock: socket.socket,
    origin: Origin,
    target: str,
    body: bytes,
    headers: Mapping[str, str],
    deadline: Deadline,
) -> Answer:
    connection = HTTPConnection(origin.host, origin.port)
    connection.auto_open = 0  # it would look the name up again
    connection.sock = sock
    connection.response_class = _CappedResponse
    ours = {"Host": str(origin), "Connection": "close", "Accept-Encoding": "identity"}
    try:
        connection.request("POST", target, body, {**headers, **ours})
        response = connection.getresponse()
    except (OSError, HTTPException) as error:
        if deadline.has_passed:
            problem = _too_slow(origin, deadline)
        elif isinstance(error, OSError | RemoteDisconnected):
            problem = f"{origin} closed the connection without an answer."
        else:
            problem = f"{origin} gave an answer that cannot be read."
        raise NoAnswer(problem) from error
    return Answer(response.status, response.headers, _beginning(response))


def _too_slow(origin: Origin, deadline: Deadline) -> str:
    return f"{origin} took longer than {deadline.seconds:g} seconds."


def _beginning(response: HTTPResponse) -> bytes:
    """Return what comes of the body.  The status has said it all: a body that breaks off takes nothing back."""
    parts = []
    with contextlib.suppress(OSError, HTTPException), contextlib.closing(response):
        while part := response.read1(MOST_READ):
            parts.append(part)
    return b"".join(parts)


class _CappedResponse(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any):
        self._capped = _Capped(sock)
        # Of a socket it wants makefile() and nothing else.
        super().__init__(self._capped, *args, **kwargs)  # type: ignore[arg-type]

    def begin(self) -> None:
        super().begin()
        self._capped.may_end = True


class _Capped(io.RawIOBase):
    """What a socket sends, up to MOST_READ bytes with the headers; then an error.

    An error, too, where it ends amid the headers: http.client would take that for their end, and what a receiver that
    was cut off at the deadline had begun to say for an answer.
    """

    may_end = False

    def __init__(self, sock: socket.socket):
        self._raw = sock.makefile("rb", buffering=0)
        self._left = MOST_READ

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if not self._left:
            raise HTTPException("longer than 64 kB")
        count = self._raw.readinto(memoryview(buffer)[: self._left])
        if not count and not self.may_end and self._left < MOST_READ:
            raise HTTPException("ends amid its headers")
        self._left -= count or 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
