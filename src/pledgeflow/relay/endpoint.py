"""Hands an event to an address on the network: one request each, in the structured JSON format.

With the standard library alone: certificates are verified, redirections are not followed, and no
answer may take longer than it is given. Each request has a connection of its own: on one that is
kept, a receiver that answers twice would have answered the next event before it got it.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLContext, create_default_context
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pledgeflow.errors import DeliveryError, PledgeflowError
from pledgeflow.relay.cloudevents import MEDIA_TYPE

TIMEOUT = timedelta(seconds=10)
_RECEIVED = range(200, 300)
_AGAIN = (408, 429, *range(500, 600))
"""What a receiver says that would take it another time."""
_SECONDS = re.compile("[0-9]{1,9}", re.ASCII)
_NEAR = ("localhost", "127.0.0.1", "::1")


class Endpoint:
    """Call it with an event: it returns once that was received (any 2xx), else raises DeliveryError.

    Safe between threads. Raises PledgeflowError for an address that is none, and for a
    token that would go over the network in the open.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout: timedelta = TIMEOUT,
        token: str | None = None,
        context: SSLContext | None = None,
    ) -> None:
        self._at = at = _address(url)
        self._timeout = timeout.total_seconds()
        self._context = context
        if token is not None and at.scheme == "http" and at.hostname not in _NEAR:
            raise PledgeflowError("a token may not go over the network in the open; use https")
        if token is not None and not (token.isascii() and token.isprintable()):
            raise PledgeflowError("the token holds what no header can; check where it comes from")
        self._headers = {"Content-Type": f"{MEDIA_TYPE}; charset=UTF-8", "Connection": "close"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Hand it over."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        connection = self._made()
        try:
            try:
                connection.connect()
            except OSError as error:
                raise _unreachable(error) from error
            try:
                answer = self._answer(connection, body)
            except (OSError, HTTPException) as error:
                raise _unanswered(error) from error
            _check(answer)
        finally:
            connection.close()

    def _answer(self, connection: HTTPConnection, body: bytes) -> HTTPResponse:
        at = self._at
        path = (at.path or "/") + (f"?{at.query}" if at.query else "")
        with _in_time(connection, self._timeout):
            connection.request("POST", path, body, self._headers)
            return connection.getresponse()  # what stands in it does not matter

    def _made(self) -> HTTPConnection:
        host, port = str(self._at.hostname), self._at.port
        if self._at.scheme == "http":
            return HTTPConnection(host, port, timeout=self._timeout)
        context = self._context or create_default_context()
        return HTTPSConnection(host, port, timeout=self._timeout, context=context)


def _address(url: str) -> SplitResult:
    try:
        at = urlsplit(url)
        _ = at.port
        fine = at.scheme in ("http", "https") and bool(at.hostname) and url.isascii()
    except ValueError:
        fine = False
    if not fine or not url.isprintable() or " " in url:
        raise PledgeflowError(
            f"`{url}` is no address to hand events to; write one like https://example.org/events"
        )
    if at.username is not None or at.fragment:
        raise PledgeflowError("an address may hold neither a password nor a `#`; use a token")
    return at


@contextmanager
def _in_time(connection: HTTPConnection, seconds: float) -> Iterator[None]:
    """Cuts the connection when the time is over: a time limit of a socket starts anew with each byte."""
    sock, late = connection.sock, False

    def cut() -> None:
        nonlocal late
        late = True
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException):
        if late:
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
    if late:
        raise TimeoutError


def _check(answer: HTTPResponse) -> None:
    """Raises DeliveryError unless the event was received."""
    status = answer.status
    if status in _RECEIVED:
        return
    said = f"the receiver answered {status}"
    if status in _AGAIN:
        asked = answer.getheader("Retry-After", "")
        after = timedelta(seconds=int(asked)) if _SECONDS.fullmatch(asked) else None
        raise DeliveryError(said, after=after)
    raise DeliveryError(f"{said}; look into it there", refused=True)


def _unreachable(error: OSError) -> DeliveryError:
    said = error.strerror or str(error) or "no answer"
    return DeliveryError(f"the receiver cannot be reached: {said}", unreachable=True)


def _unanswered(error: OSError | HTTPException) -> DeliveryError:
    if isinstance(error, TimeoutError):
        return DeliveryError("the receiver did not answer in time")
    return DeliveryError("the receiver broke off before it answered")
