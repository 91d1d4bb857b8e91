"""A real receiver on this machine, which answers as it is told to."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

Answer = Callable[["Handler"], None]


@dataclass
class Site:
    """answer: to the next requests; got: (headers, event) of those that came."""

    answer: Answer
    url: str = ""
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    lock: Any = field(default_factory=Lock)

    @property
    def versions(self) -> list[int]:
        return [int(event["sequence"]) for _, event in self.got]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.site.lock:
            headers = {**dict(self.headers.items()), "path": self.path}
            self.site.got.append((headers, json.loads(body)))
        with suppress(OSError):
            self.site.answer(self)

    def log_message(self, *_: object) -> None:
        pass


def says(status: int, *times: object, **headers: str) -> Answer:
    """An answer with a status, perhaps several in one go."""
    lines = [f"HTTP/1.1 {status} So", "Content-Length: 0"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    raw = ("\r\n".join(lines) + "\r\n\r\n").encode()
    return lambda handler: handler.connection.sendall(raw * (len(times) + 1))


def hangs(handler: Handler) -> None:
    handler.site.over.wait(30)


def drips(handler: Handler) -> None:
    """A byte now and then, so that no single wait is long."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 1000:
        if handler.site.over.wait(0.05):
            return
        handler.connection.sendall(bytes([byte]))


def breaks_off(handler: Handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def babbles(handler: Handler) -> None:
    handler.connection.sendall(b"what do you want?\r\n\r\n")
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def served(
    answer: Answer, *, port: int = 0, certificate: ssl.SSLContext | None = None
) -> Iterator[Site]:
    site = Site(answer)
    handler = type("Own", (Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    site.url = f"{scheme}://localhost:{server.server_address[1]}/events?from=us"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        site.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
