"""`people`: who has pledged, who has not and must, and who need not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pledgeflow.cli.addressed import addressed
from pledgeflow.cli.database import cycle_in, existing
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import (
    CycleArgument,
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    OrganizationOption,
    day,
)
from pledgeflow.cli.output import message, print_rows, table
from pledgeflow.cli.output import show as put
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service.ledgers import Place, Standing, coverage_of

STANDINGS: dict[Place, tuple[str, str]] = {
    "pledged": ("已承诺", "pledged"),
    "missing": ("应诺未诺", "missing"),
    "need_not": ("不必承诺", "need not"),
}
WHO = 0
"""The column with whom it is about, by an id that can be copied."""
DUTIES = {
    "required": ("应当承诺", "has to"),
    "voluntary": ("自愿承诺", "as they wish"),
    "none": ("不在承诺人之列", "is in no track"),
}


def people(
    where: CycleArgument,
    *,
    lang: LangOption,
    missing: Annotated[
        bool, typer.Option("--missing", help="Only who has to pledge and has not.")
    ] = False,
    organization: OrganizationOption = None,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show who has pledged, who is missing, and who need not and why."""
    with existing(db) as engine:
        jurisdiction, cycle = cycle_in(engine, where)
        policy = engine.cycle_policy(jurisdiction, cycle)
        rows_of = engine.store.cycles(jurisdiction)
        starts = next(row.starts for row in rows_of if row.cycle == cycle)
        if (day(on) or engine.clock()) < starts:
            zh = f"本期间自{starts}开始，此前没有应诺未诺的人员"
            message(lang.pick(zh, f"the cycle begins on {starts}; nobody is missing before that"))
            if form is Format.JSON:
                print_rows(())
            return
        found = engine.people(jurisdiction, cycle, organization=organization, on=day(on))
        wanted = (each for each in found if not missing or each.standing == "missing")
        if form is Format.JSON:
            print_rows(map(_data, wanted))
            return
        named = engine.store.directory(jurisdiction).names
        telling = _Telling(policy, lang, named)
        rows = list(wanted)
    put(*telling.told(rows))


@dataclass(frozen=True, slots=True)
class _Telling:
    policy: Policy
    lang: Lang
    names: Any

    def told(self, rows: list[Standing]) -> list[RenderableType]:
        label = self.lang.of(coverage_of(self.policy).label)
        counts = Counter(each.standing for each in rows)
        parts = [
            f"{self.lang.pick(*said)} {counts[standing]}"
            for standing, said in STANDINGS.items()
            if counts[standing]
        ]
        parts = parts or [self.lang.pick("没有这样的人员", "there is nobody")]
        first = Text(" · ".join([*([label] if label else []), *parts]), style="bold")
        if not rows:
            return [first]
        return [first, *self._listed(rows), Text(), self._units(rows)]

    def _listed(self, rows: Iterable[Standing]) -> Iterator[RenderableType]:
        heads = (
            ("人员或组织", "who"),
            ("所在组织", "organization"),
            ("类别", "track"),
            ("情况", "standing"),
            ("状态", "state"),
            ("依据", "clauses"),
        )
        told = [
            (
                self._who(each),
                self.names.get(each.asked.organization, each.asked.organization),
                self._track(each),
                self.lang.pick(*STANDINGS[each.standing]),
                self._state(each),
                self.lang.pick("、", ", ").join(each.clauses),
            )
            for each in rows
        ]
        return addressed([self.lang.pick(*head) for head in heads], told, WHO)

    def _who(self, each: Standing) -> str:
        asked = each.asked
        name = self.names.get(asked.owner, asked.owner)
        called = asked.owner if name == asked.owner else f"{name} ({asked.owner})"
        if not asked.venue:
            return called
        venue = self.lang.of(self.policy.document.venues.get(asked.venue), asked.venue)
        return f"{called} @ {venue}"

    def _track(self, each: Standing) -> str:
        """The track, and what it obliges to where that is not the rule."""
        asked, tracks = each.asked, self.policy.document.tracks
        duty = self.lang.pick(*DUTIES[asked.duty])
        gone = self.policy.spared.get(asked.track)
        if asked.track in tracks:
            label = self.lang.of(tracks[asked.track].label)
        elif gone is not None and gone.label is not None:
            label = self.lang.of(gone.label)
        else:
            return duty
        return (
            label
            if asked.duty == "required"
            else self.lang.pick(f"{label}（{duty}）", f"{label} ({duty})")
        )

    def _state(self, each: Standing) -> str:
        if not each.state:
            asked = each.asked.duty != "none"
            return self.lang.pick("未启动", "not begun") if asked else ""
        track = each.track
        labels = Labels(self.policy, track, self.lang, self.names)
        return labels.state(self.policy.tracks[track].root, each.state)

    def _units(self, rows: Iterable[Standing]) -> Table:
        """How many stand how in each unit, of those who are asked to pledge at all."""
        counts = Counter((e.unit, e.standing) for e in rows if e.asked.duty != "none")
        unit = self.lang.pick("分组", "counted by")
        made = table(unit, *(self.lang.pick(*said) for said in STANDINGS.values()))
        for name in sorted({unit for unit, _ in counts}):
            called = self.names.get(name, name) or self.lang.pick("未填", "not said")
            made.add_row(called, *(str(counts[name, standing]) for standing in STANDINGS))
        for column in made.columns[1:]:
            column.justify = "right"
        return made


def _data(each: Standing) -> dict[str, Any]:
    asked = each.asked
    return {
        "who": asked.owner,
        "venue": asked.venue,
        "organization": asked.organization,
        "track": asked.track,
        "duty": asked.duty,
        "standing": each.standing,
        "state": each.state or None,
        "unit": each.unit,
        "rule": asked.rule or None,
        "clauses": each.clauses,
    }
