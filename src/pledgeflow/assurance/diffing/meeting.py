"""What may happen to a pair of states: steps of both, of one, and steps that only one of them takes.

Whatever one side would say itself is put to it and, translated, to the other side, each time to the
real `decide`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from pledgeflow.assurance.diffing.aligning import Alignment
from pledgeflow.assurance.diffing.found import Accepting, Move
from pledgeflow.assurance.diffing.side import Answer, Links, Side, Try
from pledgeflow.assurance.diffing.translating import Translator
from pledgeflow.assurance.exploring.keys import frozen
from pledgeflow.domain.commands import AnyCommand, Command, TakeOver, Tick
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict

DAYS = "days"


class Pair(NamedTuple):
    """A state of each side on a day of each, and which items are counterparts."""

    states: tuple[State, State]
    days: tuple[date, date]
    links: Links


class Met(NamedTuple):
    """Something happens, and the pair it leads to."""

    move: Move
    pair: Pair


class Apart(NamedTuple):
    """A step that one side takes and the other refuses. move: as it is put to both; rule: by which
    it is taken; said: the other takes it too, but otherwise
    """

    accepting: Accepting
    names: tuple[str, str]
    move: Move
    rule: str
    verdict: Verdict
    said: bool


@dataclass(slots=True)
class _Candidate:
    """One command, as either side says it, and what each makes of it."""

    commands: tuple[Command, Command]
    answers: tuple[Answer, Answer]

    @property
    def leans(self) -> bool:
        return any(answer.leans for answer in self.answers)


@dataclass(slots=True)
class Meetings:
    """What follows for pairs of two sides. reached: the steps that a side takes somewhere;
    beyond: how often time went no further
    """

    sides: tuple[Side, Side]
    alignment: Alignment
    reached: set[str] = field(default_factory=set)
    beyond: dict[str, int] = field(default_factory=dict)
    _across: tuple[Translator, Translator] = field(init=False)

    def __post_init__(self) -> None:
        left, right = self.sides
        days, turned = (right.first - left.first).days, self.alignment.turned()
        self._across = (
            Translator(self.alignment, left.rules, days, right.reactions),
            Translator(turned, right.rules, -days, left.reactions),
        )

    def all(self, pair: Pair) -> Iterator[Met | Apart]:
        """Everything that may happen: steps of both first, time passing the last."""
        alone: list[Met] = []
        groups: dict[Hashable, dict[Hashable, _Candidate]] = {}
        for here in (0, 1):
            for tried in self._tries(pair, here):
                self._place(pair, here, tried, (groups, alone))
        for group in groups.values():
            yield from self._together(pair, list(group.values()))
        yield from alone
        yield from self._carried(pair)
        yield from self._time(pair)

    def eased(self, pair: Pair, apart: Apart) -> tuple[str, ...]:
        """The fewest steps without a counterpart after which the refusing side takes a step too."""
        here = 1 if apart.accepting == "left" else 0
        side, command = self.sides[here], (apart.move.left, apart.move.right)[here]
        own = (self.alignment.left, self.alignment.right)[here]
        assert isinstance(command, Command), "a step is a command"
        ways: list[tuple[State, tuple[str, ...]]] = [(pair.states[here], ())]
        today = pair.days[here]
        seen = {side.key(pair.states[here], today, None)}
        for state, names in ways:
            if names and isinstance(side.put(state, command, today).found, State):
                return names
            if len(names) == MOST_EASED:
                continue
            for tried in side.tries(state, today):
                after = tried.answer.found
                if tried.command.name not in own or not isinstance(after, State):
                    continue
                key = side.key(after, today, None)
                if key not in seen:
                    seen.add(key)
                    ways.append((after, (*names, tried.command.name)))
        return ()

    # --- steps ------------------------------------------------------------------------------------

    def _tries(self, pair: Pair, here: int) -> Iterator[Try]:
        """What a side would try; and again by whoever acts for it here, and not for the other."""
        side, other = self.sides[here], self.sides[1 - here]
        state, there = pair.states[here], pair.states[1 - here]
        for tried in side.tries(state, pair.days[here]):
            yield tried
            command = tried.command
            if not isinstance(command, Command) or command.because is not None:
                continue
            role = self._across[here].role(command.name, command.capacity)
            known = other.inputs.held(role, there) if role in other.rules.source.roles else ()
            if command.actor in known:
                holders = side.inputs.held(command.capacity, state)
                stranger = next((name for name in holders if name not in known), None)
                if stranger is not None:
                    asked = command._replace(actor=stranger)
                    answer = side.put(state, asked, pair.days[here], tried.choice)
                    yield Try(asked, answer, tried.choice)

    def _place(
        self,
        pair: Pair,
        here: int,
        tried: Try,
        found: tuple[dict[Hashable, dict[Hashable, _Candidate]], list[Met]],
    ) -> None:
        groups, alone = found
        command, side = tried.command, self.sides[here]
        if not isinstance(command, Command):
            return
        put = self._across[here].command(command, pair.links.there[here])
        if put is None:
            if isinstance(tried.answer.found, State):
                alone.append(_alone(pair, here, tried))
            return
        answer = self.sides[1 - here].put(
            pair.states[1 - here], put, pair.days[1 - here], tried.choice
        )
        commands = (put, command) if here else (command, put)
        answers = (answer, tried.answer) if here else (tried.answer, answer)
        pointer = side.rules.commands[command.name].pointer
        about = str(command.fields.get(pointer, "")) if pointer is not None else ""
        about = about if not here else pair.links.there[1].get(about, "")
        group = groups.setdefault((commands[0].name, about), {})
        # What both sides would say in the same way, with the same facts, is one and the same.
        form = (_form(commands[0]), _form(commands[1]), tried.choice)
        group.setdefault(form, _Candidate(commands, answers))

    def _together(self, pair: Pair, group: list[_Candidate]) -> Iterator[Met | Apart]:
        """A step that both know, about one subject, in each way that it may be said."""
        able = [[c for c in group if isinstance(c.answers[n].found, State)] for n in (0, 1)]
        both = [c for c in able[0] if isinstance(c.answers[1].found, State)]
        if able[0] or able[1]:
            self.reached.add(group[0].commands[0].name)
        for each in both:
            yield self._met(pair, each.commands, each.answers, adapted=False)
        for here in (0, 1):
            only = [c for c in able[here] if isinstance(c.answers[1 - here].found, Verdict)]
            said = bool(able[1 - here])
            yield from _apart(only, here, said=said)
        if able[0] and able[1] and not both:
            for one, other in _alike(*able):
                commands = one.commands[0], other.commands[1]
                yield self._met(pair, commands, (one.answers[0], other.answers[1]), adapted=True)

    def _met(
        self,
        pair: Pair,
        commands: tuple[Command, Command],
        answers: tuple[Answer, Answer],
        *,
        adapted: bool,
    ) -> Met:
        one, two = answers[0].found, answers[1].found
        assert isinstance(one, State)
        assert isinstance(two, State)
        leans = any(answer.leans for answer in answers)
        move = Move(*commands, leans=leans, adapted=adapted)
        return Met(move, Pair((one, two), pair.days, self._linked(pair, (one, two))))

    def _linked(self, pair: Pair, after: tuple[State, State]) -> Links:
        """With what came in on both sides at once."""
        new = [
            [s for name, s in now.subjects.items() if name not in before.subjects]
            for before, now in zip(pair.states, after, strict=True)
        ]
        if not (new[0] and new[1]):
            return pair.links
        pairs = list(pair.links.pairs)
        for lifecycle, other in self.alignment.lifecycles.items():
            ours = [s.id for s in new[0] if s.lifecycle == lifecycle]
            theirs = [s.id for s in new[1] if s.lifecycle == other]
            pairs += zip(ours, theirs, strict=False)
        return Links(tuple(pairs))

    # --- what nobody decides ----------------------------------------------------------------------

    def _carried(self, pair: Pair) -> Iterator[Met]:
        """Items that come over from the cycle before: on both sides where both have such items."""
        ours, theirs = (
            dict(_coming(side.tries(state, day)))
            for side, state, day in zip(self.sides, pair.states, pair.days, strict=True)
        )
        for lifecycle, tried in ours.items():
            other = theirs.pop(self.alignment.lifecycles.get(lifecycle, ""), None)
            if other is None:
                yield _alone(pair, 0, tried)
            else:
                one, two = tried.answer.found, other.answer.found
                assert isinstance(one, State)
                assert isinstance(two, State)
                links = self._linked(pair, (one, two))
                move = Move(tried.command, other.command)
                yield Met(move, Pair((one, two), pair.days, links))
        for tried in theirs.values():
            yield _alone(pair, 1, tried)

    def _time(self, pair: Pair) -> Iterator[Met]:
        """Time passes on both sides, to the next day that either can tell."""
        left, right = self.sides
        turns = left.turns(pair.states[0], pair.days[0]), right.turns(pair.states[1], pair.days[1])
        by = min((days for days in turns if days is not None), default=None)
        if by is None:
            return
        days = pair.days[0] + timedelta(days=by), pair.days[1] + timedelta(days=by)
        if not (left.inputs.within(days[0]) and right.inputs.within(days[1])):
            self.beyond[DAYS] = self.beyond.get(DAYS, 0) + 1
            return
        one = left.ticked(pair.states[0], days[0]).found
        two = right.ticked(pair.states[1], days[1]).found
        if isinstance(one, State) and isinstance(two, State):
            yield Met(Move(Tick(days[0]), Tick(days[1])), Pair((one, two), days, pair.links))

    def ends(self, pair: Pair) -> bool:
        """Whether time would still change something, but may go no further."""
        for side, state, day in zip(self.sides, pair.states, pair.days, strict=True):
            by = side.turns(state, day)
            if by is not None and not side.inputs.within(day + timedelta(days=by)):
                return True
        return False


MOST_EASED = 3


def _coming(tries: tuple[Try, ...]) -> Iterator[tuple[str, Try]]:
    """What comes over from the cycle before, by lifecycle."""
    for tried in tries:
        if isinstance(tried.command, TakeOver) and isinstance(tried.answer.found, State):
            yield tried.command.items[0].lifecycle, tried


def _alone(pair: Pair, here: int, tried: Try) -> Met:
    after = tried.answer.found
    assert isinstance(after, State)
    leans = tried.answer.leans
    one, two = pair.states
    if here:
        return Met(Move(None, tried.command, leans), pair._replace(states=(one, after)))
    return Met(Move(tried.command, None, leans), pair._replace(states=(after, two)))


def _apart(only: list[_Candidate], here: int, *, said: bool) -> Iterator[Apart]:
    """Where one side refuses the step however it is said, the way with the fewest reasons is told:
    it is the nearest to being let.
    """
    told = only
    if only and not said:
        told = [min(only, key=lambda c: len(_refusal(c, here).reasons))]
    accepting: Accepting = "right" if here else "left"
    for each in told:
        move = Move(*each.commands, leans=each.leans)
        names = each.commands[0].name, each.commands[1].name
        rule = each.answers[here].rule
        yield Apart(accepting, names, move, rule, _refusal(each, here), said)


def _refusal(candidate: _Candidate, here: int) -> Verdict:
    verdict = candidate.answers[1 - here].found
    assert isinstance(verdict, Verdict)
    return verdict


def _alike(
    ours: list[_Candidate], theirs: list[_Candidate]
) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Each way of the one with the way of the other that is most like it."""

    def likeness(one: _Candidate, other: _Candidate) -> int:
        said = _form(one.commands[1]), _form(other.commands[1])
        return len(set(said[0]) & set(said[1]))

    pairs = {
        (i, max(range(len(theirs)), key=lambda j: likeness(one, theirs[j])))
        for i, one in enumerate(ours)
    }
    pairs |= {
        (max(range(len(ours)), key=lambda i: likeness(ours[i], two)), j)
        for j, two in enumerate(theirs)
    }
    for i, j in sorted(pairs):
        yield ours[i], theirs[j]


def _form(command: Command) -> tuple[Hashable, ...]:
    """All that a command says, as something that can be compared."""
    said = sorted((name, frozen(value)) for name, value in command.fields.items())
    return (*said, ("", command.actor, command.capacity))


def name_of(command: AnyCommand | None) -> str:
    """What a step is called; nothing, where a side stays where it is."""
    return command.name if command is not None else ""
