"""A jurisdiction with something of every kind, and files of it that something is done to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from pledgeflow.audit.auditing import Auditing
from pledgeflow.audit.keys import Key, generate
from pledgeflow.ballots.box import Code, Voter
from pledgeflow.ballots.sql import SqlBox
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.balloting import BallotId, Secrecy, Terms
from pledgeflow.errors import RefusedError
from pledgeflow.exchange.exporting import exported
from pledgeflow.exchange.importing import BadLine, Import, Imported
from pledgeflow.exchange.lines import Record, read, written
from pledgeflow.relay.outbox import Outbox
from pledgeflow.relay.relaying import Relay
from pledgeflow.service.calendars import Announced
from pledgeflow.steps import stream_id
from pledgeflow.storage import tables
from pledgeflow.storage.shelves import plain
from pledgeflow.storage.sql import SqlStore
from tests.town import DIRECTORY, POLICIES, TOWN, Town, day

AN = stream_id("t/2025/an")
AT = datetime(2025, 7, 5, 8, 0, 0, 123456, tzinfo=UTC)
CATALOGUE = Catalogue((POLICIES,))


def full(store: SqlStore) -> Town:
    """Streams, texts, keys, what is pending and handed on, refusals, ballots, checkpoints."""
    town = Town(store=store).forwarded()
    town.engine.put_directory("t", {**DIRECTORY, "relations": {"contact": {"bo": ["an"]}}})
    town.do(TOWN, "announce", day(7, 4), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 4), "mayor")
    step = {"do": "object", "on": day(7, 6), "actor": "mayor", "capacity": "secretary"}
    town.engine.do(TOWN, {**step, "candidacy": 1, "what": "从未到场 𝄞\n"}, key="钥匙")
    with suppress(RefusedError):
        town.do(TOWN, "give_notice", day(7, 7), "cai")
    handed = iter(range(3))

    def deliver(_: object) -> None:
        if next(handed, None) is None:
            raise ValueError("enough")

    Relay(Outbox(store), deliver, "r", lambda: AT, lambda: 0.0).once()
    _vote(SqlBox(store))
    with TemporaryDirectory() as folder:
        generate(Path(folder) / "key")
        key = Key.read(Path(folder) / "key")
        Auditing.of(store).checkpoint("t", key, at=AT)
        town.do(TOWN, "object", day(7, 8), "mayor", candidacy=1, what="又一次")
        Auditing.of(store).checkpoint("t", key, at=AT)
    (upto,) = (version for stream, version in store.heads("t").items() if str(stream) == TOWN)
    unsettled = {**plain(stream_id(TOWN)), "after": upto - 1, "upto": upto}
    with store.transaction(write=True) as connection:
        connection.execute(tables.pending.insert(), unsettled)
    return town


def _vote(box: SqlBox) -> None:
    choices = ("good", "poor")
    for secrecy in Secrecy:
        for number, ends in ((1, True), (2, False)):
            ballot = BallotId(AN, secrecy.value, number)
            box.open(ballot, Terms(secrecy, choices, small=1), ["bo", "cai", "an"], on=day(7, 1))
            codes = box.issue_codes(ballot, ["bo", "cai"])
            box.cast(ballot, Code(codes["bo"]), ("good",))
            box.cast(ballot, Voter("an"), ("poor",))
            if ends:
                box.close(ballot, on=day(7, 3))


def lines_of(store: SqlStore, place: str = "t") -> list[bytes]:
    return list(exported(store, place))


def load(store: SqlStore, lines: Sequence[bytes]) -> Imported:
    return Import(store, CATALOGUE, Announced()).run(BytesIO(b"".join(lines)))


def load_good(store: SqlStore, lines: Sequence[bytes]) -> list[BadLine]:
    """Whatever is good of it; what is bad."""
    bad: list[BadLine] = []
    done = Import(store, CATALOGUE, Announced()).run(BytesIO(b"".join(lines)), bad=bad.append)
    assert done.bad == len(bad)
    return bad


@cache
def sample() -> tuple[bytes, ...]:
    """The lines of such a jurisdiction."""
    with SqlStore("sqlite://") as store:
        full(store)
        return tuple(lines_of(store))


def records() -> list[Record]:
    return [read(line) for line in sample()]


def anew(records: Sequence[Record]) -> list[bytes]:
    """Lines of records, each with the number that it has there."""
    return [written(record._replace(line=n)) for n, record in enumerate(records, start=1)]
