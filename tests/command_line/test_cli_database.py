"""The command line on a database: cycles, steps, time, and what is said when something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli import app
from pledgeflow.cli.chinese import MESSAGES
from pledgeflow.cli.options import Lang
from pledgeflow.cli.translating import spoken, translated, usage_said
from pledgeflow.storage.sql import SqlStore
from tests.unit.test_closing import CLAUSES, TEXT
from tests.unit.test_closing import PEOPLE as TOWN

FINE, FINDINGS, UNUSABLE = 0, 1, 2
POLICY = "huimin"
PEOPLE = Catalogue().folder(POLICY) / "scenarios" / "directories" / "sample.yaml"
PLEDGE = "county/2025/wang"
OPEN = ("--do", "open", "--set", "section=house_section", "--on", "2025-01-05")
SOURCE = Path(__file__).parents[2] / "src" / "pledgeflow"


def run(*words: str, **env: str) -> Result:
    plain = {"LANG": "en_US.UTF-8", "LC_ALL": "", "PLEDGEFLOW_DB": "", "COLUMNS": "120"}
    return CliRunner().invoke(app, list(words), env=plain | env)


@pytest.fixture
def db(tmp_path: Path) -> str:
    path = str(tmp_path / "county.db")
    words = ("county", POLICY, "--cycle", "2025", "--directory", str(PEOPLE))
    result = run("cycle", "open", *words, "--db", path)
    assert result.exit_code == FINE, result.output
    return path


def wang(db: str, *words: str) -> Result:
    return run("do", PLEDGE, "--actor", "wang", "--capacity", "promisor", "--db", db, *words)


def begun(db: str) -> None:
    assert wang(db, *OPEN).exit_code == FINE


# --- cycles ---------------------------------------------------------------------------------


def test_opening_says_what_was_opened_under_what(db: str) -> None:
    found = json.loads(run("cycle", "list", "--db", db, "--format", "json").stdout)
    assert [(row["jurisdiction"], row["cycle"], row["policy"]) for row in found] == [
        ("county", "2025", POLICY)
    ]
    assert found[0]["digest"] == Catalogue().load(POLICY).digest
    assert found[0]["closed"] is None
    assert POLICY in run("cycle", "list", "--db", db).stdout


def test_the_database_may_be_named_by_the_environment(db: str) -> None:
    result = run("cycle", "list", "--format", "json", PLEDGEFLOW_DB=db)
    assert json.loads(result.stdout)[0]["cycle"] == "2025"


def test_a_policy_that_is_a_file_is_told_as_seen_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "ours", "--extends", POLICY).exit_code == FINE
    result = run("cycle", "open", "county", "./ours", "--cycle", "2030", "--db", "x.db")
    assert "under ours/policy.yaml" in result.stdout


@pytest.mark.parametrize("given", [[POLICY, "--directory", "nowhere.yaml"], ["hiumin"]])
def test_what_cannot_be_opened_leaves_no_database(tmp_path: Path, given: list[str]) -> None:
    path = tmp_path / "new.db"
    words = ("cycle", "open", "county", *given, "--cycle", "2025", "--db", str(path))
    assert run(*words).exit_code == UNUSABLE
    assert not path.exists()


def test_a_mistake_in_the_directory_is_named_by_its_line(tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text("organizations: {}\npeople:\n  wang: {member_of: nowhere}\n", "utf-8")
    words = ("--cycle", "2025", "--directory", str(people), "--db", str(tmp_path / "x.db"))
    result = run("cycle", "open", "county", POLICY, *words)
    assert result.exit_code == UNUSABLE
    assert re.match(rf"{re.escape(str(people))}:3:\d+: ", result.stderr)


DIRECTORIES = [
    ("people: {wang: {knds: [x]}}", "people.wang.knds", "`kinds`"),
    ("people: {a/b: {}}", "people.a/b", "`/`"),
    ("people: {a@b: {}}", "people.a@b", "`@`"),
    ("organizations: {a@b: {kind: branch}}", "organizations.a@b", "`@`"),
    ("people: {wang: {member_of: nowhere}}", "people.wang.member_of", "`nowhere`"),
    ("people: {wang: {from: 2025-02-30}}", "people.wang.from", "2025-03-31"),
    ("people: {wang: {from: 2025-02-03, until: 2025-02-02}}", "people.wang", "2025-02-02"),
    ("people: {wang: [x]}", "people.wang", ""),
    ("people: {wang: {memberships: x}}", "people.wang.memberships", ""),
    ("people: {wang: {member_of: [x]}}", "people.wang.member_of", ""),
    ("people: {wang: {kinds: {x: maybe}}}", "people.wang.kinds.x", "`true`"),
    ("organizations: {a: {kind: x, parent: b}, b: {kind: x, parent: a}}",
     "organizations.a.parent", "`a`"),
    ("people: {a: {}}\norganizations: {a: {kind: x}}", "organizations.a", ""),
    ("people: {a: {}}\nrelations: {contact: {b: [a]}}", "relations.contact.b", "`b`"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "what"), DIRECTORIES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_mistake_in_the_directory_says_where_and_what_to_write(
    tmp_path: Path, lang: str, text: str, place: str, what: str
) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(text, "utf-8")
    words = ("--cycle", "2025", "--directory", str(people), "--db", str(tmp_path / "x.db"))
    result = run("cycle", "open", "county", POLICY, *words, "--lang", lang)
    assert result.exit_code == UNUSABLE
    assert place in result.stderr
    assert what in result.stderr
    if lang == "zh":
        assert english(result.stderr.replace(place, "")) == []


def test_a_policy_by_path_is_found_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "policy.yaml").write_text(f"policy: county\nextends: {POLICY}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    words = ("--cycle", "2025", "--directory", str(PEOPLE), "--db", str(tmp_path / "x.db"))
    assert run("cycle", "open", "county", "./here", *words).exit_code == FINE
    monkeypatch.chdir(folder)
    assert wang(str(tmp_path / "x.db"), "--do", "submit").exit_code == FINDINGS
    (folder / "policy.yaml").unlink()
    refused = wang(str(tmp_path / "x.db"), "--do", "submit", "--format", "json")
    assert json.loads(refused.stdout)["done"] is False


def test_closing_lists_what_is_not_finished(db: str) -> None:
    begun(db)
    words = ("cycle", "close", "county", "2025", "--on", "2025-12-31", "--db", db)
    result = run(*words)
    assert result.exit_code == FINDINGS
    assert PLEDGE in result.stdout
    assert "--anyway" in result.stderr
    found = json.loads(run(*words, "--format", "json").stdout)
    assert found == {"closed": None, "unfinished": [{"pledge": PLEDGE, "state": "drafting"}]}
    assert run(*words, "--anyway").exit_code == FINE
    assert "2025-12-31" in run("cycle", "list", "--db", db).stdout
    late = wang(db, "--do", "submit", "--on", "2025-12-31", "--lang", "zh")
    assert late.exit_code == FINDINGS
    assert "本期间已于2025年12月31日关闭" in late.stdout.replace("\n", "")
    assert run(*words).exit_code == UNUSABLE
    offers = run("explain", PLEDGE, "--actor", "wang", "--db", db)
    assert "closed on 2025-12-31" in offers.stderr


# --- steps ----------------------------------------------------------------------------------


def test_a_step_says_what_happened_and_whose_turn_it_is(db: str) -> None:
    result = wang(db, *OPEN, "--format", "json")
    found = json.loads(result.stdout)
    assert found["done"] is True
    assert found["pledge"] == PLEDGE
    assert found["version"] == len(found["events"])
    assert {"command": "submit", "subjects": ["pledge"], "by": ["promisor"]} in found["next"]
    text = wang(db, "--do", "consult", "--set", "channel=symposium", "--set", "heard=排队久")
    assert text.exit_code == FINE
    assert "排队久" in text.stdout
    assert "submit" in text.stdout


def test_a_refusal_has_reasons_clauses_and_remedies_and_is_a_finding(db: str) -> None:
    begun(db)
    result = wang(db, "--do", "submit", "--on", "2025-01-06")
    assert result.exit_code == FINDINGS
    assert "HM-04" in result.stdout
    assert "remedy" in result.stdout
    found = json.loads(wang(db, "--do", "submit", "--format", "json").stdout)
    assert found["ruling"] == "forbidden"
    assert all(reason["remedy"] for reason in found["reasons"])


def test_a_misspelled_step_is_answered_with_the_nearest(db: str) -> None:
    begun(db)
    result = wang(db, "--do", "sumbit")
    assert result.exit_code == FINDINGS
    assert "perhaps `submit`" in result.stderr


def test_a_record_is_corrected_and_annulled(db: str) -> None:
    begun(db)
    said = ("--set", "channel=symposium", "--set", "heard=one")
    done = wang(db, "--do", "consult", "--on", "2025-01-06", *said, "--format", "json")
    version = json.loads(done.stdout)["version"]
    target = ("--set", f"target={version}")
    corrected = wang(db, "--do", "correct", *target, "--set", "heard=two", "--on", "2025-01-07")
    assert corrected.exit_code == FINE, corrected.output
    assert "two" in corrected.stdout
    assert wang(db, "--do", "annul", *target, "--on", "2025-01-08").exit_code == FINE
    assert wang(db, "--do", "annul", *target, "--on", "2025-01-08").exit_code == FINDINGS
    assert wang(db, "--do", "annul", "--set", "target=x").exit_code == UNUSABLE


def test_the_same_key_does_a_thing_once(db: str) -> None:
    first = wang(db, *OPEN, "--key", "k", "--format", "json")
    again = wang(db, *OPEN, "--key", "k", "--format", "json")
    assert json.loads(first.stdout)["events"] == json.loads(again.stdout)["events"]
    events = json.loads(run("log", PLEDGE, "--db", db, "--format", "json").stdout)
    assert len(events) == json.loads(first.stdout)["version"]


def test_a_step_may_stand_in_a_file_and_options_go_before_it(db: str, tmp_path: Path) -> None:
    begun(db)
    file = tmp_path / "step.yaml"
    file.write_text(
        "do: propose\nactor: wang\ncapacity: promisor\non: 2025-01-06\ntitle: 当日办结\n"
        "measures: 午间窗口\ndue: soon\nform: written\n",
        "utf-8",
    )
    words = ("do", PLEDGE, "--file", str(file), "--db", db)
    ill = run(*words)
    assert ill.exit_code == UNUSABLE
    assert ill.stderr.startswith(f"{file}:7:1: `due` has to be a date")
    assert run(*words, "--set", "due=2025-06-01").exit_code == FINE
    nobody = run(*words, "--set", "due=2025-06-01", "--actor", "nobody")
    assert nobody.exit_code == UNUSABLE
    mine = run(*words, "--set", "due=later")
    assert "`due` has to be a date" in mine.stderr
    assert str(file) not in mine.stderr


def test_entered_late_by_somebody_else(db: str) -> None:
    words = ("--do", "open", "--set", "section=house_section", "--on", "2025-01-09")
    result = wang(db, *words, "--occurred-on", "2025-01-05", "--entered-by", "li", "--lang", "zh")
    assert result.exit_code == FINE
    assert "2025-01-05" in result.stdout
    assert "录入" in result.stdout


def test_time_passes_on_demand(db: str) -> None:
    begun(db)
    result = run("tick", "county", "--on", "2025-12-31", "--db", db, "--format", "json")
    assert json.loads(result.stdout) == {"on": "2025-12-31", "fired": 0, "pledges": {}}
    assert "0 timers fired" in run("tick", "county", "--on", "2025-12-31", "--db", db).stdout


def test_a_timer_that_fires_is_told(tmp_path: Path) -> None:
    text = Path(__file__).with_name("waiting.yaml").read_text("utf-8")
    (tmp_path / "policy.yaml").write_text(text, "utf-8")
    people = tmp_path / "people.yaml"
    people.write_text(
        "organizations: {branch: {kind: branch}}\n"
        "people: {wang: {kinds: [in_service], member_of: branch}}\n",
        "utf-8",
    )
    db = str(tmp_path / "x.db")
    words = ("--cycle", "2025", "--directory", str(people), "--db", db)
    assert run("cycle", "open", "county", str(tmp_path), *words).exit_code == FINE
    assert wang(db, "--do", "note", "--on", "2025-01-06").exit_code == FINE
    words = ("tick", "county", "--on", "2025-12-31", "--db", db)
    found = json.loads(run(*words, "--format", "json").stdout)
    assert found["fired"] == 1
    assert found["pledges"][PLEDGE]["fired"] == 1
    assert run(*words, "--lang", "zh").stdout.startswith("截至2025-12-31：0份承诺")


@pytest.fixture
def town(tmp_path: Path) -> str:
    """A database under a policy from which something follows."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "policy.yaml").write_text(TEXT, "utf-8")
    (folder / "clauses.yaml").write_text(CLAUSES, "utf-8")
    people = tmp_path / "people.yaml"
    people.write_text(json.dumps(TOWN), "utf-8")
    path = str(tmp_path / "town.db")
    words = ("--cycle", "2025", "--directory", str(people), "--db", path)
    assert run("cycle", "open", "county", str(folder), *words).exit_code == FINE
    return path


def test_what_an_outcome_calls_for_is_owed(town: str) -> None:
    assert wang(town, "--do", "propose", "--set", "title=x", "--on", "2025-03-03").exit_code == FINE
    result = wang(town, "--do", "submit", "--on", "2025-03-04", "--lang", "zh")
    assert "须办理：责令" in result.stdout
    data = wang(town, "--do", "note", "--on", "2025-03-04", "--format", "json")
    owed = json.loads(data.stdout)["owed"]
    assert owed == [{"outcome": "o", "subject": "pledge", "command": "demand", "by": None}]
    closed = run("cycle", "close", "county", "2025", "--on", "2025-03-10", "--db", town)
    assert closed.exit_code == FINE
    assert closed.stdout == "county/2025 closed on 2025-03-10\n"
    demand = ("do", PLEDGE, "--actor", "li", "--capacity", "secretary", "--do", "demand")
    assert run(*demand, "--on", "2025-03-20", "--db", town).exit_code == FINE
    told = run("tick", "county", "--on", "2025-06-01", "--db", town)
    assert PLEDGE in told.stdout
    assert told.stdout.endswith("by 2025-06-01: 1 timer fired, on 1 pledge\n")


def test_an_empty_database_has_nothing_to_list(tmp_path: Path) -> None:
    with SqlStore(f"sqlite:///{tmp_path}/x.db") as store:
        store.create()
    result = run("cycle", "list", "--db", f"{tmp_path}/x.db")
    assert result.exit_code == FINE
    assert "no cycles" in result.stderr


def test_a_cycle_without_people_is_opened_and_they_are_asked_for(tmp_path: Path) -> None:
    db = f"{tmp_path}/x.db"
    words = ("--cycle", "2025", "--db", db, "--format", "json")
    result = run("cycle", "open", "county", POLICY, *words)
    assert json.loads(result.stdout)["people"] == 0
    assert "`pledgeflow directory`" in result.stderr
    assert wang(db, *OPEN).exit_code == UNUSABLE
    filled = run("directory", "county", str(PEOPLE), "--db", db)
    assert filled.exit_code == FINE
    assert "17 people" in filled.stdout
    assert not filled.stderr
    assert wang(db, *OPEN).exit_code == FINE


def test_what_a_policy_nearly_knows_is_told(db: str, tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(
        "organizations: {a: {kind: brnch, posts: {secretery: wang}}, b: {kind: choir}}\n"
        "people: {wang: {kinds: [in_servise], member_of: a}}\n",
        "utf-8",
    )
    words = ("directory", "county", str(people), "--db", db)
    result = run(*words, "--format", "json")
    assert result.exit_code == FINE
    assert json.loads(result.stdout)["people"] == 1
    assert result.stderr.splitlines() == [
        f"pledgeflow: `{POLICY}` knows no kind `brnch`; perhaps `branch`",
        f"pledgeflow: `{POLICY}` knows no kind `in_servise`; perhaps `in_service`",
        f"pledgeflow: `{POLICY}` knows no post `secretery`; perhaps `secretary`",
    ]
    assert english(run(*words, "--lang", "zh").stderr) == []
    assert run("directory", "conty", str(people), "--db", db).exit_code == UNUSABLE


# --- what must not be lost on the way ---------------------------------------------------------

CONSULT = ("--do", "consult", "--on", "2025-01-06", "--set", "channel=symposium")


def test_an_empty_key_is_no_key(db: str) -> None:
    begun(db)
    for lang in ("en", "zh"):
        result = wang(db, *CONSULT, "--set", "heard=one", "--key", "", "--lang", lang)
        assert result.exit_code == UNUSABLE
        assert "`--key`" in result.stderr


def test_a_key_that_was_used_before_is_said_to_be(db: str) -> None:
    assert not wang(db, *OPEN, "--key", "k").stderr
    assert "nothing is done twice" in wang(db, *OPEN, "--key", "k").stderr
    assert "没有重复办理" in wang(db, *OPEN, "--key", "k", "--lang", "zh").stderr


@pytest.mark.parametrize("word", ["do", "actor", "capacity", "on", "occurred_on", "entered_by"])
def test_what_has_an_option_is_no_field(db: str, word: str) -> None:
    result = wang(db, *OPEN, "--set", f"{word}=x")
    assert result.exit_code == UNUSABLE
    assert f"write `--{word.replace('_', '-')} x`" in result.stderr


def test_nobody_enters_nothing(db: str) -> None:
    result = wang(db, *OPEN, "--entered-by", "")
    assert result.exit_code == UNUSABLE
    assert "`entered_by` has to be a name" in result.stderr


def test_without_a_step_there_is_nothing_to_be_said_about_it(db: str) -> None:
    words = ("explain", PLEDGE, "--actor", "wang", "--db", db)
    for more in (("--capacity", "promisor"), ("--set", "section=x")):
        result = run(*words, *more)
        assert result.exit_code == UNUSABLE
        assert "`--do`" in result.stderr


def test_an_actor_that_nobody_knows_may_do_nothing(db: str) -> None:
    result = run("explain", PLEDGE, "--actor", "wagn", "--on", "2025-01-06", "--db", db)
    assert result.exit_code == UNUSABLE
    assert "perhaps `wang`" in result.stderr


def test_pledges_of_a_jurisdiction_that_is_not_there(db: str) -> None:
    result = run("pledges", "--jurisdiction", "conty", "--db", db)
    assert result.exit_code == UNUSABLE
    assert "`county`" in result.stderr


def test_a_closed_cycle_offers_no_next_steps(db: str) -> None:
    begun(db)
    assert wang(db, *CONSULT, "--set", "heard=one").exit_code == FINE
    close = ("cycle", "close", "county", "2025", "--on", "2025-12-31", "--anyway", "--db", db)
    assert run(*close).exit_code == FINE
    target = ("--do", "correct", "--set", "target=4", "--set", "heard=two", "--on", "2026-01-05")
    result = wang(db, *target)
    assert result.exit_code == FINE
    assert "open next" not in result.stdout
    assert "closed on 2025-12-31" in result.stderr


# --- labels are as good as ids ----------------------------------------------------------------


def test_what_messages_call_things_may_be_typed(db: str) -> None:
    words = ("--actor", "wang", "--on", "2025-01-07", "--db", db, "--lang", "zh")
    started = ("--do", "启动承诺", "--capacity", "承诺人", "--set", "股室=house_section")
    assert run("do", PLEDGE, *words, *started).exit_code == FINE
    said = (
        "承诺事项=窗口",
        "形式=书面",
        "主要内容=重点工程",
        "承诺措施=加班",
        "完成时限=2025-10-01",
    )
    fields = [word for each in said for word in ("--set", each)]
    asked = ("--do", "提出承诺事项", "--capacity", "promisor")
    assert run("explain", PLEDGE, *words, *asked, *fields).exit_code == FINE
    done = run("do", PLEDGE, *words, *asked, *fields, "--format", "json")
    assert done.exit_code == FINE, done.output
    content = json.loads(done.stdout)["events"][0]["fields"]
    assert (content["form"], content["topic"]) == ("written", "key_works")


def test_a_remedy_is_given_as_options_too(db: str) -> None:
    begun(db)
    assert "--do consult --capacity promisor" in wang(db, "--do", "submit").stdout
    vague = ("--do", "propose", "--on", "2025-01-07", "--set", "title=x", "--set", "form=oral")
    assert wang(db, *vague).exit_code == FINE
    options = "--do revise --capacity promisor --set item=1 --set measures=… --set due=…"
    for lang in ("en", "zh"):
        assert options in wang(db, "--do", "submit", "--lang", lang).stdout
    review = ("--do", "accept_item", "--set", "item=1", "--set", "looked_at=content=no")
    assert wang(db, *CONSULT, "--set", "heard=x").exit_code == FINE
    refused = run("explain", PLEDGE, "--actor", "li", *review, "--db", db, COLUMNS="200")
    assert "--set looked_at=content,measures,time_limit" in refused.stdout


# --- mistakes -------------------------------------------------------------------------------

STEP = ("--actor", "wang", "--capacity", "promisor")
MISTAKES: list[tuple[tuple[str, ...], str, str]] = [
    (("log", PLEDGE, "--db", "no.db"), "there is no database `no.db`", "`--db`"),
    (("tick", "conty"), "there is no jurisdiction `conty`", "`county`"),
    (("do", "conty/2025/wang", *STEP, "--do", "x"), "no cycle in `conty`", "`county`"),
    (("do", "county/2024/wang", *STEP, "--do", "x"), "no cycle `2024`", "`2025`"),
    (("do", "county", *STEP, "--do", "x"), "`county` names no pledge", ""),
    (("do", PLEDGE, "--do", "open", "--actor", "wagn", "--capacity", "promisor"),
     "nobody is called `wagn`", "`wang`"),
    (("do", PLEDGE, "--do", "open", "--actor", "ghost", "--capacity", "promisor"),
     "nobody is called `ghost`", ""),
    (("do", PLEDGE, *STEP, "--do", "consult", "--set", "x"), "`--set x`", "`--set "),
    (("do", PLEDGE, *STEP, "--do", "consult", "--set", "a=1", "--set", "a=2"),
     "`--set a=…` is there twice", "`--set a="),
    (("do", PLEDGE, *STEP, "--do", "consult", "--set", "chanel=x"),
     "there is no field `chanel`", "`channel`"),
    (("do", PLEDGE, *STEP, "--do", "propose", "--set", "due=soon"), "`due` has", "2025-"),
    (("do", PLEDGE), "`do` is missing", "`actor`"),
    (("do", "county/2025/ghost", *STEP, "--do", "open"), "called `ghost`", ""),
    (("do", f"{PLEDGE}@moon", *STEP, "--do", "open"), "at the venue `moon`", ""),
    (("log", "county/2025/li"), "there is no pledge `county/2025/li`", "pledges"),
    (("cycle", "close", "county", "2031"), "no cycle `2031`", "`2025`"),
    (("cycle", "close", "county/2031"), "no cycle `2031`", "`2025`"),
    (("cycle", "close", "county"), "names no cycle", "`county`"),
    (("show", "humin"), "there is no policy `humin`", "`huimin`"),
    (("show", POLICY, "--track", "x"), "no track `x`", ""),
]  # fmt: skip


@pytest.mark.parametrize(("words", "what", "remedy"), MISTAKES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_mistake_is_answered_with_what_and_how_to_mend_it(
    db: str, lang: str, words: tuple[str, ...], what: str, remedy: str
) -> None:
    here = () if "--db" in words or words[0] == "show" else ("--db", db)
    result = run(*words, *here, "--lang", lang)
    assert result.exit_code == UNUSABLE
    assert not result.stdout
    assert remedy in result.stderr
    if lang == "en":
        assert what in result.stderr
    else:
        assert english(result.stderr) == []


ILL_WRITTEN: list[str | bytes] = [
    b"\xff\xfe", "a: '" + "x" * 1_000_001 + "'", "a: \x00", "a: &b c", "a: *b", "a: !!set {}",
    "a: 1\n---\nb: 1", "a：\n  b: 1", "a: {b: 1，c: 2}", "a: b: c", "a: - b", "a:\n\t- b", "a: @b",
    "a: 'b", "a: 1\nb\n", "a: [b\n", "a: {b: 1\n", "  a: 1\n b: 1", 'a: "\\q"', "- a\nb: 1",
    "a: [" + "[" * 100, "", "a", "- a", "a: 1\na: 2",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ILL_WRITTEN)))
def test_how_a_file_is_ill_written_is_said_in_chinese_too(tmp_path: Path, number: int) -> None:
    text, step = ILL_WRITTEN[number], tmp_path / "step.yaml"
    step.write_bytes(text if isinstance(text, bytes) else text.encode())
    for words in (("check", str(step)), ("do", PLEDGE, "--file", str(step))):
        result = run(*words, "--lang", "zh")
        assert result.exit_code == UNUSABLE
        told = (result.stdout + result.stderr).replace(str(step), "step.yaml")
        assert "step.yaml:" in told
        assert [word for word in english(told) if word not in ("UTF", "YAML", "step", "yaml")] == []


def test_a_full_disk_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pledgeflow.cli.policies.print_json", full)
    result = run("policies", "--format", "json")
    assert result.exit_code == UNUSABLE
    assert "No space left on device" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("bake",),
        ("sho",),
        ("show",),
        ("show", POLICY, "--tracks", "x"),
        ("show", POLICY, "--cycle", "0"),
        ("show", POLICY, "--on", "yesterday"),
        ("policies", "--format", "x"),
        ("cycle", "opn"),
        ("cycle", "open", "a", POLICY),
        ("cycle", "open", "a", POLICY, "--cycle", "2025"),
        ("demo", "--people", "x"),
        ("log", PLEDGE, "more"),
    ],
)
def test_wrong_usage_is_said_in_chinese_too(words: tuple[str, ...]) -> None:
    result = run(*words, "--lang", "zh")
    assert result.exit_code == UNUSABLE
    assert english(result.stderr) == []
    assert run(*words, "--lang", "en").exit_code == UNUSABLE


def english(words: str) -> list[str]:
    """The English words in a message: names, paths and options apart."""
    plain = re.sub(r"`[^`]*`|--[\w-]+|PLEDGEFLOW_DB|pledgeflow:|^\S+:\d+:\d+:", " ", words)
    return [w for w in re.findall(r"[A-Za-z]{2,}", plain) if w not in ("more", "SQLite")]


def test_every_message_in_the_table_is_one_that_the_library_has() -> None:
    files = [path for path in SOURCE.rglob("*.py") if path.name != "chinese.py"]
    source = "".join(path.read_text("utf-8") for path in files)
    source = re.sub(r'"\s*\n\s*f?"', "", source)
    # of the system
    source += "No such file or directory, Permission denied, Is a directory, Not a directory"
    # what `nearest` puts together
    source += "".join(f"there is no {what} `" for what in re.findall(r'"([a-z]+)"', source))
    for template in MESSAGES:
        assert max(template.split("{}"), key=len).strip("`: ") in source, template


def test_what_is_in_no_table_stays_as_it_is() -> None:
    assert translated("something else") == "something else"
    assert usage_said("something else") == "something else"


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        (["--lang", "zh"], Lang.ZH),
        (["x", "--lang=en"], Lang.EN),
        (["--lang", "fr"], Lang.EN),
        (["--lang"], Lang.EN),
        ([], Lang.EN),
    ],
)
def test_the_language_is_known_before_the_options_are(
    monkeypatch: pytest.MonkeyPatch, words: list[str], lang: Lang
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    assert spoken(words) is lang
