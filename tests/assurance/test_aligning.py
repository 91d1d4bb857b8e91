"""What of one policy is what of the other, and the file that says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.diffing import (
    AlignFile,
    aligned,
    compare,
    counterparts,
    read_alignment,
)
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import Lang
from pledgeflow.cli.translating import said
from pledgeflow.errors import DirectoryError, PolicyError
from pledgeflow.policy.compiled.rules import Policy
from tests.assurance.policies import PLANTED

SOUND = PLANTED.load("sound")


def read(tmp_path: Path, text: str, other: Policy = SOUND) -> AlignFile:
    path = tmp_path / "align.yaml"
    path.write_text(text, encoding="utf-8")
    return read_alignment(path, (SOUND, other))


def mistakes(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(PolicyError) as refused:
        read(tmp_path, text)
    return [(problem.line, problem.message) for problem in refused.value.problems]


def test_every_mistake_in_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = """\
left: sound
right: gannan
commands:
  propose: revise
  revise: revise
  agre: sign
  close: cloze
roles: {reviewer: superior}
tiers:
  god: good
fields:
  settle: {tier: tear}
  settel: {}
values:
  settle:
    teer: {a: b}
    tier: {a: b}
"""
    told = mistakes(tmp_path, text)
    assert [line for line, _ in told] == [2, 4, 5, 6, 7, 10, 12, 13, 16, 17, 17]
    messages = "\n".join(message for _, message in told)
    assert "this file is for `gannan`, and the policy is `sound`" in messages
    assert "commands.agre: there is no command `agre`; perhaps `agree`" in messages
    assert "commands.close: there is no command `cloze`; perhaps `close`" in messages
    assert "`revise` is named twice; name it once" in messages
    assert "fields.settle.tier: there is no field `tear`; perhaps `tier`" in messages
    assert "values.settle.teer: there is no field `teer`; perhaps `tier`" in messages


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("steps: {a: b}", 1, "there is no key `steps`"),
        ("left: sound\ncommands: [a]", 2, "write a mapping here"),
        ("commands:\n  propose: 3", 2, "write text here"),
        ("commands:\n  propose: Revise", 2, "is not an id"),
        ("- a", 1, "`key: value`"),
    ],
)
def test_the_schema_is_closed(tmp_path: Path, text: str, line: int, words: str) -> None:
    told = mistakes(tmp_path, text)
    assert told[0][0] == line
    assert words in told[0][1]


def test_a_file_says_what_is_what_and_what_is_nothing(tmp_path: Path) -> None:
    written = read(
        tmp_path, "commands: {agree: sign, sign: ~}\ntiers: {good: poor}\nroles: {reviewer: ~}"
    )
    rules = SOUND.tracks["member"]
    found = aligned(rules, rules, written)
    assert found.commands["agree"] == "sign"
    assert "sign" not in found.commands
    assert (found.left, found.right) == (("sign",), ("agree",))
    assert found.tiers == {"good": "poor", "poor": "good"}
    assert "reviewer" not in found.roles
    assert found.turned().turned() == found


def test_what_a_file_says_is_heeded(tmp_path: Path) -> None:
    """Tiers that are turned round: who is eligible by the one is not by the other."""
    written = read(tmp_path, "tiers: {good: poor}")
    found = compare((SOUND, SOUND), ("member", "member"), said=written)
    assert {(each.accepting, each.left) for each in found.differences} == {
        ("left", "honour"),
        ("right", "honour"),
    }


def test_a_track_may_have_no_counterpart(tmp_path: Path) -> None:
    written = read(tmp_path, "tracks: {member: ~}")
    assert list(counterparts(SOUND, SOUND, written)) == []
    assert list(counterparts(SOUND, SOUND)) == [("member", "member")]


def test_tracks_are_told_by_who_pledges() -> None:
    catalogue = Catalogue()
    gannan, huimin = catalogue.load("gannan"), catalogue.load("huimin")
    assert dict(counterparts(gannan, huimin)) == {
        "member": "member_in_service",
        "branch_year": "branch_year",
        "committee_year": "agency_committee_year",
        "group_year": "leading_group_year",
        "branch_selection": "award_selection",
    }
    with pytest.raises(DirectoryError) as refused:
        compare((gannan, huimin), ("organization", "member_in_service"))
    assert said(refused.value, Lang.ZH) == "一类由个人承诺，另一类由组织承诺，无从比较"
    with pytest.raises(DirectoryError) as refused:
        compare((gannan, gannan), ("retired", "elderly_infirm"))
    assert said(refused.value, Lang.ZH) == "没有人既属于 `elderly_infirm` 又属于另一类别"
