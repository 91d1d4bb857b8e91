"""Puts into a page's folder what its commands and its code take for granted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Queue

import pytest

from pledgeflow.audit.keys import Key, generate
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import StreamId
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from tests.documentation.pages import Block
from tests.documentation.shell import Shell
from tests.documentation.stage import Stage
from tests.migrating import MAP, RENAMED
from tests.relay.serving import says, served
from tests.tiny import TEXT
from tests.town import REGISTER, Town, town
from tests.unit.test_ballot_scenarios import DIRECTORY
from tests.voting import OPENED, catalogue, engine_on, voting

DB = "county.db"
MOVING = "moving.db"
FEW = (
    ("share: 1/2, cite: T-2}\n        cite", "share: 1/9, cite: T-2}\n        cite"),
    ("quorum: {share: 1/2", "quorum: {share: 1/9"),
)
HANDFUL = {
    "organizations": {"branch": {"kind": "branch", "posts": {"secretary": "li"}}},
    "people": {who: {"kinds": ["in_service"], "member_of": "branch"} for who in ("wang", "li")},
}


@dataclass(slots=True)
class Room:
    """A page's folder while it is being furnished: the stage is made of what is in it in the end."""

    folder: Path
    request: pytest.FixtureRequest
    until: ExitStack
    shell: Shell = field(default_factory=Shell)
    names: dict[str, object] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> None:
        """Do something beforehand; it has to succeed."""
        said = self.shell.run(line)
        assert said.code == 0, said.shown

    def write(self, path: str, text: str) -> None:
        """A file in the folder."""
        where = self.folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text, encoding="utf-8")


def people(room: Room) -> None:
    """Everybody's directory: that of the sample people of one of the policies."""
    sample = Catalogue().folder("huimin") / "scenarios" / "directories" / "sample.yaml"
    room.write("people.yaml", sample.read_text(encoding="utf-8"))


def draft(room: Room) -> None:
    """A policy that somebody is at work on."""
    room.run("pledgeflow new draft --extends huimin --in policies")


def ours(room: Room) -> None:
    """A policy of one's own."""
    room.run("pledgeflow new ours --extends huimin --in policies")


def county(room: Room) -> None:
    """A county with a pledge in it, in a database."""
    people(room)
    room.run(f"pledgeflow cycle open county huimin --cycle 2025 --directory people.yaml --db {DB}")
    step = "--do open --set section=house_section --on 2025-01-05"
    room.run(f"pledgeflow do county/2025/wang --actor wang --capacity promisor {step} --db {DB}")
    room.shell.env["PLEDGEFLOW_DB"] = DB


def small(room: Room) -> None:
    """A policy that is explored in no time."""
    clauses = "".join(
        f"  T-{n}: {{force: must, kind: k, gist: {{zh: 条, en: c}}}}\n" for n in (1, 2, 3)
    )
    for name in ("tiny", "tinier", "least"):
        room.write(f"policies/{name}/policy.yaml", TEXT.replace("policy: tiny", f"policy: {name}"))
        room.write(
            f"policies/{name}/clauses.yaml", f"document: {{zh: 甲, en: a}}\nclauses:\n{clauses}"
        )
    room.write("align.yaml", "left: tiny\nright: tinier\ncommands: {note: ~}\n")


def voters(room: Room) -> None:
    """A town in which ballots are held."""
    catalogue(room.folder, voting(*FEW))
    room.write("voters.yaml", DIRECTORY)
    room.write("list.txt", "p00\np01\n")
    given = "--cycle 2025 --directory voters.yaml --db town.db"
    room.run(f"pledgeflow cycle open town ./tiny {given}")


def ballots(room: Room) -> None:
    """An engine whose policy has a ballot."""
    engine = engine_on(room.folder)
    room.names |= {"engine": engine}


def audited(room: Room) -> None:
    """An engine with something in it, and a key."""
    engine = engine_on(room.folder, store=room.until.enter_context(SqlStore(f"sqlite:///{DB}")))
    step = {"do": "note", "on": OPENED, "actor": "wang", "capacity": "promisor"}
    engine.do("town/2025/wang", step)
    generate(room.folder / "mine.key")
    key = Key.read(room.folder / "mine.key")
    room.names |= {
        "engine": engine,
        "key": key,
        "public": key.public,
        "now": datetime(2025, 7, 1, tzinfo=UTC),
        "stream": StreamId("town", "2025", "wang"),
    }


def relayed(room: Room) -> None:
    """Somebody who receives what is handed on."""
    site = room.until.enter_context(served(says(204)))
    room.stand_ins["URL"] = room.stand_ins["https://portal.example.org/events"] = site.url
    store = room.until.enter_context(SqlStore(f"sqlite:///{DB}"))
    room.names |= {"store": store, "queue": Queue[object]()}


def exchanged(room: Room) -> None:
    """A county, and a PostgreSQL without any."""
    county(room)
    room.stand_ins["postgresql://server/pledges"] = (
        f"'{room.request.getfixturevalue('new_postgres')}'"
    )


def founded(room: Room) -> None:
    """An engine with people and a cycle."""
    engine = Engine(MemoryStore())
    engine.put_directory("county", HANDFUL)
    engine.open_cycle("county", "huimin", cycle="2025")
    room.names |= {"engine": engine, "store": engine.store}


def owned(room: Room) -> None:
    """A PostgreSQL of one's own."""
    url = room.request.getfixturevalue("new_postgres")
    room.stand_ins["postgresql://owner@server/pledges"] = f"'{url}'"


def followed(room: Room) -> None:
    """A town in the middle of its year, and the policy that is to follow."""
    for name, text in (("town", town()), ("later", town(*RENAMED))):
        room.write(f"{name}/policy.yaml", text)
        room.write(f"{name}/clauses.yaml", REGISTER.read_text(encoding="utf-8"))
    room.write("map.yaml", MAP)
    with SqlStore(f"sqlite:///{MOVING}") as store:
        Town(store=store).rated()


def office(room: Room) -> None:
    """Nothing yet but people: the page opens what it needs. Ballots are held in a town of their own."""
    for furnish in (people, draft, small, voters, relayed, followed):
        furnish(room)
    step = "do: consult\non: 2025-01-07\nactor: wang\ncapacity: promisor\n"
    room.write("step.yaml", f"{step}channel: meeting\nheard: the stairs are dark\n")
    room.run("pledgeflow export town --db town.db > one.jsonl")
    room.answers["ballot vote"] = "good\n"
    room.shell.env["PLEDGEFLOW_DB"] = DB


ROOMS: Mapping[str, tuple[Callable[[Room], None], ...]] = {
    "README.md": (people,),
    "README.zh.md": (people,),
    "docs/audit.md": (county, audited),
    "docs/backtest.md": (county, draft),
    "docs/ballots.md": (ballots,),
    "docs/command-line.md": (office,),
    "docs/diff.md": (small,),
    "docs/embedding.md": (founded,),
    "docs/exchange.md": (exchanged,),
    "docs/formats.md": (county,),
    "docs/migrate.md": (followed,),
    "docs/mutation.md": (small,),
    "docs/override.md": (),
    "docs/relay.md": (county, relayed),
    "docs/scaling.md": (owned,),
    "docs/testing.md": (ours,),
    "docs/tutorial.md": (),
    "docs/verification.md": (small,),
    "docs/why-an-event-log.md": (county,),
    "docs/why-closed-guards.md": (),
}
"""What is made ready for a page; for one that is not named, what most need."""
USUAL = (county, draft, small)
NEEDY = ("console", "python")


@contextmanager
def prepared(
    page: str, found: Sequence[Block], folder: Path, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """The stage of a page, for as long as it is played."""
    with ExitStack() as until:
        room = Room(folder, request, until)
        if any(block.commands or block.language in NEEDY for block in found):
            for furnish in ROOMS.get(page, USUAL):
                furnish(room)
        yield Stage(page, room.names, room.answers, room.shell.env, room.stand_ins)
