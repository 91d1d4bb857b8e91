"""One stream, act by act, under another policy: what would have been refused, and what came of it.

After an act that is refused it goes on in the state that the other policy has come to. Nothing is
written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pledgeflow.assurance.backtesting.acts import ACTS, Act, added_by, because, name_of
from pledgeflow.assurance.backtesting.elsewhere import NOT_LEANED, Elsewhere, Known, Leaned
from pledgeflow.assurance.backtesting.naming import Named, Names
from pledgeflow.assurance.backtesting.saying import NOTHING_SAID, Said, guesses, said
from pledgeflow.assurance.backtesting.told import NOWHERE, Put, Refusal, Standing, Traced
from pledgeflow.decision import answered, decide, needed
from pledgeflow.domain.commands import (
    Annul,
    AnyCommand,
    Begin,
    Carried,
    Command,
    Correct,
    TakeOver,
    Tick,
)
from pledgeflow.domain.events import (
    BY_TIME,
    DEEMED,
    Added,
    Annulled,
    Corrected,
    Event,
    Migrated,
    Moved,
    Opened,
    Recorded,
    Signed,
)
from pledgeflow.domain.evolution import evolve, fold
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Fields
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Step
from pledgeflow.policy.judging.carrying import ARRIVED
from pledgeflow.policy.judging.timing import due_timers
from pledgeflow.service.casework import Case, too_late
from pledgeflow.service.remembering import Extract

_A_DAY = timedelta(days=1)
BEHIND = frozenset({"wrong_state", "not_while", "unknown_item"})
"""Codes that say that the stream is not where it would be, had nothing been refused before."""


@dataclass(slots=True)
class Replay:
    """A stream under way.

    case: as it stands under the other policy; was: as it stood when it was recorded; names: from
    the rules it was under, which `called` gives of a state; people: everybody who has to do with
    it; items, records: what came about then -> the same now
    """

    case: Case
    was: State
    names: Names
    called: Callable[[State], Names]
    people: Extract
    elsewhere: Elsewhere
    today: date = date.min
    acts: int = 0
    spare: int = 0
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[Put] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)
    records: dict[int, int] = field(default_factory=dict)
    renamed: dict[Named, None] = field(default_factory=dict)
    _signed: set[str] = field(default_factory=set)

    def run(self, events: Sequence[Event]) -> None:
        """Go through what was recorded."""
        for place, event in enumerate(events):
            self._meet(event, events[place + 1 :])
            self.was = evolve(self.was, event)
            if isinstance(event, Migrated):
                self.names = self.called(self.was)

    def _meet(self, event: Event, after: Sequence[Event]) -> None:
        match event:
            case Opened() if self.was.stream.aggregate == "year":
                self.today = event.on
                self._give(Begin(event.on))
            case Recorded(capacity=capacity) if capacity == DEEMED:
                self._deem(event)
            case Recorded() | Signed() | Corrected() | Annulled():
                self.acts += 1
                self.today = max(self.today, event.occurred_on)
                self._act(event, tuple(added_by(after)))
            case Moved(cause=cause) if cause == BY_TIME:
                self._wait(event)
            case Added(cause=cause) if cause == BY_TIME:
                self._take_over(event)
            case _:
                return  # what only followed

    # --- time, and what comes from an earlier cycle ------------------------------------------------

    def _wait(self, event: Moved) -> None:
        """Time has moved something: so far it had passed at least."""
        for day, subject, step in due_timers(self.names.source, self.was, date.max):
            if (subject.id, step.rule) == (event.subject, event.rule):
                late = self.names.source.late_entry
                last = day if late is None else day + late
                self.today = max(self.today, last + _A_DAY, subject.since)
                break
        else:
            self.today = max(self.today, event.on)
        if self.case.state.version:
            self._give(Tick(self.today))

    def _take_over(self, event: Added) -> None:
        content = {k: v for k, v in event.content.items() if k not in ARRIVED}
        times, origin = event.content.get("carried"), event.content.get("carried_from")
        if not isinstance(times, int) or not isinstance(origin, str):
            return
        self.today = max(self.today, event.on)
        item = Carried(origin, event.lifecycle, event.state, content, times)
        self._pair((event,), self._give(TakeOver(event.on, (item,))))

    def _deem(self, event: Recorded) -> None:
        """What was deemed to have happened is, if the other policy knows such a step."""
        state, to = self.case.state, self.names.command(event.command).to
        if state.version and to:
            here = event._replace(version=state.version + 1, command=to, subject=state.root)
            self.case = self.case._replace(state=evolve(state, here))

    def _give(self, command: AnyCommand) -> tuple[Event, ...]:
        """What nobody does, and nobody can be refused."""
        moment = (self.today, self.people.view(command.occurred_on))
        known = self.elsewhere.known(self.case, command, moment)
        return self._go(decide(self.case.policy, self.case.state, command, known.facts))

    # --- what people did --------------------------------------------------------------------------

    def _act(self, act: Act, added: tuple[Added, ...]) -> None:
        name = name_of(act)
        if isinstance(act, Recorded | Signed) and name in self._signed:
            if isinstance(act, Recorded):
                self._signed.discard(name)
            self.spare += 1
            return
        put = self._put(act)
        command, found = self._command(act)
        self.case = self.case._replace(on=command.occurred_on)
        moment = (self.today, self.people.view(command.occurred_on))
        known = self.elsewhere.known(self.case, command, moment, self._leaned(act))
        answer = self._asked(known, command, found.unknown)
        if isinstance(answer, Verdict):
            diverged = bool(self.refused or self.waiting)
            follows = diverged and (bool(found.lost) or self._follows(act, answer, known))
            self.refused.append(Refusal(put, answer, follows))
            return
        self.unknown += ((act.version, fact) for fact in known.unknown)
        self.unknown += ((act.version, f"{put.to}.{name}") for name in found.unknown)
        self._note(act, answer, put)
        self._pair(added, answer)

    def _asked(
        self, known: Known, command: AnyCommand, unknown: tuple[str, ...]
    ) -> tuple[Event, ...] | Verdict:
        """What the other policy says; where something is unknown, whatever is said in its place."""
        case = self.case._replace(policy=known.policy)
        late = too_late(case, command) if self._closed(command.occurred_on) else None
        if late is not None:
            return late
        best: Verdict | None = None
        for tried in self._ways(command, unknown):
            answer = answered(known.policy, case.state, tried, known.facts)
            if not isinstance(answer, Verdict):
                return self._go(answer)
            if best is None or len(answer.reasons) < len(best.reasons):
                best = answer
        # nothing can be said in the place of what is unknown, such as an item where none is
        return best or self._at_worst(known, command)

    def _at_worst(self, known: Known, command: AnyCommand) -> tuple[Event, ...] | Verdict:
        answer = answered(known.policy, self.case.state, command, known.facts)
        return answer if isinstance(answer, Verdict) else self._go(answer)

    def _ways(self, command: AnyCommand, unknown: tuple[str, ...]) -> Iterator[AnyCommand]:
        if not unknown or not isinstance(command, Command):
            yield command
            return
        rules, state = self.names.to, self.case.state
        moment = (state, command.actor, command.occurred_on)
        for guess in guesses(unknown, rules.commands[command.name], rules, moment):
            yield command._replace(fields={**command.fields, **guess})

    def _closed(self, on: date) -> bool:
        closed = self.case.closed
        return closed is not None and max(on, self.today) > closed

    def _command(self, act: Act) -> tuple[AnyCommand, Said]:
        """An act as it would be put to the other policy, and what is known of what it says."""
        match act:
            case Annulled(target=target):
                now = self.records.get(target, 0)
                by = self._capacity(act, self._steps_of(target))
                return Annul(now, act.actor, by, act.occurred_on, act.entered_by), NOTHING_SAID
            case Corrected(target=target):
                record = self.was.record(target)
                name = record.command if record is not None else ""
                found = self._said(name, act.fields)
                by = self._capacity(act, self._steps_of(target))
                now = self.records.get(target, 0)
                who = (act.actor, by, act.occurred_on)
                return Correct(now, *who, found.fields, act.entered_by), NOTHING_SAID
            case _:
                to = self.names.command(act.command).to or act.command
                found = self._said(act.command, act.fields)
                who = (act.actor, self._capacity(act, self._steps(to)), act.occurred_on)
                return Command(to, *who, found.fields, act.entered_by, because(act)), found

    def _said(self, name: str, fields: Fields) -> Said:
        to = self.names.command(name).to if name else ""
        asked = self.names.to.commands.get(to)
        if asked is None:
            return NOTHING_SAID
        before = self.names.source.commands.get(name)
        return said(fields, asked, before, self.items, self.case.state)

    def _steps(self, command: str) -> Iterator[Step]:
        for by_state in self.names.to.steps.get(command, {}).values():
            for alternatives in by_state.values():
                yield from alternatives

    def _steps_of(self, target: int) -> Iterator[Step]:
        record = self.case.state.record(self.records.get(target, 0))
        return self._steps(record.command) if record is not None else iter(())

    def _capacity(self, act: Act, steps: Iterator[Step]) -> str:
        """As it was; where there is no such role, one that the actor has and the step asks for."""
        roles = self.names.to.roles
        taken = tuple(dict.fromkeys(role for step in steps for role in step.roles))
        if act.capacity in taken or act.capacity in (PROMISOR, REACTION, *roles.chains):
            return act.capacity
        view = self.people.view(act.occurred_on)
        for role in taken:
            if not roles.standing(role, act.actor, self.case.state, view).code:
                return role
        return act.capacity

    def _note(self, act: Act, answer: tuple[Event, ...], put: Put) -> None:
        """Which record it is now; or that one party's hand is not enough, or was."""
        done = next((e for e in answer if isinstance(e, ACTS)), None)
        if isinstance(done, Recorded):
            self.records[act.version] = done.version
            if isinstance(act, Signed):
                self._signed.add(act.command)
        if isinstance(done, Signed) and isinstance(act, Recorded):
            self.waiting.append(put)

    def _follows(self, act: Act, verdict: Verdict, known: Known) -> bool:
        """Whether a refusal comes of an earlier one: had all gone as recorded, it would not be."""
        if isinstance(act, Corrected | Annulled):
            return act.target not in self.records
        policy = self.case.policy
        there = self.names.state(self.was, policy)
        to = self.names.command(act.command).to
        if there is None or not to:
            earlier = {each.act.to for each in self.refused} - {"", to}
            return all(
                reason.code in BEHIND or any(step.command in earlier for step in reason.remedy)
                for reason in verdict.reasons
            )
        as_recorded = Replay(
            self.case._replace(state=there),
            self.was,
            self.names,
            self.called,
            self.people,
            self.elsewhere,
            self.today,
            items={name: name for name in there.subjects},
        )
        command, found = as_recorded._command(act)
        moment = (self.today, known.facts.view)
        seen = self.elsewhere.known(as_recorded.case, command, moment, self._leaned(act))
        return not isinstance(as_recorded._asked(seen, command, found.unknown), Verdict)

    def _leaned(self, act: Act) -> Leaned:
        """What an act rested on in other streams when it was recorded."""
        if not isinstance(act, Recorded) or not act.leaned_on:
            return NOT_LEANED
        as_it_was = Command(act.command, act.actor, act.capacity, act.occurred_on, act.fields)
        return Leaned(
            {each.source: each.version for each in act.leaned_on},
            needed(self.names.policy, self.was, as_it_was),
        )

    def _put(self, act: Act) -> Put:
        name = name_of(act)
        amends = isinstance(act, Corrected | Annulled)
        to = name
        if not amends:
            called = self.names.command(name)
            to = called.to
            if called.how != "name":
                self.renamed[called] = None
        return Put(act.version, name, to, act.actor, act.capacity, act.occurred_on)

    # --- where it has come to ---------------------------------------------------------------------

    def _go(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        self.case = self.case._replace(state=fold(self.case.state, events))
        return events

    def _pair(self, added: tuple[Added, ...], events: tuple[Event, ...]) -> None:
        """The items that came about then and now, each with each, in their order."""
        now = [event for event in events if isinstance(event, Added)]
        for then in added:
            same = next((each for each in now if each.lifecycle == then.lifecycle), None)
            if same is not None:
                now.remove(same)
                self.items[then.subject] = same.subject


def standing(state: State) -> Standing:
    """How a stream has come out."""
    if not state.version:
        return NOWHERE
    grade = state.grade
    return Standing(
        state.track,
        state.subjects[state.root].state,
        grade.tier if grade is not None else "",
        grade is not None and grade.confirmed,
        tuple(sorted({o.award for o in state.outcomes.values() if o.award})),
        tuple(sorted({o.id for o in state.outcomes.values()})),
    )


def traced(replay: Replay) -> Traced:
    """What came of a stream that was gone through."""
    return Traced(
        str(replay.was.stream),
        replay.acts,
        tuple(replay.refused),
        tuple(replay.waiting),
        replay.spare,
        tuple(replay.unknown),
        standing(replay.was),
        standing(replay.case.state),
        tuple(replay.renamed),
    )


def nowhere(was: State, events: Sequence[Event], why: Verdict | str) -> Traced:
    """A stream that the other policy has no place for: every act of it is refused.

    why: its refusal, or trouble that is none
    """
    acts = [e for e in events if isinstance(e, ACTS) and getattr(e, "capacity", "") != DEEMED]
    puts = [Put(e.version, name_of(e), "", e.actor, e.capacity, e.occurred_on) for e in acts]
    refused: tuple[Refusal, ...] = ()
    if isinstance(why, Verdict):
        refused = tuple(Refusal(put, why, place > 0) for place, put in enumerate(puts))
    trouble = why if isinstance(why, str) else ""
    return Traced(
        str(was.stream), len(acts), refused, (), 0, (), standing(was), NOWHERE, (), trouble
    )
