"""Row-level security on a real PostgreSQL, as somebody meets it who owns nothing and is nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from pledgeflow.ballots import tables as ballots
from pledgeflow.ballots.box import Voter
from pledgeflow.ballots.sql import box_beside
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.balloting import BallotId, Secrecy, Terms
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import StorageError
from pledgeflow.service import Engine
from pledgeflow.storage import tables
from pledgeflow.storage.errors import ReadOnlyError
from pledgeflow.storage.securing import secure
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.upgrading import downgrade, upgrade
from tests.contract.scaling import SCRIPTS
from tests.town import DIRECTORY, POLICIES, day

KEPT = (tables.METADATA, ballots.METADATA)
OF_PLACES = sorted(
    table.name for kept in KEPT for table in kept.tables.values() if "jurisdiction" in table.c
)


@dataclass(frozen=True)
class Office:
    """A secured database that a role may use which owns nothing in it."""

    whole: str
    role: str
    word: str

    @property
    def schema(self) -> str:
        """Where the tables are."""
        return str(make_url(self.whole).query["options"]).removeprefix("-csearch_path=")

    def url(self, place: str | None) -> str:
        """How a session of the role is opened that is about a jurisdiction, or about none."""
        url = make_url(self.whole).set(username=self.role, password=self.word)
        if place is not None:
            about = f"{url.query['options']} -cpledgeflow.jurisdiction={place}"
            url = url.update_query_dict({"options": about})
        return url.render_as_string(hide_password=False)


def runs(url: str, *statements: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def office(new_postgres: str) -> Iterator[Office]:
    role, word = f"office_{uuid4().hex}", uuid4().hex
    with SqlStore(new_postgres) as store:
        upgrade(store)
        assert sorted(secure(store, *KEPT)) == OF_PLACES
    made = Office(new_postgres, role, word)
    runs(new_postgres, f"CREATE ROLE {role} LOGIN PASSWORD '{word}'")
    granted = SCRIPTS["grants"].replace("SCHEMA public", f"SCHEMA {made.schema}")
    runs(
        new_postgres,
        f"GRANT USAGE ON SCHEMA {made.schema} TO {role}",  # that of `public` is everybody's
        granted.replace("TO office", f"TO {role}"),
    )
    yield made
    left = (f"REASSIGN OWNED BY {role} TO CURRENT_USER", f"DROP OWNED BY {role}")
    runs(new_postgres, *left, f"DROP ROLE {role}")


def lived(store: SqlStore, place: str) -> Engine:
    """A town in which something of every kind happens."""
    engine = Engine(store, Catalogue((POLICIES,)), clock=lambda: day(12, 31))
    engine.put_directory(place, DIRECTORY)
    engine.open_cycle(place, "town", cycle="2025")
    for name in ("bo", "cai"):
        promise = {"do": "promise", "actor": name, "capacity": "promisor", "on": day(1, 10)}
        engine.do(f"{place}/2025/{name}", promise, key=name)
    box, ballot = box_beside(store), BallotId(StreamId(place, "2025", "bo"), "rating")
    box.open(ballot, Terms(Secrecy.OPEN, ("good", "poor"), small=0), ["an"], on=day(2, 1))
    box.issue_codes(ballot, ["an"])
    box.cast(ballot, Voter("an"), ("good",))
    engine.tick(place, day(3, 1))
    return engine


def rows(url: str) -> dict[str, int]:
    """How many rows of each table a session sees, with no condition of its own."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0
            for name in OF_PLACES
        }


def test_the_engine_works_for_an_office_that_owns_nothing(office: Office) -> None:
    with SqlStore(office.url("t")) as store:
        engine = lived(store, "t")
        assert store.jurisdictions() == ("t",)
        assert engine.state("t/2025/bo").records["promise"]
        ballot = BallotId(StreamId("t", "2025", "bo"), "rating")
        assert box_beside(store).close(ballot, on=day(3, 1)).votes == {"good": 1, "poor": 0}


def test_a_session_sees_nothing_of_another_jurisdiction(office: Office) -> None:
    with SqlStore(office.url("t")) as one, SqlStore(office.url("u")) as other:
        lived(one, "t")
        mine = rows(office.url("t"))
        assert mine["events"]
        assert set(rows(office.url("u")).values()) == {0}
        lived(other, "u")
        assert rows(office.url("t")) == mine
        assert other.jurisdictions() == ("u",)
        assert one.heads("u") == {}
        assert one.directory("u").people == ()
        assert one.load(StreamId("u", "2025", "bo")) == ()
    assert rows(office.whole) == {name: 2 * number for name, number in mine.items()}


@pytest.mark.parametrize("place", [None, "v"])
def test_a_session_about_nothing_sees_nothing(office: Office, place: str | None) -> None:
    with SqlStore(office.url("t")) as store:
        lived(store, "t")
    assert set(rows(office.url(place)).values()) == {0}


def test_a_session_writes_nothing_of_another_jurisdiction(office: Office) -> None:
    with SqlStore(office.url("t")) as store:
        lived(store, "t")
    before = rows(office.whole)
    with SqlStore(office.url("u")) as store, pytest.raises(ReadOnlyError):
        store.put_directory("t", store.directory("u"))
    with SqlStore(office.url("u")) as store, pytest.raises(ReadOnlyError):
        lived(store, "t")
    for name in OF_PLACES:
        runs(office.url("u"), f"DELETE FROM {name}", f"UPDATE {name} SET jurisdiction = 'u'")
    moving = "UPDATE people SET jurisdiction = 'u' WHERE jurisdiction = 't'"
    with pytest.raises(ProgrammingError, match="row-level security"):
        runs(office.url("t"), moving)
    assert rows(office.whole) == before


def test_the_log_is_kept_from_an_office_by_its_triggers_and_its_grants(office: Office) -> None:
    with SqlStore(office.url("t")) as store:
        lived(store, "t")
    for act in ("TRUNCATE events", "ALTER TABLE events DISABLE TRIGGER ALL", "DROP TABLE events"):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            runs(office.url("t"), act)


def test_the_owner_is_held_to_it_too_and_a_superuser_is_not(office: Office) -> None:
    """Which is why the tests above are by neither."""
    with SqlStore(office.url("t")) as store:
        lived(store, "t")
    runs(
        office.whole,
        f"GRANT CREATE, USAGE ON SCHEMA {office.schema} TO {office.role}",
        *(f"ALTER TABLE {name} OWNER TO {office.role}" for name in OF_PLACES),
    )
    assert rows(office.url("t"))["events"] > 0
    assert set(rows(office.url(None)).values()) == {0}
    assert rows(office.whole)["events"] > 0
    # and nothing that changes tables may leave out rows that it does not see
    with SqlStore(office.url(None)) as store, pytest.raises(StorageError):
        downgrade(store, 3)


def test_whoever_may_not_clean_up_is_told(office: Office) -> None:
    runs(office.whole, f"REVOKE MAINTAIN ON ballot_roll FROM {office.role}")
    with SqlStore(office.url("t")) as store:
        lived(store, "t")
        ballot = BallotId(StreamId("t", "2025", "bo"), "rating")
        with pytest.raises(StorageError, match="from `ballot_roll`, but not clean up after it"):
            box_beside(store).close(ballot, on=day(3, 1))
    runs(office.whole, f"GRANT MAINTAIN ON ballot_roll TO {office.role}")
    with SqlStore(office.url("t")) as store:
        assert box_beside(store).close(ballot, on=day(3, 1)).votes == {"good": 1, "poor": 0}


def test_tables_that_come_with_an_upgrade_are_secured(office: Office) -> None:
    with SqlStore(office.whole) as store:
        lived(store, "t")
        downgrade(store, 3)
        upgrade(store)
    assert set(rows(office.whole).values()) != {0}
    runs(office.whole, f"GRANT SELECT ON ALL TABLES IN SCHEMA {office.schema} TO {office.role}")
    assert set(rows(office.url("u")).values()) == {0}


def test_saying_it_again_does_no_harm(office: Office) -> None:
    with SqlStore(office.whole) as store:
        assert sorted(secure(store, *KEPT)) == OF_PLACES


def test_only_postgresql_has_it() -> None:
    with SqlStore("sqlite://") as store, pytest.raises(StorageError, match="no row-level security"):
        secure(store, *KEPT)


def test_tables_that_are_made_when_first_used_are_made_now(new_postgres: str) -> None:
    with SqlStore(new_postgres) as store:
        with pytest.raises(StorageError, match="is empty; run `pledgeflow db upgrade` first"):
            secure(store, *KEPT)
        store.create()
        assert {"ballot_votes", "relays"} <= set(secure(store, *KEPT))
