"""What a place of a resolved policy can refer to: states, tiers, roles, and what it inherits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pledgeflow.assurance.mutating.mutations import RULES, TRACKS, at, like, own
from pledgeflow.policy.files.marks import Tree

ORGANIZATIONS = frozenset({"organization", "cite", "assumed"})
"""What a track may say of whom it is for, if it is for no person."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks things up in a tree, from a path in it."""

    tree: dict[str, Tree]

    def homes(self, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Where rules stand that the place has to do with: its track's, those of the tracks that
        it is like, and the common ones; for a common place, also those of all tracks.
        """
        tracks = at(self.tree, (TRACKS,))
        if path[:1] == (TRACKS,) and len(path) > 1:
            yield from ((TRACKS, track, RULES) for track in like(self.tree, path[1]))
            yield ()
        else:
            yield ()
            for track in tracks if isinstance(tracks, dict) else ():
                yield TRACKS, track, RULES

    def inherited(self, path: tuple[str, ...]) -> Tree:
        """What would be at a place of a track if the track said nothing there; None: nothing."""
        rule = own(path)
        if rule == path:
            return None
        for home in self.homes(path):
            there = (*home, *rule)
            if there != path and (found := at(self.tree, there)) is not None:
                return found
        return None

    def kind_at(self, path: tuple[str, ...]) -> Tree:
        """What `is` says at a place, here or where it is inherited from."""
        found = at(self.tree, (*path, "is"))
        return found if found is not None else self.inherited((*path, "is"))

    def whole(self, path: tuple[str, ...], value: Tree) -> dict[str, Tree]:
        """The words of a rule, with those that it inherits."""
        inherited = self.inherited(path)
        return {
            **(inherited if isinstance(inherited, dict) else {}),
            **(value if isinstance(value, dict) else {}),
        }

    def states(self, path: tuple[str, ...], name: str) -> list[str]:
        """The states of the lifecycle that has a state, in their order."""
        found: dict[str, dict[str, None]] = {}
        for home in self.homes(path):
            lifecycles = at(self.tree, (*home, "lifecycles"))
            for lifecycle, rules in lifecycles.items() if isinstance(lifecycles, dict) else ():
                states = at(rules, ("states",))
                if isinstance(states, dict):
                    found.setdefault(lifecycle, {}).update(dict.fromkeys(states))
        rule = own(path)
        here = rule[1] if rule[:1] == ("lifecycles",) and len(rule) > 1 else ""
        order = sorted(found, key=lambda lifecycle: lifecycle != here)
        return next((list(found[each]) for each in order if name in found[each]), [])

    def tiers(self, path: tuple[str, ...]) -> list[str]:
        """The tiers, the best first."""
        for home in self.homes(path):
            tiers = at(self.tree, (*home, "evaluation", "tiers"))
            if isinstance(tiers, dict):
                return list(tiers)
        return []

    def roles(self, path: tuple[str, ...]) -> list[str]:
        """The roles that there are."""
        found: dict[str, None] = {}
        for home in self.homes(path):
            roles = at(self.tree, (*home, "roles"))
            found |= dict.fromkeys(roles if isinstance(roles, dict) else ())
        return list(found)

    def unused(self, path: tuple[str, ...]) -> bool:
        """Whether a place is in a command that nobody can give, or in a role that nobody has to
        play: a word to choose from, such as an abstract parent offers, and no rule.
        """
        collection, *name = own(path)[:2]
        if not name or collection not in ("commands", "roles"):
            return False
        return name[0] not in _named(self.tree, (), (collection, *name))

    def only_organizations(self, path: tuple[str, ...]) -> bool:
        """Whether a place is in rules that are only of tracks for organizations."""
        tracks = at(self.tree, (TRACKS,))
        named = tracks if isinstance(tracks, dict) else {}
        if path[:1] == (TRACKS,):
            those = {track for track in named if path[1] in like(self.tree, track)}
        elif path[:1] == ("roles",) and not self._common(path[:2]):
            those = {t for t, said in named.items() if path[1] in _named(said, (), path[:2])}
        else:
            return False
        matches = [at(named[track], ("match",)) for track in those]
        return bool(matches) and all(
            isinstance(m, dict) and set(m) <= ORGANIZATIONS for m in matches
        )

    def _common(self, role: tuple[str, ...]) -> bool:
        """Whether the common rules name a role."""
        common = {key: value for key, value in self.tree.items() if key != TRACKS}
        return role[1] in _named(common, (), role)

    def tallies(self, path: tuple[str, ...], command: str) -> set[str]:
        """The fields of a command that count votes."""
        found: set[str] = set()
        for home in self.homes(path):
            fields = at(self.tree, (*home, "commands", command, "fields"))
            for name, said in fields.items() if isinstance(fields, dict) else ():
                if "tally" in (said, at(said, ("type",))):
                    found.add(name)
        return found

    def unrepresented(self, path: tuple[str, ...]) -> bool:
        """Whether nobody stands for the promisor: an organization of a track for which no post acts."""
        if path[:1] != (TRACKS,):
            return False
        track = at(self.tree, path[:2])
        said = track if isinstance(track, dict) else {}
        return at(said, ("match", "organization")) is not None and not said.get("represented_by")

    def ground(self, path: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The nearest rule around a place, and the clauses that it rests on."""
        rule = next((r for r in _around(path) if self._is_rule(r)), path)
        for around in _around(path):
            for place in self._same(around):
                cite = at(self.tree, (*place, "cite"))
                if isinstance(cite, str):
                    return rule, (cite,)
                if isinstance(cite, list | dict):
                    return rule, tuple(map(str, cite))
        return rule, ()

    def _same(self, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        rule = own(path)
        if rule and rule != path:
            yield from ((*home, *rule) for home in self.homes(path) if (*home, *rule) != path)

    def _is_rule(self, path: tuple[str, ...]) -> bool:
        node = at(self.tree, path)
        return isinstance(node, dict) and not node.keys().isdisjoint({"cite", "assumed", "label"})


def _around(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for length in range(len(path), 0, -1):
        yield path[:length]


def _named(tree: Tree, path: tuple[str, ...], besides: tuple[str, ...]) -> set[str]:
    """Every word that stands somewhere as a key or a value, but not what is defined at a place."""
    if isinstance(tree, str):
        return {tree}
    found: set[str] = set()
    for key, value in tree.items() if isinstance(tree, dict) else ():
        here = (*path, key)
        if key == "label" or own(here) == besides:
            continue
        found |= {key} | _named(value, here, besides)
    for value in tree if isinstance(tree, list) else ():
        found |= _named(value, path, besides)
    return found
