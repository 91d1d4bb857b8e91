"""A way to a PostgreSQL on which it is counted how often somebody waits for the network.

It hands on what both sides say; each time the client speaks after the server has, it has waited.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread
from typing import Self

from sqlalchemy.engine import make_url


class Waits:
    """turns: how often the client has spoken after the server; url: the database by way of here"""

    def __init__(self, url: str) -> None:
        self._there = make_url(url)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._last = ""
        self.turns = 0
        port = self._door.getsockname()[1]
        here = self._there.set(host="127.0.0.1", port=port, query={})
        self.url = here.render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = self._reached()
                for pair in ((client, server, "client"), (server, client, "server")):
                    Thread(target=self._hand_on, args=pair, daemon=True).start()

    def _reached(self) -> socket.socket:
        folder = self._there.query.get("host")
        if isinstance(folder, str):
            found = socket.socket(socket.AF_UNIX)
            found.connect(f"{folder}/.s.PGSQL.{self._there.port or 5432}")
            return found
        return socket.create_connection((self._there.host or "127.0.0.1", self._there.port or 5432))

    def _hand_on(self, source: socket.socket, dest: socket.socket, who: str) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if who == "client" and self._last != "client":
                    self.turns += 1
                self._last = who
                dest.sendall(data)
        with suppress(OSError):
            dest.shutdown(socket.SHUT_WR)
