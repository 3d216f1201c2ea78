"""Servers on loopback that follow a script, however faulty."""

import contextlib
import socket
import threading


class Conversation:
    """One connection, from the server's side.

    over:  set when the test has seen enough.
    heard: where requests are noted, before they are answered.
    """

    def __init__(self, sock, over, heard):
        self.sock, self.over, self.heard = sock, over, heard
        self.reader = sock.makefile("rb")

    def line(self):
        return self.reader.readline().decode("utf-8", "replace").rstrip("\r\n")

    def request(self):
        """Read an HTTP request, and note its first line, its headers with small letters, and its body."""
        first, headers = self.line(), {}
        while line := self.line():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        self.heard.append((first, headers, self.reader.read(int(headers.get("content-length", 0)))))

    def say(self, text):
        self.sock.sendall(text if isinstance(text, bytes) else text.encode())

    def drip(self, text, every=0.05):
        """Send byte by byte, so that no single wait is long."""
        for byte in text if isinstance(text, bytes) else text.encode():
            self.sock.sendall(bytes([byte]))
            if self.over.wait(every):
                break

    def hang(self):
        self.over.wait(20)


class Scripted:
    """Listens on a port of 127.0.0.1 and lets `script(conversation)` talk to each who connects.

    tls: an SSLContext, for https.
    """

    def __init__(self, script, *, tls=None):
        self.script, self.tls = script, tls
        self.connections = 0
        self.heard = []
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *raised):
        self._over.set()
        with contextlib.suppress(OSError):  # wakes accept()
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock):
        # A client that has heard enough hangs up; the script need not care.
        with contextlib.suppress(OSError), sock:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            with sock:
                conversation = Conversation(sock, self._over, self.heard)
                with conversation.reader:
                    self.script(conversation)


@contextlib.contextmanager
def closed_port():
    """A port of loopback that refuses connections: bound, so that nobody else gets it, and not listened to."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
