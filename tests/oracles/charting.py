"""A lifecycle run by python-statemachine from its SCXML, and a pledge's lifecycles side by side.

What a guard says is worked out by our own code and goes along with the event, for *every* way that
answers to it, whatever state it leaves. Which way is taken, and where it leads, is the other
engine's to find from the document alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from statemachine.io import load

from pledgeflow.domain.commands import AnyCommand, Command, Tick
from pledgeflow.domain.events import Added, Annulled, Corrected, Moved, Opened, Recorded
from pledgeflow.domain.evolution import evolve
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.exports.charts import Chart, charts
from pledgeflow.exports.scxml import scxml
from pledgeflow.policy.compiled.rules import Places, Policy, Ruleset, Step
from pledgeflow.policy.judging.choosing import Case, against_step, ill_said, place
from pledgeflow.policy.judging.consequences import stands_under
from pledgeflow.policy.judging.signing import collect
from pledgeflow.policy.judging.timing import due_timers, out_of_time
from pledgeflow.testing._simulation.walks import Asked, Walk, steps_of

ANY = {"unheard_of": True}
_STATE = re.compile(r"(<state [^>]*[^/])>|(<state [^>]*)/>")


class DisagreementError(AssertionError):
    """The other engine did something else."""


@dataclass(frozen=True, slots=True)
class Took:
    """An event that took a machine somewhere. cause: version of the record behind it, 0 for none."""

    cause: int
    on: date
    event: str
    guard: str


def watched(document: str) -> str:
    """The document, in which an error leads to a state of its own: SCXML only sends an event of it."""
    way = '<transition event="error.*" target="broken"/>'
    ended = _STATE.sub(
        lambda m: f"{m[1]}>{way}" if m[1] is not None else f"{m[2]}>{way}</state>", document
    )
    return ended.replace("</scxml>", '<state id="broken"/></scxml>')


@dataclass(slots=True)
class Chartrun:
    """One subject's lifecycle, run from its document: read anew for each, since data are made once.

    at: where it is, as the machine itself said last; the machine is only made when it is needed
    """

    document: str
    took: list[Took] = field(default_factory=list)
    at: str = ""
    _machine: Any = None

    @property
    def state(self) -> str:
        """Where it is."""
        return self.at or self._where(self._made())

    def give(self, event: str, may: Mapping[str, bool]) -> str | None:
        """Send an event; the way that was taken, if one was."""
        machine = self._made()
        machine.model.taken = ""
        _send(machine, event, may)
        self.at = self._where(machine)
        return str(machine.model.taken) or None

    def copy(self) -> Chartrun:
        """Another one that has come the same way."""
        return Chartrun(self.document, list(self.took), self.at)

    def _made(self) -> Any:
        if self._machine is None:
            self._machine = load(self.document, format="scxml", name="chart")()
            for took in self.took:
                _send(self._machine, took.event, {took.guard: True})
            if self.at and self.at != self._where(self._machine):
                raise DisagreementError("the same events led elsewhere")
        return self._machine

    def _where(self, machine: Any) -> str:
        (found,) = machine.configuration
        if found.id == "broken":
            raise DisagreementError("an expression of the document could not be run")
        return str(found.id)


def _send(machine: Any, event: str, may: Mapping[str, bool]) -> None:
    if not machine.is_terminated:
        machine.send(event, **(may or ANY))


def documents(policy: Policy, track: str) -> Mapping[str, str]:
    """lifecycle -> its document."""
    found: Mapping[str, Chart] = charts(policy, "en")[track]
    return {name: watched(scxml(chart)) for name, chart in found.items()}


@dataclass(slots=True)
class Charts:
    """All lifecycles of a pledge, as the other engine has them. steps: what was compared."""

    policy: Policy
    track: str
    documents: Mapping[str, str]
    runs: dict[str, Chartrun] = field(default_factory=dict)
    steps: int = 0

    @classmethod
    def of(cls, policy: Policy, track: str) -> Charts:
        """Before anything has happened."""
        return cls(policy, track, documents(policy, track))

    @property
    def rules(self) -> Ruleset:
        return self.policy.tracks[self.track]

    def follow(self, asked: Asked) -> None:
        """What was asked, and what came of it. Raises DisagreementError."""
        if asked.events:
            self._happen(asked)
        elif isinstance(asked.command, Command):
            self._refuse(asked, asked.command)
        self._compare(asked.after)
        self.steps += 1

    def copy(self) -> Charts:
        """The same, run anew from what took it there."""
        runs = {subject: run.copy() for subject, run in self.runs.items()}
        return Charts(self.policy, self.track, self.documents, runs)

    def _happen(self, asked: Asked) -> None:
        state, settled = asked.before, False
        for event in asked.events:
            after = evolve(state, event)
            match event:
                case Opened() | Added():
                    self._begin(event, after)
                case Recorded() if isinstance(asked.command, Command):
                    self._act(state, event, asked)
                    settled = True
                case Moved():
                    self._move(state, event, asked)
                    settled = True
                case Annulled() | Corrected():
                    self._undo(event, state, after)
                case _:
                    pass
            state = after
        if settled:
            self._nothing_completes(state, asked)

    def _begin(self, event: Opened | Added, after: State) -> None:
        subject = event.subject if isinstance(event, Added) else after.root
        run = Chartrun(self.documents[event.lifecycle])
        _same(run.state, event.state, event)
        self.runs[subject] = run

    def _act(self, state: State, event: Recorded, asked: Asked) -> None:
        assert isinstance(asked.command, Command)
        subject = state.subjects[event.subject]
        taken = self._asked(state, asked.command, asked.facts)
        _same(taken, _name(event.rule), event)
        if event.occurred_on >= subject.since:
            took = _took(event.version, event.occurred_on, f"act.{event.command}", event.rule)
            self.runs[subject.id].took.append(took)

    def _asked(self, state: State, command: Command, facts: Facts) -> str | None:
        """The way that the machine takes when a command is given."""
        placed = place(self.rules, state, command)
        if not isinstance(placed, Subject):
            return None
        run, on = self.runs[placed.id], command.occurred_on
        if on < placed.since:
            # What is entered late is judged in the state that held then.
            run = Chartrun(run.document, [took for took in run.took if took.on <= on])
        may = self._may(state, placed, command, facts)
        return run.give(f"act.{command.name}", may)

    def _may(
        self, state: State, subject: Subject, command: Command, facts: Facts
    ) -> dict[str, bool]:
        rules, on = self.rules, command.occurred_on
        named = rules.commands.get(command.name)
        if named is None:
            return {}
        ill = bool(ill_said(named, state, command)) or bool(out_of_time(rules, on, facts.today))
        case = Case(rules, state, subject, command, facts)
        may: dict[str, bool] = {}
        for step in steps_of(rules):
            if (step.trigger, step.lifecycle) != (command.name, subject.lifecycle):
                continue
            late = on < subject.since and not step.records_only
            open_ = not (ill or late or against_step(case, step)[0])
            if open_ and step.joint:
                found = collect(self.policy, step, state, subject, command)
                open_ = isinstance(found, Mapping)
                if subject.state in step.sources and not open_:
                    return dict.fromkeys(may, False)  # it waits for the others, and nothing moves
            may[_guard(step.rule)] = open_
        return may

    def _refuse(self, asked: Asked, command: Command) -> None:
        state, today = asked.before, asked.facts.today
        if not state.version or any(due_timers(self.rules, state, today)):
            return  # it would have been judged after what time does, and nothing of that stays
        _same(self._asked(state, command, asked.facts), None, command)

    def _move(self, state: State, event: Moved, asked: Asked) -> None:
        """What completes itself, and what time does; an act has moved its subject already."""
        subject, run = state.subjects[event.subject], self.runs[event.subject]
        step = _found(self.rules, event.rule)
        if not step.roles:
            kind = "time" if step.waits is not None else "complete"
            command: AnyCommand = (
                asked.command if isinstance(asked.command, Command) else Tick(event.on)
            )
            may = self._silent(kind, state, subject, (command, asked.facts))
            sent = f"{kind}.{_name(event.rule)}"
            _same(run.give(sent, may), _name(event.rule), event)
            run.took.append(_took(event.cause, event.on, sent, event.rule))
        _same(run.state, event.dest, event)

    def _silent(
        self, kind: str, state: State, subject: Subject, asked: tuple[AnyCommand, Facts]
    ) -> dict[str, bool]:
        command, facts = asked
        places = self.rules.timers if kind == "time" else self.rules.completions
        due = {(s.id, step.rule) for _, s, step in due_timers(self.rules, state, facts.today)}
        return {
            _guard(step.rule): stands_under(step, state, subject)
            and all(c.judge(state, subject, command, facts) is None for c in step.checks)
            and (kind == "complete" or (subject.id, step.rule) in due)
            for step in _placed(places, subject.lifecycle)
        }

    def _nothing_completes(self, state: State, asked: Asked) -> None:
        command = asked.command if isinstance(asked.command, Command) else Tick(asked.facts.today)
        for subject in state.subjects.values():
            may = self._silent("complete", state, subject, (command, asked.facts))
            for guard in may:
                name = guard.removeprefix("may_")
                _same(self.runs[subject.id].give(f"complete.{name}", may), None, name)

    def _undo(self, event: Annulled | Corrected, before: State, after: State) -> None:
        """Everything that a record brought about goes; what was corrected comes again.

        A record that moved nothing stays where it was made, and stands in whatever state.
        """
        record = before.record(event.target)
        assert record is not None
        step = _found(self.rules, record.rule)
        stays = isinstance(event, Corrected) and step.dest is None
        act = f"act.{record.command}"
        for subject in tuple(self.runs):
            if subject not in after.subjects:
                del self.runs[subject]
                continue
            run = self.runs[subject]
            left = [t for t in run.took if t.cause != event.target or (stays and t.event == act)]
            if len(left) < len(run.took):
                self.runs[subject] = Chartrun(run.document, left)
        if isinstance(event, Corrected) and not stays:
            run, took = (
                self.runs[record.subject],
                _took(record.version, record.occurred_on, act, record.rule),
            )
            _same(run.give(act, {took.guard: True}), _name(record.rule), event)
            run.took.append(took)

    def _compare(self, state: State) -> None:
        ours = {subject.id: subject.state for subject in state.subjects.values() if state.version}
        _same({subject: run.state for subject, run in self.runs.items()}, ours, "all subjects")


def _same(theirs: object, ours: object, about: object) -> None:
    if theirs != ours:
        raise DisagreementError(f"{about}: they have {theirs}, we have {ours}")


def _took(cause: int, on: date, event: str, rule: str) -> Took:
    return Took(cause, on, event, _guard(rule))


def _name(rule: str) -> str:
    return rule.split(".")[3]


def _guard(rule: str) -> str:
    return f"may_{_name(rule)}"


def _placed(places: Places, lifecycle: str) -> Iterable[Step]:
    return {step.rule: step for s in places.get(lifecycle, {}).values() for step in s}.values()


def _all(rules: Ruleset) -> Iterator[Step]:
    yield from steps_of(rules)
    for places in (rules.timers, rules.completions):
        for lifecycle in places:
            yield from _placed(places, lifecycle)


def _found(rules: Ruleset, rule: str) -> Step:
    return next(step for step in _all(rules) if step.rule == rule)


@dataclass(slots=True)
class Followed(Walk):
    """A walk on which somebody looks: whatever is asked on it, the charts are held against it."""

    charts: Charts | None = None

    def ask(self, command: AnyCommand) -> Asked:
        asked = Walk.ask(self, command)
        assert self.charts is not None
        self.charts.follow(asked)
        return asked

    def anew(self) -> Followed:
        """Another walk that begins where this one has come to."""
        assert self.charts is not None
        return Followed(self.policy, self.town, self.state, self.today, charts=self.charts.copy())
