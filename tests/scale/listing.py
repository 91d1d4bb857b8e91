"""Lists a county's duties in a process of its own, and says how many and what memory it took.

`python -m tests.scale.listing county.db`: a fresh process has no room left over from building the
county in which a list could hide.
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import islice
from pathlib import Path

from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.scale.county import BEGUN, COUNTY
from tests.strategies import CATALOGUE

YEAR_S_END = date(2025, 12, 31)
WARM = 600
"""By then everything that is only looked up once has been: the policy, the statements."""


def listed(database: str) -> tuple[int, int]:
    """How many duties there are, and by how many bytes the process has grown over the rest."""
    with SqlStore(database) as store:
        duties = Engine(store, CATALOGUE, lambda: BEGUN).duties(COUNTY, until=YEAR_S_END)
        number = sum(1 for _ in islice(duties, WARM))
        before = most_held()
        number += sum(1 for _ in duties)
        return number, most_held() - before


def most_held() -> int:
    """The most bytes of memory that this process has held so far, as Linux counts them.

    What `getrusage` says is inherited from the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(*listed(f"sqlite:///{sys.argv[1]}"))
