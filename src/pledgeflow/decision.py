"""decide(policy, state, command, facts) -> events, or a refusal with all its reasons.

Pure: no clock, randomness or I/O; time, directory and what other streams know come in as `facts`.
`explain` answers on the same path without raising; `permitted` asks it of every step at once;
`needed` says which facts from elsewhere a decision will read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from pledgeflow.domain.commands import (
    Annul,
    AnyCommand,
    Carried,
    Command,
    Correct,
    StreamId,
    TakeOver,
    Tick,
)
from pledgeflow.domain.events import (
    Annulled,
    Corrected,
    Cycle,
    Event,
    LeanedOn,
    Moved,
    Opened,
    Recorded,
    Signed,
)
from pledgeflow.domain.evolution import evolve, fold
from pledgeflow.domain.facts import Facts, Query
from pledgeflow.domain.people import View
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.errors import Reason, RefusedError, RemedyStep, Ruling, Verdict
from pledgeflow.policy.amending import unamendable
from pledgeflow.policy.consequences import (
    Unfolding,
    follow,
    move,
    settle,
    stands_under,
    take_over,
    unfold,
)
from pledgeflow.policy.remedies import unmet, wrong_state
from pledgeflow.policy.roles import PROMISOR
from pledgeflow.policy.rules import ClosedList, Policy, Ruleset, Step, StepName
from pledgeflow.policy.signing import collect
from pledgeflow.policy.timing import due_timers, may_be_due, out_of_stage, out_of_time
from pledgeflow.policy.wording import worded

ARRIVED = frozenset({"carried", "carried_from"})
"""What an item's content says of where it came from, beside what was promised."""

NOBODY: Mapping[str, str] = {}
PERMITTED = Verdict(Ruling.PERMITTED)


def begin(policy: Policy, stream: StreamId, cycle: Cycle, view: View) -> State:
    """The state of a pledge before its first event: its track, organization and initial state.

    Raises RefusedError (silent) where the policy has no track for the promisor, DirectoryError
    where the directory does not say where the promisor belongs.
    """
    home = view.home(stream.promisor, stream.venue)
    track = policy.track_of(view, stream.promisor)
    if track is None:
        clauses = (c for track in policy.document.tracks.values() for c in track.cite)
        absent = (c for path, cite in policy.absences.items() if path[0] == "tracks" for c in cite)
        named = tuple(dict.fromkeys((*clauses, *absent)))
        reason = Reason("no_track", "tracks", named, ruling=Ruling.SILENT)
        verdict = Verdict(Ruling.SILENT, (reason,))
        raise RefusedError("open", worded(policy, None, verdict))
    rules = policy.tracks[track]
    initial = rules.lifecycles[rules.root].initial
    root = Subject(rules.root, rules.root, "", (Passage(initial, cycle.starts, 1),))
    return State(
        stream=stream,
        cycle=cycle,
        track=track,
        organization=home,
        policy=policy.digest,
        root=rules.root,
        subjects={root.id: root},
    )


def decide(policy: Policy, state: State, command: AnyCommand, facts: Facts) -> tuple[Event, ...]:
    """The events that a command brings about. Raises RefusedError with every reason if it may not."""
    answer = _decided(policy, state, command, facts)
    if isinstance(answer, Verdict):
        raise RefusedError(command.name, worded(policy, state, answer))
    return answer


def explain(policy: Policy, state: State, command: AnyCommand, facts: Facts) -> Verdict:
    """Whether a command may be given, and if not, every reason; what `decide` would say."""
    answer = _decided(policy, state, command, facts)
    return worded(policy, state, answer) if isinstance(answer, Verdict) else PERMITTED


def needed(policy: Policy, state: State, command: AnyCommand) -> tuple[Query, ...]:
    """The facts from elsewhere that deciding this command will read."""
    if not isinstance(command, Command):
        return ()
    rules = policy.tracks[state.track]
    placed = _place(rules, state, command)
    if not isinstance(placed, Subject):
        return ()
    alternatives = rules.steps.get(command.name, {}).get(placed.lifecycle, {})
    asks = (
        check.ask(state, placed, command)
        for step in alternatives.get(placed.state_on(command.occurred_on), ())
        + alternatives.get(placed.state, ())
        for check in step.checks
        if check.ask is not None
    )
    return tuple(dict.fromkeys(asks))


def _decided(
    policy: Policy, state: State, command: AnyCommand, facts: Facts
) -> tuple[Event, ...] | Verdict:
    rules = policy.tracks[state.track]
    if type(command) is Command and state.version and not may_be_due(rules, state):
        return _act(policy, rules, state, command, facts)
    events: list[Event] = []
    if not state.version:
        opened = _opened(policy, state)
        events.append(opened)
        state = evolve(state, opened)
    passed = _pass_time(policy, rules, state, facts)
    events += passed
    state = fold(state, passed)
    match command:
        case Tick():
            return tuple(passed)
        case Command():
            answer = _act(policy, rules, state, command, facts)
        case TakeOver():
            answer = _take_over(policy, rules, state, command)
        case Annul() | Correct():
            answer = _amend(policy, rules, state, command, facts)
    return answer if isinstance(answer, Verdict) else (*events, *answer)


def _take_over(
    policy: Policy, rules: Ruleset, state: State, command: TakeOver
) -> tuple[Event, ...]:
    unfolding = Unfolding(
        rules, state, None, on=command.occurred_on, digest=policy.digest
    )
    for carried in command.items:
        take_over(unfolding, carried)
    return tuple(unfolding.events)


def carried(policy: Policy, state: State) -> tuple[Carried, ...]:
    """The items that go on from this pledge into the promisor's next cycle."""
    carrying = {
        step.rule: step.carries
        for by_lifecycle in policy.tracks[state.track].steps.values()
        for by_state in by_lifecycle.values()
        for alternatives in by_state.values()
        for step in alternatives
        if step.carries
    }
    moves = (e for effects in state.effects.values() for e in effects if isinstance(e, Moved))
    return tuple(
        Carried(
            origin=f"{state.stream.cycle}/{subject.id}",
            lifecycle=subject.lifecycle,
            state=carrying[event.rule],
            content={k: v for k, v in subject.content.items() if k not in ARRIVED},
            times=_times(subject) + 1,
        )
        for event in moves
        if event.rule in carrying
        for subject in (state.subjects[event.subject],)
    )


def _times(subject: Subject) -> int:
    times = subject.content.get("carried", 0)
    return times if isinstance(times, int) else 0


def _opened(policy: Policy, state: State) -> Opened:
    root = state.subjects[state.root]
    return Opened(
        1,
        state.stream,
        state.cycle,
        state.track,
        state.organization,
        state.root,
        root.state,
        root.since,
        policy.digest,
    )


def _pass_time(policy: Policy, rules: Ruleset, state: State, facts: Facts) -> list[Event]:
    """Timers that are due fire one by one, each dated with its due date, with what completes then."""
    unfolding = Unfolding(rules, state, None, on=facts.today, digest=policy.digest)
    fired = True
    while fired:
        fired = False
        for day, subject, step in due_timers(rules, unfolding.state, facts.today):
            tick = Tick(max(day, subject.since))
            if stands_under(step, unfolding.state, subject) and all(
                c.judge(unfolding.state, subject, tick, facts) is None for c in step.checks
            ):
                unfolding.on = tick.occurred_on
                move(unfolding, step, subject)
                settle(unfolding, tick, facts)
                fired = True
                break
    return unfolding.events


def _act(
    policy: Policy, rules: Ruleset, state: State, command: Command, facts: Facts
) -> tuple[Event, ...] | Verdict:
    by_lifecycle = rules.steps.get(command.name)
    if by_lifecycle is None:
        return _silent(policy, rules, command.name)
    named = rules.commands[command.name]
    placed = _place(rules, state, command)
    if not isinstance(placed, Subject):
        return _refusal((placed,))
    reasons = _ill_said(named, command)
    if (late := out_of_time(rules, command.occurred_on, facts.today)) is not None:
        reasons.append(late)
    chosen, missed = _choose(rules, state, placed, command, facts, reasons)
    if chosen is None or reasons:
        return _refusal(tuple(reasons))
    signatories: Mapping[str, str] = NOBODY
    if chosen.joint:
        joint = collect(policy, chosen, state, placed, command)
        if isinstance(joint, Reason):
            return _refusal((joint,))
        if isinstance(joint, Signed):
            return (joint,)
        signatories = joint
    recorded = Recorded(
        state.version + 1,
        command.name,
        named.means,
        placed.id,
        command.actor,
        command.capacity,
        command.occurred_on,
        command.fields,
        policy.digest,
        chosen.rule,
        command.entered_by,
        missed,
        _leaned_on(chosen, state, placed, command, facts) if chosen.leaning else (),
        signatories,
    )
    return unfold(rules, state, recorded, chosen, (command, facts))


def _place(rules: Ruleset, state: State, command: Command) -> Subject | Reason:
    """What a command is about: the item it names where that item knows the step, else the pledge."""
    named = rules.commands.get(command.name)
    root = state.subjects[state.root]
    if named is None or named.pointer is None:
        return root
    pointed = command.fields.get(named.pointer)
    by_lifecycle = rules.steps.get(command.name, {})
    if pointed is None:
        return root if rules.root in by_lifecycle else _no_item(named, pointed)
    subject = state.subjects.get(pointed) if isinstance(pointed, str) else None
    if subject is None or subject.lifecycle != named.points_at:
        return _no_item(named, pointed)
    return subject if subject.lifecycle in by_lifecycle else root


def _no_item(named: StepName, pointed: object) -> Reason:
    required = {"field": named.pointer, "lifecycle": named.points_at}
    return Reason("unknown_item", named.rule, required=required, found={"item": pointed})


def _ill_said(named: StepName, command: Command) -> list[Reason]:
    """What is wrong with the fields whatever the state: left out, or not on a closed list."""
    fields = command.fields
    ill: list[Reason] = []
    for name in named.required:
        if name not in fields:
            remedy = (RemedyStep(command.name, fields={name: None}),)
            rule = f"{named.rule}.fields.{name}"
            cite = named.rules.fields[name].cite
            ill.append(Reason("field_missing", rule, cite, {"field": name}, remedy=remedy))
    for closed in named.closed:
        said = fields.get(closed.field, ())
        values = (said,) if isinstance(said, str) else said
        if isinstance(values, Iterable):
            unknown = tuple(str(v) for v in values if v not in closed.values)
            if unknown:
                ill.append(_not_listed(closed, unknown))
    return ill


def _not_listed(closed: ClosedList, unknown: tuple[str, ...]) -> Reason:
    required = {"field": closed.field, "values": tuple(sorted(closed.values))}
    found = {"values": unknown}
    return Reason("not_on_the_list", closed.rule, closed.clauses, required, found)


def _choose(
    rules: Ruleset,
    state: State,
    subject: Subject,
    command: Command,
    facts: Facts,
    reasons: list[Reason],
) -> tuple[Step | None, tuple[str, ...]]:
    """The first alternative with nothing against it; else all that is against the nearest one."""
    by_state = rules.steps[command.name][subject.lifecycle]
    on = command.occurred_on
    alternatives = by_state.get(subject.state, ())
    if on < subject.since:
        # A record that moves nothing is judged in the state that held then; a move is too late.
        then = tuple(s for s in by_state.get(subject.state_on(on), ()) if s.dest is None)
        if not then and alternatives:
            reasons.append(_before_last_move(alternatives[0], subject, on))
            return None, ()
        alternatives = then
    if not alternatives:
        reasons.append(wrong_state(rules, state, subject, command, facts))
        return None, ()
    nearest: tuple[bool, int, list[Reason]] | None = None
    for step in alternatives:
        against, missed = _against(rules, step, state, subject, command, facts)
        if not against:
            return step, missed
        rank = (command.capacity not in step.roles, len(against), against)
        if nearest is None or rank[:2] < nearest[:2]:
            nearest = rank
    if nearest is not None:
        reasons.extend(nearest[2])
    return None, ()


def _against(
    rules: Ruleset, step: Step, state: State, subject: Subject, command: Command, facts: Facts
) -> tuple[list[Reason], tuple[str, ...]]:
    """Everything against taking a step, and the stages it is recorded to have missed."""
    against: list[Reason] = []
    missed: tuple[str, ...] = ()
    if (who := _unauthorized(rules, step, state, command, facts)) is not None:
        against.append(who)
    if step.stage is not None:
        outside, recorded = out_of_stage(step.stage, state.cycle, command.occurred_on)
        if outside is not None:
            against.append(outside)
        if recorded:
            missed = (step.stage.id,)
    if step.above and not stands_under(step, state, subject, command.occurred_on):
        against.append(_not_under(step, state, subject))
    for judge in step.judges:
        reason = judge(state, subject, command, facts)
        if reason is not None:
            against.append(reason)
    return against, missed


def _unauthorized(
    rules: Ruleset, step: Step, state: State, command: Command, facts: Facts
) -> Reason | None:
    if command.capacity not in step.roles:
        return _nobody(step, step.roles, "not_in_capacity", {"capacity": command.capacity})
    roles, view = rules.roles, facts.view
    standing = roles.standing(command.capacity, command.actor, state, view)
    if standing.code:
        found = {"actor": command.actor, "entitled": standing.entitled}
        return _nobody(step, (command.capacity,), standing.code, found)
    typist = command.entered_by
    judging = command.capacity != PROMISOR
    if typist is not None and judging and typist in roles.owners(state, view):
        return _nobody(step, (command.capacity,), "own_pledge", {"actor": typist})
    return None


def _nobody(step: Step, roles: tuple[str, ...], code: str, found: Mapping[str, object]) -> Reason:
    return Reason(
        code,
        step.rule,
        step.clauses,
        {"roles": roles},
        found,
        (RemedyStep(step.trigger, roles),),
        Ruling.NOT_AUTHORIZED,
    )


def _not_under(step: Step, state: State, subject: Subject) -> Reason:
    required = {lifecycle: tuple(sorted(states)) for lifecycle, states in step.above}
    above = state.subjects.get(subject.of)
    found = {"state": above.state, "subject": above.id} if above is not None else {}
    return Reason("not_while", step.rule, step.clauses, {"while": required}, found)


def _before_last_move(step: Step, subject: Subject, on: date) -> Reason:
    return Reason(
        "before_last_move",
        step.rule,
        step.clauses,
        {"not_before": subject.since},
        {"on": on},
        (RemedyStep(step.trigger, not_before=subject.since),),
    )


def _leaned_on(
    step: Step, state: State, subject: Subject, command: Command, facts: Facts
) -> tuple[LeanedOn, ...]:
    asked = (
        (check.rule, facts.elsewhere.get(check.ask(state, subject, command)))
        for check in step.leaning
        if check.ask is not None
    )
    return tuple(LeanedOn(r, f.source, f.as_of, f.version) for r, f in asked if f is not None)


def _silent(policy: Policy, rules: Ruleset, name: str) -> Verdict:
    """This policy does not know the step; where it says so with a clause, the clause is named."""
    rule, clauses = rules.absent.get(name, ("commands", ()))
    reason = Reason("silent", rule, clauses, {"command": name}, ruling=Ruling.SILENT)
    return Verdict(Ruling.SILENT, (reason,))


HARDEST_FIRST = (
    Ruling.SILENT,
    Ruling.FORBIDDEN,
    Ruling.NOT_AUTHORIZED,
    Ruling.TOO_LATE,
    Ruling.NOT_YET,
)
"""A step with several reasons against it is called by the one that is hardest to remove."""


def _refusal(reasons: tuple[Reason, ...]) -> Verdict:
    rulings = {reason.ruling for reason in reasons}
    return Verdict(next(r for r in HARDEST_FIRST if r in rulings), reasons)


def _amend(
    policy: Policy, rules: Ruleset, state: State, command: Annul | Correct, facts: Facts
) -> tuple[Event, ...] | Verdict:
    """Annul a record, or correct it: judge it anew, with its own date, as if it had not been."""
    record = state.record(command.target)
    if record is None:
        return _refusal((Reason("unknown_record", "", found={"target": command.target}),))
    reasons = unamendable(rules, state, record, command, facts)
    if reasons:
        return _refusal(reasons)
    undone = Annulled(
        state.version + 1,
        record.version,
        command.actor,
        command.capacity,
        command.occurred_on,
        policy.digest,
        command.entered_by,
    )
    if isinstance(command, Annul):
        return (undone,)
    return _redo(policy, rules, state, evolve(state, undone), (record, command), facts)


def _redo(
    policy: Policy,
    rules: Ruleset,
    state: State,
    without: State,
    correction: tuple[Recorded, Correct],
    facts: Facts,
) -> tuple[Event, ...] | Verdict:
    record, command = correction
    redone = Command(
        record.command,
        record.actor,
        record.capacity,
        record.occurred_on,
        {**record.fields, **command.fields},
        record.entered_by,
    )
    placed = _place(rules, without, redone)
    if not isinstance(placed, Subject):
        return _refusal((placed,))
    reasons = _ill_said(rules.commands[record.command], redone)
    steps = rules.steps[record.command][placed.lifecycle].get(placed.state, ())
    step = next((s for s in steps if s.rule == record.rule), None)
    if step is None:
        reasons.append(wrong_state(rules, without, placed, redone, facts))
    else:
        reasons += unmet(step, without, placed, redone, facts)
    if step is None or reasons:
        return _refusal(tuple(reasons))
    corrected = Corrected(
        state.version + 1,
        record.version,
        command.fields,
        command.actor,
        command.capacity,
        command.occurred_on,
        policy.digest,
        command.entered_by,
    )
    on, digest = record.occurred_on, policy.digest
    unfolding = Unfolding(rules, state, record, on=on, digest=digest)
    unfolding.happen(corrected)
    follow(unfolding, step, placed, (redone, facts))
    return tuple(unfolding.events)


def permitted(
    policy: Policy, state: State, actor: str, on: date, facts: Facts
) -> Mapping[tuple[str, str], Verdict]:
    """What an actor may do: (trigger, subject id) -> verdict, for every step and subject.

    A verdict is permitted if some capacity and payload passes; `needs` names the required fields
    that are still to be given. The reasons of others are those of the nearest capacity.
    """
    rules = policy.tracks[state.track]
    return {
        (trigger, subject.id): _may(rules, state, subject, (trigger, actor, on), facts)
        for trigger, by_lifecycle in rules.steps.items()
        for subject in state.subjects.values()
        if subject.lifecycle in by_lifecycle
    }


def _may(
    rules: Ruleset, state: State, subject: Subject, asked: tuple[str, str, date], facts: Facts
) -> Verdict:
    trigger, actor, on = asked
    named = rules.commands[trigger]
    pointing = named.pointer is not None and named.points_at == subject.lifecycle
    fields = {named.pointer: subject.id} if pointing and named.pointer is not None else {}
    alternatives = rules.steps[trigger][subject.lifecycle].get(subject.state, ())
    nearest: list[Reason] | None = None
    for step in alternatives:
        for role in step.roles:
            command = Command(trigger, actor, role, on, fields)
            open_ended = replace(step, judges=tuple(c.judge for c in step.checks if not c.fields))
            against, _ = _against(rules, open_ended, state, subject, command, facts)
            if not against:
                needs = tuple(name for name in named.required if name not in fields)
                return Verdict(Ruling.PERMITTED, needs=needs)
            if nearest is None or len(against) < len(nearest):
                nearest = against
    if nearest is None:
        command = Command(trigger, actor, "", on, fields)
        nearest = [wrong_state(rules, state, subject, command, facts)]
    return _refusal(tuple(nearest))
