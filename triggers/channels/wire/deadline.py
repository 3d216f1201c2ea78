"""A total time for a conversation with another machine, however slowly it talks.

A socket's own time-out starts anew with every byte, so a server that drips one a second would hold the worker for ever.
"""

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Deadline:
    """`seconds` for everything that is done inside the `with`.

    When they are over, the watched socket is shut down from another thread, and whoever waits for it gets an error at
    once; `has_passed` then says why.
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._passed = threading.Event()
        self._twin: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._timer.cancel()
        with self._lock:
            if self._twin is not None:
                self._twin.close()
                self._twin = None

    @property
    def left(self) -> float:
        """Seconds still left; never 0, which would mean to a socket that it must not wait at all."""
        return max(self._ends - time.monotonic(), 0.001)

    @property
    def has_passed(self) -> bool:
        return self._passed.is_set() or time.monotonic() >= self._ends

    def call(self, function: Callable[..., T], *args: object) -> T:
        """Return what `function` returns, or raise TimeoutError at the deadline and let it run out by itself.

        For what cannot be interrupted: asking the system for the addresses of a name.
        """
        answers: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

        def run() -> None:
            try:
                answers.put((function(*args), None))
            except Exception as error:
                answers.put((None, error))

        threading.Thread(target=run, daemon=True).start()
        try:
            answer, error = answers.get(timeout=self.left)
        except queue.Empty:
            raise TimeoutError from None
        if error is not None:
            raise error
        return answer

    def resolve(self, host: str, port: int) -> list[str]:
        """Return the addresses of `host` as text, each once, in the system's order."""
        found = self.call(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def connect(self, addresses: list[str], port: int) -> socket.socket:
        """Return a socket connected to the first of `addresses` that answers, and watch it.

        Each gets its share of the time, so that one that swallows packets does not use up that of the next.
        """
        failure = OSError("no address")
        for place, address in enumerate(addresses):
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
            sock.settimeout(self.left / (len(addresses) - place))
            try:
                # An address and not a name: nothing is looked up again.
                sock.connect((address, port))
            except OSError as error:
                sock.close()
                failure = error
            else:
                sock.settimeout(self.left)
                self._watch(sock)
                return sock
        raise failure

    def _watch(self, sock: socket.socket) -> None:
        # A twin of the descriptor outlives TLS being put on top and the other side of the code closing its own.
        with self._lock:
            self._twin = sock.dup()
        if self._passed.is_set():
            self._pass()

    def _pass(self) -> None:
        self._passed.set()
        with self._lock:
            if self._twin is not None:
                with contextlib.suppress(OSError):
                    self._twin.shutdown(socket.SHUT_RDWR)
