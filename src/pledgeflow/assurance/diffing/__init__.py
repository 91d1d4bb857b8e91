"""What two policies permit differently: both run together with the real `decide` and `evolve`."""

from __future__ import annotations

from pledgeflow.assurance.diffing.aligning import Alignment, aligned, counterparts
from pledgeflow.assurance.diffing.found import Compared, Difference, Move
from pledgeflow.assurance.diffing.pairing import compare
from pledgeflow.assurance.diffing.written import AlignFile, read_alignment

__all__ = [
    "AlignFile",
    "Alignment",
    "Compared",
    "Difference",
    "Move",
    "aligned",
    "compare",
    "counterparts",
    "read_alignment",
]
