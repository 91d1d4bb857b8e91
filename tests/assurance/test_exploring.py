"""What an exploration owes to whoever believes it: it says where it stopped, and finds itself out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from pledgeflow.assurance.exploring import Bounds, Explored, Scope, explore
from pledgeflow.assurance.exploring.forms import Forms
from pledgeflow.assurance.exploring.outlook import Outlook
from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.facts import Facts
from pledgeflow.domain.states import State, Subject
from pledgeflow.errors import Reason
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.guards.binding import Binding, Check
from pledgeflow.policy.guards.kinds import Factory
from tests.assurance.policies import PLANTED
from tests.tiny import Desk, guarded, loaded, tiny

Options = Mapping[str, str | int | bool]
GUARD = guarded("submit", "is: county.noted")


def noted(*, silent: bool) -> Factory:
    """At least one note. silent: it does not say what it sees; else it says that it sees nothing."""

    def factory(binding: Binding, options: Options) -> Check:
        assert not options

        def judge(
            state: State, subject: Subject, command: AnyCommand, facts: Facts
        ) -> Reason | None:
            assert subject.id in state.subjects
            assert command.occurred_on <= facts.today
            return None if state.records.get("note") else binding.reason("not_noted", found={})

        reads = frozenset({"note"})
        return Check(binding.rule, judge, reads=reads, sights=None if silent else ())

    return factory


def broken(binding: Binding, options: Options) -> Check:
    """It raises instead of answering."""
    assert not options

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        raise ZeroDivisionError((state.version, subject.id, command.name, facts.today))

    return Check(binding.rule, judge)


def test_a_guard_that_lies_about_what_it_sees_is_found_out() -> None:
    policy = loaded(tiny(GUARD), allowed={"county.noted": noted(silent=False)})
    found = explore(policy, "member")
    assert not found.complete
    assert any("submit" in pair.differing for pair in found.incongruent)
    assert all(pair.trace for pair in found.incongruent)


def test_a_guard_that_does_not_say_what_it_sees_is_taken_to_see_all_it_reads() -> None:
    policy = loaded(tiny(GUARD), allowed={"county.noted": noted(silent=True)})
    found = explore(policy, "member", bounds=Bounds(states=300))
    assert not found.incongruent
    assert found.exact == ("lifecycles.pledge.transitions.submit.guards.g",)


def test_a_guard_that_raises_is_named_and_the_exploration_goes_on() -> None:
    policy = loaded(tiny(GUARD), allowed={"county.noted": broken})
    found = explore(policy, "member")
    assert not found.complete
    assert {raised.rule for raised in found.raised} == {
        "lifecycles.pledge.transitions.submit.guards.g"
    }
    taken = {given.command.name for node in found.nodes for given, _, _ in node.steps}
    assert {"propose", "note", "do"} <= taken
    assert "ZeroDivisionError" in found.raised[0].error


def test_what_is_sound_is_explored_whole_and_every_merge_is_compared() -> None:
    found = explore(loaded(tiny()), "member")
    assert found.complete
    assert found.merges
    assert found.checked
    assert not found.incongruent


@pytest.mark.parametrize("bounds", [Bounds(states=2), Bounds(merges=1)])
def test_where_a_bound_is_met_nothing_is_called_complete(bounds: Bounds) -> None:
    found = explore(loaded(tiny()), "member", bounds=bounds)
    assert not found.complete
    assert found.unexplored or found.uncompared


# --- what of a track is gone through, and how far -------------------------------------------------


def given(found: Explored) -> set[str]:
    return {step.command.name for node in found.nodes for step, _, _ in node.steps}


@pytest.mark.parametrize("name", ["sound", "sound_rounds"])
def test_where_nothing_asked_about_lies_ahead_nothing_is_looked_at(name: str) -> None:
    policy = PLANTED.load(name)
    for track in policy.tracks:
        whole = explore(policy, track)
        outlook = Outlook(policy.tracks[track])
        for until in (frozenset({step.rule}) for step in outlook.steps):
            found = explore(policy, track, scope=Scope(until=until))
            assert found.complete
            assert len(found.nodes) <= len(whole.nodes)
            takes = {step.rule: step.trigger for step in outlook.steps if step.roles}
            wanted = {takes[rule] for rule in until if rule in takes}
            assert wanted & given(whole) == wanted & given(found)
            for node in found.nodes:
                place = outlook.root_at(node.state, node.today)
                assert outlook.any_ahead(until, place) or not node.steps


@pytest.mark.parametrize("name", ["sound", "sound_rounds", "one_done_one_missed"])
def test_what_is_found_with_less_said_is_found_with_everything(name: str) -> None:
    policy = PLANTED.load(name)
    for track in policy.tracks:
        few, more, every = (
            explore(policy, track, bounds=Bounds(unusual=most)) for most in (0, 1, None)
        )
        assert given(few) <= given(more) <= given(every)
        assert not few.incongruent
        assert not more.incongruent
        assert not any(node.unsaid or node.unusual for node in every.nodes)
        assert all(len(node.unusual) <= 1 for node in more.nodes)
        assert not any(node.unusual for node in few.nodes)


def test_what_is_sought_ends_the_exploration() -> None:
    policy = loaded(tiny())
    whole = explore(policy, "member")
    found = explore(policy, "member", scope=Scope(sought=frozenset({"propose"})))
    assert "propose" in given(found)
    assert len(found.nodes) < len(whole.nodes)


def test_what_an_item_belongs_to_is_part_of_the_form_of_a_state() -> None:
    """Two demands may be alike but for what they are about."""
    desk = Desk(loaded(tiny()))
    desk.do("propose", title="a")
    desk.do("propose", title="b")
    first, second = (s for s in desk.state.subjects if s != desk.state.root)
    forms = Forms(Outlook(desk.policy.tracks["member"]))
    subjects = dict(desk.state.subjects)
    subjects[second] = replace(subjects[second], of=first)
    assert forms.of(replace(desk.state, subjects=subjects)) != forms.of(desk.state)


def reopened(policy: Policy, times: int) -> State:
    """A pledge that was submitted and reopened so often."""
    desk = Desk(policy)
    for _ in range(times):
        desk.do("submit")
        desk.do("reopen")
    return desk.state


REOPEN = (
    (
        "  do:\n    means: report",
        "  reopen: {means: opening, label: {zh: 重开, en: reopen}}\n  do:\n    means: report",
    ),
    (
        "      submit:\n        source: open",
        "      reopen: {source: closed, dest: open, by: promisor, cite: T-1}\n"
        "      submit:\n        source: open",
    ),
)


@pytest.mark.parametrize(("since", "alike"), [("", True), (", since: closed", False)])
def test_where_a_subject_has_been_is_part_of_a_form_if_some_rule_asks(
    since: str, alike: bool
) -> None:
    text = tiny(*REOPEN, guarded("do", f"is: preceded_by, command: note{since}"))
    policy = loaded(text)
    forms = Forms(Outlook(policy.tracks["member"]))
    assert (forms.of(reopened(policy, 1)) == forms.of(reopened(policy, 2))) is alike


CHOSEN = (
    "kind: {type: choice, cite: T-1, "
    "choices: {big: {zh: 大, en: big}, odd: {zh: 奇, en: odd}}}\n      due"
)
KIND = (
    ("title: text\n      due", f"title: text\n      {CHOSEN}"),
    ("item: commitment\n      due", f"item: commitment\n      {CHOSEN}"),
    guarded("submit", "is: items, of: commitment, at_least: 1, saying: {kind: big}"),
)


def test_an_item_is_usual_again_when_all_that_is_read_is_said_as_usual() -> None:
    policy = loaded(tiny(*KIND))
    found = explore(policy, "member", bounds=Bounds(unusual=1))
    assert found.complete
    said = [
        (node.unusual, found.nodes[to].unusual)
        for node in found.nodes
        for given, _, to in node.steps
        if given.command.name == "revise" and not given.unusual
    ]
    assert (("commitment/1",), ()) in said


def test_another_stream_is_made_up_with_one_thing_done_and_another_not() -> None:
    found = explore(Catalogue().load("feicheng", on=date(2025, 1, 1)), "branch_selection")
    given = {given.command.name for node in found.nodes for given, _, _ in node.steps}
    assert {"nominate", "confer"} <= given
