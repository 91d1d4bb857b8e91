"""A policy is what its resolved form says: written out and read back, or extended by nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue, built_in
from pledgeflow.policy.files.overlay import Resolved, dump, resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import build
from tests.strategies import CATALOGUE, deployable, fingerprint

each_policy = pytest.mark.parametrize("name", CATALOGUE.names())


def written_out(resolved: Resolved, path: str) -> Resolved:
    return resolve([read(dump(resolved.whole), path)], on=None, ordinal=1)


@each_policy
@pytest.mark.parametrize("ordinal", [1, 2])
def test_a_policy_that_is_written_out_reads_back_as_itself(name: str, ordinal: int) -> None:
    known = frozenset(CATALOGUE.register(name))
    resolved = CATALOGUE.resolved(name, ordinal=ordinal)
    again = written_out(resolved, "out.yaml")
    assert again.whole == resolved.whole
    first, second = build(resolved, known=known), build(again, known=known)
    assert (first.digest, first.body) == (second.digest, second.body)
    assert fingerprint(first) == fingerprint(second)


@each_policy
def test_the_stored_form_builds_the_same_policy(name: str) -> None:
    policy = CATALOGUE.load(name)
    rebuilt = CATALOGUE.rebuilt(name, policy.body)
    assert rebuilt.digest == policy.digest
    assert fingerprint(rebuilt) == fingerprint(policy)


@each_policy
def test_compiling_twice_gives_the_same_policy(name: str) -> None:
    known = frozenset(CATALOGUE.register(name))
    resolved = CATALOGUE.resolved(name)
    assert fingerprint(build(resolved, known=known)) == fingerprint(build(resolved, known=known))


@each_policy
def test_an_overlay_that_says_nothing_changes_only_the_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "county").mkdir()
    (tmp_path / "county" / "policy.yaml").write_text(f"policy: county\nextends: {name}\n")
    catalogue = Catalogue((tmp_path, *CATALOGUE.roots))
    parent, child = CATALOGUE.resolved(name).whole, catalogue.resolved("county").whole
    assert isinstance(parent, dict)
    assert isinstance(child, dict)
    own = {"policy", "extends", "abstract"}
    assert {k: v for k, v in child.items() if k not in own} == {
        k: v for k, v in parent.items() if k not in own
    }
    if not parent.get("abstract"):
        loaded = catalogue.load("county")
        assert loaded.name == "county"
        assert fingerprint(loaded.tracks) == fingerprint(CATALOGUE.load(name).tracks)


@each_policy
def test_another_order_of_the_rules_is_another_policy(name: str) -> None:
    resolved = CATALOGUE.resolved(name)
    assert isinstance(resolved.tree, dict)
    turned = dict(reversed(resolved.tree.items()))
    again = build(replace(resolved, tree=turned), known=frozenset(CATALOGUE.register(name)))
    assert again.digest != CATALOGUE.load(name).digest


def test_every_policy_that_comes_with_the_library_loads() -> None:
    catalogue = Catalogue((built_in(),))
    assert {"base", "huimin"} <= set(catalogue.names())
    for name in catalogue.names():
        assert catalogue.load(name).name == name
    assert set(deployable()) <= {*catalogue.names(), "sampler", "town"}
