"""A town whose policy is followed by another one, in the middle of the year: for tests of migrating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pledgeflow.assurance.migrating.checking import Finding
from pledgeflow.assurance.migrating.reading import Between, migration, read_map
from pledgeflow.assurance.migrating.surveying import Survey, source_of, survey
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service.migrating import Migration
from pledgeflow.storage.store import EventStore
from tests.town import POLICIES, REGISTER, Town, town

RENAMED = (
    ("policy: town", "policy: later"),
    ("promised:", "standing_by:"),
    ("source: promised", "source: standing_by"),
    ("dest: promised", "dest: standing_by"),
    ("  rate:\n", "  judge:\n"),
    ("do: rate", "do: judge"),
    ("      rate: {", "      judge: {"),
    ("command: rate", "command: judge"),
)
"""The same rules, of which some are called otherwise."""
MAP = """
from: town
to: later
new_rules: {from: 2025-06-15}
states:
  pledge: {promised: standing_by, others: same}
  year: same
  selection: same
  candidacy: same
  filing: same
commands: {rate: judge}
"""
ORDERED = date(2025, 6, 20)


@dataclass
class Follow:
    """Town, with another policy beside it in the catalogue."""

    town: Town
    folder: Path

    @classmethod
    def of(
        cls,
        folder: Path,
        *changes: tuple[str, str],
        store: EventStore | None = None,
        renamed: bool = True,
    ) -> Follow:
        """changes: in the text of the later policy, beside what is renamed"""
        (folder / "later").mkdir()
        text = town(*(RENAMED if renamed else RENAMED[:1]), *changes)
        (folder / "later" / "policy.yaml").write_text(text, encoding="utf-8")
        (folder / "later" / "clauses.yaml").write_bytes(REGISTER.read_bytes())
        played = Town(store=store)
        played.engine.catalogue = Catalogue((POLICIES, folder))
        return cls(played, folder)

    @property
    def later(self) -> Policy:
        """The policy that follows, as of the first day on which it holds."""
        return self.town.engine.catalogue.load("later", on=date(2025, 6, 15), ordinal=1)

    def plan(self, text: str = MAP) -> Migration:
        """The migration that a map says."""
        path = self.folder / "map.yaml"
        path.write_text(text, encoding="utf-8")
        written, source = read_map(path)
        catalogue = self.town.engine.catalogue
        engine = self.town.engine
        before = source_of(engine, engine.cycle("t", "2025"), self.later)
        between = Between(before, self.later, catalogue.register("later"))
        return migration(written, source, between, today=ORDERED)

    def survey(self, text: str = MAP) -> Survey:
        """What it would do."""
        engine = self.town.engine
        row = engine.cycle("t", "2025")
        return survey(engine, row, self.plan(text))

    def findings(self, text: str = MAP) -> list[Finding]:
        """What stands against it."""
        return self.survey(text).findings

    def go(self, text: str = MAP) -> tuple[StreamId, ...]:
        """Carry it out."""
        engine = self.town.engine
        return engine.migrate("t", "2025", self.plan(text), moment=("mayor", ORDERED))
