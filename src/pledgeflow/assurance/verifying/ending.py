"""What must always be possible: to come to an end, and to take every step somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pledgeflow.assurance.verifying.findings import Finding, at_node
from pledgeflow.assurance.verifying.walked import Walked
from pledgeflow.domain.commands import Command
from pledgeflow.domain.states import State


def dead_end(walked: Walked) -> Iterator[Finding]:
    """From every reachable state a final one can still be reached.

    Asked of the whole, where its lifecycle has final states, and of the items of each lifecycle
    that has any: from everywhere some way must lead to a state in which the whole has ended, and
    one to a state in which all items of that lifecycle have. Whoever does nothing does not get
    stuck: time moves, and people may act on the last day still.
    """
    root = walked.rules.root
    for lifecycle, ends in walked.declared.ends.items():
        if not ends or not walked.asks("dead_end", lifecycle):
            continue

        def ended(state: State, lifecycle: str = lifecycle, ends: frozenset[str] = ends) -> bool:
            return all(s.state in ends for s in state.children(lifecycle))

        goals = [n.number for n in walked.explored.nodes if ended(n.state)]
        leading = walked.leading_to(goals)
        stuck = [n for n in range(len(walked.depth)) if n not in leading]
        if stuck:
            # Another item may be all that is wanted: nobody is certainly stuck who could have one.
            open_ends = (n.number for n in walked.explored.nodes if n.bounded)
            more = walked.leading_to([*goals, *open_ends])
            certain = [n for n in stuck if n not in more]
            nearest = min(certain or stuck, key=lambda number: (walked.depth[number], number))
            states = walked.node(nearest).state.children(lifecycle)
            where = next((s.state for s in states if s.state not in ends), root)
            named = ("dead_end", f"{lifecycle}.{where}")
            found = at_node(walked, nearest, named, {"reaches": {"state": tuple(sorted(ends))}})
            yield found if certain else replace(found, bounded=True)


def never_enabled(
    given: Mapping[str, frozenset[str]], tracks: Iterable[Walked]
) -> Iterator[Finding]:
    """Every command of the policy can be given somewhere.

    Asked of all tracks together: each command that the policy declares itself (and not only an
    abstract parent) must be permitted to somebody in some reachable state of some track. What
    follows from another stream by a reaction counts as given.
    """
    everywhere = frozenset[str]().union(*given.values())
    named = {c: walked for walked in tracks for c in sorted(walked.declared.named)}
    for command, walked in named.items():
        if command not in everywhere:
            steps = tuple(s for s in walked.declared.steps if s.trigger == command)
            rules = tuple(step.rule for step in steps)
            yield Finding(
                "never_enabled",
                command,
                rules=rules or (f"commands.{command}",),
                waiting=True,
                start=next(iter(walked.explored.starts), 0),
                asks={"reaches": {"command": command}},
                # How another stream would have to stand may be more than was made up for it.
                bounded=any(step.leaning for step in steps),
            )


def given_in(walked: Walked) -> frozenset[str]:
    """The commands that are permitted somewhere in an exploration."""
    commands = (edge.input.command for edge in walked.edges)
    return frozenset(command.name for command in commands if isinstance(command, Command))
