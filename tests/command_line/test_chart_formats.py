"""Lifecycles as DOT, SCXML and XState: complete, well-formed, and with whatever words there are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app
from pledgeflow.exports.charts import Chart, charts
from pledgeflow.exports.dot import dot, quoted
from pledgeflow.exports.scxml import NAMESPACE, OURS, scxml
from pledgeflow.exports.xstate import xstate
from pledgeflow.policy.compiled.rules import Policy
from tests.tiny import loaded, tiny

FINE, UNUSABLE = 0, 2
NAMES = [n for n in Catalogue().names() if not Catalogue().load(n).document.abstract]
WORD = r'"(?:[^"\\\n]|\\["\\])*"'
DOT_LINE = re.compile(
    rf"  (?:rankdir=TB;|fontname={WORD};|(?:node|edge) \[[^\]]+\];|label={WORD};"
    rf'|"\[\*\]" \[shape=point, width=0\.15, label=""\];'
    rf'|"\[\*\]" -> (?P<first>{WORD});'
    rf"|(?P<state>{WORD}) \[label={WORD}(?P<ends>, peripheries=2)?\];"
    rf"|(?P<source>{WORD}) -> (?P<dest>{WORD}) \[label={WORD}, style=(?:solid|dashed|dotted)\];)"
)
SCXML_PARTS = {
    "scxml": {"datamodel", "state", "final"},
    "datamodel": {"data"},
    "state": {"transition"},
    "final": set[str](),
    "transition": {"assign"},
    "data": set[str](),
    "assign": set[str](),
}
"""What may stand in what, of the elements of SCXML that are used."""
SCXML_SAYS = {
    "scxml": {"initial", "name", "version", "datamodel"},
    "data": {"id", "expr"},
    "state": {"id"},
    "final": {"id"},
    "transition": {"event", "cond", "target"},
    "assign": {"location", "expr"},
    "datamodel": set[str](),
}


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


def of(policy: Policy) -> list[Chart]:
    return [
        chart
        for lang in ("zh", "en")
        for each in charts(policy, "zh" if lang == "zh" else "en").values()
        for chart in each.values()
    ]


def ways(chart: Chart) -> list[tuple[str, str]]:
    return [(s, edge.dest or s) for edge in chart.edges for s in edge.sources]


def good_dot(chart: Chart) -> None:
    head, *lines, last, end = dot(chart).split("\n")
    assert (head, last, end) == (f"digraph {quoted(chart.name)} {{", "}", "")
    found = [DOT_LINE.fullmatch(line) for line in lines]
    assert all(found), [line for line, m in zip(lines, found, strict=True) if m is None]
    parts = [m.groupdict() for m in found if m is not None]
    assert [p["state"][1:-1] for p in parts if p["state"]] == list(chart.states)
    assert {p["state"][1:-1] for p in parts if p["ends"]} == set(chart.final)
    assert [p["first"][1:-1] for p in parts if p["first"]] == [chart.initial]
    assert [(p["source"][1:-1], p["dest"][1:-1]) for p in parts if p["source"]] == ways(chart)


def good_scxml(chart: Chart) -> None:
    root = ElementTree.fromstring(scxml(chart))
    ids = [e.attrib["id"] for e in root if e.tag != f"{{{NAMESPACE}}}datamodel"]
    assert ids == list(chart.states)
    assert root.attrib["initial"] == chart.initial
    for element in root.iter():
        tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert {e.tag.removeprefix(f"{{{NAMESPACE}}}") for e in element} <= SCXML_PARTS[tag]
        own = {key for key in element.attrib if not key.startswith(f"{{{OURS}}}")}
        assert own <= SCXML_SAYS[tag]
        if tag == "transition":
            assert element.attrib.get("target", chart.initial) in chart.states
            assert re.fullmatch(r"(act|complete|time)\.[a-z][a-z0-9_]*", element.attrib["event"])
            assert re.fullmatch(r"_event\.data\.may_[a-z][a-z0-9_]*", element.attrib["cond"])
    found = [
        (state.attrib["id"], way.attrib.get("target", state.attrib["id"]))
        for state in root
        for way in state
        if way.tag.endswith("transition")
    ]
    assert sorted(found) == sorted(ways(chart))
    for state in root:
        if state.tag.endswith("final"):
            assert state.attrib["id"] in chart.final
            assert not chart.leaving(state.attrib["id"])


def good_xstate(chart: Chart) -> None:
    config: dict[str, Any] = json.loads(json.dumps(xstate(chart)))
    assert config.keys() == {"id", "description", "initial", "states"}
    assert list(config["states"]) == list(chart.states)
    assert config["initial"] in config["states"]
    found = []
    for name, state in config["states"].items():
        assert state.keys() <= {"description", "tags", "type", "on"}
        assert (state.get("type") == "final") <= ("on" not in state)
        for event, alternatives in state.get("on", {}).items():
            for way in alternatives:
                assert way.keys() <= {"target", "guard", "actions", "description", "meta"}
                assert event.partition(".")[0] in ("act", "complete", "time")
                assert way["actions"][0]["params"] == {"rule": way["meta"]["rule"]}
                found.append((name, way.get("target", name)))
    assert sorted(found) == sorted(ways(chart))


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_in_every_format(name: str) -> None:
    for chart in of(Catalogue().load(name)):
        good_dot(chart)
        good_scxml(chart)
        good_xstate(chart)


@pytest.mark.parametrize("words", ['"x" <b> & \\" --> ]]>', "a\\\\", "tab\there", "🏛 </scxml>"])
def test_whatever_things_are_called(words: str) -> None:
    label = f"open: {{zh: 开, en: {json.dumps(words, ensure_ascii=False)}}}"
    for chart in of(loaded(tiny(("open: {zh: 开, en: open}", label)))):
        good_dot(chart)
        good_scxml(chart)
        good_xstate(chart)


@given(st.text(max_size=80))
def test_any_words_are_one_word_of_dot(words: str) -> None:
    assert re.fullmatch(WORD, quoted(words))


def test_a_step_that_moves_nothing_has_no_target() -> None:
    chart = charts(loaded(tiny()), "en")["member"]["pledge"]
    root = ElementTree.fromstring(scxml(chart))
    found = {
        (way.attrib["event"], way.attrib.get("target"))
        for way in root.iter(f"{{{NAMESPACE}}}transition")
    }
    assert found == {("act.propose", None), ("act.note", None), ("act.submit", "closed")}
    # `closed` is final, and yet something may be noted there
    assert [e.attrib["id"] for e in root.iter(f"{{{NAMESPACE}}}final")] == []


def test_one_document_at_a_time() -> None:
    result = run("diagram", "huimin", "--as", "scxml")
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert "choose one with `--track` and `--lifecycle`" in result.stderr
    one = ("--track", "branch_year", "--lifecycle", "urging")
    chart = charts(Catalogue().load("huimin"), "en")["branch_year"]["urging"]
    assert run("diagram", "huimin", "--as", "scxml", *one).stdout == scxml(chart)
    assert json.loads(run("diagram", "huimin", "--as", "xstate", *one).stdout) == xstate(chart)


def test_graphs_stand_in_a_row() -> None:
    policy = Catalogue().load("huimin")
    text = "".join(dot(c) for each in charts(policy, "en").values() for c in each.values())
    assert run("diagram", "huimin", "--as", "dot").stdout == text


def test_a_file_for_each_lifecycle(tmp_path: Path) -> None:
    policy = Catalogue().load("huimin")
    result = run("diagram", "huimin", "--as", "scxml", "--to", str(tmp_path / "charts"))
    names = {chart.name for each in charts(policy, "en").values() for chart in each.values()}
    assert {path.name for path in (tmp_path / "charts").iterdir()} == {f"{n}.scxml" for n in names}
    assert (result.exit_code, result.stdout) == (FINE, "")
    assert f"wrote {len(names)} files" in result.stderr


def test_all_of_them_as_json() -> None:
    found = json.loads(run("diagram", "huimin", "--as", "xstate", "--format", "json").stdout)
    drawn = charts(Catalogue().load("huimin"), "en")
    assert found == {t: {n: xstate(c) for n, c in each.items()} for t, each in drawn.items()}


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "has no lifecycle `x`"), ("zh", "在此没有流程 `x`")]
)
def test_a_lifecycle_that_is_not_there(lang: str, said: str) -> None:
    result = run("diagram", "huimin", "--lifecycle", "x", "--lang", lang)
    assert (result.exit_code, result.stdout) == (UNUSABLE, "")
    assert said in result.stderr
