"""Lifecycles as Mermaid diagrams: whatever a policy calls its states and steps, they can be read."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app
from pledgeflow.exports.diagrams import LONGEST, alike, diagrams, escaped
from pledgeflow.policy.compiled.rules import Policy
from tests.tiny import loaded, tiny

FINE, UNUSABLE = 0, 2
NAMES = [n for n in Catalogue().names() if not Catalogue().load(n).document.abstract]

# A small part of Mermaid's grammar, strict about what a label may hold: no sign that starts
# anything else, and `#` only as an entity.
WORDS = r"(?:[^\n#:;\"'`<>{}\[\]|\\~^&%=*$]|#\d+;)+"
ID = r"s_[a-z][a-z0-9_]*"
LINE = re.compile(
    rf"    (?:(?P<state>{ID}) : {WORDS}"
    rf"|\[\*\] --> (?P<first>{ID})"
    rf"|(?P<last>{ID}) --> \[\*\]"
    rf"|(?P<source>{ID}) --> (?P<dest>{ID}) : (?P<label>{WORDS}))"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"LANG": "en_US.UTF-8", "LC_ALL": ""})


def parsed(text: str) -> list[dict[str, str]]:
    """The lines of a diagram by the grammar above."""
    head, *lines = text.rstrip("\n").split("\n")
    assert head == "stateDiagram-v2"
    found = [LINE.fullmatch(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    return [{k: v for k, v in m.groupdict().items() if v} for m in found if m is not None]


def readable(policy: Policy) -> None:
    for lang in ("zh", "en"):
        drawn = diagrams(policy, "zh" if lang == "zh" else "en")
        assert drawn.keys() == policy.tracks.keys()
        for track, lifecycles in drawn.items():
            for name, text in lifecycles.items():
                lifecycle = policy.tracks[track].lifecycles[name]
                lines = parsed(text)
                states = {line["state"] for line in lines if "state" in line}
                assert states == {f"s_{state}" for state in lifecycle.states}
                assert [line["first"] for line in lines if "first" in line] == [
                    f"s_{lifecycle.initial}"
                ]
                ends = [line["last"] for line in lines if "last" in line]
                assert ends == [f"s_{state}" for state in lifecycle.final]
                edges = [(line["source"], line["dest"]) for line in lines if "source" in line]
                assert edges == [
                    (f"s_{source}", f"s_{move.dest or source}")
                    for move in lifecycle.transitions.values()
                    for source in move.source
                ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ordinal", [1, 2])
def test_every_policy_can_be_drawn(name: str, ordinal: int) -> None:
    readable(Catalogue().load(name, ordinal=ordinal))


def label_of(policy: Policy, source: str, dest: str, lifecycle: str = "pledge") -> str:
    text = diagrams(policy, "en")["member"][lifecycle]
    edges = (line for line in parsed(text) if "source" in line)
    return next(e["label"] for e in edges if (e["source"], e["dest"]) == (source, dest))


SUBMIT = "        by: promisor\n        guards: {}\n        cite: T-2"


def test_a_step_says_who_takes_it() -> None:
    assert label_of(loaded(tiny()), "s_open", "s_closed") == "submit (promisor)"
    joint = SUBMIT.replace("by: promisor", "by: {all_of: [promisor, secretary]}")
    policy = loaded(tiny((SUBMIT, joint)))
    assert label_of(policy, "s_open", "s_closed") == "submit (promisor and secretary)"
    assert label_of(policy, "s_open", "s_open") == "propose (promisor)"


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("{period: P1Y2M3D}", "⏰ after 1 y 2 m 3 d"),
        ("{field: due}", "⏰ past due"),
        ("{stage: promise}", "⏰ end of promising#58; first"),
    ],
)
def test_what_time_does_is_marked(after: str, said: str) -> None:
    lapse = "      lapse: {source: todo, dest: done, after: %s, cite: T-1}\n      do:\n"
    policy = loaded(
        tiny(
            ("      do:\n        source: todo\n", lapse % after + "        source: todo\n"),
            (
                "  assumed: a year\n",
                '  assumed: a year\n  stages: {promise: {label: {zh: 诺, en: "promising: first"}, '
                'until: "03-31", cite: T-1}}\n',
            ),
        )
    )
    assert label_of(policy, "s_todo", "s_done", "commitment") == said


@pytest.mark.parametrize(
    ("label", "said"),
    [("", "⚙ once it is complete"), (", label: {zh: 齐, en: all in}", "⚙ all in")],
)
def test_what_completes_itself_is_marked(label: str, said: str) -> None:
    when = f"when: {{g: {{is: items, of: commitment, all: [done]{label}, cite: T-1}}}}"
    policy = loaded(
        tiny((SUBMIT, SUBMIT.replace("by: promisor", when).replace("        guards: {}\n", "")))
    )
    assert label_of(policy, "s_open", "s_closed") == said


def test_signs_of_mermaids_own_are_no_signs_in_a_label() -> None:
    policy = loaded(
        tiny(
            ("open: {zh: 开, en: open}", 'open: {zh: 开, en: "end: [*] --> \\"x\\"; %% {note} #"}'),
            ("label: {zh: 交, en: submit}", "label: {zh: 交, en: 'a`b<br>c'}"),
        )
    )
    readable(policy)


@given(st.text(max_size=300))
def test_any_words_can_stand_in_a_label(words: str) -> None:
    assert re.fullmatch(WORDS, escaped(words))


def test_long_words_are_cut_short() -> None:
    assert escaped("x" * 500) == "x" * (LONGEST - 1) + "…"
    assert escaped(" \n ") == "…"


@pytest.mark.parametrize("name", NAMES)
def test_what_tracks_share_is_drawn_once(name: str) -> None:
    text = run("diagram", name, "--lang", "zh").stdout
    pages = [page for page in text.split("## ") if page]
    blocks = re.findall(r"```mermaid\n(.+?)```\n", text, re.DOTALL)
    assert len(blocks) == len(pages)
    drawn = diagrams(Catalogue().load(name), "zh")
    different = {(n, t) for lifecycles in drawn.values() for n, t in lifecycles.items()}
    assert len(blocks) == len(different) == len(alike(drawn))
    for block in blocks:
        parsed(block.rstrip("\n"))


@pytest.mark.parametrize("name", NAMES)
def test_as_json_by_track_and_lifecycle(name: str) -> None:
    policy = Catalogue().load(name)
    found = json.loads(run("diagram", name, "--lang", "en", "--format", "json").stdout)
    assert found == diagrams(policy, "en")
    track = next(iter(policy.tracks))
    one = run("diagram", name, "--lang", "en", "--format", "json", "--track", track)
    assert json.loads(one.stdout) == {track: found[track]}


def test_a_track_that_is_not_there() -> None:
    result = run("diagram", NAMES[0], "--track", "nobody")
    assert result.exit_code == UNUSABLE
    assert "has no track `nobody`" in result.stderr


def test_an_abstract_policy_has_nothing_to_draw() -> None:
    result = run("diagram", "base")
    assert (result.exit_code, result.stdout) == (FINE, "")
    assert "no track" in result.stderr
