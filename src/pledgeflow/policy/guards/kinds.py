"""The closed vocabulary of guards, and the one door through which a deployer adds to it.

A kind that is not built in is looked up by name in what the deployer allowed; a policy file can
name it, and give it plain options, but can never point at code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason
from pledgeflow.policy.guards.binding import OTHERWISE, Binding, Check, Offers, Sight
from pledgeflow.policy.guards.conditions import (
    Award,
    Content,
    Graded,
    Guarded,
    Plain,
    Promisor,
    Said,
    SomeoneElse,
    Stands,
)
from pledgeflow.policy.guards.duties import Owing
from pledgeflow.policy.guards.elsewhere import Elsewhere, PrecededElsewhere
from pledgeflow.policy.guards.history import NotPrecededBy, PrecededBy
from pledgeflow.policy.guards.items import CalledFor, CarriedAtMost, Due, Items
from pledgeflow.policy.guards.payload import AllYes, Copies, Given, Includes, Listed
from pledgeflow.policy.guards.tallies import Tally
from pledgeflow.policy.words import Ident, Words

Factory = Callable[[Binding, Mapping[str, str | int | bool]], Check]
"""A deployer's guard kind: given its place and its options, the check."""


_FOREIGN_WORDS = frozenset({"is", "with", "if", "label", "cite", "assumed"})


class Foreign(Guarded):
    """A guard of a kind that the deployer adds. with: its options."""

    is_: Words = Field(alias="is")
    with_: dict[Ident, str | int | bool] = Field(default={}, alias="with")

    @model_validator(mode="before")
    @classmethod
    def _is_one(cls, raw: Any) -> Any:
        """A misspelled kind, or none, is the mistake; not the words that would belong to it."""
        said = raw.get("is") if isinstance(raw, dict) else ""
        if said is None:
            raise ValueError(
                "say under `is:` what kind of guard this is; to change one that is inherited, "
                "call it as it is called there"
            )
        others = raw.keys() - _FOREIGN_WORDS if isinstance(raw, dict) else ()
        if others and isinstance(said, str):
            near = get_close_matches(said, BUILT_IN, n=1)
            close = f"; perhaps `{near[0]}`" if near else ""
            raise ValueError(
                f"there is no guard kind `{said}` that says {_quoted(others)}{close}; the words of "
                "a kind that is added stand under `with:`"
            )
        return raw


BUILT_IN: Mapping[str, type[Plain]] = {
    get_args(kind.model_fields["is_"].annotation)[0]: kind
    for kind in (
        PrecededBy,
        NotPrecededBy,
        PrecededElsewhere,
        Elsewhere,
        Items,
        Due,
        Owing,
        CarriedAtMost,
        CalledFor,
        AllYes,
        Includes,
        Copies,
        Given,
        Listed,
        Tally,
        Promisor,
        Graded,
        Content,
        Said,
        Stands,
        Award,
        SomeoneElse,
    )
}
"""Every built-in kind by the name that `is:` gives it."""


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in sorted(words))


def _tag(raw: Any) -> str:
    name = raw.get("is") if isinstance(raw, dict) else getattr(raw, "is_", None)
    return name if isinstance(name, str) and name in BUILT_IN else "foreign"


Guard = Annotated[
    Annotated[PrecededBy, Tag("preceded_by")]
    | Annotated[NotPrecededBy, Tag("not_preceded_by")]
    | Annotated[PrecededElsewhere, Tag("preceded_elsewhere")]
    | Annotated[Elsewhere, Tag("elsewhere")]
    | Annotated[Stands, Tag("stands")]
    | Annotated[Award, Tag("award")]
    | Annotated[SomeoneElse, Tag("someone_else")]
    | Annotated[Items, Tag("items")]
    | Annotated[Due, Tag("due")]
    | Annotated[Owing, Tag("owed")]
    | Annotated[CarriedAtMost, Tag("carried_at_most")]
    | Annotated[CalledFor, Tag("called_for")]
    | Annotated[AllYes, Tag("all_yes")]
    | Annotated[Includes, Tag("includes")]
    | Annotated[Copies, Tag("copies")]
    | Annotated[Given, Tag("given")]
    | Annotated[Listed, Tag("listed")]
    | Annotated[Tally, Tag("tally")]
    | Annotated[Promisor, Tag("promisor")]
    | Annotated[Graded, Tag("graded")]
    | Annotated[Content, Tag("content")]
    | Annotated[Said, Tag("said")]
    | Annotated[Foreign, Tag("foreign")],
    Discriminator(_tag),
]


def bind(guard: Guard, binding: Binding, allowed: Mapping[str, Factory]) -> Check:
    """The check that a guard becomes in its place; under `if`, one that counts conditionally."""
    if isinstance(guard, Foreign):
        check = allowed[guard.is_](binding, guard.with_)
    else:
        check = guard.bind(binding)
    condition = guard.if_ if isinstance(guard, Guarded) else None
    return _under(condition.bind(binding), check) if condition is not None else check


def _under(condition: Check, check: Check) -> Check:
    applies, demanded, lean = condition.judge, check.judge, check.relies

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        if applies(state, subject, command, facts) is not None:
            return None
        return demanded(state, subject, command, facts)

    def relies(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> date | None:
        if lean is None or applies(state, subject, command, facts) is not None:
            return None
        return lean(state, subject, command, facts)

    return Check(
        check.rule,
        judge,
        fields=check.fields | condition.fields,
        reads=check.reads | condition.reads,
        ask=check.ask,
        offers=_both(condition, check),
        relies=relies if lean is not None else None,
        alone=check.alone and condition.alone,
        sights=_seen(condition, check),
    )


def _seen(condition: Check, check: Check) -> tuple[Sight, ...] | None:
    """What either can tell, unless one of them does not say."""
    if condition.sights is None or check.sights is None:
        return None
    return (*condition.sights, *check.sights)


def _both(condition: Check, check: Check) -> Offers | None:
    """What satisfies a guard under a condition: what either offers, unless one cannot say."""
    if check.fields and check.offers is None:
        return None
    # Not to be under the condition is tried first: it asks for less.
    ours = {name: (OTHERWISE, *values) for name, values in (condition.offers or {}).items()}
    theirs = check.offers or {}
    return {name: (*theirs.get(name, ()), *ours.get(name, ())) for name in (*theirs, *ours)} or None
