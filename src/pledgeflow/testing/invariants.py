"""What holds of every policy, whatever is asked of it: one plain function each.

An invariant is given a `Moment` and raises AssertionError where it does not hold. Beneath `lifecycles`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pledgeflow.domain.commands import AnyCommand, StreamId
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State
from pledgeflow.errors import Verdict
from pledgeflow.service import Done
from pledgeflow.storage.store import StoredEvent
from pledgeflow.testing._simulation.living import World


@dataclass(frozen=True, slots=True)
class Moment:
    """One command put to an engine. before: the stream's events until then; one of done, verdict."""

    world: World
    stream: StreamId
    command: AnyCommand
    before: tuple[StoredEvent, ...]
    done: Done | None
    verdict: Verdict | None

    @property
    def after(self) -> tuple[StoredEvent, ...]:
        """The stream's events now."""
        return self.world.engine.history(self.stream)


Invariant = Callable[[Moment], None]


def a_refusal_changes_nothing(moment: Moment) -> None:
    """A command that is refused leaves its stream as it was."""
    if moment.verdict is not None:
        assert moment.after == moment.before, "a refusal changed the stream"


def history_is_only_added_to(moment: Moment) -> None:
    """What was recorded stays as it was recorded."""
    assert moment.after[: len(moment.before)] == moment.before, "the history was changed"


def versions_follow(moment: Moment) -> None:
    """Versions count from 1, without a gap."""
    found = [kept.version for kept in moment.after]
    assert found == list(range(1, len(found) + 1)), f"versions do not follow: {found}"


def replay_gives_the_state(moment: Moment) -> None:
    """The events alone give the state."""
    events = [kept.event for kept in moment.after]
    state = moment.world.engine.state(moment.stream)
    if events:
        assert fold(State(moment.stream, state.cycle), events) == state, "replay gives another"


def every_refusal_says_why(moment: Moment) -> None:
    """A refusal has reasons, each with a code, a rule, and words in Chinese and in English."""
    if moment.verdict is None:
        return
    assert moment.verdict.reasons, "a refusal without a reason"
    for reason in moment.verdict.reasons:
        assert reason.code, "a reason without a code"
        for lang in ("zh", "en"):
            assert reason.text.get(lang), f"`{reason.code}` says nothing in {lang}"


def grades_are_on_the_scale(moment: Moment) -> None:
    """A grade is one of the tiers of its policy."""
    state = moment.world.engine.state(moment.stream)
    if state.grade is not None:
        scale = moment.world.policy.tracks[state.track].evaluation
        assert scale is not None, "a grade without a scale"
        assert state.grade.tier in scale.tiers, f"`{state.grade.tier}` is no tier of the scale"


INVARIANTS: Sequence[Invariant] = (
    a_refusal_changes_nothing,
    history_is_only_added_to,
    versions_follow,
    replay_gives_the_state,
    every_refusal_says_why,
    grades_are_on_the_scale,
)
"""All of them, as `lifecycle_test` checks them unless told otherwise."""
