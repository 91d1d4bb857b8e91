"""What an audit finds, as data: which event, and what is the matter with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

What = Literal[
    # of an event
    "changed",
    "misplaced",
    "missing",
    "beyond",
    "columns",
    "rewritten",
    # of a stream
    "headless",
    "head",
    # of what stands beside the log, or of the file itself
    "file",
    "words",
    "rules",
    # of checkpoints
    "checkpoint_missing",
    "checkpoint_unreadable",
    "checkpoint_order",
    "checkpoint_signature",
    "checkpoint_other",
    "checkpoint_root",
]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    stream: its name; version: the first bad event (0: of no event); upto: the last one that may be
    bad, where more than one is in question; checkpoint: its number, if one says so (0: none); of:
    a digest, where something beside the log is meant
    """

    what: What
    stream: str = ""
    version: int = 0
    upto: int = 0
    checkpoint: int = 0
    of: str = ""

    @property
    def data(self) -> dict[str, str | int]:
        """What is said of it, as JSON-able data; what says nothing is left out."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found. findings: one of each stream, the first bad event."""

    jurisdiction: str
    events: int
    streams: int
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
