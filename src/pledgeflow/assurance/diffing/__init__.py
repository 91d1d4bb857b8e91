"""What two policies permit differently: both run together with the real `decide` and `evolve`."""

from __future__ import annotations

from pledgeflow.assurance.diffing.aligning import Alignment, aligned
from pledgeflow.assurance.diffing.pairing import Compared, Difference, compare

__all__ = ["Alignment", "Compared", "Difference", "aligned", "compare"]
