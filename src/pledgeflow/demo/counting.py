"""What a year came to, in figures: by what steps mean, by where states end, by tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pledgeflow.demo.attempts import Refusal
from pledgeflow.demo.ways import Ways
from pledgeflow.demo.year import Outcome
from pledgeflow.domain.commands import PLEDGE
from pledgeflow.domain.meanings import Means
from pledgeflow.errors import Ruling
from pledgeflow.storage.store import PledgeRow

SHOWN = 3
BALLOT = frozenset({"already_voted", "not_on_roll", "ballot_closed"})
ELSEWHERE = frozenset({"not_so_elsewhere", "not_begun_elsewhere", "names_oneself", "too_few_items"})
KINDS = ("ballot", "selection", "filing", "year")


@dataclass(frozen=True, slots=True)
class Figures:
    """asked … ended: pledges; items: those promised, by (lifecycle, state); still_open: of these,
    the states that are no end; guided … rectified: pledges in which that happened;
    refused: attempts by ruling
    """

    asked: int
    abstained: int
    begun: int
    signed: int
    published: int
    ended: int
    guided: int
    approved: int
    evaluated: int
    rectified: int
    items: Mapping[tuple[str, str], int]
    still_open: frozenset[tuple[str, str]]
    grades: Mapping[str, int]
    outcomes: Mapping[str, int]
    refused: Mapping[str, int]
    events: int


def figures(outcome: Outcome) -> Figures:
    """Count everything once."""
    rows = outcome.rows
    items: Counter[tuple[str, str]] = Counter()
    still_open: set[tuple[str, str]] = set()
    for row in rows:
        rules = outcome.policy.tracks[row.track]
        for lifecycle in Ways(rules).items():
            declared = rules.lifecycles[lifecycle]
            for state in declared.states:
                items[lifecycle, state] += row.items.get(f"{lifecycle}/{state}", 0)
                if state not in declared.final:
                    still_open.add((lifecycle, state))
    sources = [rules.source for rules in outcome.policy.tracks.values()]
    tiers = (t for rules in sources if rules.evaluation for t in rules.evaluation.tiers)
    followed = (name for rules in sources for name in rules.outcomes)
    return Figures(
        asked=outcome.asked,
        abstained=outcome.abstained,
        begun=len(rows),
        signed=_with(rows, Means.SIGNATURE),
        published=_with(rows, Means.PUBLICATION),
        ended=len(rows) - len(outcome.unfinished),
        guided=_with(rows, Means.GUIDANCE),
        approved=_with(rows, Means.APPROVAL),
        evaluated=_with(rows, Means.EVALUATION, Means.BALLOT),
        rectified=_with(rows, Means.RECTIFICATION_ORDER),
        items={key: number for key, number in items.items() if number},
        still_open=frozenset(still_open),
        grades=_in_order(tiers, (row.grade for row in rows if row.grade is not None)),
        outcomes=_in_order(followed, (each for row in rows for each in row.outcomes)),
        refused=Counter(refusal.verdict.ruling.value for refusal in outcome.refusals),
        events=sum(row.version for row in rows),
    )


def _in_order(names: Iterable[str], found: Iterable[str]) -> dict[str, int]:
    """How often each name was found, in the order in which the policy has them."""
    counted = Counter(found)
    return {name: counted[name] for name in dict.fromkeys(names) if counted[name]}


def _with(rows: Iterable[PledgeRow], *means: Means) -> int:
    return sum(1 for row in rows if any(each.value in row.first for each in means))


ORDER = (Ruling.FORBIDDEN, Ruling.NOT_AUTHORIZED, Ruling.TOO_LATE, Ruling.NOT_YET, Ruling.SILENT)


def telling(refusals: Iterable[Refusal]) -> list[Refusal]:
    """A few refusals, each of another kind; those with a clause and a remedy before others."""
    best: dict[Ruling, Refusal] = {}
    for refusal in refusals:
        ruling = refusal.verdict.ruling
        if refusal.stream.aggregate != PLEDGE:
            continue
        if ruling not in best or _worth(refusal) > _worth(best[ruling]):
            best[ruling] = refusal
    return [best[ruling] for ruling in ORDER if ruling in best][:SHOWN]


def telling_besides(refusals: Iterable[Refusal]) -> list[Refusal]:
    """One refusal of a ballot, of a selection, of a filing and of a year, as far as there were any."""
    best: dict[str, Refusal] = {}
    for refusal in refusals:
        codes = {reason.code for reason in refusal.verdict.reasons}
        kind = "ballot" if codes & BALLOT else refusal.stream.aggregate
        if kind != PLEDGE and (kind not in best or _shows(refusal) > _shows(best[kind])):
            best[kind] = refusal
    return [best[kind] for kind in KINDS if kind in best][:SHOWN]


def _shows(refusal: Refusal) -> tuple[bool, bool, bool]:
    """What stands against it in another stream says more than what is missing in its own."""
    codes = {reason.code for reason in refusal.verdict.reasons}
    grounded = all(reason.clauses for reason in refusal.verdict.reasons)
    return bool(codes & ELSEWHERE), grounded, len(codes) == 1


def _worth(refusal: Refusal) -> tuple[bool, bool, bool, int, int]:
    """How much a refusal shows: a slip before a step in turn; a clause; a remedy; few words."""
    reasons = refusal.verdict.reasons
    grounded = all(reason.clauses for reason in reasons)
    remedies = sum(len(reason.remedy) for reason in reasons)
    return refusal.slip, grounded, bool(remedies), -len(reasons), -abs(remedies - SHOWN)
