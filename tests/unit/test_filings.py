"""Policies that are filed: named by digest, kept, in force from their day until the next one is."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from shutil import copytree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pledgeflow.assurance.checking import opened
from pledgeflow.assurance.renaming import renamed
from pledgeflow.catalogue import Catalogue, built_in
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import InvalidCommandError, PledgeflowError, PolicyError, RefusedError
from pledgeflow.policy.judging.filing import Filed, terms
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from tests.tiny import problems as tiny_problems
from tests.tiny import tiny
from tests.town import Town, day, problems, town

FILING = "t/2025/east@filing"
OTHER = ("title: {zh: 镇, en: town}", "title: {zh: 新镇, en: new town}")


class Filer(Town):
    """The town, whose branch files policies."""

    def draft(self, on: date, rules: str = "town", **said: object) -> Filer:
        self.do(FILING, "draft", on, "an", "secretary", rules=rules, **said)
        return self

    def filed(self, on: date, rules: str = "town", **said: object) -> Filer:
        self.draft(on, rules, **said)
        self.do(FILING, "file", on, "an")
        self.do(FILING, "file", on, "bo", "deputy")
        return self

    def approved(self, on: date, rules: str = "town", **said: object) -> Filer:
        self.filed(on, rules, **said).do(FILING, "approve", on, "mayor", "superior")
        return self

    def terms(self) -> list[tuple[date, date | None] | None]:
        """From when to when each filed policy is in force."""
        found = self.engine.filings("t")
        return [(f.term.starts, f.term.until) if f.term is not None else None for f in found]


def second(folder: Path, filer: Filer) -> str:
    """Another policy that is not in the catalogue, by name and digest."""
    path = folder / "other.yaml"
    path.write_text(town(OTHER), encoding="utf-8")
    (folder / "clauses.yaml").write_bytes(
        (filer.engine.catalogue.folder("town") / "clauses.yaml").read_bytes()
    )
    return filer.engine.identify(str(path), on=day(1, 1))


def test_what_is_filed_is_named_by_digest_and_kept() -> None:
    filer = Filer().draft(day(2, 1))
    (record,) = filer.engine.state(FILING).records["draft"]
    named = filer.engine.identify("town", on=day(2, 1))
    assert record.fields["rules"] == named
    kept = filer.engine.store.policy(named.partition("@")[2])
    assert kept is not None
    assert kept.name == "town"
    assert filer.engine.identify(str(filer.engine.catalogue.folder("town")), on=day(2, 1)) == named


def test_nothing_is_kept_of_what_is_refused(tmp_path: Path) -> None:
    filer = Filer()
    other = second(tmp_path, filer)
    with pytest.raises(RefusedError):
        filer.do(FILING, "draft", day(2, 1), "bo", rules=other)
    assert filer.engine.store.policy(other.partition("@")[2]) is None
    filer.draft(day(2, 1), other)
    assert filer.engine.store.policy(other.partition("@")[2]) is not None


def test_it_is_in_force_when_it_is_approved_and_not_before_its_day() -> None:
    filer = Filer().filed(day(2, 1), holds_from="2025-03-01")
    assert filer.engine.in_force("t", day(3, 1)) == {}
    assert filer.terms() == [None]
    filer.do(FILING, "approve", day(2, 3), "mayor", "superior")
    assert filer.engine.in_force("t", day(2, 28)) == {}
    assert filer.engine.in_force("t", day(3, 1), "east")["east"].filed.on == day(2, 1)
    assert filer.engine.in_force("t", day(3, 1), "hill") == {}


def test_what_is_approved_late_holds_from_its_approval() -> None:
    filer = Filer().approved(day(4, 5), holds_from=day(3, 1))
    assert filer.terms() == [(day(4, 5), None)]
    assert Filer().approved(day(4, 5)).terms() == [(day(4, 5), None)]


def test_what_is_sent_back_is_not_in_force_and_changes_nothing() -> None:
    filer = Filer().approved(day(2, 1)).filed(day(3, 1))
    filer.do(FILING, "send_back", day(3, 2), "mayor", "superior", advice="again")
    assert filer.terms() == [(day(2, 1), None), None]
    filer.filed(day(3, 5)).do(FILING, "approve", day(3, 6), "mayor", "superior")
    assert filer.terms() == [(day(2, 1), day(3, 6)), None, (day(3, 6), None)]


def test_of_two_from_one_day_the_one_approved_later_holds() -> None:
    filer = Filer().approved(day(2, 1), holds_from=day(6, 1))
    filer.approved(day(3, 1), holds_from=day(6, 1))
    assert filer.terms() == [None, (day(6, 1), None)]


def test_what_is_taken_back_ends_and_so_does_what_waits() -> None:
    filer = Filer().approved(day(2, 1))
    filer.do(FILING, "take_back", day(5, 1), "mayor", "superior")
    assert filer.terms() == [(day(2, 1), day(5, 1))]
    filer = Filer().approved(day(2, 1)).draft(day(3, 1))
    filer.do(FILING, "take_back", day(5, 1), "mayor", "superior")
    assert filer.terms() == [(day(2, 1), None), None]
    filer = Filer().approved(day(2, 1), holds_from=day(6, 1))
    filer.do(FILING, "take_back", day(5, 1), "mayor", "superior")
    assert filer.terms() == [None]  # before it ever held


def test_taking_back_takes_the_last_approved_only() -> None:
    filer = Filer().approved(day(2, 1)).approved(day(3, 1))
    filer.do(FILING, "take_back", day(5, 1), "mayor", "superior")
    assert filer.terms() == [(day(2, 1), day(3, 1)), (day(3, 1), day(5, 1))]


def test_an_annulled_approval_gives_back_what_it_superseded() -> None:
    filer = Filer().approved(day(2, 1)).approved(day(3, 1))
    version = filer.engine.state(FILING).records["approve"][-1].version
    step = {"do": "annul", "actor": "mayor", "capacity": "superior", "on": day(3, 2)}
    filer.engine.do(FILING, {**step, "target": version})
    assert filer.terms() == [(day(2, 1), None), None]


def test_what_was_approved_is_not_exchanged_by_a_correction(tmp_path: Path) -> None:
    filer = Filer().approved(day(2, 1))
    version = filer.engine.state(FILING).records["draft"][0].version
    step = {"do": "correct", "actor": "an", "capacity": "secretary", "on": day(2, 2)}
    other = second(tmp_path, filer)
    with pytest.raises(RefusedError):
        filer.engine.do(FILING, {**step, "target": version, "rules": other})
    filer = Filer().draft(day(2, 1))
    filer.engine.do(FILING, {**step, "target": 2, "holds_from": day(3, 1), "rules": "town"})
    assert next(filer.engine.filings("t")).filed.wanted == day(3, 1)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("twon", "`rules`: there is no policy `twon`; known are `sampler`, `town`"),
        ("/etc", "`rules`: there is no policy `/etc`; known are"),
        (f"town@{'0' * 64}", "`rules`: `town` has the digest "),
        ("sampler", "`rules`: the policy `sampler` cannot be loaded: extends: there is no policy"),
        (7, "`rules` has to be text"),
        (f"other@{'0' * 64}", "`rules`: there is no policy `other@"),
    ],
)
def test_what_cannot_be_filed_is_told(rules: object, message: str) -> None:
    filer = Filer()
    step = {"do": "draft", "actor": "an", "capacity": "secretary", "on": day(2, 1), "rules": rules}
    for take in (filer.engine.do, filer.engine.explain):
        with pytest.raises(InvalidCommandError) as invalid:
            take(FILING, step)
        assert invalid.value.problems[0].startswith(message)


def test_words_for_others_to_build_on_are_not_filed() -> None:
    filer = Filer()
    filer.engine.catalogue = Catalogue((*filer.engine.catalogue.roots, built_in()))
    with pytest.raises(InvalidCommandError, match="`base` is only for others to extend"):
        filer.draft(day(2, 1), "base")
    with pytest.raises(PledgeflowError, match="`base` is only for others to extend"):
        filer.engine.identify("base", on=day(1, 1))


def test_a_day_that_is_none_is_told_as_ever() -> None:
    with pytest.raises(InvalidCommandError, match="has to be a date such as"):
        Filer().draft(day(2, 1), holds_from="soon")


def test_a_cycle_runs_by_what_was_filed(tmp_path: Path) -> None:
    filer = Filer()
    other = second(tmp_path, filer)
    filer.approved(day(2, 1), other)
    (tmp_path / "other.yaml").unlink()
    fresh = Engine(filer.engine.store, filer.engine.catalogue, clock=lambda: day(12, 31))
    row = fresh.open_cycle("t", other, cycle="2026")
    assert f"town@{row.digest}" == other
    title = fresh.cycle_policy("t", "2026").document.title
    assert title is not None
    assert title.en == "new town"
    row = fresh.open_cycle("t", other, cycle="next", starts=date(2027, 1, 1))
    assert row.policy == "town"
    with pytest.raises(PledgeflowError, match="was never filed here; name a policy without digest"):
        Engine(MemoryStore(), filer.engine.catalogue).open_cycle("t", other, cycle="2025")
    with pytest.raises(PolicyError):
        fresh.identify("nowhere", on=day(1, 1))


def test_a_step_names_one_policy_and_one_day() -> None:
    holds = "            holds_from: {type: date"
    wrong = problems(town((holds, f"            on: date\n{holds}")))
    assert any("beside `rules`, name one day only" in problem for problem in wrong)
    two = tiny(
        ("said: {type: choice, required: false, open: true}", "one: policy\n      two: policy")
    )
    assert any("a command names one policy at most" in p for p in tiny_problems(two))


# --- the line of days ---------------------------------------------------------------------------

FIRST = date(2025, 1, 1)
DAYS = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
FILED = st.builds(
    Filed,
    st.sampled_from([StreamId("t", cycle, "east", "filing") for cycle in ("2025", "2026")]),
    st.integers(1, 9),
    st.just("town"),
    st.text("0123456789abcdef", min_size=4, max_size=4),
    st.just(FIRST),
    st.none() | DAYS,
    st.none() | DAYS,
    st.none() | DAYS,
)


@settings(deadline=None)
@given(st.lists(FILED, max_size=8, unique_by=lambda f: (f.stream, f.version)), st.randoms())
def test_at_most_one_is_in_force_and_superseding_leaves_no_gap(
    found: list[Filed], rng: Random
) -> None:
    line = terms(found)
    for number in range(-1, 45):
        on = FIRST + timedelta(days=number)
        holding = [term for term in line if term.holds(on)]
        assert len(holding) <= 1
        started = [f for f in found if f.starts is not None and f.starts <= on]
        if not any(f.withdrawn is not None for f in started):
            assert len(holding) == min(1, len(started))
        for term in holding:
            assert term.filed.approved is not None
            assert term.filed.approved <= on
    for before, after in pairwise(line):
        assert before.until is not None
        assert before.until <= after.starts
    shuffled = list(found)
    rng.shuffle(shuffled)
    assert terms(shuffled) == line


def test_a_scenario_that_files_a_policy_goes_on_under_other_names(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    copytree(Filer().engine.catalogue.folder("town"), source / "town")
    target.mkdir()
    (source / "town" / "scenarios").mkdir()
    (source / "town" / "scenarios" / "filing.yaml").write_text(
        "- scenario: it is filed\n  policy: town\n  clauses: [T-01]\n"
        "  given: {promisor: east@filing}\n"
        "  when:\n  - {on: 2025-02-01, actor: an, capacity: secretary, do: draft, rules: town}\n"
        "  then: {state: drafted}\n",
        encoding="utf-8",
    )
    new = renamed(Catalogue((source,)), "town", target)
    tree = opened(target / new / "scenarios" / "filing.yaml", "sequence").tree
    assert isinstance(tree, list)
    (scenario,) = tree
    assert isinstance(scenario, dict)
    assert scenario["policy"] == new
    steps = scenario["when"]
    assert isinstance(steps, list)
    (step,) = steps
    assert isinstance(step, dict)
    assert step["rules"] == new
