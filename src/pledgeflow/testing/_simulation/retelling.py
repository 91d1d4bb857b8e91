"""What was done in a town, as a scenario and a directory that can be put beside the policy.

Only what was accepted is told: a scenario stops at a refusal, but for its last step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pledgeflow.assurance.verifying.reports import Move
from pledgeflow.assurance.verifying.writing import act, directory
from pledgeflow.domain.commands import AnyCommand, StreamId
from pledgeflow.domain.people import View
from pledgeflow.errors import Verdict
from pledgeflow.policy.files.canonical import dump
from pledgeflow.policy.files.marks import Tree

PEOPLE = "found"
"""What the directory is called."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was done: when it was entered, in which stream (none: time passed in all)."""

    today: date
    stream: StreamId | None
    command: AnyCommand
    verdict: Verdict | None = None


def retold(policy: str, view: View, steps: Sequence[Told], what: str) -> str:
    """Two files as one text, each under its name: the scenario, and the directory it plays in.

    steps: there is one at least; what: what went wrong, for the scenario's name
    """
    *earlier, last = steps
    kept = [*(step for step in earlier if step.verdict is None), last]
    about = next(step.stream for step in reversed(kept) if step.stream is not None)
    answer: dict[str, Tree] = {"permitted": True}
    if last.verdict is not None:
        answer = {"refused": {"codes": list(dict.fromkeys(r.code for r in last.verdict.reasons))}}
    scenario: dict[str, Tree] = {
        "scenario": what,
        "policy": policy,
        "given": {"directory": PEOPLE, "cycle": about.cycle, "promisor": _owner(about)},
        "when": [dict(_step(step, about)) for step in kept],
        "then": answer,
    }
    return (
        f"# scenarios/{PEOPLE}.yaml: put what has to hold after `then`\n{dump([scenario])}"
        f"# scenarios/directories/{PEOPLE}.yaml\n{dump(directory(view))}"
        "# end of what to put beside the policy"
    )


def _step(step: Told, about: StreamId) -> Iterator[tuple[str, Tree]]:
    said = act(Move(step.today, step.command, (), (), False))
    yield from said.items()
    occurred = step.command.occurred_on
    if occurred != step.today:
        yield "occurred_on", occurred.isoformat()
    if step.stream is not None and step.stream != about:
        yield "pledge", _owner(step.stream)
        if step.stream.cycle != about.cycle:
            yield "in_cycle", step.stream.cycle


def _owner(stream: StreamId) -> str:
    return str(stream).split("/", 2)[2]
