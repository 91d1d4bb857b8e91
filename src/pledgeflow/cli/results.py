"""The figures of a simulated year, as a table and as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from rich.table import Table
from rich.text import Text

from pledgeflow.cli.awards import FATES
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import table
from pledgeflow.cli.people import STANDINGS
from pledgeflow.cli.telling import Teller
from pledgeflow.demo import Outcome
from pledgeflow.demo.counting import Figures
from pledgeflow.demo.reckoning import Reckoning
from pledgeflow.errors import Ruling
from pledgeflow.policy.saying.wording import say_ruling


def result_table(outcome: Outcome, found: Figures, lang: Lang) -> Table:
    """A row for each thing that was counted, by the policy's own labels."""
    tell = Teller(outcome.policy, next(iter(outcome.policy.tracks)), lang)
    pick = lang.pick
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", no_wrap=True)
    grid.add_column(overflow="fold")

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
    for name, counted in besides(outcome, lang):
        add(name, *counted)
    rates = [
        f"{lang.of(each.rule.label)} {each.shown.scaleb(2):f}%"
        for each in outcome.besides.indicators.values()
        if each.shown is not None
    ]
    if rates:
        grid.add_row(pick("指标", "indicators"), Text(" · ".join(rates)))
    if outcome.unfinished:
        states = sorted({tell.label("state", row.state) for row in outcome.unfinished})
        stuck = f"{len(outcome.unfinished)} ({', '.join(states)})"
        grid.add_row(Text(pick("未走完", "not finished"), style="bold red"), Text(stuck))
    if outcome.muddles:
        told = f"{len(outcome.muddles)} ({outcome.muddles[0]})"
        grid.add_row(Text(pick("未能模拟", "not played"), style="bold red"), Text(told))
    return grid


Counted = tuple[tuple[str, int], ...]


def besides(outcome: Outcome, lang: Lang) -> Iterator[tuple[str, Counted]]:
    """What there is besides the pledges: a name for each row, and what was counted in it."""
    found, pick = outcome.besides, lang.pick

    def named(words: Mapping[Any, tuple[str, str]], numbers: Mapping[str, int]) -> Counted:
        return tuple((pick(*words[key]), numbers.get(key, 0)) for key in words)

    yield pick("其他流程", "other streams"), named(STREAMS, found.streams)
    yield pick("职责", "duties"), named(DUTIES, found.duties)
    yield pick("投票", "ballots"), ((pick("已举行", "held"), found.ballots),)
    yield pick("评选人选", "candidates"), named(FATES, found.fates)
    filings = (
        (pick("已报送", "filed"), found.filings),
        (pick("已批准", "approved"), found.approved),
    )
    yield pick("备案", "filings"), filings
    yield pick("人员", "people"), named(STANDINGS, found.people)
    ledgers = outcome.policy.document.ledgers
    rows = tuple((lang.of(ledgers[name].label), number) for name, number in found.ledgers.items())
    yield pick("台账", "ledgers"), rows


STREAMS = {
    "year": ("组织年度", "years of organizations"),
    "selection": ("评选", "selections"),
    "filing": ("备案", "filings"),
}
DUTIES = {
    "met": ("按期履行", "met"),
    "late": ("逾期履行", "met late"),
    "missed": ("未履行", "missed"),
    "overdue": ("已逾期", "overdue"),
    "open": ("待履行", "open"),
}


def side_by_side(found: Mapping[str, tuple[Figures, Reckoning]], lang: Lang) -> Table:
    """One column for each policy, a row for each thing that can be said of all of them."""
    pledges: tuple[tuple[str, str, Callable[[Figures], int]], ...] = (
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
    others: tuple[tuple[str, str, Callable[[Reckoning], int]], ...] = (
        ("职责：按期履行", "duties met", lambda r: r.duties.get("met", 0)),
        ("逾期履行", "met late", lambda r: r.duties.get("late", 0)),
        ("未履行", "missed", lambda r: r.duties.get("missed", 0)),
        ("已逾期", "overdue", lambda r: r.duties.get("overdue", 0)),
        ("投票", "ballots", lambda r: r.ballots),
        ("评选人选", "candidates", lambda r: sum(r.fates.values())),
        ("已授予", "awards conferred", lambda r: r.fates.get("conferred", 0)),
        ("中途退出", "dropped out", lambda r: r.fates.get("dropped", 0)),
        ("报送备案", "filings", lambda r: r.filings),
        ("应诺未诺", "people missing", lambda r: r.people.get("missing", 0)),
        ("台账行数", "rows of ledgers", lambda r: sum(r.ledgers.values())),
        ("其他流程的事件", "events in other streams", lambda r: r.events),
    )
    made = table(lang.pick("对照", "side by side"), *found)
    for column in made.columns[1:]:
        column.justify = "right"
    for zh, en, count in pledges:
        _add(made, lang.pick(zh, en), [count(figures) for figures, _ in found.values()])
    for zh, en, sum_up in others:
        _add(made, lang.pick(zh, en), [sum_up(reckoned) for _, reckoned in found.values()])
    return made


def _add(made: Table, name: str, numbers: list[int]) -> None:
    if any(numbers):
        made.add_row(name, *(f"{number:,}" if number else "—" for number in numbers))


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
        "besides": _besides(outcome.besides),
    }


def _besides(found: Reckoning) -> dict[str, Any]:
    rates = {
        name: str(each.value) if each.value is not None else None
        for name, each in found.indicators.items()
    }
    return {**{f.name: getattr(found, f.name) for f in fields(found)}, "indicators": rates}
