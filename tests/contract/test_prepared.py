"""Statements by way of libpq: values survive, and what a server forgot is prepared again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine

from pledgeflow.storage.prepared import ask, numbered

ECHO = numbered("SELECT ?::text, ?::int, ?::date")
EACH = numbered("SELECT * FROM unnest(?::text[])")
KINDS = (str, int, date.fromisoformat)
VALUES = ("甲", 1, date(2024, 2, 29))
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'pledgeflow%'"


@pytest.fixture
def connection(postgres: Engine) -> Iterator[psycopg.Connection[Any]]:
    url = postgres.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as opened:
        yield opened


def prepared(connection: psycopg.Connection[Any]) -> int:
    return int(connection.execute(PREPARED).fetchall()[0][0])


def test_what_comes_again_is_prepared(connection: psycopg.Connection[Any]) -> None:
    for so_many in (0, 1, 1):
        assert ask(connection, ECHO, VALUES, KINDS) == [list(VALUES)]
        assert prepared(connection) == so_many


@pytest.mark.parametrize("forgets", ["DISCARD ALL", "DEALLOCATE ALL"])
def test_what_the_server_forgot_is_prepared_again(
    connection: psycopg.Connection[Any], forgets: str
) -> None:
    for _ in range(2):
        ask(connection, ECHO, VALUES, KINDS)
    connection.execute(forgets)
    for _ in range(3):
        assert ask(connection, ECHO, VALUES, KINDS) == [list(VALUES)]
    assert prepared(connection) == 1


def test_nothing_is_prepared_where_psycopg_may_not(connection: psycopg.Connection[Any]) -> None:
    connection.prepare_threshold = None
    for _ in range(3):
        ask(connection, ECHO, VALUES, KINDS)
    assert prepared(connection) == 0


def test_what_is_asked_in_a_transaction_is_part_of_it(connection: psycopg.Connection[Any]) -> None:
    for _ in range(2):
        ask(connection, numbered("SELECT set_config('my.word', ?, false)"), ("before",))
    with connection.transaction(force_rollback=True):
        ask(connection, numbered("SELECT set_config('my.word', ?, false)"), ("within",))
    assert ask(connection, b"SELECT current_setting('my.word')", (), (str,)) == [["before"]]


def test_values_of_arrays_survive(connection: psycopg.Connection[Any]) -> None:
    values = ["", "NULL", 'a "b"', "\\", "{a,b}", "甲 乙", " ", "'", "$1", "\n", None]
    assert ask(connection, EACH, [values], (str,)) == [[value] for value in values]
    assert ask(connection, EACH, [[]], (str,)) == []


@pytest.mark.parametrize("value", ["a\0b", ["a", "\0"]])
def test_no_value_is_cut_short(connection: psycopg.Connection[Any], value: Any) -> None:
    with pytest.raises(psycopg.DataError):
        ask(connection, numbered("SELECT ?"), (value,), (str,))


def test_errors_are_those_of_psycopg(connection: psycopg.Connection[Any]) -> None:
    for _ in range(2):
        with pytest.raises(psycopg.errors.DivisionByZero):
            ask(connection, numbered("SELECT 1 / ?::int"), (0,), (int,))
    assert ask(connection, ECHO, VALUES, KINDS) == [list(VALUES)]


def test_a_connection_that_was_lost_says_so(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.OperationalError):
        ask(connection, b"SELECT pg_terminate_backend(pg_backend_pid())", (), (str,))
    assert connection.closed
