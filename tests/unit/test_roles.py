"""Who may act for a role: posts, relations, memberships, bodies; and who steps in."""

from dataclasses import replace

import pytest

from pledgeflow.domain.people import Membership, Organization, Person, View
from pledgeflow.policy.compiled.roles import FINE, Roles, Standing, compile_roles
from pledgeflow.policy.language.people import Role
from tests.tiny import VIEW, Desk, loaded, tiny

STATE = Desk(loaded(tiny())).state
LABEL = {"zh": "角", "en": "role"}


def role(**said: object) -> Role:
    return Role.model_validate({"label": LABEL, **said})


def compiled(*, represented_by: tuple[str, ...] = (), **roles: Role) -> Roles:
    return compile_roles(roles, represented_by)


def standing(roles: Roles, actor: str, name: str = "r", view: View = VIEW) -> Standing:
    return roles.standing(name, actor, STATE, view)


def with_posts(organization: str, **posts: tuple[str, ...]) -> View:
    changed = replace(VIEW.organizations[organization], posts=posts)
    return replace(VIEW, organizations={**VIEW.organizations, organization: changed})


def test_the_promisor_is_who_pledges() -> None:
    roles = compiled()
    assert standing(roles, "wang", "promisor") == FINE
    assert standing(roles, "li", "promisor") == Standing("not_promisor", ("wang",), "promisor")
    assert roles.owners(STATE, VIEW) == ("wang",)


def test_an_organization_pledges_through_its_posts() -> None:
    roles = compiled(represented_by=("secretary", "deputy"))
    state = replace(STATE, stream=STATE.stream._replace(promisor="branch"))
    view = with_posts("branch", secretary=("li",), deputy=("wang", "mo"))
    assert roles.owners(state, view) == ("li", "wang", "mo")
    assert roles.standing("promisor", "mo", state, view) == FINE


OWN = role(person={"post": ["secretary"], "of": "own"}, otherwise="s")
SUPERIOR = role(person={"post": ["secretary"], "of": "superior"})


def test_a_post_is_held_in_an_organization() -> None:
    roles = compiled(r=OWN, s=SUPERIOR)
    assert standing(roles, "li") == FINE
    assert standing(roles, "zhao") == Standing("not_holder", ("li",), "r")
    assert standing(roles, "wang") == Standing("own_pledge", ("li",), "r")
    assert standing(roles, "zhao", "s") == FINE
    without_place = compiled(r=role(person={"post": ["secretary"]}))
    assert standing(without_place, "li") == FINE


@pytest.mark.parametrize("held", [(), ("wang",)])
def test_somebody_steps_in_for_a_vacant_post_or_for_whoever_would_judge_themselves(
    held: tuple[str, ...],
) -> None:
    roles = compiled(r=OWN, s=SUPERIOR)
    view = with_posts("branch", secretary=held)
    assert standing(roles, "zhao", view=view) == FINE
    assert standing(roles, "li", view=view) == Standing("not_holder", ("zhao",), "s")
    assert standing(roles, "wang", view=view) == Standing("own_pledge", ("zhao",), "s")


def test_where_nobody_is_left_the_role_is_vacant() -> None:
    roles = compiled(r=role(person={"post": ["secretary"]}))
    view = with_posts("branch", secretary=("wang",))
    assert standing(roles, "li", view=view) == Standing("vacant", (), "r")
    assert standing(roles, "wang", view=view) == Standing("own_pledge", (), "r")


def test_substitutes_that_go_round_end_where_they_began() -> None:
    roles = compiled(r=replace_otherwise("s"), s=replace_otherwise("r"))
    assert [rung.role for rung in roles.chains["r"]] == ["r", "s"]
    assert [rung.role for rung in roles.chains["s"]] == ["s", "r"]
    lost = compiled(r=replace_otherwise("nowhere"))
    assert [rung.role for rung in lost.chains["r"]] == ["r"]


def replace_otherwise(name: str) -> Role:
    return role(person={"post": ["secretary"]}, otherwise=name)


def test_a_relation_is_one_to_the_promisor_or_to_the_own_organization() -> None:
    roles = compiled(
        r=role(person={"relation": "contact", "to": "promisor"}),
        own=role(person={"relation": "liaison", "to": "own"}),
    )
    view = replace(VIEW, relations={("contact", "wang"): ("mo",), ("liaison", "branch"): ("moe",)})
    assert standing(roles, "mo", view=view) == FINE
    assert standing(roles, "moe", "own", view) == FINE
    assert standing(roles, "moe", view=view) == Standing("not_holder", ("mo",), "r")
    assert standing(roles, "mo") == Standing("vacant", (), "r")
    (rung,) = roles.chains["r"]
    assert rung.held_by(STATE, view, "mo")
    assert not rung.held_by(STATE, view, "moe")


def test_a_member_acts_without_being_listed_but_never_on_the_own_pledge() -> None:
    roles = compiled(r=role(person={"member_of": "own"}))
    assert standing(roles, "li") == FINE
    assert standing(roles, "wang") == Standing("own_pledge", (), "r")
    assert standing(roles, "zhao") == Standing("not_holder", (), "r")
    assert standing(roles, "nobody") == Standing("not_holder", (), "r")


BODIES = View(
    {"a": Person("a", memberships=(Membership("team"),))},
    {
        "branch": Organization("branch", "branch", "team", {"chair": ("own",)}),
        "team": Organization("team", "team", "office", {"chair": ("near",)}, frozenset({"board"})),
        "office": Organization("office", "board", None, {"chair": ("far",)}),
    },
)


@pytest.mark.parametrize(
    ("organization", "chair"),
    [
        ({"at": "own"}, "own"),
        ({"at": "superior"}, "near"),
        ({"kind": "team", "above": "own"}, "near"),
        ({"kind": "board", "above": "own"}, "near"),
        ({"kind": "moon", "above": "own"}, None),
    ],
)
def test_a_body_acts_through_its_chair(organization: dict[str, str], chair: str | None) -> None:
    roles = compiled(r=role(organization=organization, chaired_by=["chair"]))
    for actor in ("own", "near", "far"):
        assert (standing(roles, actor, view=BODIES) == FINE) is (actor == chair)
    rung, *further = roles.chains["r"]
    assert rung.held_by(STATE, BODIES, str(chair)) is (chair is not None)
    assert bool(further) is (organization == {"at": "superior"})


def test_where_the_superior_has_nobody_free_whoever_is_above_it_acts() -> None:
    roles = compiled(r=role(organization={"at": "superior"}, chaired_by=["chair"]))
    team = replace(BODIES.organizations["team"], posts={"chair": ("wang",)})
    view = replace(BODIES, organizations={**BODIES.organizations, "team": team})
    assert standing(roles, "far", view=view) == FINE
    assert standing(roles, "wang", view=view) == Standing("own_pledge", ("far",), "r")


def test_a_role_may_ask_for_kinds_besides_the_relation_the_post_or_the_membership() -> None:
    related = {"relation": "in_charge", "to": "own", "kinds": {"county_leader": True}}
    persons = {**VIEW.persons, "hu": Person("hu", frozenset({"county_leader"}))}
    view = replace(VIEW, persons=persons, relations={("in_charge", "branch"): ("hu", "li")})
    roles = compiled(r=role(person=related))
    assert standing(roles, "hu", view=view) == FINE
    assert standing(roles, "li", view=view) == Standing("not_holder", ("hu",), "r")
    (rung,) = roles.chains["r"]
    assert rung.held_by(STATE, view, "hu")
    assert not rung.held_by(STATE, view, "li")
    member = compiled(r=role(person={"member_of": "own", "kinds": {"county_leader": False}}))
    assert standing(member, "li", view=view) == FINE


def test_a_post_may_be_one_of_a_body() -> None:
    body = role(organization={"kind": "team", "above": "own"}, chaired_by=["chair"])
    roles = compiled(body=body, r=role(person={"post": ["chair"], "of": "body"}))
    assert standing(roles, "near", view=BODIES) == FINE
    members = compiled(body=body, r=role(person={"member_of": "body"}))
    assert standing(members, "a", view=BODIES) == FINE


@pytest.mark.parametrize("of", ["nowhere", "person"])
def test_a_post_of_what_is_no_body_is_held_by_nobody(of: str) -> None:
    roles = compiled(person=OWN, r=role(person={"post": ["secretary"], "of": of}))
    assert standing(roles, "li").code == "vacant"
