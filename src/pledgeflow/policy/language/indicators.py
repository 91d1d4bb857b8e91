"""Indicators: shares that say how the whole goes, each with what it counts. Beneath `schema`.

Nothing that stands here permits or refuses anything: an indicator is counted over what happened.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pledgeflow.policy.language.ledgers import MeansSet
from pledgeflow.policy.language.numbers import Places, Rounding
from pledgeflow.policy.words import (
    CommandIds,
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    RoleIds,
    StateIds,
    TierIds,
    TrackIds,
    YearDay,
)


class CutOff(Model):
    """What comes after this day no longer counts: a day of the cycle, or a stage's last one."""

    day: YearDay | None = None
    stage: Ident | None = None

    @model_validator(mode="after")
    def _one_day(self) -> CutOff:
        if (self.day is None) is (self.stage is None):
            raise ValueError("say until when it counts: a day as MM-DD, or `{stage: …}`")
        return self


def _cut_off(raw: Any) -> Any:
    return {"day": raw} if isinstance(raw, str) else raw


class Indicator(Grounded):
    """What every indicator says. tracks: whose pledges count (all, if none is named).

    as_of: the cut-off; without one, the day that is asked about; missing: what is not there is
    left out, or counts as nothing reached; places, rounding: of the decimal that is shown, the
    value itself is exact; into: what it feeds, such as an appraisal
    """

    label: Label
    tracks: TrackIds = ()
    as_of: Annotated[CutOff, BeforeValidator(_cut_off)] | None = None
    missing: Literal["left_out", "zero"] = "left_out"
    places: Places = 4
    rounding: Rounding = "half_up"
    into: Label | None = None


class Fulfilment(Indicator):
    """Items fulfilled, of those promised.

    counted: an item counts from when it has been in one of these states on, whatever becomes of it;
    fulfilled: where it is then; aside: while it is there (carried over, say) it does not count
    missing: a pledge in which no item counts is left out, or counts as one that is not fulfilled
    """

    is_: Literal["fulfilment"] = Field(alias="is")
    of: Ident
    counted: StateIds
    fulfilled: StateIds
    aside: StateIds = ()


class Participation(Indicator):
    """Who takes part. Of `promisors`: those who have to pledge and do; of `pledges`: those in which
    a step was taken, such as one by the public.

    means, by: a step of one of these meanings was taken, in one of these capacities;
    state: the pledge has been in one of these; with neither, it has begun
    among: of pledges, only those that have been in one of these states
    missing: a promisor whom the directory has nowhere, or a pledge that is not among them, is left
    out, or counts as not taking part
    """

    is_: Literal["participation"] = Field(alias="is")
    of: Literal["promisors", "pledges"] = "promisors"
    state: StateIds = ()
    means: MeansSet = ()
    by: RoleIds = ()
    among: StateIds = ()

    @model_validator(mode="after")
    def _fits(self) -> Participation:
        if self.state and self.means:
            raise ValueError("say by `state:` or by `means:` who takes part, and not by both")
        if self.by and not self.means:
            raise ValueError("`by:` says who took a step; say under `means:` which")
        if self.of == "pledges" and not self.state and not self.means:
            raise ValueError("every pledge has begun; say `means:` or `state:`")
        if self.of == "promisors" and self.among:
            raise ValueError("`among:` narrows down pledges; say `of: pledges`, or take it out")
        return self


class Openness(Indicator):
    """What was shown, of what was to be: for each pledge a step of each of these meanings.

    duties: and each time one of these was due, in whatever stream; among: only pledges that have
    been in one of these states
    missing: a pledge that has not is left out, or counts as one that showed nothing
    """

    is_: Literal["openness"] = Field(alias="is")
    means: MeansSet = ()
    duties: Idents = ()
    among: StateIds = ()

    @model_validator(mode="after")
    def _something(self) -> Openness:
        if not self.means and not self.duties:
            raise ValueError("say under `means:` or `duties:` by what something is shown")
        return self


class Answers(Model):
    """Which answers are those of somebody who is satisfied: tiers, or choices of the field."""

    tiers: TierIds = ()
    choices: Idents = ()

    @model_validator(mode="after")
    def _one_kind(self) -> Answers:
        if bool(self.tiers) is bool(self.choices):
            raise ValueError("name either `tiers:` or `choices:` of those who are satisfied")
        return self


class Satisfaction(Indicator):
    """Votes that are satisfied, of all that were given in these steps.

    field: a tally, a tier or a choice (then a step is one vote); records: of several about the same,
    the `last` counts, or `all` of them
    missing: a pledge in which nobody was asked is left out, or counts as one vote against
    """

    is_: Literal["satisfaction"] = Field(alias="is")
    command: CommandIds
    field: Ident
    satisfied: Answers
    records: Literal["last", "all"] = "last"


AnyIndicator = Annotated[
    Fulfilment | Participation | Openness | Satisfaction, Field(discriminator="is_")
]
