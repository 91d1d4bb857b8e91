"""What can befall a database: each time a typed error that says what to do, nothing is lost, and when
the cause is gone everything works again."""

from __future__ import annotations

import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import make_url

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import ConflictError, StorageError
from pledgeflow.storage.errors import (
    ConnectionLostError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DatabaseFullError,
    DatabaseURLError,
    DiskError,
    ForeignDatabaseError,
    NewSchemaError,
    OldSchemaError,
    ReadOnlyError,
)
from pledgeflow.storage.failing import meaning
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Glance
from tests import postgres
from tests.migrations.places import File, Server, connections, rows
from tests.town import PEOPLE, Town, day

NOBODY = 65534


def acts(town: Town, number: int) -> None:
    """One more thing happens: each time something that was not there."""
    who = PEOPLE[number]
    town.do(f"t/2025/{who}", "promise", day(1, 10 + number), who, "promisor")


MANY = {"people": {f"p{number}": {"name": "x" * 500} for number in range(200)}}
"""What takes more room than a step."""


# --- SQLite ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "pledges.db")


def test_a_file_that_may_not_grow(file: File) -> None:
    with SqlStore(file.url) as store:
        with connections() as made:
            town = Town(store=store)
            acts(town, 0)
            store.directory("t")
        before = rows(file)
        for each in made:
            (pages,) = each.execute("PRAGMA page_count").fetchone()
            each.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DatabaseFullError, match="no room left; make some"):
            town.engine.put_directory("u", MANY)
        assert rows(file) == before
        for each in made:
            each.execute("PRAGMA max_page_count = 100000")
        acts(town, 1)
        town.engine.put_directory("u", MANY)
        assert len(store.directory("u").people) == 200


def test_a_quota_on_files(file: File) -> None:
    code = """
import resource, sys
from pledgeflow.storage.errors import DiskError
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Glance
from tests.town import Town
from tests.migrations.test_troubles import acts
store = SqlStore(sys.argv[1])
town = Town(store=store)
acts(town, 0)
now = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, now[1]))
try:
    acts(town, 1)
except DiskError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, now)
assert not town.engine.history('t/2025/bo')
acts(town, 1)
acts(town, 2)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, file.url], capture_output=True, text=True, check=True
    )
    assert "could not be read or written; look at the disk and at quotas" in done.stdout
    with SqlStore(file.url) as store:
        assert {row.state for row in store.pledges("t", promisors=PEOPLE)} == {"promised"}


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A disk of so many bytes at a folder, while it is needed; yields what makes it another size."""

    def mount(*words: str) -> None:
        subprocess.run(["mount", *words, str(folder)], check=True, capture_output=True)

    mount("-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs")
    try:
        yield lambda other: mount("-o", f"remount,size={other}")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def mountable() -> bool:
    with (
        tempfile.TemporaryDirectory() as folder,
        suppress(OSError, subprocess.CalledProcessError),
        small_disk(Path(folder), "64k"),
    ):
        return True
    return False


DISKS = ["small"] if mountable() else []
"""A disk of a few bytes, where the tests may mount one."""


@pytest.mark.parametrize("disk", DISKS)
def test_a_full_disk(disk: str, tmp_path: Path) -> None:
    folder = tmp_path / disk
    folder.mkdir()
    with small_disk(folder, "1200k") as resize, SqlStore(f"sqlite:///{folder}/x.db") as store:
        town = Town(store=store)
        acts(town, 0)
        with suppress(OSError), (folder / "other").open("wb", buffering=0) as other:
            while True:
                other.write(b"x" * 4096)
        with pytest.raises(DatabaseFullError):
            acts(town, 1)
        before = store.heads("t")
        assert town.engine.history("t/2025/an")
        resize("4m")
        acts(town, 1)
        acts(town, 2)
        assert before.items() <= store.heads("t").items()
        assert not town.engine.catch_up("t")


HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_file_that_another_process_holds(file: File) -> None:
    with SqlStore(file.url) as store:
        with connections() as made:
            town = Town(store=store)
        acts(town, 0)
        for each in made:
            each.execute("PRAGMA busy_timeout = 50")
        holding = [sys.executable, "-c", HOLDS, str(file.path)]
        with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            before = store.heads("t")
            with pytest.raises(DatabaseBusyError, match="try again"):
                acts(town, 1)
            assert store.heads("t") == before
            other.communicate(b"\n")
        acts(town, 1)


@contextmanager
def somebody_else() -> Iterator[None]:
    """Somebody who may not do everything: the superuser may write whatever is read-only."""
    mighty = os.geteuid() == 0
    if mighty:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if mighty:
            os.seteuid(0)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that everybody may look into, with a database in which something has happened."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        with SqlStore(f"sqlite:///{place}/x.db") as store:
            acts(Town(store=store), 0)
        yield place


def test_a_file_that_may_only_be_read(closed: Path) -> None:
    closed.chmod(0o777)
    (closed / "x.db").chmod(0o444)
    with somebody_else(), SqlStore(f"sqlite:///{closed}/x.db") as store:
        before = store.heads("t")
        assert before
        with pytest.raises(ReadOnlyError, match="let this account write to the file"):
            store.put_directory("t", store.directory("t"))
        assert store.heads("t") == before
    for path in closed.iterdir():
        path.chmod(0o666)
    with somebody_else(), SqlStore(f"sqlite:///{closed}/x.db") as store:
        store.put_directory("t", store.directory("t"))
        assert store.heads("t") == before


def test_a_directory_that_may_only_be_read(closed: Path) -> None:
    (closed / "x.db").chmod(0o666)
    closed.chmod(0o555)
    url = f"sqlite:///{closed}/x.db"
    with (
        somebody_else(),
        SqlStore(url) as store,
        pytest.raises(ReadOnlyError, match="and to its directory"),
    ):
        store.heads("t")
    closed.chmod(0o777)
    with somebody_else(), SqlStore(url) as store:
        assert store.heads("t")
        store.put_directory("t", store.directory("t"))


def test_a_directory_where_no_file_can_be_made(closed: Path) -> None:
    url = f"sqlite:///{closed}/new.db"
    with somebody_else(), SqlStore(url) as store, pytest.raises(ConnectionLostError):
        store.create()
    closed.chmod(0o777)
    with somebody_else(), SqlStore(url) as store:
        store.create()


def test_a_damaged_file(file: File) -> None:
    with SqlStore(file.url) as store:
        town = Town(store=store)
        acts(town, 0)
    whole = file.path.read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    file.path.write_bytes(whole[:size] + b"\xff" * (len(whole) - size))
    with SqlStore(file.url) as store, pytest.raises(DatabaseDamagedError, match="a copy of it"):
        store.heads("t")
    file.path.write_bytes(whole)
    with SqlStore(file.url) as store:
        assert store.heads("t")


# --- PostgreSQL -----------------------------------------------------------------------------


def told(place: Server, statement: str) -> None:
    """What an administrator does, beside the store."""
    with psycopg.connect(place.url, autocommit=True) as connection:
        connection.execute(statement.encode())


OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


def test_a_connection_that_is_cut(postgresql: Callable[[], Server]) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        town = Town(store=store)
        acts(town, 0)
        before = store.heads("t")
        told(place, OTHERS)
        with pytest.raises(ConnectionLostError, match="do it again"):
            acts(town, 1)
        assert store.heads("t") == before
        acts(town, 1)


ASKED: dict[str, Callable[[SqlStore], object]] = {
    "by SQLAlchemy": lambda store: store.heads("t"),
    "by the driver": lambda store: store.read([Glance(StreamId("t", "2025", "an"))]),
}


@pytest.mark.parametrize("way", ASKED)
def test_of_many_connections_that_are_cut_one_says_so(
    way: str, postgresql: Callable[[], Server]
) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        acts(Town(store=store), 0)
        with store.transaction(), store.transaction(), store.transaction():
            pass
        told(place, OTHERS)
        lost = 0
        for _ in range(5):
            try:
                ASKED[way](store)
            except ConnectionLostError:
                lost += 1
        assert lost == 1


def test_a_connection_that_is_cut_within_a_transaction(postgresql: Callable[[], Server]) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        store.create()

        def half() -> None:
            with store.transaction(write=True) as connection:
                connection.exec_driver_sql("INSERT INTO texts VALUES ('t', 'd', 's', 'half')")
                told(place, OTHERS)

        with pytest.raises(ConnectionLostError):
            half()
        assert store.texts("t", ["d"]) == {}


def test_a_server_that_is_stopped_and_started(own_server: postgres.Server) -> None:
    with SqlStore(own_server.at()) as store:
        town = Town(store=store)
        acts(town, 0)
        before = store.heads("t")
        own_server.stop()
        for _ in range(2):
            with pytest.raises(ConnectionLostError, match="see that the server is running"):
                acts(town, 1)
        own_server.start()
        assert store.heads("t") == before
        acts(town, 1)


def test_a_database_that_takes_no_writing(
    outside: Server, postgresql: Callable[[], Server]
) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        acts(Town(store=store), 0)
        before = store.heads("t")
    told(place, f"ALTER DATABASE {place.name} SET default_transaction_read_only = on")
    with SqlStore(place.url) as store:
        assert store.heads("t") == before
        with pytest.raises(ReadOnlyError, match="name the server that takes what is written"):
            store.put_directory("t", store.directory("t"))
    told(outside, f"ALTER DATABASE {place.name} RESET default_transaction_read_only")
    with SqlStore(place.url) as store:
        store.put_directory("t", store.directory("t"))


def test_a_role_that_may_only_look(postgresql: Callable[[], Server]) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        acts(Town(store=store), 0)
        before = store.heads("t")
    told(place, f"CREATE ROLE only_{place.name} LOGIN")
    told(place, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO only_{place.name}")
    only = make_url(place.url).set(username=f"only_{place.name}")
    with SqlStore(postgres.plain(only)) as store:
        assert store.heads("t") == before
        with pytest.raises(ReadOnlyError, match="grant it what it needs"):
            store.put_directory("t", store.directory("t"))


def test_a_row_that_another_holds(postgresql: Callable[[], Server]) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        acts(Town(store=store), 0)
    told(place, f"ALTER DATABASE {place.name} SET lock_timeout = '50ms'")
    with SqlStore(place.url) as store, psycopg.connect(place.url) as other:
        other.execute("LOCK TABLE people")
        with pytest.raises(DatabaseBusyError, match="try again"):
            store.put_directory("t", store.directory("t"))
        other.rollback()
        store.put_directory("t", store.directory("t"))


@pytest.mark.parametrize("disk", DISKS)
def test_a_full_disk_under_a_server(
    disk: str, outside: Server, postgresql: Callable[[], Server]
) -> None:
    place = postgresql()
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder), "12m") as resize:
        home = Path(folder) / disk
        home.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(home, postgres.OWNER)
        told(place, f"CREATE TABLESPACE {disk} LOCATION '{home}'")
        told(outside, f"ALTER DATABASE {place.name} SET TABLESPACE {disk}")
        with SqlStore(place.url) as store:
            town = Town(store=store)
            acts(town, 0)
            with suppress(OSError), (Path(folder) / "other").open("wb", buffering=0) as other:
                while True:
                    other.write(b"x" * 4096)
            with pytest.raises(DatabaseFullError, match="no room left"):
                town.engine.put_directory("u", MANY)
            assert store.heads("t")
            assert store.directory("u").people == ()
            resize("64m")
            acts(town, 1)
            town.engine.put_directory("u", MANY)
        told(outside, f"DROP DATABASE {place.name} WITH (FORCE)")
        told(outside, f"DROP TABLESPACE {disk}")


# --- not ours, or no database at all ---------------------------------------------------------


def test_a_letter_is_no_database(file: File) -> None:
    file.path.write_bytes(b"a letter to somebody, long enough to be taken for a header" * 20)
    with SqlStore(file.url) as store, pytest.raises(ForeignDatabaseError, match="another file"):
        store.create()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "write one like sqlite:///pledges.db"),
        ("pledges.db", "write one like sqlite:///pledges.db"),
        ("postgresql://server:port/pledges", "write one like"),
        ("mysql://server/pledges", "`mysql` is no database that pledgeflow works with"),
        ("postgresql+psycopg2://server/pledges", "begin the URL with"),
        ("sqlite:///x.db?password=secret", "`password` is nothing that can be said of a file"),
    ],
)
def test_a_url_that_names_no_database(url: str, says: str) -> None:
    with pytest.raises(DatabaseURLError) as caught:
        SqlStore(url)
    assert says in str(caught.value)


@pytest.mark.parametrize("named", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        DatabaseURLError, match=r"`psycopg` is not installed; pip install"
    ) as caught:
        SqlStore(f"{named}://server/pledges")
    assert "pledgeflow[postgres]" in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with (
        SqlStore("postgresql://user:secret@127.0.0.1:1/pledges") as store,
        pytest.raises(ConnectionLostError, match="see that the server is running") as caught,
    ):
        store.create()
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there(outside: Server) -> None:
    nowhere = postgres.plain(make_url(outside.url).set(database="nowhere"))
    with (
        SqlStore(nowhere) as store,
        pytest.raises(ConnectionLostError, match="that the URL is right"),
    ):
        store.create()


@pytest.mark.parametrize(
    "error",
    [OldSchemaError("x.db", 3, 4), NewSchemaError("x.db", 5, 4), DatabaseFullError("`x` is full")],
)
def test_errors_pickle(error: StorageError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("40001", ConflictError),
        ("40P01", ConflictError),
        ("23505", ConflictError),
        ("57P03", ConnectionLostError),
        ("08006", ConnectionLostError),
        ("57014", DatabaseBusyError),
        ("53300", DatabaseBusyError),
        ("58030", DiskError),
        ("XX001", DatabaseDamagedError),
        ("23502", StorageError),
        ("42P01", StorageError),
    ],
)
def test_what_a_server_says_is_told_by_its_code(state: str, kind: type[Exception]) -> None:
    error = errors.lookup(state)("nur ein Satz in einer anderen Sprache")
    assert type(meaning("x", error)) is kind


def test_a_row_is_not_quoted(postgresql: Callable[[], Server]) -> None:
    place = postgresql()
    with SqlStore(place.url) as store:
        store.create()

        def half() -> None:
            with store.transaction(write=True) as connection:
                connection.exec_driver_sql("INSERT INTO texts VALUES ('t', 'd', 'secret', NULL)")

        with pytest.raises(StorageError, match="failed: null value") as caught:
            half()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("INSERT INTO t VALUES (1, 1)", ConflictError),
        ("INSERT INTO t VALUES (2, NULL)", StorageError),
        ("SELECT * FROM nothing", StorageError),
    ],
)
def test_only_what_is_there_already_is_a_conflict(statement: str, kind: type[Exception]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE t (a PRIMARY KEY, b NOT NULL); ")
        connection.execute("INSERT INTO t VALUES (1, 1)")
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute(statement)
    assert type(meaning("x", caught.value)) is kind
