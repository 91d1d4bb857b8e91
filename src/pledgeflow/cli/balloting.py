"""What `ballot …` says: how a ballot stands, what came of it, and why something is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pledgeflow.cli.desk import Desk
from pledgeflow.cli.labels import speaker
from pledgeflow.cli.options import Format
from pledgeflow.cli.output import FINDINGS, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.payload import meant
from pledgeflow.cli.reasons import Explainer
from pledgeflow.cli.unmet import elsewhere_data, stays_said, unmet_told
from pledgeflow.domain.balloting import Secrecy, Turnout
from pledgeflow.errors import RefusedError, RemedyStep
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.language.steps import CommandField
from pledgeflow.service.ballots import Ballots, Closed

SECRECIES = {
    Secrecy.OPEN: ("公开记名", "open"),
    Secrecy.PSEUDONYMOUS: ("化名", "pseudonymous"),
    Secrecy.UNLINKABLE: ("无记名", "unlinkable"),
}


ACTS = {
    "open": ("开始", "open"),
    "codes": ("发放投票码，办理", "issue the codes of"),
    "paper": ("录入纸质选票，办理", "enter the paper of"),
    "close": ("结束", "close"),
}
"""What somebody who holds a ballot does with it; the subcommand of each is its name."""


@dataclass(frozen=True, slots=True)
class BallotExplainer(Explainer):
    """Explains why a ballot is not held so. To take its step is to hold it: nobody counts by hand.

    act: the subcommand that was refused; ballot: its id and label; command: the step of its result
    """

    act: str = ""
    ballot: tuple[str, str] = ("", "")
    command: str = ""
    stream: str = ""

    def typed(self, step: RemedyStep) -> str:
        """See `Explainer.typed`."""
        if not self._holds(step):
            return Explainer.typed(self, step)
        who = f" --capacity {step.by[0]}" if step.by else ""
        return f"ballot {self.act} {self.stream} {self.ballot[0]}{who}"

    def remedy(self, step: RemedyStep) -> str:
        """See `Explainer.remedy`."""
        if not self._holds(step):
            return Explainer.remedy(self, step)
        words = speaker(self.policy, self.track, self.lang)
        zh, en = ACTS[self.act]
        by = (
            words.word("known_role", step.by)
            if step.by
            else self.lang.pick("办理人", "whoever acts")
        )
        name = self.ballot[1]
        return self.lang.pick(f"由{by}{zh}“{name}”", f"{by} has to {en} the ballot `{name}`")

    def _holds(self, step: RemedyStep) -> bool:
        """Whether a remedy is the ballot's own step, and not one that has to say something else."""
        own = step.command == self.command and step.promisor is None and not step.fields
        return own and self.act in ACTS


@dataclass(frozen=True, slots=True)
class Booth:
    """One stream's ballots, and the words for them. track: of its promisor; act: the subcommand."""

    desk: Desk
    track: str
    form: Format
    act: str

    @classmethod
    def at(cls, desk: Desk, form: Format, act: str) -> Booth:
        """The booth of a stream, whether it has begun or not."""
        return cls(desk, desk.engine.state(desk.stream).track, form, act)

    @property
    def ballots(self) -> Ballots:
        """The ballots themselves."""
        return self.desk.engine.ballots

    @property
    def rules(self) -> Mapping[str, BallotRule]:
        """What the policy says of them."""
        return self.desk.policy.tracks[self.track].ballots

    def ballot(self, said: str) -> str:
        """The id of a ballot that is named by id or by label."""
        return meant(said, {name: rule.source.label for name, rule in self.rules.items()})

    def choice(self, ballot: str, said: str) -> str:
        """The id of a choice: a tier or one of the ballot's own by id or label, an item by its id."""
        evaluation = self.desk.policy.tracks[self.track].evaluation
        tiers = evaluation.tiers if evaluation is not None else {}
        spec = self._tally(ballot)
        return meant(said, spec.choices if spec is not None and spec.choices else tiers)

    def _tally(self, ballot: str) -> CommandField | None:
        """The field that the votes are counted in."""
        rule = self.rules.get(ballot)
        if rule is None:
            return None
        return (
            self.desk.policy.tracks[self.track]
            .commands[rule.source.command]
            .rules.fields.get(rule.tally)
        )

    def choices(self, ballot: str, said: list[str]) -> list[str]:
        """The ids of several choices; of items also by their numbers."""
        rule = self.rules.get(ballot)
        of = rule.source.choices.of if rule is not None else None
        parts = (part for each in said for part in each.split(",") if part)
        return [f"{of}/{c}" if of and c.isdecimal() else self.choice(ballot, c) for c in parts]

    def label(self, ballot: str) -> str:
        """What a ballot is called."""
        rule = self.rules.get(ballot)
        return self.desk.lang.of(rule.source.label if rule is not None else None, ballot)

    def _explainer(self, command: str) -> Explainer:
        """Puts into words why the ballot with that command is not held so."""
        plain = self.desk.explainer(self.track)
        name = next((n for n, rule in self.rules.items() if rule.source.command == command), "")
        return BallotExplainer(
            plain.policy,
            plain.track,
            plain.clauses,
            plain.lang,
            plain.names,
            plain.options,
            act=self.act,
            ballot=(name, self.label(name)),
            command=command,
            stream=str(self.desk.stream),
        )

    def refused(self, error: RefusedError) -> typer.Exit:
        """Say why not; to be raised."""
        explainer, verdict = self._explainer(error.command), error.verdict
        if self.form is Format.JSON:
            head = {"done": False, "pledge": str(self.desk.stream), "command": error.command}
            print_json({**head, **explainer.data(verdict)})
        else:
            put(explainer.ruling(verdict), *(explainer.reason(r) for r in verdict.reasons))
        return typer.Exit(FINDINGS)

    def data(self, turnout: Turnout) -> dict[str, Any]:
        """How a ballot stands, for programs."""
        ballot = turnout.ballot
        rule = self.rules.get(ballot.name)
        return {
            "pledge": str(ballot.stream),
            "ballot": ballot.name,
            "round": ballot.round,
            "secrecy": rule.source.secrecy.value if rule is not None else None,
            "roll": turnout.roll,
            "voted": turnout.voted,
            "opened_on": turnout.opened_on,
            "closed_on": turnout.closed_on,
            "recorded": self.ballots.is_recorded(turnout),
        }

    def standing(self, turnouts: tuple[Turnout, ...]) -> Table:
        """How ballots stand."""
        pick = self.desk.lang.pick
        heads = (("投票", "ballot"), ("次", "round"), ("方式", "secrecy"), ("应投", "roll"))
        more = (("实投", "voted"), ("开始", "opened"), ("结束", "closed"), ("登记", "recorded"))
        made = table(*(pick(*head) for head in (*heads, *more)))
        for turnout in turnouts:
            ballot = turnout.ballot
            rule = self.rules.get(ballot.name)
            recorded = self.ballots.is_recorded(turnout)
            made.add_row(
                self.label(ballot.name),
                str(ballot.round),
                pick(*SECRECIES[rule.source.secrecy]) if rule is not None else "—",
                str(turnout.roll),
                str(turnout.voted),
                str(turnout.opened_on),
                str(turnout.closed_on or "—"),
                pick("是", "yes") if recorded else pick("否", "no"),
            )
        return made

    def tell(self, turnout: Turnout, **more: Any) -> None:
        """How one ballot stands now. more: for programs."""
        if self.form is Format.JSON:
            print_json({**self.data(turnout), **more})
        else:
            put(self.standing((turnout,)))

    def tell_closed(self, closed: Closed) -> None:
        """What came of a ballot."""
        explainer, pick = self.desk.explainer(self.track), self.desk.lang.pick
        if self.form is Format.JSON:
            reason = closed.against
            print_json(
                {
                    **self.data(closed.turnout),
                    "votes": dict(closed.votes) if closed.votes is not None else None,
                    "elected": closed.elected.chosen,
                    "tied": closed.elected.tied,
                    "counts": reason is None,
                    "why_not": dict(reason.text) if reason is not None else None,
                    **(elsewhere_data(closed.done, self.desk) if closed.done is not None else {}),
                }
            )
            return
        parts: list[RenderableType] = [self.standing((closed.turnout,)), *self._votes(closed)]
        if closed.against is not None:
            parts.append(Text(explainer.sentence(closed.against), style="bold yellow"))
        put(*parts)
        if closed.votes is None:
            zh, en = "票数过少，不公布各项得票", "too few votes: the result is not broken down"
            message(pick(zh, en))
        if closed.against is None and closed.done is None:
            message(pick("未登记结果", "no result is recorded"))
        if closed.done is not None:
            if closed.done.unmet:
                put(*unmet_told(self.desk, closed.done.unmet))
            for sentence in stays_said(closed.done, self.desk):
                message(sentence)

    def _votes(self, closed: Closed) -> list[RenderableType]:
        pick, tell = self.desk.lang.pick, self.desk.teller(self.track, [])
        if closed.votes is None:
            return []
        rule = self.rules[closed.turnout.ballot.name]
        made = table(pick("选项", "choice"), pick("得票", "votes"), "")
        for choice, votes in closed.votes.items():
            mark = ""
            if choice in closed.elected.chosen:
                mark = pick("当选", "elected")
            elif choice in closed.elected.tied:
                mark = pick("票数相等", "tied")
            made.add_row(tell.field(rule.tally, choice, rule.source.command), str(votes), mark)
        return [made]
