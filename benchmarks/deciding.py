"""How fast: deciding, and asking what may be done, against the `transitions` machine.

One `decide` is measured against one trigger, one `permitted` against the triggers that a machine
says it may fire, in one process.

Chunks of both are interleaved, so that a machine whose speed drifts slows both; what is compared
are the medians. Every input is distinct, and nothing is remembered between decisions.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

from transitions import EventData, Machine

from pledgeflow import Catalogue, Command, Facts, Policy, State, StreamId, decide, fold
from pledgeflow.decision import begin, permitted
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.values import Value, seal
from pledgeflow.policy.compiled.rules import Ruleset, Step

CHUNKS = 60
CHUNK = 200
OFFERS = 20
EVENTS = 30
START = date(2025, 1, 1)


def directory() -> View:
    """A branch with a secretary and a member, below a committee and a leading group."""
    home = (Membership("branch"),)
    return View(
        {name: Person(name, frozenset({"in_service"}), home) for name in ("wang", "li", "chen")},
        {
            "branch": Organization("branch", "branch", "committee", {"secretary": ("li",)}),
            "committee": Organization("committee", "agency_committee", "group"),
            "group": Organization("group", "leading_group"),
        },
    )


def practising(policy: Policy, view: View) -> State:
    """A published pledge whose member has practised until `EVENTS` events lie behind it."""
    state = begin(policy, StreamId("bench", "2025", "wang"), Cycle("2025", START), view)
    words = seal("words", "salt")
    met = {"content": True, "measures": True, "time_limit": True}
    fit = ("realistic", "practicable", "five_leads", "around_the_centre")
    fit += ("to_the_point", "fitting_the_person", "concrete")
    item: dict[str, Value] = {"title": words, "measures": words, "due": date(2025, 12, 31)}
    copies = ("promisor", "branch", "agency_committee")
    script: list[tuple[str, str, str, dict[str, Value]]] = [
        ("open", "wang", "promisor", {"section": "branch"}),
        ("consult", "wang", "promisor", {"channel": "visits", "heard": words}),
        ("propose", "wang", "promisor", {**item, "form": "written"}),
        ("submit", "wang", "promisor", {}),
        (
            "accept_item",
            "li",
            "branch_meeting",
            {"item": "commitment/1", "looked_at": met, "findings": dict.fromkeys(fit, True)},
        ),
        ("feed_back", "li", "branch_secretary", {}),
        ("consent", "wang", "promisor", {}),
        ("sign", "wang", "promisor", {"copies": copies}),
        ("sign", "li", "branch_secretary", {"copies": copies}),
        ("publish", "li", "branch_secretary", {"channel": "board"}),
    ]
    for name, actor, capacity, fields in script:
        command = Command(name, actor, capacity, START, fields)
        state = fold(state, decide(policy, state, command, Facts(START, view)))
    while state.version < EVENTS:
        fields = {"item": "commitment/1", "what": words}
        command = Command("practise", "wang", "promisor", START, fields)
        state = fold(state, decide(policy, state, command, Facts(START, view)))
    return state


def deciding(policy: Policy, state: State, view: View) -> Callable[[int], float]:
    """A chunk of permitted commands under three guards: seconds spent in `decide`."""

    def chunk(number: int) -> float:
        asked = []
        for i in range(CHUNK):
            day = START + timedelta(days=(number * CHUNK + i) % 360)
            honoured = {"time": True, "measures": True, "content": True, f"n{number}_{i}": True}
            fields = {"item": "commitment/1", "honoured": honoured}
            asked.append((Command("fulfil", "wang", "promisor", day, fields), Facts(day, view)))
        begun = time.perf_counter()
        for command, facts in asked:
            decide(policy, state, command, facts)
        return time.perf_counter() - begun

    return chunk


class Model:
    """A flyweight: all it has is its state."""

    state = "promised"


def triggering() -> Callable[[int], float]:
    """A chunk of triggers of one machine under two conditions: seconds spent in them."""

    machine = Machine(
        model=None,
        states=["promised", "fulfilled"],
        initial="promised",
        auto_transitions=False,
        send_event=True,
    )
    machine.add_transition("fulfil", "promised", "fulfilled", conditions=[holds, holds])
    fulfil = machine.events["fulfil"]

    def chunk(_: int) -> float:
        asked = [(Model(), START + timedelta(days=i)) for i in range(CHUNK)]
        begun = time.perf_counter()
        for model, day in asked:
            fulfil.trigger(model, on=day)
        return time.perf_counter() - begun

    return chunk


ACTORS = ("wang", "li")
"""The promisor and the secretary ask in turn: what they may do differs."""


def days(number: int) -> list[tuple[str, date]]:
    """Who asks, and for which day: both actors, and another day each time."""
    each = ((number * OFFERS + i) % 300 for i in range(OFFERS))
    return [(ACTORS[i % 2], START + timedelta(days=day)) for i, day in enumerate(each)]


def offering(policy: Policy, state: State, view: View) -> Callable[[int], float]:
    """A chunk of questions what an actor may do: seconds spent in `permitted`."""

    def chunk(number: int) -> float:
        asked = [(actor, day, Facts(day, view)) for actor, day in days(number)]
        begun = time.perf_counter()
        for actor, day, facts in asked:
            _ = permitted(policy, state, actor, day, facts).allowed
        return time.perf_counter() - begun

    return chunk


class Pawn:
    """A subject as transitions knows it. machine: of its lifecycle, which has given it `may_…`."""

    machine: Machine
    state: str


def asking(policy: Policy, state: State, view: View) -> Callable[[int], float]:
    """A chunk of the same questions put to machines: seconds spent in asking what may be fired.

    It is fair in that the machines hold the same commands of the same policy for every subject of
    the same pledge, in the state it is in; that only triggers which leave that state are asked;
    and that each alternative has as many conditions as the policy has: who acts, the stage, what
    the pledge has to be in, and every guard. Who acts is answered as the policy answers it, from a
    set worked out beforehand, so that machines too stop at the first no; the others compare two
    dates. The models are made beforehand. What machines do not do at all is not charged to us
    either way: they try no payloads, and neither side gives reasons.
    """
    rules = policy.tracks[state.track]
    able = {
        actor: {r for r in roles_of(rules) if not rules.roles.standing(r, actor, state, view).code}
        for actor in ACTORS
    }
    pawns = [pawn(rules, s.lifecycle, s.state, able) for s in state.subjects.values()]

    def chunk(number: int) -> float:
        asked = days(number)
        begun = time.perf_counter()
        for actor, day in asked:
            for one in pawns:
                triggers = one.machine.get_triggers(one.state)
                _ = [t for t in triggers if getattr(one, f"may_{t}")(actor=actor, on=day)]
        return time.perf_counter() - begun

    return chunk


def roles_of(rules: Ruleset) -> set[str]:
    """Every role that takes some step."""
    return {role for step in acts(rules) for role in step.roles}


def acts(rules: Ruleset, lifecycle: str = "") -> list[Step]:
    """Every step that people take, once, of one lifecycle or of all."""
    found = {
        step.rule: step
        for by_lifecycle in rules.steps.values()
        for name, by_state in by_lifecycle.items()
        if lifecycle in ("", name)
        for alternatives in by_state.values()
        for step in alternatives
    }
    return list(found.values())


def pawn(rules: Ruleset, lifecycle: str, state: str, able: dict[str, set[str]]) -> Pawn:
    """A model in a state, with a machine that holds its lifecycle's table and as many conditions."""
    one = Pawn()
    one.machine = Machine(
        model=one,
        states=list(rules.lifecycles[lifecycle].states),
        initial=state,
        auto_transitions=False,
        send_event=True,
    )
    for step in acts(rules, lifecycle):
        conditions = [takes(step, able), *[holds] * guards_of(step)]
        for source in step.sources:
            one.machine.add_transition(step.trigger, source, step.dest, conditions=conditions)
    return one


def guards_of(step: Step) -> int:
    """How much a step asks besides who takes it."""
    return len(step.checks) + bool(step.stage) + bool(step.above)


def takes(step: Step, able: dict[str, set[str]]) -> Callable[[EventData], bool]:
    """The condition that the actor may act in one of the step's capacities."""
    roles = frozenset(step.roles)
    return lambda event: not roles.isdisjoint(able[event.kwargs["actor"]])


def holds(event: EventData) -> bool:
    """A condition that is met."""
    return event.kwargs["on"] >= START


def interleaved(size: int, *measures: Callable[[int], float]) -> list[float]:
    """The median microseconds an operation takes, for each measure, chunk by chunk in turn."""
    for measure in measures:
        measure(0)
    spent = [[measure(n) for measure in measures] for n in range(1, CHUNKS + 1)]
    return [statistics.median(chunks) / size * 1e6 for chunks in zip(*spent, strict=True)]


def figures() -> dict[str, float]:
    """What is measured here, by name."""
    policy, view = Catalogue().load("huimin", on=START), directory()
    state = practising(policy, view)
    decide_us, trigger_us = interleaved(CHUNK, deciding(policy, state, view), triggering())
    permitted_us, may_us = interleaved(
        OFFERS, offering(policy, state, view), asking(policy, state, view)
    )
    return {
        "decide_us": round(decide_us, 2),
        "transitions_trigger_us": round(trigger_us, 2),
        "decide_vs_transitions": round(decide_us / trigger_us, 3),
        "permitted_us": round(permitted_us, 2),
        "transitions_may_us": round(may_us, 2),
        "permitted_vs_transitions": round(permitted_us / may_us, 3),
        "events_behind": state.version,
    }
