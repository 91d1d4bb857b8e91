"""`pledgeflow db rebuild`: what is derived is worked out anew, and counted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

from tests.command_line.test_cli_database import FINE, UNUSABLE, begun, db, run

__all__ = ["db"]


def test_what_was_lost_is_there_again(db: str) -> None:
    begun(db)
    before = run("pledges", "--db", db).stdout
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("UPDATE pledges SET state = 'lost'")
        connection.execute("DELETE FROM due")
        connection.commit()
    assert run("pledges", "--db", db).stdout != before
    result = run("db", "rebuild", "county", "--db", db, "--format", "json")
    assert result.exit_code == FINE, result.output
    assert json.loads(result.stdout)["streams"] > 1
    assert run("pledges", "--db", db).stdout == before
    assert "已重算 county 的" in run("db", "rebuild", "county", "--db", db, "--lang", "zh").stdout


def test_of_what_is_not_there(db: str) -> None:
    result = run("db", "rebuild", "town", "--db", db)
    assert result.exit_code == UNUSABLE
    assert "there is no jurisdiction `town`" in result.stderr
