"""What the secrecy of a ballot withstands: an attack that works at `open`, and finds nothing else.

A guess is called no better than chance if guessing with nothing but the result would do as well
with a probability of more than one in a million; so a test here fails by accident less often.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from pledgeflow.domain.balloting import Secrecy
from pledgeflow.service import Engine
from pledgeflow.storage.sql import SqlStore
from tests.attack import Guess, Loot, chance, strategies
from tests.voting import CHAIR, CLOSING, STREAM, engine_on

ONE_IN_A_MILLION = 1e-6
CHOICES = ("good", "poor")
VOTERS = tuple(f"voter-{number:03}" for number in range(30))
Votes = dict[str, str]
Run = tuple[Guess, Votes]


def engine_in(folder: Path, secrecy: Secrecy, *, keeps_key: bool = False) -> Engine:
    small = "" if secrecy is Secrecy.OPEN else "    small: 1\n"
    kept = "    keeps_key: true\n" if keeps_key else ""
    changes = (
        ("    secrecy: unlinkable\n", f"    secrecy: {secrecy.value}\n{kept}"),
        ("    small: 3\n", small),
        ("roles: colleague, listed: true", "listed: true"),
    )
    store = SqlStore(f"sqlite:///{folder / 'town.db'}")
    return engine_on(folder / "policies", *changes, store=store)


def held(engine: Engine, random: Random) -> Votes:
    """A ballot in which everybody votes, in some order, by some way, at random."""
    ballots = engine.ballots
    ballots.open(STREAM, "mutual", CHAIR, voters=VOTERS)
    codes = ballots.issue_codes(STREAM, "mutual", CHAIR)
    votes = {voter: random.choice(CHOICES) for voter in random.sample(VOTERS, len(VOTERS))}
    for voter, choice in votes.items():
        if random.random() < 0.5:
            ballots.cast(STREAM, "mutual", [choice], voter=voter)
        else:
            ballots.cast(STREAM, "mutual", [choice], code=codes[voter])
    return votes


def attacked(folder: Path, seed: int, secrecy: Secrecy, **terms: bool) -> dict[str, Run]:
    """Every strategy's guess and the truth, for one ballot that was closed and recorded."""
    engine, random = engine_in(folder, secrecy, **terms), Random(seed)
    votes = held(engine, random)
    closed = engine.ballots.close(STREAM, "mutual", CLOSING)
    assert closed.done is not None
    # The engine is at work still: what is in its files is what an attacker finds there.
    voters = sorted(VOTERS)
    loot = Loot.taken(folder / "town.db", folder / "loot", voters, CHOICES)
    return {name: (guess, votes) for name, guess in strategies(loot).items()}


def over_runs(folder: Path, runs: int, secrecy: Secrecy, **terms: bool) -> dict[str, float]:
    """How likely each strategy's success is by chance, over so many ballots."""
    found: dict[str, list[Run]] = {}
    for seed in range(runs):
        home = folder / f"run-{seed}"
        home.mkdir(parents=True)
        for name, run in attacked(home, seed, secrecy, **terms).items():
            found.setdefault(name, []).append(run)
    return {name: chance(each) for name, each in found.items()}


def test_at_open_the_attack_finds_everybodys_vote(tmp_path: Path) -> None:
    found = attacked(tmp_path, 1, Secrecy.OPEN)
    guess, votes = found["rows"]
    assert guess == votes
    assert chance([found["rows"]]) < ONE_IN_A_MILLION


def test_at_unlinkable_it_does_no_better_than_chance(tmp_path: Path) -> None:
    found = over_runs(tmp_path, 10, Secrecy.UNLINKABLE)
    assert len(found) > 30
    assert {name: p for name, p in found.items() if p < ONE_IN_A_MILLION} == {}


def test_at_pseudonymous_it_does_no_better_than_chance_once_the_key_is_destroyed(
    tmp_path: Path,
) -> None:
    found = over_runs(tmp_path, 10, Secrecy.PSEUDONYMOUS)
    assert {name: p for name, p in found.items() if p < ONE_IN_A_MILLION} == {}
    with closing(sqlite3.connect(tmp_path / "run-0" / "town.db")) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM ballot_votes").fetchone()
        assert rows == len(VOTERS)  # each voter's votes stand there, under nobody's name


def test_a_key_that_is_kept_resolves_every_pseudonym(tmp_path: Path) -> None:
    guess, votes = attacked(tmp_path, 2, Secrecy.PSEUDONYMOUS, keeps_key=True)["pseudonyms"]
    assert guess == votes


@pytest.mark.parametrize("secrecy", [Secrecy.PSEUDONYMOUS, Secrecy.UNLINKABLE])
def test_whoever_takes_the_files_while_voting_runs_is_outside_the_model(
    tmp_path: Path, secrecy: Secrecy
) -> None:
    """Shown, so that nobody believes otherwise: the write-ahead log holds vote after vote."""
    engine = engine_in(tmp_path, secrecy)
    votes = held(engine, Random(3))
    loot = Loot.taken(tmp_path / "town.db", tmp_path / "loot", VOTERS, CHOICES)
    guess = strategies(loot)["log"]
    assert chance([(guess, votes)]) < ONE_IN_A_MILLION


def test_a_careless_box_is_found_out_by_the_order_of_its_rows(tmp_path: Path) -> None:
    """Who came in one table and what was voted in another, each in the order of coming."""
    random = Random(4)
    votes = {voter: random.choice(CHOICES) for voter in random.sample(VOTERS, len(VOTERS))}
    database = tmp_path / "careless" / "town.db"
    database.parent.mkdir()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE came (voter TEXT)")
        connection.execute("CREATE TABLE cast_ (choice TEXT)")
        for voter, choice in votes.items():
            connection.execute("INSERT INTO came VALUES (?)", (voter,))
            connection.execute("INSERT INTO cast_ VALUES (?)", (choice,))
        connection.commit()
    loot = Loot.taken(database, tmp_path / "loot", sorted(VOTERS), CHOICES)
    best = min(chance([(guess, votes)]) for guess in strategies(loot).values())
    assert best < ONE_IN_A_MILLION


def test_chance_is_computed_exactly() -> None:
    two = {"a": "good", "b": "poor"}
    assert chance([(two, two)]) == pytest.approx(1 / 2)
    assert chance([({"a": "poor", "b": "good"}, two)]) == 1
    assert chance([(two, two), (two, two)]) == pytest.approx(1 / 4)
    same = dict.fromkeys(VOTERS, "good")
    assert chance([(same, same)]) == 1  # the result alone tells it


@pytest.mark.parametrize("secrecy", [Secrecy.PSEUDONYMOUS, Secrecy.UNLINKABLE])
def test_nothing_that_only_served_voting_is_left_anywhere_in_the_files(
    tmp_path: Path, secrecy: Secrecy
) -> None:
    engine = engine_in(tmp_path, secrecy)
    held(engine, Random(5))
    with closing(sqlite3.connect(tmp_path / "town.db")) as connection:
        (secrets,) = connection.execute("SELECT salt || ' ' || secret FROM ballots").fetchall()
        digests = connection.execute("SELECT digest FROM ballot_codes").fetchall()
    engine.ballots.close(STREAM, "mutual", CLOSING)
    raw = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("town.db*")))
    gone = [*secrets[0].split(), *(digest for (digest,) in digests)]
    assert len(gone) > len(VOTERS)
    assert [word for word in gone if word.encode() in raw] == []


def test_votes_are_in_no_log_even_where_all_the_rest_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", logger="sqlalchemy"):
        engine = engine_in(tmp_path, Secrecy.UNLINKABLE)
        held(engine, Random(6))
    assert "INSERT INTO directories" in caplog.text
    assert "ballot_roll" not in caplog.text
    assert not any(voter in caplog.text for voter in VOTERS)


@pytest.mark.stress
@pytest.mark.parametrize("secrecy", [Secrecy.PSEUDONYMOUS, Secrecy.UNLINKABLE])
def test_it_does_no_better_than_chance_over_a_hundred_ballots(
    tmp_path: Path, secrecy: Secrecy
) -> None:
    found = over_runs(tmp_path, 100, secrecy)
    assert {name: p for name, p in found.items() if p < ONE_IN_A_MILLION} == {}
