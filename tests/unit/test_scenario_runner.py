"""Scenarios: how files are read, how they are played, and what is said when they fail."""

from pathlib import Path

import pytest

from pledgeflow.assurance.removal import Without
from pledgeflow.assurance.running import Result, Runner, run
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError

pytest_plugins = ["pytester"]

GROUND = """
policy: ground
abstract: true
title: {zh: 基础, en: ground}
commands:
  open: {means: opening, label: {zh: 启动, en: open}}
  hurry: {means: reminder, label: {zh: 催办, en: hurry}}
lifecycles:
  pledge:
    label: {zh: 承诺, en: pledge}
    initial: invited
    final: [graded]
    states:
      invited: {zh: 待启动, en: invited}
      drafting: {zh: 起草, en: drafting}
      submitted: {zh: 已提交, en: submitted}
      graded: {zh: 已评定, en: graded}
    transitions:
      open: {source: invited, dest: drafting, by: promisor, assumed: somebody begins}
      hurry: {source: [drafting, submitted], stays: true, by: promisor, assumed: why not}
"""

TINY = """
policy: tiny
extends: ground
title: {zh: 小文件, en: a small document}
cycle: {every: P1Y, starts: "01-01", cite: T-4}
responsible:
  head: {label: {zh: 局长, en: head}, roles: [superior], cite: T-4}
tracks:
  member: {label: {zh: 党员, en: member}, match: {person: {serving: true}}, cite: T-1}
roles:
  superior:
    label: {zh: 上级, en: superior}
    organization: {at: superior}
    chaired_by: [secretary]
    assumed: somebody from above
commands:
  consult: {means: consultation, label: {zh: 征求意见, en: consult}, fields: {heard: text}}
  propose:
    means: proposal
    label: {zh: 提出, en: propose}
    fields: {title: text, due: date}
  submit: {means: submission, label: {zh: 提交, en: submit}, document: {zh: 承诺书, en: letter}}
  grade:
    means: grade
    label: {zh: 评定, en: grade}
    fields: {tier: {type: tier}, votes: {type: tally, required: false}}
lifecycles:
  pledge:
    transitions:
      hurry: {absent: true, cite: T-3}
      consult: {source: drafting, stays: true, by: promisor, cite: T-2}
      propose: {source: drafting, stays: true, by: promisor, adds: commitment, cite: T-2}
      submit:
        source: drafting
        dest: submitted
        by: promisor
        guards:
          heard: {is: preceded_by, command: consult, cite: T-2}
        assumed: it has to go on somehow
      grade: {source: submitted, dest: graded, by: superior, cite: T-5}
      forget: {source: submitted, dest: drafting, after: {period: P1Y}, assumed: time passes}
  commitment:
    label: {zh: 事项, en: item}
    of: pledge
    initial: proposed
    final: [proposed]
    states: {proposed: {zh: 已提出, en: proposed}}
evaluation:
  tiers: {good: {zh: 好, en: good}, bad: {zh: 差, en: bad}}
  grade: {command: grade, assumed: the superior names it}
  cite: T-5
outcomes:
  fine: {label: {zh: 可评优, en: may win}, when: {tier: good}, award: eligible, cite: T-5}
"""

REGISTER = """
document: {zh: 小文件, en: a small document}
clauses:
  T-1:
    force: must
    kind: scope
    gist: {zh: 党员, en: members}
    values: {who: {is: [党员], at: tracks.member}}
  T-2: {force: must, kind: consultation, gist: {zh: 先听意见, en: opinions first}}
  T-3: {force: must, kind: none, gist: {zh: 不催办, en: no hurrying}}
  T-4:
    force: must
    kind: time
    gist: {zh: 每年, en: yearly}
    partial: {zh: 提醒, en: reminders}
    values: {cycle: {is: P1Y, at: cycle.every}}
  T-5:
    force: must
    kind: tier
    gist: {zh: 等次, en: grades}
    values: {tiers: {is: [好, 差], at: evaluation.tiers}}
  T-6: {force: may, kind: none, gist: {zh: 无, en: nobody cares}}
  T-7: {force: context, kind: context, gist: {zh: 背景, en: background}}
"""

DIRECTORY = """
organizations:
  bureau: {kind: bureau, posts: {secretary: qian}}
  branch: {kind: branch, parent: bureau}
people:
  wang: {kinds: [serving], member_of: branch}
  zhou: {kinds: [serving], member_of: branch}
  gao: {member_of: branch}
  qian: {kinds: [serving], member_of: bureau}
"""

STORIES = """
stories:
  drafting:
    promisor: wang
    directory: sample
    cycle: 2025
    steps:
      - {on: 2025-01-05, actor: wang, capacity: promisor, do: open}
  heard:
    after: drafting
    steps:
      - {on: 2025-01-06, actor: wang, capacity: promisor, do: consult, heard: 排队太长}
  submitted:
    after: heard
    steps:
      - {on: 2025-01-08, actor: wang, capacity: promisor, do: submit}
"""

SCENARIOS = """
- scenario: opinions come first
  policy: tiny
  clauses: [T-2]
  given: {story: drafting}
  when:
    - {on: 2025-01-08, actor: wang, capacity: promisor, do: submit}
  then:
    refused:
      codes: [not_preceded]
      clauses: [T-2]
      ruling: forbidden
      rules: [lifecycles.pledge.transitions.submit.guards.heard]
      remedy: [consult]
      exactly: true
- scenario: opinions are sought, and items follow from them
  policy: tiny
  clauses: [T-2]
  given: {story: heard}
  when:
    - {on: 2025-01-07, actor: wang, capacity: promisor, do: propose, title: 上门, due: 2025-10-01}
  then:
    state: drafting
    items: {1: proposed}
    content: {1: {due: 2025-10-01}}
    offers: {actor: wang, capacity: promisor, commands: [submit, consult]}
    offers_not: {actor: qian, commands: [submit]}
- scenario: members pledge, others do not
  policy: tiny
  clauses: [T-1]
  given: {directory: sample, cycle: 2025, promisor: gao}
  when:
    - {on: 2025-01-05, actor: gao, capacity: promisor, do: open}
  then:
    refused: {ruling: silent, clauses: [T-1]}
    labels: {tracks.member: 党员, commands.submit.document: 承诺书}
- scenario: nobody hurries anybody
  policy: tiny
  clauses: [T-3]
  given: {story: drafting}
  when:
    - {on: 2025-01-06, actor: wang, capacity: promisor, do: hurry}
  then:
    refused: {codes: [silent], clauses: [T-3]}
    shows: {lifecycles.pledge.transitions.hurry: {absent: true}}
- scenario: the head answers for each year
  policy: tiny
  clauses: [T-4]
  given: {story: drafting, ordinal: 2}
  then: {responsible: [head], shows: {cycle.every: P1Y}, track: member, late: []}
- scenario: the superior grades
  policy: tiny
  clauses: [T-5]
  given: {story: submitted}
  when:
    - on: 2025-12-01
      actor: qian
      capacity: superior
      do: grade
      tier: good
      votes: {good: 3, bad: 1}
  then: {grade: good, award: eligible, outcomes: [fine], owes: [], state: graded}
- scenario: there are two grades and no more
  policy: tiny
  clauses: [T-5]
  given: {story: submitted}
  when:
    - {on: 2025-12-01, actor: qian, capacity: superior, do: grade, tier: middling}
  then:
    refused: {codes: [not_on_the_list], clauses: [T-5]}
    grade: null
    award: null
    outcomes: []
- scenario: others have pledges of their own, and there are other years
  policy: tiny
  given: {story: submitted, promisor: zhou}
  when:
    - {on: 2026-02-01, do: tick}
    - {on: 2026-02-02, actor: wang, capacity: promisor, do: open, pledge: wang, in_cycle: 2026}
    - {on: 2026-02-02, actor: zhou, capacity: promisor, do: open}
  then: {permitted: true, state: drafting}
- scenario: time passes
  policy: tiny
  given: {story: submitted}
  when:
    - {on: 2026-02-01, do: tick}
  then: {state: drafting}
"""


def write_tiny(folder: Path) -> Path:
    """A small policy with its parent, register, stories and scenarios."""
    files = {
        "ground/policy.yaml": GROUND,
        "tiny/policy.yaml": TINY,
        "tiny/clauses.yaml": REGISTER,
        "tiny/scenarios/stories.yaml": STORIES,
        "tiny/scenarios/all.yaml": SCENARIOS,
        "tiny/scenarios/directories/sample.yaml": DIRECTORY,
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny(tmp_path)


def played(folder: Path, text: str) -> list[Result]:
    (folder / "tiny/scenarios/all.yaml").write_text(text, encoding="utf-8")
    catalogue = Catalogue((folder,))
    return Runner(catalogue).run_all(scenarios(catalogue, "tiny"))


def one(folder: Path, given: str, when: str, then: str) -> str:
    text = f"- scenario: one\n  policy: tiny\n  given: {given}\n  when: {when}\n  then: {then}\n"
    (result,) = played(folder, text)
    assert result.passed is (result.message == "")
    return result.message


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        scenarios(Catalogue((folder,)), "tiny")
    return [f"{Path(p.path).name}:{p.line}:{p.column}: {p.message}" for p in caught.value.problems]


def test_a_policy_without_scenarios_has_none(tiny: Path) -> None:
    assert scenarios(Catalogue((tiny,)), "ground") == ()


def test_every_scenario_of_the_small_policy_passes(tiny: Path) -> None:
    results = played(tiny, SCENARIOS)
    assert [r.message for r in results if not r.passed] == []
    assert len(results) == SCENARIOS.count("- scenario:")


def test_a_scenario_can_be_played_by_itself(tiny: Path) -> None:
    catalogue = Catalogue((tiny,))
    first = scenarios(catalogue, "tiny")[0]
    result = run(first, catalogue)
    assert (result.name, result.policy, result.clauses, result.passed) == (
        "opinions come first",
        "tiny",
        ("T-2",),
        True,
    )


def test_a_policy_is_found_by_its_path_too(tiny: Path) -> None:
    catalogue, path = Catalogue((tiny,)), str(tiny / "tiny")
    assert all(r.passed for r in Runner(catalogue).run_all(scenarios(catalogue, path)))


def test_without_a_guard_its_scenario_fails(tiny: Path) -> None:
    shelf = Shelf.over(Catalogue((tiny,)))
    guard = ("lifecycles", "pledge", "transitions", "submit", "guards", "heard")
    result = run(scenarios(shelf, "tiny")[0], Without.of(shelf, [guard]))
    assert result.message == "expected the last step to be refused, but it was permitted"


def test_a_broken_policy_fails_its_scenarios_with_a_message(tiny: Path) -> None:
    shelf = Shelf.over(Catalogue((tiny,)))
    result = run(scenarios(shelf, "tiny")[0], Without.of(shelf, [("cycle", "every")]))
    assert "`every` is missing" in result.message


@pytest.mark.parametrize(
    ("given", "when", "then", "message"),
    [
        ("{story: drafting}", "[]", "{state: submitted}", "expected state `submitted`, found `dr"),
        ("{story: drafting}", "[]", "{track: elder}", "expected track `elder`, found `member`"),
        ("{story: drafting}", "[]", "{items: {1: proposed}}", "there is no `commitment/1`"),
        ("{story: drafting}", "[]", "{content: {1: {due: 2025-01-01}}}", "found nothing"),
        ("{story: drafting}", "[]", "{content: {pledge: {due: 2025-01-01}}}", "of `pledge`"),
        ("{story: drafting}", "[]", "{grade: good}", "expected grade `good`, found nothing"),
        ("{story: drafting}", "[]", "{award: barred}", "expected award `barred`, found nothing"),
        ("{story: drafting}", "[]", "{outcomes: [fine]}", "expected `outcomes` `fine`, found none"),
        ("{story: drafting}", "[]", "{owes: [open]}", "expected `owes` `open`, found none"),
        ("{story: drafting}", "[]", "{late: [spring]}", "expected `late` `spring`, found none"),
        ("{story: drafting}", "[]", "{responsible: []}", "`responsible` none, found `head`"),
        ("{story: drafting}", "[]", "{shows: {cycle.every: P2Y}}", "to be `P2Y`, found `P1Y`"),
        ("{story: drafting}", "[]", "{shows: {cycle.some: {a: [x]}}}", "found nothing"),
        ("{story: drafting}", "[]", "{labels: {tracks.member: 书}}", "under `tracks.member`"),
        ("{story: drafting}", "[]", "{permitted: false}", "but it was permitted"),
        (
            "{story: drafting}",
            "[]",
            "{offers: {actor: wang, commands: [submit]}}",
            "expected `submit` to be offered to wang on 2025-01-05: ",
        ),
        (
            "{story: drafting}",
            "[]",
            "{offers_not: {actor: wang, commands: [consult]}}",
            "expected `consult` not to be offered to wang on 2025-01-05, but it is",
        ),
        (
            "{story: drafting}",
            "[]",
            "{offers: {actor: wang, capacity: superior, commands: [consult]}}",
            "expected `consult` to be offered",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: wang, capacity: promisor, do: submit}]",
            "{state: submitted}",
            "the last step was refused, `forbidden`: ",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: wang, capacity: promisor, do: submit}]",
            "{refused: {codes: [wrong_state], ruling: silent}}",
            "`codes` of the refusal to be `wrong_state`, found `not_preceded`; it was",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: wang, capacity: promisor, do: submit},"
            " {on: 2025-01-09, actor: wang, capacity: promisor, do: submit}]",
            "{state: submitted}",
            "step 1 (`submit` by wang on 2025-01-08) was refused, `forbidden`: ",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: nobody, capacity: promisor, do: submit}]",
            "{permitted: false}",
            "step 1 (`submit` by nobody on 2025-01-08): ",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: wang, capacity: promisor, do: consult, herd: x}]",
            "{permitted: false}",
            "there is no field `herd`; perhaps `heard`",
        ),
        (
            "{story: drafting}",
            "[{on: 2025-01-08, actor: wang, capacity: promisor, do: open, in_cycle: 2024}]",
            "{permitted: true}",
            "the cycle 2024 cannot open after 2025",
        ),
        (
            "{story: drafting, promisor: gao}",
            "[]",
            "{state: drafting}",
            "this pledge cannot be looked at: `silent`: ",
        ),
    ],
)
def test_what_does_not_hold_is_said(
    tiny: Path, given: str, when: str, then: str, message: str
) -> None:
    assert message in one(tiny, given, when, then)


def test_nothing_is_offered_to_whom_no_track_is_for(tiny: Path) -> None:
    offer = "{offers_not: {actor: gao, commands: [open]}}"
    assert one(tiny, "{story: drafting, promisor: gao}", "[]", offer) == ""


def test_a_refused_step_of_a_story_is_named(tiny: Path) -> None:
    story = STORIES.replace("after: heard", "after: drafting")
    (tiny / "tiny/scenarios/stories.yaml").write_text(story, encoding="utf-8")
    message = one(tiny, "{story: submitted}", "[]", "{state: submitted}")
    start = "step 1 (`submit` by wang on 2025-01-08) of story `submitted` was refused, `forbidden`:"
    assert message.startswith(start)
    assert "[not_preceded, T-2]" in message


def test_an_impossible_step_of_a_story_is_named(tiny: Path) -> None:
    story = STORIES.replace("heard: 排队", "herd: 排队")
    (tiny / "tiny/scenarios/stories.yaml").write_text(story, encoding="utf-8")
    message = one(tiny, "{story: submitted}", "[]", "{state: submitted}")
    assert message.startswith("step 1 (`consult` by wang on 2025-01-06) of story `heard`: ")


def test_all_mistakes_of_all_files_are_reported_at_once(tiny: Path) -> None:
    (tiny / "tiny/scenarios/all.yaml").write_text(
        """
- scenario: one
  policy: tiny
  clauses: [T-2, T-9]
  given: {story: draughting}
  then: {state: drafting, stat: drafting}
- scenario: two
  policy: tony
  clauses: [T-9]
  given: {story: drafting, directory: simple}
  then: {state: drafting}
- scenario: two
  policy: tiny
  given: {story: drafing}
  when:
    - {on: 2025-02-30, actor: wang, do: open}
  then: {}
- scenario: two
  policy: tiny
  given: {cycle: 2025}
  then: {state: drafting}
- scenario: two
  policy: tiny
  given: {story: drafing}
  then: {state: drafting}
""",
        encoding="utf-8",
    )
    (tiny / "tiny/scenarios/stories.yaml").write_text(
        STORIES
        + """
  a: {after: b}
  b: {after: a}
  c: {after: herd}
  d: {promisor: wang, cycle: 2025}
  e: {after: heard, directory: simple}
""",
        encoding="utf-8",
    )
    (tiny / "tiny/scenarios/directories/sample.yaml").write_text(
        DIRECTORY.replace("parent: bureau", "parent: burro"), encoding="utf-8"
    )
    assert problems(tiny) == [
        "all.yaml:6:27: then.stat: there is no key `stat`; perhaps `state` or `late`",
        "all.yaml:8:3: policy: this scenario stands beside `tiny`; write that",
        "all.yaml:9:3: there is no clause in the register `T-9`; perhaps `T-7` or `T-6` or `T-5`",
        "all.yaml:10:28: there is no directory `simple`; perhaps `sample`",
        "all.yaml:16:8: when.0.on: `2025-02-30` is no date; write YYYY-MM-DD",
        "all.yaml:17:3: then: say what holds then, such as `state:` or `refused:`",
        "all.yaml:18:3: given: name a `story:`, or a `directory:`, `cycle:` and `promisor:`",
        "all.yaml:22:3: the scenario in "
        f"{tiny}/tiny/scenarios/all.yaml:7 has this name too; rename one",
        "all.yaml:24:11: there is no story `drafing`; perhaps `drafting`",
        "sample.yaml:4:26: organizations.branch.parent: no organization is called `burro`",
        "stories.yaml:18:7: a: `b` comes after itself; cut the circle",
        "stories.yaml:19:7: b: `a` comes after itself; cut the circle",
        "stories.yaml:20:7: c: there is no story `herd`; perhaps `heard`",
        "stories.yaml:21:3: d: say `promisor:`, `directory:` and `cycle:` here or in `after`",
        "stories.yaml:22:21: there is no directory `simple`; perhaps `sample`",
    ]


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{permitted: true, refused: {codes: [x]}}", "either permitted or refused"),
        ("{state: null}", "nothing is written after `state:`"),
        ("{award: perhaps}", "`perhaps` is not possible here; write 'eligible' or 'barred'"),
        ("{refused: {ruling: maybe}}", "is not possible here"),
        ("{as_of: 2025-01-01}", "say what holds then"),
        ("{items: [1]}", "write a mapping here"),
        ("[state]", "write a mapping here"),
    ],
)
def test_what_cannot_hold_is_refused(tiny: Path, then: str, message: str) -> None:
    text = f"- scenario: one\n  policy: tiny\n  given: {{story: heard}}\n  then: {then}\n"
    (tiny / "tiny/scenarios/all.yaml").write_text(text, encoding="utf-8")
    (found,) = problems(tiny)
    assert message in found


def test_an_act_needs_an_actor_and_a_capacity(tiny: Path) -> None:
    text = "- scenario: one\n  policy: tiny\n  given: {story: heard}\n"
    text += "  when: [{on: 2025-02-01, do: open}]\n  then: {permitted: true}\n"
    (tiny / "tiny/scenarios/all.yaml").write_text(text, encoding="utf-8")
    message = "all.yaml:4:10: when.0: say who acts, and for whom: `actor:` and `capacity:`"
    assert problems(tiny) == [message]


def test_files_that_cannot_be_read_are_problems_too(tiny: Path) -> None:
    (tiny / "tiny/scenarios/all.yaml").write_text("a: b", encoding="utf-8")
    (tiny / "tiny/scenarios/big.yaml").write_bytes(b"#" * 1_000_001)
    (tiny / "tiny/scenarios/gone.yaml").symlink_to(tiny / "nowhere")
    found = problems(tiny)
    assert len(found) == 3
    assert "this file cannot be read" in found[2]


def test_the_plugin_makes_each_scenario_a_case(tiny: Path, pytester: pytest.Pytester) -> None:
    broken = SCENARIOS.replace("then: {state: drafting}", "then: {state: graded}")
    (tiny / "tiny/scenarios/all.yaml").write_text(broken, encoding="utf-8")
    ran = pytester.runpytest("-p", "pledgeflow.testing.plugin", str(tiny / "tiny"))
    ran.assert_outcomes(passed=8, failed=1)
    ran.stdout.fnmatch_lines(["*all.yaml:*: expected state `graded`, found `drafting`*"])


def test_the_plugin_reports_mistakes_of_the_files(tiny: Path, pytester: pytest.Pytester) -> None:
    (tiny / "tiny/scenarios/all.yaml").write_text("- scenario: one", encoding="utf-8")
    ran = pytester.runpytest("-p", "pledgeflow.testing.plugin", str(tiny / "tiny"))
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*all.yaml:1:3: `policy` is missing; add it*"])
