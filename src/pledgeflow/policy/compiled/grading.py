"""What the channels of a grade say in a pledge, and the check that none is silent that has to speak."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, RemedyStep
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.policy.guards.binding import Check, Sight
from pledgeflow.policy.language.evaluation import GradeRules
from pledgeflow.policy.language.methods import AnyMethod, Channel

METHOD = "evaluation.grade.method"


@dataclass(frozen=True, slots=True)
class Voices:
    """What one channel says. votes: tier -> how many give it; scores: those given as numbers."""

    votes: Mapping[str, int]
    scores: tuple[Fraction, ...] = ()


def heard(channel: Channel, state: State, on: date) -> Voices | None:
    """What a channel says of a pledge by the end of a day; None if it says nothing."""
    votes: Counter[str] = Counter()
    scores: list[Fraction] = []
    for record in counting(state, channel.command, on, every=channel.records == "all"):
        said = record.fields.get(channel.field)
        if isinstance(said, Decimal | int):
            scores.append(Fraction(said))
        else:
            votes.update(votes_in(said))
    return Voices(dict(votes), tuple(scores)) if votes or scores else None


def counting(state: State, command: str, on: date, *, every: bool) -> Iterable[Recorded]:
    """The records of a command by the end of a day: every one, or the last about each subject."""
    found = [r for r in state.records.get(command, ()) if r.occurred_on <= on]
    if every:
        return found
    ordered = sorted(found, key=lambda record: (record.occurred_on, record.version))
    return {record.subject: record for record in ordered}.values()


def grade_check(grade: GradeRules, book: Rulebook) -> Iterator[Check]:
    """A grade is worked out once every channel has spoken that the method does not do without."""
    method = grade.method
    if method is None:
        return
    channels, clauses = tuple(method.channels.values()), method.cite or grade.cite

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        silent = [c for c in channels if heard(c, state, command.occurred_on) is None]
        if not silent or not _needed(method, len(silent)):
            return None
        # Where none has to speak, one that does is enough.
        asked = silent if method.missing == "refused" else silent[:1]
        return Reason(
            "channel_silent",
            METHOD,
            clauses,
            {"steps": tuple(dict.fromkeys(c.command for c in channels))},
            {"steps": tuple(dict.fromkeys(c.command for c in silent))},
            tuple(_speak(channel, state, book) for channel in asked),
        )

    def see(state: State, subject: Subject, facts: Facts) -> Hashable:
        voices = (heard(c, state, facts.today) for c in channels)
        return tuple(v and (*sorted(v.votes.items()), *sorted(v.scores)) for v in voices)

    says: Mapping[str, tuple[Value, ...]] = dict.fromkeys((c.field for c in channels), ())
    reads = frozenset(c.command for c in channels)
    yield Check(METHOD, judge, reads=reads, sights=(Sight(see, records=reads, says=says),))


def _needed(method: AnyMethod, silent: int) -> bool:
    """Whether so many silent channels stand in the way of a grade."""
    if method.missing == "left_out":
        return silent == len(method.channels)
    return method.missing == "refused"


def _speak(channel: Channel, state: State, book: Rulebook) -> RemedyStep:
    command = channel.command
    items = state.children(book.points_at(command) or "")
    about = items[0].id if items else None
    return RemedyStep(command, book.takers(command), about, fields={channel.field: None})


def votes_in(said: Value | None) -> Mapping[str, int]:
    """Answer -> how many gave it: of a tally, or of one who answers alone."""
    if isinstance(said, Mapping):
        return {answer: n for answer, n in said.items() if isinstance(n, int) and n > 0}
    return {said: 1} if isinstance(said, str) else {}
