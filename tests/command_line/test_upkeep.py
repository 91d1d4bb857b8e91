"""`db check` and `db upgrade`: what is said of a database, in both languages; exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import Result

from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.tables import SCHEMA
from tests.command_line.test_cli_database import FINDINGS, FINE, UNUSABLE, english, run
from tests.migrations.places import File, filled

OLD = 3


@pytest.fixture
def old(tmp_path: Path) -> File:
    place = File(tmp_path / "old.db")
    filled(place)
    return place


def on(place: File, *words: str) -> Result:
    return run("db", *words, "--db", str(place.path))


def test_an_old_database_is_checked_upgraded_and_fine(old: File) -> None:
    checked = on(old, "check")
    assert checked.exit_code == FINDINGS
    assert "run `pledgeflow db upgrade`" in " ".join(checked.stdout.split())
    upgraded = on(old, "upgrade")
    assert upgraded.exit_code == FINE, upgraded.output
    assert f"from version {OLD} to version {SCHEMA}" in " ".join(upgraded.stdout.split())
    assert on(old, "check").exit_code == FINE
    again = on(old, "upgrade")
    assert again.exit_code == FINE
    assert "already" in again.stdout


def test_for_programs(old: File) -> None:
    form = ("--format", "json")
    name = str(old.path)
    checked = on(old, "check", *form)
    assert checked.exit_code == FINDINGS
    assert json.loads(checked.stdout) == {
        "database": name, "version": OLD, "needed": SCHEMA, "differences": [],
    }  # fmt: skip
    upgraded = json.loads(on(old, "upgrade", *form).stdout)
    assert (upgraded["database"], upgraded["before"], upgraded["after"]) == (name, OLD, SCHEMA)
    assert upgraded["events"] > 30


def test_other_commands_say_what_to_do(old: File) -> None:
    result = run("cycle", "list", "--db", str(old.path))
    assert result.exit_code == UNUSABLE
    assert "run `pledgeflow db upgrade`" in result.stderr
    assert on(old, "upgrade").exit_code == FINE
    result = run("cycle", "list", "--db", str(old.path))
    assert result.exit_code == FINE
    assert "2025" in result.stdout


def test_what_is_not_as_it_should_be_is_listed(tmp_path: Path) -> None:
    place = File(tmp_path / "x.db")
    with SqlStore(place.url) as store:
        store.create()
    place.run("DROP INDEX due_by_kind; ALTER TABLE texts ADD COLUMN more TEXT")
    result = on(place, "check")
    assert result.exit_code == FINDINGS
    assert "texts.more" in result.stdout
    assert "due_by_kind" in result.stdout
    found = json.loads(on(place, "check", "--format", "json").stdout)["differences"]
    assert {"what": "missing", "name": "due_by_kind"} in found


def test_an_empty_database_is_filled(tmp_path: Path) -> None:
    place = File(tmp_path / "x.db")
    place.path.touch()
    assert on(place, "check").exit_code == FINDINGS
    assert on(place, "upgrade").exit_code == FINE
    assert on(place, "check").exit_code == FINE


def test_what_is_newer_is_refused(tmp_path: Path) -> None:
    place = File(tmp_path / "x.db")
    with SqlStore(place.url) as store:
        store.create()
    place.run("UPDATE pledgeflow SET version_num = '0099'")
    for command, code in (("check", FINDINGS), ("upgrade", UNUSABLE)):
        result = on(place, command)
        assert result.exit_code == code
        assert "install a newer `pledgeflow`" in " ".join(result.output.split())


def test_what_is_something_else_is_refused(tmp_path: Path) -> None:
    place = File(tmp_path / "x.db")
    place.run("CREATE TABLE portal (id INTEGER)")
    result = on(place, "upgrade")
    assert result.exit_code == UNUSABLE
    assert "is a database of something else" in result.stderr


@pytest.mark.parametrize("command", ["check", "upgrade"])
def test_what_is_not_there_is_not_made(tmp_path: Path, command: str) -> None:
    place = File(tmp_path / "x.db")
    result = on(place, command)
    assert result.exit_code == UNUSABLE
    assert "there is no database" in result.stderr
    assert not place.path.exists()


def test_in_chinese_there_are_no_english_words(old: File) -> None:
    empty = File(old.path.parent / "empty.db")
    empty.path.touch()
    newer = File(old.path.parent / "newer.db")
    with SqlStore(newer.url) as store:
        store.create()
    newer.run("UPDATE pledgeflow SET version_num = '0099'")
    wrong = File(old.path.parent / "wrong.db")
    with SqlStore(wrong.url) as store:
        store.create()
    wrong.run("DROP TABLE texts")
    asked = [(empty, "check"), (newer, "check"), (newer, "upgrade"), (wrong, "check")]
    asked += [
        (old, "check"),
        (old, "upgrade"),
        (old, "check"),
        (old, "upgrade"),
        (empty, "upgrade"),
    ]
    for place, command in asked:
        said = on(place, command, "--lang", "zh").output
        for name in (str(place.path), "texts"):
            said = said.replace(name, "").replace("\n", "")
        assert english(said.replace(" ", "")) == [], said


URLS = ["mysql://server/x", "", "sqlite:///x.db?password=x", "postgresql://127.0.0.1:1/x"]


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_will_not_do_is_told_in_one_sentence(url: str) -> None:
    for lang in ("en", "zh"):
        result = run("cycle", "list", "--db", url or "x://", "--lang", lang)
        assert result.exit_code == UNUSABLE
        assert len(result.stderr.strip().splitlines()) == 1
        if lang == "zh":
            said = result.stderr.replace("postgresql+psycopg", "").replace("password", "")
            assert english(said.replace("mysql", "")) == []


def test_a_postgresql_is_secured(new_postgres: str) -> None:
    said = run("db", "secure", "--db", new_postgres)
    assert said.exit_code == UNUSABLE
    assert "run `pledgeflow db upgrade`" in " ".join(said.stderr.split())
    run("db", "upgrade", "--db", new_postgres)
    said = run("db", "secure", "--db", new_postgres)
    assert said.exit_code == FINE
    assert "each session sees its own jurisdiction" in " ".join(said.stdout.split())
    told = json.loads(run("db", "secure", "--db", new_postgres, "--format", "json").stdout)
    assert {"events", "streams", "ballot_votes"} <= set(told["tables"])
    assert "policies" not in told["tables"]


def test_a_file_has_no_such_thing(tmp_path: Path) -> None:
    place = File(tmp_path / "new.db")
    on(place, "upgrade")
    SqlStore(place.url).create()
    refused = on(place, "secure")
    assert refused.exit_code == UNUSABLE
    assert "give each jurisdiction a database" in " ".join(refused.stderr.split())
    chinese = on(place, "secure", "--lang", "zh")
    assert "请为每个地区或单位各设一个数据库" in "".join(chinese.stderr.split())
