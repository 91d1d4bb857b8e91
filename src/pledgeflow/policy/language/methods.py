"""How a grade is worked out from what several channels say. Beneath `schema`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pledgeflow.policy.language.numbers import Number, Places, Rounding
from pledgeflow.policy.words import CommandId, Grounded, Ident, Model, TierId


class Channel(Model):
    """Where one voice comes from: the field of a step that holds a tier, or a tally of tiers.

    records: of several records about the same, the `last` counts, or `all` of them
    """

    command: CommandId
    field: Ident
    records: Literal["last", "all"] = "last"


class Weighted(Channel):
    """A channel with its weight; the field may hold a number too, which then is its score."""

    weight: Number


class Instead(Model):
    """What a channel counts as that says nothing."""

    tier: TierId


class Method(Grounded):
    """What every method says. missing: a channel that says nothing refuses the grade, is left out,
    or counts as a tier. Tiers are ordered as the policy writes them, the best first.
    """

    missing: Literal["refused", "left_out"] | Instead = "refused"


class WeightedMean(Method):
    """The mean of what the channels say, by their weights.

    scale: what each tier scores; bounds: the least score for each tier but the last; ties: who is
    just on a bound gets the better or the worse tier; places, rounding: of the mean, before that
    """

    is_: Literal["weighted_mean"] = Field(alias="is")
    channels: dict[Ident, Weighted]
    scale: dict[TierId, Number]
    bounds: dict[TierId, Number]
    ties: Literal["better", "worse"] = "better"
    places: Places = 2
    rounding: Rounding = "half_up"


class Median(Method):
    """The tier in the middle of the channels, each of which gives the one in its own middle.

    ties: of the two in the middle the better or the worse
    """

    is_: Literal["median"] = Field(alias="is")
    channels: dict[Ident, Channel]
    ties: Literal["better", "worse"] = "better"


class Worst(Method):
    """The worst tier that any voice in any channel gives."""

    is_: Literal["worst"] = Field(alias="is")
    channels: dict[Ident, Channel]


class Share(Method):
    """The best tier that enough of all votes reach.

    at_least: for each tier but the last, the share of votes for it or a better one
    ties: just that share is enough, or has to be exceeded
    """

    is_: Literal["share"] = Field(alias="is")
    channels: dict[Ident, Channel]
    at_least: dict[TierId, Number]
    ties: Literal["better", "worse"] = "better"


AnyMethod = Annotated[WeightedMean | Median | Worst | Share, Field(discriminator="is_")]
