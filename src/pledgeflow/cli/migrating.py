"""`migrate`: a cycle and its pledges in flight onto other rules, by a map; or what that would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.text import Text

from pledgeflow.cli.database import cycle_in, existing
from pledgeflow.cli.options import (
    CycleArgument,
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    day,
    today,
)
from pledgeflow.cli.output import FINDINGS, fail, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting

SHOWN = 5
"""So many pledges are named where something is against all of them; programs get all."""
TROUBLES = {
    "forgotten": ("对照表漏了状态 {what}", "the map forgets the state {what}"),
    "stranded": (
        "{what} → {to}：此后无法办结",
        "{what} → {to}: from there nothing leads to an end",
    ),
    "no_track": (
        "类别 {what} → {to}：新规定无此类别",
        "the track {what} → {to}: there is none such",
    ),
    "other_kind": (
        "类别 {what} → {to}：办理的不是同一种事项",
        "the track {what} → {to}: it is of something else",
    ),
    "no_lifecycle": (
        "新规定没有 {what} 这种事项，已有的无处可归",
        "the new rules know no {what}, and there are some",
    ),
    "no_tier": ("等次 {what} → {to}：新规定无此等次", "the tier {what} → {to}: there is none such"),
}
STAYING = {
    "there": ("已按新规定办理", "are under the new rules already"),
    "ended": ("已办结，不再变动", "have come to their end, and stay as they are"),
    "finishes": ("按原规定办完", "finish by the old rules"),
}


def migrate(
    where: CycleArgument,
    *,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="The policy, by name or path.")],
    map_: Annotated[
        Path, typer.Option("--map", metavar="FILE", help="What everything is called there.")
    ],
    lang: LangOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, and write nothing.")
    ] = False,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="ID", help="Who orders it.", show_default=False)
    ] = None,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Let the pledges of a cycle that are in flight go over to other rules, once and for all."""
    if actor is None and not dry_run:
        raise fail("say who orders it with `--actor`, or try it with `--dry-run`")
    reading = import_module("pledgeflow.assurance.migrating.reading")
    surveying = import_module("pledgeflow.assurance.migrating.surveying")
    written, source = reading.read_map(map_)
    on_day = day(on) or today()
    with existing(db) as engine:
        jurisdiction, cycle = cycle_in(engine, where)
        row = engine.cycle(jurisdiction, cycle)
        since = written.new_rules.from_ if written.new_rules is not None else on_day
        policy = engine.catalogue.load(to, on=since, ordinal=row.ordinal)
        clauses = engine.catalogue.register(to)
        between = reading.Between(surveying.source_of(engine, row, policy), policy, clauses)
        if policy.document.abstract:
            raise fail(f"`{policy.name}` is only for others to extend; name one that does")
        plan = reading.migration(written, source, between, today=on_day)
        found = surveying.survey(engine, row, plan)
        gone: tuple[Any, ...] = ()
        if not found.findings and not dry_run:
            total = sum(found.streams.values())
            with counting(lang.pick("转换", "going over"), total) as step:
                gone = engine.migrate(
                    jurisdiction,
                    cycle,
                    plan,
                    moment=(str(actor), on_day),
                    told=lambda stream: step(str(stream)),
                )
    if form is Format.JSON:
        print_json(
            {
                "cycle": where,
                "to": {"policy": policy.name, "digest": policy.digest},
                "since": plan.since,
                "dry_run": dry_run,
                "migrated": [str(stream) for stream in gone],
                **found.data(),
            }
        )
    else:
        put(*_told(found, lang))
        put(Text(_done(found, gone, dry_run, lang), style="bold"))
    if found.findings:
        raise typer.Exit(FINDINGS)


def _told(found: Any, lang: Lang) -> Iterator[RenderableType]:
    pick = lang.pick
    yield from _moves(found.going, (pick("转换前", "from"), pick("转换后", "to")), lang)
    yield from _moves(found.items, (pick("所属事项", "items"), pick("转换后", "to")), lang)
    for why, number in sorted(found.staying.items()):
        zh, en = STAYING[why]
        yield Text(pick(f"{number}处{zh}", f"{number} {en}"))
    for command, number in sorted(found.deemed.items()):
        zh, en = f"{number}处视为已办 {command}", f"in {number} `{command}` is deemed to be done"
        yield Text(pick(zh, en))
    for head, changes in (
        (pick("责任", "duties"), found.duties),
        (pick("后果", "outcomes"), found.outcomes),
    ):
        yield from _changes(head, changes, found.streams, lang)
    for finding in found.findings:
        zh, en = TROUBLES[finding.trouble]
        said = pick(zh, en).format(what=finding.what, to=finding.to or "—")
        yield Text(f"{finding.track}: {said}{_named(finding.streams, lang)}", style="red")


def _moves(
    counts: Counter[tuple[str, str, str, str]], heads: tuple[str, str], lang: Lang
) -> Iterator[RenderableType]:
    if not counts:
        return
    made = table(*heads, lang.pick("数量", "number"))
    made.columns[2].justify = "right"
    for (track, state, to_track, to_state), number in sorted(counts.items()):
        made.add_row(f"{track} {state}", f"{to_track} {to_state}", str(number))
    yield made
    yield Text("")


def _changes(
    head: str, changes: Mapping[str, Any], streams: Mapping[str, int], lang: Lang
) -> Iterator[RenderableType]:
    pick = lang.pick
    for track, changed in sorted(changes.items()):
        parts = [
            f"{words} {', '.join(names)}"
            for words, names in (
                (pick("新增", "new:"), changed.new),
                (pick("取消", "gone:"), changed.gone),
                (pick("改动", "otherwise:"), changed.other),
            )
            if names
        ]
        if parts:
            many = pick(f"涉及{streams[track]}处", f"for {streams[track]}")
            yield Text(f"{head} ({track}, {many}): {pick('；', '; ').join(parts)}")


def _named(streams: Iterable[object], lang: Lang) -> str:
    every = list(map(str, streams))
    if not every:
        return lang.pick("（现无在此状态者）", " (nobody is in it now)")
    more = "…" if len(every) > SHOWN else ""
    names = lang.pick("、", ", ").join(every[:SHOWN])
    return lang.pick(f"：{len(every)}处 {names}{more}", f": {len(every)} in it: {names}{more}")


def _done(found: Any, gone: tuple[Any, ...], dry_run: bool, lang: Lang) -> str:
    number = sum(found.streams.values())
    if found.findings:
        return lang.pick(
            "未作任何转换；请先补正对照表",
            "nothing was migrated; mend the map first",
        )
    if dry_run:
        en = f"{number} would go over; nothing was written"
        return lang.pick(f"试算：将转换{number}处，未写入", en)
    return lang.pick(f"已转换{len(gone)}处", f"{len(gone)} have gone over")
