"""Where a pledge is worked on: the policy it is judged by, its clauses, and who is who."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pledgeflow.cli.options import Lang
from pledgeflow.cli.payload import meant, payload, whole
from pledgeflow.cli.reasons import Explainer
from pledgeflow.cli.telling import Teller, sealed_in
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.filing import POLICY
from pledgeflow.policy.language.register import Clause
from pledgeflow.policy.language.schema import Rules
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.policy.words import Label
from pledgeflow.service import Engine
from pledgeflow.service.filings import as_day
from pledgeflow.steps import stream_id
from pledgeflow.storage.store import CycleRow

AMENDING = ("correct", "annul")


@dataclass(frozen=True, slots=True)
class Desk:
    """One pledge, whether it has begun or not.

    names: of people and organizations, by id; closed: the day on which its cycle was, if it was
    """

    engine: Engine
    stream: StreamId
    lang: Lang
    policy: Policy
    clauses: Mapping[str, Clause]
    names: Mapping[str, str]
    closed: date | None

    @classmethod
    def at(cls, engine: Engine, pledge: str, lang: Lang) -> Desk:
        """The desk for a pledge. Raises PledgeflowError where no cycle of that name was opened."""
        stream = stream_id(pledge)
        policy = engine.policy(stream)
        row = next(r for r in engine.store.cycles(stream.jurisdiction) if r.cycle == stream.cycle)
        names = engine.store.directory(stream.jurisdiction).names
        return cls(engine, stream, lang, policy, clauses_of(engine, row), names, row.closed)

    def explainer(self, track: str) -> Explainer:
        """Puts verdicts into words; people by name, with their ids. track: "" if there is none."""
        names = {key: f"{name} [{key}]" for key, name in self.names.items()}
        return Explainer(self.policy, track or None, self.clauses, self.lang, names, options=True)

    def teller(self, track: str, events: list[Event]) -> Teller:
        """Tells what happened, with the free text that is still there."""
        wanted = [digest for event in events for digest in sealed_in(event)]
        words = self.engine.store.texts(self.stream.jurisdiction, wanted)
        return Teller(self.policy, track, self.lang, self.names, words)

    def hint(self) -> str:
        """What else the policy has, where it has nothing under the place that a stream names."""
        tracks = self.policy.document.tracks.values()
        places = sorted({track.place for track in tracks if track.place})
        if self.stream.venue in ("", *places) or not places:
            return ""
        named = self.lang.pick("、", ", ").join(f"`@{place}`" for place in places)
        zh = f"本办法没有 `@{self.stream.venue}`；现有 {named}，或者不写 `@`"
        en = f"this policy has no `@{self.stream.venue}`; it has {named}, and pledges without `@`"
        return self.lang.pick(zh, en)

    def step(self, do: str) -> str:
        """The id of a step that is named by id or by label."""
        rules = self._source().commands
        return meant(do, {name: each.label for name, each in rules.items()})

    def role(self, capacity: str) -> str:
        """The id of a role that is named by id or by label."""
        roles = {name: each.label for name, each in self._source().roles.items()}
        return meant(capacity, {PROMISOR: Label(zh="承诺人", en="promisor"), **roles})

    def fields(self, said: list[str], do: str, on: date | None = None) -> dict[str, Any]:
        """What `name=value` words say, typed as the policy declares the step, or what it amends.

        on: the day of the step, today if it names none; a policy may be given by its path
        """
        state = self.engine.state(self.stream)
        commands = self.policy.tracks[state.track].commands
        evaluation = self._source().evaluation
        tiers = evaluation.tiers if evaluation is not None else {}
        if do not in AMENDING:
            named = commands.get(do)
            given = payload(said, named, tiers)
            specs = named.rules.fields if named is not None else {}
            return {
                key: self._value(specs.get(key), value, given, on) for key, value in given.items()
            }
        targets = (each.partition("=")[2] for each in said if each.startswith("target="))
        target = whole(next(targets, ""))
        record = state.record(target) if isinstance(target, int) else None
        return payload(said, commands.get(record.command if record is not None else ""), tiers)

    def _value(
        self, spec: CommandField | None, value: Any, given: Mapping[str, Any], on: date | None
    ) -> Any:
        """A value; a policy that is not in the catalogue by its name and digest."""
        known = self.engine.catalogue.names()
        if spec is None or spec.type != POLICY or "@" in value or value in known:
            return value
        days = (as_day(each) for each in given.values())
        day = next(filter(None, days), on or self.engine.clock())
        ordinal = self.engine.state(self.stream).cycle.ordinal
        return self.engine.identify(value, on=day, ordinal=ordinal)

    def _source(self) -> Rules:
        return self.policy.tracks[self.engine.state(self.stream).track].source


def clauses_of(engine: Engine, row: CycleRow) -> Mapping[str, Clause]:
    """The register of the policy that a cycle runs by; nothing, if its files have gone since."""
    try:
        return engine.catalogue.register(row.policy)
    except PolicyError:
        return {}
