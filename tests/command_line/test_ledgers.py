"""`ledger` and `people`: what they print, for people, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
import json

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from pledgeflow.cli.ledger import write_csv
from tests.tiny import tiny
from tests.unit.test_closing import CLAUSES

FINE, UNUSABLE = 0, 2
POLICY = (
    tiny(
        ("tracks:\n", "venues: {home: {zh: 居住地, en: at home}}\ntracks:\n"),
        (
            "roles:\n  secretary",
            "  elder:\n    label: {zh: 老党员, en: elder}\n    match: {person: {retired: true}}\n"
            "    pledges: voluntary\n    cite: T-1\n"
            "  neighbour:\n    label: {zh: 居民, en: neighbour}\n"
            "    match: {person: {in_service: true}, venue: home}\n    cite: T-1\n"
            "  guest: {absent: true, cite: T-3, label: {zh: 来宾, en: guest},"
            " match: {person: {guest: true}}}\n"
            "  maid: {absent: true, cite: T-3, match: {person: {maid: true}}}\n"
            "roles:\n  secretary",
        ),
        (
            "said: {type: choice, required: false, open: true}",
            "said: {type: choice, label: {zh: 说明, en: said}, required: false, open: true}\n"
            "      about: {type: commitment, required: false}\n"
            "      words: {type: text, required: false}",
        ),
        (
            "outcomes: {}",
            "outcomes:\n  over:\n    label: {zh: 办结, en: over}\n    when: {state: closed}\n"
            "    cite: T-1\n  praise:\n    label: {zh: 表扬, en: praise}\n"
            "    when: {command: do, items: {commitment: done}}\n    cite: T-1",
        ),
    )
    + """\
ledgers:
  book:
    label: {zh: 承诺台账, en: ledger of promises}
    kept_by: [secretary, above]
    rows: {items: commitment}
    columns:
      who: {label: {zh: 承诺人, en: promisor}, from: promisor}
      where: {label: {zh: 组织, en: organization}, from: organization}
      kind: {label: {zh: 类别, en: track}, from: track}
      venue: {label: {zh: 场所, en: venue}, from: venue}
      title: {label: {zh: 事项, en: item}, from: item}
      due: {label: {zh: 时限, en: time limit}, from: {field: due}}
      standing: {label: {zh: 进度, en: standing}, from: {status: due}}
      state: {label: {zh: 状态, en: state}, from: state}
      done: {label: {zh: 完成, en: done on}, from: {last: do}}
      followed: {label: {zh: 后果, en: followed by}, from: outcome}
    cite: T-1
  notes:
    label: {zh: 记录, en: =notes}
    rows: {records: [note]}
    columns:
      "on": {label: {zh: 日期, en: "on"}, from: "on"}
      by: {label: {zh: 记录人, en: by}, from: actor}
      as: {label: {zh: 身份, en: as}, from: capacity}
      said: {label: {zh: 说明, en: "=said"}, from: {field: said}}
      words: {label: {zh: 内容, en: words}, from: {field: words}}
      about: {label: {zh: 对象, en: about}, from: {field: about}}
    cite: T-1
  ends:
    label: {zh: 办结登记, en: ends}
    rows: {outcomes: [over]}
    columns: {what: {label: {zh: 结果, en: what}, from: outcome}}
    cite: T-1
coverage: {label: {zh: 全覆盖, en: no blank spots}, pledged: {means: [submission]}, cite: T-2}
"""
)
PEOPLE = """\
organizations:
  branch: {kind: branch, name: 第一支部, parent: office, posts: {secretary: li}}
  office: {kind: office, posts: {secretary: zhao}}
people:
  wang:
    name: 王强
    kinds: [in_service]
    memberships: [{organization: branch}, {organization: office, venue: home}]
  li: {kinds: [retired], member_of: branch}
  gao: {name: 高山, kinds: [guest], member_of: office}
  mei: {kinds: [maid], member_of: office}
  zhao: {member_of: office}
"""


def run(*words: str) -> Result:
    plain = {"LANG": "en_US.UTF-8", "LC_ALL": "", "PLEDGEFLOW_DB": "", "COLUMNS": "200"}
    return CliRunner().invoke(app, list(words), env=plain)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("ledgers")
    (folder / "tiny").mkdir()
    (folder / "tiny/policy.yaml").write_text(POLICY, encoding="utf-8")
    (folder / "tiny/clauses.yaml").write_text(CLAUSES, encoding="utf-8")
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    path, people = str(folder / "town.db"), ("--directory", str(folder / "people.yaml"))
    opening = ("cycle", "open", "town", str(folder / "tiny"), "--cycle", "2025", *people)
    steps = [
        ("2025-03-03", "propose", "title=修缮=屋顶", "due=2025-06-01"),
        ("2025-03-03", "propose", "title=-1楼照明"),
        ("2025-03-04", "note", "said=@home", "about=1", "words=+86 来电"),
        ("2025-03-05", "do", "item=1"),
        ("2025-03-06", "submit"),
    ]
    done = [run(*opening, "--db", path)]
    for on, name, *fields in steps:
        sets = [word for field in fields for word in ("--set", field)]
        words = ("do", "town/2025/wang", "--actor", "wang", "--capacity", "promisor")
        done.append(run(*words, "--do", name, "--on", on, *sets, "--db", path))
    assert [each.output for each in done if each.exit_code != FINE] == []
    return path


def ledger(db: str, name: str, *words: str) -> Result:
    found = run("ledger", name, "town/2025", "--db", db, "--on", "2025-03-31", *words)
    assert found.exit_code == FINE, found.output
    return found


def people(db: str, *words: str) -> Result:
    found = run("people", "town/2025", "--db", db, "--on", "2025-03-31", *words)
    assert found.exit_code == FINE, found.output
    return found


def test_a_ledger_is_a_table_under_its_name(db: str) -> None:
    shown = ledger(db, "book").stdout
    assert shown.splitlines()[0] == "ledger of promises (kept by the secretary, the above)"
    first, second = (line.split() for line in shown.splitlines()[2:4])
    whose = ["王强", "第一支部", "member"]
    assert first == [*whose, "修缮=屋顶", "2025-06-01", "closed", "done", "2025-03-05", "praise"]
    assert second == [*whose, "-1楼照明", "to", "do"]


def test_a_ledger_in_chinese_has_no_english_words(db: str) -> None:
    shown = ledger(db, "book", "--lang", "zh").stdout
    assert shown.splitlines()[0] == "承诺台账（书记、上级建立）"
    assert "已办结" in shown
    assert not any(word in shown for word in ("member", "closed", "done", "praise", "kept"))


def test_csv_has_labels_for_heads_and_no_formulas(db: str) -> None:
    head, row = csv.reader(io.StringIO(ledger(db, "notes", "--format", "csv").stdout))
    assert head == ["on", "by", "as", "'=said", "words", "about"]
    assert row == ["2025-03-04", "王强", "promisor", "'@home", "'+86 来电", "item 1"]
    _, first, second = csv.reader(io.StringIO(ledger(db, "book", "--format", "csv").stdout))
    assert first[4] == "修缮=屋顶"
    assert second[4:7] == ["'-1楼照明", "", ""]


def test_json_has_the_values_themselves(db: str) -> None:
    found = json.loads(ledger(db, "notes", "--format", "json").stdout)
    assert [(each["pledge"], each["subject"], each["redacted"]) for each in found] == [
        ("town/2025/wang", "commitment/1", [])
    ]
    assert found[0]["cells"] == {
        "on": "2025-03-04",
        "by": "wang",
        "as": "promisor",
        "said": "@home",
        "words": "+86 来电",
        "about": "commitment/1",
    }
    (ends,) = json.loads(ledger(db, "ends", "--format", "json").stdout)
    assert ends["cells"] == {"what": "over"}
    assert "over" in ledger(db, "ends").stdout


def test_a_ledger_may_be_empty(db: str) -> None:
    found = ledger(db, "book", "--promisor", "li")
    assert "there is nothing in this ledger" in found.stderr
    assert "台账中没有内容" in ledger(db, "book", "--promisor", "li", "--lang", "zh").stderr
    assert json.loads(ledger(db, "book", "--promisor", "li", "--format", "json").stdout) == []
    unknown = run("ledger", "book", "town/2025", "--db", db, "--promisor", "lii")
    assert unknown.exit_code == UNUSABLE
    assert "nobody and no organization is called `lii`" in unknown.stderr
    assert json.loads(ledger(db, "book", "--organization", "office", "--format", "json").stdout)


def test_people_stand_in_a_table_and_are_counted(db: str) -> None:
    shown = people(db).stdout.splitlines()
    assert shown[0] == "no blank spots · pledged 1 · missing 1 · need not 6"
    table = {line.split("  ")[0]: line for line in shown}
    assert "pledged" in table["王强 (wang)"]
    assert "missing" in table["王强 (wang) @ at home"]
    assert "elder (as they wish)" in table["li"]
    assert "guest (is in no track)" in table["高山 (gao)"]
    assert table["高山 (gao)"].rstrip().endswith("T-3")
    assert "T-3" in table["mei"]
    assert "is in no track" in table["zhao"]
    assert table["第一支部"].split() == ["第一支部", "1", "0", "1"]
    assert table["office"].split() == ["office", "0", "1", "0"]


def test_people_in_chinese(db: str) -> None:
    shown = people(db, "--lang", "zh").stdout
    assert shown.splitlines()[0] == "全覆盖 · 已承诺 1 · 应诺未诺 1 · 不必承诺 6"
    assert "老党员（自愿承诺）" in shown
    assert "来宾（不在承诺人之列）" in shown
    assert not any(word in shown for word in ("missing", "track", "begun"))


def test_only_who_is_missing(db: str) -> None:
    (found,) = json.loads(people(db, "--missing", "--format", "json").stdout)
    assert found == {
        "who": "wang",
        "venue": "home",
        "organization": "office",
        "track": "neighbour",
        "duty": "required",
        "standing": "missing",
        "state": None,
        "unit": "office",
        "rule": "tracks.neighbour",
        "clauses": ["T-1", "T-2"],
    }
    found = people(db, "--missing", "--organization", "branch").stdout
    assert found == "no blank spots · there is nobody\n"


def test_what_is_asked_for_wrongly_is_told(db: str) -> None:
    for words, message in {
        ("ledger", "bock", "town/2025"): "`tiny` has no ledger `bock`; there is `book`",
        ("ledger", "book", "town"): "`town` names no cycle; write jurisdiction/cycle",
        ("people", "town/2025/wang"): "`town/2025/wang` names no cycle; write jurisdiction/cycle",
        ("people", "down/2025"): "there is no jurisdiction `down`; there is `town`",
        ("people", "town/2025", "--organization", "brunch"): (
            "the directory has no organization `brunch`; there is `branch`"
        ),
        ("ledger", "book", "town/2025", "--organization", "x"): (
            "the directory has no organization `x`; there is `branch`, `office`"
        ),
        ("people", "town/2024"): "`town` has no cycle `2024`; it has `2025`",
    }.items():
        found = run(*words, "--db", db)
        assert (found.exit_code, found.stderr) == (UNUSABLE, f"pledgeflow: {message}\n")
        chinese = run(*words, "--db", db, "--lang", "zh").stderr
        assert not {"there", "names", "has"} & set(chinese.split())


@pytest.mark.parametrize("mark", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_is_taken_for_a_formula(mark: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(["a"], [[f"{mark}1"], [f"1{mark}"]])
    _, first, second = csv.reader(io.StringIO(capsys.readouterr().out))
    mark = mark.replace("\r", "\n")
    assert first == [f"'{mark}1"]
    assert second == [f"1{mark}"]


def test_before_a_cycle_begins_nobody_is_missing(db: str) -> None:
    words = ("people", "town/2025", "--db", db, "--on", "2024-12-31")
    found = run(*words)
    assert (found.exit_code, found.stdout) == (FINE, "")
    assert "the cycle begins on 2025-01-01; nobody is missing before that" in found.stderr
    assert "此前没有应诺未诺的人员" in run(*words, "--lang", "zh").stderr
    assert json.loads(run(*words, "--format", "json").stdout) == []


def test_ids_stay_whole_on_a_narrow_page(db: str) -> None:
    env = {"LANG": "", "LC_ALL": "", "COLUMNS": "44"}
    words = ["people", "town/2025", "--db", db, "--on", "2025-03-31", "--lang", "en"]
    lines = CliRunner().invoke(app, words, env=env).stdout.splitlines()
    assert max(map(len, lines)) <= 44
    assert "王强 (wang)" in lines
