"""A policy file, as typed data: what a jurisdiction may write, and nothing else.

Collections are maps keyed by id. What this module accepts is the *resolved* form: overlays merged,
dated values settled, lists made maps; `pledgeflow schema` describes the written form.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pledgeflow.policy.language.balloting import BallotRules
from pledgeflow.policy.language.cycles import CycleRules, Effective, Extends, LateEntry
from pledgeflow.policy.language.duties import DutyRules
from pledgeflow.policy.language.evaluation import Evaluation
from pledgeflow.policy.language.following import OutcomeRules, Reaction
from pledgeflow.policy.language.indicators import AnyIndicator
from pledgeflow.policy.language.ledgers import Coverage, Ledger
from pledgeflow.policy.language.lifecycles import Lifecycle
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.properties import AnyProperty
from pledgeflow.policy.language.steps import CommandRules
from pledgeflow.policy.language.tracks import Track
from pledgeflow.policy.words import (
    CommandId,
    Grounded,
    Ident,
    Label,
    Model,
    PolicyId,
    RoleId,
    RoleIds,
    TrackId,
)


class Responsible(Grounded):
    """Who answers for the whole, without an act of their own."""

    label: Label
    roles: RoleIds


class Rules(Model):
    """The part of a policy that a track may change for itself."""

    roles: dict[RoleId, Role] = {}
    commands: dict[CommandId, CommandRules] = {}
    lifecycles: dict[Ident, Lifecycle] = {}
    evaluation: Evaluation | None = None
    outcomes: dict[Ident, OutcomeRules] = {}
    reactions: dict[Ident, Reaction] = {}
    duties: dict[Ident, DutyRules] = {}
    ballots: dict[Ident, BallotRules] = {}
    properties: dict[Ident, AnyProperty] = {}


class Document(Rules):
    """A whole policy. kinds, posts, venues: what the directory calls people, bodies and places.

    Where a policy names any of them, no other can be asked for: a typing mistake shows.
    """

    policy: PolicyId
    title: Label | None = None
    extends: Annotated[Extends | PolicyId | None, Field(union_mode="left_to_right")] = None
    abstract: bool = False
    effective: Effective | None = None
    cycle: CycleRules | None = None
    late_entry: LateEntry | None = None
    responsible: dict[Ident, Responsible] = {}
    kinds: dict[Ident, Label] = {}
    posts: dict[Ident, Label] = {}
    venues: dict[Ident, Label] = {}
    tracks: dict[TrackId, Track] = {}
    ledgers: dict[Ident, Ledger] = {}
    coverage: Coverage | None = None
    indicators: dict[Ident, AnyIndicator] = {}
