"""Verifies a policy: explores each track, and asks each property of what was found."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from time import perf_counter

from pledgeflow.assurance.exploring import Bounds, Explored, explore
from pledgeflow.assurance.exploring.world import YEAR
from pledgeflow.assurance.verifying.claiming import claimed
from pledgeflow.assurance.verifying.declared import Declared
from pledgeflow.assurance.verifying.ending import dead_end, given_in, never_enabled
from pledgeflow.assurance.verifying.findings import Finding
from pledgeflow.assurance.verifying.following import no_consequence
from pledgeflow.assurance.verifying.owing import duty_unmeetable
from pledgeflow.assurance.verifying.parting import Part, part_of, parts
from pledgeflow.assurance.verifying.promises import PROMISES, Promise
from pledgeflow.assurance.verifying.questions import NEVER, Question, ever_given
from pledgeflow.assurance.verifying.reports import (
    Answer,
    Move,
    Report,
    TrackReport,
    Violation,
    together,
)
from pledgeflow.assurance.verifying.walked import PREFIX, Edge, Memory, Walked
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import Tick
from pledgeflow.errors import DirectoryError, PledgeflowError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.words import Label

EVERYWHERE = ("own_judge", "refusal_changes")
"""What is asked of each part: it needs nothing but the steps that are taken there."""
BOUNDS = Bounds(states=30_000, merges=200_000, unusual=1)
"""How far a policy is explored if nobody says so, for each track, all of its parts together."""
WHOLE = 500
"""A track with no more states is explored all at once, and its traces are the shortest there are."""
OPEN = (dead_end, duty_unmeetable, no_consequence)
"""The properties that ask for a way, which more than was said might open."""
Tell = Callable[[str], None]


def _silent(track: str) -> None:
    """Nobody is told how far it is."""


def verify(
    catalogue: Catalogue,
    name: str,
    *,
    track: str | None = None,
    bounds: Bounds | None = None,
    tell: Tell = _silent,
) -> Report:
    """Explore a policy and ask every property of it.

    name: of the policy, or its path; track: only this one; tell: called with each track that is
    done. Raises PolicyError for a policy that cannot be loaded, PledgeflowError for a track that
    it does not have.
    """
    policy = catalogue.load(name, on=date(YEAR, 1, 1))
    if track is not None and track not in policy.tracks:
        known = ", ".join(f"`{each}`" for each in policy.tracks)
        raise PledgeflowError(f"`{policy.name}` has no track `{track}`; it has {known}")
    verifier = Verifier(policy, borrowed(catalogue, name), bounds or BOUNDS)
    collecting = gc.isenabled()
    gc.disable()  # all that is found is kept to the end: there is nothing to look for
    try:
        for each in policy.tracks if track is None else (track,):
            verifier.add(each)
            tell(each)
        return verifier.report()
    finally:
        if collecting:
            gc.enable()


def borrowed(catalogue: Catalogue, name: str) -> frozenset[str]:
    """The commands that only abstract ancestors of a policy have, as words to choose from."""
    words, own = set[str](), set[str]()
    for _, source in catalogue.lineage(name):
        tree = source.tree if isinstance(source.tree, dict) else {}
        (words if tree.get("abstract") is True else own).update(_commands(tree))
    return frozenset(words - own)


def _commands(tree: object) -> Iterator[str]:
    """The commands that a file has, common ones and those of its tracks."""
    if not isinstance(tree, dict):
        return
    commands = tree.get("commands")
    yield from commands if isinstance(commands, dict) else ()
    tracks = tree.get("tracks")
    for track in tracks.values() if isinstance(tracks, dict) else ():
        yield from _commands(track.get("rules") if isinstance(track, dict) else None)


@dataclass(slots=True)
class Verifier:
    """One policy being verified, track by track. borrowed: see `Declared`."""

    policy: Policy
    borrowed: frozenset[str]
    bounds: Bounds
    tracks: list[TrackReport] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    walks: dict[str, Walked] = field(default_factory=dict)
    began: float = field(default_factory=perf_counter)

    def add(self, track: str) -> None:
        """Explore a track, and ask of it what is asked of each track by itself."""
        began = perf_counter()
        declared = Declared(self.policy.document, self.policy.tracks[track], self.borrowed)
        memory = Memory.of(declared, self._starts())
        try:
            walks = self._walks(track, declared, memory)
        except DirectoryError as error:
            self.tracks.append(_unpeopled(track, str(error)))
            return
        taken: list[TrackReport] = []
        for walked in walks:
            found = self._asked(walked)
            for finding in (finding for each in found.values() for finding in each):
                self._tell(self._violation(walked, finding))
            self.given[track] = self.given.get(track, frozenset()) | given_in(walked)
            self.walks.setdefault(track, walked)
            taken.append(self._track(walked, found, 0.0))
        whole = together(taken, [promise.id for promise in self._relevant(declared)])
        self.tracks.append(replace(whole, seconds=perf_counter() - began))

    def _tell(self, violation: Violation) -> None:
        """Add what is wrong, once: what is asked of each part may be wrong in several."""

        def named(one: Violation) -> tuple[object, ...]:
            return one.property, one.track, one.about, one.rules

        def rank(one: Violation) -> tuple[bool, int]:
            return one.possible, len(one.trace)

        known = [n for n, one in enumerate(self.violations) if named(one) == named(violation)]
        if not known:
            self.violations.append(violation)
        elif rank(violation) < rank(self.violations[known[0]]):
            self.violations[known[0]] = violation

    def _walks(self, track: str, declared: Declared, memory: Memory) -> Iterator[Walked]:
        """The whole of a track, if it is small; else one part after the other."""
        free = replace(self.bounds, unusual=None)
        few = replace(free, states=WHOLE, merges=0)
        small = self.bounds.states <= WHOLE
        if small or not explore(self.policy, track, bounds=few, watch=memory.fold).unexplored:
            explored = explore(self.policy, track, bounds=free, watch=memory.fold)
            return iter((Walked.through(self.policy, explored, memory),))
        asked = frozenset(promise.id for promise in self._relevant(declared))
        return self._apart(track, memory, parts(declared, asked))

    def _apart(self, track: str, memory: Memory, parts: Sequence[Part]) -> Iterator[Walked]:
        """One part after the other, within the bounds of one track altogether."""
        left = self.bounds
        declared = memory.watch.declared
        for part in parts:
            walked = self._walk(track, memory, part, left)
            left = _less(left, walked.explored)
            again = _unsettled(walked, part)
            yield walked.without((question.promise, question.about) for question in again)
            for question in again:
                alone = part_of(declared, question)
                walked = self._walk(track, memory, alone, replace(left, unusual=None))
                left = _less(left, walked.explored)
                yield walked
        for command in sorted(declared.named & declared.rules.steps.keys()):
            for unusual in dict.fromkeys((left.unusual, None)):
                # What only helps is not given where nothing waits for it; and who judges has to be
                # asked everywhere, while a part may end before.
                if command not in self.given[track] or self._judging(track, declared, command):
                    alone = part_of(declared, ever_given(declared, command))
                    walked = self._walk(track, memory, alone, replace(left, unusual=unusual))
                    left = _less(left, walked.explored)
                    yield walked
                if command in self.given[track]:
                    break

    def _judging(self, track: str, declared: Declared, command: str) -> bool:
        """Whether somebody might judge themselves with a command, and nobody was found who does."""
        found = {v.about for v in self.violations if (v.property, v.track) == ("own_judge", track)}
        return command in declared.own_judging - found

    def _walk(self, track: str, memory: Memory, part: Part, left: Bounds) -> Walked:
        only = memory.only(part.remembers)
        explored = explore(self.policy, track, bounds=left, scope=part.scope, watch=only.fold)
        asked = frozenset((question.promise, question.about) for question in part.questions)
        return Walked.through(self.policy, explored, only, asked)

    def _relevant(self, declared: Declared) -> list[Promise]:
        return [p for p in PROMISES if p.id != NEVER and p.about(declared)]

    def report(self) -> Report:
        """What it comes to, with what is asked of all tracks together."""
        complete = all(track.complete for track in self.tracks)
        # What was not explored may hold the place where a command is given.
        walks = tuple(self.walks.values())
        lost = [
            replace(f, bounded=f.bounded or not complete) for f in never_enabled(self.given, walks)
        ]
        for finding in lost:
            walked = next(w for w in walks if finding.about in w.declared.named)
            self.violations.append(self._violation(walked, finding))
        wrong = Answer.POSSIBLE if all(f.bounded for f in lost) else Answer.VIOLATED
        answer = wrong if lost else self._held(complete)
        tracks = [replace(track, answers={**track.answers, NEVER: answer}) for track in self.tracks]
        return Report(
            self.policy.name,
            self.bounds,
            perf_counter() - self.began,
            tuple(tracks),
            tuple(self.violations),
            self._labels(),
            {track: walked.explored.world.view for track, walked in self.walks.items()},
            str(YEAR),
        )

    def _starts(self) -> date:
        cycle = self.policy.document.cycle
        january = date(YEAR, 1, 1)
        return cycle.starts.within(january) if cycle is not None else january

    def _asked(self, walked: Walked) -> dict[str, list[Finding]]:
        """Each property that the track has anything to do with, and what is wrong."""
        found = {
            promise.id: list(promise.ask(walked))
            for promise in self._relevant(walked.declared)
            if promise.id in EVERYWHERE or walked.asks_any(promise.id)
        }
        for place, claim in enumerate(walked.memory.claims):
            found[f"{PREFIX}{claim.id}"] = list(claimed(walked, claim, place))
        return found

    def _held(self, complete: bool) -> Answer:
        return Answer.HOLDS if complete else Answer.EXPLORED

    def _track(
        self, walked: Walked, found: dict[str, list[Finding]], seconds: float
    ) -> TrackReport:
        explored = walked.explored
        answers: dict[str, Answer] = {}
        for promise in dict.fromkeys((*(p.id for p in PROMISES if p.id != NEVER), *found)):
            findings = found.get(promise)
            if findings is None:
                answers[promise] = Answer.SILENT
            elif not findings:
                answers[promise] = self._held(explored.complete)
            else:
                certain = any(not finding.leans for finding in findings)
                answers[promise] = Answer.VIOLATED if certain else Answer.POSSIBLE
        return _of(walked, answers, seconds)

    def _violation(self, walked: Walked, finding: Finding) -> Violation:
        trace = tuple(_moves(walked, finding.way))
        told = [clause for move in trace for clause in move.clauses]
        clauses = walked.declared.clauses
        told += [c for rule in finding.rules for c in clauses.get(rule, _cited(walked, rule))]
        start = walked.node(finding.start).state
        return Violation(
            property=finding.promise,
            track=walked.explored.track,
            promisor=str(start.stream).split("/", 2)[2],
            about=finding.about,
            label=self._labels()[finding.promise],
            clauses=tuple(dict.fromkeys(told)),
            rules=finding.rules,
            trace=trace,
            possible=finding.leans,
            waiting=finding.waiting,
            asks=finding.asks,
        )

    def _labels(self) -> dict[str, Label]:
        labels = {promise.id: promise.label for promise in PROMISES}
        for rules in self.policy.tracks.values():
            for name, claim in rules.source.properties.items():
                labels[f"{PREFIX}{name}"] = claim.label
        return labels


def _unsettled(walked: Walked, part: Part) -> list[Question]:
    """What is to be asked again by itself, with everything that may be said: something is wrong
    there, but perhaps only since what only helps came first, or since of the unusual not all was
    said.
    """
    wrong = [finding for ask in OPEN for finding in ask(walked)]
    unsaid = any(node.unsaid for node in walked.explored.nodes)

    def unsettled(question: Question) -> bool:
        helped = not part.helping.isdisjoint(question.eased)
        mine = (f for f in wrong if f.promise == question.promise)
        mine = (f for f in mine if question.about in ("", f.about, f.about.partition(".")[0]))
        return any(helped or (unsaid and finding.bounded) for finding in mine)

    return [question for question in part.questions if unsettled(question)]


def _less(bounds: Bounds, explored: Explored) -> Bounds:
    """What is left of the bounds of a track after one of its parts."""
    return replace(
        bounds,
        states=max(bounds.states - len(explored.nodes), 0),
        merges=max(bounds.merges - explored.checked, 0),
    )


def _unpeopled(track: str, why: str) -> TrackReport:
    """A track for which no sample could be made: nothing of it was explored."""
    return TrackReport(track, 0, 0, 0, 0, 0, False, 0.0, {}, raised=(("tracks", why),))


def _of(walked: Walked, answers: dict[str, Answer], seconds: float) -> TrackReport:
    explored: Explored = walked.explored
    return TrackReport(
        track=explored.track,
        states=len(explored.nodes),
        steps=len(walked.edges),
        decided=explored.decided,
        merges=explored.merges,
        checked=explored.checked,
        uncompared=explored.uncompared,
        complete=explored.complete,
        seconds=seconds,
        answers=answers,
        unexplored={day.isoformat(): number for day, number in explored.unexplored.items()},
        beyond=dict(explored.beyond),
        incongruent=tuple(pair.differing for pair in explored.incongruent),
        raised=tuple((raised.rule, raised.error) for raised in explored.raised),
        exact=explored.exact,
    )


def _moves(walked: Walked, way: Sequence[Edge]) -> Iterator[Move]:
    """The steps of a trace; days that pass one after the other are one step."""
    for edge, then in zip_longest(way, way[1:]):
        if then is None or not (_ticks(edge) and _ticks(then)):
            yield _move(walked, edge)


def _ticks(edge: Edge) -> bool:
    return isinstance(edge.input.command, Tick)


def _move(walked: Walked, edge: Edge) -> Move:
    """A step of a trace, with the rules it was permitted by and what followed from."""
    rules = tuple(dict.fromkeys(rule for e in edge.events if (rule := getattr(e, "rule", ""))))
    clauses = walked.declared.clauses
    cited = tuple(dict.fromkeys(c for rule in rules for c in clauses.get(rule, ())))
    command = edge.input.command
    return Move(command.occurred_on, command, cited, rules, edge.input.leans)


def _cited(walked: Walked, rule: str) -> Sequence[str]:
    """The clauses of a rule that is no step: a duty, a declared property."""
    kind, _, name = rule.partition(".")
    source = walked.rules.source
    if kind == "duties" and name in source.duties:
        return source.duties[name].cite
    if kind == "properties" and name in source.properties:
        return source.properties[name].cite
    return ()
