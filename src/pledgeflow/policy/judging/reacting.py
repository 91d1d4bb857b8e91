"""What a step brings about in other streams: the commands that follow from it, one for each of them.

Only worked out here, and given by `service.reactions`; each is judged where it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pledgeflow.domain.commands import Because, Command, StreamId
from pledgeflow.domain.events import Event, Graded, Moved, Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Fields, Value
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import ReactionRule, Ruleset
from pledgeflow.policy.judging.consequences import sign_of
from pledgeflow.policy.language.following import Find, Source

KEY = "reaction:"
"""What the keys of reactions begin with."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A command for another stream.

    because: what it follows from; about: the item there; find: fields that name an item in the
    other stream, which has to be looked up there
    """

    stream: StreamId
    command: Command
    because: Because
    about: str
    find: Mapping[str, Find]

    def ready(self, there: State, rules: Ruleset) -> Command | None:
        """The command with its items found; nothing where the other stream has none such.

        Of several, the first for which the step is open: somebody may come in again who dropped out.
        """
        origin = self.because.stream.promisor
        found: dict[str, Value] = {}
        for name, find in self.find.items():
            items = [s for s in there.children(find.of) if s.content.get(find.by) == origin]
            if not items:
                return None
            open_ = rules.steps[self.command.name].get(find.of, {})
            found[name] = min(items, key=lambda item: item.state not in open_).id
        return self.command._replace(fields={**self.command.fields, **found})

    @property
    def key(self) -> str:
        """What makes it happen once: which act it follows from, by which reaction, and where."""
        why = self.because
        named = (why.stream, why.version, why.reaction, self.about, self.stream)
        return KEY + ":".join(map(str, named))


def demands(
    rules: Ruleset, state: State, events: Iterable[Event], facts: Facts
) -> Iterator[Demand]:
    """What follows from events elsewhere. state: after them; facts: as of the act, none fetched."""
    for event in events:
        sign = sign_of(event)
        for rule in rules.reactions:
            if sign in rule.signs and isinstance(event, Recorded | Moved | Graded):
                yield from _of(rule, state, event, facts)


def _of(
    rule: ReactionRule, state: State, event: Recorded | Moved | Graded, facts: Facts
) -> Iterator[Demand]:
    """The demands of one reaction to one event: about the items it names, or what the event is of."""
    record = event if isinstance(event, Recorded) else state.record(event.cause)
    on = event.occurred_on if isinstance(event, Recorded) else event.on
    # What time brings about nobody does: it is told as the promisor's.
    act = Command("", state.stream.promisor, REACTION, on)
    if record is not None:
        act = act._replace(name=record.command, actor=record.actor, fields=record.fields)
    because = Because(state.stream, event.version, rule.id)
    for subject in _about(rule, state, event):
        if any(check.judge(state, subject, act, facts) is not None for check in rule.checks):
            continue
        said = {**subject.content, **act.fields}
        for owner in _owners(rule, state, said, facts):
            here = state.stream
            stream = StreamId(here.jurisdiction, here.cycle, owner, rule.source.place)
            if stream != here:
                values, find = _fields(rule.source.fields, state, said, owner)
                given = act._replace(name=rule.source.do, fields=values, because=because)
                yield Demand(stream, given, because, subject.id, find)


def _about(rule: ReactionRule, state: State, event: Recorded | Moved | Graded) -> Iterator[Subject]:
    if not rule.items:
        yield state.subjects[state.root if isinstance(event, Graded) else event.subject]
    for lifecycle, states in rule.items:
        yield from (s for s in state.children(lifecycle) if s.state in states)


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
            if isinstance(named, str):
                yield named
            elif isinstance(named, Mapping):
                yield from named


def _fields(
    sources: Mapping[str, Source], state: State, said: Fields, owner: str
) -> tuple[dict[str, Value], dict[str, Find]]:
    values: dict[str, Value] = {}
    find: dict[str, Find] = {}
    for name, source in sources.items():
        if source.item is not None:
            find[name] = source.item
            continue
        known: Mapping[str, Value | None] = {
            "promisor": state.stream.promisor,
            "organization": state.organization,
            "result": _result(said, owner),
        }
        value: Value | None = source.word
        if source.field is not None:
            value = said.get(source.field)
        elif source.what is not None:
            value = known[source.what]
        if value is not None:
            values[name] = value
    return values, find


def _result(said: Fields, owner: str) -> Value | None:
    """What is said of somebody."""
    results = (value for value in said.values() if isinstance(value, Mapping))
    return next((each[owner] for each in results if owner in each), None)
