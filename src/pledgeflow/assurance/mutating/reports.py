"""What `mutate` comes to: the score by kind, and what nothing noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pledgeflow.assurance.mutating.kinds import Kind
from pledgeflow.assurance.mutating.trying import Fate, Tried

KILLED = (Fate.PLAYED, Fate.SHOWN, Fate.PROPERTY)


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants of a kind met which fate. Those refused at load are none of the mutants."""

    fates: Mapping[Fate, int]

    @classmethod
    def of(cls, tried: Sequence[Tried]) -> Score:
        """Count them."""
        return cls(Counter(each.fate for each in tried))

    @property
    def mutants(self) -> int:
        """How many load."""
        return sum(number for fate, number in self.fates.items() if fate is not Fate.REFUSED)

    @property
    def killed(self) -> int:
        """How many something noticed."""
        return sum(self.fates.get(fate, 0) for fate in KILLED)

    @property
    def share(self) -> float | None:
        """What was noticed, of what is not equivalent; None where there is nothing."""
        of = self.mutants - self.fates.get(Fate.EQUIVALENT, 0)
        return self.killed / of if of else None


@dataclass(frozen=True, slots=True)
class Report:
    """All mutants of a policy with their fates, in their order."""

    policy: str
    scenarios: int
    seconds: float
    tried: tuple[Tried, ...]

    @property
    def total(self) -> Score:
        """All kinds together."""
        return Score.of(self.tried)

    @property
    def kinds(self) -> Mapping[Kind, Score]:
        """Each kind there is a mutation of."""
        by_kind: dict[Kind, list[Tried]] = {}
        for each in self.tried:
            by_kind.setdefault(each.mutation.kind, []).append(each)
        return {kind: Score.of(by_kind[kind]) for kind in Kind if kind in by_kind}

    @property
    def survivors(self) -> list[Tried]:
        """What nothing noticed."""
        return [each for each in self.tried if each.fate is Fate.SURVIVED]


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    total = report.total
    return {
        "policy": report.policy,
        **_numbers(total),
        "survivors": [
            {
                "rule": ".".join(each.mutation.rule),
                "mutation": each.mutation.name,
                "clauses": list(each.mutation.clauses),
            }
            for each in report.survivors
        ],
        "by_kind": {kind.value: _numbers(score) for kind, score in report.kinds.items()},
        "scenarios": report.scenarios,
        "seconds": round(report.seconds, 1),
    }


def _numbers(score: Score) -> dict[str, Any]:
    fates = score.fates
    return {
        "mutants": score.mutants,
        "killed": score.killed,
        "equivalent": fates.get(Fate.EQUIVALENT, 0),
        "refused": fates.get(Fate.REFUSED, 0),
        "killed_by": {
            "scenarios": fates.get(Fate.PLAYED, 0),
            "shown": fates.get(Fate.SHOWN, 0),
            "properties": fates.get(Fate.PROPERTY, 0),
        },
        "score": None if score.share is None else round(score.share, 4),
    }
