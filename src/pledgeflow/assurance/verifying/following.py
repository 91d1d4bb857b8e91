"""Whether something follows from what was promised and not kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pledgeflow.assurance.verifying.findings import Finding, at_node, on_edge, shortest
from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.assurance.verifying.watching import Mark
from pledgeflow.domain.events import Moved, OutcomeAnswered, OutcomeArose
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.states import State


def no_consequence(walked: Walked) -> Iterator[Finding]:
    """Every unfulfilled promise ends in the consequence that the policy names.

    Where outcomes are named for the items of a lifecycle (`items:`, or states of theirs), an item
    that was published, and neither struck off, attested, carried over nor withdrawn, nor in a
    state that an indicator counts as fulfilled, must have had an outcome that bars or calls for
    something, by itself or with the whole, when the whole comes to a final state; and what that
    called for before must have been done. Where a tier has an outcome without guards, no pledge
    may end with that tier and without it. What an outcome calls for can be done from every state
    in which it is owed.
    """
    yield from shortest(
        (f.length, f) for found in (_unfelt(walked), _uncalled(walked)) for f in found
    )


def _unfelt(walked: Walked) -> Iterator[Finding]:
    """The whole ends, and nothing has followed from what was not kept."""
    root, ends = walked.rules.root, walked.declared.ends.get(walked.rules.root, frozenset())
    for edge in walked.edges:
        if not any(
            isinstance(e, Moved) and e.subject == root and e.dest in ends for e in edge.events
        ):
            continue
        state = fold(walked.node(edge.source).state, edge.events)
        for about in _lacking(walked, edge, state):
            if walked.asks("no_consequence", about):
                yield on_edge(walked, edge, "no_consequence", about)


def _lacking(walked: Walked, edge: Edge, state: State) -> Iterator[str]:
    declared = walked.declared
    seen = walked.memory.watch.step(walked.watched[edge.source].seen, edge.events)
    owed_before = {(o, s) for o, s, _ in walked.watched[edge.source].seen.calls}
    still = {(o, s) for o, s, _ in seen.calls} & owed_before
    felt = {subject for outcome, subject in seen.felt if (outcome, subject) not in still}
    for name, mark in seen.items:
        item = state.subjects[name]
        if item.lifecycle not in declared.consequences or not mark & Mark.PUBLISHED:
            continue
        kept = mark & Mark.KEPT or item.state in declared.fulfilled
        if not kept and felt.isdisjoint((name, state.root)):
            yield item.lifecycle
    tier = state.grade.tier if state.grade is not None else None
    arisen = {outcome.id for outcome in state.outcomes.values()}
    for rule in walked.rules.outcomes:
        always = ("tier", tier) in rule.signs and not rule.checks and not rule.items
        if always and rule.id not in arisen:
            yield rule.id


def _uncalled(walked: Walked) -> Iterator[Finding]:
    """Something is called for that nobody can do any more; or an outcome arises nowhere at all."""
    answers: dict[tuple[str, str], list[int]] = {}
    arisen: set[str] = set()
    for edge in walked.edges:
        for event in edge.events:
            if isinstance(event, OutcomeAnswered):
                answers.setdefault((event.outcome, event.command), []).append(edge.source)
            elif isinstance(event, OutcomeArose):
                arisen.add(event.outcome)
    for rule in walked.rules.outcomes:
        if not walked.asks("no_consequence", rule.id):
            continue
        for command, _ in rule.calls:
            nodes = walked.explored.nodes
            kept_out = [
                n.number
                for n in nodes
                if command in n.beyond and _there(walked, n.state, rule.id, command)
            ]
            goals = [*answers.get((rule.id, command), ()), *kept_out]
            leading = walked.leading_to(goals)
            more = walked.leading_to([*goals, *(n.number for n in nodes if n.unsaid)])
            for number in _owing(walked, rule.id, command):
                if number not in leading:
                    asks = {"reaches": {"command": command}}
                    named = ("no_consequence", rule.id)
                    finding = at_node(walked, number, named, asks, rule.rule)
                    yield replace(finding, bounded=number in more)
        if rule.id not in arisen and walked.explored.complete:
            asks = {"reaches": {"outcome": rule.id}}
            start = next(iter(walked.explored.starts), 0)
            unsaid = any(node.unsaid for node in walked.explored.nodes)
            named = ("no_consequence", rule.id)
            yield Finding(*named, (), (rule.rule,), True, start, asks, unsaid)


def _there(walked: Walked, state: State, outcome: str, command: str) -> bool:
    """Whether a command may be about what an outcome calls for it about."""
    taken = walked.rules.steps.get(command, {})
    arisen = (o for o in state.outcomes.values() if o.id == outcome and command in o.open_calls)
    return any(state.subjects[o.subject].lifecycle in taken for o in arisen)


def _owing(walked: Walked, outcome: str, command: str) -> Iterable[int]:
    """The nodes in which an outcome calls for a command that was not given yet."""
    for node in walked.explored.nodes:
        arisen = node.state.outcomes.values()
        if any(o.id == outcome and command in o.open_calls for o in arisen):
            yield node.number
