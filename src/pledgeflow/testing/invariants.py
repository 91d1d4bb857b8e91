"""What holds of every policy, whatever is asked of it: one plain function each.

An invariant is given an `Observation`, one command and what came of it, and raises AssertionError
where it does not hold. `INVARIANTS` are all of them; one of a deployer's own is written like these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.decision import explain
from pledgeflow.domain.chain import BEGINNING, link
from pledgeflow.domain.commands import AnyCommand, Command, StreamId
from pledgeflow.domain.events import Annulled, Corrected, Event, Opened, Recorded, Signed
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.people import View
from pledgeflow.domain.serialisation import encode
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.service import Done, Engine
from pledgeflow.storage.store import StoredEvent

ACTS = (Recorded, Signed, Annulled, Corrected)
OF_THE_ENGINE = frozenset({"in_the_future", "unknown_record", "under_other_rules", "cycle_closed"})
"""What no rule of a policy says no to, but the way in which everything is recorded."""


@dataclass(frozen=True)
class Observation:
    """One command put to an engine, and what came of it: `done`, or the `verdict` of a refusal.

    store: the engine's; directory: who is who, on any day; today: the day of entry; before: the
    stream's events until then; offered: what `permitted` said to the actor just before, where the
    command is a step of that day; repeated: it was given before, under the same key
    """

    engine: Engine
    store: Sandbox
    directory: View
    stream: StreamId
    command: AnyCommand
    today: date
    before: tuple[StoredEvent, ...]
    done: Done | None = None
    verdict: Verdict | None = None
    offered: Permissions | None = None
    repeated: bool = False

    @cached_property
    def after(self) -> tuple[StoredEvent, ...]:
        """The stream's events now."""
        return self.engine.history(self.stream)

    @cached_property
    def state(self) -> State:
        """The stream's state now."""
        return self.engine.state(self.stream)

    @cached_property
    def policy(self) -> Policy:
        """The policy that the stream is judged by."""
        return self.engine.policy(self.stream)

    @property
    def rules(self) -> Ruleset:
        """The rules of the stream's track."""
        return self.policy.tracks[self.state.track]

    @property
    def added(self) -> tuple[Event, ...]:
        """The events that came of the command in its stream."""
        return tuple(kept.event for kept in self.after[len(self.before) :])


Invariant = Callable[[Observation], None]


def a_refusal_changes_nothing(seen: Observation) -> None:
    """A command that is refused leaves its stream as it was."""
    if seen.verdict is not None:
        assert seen.after == seen.before, "a refusal changed the stream"


def a_repeat_changes_nothing(seen: Observation) -> None:
    """A command that comes again under its key is answered as before, and recorded once."""
    if seen.repeated:
        assert seen.after == seen.before, "a repeat was recorded once more"


def history_is_only_added_to(seen: Observation) -> None:
    """What was recorded stays as it was recorded."""
    assert seen.after[: len(seen.before)] == seen.before, "the history was changed"


def versions_follow(seen: Observation) -> None:
    """Versions count from 1 without a gap, and the first event opens the stream, and only that."""
    found = [kept.version for kept in seen.after]
    assert found == list(range(1, len(found) + 1)), f"versions do not follow: {found}"
    opening = [kept.version for kept in seen.after if isinstance(kept.event, Opened)]
    assert opening == found[:1], f"a stream is opened once, and not by versions {opening}"


def the_hash_chain_holds(seen: Observation) -> None:
    """Each event's hash is that of the event with everything before it."""
    previous = BEGINNING
    for kept in seen.after:
        expected = link(seen.stream, encode(kept.event), kept.recorded_at, previous)
        assert kept.hash == expected, f"the chain breaks at version {kept.version}"
        previous = kept.hash


def replay_gives_the_state(seen: Observation) -> None:
    """The events alone give the state."""
    events = [kept.event for kept in seen.after]
    if events:
        replayed = fold(State(seen.stream, seen.state.cycle), events)
        assert replayed == seen.state, "replaying the events gives another state"


def projections_equal_a_rebuild(seen: Observation) -> None:
    """What is derived of streams (lists, duties) is what a rebuild works out from the log."""
    if seen.after == seen.before:
        return
    place, engine, anew = seen.stream.jurisdiction, seen.engine, seen.store.fork()
    Engine(anew, engine.catalogue, engine.clock, engine.calendar).rebuild(place)
    assert anew.pledges(place) == seen.store.pledges(place), "a rebuild lists pledges otherwise"
    owed = list(seen.store.due(place, "duty", date.max))
    assert list(anew.due(place, "duty", date.max)) == owed, "a rebuild lists duties otherwise"


def every_refusal_says_why(seen: Observation) -> None:
    """A refusal has reasons, each with a code, the rule it rests on, and a sentence in Chinese and
    in English.
    """
    if seen.verdict is None:
        return
    assert seen.verdict.reasons, "a refusal without a reason"
    for reason in seen.verdict.reasons:
        assert reason.code, "a reason without a code"
        assert reason.rule or reason.code in OF_THE_ENGINE, f"`{reason.code}` names no rule"
        for lang in ("zh", "en"):
            assert reason.text.get(lang), f"`{reason.code}` says nothing in {lang}"


def permitted_agrees_with_decide(seen: Observation) -> None:
    """Whoever took a step had been told that they may; what somebody is told they may do is
    accepted, unless that hangs on whom they name.
    """
    if seen.offered is None or not isinstance(seen.command, Command):
        return
    for act in seen.added:
        if isinstance(act, Recorded | Signed) and act.actor == seen.command.actor:
            key = act.command, act.subject
            assert key in seen.offered.allowed, f"{key} was taken and had not been on offer"
            break
    if seen.done is None:  # all is as it was when it was offered
        for key in seen.offered.allowed:
            _is_accepted(seen, seen.offered.example(*key))


def _is_accepted(seen: Observation, example: Command) -> None:
    case = seen.engine._case(seen.stream, example.occurred_on)
    facts = seen.engine._facts(case, example, seen.today)
    against = {reason.rule for reason in explain(case.policy, case.state, example, facts).reasons}
    steps = case.rules.steps[example.name].values()
    on_names = {
        check.rule
        for by_state in steps
        for alternatives in by_state.values()
        for step in alternatives
        for check in step.leaning
        if check.fields
    }
    assert against <= on_names, f"`{example.name}` was offered, and {sorted(against)} refuse it"


def nobody_judges_the_own_pledge(seen: Observation) -> None:
    """Nobody acts on the own pledge but as its promisor, nor enters an act for somebody who does.

    What follows from another stream is no act here.
    """
    own = set(_owners(seen))
    for act in seen.added:
        if not isinstance(act, ACTS) or act.capacity == REACTION:
            continue
        if act.capacity != PROMISOR:
            assert act.actor not in own, f"`{act.actor}` judges the own pledge"
            assert act.entered_by not in own, (
                f"`{act.entered_by}` enters what judges the own pledge"
            )
        for role, actor in _signed(act):
            assert (actor in own) is (role == PROMISOR), f"`{actor}` signs as `{role}`"


def _owners(seen: Observation) -> Iterator[str]:
    """Whose own pledge it is, worked out by the directory and the policy's tracks alone."""
    view, promisor = seen.directory, seen.stream.promisor
    if promisor in view.persons:
        yield promisor
        return
    posts = view.organizations[promisor].posts
    for post in seen.policy.document.tracks[seen.state.track].represented_by:
        yield from posts.get(post, ())


def _signed(act: Event) -> Iterator[tuple[str, str]]:
    if isinstance(act, Recorded):
        yield from (act.signatories or {}).items()


def grades_are_on_the_scale(seen: Observation) -> None:
    """A grade is one of the tiers of its policy."""
    if seen.state.grade is not None:
        scale = seen.rules.evaluation
        assert scale is not None, "a grade where there is no scale"
        assert seen.state.grade.tier in scale.tiers, f"`{seen.state.grade.tier}` is no tier"


def states_are_declared(seen: Observation) -> None:
    """A pledge and everything in it is in a state that its lifecycle declares."""
    for subject in seen.state.subjects.values():
        declared = seen.rules.lifecycles[subject.lifecycle].states
        assert subject.state in declared, f"`{subject.id}` is in `{subject.state}`"


def nothing_is_recorded_ahead(seen: Observation) -> None:
    """No event is of a day that is still to come."""
    for event in seen.added:
        on = getattr(event, "occurred_on", getattr(event, "on", seen.today))
        assert on <= seen.today, f"version {event.version} is of {on}, and today is {seen.today}"


INVARIANTS: Sequence[Invariant] = (
    a_refusal_changes_nothing,
    a_repeat_changes_nothing,
    history_is_only_added_to,
    versions_follow,
    the_hash_chain_holds,
    replay_gives_the_state,
    projections_equal_a_rebuild,
    every_refusal_says_why,
    permitted_agrees_with_decide,
    nobody_judges_the_own_pledge,
    grades_are_on_the_scale,
    states_are_declared,
    nothing_is_recorded_ahead,
)
"""All of them, as `lifecycle_test` checks them unless told otherwise."""
