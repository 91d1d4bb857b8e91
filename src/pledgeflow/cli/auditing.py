"""`audit keygen`, `checkpoint`, `list`, `verify`, `prove`, `verifier`: proof that a record is whole.

What needs a database driver or `cryptography` is imported where it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from pledgeflow.audit.checkpoints import published
from pledgeflow.cli.database import begun, existing, place_in
from pledgeflow.cli.found import listed
from pledgeflow.cli.options import DbOption, Format, FormatOption, LangOption, PledgeArgument
from pledgeflow.cli.output import FINDINGS, fail, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import waiting

if TYPE_CHECKING:
    from pledgeflow.audit.auditing import Auditing
    from pledgeflow.service import Engine

JurisdictionArgument = Annotated[
    str, typer.Argument(metavar="JURISDICTION", help="Whose record.", show_default=False)
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write it there; it has to be new.")
]
NumberOption = Annotated[
    int | None,
    typer.Option("--checkpoint", metavar="N", min=1, help="By which; the newest, if left out."),
]


def keygen(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where the private key goes.", show_default=False)
    ],
    *,
    lang: LangOption,
    form: FormatOption = Format.TEXT,
) -> None:
    """Make a key to sign checkpoints with: FILE, which only you may read, and FILE.pub to publish."""
    public = import_module("pledgeflow.audit.keys").generate(file)
    if form is Format.JSON:
        print_json({"private": str(file), "public": public})
    else:
        typer.echo(public)
    zh = f"私钥 {file} 请另行保管，不要放在数据库所在的机器上；公钥请公布"
    en = f"keep the private key {file} away from the database's machine; publish the public one"
    message(lang.pick(zh, en))


def checkpoint(
    jurisdiction: JurisdictionArgument,
    *,
    key: Annotated[Path, typer.Option("--key", metavar="FILE", help="The private key.")],
    lang: LangOption,
    out: OutOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Sign what all streams have come to. Give the result to somebody outside: that is the point."""
    signer = import_module("pledgeflow.audit.keys").Key.read(key)
    with _auditing(db, jurisdiction) as (_, auditing):
        _check_new(out)
        done = auditing.checkpoint(jurisdiction, signer, at=datetime.now(UTC))
    if out is not None:
        _write(out, done.data)
    if form is Format.JSON:
        print_json(done.data)
        return
    said = done.checkpoint
    zh = f"第{said.number}号存证：{said.streams}条记录，根哈希 {said.root}"
    en = f"checkpoint {said.number}: {said.streams} streams, root {said.root}"
    put(Text(lang.pick(zh, en), style="bold", overflow="fold"))
    if out is None:
        zh = "用 `pledgeflow audit list --format json` 可取得待公布的全文"
        message(lang.pick(zh, "`pledgeflow audit list --format json` prints it for publishing"))


def list_(
    jurisdiction: JurisdictionArgument,
    *,
    lang: LangOption,
    number: NumberOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Print the checkpoints that are kept. As JSON, one of them is ready to be published."""
    with _auditing(db, jurisdiction) as (_, auditing):
        kept = auditing.checkpoints(jurisdiction)
    if number is not None and number > len(kept):
        raise fail(f"`{jurisdiction}` has {len(kept)} checkpoints, and none numbered {number}")
    chosen = kept if number is None else [kept[number - 1]]
    if form is Format.JSON:
        print_json([each.data for each in chosen] if number is None else chosen[0].data)
        return
    heads = (("存证", "number"), ("时间", "at"), ("记录", "streams"), ("根哈希", "root"))
    made = table(*(lang.pick(*head) for head in heads))
    for each in chosen:
        said = each.checkpoint
        made.add_row(str(said.number), said.at, str(said.streams), said.root)
    put(made if chosen else Text(lang.pick("还没有存证", "there are no checkpoints yet")))


def verify(
    jurisdiction: JurisdictionArgument,
    *,
    lang: LangOption,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A public key, or its file; may be repeated."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE", help="A checkpoint that somebody kept outside."),
    ] = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Look whether the record is as it was written; name the first bad event of each stream."""
    keys = [import_module("pledgeflow.audit.keys").public_key(each) for each in key or ()]
    outside = published(_read(against)) if against is not None else None
    with _auditing(db, jurisdiction) as (_, auditing), waiting(lang.pick("核对中", "checking")):
        found = auditing.verify(jurisdiction, keys=keys, against=outside)
    if form is Format.JSON:
        print_json(
            {
                "jurisdiction": found.jurisdiction,
                "sound": found.sound,
                "events": found.events,
                "streams": found.streams,
                "checkpoints": found.checkpoints,
                "findings": [each.data for each in found.findings],
            }
        )
    else:
        put(*listed(found, lang))
    if found.checkpoints and not keys:
        zh = "未用 `--key` 指明公钥：签名只按存证自称的公钥核对"
        en = (
            "no `--key`: signatures were checked with the keys that the checkpoints name themselves"
        )
        message(lang.pick(zh, en))
    if not found.sound:
        raise typer.Exit(FINDINGS)


def prove(
    pledge: PledgeArgument,
    *,
    lang: LangOption,
    since: Annotated[
        int | None,
        typer.Option(
            "--since", metavar="VERSION", min=1, help="From which event on; the last, if left out."
        ),
    ] = None,
    number: NumberOption = None,
    out: OutOption = None,
    db: DbOption = None,
) -> None:
    """Print a proof, as JSON, that events were there when a checkpoint was signed.

    `pledgeflow audit verifier` checks it, with neither pledgeflow nor the database.
    """
    _check_new(out)
    with existing(db) as engine:
        stream = begun(engine, pledge)
        made = _of(engine).prove(stream, since=since, number=number)
    if out is None:
        print_json(made)
        return
    _write(out, made)
    message(lang.pick(f"证明已写入 {out}", f"the proof is in {out}"))


def verifier(lang: LangOption) -> None:
    """Print a script that checks a proof against a checkpoint and a public key, on its own."""
    typer.echo((files("pledgeflow.audit") / "verifier.py").read_text("utf-8"), nl=False)
    zh = "存为文件后运行：python verifier.py 证明文件 存证文件 公钥"
    message(lang.pick(zh, "save it, and run: python verifier.py PROOF.json CHECKPOINT.json KEY"))


@contextmanager
def _auditing(db: str | None, jurisdiction: str) -> Iterator[tuple[Engine, Auditing]]:
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        yield engine, _of(engine)


def _of(engine: Engine) -> Auditing:
    found: Auditing = import_module("pledgeflow.audit.auditing").Auditing.of(engine.store)
    return found


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        raise fail(f"`{file}` is no JSON; name a checkpoint that was published") from None


def _check_new(file: Path | None) -> None:
    # Before anything is signed: what is made once is not to be lost for want of a file.
    if file is not None and file.exists():
        raise fail(f"`{file}` is there already; name another file")


def _write(file: Path, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    file.write_text(f"{text}\n", encoding="utf-8")
