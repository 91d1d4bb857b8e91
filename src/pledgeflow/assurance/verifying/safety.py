"""What must never happen, told from single steps and what was before them.

Each property is a function from an exploration to what is wrong, shortest way first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pledgeflow.assurance.verifying.annulling import annulled
from pledgeflow.assurance.verifying.declared import CONFERRING
from pledgeflow.assurance.verifying.findings import Finding, on_edge, shortest
from pledgeflow.assurance.verifying.walked import Edge, Walked
from pledgeflow.assurance.verifying.watching import Breach
from pledgeflow.domain.events import Recorded
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import Step


def published_unapproved(walked: Walked) -> Iterator[Finding]:
    """Nothing is published before it was approved, consented to and signed.

    Whenever a step that means `publication` is taken, the whole, and each item that is promised
    and has not ended, must have been approved (by a step that means `approval` or `guidance`,
    about it or about the whole), and not returned or refused since. Where the policy has a word
    that means `consent` or `signature`, the promisor must have consented and it must be signed.
    An item that is added or changed loses all three, and so does the whole; but a change that
    answers `feedback` given after the approval needs no second one.
    """
    yield from _breaches(walked, "published_unapproved")


def practised_unpublished(walked: Walked) -> Iterator[Finding]:
    """Nothing is practised before it was published.

    Asked of tracks in which something is published. Whenever a step that means `record` is taken,
    or a `report` about an item that is promised, the item (or the whole, if it is about that) must
    have been published as it is: an item that is added or changed later has to be published anew.
    What is struck off or attested must have been published at some time.
    """
    yield from _breaches(walked, "practised_unpublished")


def graded_early(walked: Walked) -> Iterator[Finding]:
    """No grade is given before every evaluation that the policy orders, in its order.

    `evaluation.order` says which. When a grade is given or confirmed, or a step that means `grade`
    is taken, each command before it in that order must have been given, each after the one before
    it. A grade to which there was an objection is given on evaluations that came after that; one
    that was merely returned may be given again on the same ones.
    """
    yield from _breaches(walked, "graded_early")


def award_barred(walked: Walked) -> Iterator[Finding]:
    """Nobody who is barred from awards gets one.

    In a pledge no step that means `award` or `commendation` may be taken once an outcome with
    `award: barred` has arisen, and none may arise after it: who is awarded stays so. What is only
    told of an award that was conferred in another stream does not count.
    """
    yield from _breaches(walked, "award_barred")


def own_judge(walked: Walked) -> Iterator[Finding]:
    """Nobody judges the own pledge.

    No step that means approval, return, objective, attestation, strike-off, grade, audit, award,
    commendation, or the order or closure of a rectification, is taken or typed by whoever the
    pledge belongs to; of an organization's pledge, by whoever represents it. Nor a step that means
    `evaluation`, unless only the promisor can give it: the promisor's own. In a selection nobody
    confers an award on themselves.
    """
    judging = {step.rule: step for step in walked.declared.steps if walked.declared.judges(step)}
    found: set[str] = set()
    for edge in _by_depth(walked):
        for event in edge.events:
            if not isinstance(event, Recorded) or event.rule not in judging or event.rule in found:
                continue
            if _own(walked, edge, event, judging[event.rule]):
                found.add(event.rule)
                yield on_edge(walked, edge, "own_judge", event.command, event.rule)


def _own(walked: Walked, edge: Edge, event: Recorded, step: Step) -> bool:
    """Whether an act is that of somebody whom it is about. Who all sign, sign as parties."""
    if step.joint or event.capacity == REACTION:
        return False
    state, view = walked.node(edge.source).state, edge.input.facts.view
    concerned = set(walked.rules.roles.owners(state, view))
    if event.means in CONFERRING and event.subject in state.subjects:
        content = state.subjects[event.subject].content
        concerned |= {v for v in content.values() if isinstance(v, str) and v in view.persons}
    return bool(concerned & {event.actor, event.entered_by})


def _breaches(walked: Walked, promise: str) -> Iterator[Finding]:
    """What the watch finds broken, one shortest way for each thing that is missing."""
    found = chain(_at_once(walked, promise), _after_annulment(walked, promise))
    yield from shortest((finding.length, finding) for finding in found)


def _at_once(walked: Walked, promise: str) -> Iterator[Finding]:
    watch, found = walked.memory.watch, set[str]()
    for edge in _by_depth(walked):
        if not edge.events:
            continue
        for breach in watch.breaches(walked.watched[edge.source].seen, edge.events):
            if breach.property == promise and breach.about not in found:
                found.add(breach.about)
                yield on_edge(walked, edge, promise, breach.about, _rule(breach))


def _after_annulment(walked: Walked, promise: str) -> Iterator[Finding]:
    for taken in annulled(walked):
        if taken.breach.property == promise:
            way = (*walked.way(taken.annul.source), taken.annul, taken.step)
            yield Finding(
                promise, taken.breach.about, way, (_rule(taken.breach),), start=way[0].source
            )


def _rule(breach: Breach) -> str:
    return getattr(breach.event, "rule", "")


def _by_depth(walked: Walked) -> list[Edge]:
    """The edges, those that lie nearer first; of these, those that rest on no choice of facts."""
    depth = walked.depth
    return sorted(walked.edges, key=lambda edge: (depth[edge.source], edge.input.leans))
