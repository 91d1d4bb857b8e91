"""Reasons, remedies and rulings in words, for people: what was required and what was found.

The templates stand in `phrases`; here every value gets its label. Words are never refused: where
a label is missing the id stands, where a value is missing the sentence says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from itertools import chain

from pledgeflow.domain.events import BY_TIME
from pledgeflow.domain.states import State
from pledgeflow.domain.values import Text
from pledgeflow.errors import Reason, RemedyStep, Ruling, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.guards.history import LAST_REVISION
from pledgeflow.policy.language.schema import (
    CommandField,
    CommandRules,
    Document,
    Lifecycle,
    OutcomeRules,
    Role,
    Rules,
    Stage,
    Track,
    Transition,
)
from pledgeflow.policy.saying.phrases import (
    BLANK,
    EACH,
    FOREIGN,
    IS,
    LACKS,
    OWN_WORDS,
    REMEDY,
    RULINGS,
    SAY_SO,
    SAYING,
    SENTENCES,
    TIMES,
    UNITS,
    WAIT,
    Phrase,
    fill,
)
from pledgeflow.policy.words import Label

Labelled = Label | CommandRules | Lifecycle | OutcomeRules | Role | Stage | Track
LANGUAGES = ("zh", "en")
AMENDING = ("annul", "correct")
AND: Phrase = ("、", " and ")
OR: Phrase = ("或", " or ")
INNER = str.maketrans("“”`", "‘’'")
_SUBJECT = re.compile(r"(\w+)/(\d+)")
_PERIOD = re.compile(r"P(?:\d+[YMWD])+")


def worded(policy: Policy, state: State | None, verdict: Verdict) -> Verdict:
    """The verdict with each reason's text in both languages; a text that is there already stays."""
    track = state.track if state is not None else None
    reasons = tuple(
        replace(r, text={lang: say(policy, track, r, lang) for lang in LANGUAGES} | dict(r.text))
        for r in verdict.reasons
    )
    return replace(verdict, reasons=reasons)


def say(policy: Policy, track: str | None, reason: Reason, lang: str) -> str:
    """One sentence: what was required and what was found. track: None where there is none yet."""
    speaker = _speaker(policy, track, lang).about(reason)
    label = speaker.guard_label(reason.rule)
    data = {
        "required": reason.required,
        "found": reason.found,
        "tracks": tuple(policy.document.tracks),
        "condition": label or reason.code,
    }
    if reason.code not in SENTENCES:
        return speaker.fill(FOREIGN, data)
    sentence = speaker.fill(SENTENCES[reason.code], data)
    return speaker.pick((f"{label}：{sentence}", f"{label}: {sentence}")) if label else sentence


def say_remedy(policy: Policy, track: str | None, step: RemedyStep, lang: str) -> str:
    """Who has to do what by when; or until when to wait."""
    speaker = replace(_speaker(policy, track, lang), commands=(step.command,))
    fields = dict(step.fields)
    data: dict[str, object] = {
        "command": step.command,
        "by": step.by,
        "subject": step.subject,
        "target": fields.pop("target", None) if step.command in AMENDING else None,
        "times": step.times if step.times != 1 else None,
        "not_before": step.not_before,
        "not_after": step.not_after,
        "fields": fields,
        "promisor": step.promisor,
    }
    if step.command:
        return speaker.fill(REMEDY, data)
    return speaker.fill(SAY_SO if fields else WAIT, data)


def say_ruling(ruling: Ruling, lang: str) -> str:
    """The answer itself, in a word or two."""
    return RULINGS[ruling][lang != "zh"]


def _speaker(policy: Policy, track: str | None, lang: str) -> Speaker:
    own = [rules.source for name, rules in policy.tracks.items() if name == track]
    others = [rules.source for name, rules in policy.tracks.items() if name != track]
    rules = (*own, policy.document, *others)
    return Speaker(policy.document, rules, lang == "zh", gone=policy.called)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts what a reason names into words, by label where the policy has one.

    rules: where to look, nearest first; lifecycle, commands, field: what the reason is about;
    gone: labels of steps that were taken out
    """

    document: Document
    rules: tuple[Rules, ...]
    chinese: bool
    lifecycle: str = ""
    commands: tuple[str, ...] = ()
    field: str = ""
    gone: Mapping[str, Label] = dataclass_field(default_factory=dict)

    def about(self, reason: Reason) -> Speaker:
        """The same speaker, who knows what this reason is about."""
        required, found = reason.required, reason.found
        lifecycle, transition, _, command = _placed(reason.rule)
        taken = self._transition(lifecycle, transition)
        fired = fires(transition, taken) if taken is not None else ""
        near = (found.get("subject"), required.get("lifecycle"), required.get("of"))
        named = (name.partition("/")[0] for name in near if isinstance(name, str))
        return replace(
            self,
            lifecycle=next(named, lifecycle),
            commands=tuple(map(str, (*_many(required.get("command")), fired, command))),
            field=str(required.get("field") or found.get("field") or ""),
        )

    def fill(self, phrase: Phrase, data: Mapping[str, object]) -> str:
        """A phrase with the data in words."""
        return fill(self.pick(phrase), data, self.word)

    def word(self, kind: str, value: object) -> str:
        """A value of a kind in words; where there is none, that."""
        return self.pick(BLANK) if value is None else KINDS.get(kind, _value)(self, value)

    def pick(self, phrase: Phrase) -> str:
        """A phrase in the language spoken."""
        return phrase[0] if self.chinese else phrase[1]

    def quoted(self, words: object) -> str:
        """Words set apart from the sentence; marks in them become the inner ones."""
        inner = str(words).translate(INNER)
        return self.pick((f"“{inner}”", f"`{inner}`"))

    def joined(self, parts: Iterable[str], last: Phrase = AND) -> str:
        """Several words in a row; `last` stands before the last of them."""
        *before, end = tuple(parts) or ("",)
        return self.pick(("、", ", ")).join(before) + (self.pick(last) if before else "") + end

    def label(self, name: str, labels: Iterable[Mapping[str, Labelled]]) -> str:
        """The first label that an id has, else the one that every policy has; "" if none."""
        found = next((known[name] for known in labels if name in known), None)
        if found is None:
            return self.pick(OWN_WORDS.get(name, ("", "")))
        label = found if isinstance(found, Label) else found.label
        return self.pick((label.zh, label.en))

    def named(self, name: str, labels: Iterable[Mapping[str, Labelled]]) -> str:
        """The label of an id, or else the id, set apart from the sentence."""
        return self.quoted(self.label(name, labels) or name)

    def lifecycle_label(self, name: str) -> str:
        """What the subjects of a lifecycle are called; "" if there is none."""
        return self.label(name, (rules.lifecycles for rules in self.rules))

    def guard_label(self, rule: str) -> str:
        """How the guard at a rule path is called; "" if it is none, or has no label."""
        lifecycle, name, guard, _ = _placed(rule)
        transition = self._transition(lifecycle, name)
        guards = {**transition.guards, **(transition.when or {})} if transition is not None else {}
        label = guards[guard].label if guard in guards else None
        return self.pick((label.zh, label.en)) if label is not None else ""

    def _transition(self, lifecycle: str, name: str) -> Transition | None:
        declared = (r.lifecycles[lifecycle] for r in self.rules if lifecycle in r.lifecycles)
        return next((d.transitions[name] for d in declared if name in d.transitions), None)

    def specs(self, field: str) -> Iterator[CommandField]:
        """What commands say of a field: first those the reason is about, then those of items."""
        for rules in self.rules:
            for name in self._nearest(rules):
                command = rules.commands.get(name)
                if command is not None and field in command.fields:
                    yield command.fields[field]

    def _nearest(self, rules: Rules) -> Iterator[str]:
        book = Rulebook(rules, "")
        yield from self.commands
        yield from book.adders(self.lifecycle)
        yield from book.amenders(self.lifecycle)
        yield from rules.commands


# One name each.


def _command(s: Speaker, name: str) -> str:
    return s.named(name, (*(rules.commands for rules in s.rules), s.gone))


def _role(s: Speaker, name: str) -> str:
    label = s.label(name, [rules.roles for rules in s.rules])
    article = "" if label.startswith("the ") else "the "
    return s.pick((label, f"{article}{label}")) if label else s.quoted(name)


def _known_role(s: Speaker, name: str) -> str:
    """A role with its id, since that is what has to be entered as the capacity."""
    role = _role(s, name)
    return role if name in role else f"{role} ({s.quoted(name)})"


def _state(s: Speaker, name: str) -> str:
    declared = [item for rules in s.rules for item in rules.lifecycles.items()]
    own = (lifecycle.states for key, lifecycle in declared if key == s.lifecycle)
    return s.named(name, chain(own, (lifecycle.states for _, lifecycle in declared)))


def _lifecycle(s: Speaker, name: str) -> str:
    return s.lifecycle_label(name) or s.quoted(name)


def _subject(s: Speaker, name: str) -> str:
    """The pledge, or one of its items by number."""
    numbered = _SUBJECT.fullmatch(name)
    kind, number = numbered.groups() if numbered else (name, "")
    thing = _lifecycle(s, kind)
    if thing == s.quoted(kind):
        return s.quoted(name)
    return s.pick((f"{thing}{number}", f"{thing} {number}" if number else f"the {thing}"))


def _field(s: Speaker, name: str) -> str:
    """A field by its label; one that names an item and has none, by what the item is called."""
    named = [{name: spec.label} for spec in s.specs(name) if spec.label is not None]
    of = next((spec.type for spec in s.specs(name) if s.lifecycle_label(spec.type)), "")
    return s.quoted(s.label(name, named) or s.lifecycle_label(of) or name)


def _choice(s: Speaker, name: str) -> str:
    """A value of the field in question: a choice, a tier, or an item."""
    label = s.label(name, chain((spec.choices for spec in s.specs(s.field)), _tiers(s)))
    return s.quoted(label) if label else _subject(s, name)


def _tiers(s: Speaker) -> Iterator[Mapping[str, Label]]:
    return (rules.evaluation.tiers for rules in s.rules if rules.evaluation is not None)


def _tier(s: Speaker, name: str) -> str:
    return s.named(name, _tiers(s))


def _outcome(s: Speaker, name: str) -> str:
    return s.named(name, (rules.outcomes for rules in s.rules))


def _stage(s: Speaker, name: str) -> str:
    cycle = s.document.cycle
    return s.named(name, [cycle.stages] if cycle is not None else ())


def _kind(s: Speaker, name: str) -> str:
    """A kind of promisor: what the directory calls it, or a track."""
    return s.named(name, [s.document.kinds, s.document.tracks])


def _post(s: Speaker, name: str) -> str:
    return s.named(name, [s.document.posts])


def _person(s: Speaker, name: str) -> str:
    """A person or an organization, by id: their names live beside the log."""
    return s.pick((name, f"`{name}`"))


def _means(s: Speaker, name: str) -> str:
    """A meaning, by the steps of this policy that carry it."""
    meant = (Rulebook(rules, "").meaning(name) for rules in s.rules)
    return s.joined((_command(s, c) for c in next(filter(None, meant), (name,))), OR)


def _since(s: Speaker, name: str) -> str:
    if name == LAST_REVISION:
        return s.pick(("最近一次修改后", "since the last revision"))
    state = _state(s, name)
    return s.pick((f"进入{state}状态后", f"since {state}"))


def _period(s: Speaker, text: str) -> str:
    parts = re.findall(r"(\d+)([YMWD])", text) if _PERIOD.fullmatch(text) else []
    units = [(number.lstrip("0"), UNITS[unit]) for number, unit in parts if number.strip("0")]
    if not units:
        return s.pick(("0日", "0 days")) if parts else s.quoted(text)
    if s.chinese:
        return "".join(f"{number}{unit}" for number, (unit, _) in units)
    return s.joined(f"{number} {unit}{'' if number == '1' else 's'}" for number, (_, unit) in units)


def _within(s: Speaker, text: str) -> str:
    length = _period(s, text)
    if length in ("0日", "0 days"):
        return s.pick(("当日", "on the same day"))
    return s.pick((f"近{length}内", f"within {length}"))


# Values, and what is made up of several.


def _value(s: Speaker, value: object) -> str:
    """A value of the field in question, whatever its type."""
    if isinstance(value, str):
        return _choice(s, value)
    if isinstance(value, Mapping):
        colon = s.pick(("：", ": "))
        return s.joined(f"{_value(s, k)}{colon}{_value(s, v)}" for k, v in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return s.joined(_value(s, member) for member in _many(value))
    return _simple(s, value)


def _simple(s: Speaker, value: object) -> str:
    if isinstance(value, bool):
        return s.pick(("是", "yes") if value else ("否", "no"))
    if isinstance(value, date):
        return s.pick((f"{value.year}年{value.month}月{value.day}日", value.isoformat()[:10]))
    if isinstance(value, Text):
        return s.pick(("（文字）", "(words)"))
    return s.pick(("空", "nothing")) if value is None else str(value)


def _many(value: object) -> tuple[object, ...]:
    if isinstance(value, set | frozenset):
        return tuple(sorted(value, key=str))
    if isinstance(value, tuple | list | Mapping):
        return tuple(value)
    return () if value is None else (value,)


def _kinds(s: Speaker, value: object) -> str:
    """What a promisor is and is not."""
    if not isinstance(value, Mapping):
        return KINDS["kind"](s, value)
    return _holding(s, value, _kind)


def _posts(s: Speaker, value: object) -> str:
    """Which posts somebody holds, and which not."""
    return _holding(s, value, _post) if isinstance(value, Mapping) else KINDS["post"](s, value)


def _holding(
    s: Speaker, wanted: Mapping[object, object], word: Callable[[Speaker, str], str]
) -> str:
    no = s.pick(("非", "not "))
    return s.joined(f"{'' if is_so else no}{word(s, str(k))}" for k, is_so in wanted.items())


def _each(s: Speaker, value: object) -> str:
    of = value.get("of") if isinstance(value, Mapping) else None
    about = replace(s, lifecycle=str(of))
    return about.fill(EACH, value) if isinstance(value, Mapping) else _value(s, value)


def _while(s: Speaker, value: object) -> str:
    """Which states what the step's subject belongs to has to be in, by lifecycle."""
    if not isinstance(value, Mapping):
        return _value(s, value)
    return s.joined(
        replace(s, lifecycle=str(of)).fill(IS, {"subject": of, "state": states})
        for of, states in value.items()
    )


def _subjects(s: Speaker, value: object) -> str:
    """Items; and if it is said, the state of each."""
    if not isinstance(value, Mapping):
        return KINDS["subject"](s, value)
    return s.joined(s.fill(IS, {"subject": item, "state": state}) for item, state in value.items())


def _lacking(s: Speaker, value: object) -> str:
    """Items, and which fields each of them lacks."""
    if not isinstance(value, Mapping):
        return _value(s, value)
    each = (s.fill(LACKS, {"subject": item, "fields": lacks}) for item, lacks in value.items())
    return s.pick(("；", "; ")).join(each)


def _pairs(s: Speaker, value: object) -> str:
    """Fields and what they say."""
    if not isinstance(value, Mapping):
        return _value(s, value)
    joint = s.pick(("为", ": "))
    return s.joined(f"{_field(s, str(k))}{joint}{_said(s, k, v)}" for k, v in value.items())


def _asks(s: Speaker, value: object) -> str:
    """Fields to be filled in, with what they have to say if it matters."""
    if not isinstance(value, Mapping):
        return KINDS["field"](s, value)
    return s.joined(
        _field(s, str(k)) + ("" if v is None else s.pick(SAYING).format(_said(s, k, v)))
        for k, v in value.items()
    )


def _content(s: Speaker, value: object) -> str:
    """What an item has to say; `true` stands for anything."""
    if not isinstance(value, Mapping):
        return KINDS["field"](s, value)
    return _asks(s, {k: None if v is True else v for k, v in value.items()})


def _said(s: Speaker, field: object, value: object) -> str:
    return _value(replace(s, field=str(field)), value)


def _times(s: Speaker, value: object) -> str:
    return s.pick((str(value), TIMES.get(str(value), f"{value} times")))


def _record(s: Speaker, value: object) -> str:
    if value == BY_TIME:
        return s.pick(("时间推移引起的变化", "what time has brought about"))
    return s.pick((f"第{value}号记录", f"record {value}"))


def _records(s: Speaker, value: object) -> str:
    return s.joined(_record(s, version) for version in _many(value))


def _several(word: Callable[[Speaker, str], str], last: Phrase = AND) -> Word:
    """Words one id or many; what is no id, though it should be, is said as it is."""

    def words(s: Speaker, value: object) -> str:
        each = (word(s, str(v)) if isinstance(v, str) else _value(s, v) for v in _many(value))
        return s.joined(each, last)

    return words


def _by_kind(word: Word, *kinds: str) -> dict[str, Word]:
    return dict.fromkeys(kinds, word)


Word = Callable[[Speaker, object], str]

KINDS: Mapping[str, Word] = {
    **_by_kind(_several(_command, OR), "command"),
    **_by_kind(_several(_role, OR), "by", "capacity", "role", "roles"),
    **_by_kind(_several(_role), "parties"),
    **_by_kind(_several(_known_role, OR), "known_role"),
    **_by_kind(_several(_state, OR), "all", "any", "in", "none", "state", "states"),
    **_by_kind(_several(_lifecycle), "lifecycle"),
    **_by_kind(_several(_subject), "item", "subject"),
    **_by_kind(_several(_field), "field", "fields"),
    **_by_kind(_several(_choice), "choice", "criteria", "extra", "holders", "values"),
    **_by_kind(_several(_tier, OR), "tier", "tiers"),
    **_by_kind(_several(_outcome), "outcome", "outcomes"),
    **_by_kind(_several(_stage), "stage"),
    **_by_kind(_several(_kind), "kind", "tracks"),
    **_by_kind(_several(_choice, OR), "options"),
    **_by_kind(_several(_person), "actor", "person", "promisor"),
    **_by_kind(_several(_person, OR), "entitled"),
    **_by_kind(_several(_means), "means"),
    **_by_kind(_several(_since), "since"),
    **_by_kind(_several(_period), "for"),
    **_by_kind(_several(_within), "within"),
    **_by_kind(Speaker.quoted, "condition"),
    **_by_kind(_several(_post, OR), "post"),
    **_by_kind(_kinds, "among", "kinds"),
    **_by_kind(_posts, "posts"),
    **_by_kind(_each, "each"),
    **_by_kind(_while, "while"),
    **_by_kind(_subjects, "subjects"),
    **_by_kind(_lacking, "lacking"),
    **_by_kind(_pairs, "pairs", "saying"),
    **_by_kind(_asks, "asks"),
    **_by_kind(_content, "content"),
    **_by_kind(_times, "times"),
    **_by_kind(_records, "records", "target"),
}
"""How a value is put into words, by the key it stands at or the kind a template names.

Every other value is one of the field in question, or a number or date that speaks for itself.
"""


def _placed(rule: str) -> tuple[str, str, str, str]:
    """The lifecycle, transition and guard that a rule path names, and the command; "" if none."""
    first, *rest = rule.split(".")
    lifecycle, transition, guard = (*rest, *[""] * 5)[:5:2]
    if first == "lifecycles":
        return lifecycle, transition, guard, transition
    return "", "", "", lifecycle if first == "commands" else ""
