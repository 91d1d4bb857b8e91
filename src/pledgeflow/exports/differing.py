"""What running two policies together found, in words: for the terminal, and for pages.

Differences on one way in one direction stand together: what is permitted by which rule, and every
reason that the other has against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pledgeflow.assurance.diffing import Compared, Difference, Move
from pledgeflow.assurance.diffing.found import Accepting
from pledgeflow.assurance.verifying.writing import plain
from pledgeflow.domain.commands import AnyCommand, Command, TakeOver, Tick
from pledgeflow.errors import Reason
from pledgeflow.exports.charts import Language
from pledgeflow.exports.sample_names import SampleNames
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.saying.wording import say
from pledgeflow.policy.words import Label

Places = Mapping[str, str]
"""Path of a rule -> where it is written, as `file:line`."""


class Row(NamedTuple):
    """A step on the way, as each side takes it. on: the day, by the calendar of the first."""

    on: str
    left: str
    right: str


class Entry(NamedTuple):
    """A step that one side takes and the other refuses.

    notes: what it rests on; permits: the rule with its clauses and place; clauses: those alone;
    refuses: each reason with all that; reasons: each with its clauses alone; way: in full; steps:
    on the way, by what each side calls them; shortest: no way there is shorter
    """

    accepting: Accepting
    head: str
    verdict: str
    notes: tuple[str, ...]
    permits: str
    clauses: tuple[str, ...]
    refuses: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    way: tuple[Row, ...]
    steps: tuple[tuple[str, str], ...]
    last: Row
    shortest: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """Puts one comparison into words. places: of the rules of each side."""

    policies: tuple[Policy, Policy]
    found: Compared
    lang: Language
    places: tuple[Places, Places] = ({}, {})

    # --- what was explored ------------------------------------------------------------------------

    def heading(self) -> str:
        """The tracks, by their labels."""
        tracks = zip(self.policies, self.found.tracks, strict=True)
        labels = (self._of(policy.document.tracks[track].label) for policy, track in tracks)
        return " | ".join(labels)

    def explored(self) -> str:
        """How far both were run together, and whether that is all."""
        found, pick = self.found, self.pick
        bounds = found.bounds
        zh = f"同类事项至多{bounds.items}件、{bounds.months}个月之内"
        en = f"at most {bounds.items} items of a kind and {bounds.months} months"
        if found.complete:
            return pick(
                f"{zh}双方能走到的全部比较：{found.pairs}对状态",
                f"all that both can come to, with {en}: {found.pairs} pairs of states",
            )
        return pick(
            f"不完整：{found.pairs}对状态（界限{bounds.states}对，{zh}）",
            f"not all of it: {found.pairs} pairs of states (bounds: {bounds.states} pairs, {en})",
        )

    def limits(self) -> Iterator[str]:
        """What was not explored, and why; and what could not be compared."""
        found, pick = self.found, self.pick
        if found.waiting:
            yield pick(
                f"{found.steps}步以内的走法全部比较；此外择要比较了{found.further}对，"
                f"尚有{found.waiting}对未比较，未发现的不等于没有",
                f"every way of up to {found.steps} steps was gone through, and {found.further} pairs "
                f"beyond; {found.waiting} were not, so what was not found may be there",
            )
        if found.uncompared and not found.waiting:
            yield pick(
                f"视为相同的状态只核对了{found.checked}对",
                f"of the pairs that were taken as one, only {found.checked} were compared",
            )
        for each in found.unsound[:1]:
            differing = ", ".join(f"`{name}`" for name in each.differing)
            yield pick(
                f"有{len(found.unsound)}处状态被误视为相同（{differing}），结论不可靠",
                f"{len(found.unsound)} pairs were taken for one and are not ({differing}): not reliable",
            )
        for command, error in found.raised.items():
            yield pick(f"{command} 的条件出错：{error}", f"a guard of `{command}` raised {error}")
        if found.unreached:
            missed = self._names(0, found.unreached)
            yield pick(
                f"双方都未走到、因而未比较的步骤：{missed}",
                f"steps that neither came to, so that nothing is known of them: {missed}",
            )
        for here, names in enumerate((found.alignment.left, found.alignment.right)):
            if names:
                policy = self.policies[here].name
                yield pick(f"仅 {policy} 有的步骤：", f"steps only of `{policy}`: ") + self._names(
                    here, names
                )

    def refining(self) -> str:
        """Whether the second only tightens the first."""
        left, right = (policy.name for policy in self.policies)
        match self.found.refines:
            case True:
                zh, en = f"{right} 只会更严于 {left}", f"`{right}` only tightens `{left}`"
            case False:
                zh, en = f"{right} 有放宽 {left} 之处", f"`{right}` relaxes `{left}`"
            case None:
                zh = f"不能断定 {right} 是否只会更严于 {left}"
                en = f"it is not known whether `{right}` only tightens `{left}`"
        return self.pick(zh, en)

    # --- differences ------------------------------------------------------------------------------

    def entries(self, wanted: Sequence[Difference]) -> Iterator[Entry]:
        """The differences, those of one step on one way together."""
        known: dict[tuple[object, ...], list[Difference]] = {}
        for each in wanted:
            form = (each.accepting, each.left, each.right, each.said, _way(each))
            known.setdefault(form, []).append(each)
        for group in known.values():
            yield self._entry(group)

    def _entry(self, group: Sequence[Difference]) -> Entry:
        first = group[0]
        takes = 0 if first.accepting == "left" else 1
        names = self._step(0, first.left), self._step(1, first.right)
        policies = self.policies[takes].name, self.policies[1 - takes].name
        verdict = self.pick(
            f"{policies[0]} 允许，{policies[1]} 不允许",
            f"`{policies[0]}` permits, `{policies[1]}` refuses",
        )
        told = list({(each.code, each.rule): each for each in group}.values())
        reasons = [_reason(each) for each in told]
        return Entry(
            first.accepting,
            " | ".join(dict.fromkeys(names)),
            verdict,
            tuple(self._notes(first, 1 - takes)),
            self._grounded(takes, first.permits.rule, first.permits.clauses),
            first.permits.clauses,
            tuple(self._refusal(1 - takes, reason) for reason in reasons),
            tuple((self._sentence(1 - takes, r), ", ".join(r.clauses)) for r in reasons),
            tuple(self._row(move) for move in first.trace),
            tuple((self._called(0, m.left), self._called(1, m.right)) for m in first.trace),
            self._row(first.last),
            all(self.found.shortest(each) for each in group),
        )

    def _notes(self, each: Difference, refuses: int) -> Iterator[str]:
        pick, name = self.pick, self.policies[refuses].name
        if each.said:
            yield pick(
                f"{name} 也有此步，但须由他人办理或另作填写",
                f"`{name}` takes the step too, but from somebody else or with other words",
            )
        if each.after:
            names = self._names(refuses, each.after)
            yield pick(
                f"{name} 先办“{names}”后也允许",
                f"`{name}` permits it too once this was done: {names}",
            )
        if each.leans:
            yield pick("可能：取决于其他事项的情况", "possibly: if other streams stand so")
        if each.adapted:
            yield pick(
                "此前有的步骤双方填写或办理人不同",
                "on the way the two say or do some step differently",
            )

    def _refusal(self, here: int, reason: Reason) -> str:
        words = self._sentence(here, reason)
        return f"{words} · {self._grounded(here, reason.rule, reason.clauses)}"

    def _sentence(self, here: int, reason: Reason) -> str:
        policies, tracks = self.policies, self.found.tracks
        if here:
            policies, tracks = (policies[1], policies[0]), (tracks[1], tracks[0])
        names = SampleNames(policies, tracks, self.found.view, self.lang)
        return say(policies[0], tracks[0], names.told(reason), self.lang)

    def _grounded(self, here: int, rule: str, clauses: tuple[str, ...]) -> str:
        """A rule with its clauses and where it is written."""
        words = rule.split(".")
        known = (".".join(words[:length]) for length in range(len(words), 0, -1))
        place = next((self.places[here][name] for name in known if name in self.places[here]), "")
        return " · ".join(part for part in (rule, ", ".join(clauses), place) if part)

    # --- ways -------------------------------------------------------------------------------------

    def _row(self, move: Move) -> Row:
        commands = move.left, move.right
        on = next(str(command.occurred_on) for command in commands if command is not None)
        return Row(on, self._told(0, move.left), self._told(1, move.right))

    def _told(self, here: int, command: AnyCommand | None) -> str:
        """What is done, by whom and with which words."""
        what = self._called(here, command)
        if not isinstance(command, Command):
            return what or "—"
        who, said = self._role(here, command.capacity), self._said(command)
        return self.pick(f"{what}（{who}）{said}", f"{what} ({who}){said}")

    def _called(self, here: int, command: AnyCommand | None) -> str:
        """What is done; nothing, where a side stays where it is."""
        match command:
            case None:
                return ""
            case Tick():
                return self.pick("时间推移", "time moves on")
            case TakeOver():
                return self.pick("结转的事项转入", "an item comes over")
            case Command():
                return self._step(here, command.name)
            case _:
                return command.name

    def _said(self, command: Command) -> str:
        said = plain(command.fields)
        told = (f"{name}: {_short(value)}" for name, value in said.items())
        words = ", ".join(told)
        return f" · {words}" if words else ""

    def _step(self, here: int, name: str) -> str:
        track = self.policies[here].tracks[self.found.tracks[here]]
        return self._of(track.commands[name].rules.label)

    def _role(self, here: int, name: str) -> str:
        if name == PROMISOR:
            return self.pick("承诺人", "promisor")
        if name == REACTION:
            return self.pick("因其他事项", "because of another stream")
        for side in (here, 1 - here):
            roles = self.policies[side].tracks[self.found.tracks[side]].source.roles
            if name in roles:
                return self._of(roles[name].label)
        return name

    def _names(self, here: int, names: Sequence[str]) -> str:
        return self.pick("、", ", ").join(self._step(here, name) for name in names)

    def _of(self, label: Label) -> str:
        return self.pick(label.zh, label.en)

    def pick(self, zh: str, en: str) -> str:
        """One of the two."""
        return zh if self.lang == "zh" else en


def _reason(each: Difference) -> Reason:
    """The reason of a refusal that is told."""
    return next(r for r in each.reasons if (r.code, r.rule) == (each.code, each.rule))


def _way(each: Difference) -> tuple[tuple[str, str], ...]:
    """The steps of a way by their names."""
    return tuple(
        (
            move.left.name if move.left is not None else "",
            move.right.name if move.right is not None else "",
        )
        for move in each.trace
    )


def _short(value: object) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)
