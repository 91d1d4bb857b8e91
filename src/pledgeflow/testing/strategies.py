"""Hypothesis strategies: directories, pledges, commands, small policies, and overlays of a policy.

What they draw is small and shrinks towards what is ordinary: everybody in a post of their own, a
pledge at its beginning, a step that is open, an overlay that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from pledgeflow.catalogue import Catalogue
from pledgeflow.decision import decide
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Event
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.canonical import dump
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import build
from pledgeflow.testing._simulation.dice import Dice
from pledgeflow.testing._simulation.neighbours import peopled
from pledgeflow.testing._simulation.rows import rows_of
from pledgeflow.testing._simulation.shelving import Guards, shelved
from pledgeflow.testing._simulation.sketching import a_small_policy
from pledgeflow.testing._simulation.tiny import CLAUSES
from pledgeflow.testing._simulation.towns import any_town, full_town
from pledgeflow.testing._simulation.walks import Walk, facts_for
from pledgeflow.testing._simulation.wandering import (
    amendment_of,
    anything,
    deepen,
    likely,
    wander,
)

Place = tuple[str, ...]
MOST_CHANGES = 3
"""So many rules does an overlay change at most."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A pledge (or another stream) on its way, the people around it, and the day it is."""

    policy: Policy
    directory: View
    state: State
    today: date
    _walk: Walk

    def __repr__(self) -> str:
        return (
            f"Situation({self.policy!r}, {self.state.stream}, {self.state.version}, {self.today})"
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002
        printer.text(repr(self))

    @classmethod
    def _of(cls, walk: Walk) -> Situation:
        return cls(walk.policy, walk.town.view, walk.state, walk.today, walk)

    def facts(self, command: AnyCommand) -> Facts:
        """All that judging a command may read."""
        return facts_for(self.policy, self.state, [command], self.today, self._walk.town)

    def decide(self, command: AnyCommand) -> tuple[Event, ...]:
        """What a command brings about. Raises RefusedError with the reasons."""
        return decide(self.policy, self.state, command, self.facts(command))

    def after(self, command: AnyCommand) -> State:
        """The state that a command leads to. Raises RefusedError."""
        return fold(self.state, self.decide(command))


@st.composite
def directories(draw: st.DrawFn, policy: Policy, track: str | None = None) -> DirectoryData:
    """People and organizations in which there is a promisor of a track: of any, if none is named.

    Posts are held by somebody of their own; or vacant, shared, or held by whoever pledges.
    """
    dice = Dice(draw)
    name = track or dice.pick(tuple(policy.tracks))
    town = any_town(policy, name, dice) if dice.number(1) else full_town(policy, name)
    return rows_of(town.view)


@st.composite
def pledges(
    draw: st.DrawFn, policy: Policy, track: str | None = None, *, steps: int = 8
) -> Situation:
    """A stream of a track, of any if none is named: at its beginning, or some way on.

    steps: how many commands have been tried in it at most, besides what these needed
    """
    dice = Dice(draw)
    name = track or dice.pick(tuple(policy.tracks))
    town = any_town(policy, name, dice) if dice.number(1) else full_town(policy, name)
    walk = Walk.of(policy, peopled(policy, town, name, dice))
    deepen(walk, dice, dice.number(2))
    for _ in wander(walk, dice, dice.number(steps)):
        pass
    return Situation._of(walk)


@st.composite
def type_directed(draw: st.DrawFn, situation: Situation) -> AnyCommand:
    """A step that is open where the pledge is, by somebody who may take it, saying what its fields
    may hold by their types; whether the guards let it pass is another matter.

    Where nothing is open to anybody, any step.
    """
    dice = Dice(draw)
    step = likely(situation._walk, dice)
    return step if step is not None else anything(situation._walk, dice)


@st.composite
def unrestricted(draw: st.DrawFn, situation: Situation) -> AnyCommand:
    """Any command by anybody in any capacity on any day: steps that are not open, or unheard of;
    fields left out, off the list or pointing nowhere; corrections and annulments of any record.

    What a field holds is of its type, as `Engine.do` sees to before anything is decided.
    """
    dice, walk = Dice(draw), situation._walk
    amending = amendment_of(walk, dice) if dice.rarely(4) else None
    return amending if amending is not None else anything(walk, dice)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A small sound policy: one step of a pledge that closes it, with a few fields, one or two ways
    to take it, alone or jointly, and some guards on each.
    """
    text, _ = a_small_policy(Dice(draw))
    return build(resolve([read(text, "small.yaml")], on=None, ordinal=1), known=CLAUSES)


@st.composite
def overlays(
    draw: st.DrawFn,
    policy: str | Path,
    *,
    catalogue: Catalogue | None = None,
    guards: Guards = (),
) -> str:
    """The text of a sound overlay of a policy: guards and duties taken out, roles narrowed, the time
    for late entries changed; or nothing. It is called `overlay`, and extends the policy by name.

    policy: its name, or the path of its folder; catalogue, guards: see `lifecycle_test`
    """
    shelf, name = shelved(policy, catalogue, guards)
    dice = Dice(draw)
    tree: dict[str, Tree] = {"policy": "overlay", "extends": name}
    whole = shelf.resolved(name).tree
    options = list(_changes(whole))
    for _ in range(dice.number(MOST_CHANGES) if options else 0):
        path, value = dice.pick(options)
        _put(tree, path, value)
    text = dump(tree)
    try:
        overlaid(text, policy, catalogue=catalogue, guards=guards)
    except PolicyError:
        assume(False)
    return text


def overlaid(
    text: str, policy: str | Path, *, catalogue: Catalogue | None = None, guards: Guards = ()
) -> Policy:
    """The policy that an overlay makes of another. Raises PolicyError."""
    shelf, name = shelved(policy, catalogue, guards)
    sources = [source for _, source in shelf.lineage(name)]
    resolved = resolve([*sources, read(text, "overlay.yaml")], on=None, ordinal=1)
    return build(resolved, known=frozenset(shelf.register(name)), allowed=shelf.guards)


def _changes(tree: Tree, path: Place = ()) -> Iterator[tuple[Place, Tree]]:
    """What an overlay may say: (path, value)."""
    if not isinstance(tree, dict):
        return
    if not path:
        for days in (1, 90):
            yield ("late_entry",), {"within": f"P{days}D", "assumed": "an overlay"}
    for key, value in tree.items():
        if path and path[-1] in ("guards", "duties") and isinstance(value, dict):
            yield (*path, key), {"absent": True, "assumed": "an overlay"}
        elif key == "by" and isinstance(value, list) and len(value) > 1:
            yield (*path, key), value[:1]
        else:
            yield from _changes(value, (*path, key))


def _put(tree: dict[str, Tree], path: Place, value: Tree) -> None:
    *above, last = path
    for key in above:
        inner = tree.setdefault(key, {})
        assert isinstance(inner, dict)
        tree = inner
    tree[last] = value
