"""A store in memory that is put into a database: everything of it is there, and answers alike."""

from __future__ import annotations

import pytest

from pledgeflow.errors import ConflictError
from pledgeflow.service import Engine
from pledgeflow.storage.keeping import keep
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from tests.town import TOWN, YEAR, Town, day


def test_everything_is_there(database: str) -> None:
    source = MemoryStore()
    town = Town(store=source).forwarded()
    town.do(TOWN, "announce", day(7, 4), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 4), "mayor")
    town.do(TOWN, "object", day(7, 6), "mayor", candidacy=1, what="never there")
    with SqlStore(database) as target:
        keep(source, target)
        assert target.heads("t") == source.heads("t")
        for stream in source.heads("t"):
            there = [stored.event for stored in target.load(stream)]
            assert there == [stored.event for stored in source.load(stream)]
        assert target.pledges("t") == source.pledges("t")
        assert target.directory("t").view(day(1, 1)) == source.directory("t").view(day(1, 1))
        assert target.cycles("t") == source.cycles("t")
        (row,) = target.cycles("t")
        assert target.policy(row.digest) == source.policy(row.digest)
        (objection,) = town.engine.state(TOWN).records["object"]
        digest = getattr(objection.fields["what"], "digest", "")
        assert target.texts("t", [digest]) == {digest: "never there"}
        for key, (stream, *_) in source.used_keys():
            done = target.done("t", key)
            assert done is not None
            assert {stored.stream for stored in done} <= {stream}
        engine = Engine(target, town.engine.catalogue, clock=lambda: day(12, 31))
        assert engine.catch_up("t") == 0
        assert engine.state(YEAR) == town.engine.state(YEAR)
        with pytest.raises(ConflictError):
            keep(source, target)


def test_nothing_is_nothing(database: str) -> None:
    with SqlStore(database) as target:
        keep(MemoryStore(), target)
        assert target.jurisdictions() == ()
