"""What of the one policy is what of the other: by what it means, never by its name alone.

A file may say so; what it does not say is found here, the surest first, and only where nothing else
would do as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from pledgeflow.assurance.diffing.written import NOTHING_SAID, AlignFile
from pledgeflow.assurance.exploring.world import worlds_of
from pledgeflow.errors import DirectoryError
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.steps import CommandField

Names = Mapping[str, str]
Given = Mapping[str, str | None]
Forms = tuple[Hashable, ...]
"""What something is told by, the surest first; None where it cannot be told so."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Names of the left -> of the right. acting: (command, role) -> who takes it there, where the
    roles themselves have no counterpart; fields: by command; values: by command and field;
    left, right: commands without a counterpart, which stutter
    """

    commands: Names
    lifecycles: Names
    roles: Names
    tiers: Names
    acting: Mapping[tuple[str, str], str]
    fields: Mapping[str, Names]
    values: Mapping[tuple[str, str], Names]
    left: tuple[str, ...]
    right: tuple[str, ...]

    def turned(self) -> Alignment:
        """The same from the right to the left."""
        return Alignment(
            _turned(self.commands),
            _turned(self.lifecycles),
            _turned(self.roles),
            _turned(self.tiers),
            {(self.commands[c], there): here for (c, here), there in self.acting.items()},
            {self.commands[c]: _turned(fields) for c, fields in self.fields.items()},
            {
                (self.commands[c], self.fields[c][f]): _turned(values)
                for (c, f), values in self.values.items()
            },
            self.right,
            self.left,
        )


def _turned(names: Names) -> Names:
    return {there: here for here, there in names.items()}


def aligned(left: Ruleset, right: Ruleset, said: AlignFile = NOTHING_SAID) -> Alignment:
    """Steps with one meaning about one kind of subject, and all that their commands name."""
    commands = _commands(left, right, said.commands)
    lifecycles = _lifecycles(left, right, commands, said.lifecycles)
    roles = _paired(_roles(left), _roles(right), said.roles)
    fields = {
        name: _fields((left, name), (right, other), lifecycles, said.fields.get(name, {}))
        for name, other in commands.items()
    }
    values: dict[tuple[str, str], Names] = {}
    for name, pairs in fields.items():
        for field, other in pairs.items():
            ours = left.commands[name].rules.fields[field].choices
            theirs = right.commands[commands[name]].rules.fields[other].choices
            if ours or theirs:
                forms = [{c: (c, label.zh) for c, label in each.items()} for each in (ours, theirs)]
                given = said.values.get(name, {}).get(field, {})
                values[name, field] = _paired(forms[0], forms[1], given)
    acting = dict(_acting(left, right, commands, roles))
    taken = set(commands.values())
    return Alignment(
        commands,
        lifecycles,
        roles,
        _tiers(left, right, said.tiers),
        acting,
        fields,
        values,
        tuple(name for name in left.commands if name not in commands),
        tuple(name for name in right.commands if name not in taken),
    )


def _paired(ours: Mapping[str, Forms], theirs: Mapping[str, Forms], given: Given) -> dict[str, str]:
    """What is told by one form on both sides and by nothing else there, form by form."""
    pairs = {a: b for a, b in given.items() if b is not None and a in ours and b in theirs}
    most = max((len(forms) for forms in (*ours.values(), *theirs.values())), default=0)
    for place in range(most):
        taken = set(pairs.values())
        left = {n for n in ours if n not in pairs and n not in given}
        one = _unique((n, ours[n][place]) for n in ours if n in left)
        other = _unique((n, theirs[n][place]) for n in theirs if n not in taken)
        pairs |= {name: other[form] for form, name in one.items() if form in other}
    return pairs


def _unique(forms: Iterable[tuple[str, Hashable]]) -> dict[Hashable, str]:
    known = [(name, form) for name, form in forms if form is not None]
    counts = Counter(form for _, form in known)
    return {form: name for name, form in known if counts[form] == 1}


def _commands(left: Ruleset, right: Ruleset, given: Given) -> dict[str, str]:
    def forms(rules: Ruleset) -> dict[str, Forms]:
        found: dict[str, Forms] = {}
        for name, command in rules.commands.items():
            meaning = (command.means, rules.root in rules.steps.get(name, {}))
            label, asked = command.rules.label.zh, frozenset(command.rules.fields)
            named = (*meaning, name), (*meaning, label, asked), (*meaning, label)
            found[name] = (*named, (*meaning, asked), meaning)
        return found

    pairs = _paired(forms(left), forms(right), given)
    taken = set(pairs.values())
    for name, command in left.commands.items():
        other = right.commands.get(name)
        if other is None or name in pairs or name in given or name in taken:
            continue
        # What a parent leaves to others to place is about nothing there.
        unplaced = not (left.steps.get(name) and right.steps.get(name))
        if unplaced and other.means == command.means:
            pairs[name] = name
    return pairs


def _lifecycles(left: Ruleset, right: Ruleset, commands: Names, given: Given) -> Names:
    """The pledge itself is always the pledge; items by name, by the steps that add them, by label."""

    def forms(rules: Ruleset, names: Names) -> dict[str, Forms]:
        added: dict[str, set[str]] = {}
        for name, by_lifecycle in rules.steps.items():
            for step in chain.from_iterable(s for b in by_lifecycle.values() for s in b.values()):
                if step.adds is not None and name in names:
                    added.setdefault(step.adds, set()).add(names[name])
        return {
            name: (name, frozenset(added[name]) if name in added else None, lifecycle.label.zh)
            for name, lifecycle in rules.lifecycles.items()
            if name != rules.root
        }

    there = {other: other for other in commands.values()}
    pairs = _paired(forms(left, commands), forms(right, there), given)
    return {left.root: right.root, **pairs}


def _tiers(left: Ruleset, right: Ruleset, given: Given) -> Names:
    """By name or label; those that are left over by their place, if there are as many of them."""
    ours = left.evaluation.tiers if left.evaluation is not None else {}
    theirs = right.evaluation.tiers if right.evaluation is not None else {}
    forms = [{n: (n, label.zh) for n, label in tiers.items()} for tiers in (ours, theirs)]
    pairs = _paired(forms[0], forms[1], given)
    taken = set(pairs.values())
    rest = (
        [n for n in ours if n not in pairs and n not in given],
        [n for n in theirs if n not in taken],
    )
    if len(rest[0]) == len(rest[1]):
        pairs |= dict(zip(*rest, strict=True))
    return pairs


def _roles(rules: Ruleset) -> dict[str, Forms]:
    roles = rules.source.roles
    return {name: (name, _asked(name, roles, ()), role.label.zh) for name, role in roles.items()}


def _asked(name: str, roles: Mapping[str, Role], seen: tuple[str, ...]) -> Hashable:
    """What a role asks of the directory, without a name that the policy gave."""
    role = roles.get(name)
    if role is None or name in seen:
        return name if role is None else ()

    def within(other: str | None) -> Hashable:
        return _asked(other, roles, (*seen, name)) if other is not None else None

    person, body = role.person, role.organization
    return (
        (
            (tuple(sorted(person.post)), person.relation, person.to),
            (within(person.of), within(person.member_of), tuple(sorted(person.kinds.items()))),
        )
        if person is not None
        else None,
        (body.at, body.kind, body.above) if body is not None else None,
        tuple(sorted(role.chaired_by)),
        within(role.otherwise),
    )


def _acting(
    left: Ruleset, right: Ruleset, commands: Names, roles: Names
) -> Iterator[tuple[tuple[str, str], str]]:
    """Who takes a step, where on either side just one may whom the other does not know."""
    known = set(roles.values())
    for name, other in commands.items():
        ours = [r for r in takers(left, name) if r not in roles and r in left.source.roles]
        theirs = [r for r in takers(right, other) if r not in known and r in right.source.roles]
        if len(ours) == 1 and len(theirs) == 1:
            yield (name, ours[0]), theirs[0]


def takers(rules: Ruleset, command: str) -> tuple[str, ...]:
    """The roles that may take a step, wherever."""
    places = rules.steps.get(command, {}).values()
    steps = chain.from_iterable(steps for by_state in places for steps in by_state.values())
    return tuple(dict.fromkeys(role for step in steps for role in step.roles))


def _fields(
    ours: tuple[Ruleset, str], theirs: tuple[Ruleset, str], lifecycles: Names, given: Given
) -> Names:
    """By name, by label; and what names an item or a tier, where just one field does."""

    def forms(side: tuple[Ruleset, str], names: Names) -> dict[str, Forms]:
        rules, command = side
        found: dict[str, Forms] = {}
        for name, spec in rules.commands[command].rules.fields.items():
            kind = _kind(spec, rules, names)
            label = (kind, spec.label.zh) if spec.label is not None else None
            found[name] = ((kind, name), label, kind if kind[0] in ("item", "tier") else None)
        return found

    there = {other: other for other in lifecycles.values()}
    return _paired(forms(ours, lifecycles), forms(theirs, there), given)


def _kind(spec: CommandField, rules: Ruleset, lifecycles: Names) -> tuple[str, Hashable]:
    if spec.type in rules.lifecycles:
        return "item", lifecycles.get(spec.type, f"{rules.track}: {spec.type}")
    of = lifecycles.get(spec.of, spec.of) if spec.of is not None else None
    return spec.type, of


# --- tracks -----------------------------------------------------------------------------------------


def counterparts(
    left: Policy, right: Policy, said: AlignFile = NOTHING_SAID
) -> Iterator[tuple[str, str]]:
    """The tracks to hold against each other: streams of one kind, of somebody who may be in both.

    By name first, then by label, then those whose promisors have to be called most alike; the
    pledges of people at last in their order.
    """
    pairs = {a: b for a, b in said.tracks.items() if b is not None}
    rest = [t for t in left.tracks if t not in said.tracks]
    for form in range(4):
        for one in [t for t in rest if t not in pairs]:
            free = [t for t in right.tracks if t not in pairs.values()]
            alike = sorted(
                ((-_alike(left, right, (one, other), form), n) for n, other in enumerate(free))
            )
            for score, n in alike:
                if score < 0 and _together(left, right, (one, free[n])):
                    pairs[one] = free[n]
                    break
    yield from ((one, pairs[one]) for one in left.tracks if one in pairs)


def _alike(left: Policy, right: Policy, tracks: tuple[str, str], form: int) -> int:
    """How much two tracks have in common; none, where their streams are of different kinds."""
    one, other = left.document.tracks[tracks[0]], right.document.tracks[tracks[1]]
    wanted = [
        m.person if m.person is not None else m.organization for m in (one.match, other.match)
    ]
    of_people = one.match.person is not None, other.match.person is not None
    if one.place.partition(".")[0] != other.place.partition(".")[0] or len(set(of_people)) > 1:
        return 0
    match form:
        case 0:
            return int(tracks[0] == tracks[1])
        case 1:
            return int(one.label.zh == other.label.zh)
        case 2:
            shared = (wanted[0] or {}).items() & (wanted[1] or {}).items()
            return len(shared) if any(wanted) else 1
        case _:
            return int(all(of_people))


def _together(left: Policy, right: Policy, tracks: tuple[str, str]) -> bool:
    try:
        worlds_of(((left, tracks[0]), (right, tracks[1])))
    except DirectoryError:
        return False
    return True
