"""Which bodies there have to be, and one above the other, so that years, selections and filings are
somebody's. Beneath `needs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.tracks import Track

Kinds = frozenset[str]


@dataclass(frozen=True, slots=True)
class Levels:
    """above: what each body above the units is called, nearest first; units: what units are called
    where no pledge says so; apart: bodies beside the units
    """

    above: tuple[Kinds, ...]
    units: tuple[Kinds, ...]
    apart: tuple[Kinds, ...]


def levels_of(policy: Policy, roles: tuple[str, ...], units: tuple[Kinds, ...]) -> Levels:
    """roles: kinds of bodies that roles name, nearest first; units: kinds of units that pledge."""
    bodies: list[Kinds] = [frozenset({kind}) for kind in roles]
    chains = [*_chains(policy)]
    first = tuple(dict.fromkeys(chain[0] for chain in chains if not _found(bodies, chain[0])))
    below = units or first[:1]
    for chain in chains:
        _place(bodies, [k for k in chain if not _among(k, below[:1])], units)
    others = (
        kinds
        for track in _others(policy)
        if not _found(bodies, kinds := wanted(track)) and not _among(kinds, below)
    )
    return Levels(tuple(bodies), () if units else below, tuple(dict.fromkeys(others)))


def wanted(track: Track) -> Kinds:
    """What the organizations that a track is about are called."""
    match = track.match.organization or {}
    return frozenset(kind for kind, is_so in match.items() if is_so)


def _others(policy: Policy) -> Iterator[Track]:
    for track in policy.document.tracks.values():
        if track.aggregate != PLEDGE and track.match.organization is not None:
            yield track


def _chains(policy: Policy) -> Iterator[list[Kinds]]:
    """Whose selections of one name come one after the other, in the order of the policy."""
    places: dict[str, dict[Kinds, None]] = {}
    for track in _others(policy):
        if track.aggregate == "selection":
            places.setdefault(track.place, {})[wanted(track)] = None
    yield from (list(kinds) for kinds in places.values())


def _found(bodies: Iterable[Kinds], kinds: Kinds) -> bool:
    return any(kinds <= body for body in bodies)


def _among(kinds: Kinds, units: Iterable[Kinds]) -> bool:
    return any(kinds <= unit for unit in units)


def _place(bodies: list[Kinds], chain: list[Kinds], units: tuple[Kinds, ...]) -> None:
    """Each of a chain above the one before it: where it is, at a body that is there, or a new one."""
    here = 0
    for number, kinds in enumerate(chain):
        there = next((i for i, b in enumerate(bodies) if i >= here and kinds <= b), None)
        ahead = [i for i, b in enumerate(bodies) for k in chain[number + 1 :] if k <= b]
        if there is not None:
            here = there
        elif here >= len(bodies):
            bodies.append(kinds)
        elif _among(kinds, units) or min(ahead, default=len(bodies)) <= here:
            # Who pledges is no other body at the same time: its reviewers stand above it.
            bodies.insert(here, kinds)
        else:
            bodies[here] |= kinds
        here += 1
