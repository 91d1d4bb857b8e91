"""One of two policies on the way: what may be tried in a state, and what comes of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pledgeflow.assurance.diffing.found import Ground
from pledgeflow.assurance.exploring.elsewhere import Elsewhere
from pledgeflow.assurance.exploring.graph import Bounds, Input
from pledgeflow.assurance.exploring.inputs import Inputs
from pledgeflow.assurance.exploring.keys import Keys, Remembered
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.assurance.exploring.world import World
from pledgeflow.decision import answered, needed
from pledgeflow.domain.commands import AnyCommand, Because, Command, StreamId, Tick
from pledgeflow.domain.events import Recorded, Signed
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import PledgeflowError, Reason, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy, Step
from pledgeflow.policy.judging.choosing import place

RAISED = "raised"
"""The code of a reason that stands for a guard which raised instead of answering."""


class Answer(NamedTuple):
    """What comes of a command: the state it leads to, or why it is refused.

    rule: of the transition that permits it; leans: on facts of other streams that were chosen
    """

    found: State | Verdict
    rule: str
    leans: bool


class Try(NamedTuple):
    """A command as the side itself would give it. choice: which of how many choices of facts."""

    command: AnyCommand
    answer: Answer
    choice: tuple[int, int]


class Links:
    """Which item of the one side is which of the other: pairs of ids, in the order they came."""

    def __init__(self, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        self.pairs = pairs
        self.there = tuple(dict(each) for each in (pairs, [(b, a) for a, b in pairs]))
        self.seen = tuple(
            _Linked({name: n for n, name in enumerate(there)}) for there in self.there
        )


class _Linked(Remembered):
    """What is remembered of the items of one side: which of them have a counterpart, and which."""

    def __init__(self, places: Mapping[str, int]) -> None:
        self._places = places

    def rest(self, _: date, /) -> Hashable:
        """Nothing besides."""
        return None

    def of(self, subject: str) -> Hashable:
        """The number of its link; of all that have none it is the same one."""
        return self._places.get(subject, -1)


class Everything:
    """What takes no item for gone: each has its link, and so its place in the key of a pair."""

    def rest(self, _: date, /) -> Hashable:
        """Nothing besides."""
        return None

    def of(self, subject: str) -> Hashable:
        """The item itself."""
        return subject


EVERYTHING = Everything()


class Side:
    """A policy's track, from its first day on. raised: rule -> what a guard raised."""

    def __init__(self, policy: Policy, track: str, world: World, bounds: Bounds) -> None:
        self.policy, self.track, self.rules = policy, track, policy.tracks[track]
        self.world, self.first = world, world.cycle.starts
        outlook = Outlook(self.rules)
        self.keys = Keys(policy, outlook)
        self.inputs = Inputs(policy, world, outlook, bounds)
        self.raised: dict[str, str] = {}
        self.reactions = dict(self._reactions())
        self._elsewhere = Elsewhere(policy, world)
        self._clauses = {step.rule: step.clauses for step in outlook.steps}
        self._kept: dict[tuple[int, date], tuple[State, tuple[Try, ...]]] = {}

    def _reactions(self) -> Iterator[tuple[str, Because]]:
        """For each command that follows from another stream, an act there that it follows from."""
        jurisdiction = self.world.starts[0].stream.jurisdiction
        for name, track in self.policy.document.tracks.items():
            stream = StreamId(jurisdiction, self.world.cycle.id, "other", track.place)
            for rule in self.policy.tracks[name].reactions:
                yield rule.source.do, Because(stream, 1, rule.id)

    def key(self, state: State, today: date, seen: Hashable) -> Hashable:
        """The key of a state on a day."""
        return self.keys.key(state, self.inputs.on(today), seen)

    def tries(self, state: State, today: date) -> tuple[Try, ...]:
        """Each way to give each command, with what comes of it; time is left out."""
        known = self._kept.get((id(state), today))
        if known is None:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            # The state is kept too, so that nothing else gets its identity.
            known = self._kept[id(state), today] = (state, tuple(self._tried(state, today)))
        return known[1]

    def _tried(self, state: State, today: date) -> Iterator[Try]:
        given = (
            g
            for g in self.inputs.of(state, today, self.keys, EVERYTHING)
            if type(g.command) is not Tick and not g.beyond
        )
        for command, same in groupby(given, lambda each: each.command):
            choices = list(same)
            for n, each in enumerate(choices):
                yield Try(command, self._judged(state, each), (n, len(choices)))

    def put(
        self, state: State, command: Command, today: date, choice: tuple[int, int] = (0, 1)
    ) -> Answer:
        """What comes of a command of the other side; with the same choice of facts, if it has one."""
        bare = self.inputs.on(today)
        if not needed(self.policy, state, command):
            return self._judged(state, Input(command, command.because is not None, bare))
        facts = list(self._chosen(state, command, bare))
        facts = [facts[choice[0]]] if len(facts) == choice[1] else facts
        answers = [self._judged(state, Input(command, True, each)) for each in facts]
        taken = (answer for answer in answers if isinstance(answer.found, State))
        return next(taken, answers[0])

    def _chosen(self, state: State, command: Command, bare: Facts) -> Iterator[Facts]:
        placed = place(self.rules, state, command)
        about = placed if isinstance(placed, Subject) else state.subjects[state.root]
        by_state = self.rules.steps[command.name].get(about.lifecycle, {})
        steps: tuple[Step, ...] = by_state.get(about.state, ())
        yield from self._elsewhere.facts(state, about, command, steps, bare)

    def _judged(self, state: State, given: Input) -> Answer:
        command = given.command
        try:
            answer = answered(self.policy, state, command, given.facts)
        except PledgeflowError:
            raise
        except Exception as error:  # a guard that a deployer added may raise whatever it likes
            self.raised[f"{self.policy.name}: {command.name}"] = f"{type(error).__name__}: {error}"
            reason = Reason(RAISED, f"commands.{command.name}")
            return Answer(Verdict(Ruling.SILENT, (reason,)), "", given.leans)
        if isinstance(answer, Verdict):
            return Answer(answer, "", given.leans)
        rules = (e.rule for e in answer if isinstance(e, Recorded | Signed))
        return Answer(fold(state, answer), next(rules, ""), given.leans)

    def turns(self, state: State, today: date) -> int | None:
        """In how many days time alone changes something."""
        day = self.keys.turns(state, self.inputs.on(today))
        return (day - today).days if day is not None else None

    def ticked(self, state: State, today: date) -> Answer:
        """Time moving to a day."""
        return self._judged(state, Input(Tick(today), False, self.inputs.on(today)))

    def ground(self, rule: str) -> Ground:
        """A transition with its clauses."""
        return Ground(rule, self._clauses.get(rule, ()))


MOST_KEPT = 5_000
