"""Streams that have gone over to other rules: out of one database and into another, all the same."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from pledgeflow.exchange.exporting import exported
from pledgeflow.exchange.importing import Import
from pledgeflow.service import Engine
from pledgeflow.service.calendars import Announced
from pledgeflow.storage.sql import SqlStore
from tests.migrating import Follow
from tests.town import day


def test_both_policies_go_with_them(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("own.db", "other.db")]
    with SqlStore(urls[0]) as own, SqlStore(urls[1]) as other:
        follow = Follow.of(tmp_path, store=own)
        follow.town.rated()
        follow.town.do("t/2025/bo", "grade", day(6, 10), "an", tier="good")
        follow.go()
        lines = list(exported(own, "t"))
        Import(other, follow.town.engine.catalogue, Announced()).run(BytesIO(b"".join(lines)))
        assert list(exported(other, "t")) == lines
        assert other.pledges("t") == own.pledges("t")
        engine = Engine(other, follow.town.engine.catalogue)
        for stream in own.heads("t"):
            assert engine.state(stream) == follow.town.engine.state(stream)
        assert engine.policy("t/2025/an").digest == follow.later.digest
        assert engine.policy("t/2025/bo").name == "town"


def test_the_rules_that_all_have_left_go_with_them_too(tmp_path: Path) -> None:
    with SqlStore(f"sqlite:///{tmp_path / 'own.db'}") as own:
        follow = Follow.of(tmp_path, store=own)
        before = follow.town.promised().engine.cycle_policy("t", "2025")
        follow.go()
        text = b"".join(exported(own, "t"))
        assert text.count(b'"kind":"policy"') == 1
        assert text.count(b'"kind":"filed"') == 1
        assert before.digest.encode() in text
