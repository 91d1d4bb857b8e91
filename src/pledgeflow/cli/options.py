"""The options that commands share, and the two languages."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from pledgeflow.policy.words import Label


class Lang(StrEnum):
    """A language that people read."""

    ZH = "zh"
    EN = "en"

    def pick(self, zh: str, en: str) -> str:
        """One of the two."""
        return zh if self is Lang.ZH else en

    def of(self, label: Label | None, otherwise: str = "") -> str:
        """A label's words; `otherwise` where there is no label."""
        return self.pick(label.zh, label.en) if label is not None else otherwise


FORCES = {
    "must": ("强制", "must"),
    "may": ("任意", "may"),
    "principle": ("原则", "principle"),
    "context": ("背景", "context"),
}
"""How binding a clause is, in both languages."""


class Format(StrEnum):
    """How a result is printed."""

    TEXT = "text"
    JSON = "json"


def language() -> Lang:
    """The language of the environment: `zh…` is Chinese, anything else English."""
    said = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return Lang.ZH if next(filter(None, said), "").lower().startswith("zh") else Lang.EN


def day(given: datetime | None) -> date | None:
    """What `--on` names, as a date."""
    return given.date() if given is not None else None


DB = "PLEDGEFLOW_DB"
"""The variable that names the database where `--db` does not."""
CALENDAR = "PLEDGEFLOW_CALENDAR"
"""The variable that names a file with working days; every command on a database heeds it."""


def today() -> date:
    """The day it is here."""
    return datetime.now(UTC).astimezone().date()


LangOption = Annotated[
    Lang,
    typer.Option(
        "--lang",
        help="Language; from LANG if left out.",
        default_factory=language,
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]


def on_day(words: str) -> Any:
    """The option `--on`. words: what it means where it is asked."""
    return typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help=words)


OnOption = Annotated[datetime | None, on_day("As of which day.")]
DbOption = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        envvar=DB,
        help="Database URL or file; the one that `pledgeflow demo` leaves here, if left out.",
        show_default=False,
    ),
]
PledgeArgument = Annotated[
    str,
    typer.Argument(
        metavar="PLEDGE", help="jurisdiction/cycle/promisor, perhaps @venue", show_default=False
    ),
]
CycleArgument = Annotated[
    str,
    typer.Argument(metavar="JURISDICTION/CYCLE", help="A cycle.", show_default=False),
]
OrganizationOption = Annotated[
    str | None,
    typer.Option("--organization", metavar="ID", help="Only of this one and of those below it."),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "--field",
        metavar="NAME=VALUE",
        help="What the step says; may be repeated. Lists: a,b; checklists: a,b=no; votes: a=3,b=1; "
        "results: li=good,wang=poor.",
    ),
]
PolicyArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="A policy, by name or by path.", show_default=False)
]
