"""`audit …`: from a key to a proof that somebody checks who has nothing of ours."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pledgeflow.cli import app
from pledgeflow.storage.sql import SqlStore
from tests.contract.test_erasing import WRITTEN, people
from tests.town import TOWN, Town, day

FINE, FINDINGS, UNUSABLE = 0, 1, 2


@pytest.fixture
def db(tmp_path: Path) -> str:
    file = tmp_path / "town.db"
    with SqlStore(f"sqlite:///{file}") as store:
        town = Town(store=store).forwarded()
        people(town)
        town.do(TOWN, "announce", day(7, 4), "mayor", places=1)
        town.do(TOWN, "give_notice", day(7, 4), "mayor")
        town.do(TOWN, "object", day(7, 6), "mayor", candidacy=1, what=WRITTEN)
    return str(file)


@pytest.fixture
def key(tmp_path: Path) -> str:
    assert run("", "keygen", str(tmp_path / "key")).exit_code == FINE
    return str(tmp_path / "key")


def run(db: str, *words: str, lang: str = "en") -> Result:
    env = {"LANG": "", "LC_ALL": "", "PLEDGEFLOW_DB": db, "COLUMNS": "160"}
    return CliRunner().invoke(app, ["audit", *words, "--lang", lang], env=env)


def data(result: Result) -> Any:
    assert result.exit_code == FINE, result.output
    return json.loads(result.stdout)


def meddle(db: str, statement: str) -> None:
    connection = sqlite3.connect(db)
    connection.execute("DROP TRIGGER events_no_update")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_key_is_made_once(tmp_path: Path) -> None:
    file = str(tmp_path / "key")
    made = run("", "keygen", file)
    assert made.exit_code == FINE
    assert made.stdout == (tmp_path / "key.pub").read_text()
    assert "away from the database" in made.stderr
    again = run("", "keygen", file, lang="zh")
    assert again.exit_code == UNUSABLE
    assert "已经存在；请另指一个文件" in again.stderr
    public = data(run("", "keygen", str(tmp_path / "two"), "--format", "json"))["public"]
    assert public == (tmp_path / "two.pub").read_text().strip()


def test_a_proof_is_checked_by_somebody_who_has_nothing_of_ours(
    db: str, key: str, tmp_path: Path
) -> None:
    names = ("proof.json", "checkpoint.json", "verifier.py")
    proof, checkpoint, script = (tmp_path / name for name in names)
    assert run(db, "checkpoint", "t", "--key", key, "--out", str(checkpoint)).exit_code == FINE
    assert run(db, "prove", TOWN, "--since", "1", "--out", str(proof)).exit_code == FINE
    script.write_text(run("", "verifier").stdout, "utf-8")
    assert len(script.read_text("utf-8").splitlines()) < 100
    public = Path(f"{key}.pub").read_text().strip()

    def check(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(script), *words]
        return subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)

    done = check(str(proof), str(checkpoint), public)
    assert (done.returncode, done.stderr) == (FINE, "")
    first, *events = done.stdout.splitlines()
    assert first.startswith("HOLDS by checkpoint 1 of ")
    assert first.endswith(": t/2025/hill/selection")
    assert [json.loads(event.partition(" ")[2])["version"] for event in events] == [
        *range(1, len(events) + 1)
    ]
    proof.write_text(proof.read_text().replace("mayor", "major"))
    done = check(str(proof), str(checkpoint), public)
    assert (done.returncode, done.stderr) == (FINDINGS, "")
    assert done.stdout == "DOES NOT HOLD: the checkpoint stands for other events than these\n"
    assert check(str(proof), str(checkpoint), "0" * 64).returncode == FINDINGS
    assert check(str(tmp_path / "none"), str(checkpoint), public).returncode == UNUSABLE
    assert "python verifier.py PROOF.json" in check().stderr


def test_the_verifier_imports_nothing_of_ours() -> None:
    lines = run("", "verifier").stdout.splitlines()
    imports = [line for line in lines if line.startswith(("import ", "from "))]
    assert imports == [
        "import json",
        "import sys",
        "from hashlib import sha256",
        "from typing import Any",
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey",
    ]


def test_checkpoints_are_printed_to_be_published(db: str, key: str) -> None:
    assert "还没有存证" in run(db, "list", "t", lang="zh").stdout
    first = data(run(db, "checkpoint", "t", "--key", key, "--format", "json"))
    told = run(db, "checkpoint", "t", "--key", key)
    assert "checkpoint 2: 6 streams" in told.stdout
    assert "第3号存证：6条记录" in run(db, "checkpoint", "t", "--key", key, lang="zh").stdout
    assert data(run(db, "list", "t", "--format", "json"))[0] == first
    assert data(run(db, "list", "t", "--checkpoint", "1", "--format", "json")) == first
    assert first["body"]["root"] in run(db, "list", "t").stdout
    none = run(db, "list", "t", "--checkpoint", "9", lang="zh")
    assert (none.exit_code, none.stdout) == (UNUSABLE, "")
    assert "共有3号存证，没有第9号" in none.stderr
    taken = run(db, "checkpoint", "t", "--key", key, "--out", key)
    assert taken.exit_code == UNUSABLE
    assert len(data(run(db, "list", "t", "--format", "json"))) == 3


def test_a_sound_record_is_said_to_be_sound(db: str, key: str, tmp_path: Path) -> None:
    out, public = tmp_path / "one.json", f"{key}.pub"
    assert run(db, "checkpoint", "t", "--key", key, "--out", str(out)).exit_code == FINE
    told = run(db, "verify", "t", "--key", public, "--against", str(out))
    assert told.exit_code == FINE
    assert told.stdout.startswith("all as it was written: 6 streams, ")
    assert told.stderr == ""
    assert "no `--key`" in run(db, "verify", "t").stderr
    found = data(run(db, "verify", "t", "--key", public, "--format", "json"))
    assert (found["sound"], found["checkpoints"], found["findings"]) == (True, 1, [])
    assert "核对无误" in run(db, "verify", "t", "--key", public, lang="zh").stdout


def test_the_first_bad_event_is_named(db: str, key: str) -> None:
    run(db, "checkpoint", "t", "--key", key)
    meddle(db, "UPDATE events SET data = replace(data, 'good', 'fair') WHERE promisor = 'bo'")
    found = run(db, "verify", "t", "--key", f"{key}.pub", "--format", "json")
    assert found.exit_code == FINDINGS
    (finding,) = json.loads(found.stdout)["findings"]
    assert finding["stream"] == "t/2025/bo"
    assert finding["what"] == "changed"
    told = run(db, "verify", "t", "--key", f"{key}.pub")
    assert told.exit_code == FINDINGS
    assert "t/2025/bo" in told.stdout
    assert str(finding["version"]) in told.stdout
    assert "与写入时不符" in run(db, "verify", "t", lang="zh").stdout


def test_what_does_not_follow_is_not_signed(db: str, key: str) -> None:
    meddle(db, "UPDATE streams SET hash = 'x' WHERE promisor = 'bo'")
    told = run(db, "checkpoint", "t", "--key", key, lang="zh")
    assert told.exit_code == UNUSABLE
    assert "`t/2025/bo` 与此前所签的不相接；请运行 `pledgeflow audit verify`" in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("checkpoint", "t", "--key", "gone"),
            "没有私钥 `gone`；请用 `pledgeflow audit keygen` 制作",
        ),
        (("checkpoint", "x", "--key", "KEY"), "没有地区或单位 `x`"),
        (("verify", "t", "--key", "gone"), "`gone` 既不是64位十六进制公钥，也不是存有公钥的文件"),
        (("verify", "t", "--against", "KEY"), "不是 JSON；请指明已公布的存证"),
        (("prove", "t/2025/bo"), "`t` 没有存证；请用 `pledgeflow audit checkpoint` 制作"),
        (("prove", "t/2025/bob"), "没有承诺 `t/2025/bob`"),
        (("erase", "t", "nobody"), "没有关于 `nobody` 的任何记载；请用编号指明人员"),
    ],
)
def test_what_cannot_be_done_is_said_in_chinese(
    db: str, key: str, words: tuple[str, ...], said: str
) -> None:
    told = run(db, *(key if word == "KEY" else word for word in words), lang="zh")
    assert (told.exit_code, told.stdout) == (UNUSABLE, "")
    assert said in told.stderr


def test_a_person_is_erased_when_that_is_said(db: str, key: str) -> None:
    run(db, "checkpoint", "t", "--key", key)
    would = run(db, "erase", "t", "mayor", lang="zh")
    assert would.exit_code == FINE
    assert would.stdout == "将删除 mayor：姓名1个，文字1段\n"
    assert "尚未删除" in would.stderr
    assert data(run(db, "erase", "t", "mayor", "--format", "json"))["erased"] is False
    done = run(db, "erase", "t", "mayor", "--yes")
    assert (done.exit_code, done.stderr) == (FINE, "")
    assert done.stdout == "erased of mayor: 1 names, 1 texts\n"
    assert WRITTEN.encode() not in Path(db).read_bytes()
    assert run(db, "verify", "t", "--key", f"{key}.pub").exit_code == FINE
    for lang, redacted in (("en", "(redacted)"), ("zh", "（已删除）")):
        for words in (
            ("log", TOWN),
            ("explain", TOWN, "--actor", "mayor", "--on", "2025-07-07"),
            ("pledges", "--all"),
            ("awards", "t/2025"),
            ("duties", "t", "--on", "2025-07-07"),
        ):
            seen = CliRunner().invoke(app, [*words, "--db", db, "--lang", lang])
            assert seen.exit_code == FINE, seen.output
            assert words[0] != "log" or redacted in seen.stdout


def test_words_of_others_with_the_name_are_pointed_at(db: str) -> None:
    words = ("do", TOWN, "--do", "object", "--actor", "mayor", "--capacity", "secretary")
    said = ("--set", "candidacy=1", "--set", "what=Bo Zhang did nothing", "--on", "2025-07-07")
    done = CliRunner().invoke(app, [*words, *said, "--db", db, "--lang", "en"])
    assert done.exit_code == FINE, done.output
    told = run(db, "erase", "t", "bo")
    assert f"words of others hold the name too; look at them: `{TOWN}`" in told.stderr
