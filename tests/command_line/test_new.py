"""A policy of one's own to start from: it can be checked and tested as it stands."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import groupby, product
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import Catalogue, read_directory
from pledgeflow.cli import app, founding
from pledgeflow.demo.beginning import beginning
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.exports.skeleton import Start, directory_text
from tests.dice import shared
from tests.tiny import guarded, tiny
from tests.unit.test_closing import CLAUSES

FINE, UNUSABLE = 0, 2
NAMES = Catalogue().names()
PARENTS = [n for n in NAMES if not Catalogue().load(n).document.abstract]


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


def made(tmp_path: Path, parent: str, lang: str = "en") -> Path:
    result = run("new", "county", "--extends", parent, "--in", str(tmp_path), "--lang", lang)
    assert result.exit_code == FINE, result.output
    return tmp_path / "county"


def sound(folder: Path) -> None:
    checked = run("check", str(folder))
    assert checked.exit_code == FINE, checked.output
    tested = run("test", str(folder), "--format", "json")
    assert tested.exit_code == FINE, tested.output
    assert json.loads(tested.stdout)["passed"] == 1


@pytest.mark.parametrize("asked", shared(product(PARENTS, ("zh", "en"))))
def test_it_can_be_checked_and_tested_as_it_stands(tmp_path: Path, asked: tuple[str, str]) -> None:
    parent, lang = asked
    folder = made(tmp_path, parent, lang)
    sound(folder)
    policy = Catalogue().load(str(folder))
    assert policy.name == "county"
    scenario = (folder / "scenarios" / "first.yaml").read_text("utf-8")
    assert "begun" in scenario
    assert all(clause in scenario for clause in Catalogue().own_register(str(folder)))


@pytest.mark.parametrize("parent", shared(PARENTS))
def test_every_example_holds_if_its_comment_signs_are_taken_away(
    tmp_path: Path, parent: str
) -> None:
    folder = made(tmp_path, parent)
    path = folder / "policy.yaml"
    lines = path.read_text("utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("## "))
    head, rest = lines[:start], lines[start:]
    blocks = [list(block) for said, block in groupby(rest, key=bool) if said]
    assert len(blocks) >= 3
    for chosen in [*([block] for block in blocks), blocks]:
        bare = [re.sub("^# ", "", line) for block in chosen for line in block]
        path.write_text("\n".join([*head, *bare]) + "\n", "utf-8")
        assert run("check", str(folder)).exit_code == FINE, run("check", str(folder)).output
        found = run("show", str(folder), "--deviations", "--format", "json")
        data = json.loads(found.stdout)
        assert len(data["deviations"]) + len(data["free"]) > 1
        assert not any(each["keeps_citing"] for each in data["deviations"])


def test_the_parent_is_pinned(tmp_path: Path) -> None:
    folder = made(tmp_path, PARENTS[0])
    text = (folder / "policy.yaml").read_text("utf-8")
    assert f"pin: {Catalogue().pin(PARENTS[0])}" in text
    (folder / "policy.yaml").write_text(re.sub("pin: .*", f"pin: {'0' * 64}", text), "utf-8")
    assert run("check", str(folder)).exit_code == UNUSABLE


def test_the_editor_finds_its_schema(tmp_path: Path) -> None:
    folder = made(tmp_path, PARENTS[0])
    first = (folder / "policy.yaml").read_text("utf-8").splitlines()[0]
    name = first.removeprefix("# yaml-language-server: $schema=")
    assert json.loads((folder / name).read_text("utf-8"))["required"] == ["policy"]


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    folder = made(tmp_path, PARENTS[0])
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for parent in PARENTS[:2]:
        result = run("new", "county", "--extends", parent, "--in", str(tmp_path))
        assert result.exit_code == UNUSABLE
        assert "there already" in result.stderr
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "parent", "what"),
    [
        ("County", PARENTS[0], "is not a name"),
        ("../county", PARENTS[0], "is not a name"),
        ("county\n", PARENTS[0], "is not a name"),
        (PARENTS[0], PARENTS[0], "there is a policy"),
        ("county", "nobodys", "there is no policy `nobodys`"),
        ("county", "base", f"`{PARENTS[0]}`"),
        ("county", str(Catalogue().folder(PARENTS[0])), "is not found by name"),
    ],
)
def test_what_cannot_be_started_makes_nothing(
    tmp_path: Path, name: str, parent: str, what: str
) -> None:
    result = run("new", name, "--extends", parent, "--in", str(tmp_path))
    assert result.exit_code == UNUSABLE
    assert what in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_to_do_next(tmp_path: Path) -> None:
    words = ("new", "county", "--extends", PARENTS[0], "--in", str(tmp_path))
    found = json.loads(run(*words, "--format", "json").stdout)
    assert found["folder"] == str(tmp_path / "county")
    assert all((tmp_path / "county" / path).is_file() for path in found["files"])
    for line in found["next"]:
        program, *rest = line.split()
        assert program == "pledgeflow"
        assert run(*rest).exit_code == FINE


def test_a_clause_of_ones_own_has_an_id_that_no_ancestor_has() -> None:
    assert founding._clause("county", frozenset()) == "CO-01"
    assert founding._clause("county", frozenset({"CO-07"})) == "COU-01"
    assert founding._clause("c1", frozenset()) == "OWN-01"


def test_a_year_is_found_in_which_the_parent_is_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(founding, "today", lambda: date(1990, 5, 1))
    sound(made(tmp_path, PARENTS[0]))


def test_the_year_may_be_given(tmp_path: Path) -> None:
    words = ("new", "county", "--extends", PARENTS[0], "--in", str(tmp_path), "--year")
    assert run(*words, "2031").exit_code == FINE
    assert "from: 2031-01-01" in (tmp_path / "county" / "policy.yaml").read_text("utf-8")
    sound(tmp_path / "county")


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "is not in force all through 1990; take "), ("zh", "在1990年并非全年施行")],
)
def test_a_year_without_the_parent_is_refused(tmp_path: Path, lang: str, said: str) -> None:
    words = ("new", "county", "--extends", PARENTS[0], "--in", str(tmp_path), "--year", "1990")
    result = run(*words, "--lang", lang)
    assert result.exit_code == UNUSABLE
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("parent", PARENTS)
def test_the_sample_directory_reads_back_as_it_was_played(tmp_path: Path, parent: str) -> None:
    folder = made(tmp_path, parent)
    first = (folder / "scenarios" / "stories.yaml").read_text("utf-8")
    year = int(re.findall(r"cycle: '(\d+)'", first)[0])
    played = beginning(Catalogue(), parent, year, "en").directory
    read = read_directory(folder / "scenarios" / "directories" / "sample.yaml")
    day = date(year, 6, 1)
    assert read.view(day) == played.view(day)
    assert read.names == played.names


def test_where_nobody_can_begin_by_themselves_there_are_no_steps(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    never = guarded("submit", "is: promisor, kinds: {in_service: false}")
    (tmp_path / "tiny" / "policy.yaml").write_text(tiny(never), "utf-8")
    (tmp_path / "tiny" / "clauses.yaml").write_text(CLAUSES, "utf-8")
    found = beginning(Catalogue((tmp_path,)), "tiny", 2026, "zh")
    assert (found.track, found.state, found.steps) == ("member", "open", ())
    start = Start("county", "tiny", "0" * 64, 2026, "CO-01", "zh", {})
    texts = founding._texts(start, found)
    assert "scenarios/stories.yaml" not in texts
    assert f"promisor: {found.promisor}" in texts["scenarios/first.yaml"]


def test_a_sample_with_a_second_venue_reads_back_too(tmp_path: Path) -> None:
    tree = {
        "organizations": {"office": {"kind": "x"}, "street": {"kind": "y", "parent": "office"}},
        "people": {
            "wang": {
                "member_of": "office",
                "memberships": [{"organization": "street", "venue": "residence"}],
            },
            "li": {"memberships": [{"organization": "street", "venue": "residence"}]},
        },
    }
    directory = DirectoryData.from_tree(tree)
    path = tmp_path / "people.yaml"
    path.write_text(directory_text(directory), "utf-8")
    assert read_directory(path) == directory


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, lang: str) -> None:
    (tmp_path / "file").write_text("")
    words = ("new", "county", "--extends", PARENTS[0], "--in", str(tmp_path / "file"))
    result = run(*words, "--lang", lang)
    assert result.exit_code == UNUSABLE
    assert "`--in`" in result.stderr
    assert ("Not a directory" in result.stderr) is (lang == "en")
