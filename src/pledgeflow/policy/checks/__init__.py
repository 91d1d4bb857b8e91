"""What a schema cannot see: whether the parts of a policy fit together.

transitions accepts unknown destinations, ambiguous transitions and mistyped initial states, so
all of it is checked here, before anything is compiled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pledgeflow.errors import Problem
from pledgeflow.policy.checks.balloting import ballot_findings
from pledgeflow.policy.checks.between import between_findings
from pledgeflow.policy.checks.duties import duty_findings
from pledgeflow.policy.checks.finding import Finding, Surface
from pledgeflow.policy.checks.grounds import document_grounds, rule_grounds
from pledgeflow.policy.checks.guarding import guard_findings
from pledgeflow.policy.checks.indicators import indicator_findings
from pledgeflow.policy.checks.ledgers import ledger_findings
from pledgeflow.policy.checks.lifecycles import lifecycle_findings
from pledgeflow.policy.checks.places import place_findings
from pledgeflow.policy.checks.properties import property_findings
from pledgeflow.policy.checks.references import document_references, rule_references
from pledgeflow.policy.checks.removals import removal_findings
from pledgeflow.policy.files.marks import Marks
from pledgeflow.policy.guards.kinds import Factory
from pledgeflow.policy.language.schema import Document


def mistakes(
    document: Document,
    surfaces: Sequence[Surface],
    marks: Marks,
    names: tuple[frozenset[str], Mapping[str, Factory]],
    sound: Collection[str] = (),
) -> list[Problem]:
    """Every problem of a well-formed policy, each with where it was written.

    names: clause ids of the policy's own registers, a deployer's guard kinds; sound: tracks whose
    own rules were looked through before
    """
    known, allowed = names
    problems = [_problem(marks, f) for f in document_grounds(document, known)]
    problems += [_problem(marks, f) for f in document_references(document)]
    problems += [_problem(marks, f) for f in ledger_findings(document, surfaces)]
    problems += [_problem(marks, f) for f in indicator_findings(document, surfaces)]
    for surface in surfaces:
        if surface.track not in sound:
            problems += [_problem(surface.marks, f) for f in _findings(surface, known, allowed)]
        problems += [_problem(surface.marks, f) for f in between_findings(surface, surfaces)]
    return problems


def _findings(
    surface: Surface, known: frozenset[str], allowed: Mapping[str, Factory]
) -> Iterator[Finding]:
    yield from rule_grounds(surface, known)
    yield from rule_references(surface)
    yield from lifecycle_findings(surface)
    yield from guard_findings(surface, allowed)
    yield from duty_findings(surface)
    yield from ballot_findings(surface)
    yield from place_findings(surface)
    yield from property_findings(surface)
    yield from removal_findings(surface, known)


def _problem(marks: Marks, finding: Finding) -> Problem:
    place, message = finding
    return marks.at(place).problem(f"{'.'.join(place)}: {message}")
