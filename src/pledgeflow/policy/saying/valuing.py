"""Values in words, by the key they stand at: names, and what is made up of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from pledgeflow.domain.events import BY_TIME
from pledgeflow.domain.values import Text
from pledgeflow.policy.saying import naming
from pledgeflow.policy.saying.phrases import EACH, IS, LACKS, SAYING, TIMES, Phrase
from pledgeflow.policy.saying.speaker import AND, OR, Speaker, Word, many


def _value(s: Speaker, value: object) -> str:
    """A value of the field in question, whatever its type."""
    if isinstance(value, str):
        return naming.choice(s, value)
    if isinstance(value, Mapping):
        colon = s.pick(("：", ": "))
        return s.joined(f"{_value(s, k)}{colon}{_value(s, v)}" for k, v in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return s.joined(_value(s, member) for member in many(value))
    return _simple(s, value)


def _simple(s: Speaker, value: object) -> str:
    if isinstance(value, bool):
        return s.pick(("是", "yes") if value else ("否", "no"))
    if isinstance(value, date):
        return s.pick((f"{value.year}年{value.month}月{value.day}日", value.isoformat()[:10]))
    if isinstance(value, Text):
        return s.pick(("（文字）", "(words)"))
    return s.pick(("空", "nothing")) if value is None else str(value)


def _kinds(s: Speaker, value: object) -> str:
    """What a promisor is and is not."""
    if not isinstance(value, Mapping):
        return KINDS["kind"](s, value)
    return _holding(s, value, naming.kind)


def _posts(s: Speaker, value: object) -> str:
    """Which posts somebody holds, and which not."""
    return (
        _holding(s, value, naming.post) if isinstance(value, Mapping) else KINDS["post"](s, value)
    )


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
    return s.joined(f"{naming.field(s, str(k))}{joint}{_said(s, k, v)}" for k, v in value.items())


def _asks(s: Speaker, value: object) -> str:
    """Fields to be filled in, with what they have to say if it matters."""
    if not isinstance(value, Mapping):
        return KINDS["field"](s, value)
    return s.joined(
        naming.field(s, str(k)) + ("" if v is None else s.pick(SAYING).format(_said(s, k, v)))
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
    return s.joined(_record(s, version) for version in many(value))


def _several(word: Callable[[Speaker, str], str], last: Phrase = AND) -> Word:
    """Words one id or many; what is no id, though it should be, is said as it is."""

    def words(s: Speaker, value: object) -> str:
        each = (word(s, str(v)) if isinstance(v, str) else _value(s, v) for v in many(value))
        return s.joined(each, last)

    return words


def _by_kind(word: Word, *kinds: str) -> dict[str, Word]:
    return dict.fromkeys(kinds, word)


KINDS: Mapping[str, Word] = {
    **_by_kind(_several(naming.command, OR), "command"),
    **_by_kind(_several(naming.command), "steps"),
    **_by_kind(_several(naming.role, OR), "by", "capacity", "role", "roles"),
    **_by_kind(_several(naming.role), "parties"),
    **_by_kind(_several(naming.known_role, OR), "known_role"),
    **_by_kind(_several(naming.state, OR), "all", "any", "in", "none", "state", "states"),
    **_by_kind(_several(naming.lifecycle), "lifecycle"),
    **_by_kind(_several(naming.subject), "item", "subject"),
    **_by_kind(_several(naming.field), "field", "fields"),
    **_by_kind(_several(naming.choice), "choice", "criteria", "extra", "holders", "values"),
    **_by_kind(_several(naming.tier, OR), "tier", "tiers"),
    **_by_kind(_several(naming.outcome), "outcome", "outcomes"),
    **_by_kind(_several(naming.ballot), "ballot"),
    **_by_kind(_several(naming.duty), "duty"),
    **_by_kind(_several(naming.stage), "stage"),
    **_by_kind(_several(naming.kind), "kind", "tracks"),
    **_by_kind(_several(naming.choice, OR), "options"),
    **_by_kind(_several(naming.person), "actor", "person", "promisor", "voters"),
    **_by_kind(_several(naming.place), "place"),
    **_by_kind(_several(naming.standing), "standing"),
    **_by_kind(_several(naming.person, OR), "entitled"),
    **_by_kind(_several(naming.means), "means"),
    **_by_kind(_several(naming.means, OR), "any_means"),
    **_by_kind(_several(naming.since), "since"),
    **_by_kind(_several(naming.period), "for"),
    **_by_kind(_several(naming.within), "within"),
    **_by_kind(Speaker.quoted, "condition"),
    **_by_kind(lambda _, words: str(words), "spoken"),
    **_by_kind(_several(naming.post, OR), "post"),
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


def word_for(kind: str) -> Word:
    """How a value of a kind is put into words."""
    return KINDS.get(kind, _value)
