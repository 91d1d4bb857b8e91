"""What to say in taking a step: just enough for its guards, and each thing that is told apart later.

The payloads come from the compiled policy (`compiled.witnesses`), and are varied in one field at a
time: over every value that some rule tells from others, and over leaving it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import Command
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.policy.compiled.rules import Attempt, Blank, EachItem, Group, Step, Unfilled
from pledgeflow.policy.compiled.witnesses import WORDS
from pledgeflow.policy.guards.binding import FOREVER
from pledgeflow.policy.language.steps import CommandField


class Day(Enum):
    """A date that is only known when it is said: over before the next day that is told apart (today,
    where there is none), or a far one.
    """

    NEXT = "next"
    FAR = "far"


class Absent(Enum):
    """The field is left out."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
Said = Value | Unfilled | Day
Saying = Mapping[str, Said]
Variant = Said | Absent
MOST = 40
"""Ways to say one thing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when something is said: what its guards are judged on."""

    state: State
    subject: Subject
    facts: Facts
    command: Command


class Sayings:
    """The payloads of a track's steps, each worked out when it is needed first."""

    def __init__(self, outlook: Outlook) -> None:
        self._outlook, self._rules = outlook, outlook.rules
        self._read = _readers(outlook)
        self._known: dict[tuple[int, str], tuple[Saying, ...]] = {}

    def of(self, attempt: Attempt, asked: Asked) -> tuple[Saying, ...]:
        """What to say, the base first: everything that may matter is said."""
        key = (id(attempt), asked.state.stream.promisor)
        if key not in self._known:
            self._known[key] = tuple(self._varied(attempt, asked))
        return self._known[key]

    def vary(self, step: Step) -> bool:
        """Whether a step may be taken saying one thing or another that is told apart later."""
        return not self._told(step).keys() <= {self._rules.commands[step.trigger].pointer}

    def told_of(self, lifecycle: str) -> frozenset[str] | None:
        """The fields of an item that something reads; None: of what was said of one, too."""
        steps = (s for s in self._outlook.steps if lifecycle in (s.adds, s.lifecycle))
        if any(self._read.get(("record", s.trigger)) for s in steps if s.adds or s.amends):
            return None
        return frozenset(self._read.get(("content", lifecycle), {}))

    def _varied(self, attempt: Attempt, asked: Asked) -> Iterator[Saying]:
        step = attempt.step
        specs = self._rules.commands[step.trigger].rules.fields
        pointer = self._rules.commands[step.trigger].pointer
        told = self._told(step)
        tied = {name for group in attempt.groups for payload in group.payloads for name in payload}
        variants = {
            name: list(_variants(spec, told[name], self._tiers))
            for name, spec in specs.items()
            if name in told and name != pointer
        }
        base: dict[str, Said] = {}
        for group in attempt.groups:
            base |= _first(group, asked, {n: v[0] for n, v in variants.items()})
        for name, values in variants.items():
            if name not in tied and values and not isinstance(values[0], Absent):
                base[name] = values[0]
        yield base
        number = 0
        for name, values in variants.items():
            for value in values:
                if (base.get(name, ABSENT) == value and name in base) or number >= MOST:
                    continue
                number += 1
                changed = dict(base)
                for group in attempt.groups:
                    if any(name in payload for payload in group.payloads):
                        changed |= _first(group, asked, {name: value})
                if isinstance(value, Absent):
                    changed.pop(name, None)
                else:
                    changed[name] = value
                if changed != base:
                    yield changed

    @property
    def _tiers(self) -> tuple[str, ...]:
        evaluation = self._rules.evaluation
        return tuple(evaluation.tiers) if evaluation is not None else ()

    def _told(self, step: Step) -> dict[str, list[Value]]:
        """The fields that something reads later, and what is told apart there."""
        specs = self._rules.commands[step.trigger].rules.fields
        homes = [self._read.get(("record", step.trigger), {})]
        homes += [self._read.get(("content", step.adds), {})] if step.adds else []
        homes += [self._read.get(("content", step.lifecycle), {})] if step.amends else []
        told: dict[str, list[Value]] = {}
        for home in homes:
            for name, values in home.items():
                if name in specs:
                    kept = told.setdefault(name, [])
                    kept += [value for value in values if value not in kept]
        grading = self._rules.grading
        if grading is not None and step.trigger == grading.command and grading.field in specs:
            told.setdefault(grading.field, [])
        return told


def _readers(outlook: Outlook) -> Mapping[tuple[str, str], dict[str, list[Value]]]:
    """(record, command) or (content, lifecycle) -> field -> what is told apart."""
    found: dict[tuple[str, str], dict[str, list[Value]]] = {}
    for use in outlook.uses:
        for sight in use.check.sights or ():
            homes = [("record", command) for command in sight.records]
            homes = homes or [("content", sight.of or use.judged)]
            for home in homes:
                for name, values in sight.says.items():
                    kept = found.setdefault(home, {}).setdefault(name, [])
                    kept += [value for value in values if value not in kept]
    for step in outlook.steps:
        if step.waits is not None and step.waits.field is not None:
            found.setdefault(("content", step.lifecycle), {}).setdefault(step.waits.field, [])
    return found


def _variants(  # noqa: PLR0912 (one for each type of field)
    spec: CommandField, told: list[Value], tiers: tuple[str, ...]
) -> Iterator[Variant]:
    """The values of a field that are told apart, what is wanted first; none at all, if that may be."""
    wanted = [value for value in told if value is not True]
    match spec.type:
        case "date":
            yield from (Day.FAR, Day.NEXT)
        case "tier":
            yield from tiers
        case "boolean":
            yield from (True, False)
        case "choices":
            several = tuple(str(value) for value in wanted) or tuple(spec.choices)
            yield several
            if len(several) > 1 and wanted:
                yield from ((each,) for each in several)
        case "choice":
            others = [c for c in spec.choices if c not in wanted][:1] or (
                ["other_1"] if spec.open or not spec.choices else []
            )
            yield from (v for v in (*wanted, *others) if isinstance(v, str))
        case "tally" if spec.of is not None:
            yield from (EachItem(spec.of, 1), EachItem(spec.of, 1, alone=True))
        case "tally":
            names = tuple(spec.choices) or tiers
            yield from ({n: int(n == chosen) for n in names} for chosen in names)
        case "integer":
            yield from (v for v in (*wanted, 1) if isinstance(v, int))
        case "text":
            yield WORDS
        case "person":
            yield "other"
            yield Blank.ACTOR
        case "organization":
            yield Blank.ORGANIZATION
        case _:
            return
    if not spec.required:
        yield ABSENT


def _first(group: Group, asked: Asked, wanted: Mapping[str, Variant]) -> dict[str, Said]:
    """The payload of a group that its guards accept and that says most of what is wanted."""

    def fits(payload: Mapping[str, Said]) -> int:
        return sum(payload.get(n, ABSENT) == v for n, v in wanted.items())

    payloads = sorted(group.payloads, key=fits, reverse=True)
    for payload in payloads:
        whole: dict[str, Said] = dict(payload)
        said = {n: v for n, v in wanted.items() if n in payload and v is not ABSENT}
        for tried in ({**whole, **said}, whole):
            if accepted(group, asked, tried):
                return tried
    return {name: value for each in payloads[:1] for name, value in each.items()}


def accepted(group: Group, asked: Asked, payload: Saying) -> bool:
    """Whether the guards of a group have nothing against what is said."""
    state, subject, facts, command = asked.state, asked.subject, asked.facts, asked.command
    said = command._replace(fields=filled(payload, asked, None))
    return all(judge(state, subject, said, facts) is None for judge in group.judges)


def filled(saying: Saying, asked: Asked, ahead: date | None) -> dict[str, Value]:
    """What is said, with everything in it that is only known now. ahead: the next bound."""
    today = asked.facts.today
    far = today + timedelta(days=2 * FOREVER)

    def value(said: Said) -> Value:
        match said:
            case Blank.ACTOR:
                return asked.command.actor
            case Blank.ORGANIZATION:
                return asked.state.organization
            case Blank.DAY:
                return today
            case Day.NEXT:
                return max(ahead - DAY, today) if ahead is not None else today
            case Day.FAR:
                return far
            case EachItem(lifecycle, votes, alone):
                items = asked.state.children(lifecycle)
                return {item.id: 0 if alone and i else votes for i, item in enumerate(items)}
            case _:
                return said

    return {name: value(said) for name, said in saying.items()}
