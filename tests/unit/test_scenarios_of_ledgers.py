"""What scenarios say of ledgers and of who has pledged, and what is noticed by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.removal import Without
from pledgeflow.assurance.renaming import renamed
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError
from tests.unit.test_scenario_runner import write_tiny

LEDGERS = """\
ledgers:
  register:
    label: {zh: 台账, en: register}
    rows: {items: commitment, in: [proposed]}
    columns:
      title: {label: {zh: 事项, en: item}, from: {field: title}}
      due: {label: {zh: 时限, en: due}, from: {field: due}, cite: T-2}
      state: {label: {zh: 状态, en: state}, from: state}
      whose: {label: {zh: 类别, en: track}, from: track}
      graded: {label: {zh: 等次, en: grade}, from: grade}
    cite: T-2
  hearings:
    label: {zh: 听取意见记录, en: hearings}
    rows: {records: [consult, grade]}
    columns:
      heard: {label: {zh: 意见, en: heard}, from: {field: heard}}
      as: {label: {zh: 身份, en: as}, from: capacity}
      tier: {label: {zh: 等次, en: tier}, from: {field: tier}}
      item: {label: {zh: 事项, en: item}, from: item}
    assumed: nobody forbids it
coverage: {pledged: {means: [submission], in: [graded]}, cite: T-1}
"""
TOLD = """
- scenario: what there is
  policy: tiny
  clauses: [T-1, T-2]
  given: {story: heard}
  when:
    - {on: 2025-01-07, actor: wang, capacity: promisor, do: propose, title: 上门, due: 2025-10-01}
    - {on: 2025-01-08, actor: wang, capacity: promisor, do: submit}
    - {on: 2025-12-01, actor: qian, capacity: superior, do: grade, tier: good}
  then:
    ledgers:
      register: [{title: 上门, due: 2025-10-01, state: proposed, whose: member, graded: good}]
      hearings:
        - {heard: 排队太长, as: promisor, tier: null, item: null}
        - {as: superior, tier: good}
    people:
      pledged: [wang]
      missing: [zhou, qian]
      need_not: {gao: T-3, branch: []}
      units: {branch: {pledged: 1, missing: 1, need_not: 0}}
"""
SPARED = "tracks:\n  guest: {absent: true, cite: T-3, match: {person: {serving: false}}}\n"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = write_tiny(tmp_path / "tiny")
    path = folder / "tiny/policy.yaml"
    text = path.read_text(encoding="utf-8").replace("tracks:\n", SPARED)
    path.write_text(text + LEDGERS, encoding="utf-8")
    (folder / "tiny/scenarios/all.yaml").write_text(TOLD, encoding="utf-8")
    return folder


def played(folder: Path) -> Result:
    catalogue = Catalogue((folder,))
    (result,) = Runner(catalogue).run_all(scenarios(catalogue, "tiny"))
    return result


def saying(folder: Path, then: str) -> str:
    """What comes out of the same play, if this is expected."""
    text = TOLD[: TOLD.index("    ledgers:")] + f"    {then}\n"
    (folder / "tiny/scenarios/all.yaml").write_text(text, encoding="utf-8")
    return played(folder).message


def test_rows_in_order_each_in_some_columns_and_people(tiny: Path) -> None:
    assert played(tiny).message == ""


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("ledgers: {register: 1, hearings: 2}", ""),
        ("ledgers: {register: [{}]}", ""),
        ("ledgers: {register: 2}", "expected ledger `register` to have 2 rows, found 1"),
        ("ledgers: {register: []}", "expected ledger `register` to have 0 rows, found 1"),
        ("ledgers: {registers: 2}", "`tiny` has no ledger `registers`; there is `register`"),
        (
            "ledgers: {register: [{title: 下门, graded: null}]}",
            "expected `title` in row 1 of ledger `register` to be `下门`, found `上门`; "
            "expected `graded` in row 1 of ledger `register` to be nothing, found `good`",
        ),
        (
            "ledgers: {register: [{titel: 上门}]}",
            "row 1 of ledger `register` has no column `titel`; it has `title`, `due`, `state`, "
            "`whose`, `graded`",
        ),
        ("people: {pledged: [wang], missing: [zhou]}", ""),
        ("people: {pledged: wang, need_not: [gao]}", ""),
        ("people: {pledged: [zhou]}", "expected `pledged` `zhou`, found `wang`"),
        ("people: {missing: []}", "expected `missing` none, found `qian`, `zhou`"),
        (
            "people: {need_not: {gao: [T-1], wang: T-1, nemo: T-3}}",
            "expected `need_not` `gao`, `wang`, `nemo`, found `branch`, `bureau`, `gao`; "
            "expected that gao need not pledge by `T-1`, found `T-3`; "
            "expected that nemo need not pledge by `T-3`, found none",
        ),
        (
            "people: {units: {branch: {missing: 2}, nowhere: {pledged: 0}}}",
            "expected `branch` to have 2 missing, found 1",
        ),
    ],
)
def test_each_difference_is_told(tiny: Path, then: str, message: str) -> None:
    assert saying(tiny, then) == message


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("ledgers: {register: -1}", "write a number of at least 0"),
        ("ledgers: {register: many}", "write a whole number here"),
        ("ledgers: {register: [state]}", "write a mapping here"),
        ("people: {mising: []}", "there is no key `mising`; perhaps `missing`"),
        ("people: {need_not: 7}", "write a mapping here"),
        ("people: {units: {a: {late: 7}}}", "is not possible here"),
    ],
)
def test_what_cannot_be_expected_is_refused(tiny: Path, then: str, message: str) -> None:
    with pytest.raises(PolicyError) as refused:
        saying(tiny, then)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "path",
    [
        ("ledgers", "register"),
        ("ledgers", "register", "columns", "due"),
        ("ledgers", "hearings"),
        ("coverage",),
        ("tracks", "guest"),
        ("tracks", "member"),
    ],
)
def test_what_is_taken_out_is_missed(tiny: Path, path: tuple[str, ...]) -> None:
    shelf = Shelf.over(Catalogue((tiny,)))
    (result,) = Runner(Without.of(shelf, [path])).run_all(scenarios(shelf, "tiny"))
    assert not result.passed


def test_they_hold_under_other_names(tiny: Path, tmp_path: Path) -> None:
    target = tmp_path / "renamed"
    new = renamed(Catalogue((tiny,)), "tiny", target)
    other = Catalogue((target,))
    (result,) = Runner(other).run_all(scenarios(other, new))
    assert result.message == ""
    text = (target / new / "scenarios/all.yaml").read_text(encoding="utf-8")
    assert not any(name in text for name in ("proposed", "promisor: member", "tier: good"))


def test_what_is_only_counted_needs_no_other_names(tiny: Path, tmp_path: Path) -> None:
    saying(tiny, "ledgers: {register: 1}")
    target = tmp_path / "renamed"
    new = renamed(Catalogue((tiny,)), "tiny", target)
    other = Catalogue((target,))
    assert [r.message for r in Runner(other).run_all(scenarios(other, new))] == [""]
