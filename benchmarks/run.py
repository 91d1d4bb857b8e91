"""How fast: one `decide` against one trigger of the `transitions` machine, in one process.

Chunks of both are interleaved, so that a machine whose speed drifts slows both; what is compared
are the medians. Every input is distinct, and nothing is remembered between decisions. Writes
`build/bench.json`, a flat object of names, microseconds and ratios.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from transitions import EventData, Machine

from pledgeflow import Catalogue, Command, Facts, Policy, State, StreamId, decide, fold
from pledgeflow.decision import begin
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.domain.values import Value, seal

CHUNKS = 60
CHUNK = 200
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

    def holds(event: EventData) -> bool:
        return event.kwargs["on"] >= START

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


def interleaved(*measures: Callable[[int], float]) -> list[float]:
    """The median microseconds an operation takes, for each measure, chunk by chunk in turn."""
    for measure in measures:
        measure(0)
    spent = [[measure(n) for measure in measures] for n in range(1, CHUNKS + 1)]
    return [statistics.median(chunks) / CHUNK * 1e6 for chunks in zip(*spent, strict=True)]


def main() -> None:
    """Measure, print a table, write `build/bench.json`."""
    policy, view = Catalogue().load("huimin", on=START), directory()
    state = practising(policy, view)
    decide_us, trigger_us = interleaved(deciding(policy, state, view), triggering())
    figures = {
        "decide_us": round(decide_us, 2),
        "transitions_trigger_us": round(trigger_us, 2),
        "decide_vs_transitions": round(decide_us / trigger_us, 3),
        "events_behind": state.version,
    }
    for name, figure in figures.items():
        print(f"{name:<24} {figure}")
    out = Path("build")
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
