"""What one stream brings about in another, and asks of it: an organization's year, a selection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from pledgeflow.cli.typed import options
from pledgeflow.decision import begin, explain
from pledgeflow.domain.commands import Command, StreamId, Tick
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.events import Cycle
from pledgeflow.domain.facts import Facts
from pledgeflow.errors import ConflictError, InvalidCommandError, MissingFactError, RefusedError
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import build
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import Change, Head
from tests.town import DIRECTORY, PEOPLE, SELECTION, TOWN, YEAR, Town, day, problems, town


def test_the_year_of_an_organization_begins_with_the_cycle() -> None:
    town = Town()
    assert town.engine.state(YEAR).version == 1
    assert town.engine.pledges("t") == []  # a year is no pledge


def test_one_meeting_rates_every_pledge_once() -> None:
    town = Town().rated()
    for name in PEOPLE:
        state = town.engine.state(f"t/2025/{name}")
        (record,) = state.records["rate"]
        assert record.fields == {"result": "good"}
        assert record.capacity == "reaction"
        assert [leaned.source for leaned in record.leaned_on] == [YEAR]
    assert town.engine.catch_up("t") == 0
    assert len(town.engine.state("t/2025/an").records["rate"]) == 1


def test_nobody_takes_by_hand_what_follows_from_elsewhere() -> None:
    town = Town().promised()
    for capacity in ("reaction", "secretary", "promisor"):
        assert town.codes("t/2025/an", "rate", day(6, 1), "bo", capacity, result="good") <= {
            "not_in_capacity",
            "vacant",
        }


def test_a_step_that_nobody_takes_by_hand_is_not_given_as_one_to_type() -> None:
    town = Town().promised()
    with pytest.raises(RefusedError) as refused:
        town.do("t/2025/an", "rate", day(6, 1), "bo", "reaction", result="good")
    policy = town.engine.policy("t/2025/an")
    track = town.engine.state("t/2025/an").track
    steps = [step for reason in refused.value.verdict.reasons for step in reason.remedy]
    assert [step.by for step in steps] == [("reaction",)]
    assert [options(policy, track, step) for step in steps] == [""]


@pytest.mark.parametrize("key", ["ballot t/2025/an:mutual:1", "reaction:t/2025/an:3:rated"])
def test_nobody_takes_the_key_of_what_is_still_to_follow(key: str) -> None:
    town = Town().promised()
    step = {"do": "rate", "actor": "an", "capacity": "promisor", "on": day(6, 1)}
    with pytest.raises(InvalidCommandError, match="one of the engine's; use another"):
        town.engine.do("t/2025/an", step, key=key)


def test_what_cannot_follow_is_told() -> None:
    town = Town()
    done = town.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    assert [(str(u.stream), u.command) for u in done.unmet] == [("t/2025/cai", "rate")]


def test_a_candidate_has_to_be_eligible_and_the_branch_to_have_rated() -> None:
    town = Town().promised()
    assert town.codes(SELECTION, "nominate", day(6, 2), "an", candidate="cai") == {
        "not_so_elsewhere"
    }
    town = Town()
    assert town.codes(SELECTION, "nominate", day(6, 2), "an", candidate="cai") == {
        "not_begun_elsewhere",
        "not_so_elsewhere",
    }


def test_nobody_nominates_oneself() -> None:
    town = Town().graded()
    assert town.codes(SELECTION, "nominate", day(7, 2), "an", candidate="an") == {"names_oneself"}


def test_an_award_goes_level_by_level() -> None:
    town = Town().forwarded()
    state = town.engine.state(TOWN)
    assert [s.content["candidate"] for s in state.children("candidacy")] == ["bo", "cai"]
    town.do(TOWN, "announce", day(7, 4), "mayor", places=2)
    assert town.codes(TOWN, "give_notice", day(7, 5), "mayor") == {"too_few_items"}
    town.do(TOWN, "announce", day(7, 5), "mayor", places=1)
    town.do(TOWN, "give_notice", day(7, 5), "mayor")
    assert town.codes(TOWN, "confer", day(7, 11), "mayor", candidacy=1) == {"not_long_enough"}
    town.do(TOWN, "confer", day(7, 12), "mayor", candidacy=1)
    assert town.codes(TOWN, "confer", day(7, 12), "mayor", candidacy=2) == {"too_many_items"}


def test_who_loses_eligibility_drops_out_at_every_level() -> None:
    town = Town().forwarded()
    town.do("t/2025/cai", "reopen", day(7, 6), "mayor", "superior")
    town.do("t/2025/cai", "grade", day(7, 7), "an", tier="poor")
    for stream in (SELECTION, TOWN):
        candidacy = town.engine.state(stream).subjects["candidacy/2"]
        assert candidacy.state == "dropped"


def test_what_was_still_to_follow_when_a_process_died_follows_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town = Town().promised()
    engine = town.engine

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Engine, "_give", dies)
        with pytest.raises(KeyboardInterrupt):
            town.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    assert "rate" not in engine.state("t/2025/cai").records
    assert engine.tick("t", day(6, 2)) == 0
    assert len(engine.state("t/2025/cai").records["rate"]) == 1
    assert engine.store.pending("t") == []


def test_streams_are_what_they_are_of() -> None:
    assert [StreamId("t", "2025", "x", v).aggregate for v in ("", "home", "year", "filing")] == [
        "pledge",
        "pledge",
        "year",
        "filing",
    ]
    assert StreamId("t", "2025", "x", "selection.members").aggregate == "selection"


REACTION = "        results_to_pledges:"
WRONG = [
    (
        ("          when: {command: hold_rating}", "          when: {command: hold}"),
        "reactions.results_to_pledges.when.command: there is no command that somebody can give `hold`",
    ),
    (
        ("          when: {command: hold_rating}", "          when: {}"),
        "reactions.results_to_pledges.when: say which `command:`, `state:` or `tier:` it follows from",
    ),
    (
        ("          do: rate\n", "          do: grade\n"),
        "reactions.results_to_pledges.do: there is no command there that has `reaction` among who takes",
    ),
    (
        ("          fields: {result: {what: result}}", "          fields: {resul: {what: result}}"),
        "reactions.results_to_pledges.fields: there is no field of `rate` `resul`; perhaps `result`",
    ),
    (
        (
            "          fields: {result: {what: result}}",
            "          fields: {result: {what: result, word: good}}",
        ),
        "reactions.results_to_pledges.fields.result: say where it comes from: one of `field:`",
    ),
    (
        (
            "          in: selection\n          whose: superior",
            "          in: selection\n          called: one\n          whose: superior",
        ),
        "reactions.to_the_town.in: no track is about a `selection.one`; known are `filing`, `pledge`",
    ),
    (
        (
            "                  in: year\n",
            "                  in: year\n"
            "                  venue: home\n"
            "                  called: one\n"
            "",
        ),
        "lifecycles.selection.transitions.nominate.guards.rated: no track is about a `year.one`",
    ),
    (
        ("met: {is: preceded_by, command: hold_rating}", "met: {is: preceded_by, command: hold}"),
        "transitions.nominate.guards.rated.guards.met.command: there is no command that somebody can",
    ),
    (
        ("                  whose: own\n", "                  whose: ovn\n"),
        "guards.rated.whose: there is no field of the command or its item `ovn`",
    ),
    (
        ("more_than: places", "more_than: seats"),
        "guards.choice.more_than: there is no whole number that a command which amends the root gives",
    ),
    (
        ("more_than: places", "more_than: 2\n                  fewer_than: 3"),
        "guards.choice: no number is more than 2 and fewer than 3",
    ),
    (
        ("field: candidate, cite", "field: candidat, cite"),
        "guards.not_oneself: there is no field of the command or its item `candidat`; perhaps",
    ),
    (
        ("    aggregate: year\n", "    aggregate: year\n    called: one\n"),
        "tracks.branch_year.called: only selections are told apart by what they are called",
    ),
    (
        (
            "    aggregate: year\n    match: {organization: {branch: true}}",
            "    aggregate: year\n    match: {person: {member: true}}",
        ),
        "tracks.branch_year.match: a year is an organization's: say `organization:` with kinds",
    ),
    (
        ("posts:\n  secretary:", "venues: {year: {zh: 年, en: year}}\nposts:\n  secretary:"),
        "venues.year: `year` has a meaning of its own; call the venue otherwise",
    ),
    (
        (
            "guards: {may: {is: award, standing: eligible}}",
            "guards: {may: {is: stands, in: nowhere}}",
        ),
        "guards.eligible.guards.may.in: there is no state `nowhere`",
    ),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[m.split(":")[0] for _, m in WRONG])
def test_what_leads_nowhere_is_refused_at_load(change: tuple[str, str], message: str) -> None:
    found = problems(town(change))
    assert any(message in problem for problem in found), found


def test_the_other_stream_may_have_to_stand_somewhere(tmp_path: Path) -> None:
    stands = "guards: {may: {is: stands, in: graded}}"
    played = Town(tmp_path, town(("guards: {may: {is: award, standing: eligible}}", stands)))
    played.rated()
    assert played.codes(SELECTION, "nominate", day(6, 2), "an", candidate="cai") == {
        "not_so_elsewhere"
    }
    verdict = played.engine.explain(
        SELECTION,
        {
            "do": "nominate",
            "on": day(6, 2),
            "actor": "an",
            "capacity": "secretary",
            "candidate": "cai",
        },
    )
    (step,) = verdict.reasons[0].remedy
    assert (step.command, step.promisor, step.venue) == ("grade", "cai", "")
    played.do("t/2025/cai", "grade", day(7, 1), "an", tier="poor")
    played.do(SELECTION, "nominate", day(7, 2), "an", candidate="cai")


def test_nobody_is_asked_about_where_nobody_is_named(tmp_path: Path) -> None:
    optional = (
        "candidate: {type: person, label",
        "candidate: {type: person, required: false, label",
    )
    played = Town(tmp_path, town(optional)).rated()
    assert played.codes(SELECTION, "nominate", day(6, 2), "an") == {"nobody_named"}


def test_where_nobody_is_above_there_is_no_stream_above(tmp_path: Path) -> None:
    asked = (
        "whose: own\n                  guards: {met",
        "whose: superior\n                  guards: {met",
    )
    played = Town(tmp_path, town(asked)).graded()
    assert played.codes(SELECTION, "nominate", day(7, 2), "an", candidate="cai") == {
        "not_begun_elsewhere"
    }
    people = {name: {"kinds": ["member"], "member_of": "east"} for name in PEOPLE}
    played.engine.put_directory(
        "t",
        {
            **DIRECTORY,
            "organizations": {"east": {"kind": "branch", "posts": {"secretary": "an"}}},
            "people": people,
        },
    )
    assert played.codes(SELECTION, "nominate", day(7, 2), "an", candidate="cai") == {
        "not_begun_elsewhere"
    }


def test_a_fact_that_was_not_fetched_is_an_error_of_whoever_asks() -> None:
    played = Town().graded()
    state, policy = played.engine.state(SELECTION), played.engine.policy(SELECTION)
    command = Command("nominate", "an", "secretary", day(7, 2), {"candidate": "cai"})
    view = played.engine.store.around("t", ("an", "cai", "east"), day(7, 2))
    with pytest.raises(MissingFactError, match="leans on a fact that was not fetched"):
        explain(policy, state, command, Facts(day(7, 2), view))


def test_places_have_to_be_announced_before_they_are_counted() -> None:
    played = Town().forwarded()
    verdict = played.engine.explain(
        TOWN, {"do": "give_notice", "on": day(7, 5), "actor": "mayor", "capacity": "secretary"}
    )
    assert [(r.code, [s.command for s in r.remedy]) for r in verdict.reasons] == [
        ("no_number", ["announce"])
    ]


def test_a_limit_that_nobody_has_announced_refuses(tmp_path: Path) -> None:
    free = ("                  more_than: places\n", "")
    played = Town(tmp_path, town(free)).forwarded()
    played.do(TOWN, "give_notice", day(7, 5), "mayor")
    assert "no_number" in played.codes(TOWN, "confer", day(7, 12), "mayor", candidacy=1)


def test_results_say_what_the_policy_lists_of_people_who_are_named() -> None:
    played = Town().promised()
    assert played.codes(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "so-so"}) == {
        "not_on_the_list"
    }
    for wrong in ({}, ["cai"], {"cai": 1}):
        with pytest.raises(InvalidCommandError):
            played.do(YEAR, "hold_rating", day(6, 1), "an", results=wrong)


def test_a_reaction_says_what_the_policy_lets_it_say(tmp_path: Path) -> None:
    said = (
        "          fields: {candidate: candidate, branch: {what: organization}}",
        "          fields: {candidate: {field: candidate}, branch: {what: promisor}}",
    )
    word = (
        "          fields: {result: {what: result}}",
        "          fields: {result: {word: poor}}",
    )
    played = Town(tmp_path, town(said, word)).promised()
    played.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    (record,) = played.engine.state("t/2025/cai").records["rate"]
    assert record.fields == {"result": "poor"}


def test_one_act_may_bring_about_one_thing_for_each_item(tmp_path: Path) -> None:
    at_the_end = (
        "          when: {state: forwarded}",
        "          when: {state: ended, items: {candidacy: [forwarded]}}",
    )
    played = Town(tmp_path, town(at_the_end)).forwarded()
    assert not played.engine.state(TOWN).version
    played.do(SELECTION, "end_selection", day(7, 5), "an")
    arrived = played.engine.state(TOWN).children("candidacy")
    assert [s.content["candidate"] for s in arrived] == ["bo", "cai"]


def test_a_reaction_may_ask_for_more_than_what_it_follows_from(tmp_path: Path) -> None:
    for_bo = (
        "          when: {state: forwarded}",
        "          when: {state: forwarded}\n"
        "          guards: {bo: {is: content, fields: {candidate: bo}, cite: T-01}}",
    )
    played = Town(tmp_path, town(for_bo)).forwarded()
    arrived = played.engine.state(TOWN).children("candidacy")
    assert [s.content["candidate"] for s in arrived] == ["bo"]


def test_what_time_brings_about_is_followed_too(tmp_path: Path) -> None:
    by_time = (
        "            put_forward:\n              source: nominated",
        "            lapse: {source: nominated, dest: forwarded, after: {period: P30D}, cite: T-01}\n"
        ""
        "            put_forward:\n              source: nominated",
    )
    played = Town(tmp_path, town(by_time)).graded()
    played.do(SELECTION, "nominate", day(7, 2), "an", candidate="bo")
    played.engine.tick("t", day(9, 1))
    (arrived,) = played.engine.state(TOWN).children("candidacy")
    assert (arrived.content["candidate"], arrived.since) == ("bo", date(2025, 8, 1))


def test_what_goes_to_where_it_comes_from_goes_nowhere(tmp_path: Path) -> None:
    to_itself = (
        "          in: selection\n"
        "          whose: superior\n"
        "          do: receive\n"
        "          fields: {candidate: candidate, branch: {what: organization}}",
        "          in: selection\n"
        "          whose: own\n"
        "          do: drop\n"
        "          fields: {candidacy: {item: {of: candidacy, by: candidate}}}",
    )
    played = Town(tmp_path, town(to_itself)).forwarded()
    assert played.engine.state(SELECTION).subjects["candidacy/1"].state == "forwarded"


def test_where_nobody_is_named_or_above_nothing_follows(tmp_path: Path) -> None:
    to_whom = (
        "          whose: superior\n          do: receive",
        "          whose: sponsor\n          do: receive",
    )
    played = Town(tmp_path, town(to_whom)).forwarded()
    assert not played.engine.state(TOWN).version


def _follows(text: str) -> tuple[str, str]:
    """Another reaction of the branch's selection, instead of the one to the town."""
    old = (
        "          when: {state: forwarded}\n"
        "          in: selection\n"
        "          whose: superior\n"
        "          do: receive\n"
        "          fields: {candidate: candidate, branch: {what: organization}}\n"
    )
    return old, text


def test_what_follows_may_go_to_the_one_whom_an_item_names(tmp_path: Path) -> None:
    rated = _follows(
        "          when: {command: nominate}\n"
        "          whose: candidate\n"
        "          do: rate\n"
        "          fields: {result: {word: good}}\n"
    )
    played = Town(tmp_path, town(rated)).rated()
    played.do("t/2025/cai", "grade", day(7, 1), "an", tier="good")
    done = played.do(SELECTION, "nominate", day(7, 2), "an", candidate="cai")
    # who is graded is not rated any more: that is told, and nothing is lost
    assert [(str(u.stream), u.command) for u in done.unmet] == [("t/2025/cai", "rate")]


def test_what_follows_may_go_to_another_stream_of_the_same(tmp_path: Path) -> None:
    ends = ("dest: closed, by: secretary", "dest: closed, by: [secretary, reaction]")
    closed = _follows(
        "          when: {state: ended}\n"
        "          in: year\n"
        "          whose: promisor\n"
        "          do: close_year\n"
    )
    played = Town(tmp_path, town(ends, closed)).graded()
    played.do(SELECTION, "nominate", day(7, 2), "an", candidate="cai")
    played.do(SELECTION, "end_selection", day(7, 3), "an")
    state = played.engine.state(YEAR)
    assert state.subjects[state.root].state == "closed"


def test_nothing_goes_up_where_nobody_is_above() -> None:
    played = Town().graded()
    people = {name: {"kinds": ["member"], "member_of": "east"} for name in PEOPLE}
    east = {"kind": "branch", "posts": {"secretary": "an"}}
    played.engine.put_directory("t", {"organizations": {"east": east}, "people": people})
    played.do(SELECTION, "nominate", day(7, 2), "an", candidate="cai")
    assert played.do(SELECTION, "put_forward", day(7, 3), "an", candidacy=1).unmet == ()


def test_what_has_no_value_is_left_out(tmp_path: Path) -> None:
    optional = (
        "result:\n        type: choice",
        "result:\n        required: false\n        type: choice",
    )
    nothing = ("{result: {what: result}}", "{result: missing}")
    played = Town(tmp_path, town(optional, nothing)).promised()
    played.do(YEAR, "hold_rating", day(6, 1), "an", results={"cai": "good"})
    (record,) = played.engine.state("t/2025/cai").records["rate"]
    assert record.fields == {}


def test_time_names_nobody() -> None:
    played = Town().graded()
    state, policy = played.engine.state(SELECTION), played.engine.policy(SELECTION)
    steps = policy.ruleset(state).steps["nominate"]["selection"]["open"]
    (check,) = (c for c in steps[0].checks if c.rule.endswith("not_oneself"))
    root = state.subjects[state.root]
    assert check.judge(state, root, Tick(day(7, 2)), Facts(day(7, 2))) is None


_BACK = (
    "reactions:\n  dropped_by_branch:",
    "reactions:\n"
    "  back:\n"
    "    label: {zh: 回告, en: back}\n"
    "    when: {command: rate}\n"
    "    in: year\n"
    "    whose: own\n"
    "    do: hear\n"
    "    fields: {who: {what: promisor}}\n"
    "    cite: T-01\n"
    "  dropped_by_branch:",
)
_HEAR = (
    "        close_year:\n          means: account",
    "        hear:\n"
    "          means: record\n"
    "          label: {zh: 知悉, en: hear}\n"
    "          fields: {who: {type: person, label: {zh: 何人, en: who}}}\n"
    "        close_year:\n          means: account",
)
_HEARS = (
    "            close_year: {source: running, dest: closed",
    "            hear: {source: running, stays: true, by: reaction, cite: T-01}\n"
    "            close_year: {source: running, dest: closed",
)


def _again(guards: str = "") -> tuple[str, str]:
    old = "      reactions:\n        results_to_pledges:"
    return old, (
        "      reactions:\n"
        "        again:\n"
        "          label: {zh: 再评, en: again}\n"
        "          when: {command: hear}\n"
        "          whose: who\n"
        "          do: rate\n"
        f"          fields: {{result: {{word: good}}}}\n{guards}"
        "          cite: T-01\n"
        "        results_to_pledges:"
    )


def test_reactions_that_lead_back_to_each_other_are_refused_at_load() -> None:
    found = problems(town(_BACK, _HEAR, _HEARS, _again()))
    assert [message for message in found if "this never ends" in message] == [
        "reactions.again: this never ends: `again`, then `back`, then `again`; give one of them "
        "`guards:`, or take it out",
        "reactions.back: this never ends: `back`, then `again`, then `back`; give one of them "
        "`guards:`, or take it out",
    ]


def test_what_goes_round_all_the_same_ends_and_is_told(tmp_path: Path) -> None:
    never = "          guards: {no: {is: not_preceded_by, command: close_year, cite: T-01}}\n"
    played = Town(tmp_path, town(_BACK, _HEAR, _HEARS, _again(never))).promised()
    done = played.do(YEAR, "hold_rating", day(6, 1), "an", results={"an": "good"})
    (unmet,) = done.unmet
    assert "goes round in a circle" in str(unmet.why)
    assert not unmet.waits
    assert len(played.engine.state("t/2025/an").records["rate"]) == 10
    assert played.engine.catch_up("t") == 0  # and it does not go on with every tick


def test_what_followed_stays_when_its_act_is_taken_back_and_that_is_told() -> None:
    played = Town().rated()
    (held,) = played.engine.state(YEAR).records["hold_rating"]
    poor = dict.fromkeys(PEOPLE, "poor")
    done = played.do(YEAR, "correct", day(6, 2), "an", target=held.version, results=poor)
    there = [(f"t/2025/{name}", "rate") for name in PEOPLE]
    assert [(str(left.stream), left.command) for left in done.left] == there
    done = played.do(YEAR, "annul", day(6, 3), "an", target=held.version)
    # as they stood when it followed: what was corrected since had not followed
    assert [(str(left.stream), left.command) for left in done.left] == there
    done = played.do(YEAR, "hold_rating", day(6, 4), "an", results=poor)
    assert (done.left, done.unmet) == ((), ())
    assert [r.fields["result"] for r in played.engine.state("t/2025/an").records["rate"]] == [
        "good",
        "poor",
    ]


class _Busy(MemoryStore):
    """A store in which one stream is being written to all the time, while `busy` says so."""

    busy = ""

    def append_all(self, changes: Sequence[Change]) -> tuple[Head | ConflictError, ...]:
        if any(str(change.stream) == self.busy for change in changes):
            return tuple(ConflictError("somebody was first") for _ in changes)
        return super().append_all(changes)


def test_an_act_is_done_though_what_follows_finds_no_turn() -> None:
    store = _Busy()
    played = Town(store=store).promised()
    store.busy = "t/2025/bo"
    done = played.do(YEAR, "hold_rating", day(6, 1), "an", results=dict.fromkeys(PEOPLE, "good"))
    assert [(str(u.stream), u.waits) for u in done.unmet] == [("t/2025/bo", True)]
    assert len(played.engine.state(YEAR).records["hold_rating"]) == 1
    assert "rate" not in played.engine.state("t/2025/bo").records
    store.busy = ""
    played.engine.tick("t", day(6, 2))
    assert [len(played.engine.state(f"t/2025/{n}").records["rate"]) for n in PEOPLE] == [1, 1, 1]


def test_what_was_still_to_follow_follows_before_its_cycle_is_closed() -> None:
    store = _Busy()
    played = Town(store=store).promised()
    store.busy = "t/2025/bo"
    played.do(YEAR, "hold_rating", day(6, 1), "an", results=dict.fromkeys(PEOPLE, "good"))
    store.busy = ""
    played.engine.close_cycle("t", "2025", on=day(12, 31), anyway=True)
    assert len(played.engine.state("t/2025/bo").records["rate"]) == 1


def test_a_track_that_has_lost_what_it_is_like_is_for_nobody() -> None:
    like = (
        "  branch_selection:\n    label: {zh: 支部推荐, en: selection of the branch}\n",
        "  other_year:\n"
        "    label: {zh: 其他, en: other}\n"
        "    aggregate: year\n"
        "    match: {organization: {town: true}}\n"
        "    cite: T-01\n"
        "  branch_selection:\n    label: {zh: 支部推荐, en: selection of the branch}\n",
    )
    resolved = resolve([read(town(like), "t.yaml")], on=None, ordinal=1)
    lost = build(resolved, known=frozenset({"T-01"}), checked=False)
    view = DirectoryData.from_tree(DIRECTORY).view(day(1, 1))
    with pytest.raises(RefusedError, match="this policy is for"):
        begin(lost, StreamId("t", "2025", "hill", "year"), Cycle("2025", day(1, 1)), view)


def test_a_record_put_right_is_of_its_own_round(tmp_path: Path) -> None:
    rounds = (
        "            hold_rating: {source: running, stays: true, by: secretary, cite: T-01}",
        "            hold_rating:\n"
        "              source: running\n"
        "              stays: true\n"
        "              by: secretary\n"
        "              guards:\n"
        "                new: {is: preceded_by, command: prepare, since_last: hold_rating, cite: T-01}\n"
        "              cite: T-01\n"
        "            prepare: {source: running, stays: true, by: secretary, cite: T-01}",
    )
    prepare = (
        "        close_year:\n          means: account",
        "        prepare: {means: plan, label: {zh: 准备, en: prepare}}\n"
        "        close_year:\n          means: account",
    )
    played = Town(tmp_path, town(rounds, prepare)).promised()
    for month in (2, 3):
        played.do(YEAR, "prepare", day(month, 1), "an")
        played.do(YEAR, "hold_rating", day(month, 2), "an", results={"cai": "good"})
    played.do(YEAR, "correct", day(3, 3), "an", target=3, results={"cai": "poor"})
    first, _ = played.engine.state(YEAR).records["hold_rating"]
    assert first.fields["results"] == {"cai": "poor"}


def test_what_follows_late_follows_as_of_the_day_of_its_act(tmp_path: Path) -> None:
    store = _Busy()
    soon = ("kinds:\n", "late_entry: {within: P10D, cite: T-01}\nkinds:\n")
    played = Town(tmp_path, town(soon), store).promised()
    store.busy = "t/2025/bo"
    played.do(YEAR, "hold_rating", day(6, 1), "an", results=dict.fromkeys(PEOPLE, "good"))
    store.busy = ""
    played.engine.tick("t", day(12, 31))
    (record,) = played.engine.state("t/2025/bo").records["rate"]
    assert record.occurred_on == day(6, 1)
