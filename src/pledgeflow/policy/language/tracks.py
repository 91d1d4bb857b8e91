"""For whom a policy is: the kinds of promisor, and what else has a stream of its own."""

from __future__ import annotations

from typing import Any, Literal

from pledgeflow.domain.commands import PLEDGE, Aggregate, place_of
from pledgeflow.policy.words import (
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    TrackId,
)


class Match(Model):
    """Whom a track is for. person / organization: kind -> whether they must be of it.

    venue: where they pledge, if not at their work unit
    """

    person: dict[Ident, bool] | None = None
    organization: dict[Ident, bool] | None = None
    venue: Ident | Literal[""] = ""


class Track(Grounded):
    """A kind of promisor. represented_by: posts that act for it, if it is an organization.

    like: another track whose rules this one starts from; rules: what differs for this track;
    aggregate: what else than a pledge it is about, of an organization: then `rules` are all its
    rules, but for the roles; called: which one, where an organization has several selections
    """

    label: Label
    aggregate: Aggregate = PLEDGE
    called: Ident | None = None
    match: Match
    pledges: Literal["required", "voluntary"] = "required"
    represented_by: Idents = ()
    like: TrackId | None = None
    rules: dict[str, Any] = {}

    @property
    def place(self) -> str:
        """What stands for it in a stream's name: a venue, or which other aggregate it is."""
        return place_of(self.aggregate, self.called, self.match.venue)
