"""A real PostgreSQL whose tables are partitioned by jurisdiction, as `docs/scaling.md` says how."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import IntegrityError

from pledgeflow.ballots import tables as ballots
from pledgeflow.ballots.box import Voter
from pledgeflow.ballots.sql import box_beside
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.balloting import BallotId, Secrecy, Terms
from pledgeflow.domain.commands import StreamId
from pledgeflow.service import Engine
from pledgeflow.storage import tables
from pledgeflow.storage.securing import secure
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.upgrading import differences, downgrade, upgrade
from tests.contract.scaling import SCRIPTS
from tests.postgres import plain
from tests.town import DIRECTORY, PEOPLE, POLICIES, day
from tests.writing import told

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


@pytest.mark.parametrize("script", [BY_HASH, "partitioning by list"])
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


@pytest.mark.parametrize("script", [BY_HASH, "partitioning by list"])
def test_closing_a_ballot_rewrites_its_own_part_alone(new_postgres: str, script: str) -> None:
    """What is written anew has another file."""
    with SqlStore(new_postgres) as store:
        upgrade(store)
        runs(new_postgres, script)
        box, ballots_ = box_beside(store), [BallotId(StreamId(p, "2025", "an"), "b") for p in "tx"]
        for ballot in ballots_:
            box.open(ballot, Terms(Secrecy.UNLINKABLE, ("good",)), ["an"], on=day(1, 1))
            box.cast(ballot, Voter("an"), ("good",))

        def files() -> dict[str, int]:
            """The files of each part, or whole table, of the roll."""
            asked = (
                "SELECT DISTINCT c.oid::regclass::text, relfilenode FROM ballot_roll r "
                "JOIN pg_class c ON c.oid = r.tableoid"
            )
            with store.unchecked() as connection:
                return {str(name): int(number) for name, number in connection.execute(text(asked))}

        before = files()
        box.close(ballots_[0], on=day(1, 2))
        after = files()
        assert before.keys() == after.keys()
        changed = [name for name in before if before[name] != after[name]]
        assert len(changed) == 1
        assert len(before) == (2 if script == BY_HASH else 1)
