"""Words that say what would hold without them: to take one out would leave the policy as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from pledgeflow.assurance.mutating.lookup import Lookup
from pledgeflow.assurance.mutating.mutations import as_text, at
from pledgeflow.assurance.walking import hints_of
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.guards.elsewhere import Elsewhere
from pledgeflow.policy.language.balloting import BallotRules, Fills
from pledgeflow.policy.language.evaluation import Evaluation
from pledgeflow.policy.language.following import Reaction
from pledgeflow.policy.language.people import PersonIs

OWN = "own"
GROUND = frozenset({"label", "cite", "assumed", "if"})
"""What a guard may say besides what it asks."""
TOLD = frozenset({(Evaluation, "open")})
"""Words that only say something to people: nothing is permitted or refused by them."""
_MEANT: Mapping[tuple[type[BaseModel], str], str] = {
    (PersonIs, "of"): OWN,
    (PersonIs, "to"): PROMISOR,
}
"""What words mean that are left out, where the language has no word for that."""
_WHOSE = frozenset({(Elsewhere, "whose"), (Reaction, "whose"), (PersonIs, "to")})
"""Words that are either of the promisor or of the promisor's own organization."""
_WHOLE = frozenset({"order", "cite"})
"""Lists that a track replaces; of all others it says what is added."""


def needless(look: Lookup, model: type[BaseModel], path: tuple[str, ...], value: Tree) -> bool:
    """Whether a word that a model says could be left out. path: its place, with its own key"""
    key = path[-1]
    inherited = look.inherited(path)
    if inherited is not None:
        return within(value, inherited, key)
    if _MEANT.get((model, key)) == value or _is_default(model, key, as_text(value)):
        return True
    return key == "fills" and model is BallotRules and _only_tally(look, path, value)


def one_and_the_same(
    look: Lookup, model: type[BaseModel], path: tuple[str, ...], value: Tree
) -> bool:
    """Whether a word could be any other, or none: where only organizations promise, an own
    organization is the promisor; and where there is one tally, no other can be named.
    """
    key = path[-1]
    if (model, key) in TOLD:
        return True
    if (model, key) in _WHOSE:
        return value == OWN and look.only_organizations(path)
    return (model, key) == (Fills, "tally") and _only_tally(look, path[:-1], {key: value})


def within(value: Tree, inherited: Tree, key: str = "") -> bool:
    """Whether a track says nothing that it would not inherit."""
    match value, inherited:
        case dict(), dict():
            return all(k in inherited and within(v, inherited[k], k) for k, v in value.items())
        case list() | dict(), list() | dict() if key not in _WHOLE:
            own = value if isinstance(value, list) else [k for k, v in value.items() if v is True]
            return len(own) == len(value) and set(map(str, own)) <= set(map(str, inherited))
        case _:
            return as_text(value) == as_text(inherited)


def where_it_may_be(look: Lookup, path: tuple[str, ...], state: str) -> bool:
    """Whether a state of items that count (`in`) is one where all have to be anyway, so that it does
    not matter whether they count. path: of the states that count
    """
    guard = look.whole(path[:-1], at(look.tree, path[:-1]))
    places = guard.get("all")
    if path[-1] != "in" or guard.get("is") != "items" or not isinstance(places, list | dict):
        return False
    return state in places and guard.keys() <= {"is", "of", "in", "saying", "all", *GROUND}


@cache
def _is_default(model: type[BaseModel], key: str, text: str) -> bool:
    """Whether a value, as text, is what the language takes where nothing is said."""
    info = next(i for n, i in model.model_fields.items() if (i.alias or n) == key)
    default, value = info.get_default(call_default_factory=True), json.loads(text)
    if info.is_required() or default is None:
        return False
    if (str(default.value) if isinstance(default, Enum) else default) == value:
        return True
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(hints_of(model)[key])
        return bool(adapter.validate_python(value) == default)
    except ValidationError:
        return False


def _only_tally(look: Lookup, path: tuple[str, ...], value: Tree) -> bool:
    """Whether nothing is filled but the only tally of a ballot's command. path: of what it fills"""
    if not isinstance(value, dict) or value.keys() != {"tally"}:
        return False
    ballot = path[:-1]
    command = look.whole(ballot, at(look.tree, ballot)).get("command")
    return isinstance(command, str) and look.tallies(path, command) == {str(value["tally"])}
