"""The alignment file: what one policy calls something and what the other calls it. Closed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pledgeflow.assurance.checking import checked, nearest, opened
from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.files.marks import Path as Place
from pledgeflow.policy.files.marks import refuse
from pledgeflow.policy.files.reading import Source
from pledgeflow.policy.words import CommandId, Ident, Model, PolicyId, RoleId, TierId, TrackId


class AlignFile(Model):
    """Names of the left policy -> names of the right one; nothing (`~`): it has no counterpart.

    What is not named is aligned as it would be without a file. fields: of a command of the left
    policy; values: of such a field, where it is a choice
    """

    left: PolicyId | None = None
    right: PolicyId | None = None
    tracks: dict[TrackId, TrackId | None] = {}
    commands: dict[CommandId, CommandId | None] = {}
    lifecycles: dict[Ident, Ident | None] = {}
    roles: dict[RoleId, RoleId | None] = {}
    tiers: dict[TierId, TierId | None] = {}
    fields: dict[CommandId, dict[Ident, Ident | None]] = {}
    values: dict[CommandId, dict[Ident, dict[Ident, Ident | None]]] = {}


NOTHING_SAID = AlignFile()


def read_alignment(path: Path, policies: tuple[Policy, Policy]) -> AlignFile:
    """A file as it is written, held against both policies. Raises PolicyError with every mistake."""
    source = opened(path, "mapping")
    problems: list[Problem] = []
    found = checked(AlignFile, source, problems)
    refuse(problems)
    if found is None:
        raise PolicyError((source.marks.mark.problem("this is no alignment; write one"),))
    refuse(_mistakes(found, source, policies))
    return found


def _mistakes(
    found: AlignFile, source: Source, policies: tuple[Policy, Policy]
) -> Iterator[Problem]:
    """Names that a policy does not have, or that are taken twice."""

    def problem(place: Place, message: str) -> Problem:
        where = ".".join(map(str, place))
        return source.marks.at(place).problem(f"{where}: {message}")

    for word, said, policy in zip(
        ("left", "right"), (found.left, found.right), policies, strict=True
    ):
        if said is not None and said != policy.name:
            yield problem((word,), f"this file is for `{said}`, and the policy is `{policy.name}`")
    for place, what, pairs, known in _parts(found, policies):
        for name, other in pairs.items():
            for each, there in zip((name, other), known, strict=True):
                if each is not None and each not in there:
                    yield problem((*place, name), nearest(what, each, there))
        taken = [other for other in pairs.values() if other is not None]
        for name, other in pairs.items():
            if other is not None and taken.count(other) > 1:
                yield problem((*place, name), f"`{other}` is named twice; name it once")


Part = tuple[Place, str, Mapping[str, str | None], tuple[Collection[str], Collection[str]]]


def _parts(found: AlignFile, policies: tuple[Policy, Policy]) -> Iterator[Part]:
    left, right = policies
    sides = tuple(left.tracks.values()), tuple(right.tracks.values())
    yield ("tracks",), "track", found.tracks, (set(left.tracks), set(right.tracks))
    for word, what, pairs in (
        ("commands", "command", found.commands),
        ("lifecycles", "lifecycle", found.lifecycles),
        ("roles", "role", found.roles),
        ("tiers", "tier", found.tiers),
    ):
        yield (word,), what, pairs, (_names(word, sides[0]), _names(word, sides[1]))
    commands = _names("commands", sides[0])
    for word, named in (("fields", found.fields), ("values", found.values)):
        unknown: Mapping[str, str | None] = {name: None for name in named if name not in commands}
        yield (word,), "command", unknown, (commands, ())
    for name, pairs in found.fields.items():
        yield ("fields", name), "field", pairs, (_fields(sides[0], name), _fields(sides[1]))
    for name, of in found.values.items():
        known = _fields(sides[0], name)
        yield ("values", name), "field", dict.fromkeys(set(of) - known), (known, ())
        for field in of.keys() & known:
            pairs = of[field]
            values = _values(sides[0], name, field), _values(sides[1])
            yield ("values", name, field), "value", pairs, values


def _names(word: str, tracks: Iterable[Ruleset]) -> set[str]:
    """Everything of a kind in whichever track."""
    found: set[str] = set()
    for rules in tracks:
        match word:
            case "commands":
                found |= rules.commands.keys()
            case "lifecycles":
                found |= rules.lifecycles.keys()
            case "roles":
                found |= rules.source.roles.keys()
            case _:
                found |= set(rules.evaluation.tiers if rules.evaluation is not None else ())
    return found


def _fields(tracks: Iterable[Ruleset], command: str | None = None) -> set[str]:
    """The fields of a command, or of any."""
    return {
        field
        for rules in tracks
        for name, named in rules.commands.items()
        if command in (None, name)
        for field in named.rules.fields
    }


def _values(
    tracks: Iterable[Ruleset], command: str | None = None, field: str | None = None
) -> set[str]:
    """What a field of a command may say, or any field of any."""
    return {
        choice
        for rules in tracks
        for name, named in rules.commands.items()
        if command in (None, name)
        for each, spec in named.rules.fields.items()
        if field in (None, each)
        for choice in spec.choices
    }
