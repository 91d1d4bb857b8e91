"""What a guard may know of the rules around it, and which way leads where."""

from pledgeflow.policy.compiled.machine import build, read_table
from pledgeflow.policy.compiled.rules import Step
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from tests.strategies import CATALOGUE
from tests.tiny import loaded, tiny

TINY = loaded(tiny()).tracks["member"]
BOOK = Rulebook(TINY.source, TINY.root)
SAMPLER = CATALOGUE.load("sampler").tracks["member"]
LARGE = Rulebook(SAMPLER.source, SAMPLER.root)


def test_a_step_is_taken_by_the_roles_of_all_its_ways() -> None:
    assert BOOK.takers("note") == ("promisor", "secretary")
    assert BOOK.takers("vote") == ()
    assert LARGE.takers("strike_off") == ("superior", "contact")
    assert LARGE.takers("sign") == ("promisor", "contact", "committee")


def test_a_joint_step_is_in_as_many_hands_as_have_to_sign() -> None:
    assert BOOK.hands("note") == (("promisor", "secretary"),)
    assert LARGE.hands("sign") == (("promisor",), ("contact",), ("committee",))
    assert BOOK.hands("vote") == ((),)


def test_a_transition_fires_by_its_trigger_or_its_own_name() -> None:
    moves = SAMPLER.source.lifecycles["pledge"].transitions
    assert fires("conclude_well", moves["conclude_well"]) == "conclude"
    assert fires("submit", moves["submit"]) == "submit"
    assert len(LARGE.transitions("conclude")) == 2


def test_a_state_is_at_home_in_its_lifecycle() -> None:
    assert BOOK.home_of("todo") == "commitment"
    assert BOOK.home_of("nowhere") == "pledge"
    assert BOOK.states("commitment") == {"todo", "done"}
    assert BOOK.states("nowhere") == frozenset()
    assert (BOOK.initial("commitment"), BOOK.initial("nowhere")) == ("todo", "")


def test_steps_are_found_by_what_they_mean_and_do() -> None:
    assert BOOK.meaning("record") == ("note",)
    assert BOOK.meaning("ballot") == ()
    assert BOOK.adders("commitment") == ("propose",)
    assert BOOK.amenders("commitment") == ("revise",)
    assert BOOK.adders("pledge") == ()
    assert (BOOK.points_at("do"), BOOK.points_at("note"), BOOK.points_at("vote")) == (
        "commitment",
        None,
        None,
    )


def test_the_shortest_way_is_found_if_there_is_one() -> None:
    way = LARGE.way("pledge", "drafting", frozenset({"signed", "shown"}))
    assert way is not None
    assert [name for name, _ in way] == ["submit", "approve", "sign"]
    assert LARGE.way("pledge", "signed", frozenset({"signed"})) == ()
    assert LARGE.way("pledge", "closed", frozenset({"drafting"})) is None
    assert LARGE.route("pledge", "closed", frozenset({"drafting"})) == ()


def test_a_route_names_only_what_people_do() -> None:
    formal = LARGE.way("commitment", "proposed", frozenset({"done"}))
    assert formal is not None
    assert [name for name, _ in formal] == ["become_formal", "strike_off"]
    assert LARGE.route("commitment", "proposed", frozenset({"done"})) == ("strike_off",)


def test_a_table_is_what_the_machine_holds() -> None:
    step = Step("r", (), "l", "go", ("a", "b"), "b")
    stay = Step("s", (), "l", "go", ("a",), None)
    machine = build(("a", "b"), "a", [step, stay])
    assert read_table(machine, [step, stay]) == {"go": {"a": (step, stay), "b": (step,)}}
