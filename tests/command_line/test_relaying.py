"""`pledgeflow relay`: what there is is handed on, and what could not be is said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pledgeflow.storage.sql import SqlStore
from tests.command_line.test_cli_database import FINDINGS, FINE, UNUSABLE, begun, db, run
from tests.relay.fakes import happen, stream
from tests.relay.serving import says, served

__all__ = ["db"]


def test_once(db: str) -> None:
    begun(db)
    with SqlStore(f"sqlite:///{db}") as store:
        kept = {one.hash for s in store.heads("county") for one in store.load(s)}
    with served(says(204)) as site:
        words = ("relay", "--once", "--to", site.url, "--db", db)
        result = run(*words, "--format", "json", PLEDGEFLOW_RELAY_TOKEN="secret")
        assert result.exit_code == FINE, result.output
        assert json.loads(result.stdout) == {"handed_on": len(kept), "streams_waiting": 0}
        assert {event["id"] for _, event in site.got} == kept
        assert site.got[0][0]["Authorization"] == "Bearer secret"
        assert run(*words).stdout == "handed on 0 events\n"


def test_what_waits_is_a_finding(db: str) -> None:
    begun(db)
    with served(says(500)) as site:
        words = ("relay", "--once", "--to", site.url, "--db", db)
        result = run(*words)
        assert result.exit_code == FINDINGS
        assert "streams wait" in result.stdout or "1 stream waits" in result.stdout
        assert "the receiver answered 500; again at " in result.stderr
    result = run(*words, "--lang", "zh")
    assert result.exit_code == FINDINGS
    assert "待转" in result.stdout


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("--to", "nowhere"), "is no address to hand events to", "不是可以转送的地址"),
        (("--to", "http://a:b@c/"), "neither a password", "不得含有密码"),
        (("--to", "http://c/", "--source", "a b"), "cannot begin a source", "不能用作来源的开头"),
        (("--to", "http://c/", "--jurisdiction", "x"), "no jurisdiction `x`", "没有地区或单位"),
    ],
)
def test_wrong_usage(db: str, words: tuple[str, ...], english: str, chinese: str) -> None:
    for lang, what in (("en", english), ("zh", chinese)):
        result = run("relay", "--once", "--db", db, *words, "--lang", lang)
        assert result.exit_code == UNUSABLE
        assert what in result.stderr


def test_the_table_of_relays_is_ours(db: str) -> None:
    with served(says(500)) as site:
        run("relay", "--once", "--to", site.url, "--db", db)
    assert run("db", "check", "--db", db).exit_code == FINE


def test_it_goes_on_until_it_is_told_to_stop(tmp_path: Path) -> None:
    file = tmp_path / "own.db"
    with SqlStore(f"sqlite:///{file}") as store, served(says(200)) as site:
        happen(store, stream("an"))
        words = [sys.executable, "-m", "pledgeflow.cli", "relay", "--to", site.url]
        child = subprocess.Popen([*words, "--db", str(file)], env={**os.environ, "LANG": "C"})
        try:
            for n in range(1, 3):
                _until(lambda n=n: len(site.got) == n)
                happen(store, stream("an"))
            _until(lambda: len(site.got) == 3)
        finally:
            child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 0
    assert site.versions == [1, 2, 3]


def _until(true: object) -> None:
    assert callable(true)
    for _ in range(1500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it takes too long")
