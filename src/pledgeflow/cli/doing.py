"""`do` and `tick`: a step is taken, or time passes; what happened then, or why not."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.desk import Desk
from pledgeflow.cli.next_steps import owed, owed_lines, turns, turns_table
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
from pledgeflow.cli.output import FINDINGS, fail, message, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.cli.reasons import plain
from pledgeflow.cli.step_files import StepFile
from pledgeflow.cli.telling import told
from pledgeflow.cli.unmet import elsewhere_data, stays_said, unmet_told
from pledgeflow.domain.commands import PLEDGE, StreamId
from pledgeflow.domain.events import Moved
from pledgeflow.domain.serialisation import to_data
from pledgeflow.errors import InvalidCommandError, RefusedError, Ruling
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.service import Done


def do(
    pledge: PledgeArgument,
    *,
    lang: LangOption,
    actor: Annotated[str | None, typer.Option("--actor", metavar="ID", help="Who acts.")] = None,
    capacity: Annotated[
        str | None, typer.Option("--capacity", metavar="ROLE", help="For whom: a role.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--do", metavar="COMMAND", help="The step; also `correct` and `annul`."),
    ] = None,
    on: OnOption = None,
    occurred_on: Annotated[
        str | None,
        typer.Option("--occurred-on", metavar="DATE", help="When it happened, if not on that day."),
    ] = None,
    entered_by: Annotated[
        str | None, typer.Option("--entered-by", metavar="ID", help="Who types it in.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The same key again does nothing again.")
    ] = None,
    field: SetOption = None,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="A step in YAML; options go before it."),
    ] = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Take a step in a pledge.

    Says what happened, how the pledge stands and whose turn it is; or why the step is refused.
    """
    if key == "":
        raise fail("`--key` is empty; name the act by it, or leave it out")
    written = StepFile.at(file) if file is not None else None
    named = {"actor": actor, "capacity": capacity, "do": name, "entered_by": entered_by}
    words = {**named, "on": day(on), "occurred_on": occurred_on}
    given: dict[str, Any] = {word: said for word, said in words.items() if said is not None}
    step: dict[str, Any] = {**(written.words if written is not None else {}), **given}
    with existing(db) as engine:
        desk = Desk.at(engine, pledge, lang)
        track = ""
        try:
            track = engine.state(desk.stream).track
            for word, id_of in (("do", desk.step), ("capacity", desk.role)):
                if word in given:
                    step[word] = given[word] = id_of(given[word])
            given |= desk.fields(field or [], str(step.get("do")), day(on))
            again = key is not None and engine.store.done(desk.stream.jurisdiction, key) is not None
            done = engine.do(desk.stream, step | given, key=key)
        except RefusedError as refused:
            _refuse(desk, track, refused, form)
        except InvalidCommandError as error:
            raise (written.located(error, given) if written is not None else error) from None
        else:
            _tell(desk, done, form)
            if again:
                zh = f"标识 `{key}` 此前已办理，这次没有重复办理"
                message(lang.pick(zh, f"the key `{key}` was used before: nothing is done twice"))


def _refuse(desk: Desk, track: str, refused: RefusedError, form: Format) -> None:
    explainer, verdict = desk.explainer(track), refused.verdict
    if form is Format.JSON:
        head = {"done": False, "pledge": str(desk.stream), "command": refused.command}
        print_json({**head, **explainer.data(verdict)})
    else:
        put(explainer.ruling(verdict), *(explainer.reason(reason) for reason in verdict.reasons))
    if not track and (hint := desk.hint()):
        message(hint)
    if verdict.ruling is Ruling.SILENT and track:
        near = get_close_matches(refused.command, desk.policy.tracks[track].commands, n=3)
        if near:
            names = desk.lang.pick("、", ", ").join(f"`{name}`" for name in near)
            message(desk.lang.pick(f"是否指 {names}？", f"perhaps {names} was meant"))
    raise typer.Exit(FINDINGS)


def _tell(desk: Desk, done: Done, form: Format) -> None:
    state, events = done.state, list(done.events)
    rules = desk.policy.tracks[state.track]
    if form is Format.JSON:
        print_json(
            {
                "done": True,
                "pledge": str(desk.stream),
                "version": state.version,
                "state": state.subjects[state.root].state,
                "events": [{"version": e.version, **plain(to_data(e))} for e in events],
                "owed": [plain(each) for each in owed(state)],
                "next": turns(rules, state),
                **elsewhere_data(done, desk),
            }
        )
        return
    tell, pick = desk.teller(state.track, events), desk.lang.pick
    now = tell.state(state.root, state.subjects[state.root].state)
    head = f"{tell.stream(desk.stream)} · {now}"
    if not events:
        put(Text(pick("没有新的变化", "nothing new happened"), style="dim"))
    put(Text(head, style="bold"), told(events, tell), *owed_lines(state, tell))
    if done.unmet:
        put(*unmet_told(desk, done.unmet))
    for sentence in stays_said(done, desk):
        message(sentence)
    if desk.closed is not None:
        zh = f"本期间已于{desk.closed}关闭，此后只办理后果所要求的步骤和未结事项"
        message(pick(zh, f"the cycle was closed on {desk.closed}; only what follows goes on"))
    else:
        title = Text(pick("接下来可办理", "open next"), style="bold cyan")
        put(title, turns_table(rules, state, tell))


def tick(
    jurisdiction: Annotated[str, typer.Argument(metavar="JURISDICTION", show_default=False)],
    lang: LangOption,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Let time pass to a day: what is due by then happens."""
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        until = day(on) or engine.clock()
        # What was still to follow when a process died follows before time goes on.
        engine.catch_up(jurisdiction)
        happened = engine.pass_time(jurisdiction, until)
        desks = {stream: Desk.at(engine, str(stream), lang) for stream in happened}
        tracks = {stream: engine.state(stream).track for stream in happened}
        tellers = {s: desks[s].teller(tracks[s], list(events)) for s, events in happened.items()}
    fired = {s: _timers(desks[s].policy, tracks[s], events) for s, events in happened.items()}
    total = sum(fired.values())
    if form is Format.JSON:
        pledges = {
            str(stream): {"fired": fired[stream], "events": [plain(to_data(e)) for e in events]}
            for stream, events in happened.items()
        }
        print_json({"on": until, "fired": total, "pledges": pledges})
        return
    for stream, events in happened.items():
        put(Text(tellers[stream].stream(stream), style="bold"))
        put(told(events, tellers[stream]))
    put(Text(_fired(until, total, list(happened), lang)))


def _fired(until: date, total: int, streams: list[StreamId], lang: Lang) -> str:
    pledges = all(stream.aggregate == PLEDGE for stream in streams)
    where, many = ("份承诺", "pledge") if pledges else ("份承诺和其他事项", "stream"), len(streams)
    zh = f"截至{until}：{many}{where[0]}上共有{total}个到期事项"
    number = f"{total} timer{'' if total == 1 else 's'}"
    on = f"{many} {where[1]}{'' if many == 1 else 's'}"
    return lang.pick(zh, f"by {until}: {number} fired, on {on}")


def _timers(policy: Policy, track: str, events: tuple[Any, ...]) -> int:
    """How many of the moves were timers, and not what followed from them."""
    places = policy.tracks[track].timers.values()
    rules = {step.rule for by_state in places for steps in by_state.values() for step in steps}
    return sum(isinstance(event, Moved) and event.rule in rules for event in events)
