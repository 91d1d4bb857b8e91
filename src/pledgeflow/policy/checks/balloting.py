"""Whether ballots can be held as they are written: who votes, on what, and where the result goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pledgeflow.domain.balloting import Secrecy
from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.compiled.balloting import tallies
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.language.balloting import BallotRules, Quorum
from pledgeflow.policy.language.steps import CommandField, CommandRules
from pledgeflow.policy.words import share

INTEGERS = ("turnout", "roll")


def ballot_findings(surface: Surface) -> Iterator[Finding]:
    """Everything wrong with the ballots of a track."""
    for name, ballot in surface.rules.ballots.items():
        place = ("ballots", name)
        yield from _voters(place, ballot, surface)
        yield from _choices(place, ballot, surface)
        yield from _places(place, ballot)
        yield from _secrecy(place, ballot)
        if ballot.quorum is not None:
            yield from _quorum((*place, "quorum"), ballot.quorum)
        what = "command that somebody can give"
        yield from unknown((*place, "command"), what, (ballot.command,), surface.given)
        command = surface.rules.commands.get(ballot.command)
        if command is not None:
            yield from _result(place, ballot, command, surface)


def _voters(place: Place, ballot: BallotRules, surface: Surface) -> Iterator[Finding]:
    voters = ballot.voters
    yield from unknown((*place, "voters", "roles"), "role", voters.roles, surface.roles)
    yield from unknown((*place, "excluded"), "role", ballot.excluded, surface.roles)
    if not voters.roles and not voters.listed:
        yield (
            (*place, "voters"),
            "nobody could vote; name `roles:`, or say `listed: true` for a list given at opening",
        )
    if voters.roles and not voters.listed and set(voters.roles) <= set(ballot.excluded):
        yield (*place, "excluded"), "everybody who may vote is excluded; let somebody vote"


def _choices(place: Place, ballot: BallotRules, surface: Surface) -> Iterator[Finding]:
    choices, evaluation = ballot.choices, surface.rules.evaluation
    where = (*place, "choices")
    if choices.of is None:
        if not _own(ballot, surface) and (evaluation is None or not evaluation.tiers):
            yield where, "there are no tiers to choose from; say under `of:` whose items there are"
        if choices.states:
            yield (*where, "in"), "tiers have no states; say under `of:` whose items are meant"
        if choices.marks > 1:
            yield (*where, "marks"), "one voter gives one tier; take `marks` out"
        return
    items = [name for name, lifecycle in surface.rules.lifecycles.items() if lifecycle.of]
    yield from unknown((*where, "of"), "lifecycle of items", (choices.of,), items)
    if choices.of in items:
        states = surface.book.states(choices.of)
        yield from unknown((*where, "in"), "state", choices.states, states)


def _own(ballot: BallotRules, surface: Surface) -> bool:
    """Whether the tally has choices of its own, and needs neither tiers nor items."""
    command = surface.rules.commands.get(ballot.command)
    counted = ballot.fills.tally or next(iter(tallies(command)), "")
    spec = command.fields.get(counted) if command is not None else None
    return spec is not None and bool(spec.choices)


def _places(place: Place, ballot: BallotRules) -> Iterator[Finding]:
    places, marks = ballot.places, ballot.choices.marks
    if places is None:
        return
    if ballot.choices.of is None:
        yield (*place, "places"), "tiers are not elected; say under `choices:` whose items are"
    elif marks > places.number:
        yield (
            (*place, "choices", "marks"),
            f"one voter marks {marks}, and there are {places.number} places; allow no more marks "
            "than that",
        )


def _secrecy(place: Place, ballot: BallotRules) -> Iterator[Finding]:
    is_open = ballot.secrecy is Secrecy.OPEN
    if is_open and ballot.small is not None:
        yield (*place, "small"), "everybody sees who voted how when it is `open`; take `small` out"
    if not is_open and ballot.small is None:
        yield (
            place,
            "say under `small:` below how many votes the result is not broken down: if all vote "
            "alike, it tells how each of them did (1: it always is)",
        )
    if ballot.keeps_key and ballot.secrecy is not Secrecy.PSEUDONYMOUS:
        yield (*place, "keeps_key"), "there is a key only at `pseudonymous`; take `keeps_key` out"


def _quorum(place: Place, quorum: Quorum) -> Iterator[Finding]:
    ways = (quorum.at_least, quorum.share, quorum.more_than)
    if sum(way is not None for way in ways) != 1:
        yield place, "say one of `at_least:`, `share:` and `more_than:`"
    if quorum.more_than is not None and share(quorum.more_than) == 1:
        yield (*place, "more_than"), "more than everybody never votes; ask for `share: 1/1` at most"


def _result(
    place: Place, ballot: BallotRules, command: CommandRules, surface: Surface
) -> Iterator[Finding]:
    """Where the result goes: a command that one person gives, with a field for the votes."""
    fields, fills = command.fields, ballot.fills
    counted = tallies(command)
    if fills.tally is not None:
        yield from unknown(
            (*place, "fills", "tally"), "field of type `tally`", (fills.tally,), counted
        )
    elif len(counted) != 1:
        yield (
            place,
            f"give `{ballot.command}` one field of type `tally`, or say under `fills:` which of "
            "several gets the votes",
        )
    integers = [name for name, spec in fields.items() if spec.type == "integer"]
    for key in INTEGERS:
        named = getattr(fills, key)
        known = (named,) if named is not None else ()
        yield from unknown((*place, "fills", key), "field with a whole number", known, integers)
    several = [name for name, spec in fields.items() if spec.type == "choices" and spec.open]
    chosen = (fills.elected,) if fills.elected is not None else ()
    what = "field of open `choices`"
    yield from unknown((*place, "fills", "elected"), what, chosen, several)
    if fills.elected is not None and ballot.places is None:
        yield (*place, "fills", "elected"), "nobody is elected; say how many under `places:`"
    yield from _tally(place, ballot, fields, fills.tally or next(iter(counted), ""))
    for why in _unrecordable(ballot, command, surface):
        yield (*place, "command"), f"`{ballot.command}` {why}; name another step"


def _unrecordable(ballot: BallotRules, command: CommandRules, surface: Surface) -> Iterator[str]:
    """Why nobody could record a result by this command."""
    if any(spec.type in surface.rules.lifecycles for spec in command.fields.values()):
        yield "is about an item, and a ballot is about the whole"
    for where, _, transition in surface.transitions():
        if fires(where[3], transition) == ballot.command and transition.by is not None:
            if transition.by.all_of:
                yield "is a joint act, and one person records a result"
            if where[1] != surface.root:
                yield f"is taken in `{where[1]}`, and a ballot is about the whole"


def _tally(
    place: Place, ballot: BallotRules, fields: Mapping[str, CommandField], name: str
) -> Iterator[Finding]:
    spec = fields.get(name)
    if spec is None:
        return
    if spec.of != ballot.choices.of:
        counts = f"items of `{spec.of}`" if spec.of is not None else "tiers"
        yield (
            (*place, "choices"),
            f"`{name}` of `{ballot.command}` counts {counts}; let the ballot be about the same",
        )
    small = ballot.small
    if spec.required and small is not None and small.below > 1 and not small.recorded:
        quorum = ballot.quorum
        if quorum is None or quorum.at_least is None or quorum.at_least < small.below:
            yield (
                (*place, "small"),
                f"below {small.below} votes there is nothing to fill `{name}` with; make it "
                "`required: false`, say `{below: …, recorded: true}`, or ask for so many votes",
            )
