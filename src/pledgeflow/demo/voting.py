"""A ballot as people hold it: opened, voted in by most who may, and closed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from pledgeflow.demo.attempts import Refusal, Wish
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.judging.balloting import terms_of
from pledgeflow.policy.judging.ruling import refusal

if TYPE_CHECKING:
    from pledgeflow.demo.acting import Case

HELD = 0.15
"""How often, of the days that somebody looks after it, a ballot that may be held is."""
COMES = 0.85
TWICE = 0.5
VOTERS = 12
"""More than that are not put on a list."""


def ballot_of(case: Case, command: str) -> BallotRule | None:
    """The ballot whose result a command records, if there is one."""
    rules = case.ways.rules.ballots.values()
    return next((rule for rule in rules if rule.source.command == command), None)


def vote(case: Case, on: date) -> None:
    """Hold a ballot that the rules provide for, once, where its result may be recorded now."""
    root = case.state.subjects[case.state.root]
    for rule in case.ways.rules.ballots.values():
        command = rule.source.command
        open_now = case.ways.rules.steps.get(command, {}).get(root.lifecycle, {})
        free = command not in case.state.records and root.state in open_now
        if free and case.rng.random() < HELD:
            case.attempted(Wish(command), on, rule.id)


def hold(case: Case, rule: BallotRule, step: dict[str, object]) -> Verdict | None:
    """Hold it, or close it where it still runs; the verdict if that is refused."""
    ballots, stream = case.engine.ballots, case.state.stream
    counted = {rule.tally, *(name for name in rule.source.fills.model_dump().values() if name)}
    said = {key: value for key, value in step.items() if key != "do" and key not in counted}
    last = ballots.box.latest(stream, rule.id)
    if last is None or ballots.box.turnout(last).closed_on is not None:
        listed = case.cast.of(case.state.organization)[:VOTERS]
        opening = {key: said[key] for key in ("actor", "capacity", "on")}
        ballots.open(stream, rule.id, opening, voters=listed if rule.source.voters.listed else ())
        _vote(case, rule, opening)
    closed = ballots.close(stream, rule.id, said)
    if closed.done is not None:
        case.state = closed.done.state
        case.ballots += 1
    return refusal((closed.against,)) if closed.against is not None else None


def _vote(case: Case, rule: BallotRule, opening: dict[str, object]) -> None:
    """Most of those who may vote do; perhaps one of them puts in a paper besides."""
    ballots, stream, rng = case.engine.ballots, case.state.stream, case.rng
    terms = terms_of(case.ways.rules, rule, case.state)
    favoured = min(case.temper.grade, len(terms.choices) - 1)
    came = [voter for voter in ballots.roll(stream, rule.id) if rng.random() < COMES]
    for voter in came:
        mark = terms.choices[favoured] if rng.random() < COMES else rng.choice(terms.choices)
        ballots.cast(stream, rule.id, [mark], voter=voter)
    if came and rng.random() < TWICE:
        with suppress(RefusedError):
            ballots.cast(stream, rule.id, [terms.choices[0]], voter=came[0])
        paper = {terms.choices[0]: 1}
        try:
            ballots.enter_paper(stream, rule.id, opening, votes=paper, voters=[came[0]])
        except RefusedError as error:
            actor, on = str(opening["actor"]), opening["on"]
            day = on if isinstance(on, date) else date.min
            command, capacity = rule.source.command, str(opening["capacity"])
            made = (actor, capacity, day, error.verdict)
            case.refusals.append(Refusal(stream, case.state.track, command, *made, slip=True))
