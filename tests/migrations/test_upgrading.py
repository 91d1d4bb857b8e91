"""Databases of older code: all that is in them is there afterwards, as if it had been written today."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from pledgeflow.ballots import tables as ballots
from pledgeflow.ballots.sql import SqlBox
from pledgeflow.errors import StorageError
from pledgeflow.storage import migrations, tables
from pledgeflow.storage.errors import (
    DatabaseFullError,
    ForeignDatabaseError,
    NewSchemaError,
    OldSchemaError,
)
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.upgrading import differences, downgrade, upgrade, version_of
from pledgeflow.storage.versions import MARKER, revision
from tests.migrations.places import (
    COPIES,
    MANY,
    File,
    Place,
    Rows,
    connections,
    filled,
    rows,
    shape,
)

OLD = 3
NEW_TABLES = {"streams", "outbox", "relays", "decisions", "directories", "checkpoints", "leaves"}
UPGRADE = """
import sys
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.upgrading import upgrade
with SqlStore(sys.argv[1]) as store:
    print("ready", flush=True)
    upgrade(store, told=lambda _: print("at it", flush=True))
"""


def version(place: Place) -> int | None:
    with SqlStore(place.url) as store:
        return version_of(store)


def upgraded(place: Place) -> Place:
    with SqlStore(place.url) as store:
        assert upgrade(store) == OLD
    return place


def without(found: Rows, *, tables: set[str], columns: set[tuple[str, str]]) -> Rows:
    return {
        name: sorted(
            ({k: v for k, v in row.items() if (name, k) not in columns} for row in kept), key=repr
        )
        for name, kept in found.items()
        if name not in tables
    }


ADDED, REMOVED = {("events", "hash")}, {("pledges", "version")}


def test_nothing_is_lost(place: Place) -> None:
    before = rows(filled(place))
    assert len(before["events"]) > 30
    assert all(before[name] for name in ("done", "pending", "texts", "ballot_roll", "people"))
    after = rows(upgraded(place))
    kept = without(after, tables={*NEW_TABLES, MARKER}, columns=ADDED)
    assert kept == without(before, tables={MARKER}, columns=REMOVED)
    heads = {tuple(list(row.values())[:4]): row["version"] for row in after["streams"]}
    pledges = {tuple(list(row.values())[:4]): row["version"] for row in before["pledges"]}
    assert pledges.items() <= heads.items()
    assert sum(heads.values()) == len(before["events"])


def test_what_is_upgraded_is_as_what_is_new(places: Callable[[], Place]) -> None:
    old, new, empty = filled(places()), places(), places()
    with SqlStore(new.url) as store:
        store.create()
        SqlBox(store)._create()
    with SqlStore(empty.url) as store:
        assert upgrade(store) is None
        assert upgrade(store) == tables.SCHEMA
    assert shape(upgraded(old)) == shape(new)
    assert shape(empty) == shape(new)
    for place in (old, new, empty):
        with SqlStore(place.url) as store:
            assert differences(store, tables.METADATA, ballots.METADATA) == []
            assert version_of(store) == tables.SCHEMA


def test_down_and_up_again(place: Place) -> None:
    before = rows(filled(place))
    after = rows(upgraded(place))
    with SqlStore(place.url) as store:
        downgrade(store, OLD)
        assert version_of(store) == OLD
    assert rows(place) == before
    assert rows(upgraded(place)) == after


def test_before_the_first_version_there_is_nothing(place: Place) -> None:
    upgraded(filled(place))
    before = rows(place)
    with SqlStore(place.url) as store, pytest.raises(StorageError, match="first one"):
        downgrade(store, 2)
    assert rows(place) == before


def test_a_long_log_is_read_a_page_at_a_time(place: Place) -> None:
    every = len(rows(filled(place, more=MANY))["events"])
    told: list[int] = []
    with SqlStore(place.url) as store:
        upgrade(store, told=told.append)
    assert sum(told) == every
    assert len(told) > 1
    after = rows(place)
    assert all(len(row["hash"]) == 64 for row in after["events"])
    assert len({row["hash"] for row in after["events"]}) == every
    last = {(r["jurisdiction"], r["promisor"], r["venue"]): r["hash"] for r in after["streams"]}
    assert len(last) > COPIES
    assert set(last.values()) <= {row["hash"] for row in after["events"]}


# --- opened by a store ----------------------------------------------------------------------


def test_a_store_says_what_to_do_about_an_older_database(place: Place) -> None:
    before = rows(filled(place))
    with SqlStore(place.url) as store, pytest.raises(OldSchemaError) as caught:
        store.jurisdictions()
    assert (caught.value.found, caught.value.needed) == (OLD, tables.SCHEMA)
    assert "run `pledgeflow db upgrade`" in str(caught.value)
    assert rows(place) == before


def test_a_newer_database_is_refused(place: Place) -> None:
    upgraded(filled(place))
    place.run(f"UPDATE {MARKER} SET version_num = '0099'")
    before = rows(place)
    for act in (SqlStore.create, upgrade):
        with SqlStore(place.url) as store, pytest.raises(NewSchemaError, match="install a newer"):
            act(store)
    assert rows(place) == before


@pytest.mark.parametrize(
    "made",
    [
        f"CREATE TABLE {MARKER} (name TEXT)",
        f"CREATE TABLE {MARKER} (version_num TEXT)",
        f"CREATE TABLE {MARKER} (version_num TEXT); INSERT INTO {MARKER} VALUES ('ae1027a6acf')",
        f"CREATE TABLE {MARKER} (schema INTEGER, other INTEGER)",
        "CREATE TABLE events (id INTEGER)",
    ],
)
def test_what_is_not_ours_is_left_alone(place: Place, made: str) -> None:
    place.run(made)
    before = rows(place)
    for act in (SqlStore.create, upgrade):
        with SqlStore(place.url) as store, pytest.raises(ForeignDatabaseError):
            act(store)
    assert rows(place) == before


def test_the_last_script_is_that_of_the_version_this_code_needs() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [revision(tables.SCHEMA)]
    assert scripts.get_bases() == [revision(OLD)]


def test_opening_needs_no_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pledgeflow.storage.sql import SqlStore; "
        f"SqlStore('sqlite:///{tmp_path}/x.db').create(); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_is_missing_or_too_much_is_named(place: Place) -> None:
    with SqlStore(place.url) as store:
        upgrade(store)
    place.run(
        "DROP INDEX due_by_kind; ALTER TABLE texts ADD COLUMN more TEXT; DROP TABLE pending; "
        "CREATE TABLE theirs (id INTEGER); ALTER TABLE done RENAME COLUMN upto TO upon"
    )
    with SqlStore(place.url) as store:
        assert differences(store, tables.METADATA, ballots.METADATA) == [
            ("extra", "done.upon"),
            ("extra", "texts.more"),
            ("missing", "done.upto"),
            ("missing", "due_by_kind"),
            ("missing", "pending"),
        ]


def test_many_open_a_new_database_at_once(place: Place) -> None:
    def one(_: int) -> tuple[str, ...]:
        with SqlStore(place.url) as store:
            return store.jurisdictions()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(8))) == [()] * 8
    assert version(place) == tables.SCHEMA


# --- half upgraded --------------------------------------------------------------------------


def test_a_process_killed_in_the_middle_leaves_the_database_as_it_was(place: Place) -> None:
    before = rows(filled(place, more=MANY))
    child = subprocess.Popen(
        [sys.executable, "-c", UPGRADE, place.url], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    with child.stdout as said:
        assert [said.readline().strip() for _ in range(2)] == ["ready", "at it"]
        child.kill()
        assert child.wait() == -signal.SIGKILL
    assert version(place) == OLD
    assert rows(place) == before
    upgraded(place)


def test_killed_at_any_moment_it_is_the_old_or_the_new_one(places: Callable[[], Place]) -> None:
    whole = filled(places(), more=MANY)
    begun = time.monotonic()
    after = rows(upgraded(whole))
    long = time.monotonic() - begun
    dice, ended = random.Random(4), set()
    place = filled(places(), more=MANY)
    before = rows(place)
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", UPGRADE, place.url], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child.stdout as said:
            said.readline()
            time.sleep(dice.uniform(0, long))
            child.kill()
            child.wait()
        found = version(place)
        ended.add(found)
        assert rows(place) == (before if found == OLD else after)
        if found != OLD:
            with SqlStore(place.url) as store:
                downgrade(store, OLD)
    assert OLD in ended


def test_a_full_disk_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    place = File(tmp_path / "x.db")
    before = rows(filled(place, more=MANY))
    with SqlStore(place.url) as store:
        with connections() as made:
            assert version_of(store) == OLD
        for each in made:
            (pages,) = each.execute("PRAGMA page_count").fetchone()
            each.execute(f"PRAGMA max_page_count = {pages + 100}")
        with pytest.raises(DatabaseFullError):
            upgrade(store)
    assert rows(place) == before
    upgraded(place)


def test_two_upgrade_at_once_and_one_of_them_does(place: Place) -> None:
    filled(place, more=MANY)

    def one(_: int) -> int | None:
        with SqlStore(place.url) as store:
            return upgrade(store)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(4)))
    assert sorted(map(str, found)) == ["3", "4", "4", "4"]
