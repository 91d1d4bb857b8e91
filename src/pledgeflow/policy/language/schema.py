"""A policy file, as typed data: what a jurisdiction may write, and nothing else.

Collections are maps keyed by id. What this module accepts is the *resolved* form: overlays merged,
dated values settled, lists made maps; `pledgeflow schema` describes the written form.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from pledgeflow.domain.commands import PLEDGE, Aggregate
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.duties.recurrence import RRule
from pledgeflow.policy.guards.conditions import Condition
from pledgeflow.policy.guards.kinds import Guard
from pledgeflow.policy.language.balloting import BallotRules
from pledgeflow.policy.language.indicators import AnyIndicator
from pledgeflow.policy.language.ledgers import Coverage, Ledger
from pledgeflow.policy.language.methods import AnyMethod
from pledgeflow.policy.words import (
    CommandId,
    CommandIds,
    Day,
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    Period,
    PolicyId,
    RoleId,
    RoleIds,
    StateId,
    StateIds,
    TierId,
    TierIds,
    TrackId,
    Words,
    YearDay,
)


class Extends(Model):
    """The parent of a policy. pin: SHA-256 its resolved form must have, so it cannot change unseen."""

    policy: PolicyId
    pin: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Effective(Grounded):
    """From which day the policy is in force, and to which."""

    from_: Day = Field(alias="from")
    until: Day | None = None


class Stage(Grounded):
    """A dated part of the cycle. early / late: whether acting outside it is refused or recorded."""

    label: Label
    from_: YearDay | None = Field(default=None, alias="from")
    until: YearDay | None = None
    early: Literal["refused", "recorded"] = "refused"
    late: Literal["refused", "recorded"] = "recorded"


class CycleRules(Grounded):
    """How long one run lasts, when it begins, and its stages."""

    every: Period
    starts: YearDay
    label: Label | None = None
    stages: dict[Ident, Stage] = {}


class LateEntry(Grounded):
    """How long after the fact an act may still be entered."""

    within: Period


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
        if self.aggregate == PLEDGE:
            return self.match.venue
        return f"{self.aggregate}.{self.called}" if self.called else self.aggregate


class PersonIs(Model):
    """People by post, by membership or by relation. of / member_of / to: where.

    kinds: what the directory has to call them besides, and what not
    """

    post: Idents = ()
    of: Words | None = None
    member_of: Words | None = None
    relation: Ident | None = None
    to: Literal["promisor", "own"] | None = None
    kinds: dict[Ident, bool] = {}


class OrganizationIs(Model):
    """A body: the own organization, the one above it, or the nearest of a kind above it."""

    at: Literal["own", "superior"] | None = None
    kind: Ident | None = None
    above: Literal["own"] | None = None


class Role(Grounded):
    """Who acts. For a body its chair does; otherwise: who steps in if the post is vacant or recused."""

    label: Label
    person: PersonIs | None = None
    organization: OrganizationIs | None = None
    chaired_by: Idents = ()
    otherwise: RoleId | None = None


FIELD_TYPES = (
    "text",
    "choice",
    "choices",
    "checklist",
    "tally",
    "results",
    "tier",
    "date",
    "integer",
    "decimal",
    "boolean",
    "person",
    "organization",
    "policy",
)


def _typed(raw: Any) -> Any:
    return {"type": raw} if isinstance(raw, str) else raw


class CommandField(Grounded):
    """What a command carries. type: one of the built-in types, or a lifecycle (one of its items).

    policy: one of the catalogue, which is kept, and stands in the record as name@digest;
    choices: the values of a choice; open: others are accepted and recorded too;
    of: for a tally, the lifecycle whose items get the votes (the tiers get them, if none is named)
    """

    type: Ident
    of: Ident | None = None
    label: Label | None = None
    required: bool = True
    choices: dict[Ident, Label] = {}
    open: bool = False


Fields = dict[Ident, Annotated[CommandField, BeforeValidator(_typed)]]


class CommandRules(Grounded):
    """A step people can take. means: what it amounts to; document: the paper it is done on."""

    means: Means = Field(strict=False)
    label: Label
    fields: Fields = {}
    document: Label | None = None


class Parties(Model):
    """any_of: one of these roles acts; all_of: each of them signs, as distinct people."""

    any_of: RoleIds = ()
    all_of: RoleIds = ()


def _parties(raw: Any) -> Any:
    if isinstance(raw, dict) and not {"any_of", "all_of"} & raw.keys():
        return {"any_of": raw}
    return {"any_of": raw} if isinstance(raw, str) else raw


By = Annotated[Parties, BeforeValidator(_parties)]


class After(Model):
    """When a timed transition fires: a period after its source, past a date of its own, past a stage."""

    period: Period | None = None
    field: Ident | None = None
    stage: Ident | None = None


class Transition(Grounded):
    """One way from states to a state. With `by` people take it; with `when` it completes itself;
    with `after` time takes it.

    stays: a record that moves nothing; while: states the pledge or item above must be in;
    adds / amends: a subject of that lifecycle; carries: the item goes on into
    the next cycle, and begins it in that state
    """

    trigger: CommandId | None = None
    label: Label | None = None
    source: StateIds
    dest: StateId | None = None
    stays: bool = False
    by: By | None = None
    stage: Ident | None = None
    while_: dict[Ident, StateIds] = Field(default={}, alias="while")
    guards: dict[Ident, Guard] = {}
    when: dict[Ident, Guard] | None = None
    after: After | None = None
    adds: Ident | None = None
    amends: Ident | None = None
    carries: StateId | None = None


class Lifecycle(Model):
    """States and transitions of a pledge, of its items, of a rectification. of: what it belongs to."""

    label: Label
    of: Idents = ()
    initial: StateId
    final: StateIds = ()
    states: dict[StateId, Label]
    transitions: dict[Ident, Transition] = {}


class GradeRules(Grounded):
    """How the overall grade comes about: a body names it, and perhaps another confirms it.

    method: it is not named, but worked out from what others said, when the command is recorded
    """

    command: CommandId
    field: Ident = "tier"
    confirmed_by: CommandId | None = None
    method: AnyMethod | None = None


class Evaluation(Grounded):
    """The order of the evaluation's steps, its tiers, and how the grade comes about.

    open: the document's list of evaluations is open, so that others may come in between
    """

    label: Label | None = None
    together_with: Label | None = None
    tiers: dict[TierId, Label] = {}
    order: tuple[CommandId, ...] = Field(default=(), strict=False)
    open: bool = False
    grade: GradeRules | None = None


class Arises(Model):
    """When an outcome arises: a confirmed tier, a state entered, or a command recorded.

    items: only for those items that are in these states (one outcome each)
    """

    tier: TierIds = ()
    state: StateIds = ()
    command: CommandIds = ()
    items: dict[Ident, StateIds] = {}


class Call(Model):
    """A step that an outcome obliges to, and by when."""

    within: Period | None = None


def _calls(raw: Any) -> Any:
    if isinstance(raw, str):
        return {raw: {}}
    if isinstance(raw, dict):
        return {key: {} if value is True else value for key, value in raw.items()}
    return raw


Calls = Annotated[dict[CommandId, Call], BeforeValidator(_calls)]


class OutcomeRules(Grounded):
    """What follows from a tier or a fact. It obliges and bars; it never moves a state by itself.

    guards: what has to hold besides, when it arises
    """

    label: Label
    when: Arises
    guards: dict[Ident, Guard] = {}
    award: Literal["eligible", "barred"] | None = None
    calls_for: Calls = {}


class Find(Model):
    """An item of the other stream: the one of that lifecycle whose field `by` names the promisor."""

    of: Ident
    by: Ident


class Source(Model):
    """Where a field of the command that follows gets its value; one of these.

    field: of the act, or else of the item that the act is about; what: what the act says of whoever
    is named, whose stream the act was in or where; word: always this; item: found in the other stream
    """

    field: Ident | None = None
    what: Literal["result", "promisor", "organization"] | None = None
    word: str | int | bool | None = None
    item: Find | None = None


def _source(raw: Any) -> Any:
    return {"field": raw} if isinstance(raw, str) else raw


class Reaction(Grounded):
    """What a step here brings about in other streams of the cycle, once in each.

    when: the steps, states or tiers it follows from; in, called: in which of their streams;
    whose: of the promisor of this one, of the own organization, of the one directly above, or of
    those whom a field names (of `results`: each of them); do: the command given there, in a
    transition that says `by: reaction`
    """

    label: Label
    when: Arises
    guards: dict[Ident, Guard] = {}
    in_: Aggregate = Field(default=PLEDGE, alias="in")
    called: Ident | None = None
    venue: Ident | Literal[""] = ""
    whose: Ident = "promisor"
    do: CommandId
    fields: dict[Ident, Annotated[Source, BeforeValidator(_source)]] = {}

    @property
    def place(self) -> str:
        """What stands for the other stream in its name, as for a `Track`."""
        if self.in_ == PLEDGE:
            return self.venue
        return f"{self.in_}.{self.called}" if self.called else self.in_


class Bound(Model):
    """Where a duty begins or ends: with a stage of the cycle, or when a state is entered."""

    stage: Ident | None = None
    state: StateId | None = None


class Following(Model):
    """What a duty follows from: an act, a state that is entered, or a date that the item names.

    within: how long after it the duty is due; working_days: the same in days on which people work
    """

    command: CommandId | None = None
    state: StateId | None = None
    field: Ident | None = None
    within: Period | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None


class DutyRules(Grounded):
    """What somebody owes by a rhythm: `every` period, the days of an `rrule`, a `due` day, or some
    time `after` something.

    owner: who owes it; met_by: what meets it, `at_least` so often each time;
    from / until: where it begins and ends; while: states the root must be in; each: every item
    of a lifecycle has it, `in` these states; if: a condition
    """

    label: Label
    owner: RoleId
    met_by: CommandIds
    at_least: Annotated[int, Field(ge=1, le=100)] = 1
    every: Period | None = None
    rrule: RRule | None = None
    due: YearDay | None = None
    after: Following | None = None
    from_: Bound | None = Field(default=None, alias="from")
    until: Bound | None = None
    while_: StateIds = Field(default=(), alias="while")
    each: Ident | None = None
    states: StateIds = Field(default=(), alias="in")
    if_: Condition | None = Field(default=None, alias="if")


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
