"""`awards`: the selections of a cycle, level by level: candidates, what they came to, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from rich.console import RenderableType
from rich.text import Text

from pledgeflow.cli.database import cycle_in, existing
from pledgeflow.cli.labels import digests
from pledgeflow.cli.options import (
    CycleArgument,
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OrganizationOption,
    day,
    on_day,
)
from pledgeflow.cli.output import message, print_rows, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.reasons import plain
from pledgeflow.cli.telling import Teller
from pledgeflow.domain.events import Event, LeanedOn
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.awarding import REACTIONS, Candidate, Deed, Fate
from pledgeflow.service import Engine, Selection
from pledgeflow.steps import stream_id

FATES: Mapping[Fate, tuple[str, str]] = {
    "standing": ("候选", "standing"),
    "put_forward": ("已上报", "put forward"),
    "conferred": ("已授予", "conferred"),
    "dropped": ("已退出", "dropped out"),
    "passed_over": ("未入选", "not chosen"),
}


def awards(
    where: CycleArgument,
    *,
    lang: LangOption,
    organization: OrganizationOption = None,
    on: Annotated[
        datetime | None, on_day("As they stood on this day, by what is known of it now.")
    ] = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the selections of awards, level by level from the bottom: who, what came of it, and why."""
    with existing(db) as engine:
        jurisdiction, cycle = cycle_in(engine, where)
        found = engine.selections(jurisdiction, cycle, organization=organization, on=day(on))
        behind = _Behind(engine, engine.cycle_policy(jurisdiction, cycle), lang)
        if form is Format.JSON:
            print_rows(behind.data(each) for each in found)
            return
        parts = [part for each in found for part in behind.told(each)]
    put(*parts)
    if not parts:
        message(lang.pick("本期间没有开始的评选", "no selection has begun in this cycle"))


@dataclass(frozen=True, slots=True)
class _Behind:
    """Tells of selections, with what is behind them elsewhere."""

    engine: Engine
    policy: Policy
    lang: Lang
    _names: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def told(self, selection: Selection) -> Iterator[RenderableType]:
        """A heading, and a row for each candidate."""
        pick, tell = self.lang.pick, self._teller(selection)
        root = self.policy.tracks[selection.track].root
        head = [tell.stream(selection.stream), tell.state(root, selection.state)]
        if selection.places is not None:
            head.append(pick(f"名额{selection.places}", f"places: {selection.places}"))
        if selection.objections:
            number = selection.objections
            head.append(pick(f"未答复异议{number}件", f"objections not answered: {number}"))
        yield Text(" · ".join(head), style="bold")
        heads = (("人选", "candidate"), ("结果", "result"), ("状态", "state"), ("自", "since"))
        made = table(*(pick(*each) for each in (*heads, ("异议", "objections"), ("由来", "by"))))
        made.columns[3].no_wrap = True
        for each in selection.candidates:
            state = tell.state(each.lifecycle, each.state) if each.state else ""
            fate = pick(*FATES[each.fate])
            if each.put_forward and each.fate == "conferred":
                fate += pick("，已上报", ", put forward")
            objections = str(each.objections or "")
            row = (tell.person(each.who), fate, state, str(each.since), objections)
            made.add_row(*row, self._by(each, tell))
        nobody = Text(pick("没有人选", "there are no candidates"), style="dim")
        yield made if made.row_count else nobody
        yield Text("")

    def _by(self, candidate: Candidate, tell: Teller) -> str:
        """The step behind, what it said, and what it follows from elsewhere."""
        deed = candidate.deed
        if not deed.command:
            return self.lang.pick("时间推移", "time")
        said = {k: v for k, v in deed.fields.items() if candidate.given.get(k) != v}
        words = tell.said(said, deed.command)
        called = tell.label("command", deed.command)
        if not deed.reaction:
            return f"{called}: {tell.person(deed.actor)}{words}"
        why = LeanedOn(f"{REACTIONS}{deed.reaction}", deed.source, deed.on, deed.version)
        return f"{called}: {tell.whence(why)}{self._elsewhere(deed)}{words}"

    def _elsewhere(self, deed: Deed) -> str:
        """What happened in the other stream."""
        stream = stream_id(deed.source)
        event = self._event(deed)
        if event is None:
            return ""
        track = self.engine.state(stream).track
        names = self._named(stream.jurisdiction)
        told = Teller(self.policy, track, self.lang, names).what(event)
        return f"\n{tell_first(told)}"

    def _event(self, deed: Deed) -> Event | None:
        if not deed.source:
            return None
        history = self.engine.history(deed.source)
        found = (stored.event for stored in history if stored.version == deed.version)
        return next(found, None)

    def _teller(self, selection: Selection) -> Teller:
        stream = selection.stream
        wanted = [d for each in selection.candidates for d in digests(each.deed.fields)]
        words = self.engine.store.texts(stream.jurisdiction, wanted)
        names = self._named(stream.jurisdiction)
        return Teller(self.policy, selection.track, self.lang, names, words)

    def _named(self, jurisdiction: str) -> Mapping[str, str]:
        if jurisdiction not in self._names:
            self._names[jurisdiction] = self.engine.store.directory(jurisdiction).names
        return self._names[jurisdiction]

    def data(self, selection: Selection) -> dict[str, Any]:
        """The same for programs."""
        words = self._teller(selection).words
        return {
            "selection": str(selection.stream),
            "track": selection.track,
            "organization": selection.organization,
            "level": selection.level,
            "state": selection.state,
            "since": selection.since,
            "ended": selection.ended,
            "places": selection.places,
            "objections": selection.objections,
            "candidates": [_candidate(each, words) for each in selection.candidates],
        }


def tell_first(told: str) -> str:
    """The first line of what is told of an event."""
    return told.partition("\n")[0]


def _candidate(each: Candidate, words: Mapping[str, str]) -> dict[str, Any]:
    deed = each.deed
    return {
        "who": each.who,
        "subject": each.subject,
        "result": each.fate,
        "put_forward": each.put_forward,
        "state": each.state or None,
        "since": each.since,
        "objections": each.objections,
        "by": {
            "command": deed.command or None,
            "actor": deed.actor or None,
            "capacity": deed.capacity or None,
            "on": deed.on,
            "fields": {k: words.get(str(plain(v)), plain(v)) for k, v in deed.fields.items()},
            "reaction": deed.reaction or None,
            "from": {"stream": deed.source, "version": deed.version} if deed.source else None,
        },
    }
