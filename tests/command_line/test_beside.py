"""Policies beside each other, and a policy beside the one that it extends."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text
from typer.testing import CliRunner, Result

from pledgeflow.assurance.beside import Line, beside, kinds
from pledgeflow.assurance.deviations import Deviation, deviations
from pledgeflow.assurance.listing import Rule, listed
from pledgeflow.catalogue import POLICY_FILE, REGISTER_FILE, Catalogue
from pledgeflow.cli import app
from pledgeflow.cli.describing import Describer
from pledgeflow.cli.deviating import Family, as_data, told
from pledgeflow.cli.options import Lang

FINE, UNUSABLE = 0, 2
NAMES = Catalogue().names()
POLICIES = [n for n in NAMES if not Catalogue().load(n).document.abstract]
PAIRS = list(combinations(NAMES, 2))
NEIGHBOURS = list(pairwise(POLICIES))
WIDTH = 110
COUNTY = str(Path(__file__).parents[2] / "examples" / "county")
MIRRORED = {"only_left": "only_right", "only_right": "only_left"}


def run(*words: str) -> Result:
    env = {"LANG": "en_US.UTF-8", "LC_ALL": "", "COLUMNS": str(WIDTH)}
    return CliRunner().invoke(app, list(words), env=env)


@cache
def rules(name: str, track: str | None = None) -> list[Rule]:
    catalogue = Catalogue()
    return listed(catalogue.load(name), catalogue.resolved(name), track)


def shape(lines: list[Line], *, mirrored: bool = False) -> Counter[tuple[object, ...]]:
    """What stands beside what, whichever side comes first."""
    found: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        sides = [rule.name if rule is not None else None for rule in (line.left, line.right)]
        verdict = MIRRORED.get(line.verdict, line.verdict) if mirrored else line.verdict
        found[verdict, *(reversed(sides) if mirrored else sides)] += 1
    return found


# --- beside -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_beside_itself_is_the_same_all_over(name: str) -> None:
    lines = beside(rules(name), rules(name))
    assert {line.verdict for line in lines} == {"same"}
    assert len(lines) == len(rules(name))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_turned_round_it_says_the_same_of_the_other(one: str, other: str) -> None:
    there, back = beside(rules(one), rules(other)), beside(rules(other), rules(one))
    assert shape(there) == shape(back, mirrored=True)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_every_rule_of_both_is_there_once(one: str, other: str) -> None:
    lines = beside(rules(one), rules(other))
    left = [line.left.name for line in lines if line.left is not None]
    right = [line.right.name for line in lines if line.right is not None]
    assert sorted(left) == sorted(rule.name for rule in rules(one))
    assert sorted(right) == sorted(rule.name for rule in rules(other))
    for line in lines:
        if line.left is not None and line.right is not None:
            assert bool(line.differences) is (line.left.content != line.right.content)


def policy(folder: Path, text: str) -> str:
    folder.mkdir()
    (folder / POLICY_FILE).write_text(text, "utf-8")
    return str(folder)


STEP = "{{means: {means}, label: {{zh: {zh}, en: x}}}}"


def commands(**said: tuple[str, str]) -> str:
    lines = (f"  {k}: {STEP.format(means=m, zh=zh)}" for k, (m, zh) in said.items())
    return "policy: p\nabstract: true\nextends: base\ncommands:\n" + "\n".join(lines) + "\n"


def test_where_ids_differ_means_and_labels_tell(tmp_path: Path) -> None:
    one = policy(
        tmp_path / "one",
        commands(
            tally=("ballot", "计票"), vote=("vote", "投票"), a=("help", "甲"), b=("help", "乙")
        ),
    )
    two = policy(
        tmp_path / "two",
        commands(
            count=("ballot", "唱票"), choose=("notice", "投票"), c=("help", "乙"), d=("help", "丁")
        ),
    )
    lines = beside(rules(one), rules(two))
    pairs = {
        line.left.path[-1]: line.right.path[-1]
        for line in lines
        if line.left is not None and line.right is not None
    }
    assert pairs["tally"] == "count"  # by what it means
    assert pairs["vote"] == "choose"  # by label
    assert pairs["b"] == "c"  # by both
    assert pairs["a"] == "d"  # by what it means, once nothing else does


def test_clauses_stand_by_kind() -> None:
    one, two = (Catalogue().register(name) for name in POLICIES[:2])
    found = kinds(one, two)
    assert sum(len(kind.left) for kind in found) == len(one)
    assert sum(len(kind.right) for kind in found) == len(two)
    assert all(
        c.kind == kind.kind for kind in found for c in [*kind.left.values(), *kind.right.values()]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_side_by_side_fits_the_screen_and_names_every_clause(
    one: str, other: str, lang: str
) -> None:
    result = run("show", one, "--beside", other, "--lang", lang)
    assert result.exit_code == FINE
    assert all(cell_len(line) <= WIDTH for line in result.stdout.splitlines())
    for name in (one, other):
        assert all(clause in result.stdout for clause in Catalogue().register(name))


def test_what_differs_stands_in_what_it_belongs_to(tmp_path: Path) -> None:
    more = "commands: {consult: {fields: {length: {type: text, label: {zh: 时长, en: length}}}}}\n"
    lines = run("show", PARENT, "--beside", child(tmp_path / "county", more)).stdout.splitlines()
    part = lines[lines.index("commands") :]
    assert [line.split() for line in part[2:4]] == [
        ["consult", "same", "same"],
        ["length", "—", "length", "·", "type:", "text"],
    ]
    same = next(line for line in part if line.startswith("same: "))
    assert "consult.channel" in same
    assert " consult," not in same


def test_side_by_side_as_json_is_complete() -> None:
    one, other = POLICIES[:2]
    found = json.loads(run("show", one, "--beside", other, "--format", "json").stdout)
    assert sum(found["summary"].values()) == len(found["rules"])
    assert (found["left"]["policy"], found["right"]["policy"]) == (one, other)
    assert {rule["verdict"] for rule in found["rules"]} == found["summary"].keys()
    cited = [rule["left"] for rule in found["rules"] if rule["left"] and rule["left"]["clauses"]]
    assert cited
    assert all(rule["gists"].keys() == set(rule["clauses"]) for rule in cited)


def test_the_rules_of_one_track_beside_those_of_another() -> None:
    one, other = POLICIES[:2]
    left, right = (next(iter(Catalogue().load(name).tracks)) for name in (one, other))
    words = ("show", one, "--beside", other, "--format", "json", "--track")
    found = json.loads(run(*words, f"{left},{right}").stdout)
    assert not any(rule["part"].startswith("tracks.") for rule in found["rules"])
    assert run(*words, f"{left},nobody").exit_code == UNUSABLE
    assert run(*words, "nobody").exit_code == UNUSABLE


def test_one_view_at_a_time() -> None:
    result = run("show", POLICIES[0], "--assumed", "--deviations")
    assert result.exit_code == UNUSABLE
    assert "`--beside`" in result.stderr


# --- deviations -------------------------------------------------------------------------------

PARENT = "huimin"
REGISTER = """\
document: {zh: 某县办法, en: a county's rules}
clauses:
  CO-1: {force: must, kind: timing, gist: {zh: 两次, en: twice}}
"""


def child(folder: Path, text: str) -> str:
    name = policy(folder, f"policy: county\nextends: {PARENT}\n{text}")
    (folder / REGISTER_FILE).write_text(REGISTER, "utf-8")
    return name


def found(name: str) -> dict[str, Deviation]:
    register = Catalogue().register(PARENT)
    return {each.rule.name: each for each in deviations(rules(PARENT), rules(name), register)}


SOUGHT = "lifecycles.pledge.transitions.submit.guards.opinions_sought"
AT_LEAST = (
    "lifecycles: {pledge: {transitions: {submit: {guards: {opinions_sought: {at_least: 2%s}}}}}}\n"
)


def test_a_policy_that_says_nothing_deviates_in_nothing(tmp_path: Path) -> None:
    assert found(child(tmp_path / "county", "")) == {}
    assert found(PARENT) == {}


def test_a_figure_that_is_changed_on_the_countys_own_ground(tmp_path: Path) -> None:
    each = found(child(tmp_path / "county", AT_LEAST % ", cite: CO-1"))[SOUGHT]
    assert (each.change, each.force, each.clauses) == ("changed", "must", ("HM-04",))
    assert each.keeps == ()
    assert [(d.key, d.left, d.right) for d in each.differences] == [("at_least", None, 2)]
    assert each.child is not None
    assert each.child.clauses == ("CO-1",)


@pytest.mark.parametrize(
    ("cite", "keeps"), [("HM-04", ("HM-04",)), ("[HM-04, HM-05]", ()), ("HM-05", ())]
)
def test_citing_the_same_clause_again_gives_a_change_no_ground_of_its_own(
    tmp_path: Path, cite: str, keeps: tuple[str, ...]
) -> None:
    changed = found(child(tmp_path / "county", AT_LEAST % f", cite: {cite}"))[SOUGHT]
    assert changed.keeps == keeps


def test_a_figure_that_is_changed_in_silence_keeps_a_clause_that_says_otherwise(
    tmp_path: Path,
) -> None:
    name = child(tmp_path / "county", AT_LEAST % "")
    assert found(name)[SOUGHT].keeps == ("HM-04",)
    result = run("show", name, "--deviations")
    assert result.exit_code == FINE
    said = " ".join(result.stdout.split())
    assert "keeps citing HM-04 though it changes what HM-04 orders" in said
    assert "仍引用 HM-04" in run("show", name, "--deviations", "--lang", "zh").stdout
    data = json.loads(run("show", name, "--deviations", "--format", "json").stdout)
    each = next(each for each in data["deviations"] if each["rule"] == SOUGHT)
    assert each["keeps_citing"] == ["HM-04"]
    assert each["parent"]["source"]["path"].endswith(f"{PARENT}/{POLICY_FILE}")
    assert each["child"]["source"]["path"].startswith(name)
    line = Path(each["child"]["source"]["path"]).read_text().splitlines()
    assert "opinions_sought" in line[each["child"]["source"]["line"] - 1]


def test_a_reading_in_place_of_a_clause_is_a_ground(tmp_path: Path) -> None:
    assert found(child(tmp_path / "county", AT_LEAST % ", assumed: why"))[SOUGHT].keeps == ()


def test_what_is_added_and_what_is_taken_out(tmp_path: Path) -> None:
    text = (
        "commands:\n  greet: {means: record, label: {zh: 慰问, en: greet}}\n"
        "lifecycles:\n  pledge:\n    transitions:\n"
        "      greet: {source: signed, stays: true, by: promisor, cite: CO-1}\n"
        "      submit: {guards: {checkable: {absent: true, cite: CO-1}}}\n"
    )
    all_of = found(child(tmp_path / "county", text))
    added = all_of["lifecycles.pledge.transitions.greet"]
    assert (added.change, added.force, added.parent) == ("added", "", None)
    gone = all_of["lifecycles.pledge.transitions.submit.guards.checkable"]
    assert (gone.change, gone.force, gone.clauses) == ("removed", "must", ("HM-02",))
    assert gone.keeps == ()


def test_what_goes_with_a_rule_that_is_taken_out_is_not_listed_again() -> None:
    gone = "lifecycles.commitment.transitions.carry_over"
    assert any(rule.name.startswith(f"{gone}.guards.") for rule in rules(PARENT))
    assert [name for name in found(COUNTY) if name.startswith(gone)] == [gone]


def test_a_rule_that_becomes_a_mere_word_is_gone_and_shows_where_it_stood(tmp_path: Path) -> None:
    text = "commands: {consult: {fields: {heard: text}, assumed: shorter}}\n"
    all_of = found(child(tmp_path / "county", text))
    assert all_of["commands.consult.fields.heard"].change == "removed"
    assert all_of["commands.consult.fields.heard"].child is None
    assert "fields" in [d.key for d in all_of["commands.consult"].differences]


def test_a_principle_is_free_to_change(tmp_path: Path) -> None:
    name = child(tmp_path / "county", AT_LEAST % ", cite: CO-1")
    register = dict(Catalogue().register(PARENT))
    register["HM-04"] = register["HM-04"].model_copy(update={"force": "principle"})
    each = deviations(rules(PARENT), rules(name), register)
    assert [(one.rule.name, one.force, one.free) for one in each] == [(SOUGHT, "principle", True)]
    words = Describer({}, Lang.EN)
    family = Family("county", PARENT, register, words, words, Lang.EN)
    data = as_data(each, family)
    assert [one["rule"] for one in data["free"]] == [SOUGHT]
    assert data["deviations"] == []
    shown = [part.plain for part in told(each, family) if isinstance(part, Text)]
    assert "changes a default that is free to change (1)" in shown


def test_without_a_parent_in_force_it_says_so() -> None:
    for name in NAMES:
        result = run("show", name, "--deviations")
        extends = Catalogue().load(name).document.extends
        assert result.exit_code == FINE
        if extends is None or str(extends) == "base":
            assert "extends" in result.stdout
            data = json.loads(run("show", name, "--deviations", "--format", "json").stdout)
            assert data == {"policy": name, "parent": None, "deviations": [], "free": []}


def test_the_example_county_gives_a_ground_for_everything() -> None:
    data = json.loads(run("show", COUNTY, "--deviations", "--format", "json").stdout)
    assert data["deviations"]
    assert not any(each["keeps_citing"] for each in data["deviations"])
    assert {each["force"] for each in data["deviations"]} >= {"must", "may"}


def test_how_binding_a_clause_is_can_be_read_in_both_languages(tmp_path: Path) -> None:
    name = child(tmp_path / "county", AT_LEAST % "")
    for words in (("--deviations",), ("--beside", PARENT)):
        assert "HM-04 (强制)" in run("show", name, *words, "--lang", "zh").stdout
        assert "HM-04 (must)" in run("show", name, *words).stdout
