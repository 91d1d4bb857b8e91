"""The command line over policy files: what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import POLICY_FILE, Catalogue
from pledgeflow.cli import app
from pledgeflow.cli.payload import payload
from pledgeflow.policy.compiled.rules import StepName
from pledgeflow.policy.language.steps import CommandField
from tests.dice import shared

FINE, FINDINGS, UNUSABLE = 0, 1, 2
POLICIES = [name for name in Catalogue().names() if name != "base"]
SHARE = shared(POLICIES)

TEN_MISTAKES = """\
policy: county
title: {zh: 县, en: county}
extends: base
effectiv: {from: 2025-01-01}
effective: {from: 2025-13-01}
cycle: {every: a year, starts: "13-01", cite: A-1}
late_entry: {within: soon, assumed: why}
tracks:
  Member:
    label: {zh: 党员}
    match: {person: {in_service: maybe}}
roles:
  chair: {label: {zh: 主席, en: chair}, chaird_by: secretary}
commands:
  propose: {means: nonsense}
"""


def run(*words: str, **env: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"LANG": "en_US.UTF-8", "LC_ALL": ""} | env)


def written(folder: Path, text: str, name: str = "county.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_a_command_it_says_what_there_is() -> None:
    result = run()
    assert "coverage" in result.output
    assert result.exit_code == UNUSABLE


def test_policies_lists_every_policy() -> None:
    result = run("policies")
    assert result.exit_code == FINE
    assert all(name in result.stdout for name in Catalogue().names())


def test_policies_as_json() -> None:
    found = {each["name"]: each for each in json.loads(run("policies", "--format", "json").stdout)}
    assert found["base"]["abstract"] is True
    for name in POLICIES:
        assert found[name]["clauses"] == len(Catalogue().own_register(name))
        assert found[name]["tracks"]


@pytest.mark.parametrize(
    ("env", "title"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "办法"),
        ({"LANG": "C"}, "policy"),
        ({"LANG": "C", "LC_ALL": "zh_CN"}, "办法"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "policy"),
    ],
)
def test_the_language_comes_from_the_environment(env: dict[str, str], title: str) -> None:
    assert run("policies", **env).stdout.startswith(title)


def test_or_from_the_option() -> None:
    assert run("policies", "--lang", "zh").stdout.startswith("办法")


@pytest.mark.parametrize("name", Catalogue().names())
@pytest.mark.parametrize(
    ("lang", "more"),
    [
        ("zh", []),
        ("en", ["--assumed"]),
        ("zh", ["--assumed", "--cycle", "2"]),
        ("en", ["--on", "2026-01-01"]),
    ],
)
def test_every_policy_can_be_shown(name: str, lang: str, more: list[str]) -> None:
    result = run("show", name, "--lang", lang, *more)
    assert result.exit_code == FINE, result.output
    assert result.stdout


@pytest.mark.parametrize("name", POLICIES)
def test_show_lists_every_clause_that_is_cited(name: str) -> None:
    shown = json.loads(run("show", name, "--format", "json").stdout)
    cited = {clause for rule in shown["rules"] for clause in rule["clauses"]}
    assert bool(cited) is not Catalogue().load(name).document.abstract
    assert cited <= Catalogue().own_register(name).keys()
    assert shown["digest"] == Catalogue().load(name).digest
    text = run("show", name).stdout
    assert all(clause in text for clause in cited)


@pytest.mark.parametrize("name", POLICIES)
def test_every_reading_names_its_line(name: str) -> None:
    found = json.loads(run("show", name, "--assumed", "--format", "json").stdout)["assumed"]
    assert found
    for each in found:
        line = Path(each["source"]["path"]).read_text().splitlines()[each["source"]["line"] - 1]
        assert "assumed" in line


@pytest.mark.parametrize("name", SHARE)
def test_a_track_is_shown_with_its_own_rules_over_the_common_ones(name: str) -> None:
    for track in Catalogue().load(name).tracks:
        result = run("show", name, "--track", track, "--format", "json")
        rules = [rule["rule"] for rule in json.loads(result.stdout)["rules"]]
        assert len(rules) == len(set(rules))
        assert next(rule for rule in rules if rule.startswith("tracks.")) == f"tracks.{track}"


def test_an_unknown_track_is_answered_with_those_there_are() -> None:
    result = run("show", POLICIES[0], "--track", "nobody")
    assert result.exit_code == UNUSABLE
    assert next(iter(Catalogue().load(POLICIES[0]).tracks)) in result.stderr


def test_an_unknown_policy_is_answered_with_the_nearest_name() -> None:
    for command in ("show", "test", "coverage"):
        result = run(command, f"{POLICIES[0]}x")
        assert result.exit_code == UNUSABLE
        assert f"perhaps `{POLICIES[0]}`" in result.stderr
        assert not result.stdout


def test_a_path_is_as_good_as_a_name() -> None:
    folder = Catalogue().folder(POLICIES[0])
    for path in (folder, folder / POLICY_FILE):
        assert run("check", str(path)).exit_code == FINE
        assert run("show", str(path), "--format", "json").exit_code == FINE


def test_a_policy_may_be_in_a_file_of_any_name(tmp_path: Path) -> None:
    path = written(tmp_path, f"policy: county\nextends: {POLICIES[0]}\n")
    result = run("check", path)
    assert (result.exit_code, result.stdout) == (FINE, f"{path}: ok\n")


def test_ten_mistakes_are_ten_lines(tmp_path: Path) -> None:
    path = written(tmp_path, TEN_MISTAKES)
    result = run("check", path)
    assert result.exit_code == UNUSABLE
    lines = result.stdout.splitlines()
    assert len(lines) == 10
    assert all(line.startswith(f"{path}:") for line in lines)
    assert not result.stderr
    assert run("show", path).stderr.splitlines() == lines


def test_mistakes_in_scenarios_are_found_too(tmp_path: Path) -> None:
    written(tmp_path, f"policy: county\nextends: {POLICIES[0]}\n", POLICY_FILE)
    (tmp_path / "scenarios").mkdir()
    written(tmp_path / "scenarios", "- scenaro: nothing\n", "some.yaml")
    result = run("check", str(tmp_path))
    assert result.exit_code == UNUSABLE
    assert "some.yaml:1:3: " in result.stdout


def test_problems_as_json(tmp_path: Path) -> None:
    path = written(tmp_path, TEN_MISTAKES)
    found = json.loads(run("check", path, POLICIES[0], "--format", "json").stdout)
    assert found["ok"] is False
    assert len(found["problems"]) == 10
    assert found["problems"][0].keys() == {"path", "line", "column", "message"}


@pytest.mark.parametrize(
    "text",
    [
        "policy: x\na: &a [1]\n" + "".join(f"{c}: &{c} [*a, *a]\n" for c in "bcdefgh"),
        "policy: x\ntracks: " + "[" * 20_000 + "]" * 20_000 + "\n",
        "policy: x\ntracks: " + "{a: " * 20_000 + "}" * 20_000 + "\n",
        "",
        "\x00",
        "policy: [",
        "- policy",
        "policy: !!python/object/apply:os.system [true]\n",
    ],
    ids=["aliases", "lists", "mappings", "empty", "zero", "open", "sequence", "object"],
)
def test_a_hostile_file_is_a_message(tmp_path: Path, text: str) -> None:
    result = run("check", written(tmp_path, text))
    assert result.exit_code == UNUSABLE
    assert 0 < len(result.stdout.splitlines()) <= 20
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("words", [("check",), ("show",), ("bake",), ("show", "x", "--cycle", "0")])
def test_wrong_usage_ends_with_two(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == UNUSABLE


def test_the_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["required"] == ["policy"]


def test_scenarios_are_counted_on_stdout_alone() -> None:
    result = run("test", "huimin", "--format", "json")
    found = json.loads(result.stdout)
    assert not result.stderr
    assert found.keys() == {"passed", "failed", "scenarios"}
    assert found["passed"] + found["failed"] == len(found["scenarios"])
    keys = {"name", "policy", "path", "clauses", "passed", "message"}
    assert all(scenario.keys() == keys for scenario in found["scenarios"])
    assert result.exit_code == (FINDINGS if found["failed"] else FINE)


def test_a_scenario_that_fails_is_a_finding(tmp_path: Path) -> None:
    written(tmp_path, f"policy: county\nextends: {POLICIES[-1]}\n", POLICY_FILE)
    (tmp_path / "scenarios" / "directories").mkdir(parents=True)
    written(tmp_path / "scenarios" / "directories", "organizations: {}", "nobody.yaml")
    written(
        tmp_path / "scenarios",
        "- scenario: a stranger has a pledge\n  policy: county\n"
        "  given: {directory: nobody, cycle: 2025, promisor: wang}\n  then: {state: signed}\n",
        "strangers.yaml",
    )
    result = run("test", str(tmp_path))
    assert result.exit_code == FINDINGS
    assert "a stranger has a pledge" in result.stdout
    assert "1 failed" in result.stdout


def test_it_speaks_utf_8_whatever_the_locale() -> None:
    command = [sys.executable, "-m", "pledgeflow.cli", "verify", "--properties", "--lang", "zh"]
    env = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(command, capture_output=True, env=env, check=False)
    assert done.returncode == FINE, done.stderr
    assert done.stdout.decode("utf-8").startswith("标识")
    assert b"\x1b" not in done.stdout


def test_fields_are_typed_as_the_policy_declares_them() -> None:
    command = SimpleNamespace(rules=SimpleNamespace(fields={}))
    kinds = ("text", "choices", "checklist", "tally", "integer", "boolean", "date")
    command.rules.fields.update({kind: CommandField(type=kind) for kind in kinds})
    said = [
        "text=a=b",
        "choices=x,y",
        "checklist=x,y=no",
        "tally=x=3,y=few",
        "integer=7",
        "boolean=yes",
        "date=2025-03-31",
    ]
    assert payload(said, cast("StepName", command)) == {
        "text": "a=b",
        "choices": ["x", "y"],
        "checklist": {"x": True, "y": False},
        "tally": {"x": 3, "y": "few"},
        "integer": 7,
        "boolean": True,
        "date": "2025-03-31",
    }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_path_that_is_no_policy_is_told_from_a_name_that_is_none(
    tmp_path: Path, lang: str
) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    folder = run("check", str(tmp_path), "--lang", lang)
    assert folder.exit_code == UNUSABLE
    assert f"`{tmp_path}`" in folder.stdout
    assert "`policy.yaml`" in folder.stdout
    notes = run("check", str(tmp_path / "notes.txt"), "--lang", lang)
    assert "`.yaml`" in notes.stdout
    assert ("没有" in folder.stdout) is (lang == "zh")
    assert ("结尾" in notes.stdout) is (lang == "zh")


def test_what_cannot_be_loaded_has_not_passed(tmp_path: Path) -> None:
    result = run("test", written(tmp_path, TEN_MISTAKES))
    assert result.exit_code == UNUSABLE
    assert "effectiv" in result.stderr


def test_wrong_usage_is_told_without_the_words_of_a_library() -> None:
    result = run("policies", "--format", "xml")
    assert result.exit_code == UNUSABLE
    assert "'xml' is not one of 'text', 'json'" in result.stderr
    assert "Value error" not in result.stderr
