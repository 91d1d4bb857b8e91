"""The other streams of a town: what the guards of a policy look at, and how it may stand.

A stream's life is walked through once, and towns pick where in it another stream is: at its end, at
its beginning, or in between; or it has not begun.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from pledgeflow.domain.commands import Begin
from pledgeflow.domain.states import State
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.elsewhere import Elsewhere
from pledgeflow.testing._simulation.dice import Dice, thrown
from pledgeflow.testing._simulation.performing import Performer, StuckError
from pledgeflow.testing._simulation.towns import HOME, START, Town, full_town
from pledgeflow.testing._simulation.walks import Walk, commands_of
from pledgeflow.testing._simulation.wandering import wander

Key = tuple[str, str]
_LIVES: dict[tuple[str, str, bool], tuple[State, ...]] = {}


def looked_at(policy: Policy, town: Town, track: str) -> tuple[Key, ...]:
    """(owner, place) of every stream that some guard of a track asks about."""
    return tuple(dict.fromkeys(_looked_at(policy, town, track)))


def _looked_at(policy: Policy, town: Town, track: str) -> Iterator[Key]:
    rules = policy.tracks[track].source
    types: dict[str, set[str]] = {}
    for command in rules.commands.values():
        for name, spec in command.fields.items():
            types.setdefault(name, set()).add(spec.type)
    named = {"person": ("mo", "moe"), "organization": (HOME, "above")}
    here = {"promisor": (town.promisor,), "own": (HOME,), "superior": ("above",)}
    for lifecycle in rules.lifecycles.values():
        for transition in lifecycle.transitions.values():
            for guard in (*transition.guards.values(), *(transition.when or {}).values()):
                if isinstance(guard, Elsewhere):
                    said = (o for kind in types.get(guard.whose, ()) for o in named.get(kind, ()))
                    for owner in here.get(guard.whose, tuple(said)):
                        yield owner, guard.place


def tracks_of(policy: Policy, town: Town, key: Key) -> tuple[str, ...]:
    """The tracks that a stream may be in, by whose it is and at which place."""
    owner, place = key
    with suppress(DirectoryError):
        if (track := policy.track_of(town.view, owner, place)) is not None:
            return (track,)
    person = owner in town.view.persons
    return tuple(
        name
        for name, track in policy.document.tracks.items()
        if track.place == place
        and (track.match.person if person else track.match.organization) is not None
    )


def peopled(policy: Policy, town: Town, track: str, dice: Dice) -> Town:
    """The same town with other streams that have come as far as the dice say."""
    others: dict[Key, State] = {}
    for key in looked_at(policy, town, track):
        tracks = tracks_of(policy, town, key)
        if tracks and key != town.key and not dice.rarely(6):
            others[key] = _of(key, dice.pick(lives(policy, dice.pick(tracks))))
    return replace(town, others=others)


def lives(policy: Policy, track: str, *, among: bool = True) -> tuple[State, ...]:
    """A stream of a track at several moments, the end first. among: others are at their end."""
    key = (policy.digest, track, among)
    if key not in _LIVES:
        _LIVES[key] = tuple(_lived(policy, track, among=among))
    return _LIVES[key]


def _lived(policy: Policy, track: str, *, among: bool) -> Iterator[State]:
    town = full_town(policy, track)
    for other in looked_at(policy, town, track) if among else ():
        for at_place in tracks_of(policy, town, other)[:1]:
            end = _of(other, lives(policy, at_place, among=False)[0])
            town = replace(town, others={**town.others, other: end})
    walk, restless = Walk.of(policy, town), Walk.of(policy, town)
    walk.ask(Begin(START))
    moments = [walk.state]
    for name in commands_of(walk.rules):
        with suppress(StuckError):
            Performer(walk).want(name)
        moments.append(walk.state)
    some = [asked.after for asked in wander(restless, thrown(1), 30)][9::10]
    seen: set[tuple[int, int]] = set()
    for number, state in enumerate([*reversed(moments), *some]):
        mark = (state.version, number if state in some else 0)
        if state.version and mark not in seen:
            seen.add(mark)
            yield state


def _of(key: Key, state: State) -> State:
    """The same as if it had happened to somebody else."""
    owner, place = key
    stream = state.stream._replace(promisor=owner, venue=place)
    return replace(state, stream=stream, organization=owner if owner in (HOME, "above") else HOME)
