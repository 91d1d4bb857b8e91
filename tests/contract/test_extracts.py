"""An extract of a directory is as the whole is, and holds what a decision reads; in every store."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.people import WORK, View
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import EventStore

DAY = date(2025, 3, 31)
PEOPLE, PLACES = ("a", "b", "c", "d"), ("k", "l", "m", "n")

spans = st.sampled_from(
    [(None, None), (date(2025, 1, 1), None), (None, date(2025, 6, 30)), (DAY, DAY)]
)
people, places = st.sampled_from(PEOPLE), st.sampled_from(PLACES)
days = st.sampled_from([date(2024, 12, 31), DAY, date(2025, 7, 1)])


@st.composite
def directories(draw: st.DrawFn) -> DirectoryData:
    known = [
        PersonRow(person, kinds=frozenset({kind}), valid_from=span[0], valid_until=span[1])
        for person in PEOPLE
        for kind, span in draw(st.lists(st.tuples(st.sampled_from("xy"), spans), max_size=2))
    ]
    ids = st.sampled_from(sorted({row.person for row in known}) or ["a"])
    known = known or [PersonRow("a")]
    above: list[str | None] = [None, "k", "l", "m"]
    return DirectoryData.of(
        draw(st.permutations(known)),
        [
            OrganizationRow(place, "branch", parent=draw(st.sampled_from(above[: number + 1])))
            for number, place in enumerate(PLACES)
        ],
        memberships=[
            MembershipRow(person, place, venue, *span)
            for person, place, venue, span in draw(
                st.lists(st.tuples(ids, places, st.sampled_from([WORK, "home"]), spans))
            )
        ],
        posts=[
            PostRow(place, post, person, *span)
            for place, post, person, span in draw(
                st.lists(st.tuples(places, st.sampled_from("pq"), ids, spans))
            )
        ],
        relations=[
            RelationRow(relation, person, target, *span)
            for relation, person, target, span in draw(
                st.lists(st.tuples(st.sampled_from("rs"), ids, ids | places, spans))
            )
        ],
    )


def is_part(view: View, whole: View) -> None:
    """Whoever is in it, and whatever, is as in the whole."""
    assert view.persons.items() <= whole.persons.items()
    assert view.organizations.items() <= whole.organizations.items()
    assert view.relations.items() <= whole.relations.items()


def holds_what_is_read(view: View, whole: View, ids: set[str]) -> None:
    """The ids, where they belong and all above, with posts and relations and whoever has them."""
    for person in ids & whole.persons.keys():
        assert person in view.persons
    homes = {
        m.organization for i in ids & whole.persons.keys() for m in whole.persons[i].memberships
    }
    for home in (ids | homes) & whole.organizations.keys():
        assert home in view.organizations
        assert [o.id for o in view.ancestors(home)] == [o.id for o in whole.ancestors(home)]
    holders = {p for o in view.organizations.values() for held in o.posts.values() for p in held}
    related = {
        p for (_, target), held in whole.relations.items() for p in held if target in ids | homes
    }
    assert (holders | related) <= view.persons.keys()
    for (relation, target), held in whole.relations.items():
        if target in ids | homes:
            assert view.relations[relation, target] == held


@given(directories(), st.sets(people | places | st.just("nobody"), max_size=3), days)
def test_an_extract_is_a_part_with_all_that_a_decision_reads(
    postgres_of_worker: Engine, data: DirectoryData, ids: set[str], on: date
) -> None:
    store = MemoryStore()
    store.put_directory("huimin", data)
    view, whole = store.around("huimin", ids, on), data.view(on)
    is_part(view, whole)
    holds_what_is_read(view, whole, ids)
    for sql in (SqlStore("sqlite://"), SqlStore(postgres_of_worker)):
        with sql:
            sql.put_directory("huimin", data)
            sql.put_directory("gannan", DirectoryData.of([PersonRow("a", kinds=frozenset({"z"}))]))
            assert sql.around("huimin", ids, on) == view


@given(directories(), places | st.just(""), days)
def test_members_are_whose_work_unit_it_is(
    postgres_of_worker: Engine, data: DirectoryData, place: str, on: date
) -> None:
    store = MemoryStore()
    store.put_directory("huimin", data)
    view, whole = store.members("huimin", place, on), data.view(on)
    is_part(view, whole)
    for kinds in ((), (("x", True),), (("x", True), ("y", False))):
        for posts in ((), ("p",), ("p", "q")):
            wanted = data.of_kinds(place, kinds, on, posts=posts)
            assert view.of_kinds(place, kinds, posts=posts) == wanted
    for sql in (SqlStore("sqlite://"), SqlStore(postgres_of_worker)):
        with sql:
            sql.put_directory("huimin", data)
            assert sql.members("huimin", place, on) == view


def test_an_extract_does_not_grow_with_the_directory(store: EventStore) -> None:
    def directory(branches: int) -> DirectoryData:
        names = [f"branch_{n}" for n in range(branches)]
        people = [f"{name}_{n}" for name in names for n in range(3)]
        return DirectoryData.of(
            [PersonRow(person) for person in people],
            [OrganizationRow("bureau", "bureau")]
            + [OrganizationRow(name, "branch", parent="bureau") for name in names],
            memberships=[MembershipRow(p, p.rpartition("_")[0]) for p in people],
            posts=[PostRow(name, "secretary", f"{name}_0") for name in names],
            relations=[RelationRow("contact", f"{name}_1", f"{name}_2") for name in names],
        )

    views = []
    for branches in (1, 50):
        store.put_directory("huimin", directory(branches))
        views.append(store.around("huimin", ["branch_0_2"], DAY))
    assert views[0] == views[1]
    assert views[0].persons.keys() == {"branch_0_0", "branch_0_1", "branch_0_2"}
    assert views[0].organizations.keys() == {"branch_0", "bureau"}


def test_many_ids_are_asked_for_at_once(store: EventStore) -> None:
    people = [f"p{n:04}" for n in range(1201)]
    store.put_directory("huimin", DirectoryData.of(map(PersonRow, people)))
    assert store.around("huimin", people, DAY).persons.keys() == set(people)


@pytest.mark.parametrize("place", ["", "branch_1"])
def test_nobody_is_in_no_directory(store: EventStore, place: str) -> None:
    assert store.around("huimin", ["wang", "branch_1"], DAY) == View()
    assert store.members("huimin", place, DAY) == View()


def test_a_directory_that_goes_in_circles_is_gone_round_once(store: EventStore) -> None:
    loop = (OrganizationRow("k", "branch", parent="l"), OrganizationRow("l", "branch", parent="k"))
    store.put_directory("huimin", DirectoryData(organizations=loop))
    assert store.around("huimin", ["k"], DAY).organizations.keys() == {"k", "l"}
