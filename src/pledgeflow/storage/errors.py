"""What can be wrong with a database: every kind of StorageError that somebody may want to tell apart.

StorageError
├── DatabaseURLError      a URL that names no database, or one for which a driver is missing
├── ForeignDatabaseError  what is there is not ours
├── SchemaError           its tables are of another version
│   ├── OldSchemaError    an older one: to be upgraded
│   └── NewSchemaError    a newer one: only a newer pledgeflow can use it
├── DatabaseBusyError     others were at it for too long
├── DatabaseFullError     there is no room left
├── ReadOnlyError         it may be read and not written
├── DatabaseDamagedError  what is in it makes no sense to the database itself
├── DiskError             the disk does not read or write
└── ConnectionLostError   it cannot be reached, or not any more

Next to `store`; `failing` makes them of what a driver raises. Every error pickles: its fields are
its args.
"""

from __future__ import annotations

from pledgeflow.errors import StorageError


class DatabaseURLError(StorageError):
    """A URL that names no database, or one for which no driver is installed."""


class ForeignDatabaseError(StorageError):
    """The database is somebody else's, or a table in it is."""


class SchemaError(StorageError):
    """The tables in `database` are of version `found`, and this code needs `needed`."""

    remedy = "use the pledgeflow that made it"

    def __init__(self, database: str, found: int, needed: int) -> None:
        super().__init__(database, found, needed)
        self.database, self.found, self.needed = database, found, needed

    def __str__(self) -> str:
        return (
            f"`{self.database}` has tables of version {self.found}, and version {self.needed} is "
            f"needed; {self.remedy}"
        )


class OldSchemaError(SchemaError):
    """An older version, which can be upgraded."""

    remedy = "keep a copy of it and run `pledgeflow db upgrade`"


class NewSchemaError(SchemaError):
    """A newer version, which this code does not know."""

    remedy = "install a newer `pledgeflow`"


class DatabaseBusyError(StorageError):
    """Others were at it for too long; the same again may well succeed."""


class DatabaseFullError(StorageError):
    """There is no room left for what was to be written."""


class ReadOnlyError(StorageError):
    """The database may be read and not written."""


class DatabaseDamagedError(StorageError):
    """The database itself can make no sense of what it finds in its files."""


class DiskError(StorageError):
    """The disk does not read or write: a quota, a limit, a mount that is gone, a fault."""


class ConnectionLostError(StorageError):
    """The database cannot be reached, or not any more.

    Lost in the middle of a commit, nobody can say whether that came through: do the same again
    under the same key.
    """
