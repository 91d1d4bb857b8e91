"""`backtest`: what would have come of recorded acts under another policy. Nothing is written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.cli.database import database, existing, place_in
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import CALENDAR, DbOption, Format, FormatOption, Lang, LangOption, day
from pledgeflow.cli.output import FINDINGS, fail, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import moving
from pledgeflow.cli.reasons import Explainer
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.register import Clause
from pledgeflow.service import Engine
from pledgeflow.steps import stream_id

MOST = 10
"""So many of what is most frequent are shown in a table; programs get all."""
NONE = "—"


def backtest(
    *,
    policy: Annotated[
        str, typer.Option("--policy", metavar="NAME", help="The other policy, by name or by path.")
    ],
    lang: LangOption,
    db: DbOption = None,
    jurisdiction: Annotated[
        str | None, typer.Option("--jurisdiction", metavar="ID", help="Only of this one.")
    ] = None,
    cycle: Annotated[
        str | None, typer.Option("--cycle", metavar="ID", help="Only this one.")
    ] = None,
    map_: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="What is called otherwise: a map as for `migrate`.",
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The policy as of this day; as of each cycle's first, if left out.",
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="List also pledges for which nothing changes.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, max=64, metavar="N", help="How many.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Put everything that was recorded to another policy: who would have been refused, and why."""
    running = import_module("pledgeflow.assurance.backtesting.running")
    told = import_module("pledgeflow.assurance.backtesting.told")
    called = import_module("pledgeflow.assurance.backtesting.naming").NOTHING_TOLD
    if map_ is not None:
        reading = import_module("pledgeflow.assurance.migrating.reading")
        called = reading.told(reading.read_map(map_)[0])
    calendar = os.environ.get(CALENDAR)
    with existing(db) as engine:
        name = _named(engine, policy)
        asked = running.Asked(name, day(as_of), called, Path(calendar) if calendar else None)
        tests = running.Backtest(engine.store, engine.catalogue, asked, engine.calendar)
        streams = [s for each in _places(engine, jurisdiction) for s in tests.streams(each, cycle)]
        if not streams:
            raise fail("nothing is recorded there; name another jurisdiction or cycle")
        found = running.parallel(database(db), asked, streams, processes or os.cpu_count() or 1)
        totals, words = told.Totals(), _Words(engine, tests, lang)
        with moving(lang.pick("回放", "replaying"), size=False) as bar:
            bar.begin(len(streams))
            shown = _counted(found, totals, bar.move, every)
            if form is Format.JSON:
                _print(words, shown, totals, told.data_of)
            else:
                for each in shown:
                    put(*words.told(each))
        if form is Format.TEXT:
            put(*words.summed(totals))
    if totals.differing:
        raise typer.Exit(FINDINGS)


def _named(engine: Engine, policy: str) -> str:
    """How another process finds the policy too."""
    engine.catalogue.load(policy)
    return (
        policy
        if policy in engine.catalogue.names()
        else str(engine.catalogue.file(policy).resolve())
    )


def _places(engine: Engine, jurisdiction: str | None) -> Iterable[str]:
    if jurisdiction is None:
        return engine.store.jurisdictions()
    place_in(engine, jurisdiction)
    return (jurisdiction,)


def _counted(found: Iterable[Any], totals: Any, move: Any, every: bool) -> Iterator[Any]:
    for traced in found:
        totals.add(traced)
        move(1)
        if every or traced.differs:
            yield traced


def _print(words: _Words, shown: Iterable[Any], totals: Any, data_of: Any) -> None:
    """One document, a pledge at a time, and the totals at its end: it need not fit into memory."""
    typer.echo('{"pledges": [', nl=False)
    before = "\n"
    for traced in shown:
        row = data_of(words.worded(traced))
        typer.echo(before + json.dumps(row, ensure_ascii=False, default=str), nl=False)
        before = ",\n"
    rest = json.dumps({"totals": totals.data()}, ensure_ascii=False, indent=2, default=str)
    typer.echo("\n], " + rest.removeprefix("{").lstrip())


@dataclass(slots=True)
class _Words:
    """Puts what came of streams into words, by the other policy's labels."""

    engine: Engine
    tests: Any
    lang: Lang
    _policies: dict[tuple[str, str], Policy] = field(default_factory=dict)
    _explainers: dict[tuple[str, str], Explainer] = field(default_factory=dict)
    _clauses: dict[str, Clause] | None = None
    _said: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def worded(self, traced: Any) -> Any:
        """The same, with the reasons of refusals that have a cause of their own in both languages."""
        return import_module("pledgeflow.assurance.backtesting.wording").worded(
            traced, self._policy(stream_id(traced.stream)), self._said
        )

    def told(self, traced: Any) -> Iterator[RenderableType]:
        """One stream: how it came out, and each refusal that has a cause of its own."""
        stream, pick = stream_id(traced.stream), self.lang.pick
        yield Text(f"{traced.stream}  {self._came(traced)}", style="bold")
        for refusal in traced.refused:
            if refusal.consequent:
                continue
            act = refusal.act
            head = f"{act.on} {self._command(stream, traced, act)} ({act.actor})"
            yield Padding(Text(head), (0, 0, 0, 2))
            for reason in refusal.verdict.reasons:
                yield Padding(Text(self._reason(stream, traced, reason), style="dim"), (0, 0, 0, 4))
        for put_ in traced.waiting:
            said = pick("尚待他方签署", "would wait for the other party")
            yield Padding(
                Text(f"{put_.on} {self._command(stream, traced, put_)}: {said}"), (0, 0, 0, 2)
            )
        if traced.trouble:
            yield Padding(Text(traced.trouble, style="red"), (0, 0, 0, 2))

    def _came(self, traced: Any) -> str:
        pick = self.lang.pick
        own = sum(1 for each in traced.refused if not each.consequent)
        later, unknown = len(traced.refused) - own, len(traced.unknown)
        parts = [pick(f"不予准许{own}步", f"{own} refused")] if own else []
        if later:
            parts.append(pick(f"因而不准{later}步", f"{later} refused in consequence"))
        if unknown:
            parts.append(pick(f"未知{unknown}项", f"{unknown} unknown"))
        was, would = traced.was, traced.would_be
        for head, before, after in (
            (pick("状态", "state"), was.state, would.state),
            (pick("等次", "grade"), was.grade, would.grade),
            (pick("后果", "outcomes"), ", ".join(was.outcomes), ", ".join(would.outcomes)),
        ):
            if before != after:
                parts.append(f"{head} {before or NONE} → {after or NONE}")
        return pick("；", "; ").join(parts) or pick("无变化", "unchanged")

    def _command(self, stream: StreamId, traced: Any, act: Any) -> str:
        if not act.to:
            return f"`{act.command}`"
        track = traced.would_be.track
        return Labels(self._policy(stream), track, self.lang).label("command", act.to)

    def _reason(self, stream: StreamId, traced: Any, reason: Reason) -> str:
        key = (stream.jurisdiction + "/" + stream.cycle, traced.would_be.track)
        if key not in self._explainers:
            policy = self._policy(stream)
            track = traced.would_be.track or None
            self._explainers[key] = Explainer(policy, track, self._register(), self.lang)
        clauses = f" [{', '.join(reason.clauses)}]" if reason.clauses else ""
        return self._explainers[key].sentence(reason) + clauses

    def _policy(self, stream: StreamId) -> Policy:
        key = (stream.jurisdiction, stream.cycle)
        if key not in self._policies:
            rows = self.engine.store.cycles(stream.jurisdiction)
            row = next(row for row in rows if row.cycle == stream.cycle)
            self._policies[key] = self.tests.policy(row)
        return self._policies[key]

    def _register(self) -> dict[str, Clause]:
        if self._clauses is None:
            self._clauses = self.engine.catalogue.register(self.tests.asked.policy)
        return self._clauses

    def summed(self, totals: Any) -> Iterator[RenderableType]:
        """What came of all of it."""
        pick, data = self.lang.pick, totals.data()
        yield Text("")
        made = table(pick("合计", "in all"), "")
        made.columns[1].justify = "right"
        for zh, en, key in (
            ("承诺及其他事项", "pledges and other streams", "streams"),
            ("其中有变化", "that come out otherwise, or may", "differing"),
            ("已登记的步骤", "recorded acts", "acts"),
            ("不予准许", "refused", "refused"),
            ("因前一步不准而不准", "refused in consequence of another refusal", "consequent"),
            ("尚待他方签署", "waiting for another party", "waiting"),
            ("一方即可、无须再签", "signed by more parties than need be", "spare"),
            ("无从回放", "that could not be replayed", "troubled"),
        ):
            made.add_row(pick(zh, en), str(data[key]))
        yield made
        gists = self._register()
        clauses = (
            (name, number, self.lang.of(gists[name].gist) if name in gists else "")
            for name, number in data["by_clause"].items()
        )
        yield from self._most(pick("依据条款", "by clause"), clauses)
        rules = ((f"{r['rule']} ({r['code']})", r["refused"], "") for r in data["by_rule"])
        yield from self._most(pick("依据规则", "by rule"), rules)
        unknown = ((fact, number, "") for fact, number in data["unknown"].items())
        yield from self._most(pick("未知事实", "unknown facts"), unknown)
        grades = (
            (f"{g['was'] or NONE} → {g['would_be'] or NONE}", g["streams"], "")
            for g in data["grades"]
        )
        yield from self._most(pick("等次", "grades"), grades)
        called = {"eligible": ("可评先评优", "eligible"), "barred": ("不得评先评优", "barred")}
        awards = (
            (f"{pick(*called[name])}: {n['was']} → {n['would_be']}", n["would_be"] - n["was"], "")
            for name, n in data["awards"].items()
        )
        yield from self._most(pick("评先评优", "awards"), awards)
        how = {
            "told": ("按对照", "as told"),
            "means": ("按含义", "by meaning"),
            "none": ("无对应", "nothing"),
        }
        named = (
            (f"{n['track']}: {n['command']} → {n['to'] or NONE}", pick(*how[n["how"]]), "")
            for n in data["names"]
        )
        yield from self._most(pick("步骤对照", "steps called otherwise"), named)

    def _most(self, head: str, rows: Iterable[tuple[str, Any, str]]) -> Iterator[RenderableType]:
        every = list(rows)
        if not every:
            return
        made = table(head, "", "")
        made.columns[1].justify = "right"
        for name, number, gist in every[:MOST]:
            made.add_row(name, str(number), Text(gist, style="dim"))
        if len(every) > MOST:
            made.add_row("…", f"+{len(every) - MOST}", "")
        yield Text("")
        yield made
