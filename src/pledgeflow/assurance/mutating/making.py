"""Every mutation of one rule, found by walking what a policy says along the language's models.

Nothing here knows a policy: what can be done to a place follows from the type that stands there.
A track's own rules are mutated where they say something of their own, and the common ones once.
What is only for people (labels, titles, grounds), what a directory may be asked for (kinds, posts,
venues) and what a policy claims of itself (properties) is no rule, and is left alone. Nor is a word
taken out that says what would hold without it (`needless`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from pledgeflow.assurance.mutating import figures
from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.lookup import Lookup
from pledgeflow.assurance.mutating.mutations import Mutation, as_text
from pledgeflow.assurance.mutating.needless import (
    needless,
    one_and_the_same,
    where_it_may_be,
    within,
)
from pledgeflow.assurance.walking import alternatives, fitting, hints_of
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.overlay import Resolved
from pledgeflow.policy.guards.conditions import Plain
from pledgeflow.policy.language.balloting import BallotRules
from pledgeflow.policy.language.duties import DutyRules
from pledgeflow.policy.language.following import OutcomeRules, Reaction
from pledgeflow.policy.language.lifecycles import Lifecycle, Parties, Transition
from pledgeflow.policy.language.numbers import Number
from pledgeflow.policy.language.people import OrganizationIs, PersonIs, Role
from pledgeflow.policy.language.schema import Document
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.policy.words import Day, Label, Names, Period, Share, YearDay

GROUND = frozenset({"label", "cite", "assumed"})
FOR_PEOPLE = frozenset({*GROUND, "title", "document", "together_with", "into"})
HEAD = frozenset({"policy", "extends", "abstract", "kinds", "posts", "venues", "properties"})
LEFT_OUT = FOR_PEOPLE | {"is", "like", "properties"}
"""Keys below which nothing is mutated, whatever they stand in."""

_GONE: Mapping[type[BaseModel], Kind] = {
    Plain: Kind.DROP_GUARD,
    DutyRules: Kind.DROP_DUTY,
    OutcomeRules: Kind.DROP_OUTCOME,
    Reaction: Kind.DROP_REACTION,
    CommandField: Kind.DROP_FIELD,
    BallotRules: Kind.DROP_RULE,
}
_ROLES = frozenset({"any_of", "excluded", "roles", "chaired_by", "post"})
"""Sets of those who may act, vote or sign: one less is a narrower role."""


def mutations(resolved: Resolved) -> list[Mutation]:
    """Every mutation of a resolved policy, in the order of its files."""
    found: dict[Mutation, None] = {}
    tree = resolved.tree
    if isinstance(tree, dict):
        maker = _Maker(Lookup(tree))
        for key, value in tree.items():
            if key not in HEAD | FOR_PEOPLE:
                maker.below(Document, (), key, value)
        found |= dict.fromkeys(maker.found)
    for path, ground in resolved.absences.items():
        place = tuple(map(str, path))
        cite = ground.get("cite")
        clauses = (cite,) if isinstance(cite, str) else tuple(map(str, _many(cite)))
        found[Mutation(Kind.RESTORE, place, place, "", "", "", clauses)] = None
    return list(found)


@dataclass(slots=True)
class _Maker:
    look: Lookup
    found: list[Mutation] = field(default_factory=list)

    def below(self, model: type[BaseModel], path: tuple[str, ...], key: str, value: Tree) -> None:
        """What can be done to what a model says under a key."""
        hints, here = hints_of(model), (*path, key)
        if key not in hints or self._silent(value):
            return
        if one_and_the_same(self.look, model, here, value):
            return
        info = next(i for n, i in model.model_fields.items() if (i.alias or n) == key)
        optional = not info.is_required() or self.look.inherited(here) is not None
        rules = self._holds_rules(hints[key], value)
        if optional and not rules and not needless(self.look, model, here, value):
            self._drop(self._dropped(model, key), here)
        self.walk(hints[key], here, value, model)

    def walk(self, kind: Any, path: tuple[str, ...], raw: Tree, owner: type[BaseModel]) -> None:
        """What can be done to what stands at a path, by its type. owner: the model it stands in."""
        said = self.look.kind_at(path) if isinstance(raw, dict) and "is" not in raw else None
        meant = {**raw, "is": said} if isinstance(raw, dict) and said is not None else raw
        for base, marks in fitting(list(alternatives(kind)), meant):
            if isinstance(base, type) and issubclass(base, BaseModel):
                if isinstance(raw, dict) and not (
                    base is Parties and not {"any_of", "all_of"} & raw.keys()
                ):
                    self._node(base, path, raw)
                    return
                if base is Parties:
                    self._members(get_args_of(Parties, "any_of"), path, raw, owner)
                    self._promisor_too(path, raw)
                    return
            elif get_origin(base) is dict and isinstance(raw, dict):
                self._entries(get_args(base), path, raw, owner)
                return
            elif get_origin(base) is tuple:
                self._members(get_args(base)[0], path, raw, owner)
                return
            elif self._leaf(base, marks, path, raw):
                return

    def _node(self, model: type[BaseModel], path: tuple[str, ...], raw: dict[str, Tree]) -> None:
        for key, value in raw.items():
            if key not in LEFT_OUT:
                self.below(model, path, key, value)
        if model is Parties:
            parties = raw.get("any_of")
            self._promisor_too((*path, "any_of"), parties)
        if model is Transition and raw.get("stays") is True:
            self._moves(path, raw)

    def _entries(
        self, kinds: tuple[Any, ...], path: tuple[str, ...], raw: dict[str, Tree], owner: Any
    ) -> None:
        """A mapping by id: each entry may go, and each is looked into."""
        labels = any(base is Label for base, _ in alternatives(kinds[1]))
        for key, value in raw.items():
            here = (*path, key)
            inherited = self.look.inherited(here)
            if labels:
                # What is inherited is only called something else here.
                if inherited is None:
                    self._drop(Kind.DROP_CHOICE, here)
                continue
            if self._silent(value) or self.look.unused(here):
                continue
            idle = inherited is not None and within(value, inherited)
            if not idle and not self._only_holds(kinds[1], here, value):
                self._drop(self._gone(kinds[1], owner, here, value), here)
            self.walk(kinds[1], here, value, owner)
        if labels and path[-1] == "tiers":
            self._swaps(path, raw)

    def _members(self, kind: Any, path: tuple[str, ...], raw: Tree, owner: Any) -> None:
        """A set, or a list whose order counts."""
        if isinstance(raw, list):
            self._swaps(path, raw)
        names = [raw] if isinstance(raw, str) else list(map(str, _many(raw)))
        namespace, inherited = _namespace(kind), self.look.inherited(path)
        for name in names:
            idle = within([name], inherited, path[-1]) or where_it_may_be(self.look, path, name)
            if len(names) > 1 and not idle:
                rest = [other for other in names if other != name]
                self._change(self._less(path, owner), path, raw, _like(raw, rest), f"- {name}")
            others = self._others(namespace, path, name, names)
            for other in others:
                swapped = [other if n == name else n for n in names]
                how = Kind.SHIFT_TIER if namespace == "tier" else Kind.CHANGE_STATE
                self._change(how, path, raw, _like(raw, swapped), f"{name} → {other}")
        if path[-1] == "source":
            more = figures.further(self.look.states(path, names[0]), names)
            if more is not None:
                new = _like(raw, [*names, more], many=True)
                self._change(Kind.WIDEN_SOURCE, path, raw, new, f"+ {more}")

    def _others(
        self, namespace: str, path: tuple[str, ...], name: str, names: list[str]
    ) -> list[str]:
        if namespace == "tier":
            return [t for t in figures.beside(self.look.tiers(path), name) if t not in names]
        if namespace == "state":
            states = [s for s in self.look.states(path, name) if s == name or s not in names]
            other = figures.next_of(states, name)
            return [other] if other is not None else []
        return []

    def _leaf(self, base: Any, marks: tuple[Any, ...], path: tuple[str, ...], raw: Tree) -> bool:
        """What can be done to a single word or figure; whether it is one of this type."""
        if isinstance(raw, bool):
            if base is bool or get_origin(base) is Literal:
                self._change(Kind.NEGATE, path, raw, not raw)
                return True
            return False
        if isinstance(raw, int):
            if base is int:
                self._counted(figures.counts(raw), path, raw)
            elif _is(marks, Number):
                for more, text in figures.numbers(str(raw)):
                    self._counted([(more, text)], path, raw)
            return base is int or _is(marks, Number)
        return isinstance(raw, str) and self._word(base, marks, path, raw)

    def _word(self, base: Any, marks: tuple[Any, ...], path: tuple[str, ...], raw: str) -> bool:
        for type_, others in _WRITTEN:
            if _is(marks, type_):
                for more, other in others(raw):
                    if type_ in (Number, Share):
                        self._counted([(more, other)], path, raw)
                    else:
                        self._change(Kind.LATER if more else Kind.EARLIER, path, raw, other)
                return True
        words = _words(base)
        if raw in words:
            other = figures.next_of(words, raw)
            if other is not None:
                self._change(Kind.OTHER_WORD, path, raw, other)
            return True
        names = next((mark.namespace for mark in marks if isinstance(mark, Names)), "")
        for other in self._others(names, path, raw, [raw]):
            how = Kind.SHIFT_TIER if names == "tier" else Kind.CHANGE_STATE
            self._change(how, path, raw, other)
        if names == "role":
            other = PROMISOR if raw != PROMISOR else next(iter(self.look.roles(path)), None)
            if other is not None and other != raw:
                self._change(Kind.CHANGE_ROLE, path, raw, other)
        return bool(names)

    def _counted(self, others: Any, path: tuple[str, ...], raw: Tree) -> None:
        for more, other in others:
            self._change(Kind.RAISE_FIGURE if more else Kind.LOWER_FIGURE, path, raw, other)

    def _promisor_too(self, path: tuple[str, ...], raw: Tree) -> None:
        names = [raw] if isinstance(raw, str) else list(map(str, _many(raw)))
        if names and PROMISOR not in names and not self.look.unrepresented(path):
            new = _like(raw, [*names, PROMISOR], many=True)
            self._change(Kind.WIDEN_ROLE, path, raw, new, f"+ {PROMISOR}")

    def _moves(self, path: tuple[str, ...], raw: dict[str, Tree]) -> None:
        """A record that moves nothing moves on."""
        source = raw.get("source", self.look.inherited((*path, "source")))
        names = [source] if isinstance(source, str) else list(map(str, _many(source)))
        other = figures.next_of(self.look.states(path, names[0]), names[0]) if names else None
        if other is not None:
            new = {key: value for key, value in raw.items() if key != "stays"}
            self._change(Kind.CHANGE_STATE, path, raw, {**new, "dest": other}, f"→ {other}")

    def _swaps(self, path: tuple[str, ...], raw: Tree) -> None:
        names = list(map(str, _many(raw)))
        for place in range(len(names) - 1):
            one, two = names[place : place + 2]
            order = [*names[:place], two, one, *names[place + 2 :]]
            new: Tree = {n: raw[n] for n in order} if isinstance(raw, dict) else list(order)
            self._change(Kind.SWAP_ORDER, path, raw, new, f"{one} ⇄ {two}")

    def _gone(self, kind: Any, owner: Any, path: tuple[str, ...], value: Tree) -> Kind:
        """What it is called that an entry of a mapping is gone."""
        for base, _ in alternatives(kind):
            if not (isinstance(base, type) and issubclass(base, BaseModel)):
                continue
            if base is Transition:
                whole = self.look.whole(path, value)
                timed = "after" in whole
                completes = Kind.DROP_TIMER if timed else Kind.DROP_COMPLETION
                return completes if timed or "when" in whole else Kind.DROP_TRANSITION
            found = next((k for model, k in _GONE.items() if issubclass(base, model)), None)
            return found or Kind.DROP_RULE
        return Kind.WIDEN_ROLE if owner is PersonIs else Kind.DROP_MEMBER

    def _dropped(self, model: type[BaseModel], key: str) -> Kind:
        """What it is called that a word of a rule is gone."""
        if key == "if":
            return Kind.DROP_CONDITION
        if model is Role and key == "otherwise":
            return Kind.NARROW_ROLE
        if model in (PersonIs, OrganizationIs, Parties):
            return Kind.WIDEN_ROLE
        return Kind.DROP_WORD

    def _less(self, path: tuple[str, ...], owner: Any) -> Kind:
        if path[-1] == "source":
            return Kind.DROP_SOURCE
        if path[-1] == "all_of":
            return Kind.WIDEN_ROLE
        narrower = path[-1] in _ROLES or path[-1] == "by"
        return Kind.NARROW_ROLE if narrower or owner is Role else Kind.DROP_MEMBER

    def _holds_rules(self, kind: Any, value: Tree) -> bool:
        """Whether it is a collection of rules, which go one by one, or their last one goes."""
        return isinstance(value, dict) and any(
            get_origin(base) is dict for base, _ in alternatives(kind)
        )

    def _only_holds(self, kind: Any, path: tuple[str, ...], value: Tree) -> bool:
        """Whether it is a lifecycle, or a track's part of something with no word of its own: then
        its rules go one by one.
        """
        for base, _ in alternatives(kind):
            if base is Lifecycle:
                return True
            if isinstance(base, type) and issubclass(base, BaseModel) and isinstance(value, dict):
                hints = hints_of(base)
                said = [key for key in value if key not in FOR_PEOPLE]
                inner = all(k in hints and self._holds_rules(hints[k], value[k]) for k in said)
                return bool(said) and inner and self.look.inherited(path) is not None
        return False

    def _silent(self, value: Tree) -> bool:
        """Whether something says nothing that rules anything: only grounds and labels."""
        if not isinstance(value, dict) or not value:
            return False
        return all(
            key in FOR_PEOPLE or (isinstance(below, dict) and self._silent(below))
            for key, below in value.items()
        )

    def _drop(self, kind: Kind, path: tuple[str, ...]) -> None:
        self._add(kind, path, "", "", "")

    def _change(
        self, kind: Kind, path: tuple[str, ...], raw: Tree, new: Tree, says: str = ""
    ) -> None:
        short = says or f"{_shown(raw)} → {_shown(new)}"
        self._add(kind, path, as_text(raw), as_text(new), short)

    def _add(self, kind: Kind, path: tuple[str, ...], before: str, after: str, says: str) -> None:
        rule, clauses = self.look.ground(path)
        self.found.append(Mutation(kind, path, rule, before, after, says, clauses))


_WRITTEN: tuple[tuple[Any, Any], ...] = (
    (Period, figures.periods),
    (YearDay, figures.year_days),
    (Day, figures.days),
    (Share, figures.numbers),
    (Number, figures.numbers),
)


def get_args_of(model: type[BaseModel], key: str) -> Any:
    """The type of the members of a set that a model says under a key."""
    return next(
        get_args(base)[0] for base, _ in alternatives(hints_of(model)[key]) if get_origin(base)
    )


def _is(marks: tuple[Any, ...], type_: Any) -> bool:
    """Whether something is of one of the language's annotated words."""
    return any(mark is own for mark in marks for own in type_.__metadata__)


def _words(base: Any) -> list[str]:
    """The words that a closed list of the language has."""
    if get_origin(base) is Literal:
        return [str(word) for word in get_args(base)]
    if isinstance(base, type) and issubclass(base, Enum):
        return [str(member.value) for member in base]
    return []


def _namespace(kind: Any) -> str:
    for _, marks in alternatives(kind):
        for mark in marks:
            if isinstance(mark, Names):
                return mark.namespace
    return ""


def _like(raw: Tree, names: list[str], *, many: bool = False) -> Tree:
    """A set, written as it was."""
    if isinstance(raw, list):
        return list(names)
    if isinstance(raw, str) and not many:
        return names[0]
    return dict.fromkeys(names, True)


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | dict) else ()


def _shown(value: Tree) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
