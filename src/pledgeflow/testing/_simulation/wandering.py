"""Wandering through a stream: likely and unlikely commands, and now and then a goal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct, Tick
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.testing._simulation.dice import SIMPLE, Dice
from pledgeflow.testing._simulation.performing import Performer, StuckError
from pledgeflow.testing._simulation.walks import Asked, Walk, commands_of, takers

# How often each is tried; the order is that of the numbers that dice fall on.
_KINDS = (*["likely"] * 8, "anything", "amendment", "tick", "anything")


def wander(walk: Walk, dice: Dice, length: int) -> Iterator[Asked]:
    """So many commands, likely and unlikely ones; now and then a goal, with all that it takes."""
    for _ in range(length):
        if dice.rarely(10):
            deepen(walk, dice)
        walk.today += timedelta(days=dice.pick([0, 0, 1, 1, 3, 8, 30]))
        yield walk.ask(any_command(walk, dice))


def any_command(walk: Walk, dice: Dice) -> AnyCommand:
    """Mostly a step that somebody entitled can take here; else anything that can be said."""
    kind = dice.pick(_KINDS)
    if kind == "likely" and (step := likely(walk, dice)) is not None:
        return step
    if kind == "amendment" and (amendment := amendment_of(walk, dice)) is not None:
        return amendment
    if kind == "tick":
        return Tick(walk.today)
    return anything(walk, dice)


def likely(walk: Walk, dice: Dice) -> Command | None:
    """A step that leaves the state of some subject, more often than not one that moves it."""
    open_ = [
        (step, subject)
        for by_lifecycle in walk.rules.steps.values()
        for subject in walk.state.subjects.values()
        for step in by_lifecycle.get(subject.lifecycle, {}).get(subject.state, ())
        if any(walk.hands(role, step.trigger, SIMPLE) for role in step.roles)
    ]
    moving = [(step, subject) for step, subject in open_ if step.dest is not None]
    if not open_:
        return None
    step, subject = dice.pick(moving if moving and dice.number(2) else open_)
    hands = {role: walk.hands(role, step.trigger, SIMPLE) for role in step.roles}
    role = dice.pick([role for role, held in hands.items() if held])
    fields = walk.vocabulary.fields(step.trigger, dice)
    named = walk.rules.commands[step.trigger]
    if named.pointer is not None and named.points_at == subject.lifecycle:
        fields[named.pointer] = subject.id
    actor, why = dice.pick(walk.hands(role, step.trigger, dice))
    typist = _typist(walk, dice) if why is None else None
    return Command(step.trigger, actor, role, walk.today, fields, typist, why)


def _typist(walk: Walk, dice: Dice) -> str | None:
    return dice.pick(walk.town.people) if dice.rarely(8) else None


def _when(walk: Walk, dice: Dice) -> date:
    if not dice.rarely(3):
        return walk.today
    return walk.today + timedelta(days=dice.pick([-1, -5, -20, -40, -400, 1, 30]))


def anything(walk: Walk, dice: Dice) -> Command:
    """A command by anybody in whatever capacity, perhaps unheard of, perhaps saying odd things."""
    rules = walk.rules
    names = (*commands_of(rules), *commands_of(rules), *rules.commands, "unheard_of")
    name = dice.pick(names)
    fields = walk.vocabulary.fields(name, dice) if name in rules.commands else {}
    if dice.rarely(6):
        fields = walk.vocabulary.odd(fields, dice)
    roles = takers(rules, name)
    others = (PROMISOR, REACTION, *walk.policy.document.roles, "nobody")
    role = dice.pick(others) if not roles or dice.rarely(5) else dice.pick(roles)
    able = walk.able(role)
    actor = dice.pick(walk.town.people) if not able or dice.rarely(5) else dice.pick(able)
    return Command(name, actor, role, _when(walk, dice), fields, _typist(walk, dice))


def amendment_of(walk: Walk, dice: Dice) -> Annul | Correct | None:
    """A record taken back or put right, mostly by whoever made it; none where there is no record."""
    records = [record for kept in walk.state.records.values() for record in kept]
    records.sort(key=lambda record: -record.version)
    if not records:
        return None
    record = dice.pick(records)
    target = record.version + 1 if dice.rarely(12) else record.version
    actor = dice.pick(walk.town.people) if dice.rarely(4) else record.actor
    if dice.number(1):
        return Annul(target, actor, record.capacity, _when(walk, dice), _typist(walk, dice))
    given = walk.vocabulary.fields(record.command, dice)
    pointer = walk.rules.commands[record.command].pointer
    changed = {k: given[k] for k in dice.subset(tuple(given)) if k != pointer}
    when, typist = _when(walk, dice), _typist(walk, dice)
    return Correct(target, actor, record.capacity, when, changed, typist)


def deepen(walk: Walk, dice: Dice, goals: int = 1) -> None:
    """Go on as far as wanting one thing after another leads, by way of remedies."""
    for _ in range(goals):
        with suppress(StuckError):
            Performer(walk).want(dice.pick(commands_of(walk.rules)))
