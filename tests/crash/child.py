"""Who is killed: does one thing after the other, and says of each when it begins and when it is done.

Run as `python -m tests.crash.child URL`. For each line on its input, a seed and a file, it lets a
process be born that writes there; what is said is given to the system at once, so that it outlives
whoever said it. The processes share what was imported, so that they need no second to begin.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from pledgeflow.errors import PledgeflowError
from pledgeflow.storage.sql import SqlStore
from tests.crash.office import CATALOGUE, POLICIES, TODAY, engine_on, given, wanted

LONGEST = 120
"""So many seconds nobody lives, should whoever is to kill it be gone."""


def live(url: str, seed: int, path: str) -> None:
    """Do what is wanted until somebody puts an end to it, or the database is gone."""
    signal.alarm(LONGEST)
    with open(path, "a", encoding="utf-8") as file, SqlStore(url) as store:
        engine = engine_on(store)
        for say in wanted(seed):
            print(json.dumps({"begun": say}), file=file, flush=True)
            try:
                answers = given(engine, say)
            except PledgeflowError as error:
                print(json.dumps({"lost": str(error)}), file=file, flush=True)
                return
            print(json.dumps({"done": answers}), file=file, flush=True)


def main(url: str) -> None:
    """Let processes be born until nobody asks for one any more."""
    for policy in POLICIES.values():
        CATALOGUE.load(policy, on=TODAY.replace(month=1, day=1), ordinal=1)
    for line in sys.stdin:
        seed, path = line.rstrip("\n").split(" ", 1)
        born = os.fork()
        if not born:
            live(url, int(seed), path)
            os._exit(0)
        print(born, flush=True)
        os.waitpid(born, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
