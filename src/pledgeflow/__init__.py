"""pledgeflow: promises that public bodies make in public, run by the rules that order them.

The front door: what a host needs. Anything else is imported from where it stands; the database
from `pledgeflow.storage.sql`, what a tester needs from `pledgeflow.testing`.
"""

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
