"""Catalogues that scenarios are played against: one that reads each file once, and altered ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.marks import Layer
from pledgeflow.policy.overlay import Resolved, normalise, settle
from pledgeflow.policy.rules import Policy

Moment: TypeAlias = tuple[str, date | None, int]
"""A policy by name, the day its rules are wanted for, and the ordinal of the cycle."""


@dataclass(frozen=True, slots=True)
class Shelf(Catalogue):
    """A catalogue that reads every file once: for a run, not for an editor."""

    source: Catalogue = field(default_factory=Catalogue)
    _layers: dict[Moment, list[Layer]] = field(default_factory=dict, repr=False)
    _resolved: dict[Moment, Resolved] = field(default_factory=dict, repr=False)
    _loaded: dict[Moment, Policy] = field(default_factory=dict, repr=False)

    @classmethod
    def over(cls, source: Catalogue) -> Shelf:
        """A shelf of what a catalogue holds; a shelf is its own."""
        if isinstance(source, Shelf):
            return source
        return cls(source.roots, source.guards, source=source)

    def layers(self, name: str, on: date | None, ordinal: int) -> list[Layer]:
        """The files of a policy and its ancestors as of a moment, settled and normalised."""
        key = (name, on, ordinal)
        if key not in self._layers:
            sources = (source for _, source in self.source.lineage(name))
            self._layers[key] = [normalise(settle(s, on=on, ordinal=ordinal)) for s in sources]
        return self._layers[key]

    def resolved(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Resolved:
        """See `Catalogue.resolved`."""
        key = (name, on, ordinal)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(name, on, ordinal)
        return self._resolved[key]

    def load(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Policy:
        """See `Catalogue.load`."""
        key = (name, on, ordinal)
        if key not in self._loaded:
            self._loaded[key] = self._load(name, on, ordinal)
        return self._loaded[key]

    def _resolve(self, name: str, on: date | None, ordinal: int) -> Resolved:
        return self.source.resolved(name, on=on, ordinal=ordinal)

    def _load(self, name: str, on: date | None, ordinal: int) -> Policy:
        return self.source.load(name, on=on, ordinal=ordinal)
