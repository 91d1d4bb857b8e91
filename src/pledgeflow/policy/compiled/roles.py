"""Who may act for a role: relations in the directory, with a chain of others for vacancy and recusal.

INVARIANT: whoever the pledge belongs to never acts on it in another capacity than `promisor`; a
person for themselves, the representatives of an organization for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.policy.guards.conditions import kinds_of
from pledgeflow.policy.language.people import OrganizationIs, PersonIs, Role

PROMISOR = "promisor"
"""The one role that every policy has: whoever pledges."""

REACTION = "reaction"
"""Who acts where nobody does: what has happened in another stream (see `language.schema.Reaction`)."""

HIGHEST = 8
"""How far up it is looked for somebody free, where the organization directly above has nobody."""

Place = Callable[[State, View], str | None]


@dataclass(frozen=True, slots=True)
class Rung:
    """One role of a chain. held_by: whether somebody holds it; holders: who, as far as listed."""

    role: str
    held_by: Callable[[State, View, str], bool]
    holders: Callable[[State, View], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an actor may act for a role. code: "" if so, else why not; entitled: who may."""

    code: str
    entitled: tuple[str, ...] = ()
    rung: str = ""


FINE = Standing("")


@dataclass(frozen=True, slots=True)
class Roles:
    """The compiled roles of a track. represented_by: posts that act for a promising organization."""

    chains: Mapping[str, tuple[Rung, ...]]
    represented_by: tuple[str, ...]

    def owners(self, state: State, view: View) -> tuple[str, ...]:
        """The people whose own pledge this is."""
        promisor = state.stream.promisor
        if not self.represented_by:
            return (promisor,)
        return tuple(
            person for post in self.represented_by for person in view.holders(promisor, post)
        )

    def members(self, role: str, state: State, view: View) -> tuple[str, ...]:
        """Everybody who holds a role, sorted; nobody who only steps in for it."""
        if role == PROMISOR:
            return tuple(sorted(set(self.owners(state, view))))
        for rung in self.chains.get(role, ()):
            listed = rung.holders(state, view) if rung.role == role else ()
            if listed is None:
                listed = tuple(p for p in view.persons if rung.held_by(state, view, p))
            if listed:
                return tuple(sorted(set(listed)))
        return ()

    def standing(self, role: str, actor: str, state: State, view: View) -> Standing:
        """Whether `actor` may act for `role` in this pledge, and if not, why and who may."""
        if role == PROMISOR and not self.represented_by and actor == state.stream.promisor:
            return FINE
        owners = self.owners(state, view)
        if role == PROMISOR:
            return FINE if actor in owners else Standing("not_promisor", owners, PROMISOR)
        for rung in self.chains.get(role, ()):
            listed = rung.holders(state, view)
            if listed is None:
                if actor in owners:
                    return Standing("own_pledge", (), rung.role)
                held = rung.held_by(state, view, actor)
                return FINE if held else Standing("not_holder", (), rung.role)
            free = tuple(person for person in listed if person not in owners)
            if actor in free:
                return FINE
            if free:
                code = "own_pledge" if actor in owners else "not_holder"
                return Standing(code, free, rung.role)
        return Standing("own_pledge" if actor in owners else "vacant", (), role)

    def answering(self, role: str, state: State, view: View) -> tuple[str, ...]:
        """Who answers for a role: its holders, or whoever steps in for them; nobody if none does.

        A role that is open to everybody who belongs somewhere lists nobody.
        """
        owners = self.owners(state, view)
        if role == PROMISOR:
            return owners
        for rung in self.chains.get(role, ()):
            free = tuple(p for p in rung.holders(state, view) or () if p not in owners)
            if free:
                return tuple(dict.fromkeys(free))
        return ()


def compile_roles(roles: Mapping[str, Role], represented_by: tuple[str, ...]) -> Roles:
    """Each role's chain, following `otherwise`; a loop ends where it would begin again."""
    rungs = {name: _rungs(name, role, roles) for name, role in roles.items()}
    chains: dict[str, tuple[Rung, ...]] = {}
    for name in roles:
        chain: list[str] = []
        current: str | None = name
        while current is not None and current in rungs and current not in chain:
            chain.append(current)
            current = roles[current].otherwise
        chains[name] = tuple(rung for link in chain for rung in rungs[link])
    return Roles(chains, represented_by)


def _rungs(name: str, role: Role, roles: Mapping[str, Role]) -> tuple[Rung, ...]:
    """The holders of one role: a rung for a post, and for whoever is above as many as it takes."""
    if role.organization is not None and role.organization.at == "superior":
        return tuple(_posts(name, role.chaired_by, _superior(n)) for n in range(HIGHEST))
    if role.organization is not None:
        return (_posts(name, role.chaired_by, body_of(role.organization)),)
    rung, wanted = _rung(name, role, roles), tuple((role.person or PersonIs()).kinds.items())
    return (_only(rung, wanted) if wanted else rung,)


def _only(rung: Rung, wanted: tuple[tuple[str, bool], ...]) -> Rung:
    """Of those who hold a role, only who is of these kinds."""

    def fits(view: View, actor: str) -> bool:
        kinds = kinds_of(view, actor)
        return all((kind in kinds) is value for kind, value in wanted)

    def holders(state: State, view: View) -> tuple[str, ...] | None:
        listed = rung.holders(state, view)
        return None if listed is None else tuple(p for p in listed if fits(view, p))

    return Rung(
        rung.role,
        lambda state, view, actor: fits(view, actor) and rung.held_by(state, view, actor),
        holders,
    )


def _rung(name: str, role: Role, roles: Mapping[str, Role]) -> Rung:
    person = role.person or PersonIs()
    if person.relation is not None:
        relation, to_promisor = person.relation, person.to != "own"

        def related(state: State, view: View) -> tuple[str, ...]:
            target = state.stream.promisor if to_promisor else state.organization
            return view.relations.get((relation, target), ())

        return Rung(name, lambda state, view, actor: actor in related(state, view), related)
    if person.member_of is not None:
        where = place_of(person.member_of, roles)

        def belongs(state: State, view: View, actor: str) -> bool:
            place, member = where(state, view), view.persons.get(actor)
            return member is not None and any(m.organization == place for m in member.memberships)

        return Rung(name, belongs, lambda state, view: None)
    return _posts(name, person.post, place_of(person.of or "own", roles))


def _posts(name: str, posts: tuple[str, ...], where: Place) -> Rung:
    def holders(state: State, view: View) -> tuple[str, ...]:
        place = where(state, view)
        return tuple(person for post in posts for person in view.holders(place, post))

    return Rung(name, lambda state, view, actor: actor in holders(state, view), holders)


def place_of(name: str, roles: Mapping[str, Role]) -> Place:
    """The organization meant by `own`, by `superior`, or by the id of a body."""
    if name == "own":
        return body_of(OrganizationIs(at="own"))
    if name == "superior":
        return body_of(OrganizationIs(at="superior"))
    body = roles[name].organization if name in roles else None
    return body_of(body) if body is not None else lambda state, view: None


def _superior(steps: int) -> Place:
    """The organization directly above, or so many steps above that."""

    def place(state: State, view: View) -> str | None:
        above = islice(view.ancestors(state.organization), steps, None)
        return next((organization.id for organization in above), None)

    return place


def body_of(organization: OrganizationIs) -> Place:
    """The organization that a body is, seen from the promisor's own."""
    kind, at = organization.kind, organization.at

    def own(state: State, view: View) -> str | None:
        return state.organization

    def above(state: State, view: View) -> str | None:
        for ancestor in view.ancestors(state.organization):
            if kind is None or ancestor.kind == kind or kind in ancestor.kinds:
                return ancestor.id
        return None

    return own if at == "own" else above
