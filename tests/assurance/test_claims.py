"""The properties that a policy declares: each pattern, its scope, and what it allows for time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.assurance.verifying.claims import Claim, happens
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.reports import Answer
from pledgeflow.assurance.verifying.verifying import verify
from pledgeflow.assurance.verifying.writing import write
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import (
    Added,
    Cycle,
    Event,
    Graded,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.language.properties import Happening
from tests.assurance.policies import kept
from tests.tiny import MON, loaded, tiny

STREAM = StreamId("town", "2025", "wang")
HEAD = "properties:\n  p:\n    label: {zh: 性质, en: property}\n    cite: T-1\n"


def declaring(*lines: str) -> str:
    """A tiny policy that declares a property."""
    body = "".join(f"    {line}\n" for line in lines)
    return tiny(("outcomes: {}\n", f"{HEAD}{body}outcomes: {{}}\n"))


def claim(*lines: str) -> Claim:
    """The property, as it is watched."""
    policy = loaded(declaring(*lines))
    rules = policy.tracks["member"]
    return Claim.of("p", rules.source.properties["p"], Declared(policy.document, rules))


def recorded(command: str, days: int = 0) -> Recorded:
    """A record of a command, so many days after Monday."""
    means = {"note": "record", "propose": "proposal", "submit": "submission"}[command]
    day = MON + timedelta(days=days)
    return Recorded(1, command, means, "pledge", "wang", "promisor", day, {}, "", "")


END = Moved(1, 1, "pledge", "open", "closed", MON, "", "")
ADDED = Added(1, 1, "commitment/1", "commitment", "pledge", "todo", {}, MON, "", "")
CYCLE = Cycle("2025", MON)
OPENED = Opened(1, STREAM, CYCLE, "member", "branch", "pledge", "open", MON, "")
A, B = recorded("note"), recorded("propose")
NOTE, PROPOSE = "{command: note}", "{command: propose}"


def breaks(watched: Claim, *events: Event) -> bool:
    """Whether some events break a property."""
    return watched.step(watched.start(MON), events)[1]


@pytest.mark.parametrize(
    ("lines", "kept_by", "broken_by"),
    [
        (["is: absence", f"of: {NOTE}"], (B, END), (B, A)),
        (["is: absence", f"of: {NOTE}", f"after: {PROPOSE}"], (A, B), (A, B, A)),
        (["is: absence", f"of: {NOTE}", f"before: {PROPOSE}"], (B, A), (A, B)),
        (["is: absence", f"of: {NOTE}", f"after: {PROPOSE}", "before: {means: submission}"],
         (A, B, recorded("submit"), A), (B, recorded("submit"), B, A)),
        (["is: existence", f"of: {NOTE}"], (A, END), (B, END)),
        (["is: existence", f"of: {NOTE}", f"after: {PROPOSE}"], (B, A, END), (A, B, END)),
        (["is: existence", f"of: {NOTE}", f"before: {PROPOSE}"], (A, B), (B,)),
        (["is: precedence", f"first: {NOTE}", f"then: {PROPOSE}"], (A, B, B), (B, A)),
        (["is: precedence", f"first: {NOTE}", f"then: {PROPOSE}", "after: {means: submission}"],
         (B, recorded("submit"), A, B), (A, recorded("submit"), B)),
        (["is: precedence", f"first: {NOTE}", f"then: {PROPOSE}", "within: P3D"],
         (A, recorded("propose", 3)), (A, recorded("propose", 4))),
        (["is: response", f"to: {NOTE}", f"answer: {PROPOSE}"], (B, A, B, END), (B, A, END)),
        (["is: response", f"to: {NOTE}", f"answer: {PROPOSE}", "before: {means: submission}"],
         (A, B, recorded("submit"), A), (A, recorded("submit"))),
    ],
)  # fmt: skip
def test_each_pattern(
    lines: list[str], kept_by: tuple[Event, ...], broken_by: tuple[Event, ...]
) -> None:
    watched = claim(*lines)
    assert not breaks(watched, *kept_by)
    assert breaks(watched, *broken_by)


def test_time_may_run_out() -> None:
    answered = claim("is: response", f"to: {NOTE}", f"answer: {PROPOSE}", "within: P3D")
    waiting, broken = answered.step(answered.start(MON), (A, A))
    assert not broken
    last = MON + timedelta(days=3)
    assert not answered.late(waiting, last)
    assert answered.late(waiting, last + timedelta(days=1))
    done, _ = answered.step(waiting, (B,))
    assert not answered.late(done, date.max)
    there = claim("is: existence", f"of: {NOTE}", "within: P3D")
    assert there.late(there.start(MON), last + timedelta(days=1))
    first = claim("is: precedence", f"first: {NOTE}", f"then: {PROPOSE}", "within: P3D")
    assert not first.late(first.step(first.start(MON), (A,))[0], date.max)


@pytest.mark.parametrize(
    ("happening", "event"),
    [
        (Happening(command="note"), A),
        (Happening(means=Means.PROPOSAL), B),
        (Happening(state="closed"), END),
        (Happening(state="todo"), ADDED),
        (Happening(state="open"), OPENED),
        (Happening(tier="good"), Graded(1, 1, "good", True, MON, None, "", "")),
        (Happening(outcome="x"), OutcomeArose(1, 1, "x", "pledge", 1, "", {}, MON, "", "")),
    ],
)  # fmt: skip
def test_what_happens_is_told_from_events(happening: Happening, event: Event) -> None:
    assert happens(happening, event)
    answered = OutcomeAnswered(1, 1, "x", "pledge", 1, "note")
    assert not happens(happening, answered)


def test_a_policy_is_held_to_what_it_declares(tmp_path: Path) -> None:
    text = declaring("is: precedence", f"first: {NOTE}", "then: {means: submission}")
    catalogue = kept(text, tmp_path)
    report = verify(catalogue, "tiny")
    own = [v for v in report.violations if v.property == "properties.p"]
    assert [[m.command.name for m in v.trace] for v in own] == [["submit"]]
    assert own[0].clauses == ("T-2", "T-1")
    guarded = text.replace(
        "guards: {}\n        cite: T-2",
        "guards: {noted: {is: preceded_by, command: note, cite: T-1}}\n        cite: T-2",
    )
    (tmp_path / "tiny" / "policy.yaml").write_text(guarded, encoding="utf-8")
    mended = verify(Catalogue((tmp_path,)), "tiny")
    assert mended.tracks[0].answers["properties.p"] is Answer.HOLDS


def test_what_nobody_answers_in_time_is_a_scenario(tmp_path: Path) -> None:
    text = declaring("is: response", f"to: {NOTE}", "answer: {means: submission}", "within: P3D")
    catalogue = kept(text, tmp_path)
    report = verify(catalogue, "tiny")
    (own,) = (v for v in report.violations if v.property == "properties.p")
    assert [m.command.name for m in own.trace] == ["note", "tick"]
    write(tmp_path / "tiny" / "scenarios", report)
    results = Runner(catalogue).run_all(scenarios(catalogue, "tiny"))
    assert "expected the property `p` to be kept, and it is broken" in {r.message for r in results}


def test_what_came_first_may_be_too_long_ago(tmp_path: Path) -> None:
    text = declaring(
        "is: precedence", f"first: {NOTE}", "then: {means: submission}", "within: P3D"
    ).replace(
        "guards: {}\n        cite: T-2",
        "guards: {noted: {is: preceded_by, command: note, cite: T-1}}\n        cite: T-2",
    )
    report = verify(kept(text, tmp_path), "tiny")
    (own,) = (v for v in report.violations if v.property == "properties.p")
    assert [m.command.name for m in own.trace] == ["note", "tick", "submit"]
