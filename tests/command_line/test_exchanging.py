"""`pledgeflow export` and `pledgeflow import`: there and back, and what is said of bad files."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line.test_cli_database import (
    FINDINGS,
    FINE,
    UNUSABLE,
    begun,
    db,
    english,
    run,
)
from tests.exchange.places import sample

__all__ = ["db"]


@pytest.fixture
def file(db: str, tmp_path: Path) -> Path:
    begun(db)
    result = run("export", "county", "--db", db)
    assert result.exit_code == FINE, result.output
    made = tmp_path / "county.jsonl"
    made.write_bytes(result.stdout_bytes)
    return made


def test_there_and_back(file: Path, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    result = run("import", str(file), "--db", other, "--format", "json")
    assert result.exit_code == FINE, result.output
    lines = file.read_bytes().count(b"\n")
    assert json.loads(result.stdout) == {"jurisdiction": "county", "lines": lines, "bad": 0}
    assert run("export", "county", "--db", other).stdout_bytes == file.read_bytes()
    again = run("import", str(file), "--db", other)
    assert again.exit_code == UNUSABLE
    assert "`county` is in the database already; import it into another one" in again.stderr


def test_a_bad_line_is_named_and_nothing_is_imported(file: Path, tmp_path: Path) -> None:
    lines, other = file.read_bytes().splitlines(keepends=True), str(tmp_path / "other.db")
    number = next(n for n, line in enumerate(lines, 1) if b'"kind":"outbox"' in line)
    lines[number - 1] = lines[number - 1].replace(b'"after":', b'"after":1')
    file.write_bytes(b"".join(lines))
    result = run("import", str(file), "--db", other)
    assert result.exit_code == UNUSABLE
    said = f"line {number}: the line is not as it was written; nothing was imported\n"
    assert result.stderr == f"pledgeflow: {said}"
    zh = run("import", str(file), "--db", other, "--lang", "zh").stderr
    assert zh == f"pledgeflow: 第{number}行：该行与写入时不同；未导入任何内容\n"
    assert run("export", "county", "--db", other).exit_code == UNUSABLE
    result = run("import", str(file), "--db", other, "--keep-going")
    assert result.exit_code == FINDINGS
    assert result.stderr == f"{file}:{number}: the line is not as it was written\n"
    assert result.stdout.startswith(f"imported county: {len(lines)} lines, but for 1 that are bad")
    assert run("log", "county/2025/wang", "--db", other).exit_code == FINE


def test_all_that_may_be_wrong_is_said_in_chinese_too(tmp_path: Path) -> None:
    """Whatever a file may hold: cut short at every line, and each line left out in turn."""
    lines = list(sample())
    said = set[str]()
    for number in range(2, len(lines), 7):
        file = tmp_path / f"{number}.jsonl"
        file.write_bytes(b"".join((*lines[: number - 1], *lines[number:])))
        words = ("--db", str(tmp_path / f"{number}.db"), "--keep-going", "--lang", "zh")
        said |= {
            line.partition(": ")[2] for line in run("import", str(file), *words).stderr.splitlines()
        }
    assert len(said) > 3
    assert english("".join(said).replace("2025", "")) == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("import", "nowhere.jsonl", "--db", "x.db"), "there is no file `nowhere.jsonl`"),
        (("export", "nowhere"), "there is no jurisdiction `nowhere`"),
        (("import", "/dev/null"), "no database is named"),
    ],
)
def test_wrong_usage(
    db: str, tmp_path: Path, words: tuple[str, ...], what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words, *(("--db", db) if words[0] == "export" else ()))
    assert result.exit_code == UNUSABLE
    assert what in result.stderr or "there is no file" in result.stderr


def test_a_file_of_something_else_makes_no_database(tmp_path: Path) -> None:
    other, file = tmp_path / "other.db", tmp_path / "x"
    file.write_text("{}\n")
    result = run("import", str(file), "--db", str(other))
    assert result.exit_code == UNUSABLE
    assert "line 1: this is no file of an export" in result.stderr
    assert not other.exists()


def test_through_a_pipe_with_a_bar_where_somebody_watches(file: Path, tmp_path: Path) -> None:
    """What is printed is only the lines; how far it is goes to the terminal."""
    other, env = tmp_path / "other.db", {**os.environ, "TERM": "xterm", "LANG": "C"}
    command = [sys.executable, "-m", "pledgeflow.cli"]
    for words, given in (
        (["import", "-", "--db", str(other)], file.read_bytes()),
        (["export", "county", "--db", str(other)], b""),
    ):
        ours, theirs = pty.openpty()
        done = subprocess.run(
            [*command, *words],
            input=given,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env=env,
            check=True,
        )
        os.close(theirs)
        shown = os.read(ours, 10_000)
        os.close(ours)
        assert (b"importing" if words[0] == "import" else b"exporting") in shown
        if words[0] == "export":
            assert done.stdout == file.read_bytes()
