"""A person is erased: names and words are nowhere, and everything else is as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pledgeflow.audit import verifier
from pledgeflow.audit.auditing import Auditing
from pledgeflow.audit.keys import Key, generate
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import DirectoryError, RefusedError
from pledgeflow.steps import stream_id
from pledgeflow.storage import sqlite
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore, SealedText
from tests.town import DIRECTORY, PEOPLE, TOWN, Town, day
from tests.writing import append

WRITTEN = "the mayor wrote this: 王小明 never there"
SAID = "and an said that Bo Zhang was"
NAMES = {"bo": "Bo Zhang", "mayor": "王小明", "an": "An Li", "cai": "Cai Wu"}
BO = stream_id("t/2025/bo")


def people(town: Town) -> None:
    """Everybody has a name."""
    named = {
        **DIRECTORY,
        "people": {key: {**row, "name": NAMES[key]} for key, row in DIRECTORY["people"].items()},
    }
    town.engine.put_directory("t", DirectoryData.from_tree(named))


@pytest.fixture
def town(store: EventStore) -> Town:
    """Two objections, each in the words of somebody else."""
    town = Town(store=store).forwarded()
    people(town)
    town.do(TOWN, "announce", day(7, 4), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 4), "mayor")
    town.do(TOWN, "object", day(7, 6), "mayor", candidacy=1, what=WRITTEN)
    town.do(TOWN, "object", day(7, 6), "mayor", candidacy=2, what=SAID, entered_by="an")
    return town


def words(town: Town) -> set[str]:
    """Everything that is kept."""
    state = town.engine.state(TOWN)
    digests = [getattr(r.fields["what"], "digest", "") for r in state.records["object"]]
    return set(town.engine.store.texts("t", digests).values())


def test_what_somebody_wrote_goes_with_their_name(town: Town) -> None:
    before = {stream: town.engine.history(stream) for stream in town.engine.store.heads("t")}
    would = town.engine.erasure("t", "an")
    assert (would.names, len(would.words), would.mentions) == (("An Li",), 1, ())
    assert words(town) == {WRITTEN, SAID}
    assert town.engine.erase("t", "an") == would
    assert words(town) == {WRITTEN}
    names = town.engine.store.directory("t").names
    assert {key: names.get(key) for key in NAMES} == {**NAMES, "an": None}
    after = {stream: town.engine.history(stream) for stream in town.engine.store.heads("t")}
    assert after == before
    again = town.engine.erase("t", "an")
    assert (again.names, again.words, again.lingers) == ((), (), False)


def test_words_of_others_that_hold_the_name_are_told(town: Town) -> None:
    found = town.engine.erase("t", "bo")
    assert found.words == ()
    assert found.mentions == (stream_id(TOWN),)
    assert words(town) == {WRITTEN, SAID}


def test_everything_works_on_and_shows_nothing(town: Town) -> None:
    town.engine.erase("t", "mayor")
    assert words(town) == set()
    state = town.engine.state(TOWN)
    assert len(state.records["object"]) == 2
    assert town.engine.permitted(TOWN, "mayor", day(7, 7))
    done = town.do(TOWN, "object", day(7, 7), "mayor", candidacy=1, what="and something new")
    assert done.state.version == state.version + len(done.events)
    assert words(town) == {"and something new"}


def test_an_act_is_done_once_though_its_words_are_gone(town: Town) -> None:
    step = {"do": "object", "on": day(7, 7), "actor": "mayor", "capacity": "secretary"}
    said = {**step, "candidacy": 1, "what": "once"}
    first = town.engine.do(TOWN, said, key="k")
    town.engine.erase("t", "mayor")
    assert town.engine.do(TOWN, said, key="k").events == first.events
    assert words(town) == set()


def test_nobody_who_is_unknown_is_erased(town: Town) -> None:
    with pytest.raises(
        DirectoryError, match="nothing is known of `王小明`; name a person by their id"
    ):
        town.engine.erase("t", "王小明")


def test_somebody_who_is_in_the_directory_no_more_is_erased(town: Town) -> None:
    rest = DirectoryData.from_tree({"organizations": {"hill": {"kind": "town"}}})
    town.engine.store.put_directory("t", rest)
    assert len(town.engine.erase("t", "an").words) == 1


def test_all_that_is_kept_in_a_persons_own_stream_is_theirs(town: Town) -> None:
    """Also what others wrote in it: the stream is the promisor's."""
    assert {name: len(town.engine.erasure("t", name).words) for name in PEOPLE} == {
        "an": 1,
        "bo": 0,
        "cai": 0,
    }
    assert len(town.engine.erasure("t", "hill").words) == 2


def test_chains_and_proofs_hold_and_no_file_has_the_words(tmp_path: Path) -> None:
    folder, key = tmp_path / "data", tmp_path / "key"
    folder.mkdir()
    generate(key)
    signer = Key.read(key)
    with SqlStore(f"sqlite:///{folder / 'town.db'}") as store:
        played = Town(store=store).forwarded()
        people(played)
        played.do(TOWN, "announce", day(7, 4), "mayor", places=1)
        played.do(TOWN, "give_notice", day(7, 4), "mayor")
        with pytest.raises(RefusedError):  # a refusal is kept, and what was said with it is not
            played.do(TOWN, "object", day(7, 6), "cai", candidacy=1, what="REFUSED WORDS")
        assert len(list(store.decisions("t"))) == 1
        played.engine.do(
            TOWN,
            {
                **{"do": "object", "on": day(7, 6), "actor": "mayor", "capacity": "secretary"},
                **{"candidacy": 1, "what": WRITTEN},
            },
            key="once",
        )
        auditing = Auditing(store)
        one = auditing.checkpoint("t", signer, at=datetime.now(UTC))
        proof = auditing.prove(stream_id(TOWN), since=1)
        held = b"".join(file.read_bytes() for file in folder.iterdir())
        for gone in (WRITTEN, NAMES["mayor"]):
            assert gone.encode() in held  # else this proves nothing
        assert not played.engine.erase("t", "mayor").lingers
        # while the database is still open: nothing waits to be tidied up
        held = b"".join(file.read_bytes() for file in folder.iterdir())
        for gone in (WRITTEN, "never there", NAMES["mayor"], "REFUSED WORDS"):
            assert gone.encode() not in held
        assert NAMES["bo"].encode() in held
        assert auditing.verify("t", keys=[signer.public], against=one).sound
        assert auditing.prove(stream_id(TOWN), since=1) == proof
        verifier.verify(proof, one.data, signer.public)


def test_what_lay_where_pages_were_split_is_gone_too(tmp_path: Path) -> None:
    """SQLite leaves copies of what it moves: erasing again and again shows them."""
    texts = [SealedText(f"{i:064}", "s", f"word{i:04}" * (3 + i * 37 % 150)) for i in range(400)]
    with SqlStore(f"sqlite:///{tmp_path / 'town.db'}") as store:
        for i in range(0, 400, 20):
            stream = stream_id(f"t/2025/p{i}")
            append(store, stream, 0, [], texts=texts[i : i + 20], recorded_at=datetime.now(UTC))
        erased = sorted(texts, key=lambda text: text.words[::-1])[:360]
        for i in range(0, 360, 90):
            assert store.erase("t", [text.digest for text in erased[i : i + 90]])
        held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [text.words[:8] for text in erased if text.words[:8].encode() in held] == []


def test_whoever_reads_from_before_keeps_the_words_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAIT_MS", 50)
    url = f"sqlite:///{tmp_path / 'town.db'}"
    with SqlStore(url) as store, SqlStore(url) as other:
        text = SealedText("ab", "s", "unforgettable")
        append(store, BO, 0, [], texts=[text], recorded_at=datetime.now(UTC))
        with other.transaction() as reading:
            reading.exec_driver_sql("SELECT * FROM texts").all()
            assert not store.erase("t", ["ab"])
        assert store.erase("t", [])
        held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"unforgettable" not in held
