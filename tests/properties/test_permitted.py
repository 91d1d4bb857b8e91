"""`permitted` says yes precisely where some capacity and some payload pass `decide`.

Each yes is backed by a command that is accepted; what is accepted was on offer; and what is said no
to is refused in every capacity, whatever is said. On walks, and on small policies of which every
payload is tried.
"""

from contextlib import suppress
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.decision import decide, permitted, sought
from pledgeflow.domain.commands import Command
from pledgeflow.domain.events import Recorded, Signed
from pledgeflow.domain.values import Value
from pledgeflow.errors import RefusedError
from pledgeflow.testing._simulation.sketching import TYPES, a_small_policy
from tests.strategies import (
    CATALOGUE,
    Asked,
    Dice,
    Performer,
    StuckError,
    Walk,
    a_walk,
    ask,
    deployable,
    examples,
    facts_of,
    offers,
    steps_of,
    takers,
    wander,
)
from tests.tiny import MON, Desk, loaded

each_policy = pytest.mark.parametrize("name", deployable())
Key = tuple[str, str]


def acted(asked: Asked) -> tuple[Key, str] | None:
    """What an accepted command did: its name and whom it was about, and who; none if refused."""
    acts = (e for e in asked.events if isinstance(e, Recorded | Signed))
    return next((((act.command, act.subject), act.actor) for act in acts), None)


# --- on walks -------------------------------------------------------------------------------------


def was_offered(asked: Asked) -> None:
    command, act = asked.command, acted(asked)
    if not isinstance(command, Command) or act is None or command.because is not None:
        return
    key, actor = act
    on = command.occurred_on
    queries = sought(asked.policy, asked.before, actor, on)
    facts = facts_of(asked.before, queries, asked.facts.today, asked.town)
    said = permitted(asked.policy, asked.before, actor, on, facts)
    assert said[key].permitted, said[key]
    assert key in said.allowed
    assert set(said[key].needs) <= set(command.fields)


def keeps_its_word(walk: Walk, dice: Dice, tries: int) -> None:
    """What somebody is told they may do is accepted; of what they may not, nothing is."""
    policy, town, state = walk.policy, walk.town, walk.state
    actor = dice.pick(town.people)
    said = offers(policy, town, state, actor, walk.today)
    knowing = walk.rules.steps.items()
    assert list(said) == [
        (trigger, subject.id)
        for trigger, lifecycles in knowing
        for subject in state.subjects.values()
        if subject.lifecycle in lifecycles
    ]
    for key in said.allowed:
        asked = ask(policy, town, state, said.example(*key), walk.today)
        if not left_open(walk, asked):
            assert acted(asked) == (key, actor), (key, asked.command, asked.verdict)
    refused = [key for key in said if key not in set(said.allowed)]
    for _ in range(tries if refused else 0):
        key = dice.pick(refused)
        asked = ask(policy, town, state, anything(walk, dice, actor, key), walk.today)
        assert acted(asked) != (key, actor), (key, asked.command)


def left_open(walk: Walk, asked: Asked) -> bool:
    """Whether only that is against a step which hangs on whom it names: it counts as satisfiable."""
    against = {reason.rule for reason in asked.verdict.reasons} if asked.verdict else set()
    steps = walk.rules.steps[asked.command.name].values()
    open_ = {
        check.rule
        for by_state in steps
        for alternatives in by_state.values()
        for step in alternatives
        for check in step.leaning
        if check.fields
    }
    return bool(against) and against <= open_


def anything(walk: Walk, dice: Dice, actor: str, key: Key) -> Command:
    """A step as an actor may give it: in a capacity that takes it, and saying what may be said."""
    trigger, subject = key
    rules = walk.rules
    named = rules.commands[trigger]
    fields = walk.vocabulary.fields(trigger, dice)
    for name, spec in named.rules.fields.items():
        if name in fields and spec.open and spec.type == "choice" and dice.rarely(3):
            fields[name] = "unlisted"
    if named.pointer is not None and walk.state.subjects[subject].lifecycle == named.points_at:
        fields[named.pointer] = subject
    able = [role for role in takers(rules, trigger) if actor in walk.able(role)]
    role = dice.pick(able or list(takers(rules, trigger)))
    return Command(trigger, actor, role, walk.today, fields)


def half_signed(walk: Walk, dice: Dice) -> None:
    """Some joint act as far as its first signatures, by way of all that it takes."""
    joint = [step for step in steps_of(walk.rules) if step.joint]
    if joint and dice.rarely(2):
        with suppress(StuckError):
            Performer(walk).want(dice.pick(joint).trigger)


def walked(name: str, dice: Dice, length: int, tries: int) -> None:
    walk = a_walk(CATALOGUE.load(name), dice)
    half_signed(walk, dice)
    for asked in wander(walk, dice, length):
        was_offered(asked)
        keeps_its_word(walk, dice, tries)


@each_policy
@examples(0.1)
@given(st.data())
def test_a_yes_can_be_had_and_a_no_cannot(name: str, data: st.DataObject) -> None:
    walked(name, Dice(data.draw), 15, 5)


@each_policy
@pytest.mark.stress
@examples(1, stress=200)
@given(st.data())
def test_a_yes_can_be_had_and_a_no_cannot_on_long_walks(name: str, data: st.DataObject) -> None:
    walked(name, Dice(data.draw), 40, 5)


# --- on small policies ----------------------------------------------------------------------------


def exactly_right(desk: Desk, actor: str, payloads: list[dict[str, Value]]) -> bool:
    """Whether anything passes, as trying everything tells; `permitted` has to say the same."""
    said = permitted(
        desk.policy, desk.state, actor, MON, desk.facts(Command("submit", actor, "", MON))
    )
    passing = []
    for role, fields in product(("promisor", "secretary"), payloads):
        command = Command("submit", actor, role, MON, fields)
        with suppress(RefusedError):
            decide(desk.policy, desk.state, command, desk.facts(command))
            passing.append(command)
    assert said["submit", "pledge"].permitted is bool(passing), passing[:1]
    if passing:
        example = said.example("submit", "pledge")
        decide(desk.policy, desk.state, example, desk.facts(example))
    return bool(passing)


def tried(dice: Dice) -> None:
    text, names = a_small_policy(dice)
    policy = loaded(text)
    desk = Desk(policy)
    if dice.number(1):
        desk.do("note", MON)
    specs = policy.tracks["member"].commands["submit"].rules.fields
    values: list[list[tuple[str, Value] | None]] = [
        [*([] if specs[name].required else [None]), *((name, value) for value in TYPES[name][1])]
        for name in names
    ]
    payloads = [dict(pair for pair in pairs if pair is not None) for pairs in product(*values)]
    for actor in ("wang", "li"):
        exactly_right(desk, actor, payloads)
    signable = [p for p in payloads if p.get("word") != "c"]
    with suppress(RefusedError):
        desk.do("submit", MON, "wang/promisor", **dice.pick(signable))
        for actor in ("wang", "li") if desk.state.signatures else ():
            exactly_right(desk, actor, payloads)


@examples(0.2)
@given(st.data())
def test_every_payload_of_a_small_policy_tried_tells_the_same(data: st.DataObject) -> None:
    tried(Dice(data.draw))


@pytest.mark.stress
@examples(1, stress=1_000)
@given(st.data())
def test_every_payload_of_many_small_policies_tried_tells_the_same(data: st.DataObject) -> None:
    tried(Dice(data.draw))
