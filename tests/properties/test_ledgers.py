"""Ledgers and coverage are functions of the log: of nothing else, and in no order but its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pledgeflow.cli.ledger import Shown
from pledgeflow.cli.options import Lang
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Event, Opened
from pledgeflow.domain.evolution import fold
from pledgeflow.domain.people import Membership, Person, View
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text, seal
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.keeping import Keeper
from pledgeflow.service.ledgers import LedgerRow, Overview
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.projecting import pledge_row
from pledgeflow.storage.store import CycleRow, SealedText
from tests.strategies import CATALOGUE, HOME, START, Dice, a_walk, deployable, examples, wander
from tests.writing import append

KEPT = [name for name in deployable() if CATALOGUE.load(name).document.ledgers]
COVERED = [name for name in deployable() if CATALOGUE.load(name).document.coverage]
NOW = datetime(2025, 1, 1, tzinfo=UTC)
WORDS = {seal(f"words {n}", "salt").digest: f"words {n}" for n in range(4)}
LAST = date(2027, 12, 31)

Histories = dict[StreamId, tuple[Event, ...]]


def blank(stream: StreamId) -> State:
    return State(stream, Cycle("2025", START))


def histories(policy: Policy, dice: Dice, owners: Sequence[str]) -> Histories:
    """What happened in the pledges of several promisors."""
    found: Histories = {}
    for owner in owners:
        walk = a_walk(policy, dice)
        for _ in wander(walk, dice, 12):
            pass
        stream = StreamId("town", "2025", owner, walk.town.venue)
        found[stream] = tuple(
            each._replace(stream=stream) if isinstance(each, Opened) else each
            for each in walk.history
        )
    return {stream: events for stream, events in found.items() if events}


def write(store: MemoryStore, told: Histories, order: Sequence[StreamId]) -> None:
    """Append the events of several streams in turn: each time it is named, a stream's next."""
    texts = [SealedText(digest, "salt", words) for digest, words in WORDS.items()]
    at = dict.fromkeys(told, 0)
    for stream in order:
        version = at[stream]
        state = fold(blank(stream), told[stream][: version + 1])
        append(
            store,
            stream,
            version,
            told[stream][version : version + 1],
            texts=texts,
            pledge=pledge_row(state, frozenset()),
            recorded_at=NOW,
        )
        at[stream] += 1


def overview(policy: Policy, store: MemoryStore, view: View, on: date) -> Overview:
    cycle = CycleRow("town", "2025", START, 1, policy.name, policy.digest)

    def state(stream: StreamId) -> State:
        return fold(blank(stream), (stored.event for stored in store.load(stream)))

    return Overview(store, cycle, lambda _: policy, view, on, state)


def rows(policy: Policy, store: MemoryStore, name: str, on: date = LAST) -> list[LedgerRow]:
    return list(overview(policy, store, View(), on).ledger(name))


@pytest.mark.parametrize("name", KEPT)
@examples(0.12)
@given(st.data())
def test_in_whatever_order_pledges_were_written_a_ledger_is_the_same(
    name: str, data: st.DataObject
) -> None:
    policy = CATALOGUE.load(name)
    told = histories(policy, Dice(data.draw), ("pat", "mo", "moe"))
    steps = [stream for stream, events in told.items() for _ in events]
    one, other = MemoryStore(), MemoryStore()
    write(one, told, steps)
    write(other, told, data.draw(st.permutations(steps)))
    for ledger in policy.document.ledgers:
        found = rows(policy, one, ledger)
        assert found == rows(policy, other, ledger)
        event(f"{ledger}: {len(found)} rows")


@pytest.mark.parametrize("name", KEPT)
@examples(0.12)
@given(st.data())
def test_a_ledger_has_a_row_for_each_thing_that_it_is_to_show(
    name: str, data: st.DataObject
) -> None:
    policy = CATALOGUE.load(name)
    for stream, events in histories(policy, Dice(data.draw), ("pat", "mo")).items():
        state = fold(blank(stream), events)
        on = data.draw(st.dates(START, LAST))
        for ledger in policy.document.ledgers.values():
            kept = ledger.rows
            found = list(Keeper(ledger, policy.ruleset(state), on).rows(state))
            records = [r for c in kept.records for r in state.records.get(c, ())]
            items = state.children(kept.items) if kept.items else ()
            things = [
                *(i for i in items if i.passages[0].on <= on),
                *(r for r in records if r.occurred_on <= on),
                *(o for o in state.outcomes.values() if o.id in kept.outcomes and o.on <= on),
            ]
            assert len(found) <= len(things) if kept.states else len(found) == len(things)
            assert all(list(row.cells) == list(ledger.columns) for row in found)


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("name", KEPT)
@examples(0.12)
@given(st.data())
def test_erased_text_shows_as_redacted_and_nothing_else_changes(
    name: str, lang: Lang, data: st.DataObject
) -> None:
    policy = CATALOGUE.load(name)
    told = histories(policy, Dice(data.draw), ("pat", "mo"))
    store = MemoryStore()
    write(store, told, [stream for stream, events in told.items() for _ in events])
    gone = data.draw(st.sets(st.sampled_from(sorted(WORDS))))
    before = {ledger: rows(policy, store, ledger) for ledger in policy.document.ledgers}
    store.erase("town", gone)
    redacted = lang.pick("（已删除）", "(redacted)")
    for ledger, kept in policy.document.ledgers.items():
        shown = Shown(policy, kept, lang, {})
        for old, new in zip(before[ledger], rows(policy, store, ledger), strict=True):
            assert new.row == old.row
            cells = zip(old.row.cells.values(), shown.cells(old), shown.cells(new), strict=True)
            for cell, was, now in cells:
                erased = isinstance(cell, Text) and cell.digest in gone
                assert now == (redacted if erased else was)


@pytest.mark.parametrize("name", COVERED)
@examples(0.12)
@given(st.data())
def test_who_is_required_has_pledged_or_is_missing_and_never_both(
    name: str, data: st.DataObject
) -> None:
    policy, dice = CATALOGUE.load(name), Dice(data.draw)
    coverage = policy.document.coverage
    assert coverage is not None
    owners = ("pat", "mo", "moe", "lee")
    matches = [track.match.person or {} for track in policy.document.tracks.values()]
    wanted = [frozenset(kind for kind, is_ in match.items() if is_) for match in matches]
    view = View(
        {
            owner: Person(owner, dice.pick([*wanted, frozenset()]), (Membership(HOME),))
            for owner in owners
        }
    )
    told = histories(policy, dice, owners[:2])
    store = MemoryStore()
    write(store, told, [stream for stream, events in told.items() for _ in events])
    on = data.draw(st.dates(START, LAST))
    found = list(overview(policy, store, view, on).people())
    keys = [(each.asked.owner, each.asked.venue) for each in found]
    assert len(keys) == len(set(keys))
    assert {owner for owner, _ in keys} == set(owners)
    for each in found:
        asked = each.asked
        assert each.standing in (
            ("pledged", "missing") if asked.duty == "required" else ("pledged", "need_not")
        )
        stream = StreamId("town", "2025", asked.owner, asked.venue)
        state = fold(blank(stream), told.get(stream, ()))
        taken = {
            record.means
            for records in state.records.values()
            for record in records
            if record.occurred_on <= on
        }
        means = {step.value for step in coverage.pledged.means}
        there = state.version > 0 and state.subjects[state.root].passages[0].on <= on
        stands = there and state.subjects[state.root].state_on(on) in coverage.pledged.states
        assert (each.standing == "pledged") == bool(taken & means or stands)
        event(f"{asked.duty}: {each.standing}")


@pytest.mark.parametrize("name", COVERED)
def test_whom_the_directory_calls_nothing_need_not_pledge(name: str) -> None:
    policy = CATALOGUE.load(name)
    view = View({"pat": Person("pat", memberships=(Membership(HOME),))})
    (found,) = overview(policy, MemoryStore(), view, LAST).people()
    assert (found.asked.duty, found.standing) == ("none", "need_not")
