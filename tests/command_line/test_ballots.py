"""`ballot …`: a ballot from opening to closing, and what is said when something is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from tests.unit.test_ballot_scenarios import DIRECTORY
from tests.voting import catalogue, voting

FINE, FINDINGS, UNUSABLE = 0, 1, 2
PLEDGE = "town/2025/wang"
CHAIR = ("--actor", "li", "--capacity", "secretary")
FIRST, LAST = ("--on", "2025-03-03"), ("--on", "2025-03-12")


def run(db: str, *words: str, lang: str = "en", typed: str | None = None) -> Result:
    env = {"LANG": "", "LC_ALL": "", "PLEDGEFLOW_DB": db, "COLUMNS": "160"}
    return CliRunner().invoke(app, [*words, "--lang", lang], env=env, input=typed)


def ballot(db: str, act: str, *words: str, lang: str = "en", typed: str | None = None) -> Result:
    return run(db, "ballot", act, PLEDGE, *words, lang=lang, typed=typed)


def data(result: Result) -> Any:
    assert result.exit_code == FINE, result.output
    return json.loads(result.stdout)


@pytest.fixture
def db(tmp_path: Path) -> str:
    return town(tmp_path, voting())


def town(tmp_path: Path, policy: str) -> str:
    """A database with one cycle under a policy."""
    catalogue(tmp_path, policy)
    people = yaml.safe_load(DIRECTORY)
    people["people"]["li"]["name"] = "李四"
    directory, path = tmp_path / "people.yaml", str(tmp_path / "town.db")
    directory.write_text(yaml.safe_dump(people, allow_unicode=True), encoding="utf-8")
    words = (str(tmp_path / "tiny"), "--cycle", "2025", "--directory", str(directory))
    result = run(path, "cycle", "open", "town", *words)
    assert result.exit_code == FINE, result.output
    return path


def opened(db: str, *words: str) -> None:
    assert ballot(db, "open", "mutual", *CHAIR, *FIRST, *words).exit_code == FINE


def voted(db: str, number: int) -> None:
    for voter in range(number):
        words = ("mutual", "--voter", f"p{voter:02}", "--mark", "good")
        assert ballot(db, "vote", *words).exit_code == FINE


def test_a_ballot_from_opening_to_closing(db: str, tmp_path: Path) -> None:
    voters = tmp_path / "voters.txt"
    voters.write_text("# representatives\nrep1\n\nrep2\n", encoding="utf-8")
    words = ("--voter", "rep3,rep1", "--voters-file", str(voters), "--format", "json")
    found = data(ballot(db, "open", "互评", *CHAIR, *FIRST, *words))
    assert (found["ballot"], found["round"], found["roll"]) == ("mutual", 1, 16)
    codes = data(ballot(db, "codes", "mutual", *CHAIR, *FIRST, "--format", "json"))
    assert len(codes) == 16
    voted(db, 5)
    assert ballot(db, "vote", "mutual", "--code", codes["p05"], "--mark", "差").exit_code == FINE
    paper = ("--votes", "good=1", "--votes", "fair=1", "--voter", "rep1,rep2")
    assert ballot(db, "paper", "mutual", *CHAIR, *FIRST, *paper).exit_code == FINE
    found = data(ballot(db, "turnout", "mutual", "--roll", "--format", "json"))
    assert (found["voted"], found["closed_on"], found["recorded"]) == (8, None, False)
    assert [p for p, done in found["people"].items() if done] == [
        *(f"p{n:02}" for n in range(6)),
        "rep1",
        "rep2",
    ]
    closed = data(ballot(db, "close", "mutual", *CHAIR, *LAST, "--format", "json"))
    assert closed["votes"] == {"good": 6, "fair": 1, "poor": 1}
    assert (closed["recorded"], closed["counts"], closed["why_not"]) == (True, True, None)
    assert data(ballot(db, "close", "mutual", *CHAIR, *LAST, "--format", "json")) == closed
    shown = data(ballot(db, "show", "--format", "json"))
    assert list(shown["ballots"]) == ["mutual", "election"]
    assert [each["voted"] for each in shown["held"]] == [8]


@pytest.mark.parametrize(("lang", "word"), [("zh", "已投票"), ("en", "voted")])
def test_what_is_marked_may_be_asked_for(db: str, lang: str, word: str) -> None:
    opened(db)
    result = ballot(db, "vote", "mutual", "--voter", "p00", lang=lang, typed="good\n")
    assert (result.exit_code, result.stdout.strip()) == (FINE, word)
    json_ = ballot(db, "vote", "mutual", "--voter", "p01", "--mark", "fair", "--format", "json")
    assert data(json_) == {"voted": True}


def test_pages_are_in_chinese(db: str) -> None:
    opened(db)
    voted(db, 7)
    pages = [
        ballot(db, "show", lang="zh"),
        ballot(db, "codes", "互评", "--actor", "li", "--capacity", "书记", *FIRST, lang="zh"),
        ballot(db, "turnout", "互评", "--roll", lang="zh"),
        ballot(db, "close", "互评", *CHAIR, *LAST, lang="zh"),
    ]
    assert [page.exit_code for page in pages] == [FINE] * 4
    assert "李四" in pages[1].stdout
    assert "好" in pages[3].stdout
    for page in pages:
        words = re.findall(
            r"[A-Za-z]{2,}", re.sub(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", "", page.output)
        )
        assert set(words) <= {"pledgeflow", "election"}, page.output


def test_a_ballots_own_choices_are_named_by_their_labels(tmp_path: Path) -> None:
    choices = "{yes_: {zh: 满意, en: content}, no_: {zh: 不满意, en: not}}"
    own = f"{{type: tally, choices: {choices}, cite: T-1, "
    changed = voting(("votes: {type: tally, ", f"votes: {own}"))
    db = town(tmp_path, changed)
    assert ballot(db, "open", "mutual", *CHAIR, *FIRST).exit_code == FINE
    for voter in range(7):
        words = ("mutual", "--voter", f"p{voter:02}", "--mark", "满意")
        assert ballot(db, "vote", *words, lang="zh").exit_code == FINE
    strange = ballot(db, "vote", "mutual", "--voter", "p08", "--mark", "好", lang="zh")
    assert "可选“满意”或“不满意”" in strange.stdout
    closed = ballot(db, "close", "mutual", *CHAIR, *LAST, lang="zh")
    assert re.search(r"^满意 +7", closed.stdout, re.MULTILINE), closed.output
    assert "yes_" not in closed.stdout


@pytest.mark.parametrize(
    ("act", "words", "en", "zh"),
    [
        ("open", (), "open the ballot", "开始"),
        ("codes", (), "issue the codes of the ballot", "发放投票码"),
        ("paper", ("--votes", "good=1"), "enter the paper of the ballot", "录入纸质选票"),
        ("close", (), "close the ballot", "结束"),
    ],
)
def test_whoever_may_not_hold_a_ballot_is_told_how_it_is_held(
    db: str, act: str, words: tuple[str, ...], en: str, zh: str
) -> None:
    if act != "open":
        opened(db)
    other = ("--actor", "p01", "--capacity", "secretary", *LAST)
    refused = ballot(db, act, "mutual", *other, *words)
    assert refused.exit_code == FINDINGS
    assert f"the secretary has to {en} `mutual evaluation`" in refused.output
    assert f"ballot {act} {PLEDGE} mutual --capacity secretary" in refused.output
    assert "--do vote" not in refused.output
    assert zh in ballot(db, act, "mutual", *other, *words, lang="zh").output


def test_the_result_is_not_told_again_to_whoever_could_not_record_it(db: str) -> None:
    opened(db)
    voted(db, 5)
    assert ballot(db, "close", "mutual", *CHAIR, *LAST).exit_code == FINE
    other = ballot(db, "close", "mutual", "--actor", "p00", "--capacity", "secretary", *LAST)
    assert other.exit_code == FINDINGS
    assert "does not" in other.stdout
    assert "votes" not in other.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_second_vote_is_a_finding_with_its_reasons(db: str, form: str) -> None:
    opened(db)
    voted(db, 1)
    words = ("mutual", "--voter", "p00", "--mark", "poor", "--format", form)
    result = ballot(db, "vote", *words)
    assert result.exit_code == FINDINGS
    assert "everybody votes once, whichever way" in result.stdout
    assert "T-2" in result.stdout
    if form == "json":
        assert json.loads(result.stdout)["done"] is False


def test_votes_on_paper_that_exceed_the_voters_are_refused_with_the_numbers(db: str) -> None:
    opened(db)
    paper = ("--votes", "good=2,poor=1", "--voter", "p00,p01")
    result = ballot(db, "paper", "mutual", *CHAIR, *FIRST, *paper)
    assert result.exit_code == FINDINGS
    assert "3 votes are on paper, and the 2 voters named" in result.stdout


def test_what_does_not_count_says_why(db: str) -> None:
    opened(db)
    voted(db, 2)
    result = ballot(db, "close", "mutual", *CHAIR, *LAST)
    assert result.exit_code == FINE
    assert "counts only if 7 vote; of 13 who may, 2 did" in result.stdout
    assert "too few votes" in result.stderr
    again = data(ballot(db, "close", "mutual", *CHAIR, *LAST, "--format", "json"))
    assert (again["votes"], again["counts"], again["recorded"]) == (None, False, False)
    assert "7 vote" in again["why_not"]["en"]


def test_items_are_elected_by_their_numbers(db: str) -> None:
    promisor = ("--actor", "wang", "--capacity", "promisor", "--do", "propose", *FIRST)
    for title in "abc":
        assert run(db, "do", PLEDGE, *promisor, "--set", f"title={title}").exit_code == FINE
    assert ballot(db, "open", "election", *CHAIR, *FIRST).exit_code == FINE
    for voter, marks in (("p00", "1,2"), ("p01", "2"), ("p02", "1"), ("p03", "3")):
        words = ("election", "--voter", voter, "--mark", marks)
        assert ballot(db, "vote", *words).exit_code == FINE
    result = ballot(db, "close", "election", *CHAIR, *FIRST)
    assert result.exit_code == FINE
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["item", "1", "2", "elected"] in lines
    assert ["item", "3", "1"] in lines
    told = run(db, "log", PLEDGE).stdout
    assert "item 1 2, item 2 2, item 3 1" in told


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("vote", "mutual", "--mark", "good"), UNUSABLE, "either `--voter` or `--code`"),
        (
            ("vote", "mutual", "--voter", "p00", "--code", "x", "--mark", "good"),
            UNUSABLE,
            "either `--voter` or `--code`",
        ),
        (
            ("paper", "mutual", *CHAIR, "--votes", "good", "--voter", "p00"),
            UNUSABLE,
            "write `--votes choice=3`",
        ),
        (("vote", "mutal", "--voter", "p00", "--mark", "good"), FINDINGS, "does not provide for"),
        (("close", "mutal", *CHAIR), FINDINGS, "does not provide for"),
        (("open", "mutual", *CHAIR, "--voters-file", "nowhere.txt"), UNUSABLE, "No such file"),
        (("turnout", "mutual"), FINDINGS, "has not been opened"),
    ],
)
def test_what_is_used_wrongly_is_told(
    db: str, words: tuple[str, ...], code: int, said: str
) -> None:
    result = ballot(db, *words)
    assert result.exit_code == code, result.output
    assert said in result.output


def test_a_list_of_voters_is_text(db: str, tmp_path: Path) -> None:
    voters = tmp_path / "voters.bin"
    voters.write_bytes(b"\xff\xfe\x00")
    result = ballot(db, "open", "mutual", *CHAIR, *FIRST, "--voters-file", str(voters), lang="zh")
    assert result.exit_code == UNUSABLE
    assert "每行写一人" in result.stderr


def test_a_blank_vote_is_said_to_be_one(db: str) -> None:
    opened(db)
    result = ballot(db, "vote", "mutual", "--voter", "p00", "--blank")
    assert result.exit_code == FINDINGS
    assert "may be marked" in result.stdout


def test_a_policy_without_ballots_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "other.db")
    assert run(path, "cycle", "open", "town", "huimin", "--cycle", "2025").exit_code == FINE
    people = Path(__file__).parents[2] / "policies/huimin/scenarios/directories/sample.yaml"
    assert run(path, "directory", "town", str(people)).exit_code == FINE
    result = ballot(path, "show")
    assert (result.exit_code, "provides for no ballot" in result.stderr) == (FINE, True)
    assert result.stdout == ""


NINES = "9" * 5000


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("words", "message", "chinese"),
    [
        (
            ("paper", "mutual", *CHAIR, "--votes", "good=1,好=1", "--voter", "p00,p01"),
            "`good` is twice in `good=1,好=1`; write it once",
            "`good=1,好=1` 中 `good` 出现两次；请只写一次",
        ),
        (
            ("vote", "mutual", "--voter", "p00", "--mark", "good", "--blank"),
            "`--mark` and `--blank` exclude each other; choose one",
            "`--mark` 和 `--blank` 不能同时使用；请只用一个",
        ),
        (
            ("open", "election", *CHAIR, "--voters-file", "nowhere.txt"),
            "`nowhere.txt` cannot be read: No such file or directory",
            "无法读取 `nowhere.txt`：没有该文件或目录",
        ),
    ],
)
def test_no_vote_gets_lost_by_how_it_is_typed(
    db: str, lang: str, words: tuple[str, ...], message: str, chinese: str
) -> None:
    opened(db)
    result = ballot(db, *words, lang=lang)
    assert result.exit_code == UNUSABLE
    assert result.stderr.strip() == f"pledgeflow: {message if lang == 'en' else chinese}"
    assert data(ballot(db, "turnout", "mutual", "--format", "json"))["voted"] == 0


def test_numbers_longer_than_any_are_refused_like_large_ones(db: str) -> None:
    step = ("--do", "vote", *CHAIR, "--set", f"present={NINES}", "--set", "entitled=1")
    result = run(db, "do", PLEDGE, *step)
    assert result.exit_code == UNUSABLE
    assert "`present` has to be a number of ordinary size" in result.stderr
    result = run(db, "do", PLEDGE, "--do", "annul", *CHAIR, "--set", f"target={NINES}")
    assert result.exit_code == FINDINGS
    result = run(db, "do", PLEDGE, "--do", "vote", *CHAIR, "--set", "votes=good=1,good=2")
    assert result.exit_code == UNUSABLE
    assert "`good` is twice in `good=1,good=2`; write it once" in result.stderr
    opened(db)
    words = ("--votes", f"good={NINES}", "--voter", "p00")
    result = ballot(db, "paper", "mutual", *CHAIR, *FIRST, *words)
    assert result.exit_code == FINDINGS
    assert "votes are on paper" in result.stdout
