"""Two policies run together: what one permits and the other refuses, and no more than that."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from pledgeflow.assurance.diffing import AlignFile, Compared, Difference, compare, counterparts
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.removal import Without
from pledgeflow.assurance.renaming import renamed
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.catalogue import POLICY_FILE, Catalogue
from pledgeflow.domain.commands import Tick
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.marks import Path as Place
from pledgeflow.policy.guards.kinds import Factory
from tests.assurance.pairs import Told, differing
from tests.assurance.policies import BROKEN, PLANTED, copied
from tests.assurance.test_exploring import GUARD, broken, noted
from tests.planted.brute import DAYS, said
from tests.planted.listing import PROMISORS
from tests.tiny import loaded, tiny

SOUND, SHORT = PLANTED.load("sound"), PLANTED.load("sound_short")
MEMBERS = ("member", "member")
FEW = ("no_consent", "early_practice", "item_slips_in")
BY_THE_DAY = ("closed_by_time", "rated_out_of_time")
"""Where a day matters that the brute force does not try."""


def guards(tree: object, path: Place = ()) -> list[Place]:
    if not isinstance(tree, dict):
        return []
    if path[-1:] == ("guards",):
        return [(*path, name) for name in tree]
    return [place for name, below in tree.items() for place in guards(below, (*path, name))]


def without(place: Place, name: str = "sound_short") -> Policy:
    return Without.of(Shelf.over(PLANTED), [place]).load(name)


def overlay(folder: Path, text: str, parent: str = "sound") -> Policy:
    """A policy that extends one of the planted ones."""
    catalogue = copied(parent, folder)
    (folder / "local").mkdir()
    head = f"policy: local\ntitle: {{zh: 本地, en: local}}\nextends: {parent}\n"
    (folder / "local" / POLICY_FILE).write_text(head + text, encoding="utf-8")
    return catalogue.load("local")


def told(found: Compared) -> dict[Told, int]:
    """As the brute force tells it, with the passing of time as one input however often it stops."""
    shortest: dict[Told, int] = {}
    for each in found.differences:
        form = (each.accepting, each.left, each.code, each.rule)
        shortest[form] = min(length(each), shortest.get(form, 99))
    return shortest


def length(each: Difference) -> int:
    ticks = [isinstance(move.left, Tick) for move in each.trace]
    return sum(1 if tick else len(list(run)) for tick, run in groupby(ticks))


def by_name(left: Policy, right: Policy, tracks: tuple[str, str]) -> AlignFile:
    """What is called the same is the same, and nothing else is."""
    theirs = right.tracks[tracks[1]].commands
    names = left.tracks[tracks[0]].commands
    return AlignFile(commands={name: name if name in theirs else None for name in names})


# --- no difference ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sound", "sound_leaders", "sound_rounds"])
def test_a_policy_is_no_different_from_itself(name: str) -> None:
    policy = PLANTED.load(name)
    found = compare((policy, policy), MEMBERS)
    assert found.differences == []
    assert found.complete
    assert found.checked > 0
    assert found.refines is True
    assert found.unreached == ()


@pytest.mark.parametrize("reverse", [False, True])
def test_other_names_are_no_difference(tmp_path: Path, reverse: bool) -> None:
    for name in ("sound", "sound_leaders"):
        new = renamed(PLANTED, name, tmp_path / name, reverse=reverse)
        policies = PLANTED.load(name), Catalogue((tmp_path / name,)).load(new)
        (pair,) = counterparts(*policies)
        found = compare(policies, pair)
        assert found.differences == []
        assert found.complete
        assert (found.alignment.left, found.alignment.right) == ((), ())
        assert found.pairs == compare((policies[0], policies[0]), MEMBERS).pairs


@pytest.mark.stress
@pytest.mark.parametrize("name", ["chiping", "feicheng", "gannan", "huimin", "pingliang"])
def test_what_ships_is_no_different_from_itself_under_other_names(
    tmp_path: Path, name: str
) -> None:
    policy = Catalogue().load(name)
    other = Catalogue((tmp_path,)).load(renamed(Catalogue(), name, tmp_path, reverse=True))
    for right in (policy, other):
        pairs = list(counterparts(policy, right))
        assert len(pairs) == len(policy.tracks)
        for pair in pairs:
            found = compare((policy, right), pair, Bounds(states=100, items=1))
            assert (found.differences, found.unsound, found.raised) == ([], [], {})


# --- just what differs ------------------------------------------------------------------------------


GUARDS = {".".join(map(str, place)): place for place in guards(SHORT.tree)}


SOME = list(GUARDS)[::3]


def one_dropped(rule: str) -> None:
    other = without(GUARDS[rule])
    found = compare((SHORT, other), MEMBERS)
    assert found.complete
    assert told(found) == differing(SHORT, other)
    assert {(each.accepting, each.rule) for each in found.differences} <= {("right", rule)}
    assert found.refines is not bool(found.differences)


@pytest.mark.parametrize("rule", SOME)
def test_a_dropped_guard_is_just_what_differs_by_the_shortest_way(rule: str) -> None:
    one_dropped(rule)


@pytest.mark.stress
@pytest.mark.parametrize("rule", sorted({*GUARDS} - {*SOME}))
def test_so_it_is_for_every_other_guard(rule: str) -> None:
    one_dropped(rule)


def against_parent(name: str) -> None:
    *_, (parent, _), _ = PLANTED.lineage(name)
    policies = PLANTED.load(parent.name), PLANTED.load(name)
    (tracks,) = counterparts(*policies)
    found = compare(policies, tracks, said=by_name(*policies, tracks))
    days, promisors = said(name).get("days", DAYS), said(name).get("promisors", PROMISORS[:1])
    brute: dict[Told, int] = {}
    for promisor in promisors:
        for form, inputs in differing(*policies, promisor, tuple(days)).items():
            brute[form] = min(inputs, brute.get(form, 99))
    assert found.complete
    assert told(found) == brute
    assert found.refines is not any(side == "right" for side, *_ in brute)


@pytest.mark.parametrize("name", FEW)
def test_brute_force_finds_the_same_differences(name: str) -> None:
    against_parent(name)


@pytest.mark.stress
@pytest.mark.parametrize("name", sorted({*BROKEN} - {*FEW, *BY_THE_DAY}))
def test_brute_force_finds_the_same_differences_in_all(name: str) -> None:
    against_parent(name)


def test_a_trace_is_real_on_both_sides() -> None:
    policies = (
        SOUND,
        without(("lifecycles", "pledge", "transitions", "sign", "guards", "agreed"), "sound"),
    )
    (each,) = compare(policies, MEMBERS).differences
    moves = [(move.left, move.right) for move in (*each.trace, each.last)]
    assert [one.name for one, _ in moves if one is not None] == [
        "propose",
        "submit",
        "approve",
        "sign",
    ]
    assert each.reasons[0].rule == "lifecycles.pledge.transitions.sign.guards.agreed"
    assert each.permits.rule == "lifecycles.pledge.transitions.sign"
    assert each.certain


# --- whether it only tightens -----------------------------------------------------------------------

TIGHTER = """
lifecycles:
  pledge:
    transitions:
      publish:
        guards:
          asked: {is: preceded_by, command: consult, assumed: people are asked first}
      consult: {source: signed, stays: true, by: promisor, assumed: they are asked}
      submit:
        guards:
          some: {is: items, of: commitment, at_least: 1, none: [done], assumed: none of them done}
commands:
  consult: {means: consultation, label: {zh: 征求意见, en: consult}}
"""


def test_a_local_policy_that_only_tightens_refines_its_template(tmp_path: Path) -> None:
    local = overlay(tmp_path, TIGHTER)
    found = compare((SOUND, local), MEMBERS)
    assert found.refines is True
    assert found.relaxations == []
    assert found.alignment.right == ("consult",)
    assert {each.left for each in found.differences} == {"publish"}
    turned = compare((local, SOUND), MEMBERS)
    assert turned.refines is False
    (each,) = turned.relaxations
    assert (each.left, each.code) == ("publish", "not_preceded")
    assert each.after == ("consult",)


def test_one_more_role_is_a_relaxation(tmp_path: Path) -> None:
    """Though some way of the step is permitted by both."""
    local = overlay(
        tmp_path,
        """
lifecycles:
  pledge:
    transitions:
      approve: {by: [reviewer, superior], assumed: either will do}
""",
    )
    found = compare((SOUND, local), MEMBERS)
    (each,) = found.differences
    assert (each.accepting, each.left, each.code) == ("right", "approve", "not_in_capacity")
    assert each.said
    assert found.refines is False


def test_other_holders_of_one_role_are_a_relaxation(tmp_path: Path) -> None:
    local = overlay(
        tmp_path,
        """
posts: {deputy: {zh: 副书记, en: deputy}}
roles:
  reviewer: {person: {post: [secretary, deputy]}, assumed: the deputy too}
""",
    )
    found = compare((SOUND, local), MEMBERS)
    assert {(each.accepting, each.code) for each in found.differences} == {("right", "not_holder")}
    assert compare((local, SOUND), MEMBERS).refines is True


# --- words that have no counterpart -----------------------------------------------------------------


def asking(command: str) -> str:
    """A command that has to say why."""
    return f"""
commands:
  {command}:
    fields:
      reason:
        type: choice
        choices: {{late: {{zh: 迟, en: late}}, ill: {{zh: 病, en: ill}}}}
        assumed: why
"""


def test_a_value_that_the_other_does_not_list_is_refused_by_its_own_words(tmp_path: Path) -> None:
    one = overlay(tmp_path / "a", asking("send_back"))
    more = asking("send_back").replace("{late:", "{away: {zh: 外出, en: away}, late:")
    guard = """
lifecycles:
  pledge:
    transitions:
      send_back:
        guards:
          far: {is: includes, field: reason, of: [away], assumed: only who is away}
"""
    two = overlay(tmp_path / "b", f"{more}{guard}")
    found = compare((one, two), MEMBERS)
    assert {(each.accepting, each.code, each.said) for each in found.differences} == {
        ("right", "not_on_the_list", True),
        ("left", "not_named", True),
    }


def test_a_field_that_only_one_asks_for_is_told_and_then_filled_in(tmp_path: Path) -> None:
    """Each side goes on with its own words, and what is found behind that says so."""
    local = overlay(tmp_path, asking("approve"))
    found = compare((SOUND, local), MEMBERS)
    (each,) = found.differences
    assert (each.accepting, each.code, each.rule) == (
        "left",
        "field_missing",
        "commands.approve.fields.reason",
    )
    assert found.unreached == ()
    assert found.refines is True


# --- bounds -----------------------------------------------------------------------------------------


def test_a_stop_at_the_bound_is_no_answer() -> None:
    found = compare((SOUND, SOUND), MEMBERS, Bounds(states=5))
    assert not found.complete
    assert found.waiting
    assert found.refines is None


def test_merges_that_are_not_compared_are_no_answer() -> None:
    found = compare((SOUND, SOUND), MEMBERS, Bounds(merges=1))
    assert found.uncompared
    assert not found.complete
    assert found.refines is None


def test_beyond_the_bound_it_looks_for_what_was_not_reached() -> None:
    policies = (
        SOUND,
        without(("lifecycles", "pledge", "transitions", "honour", "guards", "eligible"), "sound"),
    )
    found = compare(policies, MEMBERS, Bounds(states=24))
    (each,) = found.differences
    assert found.further
    assert len(each.trace) > found.steps
    assert not found.shortest(each)


@pytest.mark.parametrize(("guard", "unsound"), [(noted(silent=False), True), (broken, False)])
def test_guards_that_lie_or_raise_are_found_out(guard: Factory, unsound: bool) -> None:
    policy = loaded(tiny(GUARD), allowed={"county.noted": guard})
    found = compare((policy, policy), MEMBERS)
    assert bool(found.unsound) is unsound
    assert bool(found.raised) is not unsound
    assert not found.complete
    assert found.refines is None
