"""What the commands of one policy are called by another: by name, by what they mean, or as told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pledgeflow.domain.events import Migrated
from pledgeflow.domain.evolution import evolve
from pledgeflow.domain.states import State
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import Policy, Ruleset

How = Literal["told", "name", "means", "none"]


class Named(NamedTuple):
    """A command of a track, and what it is called by the other policy ("" if by nothing).

    among: those of the same meaning, where there are several and none is it
    """

    track: str
    command: str
    to: str
    how: How
    among: tuple[str, ...] = ()


class Told(NamedTuple):
    """What whoever asks says that things are called: command -> command; `lifecycle/state` -> state."""

    commands: Mapping[str, str] = {}
    states: Mapping[str, str] = {}


NOTHING_TOLD = Told()


@dataclass(frozen=True, slots=True)
class Names:
    """From the rules of one track to those of one of another policy.

    policy: the one that the track is of
    """

    policy: Policy
    source: Ruleset
    to: Ruleset
    told: Told = NOTHING_TOLD
    _known: dict[str, Named] = field(default_factory=dict)

    def command(self, name: str) -> Named:
        """What a command is called there."""
        if name not in self._known:
            self._known[name] = self._named(name)
        return self._known[name]

    def _named(self, name: str) -> Named:
        track = self.source.track
        if name in self.told.commands:
            return Named(track, name, self.told.commands[name], "told")
        if name in self.to.steps:
            return Named(track, name, name, "name")
        own = self.source.commands.get(name)
        same = tuple(
            other
            for other, named in self.to.commands.items()
            if own is not None and named.means == own.means and other in self.to.steps
        )
        if len(same) == 1:
            return Named(track, name, same[0], "means")
        return Named(track, name, "", "none", same)

    def state(self, state: State, policy: Policy) -> State | None:
        """The state of a stream as the other policy would call it; None where it knows none such."""
        states: dict[str, str] = {}
        for subject in state.subjects.values():
            known = self.to.lifecycles.get(subject.lifecycle)
            for passage in subject.passages:
                at = f"{subject.lifecycle}/{passage.state}"
                states[at] = self.told.states.get(at, passage.state)
                if known is None or states[at] not in known.states:
                    return None
        commands = {name: self.command(name).to or name for name in state.records}
        here = (state.version, "", state.cycle.starts, state.policy, policy.digest, self.to.track)
        called = evolve(state, Migrated(*here, states, commands, {}))
        tiers = self.to.evaluation.tiers if self.to.evaluation is not None else {}
        if called.grade is not None and called.grade.tier not in tiers:
            return None
        return called


def check_told(told: Told, policy: Policy) -> None:
    """Raises PledgeflowError for a command that is told to be one that the policy does not have."""
    known = {name for rules in policy.tracks.values() for name in rules.steps}
    for name, to in told.commands.items():
        if to not in known:
            raise PledgeflowError(
                f"`{name}` is said to be `{to}`, and `{policy.name}` has no such step; "
                f"see `pledgeflow show {policy.name}`"
            )
