"""Every rule, and every guard by itself, cites a clause of its own documents or says what it assumes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.guards.conditions import Plain
from pledgeflow.policy.language.ledgers import Column
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.steps import CommandField, CommandRules
from pledgeflow.policy.words import Grounded

ANOTHER_GROUND = "cite a clause of its own documents, or say `assumed:` and why"


def grounded(model: BaseModel, place: Place = ()) -> Iterator[tuple[Place, Grounded]]:
    """Every node that may carry a ground, with its path; of a document, tracks' own rules apart."""
    if isinstance(model, Grounded) and place:
        yield place, model
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        key = info.alias or name
        if isinstance(value, BaseModel):
            yield from grounded(value, (*place, key))
        elif isinstance(value, dict):
            for entry, node in value.items():
                if isinstance(node, BaseModel):
                    yield from grounded(node, (*place, key, str(entry)))


def document_grounds(document: Document, known: frozenset[str]) -> Iterator[Finding]:
    """The grounds of what holds for all tracks alike."""
    for place, node in grounded(document):
        if place[0] not in Rules.model_fields:
            yield from _ground(place, node, known, abstract=document.abstract)


def rule_grounds(surface: Surface, known: frozenset[str]) -> Iterator[Finding]:
    """The grounds of a track's rules."""
    for place, node in grounded(surface.rules):
        yield from _ground(place, node, known, abstract=surface.document.abstract)


def _ground(
    place: Place, node: Grounded, known: frozenset[str], *, abstract: bool
) -> Iterator[Finding]:
    if abstract:
        if node.cite:
            yield (*place, "cite"), "an abstract policy cites no clause; say `assumed:` instead"
        return
    for where, message in unknown((*place, "cite"), "clause in the register", node.cite, known):
        yield where, f"{message}; {ANOTHER_GROUND}"
    if _owes_ground(place, node) and not node.cite and node.assumed is None:
        yield (
            place,
            (
                "say what this rests on: `cite:` with a clause id of the register, "
                "or `assumed:` with the reading and why"
            ),
        )


def _owes_ground(place: Place, node: Grounded) -> bool:
    """Declarations owe none; what refuses, obliges or decides does."""
    if isinstance(node, CommandRules | Column):
        return False
    if isinstance(node, CommandField):
        return bool(node.choices) and not node.open
    # A completion's conditions, a guard's `if` and what it asks of another stream rest on what
    # their rule rests on.
    nested = "when" in place or place[-1] == "if" or place.count("guards") > 1
    return not (isinstance(node, Plain) and nested)
