"""All commands, in the order in which `pledgeflow --help` lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from pledgeflow.cli import auditing, ballots, cycles, upkeep
from pledgeflow.cli.awards import awards
from pledgeflow.cli.backtesting import backtest
from pledgeflow.cli.demo import demo
from pledgeflow.cli.differences import differences
from pledgeflow.cli.diffing import diff
from pledgeflow.cli.directories import directory
from pledgeflow.cli.documenting import document
from pledgeflow.cli.doing import do, tick
from pledgeflow.cli.drawing import diagram
from pledgeflow.cli.duties import duties
from pledgeflow.cli.erasing import erase
from pledgeflow.cli.exchanging import export, import_
from pledgeflow.cli.explaining import explain
from pledgeflow.cli.filings import filings
from pledgeflow.cli.founding import new
from pledgeflow.cli.indicators import indicators
from pledgeflow.cli.ledger import ledger
from pledgeflow.cli.migrating import migrate
from pledgeflow.cli.mutating import mutate
from pledgeflow.cli.output import Commands
from pledgeflow.cli.people import people
from pledgeflow.cli.policies import check, policies, schema
from pledgeflow.cli.records import log, pledges
from pledgeflow.cli.relaying import relay
from pledgeflow.cli.scenarios import cover, play
from pledgeflow.cli.showing import show
from pledgeflow.cli.verifying import verify

app = typer.Typer(
    cls=Commands,
    help="Public promises, run by the rules that order them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS: Mapping[str, Callable[..., None]] = {
    "demo": demo,
    "policies": policies,
    "show": show,
    "check": check,
    "schema": schema,
    "diagram": diagram,
    "document": document,
    "new": new,
    "test": play,
    "coverage": cover,
    "verify": verify,
    "diff": diff,
    "differences": differences,
    "mutate": mutate,
    "directory": directory,
    "do": do,
    "tick": tick,
    "pledges": pledges,
    "people": people,
    "ledger": ledger,
    "indicators": indicators,
    "awards": awards,
    "filings": filings,
    "log": log,
    "explain": explain,
    "duties": duties,
    "relay": relay,
    "export": export,
    "import": import_,
    "backtest": backtest,
    "migrate": migrate,
}
CYCLE: Mapping[str, Callable[..., None]] = {
    "open": cycles.open_,
    "close": cycles.close,
    "list": cycles.list_,
}
BALLOT: Mapping[str, Callable[..., None]] = {
    "open": ballots.open_,
    "codes": ballots.codes,
    "vote": ballots.vote,
    "paper": ballots.paper,
    "turnout": ballots.turnout,
    "close": ballots.close,
    "show": ballots.show,
}
AUDIT: Mapping[str, Callable[..., None]] = {
    "keygen": auditing.keygen,
    "checkpoint": auditing.checkpoint,
    "list": auditing.list_,
    "verify": auditing.verify,
    "prove": auditing.prove,
    "verifier": auditing.verifier,
    "erase": erase,
}
DB: Mapping[str, Callable[..., None]] = {
    "check": upkeep.check,
    "upgrade": upkeep.upgrade,
    "secure": upkeep.secure,
    "rebuild": upkeep.rebuild,
}
cycle = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
for name, command in CYCLE.items():
    cycle.command(name)(command)
app.add_typer(cycle, name="cycle", help="Open, close and list the cycles in a database.")
ballot = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
for name, command in BALLOT.items():
    ballot.command(name)(command)
app.add_typer(
    ballot, name="ballot", help="Hold ballots: who votes, once each, and what comes of it."
)
audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
for name, command in AUDIT.items():
    audit.command(name)(command)
app.add_typer(audit, name="audit", help="Sign what is kept, check it, and prove it to others.")
db = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
for name, command in DB.items():
    db.command(name)(command)
app.add_typer(db, name="db", help="Look after a database: is it of this version, and make it so.")
for name, command in COMMANDS.items():
    app.command(name)(command)
