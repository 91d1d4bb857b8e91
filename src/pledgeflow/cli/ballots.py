"""`ballot open`, `codes`, `vote`, `paper`, `turnout`, `close`, `show`: ballots on a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.cli.balloting import Booth
from pledgeflow.cli.database import existing
from pledgeflow.cli.desk import Desk
from pledgeflow.cli.options import (
    DbOption,
    Format,
    FormatOption,
    Lang,
    LangOption,
    OnOption,
    PledgeArgument,
    SetOption,
    day,
)
from pledgeflow.cli.output import fail, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.payload import once, whole
from pledgeflow.errors import RefusedError

BallotArgument = Annotated[
    str, typer.Argument(metavar="BALLOT", help="Its id or label.", show_default=False)
]
ActorOption = Annotated[str, typer.Option("--actor", metavar="ID", help="Who holds it.")]
CapacityOption = Annotated[
    str, typer.Option("--capacity", metavar="ROLE", help="For whom: a role.")
]
VotersOption = Annotated[
    list[str] | None,
    typer.Option("--voter", metavar="ID", help="Who; may be repeated, or a,b."),
]
FileOption = Annotated[
    Path | None, typer.Option("--voters-file", metavar="FILE", help="The same, one a line.")
]


def open_(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    actor: ActorOption,
    capacity: CapacityOption,
    lang: LangOption,
    on: OnOption = None,
    voter: VotersOption = None,
    voters: FileOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Begin a ballot for whoever may vote on that day. A list is given where the policy takes one."""
    with _booth(db, pledge, (lang, form, "open")) as booth:
        name, step = booth.ballot(ballot), _step(booth, (actor, capacity), on)
        listed = _people(voter, voters)
        booth.tell(booth.ballots.open(booth.desk.stream, name, step, voters=listed))


def codes(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    actor: ActorOption,
    capacity: CapacityOption,
    lang: LangOption,
    on: OnOption = None,
    voter: VotersOption = None,
    voters: FileOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Print a one-time code for each voter, or for some. It is told this once; older ones are void."""
    with _booth(db, pledge, (lang, form, "codes")) as booth:
        name, step = booth.ballot(ballot), _step(booth, (actor, capacity), on)
        some = _people(voter, voters) or None
        issued = booth.ballots.issue_codes(booth.desk.stream, name, step, some)
        if form is Format.JSON:
            print_json(dict(issued))
            return
        made = table(lang.pick("投票人", "voter"), lang.pick("投票码", "code"))
        for person, code in issued.items():
            made.add_row(booth.desk.names.get(person, person), code)
        put(made)
        zh = "投票码只显示这一次；请逐人密封分发"
        message(lang.pick(zh, "codes are shown this once; hand each out sealed"))


def vote(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    lang: LangOption,
    voter: Annotated[
        str | None, typer.Option("--voter", metavar="ID", help="Who votes, if known.")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="A one-time code instead.")] = None,
    mark: Annotated[
        list[str] | None,
        typer.Option("--mark", metavar="CHOICE", help="What is marked; asked for, if left out."),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help="Nothing is marked.")] = False,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Cast a vote. Leave `--mark` out to be asked: what is typed here may stay in a history."""
    if (voter is None) is (code is None):
        raise fail("say who votes: either `--voter` or `--code`")
    if blank and mark:
        raise fail("`--mark` and `--blank` exclude each other; choose one")
    marks = [] if blank else mark or [_asked(lang)]
    with _booth(db, pledge, (lang, form, "vote")) as booth:
        name = booth.ballot(ballot)
        chosen = booth.choices(name, marks)
        booth.ballots.cast(booth.desk.stream, name, chosen, voter=voter, code=code)
        if form is Format.JSON:
            print_json({"voted": True})
        else:
            put(Text(lang.pick("已投票", "voted"), style="bold green"))


def paper(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    actor: ActorOption,
    capacity: CapacityOption,
    votes: Annotated[
        list[str],
        typer.Option("--votes", metavar="CHOICE=N", help="What was counted; a=3,b=1."),
    ],
    lang: LangOption,
    on: OnOption = None,
    voter: VotersOption = None,
    voters: FileOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Enter what was voted on paper, and who voted so."""
    with _booth(db, pledge, (lang, form, "paper")) as booth:
        name, step = booth.ballot(ballot), _step(booth, (actor, capacity), on)
        counted = once(_counted(booth, name, votes), ",".join(votes))
        booth.ballots.enter_paper(
            booth.desk.stream, name, step, votes=counted, voters=_people(voter, voters)
        )
        booth.tell(booth.ballots.turnout(booth.desk.stream, name))


def turnout(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    lang: LangOption,
    roll: Annotated[bool, typer.Option("--roll", help="Who may vote, and who has.")] = False,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Say how many may vote and how many have; with `--roll`, who."""
    with _booth(db, pledge, (lang, form, "turnout")) as booth:
        name = booth.ballot(ballot)
        people = booth.ballots.roll(booth.desk.stream, name) if roll else {}
        more = {"people": dict(people)} if roll else {}
        booth.tell(booth.ballots.turnout(booth.desk.stream, name), **more)
        if roll and form is Format.TEXT:
            made = table(lang.pick("投票人", "voter"), lang.pick("已投", "voted"))
            for person, voted in people.items():
                made.add_row(booth.desk.names.get(person, person), "✓" if voted else "")
            put(made)


def close(
    pledge: PledgeArgument,
    ballot: BallotArgument,
    *,
    actor: ActorOption,
    capacity: CapacityOption,
    lang: LangOption,
    on: OnOption = None,
    field: SetOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """End a ballot and record its result; given again, it records what was left unrecorded."""
    with _booth(db, pledge, (lang, form, "close")) as booth:
        name, step = booth.ballot(ballot), _step(booth, (actor, capacity), on)
        rule = booth.rules.get(name)
        command = rule.source.command if rule is not None else ""
        step |= booth.desk.fields(field or [], command)
        booth.tell_closed(booth.ballots.close(booth.desk.stream, name, step))


def show(
    pledge: PledgeArgument,
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List the ballots of a pledge: how each is held, and how those that were opened stand."""
    with _booth(db, pledge, (lang, form, "show")) as booth:
        held = booth.ballots.held(booth.desk.stream)
        if form is Format.JSON:
            provided = {
                name: rule.source.model_dump(mode="json", exclude_none=True, by_alias=True)
                for name, rule in booth.rules.items()
            }
            print_json({"ballots": provided, "held": [booth.data(each) for each in held]})
            return
        if held:
            put(booth.standing(held))
        waiting = booth.rules.keys() - {each.ballot.name for each in held}
        named = "、".join(f"{booth.label(n)} `{n}`" for n in booth.rules if n in waiting)
        if named:
            message(lang.pick(f"尚未开始：{named}", f"not opened so far: {named}"))
        if not booth.rules:
            message(lang.pick("本办法没有规定投票", "this policy provides for no ballot"))


@contextmanager
def _booth(db: str | None, pledge: str, how: tuple[Lang, Format, str]) -> Iterator[Booth]:
    """The ballots of a pledge; a refusal is said, with its reasons. how: it is said, by which act."""
    lang, form, act = how
    with existing(db) as engine:
        booth = Booth.at(Desk.at(engine, pledge, lang), form, act)
        try:
            yield booth
        except RefusedError as error:
            raise booth.refused(error) from None


def _step(booth: Booth, who: tuple[str, str], on: datetime | None) -> dict[str, Any]:
    actor, capacity = who
    step: dict[str, Any] = {"actor": actor, "capacity": booth.desk.role(capacity)}
    return step if on is None else {**step, "on": day(on)}


def _people(named: Sequence[str] | None, file: Path | None) -> list[str]:
    """Who is named, on the command line or in a file; each once."""
    people = [part.strip() for each in named or () for part in each.split(",")]
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise fail(f"`{file}` is no text; write one voter a line, in UTF-8") from None
        except OSError as error:
            raise fail(f"`{file}` cannot be read: {error.strerror}") from None
        people += [line.strip() for line in lines if not line.lstrip().startswith("#")]
    return list(dict.fromkeys(filter(None, people)))


def _counted(booth: Booth, ballot: str, said: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for part in (part for each in said for part in each.split(",") if part):
        choice, equals, number = part.partition("=")
        if not equals or not number.isdecimal():
            raise fail(f"`--votes {part}` has no number; write `--votes choice=3`")
        (name,) = booth.choices(ballot, [choice]) or ("",)
        yield name, whole(number)


def _asked(lang: Lang) -> str:
    """What is marked, as it is typed where nobody sees it, or comes in through a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    words = lang.pick("所选（输入不显示）", "what is marked (it is not shown)")
    return str(typer.prompt(words, hide_input=True, err=True)).strip()
