"""pledgeflow: promises that public bodies make in public, run by the rules that order them.

The front door: what a host needs. Anything else is imported from where it stands; the database
from `pledgeflow.storage.sql`, what a tester needs from `pledgeflow.testing`. Each name is imported
when it is first asked for, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pledgeflow.catalogue import Catalogue
    from pledgeflow.decision import decide, explain, needed, permitted
    from pledgeflow.domain.commands import Annul, Command, Correct, StreamId, Tick
    from pledgeflow.domain.directory import DirectoryData
    from pledgeflow.domain.evolution import evolve, fold
    from pledgeflow.domain.facts import Facts
    from pledgeflow.domain.states import State
    from pledgeflow.errors import (
        CalendarError,
        ConflictError,
        DirectoryError,
        InvalidCommandError,
        MissingFactError,
        PledgeflowError,
        PolicyError,
        Problem,
        Reason,
        RefusedError,
        RemedyStep,
        Ruling,
        StorageError,
        UnfinishedError,
        UnknownPolicyError,
        Verdict,
    )
    from pledgeflow.policy.compiled.rules import Policy
    from pledgeflow.service import Done, Due, Engine, Filing, Order, Selection
    from pledgeflow.storage.memory import MemoryStore

_STANDS_IN = {
    "catalogue": "Catalogue",
    "decision": "decide explain needed permitted",
    "domain.commands": "Annul Command Correct StreamId Tick",
    "domain.directory": "DirectoryData",
    "domain.evolution": "evolve fold",
    "domain.facts": "Facts",
    "domain.states": "State",
    "errors": "CalendarError ConflictError DirectoryError InvalidCommandError MissingFactError "
    "PledgeflowError PolicyError Problem Reason RefusedError RemedyStep Ruling "
    "StorageError UnfinishedError UnknownPolicyError Verdict",
    "policy.compiled.rules": "Policy",
    "service": "Done Due Engine Filing Order Selection",
    "storage.memory": "MemoryStore",
}
_PLACES = {
    name: f"{__name__}.{module}" for module, names in _STANDS_IN.items() for name in names.split()
}

__all__ = [
    "Annul",
    "CalendarError",
    "Catalogue",
    "Command",
    "ConflictError",
    "Correct",
    "DirectoryData",
    "DirectoryError",
    "Done",
    "Due",
    "Engine",
    "Facts",
    "Filing",
    "InvalidCommandError",
    "MemoryStore",
    "MissingFactError",
    "Order",
    "PledgeflowError",
    "Policy",
    "PolicyError",
    "Problem",
    "Reason",
    "RefusedError",
    "RemedyStep",
    "Ruling",
    "Selection",
    "State",
    "StorageError",
    "StreamId",
    "Tick",
    "UnfinishedError",
    "UnknownPolicyError",
    "Verdict",
    "decide",
    "evolve",
    "explain",
    "fold",
    "needed",
    "permitted",
]

if not TYPE_CHECKING:  # a type checker would believe that anything may be asked for

    def __getattr__(name: str) -> object:
        """A name of the front door, which is remembered."""
        if name not in _PLACES:
            raise AttributeError(f"module `{__name__}` has no attribute `{name}`", name=name)
        value = globals()[name] = getattr(import_module(_PLACES[name]), name)
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
