"""What came of acts that were put to another policy: of each stream, and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pledgeflow.assurance.backtesting.naming import Named
from pledgeflow.errors import Verdict

AWARD = "eligible"
BARRED = "barred"
NONE = ""


class Put(NamedTuple):
    """An act as it was recorded. command: as it was called then; to: as it is called now"""

    version: int
    command: str
    to: str
    actor: str
    capacity: str
    on: date


@dataclass(frozen=True, slots=True)
class Refusal:
    """An act that would have been refused.

    consequent: it would not have been, had everything before it gone as it was recorded
    """

    act: Put
    verdict: Verdict
    consequent: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stream came out. grade: "" if there is none; awards: as `Outcome.award` says"""

    track: str
    state: str
    grade: str
    confirmed: bool
    awards: tuple[str, ...]
    outcomes: tuple[str, ...]


NOWHERE = Standing("", "", NONE, False, (), ())


@dataclass(frozen=True, slots=True)
class Traced:
    """One stream under the other policy.

    waiting: acts of one party that are joint there, for want of the other; spare: acts of a joint
    one that one party alone takes there; unknown: (version, fact) of what only that policy asks;
    names: of commands that are not called the same there
    """

    stream: str
    acts: int
    refused: tuple[Refusal, ...]
    waiting: tuple[Put, ...]
    spare: int
    unknown: tuple[tuple[int, str], ...]
    was: Standing
    would_be: Standing
    names: tuple[Named, ...] = ()
    trouble: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything came out otherwise, or might have."""
        return bool(
            self.refused
            or self.waiting
            or self.unknown
            or self.trouble
            or self.came_otherwise
            or self.was.state != self.would_be.state
        )

    @property
    def came_otherwise(self) -> bool:
        """Whether the grade, an award or what follows came out otherwise."""
        was, would = self.was, self.would_be
        return (was.grade, was.confirmed, was.awards, was.outcomes) != (
            would.grade,
            would.confirmed,
            would.awards,
            would.outcomes,
        )


@dataclass(slots=True)
class Totals:
    """Sums over streams, which come one by one.

    by_clause, by_rule, by_command: refusals that have a cause of their own, by what is behind them;
    unknown: fact -> how often; grades: (then, now) -> streams; names: how commands are called
    """

    streams: int = 0
    acts: int = 0
    differing: int = 0
    refused: int = 0
    consequent: int = 0
    waiting: int = 0
    spare: int = 0
    troubled: int = 0
    by_clause: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_command: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    grades: Counter[tuple[str, str]] = field(default_factory=Counter)
    awards: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: dict[Named, None] = field(default_factory=dict)

    def add(self, traced: Traced) -> None:
        """One more stream."""
        self.streams += 1
        self.acts += traced.acts
        self.differing += traced.differs
        self.waiting += len(traced.waiting)
        self.spare += traced.spare
        self.troubled += bool(traced.trouble)
        self.unknown.update(fact for _, fact in traced.unknown)
        self.names.update(dict.fromkeys(traced.names))
        self.grades[traced.was.grade, traced.would_be.grade] += 1
        for award in (AWARD, BARRED):
            self.awards[award, "was"] += award in traced.was.awards
            self.awards[award, "would_be"] += award in traced.would_be.awards
        for refusal in traced.refused:
            if refusal.consequent:
                self.consequent += 1
                continue
            self.refused += 1
            self.by_command[refusal.act.command] += 1
            self.by_clause.update(refusal.verdict.clauses)
            self.by_rule.update(
                dict.fromkeys(((r.rule, r.code) for r in refusal.verdict.reasons), 1)
            )

    def data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "streams": self.streams,
            "acts": self.acts,
            "differing": self.differing,
            "refused": self.refused,
            "consequent": self.consequent,
            "waiting": self.waiting,
            "spare": self.spare,
            "troubled": self.troubled,
            "by_clause": _most(self.by_clause),
            "by_rule": [
                {"rule": rule, "code": code, "refused": number}
                for (rule, code), number in self.by_rule.most_common()
            ],
            "by_command": _most(self.by_command),
            "unknown": _most(self.unknown),
            "grades": [
                {"was": was or None, "would_be": would or None, "streams": number}
                for (was, would), number in sorted(self.grades.items())
            ],
            "awards": {
                award: {when: self.awards[award, when] for when in ("was", "would_be")}
                for award in (AWARD, BARRED)
            },
            "names": [
                {**named._asdict(), "among": list(named.among)} for named in sorted(self.names)
            ],
        }


def _most(counts: Counter[str]) -> Mapping[str, int]:
    return dict(counts.most_common())


def data_of(traced: Traced) -> dict[str, Any]:
    """One stream, for programs."""
    return {
        "pledge": traced.stream,
        "differs": traced.differs,
        "acts": traced.acts,
        "refused": [_refusal(each) for each in traced.refused],
        "waiting": [_put(each) for each in traced.waiting],
        "spare": traced.spare,
        "unknown": [{"version": version, "fact": fact} for version, fact in traced.unknown],
        "was": _standing(traced.was),
        "would_be": _standing(traced.would_be),
        "trouble": traced.trouble or None,
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        **_put(refusal.act),
        "ruling": refusal.verdict.ruling.value,
        "consequent": refusal.consequent,
        "reasons": [
            {
                "code": reason.code,
                "rule": reason.rule,
                "clauses": list(reason.clauses),
                "text": dict(reason.text),
            }
            for reason in refusal.verdict.reasons
        ],
    }


def _put(act: Put) -> dict[str, Any]:
    return {**act._asdict(), "to": act.to or None, "on": act.on.isoformat()}


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "track": standing.track or None,
        "state": standing.state or None,
        "grade": standing.grade or None,
        "confirmed": standing.confirmed,
        "awards": list(standing.awards),
        "outcomes": list(standing.outcomes),
    }
