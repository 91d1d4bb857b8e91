"""A directory as a file says it: what becomes of each word, and where each mistake is said to be."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest

from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.people import WORK
from pledgeflow.errors import DirectoryError

JAN, JUNE = date(2025, 1, 1), date(2025, 6, 30)
TREE: dict[str, Any] = {
    "organizations": {
        "office": {"name": "Office", "kind": "office", "kinds": ["old", "large"]},
        "branch": {
            "name": {"en": "Branch", "zh": "支部"},
            "kind": "branch",
            "parent": "office",
            "kinds": {"small": True, "large": "false", "rural": "true"},
            "posts": {
                "secretary": "li",
                "deputy": ["li", {"person": "wang", "from": "2025-01-01", "until": JUNE}],
                "clerk": {"wang": True, "li": False},
            },
        },
    },
    "people": {
        "li": {"name": {"en": "Li"}, "member_of": "branch", "kinds": "leading"},
        "wang": {
            "from": "2025-01-01",
            "until": "2025-06-30",
            "memberships": [
                {"organization": "branch", "from": JAN, "until": "2025-06-30"},
                {"organization": "office", "venue": "home"},
            ],
        },
        12: {"name": 7},
    },
    "relations": {
        "contact": {"branch": ["li", {"person": "wang", "until": "2025-06-30"}], "li": "wang"}
    },
}


def test_every_word_of_a_file_becomes_part_of_a_row() -> None:
    read = DirectoryData.from_tree(TREE)
    assert read.organizations == (
        OrganizationRow("office", "office", "Office", None, frozenset({"old", "large"})),
        OrganizationRow("branch", "branch", "支部", "office", frozenset({"small", "rural"})),
    )
    assert read.people == (
        PersonRow("li", "Li", frozenset({"leading"})),
        PersonRow("wang", "", frozenset(), JAN, JUNE),
        PersonRow("12", "7"),
    )
    assert read.memberships == (
        MembershipRow("li", "branch"),
        MembershipRow("wang", "branch", WORK, JAN, JUNE),
        MembershipRow("wang", "office", "home"),
    )
    assert read.posts == (
        PostRow("branch", "secretary", "li"),
        PostRow("branch", "deputy", "li"),
        PostRow("branch", "deputy", "wang", JAN, JUNE),
        PostRow("branch", "clerk", "wang"),
    )
    assert read.relations == (
        RelationRow("contact", "li", "branch"),
        RelationRow("contact", "wang", "branch", None, JUNE),
        RelationRow("contact", "wang", "li"),
    )
    assert read.names == {"office": "Office", "branch": "支部", "li": "Li", "12": "7"}
    assert DirectoryData.from_tree({}) == DirectoryData()


def paths(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a tree."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    tree = deepcopy(TREE)
    at: Any = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return tree


def said_of(path: tuple[Any, ...]) -> list[str]:
    """Where a mistake at a path may be said to be: there, or in the set of words that it is in."""
    words = ("kinds", "clerk", "branch", "deputy")
    above = path[:-1] if path[-2:-1] and path[-2] in words else path
    return [".".join(map(str, each)) for each in (path, above)]


@pytest.mark.parametrize("path", list(paths(TREE)), ids=lambda path: ".".join(map(str, path)))
def test_a_value_of_another_kind_is_found_where_it_is(path: tuple[Any, ...]) -> None:
    with pytest.raises(DirectoryError) as refused:
        DirectoryData.from_tree(changed(path, 1.5))
    place, _, message = str(refused.value).partition(": ")
    assert place in said_of(path)
    assert message in (
        "write a name or an id here",
        "write a mapping here",
        "write a list here",
        "write `true` here, or a list of names above",
        "`1.5` is no date; write it like 2025-03-31",
    )


ALL = [
    (("organizations", "branch", "parent"), "city", "no organization is called `city`"),
    (("organizations", "office", "parent"), "branch", "`office` stands above itself"),
    (("people", "li", "member_of"), "city", "no organization is called `city`"),
    (("people", "wang", "from"), "2025-07-01", "ends on 2025-06-30, before it begins"),
    (("people", "wang", "until"), datetime(2025, 6, 1), "is no date"),
    (("organizations", "branch", "posts", "secretary"), "zhao", "no person is called `zhao`"),
    (("relations", "contact", "li"), "zhao", "no person is called `zhao`"),
    (("relations", "contact", "zhao"), "li", "nobody and no organization is called `zhao`"),
    (("organizations", "a/b"), {"kind": "branch"}, "an id has no `/`, no `@` and no line break"),
    (("people", "a@b"), {}, "an id has no `/`, no `@` and no line break; take it out"),
    (("people", "a\nb"), {}, "an id has no `/`, no `@` and no line break; take it out"),
    (("organizations", "li"), {"kind": "branch"}, "a person has this id too; rename one"),
    (("people", "li", "kinds"), {"leading": "yes"}, "write `true` here, or a list of names above"),
    (("people", "li", "name"), True, "write a name or an id here"),
    (("people", "li", "name"), "", "write a name or an id here"),
]


@pytest.mark.parametrize(("path", "value", "message"), ALL)
def test_what_does_not_fit_together_is_found(
    path: tuple[Any, ...], value: Any, message: str
) -> None:
    with pytest.raises(DirectoryError) as refused:
        DirectoryData.from_tree(changed(path, value))
    text = str(refused.value)
    kind = path[0]
    above = "organizations.branch.parent" if path == ("organizations", "office", "parent") else kind
    assert text.startswith((f"{'.'.join(map(str, path))}", above))
    assert message in text


DATED: list[tuple[tuple[Any, ...], Any, str]] = [
    (("people", "wang", "memberships", 0, "from"), "2025-07-01", "people.wang.member_of"),
    (
        ("organizations", "branch", "posts", "deputy", 1, "from"),
        "2025-07-01",
        "organizations.branch.posts.deputy",
    ),
    (
        ("relations", "contact", "branch", 1, "from"),
        "2025-07-01",
        "relations.contact.branch",
    ),
]


@pytest.mark.parametrize(("path", "value", "place"), DATED)
def test_a_row_that_ends_before_it_begins_is_found(
    path: tuple[Any, ...], value: str, place: str
) -> None:
    with pytest.raises(DirectoryError) as refused:
        DirectoryData.from_tree(changed(path, value))
    assert str(refused.value) == f"{place}: ends on 2025-06-30, before it begins"


UNKNOWN = [
    ((), ("organizations", "people", "relations")),
    (("organizations", "branch"), ("name", "kind", "parent", "kinds", "posts")),
    (("organizations", "branch", "posts", "deputy", 1), ("person", "from", "until")),
    (("people", "li"), ("name", "kinds", "member_of", "memberships", "from", "until")),
    (("people", "wang", "memberships", 1), ("organization", "venue", "from", "until")),
]


@pytest.mark.parametrize(("path", "known"), UNKNOWN)
def test_an_unknown_key_is_named_with_those_that_are_known(
    path: tuple[Any, ...], known: tuple[str, ...]
) -> None:
    with pytest.raises(DirectoryError) as refused:
        DirectoryData.from_tree(changed((*path, "more"), "x"))
    place = ".".join(map(str, path or ("directory",)))
    listed = ", ".join(f"`{name}`" for name in known)
    message = f"{place}.more: nothing is called so here; known are {listed}"
    assert str(refused.value) == message


def test_rows_are_checked_however_they_were_made() -> None:
    branch = OrganizationRow("branch", "branch")
    for wrong, message in (
        (DirectoryData(people=(PersonRow(""),)), "a person or an organization has no id"),
        (
            DirectoryData(organizations=(branch, branch)),
            "organizations.branch: this organization is there twice; keep one",
        ),
        (
            DirectoryData(memberships=(MembershipRow("li", "branch"),), organizations=(branch,)),
            "people.li.member_of: no person is called `li`",
        ),
        (
            DirectoryData(posts=(PostRow("city", "mayor", "li"),), people=(PersonRow("li"),)),
            "organizations.city.posts.mayor: no organization is called `city`",
        ),
    ):
        with pytest.raises(DirectoryError) as refused:
            DirectoryData.of(
                wrong.people,
                wrong.organizations,
                memberships=wrong.memberships,
                posts=wrong.posts,
            )
        assert str(refused.value) == message
