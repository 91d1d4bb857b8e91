"""Policies that are filed: which a step names, and which is in force when. Beneath `engine`.

A step names a policy of the catalogue; what is recorded is its name and digest, and what it says is
kept in the store, so that a cycle can be opened with it whatever becomes of its files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Corrected, Event, Recorded, Signed
from pledgeflow.domain.states import State
from pledgeflow.errors import InvalidCommandError, PledgeflowError, PolicyError
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.judging.filing import DAY, POLICY, Filed, Term, filed, terms
from pledgeflow.policy.judging.intake import POLICY as WRITTEN
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.service.casework import AMENDING, Case
from pledgeflow.steps import Asked
from pledgeflow.storage.store import EventStore, PledgeRow

FILING = "filing"


@dataclass(frozen=True, slots=True)
class Filing:
    """A policy that an organization has filed, and how that stands.

    state: of the filing's stream; term: when it is in force, if it was approved (and not taken
    over on the very day)
    """

    organization: str
    track: str
    state: str
    filed: Filed
    term: Term | None


class Filings(NamedTuple):
    """known: policies that have been looked up, by digest; read: a stream and its rules."""

    store: EventStore
    catalogue: Catalogue
    known: MutableMapping[str, Policy]
    read: Callable[[StreamId], tuple[Ruleset, State]]

    def named(self, case: Case, asked: Asked) -> Asked:
        """The step with every policy that it names as `name@digest`.

        Raises InvalidCommandError where one is neither in the catalogue nor kept.
        """
        specs = _specs(case, asked)
        given = {n: asked.fields[n] for n, s in specs.items() if s.type == POLICY}
        if not given:
            return asked
        days = (asked.fields[name] for name, spec in specs.items() if spec.type == DAY)
        on = as_day(next(days, None)) or asked.on
        ordinal = case.state.cycle.ordinal
        found: dict[str, object] = {}
        for name, said in given.items():
            if isinstance(said, str):
                found[name] = self._digest(asked.do, name, said, (on, ordinal))
        return asked._replace(fields={**asked.fields, **found})

    def identify(self, policy: str, *, on: date, ordinal: int = 1) -> str:
        """See `Engine.identify`."""
        loaded = self.catalogue.load(policy, on=on, ordinal=ordinal)
        if loaded.document.abstract:
            raise PledgeflowError(
                f"`{loaded.name}` is only for others to extend; name one that does"
            )
        self.known[loaded.digest] = loaded
        return f"{loaded.name}@{loaded.digest}"

    def retain(self, events: Iterable[Event]) -> None:
        """Keep the policies that events name and that have been looked up."""
        for event in events:
            if isinstance(event, Recorded | Signed | Corrected):
                for value in event.fields.values():
                    written = WRITTEN.fullmatch(value) if isinstance(value, str) else None
                    if written is not None and written[2] in self.known:
                        self._put(self.known[written[2]])

    def all(self, jurisdiction: str, organization: str | None = None) -> Iterator[Filing]:
        """Every policy that was filed, organization by organization."""
        streams: dict[str, list[PledgeRow]] = {}
        for row in self.store.pledges(jurisdiction):
            if row.stream.aggregate == FILING and organization in (None, row.organization):
                streams.setdefault(row.organization, []).append(row)
        for rows in streams.values():
            found = [(row, each) for row in rows for each in filed(*self.read(row.stream))]
            by_filing = {term.filed: term for term in terms(each for _, each in found)}
            yield from (
                Filing(row.organization, row.track, row.state, each, by_filing.get(each))
                for row, each in found
            )

    def in_force(
        self, jurisdiction: str, on: date, organization: str | None = None
    ) -> Mapping[str, Filing]:
        """Organization -> the filed policy that is in force there on a day."""
        return {
            filing.organization: filing
            for filing in self.all(jurisdiction, organization)
            if filing.term is not None and filing.term.holds(on)
        }

    def _digest(self, do: str, name: str, said: str, moment: tuple[date, int]) -> str:
        written = WRITTEN.fullmatch(said)
        called = written[1] if written is not None else said
        on, ordinal = moment
        if written is not None and self._kept(called, written[2]):
            return said
        if called not in self.catalogue.names():
            # A path would let whoever fills in a form read files.
            known = ", ".join(f"`{each}`" for each in self.catalogue.names()) or "none"
            problem = f"`{name}`: there is no policy `{said}`; known are {known}"
            raise InvalidCommandError(do, (problem,))
        try:
            loaded = self.catalogue.load(called, on=on, ordinal=ordinal)
        except PolicyError as error:
            first = error.problems[0].message
            problem = f"`{name}`: the policy `{called}` cannot be loaded: {first}"
            raise InvalidCommandError(do, (problem,)) from None
        if loaded.document.abstract:
            problem = f"`{name}`: `{called}` is only for others to extend; name one that does"
            raise InvalidCommandError(do, (problem,))
        if written is not None and written[2] != loaded.digest:
            problem = (
                f"`{name}`: `{called}` has the digest {loaded.digest} on {on}; "
                "name that, or the policy without a digest"
            )
            raise InvalidCommandError(do, (problem,))
        self.known[loaded.digest] = loaded
        return f"{called}@{loaded.digest}"

    def _kept(self, name: str, digest: str) -> bool:
        if digest in self.known:
            return self.known[digest].name == name
        kept = self.store.policy(digest)
        return kept is not None and kept.name == name

    def _put(self, policy: Policy) -> None:
        self.store.put_policy(policy.digest, policy.name, policy.body, version("pledgeflow"))


def _specs(case: Case, asked: Asked) -> Mapping[str, CommandField]:
    """The fields that a step says something in."""
    name = asked.do
    if name in AMENDING:
        target = asked.fields.get("target")
        record = case.state.record(target) if isinstance(target, int) else None
        name = record.command if record is not None else name
    command = case.rules.commands.get(name)
    specs = command.rules.fields if command is not None else {}
    return {key: spec for key, spec in specs.items() if key in asked.fields}


def as_day(said: object) -> date | None:
    """A day as a step may give it; nothing where it is none."""
    if isinstance(said, str):
        try:
            return date.fromisoformat(said)
        except ValueError:
            return None  # what is no date is refused where fields are typed
    return said if isinstance(said, date) else None
