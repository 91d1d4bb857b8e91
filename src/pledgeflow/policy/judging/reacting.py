"""What a step brings about in other streams: the commands that follow from it, one for each of them.

Only worked out here, and given by `service.reactions`; each is judged where it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.commands import Because, Command, StreamId
from pledgeflow.domain.events import Event, Graded, Moved, Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields, Value
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import ReactionRule, Ruleset
from pledgeflow.policy.judging.consequences import sign_of
from pledgeflow.policy.language.schema import Find, Source


@dataclass(frozen=True, slots=True)
class Demand:
    """A command for another stream. find: the fields that name an item there, which it has to find"""

    stream: StreamId
    command: Command
    find: Mapping[str, Find]

    def ready(self, there: State) -> Command | None:
        """The command with its items found; nothing where the other stream has none such."""
        found: dict[str, Value] = {}
        for name, find in self.find.items():
            item = next(
                (
                    subject.id
                    for subject in there.children(find.of)
                    if subject.content.get(find.by) == self.origin
                ),
                None,
            )
            if item is None:
                return None
            found[name] = item
        c = self.command
        fields = {**c.fields, **found}
        return Command(c.name, c.actor, c.capacity, c.occurred_on, fields, None, c.because)

    @property
    def origin(self) -> str:
        """Whose stream it comes from."""
        return self.command.because.stream.promisor if self.command.because is not None else ""

    @property
    def key(self) -> str:
        """What makes it happen once: from which act it follows, by which reaction, and where."""
        why = self.command.because
        where = f"{self.stream}:{self.command.name}"
        return f"reaction:{why.stream}:{why.version}:{why.reaction}:{where}" if why else where


def demands(
    rules: Ruleset, state: State, events: Iterable[Event], facts: Facts
) -> Iterator[Demand]:
    """What follows from events elsewhere. state: after them; facts: as of the act, none fetched."""
    if not rules.reactions:
        return
    happened = tuple(events)
    for event in happened:
        sign = sign_of(event)
        for rule in rules.reactions:
            if sign in rule.signs and isinstance(event, Recorded | Moved | Graded):
                yield from _of(rule, state, event, facts)


def _of(
    rule: ReactionRule, state: State, event: Recorded | Moved | Graded, facts: Facts
) -> Iterator[Demand]:
    """The demands of one reaction to one event: about the items it names, or what the event is of."""
    record = event if isinstance(event, Recorded) else state.record(event.cause)
    about = state.root if isinstance(event, Graded) else event.subject
    subjects = [state.subjects[about]] if about in state.subjects else []
    if rule.items:
        subjects = [
            subject
            for lifecycle, states in rule.items
            for subject in state.children(lifecycle)
            if subject.state in states
        ]
    on = record.occurred_on if record is not None else _day(event)
    actor = record.actor if record is not None else state.stream.promisor
    for subject in subjects:
        fields = record.fields if record is not None else {}
        act = Command(record.command if record else "", actor, "", on, fields)
        if any(check.judge(state, subject, act, facts) is not None for check in rule.checks):
            continue
        said = {**subject.content, **fields}
        because = Because(state.stream, event.version, rule.id)
        for owner in _owners(rule, state, said, facts):
            stream = StreamId(
                state.stream.jurisdiction, state.stream.cycle, owner, rule.source.place
            )
            if stream == state.stream:
                continue
            values, find = _fields(rule.source.fields, state, said, owner)
            command = Command(rule.source.do, actor, REACTION, on, values, None, because)
            yield Demand(stream, command, find)


def _day(event: Recorded | Moved | Graded) -> date:
    return event.occurred_on if isinstance(event, Recorded) else event.on


def _owners(rule: ReactionRule, state: State, said: Fields, facts: Facts) -> Iterator[str]:
    match rule.source.whose:
        case "promisor":
            yield state.stream.promisor
        case "own":
            yield state.organization
        case "superior":
            above = next(facts.view.ancestors(state.organization), None)
            if above is not None:
                yield above.id
        case field:
            named = said.get(field, ())
            yield from (
                (named,)
                if isinstance(named, str)
                else map(str, named)
                if isinstance(named, tuple | Mapping)
                else ()
            )


def _fields(
    sources: Mapping[str, Source], state: State, said: Fields, owner: str
) -> tuple[dict[str, Value], dict[str, Find]]:
    values: dict[str, Value] = {}
    find: dict[str, Find] = {}
    for name, source in sources.items():
        value: Value | None = source.word
        if source.item is not None:
            find[name] = source.item
        elif source.field is not None:
            value = said.get(source.field)
        elif source.what == "promisor":
            value = state.stream.promisor
        elif source.what == "organization":
            value = state.organization
        elif source.what == "result":
            value = next(
                (v[owner] for v in said.values() if isinstance(v, Mapping) and owner in v), None
            )
        if value is not None:
            values[name] = value
    return values, find
