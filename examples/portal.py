"""A portal's side of a pledge: a database, a directory, a few steps, a refusal shown to its user.

Run it: `python examples/portal.py`. It leaves `portal.db` in the current directory, unless another
place is given.
"""

from __future__ import annotations

import sys
from datetime import date

from pledgeflow import Engine, RefusedError
from pledgeflow.storage.sql import SqlStore

DIRECTORY = {
    "organizations": {
        "group": {"kind": "leading_group", "posts": {"secretary": "qian", "director": "qian"}},
        "committee": {
            "kind": "agency_committee",
            "parent": "group",
            "posts": {"secretary": "zhao"},
        },
        "branch": {"kind": "branch", "parent": "committee", "posts": {"secretary": "li"}},
        "registry": {"kind": "section", "parent": "group"},
    },
    "people": {
        person: {"name": name, "kinds": ["in_service"], "member_of": "branch"}
        for person, name in {"wang": "王", "li": "李", "zhao": "赵", "qian": "钱"}.items()
    },
}


def main(url: str) -> None:
    """One member's pledge, from opening to the first refusal."""
    engine = Engine(SqlStore(url))
    engine.put_directory("county", DIRECTORY)
    engine.open_cycle("county", "huimin", cycle="2025")
    pledge = "county/2025/wang"
    day = {"on": "2025-01-06", "actor": "wang", "capacity": "promisor"}
    engine.do(pledge, {"do": "open", "section": "registry", **day})

    # The portal's form: what may this user do now, and which fields does the step need?
    for (step, subject), verdict in engine.permitted(pledge, "wang", date(2025, 1, 6)).items():
        if verdict.permitted:
            print(f"offer {step} on {subject}; still to fill in: {', '.join(verdict.needs) or '-'}")

    try:
        engine.do(pledge, {"do": "submit", **day}, key="form-4711")
    except RefusedError as refused:
        for reason in refused.reasons:
            print(f"{', '.join(reason.clauses)}: {reason.text['zh']}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sqlite:///portal.db")
