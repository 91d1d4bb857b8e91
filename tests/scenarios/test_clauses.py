"""Every clause that some rule cites is protected: each such rule, taken out, is missed by a scenario."""

import pytest

from pledgeflow.assurance.coverage import coverage
from pledgeflow.catalogue import Catalogue

CATALOGUE = Catalogue()
DOCUMENTS = sorted(
    (name for name in CATALOGUE.names() if CATALOGUE.own_register(name)),
    key=lambda name: len(CATALOGUE.own_register(name)),
)
# Each takes minutes: the shortest two are played always, the others with the long tests.
SHARE = [
    pytest.param(name, marks=pytest.mark.stress) if place > 1 else name
    for place, name in enumerate(DOCUMENTS)
]


@pytest.mark.parametrize("name", SHARE)
def test_no_clause_is_implemented_without_being_protected(name: str) -> None:
    clauses = coverage(CATALOGUE, [name]).clauses
    bare = {key: found.missing for key, found in clauses.items() if found.status == "implemented"}
    assert bare == {}
    assert any(found.status == "tested" for found in clauses.values())
