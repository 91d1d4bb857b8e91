"""Who is to pledge, who may, and who need not: by the tracks and the directory, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.domain.people import WORK, View
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy

Duty = Literal["required", "voluntary", "none"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether somebody is asked to pledge at a venue, and by what.

    organization: where they pledge; "" if the directory has them nowhere at that venue
    track: the one they are in, or the removed one they would have been in; "" if neither
    rule, clauses: of that track
    """

    owner: str
    venue: str
    organization: str
    duty: Duty
    track: str = ""
    rule: str = ""
    clauses: tuple[str, ...] = ()


def asked(policy: Policy, view: View) -> Iterator[Asked]:
    """Everybody and every organization of a directory, in the order of their ids.

    Who is in tracks at several venues is there for each; who is in none, once. Raises
    DirectoryError for somebody who fits two tracks alike.
    """
    tracks = policy.document.tracks.values()
    venues = sorted({track.match.venue for track in tracks if track.aggregate == PLEDGE})
    for owner in sorted((*view.persons, *view.organizations)):
        found = [each for venue in venues if (each := _in_track(policy, view, owner, venue))]
        yield from found or [_spared(policy, view, owner)]


def _in_track(policy: Policy, view: View, owner: str, venue: str) -> Asked | None:
    name = policy.track_of(view, owner, venue)
    if name is None:
        return None
    track = policy.document.tracks[name]
    home = _home(view, owner, venue)
    return Asked(owner, venue, home, track.pledges, name, f"tracks.{name}", track.cite)


def _spared(policy: Policy, view: View, owner: str) -> Asked:
    home, gone = _home(view, owner, WORK), policy.spares(view, owner)
    if gone is None:
        return Asked(owner, WORK, home, "none")
    return Asked(owner, WORK, home, "none", gone, f"tracks.{gone}", policy.spared[gone].clauses)


def _home(view: View, owner: str, venue: str) -> str:
    try:
        return view.home(owner, venue)
    except DirectoryError:  # a gap in the directory does not spare anybody
        return ""
