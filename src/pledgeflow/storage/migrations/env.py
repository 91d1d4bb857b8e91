"""Loaded by alembic whenever it runs scripts: on the connection that `upgrading` gives it.

Who begins the transaction also ends it: all scripts of an upgrade are one transaction, on SQLite too.
"""

from __future__ import annotations

from alembic import context

from pledgeflow.storage.versions import MARKER

context.configure(
    connection=context.config.attributes["connection"],
    version_table=MARKER,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
