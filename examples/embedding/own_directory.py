"""Bring your own directory: who is who stays where it is, and the engine asks.

Run it: `python examples/embedding/own_directory.py sqlite:///portal.db`
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import date

from office import opening

from pledgeflow import Engine
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.storage.sql import SqlStore

STAFF = {"wang": "branch", "li": "branch"}
"""Stands for the portal's own user database."""


class Portal:
    """A `Directory`: what a decision reads of people and organizations, as of a day.

    A portal with many people gives only those asked about, where they belong and all above, the
    posts there, and who stands in a relation to any of them; a small one may give everything.
    """

    def around(self, jurisdiction: str, ids: Collection[str], on: date) -> View:
        """What a decision about these people and organizations reads."""
        del jurisdiction, ids, on  # this portal has one office, and nobody ever moves
        kinds = frozenset({"in_service"})
        people = {who: Person(who, kinds, (Membership(home),)) for who, home in STAFF.items()}
        return View(
            people,
            {
                "branch": Organization("branch", "branch", "committee", {"secretary": ("li",)}),
                "committee": Organization("committee", "agency_committee"),
            },
        )

    def members(self, jurisdiction: str, organization: str, on: date) -> View:
        """Whose work unit an organization is; for "", everybody."""
        return self.around(jurisdiction, (organization,), on)


def main(url: str) -> None:
    """Nobody is copied into the store."""
    with SqlStore(url) as store:
        engine = Engine(store, directory=Portal())
        engine.open_cycle("county", "huimin", cycle="2025")
        done = engine.do(*opening("wang"))
        print(f"{done.state.organization} is where wang pledges, says the portal")
        print(f"people in the store: {len(store.directory('county').people)}")


if __name__ == "__main__":
    main(sys.argv[1])
