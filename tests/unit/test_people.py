"""Coverage of people: who must pledge, who may, who need not and why; and what counts as pledging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.errors import DirectoryError, PledgeflowError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.covering import Asked, asked
from pledgeflow.service import Engine
from pledgeflow.service.ledgers import Standing
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.sql import SqlStore
from pledgeflow.storage.store import Glance, Reading
from tests.tiny import loaded, problem_at, problems, tiny
from tests.unit.test_closing import CLAUSES
from tests.unit.test_ledgers import kept

TRACKS = """\
  elder: {label: {zh: 老, en: elder}, match: {person: {retired: true}}, pledges: voluntary, cite: T-2}
  home: {label: {zh: 居, en: home}, match: {person: {in_service: true}, venue: residence}, cite: T-3}
  branch:
    label: {zh: 支, en: branch}
    match: {organization: {branch: true}}
    represented_by: [secretary]
    cite: T-2
  guest: {absent: true, cite: T-3, label: {zh: 客, en: guest}, match: {person: {guest: true}}}
  noted_guest: {absent: true, cite: T-1, match: {person: {guest: true, noted: true}}}
  nobody: {absent: true, cite: T-1}
"""
COVERED = "coverage: {pledged: {means: [submission]}, cite: T-2}\n"
TEXT = tiny(
    ("tracks:\n", "venues: {residence: {zh: 居住地, en: residence}}\ntracks:\n"),
    ("    cite: T-1\nroles:", f"    cite: T-1\n{TRACKS}roles:"),
)


def person(name: str, *kinds: str, home: str = "one", residence: str = "") -> Person:
    homes = [Membership(home)] if home else []
    homes += [Membership(residence, "residence")] if residence else []
    return Person(name, frozenset(kinds), tuple(homes))


def town(*people: Person) -> View:
    return View({each.id: each for each in people}, {"one": Organization("one", "branch")})


def who(policy: Policy, *people: Person) -> list[Asked]:
    return [each for each in asked(policy, town(*people)) if each.owner != "one"]


def test_the_tracks_say_who_is_asked_at_which_venue() -> None:
    policy = loaded(TEXT)
    found = who(policy, person("wang", "in_service", residence="one"), person("gao", "retired"))
    assert found == [
        Asked("gao", "", "one", "voluntary", "elder", "tracks.elder", ("T-2",)),
        Asked("wang", "", "one", "required", "member", "tracks.member", ("T-1",)),
        Asked("wang", "residence", "one", "required", "home", "tracks.home", ("T-3",)),
    ]
    (branch,) = asked(policy, town())
    assert branch == Asked("one", "", "one", "required", "branch", "tracks.branch", ("T-2",))


def test_a_gap_in_the_directory_spares_nobody() -> None:
    at_work, at_home = who(loaded(TEXT), person("wang", "in_service", home=""))
    assert (at_work.duty, at_work.organization) == ("required", "")
    assert (at_home.duty, at_home.organization) == ("required", "")


def test_who_need_not_is_told_the_clause_of_the_track_that_was_taken_out() -> None:
    policy = loaded(TEXT)
    guest, noted = who(policy, person("a", "guest"), person("b", "guest", "noted"))
    assert guest == Asked("a", "", "one", "none", "guest", "tracks.guest", ("T-3",))
    assert noted.track == "noted_guest"
    assert who(policy, person("c")) == [Asked("c", "", "one", "none")]
    assert {name: gone.label and gone.label.en for name, gone in policy.spared.items()} == {
        "guest": "guest",
        "noted_guest": None,
    }


def test_who_fits_two_tracks_alike_is_named() -> None:
    with pytest.raises(DirectoryError, match="`wang` fits the tracks"):
        who(loaded(TEXT), person("wang", "in_service", "retired"))


def test_only_a_track_says_whom_it_is_for_when_it_is_taken_out() -> None:
    text = TEXT.replace("roles:\n", "roles:\n  aide: {absent: true, cite: T-1, match: {}}\n", 1)
    message = "roles.aide.match: only a track is for somebody; take it out"
    assert problems(text) == [problem_at(text, "match: {}}", message)]


def test_whom_a_track_was_for_is_checked_like_any_match() -> None:
    text = TEXT.replace("match: {person: {guest: true}}}", "match: {persons: {guest: true}}}")
    (found,) = problems(text)
    assert "`persons` is not a word of the policy language here" in found


def test_a_track_that_a_parent_has_keeps_whom_it_was_for(tmp_path: Path) -> None:
    parent, child = tmp_path / "parent", tmp_path / "child"
    for folder in (parent, child):
        folder.mkdir()
        (folder / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    (parent / "policy.yaml").write_text(
        TEXT.replace("policy: tiny", "policy: parent"), encoding="utf-8"
    )
    (child / "policy.yaml").write_text(
        "policy: child\nextends: parent\ntracks: {elder: {absent: true, cite: T-3}}\n",
        encoding="utf-8",
    )
    catalogue = Catalogue((tmp_path,))
    policy = catalogue.load("child")
    (found,) = who(policy, person("gao", "retired"))
    assert found == Asked("gao", "", "one", "none", "elder", "tracks.elder", ("T-3",))
    again = catalogue.rebuilt("child", policy.body)
    assert (again.digest, again.spared) == (policy.digest, policy.spared)


# --- what counts as having pledged ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("coverage", "message"),
    [
        ("pledged: {}", "say by what `means:` a pledge is made, or `in:` which states it is"),
        ("pledged: {means: [swearing]}", "`swearing` is not possible here"),
        ("pledged: {means: 7}", "write one id or a list of ids here"),
        ("pledged: {in: [clsd]}", "there is no state of a pledge `clsd`; perhaps `closed`"),
        ("pledged: {in: [todo]}", "there is no state of a pledge `todo`"),
        ("pledged: {in: [closed]}, unit: {field: sad}", "there is no field `sad`; perhaps `said`"),
        ("pledged: {in: [closed]}, unit: family", "write a mapping here"),
        ("pledged: {means: [vote]}", "nobody in the track `member` can ever have pledged"),
    ],
)
def test_what_cannot_be_counted_is_refused(coverage: str, message: str) -> None:
    found = problems(tiny() + f"coverage: {{{coverage}, cite: T-1}}\n")
    assert any(message in each for each in found), found


@pytest.mark.parametrize(
    "coverage",
    [
        "pledged: {means: [submission, vote]}",
        "pledged: {means: [vote], in: [closed]}, unit: organization",
        "pledged: {in: closed}, unit: {field: said}, label: {zh: 全, en: all}",
    ],
)
def test_either_a_step_or_a_state_will_do(coverage: str) -> None:
    assert not problems(tiny() + f"coverage: {{{coverage}, cite: T-1}}\n")


def test_coverage_owes_a_ground() -> None:
    (found,) = problems(tiny() + "coverage: {pledged: {in: closed}}\n")
    assert "coverage: say what this rests on" in found


# --- on a store -----------------------------------------------------------------------------------

PEOPLE = {
    "organizations": {
        "one": {"kind": "branch", "parent": "office", "posts": {"secretary": "li"}},
        "two": {"kind": "branch", "parent": "office"},
        "office": {"kind": "office", "posts": {"secretary": "zhao"}},
    },
    "people": {
        "wang": {"kinds": ["in_service"], "member_of": "one"},
        "li": {"kinds": ["in_service"], "member_of": "one"},
        "hu": {"kinds": ["in_service"], "member_of": "two", "from": "2025-03-01"},
        "gao": {"kinds": ["guest"], "member_of": "two"},
        "zhao": {"member_of": "office"},
    },
}
LEDGER = kept("records: note", "who: promisor", "said: {field: said}", "t: {field: words}")
FULL = (
    tiny(
        (
            "said: {type: choice, required: false, open: true}",
            "said: {type: choice, required: false, open: true}\n"
            "      words: {type: text, required: false}",
        ),
        (
            "roles:\n  secretary",
            "  guest: {absent: true, cite: T-3, match: {person: {guest: true}}}\n"
            "roles:\n  secretary",
        ),
    )
    + LEDGER
    + COVERED
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[MemoryStore | SqlStore]:
    made = MemoryStore() if request.param == "memory" else SqlStore("sqlite://")
    yield made
    if isinstance(made, SqlStore):
        made.close()


def opened(store: MemoryStore | SqlStore, folder: Path, text: str = FULL) -> Engine:
    (folder / "tiny").mkdir()
    (folder / "tiny" / "policy.yaml").write_text(text, encoding="utf-8")
    (folder / "tiny" / "clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    engine = Engine(store, Catalogue((folder,)), lambda: date(2025, 12, 31))
    engine.put_directory("town", PEOPLE)
    engine.open_cycle("town", "tiny", cycle="2025")
    return engine


def do(engine: Engine, promisor: str, do: str, on: str, **fields: object) -> None:
    step = {"do": do, "actor": promisor, "capacity": "promisor", "on": on, **fields}
    engine.do(f"town/2025/{promisor}", step)


def standing(
    engine: Engine, *, on: date | None = None, organization: str | None = None
) -> dict[str, Standing]:
    found = list(engine.people("town", "2025", on=on, organization=organization))
    assert len({(each.asked.owner, each.asked.venue) for each in found}) == len(found)
    return {each.asked.owner: each for each in found}


def places(found: dict[str, Standing]) -> dict[str, str]:
    return {name: each.standing for name, each in found.items() if name in PEOPLE["people"]}


def test_who_is_required_has_pledged_or_is_missing(
    store: MemoryStore | SqlStore, tmp_path: Path
) -> None:
    engine = opened(store, tmp_path)
    do(engine, "wang", "note", "2025-03-03", said="x")
    do(engine, "wang", "submit", "2025-03-05")
    do(engine, "li", "note", "2025-03-04")
    found = standing(engine)
    assert places(found) == {
        "gao": "need_not",
        "hu": "missing",
        "li": "missing",
        "wang": "pledged",
        "zhao": "need_not",
    }
    assert found["gao"].clauses == ("T-3",)
    assert found["hu"].clauses == ("T-1", "T-2")
    assert [found[name].state for name in ("wang", "li", "hu")] == ["closed", "open", ""]
    assert (found["wang"].unit, found["wang"].track) == ("one", "member")


def test_it_is_told_as_of_a_day_and_for_a_part_of_the_organizations(
    store: MemoryStore | SqlStore, tmp_path: Path
) -> None:
    engine = opened(store, tmp_path)
    do(engine, "wang", "note", "2025-03-03")
    do(engine, "wang", "submit", "2025-03-05")
    early = standing(engine, on=date(2025, 2, 1))
    assert "hu" not in early
    assert (early["wang"].standing, early["wang"].state) == ("missing", "open")
    assert standing(engine, on=date(2024, 12, 31))["wang"].state == ""
    between = standing(engine, on=date(2025, 3, 4))["wang"]
    assert (between.standing, between.state) == ("missing", "open")
    assert set(standing(engine, organization="two")) == {"two", "hu", "gao"}
    assert set(standing(engine, organization="office")) == {
        *PEOPLE["people"],
        "one",
        "two",
        "office",
    }


def test_a_state_counts_on_the_day(store: MemoryStore | SqlStore, tmp_path: Path) -> None:
    text = FULL.replace("{means: [submission]}", "{in: closed}").replace(
        "cite: T-2}\n", "unit: {field: said}, cite: T-2}\n"
    )
    engine = opened(store, tmp_path, text)
    do(engine, "wang", "note", "2025-03-03", said="north")
    do(engine, "wang", "submit", "2025-03-05")
    do(engine, "li", "note", "2025-03-04")
    assert places(standing(engine))["wang"] == "pledged"
    assert places(standing(engine, on=date(2025, 3, 4)))["wang"] == "missing"
    assert {name: each.unit for name, each in standing(engine).items() if each.unit} == {
        "wang": "north"
    }


def test_a_policy_that_does_not_say_what_pledging_is_counts_nobody(
    store: MemoryStore | SqlStore, tmp_path: Path
) -> None:
    engine = opened(store, tmp_path, tiny())
    with pytest.raises(PledgeflowError, match="does not say when somebody has pledged"):
        list(engine.people("town", "2025"))


def test_a_ledger_is_of_one_cycle_an_organization_or_a_promisor(
    store: MemoryStore | SqlStore, tmp_path: Path
) -> None:
    engine = opened(store, tmp_path)
    do(engine, "wang", "note", "2025-03-03", said="x", words="what was said")
    do(engine, "hu", "note", "2025-03-04", said="y")

    def said(organization: str | None = None, promisor: str | None = None) -> list[object]:
        rows = engine.ledger(
            "town", "l", cycle="2025", organization=organization, promisor=promisor
        )
        return [found.row.cells["who"] for found in rows]

    assert said() == ["hu", "wang"]
    assert said(organization="two") == ["hu"]
    assert said(organization="office") == ["hu", "wang"]
    assert said(promisor="wang") == ["wang"]
    (found,) = engine.ledger("town", "l", cycle="2025", promisor="wang", on=date(2025, 3, 3))
    assert list(found.words.values()) == ["what was said"]
    store.erase("town", found.words)
    (after,) = engine.ledger("town", "l", cycle="2025", promisor="wang")
    assert (after.row, after.words) == (found.row, {})


def test_a_ledger_reads_no_further_than_it_is_asked(tmp_path: Path) -> None:
    read: list[str] = []

    class Counting(MemoryStore):
        def read(self, asked: Sequence[Glance]) -> list[Reading]:
            read.extend(each.stream.promisor for each in asked)
            return super().read(asked)

    engine = opened(Counting(), tmp_path)
    for name in ("wang", "hu", "li"):
        do(engine, name, "note", "2025-03-04", said=name)
    read.clear()
    rows = engine.ledger("town", "l", cycle="2025")
    assert read == []
    assert next(rows).row.cells["who"] == "hu"
    assert read == ["hu"]
    assert [found.row.cells["who"] for found in rows] == ["li", "wang"]
    read.clear()
    assert len(list(engine.people("town", "2025"))) == 8
    assert read == []


def test_an_unknown_ledger_or_cycle_is_named(store: MemoryStore | SqlStore, tmp_path: Path) -> None:
    engine = opened(store, tmp_path)
    with pytest.raises(PledgeflowError, match="`tiny` has no ledger `ll`; there is `l`"):
        list(engine.ledger("town", "ll", cycle="2025"))
    with pytest.raises(PledgeflowError, match="`town` has no cycle `2024`"):
        list(engine.ledger("town", "l", cycle="2024"))
