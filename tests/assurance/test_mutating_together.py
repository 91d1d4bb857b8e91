"""What is proved by where a whole and its items can stand together, in tracks of any size."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.mutating.gathering import gathered
from pledgeflow.assurance.mutating.likeness import Likeness, Product
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.mutating.together import Together, opens_alike
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.policy.compiled.rules import Policy
from tests.assurance.policies import kept
from tests.tiny import guarded, loaded, tiny

ALL_DONE = guarded("submit", "is: items, of: commitment, all: [done], label: {zh: 毕, en: done}")
SOME_DONE = guarded(
    "submit", "is: items, of: commitment, in: [done], all: [done], label: {zh: 毕, en: done}"
)
NONE_TO_DO = guarded("submit", "is: items, of: commitment, none: [todo], label: {zh: 毕, en: done}")
REVISE = (
    "        amends: commitment\n        cite: T-1",
    "        amends: commitment\n        while: {pledge: %s}\n        cite: T-1",
)
OVER = (
    (
        "      closed: {zh: 关, en: closed}",
        "      closed: {zh: 关, en: closed}\n      over: {zh: 终, en: over}",
    ),
    ("    final: [closed]", "    final: [over]"),
    (
        "  commitment:\n    label: {zh: 项",
        "      end:\n        source: closed\n        dest: over\n        by: promisor\n"
        "        guards: {noted: {is: preceded_by, command: note, since: %s, "
        "label: {zh: 记, en: noted}, cite: T-2}}\n        cite: T-2\n  commitment:\n    label: {zh: 项",
    ),
    (
        "  submit:\n    means: submission",
        "  end:\n    means: announcement\n    label: {zh: 结, en: end}\n"
        "  submit:\n    means: submission",
    ),
)
AGAIN = (
    "      submit:\n        source: open",
    "      reopen: {trigger: do_over, source: closed, dest: open, by: secretary, cite: T-1}\n"
    "      submit:\n        source: open",
)
DO_OVER = (
    "  submit:\n    means: submission",
    "  do_over:\n    means: opening\n    label: {zh: 重, en: again}\n  submit:\n    means: submission",
)
NOTE = "        source: [open, closed]\n        stays: true\n        by: [promisor, secretary]"
LATE = (NOTE, NOTE.replace("[open, closed]", "closed"))


class Nobody:
    """A judge who goes through nothing."""

    def alike(self, policies: tuple[Policy, Policy], track: str) -> bool:  # noqa: ARG002
        return False


def under(states: str) -> tuple[str, str]:
    return REVISE[0], REVISE[1] % states


def over(since: str) -> tuple[tuple[str, str], ...]:
    return tuple((old, new % since if "%s" in new else new) for old, new in OVER)


def together(*changes: tuple[str, str]) -> Together:
    rules = loaded(tiny(*changes)).tracks["member"]
    return Together(rules.source, rules.root)


def proved(folder: Path, name: str, *changes: tuple[str, str]) -> bool:
    """Whether a mutant is equivalent though nobody runs it together with the policy."""
    shelf = Shelf.over(kept(tiny(*changes), folder))
    mutation = next(m for m in gathered(shelf, "tiny") if m.name == name)
    mutant = Mutant.of(shelf, "tiny", mutation)
    return Likeness(shelf, "tiny", Nobody()).equivalent(mutant, mutation)


def test_everything_can_come_together_that_no_step_rules_out() -> None:
    assert together().pairs("commitment") == frozenset(
        (over, item) for over in ("open", "closed") for item in ("todo", "done")
    )


@pytest.mark.parametrize("guard", [ALL_DONE, NONE_TO_DO])
def test_a_step_that_asks_where_all_items_are_rules_the_others_out(guard: tuple[str, str]) -> None:
    found = together(guard).pairs("commitment")
    assert found == frozenset({("open", "todo"), ("open", "done"), ("closed", "done")})


def test_a_guard_over_some_of_the_items_rules_nothing_out() -> None:
    found = together(SOME_DONE).pairs("commitment")
    assert found is not None
    assert ("closed", "todo") in found


def test_of_what_comes_from_another_cycle_nothing_is_known() -> None:
    carried = (
        "        source: todo\n        dest: done",
        "        source: todo\n        dest: done\n        carries: todo",
    )
    assert together(carried).pairs("commitment") is None


@pytest.mark.parametrize(
    ("states", "guards", "alike"),
    [
        ("[open]", (ALL_DONE,), True),  # what is to do is so only while all is open
        ("[open]", (), False),
        ("[open, closed]", (), True),
    ],
)
def test_under_what_a_step_is_open(
    tmp_path: Path, states: str, guards: tuple[tuple[str, str], ...], alike: bool
) -> None:
    name = "drop_member lifecycles.commitment.transitions.revise.while.pledge"
    assert proved(tmp_path, name, under(states), *guards) is alike


def test_one_state_less_under_which_it_is_open(tmp_path: Path) -> None:
    name = "drop_member lifecycles.commitment.transitions.revise.while.pledge - closed"
    assert proved(tmp_path, name, under("[open, closed]"), ALL_DONE)
    other = "drop_member lifecycles.commitment.transitions.revise.while.pledge - open"
    (tmp_path / "other").mkdir()
    assert not proved(tmp_path / "other", other, under("[open, closed]"), ALL_DONE)


@pytest.mark.parametrize(
    ("since", "changes", "alike"),
    [
        ("closed", (LATE,), True),  # nothing is noted before, and it closes once
        ("closed", (), False),
        ("closed", (LATE, AGAIN, DO_OVER), False),
        ("over", (), True),  # that is still to come
        ("open", (), False),
        ("last_revision", (), False),
    ],
)
def test_since_when_records_count(
    tmp_path: Path, since: str, changes: tuple[tuple[str, str], ...], alike: bool
) -> None:
    name = "drop_word lifecycles.pledge.transitions.end.guards.noted.since"
    assert proved(tmp_path, name, *over(since), *changes) is alike


FIX = (
    "commands:\n",
    "commands:\n  fix: {means: rectification_order, label: {zh: 改, en: fix}, fields: {%s}}\n",
)
FIXES = (
    "      submit:\n        source: open",
    "      fix: {source: open, stays: true, by: secretary, adds: fix, cite: T-1}\n"
    "      submit:\n        source: open",
)
FIXED = (
    "evaluation:\n  tiers",
    "  fix:\n    label: {zh: 改, en: fix}\n    of: %s\n    initial: asked\n    final: asked\n"
    "    states: {asked: {zh: 待, en: asked}}\nevaluation:\n  tiers",
)


@pytest.mark.parametrize(
    ("fields", "alike"), [("", True), ("item: {type: commitment, required: false}", False)]
)
def test_what_an_item_can_belong_to(fields: str, alike: bool) -> None:
    one, two = (
        together((FIX[0], FIX[1] % fields), FIXES, (FIXED[0], FIXED[1] % of))
        for of in ("[pledge, commitment]", "[pledge, commitment, fix]")
    )
    three = together((FIX[0], FIX[1] % fields), FIXES, (FIXED[0], FIXED[1] % "pledge"))
    path = ("lifecycles", "fix", "of")
    assert opens_alike(one, two, path)
    assert opens_alike(one, three, path) is alike
    assert not opens_alike(one, together(), path)
    assert not opens_alike(one, one, ("lifecycles", "none", "of"))


def test_what_else_has_changed_is_never_proved_by_that(tmp_path: Path) -> None:
    name = "drop_guard lifecycles.pledge.transitions.end.guards.noted"
    assert not proved(tmp_path, name, *over("over"))


def test_what_the_bounds_keep_out_is_asked_about_all_the_same(tmp_path: Path) -> None:
    # A third item is beyond them: that it could be proposed beside two others is noticed.
    two = "{is: items, of: commitment, in: [todo], fewer_than: 2, label: {zh: 限, en: two}, cite: T-1}"
    change = (
        "        adds: commitment\n        cite: T-1",
        f"        adds: commitment\n        guards: {{two: {two}}}\n        cite: T-1",
    )
    shelf = Shelf.over(kept(tiny(change), tmp_path))
    name = "drop_guard lifecycles.pledge.transitions.propose.guards.two"
    mutation = next(m for m in gathered(shelf, "tiny") if m.name == name)
    mutant = Mutant.of(shelf, "tiny", mutation)
    assert not Likeness(shelf, "tiny", Product()).equivalent(mutant, mutation)


@pytest.mark.parametrize("said", ["saying: {item: a}, ", "if: {is: said, fields: {item: a}}, "])
def test_a_guard_over_what_is_said_is_never_called_equivalent(tmp_path: Path, said: str) -> None:
    guard = f"is: not_preceded_by, command: do, {said}label: {{zh: 未, en: not}}"
    shelf = Shelf.over(kept(tiny(guarded("do", guard)), tmp_path))
    name = "drop_guard lifecycles.commitment.transitions.do.guards.g"
    mutation = next(m for m in gathered(shelf, "tiny") if m.name == name)
    mutant = Mutant.of(shelf, "tiny", mutation)
    assert not Likeness(shelf, "tiny", Product()).equivalent(mutant, mutation)
