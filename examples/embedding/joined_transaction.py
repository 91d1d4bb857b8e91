"""Join your own transaction: what the portal writes and what the engine writes is one, or nothing.

Run it: `python examples/embedding/joined_transaction.py sqlite:///portal.db`

On SQLite the driver would begin a transaction only with the first write, and then perhaps too late:
tell it to begin at once, as here. On PostgreSQL there is nothing to tell.
"""

from __future__ import annotations

import sys
from typing import Any

from office import founded, opening
from sqlalchemy import create_engine, text
from sqlalchemy.event import listens_for

from pledgeflow import Engine
from pledgeflow.storage.sql import SqlStore


def database_at(url: str) -> Any:
    """The portal's engine; on SQLite its transactions begin immediately."""
    database = create_engine(url)
    if database.dialect.name == "sqlite":

        @listens_for(database, "connect")
        def leave_it_to_us(driver: Any, _: object) -> None:
            driver.isolation_level = None

        @listens_for(database, "begin")
        def begin_at_once(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return database


def main(url: str) -> None:
    """A form that is kept with the step that it leads to."""
    database = database_at(url)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE portal_forms (id TEXT PRIMARY KEY, person TEXT)"))
    engine = founded(Engine(SqlStore(database)))

    def submit(form: str, person: str, *, fails: bool) -> None:
        with database.begin() as connection:
            connection.execute(text(f"INSERT INTO portal_forms VALUES ('{form}', '{person}')"))
            engine.within(connection).do(*opening(person), key=form)
            if fails:
                raise RuntimeError("the portal changed its mind")

    submit("form-1", "wang", fails=False)
    try:
        submit("form-2", "li", fails=True)
    except RuntimeError as error:
        print(f"{error}: neither the form nor the step is kept")
    with database.connect() as connection:
        forms = connection.execute(text("SELECT id FROM portal_forms")).scalars().all()
    versions = {who: engine.state(f"county/2025/{who}").version for who in ("wang", "li")}
    print(f"forms: {', '.join(forms)}; versions: {versions}")
    database.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
