"""Whether a stream that has gone over can still come to its end: pure, by the rules it is under then.

A way counts as open if its state can be come to and what its guards want to have been done has been,
or can be. All else is taken to go well: who may act, what is said, and when. So a stream of which
this says that it is stranded is; one of which it does not may be all the same, which only exploring
tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Ruleset, Step
from pledgeflow.policy.guards.history import PrecededBy


@dataclass(frozen=True, slots=True)
class Way:
    """A step from one state of a lifecycle. dest: where it leads, the same state if nowhere.

    wants: sets of commands of which one has to have been done, each
    """

    lifecycle: str
    trigger: str
    source: str
    dest: str
    wants: tuple[frozenset[str], ...]


def stranded(rules: Ruleset, state: State) -> tuple[str, ...]:
    """The subjects from whose states no open way leads to an end. state: after going over."""
    ways = tuple(_ways(rules))
    done = _doable(rules, ways, state)
    open_ways = [way for way in ways if _open(way, done)]
    return tuple(
        subject.id
        for subject in state.subjects.values()
        if (final := frozenset(rules.lifecycles[subject.lifecycle].final))
        if not final & _reached(open_ways, subject.lifecycle, {subject.state})
    )


def _doable(rules: Ruleset, ways: tuple[Way, ...], state: State) -> frozenset[str]:
    """Every command that has been done, or for all we know can be."""
    done = frozenset(state.records)
    begun: dict[str, set[str]] = {name: {each.initial} for name, each in rules.lifecycles.items()}
    begun[rules.root] = set()
    for subject in state.subjects.values():
        begun[subject.lifecycle].add(subject.state)
    while True:
        open_ways = [way for way in ways if _open(way, done)]
        reached = {name: _reached(open_ways, name, states) for name, states in begun.items()}
        more = done | {way.trigger for way in open_ways if way.source in reached[way.lifecycle]}
        if more == done:
            return done
        done = more


def _open(way: Way, done: frozenset[str]) -> bool:
    return all(wanted & done for wanted in way.wants)


def _reached(ways: list[Way], lifecycle: str, begun: set[str]) -> frozenset[str]:
    found, new = set(begun), set(begun)
    while new:
        new = {w.dest for w in ways if w.lifecycle == lifecycle and w.source in new} - found
        found |= new
    return frozenset(found)


def _ways(rules: Ruleset) -> Iterator[Way]:
    for lifecycle, source, step in _steps(rules):
        wants = tuple(_wants(rules, lifecycle, step))
        yield Way(lifecycle, step.trigger, source, step.dest or source, wants)


def _steps(rules: Ruleset) -> Iterator[tuple[str, str, Step]]:
    by_itself = (rules.completions, rules.timers)
    for places in (*rules.steps.values(), *by_itself):
        for lifecycle, states in places.items():
            for source, steps in states.items():
                yield from ((lifecycle, source, step) for step in steps)


def _wants(rules: Ruleset, lifecycle: str, step: Step) -> Iterator[frozenset[str]]:
    """What the guards of a step, or of what completes by itself, want to have been done."""
    name = step.rule.rpartition(".")[2]
    rule = rules.lifecycles[lifecycle].transitions.get(name)
    guards: Mapping[str, object] = {**rule.guards, **(rule.when or {})} if rule is not None else {}
    for guard in guards.values():
        if isinstance(guard, PrecededBy) and guard.each is None:
            yield frozenset(guard.command)
