"""What a step brings about in other streams, or should have: what `do` and `tick` say of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pledgeflow.storage.sql import SqlStore
from tests.command_line.test_cli_database import FINE, run
from tests.town import DIRECTORY, POLICIES, YEAR

HOLD = ("--actor", "an", "--capacity", "secretary", "--do", "hold_rating", "--on", "2025-06-01")


@pytest.fixture
def db(tmp_path: Path) -> str:
    people, path = tmp_path / "people.yaml", str(tmp_path / "t.db")
    people.write_text(yaml.safe_dump(DIRECTORY), encoding="utf-8")
    words = ("t", str(POLICIES / "town"), "--cycle", "2025", "--directory", str(people))
    assert run("cycle", "open", *words, "--db", path).exit_code == FINE
    step = ("--actor", "bo", "--capacity", "promisor", "--do", "promise", "--on", "2025-01-10")
    assert run("do", "t/2025/bo", *step, "--db", path).exit_code == FINE
    return path


def test_programs_are_told_too(db: str) -> None:
    words = ("--set", "results=bo=good,cai=good", "--format", "json", "--db", db)
    said = json.loads(run("do", YEAR, *HOLD, *words).stdout)
    (unmet,) = said["unmet"]
    assert (unmet["pledge"], unmet["command"], unmet["waits"]) == ("t/2025/cai", "rate", False)
    assert unmet["ruling"] == "forbidden"
    assert said["left"] == []


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("en", "`rate` had followed from it in t/2025/bo and stands there as it was; take the"),
        ("zh", "此前由此在 t/2025/bo 办理的“互评”不随之改变"),
    ],
)
def test_what_stays_though_its_act_is_taken_back_is_told(db: str, lang: str, message: str) -> None:
    assert run("do", YEAR, *HOLD, "--set", "results=bo=good", "--db", db).exit_code == FINE
    annul = ("--do", "annul", "--set", "target=2", "--on", "2025-06-02", "--lang", lang)
    result = run("do", YEAR, *HOLD[:4], *annul, "--db", db)
    assert result.exit_code == FINE, result.output
    assert message in result.stderr


def test_a_tick_lets_follow_what_was_still_to_follow(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def died(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr("pledgeflow.service.engine.Reactions.react", died)
        run("do", YEAR, *HOLD, "--set", "results=bo=good", "--db", db)
    with SqlStore(f"sqlite:///{db}") as store:
        assert len(store.pending("t")) == 1
    assert run("tick", "t", "--on", "2025-06-02", "--db", db).exit_code == FINE
    assert "rate" in run("log", "t/2025/bo", "--db", db).stdout
    with SqlStore(f"sqlite:///{db}") as store:
        assert store.pending("t") == []
