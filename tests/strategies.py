"""What the property tests share: small towns, a policy's own vocabulary, and walks through it.

A `Town` is a directory in which every role of a policy is held by somebody, with the streams
beside the one that it is about; `Dice` turn Hypothesis's numbers into choices, so that walks
shrink; `wander` yields one `Asked` for each command it tries, and `Performer` carries out the
remedies of refusals.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from types import FunctionType, NoneType

from pydantic import BaseModel

from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.testing._simulation.neighbours import peopled
from pledgeflow.testing._simulation.performing import Performer, StuckError, same
from pledgeflow.testing._simulation.towns import HOME, Town, any_town, full_town
from pledgeflow.testing._simulation.walks import (
    CALENDAR,
    Asked,
    Vocabulary,
    Walk,
    ask,
    blank,
    commands_of,
    facts_for,
    facts_of,
    offers,
    steps_of,
    takers,
    words,
)
from pledgeflow.testing._simulation.wandering import any_command, deepen, wander
from tests.dice import CATALOGUE, SIMPLE, START, Dice, deployable, examples

__all__ = [
    "CALENDAR",
    "CATALOGUE",
    "HOME",
    "SIMPLE",
    "START",
    "Asked",
    "Dice",
    "Performer",
    "StuckError",
    "Town",
    "Vocabulary",
    "Walk",
    "a_walk",
    "any_command",
    "any_town",
    "ask",
    "blank",
    "commands_of",
    "deepen",
    "deployable",
    "examples",
    "facts_for",
    "facts_of",
    "fingerprint",
    "full_town",
    "offers",
    "same",
    "steps_of",
    "takers",
    "wander",
    "words",
]


PLAIN = (str, int, NoneType)
"""Most of what there is, and asked first for that."""


def fingerprint(value: object) -> Hashable:
    """What a value is made of, for comparing policies: functions by name and what they enclose."""
    return _made_of(value, {})


def _made_of(value: object, known: dict[int, int]) -> Hashable:
    """known: of objects that were met before, which many others share; by what cannot be reused"""
    if isinstance(value, PLAIN):
        return repr(value)
    if id(value) in known:
        return known[id(value)]
    match value:
        case Rulebook():
            return _made_of(value.root, known)  # its rules stand beside it, in the ruleset
        case BaseModel():
            found: tuple[Hashable, ...] = (
                type(value).__name__,
                *(_made_of(part, known) for part in value),
            )
        case Mapping():
            return tuple((_made_of(k, known), _made_of(v, known)) for k, v in value.items())
        case frozenset() | set():
            return tuple(sorted(map(repr, value)))
        case tuple() | list():
            return tuple(_made_of(member, known) for member in value)
        case FunctionType():
            cells = (cell.cell_contents for cell in value.__closure__ or ())
            found = (value.__qualname__, *(_made_of(cell, known) for cell in cells))
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = (part.name for part in dataclass_fields(value))
            found = (type(value).__name__, *(_made_of(getattr(value, n), known) for n in names))
        case _:
            return repr(value)
    known[id(value)] = hash(found)
    return known[id(value)]


def a_walk(policy: Policy, dice: Dice, *, full: bool = False) -> Walk:
    """Some promisor's in some town, at the beginning or somewhere deep in."""
    track = dice.pick(tuple(policy.tracks))
    town = full_town(policy, track) if full or dice.number(1) else any_town(policy, track, dice)
    walk = Walk.of(policy, peopled(policy, town, track, dice))
    deepen(walk, dice, dice.number(2))
    return walk
