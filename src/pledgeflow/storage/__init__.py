"""Keeping: the `EventStore` protocol, a store in memory, a store in SQL. Above decision.

`store` holds the protocol and the data that crosses it, `memory` and `sql` keep it. SQLAlchemy is
imported by `sql` and what that is made of (`shelves`, `agenda`, `rows`, `tables`) alone; import `sql`
where a database is really opened.
"""
