"""Whether everybody comes into the same track, whatever a directory calls them.

Who belongs to a track is decided by kinds alone, so that all there is to it can be gone through:
every combination of the kinds that some track of a place names, of persons and of organizations.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress, product

from pledgeflow.domain.people import Organization, Person, View
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.tracks import Match

MOST = 12
"""So many kinds of one place are gone through at most."""
SOMEBODY = "somebody"


def belong_alike(before: Policy, after: Policy) -> bool:
    """Whether two policies that differ only in whom tracks are for are for the same after all."""
    if _besides(before) != _besides(after):
        return False
    for place in {track.place for track in before.document.tracks.values()}:
        for people in (True, False):
            kinds = _named((before, after), place, people=people)
            if len(kinds) > MOST or any(
                _track(before, view, place) != _track(after, view, place)
                for view in _views(kinds, people=people)
            ):
                return False
    return True


def _besides(policy: Policy) -> tuple[object, ...]:
    """All that a policy says, but for the kinds of whom its tracks are for."""
    tracks = {
        name: track.model_copy(update={"match": Match(venue=track.match.venue)})
        for name, track in policy.document.tracks.items()
    }
    document = policy.document.model_copy(update={"tracks": tracks})
    return document, list(tracks), policy.absences, policy.spared


def _named(policies: tuple[Policy, Policy], place: str, *, people: bool) -> list[str]:
    tracks = (track for policy in policies for track in policy.document.tracks.values())
    matches = (track.match for track in tracks if track.place == place)
    return sorted(
        {kind for m in matches for kind in (m.person if people else m.organization) or ()}
    )


def _views(kinds: list[str], *, people: bool) -> Iterator[View]:
    for chosen in product((True, False), repeat=len(kinds)):
        some = frozenset(compress(kinds, chosen))
        if people:
            yield View({SOMEBODY: Person(SOMEBODY, some, ())})
        else:
            yield View({}, {SOMEBODY: Organization(SOMEBODY, "", None, {}, some)})


def _track(policy: Policy, view: View, place: str) -> str | None:
    try:
        return policy.track_of(view, SOMEBODY, place)
    except DirectoryError as error:
        return str(error)
