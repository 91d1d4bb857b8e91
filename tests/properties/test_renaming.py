"""The engine knows no name: every policy works the same with all of its names exchanged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pledgeflow.assurance.renaming import Collector, renamed
from pledgeflow.assurance.running import Runner
from pledgeflow.assurance.suites import FOLDER, scenarios
from pledgeflow.assurance.walking import walk
from pledgeflow.catalogue import Catalogue
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.schema import Document
from tests.unit.test_scenario_runner import write_tiny

BUILT_IN = [name for name in Catalogue().names() if (Catalogue().folder(name) / FOLDER).is_dir()]
WAYS = [(name, reverse) for name in BUILT_IN for reverse in (False, True)]
SHARE = [
    # a part of the scenarios of each policy one way round, every other one backwards; all of them,
    # both ways round, with the long tests
    *((*way, 8) for number, way in enumerate(WAYS) if number % 4 in (0, 3)),
    *(pytest.param(*way, 1, marks=pytest.mark.stress) for way in WAYS),
]


def names(catalogue: Catalogue, name: str) -> set[tuple[str, str]]:
    collector = Collector()
    for _, source in catalogue.lineage(name):
        walk(Document, source.tree, collector)
    return set(collector.names)


def words(tree: Tree) -> Iterator[str]:
    """Every key and text but labels."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            if key not in ("zh", "en", "assumed"):
                yield from words(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from words(value)
    else:
        yield str(tree)


def check(catalogue: Catalogue, name: str, target: Path, *, reverse: bool, every: int = 1) -> None:
    new = renamed(catalogue, name, target, reverse=reverse)
    other = Catalogue((target,))
    old_names, new_names = names(catalogue, name), names(other, new)
    assert len(new_names) == len(old_names)
    assert not old_names & new_names
    told = scenarios(other, new)
    assert len(told) == len(scenarios(catalogue, name))
    results = Runner(other).run_all(told[::every])
    assert [(r.name, r.message) for r in results if not r.passed] == []


@pytest.mark.parametrize(("name", "reverse", "every"), SHARE)
def test_all_scenarios_pass_under_other_names(
    name: str, reverse: bool, every: int, tmp_path: Path
) -> None:
    check(Catalogue(), name, tmp_path / "renamed", reverse=reverse, every=every)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_small_policy_works_under_other_names(reverse: bool, tmp_path: Path) -> None:
    catalogue = Catalogue((write_tiny(tmp_path / "tiny"),))
    check(catalogue, "tiny", tmp_path / "renamed", reverse=reverse)


def test_names_change_wherever_they_stand(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "tiny")
    text = (folder / "tiny/policy.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "outcomes:\n",
        "outcomes:\n  poor:\n    label: {zh: 批评, en: to be criticised}\n"
        "    when: {tier: [bad], state: graded, command: {grade: true},"
        " items: {commitment: proposed}}\n"
        "    calls_for: [submit]\n    cite: T-5\n",
    ).replace(
        "heard: {is: preceded_by, command: consult, cite: T-2}",
        "heard: {is: preceded_by, command: consult, since: drafting, by: [promisor], cite: T-2}\n"
        "          fresh: {is: preceded_by, command: [consult], since: last_revision, cite: T-2}\n"
        "          graded: {is: not_preceded_by, command: grade, saying: {tier: bad}, cite: T-2}\n"
        "          open: {values: {2011-01-01: {is: items, of: commitment, none: [], cite: T-2}}}",
    )
    text += (
        "duties:\n  asking:\n    label: {zh: 听, en: ask}\n    owner: superior\n"
        "    met_by: [consult, submit]\n    every: P1M\n    from: {state: drafting}\n"
        "    until: {state: submitted}\n    while: [drafting]\n"
        "    if: {is: graded, tiers: [good]}\n    cite: T-2\n"
        "  showing:\n    label: {zh: 示, en: show}\n    owner: superior\n    met_by: submit\n"
        "    after: {command: propose, within: P1D}\n    each: commitment\n    in: [proposed]\n"
        "    cite: T-2\n"
    )
    (folder / "tiny/policy.yaml").write_text(text, encoding="utf-8")
    target = tmp_path / "renamed"
    new = renamed(Catalogue((folder,)), "tiny", target)
    tree = read((target / new / "policy.yaml").read_text(encoding="utf-8"), new).tree
    old = {"tiny", "ground", "drafting", "good", "proposed", "hurry", "consult"}
    assert not set(words(tree)) & (old | {"submit", "submitted", "propose"})
    Catalogue((target,)).load(new)


def test_a_pin_is_left_out_where_names_change(tmp_path: Path) -> None:
    folder = write_tiny(tmp_path / "tiny")
    pin = Catalogue((folder,)).pin("ground")
    path = folder / "tiny/policy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("extends: ground", f"extends: {{policy: ground, pin: {pin}}}"),
        encoding="utf-8",
    )
    check(Catalogue((folder,)), "tiny", tmp_path / "renamed", reverse=False)
