"""What makes two states the same for whatever may happen next: the key of a state.

A key holds where every subject is, what each guard that may still be asked can tell of it, what is
signed, graded, called for and timed, and as much of the day as anything can tell. Subjects with the
same part are told apart by nothing, so their order does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Protocol, cast

from pledgeflow.assurance.exploring.graph import USUAL, Unusual
from pledgeflow.assurance.exploring.outlook import Outlook, Profile, Root
from pledgeflow.domain.calendars import DAY
from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import Passage, State, Subject
from pledgeflow.domain.values import Text
from pledgeflow.policy.compiled.rules import OutcomeRule, Policy, ReactionRule, Step
from pledgeflow.policy.guards.binding import Check, slack
from pledgeflow.policy.judging.signing import content_of, standing
from pledgeflow.policy.judging.timing import running

Part = tuple[Hashable, ...]
Horizon = tuple[tuple[date, ...], bool]
MANY = 10**9
"""More than the versions of any stream."""


class Remembered(Protocol):
    """What a watcher remembers, if some of it is of one subject: then names do not count in it."""

    def of(self, subject: str) -> Hashable:
        """What is remembered of a subject, by its id."""

    def rest(self, today: date, /) -> Hashable:
        """What is remembered besides, as it looks on a day."""


class Around(NamedTuple):
    """below: subject -> those that belong to it; remembered, timers: of each, by its id; unusual:
    as in `Node`
    """

    below: Mapping[str, list[Subject]]
    facts: Facts
    remembered: Callable[[str], Hashable]
    timers: Mapping[str, Hashable]
    unusual: Unusual


@lru_cache(maxsize=64)
def _known_kind(kind: type) -> bool:
    return hasattr(kind, "of") and hasattr(kind, "rest")


def _apart(watched: Hashable) -> Remembered | None:
    """What a watcher remembers of each subject, if it says so."""
    # To ask a value whether it keeps to a protocol takes longer than to look at it.
    return cast(Remembered, watched) if _known_kind(type(watched)) else None


def _of_nothing(_: str) -> Hashable:
    return None


class Keys:
    """Makes the keys of one track's states. Parts are numbered, so that keys stay small."""

    def __init__(self, policy: Policy, outlook: Outlook) -> None:
        self._policy, self._outlook, self._rules = policy, outlook, outlook.rules
        self._parts: dict[Part, int] = {}
        self._vacant: dict[str, frozenset[str]] = {}
        self._memo: dict[Hashable, tuple[int, bool, object]] = {}
        self._horizons: dict[Hashable, Horizon] = {}
        self._newcomers: dict[str, Subject] = {}
        self._asked: tuple[State | None, int] = None, 0
        self._late = self._lateness()
        self._tiers = self._classes()
        told = outlook.outcomes
        self._told = {r.id for r in self._rules.outcomes if told is None or r.id in told}
        self._awards = {r.award for r in self._rules.outcomes if r.award and r.id in self._told}

    def _lateness(self) -> int:
        late = self._rules.late_entry
        start = date(2024, 1, 1)
        return (start + late - start).days if late is not None else 0

    def _classes(self) -> Mapping[str, Hashable]:
        """Tiers from which the same follows are one; what guards tell apart, their sights say."""
        evaluation = self._rules.evaluation
        rules: tuple[OutcomeRule | ReactionRule, ...] = (
            *self._rules.outcomes,
            *self._rules.reactions,
        )
        following = [rule.signs for rule in rules]
        tiers = evaluation.tiers if evaluation is not None else ()
        return {tier: tuple(("tier", tier) in signs for signs in following) for tier in tiers}

    def key(
        self,
        state: State,
        facts: Facts,
        watched: Hashable,
        unusual: Unusual = USUAL,
    ) -> Hashable:
        """The key of a state on a day. unusual: as in `Node`"""
        below: dict[str, list[Subject]] = {}
        for subject in state.subjects.values():
            below.setdefault(subject.of, []).append(subject)
        root = state.subjects[state.root]
        apart = _apart(watched)
        of = apart.of if apart is not None else _of_nothing
        rest = apart.rest(facts.today) if apart is not None else watched
        around = Around(below, facts, of, self._timers(state, facts.today), unusual)
        return (
            self._part(state, root, around),
            self._clock(state, facts.today),
            self._nobody(state, facts),
            rest,
        )

    def _nobody(self, state: State, facts: Facts) -> Hashable:
        """The roles for which nobody can act on a promisor's pledge, as far as they still might."""
        promisor = state.stream.promisor
        if promisor not in self._vacant:
            roles, view = self._rules.roles, facts.view
            people = tuple(view.persons)
            self._vacant[promisor] = frozenset(
                role
                for role in roles.chains
                if all(roles.standing(role, person, state, view).code for person in people)
            )
        vacant = self._vacant[promisor]
        return vacant and vacant & self._outlook.acting(self._outlook.root_at(state, facts.today))

    def _number(self, part: Part) -> int:
        return self._parts.setdefault(part, len(self._parts))

    def gone(self, state: State, subject: Subject, facts: Facts, watched: Hashable) -> bool:
        """Whether an item might as well not be there: it has ended, and nobody will ever count it."""
        return self._counts_alone(state, subject, watched) and self._is_gone(state, subject, facts)

    def spent(self, state: State, subject: Subject, facts: Facts, watched: Hashable) -> bool:
        """Whether it makes no difference any more what an item says: it has ended, and nobody will
        ever count it, though some step may have to name it, or something be owed of it.
        """
        return self._counts_alone(state, subject, watched) and self._is_spent(state, subject, facts)

    def _counts_alone(self, state: State, subject: Subject, watched: Hashable) -> bool:
        """Whether nothing belongs to an item of the whole, and nothing is remembered of it."""
        if subject.of != state.root or any(s.of == subject.id for s in state.subjects.values()):
            return False
        apart = _apart(watched)
        return apart is None or apart.of(subject.id) is None

    def _is_gone(self, state: State, subject: Subject, facts: Facts) -> bool:
        profile = self._profile(state, subject, facts)
        wanted = profile.named or profile.owing
        return profile.ended and not wanted and self._is_spent(state, subject, facts)

    def _is_spent(self, state: State, subject: Subject, facts: Facts) -> bool:
        profile = self._profile(state, subject, facts)
        if not profile.ended or profile.exact:
            return False
        if state.outcomes and any(self._outcomes(state, subject)):
            return False
        return self._seen(state, subject, state.subjects[state.root], profile, facts)[1]

    def _profile(self, state: State, subject: Subject, facts: Facts) -> Profile:
        place = self._outlook.root_at(state, facts.today)
        return self._outlook.profile(subject.lifecycle, subject.state, place)

    def _below(self, state: State, lower: list[Subject], around: Around) -> tuple[int, ...]:
        """The parts of those that belong to a subject, without those that are gone."""
        return tuple(
            sorted(
                self._part(state, subject, around)
                for subject in lower
                if subject.of != state.root
                or around.below.get(subject.id)
                or around.remembered(subject.id) is not None
                or not self._is_gone(state, subject, around.facts)
            )
        )

    def _part(self, state: State, subject: Subject, around: Around) -> int:
        below, facts, remembered, timers, unusual = around
        root, place = state.subjects[state.root], self._outlook.root_at(state, facts.today)
        profile = self._outlook.profile(subject.lifecycle, subject.state, place)
        lower = below.get(subject.id)
        part: list[Hashable] = [
            subject.lifecycle,
            subject.state,
            self._seen(state, subject, root, profile, facts)[0],
            self._below(state, lower, around) if lower else (),
            remembered(subject.id),
            timers.get(subject.id, ()),
            tuple(self._outcomes(state, subject)) if state.outcomes else (),
            tuple(self._signed(state, subject)) if state.signatures else (),
            unusual.count(subject.id) if unusual else 0,
        ]
        if subject is root:
            part += [self._grade(state), self._standing(state)]
            part += [tuple(self._coming(state, root, place, facts))]
        return self._number(tuple(part))

    def _seen(
        self, state: State, subject: Subject, root: Subject, profile: Profile, facts: Facts
    ) -> tuple[int, bool]:
        """What all guards see of a subject: looked at once for everything that they look at; and
        whether it might as well not be there.
        """
        records = [state.records.get(command) for command in profile.reads]
        today = facts.today if profile.timed else None
        looked = (subject, root, state.outcomes, state.grade, *records)
        memo = (id(profile), self._revised(state), today, *map(id, looked))
        known = self._memo.get(memo)
        if known is None:
            seen = [sight.see(state, subject, facts) for sight in profile.sights]
            seen += [_kept(check, state, subject, facts) for check in profile.exact]
            seen += [self._left(subject, field, facts.today) for field in profile.fields]
            idle = profile.ended and all(
                sight.idle is not None and sight.idle(value)
                for sight, value in zip(profile.sights, seen, strict=False)
            )
            # What was looked at is kept, so that nothing else gets its identity.
            known = self._memo[memo] = (self._number(tuple(seen)), idle, looked)
        return known[:2]

    def _revised(self, state: State) -> int:
        """When anything of a state was revised; worked out once for all its subjects."""
        if self._asked[0] is not state:
            self._asked = state, state.revised
        return self._asked[1]

    def _left(self, subject: Subject, field: str, today: date) -> Hashable:
        due = subject.content.get(field)
        return slack(due, today, -1 - self._late) if isinstance(due, date) else None

    def _grade(self, state: State) -> Hashable:
        grade = state.grade
        return (self._tiers.get(grade.tier), grade.confirmed) if grade is not None else None

    def _standing(self, state: State) -> Hashable:
        """The awards that came of it, of which nothing is ever lost."""
        if not self._awards:
            return None
        there = (o for o in state.outcomes.values() if o.id in self._told)
        return tuple(sorted({o.award for o in there if o.award}))

    def _outcomes(self, state: State, subject: Subject) -> Iterator[Hashable]:
        """What is still called for, and what cannot arise again."""
        mine = (
            o for o in state.outcomes.values() if o.subject == subject.id and o.id in self._told
        )
        yield from sorted(
            (outcome.id, outcome.open_calls)
            for outcome in mine
            if outcome.open_calls or (not outcome.calls_for and outcome.award)
        )

    def _signed(self, state: State, subject: Subject) -> Iterator[Hashable]:
        for command in sorted(state.signatures):
            for signed in standing(state, subject, command):
                again = Command(
                    command, signed.actor, signed.capacity, signed.occurred_on, signed.fields
                )
                same = content_of(state, again) == signed.content
                # Which item it is about is told by where it stands.
                about = self._rules.commands[command].pointer
                told = ((k, frozen(v)) for k, v in signed.fields.items() if k != about)
                said = tuple(sorted(told))
                yield command, signed.capacity, signed.actor, said, same

    def _coming(self, state: State, root: Subject, place: Root, facts: Facts) -> Iterator[Hashable]:
        """What a guard would tell of a subject that is still to come."""
        for lifecycle, newest in self._newest(state, place):
            profile = self._outlook.profile(lifecycle, newest.state, place)
            if profile.reads:
                yield self._seen(state, newest, root, profile, facts)[0]

    def _newest(self, state: State, root: Root) -> Iterator[tuple[str, Subject]]:
        for lifecycle in self._outlook.coming(root):
            newest = self._newcomers.get(lifecycle)
            if newest is None:
                # INVARIANT: no revision of it is as late as anything that has happened.
                initial = self._rules.lifecycles[lifecycle].initial
                passages, never = (Passage(initial, date.max, MANY),), (MANY,)
                newest = Subject(f"{lifecycle}/0", lifecycle, state.root, passages, {}, never)
                self._newcomers[lifecycle] = newest
            yield lifecycle, newest

    # --- time -------------------------------------------------------------------------------------

    def _horizon(self, state: State, today: date) -> Horizon:
        """The bounds of stages that still matter, and whether anything is counted in days."""
        root = self._outlook.root_at(state, today)
        where = frozenset((s.lifecycle, s.state) for s in state.subjects.values())
        key = (root, where)
        if key not in self._horizons:
            places = {*where, *((name, s.state) for name, s in self._newest(state, root))}
            profiles = [self._outlook.profile(*place, root) for place in places]
            days = {day for profile in profiles for day in profile.bounds(state.cycle.starts)}
            self._horizons[key] = tuple(sorted(days)), any(p.timed for p in profiles)
        return self._horizons[key]

    def ahead(self, state: State, today: date) -> date | None:
        """The next day on which a stage that still matters begins or is over."""
        return next((day for day in self._horizon(state, today)[0] if day > today), None)

    def _clock(self, state: State, today: date) -> Hashable:
        """The day where something can tell it; else which stages are ahead."""
        ahead = self.ahead(state, today)
        return today if ahead is not None and self._horizon(state, today)[1] else ahead

    def _timers(self, state: State, today: date) -> Mapping[str, Hashable]:
        """How the timers of each subject run: its id -> (rule, days that are left)."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        if self._rules.timers:
            for wakes, subject, step in self._running(state):
                if step.waits is not None and step.waits.field is None:
                    timer = (step.rule, (wakes - today).days)
                    found[subject.id] = tuple(sorted((*found.get(subject.id, ()), timer)))
        return found

    def _running(self, state: State) -> Iterator[tuple[date, Subject, Step]]:
        """The timers of all subjects that matter: when they are due, of what, and what they do."""
        for wakes, _, subject, step in running(self._rules, state):
            if self._outlook.matters(subject.lifecycle):
                yield wakes, subject, step

    def turns(self, state: State, facts: Facts) -> date | None:
        """The next day on which time alone changes something."""
        today, root = facts.today, self._outlook.root_at(state, facts.today)
        ahead = self.ahead(state, today)
        days = [ahead] if ahead is not None else []
        # What is due already when it begins to run is seen when time moves at all.
        days += [max(wakes, today + DAY) for wakes, _, _ in self._running(state) if wakes >= today]
        for subject in state.subjects.values():
            profile = self._outlook.profile(subject.lifecycle, subject.state, root)
            for sight in profile.sights if profile.timed else ():
                if sight.turns is not None:
                    days += sight.turns(state, subject, facts)
        return min((day for day in days if day > today), default=None)


def _kept(check: Check, state: State, subject: Subject, facts: Facts) -> Hashable:
    """All that a guard might read which does not say what it sees."""
    records = tuple(
        (command, tuple(_told(r) for r in state.records.get(command, ())))
        for command in sorted(check.reads)
    )
    content = tuple(sorted((k, frozen(v)) for k, v in subject.content.items()))
    return records, content, facts.today


def _told(record: Recorded) -> Hashable:
    said = tuple(sorted((k, frozen(v)) for k, v in record.fields.items()))
    return record.subject, record.actor, record.capacity, record.occurred_on, said


def frozen(value: object) -> Hashable:
    """A value of a field as something that can be compared and hashed; free text is all alike."""
    if isinstance(value, Text):
        return "text"
    if isinstance(value, Mapping):
        return tuple(sorted((k, str(v)) for k, v in value.items()))
    if isinstance(value, tuple):
        return value
    return str(value)
