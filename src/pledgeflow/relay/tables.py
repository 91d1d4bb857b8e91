"""Who is at which stream, and until when nobody else is: one table, created when first used."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table, Text

from pledgeflow.storage.tables import Moment

METADATA = MetaData()
KEYS = ("jurisdiction", "cycle", "promisor", "venue")

# a row only where a relay is at it, or where the last try failed; holder: "" while nobody is;
# tries: how often in a row it failed
relays = Table(
    "relays",
    METADATA,
    *(Column(key, String, primary_key=True) for key in KEYS),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
)
