"""`db check`, `db upgrade`, `db rebuild`: whether a database is as it should be, and making it so.

`db secure` keeps jurisdictions apart in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.cli.database import existing, place_in, stored
from pledgeflow.cli.options import DbOption, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json, show, table
from pledgeflow.cli.progress import counting, waiting
from pledgeflow.cli.translating import said
from pledgeflow.storage.errors import NewSchemaError, OldSchemaError

_ROOMS = ("storage", "ballots")
"""What keeps tables in a database."""
_WHAT = {
    "missing": ("缺少", "missing"),
    "extra": ("多出", "not ours"),
    "changed": ("不同", "not as it should be"),
}


def check(
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say whether the tables in a database are what this version needs."""
    upgrading, needed = _upgrading()
    with stored(db) as store:
        version = upgrading.version_of(store)
        found = upgrading.differences(store, *_kept()) if version == needed else []
        name = store.name
    if form is Format.JSON:
        differences = [{"what": each.what, "name": each.name} for each in found]
        print_json(
            {"database": name, "version": version, "needed": needed, "differences": differences}
        )
    elif version is None:
        zh = f"`{name}` 是空的；请运行 `pledgeflow db upgrade` 建表"
        en = f"`{name}` is empty; `pledgeflow db upgrade` makes the tables"
        show(Text(lang.pick(zh, en)))
    elif version != needed:
        kind = OldSchemaError if version < needed else NewSchemaError
        show(Text(said(kind(name, version, needed), lang)))
    else:
        _show(name, needed, found, lang)
    if version != needed or found:
        raise typer.Exit(FINDINGS)


def upgrade(
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Bring the tables in a database to this version, or make them; all at once or not at all."""
    upgrading, needed = _upgrading()
    events = 0

    def told(more: int) -> None:
        nonlocal events
        events += more

    with stored(db) as store:
        with waiting(lang.pick("升级", "upgrading")):
            before = upgrading.upgrade(store, told=told)
        name = store.name
    if form is Format.JSON:
        print_json({"database": name, "before": before, "after": needed, "events": events})
        return
    show(Text(_done(name, before, needed, lang)))
    if events:
        message(lang.pick(f"已改写{events}条记录", f"worked through {events} events"))


def secure(
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """On PostgreSQL, let each session see the one jurisdiction that it names, in every table."""
    with stored(db) as store:
        done = import_module("pledgeflow.storage.securing").secure(store, *_kept())
        name = store.name
    if form is Format.JSON:
        print_json({"database": name, "tables": done})
        return
    zh = f"`{name}` 中{len(done)}张表已逐行限制：每次连接只见其所指明的地区或单位"
    en = f"secured {len(done)} tables in `{name}`: each session sees its own jurisdiction"
    show(Text(lang.pick(zh, en)))


def rebuild(
    jurisdiction: Annotated[
        str, typer.Argument(metavar="JURISDICTION", help="Of which one.", show_default=False)
    ],
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Work out anew, from the log alone, all that is derived from it; others may act meanwhile."""
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        total = len(engine.store.heads(jurisdiction))
        with counting(lang.pick("重算", "rebuilding"), total) as step:
            streams = engine.rebuild(jurisdiction, lambda stream: step(str(stream)))
    if form is Format.JSON:
        print_json({"jurisdiction": jurisdiction, "streams": streams})
        return
    zh, en = (
        f"已重算 {jurisdiction} 的{streams}处",
        f"worked out {streams} streams of {jurisdiction}",
    )
    show(Text(lang.pick(zh, en)))


def _done(name: str, before: int | None, now: int, lang: Lang) -> str:
    if before is None:
        return lang.pick(
            f"`{name}` 已建表，为第{now}版", f"made the tables of version {now} in `{name}`"
        )
    if before == now:
        return lang.pick(f"`{name}` 已是第{now}版", f"`{name}` is of version {now} already")
    return lang.pick(
        f"`{name}` 已由第{before}版升级到第{now}版",
        f"upgraded `{name}` from version {before} to version {now}",
    )


def _show(name: str, version: int, found: Iterable[Any], lang: Lang) -> None:
    made = table(lang.pick("差别", "what"), lang.pick("名称", "name"))
    for each in found:
        made.add_row(lang.pick(*_WHAT[each.what]), each.name)
    if made.rows:
        show(made)
        zh = f"`{name}` 为第{version}版，但表与应有的不同"
        en = f"`{name}` is of version {version}, but its tables are not as they should be"
        message(lang.pick(zh, en))
        return
    show(
        Text(
            lang.pick(
                f"`{name}` 为第{version}版，无需升级", f"`{name}` is of version {version}: fine"
            )
        )
    )


def _upgrading() -> tuple[Any, int]:
    """What upgrades, and to which version; imported only now, since it takes its time."""
    return (
        import_module("pledgeflow.storage.upgrading"),
        import_module("pledgeflow.storage.tables").SCHEMA,
    )


def _kept() -> tuple[Any, ...]:
    return tuple(import_module(f"pledgeflow.{room}.tables").METADATA for room in _ROOMS)
