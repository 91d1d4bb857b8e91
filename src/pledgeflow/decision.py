"""decide(policy, state, command, facts) -> events, or a refusal with all its reasons.

Pure: no clock, randomness or I/O; time, directory and what other streams know come in as `facts`.
`explain` answers on the same path without raising; `permitted` asks it of every step at once;
`needed` says which facts from elsewhere a decision will read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pledgeflow.domain.commands import (
    AnyCommand,
    Begin,
    Command,
    Correct,
    Migrate,
    StreamId,
    TakeOver,
    Tick,
)
from pledgeflow.domain.events import (
    NO_DATES,
    NOBODY,
    Cycle,
    Event,
    LeanedOn,
    Opened,
    Recorded,
    Signed,
)
from pledgeflow.domain.evolution import evolve, fold
from pledgeflow.domain.facts import Facts, Look, Query
from pledgeflow.domain.people import View
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.errors import PledgeflowError, Reason, RefusedError, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Step
from pledgeflow.policy.judging.amending import amend, redone
from pledgeflow.policy.judging.carrying import taken_over
from pledgeflow.policy.judging.choosing import (
    Case,
    choose,
    ill_said,
    place,
)
from pledgeflow.policy.judging.consequences import (
    ROUNDS,
    Unfolding,
    move,
    relied,
    settle,
    stands_under,
    unfold,
)
from pledgeflow.policy.judging.migrating import migrated
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.policy.judging.ruling import refusal
from pledgeflow.policy.judging.signing import collect
from pledgeflow.policy.judging.timing import due_timers, may_be_due, out_of_time
from pledgeflow.policy.judging.trying import Question
from pledgeflow.policy.saying.wording import worded

PERMITTED = Verdict(Ruling.PERMITTED)


def begin(policy: Policy, stream: StreamId, cycle: Cycle, view: View) -> State:
    """The state of a pledge before its first event: its track, organization and initial state.

    Raises RefusedError (silent) where the policy has no track for the promisor, DirectoryError
    where the directory does not say where the promisor belongs.
    """
    home = view.home(stream.promisor, stream.venue)
    track = policy.track_of(view, stream.promisor, stream.venue)
    # Without its checks a policy may have lost what a track is like, and all its lifecycles with it.
    if track is None or not policy.tracks[track].root:
        clauses = (c for track in policy.document.tracks.values() for c in track.cite)
        absent = (c for path, cite in policy.absences.items() if path[0] == "tracks" for c in cite)
        named = tuple(dict.fromkeys((*clauses, *absent)))
        those = (n for n, t in policy.document.tracks.items() if t.aggregate == stream.aggregate)
        required = {"tracks": tuple(those)}
        reason = Reason("no_track", "tracks", named, required, ruling=Ruling.SILENT)
        verdict = Verdict(Ruling.SILENT, (reason,))
        raise RefusedError("begin", worded(policy, None, verdict))
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
    answer = answered(policy, state, command, facts)
    if isinstance(answer, Verdict):
        raise RefusedError(command.name, worded(policy, state, answer))
    return answer


def explain(policy: Policy, state: State, command: AnyCommand, facts: Facts) -> Verdict:
    """Whether a command may be given, and if not, every reason; what `decide` would say."""
    answer = answered(policy, state, command, facts)
    return worded(policy, state, answer) if isinstance(answer, Verdict) else PERMITTED


def needed(policy: Policy, state: State, command: AnyCommand) -> tuple[Query | Look, ...]:
    """The facts from elsewhere that deciding this command will read."""
    rules = policy.tracks[state.track]
    if isinstance(command, Correct):
        record = state.record(command.target)
        # A correction is judged anew, as of the day of the record.
        return needed(policy, state, redone(record, command)) if record is not None else ()
    if not isinstance(command, Command):
        return ()
    placed = place(rules, state, command)
    about = placed if isinstance(placed, Subject) else state.subjects[state.root]
    places = rules.steps.get(command.name, {}).values()
    return tuple(
        dict.fromkeys(query for by in places for query in _asked(by, state, about, command))
    )


def sought(policy: Policy, state: State, actor: str, on: date) -> tuple[Query | Look, ...]:
    """The facts from elsewhere that telling what an actor may do will read: about every subject."""
    return tuple(
        dict.fromkeys(
            query
            for name, by_lifecycle in policy.tracks[state.track].steps.items()
            for subject in state.subjects.values()
            if (by_state := by_lifecycle.get(subject.lifecycle)) is not None
            for query in _asked(by_state, state, subject, Command(name, actor, "", on))
        )
    )


def _asked(
    by_state: Mapping[str, tuple[Step, ...]], state: State, about: Subject, command: Command
) -> Iterator[Query | Look]:
    for steps in by_state.values():
        for step in steps:
            for check in step.leaning:
                query = check.ask(state, about, command) if check.ask is not None else None
                if query is not None:
                    yield query


def answered(
    policy: Policy, state: State, command: AnyCommand, facts: Facts
) -> tuple[Event, ...] | Verdict:
    """The events of `decide`, or the verdict of `explain` before it is put into words: most of the
    time that a refusal takes goes into those, which whoever asks very often may not read.
    """
    if isinstance(command, Migrate):
        # Time has passed in it before, by the rules that it leaves.
        return migrated(state, command)
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
            return tuple(events) if passed else ()
        case Begin():
            return tuple(events)
        case Command():
            answer = _act(policy, rules, state, command, facts)
        case TakeOver():
            answer = taken_over(policy, rules, state, command)
        case _:
            amended = amend(policy, rules, state, command, facts)
            answer = refusal(tuple(amended)) if isinstance(amended, list) else amended
    return answer if isinstance(answer, Verdict) else (*events, *answer)


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
    for _ in range(ROUNDS):
        if not _fire(rules, unfolding, facts):
            return unfolding.events
    raise PledgeflowError(f"`{policy.name}`: timers go round in circles")


def _fire(rules: Ruleset, unfolding: Unfolding, facts: Facts) -> bool:
    """The first timer that is due and not held back fires; whether there was one."""
    for day, subject, step in due_timers(rules, unfolding.state, facts.today):
        tick = Tick(max(day, subject.since))
        if stands_under(step, unfolding.state, subject) and all(
            c.judge(unfolding.state, subject, tick, facts) is None for c in step.checks
        ):
            unfolding.on = tick.occurred_on
            move(unfolding, step, subject)
            settle(unfolding, tick, facts)
            return True
    return False


def _act(
    policy: Policy, rules: Ruleset, state: State, command: Command, facts: Facts
) -> tuple[Event, ...] | Verdict:
    by_lifecycle = rules.steps.get(command.name)
    if by_lifecycle is None:
        return _silent(rules, command.name)
    named = rules.commands[command.name]
    placed = place(rules, state, command)
    if not isinstance(placed, Subject):
        return refusal((placed,))
    reasons = ill_said(named, state, command)
    if (late := out_of_time(rules, command.occurred_on, facts.today)) is not None:
        reasons.append(late)
    chosen, missed = choose(Case(rules, state, placed, command, facts), reasons)
    if chosen is None or reasons:
        return refusal(tuple(reasons))
    signatories: Mapping[str, str] = NOBODY
    if chosen.joint:
        joint = collect(policy, chosen, state, placed, command)
        if isinstance(joint, Reason):
            return refusal((joint,))
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
        missed.get("late", ()),
        missed.get("early", ()),
        _leaned_on(chosen, state, placed, command, facts)
        if chosen.leaning or command.because is not None
        else (),
        signatories,
        relied(chosen.relying, state, placed, (command, facts)) if chosen.relying else NO_DATES,
    )
    return unfold(rules, state, recorded, chosen, (command, facts))


def _leaned_on(
    step: Step, state: State, subject: Subject, command: Command, facts: Facts
) -> tuple[LeanedOn, ...]:
    asked = (
        (check.rule, facts.elsewhere.get(query))
        for check in step.leaning
        if check.ask is not None
        if (query := check.ask(state, subject, command)) is not None
    )
    leaned = tuple(LeanedOn(r, f.source, f.as_of, f.version) for r, f in asked if f is not None)
    why = command.because
    if why is None:
        return leaned
    of = LeanedOn(f"reactions.{why.reaction}", str(why.stream), command.occurred_on, why.version)
    return (of, *leaned)


def _silent(rules: Ruleset, name: str) -> Verdict:
    """This policy does not know the step; where it says so with a clause, the clause is named."""
    rule, clauses = rules.absent.get(name, ("commands", ()))
    reason = Reason("silent", rule, clauses, {"command": name}, ruling=Ruling.SILENT)
    return Verdict(Ruling.SILENT, (reason,))


def permitted(policy: Policy, state: State, actor: str, on: date, facts: Facts) -> Permissions:
    """What an actor may do: (trigger, subject id) -> verdict, for every step and subject.

    A verdict is permitted precisely if some capacity and some payload passes `decide`; `needs`
    names the required fields that are still to be given. The reasons of others are those of the
    nearest capacity, and are only worked out when somebody looks at them.
    """
    rules = policy.tracks[state.track]
    if may_be_due(rules, state):
        state = fold(state, _pass_time(policy, rules, state, facts))
    return Permissions(Question(policy, rules, state, actor, on, facts))
