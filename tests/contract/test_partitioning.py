"""A real PostgreSQL whose tables are partitioned by jurisdiction, as `docs/scaling.md` says how."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError

from pledgeflow.ballots import tables as ballots
from pledgeflow.catalogue import Catalogue
from pledgeflow.service import Engine
from pledgeflow.storage import tables
from pledgeflow.storage.securing import secure
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.upgrading import differences, downgrade, upgrade
from tests.postgres import plain
from tests.town import DIRECTORY, PEOPLE, POLICIES, day
from tests.writing import told

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
SCRIPTS = dict(re.findall(r'```sql title="([^"]+)"\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL))
BY_HASH = "partitioning by hash"
BEFORE, AFTER = ("t", "u"), ("u", "v", "w", "x", "y", "z")


def runs(url: str, script: str) -> None:
    """A script of the page's."""
    with psycopg.connect(plain(make_url(url))) as connection:
        connection.execute(SCRIPTS[script].encode())


def begun(engine: Engine, place: str) -> None:
    engine.put_directory(place, DIRECTORY)
    engine.open_cycle(place, "town", cycle="2025")


def promised(engine: Engine, place: str, who: str) -> None:
    step = {"do": "promise", "actor": who, "capacity": "promisor", "on": day(1, 10)}
    engine.do(f"{place}/2025/{who}", step, key=who)


def town(store: SqlStore) -> Engine:
    return Engine(store, Catalogue((POLICIES,)), clock=lambda: day(12, 31))


@pytest.mark.parametrize("script", sorted(SCRIPTS))
def test_the_engine_works_on_partitioned_tables(new_postgres: str, script: str) -> None:
    with SqlStore(new_postgres) as store:
        upgrade(store)
        engine = town(store)
        for place in BEFORE:
            begun(engine, place)
            promised(engine, place, PEOPLE[0])
        kept = {stream: told(store.load(stream)) for stream in store.heads("t")}
        runs(new_postgres, script)
        assert {stream: told(store.load(stream)) for stream in store.heads("t")} == kept
        assert differences(store, tables.METADATA, ballots.METADATA) == []
    with SqlStore(new_postgres) as store:
        engine = town(store)
        for place in AFTER:
            if place not in BEFORE:
                begun(engine, place)
            for who in PEOPLE[1:]:
                promised(engine, place, who)
        for place in BEFORE + AFTER:
            engine.tick(place, day(10, 1))
        assert len(store.pledges("u")) == len(store.pledges("z")) + 1
        with store.unchecked() as connection:
            spread = connection.execute(
                text(
                    "SELECT tableoid::regclass, count(DISTINCT jurisdiction) FROM events GROUP BY 1"
                )
            ).all()
        assert len(spread) > 2
        assert sum(row[1] for row in spread) == len({*BEFORE, *AFTER})
        assert len(secure(store, tables.METADATA, ballots.METADATA)) > len(tables.METADATA.tables)


@pytest.mark.parametrize("act", ["UPDATE {} SET data = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_log_cannot_be_changed_part_by_part_either(new_postgres: str, act: str) -> None:
    with SqlStore(new_postgres) as store:
        upgrade(store)
        runs(new_postgres, BY_HASH)
        begun(town(store), "t")
        promised(town(store), "t", "an")
        with store.unchecked() as connection:
            (part,) = connection.scalars(text("SELECT DISTINCT tableoid::regclass FROM events"))
    engine = create_engine(new_postgres)
    for name in ("events", part):
        with engine.connect() as connection, pytest.raises(IntegrityError, match="only appended"):
            connection.exec_driver_sql(act.format(name))
    engine.dispose()


def test_partitioned_tables_are_upgraded(new_postgres: str) -> None:
    with SqlStore(new_postgres) as store:
        upgrade(store)
        runs(new_postgres, BY_HASH)
        begun(town(store), "t")
        promised(town(store), "t", "an")
        before = store.heads("t")
        downgrade(store, 3)
        upgrade(store)
        assert store.heads("t") == before
        assert differences(store, tables.METADATA, ballots.METADATA) == []
