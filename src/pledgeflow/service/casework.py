"""One pledge as it stands, and the command that a step amounts to there. Beneath `engine`."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple, assert_never

from pledgeflow.domain.commands import (
    Annul,
    AnyCommand,
    Begin,
    Command,
    Correct,
    Migrate,
    StreamId,
    TakeOver,
    Tick,
)
from pledgeflow.domain.events import Annulled, Corrected, Event, Migrated, Recorded, Signed
from pledgeflow.domain.extracts import Directory
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text, seal
from pledgeflow.errors import DirectoryError, InvalidCommandError, RefusedError, Verdict
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.closing import against_closed
from pledgeflow.policy.judging.intake import intake
from pledgeflow.policy.saying.wording import worded
from pledgeflow.steps import Asked
from pledgeflow.storage.store import START, Head, PledgeRow, SealedText, Span

AMENDING = ("correct", "annul")
NAMING = ("person", "organization")
"""Types of fields that name somebody in the directory."""
Made = tuple[AnyCommand, tuple[SealedText, ...]]
"""A command, and the free text that it only has digests of."""


class Unmet(NamedTuple):
    """What should have followed in another stream, and why it could not: a verdict, or words.

    waits: it is tried again the next time that time passes
    """

    stream: StreamId
    command: str
    why: Verdict | str
    waits: bool = False


class Followed(NamedTuple):
    """What follows in another stream from an act: a step there."""

    stream: StreamId
    command: str


class Done(NamedTuple):
    """What came of an act: the events, the state after them, and what could not follow elsewhere.

    left: what had followed elsewhere from an act that this one takes back or puts right, and stands
    there as it was
    """

    events: tuple[Event, ...]
    state: State
    unmet: tuple[Unmet, ...] = ()
    left: tuple[Followed, ...] = ()


class Case(NamedTuple):
    """One pledge as it stands, with everything needed to judge it.

    on: the day asked about; closed: the day on which its cycle was, if it was; head: where the
    stream has come to; row: its projection, if it is known; span: what the key asked about stands
    for already
    """

    policy: Policy
    state: State
    directory: Directory
    on: date
    closed: date | None = None
    head: Head = START
    row: PledgeRow | None = None
    span: Span | None = None

    @property
    def rules(self) -> Ruleset:
        """Those of the promisor's track."""
        return self.policy.tracks[self.state.track]

    def around(self, on: date, *others: str) -> View:
        """What a decision reads of the directory on a day, if it is also about these others."""
        stream = self.state.stream
        ids = (stream.promisor, self.state.organization, *others)
        return self.directory.around(stream.jurisdiction, ids, on)


Make = Callable[[Case], Made]
"""A command is made anew for each try: what it means may depend on where the pledge stands."""


def check_open(case: Case, command: AnyCommand) -> None:
    """Raises RefusedError where the cycle is closed and the command is none that goes on then."""
    verdict = too_late(case, command)
    if verdict is not None:
        raise RefusedError(command.name, verdict)


def too_late(case: Case, command: AnyCommand) -> Verdict | None:
    """The refusal of a command for which the cycle is closed; nothing if it may be judged."""
    if case.closed is None:
        return None
    reason = against_closed(case.rules, case.state, command, case.closed)
    if reason is None:
        return None
    return worded(case.policy, case.state, Verdict(reason.ruling, (reason,)))


def still_open(
    case: Case, offered: Mapping[tuple[str, str], Verdict], actor: str, on: date
) -> Mapping[tuple[str, str], Verdict]:
    """What is offered, less what comes too late for the cycle."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    for (trigger, about), verdict in offered.items():
        named, subject = case.rules.commands[trigger], case.state.subjects[about]
        points = named.pointer is not None and named.points_at == subject.lifecycle
        fields = {str(named.pointer): about} if points else {}
        late = too_late(case, Command(trigger, actor, "", on, fields))
        verdicts[trigger, about] = verdict if late is None else late
    return verdicts


def ready(command: AnyCommand) -> Make:
    """A command that is the same wherever the pledge stands."""
    return lambda _: (command, ())


def made(case: Case, asked: Asked) -> Made:
    """The command of a step. Raises InvalidCommandError, or DirectoryError for unknown people."""
    texts: list[SealedText] = []

    def sealed(words: str) -> Text:
        salt = secrets.token_hex(16)
        text = seal(words, salt)
        texts.append(SealedText(text.digest, salt, words))
        return text

    _check_known(case, asked)
    if asked.do in AMENDING:
        return _amending(case, asked, sealed), tuple(texts)
    fields = intake(case.rules, asked.do, asked.fields, sealed)
    command = Command(asked.do, asked.actor, asked.capacity, asked.on, fields, asked.entered_by)
    return command, tuple(texts)


def name_of(event: Event) -> str:
    """The command an event records; "" for what only follows from one."""
    match event:
        case Recorded() | Signed():
            return event.command
        case Corrected():
            return "correct"
        case Annulled():
            return "annul"
        case Migrated():
            return "migrate"
        case _:
            return ""


def _amending(case: Case, asked: Asked, sealed: Callable[[str], Text]) -> Correct | Annul:
    fields = dict(asked.fields)
    target = fields.pop("target", None)
    if type(target) is not int:
        raise InvalidCommandError(asked.do, ("`target` has to be the version of a record",))
    if asked.do == "annul":
        if fields:
            raise InvalidCommandError(asked.do, ("an annulment has no fields but `target`",))
        return Annul(target, asked.actor, asked.capacity, asked.on, asked.entered_by)
    record = case.state.record(target)
    typed = intake(case.rules, record.command, fields, sealed) if record is not None else {}
    return Correct(target, asked.actor, asked.capacity, asked.on, typed, asked.entered_by)


def people_in(case: Case, command: AnyCommand) -> Iterator[str]:
    """Everybody whom a command names, and whom the record that it amends does."""
    match command:
        case Command():
            yield command.actor
            yield command.entered_by or command.actor
            yield from named(case.rules, command.name, command.fields)
        case Correct() | Annul():
            yield command.actor
            yield command.entered_by or command.actor
            record = case.state.record(command.target)
            if record is not None:
                fields = command.fields if isinstance(command, Correct) else {}
                yield from (record.actor, record.entered_by or record.actor)
                yield from named(case.rules, record.command, {**record.fields, **fields})
        case Tick() | TakeOver() | Begin() | Migrate():
            return
        case _:
            assert_never(command)


def named(rules: Ruleset, name: str, fields: Mapping[str, object]) -> Iterator[str]:
    """The people and organizations that a step's fields name."""
    command = rules.commands.get(name)
    for key, spec in command.rules.fields.items() if command is not None else ():
        given = fields.get(key)
        if spec.type in NAMING and isinstance(given, str):
            yield given
        elif spec.type == "results" and isinstance(given, Mapping):
            yield from map(str, given)


def check_person(case: Case, view: View, person: str, on: date) -> None:
    """Raises DirectoryError for somebody who is not in the directory on that day."""
    if person not in view.persons:
        stream = case.state.stream
        colleagues = case.directory.members(stream.jurisdiction, case.state.organization, on)
        raise _nobody(person, {**view.persons, **colleagues.persons}, on)


def check_known(
    directory: Directory, jurisdiction: str, names: tuple[str | None, str | None], on: date
) -> None:
    """Raises DirectoryError for a person or an organization that is not in the directory then.

    names: of the two, None for what is not asked about
    """
    person, organization = names
    view = directory.around(jurisdiction, [name for name in names if name is not None], on)
    if person not in (None, *view.persons):
        raise _nobody(str(person), directory.members(jurisdiction, "", on).persons, on)
    if organization not in (None, *view.organizations):
        check_organization(directory.members(jurisdiction, "", on), organization)


def _nobody(person: str, others: Iterable[str], on: date) -> DirectoryError:
    near = get_close_matches(person, others, n=1)
    close = f"perhaps `{near[0]}`" if near else "add them to the directory first"
    return DirectoryError(f"nobody is called `{person}` in the directory on {on}; {close}")


def check_organization(view: View, organization: str | None) -> None:
    """Raises DirectoryError for an organization, if one is named, that is not in the directory."""
    there = view.organizations
    if organization is not None and organization not in there:
        near = get_close_matches(organization, there, n=3) or sorted(there)[:8]
        known = ", ".join(f"`{name}`" for name in near) or "none"
        raise DirectoryError(
            f"the directory has no organization `{organization}`; there is {known}"
        )


def _check_known(case: Case, asked: Asked) -> None:
    people = (asked.actor, *((asked.entered_by,) if asked.entered_by is not None else ()))
    view = case.around(asked.on, *people, *named(case.rules, asked.do, asked.fields))
    for person in people:
        check_person(case, view, person, asked.on)
    command = case.rules.commands.get(asked.do)
    for key, spec in command.rules.fields.items() if command is not None else ():
        known = {"person": view.persons, "organization": view.organizations}.get(spec.type)
        given = asked.fields.get(key)
        if known is not None and isinstance(given, str) and given not in known:
            raise DirectoryError(f"`{key}`: no {spec.type} is called `{given}` in the directory")
        if spec.type == "results" and isinstance(given, Mapping):
            for who in map(str, given):
                if who not in view.persons and who not in view.organizations:
                    raise DirectoryError(f"`{key}`: no person is called `{who}` in the directory")
