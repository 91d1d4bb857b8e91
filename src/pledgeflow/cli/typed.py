"""A remedy as it is typed: the options of `pledgeflow do`, with ids where messages have labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pledgeflow.errors import RemedyStep
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import Policy

TO_FILL_IN = "…"


def options(policy: Policy, track: str | None, step: RemedyStep) -> str:
    """What to type for one step of a remedy; nothing where waiting helps, or another stream."""
    if not step.command or step.promisor is not None or track is None:
        return ""
    if step.command not in policy.tracks[track].commands and not step.fields:
        return ""  # the same amendment again, at another time
    if step.by == (REACTION,):
        return ""  # nobody takes it by hand
    return " ".join(_options(policy, track, step))


def _options(policy: Policy, track: str, step: RemedyStep) -> Iterator[str]:
    yield f"--do {step.command}"
    if step.by:
        # The sentence above names them all; one can be typed.
        yield f"--capacity {step.by[0]}"
    if step.not_before is not None:
        yield f"--on {step.not_before}"
    declared = policy.tracks[track].commands.get(step.command)
    _, _, item = (step.subject or "").partition("/")
    if item and declared is not None and declared.pointer is not None:
        yield f"--set {declared.pointer}={item}"
    for name, value in step.fields.items():
        yield f"--set {name}={_value(value)}"


def _value(value: Any) -> str:
    match value:
        case None:
            return TO_FILL_IN
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ",".join(
                f"{key}" if found is True else f"{key}={found}" for key, found in value.items()
            )
        case list() | tuple() | set() | frozenset():
            return ",".join(map(str, value))
        case _:
            return str(value)
