"""What breaks a promise, told from one step or one state; by what steps mean, never by names.

Written without the library's checker, and on purpose the plainest reading of each promise.
"""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.events import Event, Graded, Recorded
from pledgeflow.domain.states import State, Subject
from pledgeflow.policy.compiled.rules import Ruleset

JUDGED = frozenset(
    {
        "approval",
        "strike_off",
        "attestation",
        "evaluation",
        "grade",
        "audit",
        "award",
        "commendation",
        "rectification_closure",
    }
)
CONFERRED = frozenset({"award", "commendation"})
BARRED = "barred"


def broken(
    rules: Ruleset, owners: tuple[str, ...], events: tuple[Event, ...], after: State
) -> Iterator[str]:
    """The promises that a step breaks. after: the state that it leads to."""
    for event in events:
        if isinstance(event, Recorded):
            yield from _broken_by(rules, owners, event, after)
        if isinstance(event, Graded) and event.cause and _graded_early(rules, event.cause, after):
            yield "graded_early"
    if _awarded_though_barred(after):
        yield "award_barred"
    if _without_consequence(rules, after):
        yield "no_consequence"


def _broken_by(
    rules: Ruleset, owners: tuple[str, ...], act: Recorded, after: State
) -> Iterator[str]:
    if act.means == "publication" and any(
        _unfit(rules, act, each, after) for each in _shown(act, after)
    ):
        yield "published_unapproved"
    if act.means == "record" and not _published(act, after):
        yield "practised_unpublished"
    if act.means in JUDGED and not act.signatories and {act.actor, act.entered_by} & set(owners):
        yield "own_judge"


def told(state: State, *means: str) -> list[Recorded]:
    """The records that stand and mean this, in the order of the stream."""
    found = (r for kept in state.records.values() for r in kept if r.means in means)
    return sorted(found, key=lambda record: record.version)


def _shown(act: Recorded, state: State) -> list[Subject]:
    """What a publication is of: the item that it names, else every item there is."""
    whole = state.subjects[state.root]
    if act.subject != state.root:
        return [state.subjects[act.subject]]
    return [s for s in state.subjects.values() if s.of == state.root] or [whole]


def _about(act: Recorded, thing: Subject, state: State) -> bool:
    return act.subject in (thing.id, state.root)


def _unfit(rules: Ruleset, act: Recorded, thing: Subject, state: State) -> bool:
    """Whether something was not approved, consented to and signed as it stands when it is shown."""
    changed = max(thing.revisions, default=0)
    sent_back = [r.version for r in told(state, "return") if _about(r, thing, state)]
    since = max((v for v in sent_back if v < act.version), default=0)
    known = {command.rules.means.value for command in rules.commands.values()}
    for means in ("approval", *(m for m in ("consent", "signature") if m in known)):
        first = max(changed, since) if means == "approval" else changed
        given = [r.version for r in told(state, means) if _about(r, thing, state)]
        if not any(first < version < act.version for version in given):
            return True
    return False


def _published(act: Recorded, state: State) -> bool:
    thing = state.subjects[act.subject]
    changed = max((v for v in thing.revisions if v < act.version), default=0)
    shown = [r.version for r in told(state, "publication") if _about(r, thing, state)]
    return any(changed < version < act.version for version in shown)


def _graded_early(rules: Ruleset, cause: int, state: State) -> bool:
    """Whether a step of the evaluation is missing since the grade before, or is out of its order."""
    evaluation = rules.evaluation
    if evaluation is None or evaluation.grade is None:
        return False
    grading = evaluation.grade.command
    graded = [r.version for r in state.records.get(grading, ())]
    if cause not in graded:
        return False
    last = max((v for v in graded if v < cause), default=0)
    order = evaluation.order
    for step in order[: order.index(grading)] if grading in order else order:
        later = [r.version for r in state.records.get(step, ()) if last < r.version < cause]
        if not later:
            return True
        last = min(later)
    return False


def _awarded_though_barred(state: State) -> bool:
    barred = any(outcome.award == BARRED for outcome in state.outcomes.values())
    return barred and bool(told(state, *CONFERRED))


def _without_consequence(rules: Ruleset, state: State) -> bool:
    """Whether it has ended although something was promised and not done, and nothing followed."""
    if not ended(rules, state):
        return False
    items = [s for s in state.subjects.values() if s.of == state.root]
    return any(_promised(i, state) and not _kept(i, state) and not _felt(i, state) for i in items)


def ended(rules: Ruleset, state: State) -> bool:
    """Whether the whole is in a final state."""
    return state.subjects[state.root].state in rules.lifecycles[state.root].final


def _promised(item: Subject, state: State) -> bool:
    started = item.revisions[0] if item.revisions else 0
    return any(
        record.version > started and _about(record, item, state)
        for record in told(state, "publication")
    )


def _kept(item: Subject, state: State) -> bool:
    """Struck off, carried over or withdrawn: then it is no promise that was broken."""
    return any(r.subject == item.id for r in told(state, "strike_off", "carry_over", "withdrawal"))


def _felt(item: Subject, state: State) -> bool:
    """Whether something came of it that bars or calls for a step, and the step was taken."""
    return any(
        outcome.subject in (item.id, state.root)
        and (outcome.award == BARRED or outcome.calls_for)
        and not outcome.open_calls
        for outcome in state.outcomes.values()
    )
