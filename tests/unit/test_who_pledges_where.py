"""Two kinds, two posts, two venues, or none: a defined answer or a clear error, never a silent pick."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pledgeflow import Engine, MemoryStore, RefusedError
from pledgeflow.errors import DirectoryError, Ruling

DAY = date(2025, 8, 20)
ORGANIZATIONS: dict[str, Any] = {
    "county": {"kind": "committee", "kinds": ["committee"], "posts": {"secretary": "qin"}},
    "branch": {"kind": "branch", "parent": "county", "posts": {"secretary": "li"}},
    "street": {"kind": "branch", "parent": "county", "posts": {"secretary": "song"}},
    "estate": {"kind": "branch", "parent": "county", "posts": {"secretary": "song"}},
}
MEMBER = ["party_member", "in_service"]
PEOPLE: dict[str, Any] = {
    name: {"kinds": MEMBER, "member_of": "branch"} for name in ("qin", "li", "song", "wang")
}


def engine(policy: str = "pingliang", **people: Any) -> Engine:
    made = Engine(MemoryStore(), clock=lambda: DAY)
    made.put_directory("town", {"organizations": ORGANIZATIONS, "people": PEOPLE | people})
    made.open_cycle("town", policy, cycle="2025")
    return made


def person(*kinds: str, venues: dict[str, str] | None = None, **rest: Any) -> dict[str, Any]:
    homes = [{"organization": place, "venue": venue} for place, venue in (venues or {}).items()]
    return {"kinds": list(kinds), "member_of": "branch", "memberships": homes, **rest}


@pytest.mark.parametrize(
    ("kinds", "track"),
    [
        (("party_member", "in_service"), "member"),
        (("party_member", "in_service", "agency", "leading_cadre"), "member"),
        (("party_member", "retired"), "retired"),
        (("party_member", "retired", "elderly_infirm"), "retired"),
        (("party_member", "in_service", "elderly_infirm"), "elderly_infirm"),
    ],
)
def test_somebody_of_several_kinds_is_in_one_track(kinds: tuple[str, ...], track: str) -> None:
    assert engine(pat=person(*kinds)).state("town/2025/pat").track == track


def test_somebody_of_no_kind_that_pledges_is_told_so_with_the_clauses() -> None:
    with pytest.raises(RefusedError) as refused:
        engine(pat=person("guest")).state("town/2025/pat")
    assert refused.value.verdict.ruling is Ruling.SILENT
    assert "PL-06" in refused.value.verdict.clauses
    assert refused.value.reasons[0].text.keys() == {"zh", "en"}


def test_an_organization_of_two_kinds_with_a_route_each_is_told_apart_first() -> None:
    both = {"kind": "branch", "kinds": ["agency", "medical"], "posts": {"secretary": "li"}}
    made = Engine(MemoryStore(), clock=lambda: DAY)
    made.put_directory("town", {"organizations": {"branch": both}, "people": {"li": {}}})
    made.open_cycle("town", "chiping", cycle="2025")
    with pytest.raises(DirectoryError, match=r"fits the tracks .* alike; tell them apart by kind"):
        made.state("town/2025/branch")


def test_somebody_with_two_work_units_has_to_keep_one() -> None:
    two = {"kinds": MEMBER, "memberships": [{"organization": o} for o in ("branch", "street")]}
    with pytest.raises(DirectoryError, match=r"several organizations as the work unit.*keep one"):
        engine(pat=two).state("town/2025/pat")


def test_somebody_without_a_work_unit_needs_one() -> None:
    with pytest.raises(DirectoryError, match="belongs to no organization as the work unit; add"):
        engine(pat={"kinds": MEMBER}).state("town/2025/pat")


def test_one_person_pledges_at_two_venues_each_a_pledge_of_its_own() -> None:
    made = engine(pat=person(*MEMBER, venues={"street": "residence"}))
    asked = {"do": "open", "actor": "pat", "capacity": "promisor", "on": DAY, "form": "written"}
    made.do("town/2025/pat", asked)
    made.do("town/2025/pat@residence", {**asked, "request": "help on the estate"})
    work, home = made.state("town/2025/pat"), made.state("town/2025/pat@residence")
    assert (work.track, work.organization) == ("member", "branch")
    assert (home.track, home.organization) == ("member_at_residence", "street")
    assert {str(row.stream) for row in made.pledges("town")} == {
        "town/2025/pat",
        "town/2025/pat@residence",
    }


@pytest.mark.parametrize(
    ("venues", "message"),
    [
        ({"street": "residence", "estate": "residence"}, "several organizations at the venue"),
        ({}, "no organization at the venue `residence`; add a membership"),
    ],
)
def test_two_residences_or_none_are_a_clear_error(venues: dict[str, str], message: str) -> None:
    with pytest.raises(DirectoryError, match=message):
        engine(pat=person(*MEMBER, venues=venues)).state("town/2025/pat@residence")


@pytest.mark.parametrize("policy", ["pingliang", "huimin"])
def test_a_venue_that_a_policy_does_not_know_is_silent(policy: str) -> None:
    made = engine(policy, pat=person(*MEMBER, venues={"street": "club"}))
    with pytest.raises(RefusedError) as refused:
        made.state("town/2025/pat@club")
    assert refused.value.verdict.ruling is Ruling.SILENT


def test_somebody_in_two_posts_acts_in_the_capacity_that_is_named_and_never_for_themselves() -> (
    None
):
    posts = {"secretary": "li", "deputy_secretary": "li"}
    made = Engine(MemoryStore(), clock=lambda: DAY)
    branch = {**ORGANIZATIONS["branch"], "posts": posts}
    made.put_directory(
        "town", {"organizations": ORGANIZATIONS | {"branch": branch}, "people": PEOPLE}
    )
    made.open_cycle("town", "pingliang", cycle="2025")
    for name in ("wang", "li"):
        opened = {"do": "open", "actor": name, "capacity": "promisor", "on": DAY, "form": "written"}
        made.do(f"town/2025/{name}", opened)
    asked = {"do": "assign_post", "on": DAY, "capacity": "reviewer", "post": "counter 3"}

    def codes(pledge: str, actor: str) -> set[str]:
        verdict = made.explain(pledge, {**asked, "actor": actor})
        return {reason.code for reason in verdict.reasons}

    assert "not_holder" not in codes("town/2025/wang", "li")
    assert "own_pledge" in codes("town/2025/li", "li")
    assert not codes("town/2025/li", "qin") & {"own_pledge", "not_holder"}
