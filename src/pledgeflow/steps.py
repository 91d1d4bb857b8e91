"""A step as people write it, in a scenario, a form or a file, and what its words amount to.

Between the outside and the engine: names and dates are sorted out here; fields are typed by the
policy's own declaration of the command (see `policy.judging.intake`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import InvalidCommandError, PledgeflowError

LONGEST_NAME = 200
Step = Mapping[str, object]
"""One act: `do`, `actor`, `capacity`, `on` (day of entry), perhaps `occurred_on` and `entered_by`,
and the command's own fields. `correct` and `annul` name the `target` version."""


class Asked(NamedTuple):
    """A step with its words sorted out. today: the day of entry; on: the day it happened."""

    do: str
    actor: str
    capacity: str
    today: date
    on: date
    fields: Mapping[str, object]
    entered_by: str | None = None

    @classmethod
    def of(cls, step: Step, today: date) -> Asked:
        """today: the day of entry of a step that names none.

        Raises InvalidCommandError where a word is missing or of the wrong type.
        """
        if not isinstance(step, Mapping):
            raise InvalidCommandError("?", ("a step is a mapping with `do`, `actor`, `capacity`",))
        rest = dict(step)
        problems: list[str] = []
        names = {key: _name(key, rest.pop(key, None), problems) for key in NAMED}
        by = rest.pop("entered_by", None)
        typist = _name("entered_by", by, problems) if by is not None else None
        entered = _day("on", rest.pop("on", today), problems)
        happened = _day("occurred_on", rest.pop("occurred_on", entered), problems)
        if problems:
            raise InvalidCommandError(names["do"] or "?", tuple(problems))
        return cls(**names, today=entered, on=happened, fields=rest, entered_by=typist)


NAMED = ("do", "actor", "capacity")
WORDS = (*NAMED, "on", "occurred_on", "entered_by")
"""The words of a step that are no fields of its command."""
WANTED = {
    "do": "name the step",
    "actor": "say who acts",
    "capacity": "say for whom: a role of the policy, such as `promisor`",
}


def _name(key: str, given: object, problems: list[str]) -> str:
    if isinstance(given, str) and 0 < len(given) <= LONGEST_NAME and given.isprintable():
        return given
    if given is None:
        problems.append(f"`{key}` is missing; {WANTED[key]}")
    else:
        problems.append(f"`{key}` has to be a name")
    return ""


def _day(key: str, given: object, problems: list[str]) -> date:
    if type(given) is date:
        return given
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError:
        problems.append(f"`{key}` has to be a date such as 2025-03-31")
        return date.min


def stream_id(given: StreamId | str) -> StreamId:
    """A pledge by its written name: `jurisdiction/cycle/promisor`, perhaps with `@venue`."""
    if isinstance(given, StreamId):
        return given
    if not given.isprintable():
        raise PledgeflowError("a pledge is named by text: jurisdiction/cycle/promisor")
    name, _, venue = given.partition("@")
    parts = name.split("/")
    if len(parts) != len(("jurisdiction", "cycle", "promisor")) or not all(parts):
        raise PledgeflowError(f"`{given}` names no pledge; write jurisdiction/cycle/promisor")
    return StreamId(parts[0], parts[1], parts[2], venue)
