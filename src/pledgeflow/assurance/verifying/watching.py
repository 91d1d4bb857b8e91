"""What is remembered of a stream on the way, so that no two histories are taken for one another
that the properties tell apart. Folded along the exploration, where it is part of every key.

What happened is told by events alone, as it would be to an auditor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pledgeflow.assurance.verifying.declared import (
    CERTIFYING,
    CONFERRING,
    KEPT,
    REVIEWING,
    Declared,
)
from pledgeflow.domain.events import (
    BY_TIME,
    Added,
    Amended,
    Event,
    Graded,
    Moved,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
)
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION


class Mark:
    """What has become of the whole, or of an item that is promised: bits of one number, as it is
    asked too often for a flag.

    PUBLISHED: as it is; SHOWN: as it is or was
    """

    NOTHING = 0
    APPROVED = 1
    CONSENTED = 2
    SIGNED = 4
    PUBLISHED = 8
    HEARD = 16
    KEPT = 32
    ENDED = 64
    SHOWN = 128


BARRED = "barred"
FRESH = Mark.APPROVED | Mark.CONSENTED | Mark.SIGNED
"""What is only good for the content that it was given to."""
BEFORE = FRESH | Mark.PUBLISHED | Mark.SHOWN
NEEDED = {"approval": Mark.APPROVED, "consent": Mark.CONSENTED, "signature": Mark.SIGNED}
GIVEN = {
    **dict.fromkeys(REVIEWING, Mark.APPROVED),
    **dict.fromkeys(KEPT, Mark.KEPT),
    Means.CONSENT: Mark.CONSENTED,
    Means.SIGNATURE: Mark.SIGNED,
    Means.FEEDBACK: Mark.HEARD,
    Means.PUBLICATION: Mark.PUBLISHED | Mark.SHOWN,
}
Marks = tuple[tuple[str, int], ...]


class Seen(NamedTuple):
    """items: by id, what has become of each; evaluated: how many of the ordered evaluations have
    been, in their order; calls: (outcome, subject, command) that are still owed; felt: (outcome,
    subject) that barred from something or called for something
    """

    whole: int = Mark.NOTHING
    items: Marks = ()
    evaluated: int = 0
    barred: bool = False
    awarded: bool = False
    tier: str = ""
    calls: frozenset[tuple[str, str, str]] = frozenset()
    felt: frozenset[tuple[str, str]] = frozenset()


REMEMBERED: Mapping[str, int] = {
    "published_unapproved": FRESH | Mark.HEARD | Mark.ENDED,
    "practised_unpublished": Mark.PUBLISHED | Mark.SHOWN,
    "graded_early": Mark.NOTHING,
    "award_barred": Mark.NOTHING,
    "no_consequence": Mark.PUBLISHED | Mark.KEPT | Mark.ENDED,
}
"""The properties that ask for more than a state, and which marks each of them asks for. No mark
depends on one that is not asked for with it.
"""


def only(seen: Seen, promise: str) -> Seen:
    """What a property asks for of all that is remembered; of no property, nothing."""
    marks = REMEMBERED.get(promise, Mark.NOTHING)
    grades, awards = promise == "graded_early", promise == "award_barred"
    follows = promise == "no_consequence"
    return Seen(
        seen.whole & marks,
        tuple((name, mark & marks) for name, mark in seen.items) if marks else (),
        seen.evaluated if grades else 0,
        seen.barred and awards,
        seen.awarded and awards,
        seen.tier if grades else "",
        seen.calls if follows else frozenset(),
        seen.felt if follows else frozenset(),
    )


class Breach(NamedTuple):
    """A property was broken by an event. about: what is missing, or what it is about."""

    property: str
    about: str
    event: Event


@dataclass(frozen=True, slots=True)
class Watch:
    """Remembers what the built-in properties ask of a track."""

    declared: Declared

    def step(self, seen: Seen, events: Iterable[Event]) -> Seen:
        """What is remembered after some events."""
        for event in events:
            seen = self._after(seen, event)
        return seen

    def breaches(self, seen: Seen, events: Iterable[Event]) -> Iterator[Breach]:
        """What events break, given what was before."""
        before = seen
        for event in events:
            if isinstance(event, Recorded):
                before = seen  # what an act brings about is held against what was before it
            yield from self._broken(before, event)
            seen = self._after(seen, event)

    def _broken(self, seen: Seen, event: Event) -> Iterator[Breach]:
        declared = self.declared
        if isinstance(event, Graded):
            yield from self._early(seen, event)
        if isinstance(event, OutcomeArose) and event.award == BARRED and seen.awarded:
            yield Breach("award_barred", event.outcome, event)
        if not isinstance(event, Recorded):
            return
        if event.means == Means.GRADE:
            yield from self._early(seen, event)
        if event.means == Means.PUBLICATION:
            yield from (Breach("published_unapproved", m, event) for m in self._lacks(seen, event))
        if declared.publishes and not self._shown(seen, event):
            yield Breach("practised_unpublished", event.command, event)
        if self._confers(event) and seen.barred:
            yield Breach("award_barred", event.command, event)

    def _early(self, seen: Seen, event: Recorded | Graded) -> Iterator[Breach]:
        """A grade before everything that is ordered before it."""
        order, grading = self.declared.order, self.declared.rules.grading
        command = event.command if isinstance(event, Recorded) else ""
        if isinstance(event, Graded) and grading is not None:
            named = grading.confirmed_by if event.confirmed else grading.command
            command = named or grading.command
        wanted = order.index(command) if command in order else len(order)
        if seen.evaluated < wanted:
            yield Breach("graded_early", order[seen.evaluated], event)

    def _lacks(self, seen: Seen, event: Recorded) -> Iterator[str]:
        """The meanings of what should have been done before this publication."""
        items = dict(seen.items)
        if event.subject in items:
            shown: Mapping[str, int] = {event.subject: items[event.subject]}
        else:
            shown = {name: mark for name, mark in items.items() if not mark & Mark.ENDED}
        for means, levels in self.declared.before_publication.items():
            mark = NEEDED[means]
            of_items = levels & self.declared.promises
            whole = self.declared.rules.root in levels and event.subject not in items
            given = all(m & mark for name, m in shown.items() if _lifecycle(name) in of_items)
            if (whole and not seen.whole & mark) or not given:
                yield means

    def _shown(self, seen: Seen, event: Recorded) -> bool:
        """Whether what a record finds done was published; of anything else, there is no need."""
        mark = dict(seen.items).get(event.subject, seen.whole)
        item = _lifecycle(event.subject) in self.declared.promises
        if event.means == Means.RECORD or (item and event.means == Means.REPORT):
            return bool(mark & Mark.PUBLISHED)
        return event.means not in CERTIFYING or bool(mark & Mark.SHOWN)

    def _confers(self, event: Recorded) -> bool:
        """Whether an award is conferred here, and not only told of what was conferred elsewhere."""
        return event.means in CONFERRING and event.capacity != REACTION

    def _after(self, seen: Seen, event: Event) -> Seen:
        match event:
            case Recorded():
                return self._recorded(seen, event)
            case Added() if event.lifecycle in self.declared.promises:
                # What goes on from an earlier cycle went through all that there.
                mark = BEFORE if event.cause == BY_TIME else Mark.NOTHING
                items = (*seen.items, (event.subject, mark))
                return seen._replace(whole=seen.whole & ~FRESH, items=items)
            case Amended() if event.subject in dict(seen.items):
                return self._amended(seen, event)
            case Moved():
                return self._moved(seen, event)
            case Graded():
                return seen._replace(tier=event.tier)
            case OutcomeArose():
                return self._arisen(seen, event)
            case OutcomeAnswered():
                answered = (event.outcome, event.subject, event.command)
                return seen._replace(calls=seen.calls - {answered})
            case _:
                return seen

    def _recorded(self, seen: Seen, event: Recorded) -> Seen:
        order = self.declared.order
        if order[seen.evaluated : seen.evaluated + 1] == (event.command,):
            seen = seen._replace(evaluated=seen.evaluated + 1)
        if event.means == Means.OBJECTION and seen.tier and "/" not in event.subject:
            seen = seen._replace(evaluated=0)  # to a grade: it is evaluated anew
        means = Means(event.means)
        given, lost = GIVEN.get(means, Mark.NOTHING), Mark.NOTHING
        if means == Means.CONSENT and PROMISOR not in (event.capacity, *event.signatories):
            given = Mark.NOTHING
        if means in (Means.RETURN, Means.REFUSAL):
            lost = Mark.APPROVED
        if means in REVIEWING:
            seen = seen._replace(whole=seen.whole & ~Mark.HEARD)
        if self._confers(event):
            seen = seen._replace(awarded=True)
        if means == Means.FEEDBACK:
            return seen._replace(whole=seen.whole | Mark.HEARD)
        return _marked(_spread(seen, event, given, lost), event.subject, given, lost)

    def _amended(self, seen: Seen, event: Amended) -> Seen:
        """Changed content takes back what was given to the old; but feedback may be answered."""
        lost = FRESH & ~Mark.APPROVED if seen.whole & Mark.HEARD else FRESH
        seen = seen._replace(whole=seen.whole & ~lost)
        return _marked(seen, event.subject, Mark.NOTHING, lost | Mark.PUBLISHED)

    def _moved(self, seen: Seen, event: Moved) -> Seen:
        lifecycle = _lifecycle(event.subject)
        if event.dest in self.declared.ends.get(lifecycle, frozenset()):
            return _marked(seen, event.subject, Mark.ENDED, Mark.NOTHING)
        return _marked(seen, event.subject, Mark.NOTHING, Mark.ENDED)

    def _arisen(self, seen: Seen, event: OutcomeArose) -> Seen:
        calls = ((event.outcome, event.subject, command) for command in event.calls_for)
        felt = event.award == BARRED or event.calls_for
        return seen._replace(
            barred=seen.barred or event.award == BARRED,
            calls=seen.calls.union(calls),
            felt=seen.felt | {(event.outcome, event.subject)} if felt else seen.felt,
        )


def _lifecycle(subject: str) -> str:
    """The lifecycle of a subject, whose id begins with it."""
    return subject.partition("/")[0]


def _spread(seen: Seen, event: Recorded, given: int, lost: int) -> Seen:
    """What is done to the whole is done to each of its items."""
    if event.subject in dict(seen.items) or "/" in event.subject:
        return seen
    items = tuple((name, (mark | given) & ~lost) for name, mark in seen.items)
    return seen._replace(items=items)


def _marked(seen: Seen, subject: str, given: int, lost: int) -> Seen:
    """The same, with marks given to a subject and others lost; of what nobody promised, nothing."""
    items = dict(seen.items)
    if subject in items:
        items[subject] = (items[subject] | given) & ~lost
        return seen._replace(items=tuple(items.items()))
    if "/" in subject:
        return seen
    return seen._replace(whole=(seen.whole | given) & ~lost)
