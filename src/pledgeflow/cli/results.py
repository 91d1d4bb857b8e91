"""The figures of a simulated year, as a table and as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from rich.table import Table
from rich.text import Text

from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import table
from pledgeflow.cli.telling import Teller
from pledgeflow.demo import Outcome
from pledgeflow.demo.counting import Figures
from pledgeflow.errors import Ruling
from pledgeflow.policy.saying.wording import say_ruling


def result_table(outcome: Outcome, found: Figures, lang: Lang) -> Table:
    """A row for each thing that was counted, by the policy's own labels."""
    tell = Teller(outcome.policy, next(iter(outcome.policy.tracks)), lang)
    pick = lang.pick
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column()

    def add(name: str, *counted: tuple[str, int]) -> None:
        parts = [f"{label} {number:,}" for label, number in counted if number]
        if parts:
            grid.add_row(name, Text(" · ".join(parts)))

    add(
        pick("承诺人", "promisors"),
        (pick("应承诺", "asked"), found.asked),
        (pick("自愿未诺", "abstained"), found.abstained),
        (pick("已启动", "began"), found.begun),
    )
    add(
        pick("承诺", "pledges"),
        (pick("已签订", "signed"), found.signed),
        (pick("已公开", "published"), found.published),
        (pick("已办结", "ended"), found.ended),
    )
    done = {key: n for key, n in found.items.items() if key not in found.still_open}
    left = {key: n for key, n in found.items.items() if key in found.still_open}
    add(pick("事项", "items"), *((tell.state(*key), n) for key, n in done.items()))
    add(pick("未结事项", "items open"), *((tell.state(*key), n) for key, n in left.items()))
    add(pick("等次", "grades"), *((tell.label("tier", t), n) for t, n in found.grades.items()))
    followed = ((tell.label("outcome", o), n) for o, n in found.outcomes.items())
    add(pick("后果", "outcomes"), *followed)
    refused = ((say_ruling(Ruling(r), lang), n) for r, n in found.refused.items())
    add(pick("被拒绝", "refused"), *refused)
    grid.add_row(pick("事件", "events"), f"{found.events:,}")
    if outcome.unfinished:
        states = sorted({tell.label("state", row.state) for row in outcome.unfinished})
        stuck = f"{len(outcome.unfinished)} ({', '.join(states)})"
        grid.add_row(Text(pick("未走完", "not finished"), style="bold red"), Text(stuck))
    if outcome.muddles:
        told = f"{len(outcome.muddles)} ({outcome.muddles[0]})"
        grid.add_row(Text(pick("未能模拟", "not played"), style="bold red"), Text(told))
    return grid


def side_by_side(found: Mapping[str, Figures], lang: Lang) -> Table:
    """One column for each policy, a row for each thing that can be said of all of them."""
    counts: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
        ("承诺人", "promisors", lambda f: f.asked),
        ("自愿未诺", "abstained", lambda f: f.abstained),
        ("承诺", "pledges", lambda f: f.begun),
        ("经指导", "guided", lambda f: f.guided),
        ("经审定", "approved", lambda f: f.approved),
        ("已签订", "signed", lambda f: f.signed),
        ("已公开", "published", lambda f: f.published),
        ("经评议", "evaluated", lambda f: f.evaluated),
        ("已评等次", "graded", lambda f: sum(f.grades.values())),
        ("已办结", "ended", lambda f: f.ended),
        ("承诺事项", "items", lambda f: sum(f.items.values())),
        (
            "未结事项",
            "items open",
            lambda f: sum(f.items[key] for key in f.items if key in f.still_open),
        ),
        ("后果", "outcomes", lambda f: sum(f.outcomes.values())),
        ("责令整改", "rectifying", lambda f: f.rectified),
        ("被拒绝的办理", "steps refused", lambda f: sum(f.refused.values())),
        ("事件", "events", lambda f: f.events),
    )
    made = table(lang.pick("对照", "side by side"), *found)
    for column in made.columns[1:]:
        column.justify = "right"
    for zh, en, count in counts:
        numbers = [count(figures) for figures in found.values()]
        if any(numbers):
            shown = (f"{number:,}" if number else "—" for number in numbers)
            made.add_row(lang.pick(zh, en), *shown)
    return made


def as_data(outcome: Outcome, found: Figures) -> dict[str, Any]:
    """The same for programs; items by lifecycle and state."""
    plain = {f.name: getattr(found, f.name) for f in fields(found)}
    items: dict[str, dict[str, int]] = {}
    for (lifecycle, state), number in found.items.items():
        items.setdefault(lifecycle, {})[state] = number
    return {
        "policy": outcome.policy.name,
        "jurisdiction": outcome.cycle.jurisdiction,
        "cycle": outcome.cycle.cycle,
        **plain,
        "items": items,
        "still_open": sorted(".".join(key) for key in found.still_open),
        "unfinished": [str(row.stream) for row in outcome.unfinished],
        "muddles": outcome.muddles,
    }
