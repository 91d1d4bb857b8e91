"""All commands, in the order in which `pledgeflow --help` lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperGroup

from pledgeflow.cli.output import Commands
from pledgeflow.cli.shelf import Shelf

COMMANDS: Mapping[str, str] = {
    "demo": "demo:demo",
    "policies": "policies:policies",
    "show": "showing:show",
    "check": "policies:check",
    "schema": "policies:schema",
    "diagram": "drawing:diagram",
    "document": "documenting:document",
    "new": "founding:new",
    "test": "scenarios:play",
    "coverage": "scenarios:cover",
    "verify": "verifying:verify",
    "diff": "diffing:diff",
    "differences": "differences:differences",
    "mutate": "mutating:mutate",
    "directory": "directories:directory",
    "do": "doing:do",
    "tick": "doing:tick",
    "pledges": "records:pledges",
    "people": "people:people",
    "ledger": "ledger:ledger",
    "indicators": "indicators:indicators",
    "awards": "awards:awards",
    "filings": "filings:filings",
    "log": "records:log",
    "explain": "explaining:explain",
    "duties": "duties:duties",
    "relay": "relaying:relay",
    "export": "exchanging:export",
    "import": "exchanging:import_",
    "backtest": "backtesting:backtest",
    "migrate": "migrating:migrate",
}
CYCLE: Mapping[str, str] = {
    "open": "cycles:open_",
    "close": "cycles:close",
    "list": "cycles:list_",
}
BALLOT: Mapping[str, str] = {
    "open": "ballots:open_",
    "codes": "ballots:codes",
    "vote": "ballots:vote",
    "paper": "ballots:paper",
    "turnout": "ballots:turnout",
    "close": "ballots:close",
    "show": "ballots:show",
}
AUDIT: Mapping[str, str] = {
    "keygen": "auditing:keygen",
    "checkpoint": "auditing:checkpoint",
    "list": "auditing:list_",
    "verify": "auditing:verify",
    "prove": "auditing:prove",
    "verifier": "auditing:verifier",
    "erase": "erasing:erase",
}
DB: Mapping[str, str] = {
    "check": "upkeep:check",
    "upgrade": "upkeep:upgrade",
    "secure": "upkeep:secure",
    "rebuild": "upkeep:rebuild",
}
GROUPS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "cycle": (CYCLE, "Open, close and list the cycles in a database."),
    "ballot": (BALLOT, "Hold ballots: who votes, once each, and what comes of it."),
    "audit": (AUDIT, "Sign what is kept, check it, and prove it to others."),
    "db": (DB, "Look after a database: is it of this version, and make it so."),
}


def _group(name: str) -> Any:
    places, words = GROUPS[name]
    shelf: Any = Shelf(places)
    return TyperGroup(
        name=name, commands=shelf, help=words, no_args_is_help=True, rich_markup_mode=None
    )


class _Everything(Commands):
    def __init__(self, **given: Any) -> None:
        groups = {name: _group(name) for name in GROUPS}
        super().__init__(**given | {"commands": Shelf(COMMANDS, groups)})


app = typer.Typer(
    cls=_Everything,
    help="Public promises, run by the rules that order them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _begin() -> None:
    # What stands before a command. That there is such a thing is what makes this a group for typer.
    pass
