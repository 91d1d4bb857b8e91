"""Statements handed to libpq directly, by way of psycopg's own `pq`; for PostgreSQL alone.

Around a statement of 60 values, as a command writes them, a cursor takes 140 µs of processor
time, this 27; of four values, 20 and 13. Values go as text, and come as text; statements say of
what type they are. It is psycopg's connection still: it waits, can be interrupted, and raises
psycopg's errors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGresult

MOST = 200
"""So many statements a server prepares for one connection; others it plans each time."""
_seen: WeakKeyDictionary[Connection[Any], dict[bytes, bytes]] = WeakKeyDictionary()
"""Statements by connection, with the name that each is prepared under; empty after the first time."""


def numbered(statement: str) -> bytes:
    """A statement as the server wants it: `$1`, `$2` and so on for each `?`."""
    first, *rest = statement.split("?")
    return (
        first + "".join(f"${n}{part}" for n, part in zip(count(1), rest, strict=False))
    ).encode()


def ask(
    connection: Connection[Any],
    statement: bytes,
    values: Sequence[Any],
    kinds: Sequence[Callable[[str], Any]] = (),
) -> list[list[Any]]:
    """The rows of an answer. values: a list becomes an array; kinds: what makes each column's value

    What comes again, outside a transaction, is prepared, so that the server keeps its plan; unless
    psycopg was told to prepare nothing. Raises psycopg's errors.
    """
    encoding = connection.info.encoding
    given = [_given(value, encoding) for value in values]
    result = _answered(connection, statement, given, encoding)
    value, columns = result.get_value, tuple(enumerate(kinds))
    return [
        [_made(value(row, column), kind, encoding) for column, kind in columns]
        for row in range(result.ntuples)
    ]


def _answered(
    connection: Connection[Any], statement: bytes, given: list[bytes | None], encoding: str
) -> PGresult:
    from psycopg import errors, pq  # noqa: PLC0415 (only where there is a PostgreSQL)

    server = connection.pgconn
    if server.transaction_status == pq.TransactionStatus.IDLE and (
        name := _name(connection, statement, encoding)
    ):
        server.send_query_prepared(name, given)
        try:
            return _awaited(connection, encoding)
        except errors.InvalidSqlStatementName:
            # Somebody had the server forget it (psycopg does, after a rollback), or this is another
            # server by now. Within a transaction that would be the end of it: so not there.
            del _seen[connection]
    server.send_query_params(statement, given)
    return _awaited(connection, encoding)


def _name(connection: Connection[Any], statement: bytes, encoding: str) -> bytes:
    """The name that a statement is prepared under, or none."""
    names = _seen.setdefault(connection, {})
    name = names.get(statement)
    if name:
        return name
    if name is None:
        names[statement] = b""
        return b""
    if connection.prepare_threshold is None or sum(map(bool, names.values())) >= MOST:
        return b""
    # the same name for the same text: behind a pool of servers another client may have prepared it
    name = b"pledgeflow_" + sha256(statement).hexdigest()[:32].encode()
    _prepare(connection, name, statement, encoding)
    names[statement] = name
    return name


def _prepare(connection: Connection[Any], name: bytes, statement: bytes, encoding: str) -> None:
    from psycopg import errors  # noqa: PLC0415 (as above)

    connection.pgconn.send_prepare(name, statement)
    with suppress(errors.DuplicatePreparedStatement):
        _awaited(connection, encoding)


def _awaited(connection: Connection[Any], encoding: str) -> PGresult:
    """What the server answers. An interruption cancels what it was asked."""
    from psycopg import errors, generators, pq  # noqa: PLC0415 (as above)

    result: PGresult = connection.wait(generators.execute(connection.pgconn))[-1]
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        raise errors.error_from_result(result, encoding)
    return result


def _given(value: Any, encoding: str) -> bytes | None:
    """A value as the server reads it. Raises psycopg's DataError."""
    if value is None:
        return None
    text = _array(value) if isinstance(value, list) else _text(value)
    if "\0" in text:  # libpq would take it for the end
        from psycopg import DataError  # noqa: PLC0415 (as above)

        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return text.encode(encoding)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _array(values: list[Any]) -> str:
    return "{" + ",".join(["NULL" if v is None else _quoted(_text(v)) for v in values]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _made(value: bytes | None, kind: Callable[[str], Any], encoding: str) -> Any:
    return None if value is None else kind(value.decode(encoding))
