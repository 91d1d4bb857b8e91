"""Every clause that some rule cites is protected: each such rule, taken out, is missed by a scenario."""

import pytest

from pledgeflow.assurance.coverage import coverage
from pledgeflow.catalogue import Catalogue

CATALOGUE = Catalogue()
DOCUMENTS = [name for name in CATALOGUE.names() if CATALOGUE.own_register(name)]
QUICK = "huimin"
"""Is played always, in seconds; the others take a minute or more each, with the long tests."""
SHARE = [
    name if name == QUICK else pytest.param(name, marks=pytest.mark.stress) for name in DOCUMENTS
]


@pytest.mark.parametrize("name", SHARE)
def test_no_clause_is_implemented_without_being_protected(name: str) -> None:
    clauses = coverage(CATALOGUE, [name]).clauses
    bare = {key: found.missing for key, found in clauses.items() if found.status == "implemented"}
    assert bare == {}
    assert any(found.status == "tested" for found in clauses.values())
