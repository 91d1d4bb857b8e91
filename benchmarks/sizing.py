"""What a command leaves behind on PostgreSQL: bytes of each table by row, write-ahead log, time.

`python benchmarks/sizing.py [PARTS]`: on tables as they are made, or divided into so many parts by
the hash of the jurisdiction. What `docs/scaling.md` reckons with.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import psycopg
from office import Office
from places import postgres

PAGE = Path(__file__).parents[1] / "docs" / "scaling.md"
SIZE, COMMANDS, DEAR = 2_000, 8_000, 50
TABLES = ("events", "streams", "texts", "pledges", "done", "outbox", "due", "people")


def main(parts: int) -> None:
    """Measure, and print."""
    with postgres() as url, psycopg.connect(url, autocommit=True) as outside:
        office = Office(url, SIZE)
        office.store.create()
        if parts:
            outside.execute(divided(parts).encode())
        office.open()
        for _ in range(200):
            office.engine.run([office.consulting(office.anybody())])
        outside.execute("CHECKPOINT")
        before, begun = _position(outside), time.monotonic()
        for _ in range(COMMANDS):
            order = office.consulting(office.anybody())
            office.engine.do(order.stream, order.step, key=order.key)
        took = time.monotonic() - begun
        log = (_position(outside) - before) / COMMANDS
        print(
            f"{COMMANDS / took:.0f} commands a second, one after the other; {log:.0f} bytes of WAL"
        )
        dear = 0
        for _ in range(DEAR):
            outside.execute("CHECKPOINT")
            before = _position(outside)
            order = office.consulting(office.anybody())
            office.engine.do(order.stream, order.step, key=order.key)
            dear += _position(outside) - before
        print(f"right after a checkpoint, {dear / DEAR:.0f} bytes of WAL")
        office.store.close()
        for table in TABLES:
            print(_sizes(outside, table))


def divided(parts: int) -> str:
    """The script of the page, with another number of parts."""
    (script,) = re.findall(
        r'```sql title="partitioning by hash"\n(.*?)```', PAGE.read_text("utf-8"), re.DOTALL
    )
    return re.sub(r"CONSTANT int := \d+", f"CONSTANT int := {parts}", str(script))


def _position(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").fetchone()
    return int(row[0]) if row else 0


def _sizes(connection: psycopg.Connection, table: str) -> str:
    asked = f"""
        SELECT (SELECT count(*) FROM {table}), sum(pg_relation_size(relid)),
               sum(pg_indexes_size(relid)), sum(pg_table_size(relid))
        FROM pg_partition_tree('{table}') WHERE isleaf
        UNION ALL SELECT (SELECT count(*) FROM {table}), pg_relation_size('{table}'),
               pg_indexes_size('{table}'), pg_table_size('{table}')
    """
    rows, heap, index, whole = max(connection.execute(asked.encode()).fetchall(), key=_heap)
    each = [f"{float(size) / max(rows, 1):6.0f}" for size in (heap, index, whole - heap)]
    return (
        f"{table:8} {rows:7} rows: {each[0]} in the table, {each[1]} in indexes, {each[2]} beside"
    )


def _heap(row: tuple[object, ...]) -> float:
    return float(str(row[1] or 0))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
