"""`explain`: whether a step may be taken, and why not; or everything that somebody may do now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.cli.database import existing
from pledgeflow.cli.desk import Desk
from pledgeflow.cli.labels import speaker
from pledgeflow.cli.options import (
    DbOption,
    Format,
    FormatOption,
    LangOption,
    OnOption,
    PledgeArgument,
    SetOption,
    day,
)
from pledgeflow.cli.output import FINDINGS, fail, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.reasons import Explainer
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.service import Engine

HEADS = (("步骤", "step"), ("对象", "about"), ("名称", "called"), ("须填写", "has to say"))


def explain(
    pledge: PledgeArgument,
    *,
    actor: Annotated[str, typer.Option("--actor", metavar="ID", help="Who acts.")],
    lang: LangOption,
    capacity: Annotated[
        str | None,
        typer.Option("--capacity", metavar="ROLE", help="For whom; in whichever, if left out."),
    ] = None,
    do: Annotated[
        str | None,
        typer.Option("--do", metavar="COMMAND", help="The step; if left out, all there are."),
    ] = None,
    field: SetOption = None,
    on: OnOption = None,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Explain why a step may or may not be taken.

    Without `--do`, says of every step whether the actor may take it on that day.
    """
    if do is None and (capacity is not None or field):
        raise fail("`--capacity` and `--set` are about one step; name it with `--do`")
    with existing(db) as engine:
        desk = Desk.at(engine, pledge, lang)
        stream, when = desk.stream, day(on) or engine.clock()
        answers: Mapping[tuple[str, str], Verdict]
        try:
            track = engine.state(stream).track
            if do is None:
                answers = engine.permitted(stream, actor, when)
            else:
                do = desk.step(do)
                capacity = desk.role(capacity) if capacity is not None else None
                step = {"do": do, "actor": actor, "on": when, **desk.fields(field or [], do, when)}
                answers = {(do, ""): _judged(engine, stream, step, capacity)}
        except RefusedError as error:
            track, answers = "", {(do or error.command, ""): error.verdict}
    explainer = desk.explainer(track)
    one = next(iter(answers.values())) if do is not None or not track else None
    if form is Format.JSON:
        print_json(explainer.data(one) if one is not None else _all(explainer, answers))
    elif one is not None:
        put(explainer.ruling(one), *(explainer.reason(reason) for reason in one.reasons))
    else:
        put(*_offers(explainer, answers, when))
        if desk.closed is not None:
            zh = f"本期间已于{desk.closed}关闭，只有后果所要求的步骤和未结事项还能办理"
            en = f"the cycle was closed on {desk.closed}; only what follows from pledges goes on"
            message(lang.pick(zh, en))
    if not track and (hint := desk.hint()):
        message(hint)
    if one is not None and not one.permitted:
        raise typer.Exit(FINDINGS)


def _judged(
    engine: Engine, stream: StreamId, step: dict[str, Any], capacity: str | None
) -> Verdict:
    """The verdict in a capacity; if none is named, in the one that comes nearest."""
    rules = engine.policy(stream).tracks[engine.state(stream).track]
    takers = Rulebook(rules.source, rules.root).takers(str(step["do"]))
    roles = [capacity] if capacity is not None else [*takers] or ["promisor"]
    verdicts = [engine.explain(stream, {**step, "capacity": role}) for role in roles]
    return min(verdicts, key=lambda verdict: (not verdict.permitted, len(verdict.reasons)))


def _all(explainer: Explainer, answers: Mapping[tuple[str, str], Verdict]) -> list[dict[str, Any]]:
    return [
        {"command": command, "subject": subject, **explainer.data(verdict)}
        for (command, subject), verdict in answers.items()
    ]


def _offers(
    explainer: Explainer, answers: Mapping[tuple[str, str], Verdict], when: date
) -> list[RenderableType]:
    """What may be done; what something stands against, with reasons; and what is not its turn."""
    lang, words = explainer.lang, speaker(explainer.policy, explainer.track, explainer.lang)
    may = table(*(lang.pick(*head) for head in HEADS))
    against: dict[tuple[str, ...], tuple[Verdict, list[str]]] = {}
    closed: dict[str, None] = {}
    for (command, subject), verdict in answers.items():
        about = words.word("subject", subject)
        if verdict.permitted:
            needs = words.word("field", verdict.needs) if verdict.needs else ""
            may.add_row(command, about, words.word("command", command), needs)
        elif all(reason.code == "wrong_state" for reason in verdict.reasons):
            closed[command] = None
        else:
            said = (command, *(explainer.sentence(reason) for reason in verdict.reasons))
            against.setdefault(said, (verdict, []))[1].append(about)
    parts: list[RenderableType] = [_title(lang.pick(f"{when} 可以办理", f"may be done on {when}"))]
    parts.append(may if may.row_count else Text(lang.pick("没有", "nothing")))
    if against:
        parts.append(_title(lang.pick("现不能办理", "may not be done now")))
    for (command, *_), (verdict, subjects) in against.items():
        named = f"{words.word('command', command)} ({command}) "
        parts.append(Text.assemble((named, "bold"), lang.pick("、", ", ").join(subjects)))
        reasons = (explainer.reason(reason) for reason in verdict.reasons)
        parts += [Padding(each, (0, 0, 0, 2)) for each in reasons]
    # What is open for one item is not also said to be closed for another.
    now = {command for (command, _), verdict in answers.items() if verdict.permitted}
    now.update(command for command, *_ in against)
    closed = {command: None for command in closed if command not in now}
    if closed:
        elsewhere = lang.pick("在别的状态下才能办理", "open in other states only")
        names = (words.word("command", command) for command in closed)
        parts += [_title(elsewhere), Text(lang.pick("、", ", ").join(names), style="dim")]
    return parts


def _title(words: str) -> Text:
    return Text(words, style="bold cyan")
