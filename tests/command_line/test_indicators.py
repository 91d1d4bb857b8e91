"""`indicators`: what it prints, for people in both languages and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from pledgeflow.storage.sql import SqlStore
from tests.measures import Town, written

FINE, UNUSABLE = 0, 2


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("indicators")
    url = f"sqlite:///{folder / 'town.db'}"
    into = "    into: {zh: 绩效考评, en: the appraisal}\n    of: commitment\n"
    catalogue = written(folder, ("    of: commitment\n    counted", f"{into}    counted"))
    with SqlStore(url) as store:
        made = Town(catalogue, store=store)
        made.promised("an", "do", "drop", "carry")
        made.promised("chen", "do")
        made.do("an", "heard")
        (folder / "bare").mkdir()
        bare = "policy: bare\nextends: counted\nindicators:\n"
        names = catalogue.load("counted").document.indicators
        gone = "".join(f"  {name}: {{absent: true, assumed: none}}\n" for name in names)
        (folder / "bare" / "policy.yaml").write_text(bare + gone, encoding="utf-8")
        made.engine.put_directory("hamlet", made.people)
        made.engine.open_cycle("hamlet", "bare", cycle="2025")
    return url


def run(db: str, *args: str, where: str = "town/2025", lang: str = "en") -> Result:
    words: Sequence[str] = ("indicators", where, "--db", db, "--lang", lang, "--on", "2025-12-31")
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, [*words, *args])


def test_each_rate_is_said_with_what_it_is_a_share_of(db: str) -> None:
    result = run(db)
    assert result.exit_code == FINE
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[:6] == [
        "kept  66.67%",
        "2  item: `done`",
        "3  item: `promised` at any time, also what was taken back since; "
        "not what is `carried` now",
        "(1)  left out: carried",
        "as of 2025-12-31",
        "goes into the appraisal",
    ]
    assert "content  nothing to count" in lines
    assert "(2)  left out: a pledge in which nobody voted" in lines


def test_nothing_is_cut_off_on_a_narrow_page(db: str) -> None:
    words = ("indicators", "town/2025", "--db", db, "--lang", "zh", "--on", "2025-12-31")
    page = CliRunner(env={"COLUMNS": "24"}).invoke(app, words).stdout
    assert "…" not in page
    assert "此后撤回的也计入" in "".join(page.split())


def test_the_same_in_chinese(db: str) -> None:
    lines = [line.strip() for line in run(db, lang="zh").stdout.splitlines()]
    assert lines[:6] == [
        "践诺率  66.67%",
        "2  “销”的项",
        "3  曾为“诺”的项，此后撤回的也计入；现为“转”的不计",
        "(1)  转，不计",
        "截至2025年12月31日",
        "纳入绩效考评",
    ]
    assert "满意度  无从计算" in lines


def test_programs_get_the_exact_value_and_the_explanation(db: str) -> None:
    kept = json.loads(run(db, "--format", "json").stdout)["kept"]
    assert (kept["value"], kept["shown"]) == ("2/3", "0.6667")
    assert (kept["numerator"], kept["denominator"], kept["aside"]) == (2, 3, {"carried": 1})
    assert kept["into"] == {"zh": "绩效考评", "en": "the appraisal"}
    assert kept["explanation"]["zh"]["missing"] == "没有应计事项的承诺，不计"
    content = json.loads(run(db, "--format", "json").stdout)["content"]
    assert (content["value"], content["shown"]) == (None, None)
    assert content["missing"] == {"number": 2, "does": "left_out"}


def test_one_organization_one_promisor_or_a_row_for_each(db: str) -> None:
    def kept(*args: str) -> str:
        found = json.loads(run(db, "--format", "json", *args).stdout)["kept"]
        return f"{found['numerator']}/{found['denominator']}"

    assert kept("--organization", "west") == "1/1"
    assert kept("--organization", "county") == "0/0"
    assert kept("--organization", "county", "--subtree") == "2/3"
    assert kept("--promisor", "an") == "1/2"
    each = json.loads(run(db, "--format", "json", "--by", "promisor").stdout)
    assert each["an"]["kept"]["value"] == "1/2"
    table = run(db, "--by", "organization").stdout.splitlines()
    assert table[0].split() == [
        "organization",
        "kept",
        "joined",
        "shown",
        "heard",
        "open",
        "content",
    ]
    assert table[1].split()[:2] == ["(nowhere)", "—"]
    assert table[3].split()[:3] == ["east", "50.00%", "(1/2)"]
    assert run(db, "--by", "promisor", lang="zh").stdout.startswith("承诺人")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--subtree"], "`--subtree` is about an organization"),
        (["--by", "promisor", "--promisor", "an"], "`--by` and `--promisor` exclude each other"),
        (["--organization", "north"], "the directory has no organization `north`"),
        (["--promisor", "hu"], "nobody and no organization is called `hu`"),
    ],
)
def test_what_cannot_be_asked_is_said_in_both_languages(
    db: str, args: list[str], message: str
) -> None:
    result = run(db, *args)
    assert result.exit_code == UNUSABLE
    assert message in result.stderr
    chinese = run(db, *args, lang="zh").stderr
    assert chinese
    assert message not in chinese


def test_a_policy_without_indicators_says_so(db: str) -> None:
    result = run(db, where="hamlet/2025")
    assert (result.exit_code, result.stdout) == (FINE, "")
    assert "`bare` has no indicators" in result.stderr or "bare has no indicators" in result.stderr
    assert "没有规定指标" in run(db, where="hamlet/2025", lang="zh").stderr
    assert json.loads(run(db, "--format", "json", where="hamlet/2025").stdout) == {}
