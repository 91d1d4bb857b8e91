"""One engine for all threads of a server: it is safe to share, and nobody's step is lost.

Run it: `python examples/embedding/threads.py sqlite:///portal.db`
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from office import DAY, founded, opening

from pledgeflow import Engine
from pledgeflow.storage.sql import SqlStore

STEPS = 40


def main(url: str) -> None:
    """Eight threads work on one pledge, each step with a key of its own."""
    with SqlStore(url) as store:
        engine = founded(Engine(store, tries=50))
        engine.do(*opening("wang"))
        heard = {"do": "consult", "actor": "wang", "capacity": "promisor", "channel": "visits"}

        def consult(number: int) -> int:
            step = {**heard, "on": DAY, "heard": f"opinion {number}"}
            return engine.do("county/2025/wang", step, key=f"form-{number}").state.version

        with ThreadPoolExecutor(8) as threads:
            versions = list(threads.map(consult, range(STEPS)))
        records = engine.state("county/2025/wang").records["consult"]
        print(f"{len(records)} opinions recorded, {len(set(versions))} different versions")


if __name__ == "__main__":
    main(sys.argv[1])
