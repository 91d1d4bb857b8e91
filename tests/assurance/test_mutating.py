"""`pledgeflow mutate`: which mutations there are, what notices them, and how that is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.assurance.moments import forms
from pledgeflow.assurance.mutating import figures
from pledgeflow.assurance.mutating.asking import Asking
from pledgeflow.assurance.mutating.kinds import LABELS, Kind
from pledgeflow.assurance.mutating.likeness import Likeness, Product
from pledgeflow.assurance.mutating.making import mutations
from pledgeflow.assurance.mutating.mutant import Mutant
from pledgeflow.assurance.mutating.mutations import Mutation
from pledgeflow.assurance.mutating.running import AT_ONCE, Asked, Attack
from pledgeflow.assurance.mutating.touching import Suite, met
from pledgeflow.assurance.mutating.trying import Fate, Tried
from pledgeflow.assurance.mutating.watching import Changes
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app, mutating
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from tests.assurance.policies import kept
from tests.tiny import PATH, tiny
from tests.unit.test_closing import CLAUSES
from tests.unit.test_scenario_runner import write_tiny

FINE, FINDINGS, UNUSABLE = 0, 1, 2
PROPOSE = "lifecycles.pledge.transitions.propose"


def made(*changes: tuple[str, str]) -> dict[str, Mutation]:
    """The mutations of a tiny policy, by name."""
    resolved = resolve([read(tiny(*changes), PATH)], on=None, ordinal=1)
    return {mutation.name: mutation for mutation in mutations(resolved)}


# --- which there are ------------------------------------------------------------------------------


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert set(LABELS) == set(Kind)


def test_a_rule_is_mutated_in_every_way_that_its_words_allow() -> None:
    found = [name for name in made() if "transitions.note" in name]
    assert found == [
        "drop_transition lifecycles.pledge.transitions.note",
        "drop_source lifecycles.pledge.transitions.note.source - open",
        "drop_source lifecycles.pledge.transitions.note.source - closed",
        "drop_word lifecycles.pledge.transitions.note.stays",
        "negate lifecycles.pledge.transitions.note.stays true → false",
        "drop_word lifecycles.pledge.transitions.note.by",
        "narrow_role lifecycles.pledge.transitions.note.by - promisor",
        "narrow_role lifecycles.pledge.transitions.note.by - secretary",
        "change_state lifecycles.pledge.transitions.note → closed",
    ]


def test_a_mutation_knows_its_rule_and_the_clauses_behind_it() -> None:
    mutation = made()["drop_source lifecycles.pledge.transitions.note.source - open"]
    assert mutation.rule == ("lifecycles", "pledge", "transitions", "note")
    assert mutation.clauses == ("T-1",)


def test_what_is_only_for_people_is_no_rule() -> None:
    words = ("label", "cite", "assumed", "properties", "kinds")
    places = {step for mutation in made().values() for step in mutation.path}
    assert places.isdisjoint(words)


def test_guards_conditions_and_figures() -> None:
    guard = (
        "guards: {noted: {is: preceded_by, command: note, at_least: 2, within: P30D, "
        "if: {is: promisor, kinds: {old: true}}, cite: T-2}}"
    )
    at = f"{PROPOSE.removesuffix('propose')}submit.guards.noted"
    names = made(("guards: {}", guard))
    assert {
        f"drop_guard {at}",
        f"raise_figure {at}.at_least 2 → 3",
        f"lower_figure {at}.at_least 2 → 1",
        f"later {at}.within P30D → P31D",
        f"earlier {at}.within P30D → P29D",
        f"drop_condition {at}.if",
        f"negate {at}.if.kinds.old true → false",
    } <= names.keys()


def test_outcomes_tiers_and_orders() -> None:
    outcome = "outcomes:\n  fine: {label: {zh: 好, en: fine}, when: {tier: mid}, "
    outcome += "award: eligible, cite: T-1}"
    tiers = "tiers: {good: {zh: 好, en: good}, mid: {zh: 中, en: mid}, bad: {zh: 差, en: bad}}"
    names = made(("outcomes: {}", outcome), ("tiers: {}", f"{tiers}\n  order: [note, submit]"))
    assert {
        "drop_outcome outcomes.fine",
        "shift_tier outcomes.fine.when.tier mid → good",
        "shift_tier outcomes.fine.when.tier mid → bad",
        "swap_order evaluation.order note ⇄ submit",
        "swap_order evaluation.tiers good ⇄ mid",
        "other_word outcomes.fine.award eligible → barred",
    } <= names.keys()


def test_a_track_is_mutated_where_it_says_something_of_its_own() -> None:
    own = "      person: {in_service: true}\n    rules:\n      lifecycles:\n        pledge:\n"
    own += (
        "          transitions:\n            note: {cite: T-2}\n            submit: {by: secretary}"
    )
    found = [n for n in made(("      person: {in_service: true}", own)) if ".rules." in n]
    place = "tracks.member.rules.lifecycles.pledge.transitions.submit"
    assert found == [
        f"drop_transition {place}",
        f"drop_word {place}.by",
        f"widen_role {place}.by + promisor",
    ]


def test_a_dated_value_is_mutated_in_each_form(tmp_path: Path) -> None:
    text = tiny(("every: P1Y", 'every: {values: {"cycle 1": P1Y, "cycle 2": P6M}}'))
    catalogue = kept(text, tmp_path)
    found = {m.name for form in forms(catalogue, "tiny") for m in mutations(form.resolved)}
    assert {"later cycle.every P1Y → P13M", "later cycle.every P6M → P7M"} <= found


@pytest.mark.parametrize(
    ("text", "longer", "shorter"),
    [
        ("P1Y", "P13M", "P11M"),
        ("P2Y", "P3Y", "P1Y"),
        ("P1M", "P2M", "P3W"),
        ("P1W", "P2W", "P6D"),
        ("P1Y6M", "P1Y7M", "P1Y5M"),
        ("P15D", "P16D", "P14D"),
    ],
)
def test_a_period_is_one_longer_or_shorter(text: str, longer: str, shorter: str) -> None:
    assert list(figures.periods(text)) == [(True, longer), (False, shorter)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("03-31", ["04-01", "03-30"]),
        ("12-31", ["next 01-01", "12-30"]),
        ("01-01", ["01-02"]),
        ("next 01-01", ["next 01-02", "12-31"]),
    ],
)
def test_a_day_of_the_year_is_the_one_beside_it(text: str, found: list[str]) -> None:
    assert [day for _, day in figures.year_days(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("85", ["86", "84"]),
        ("0.25", ["0.26", "0.24"]),
        ("25%", ["26%", "24%"]),
        ("2/3", ["3/3", "1/3"]),
        ("0", ["1"]),
    ],
)
def test_a_number_changes_in_its_last_digit(text: str, found: list[str]) -> None:
    assert [number for _, number in figures.numbers(text)] == found


# --- what notices them ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny(tmp_path_factory.mktemp("small"))


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds the small policy by its name."""
    monkeypatch.setattr(mutating, "Catalogue", lambda: Catalogue((folder,)))


GUARD, FORGET = "lifecycles.pledge.transitions.submit.guards.heard", "transitions.forget"
FATES = {
    f"drop_guard {GUARD}": (Fate.PLAYED, "opinions come first"),
    f"drop_timer lifecycles.pledge.{FORGET}": (Fate.PLAYED, "time passes"),
    "restore lifecycles.pledge.transitions.hurry": (Fate.PLAYED, "nobody hurries anybody"),
    "later cycle.every P1Y → P13M": (Fate.SHOWN, "the head answers for each year"),
    "drop_rule responsible.head": (Fate.SHOWN, "the head answers for each year"),
    "drop_rule commands.consult": (
        Fate.REFUSED,
        "lifecycles.pledge.transitions.consult: there is no command `consult`",
    ),
    f"earlier lifecycles.pledge.{FORGET}.after.period P1Y → P11M": (Fate.SURVIVED, ""),
    "negate commands.grade.fields.votes.required false → true": (Fate.SURVIVED, ""),
}


@pytest.fixture(scope="module")
def tried(folder: Path) -> dict[str, Tried]:
    attack = Attack(Catalogue((folder,)), Asked("tiny"))
    attack.mutations = tuple(each for each in attack.mutations if each.name in FATES)
    return {each.mutation.name: each for each in attack.run(1)}


@pytest.mark.parametrize("name", FATES)
def test_what_becomes_of_a_mutant(tried: dict[str, Tried], name: str) -> None:
    found, (fate, by) = tried[name], FATES[name]
    assert found.fate is fate
    assert found.by.startswith(by)
    assert bool(found.by) is bool(by)


def test_a_scenario_that_fails_as_it_is_has_to_be_mended_first(tmp_path: Path) -> None:
    path = write_tiny(tmp_path) / "tiny/scenarios/all.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("award: eligible", "award: barred"), encoding="utf-8")
    with pytest.raises(PledgeflowError, match="`the superior grades` fails as it is"):
        Attack(Catalogue((tmp_path,)), Asked("tiny"))


def test_the_result_does_not_depend_on_how_many_processes(folder: Path) -> None:
    asked = Asked("tiny", (Kind.CHANGE_STATE, Kind.DROP_GUARD, Kind.RESTORE))
    attack = Attack(Catalogue((folder,)), asked)
    # some of each kind, and more than are handed to one process
    every = enumerate(attack.mutations)
    attack.mutations = tuple(m for i, m in every if i % 2 or m.kind is not Kind.CHANGE_STATE)
    assert len({m.kind for m in attack.mutations}) == len(asked.kinds)
    assert len(attack.mutations) > AT_ONCE
    assert list(attack.run(2)) == list(attack.run(1))


def mutant(text: str, name: str, folder: Path) -> tuple[Shelf, Mutant, Mutation]:
    """A tiny policy in a folder, and a mutant of it."""
    shelf = Shelf.over(kept(text, folder))
    found = {m.name: m for m in mutations(shelf.resolved("tiny"))}
    return shelf, Mutant.of(shelf, "tiny", found[name]), found[name]


def test_a_property_may_notice_what_no_scenario_does(tmp_path: Path) -> None:
    claim = (
        "properties:\n  notes_first: {is: precedence, first: {command: note}, "
        "then: {command: submit}, label: {zh: 先记, en: first}, cite: T-2}\noutcomes: {}"
    )
    guard = "guards: {noted: {is: preceded_by, command: note, label: {zh: 记, en: n}, cite: T-2}}"
    text = tiny(("outcomes: {}", claim), ("guards: {}", guard))
    name = "drop_guard lifecycles.pledge.transitions.submit.guards.noted"
    shelf, other, _ = mutant(text, name, tmp_path)
    asking = Asking(shelf, "tiny")
    assert asking.noticed(other) == "properties.notes_first (member)"
    assert asking.noticed(shelf) == ""


SECOND = (
    "      person: {in_service: true}",
    "      person: {in_service: true}\n    cite: T-1\n  other:\n    label: {zh: 他, en: other}\n"
    "    match:\n      person: {retired: true}\n    rules:\n      commands:\n        note:\n"
    "          label: {zh: 录, en: put down}\n      lifecycles:\n        pledge:\n"
    "          transitions:\n            submit: {by: secretary}",
)


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        ("drop_word tracks.other.rules.lifecycles.pledge.transitions.submit.by", {"other"}),
        ("narrow_role lifecycles.pledge.transitions.note.by - promisor", {"member", "other"}),
        ("later cycle.every P1Y → P13M", None),
    ],
)
def test_it_is_known_which_tracks_a_mutant_has_otherwise(
    tmp_path: Path, name: str, tracks: set[str] | None
) -> None:
    shelf = Shelf.over(kept(tiny(SECOND), tmp_path))
    found = {m.name: m for m in mutations(shelf.resolved("tiny"))}
    changes = Changes.on(shelf, "tiny")
    assert changes.of(Mutant.of(shelf, "tiny", found[name], changes.made[0])) == tracks


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        # Who is infirm comes into the other track, which names more of what they are.
        ("drop_member tracks.member.match.person.infirm", True),
        ("drop_member tracks.member.match.person.in_service", False),
        ("drop_member tracks.other.match.person.in_service", False),
        ("negate tracks.other.match.person.infirm true → false", False),
        ("drop_word tracks.other.rules.lifecycles.pledge.transitions.submit.by", False),
    ],
)
def test_whom_a_track_is_for_is_gone_through_by_kinds(
    tmp_path: Path, name: str, alike: bool
) -> None:
    changes = (
        (
            SECOND[0],
            SECOND[1].replace("{retired: true}", "{in_service: true, infirm: true}"),
        ),
        ("person: {in_service: true}", "person: {in_service: true, infirm: false}"),
    )
    text = tiny(*changes)
    assert text.count("infirm") == len(changes)
    shelf, other, mutation = mutant(text, name, tmp_path)
    assert Likeness(shelf, "tiny", Product()).equivalent(other, mutation) is alike


def test_a_play_is_left_out_only_where_it_looks_at_nothing_that_changed(folder: Path) -> None:
    shelf = Shelf.over(Catalogue((folder,)))
    told = scenarios(shelf, "tiny")
    touched, failed = met(shelf, told)
    assert not failed
    suite = Suite.of(told, touched)
    looked = {name: found.tracks for name, found in touched.items()}
    assert {"member"} in looked.values()
    assert all(suite.seeing(each, None) for each in suite.playing)
    for each in suite.playing:
        assert suite.seeing(each, frozenset({"member"})) is ("member" in looked[each.name])
        assert not suite.seeing(each, frozenset({"nobody"}))


@pytest.mark.parametrize(
    ("guard", "alike"),
    [
        # Nobody is there to submit once it is closed, and everything open is open.
        ("guards: {here: {is: stands, in: [open], label: {zh: 开, en: open}, cite: T-2}}", True),
        (
            "guards: {noted: {is: preceded_by, command: note, label: {zh: 记, en: n}, cite: T-2}}",
            False,
        ),
    ],
)
def test_only_what_was_gone_through_to_the_end_is_equivalent(
    tmp_path: Path, guard: str, alike: bool
) -> None:
    found = re.search(r"\{(\w+):", guard)
    assert found is not None
    name = f"drop_guard lifecycles.pledge.transitions.submit.guards.{found[1]}"
    shelf, other, mutation = mutant(tiny(("guards: {}", guard)), name, tmp_path)
    assert Likeness(shelf, "tiny", Product()).equivalent(other, mutation) is alike
    short = Product(Product().bounds.__class__(states=2))
    assert Likeness(shelf, "tiny", short).equivalent(other, mutation) is False


def test_what_commands_may_say_is_never_called_equivalent(tmp_path: Path) -> None:
    name = "negate commands.note.fields.said.open true → false"
    shelf, other, mutation = mutant(tiny(), name, tmp_path)
    assert Likeness(shelf, "tiny", Product()).equivalent(other, mutation) is False


# --- how it is told -------------------------------------------------------------------------------


def run(*words: str, lang: str = "en") -> Result:
    command = ["mutate", *words, "--jobs", "1", "--lang", lang]
    return CliRunner().invoke(app, command, env={"COLUMNS": "240"})


@pytest.mark.usefixtures("here")
def test_the_report_as_data() -> None:
    kinds = ("earlier", "drop_guard", "drop_choice")
    result = run("tiny", *(f"--kind={kind}" for kind in kinds), "--format", "json")
    assert result.exit_code == FINDINGS
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["policy"] == "tiny"
    assert (found["mutants"], found["killed"], found["equivalent"]) == (4, 3, 0)
    assert found["survivors"] == [
        {
            "rule": "lifecycles.pledge.transitions.forget",
            "mutation": "earlier lifecycles.pledge.transitions.forget.after.period P1Y → P11M",
            "clauses": [],
        }
    ]
    assert found["by_kind"]["drop_guard"]["score"] == 1.0
    assert found["killed_by"] == {"scenarios": 2, "shown": 1, "properties": 0}
    assert found["mutants"] == found["killed"] + found["equivalent"] + len(found["survivors"])
    assert found["refused"]
    for key in ("mutants", "killed", "refused", "equivalent"):
        assert found[key] == sum(found["by_kind"][kind][key] for kind in kinds)


@pytest.mark.usefixtures("here")
def test_the_report_in_words() -> None:
    words = ("tiny", "--kind", "earlier", "--kind", "drop_choice")
    english, chinese = run(*words).stdout, run(*words, lang="zh").stdout
    assert "a period is shorter, or a day earlier: after.period: P1Y → P11M" in english
    assert re.search(
        r"drop_choice +a closed list has one choice less +1 +1 +0 +0 +100.0% +6", english
    )
    assert "3 mutants, 2 noticed" in english
    assert "期限缩短或者日期提前：after.period：P1Y → P11M" in chinese
    assert "变异 3 项，察觉 2 项" in chinese


@pytest.mark.usefixtures("here")
def test_nothing_left_over_is_fine() -> None:
    assert run("tiny", "--kind", "drop_guard").exit_code == FINE
    none = run("tiny", "--kind", "drop_duty")
    assert none.exit_code == FINE
    assert "there is no rule to change" in none.stderr


def test_a_policy_that_is_none_is_said() -> None:
    assert run("nowhere").exit_code == UNUSABLE


def test_where_no_scenario_could_notice_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny/policy.yaml").write_text(tiny(), encoding="utf-8")
    (tmp_path / "tiny/clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    for lang, said in (("en", "there is no scenario beside `tiny`"), ("zh", "tiny 旁没有场景")):
        found = run(str(tmp_path / "tiny"), "--kind", "restore", lang=lang)
        assert said in found.stderr


def test_a_scenario_that_fails_as_it_is_is_named_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_tiny(tmp_path) / "tiny/scenarios/all.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("award: eligible", "award: barred"), encoding="utf-8")
    monkeypatch.setattr(mutating, "Catalogue", lambda: Catalogue((tmp_path,)))
    for lang, said in (("en", "fails as it is; see why with"), ("zh", "目前就未通过；请用")):
        found = run("tiny", lang=lang)
        assert found.exit_code == UNUSABLE
        assert said in found.stderr


def test_every_kind_stands_in_the_page_about_mutation() -> None:
    page = (Path(__file__).parents[2] / "docs/mutation.md").read_text(encoding="utf-8")
    assert [kind for kind in Kind if f"| `{kind}` | {LABELS[kind].en} |" not in page] == []
