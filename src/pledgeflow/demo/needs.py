"""Which people and organizations a policy is about, read off its roles, tracks and guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pledgeflow.demo.levels import Levels, levels_of
from pledgeflow.domain.commands import PLEDGE
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.guards.conditions import Guarded, Promisor
from pledgeflow.policy.guards.elsewhere import PrecededElsewhere
from pledgeflow.policy.guards.payload import Listed
from pledgeflow.policy.language.people import OrganizationIs, Role
from pledgeflow.policy.words import Label

OWN, SUPERIOR = "own", "superior"


@dataclass(frozen=True, slots=True)
class Needs:
    """levels: the bodies above the units and beside them; posts, members: by place, which is `own`,
    `superior` or a kind; relations: (relation, what it is to) -> kinds of whoever stands in it;
    people, bodies: the kinds of each track's promisors; trades, lines: kinds of people and of
    bodies that have a list of their own; venues: where else people pledge -> kinds of those who do;
    singled_out: kinds that guards ask about; labels: what bodies and venues are called
    """

    levels: Levels
    posts: Mapping[str, tuple[str, ...]]
    members: tuple[str, ...]
    relations: Mapping[tuple[str, str], frozenset[str]]
    people: tuple[frozenset[str], ...]
    bodies: tuple[frozenset[str], ...]
    trades: tuple[str, ...]
    lines: tuple[str, ...]
    venues: Mapping[str, frozenset[str]]
    singled_out: frozenset[str]
    labels: Mapping[str, Label]


def needs_of(policy: Policy) -> Needs:
    """What a directory has to hold so that every role of the policy can be filled."""
    roles: dict[str, Role] = {}
    for rules in policy.tracks.values():
        roles |= rules.source.roles
    declared = {n: t for n, t in policy.document.tracks.items() if t.aggregate == PLEDGE}
    tracks = [track for track in declared.values() if not track.match.venue]
    elsewhere = [track for track in declared.values() if track.match.venue]
    posts: dict[str, tuple[str, ...]] = {}
    wanted = [*_posts(roles), *((OWN, p) for track in tracks for p in track.represented_by)]
    for place, post in wanted:
        posts[place] = tuple(dict.fromkeys((*posts.get(place, ()), post)))
    people = [t.match.person for t in tracks if t.match.person is not None]
    bodies = [t.match.organization for t in tracks if t.match.organization is not None]
    persons = [role.person for role in roles.values() if role.person is not None]
    matched = {kind for match in (*people, *bodies) for kind in match}
    listed = {name: _listed(policy.tracks[name]) - matched for name in declared}
    by_people = {name: track.match.person is not None for name, track in declared.items()}
    labels = {_body(r.organization): r.label for r in roles.values() if r.organization}
    units = tuple(map(_wanted, bodies))
    return Needs(
        levels=levels_of(policy, _above(roles), units),
        posts=posts,
        members=tuple({_place(p.member_of, roles): 0 for p in persons if p.member_of}),
        relations={
            (p.relation, p.to or "promisor"): _wanted(p.kinds) for p in persons if p.relation
        },
        people=tuple(_wanted(match) for match in people),
        bodies=units,
        trades=_all(kinds for name, kinds in listed.items() if by_people[name]),
        lines=_all(kinds for name, kinds in listed.items() if not by_people[name]),
        venues={t.match.venue: _wanted(t.match.person or {}) for t in elsewhere},
        singled_out=frozenset(_asked(policy)) - {k for match in people for k in match},
        labels=labels | policy.document.kinds | policy.document.venues,
    )


def _wanted(match: Mapping[str, bool]) -> frozenset[str]:
    return frozenset(kind for kind, wanted in match.items() if wanted)


def _listed(rules: Ruleset) -> frozenset[str]:
    """The kinds of promisor that have a list of their own in some guard of a track."""
    return frozenset(
        kind
        for lifecycle in rules.lifecycles.values()
        for transition in lifecycle.transitions.values()
        for guard in transition.guards.values()
        if isinstance(guard, Listed)
        for kind in guard.kinds
    )


def _all(found: Iterable[frozenset[str]]) -> tuple[str, ...]:
    return tuple(sorted({kind for kinds in found for kind in kinds}))


def _posts(roles: Mapping[str, Role]) -> Iterator[tuple[str, str]]:
    for role in roles.values():
        if role.organization is not None:
            place = _body(role.organization)
            yield from ((place, post) for post in role.chaired_by)
        elif role.person is not None:
            place = _place(role.person.of or OWN, roles)
            yield from ((place, post) for post in role.person.post)


def _place(name: str, roles: Mapping[str, Role]) -> str:
    body = roles[name].organization if name in roles else None
    return _body(body) if body is not None else name


def _body(organization: OrganizationIs) -> str:
    return organization.kind or organization.at or SUPERIOR


def _above(roles: Mapping[str, Role]) -> tuple[str, ...]:
    """The kinds of bodies above; who steps in for another stands above it."""
    kinds = {n: r.organization.kind for n, r in roles.items() if r.organization is not None}

    def rank(name: str) -> int:
        chain: list[str] = []
        current: str | None = name
        while current is not None and current in roles and current not in chain:
            chain.append(current)
            current = roles[current].otherwise
        return -len(chain)

    found = dict.fromkeys(kind for n in sorted(kinds, key=rank) if (kind := kinds[n]) is not None)
    return tuple(found) or (SUPERIOR,)


def _asked(policy: Policy) -> Iterator[str]:
    """The kinds of promisor that guards and conditions ask about."""
    for rules in policy.tracks.values():
        for lifecycle in rules.lifecycles.values():
            for transition in lifecycle.transitions.values():
                for guard in (*transition.guards.values(), *(transition.when or {}).values()):
                    condition = guard.if_ if isinstance(guard, Guarded) else None
                    for part in (guard, condition):
                        if isinstance(part, Promisor):
                            yield from part.kinds
                        elif isinstance(part, PrecededElsewhere):
                            yield from (kind for kind, wanted in part.among.items() if wanted)
