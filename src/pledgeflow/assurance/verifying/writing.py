"""A violation as a scenario that fails until the policy is mended, with the town it plays in.

What a violation ends in decides what the scenario asks: that its last step is refused, that some
way still leads to an end or to a step, or that a declared property is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pledgeflow.assurance.verifying.reports import Move, Report, Violation
from pledgeflow.domain.commands import Annul, Command, Correct, Tick
from pledgeflow.domain.people import View
from pledgeflow.domain.values import Text
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.files.canonical import dump
from pledgeflow.policy.files.marks import Tree

DIRECTORY = "verified"
FILE = "verified.yaml"
TOLD = "word"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written where, and which violations could not be, each with the reason."""

    paths: tuple[Path, ...]
    left: tuple[tuple[Violation, str], ...]


def free(folder: Path) -> None:
    """Raises PledgeflowError where something was written into a folder before: it may have been
    edited since.
    """
    path = folder / FILE
    if path.exists():
        raise PledgeflowError(f"`{path}` is there already; rename it, or name another folder")


def write(folder: Path, report: Report) -> Written:
    """Write what is wrong as scenarios, and the towns they play in, into a folder.

    folder: such as `scenarios` beside the policy
    """
    scenarios, left = list[Tree](), list[tuple[Violation, str]]()
    tracks: dict[str, None] = {}
    for violation in report.violations:
        why = unwritable(violation)
        if why:
            left.append((violation, why))
            continue
        tracks[violation.track] = None
        scenarios.append(scenario(report, violation, len(scenarios) + 1))
    if not scenarios:
        return Written((), tuple(left))
    towns = folder / "directories"
    towns.mkdir(parents=True, exist_ok=True)
    paths = [folder / FILE]
    paths[0].write_text(dump(scenarios), encoding="utf-8")
    for track in tracks:
        paths.append(towns / f"{directory_of(track)}.yaml")
        paths[-1].write_text(dump(directory(report.views[track])), encoding="utf-8")
    return Written(tuple(paths), tuple(left))


def directory_of(track: str) -> str:
    """What the town of a track is called."""
    return f"{DIRECTORY}_{track}"


def unwritable(violation: Violation) -> str:
    """Why no scenario can be written; "" where one can."""
    for move in violation.trace:
        command = move.command
        if isinstance(command, Command) and command.capacity == REACTION:
            return "a step in it follows from another stream"
        if not isinstance(command, Command | Tick | Annul | Correct):
            return "it begins with an item from an earlier cycle"
    if violation.possible:
        leans = any(move.leans for move in violation.trace)
        return "it rests on how other streams stand" if leans else "it rests on the bounds"
    return "" if violation.asks else "no step of a scenario shows it"


def scenario(report: Report, violation: Violation, number: int) -> dict[str, Tree]:
    """One scenario, as people write it."""
    town = directory_of(violation.track)
    about = f" {violation.about}" if violation.about else ""
    return {
        "scenario": f"{violation.label.en}:{about} ({violation.track}, {number})",
        "policy": report.policy,
        **({"clauses": list(violation.clauses)} if violation.clauses else {}),
        "given": {"cycle": report.cycle, "directory": town, "promisor": violation.promisor},
        **({"when": [act(move) for move in violation.trace]} if violation.trace else {}),
        "then": plain(violation.asks),
    }


def act(move: Move) -> dict[str, Tree]:
    """A step, as people write it."""
    command = move.command
    said: dict[str, Tree] = {"on": move.on.isoformat(), "do": command.name}
    if isinstance(command, Command | Annul | Correct):
        said |= {"actor": command.actor, "capacity": command.capacity}
        said |= {"entered_by": command.entered_by} if command.entered_by is not None else {}
    if isinstance(command, Annul | Correct):
        said["target"] = command.target
    if isinstance(command, Command | Correct):
        said |= {name: plain(value) for name, value in command.fields.items()}
    return said


def plain(value: object) -> Any:
    """A value as a file has it; of free text, which no rule reads, any word will do."""
    match value:
        case Text():
            return TOLD
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case tuple() | list():
            return [plain(each) for each in value]
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value


def directory(view: View) -> dict[str, Tree]:
    """The people and organizations of a view, as a directory file has them."""
    relations: dict[str, dict[str, list[str]]] = {}
    for (relation, target), people in view.relations.items():
        relations.setdefault(relation, {})[target] = list(people)
    tree: dict[str, Tree] = {
        "organizations": {
            each.id: {
                "kind": each.kind,
                **({"parent": each.parent} if each.parent is not None else {}),
                **({"kinds": plain(sorted(each.kinds))} if each.kinds else {}),
                "posts": plain(each.posts),
            }
            for each in view.organizations.values()
        },
        "people": {
            each.id: {
                **({"kinds": plain(sorted(each.kinds))} if each.kinds else {}),
                "memberships": [
                    {"organization": m.organization, **({"venue": m.venue} if m.venue else {})}
                    for m in each.memberships
                ],
            }
            for each in view.persons.values()
        },
    }
    return {**tree, "relations": plain(relations)} if relations else tree
