"""What may happen in a state: every step that somebody can take, said in each way that matters."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring.elsewhere import Elsewhere
from pledgeflow.assurance.exploring.graph import Bounds, Input, Unusual
from pledgeflow.assurance.exploring.keys import Keys
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.sayings import Asked, Day, Sayings, filled
from pledgeflow.assurance.exploring.world import World
from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import Because, Carried, Command, StreamId, TakeOver, Tick
from pledgeflow.domain.events import Added, Amended, Event
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Attempt, Choice, Policy, Step
from pledgeflow.policy.judging.choosing import timely
from pledgeflow.policy.judging.signing import standing

DAYS = "days"
"""What is kept out when time has gone by as far as it may."""
UNUSUAL = "unusual"
"""What is kept out when as much out of the ordinary has been said in a run as may be."""


Ahead = tuple[date | None, ...]
"""The next bound that some rule can tell; where the day makes no difference, all of them."""


class Opening(NamedTuple):
    """A command that is open in a state. leaning: some step of it asks how other streams stand"""

    choice: Choice
    steps: tuple[Step, ...]
    leaning: bool


def _opening(choice: Choice) -> Opening:
    steps = tuple(attempt.step for attempt in choice.attempts)
    return Opening(choice, steps, any(step.leaning for step in steps))


class Inputs:
    """The inputs of one track. beyond: what the bounds kept out, by kind -> how often.

    resting: as in `Scope`
    """

    def __init__(
        self,
        policy: Policy,
        world: World,
        outlook: Outlook,
        bounds: Bounds,
        *,
        resting: frozenset[str] = frozenset(),
    ) -> None:
        self._policy, self._world, self._outlook = policy, world, outlook
        self._rules, self._bounds, self._resting = outlook.rules, bounds, resting
        self._sayings = Sayings(outlook)
        self._elsewhere = Elsewhere(policy, world)
        self._facts: dict[date, Facts] = {}
        self._hands: dict[tuple[str, str], tuple[str, ...]] = {}
        looked = {s.of for use in outlook.uses for s in use.check.sights or () if s.of}
        above = {lifecycle for step in outlook.steps for lifecycle, _ in step.above}
        self._several = looked | above
        self._why = _reasons(policy, world)
        self.beyond: dict[str, int] = {}
        self._there: list[str] = []
        self._openings: dict[tuple[str, str], tuple[Opening, ...]] = {}
        self._unsaid = False

    def on(self, day: date) -> Facts:
        """What is known on a day of nothing but this stream."""
        if day not in self._facts:
            self._facts[day] = Facts(day, self._world.view, {}, self._world.calendar)
        return self._facts[day]

    def of(
        self,
        state: State,
        today: date,
        keys: Keys,
        watched: Hashable = None,
        *,
        unusual: int = 0,
    ) -> Iterator[Input]:
        """Everything that may be tried in a state on a day, time passing the last.

        watched: what is remembered of how it came about, where items that are gone may be told apart;
        unusual: how often something out of the ordinary was said already
        """
        most = self._bounds.unusual
        self._unsaid = most is not None and unusual >= most
        facts = self.on(today)
        self._there = [
            s.lifecycle for s in state.subjects.values() if not keys.gone(state, s, facts, watched)
        ]
        resting = state.subjects[state.root].state in self._resting
        ahead = tuple(self._times(state, today, keys)) if resting else (keys.ahead(state, today),)
        for subject in state.subjects.values():
            for opening in self._open_in(subject):
                yield from self._taking(opening, state, subject, (facts, ahead))
        yield from self._carried(state, facts)
        day = keys.turns(state, facts) if not resting else None
        if day is not None:
            if self.within(day):
                yield Input(Tick(day), False, self.on(day))
            else:
                self._out(DAYS)

    def _times(self, state: State, today: date, keys: Keys) -> Iterator[date]:
        """The bounds of all times that are still to come, as far as time may go."""
        day = today
        while (ahead := keys.ahead(state, day)) is not None and self.within(ahead):
            yield ahead
            day = ahead
        yield day + DAY

    def _open_in(self, subject: Subject) -> tuple[Opening, ...]:
        """What may be tried about a subject where it is."""
        place = (subject.lifecycle, subject.state)
        if place not in self._openings:
            choices = self._rules.choices.get(subject.lifecycle, {}).get(subject.state, ())
            given = self._outlook.commands
            tried = (c for c in choices if given is None or c.trigger in given)
            self._openings[place] = tuple(_opening(choice) for choice in tried)
        return self._openings[place]

    def within(self, day: date) -> bool:
        """Whether time may go on to a day."""
        return self._world.reaches(day, self._bounds.months)

    @property
    def unsaid(self) -> int:
        """How often something out of the ordinary has been left unsaid so far."""
        return self.beyond.get(UNUSUAL, 0)

    def _out(self, what: str) -> None:
        self.beyond[what] = self.beyond.get(what, 0) + 1

    def _taking(
        self, opening: Opening, state: State, subject: Subject, when: tuple[Facts, Ahead]
    ) -> Iterator[Input]:
        choice, steps, leaning = opening
        facts, ahead = when
        tried: set[str] = set()
        for attempt in choice.attempts:
            step = attempt.step
            full = step.adds is not None and self._full(step.adds)
            if step.adds is not None and full:
                self._out(step.adds)
            if not timely(step, state, subject, facts.today):
                continue
            for role in step.roles:
                if role in tried:
                    continue
                for actor in self._actors(step, role, state):
                    bare = Command(choice.trigger, actor, role, facts.today)
                    asked = Asked(state, subject, facts, bare)
                    for command, unusual in self._said(attempt, asked, ahead):
                        chosen = (
                            self._elsewhere.facts(state, subject, command, steps, facts)
                            if leaning
                            else (facts,)
                        )
                        leans = leaning or command.because is not None
                        if full:
                            yield Input(command, leans, next(iter(chosen)), beyond=True)
                            break
                        yield from (Input(command, leans, each, unusual) for each in chosen)

    def _full(self, lifecycle: str) -> bool:
        most = self._bounds.items if lifecycle in self._several else 1
        return self._there.count(lifecycle) >= most

    def _said(self, attempt: Attempt, asked: Asked, ahead: Ahead) -> Iterator[tuple[Command, bool]]:
        """What is said in taking a step, and whether that is out of the ordinary."""
        for pointed in self._pointing(asked.state, asked.subject, asked.command.name):
            yield from self._saying(attempt, asked, ahead, pointed)

    def _saying(
        self, attempt: Attempt, asked: Asked, ahead: Ahead, pointed: Fields
    ) -> Iterator[tuple[Command, bool]]:
        """The same about one item, where the step names any. pointed: the field that names it"""
        state, subject, command = asked.state, asked.subject, asked.command
        because = self._why.get(command.name) if command.capacity == REACTION else None
        if command.capacity == REACTION and because is None:
            return
        signed = standing(state, subject, command.name) if attempt.step.joint else ()
        if signed:
            yield _command(command, signed[0].fields, because), False
            return
        counted = self.counts(attempt.step)
        for place, saying in enumerate(self._sayings.of(attempt, asked)):
            unusual = counted and place > 0
            if unusual and self._unsaid:
                self._out(UNUSUAL)
                return
            for each in ahead if Day.NEXT in saying.values() else ahead[:1]:
                said = {**filled(saying, asked, each), **pointed}
                yield _command(command, said, because), unusual

    def counts(self, step: Step) -> bool:
        """Whether it counts what is said: one thing or another, of one of several items."""
        said_of = step.lifecycle if step.amends is not None else step.adds
        return said_of in self._several and self._sayings.vary(step)

    def odd(
        self, before: Unusual, state: State, given: Input, events: tuple[Event, ...]
    ) -> Unusual:
        """The items of which something out of the ordinary was said. before: these, until now

        A change in which everything that is read was said as usual makes an item usual again, and
        one in which nothing was said of that makes none unusual.
        """
        odd, command = list(before), given.command
        said = command.fields.keys() if isinstance(command, Command) else frozenset[str]()
        for event in events:
            if isinstance(event, Added) and given.unusual:
                odd.append(event.subject)
            elif isinstance(event, Amended):
                told = self._sayings.told_of(state.subjects[event.subject].lifecycle)
                if given.unusual and (told is None or not told.isdisjoint(said)):
                    odd.append(event.subject)
                elif not given.unusual and told is not None and told <= said:
                    odd = [item for item in odd if item != event.subject]
        return tuple(sorted(odd))

    def _pointing(self, state: State, subject: Subject, trigger: str) -> tuple[Fields, ...]:
        """How a step names an item, if it does; none where it has to, and there is none."""
        named = self._rules.commands[trigger]
        if named.pointer is None:
            return ({},)
        if subject.lifecycle == named.points_at:
            return ({named.pointer: subject.id},)
        if named.pointer not in named.required:
            return ({},)
        there = state.children(named.points_at or "")
        # A step of the whole is about the whole, whichever it names: only duties look at that.
        told = there if trigger in self._rules.counted else there[:1]
        return tuple({named.pointer: item.id} for item in told)

    def _actors(self, step: Step, role: str, state: State) -> tuple[str, ...]:
        if role == REACTION:
            return (state.stream.promisor,)
        hands = self.held(role, state)
        if step.joint and len(hands) > 1:
            # Each party is somebody else.
            return (hands[step.roles.index(role) % len(hands)],)
        return hands[:1]

    def held(self, role: str, state: State) -> tuple[str, ...]:
        """Those who may act for a role; the people of the pledge last, should they be let."""
        key = (role, state.stream.promisor)
        if key not in self._hands:
            roles, view = self._rules.roles, self._world.view
            owners = roles.owners(state, view)
            names = sorted(view.persons, key=lambda name: (name in owners, name))
            able = [n for n in names if not roles.standing(role, n, state, view).code]
            self._hands[key] = tuple(able if role != PROMISOR else (o for o in owners if o in able))
        return self._hands[key]

    def _carried(self, state: State, facts: Facts) -> Iterator[Input]:
        """An item comes in from the cycle before, at the very beginning."""
        if state.version or not self._rules.carrying:
            return
        for rule, begins in self._rules.carrying.items():
            lifecycle = rule.split(".")[1]
            content = self._promised(lifecycle, state, facts)
            carried = Carried(f"before/{lifecycle}/1", lifecycle, begins, content, 1)
            yield Input(TakeOver(facts.today, (carried,)), False, facts)

    def _promised(self, lifecycle: str, state: State, facts: Facts) -> Fields:
        """What an item of a lifecycle says, as whoever adds one would say it."""
        for by_state in self._rules.choices.values():
            for choice in (choice for choices in by_state.values() for choice in choices):
                for attempt in choice.attempts:
                    if attempt.step.adds == lifecycle:
                        bare = Command(choice.trigger, state.stream.promisor, "", facts.today)
                        asked = Asked(state, state.subjects[state.root], facts, bare)
                        return filled(self._sayings.of(attempt, asked)[0], asked, None)
        return {}


def _command(bare: Command, fields: Fields, because: Because | None) -> Command:
    return Command(bare.name, bare.actor, bare.capacity, bare.occurred_on, fields, None, because)


def _reasons(policy: Policy, world: World) -> dict[str, Because]:
    """For each command that follows from another stream, an act there that it may follow from."""
    return {
        rule.source.do: Because(
            StreamId(world.starts[0].stream.jurisdiction, world.cycle.id, "other", track.place),
            1,
            rule.id,
        )
        for name, track in policy.document.tracks.items()
        for rule in policy.tracks[name].reactions
    }
