"""`audit erase`: a person's names and words go for good, and the record still proves what it proved."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.options import DbOption, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.service import Erasure


def erase(
    jurisdiction: Annotated[
        str, typer.Argument(metavar="JURISDICTION", help="Whose record.", show_default=False)
    ],
    person: Annotated[str, typer.Argument(metavar="PERSON", help="By id.", show_default=False)],
    *,
    lang: LangOption,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without this, only say what would go.")
    ] = False,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Delete a person's names and all words of theirs for good. Events, ids and proofs stay.

    Copies elsewhere (backups, exports, papers) are out of reach; see docs/audit.md.
    """
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        look = engine.erase if yes else engine.erasure
        found = look(jurisdiction, person)
    if form is Format.JSON:
        print_json(_data(found, erased=yes))
    else:
        put(Text(_said(found, lang, erased=yes), style="bold"))
    if not yes:
        zh = "尚未删除；删除后不能恢复，确认请加 `--yes`"
        message(lang.pick(zh, "nothing was erased; this cannot be undone: say so with `--yes`"))
    if found.mentions:
        named = ", ".join(f"`{stream}`" for stream in found.mentions[:5])
        more = ", …" if len(found.mentions) > len(found.mentions[:5]) else ""
        zh = f"他人所写文字中仍出现其姓名，请逐一查看：{named}{more}"
        en = f"words of others hold the name too; look at them: {named}{more}"
        message(lang.pick(zh, en))
    if found.lingers:
        zh = "已删除，但数据库文件中可能仍有残留；请停止其他程序后再做一次"
        en = "erased, but something may linger in the database's files; stop other programs and repeat"
        message(lang.pick(zh, en))
        raise typer.Exit(FINDINGS)


def _said(found: Erasure, lang: Lang, *, erased: bool) -> str:
    names, words = len(found.names), len(found.words)
    done = ("已删除", "erased") if erased else ("将删除", "to be erased")
    zh = f"{done[0]} {found.person}：姓名{names}个，文字{words}段"
    return lang.pick(zh, f"{done[1]} of {found.person}: {names} names, {words} texts")


def _data(found: Erasure, *, erased: bool) -> dict[str, Any]:
    return {
        "person": found.person,
        "erased": erased,
        "names": len(found.names),
        "texts": found.words,
        "mentions": [str(stream) for stream in found.mentions],
        "lingers": found.lingers,
    }
