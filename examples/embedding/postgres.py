"""PostgreSQL with a pool of the size you want, and the tables in a schema of their own.

Run it: `python examples/embedding/postgres.py postgresql+psycopg://user@server/portal`
"""

from __future__ import annotations

import sys

from office import founded, opening
from sqlalchemy import create_engine, text

from pledgeflow import Engine
from pledgeflow.storage.sql import SqlStore

SCHEMA = "pledges"


def main(url: str) -> None:
    """The portal's own tables may be called as ours are: they are in another schema."""
    with create_engine(url).begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    database = create_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"options": f"-csearch_path={SCHEMA}"},
    )
    engine = founded(Engine(SqlStore(database)))
    engine.do(*opening("wang"))
    with database.connect() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {SCHEMA}.events")).scalar()
    print(f"{found} events in the schema {SCHEMA}")
    database.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
