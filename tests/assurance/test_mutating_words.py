"""Which mutations are not made, since nothing would be changed; and how they are named and made."""

from __future__ import annotations

from pathlib import Path

import pytest

from pledgeflow.assurance.mutating.gathering import gathered
from pledgeflow.assurance.mutating.likeness import Likeness, Product
from pledgeflow.assurance.mutating.making import mutations
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.mutating.mutations import at
from pledgeflow.assurance.mutating.needless import within
from pledgeflow.assurance.mutating.watching import Changes
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.policy.files.marks import Tree
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from tests.assurance.policies import kept
from tests.tiny import PATH, guarded, tiny
from tests.voting import voting

FOR_PEOPLE = "      person: {in_service: true}"
FOR_BODIES = "      organization: {branch: true}"
STEPS = "    rules:\n      lifecycles:\n        pledge:\n          transitions:\n"
NOTE = "tracks.member.rules.lifecycles.pledge.transitions.note"
SUBMIT = "lifecycles.pledge.transitions.submit"
NOTED = (
    "guards: {}",
    "guards: {noted: {is: elsewhere, whose: own, guards: {noted: {is: preceded_by, command: note}}, "
    "label: {zh: 记, en: noted}, cite: T-2}}",
)


def names(*changes: tuple[str, str]) -> list[str]:
    """The mutations of a tiny policy, by name."""
    resolved = resolve([read(tiny(*changes), PATH)], on=None, ordinal=1)
    return [mutation.name for mutation in mutations(resolved)]


def own(rules: str) -> tuple[str, str]:
    """The change by which the track says something of its own."""
    return FOR_PEOPLE, f"{FOR_PEOPLE}\n{STEPS}            {rules}"


# --- what a track inherits all the same -----------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "inherited", "key", "found"),
    [
        ("open", "open", "", True),
        ("open", "closed", "", False),
        (["open"], ["open", "closed"], "source", True),
        ({"open": True}, ["open", "closed"], "source", True),
        (["open", "shut"], ["open", "closed"], "source", False),
        ({"open": False}, {"open": True}, "kinds", False),
        (["one"], ["one", "two"], "order", False),
        (["one", "two"], ["one", "two"], "order", True),
        ({"by": "promisor"}, {"by": "promisor", "source": "open"}, "", True),
        ({"by": "promisor", "stage": "end"}, {"by": "promisor"}, "", False),
        ({}, {"by": "promisor"}, "", True),
    ],
)
def test_whether_a_track_says_nothing_that_it_would_not_inherit(
    value: Tree, inherited: Tree, key: str, found: bool
) -> None:
    assert within(value, inherited, key) is found


def test_a_member_that_is_inherited_is_not_taken_out() -> None:
    found = [name for name in names(own("note: {source: [open, closed]}")) if NOTE in name]
    assert not [name for name in found if name.startswith("drop")]


def test_a_member_of_a_track_s_own_is_taken_out() -> None:
    step = "            submit: {source: [open, closed]}"
    found = names((FOR_PEOPLE, f"{FOR_PEOPLE}\n{STEPS}{step}"))
    place = f"tracks.member.rules.{SUBMIT}.source"
    assert f"drop_source {place} - open" in found  # what is inherited here is one word, no set
    assert f"drop_word {place}" in found


def test_a_state_that_a_track_only_calls_something_else_is_not_taken_out() -> None:
    states = "    rules:\n      lifecycles:\n        pledge:\n          states:\n"
    states += "            open: {zh: 启, en: begun}\n            more: {zh: 多, en: more}"
    found = [n for n in names((FOR_PEOPLE, f"{FOR_PEOPLE}\n{states}")) if ".states." in n]
    assert [n for n in found if n.startswith("drop_choice tracks.")] == [
        "drop_choice tracks.member.rules.lifecycles.pledge.states.more"
    ]


# --- what would hold anyway -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("match", "made"),
    [(FOR_PEOPLE, True), (f"{FOR_BODIES}\n    represented_by: [secretary]", False)],
)
def test_where_only_organizations_promise_their_own_is_themselves(match: str, made: bool) -> None:
    found = names((FOR_PEOPLE, match), NOTED)
    word = f"drop_word {SUBMIT}.guards.noted.whose"
    # Said of all tracks, it might be of people too.
    assert word in found
    here = f"{match}\n{STEPS}            submit:\n              {NOTED[1]}"
    assert (
        f"drop_word tracks.member.rules.{SUBMIT}.guards.noted.whose" in names((FOR_PEOPLE, here))
    ) is made


@pytest.mark.parametrize("match", [FOR_PEOPLE, f"{FOR_BODIES}\n    represented_by: [secretary]"])
def test_a_role_is_told_apart_by_the_tracks_that_name_it(match: str) -> None:
    role = "  helper:\n    label: {zh: 帮, en: helper}\n    person: {relation: helper, to: own}\n"
    role += "    cite: T-1\ncommands:"
    step = f"{match}\n{STEPS}            note: {{by: helper}}"
    found = names((FOR_PEOPLE, step), ("commands:", role))
    assert ("widen_role roles.helper.person.to" in found) is (match == FOR_PEOPLE)
    common = ("by: [promisor, secretary]", "by: [promisor, secretary, helper]")
    assert "widen_role roles.helper.person.to" in names(
        (FOR_PEOPLE, step), ("commands:", role), common
    )


@pytest.mark.parametrize(
    ("fills", "words"),
    [
        ("{tally: ayes, elected: chosen}", ["election.fills", "election.fills.elected"]),
        ("{tally: ayes}", []),
    ],
)
def test_the_only_tally_is_filled_whether_it_is_named_or_not(fills: str, words: list[str]) -> None:
    text = voting(("fills: {tally: ayes, elected: chosen}", f"fills: {fills}"))
    found = mutations(resolve([read(text, PATH)], on=None, ordinal=1))
    dropped = [m.name for m in found if "election.fills" in m.name]
    assert dropped == [f"drop_word ballots.{word}" for word in words]


@pytest.mark.parametrize(("unit", "made"), [("organization", False), ("{field: said}", True)])
def test_a_word_that_is_meant_where_nothing_is_said_is_not_taken_out(unit: str, made: bool) -> None:
    coverage = (
        f"coverage:\n  pledged: {{means: [record]}}\n  unit: {unit}\n  cite: T-1\noutcomes: {{}}"
    )
    assert ("drop_word coverage.unit" in names(("outcomes: {}", coverage))) is made


def test_what_is_only_told_is_no_rule() -> None:
    assert not [
        n for n in names(("tiers: {}", "tiers: {}\n  open: true")) if "evaluation.open" in n
    ]


@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        (
            "in: [todo, done], all: [done]",
            ["todo"],
        ),  # where all are done it counts who is done, or not
        ("in: [todo, done], all: [done], at_least: 1", ["todo", "done"]),
        ("in: [todo, done], none: [done]", ["todo", "done"]),
    ],
)
def test_where_items_have_to_be_they_need_not_count(words: str, dropped: list[str]) -> None:
    guard = f"is: items, of: commitment, {words}, label: {{zh: 毕, en: done}}"
    place = f"drop_member {SUBMIT}.guards.g.in - "
    found = [n.removeprefix(place) for n in names(guarded("submit", guard)) if n.startswith(place)]
    assert found == dropped


# --- the forms of a policy ------------------------------------------------------------------------


def test_one_change_in_several_forms_is_one_mutation_on_the_clauses_of_all(tmp_path: Path) -> None:
    submit = "        by: promisor\n        guards: {}\n        cite: T-2"
    dated = submit.replace("cite: T-2", 'cite: {values: {"cycle 1": T-2, "cycle 2": T-3}}')
    found = {m.name: m for m in gathered(kept(tiny((submit, dated)), tmp_path), "tiny")}
    assert found[f"drop_transition {SUBMIT}"].clauses == ("T-2", "T-3")


def test_two_mutations_of_two_forms_are_never_called_the_same(tmp_path: Path) -> None:
    source = 'source: {values: {"cycle 1": [open, closed], "cycle 2": [closed, open, more]}}'
    more = "      closed: {zh: 关, en: closed}\n      more: {zh: 多, en: more}"
    changes = (
        ("source: [open, closed]", source),
        ("      closed: {zh: 关, en: closed}", more),
    )
    found = [m.name for m in gathered(kept(tiny(*changes), tmp_path), "tiny")]
    assert len(found) == len(set(found))
    place = "drop_source lifecycles.pledge.transitions.note.source - open"
    assert [name for name in found if name.startswith(place)] == [place, f"{place} (cycle 2)"]


# --- what goes with a rule ------------------------------------------------------------------------

LIKE = (
    FOR_PEOPLE,
    f"{FOR_PEOPLE}\n    cite: T-1\n{STEPS}            more:\n              trigger: note\n"
    "              source: open\n              stays: true\n              by: above\n"
    "              cite: T-2\n  other:\n    label: {zh: 他, en: other}\n"
    "    match: {person: {retired: true}}\n    like: member\n"
    + STEPS
    + "            more: {by: secretary}",
)
MORE = "rules.lifecycles.pledge.transitions.more"


@pytest.mark.parametrize(("track", "left"), [("member", []), ("other", ["member"])])
def test_what_goes_takes_along_only_what_inherits_it(
    tmp_path: Path, track: str, left: list[str]
) -> None:
    dated = 'every: {values: {"cycle 1": P1Y, "cycle 2": P6M}}'
    shelf = Shelf.over(kept(tiny(LIKE, ("every: P1Y", dated)), tmp_path))
    changes = Changes.on(shelf, "tiny")
    place = tuple(f"tracks.{track}.{MORE}".split("."))
    mutation = next(m for m in gathered(shelf, "tiny") if m.path == place)
    mutant = Mutant.of(shelf, "tiny", mutation, changes.made[0])
    for form in changes.forms:
        tree = mutant.resolved("tiny", on=form.on, ordinal=form.ordinal).tree
        there = [t for t in ("member", "other") if at(tree, ("tracks", t, *MORE.split(".")))]
        assert there == left


# --- equivalence ----------------------------------------------------------------------------------


def test_nothing_is_equivalent_where_a_step_was_never_taken(tmp_path: Path) -> None:
    # It asks that all was done there, and that one thing was not: no such state is made up.
    guards = (
        "guards: {one: {is: preceded_by, command: note}, two: {is: not_preceded_by, command: note}}"
    )
    never = f"never: {{is: elsewhere, whose: own, in: year, {guards}, "
    never += "label: {zh: 无, en: none}, cite: T-2}"
    here = "here: {is: stands, in: [open], label: {zh: 开, en: open}, cite: T-2}"
    year = (
        "roles:\n",
        "  year:\n    label: {zh: 年, en: year}\n    aggregate: year\n"
        "    match: {organization: {branch: true}}\n    cite: T-1\n    rules:\n      commands:\n"
        "        note: {means: record, label: {zh: 记, en: note}}\n      lifecycles:\n        year:\n"
        "          label: {zh: 年, en: year}\n          initial: on\n          final: on\n"
        "          states: {on: {zh: 行, en: on}}\n"
        "          transitions: {note: {source: on, stays: true, by: secretary, cite: T-1}}\nroles:\n",
    )
    name = f"drop_guard {SUBMIT}.guards.here"
    for guard, alike in ((here, True), (f"{here}, {never}", False)):
        folder = tmp_path / str(alike)
        folder.mkdir()
        shelf = Shelf.over(kept(tiny(("guards: {}", f"guards: {{{guard}}}"), year), folder))
        mutation = next(m for m in gathered(shelf, "tiny") if m.name == name)
        mutant = Mutant.of(shelf, "tiny", mutation)
        assert Likeness(shelf, "tiny", Product()).equivalent(mutant, mutation) is alike
