"""Small policies: one command with a few fields, and one or two ways to take it under some guards.

They are sound, and nothing but that: whether anybody could ever take the step is left to chance.
"""

from __future__ import annotations

from pledgeflow.domain.values import Value
from pledgeflow.testing._simulation.dice import Dice
from pledgeflow.testing._simulation.tiny import tiny

TYPES: dict[str, tuple[str, tuple[Value, ...]]] = {
    "word": (
        "type: choice, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}, cite: T-1",
        ("a", "b", "c"),
    ),
    "free": (
        "type: choice, open: true, choices: {a: {zh: 甲, en: a}}, cite: T-1",
        ("a", "b", "c"),
    ),
    "flag": ("type: boolean", (True, False)),
    "some": (
        "type: choices, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}, cite: T-1",
        ((), ("a",), ("b",), ("a", "b")),
    ),
    "found": (
        "type: checklist, choices: {a: {zh: 甲, en: a}, b: {zh: 乙, en: b}}, cite: T-1",
        ({}, {"a": True}, {"a": True, "b": True}, {"a": False, "b": True}),
    ),
    "votes": ("type: tally", ({}, {"good": 1}, {"good": 2, "poor": 1})),
    "number": ("type: integer", (0, 1, 2)),
}
"""A field of each type, and values of which every guard below tells some from the others."""

GUARDS = (
    *(f"is: said, fields: {{{name}: {said}}}" for name in ("word", "free") for said in "abc"),
    *(f"is: said, fields: {{flag: {said}}}" for said in ("true", "false")),
    "is: said, fields: {number: 1}",
    "is: said, fields: {word: a, flag: true}",
    *(f"is: includes, field: some, of: [{of}]" for of in ("a", "b", "a, b")),
    *(f"is: includes, field: some, of: [{of}], exactly: true" for of in ("", "a", "a, b")),
    "is: copies, field: free, holders: [b]",
    *(f"is: all_yes, field: found, of: [{of}]" for of in ("a", "a, b")),
    *(f"is: tally, field: votes, at_least: {n}" for n in (1, 3)),
    "is: tally, field: votes, present: number",
    *(f"is: given, fields: [{names}]" for names in ("word", "flag", "some, number", "found, free")),
    "is: preceded_by, command: note",
    *["is: preceded_by, command: propose"] * 3,
    "is: promisor, kinds: {in_service: true}",
)
CONDITIONS = (
    "is: promisor, kinds: {leading: true}",
    *(guard for guard in GUARDS if "is: said" in guard or "is: promisor" in guard),
)


def _written(dice: Dice, name: str, by: str, guards: list[str]) -> str:
    """A way to take the step `submit`, under some guards."""
    conditions = [guard for guard in CONDITIONS if guard in guards or guard not in GUARDS]
    chosen = []
    for number in range(dice.number(3)):
        guard = dice.pick(guards)
        under = f", if: {{{dice.pick(conditions)}}}" if dice.number(1) else ""
        chosen.append(
            f"g{number}: {{{guard}{under if guard not in CONDITIONS else ''}, cite: T-1}}"
        )
    return (
        f"      {name}:\n        trigger: submit\n        source: open\n        dest: closed\n"
        f"        by: {by}\n        guards: {{{', '.join(chosen)}}}\n        cite: T-2\n"
    )


def a_small_policy(dice: Dice) -> tuple[str, tuple[str, ...]]:
    """One command with a few fields and one or two ways to take it, as text; and its fields."""
    names = tuple(dict.fromkeys(dice.pick(tuple(TYPES)) for _ in range(3)))
    specs = [
        f"{name}: {{{TYPES[name][0]}, required: {'true' if dice.number(1) else 'false'}}}"
        for name in names
    ]
    others = TYPES.keys() - set(names)
    guards = [guard for guard in GUARDS if not any(name in guard for name in others)]
    # Nobody ever proposes: under a condition that means to avoid it.
    single, joint = "[promisor, secretary]", "{all_of: [promisor, secretary]}"
    ways = _written(dice, "one", dice.pick((single, joint)), guards)
    if dice.number(1):
        ways += _written(dice, "two", dice.pick((single, "promisor", joint)), guards)
    start = "      submit:\n"
    old = tiny()[tiny().index(start) : tiny().index("  commitment:\n    label")]
    tiers = "tiers: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}\n"
    tiers += "  grade: {command: note, field: said, cite: T-1}"
    text = tiny(
        (old, ways),
        ("en: submit}\n    fields: {}", f"en: submit}}\n    fields: {{{', '.join(specs)}}}"),
        ("tiers: {}", tiers),
        (
            "said: {type: choice, required: false, open: true}",
            "said: {type: tier, required: false}",
        ),
    )
    return text, names
