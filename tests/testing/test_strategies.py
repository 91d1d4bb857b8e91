"""The strategies that deployers draw from: what they draw fits, varies, and shrinks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.domain.commands import Annul, Command, Correct
from pledgeflow.errors import RefusedError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service import Engine
from pledgeflow.testing import strategies
from pledgeflow.testing._simulation.dice import SIMPLE
from pledgeflow.testing._simulation.wandering import likely
from pledgeflow.testing.strategies import Situation
from tests.dice import CATALOGUE, deployable, examples
from tests.testing.deployers import ROOT

TOWN = CATALOGUE.load("town")
FIRST = settings(
    max_examples=1000,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""Whatever is found first; how far it shrinks is another matter."""


@pytest.mark.parametrize("name", ["huimin", "sampler", "town"])
@examples(0.05)
@given(st.data())
def test_what_is_drawn_for_a_policy_fits_it(name: str, data: st.DataObject) -> None:
    fits(name, data)


@pytest.mark.stress
@pytest.mark.parametrize("name", deployable())
@examples(1, stress=100)
@given(st.data())
def test_what_is_drawn_for_any_policy_fits_it(name: str, data: st.DataObject) -> None:
    fits(name, data)


def fits(name: str, data: st.DataObject) -> None:
    """People can be stored, and what is asked is answered."""
    policy = CATALOGUE.load(name)
    engine = Engine(Sandbox(), CATALOGUE, clock=lambda: date(2025, 1, 1))
    engine.put_directory("place", data.draw(strategies.directories(policy)))
    engine.open_cycle("place", name, cycle="2025", starts=date(2025, 1, 1))
    situation = data.draw(strategies.pledges(policy))
    for commands in (strategies.type_directed, strategies.unrestricted):
        answered(situation, data.draw(commands(situation)))


def answered(situation: Situation, command: object) -> bool:
    """Whether a command is accepted; a refusal has its reasons, and anything else is an error."""
    assert isinstance(command, Command | Correct | Annul)
    try:
        return situation.after(command).version > situation.state.version
    except RefusedError:
        return False


@st.composite
def asked(draw: st.DrawFn, *, restricted: bool) -> tuple[Situation, Command | Correct | Annul]:
    situation = draw(strategies.pledges(TOWN))
    commands = strategies.type_directed if restricted else strategies.unrestricted
    command = draw(commands(situation))
    assert isinstance(command, Command | Correct | Annul)
    return situation, command


def open_there(pair: tuple[Situation, Command | Correct | Annul]) -> bool:
    """Whether a step can be taken from where something in the pledge is."""
    situation, command = pair
    by_lifecycle = situation.policy.tracks[situation.state.track].steps.get(command.name, {})
    subjects = situation.state.subjects.values()
    return any(s.state in by_lifecycle.get(s.lifecycle, {}) for s in subjects)


@examples(0.3)
@given(asked(restricted=True))
def test_type_directed_steps_are_open(pair: tuple[Situation, Command]) -> None:
    situation, command = pair
    if open_there(pair):
        assert command.name in situation.policy.tracks[situation.state.track].commands
    else:
        assert likely(situation._walk, SIMPLE) is None


@pytest.mark.parametrize("kind", [Annul, Correct])
def test_unrestricted_commands_amend(kind: type) -> None:
    situation, command = find(
        asked(restricted=False), lambda p: isinstance(p[1], kind) and answered(*p), settings=FIRST
    )
    assert isinstance(command, kind)
    assert situation.state.records


def test_unrestricted_commands_are_unheard_of_and_by_anybody() -> None:
    def not_open(pair: tuple[Situation, Command | Correct | Annul]) -> bool:
        return isinstance(pair[1], Command) and not open_there(pair)

    _, command = find(asked(restricted=False), not_open, settings=FIRST)
    assert isinstance(command, Command)


def test_pledges_begin_at_their_beginning() -> None:
    found = find(strategies.pledges(TOWN), lambda _: True, settings=FIRST)
    assert found.state.version == 0
    later = find(strategies.pledges(TOWN), lambda p: p.state.version > 4, settings=FIRST)
    assert later.state.records


@examples(0.3)
@given(strategies.policies())
def test_small_policies_are_sound(policy: Policy) -> None:
    assert policy.tracks["member"].steps["submit"]


def test_small_policies_differ() -> None:
    def joint_and_guarded(policy: Policy) -> bool:
        steps = policy.tracks["member"].source.lifecycles["pledge"].transitions.values()
        return any(s.guards and s.by is not None and s.by.all_of for s in steps)

    found = find(strategies.policies(), joint_and_guarded, settings=FIRST)
    assert repr(found) == f"Policy(tiny@{found.digest})"


@examples(0.1)
@given(strategies.overlays("town", catalogue=CATALOGUE))
def test_overlays_are_sound(text: str) -> None:
    policy = strategies.overlaid(text, "town", catalogue=CATALOGUE)
    assert policy.name == "overlay"
    assert policy.tracks.keys() == TOWN.tracks.keys()


def test_overlays_take_guards_out_and_begin_with_nothing() -> None:
    of_town = strategies.overlays("town", catalogue=CATALOGUE)
    assert find(of_town, lambda _: True, settings=FIRST) == "policy: overlay\nextends: town\n"
    text = find(of_town, lambda text: "guards" in text, settings=FIRST)
    assert "absent: true" in text


def test_every_strategy_is_on_the_page() -> None:
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    named = ("directories", "pledges", "type_directed", "unrestricted", "policies", "overlays")
    assert [name for name in named if f"| `{name}(" not in page] == []
    assert all(getattr(strategies, name).__doc__ for name in named)
