"""Whether what ledgers and coverage show exists: in at least one of the tracks, since they show many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.policy.checks.finding import Finding, Place, Surface, unknown
from pledgeflow.policy.language.ledgers import Column, Coverage, Ledger
from pledgeflow.policy.language.schema import Document
from pledgeflow.policy.language.steps import CommandField

GIVEN = "command that somebody can give"
OF_RECORDS = {
    "actor": "an act has an actor; say `records:` under `rows:`, or take this column out",
    "capacity": "an act has a capacity; say `records:` under `rows:`, or take this column out",
    "next": "only what follows a record can be next; say `last:`, or `records:` under `rows:`",
}


def ledger_findings(document: Document, surfaces: Sequence[Surface]) -> Iterator[Finding]:
    """Everything wrong with a policy's ledgers and with what it counts as having pledged."""
    if not surfaces:
        return  # an abstract policy says what others keep, of items that only they have
    for name, ledger in document.ledgers.items():
        yield from _Ledger(("ledgers", name), ledger, surfaces).findings()
    if document.coverage is not None:
        pledging = [s for s in surfaces if document.tracks[s.track].aggregate == PLEDGE]
        yield from _coverage(document.coverage, pledging)


@dataclass(frozen=True, slots=True)
class _Ledger:
    place: Place
    ledger: Ledger
    surfaces: Sequence[Surface]

    def findings(self) -> Iterator[Finding]:
        place, surfaces = self.place, self.surfaces
        roles = {role for surface in surfaces for role in surface.roles}
        yield from unknown((*place, "kept_by"), "role", self.ledger.kept_by, roles)
        yield from self._rows()
        if not self.ledger.columns:
            yield (*place, "columns"), "a ledger needs columns; say what it shows"
        for name, column in self.ledger.columns.items():
            yield from self._column((*place, "columns", name, "from"), column)

    def _rows(self) -> Iterator[Finding]:
        place, rows, surfaces = (*self.place, "rows"), self.ledger.rows, self.surfaces
        if rows.items is not None:
            items = {name for s in surfaces for name in s.rules.lifecycles if name != s.root}
            yield from unknown((*place, "items"), "lifecycle of items", (rows.items,), items)
            states = {state for s in surfaces for state in s.book.states(rows.items or "")}
            if rows.items in items:
                yield from unknown((*place, "in"), "state", rows.states, states)
        given = {command for surface in surfaces for command in surface.given}
        yield from unknown((*place, "records"), GIVEN, rows.records, given)
        outcomes = {name for surface in surfaces for name in surface.rules.outcomes}
        yield from unknown((*place, "outcomes"), "outcome", rows.outcomes, outcomes)

    def _column(self, place: Place, column: Column) -> Iterator[Finding]:
        ((word, name),) = column.from_.said
        records = self.ledger.rows.records
        if word in OF_RECORDS and not records:
            yield place, OF_RECORDS[word]
        match word:
            case "last" | "next":
                given = {command for surface in self.surfaces for command in surface.given}
                yield from unknown((*place, word), GIVEN, (name,), given)
            case "field":
                yield from unknown((*place, word), "field", (name,), self._fields())
            case "of_item" | "status":
                fields = self._of_items()
                yield from unknown((*place, word), "field", (name,), fields)
                if word == "status" and name in fields and "date" not in fields[name]:
                    yield (*place, word), f"`{name}` is no date; name the field of a time limit"
            case _:
                pass

    def _fields(self) -> Mapping[str, set[str]]:
        """Field -> its types: of the records that there are rows for, or else of the items."""
        records = self.ledger.rows.records
        if not records:
            return self._of_items()
        commands = (s.rules.commands.get(name) for s in self.surfaces for name in records)
        return _typed(c.fields for c in commands if c is not None)

    def _of_items(self) -> Mapping[str, set[str]]:
        """Field -> its types: of what items say, of those that there are rows for or of all."""
        only = self.ledger.rows.items
        return _typed(
            surface.rules.commands[name].fields
            for surface in self.surfaces
            for lifecycle in surface.rules.lifecycles
            if only in (None, lifecycle)
            for name in (*surface.book.adders(lifecycle), *surface.book.amenders(lifecycle))
            if name in surface.rules.commands
        )


def _typed(sets: Iterable[Mapping[str, CommandField]]) -> Mapping[str, set[str]]:
    types: dict[str, set[str]] = {}
    for fields in sets:
        for name, spec in fields.items():
            types.setdefault(name, set()).add(spec.type)
    return types


def _coverage(coverage: Coverage, surfaces: Sequence[Surface]) -> Iterator[Finding]:
    made = coverage.pledged
    roots = {s.track: s.book.states(s.root) for s in surfaces}
    states = {state for found in roots.values() for state in found}
    yield from unknown(("coverage", "pledged", "in"), "state of a pledge", made.states, states)
    fields = {f for s in surfaces for c in s.rules.commands.values() for f in c.fields}
    by = (coverage.unit.field,) if coverage.unit.field is not None else ()
    yield from unknown(("coverage", "unit", "field"), "field", by, fields)
    for surface in surfaces:
        given = (surface.rules.commands[name].means for name in surface.given)
        if not set(made.means) & set(given) and not set(made.states) & roots[surface.track]:
            yield (
                ("coverage", "pledged"),
                f"nobody in the track `{surface.track}` can ever have pledged; name a step that "
                "they take, or a state of their pledge",
            )
