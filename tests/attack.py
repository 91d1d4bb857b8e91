"""Whoever has the database's files tries to find out who voted how.

The attack reads everything: every row of every table, the order of rows, the bytes of the pages
they lie on, the write-ahead log frame by frame. Each strategy guesses every voter's choice.
"""

from __future__ import annotations

import re
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from hmac import new
from itertools import product
from math import comb
from pathlib import Path

Guess = dict[str, str]
WAL_HEADER, FRAME_HEADER = 32, 24


@dataclass(frozen=True)
class Loot:
    """Copies of the files. voters: who has voted, as the roll says; choices: what there was."""

    database: Path
    voters: Sequence[str]
    choices: Sequence[str]

    @classmethod
    def taken(cls, database: Path, to: Path, voters: Sequence[str], choices: Sequence[str]) -> Loot:
        """Copy the database with what stands beside it."""
        to.mkdir(parents=True)
        for path in database.parent.glob(f"{database.name}*"):
            (to / path.name).write_bytes(path.read_bytes())
        return cls(to / database.name, voters, choices)

    @property
    def wal(self) -> bytes:
        """The write-ahead log, if there is any."""
        path = self.database.with_name(f"{self.database.name}-wal")
        return path.read_bytes() if path.exists() else b""


def strategies(loot: Loot) -> dict[str, Guess]:
    """Every guess, by how it came about; each is about all voters."""
    found = {"rows": _rows(loot), "pseudonyms": _pseudonyms(loot), "log": _log(loot)}
    found |= dict(_orders(loot))
    return {name: _filled(loot, guess) for name, guess in found.items()}


def _tables(database: Path) -> Iterator[list[tuple[object, ...]]]:
    """Every table's rows, in the order in which they lie."""
    copy = database.with_name(f"copy-of-{database.name}")
    copy.write_bytes(_folded(database))
    with closing(sqlite3.connect(copy)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            yield connection.execute(f"SELECT * FROM {name}").fetchall()
    copy.unlink()


def _folded(database: Path) -> bytes:
    """The database with what its log holds, to be opened without one."""
    wal = database.with_name(f"{database.name}-wal")
    image = database.read_bytes()
    images = [image, *_snapshots(image, wal.read_bytes() if wal.exists() else b"")]
    return _without_log(images[-1])


def _without_log(image: bytes) -> bytes:
    return image[:18] + b"\x01\x01" + image[20:]


def _snapshots(image: bytes, wal: bytes) -> Iterator[bytes]:
    """The database after each transaction that is still in its log."""
    if len(wal) < WAL_HEADER:
        return
    _, _, size, _, *salts = struct.unpack(">6I", wal[:24])
    pages = bytearray(image)
    place = WAL_HEADER
    while place + FRAME_HEADER + size <= len(wal):
        page, commit, *own = struct.unpack(">4I", wal[place : place + 16])
        if own != salts:
            return
        start = (page - 1) * size
        if len(pages) < start + size:
            pages.extend(bytes(start + size - len(pages)))
        pages[start : start + size] = wal[place + FRAME_HEADER : place + FRAME_HEADER + size]
        place += FRAME_HEADER + size
        if commit:
            yield bytes(pages[: commit * size])


def _rows(loot: Loot) -> Guess:
    """Rows that name a voter and a choice, in whatever table: votes, events, texts, keys."""
    guess: Guess = {}
    for rows in _tables(loot.database):
        for row in rows:
            cells = set(re.findall(r"[\w-]+", " ".join(map(str, row))))
            voters, choices = cells & set(loot.voters), cells & set(loot.choices)
            if len(voters) == 1 and len(choices) == 1:
                guess[min(voters)] = min(choices)
    return guess


def _words(loot: Loot) -> set[str]:
    """Everything in the database that could be a key or a digest."""
    cells = (str(cell) for rows in _tables(loot.database) for row in rows for cell in row)
    return {word for cell in cells for word in re.findall(r"\b[0-9a-f]{64}\b", cell)}


def _pseudonyms(loot: Loot) -> Guess:
    """Rows of pseudonyms that come of a voter and something that is still there."""
    keys = [bytes.fromhex(word) for word in _words(loot)]
    names = {new(key, v.encode(), sha256).hexdigest(): v for key in keys for v in loot.voters}
    names |= {sha256(voter.encode()).hexdigest(): voter for voter in loot.voters}
    return {names[p]: choice for p, choice in _votes(loot).items() if p in names}


def _votes(loot: Loot) -> dict[str, str]:
    """Rows that name a choice: by whatever else stands in them that could be a name."""
    votes: dict[str, str] = {}
    for rows in _tables(loot.database):
        for row in rows:
            words = re.findall(r"[\w-]+", " ".join(map(str, row)))
            choices = [word for word in words if word in loot.choices]
            names = [w for w in words if w in loot.voters or re.fullmatch(r"[0-9a-f]{64}", w)]
            if len(choices) == 1 and len(names) == 1:
                votes[names[0]] = choices[0]
    return votes


def _log(loot: Loot) -> Guess:
    """Who came and what was counted between two transactions that are still in the log."""
    guess: Guess = {}
    before: tuple[set[str], Counter[str]] | None = None
    for image in _snapshots(loot.database.read_bytes(), loot.wal):
        now = _standing(loot, image)
        if now is not None and before is not None:
            came, counted = now[0] - before[0], now[1] - before[1]
            if len(came) == 1 and len(counted) == 1:
                guess[min(came)] = min(counted)
        before = now
    return guess


def _standing(loot: Loot, image: bytes) -> tuple[set[str], Counter[str]] | None:
    """Who has voted, and what is counted so far, in one image of the database."""
    path = loot.database.with_name("snapshot.db")
    path.write_bytes(_without_log(image))
    with closing(sqlite3.connect(path)) as connection:
        try:
            came = connection.execute("SELECT voter FROM ballot_roll WHERE voted").fetchall()
            rows = connection.execute("SELECT choice, votes FROM ballot_counts").fetchall()
            cast = connection.execute("SELECT choices FROM ballot_votes").fetchall()
        except sqlite3.OperationalError:
            return None
    counts = Counter(dict(rows))
    counts += Counter(c for (marks,) in cast for c in loot.choices if f'"{c}"' in marks)
    return {voter for (voter,) in came}, counts


def _orders(loot: Loot) -> Iterator[tuple[str, Guess]]:
    """The n-th voter cast the n-th vote, for every order in which either may lie anywhere."""
    raw = loot.database.read_bytes() + loot.wal
    votes = _votes(loot)
    nameless = list(_nameless(loot))
    voters = {
        "key": sorted(loot.voters),
        "row": _in_rows(loot),
        "first byte": sorted(loot.voters, key=lambda v: raw.find(v.encode())),
        "last byte": sorted(loot.voters, key=lambda v: raw.rfind(v.encode())),
    }
    cast = {
        "key": [votes[name] for name in sorted(votes)],
        "row": list(votes.values()) or nameless,
        "first byte": [votes[n] for n in sorted(votes, key=lambda n: raw.find(n.encode()))],
        "last byte": [votes[n] for n in sorted(votes, key=lambda n: raw.rfind(n.encode()))],
    }
    for (one, people), (other, choices) in product(voters.items(), cast.items()):
        yield f"{one} by {other}", dict(zip(people, choices, strict=False))
        yield f"{one} by {other}, backwards", dict(zip(people, choices[::-1], strict=False))


def _in_rows(loot: Loot) -> list[str]:
    """Voters in the order of the rows that name one of them, the last table's first."""
    order: dict[str, None] = {}
    for rows in reversed(list(_tables(loot.database))):
        for row in rows:
            named = set(re.findall(r"[\w-]+", " ".join(map(str, row)))) & set(loot.voters)
            if len(named) == 1:
                order[min(named)] = None
    return list(order)


def _nameless(loot: Loot) -> Iterator[str]:
    """Choices in the order of rows that name one and nobody, such as votes without voters."""
    for rows in _tables(loot.database):
        for row in rows:
            words = re.findall(r"[\w-]+", " ".join(map(str, row)))
            named = [word for word in words if word in loot.choices]
            if len(named) == 1 and not set(words) & set(loot.voters):
                yield named[0]


def _filled(loot: Loot, guess: Mapping[str, str]) -> Guess:
    """A guess about everybody: those left are given the choice named most, or the first."""
    most = Counter(guess.values()).most_common(1)
    rest = most[0][0] if most else loot.choices[0]
    return {voter: guess.get(voter, rest) for voter in loot.voters}


# --- how likely it is to do as well by chance -----------------------------------------------------


def chance(runs: Sequence[tuple[Guess, Mapping[str, str]]]) -> float:
    """How likely it is to match at least so many votes if guesses know only the result.

    runs: a guess and the truth, of two choices each. Given how often each choice was made and
    guessed, the number matched is hypergeometric; runs are independent, so that the distribution
    of the sum is exact.
    """
    total, matched = {0: 1.0}, 0
    for guess, truth in runs:
        first = min({*truth.values(), *guess.values()})
        voters = len(truth)
        made = sum(choice == first for choice in truth.values())
        guessed = sum(guess[voter] == first for voter in truth)
        matched += sum(guess[voter] == truth[voter] for voter in truth)
        ways = comb(voters, guessed)
        one = {
            voters - made - guessed + 2 * both: comb(made, both)
            * comb(voters - made, guessed - both)
            / ways
            for both in range(max(0, made + guessed - voters), min(made, guessed) + 1)
        }
        total = _sum(total, one)
    return sum(p for number, p in total.items() if number >= matched)


def _sum(one: Mapping[int, float], other: Mapping[int, float]) -> dict[int, float]:
    added: dict[int, float] = {}
    for (a, p), (b, q) in product(one.items(), other.items()):
        added[a + b] = added.get(a + b, 0.0) + p * q
    return added
