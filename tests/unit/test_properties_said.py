"""Properties that a policy declares: what may be written, and what is wrong with what may not."""

from __future__ import annotations

import pytest

from pledgeflow.assurance.removal import citing
from pledgeflow.assurance.renaming import Collector, Renamer
from pledgeflow.assurance.walking import walk
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.properties import Happening, Precedence
from pledgeflow.policy.language.schema import Document
from tests.tiny import PATH, loaded, problem_at, problems, tiny

CLAIMED = """\
properties:
  shown_late:
    label: {zh: 先交, en: first}
    is: precedence
    first: {command: note}
    then: {means: submission}
    within: P3M
    cite: T-2
outcomes: {}
"""


def claimed(*changes: tuple[str, str]) -> str:
    """A tiny policy with a property."""
    return tiny(("outcomes: {}\n", CLAIMED), *changes)


def test_a_property_is_a_rule_of_its_track() -> None:
    claim = loaded(claimed()).tracks["member"].source.properties["shown_late"]
    assert isinstance(claim, Precedence)
    assert claim.first == Happening(command="note")
    assert claim.within == "P3M"


@pytest.mark.parametrize(
    ("written", "marker", "message"),
    [
        (
            "{command: notes}",
            "command: notes",
            "properties.shown_late.first.command: there is no command that somebody can give "
            "`notes`; perhaps `note`",
        ),
        (
            "{means: publication}",
            "means: publication",
            "properties.shown_late.first.means: there is no command that somebody can give and "
            "that means `publication`; perhaps `submission`",
        ),
        (
            "{state: opened}",
            "state: opened",
            "properties.shown_late.first.state: there is no state `opened`; perhaps `open` or "
            "`done` or `closed`",
        ),
        ("{tier: good}", "tier: good", "properties.shown_late.first.tier: there is no tier `good`"),
        (
            "{outcome: barred}",
            "outcome: barred",
            "properties.shown_late.first.outcome: there is no outcome `barred`",
        ),
    ],
)
def test_what_it_speaks_of_can_happen(written: str, marker: str, message: str) -> None:
    text = claimed(("first: {command: note}", f"first: {written}"))
    assert problems(text) == [problem_at(text, marker, message)]


@pytest.mark.parametrize("written", ["{}", "{command: note, state: open}"])
def test_it_says_one_thing(written: str) -> None:
    text = claimed(("first: {command: note}", f"first: {written}"))
    (problem,) = problems(text)
    assert problem.endswith(
        "properties.shown_late.first: say what happens by one of `command:`, `means:`, `state:`, "
        "`tier:` and `outcome:`"
    )


def test_it_rests_on_something() -> None:
    text = claimed(("    within: P3M\n    cite: T-2\n", "    within: P3M\n"))
    (problem,) = problems(text)
    assert "say what this rests on" in problem


def test_it_is_no_rule_that_a_scenario_could_protect() -> None:
    resolved = resolve([read(claimed(), PATH)], on=None, ordinal=1)
    assert all("properties" not in path for path, _ in citing(resolved))
    assert any(path[0] == "lifecycles" for path, _ in citing(resolved))


def test_its_names_are_renamed_with_the_others() -> None:
    tree = read(claimed(), PATH).tree
    collector = Collector()
    walk(Document, tree, collector)
    names = {key: f"{key[1]}_x" for key in collector.names}
    renamer = Renamer(names, frozenset(), frozenset(), {})
    said = walk(Document, tree, renamer)["properties"]["shown_late"]
    assert said["first"] == {"command": "note_x"}
    assert said["then"] == {"means": "submission"}
