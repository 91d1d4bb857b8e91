"""What is owed can be met or not: asked of all that makes a difference, as of everything at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.verifying import verifying
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.parting import parts
from pledgeflow.assurance.verifying.reports import Report
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.catalogue import Catalogue
from tests.assurance.odd import FROM_MID, HERE, SOON, commands, duty, states, steps
from tests.assurance.policies import kept
from tests.assurance.test_parts import told
from tests.tiny import tiny

STATES = ("open", "begun", "told", "closed")
STAGES = """\
  stages:
    early: {from: "01-01", until: "06-30", label: {zh: 前, en: early}, DAYS cite: T-1}
    late: {from: "07-01", until: "12-31", label: {zh: 后, en: late}, DAYS cite: T-1}
""".replace("DAYS", "early: refused, late: refused,")
COMMANDS = """\
  go: {means: opening, label: {zh: 开, en: begin}}
  tell: {means: publication, label: {zh: 公, en: tell}}
  back: {means: return, label: {zh: 回, en: go back}}
  ask: {means: question, label: {zh: 问, en: ask}}
  meet: {means: answer, label: {zh: 答, en: meet}}
  submit:
"""
GUARDS = (
    "",
    "",
    "guards: {g: {is: preceded_by, command: note, cite: T-1}}, ",
    "guards: {g: {is: not_preceded_by, command: note, cite: T-1}}, ",
    "guards: {g: {is: preceded_by, command: ask, cite: T-1}}, ",
    "guards: {g: {is: not_preceded_by, command: ask, cite: T-1}}, ",
    "guards: {g: {is: preceded_by, command: note, since: begun, cite: T-1}}, ",
    "guards: {g: {is: items, of: commitment, at_least: 1, cite: T-1}}, ",
    "guards: {g: {is: items, of: commitment, all: [done], cite: T-1}}, ",
)


def some(rnd: Random) -> str:
    """Some states of the pledge."""
    return f"[{', '.join(rnd.sample(STATES, rnd.randint(1, 3)))}]"


def step(rnd: Random, name: str, *, source: str = "", dest: str = "") -> str:
    """A step of the pledge, possible here or there, at some time or always, for some reason or none."""
    stage = rnd.choice(("", "", "", "stage: early, ", "stage: late, "))
    where = f"source: {source or some(rnd)}, {f'dest: {dest}' if dest else 'stays: true'}"
    who = "secretary" if name == "back" else "promisor"
    return f"      {name}: {{{where}, by: {who}, {stage}{rnd.choice(GUARDS)}cite: T-1}}\n"


def owing(rnd: Random) -> str:
    """A policy under which something is owed."""
    places = "".join(f"      {s}: {{zh: 某, en: {s}}}\n" for s in ("begun", "told"))
    steps = step(rnd, "go", source="open", dest="begun") + step(rnd, "ask") + step(rnd, "meet")
    steps += step(rnd, "tell", source=rnd.choice(("begun", "[open, begun]")), dest="told")
    if rnd.random() < 0.5:
        ways = (("told", "begun"), ("begun", "open"), ("told", "open"))
        source, dest = rnd.choice(ways)
        steps += step(rnd, "back", source=source, dest=dest)
    rhythm = rnd.choice(
        (
            "after: {command: ask, within: P7D}",
            "after: {command: ask, within: P7D}",
            f"after: {{state: {rnd.choice(STATES[1:])}, within: P7D}}",
            f'due: "{rnd.choice(("03-31", "08-31", "12-31"))}"',
            "every: P3M",
            "each: commitment, after: {field: due, within: P7D}",
            "each: commitment, in: [todo], after: {field: due, within: P7D}",
            "each: commitment, in: [done], after: {state: done, within: P7D}",
        )
    )
    under = f"while: {some(rnd)}, " if rnd.random() < 0.4 else ""
    # Whether another item may be done instead depends on how many there may be: it is met by `meet`.
    met = "do" if "due" in rhythm and "each" in rhythm and rnd.random() < 0.5 else "meet"
    duty = (
        f"duties:\n  owed: {{label: {{zh: 欠, en: owed}}, owner: promisor, met_by: {met}, "
        f"{rhythm}, {under}cite: T-1}}\n"
    )
    doing = rnd.choice(("", f"while: {{pledge: {some(rnd)}}}\n        "))
    sources = rnd.choice(("told", "told", "[open, told]", "[begun, told]"))
    return tiny(
        ("tracks:\n", STAGES + "tracks:\n"),
        ("  submit:\n", COMMANDS),
        ("      closed: {zh", places + "      closed: {zh"),
        ("      submit:\n        source: open", f"{steps}      submit:\n        source: {sources}"),
        (
            "      do:\n        source: todo\n        dest: done\n        ",
            f"      do:\n        source: todo\n        dest: done\n        {doing}",
        ),
        ("outcomes: {}\n", f"outcomes: {{}}\n{duty}"),
    )


def wrongs(report: Report) -> set[tuple[str, str]]:
    """What is wrong, and of what."""
    return {(one.property, one.about.partition(".")[0]) for one in report.violations}


def same(seed: int, folder: Path, patch: pytest.MonkeyPatch) -> set[str]:
    """Under a policy chosen at random, whole and in parts the same is wrong. Which."""
    return alike(owing(Random(seed)), folder, patch)


def alike(text: str, folder: Path, patch: pytest.MonkeyPatch) -> set[str]:
    """Whole and in parts the same is wrong. Which."""
    catalogue = kept(text, folder)
    bounds = Bounds(states=20_000, merges=100_000)
    patch.setattr(verifying, "WHOLE", 100_000)
    whole = verify(catalogue, "tiny", bounds=bounds)
    patch.setattr(verifying, "WHOLE", 0)
    apart = verify(catalogue, "tiny", bounds=bounds)
    assert whole.complete
    assert apart.complete
    assert wrongs(apart) == wrongs(whole)
    return {wrong[0] for wrong in told(whole)}


# Found by one of these: what is owed from the start, whoever begins late; a question as a mere help.
@pytest.mark.parametrize("seed", [33, 515, 1003])
def test_what_is_owed_is_found_in_parts(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(seed, tmp_path, monkeypatch)


@pytest.mark.stress
@pytest.mark.parametrize("seed", range(300))
def test_what_is_owed_is_found_in_parts_whatever_the_policy(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same(seed, tmp_path, monkeypatch)


FROM_THE_FIRST = {
    "the first act takes away what meets it": (
        f"report: {HERE}",
        "met_by: report, due: '12-31'",
    ),
    "who begins late is too late for what is owed from where the pledge begins": (
        "report: source: mid, stays: true, stage: soon",
        "met_by: report, after: {state: open, within: P60D}",
    ),
}


@pytest.mark.parametrize("name", FROM_THE_FIRST)
def test_what_is_owed_from_the_first_act_on_may_be_lost_with_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins to be owed with that act, though no rule says so."""
    meeting, owed = FROM_THE_FIRST[name]
    named = commands(report="report", go="meeting")
    taken = steps("go: source: open, dest: mid", meeting)
    text = tiny(named, taken, states("mid"), FROM_MID, SOON, duty(owed))
    assert "duty_unmeetable" in alike(text, tmp_path, monkeypatch)


LOST_AT_ONCE = {
    "with the first act the pledge goes on by itself": (
        ("report: source: open, stays: true", "go: source: mid, dest: told"),
        "auto: {source: open, dest: mid,",
        "met_by: report, due: '06-01'",
    ),
    "what begins it is followed by what takes it away": (
        ("report: source: mid, stays: true", "go: source: open, dest: mid"),
        "auto: {source: mid, dest: told,",
        "met_by: report, after: {state: mid, within: P30D}",
    ),
}


@pytest.mark.parametrize("name", LOST_AT_ONCE)
def test_what_is_owed_may_be_lost_by_what_happens_by_itself_as_it_begins(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes that step, but who has noted something has made it come at once."""
    taken, alone, owed = LOST_AT_ONCE[name]
    noted = f"{alone} when: {{w: {{is: preceded_by, command: note, cite: T-1}}}}, cite: T-1}}"
    text = tiny(
        commands(report="report", go="meeting"),
        steps(*taken),
        ("    transitions:\n", f"    transitions:\n      {noted}\n"),
        states("mid", "told"),
        ("source: open\n        dest: closed", "source: [mid, told]\n        dest: closed"),
        duty(owed),
    )
    assert "duty_unmeetable" in alike(text, tmp_path, monkeypatch)


def test_what_is_owed_every_month_does_not_depend_on_how_the_pledge_goes_on() -> None:
    """To analyse takes nothing that is evaluated, and what ends the pledge ends the duty, too."""
    policy = Catalogue().load("feicheng", on=date(2025, 1, 1))
    declared = Declared(policy.document, policy.tracks["branch"])
    for part in parts(declared, frozenset({"duty_unmeetable"})):
        if any(question.about == "self_analysis" for question in part.questions):
            assert "analyse" in part.needed.commands
            assert part.needed.commands.isdisjoint({"evaluate_publicly", "assess", "practise"})
