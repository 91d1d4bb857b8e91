"""Bring your own SQLAlchemy engine: its pool, its settings, its other tables.

Run it: `python examples/embedding/own_engine.py sqlite:///portal.db`
"""

from __future__ import annotations

import sys

from office import founded, opening
from sqlalchemy import create_engine, text

from pledgeflow import Engine
from pledgeflow.storage.sql import SqlStore


def main(url: str) -> None:
    """A database that the portal has tables of its own in."""
    database = create_engine(url)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE portal_users (id TEXT PRIMARY KEY)"))
    engine = founded(Engine(SqlStore(database)))
    done = engine.do(*opening("wang"))
    print(f"wang's pledge is at version {done.state.version}, beside the portal's own tables")
    database.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
