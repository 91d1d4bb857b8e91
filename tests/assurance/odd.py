"""Changes to the tiny policy, of which odd ones are made: more steps, outcomes, duties, properties."""

from __future__ import annotations

from tests.tiny import guarded

Change = tuple[str, str]


def commands(**means: str) -> Change:
    """More commands, each with what it means, and what it says if that is anything."""
    lines = ""
    for name, meaning in means.items():
        mean, _, says = meaning.partition(" ")
        fields = f", fields: {{{says}}}" if says else ""
        lines += f"  {name}: {{means: {mean}, label: {{zh: 办, en: {name}}}{fields}}}\n"
    return "commands:\n", f"commands:\n{lines}"


def steps(*said: str) -> Change:
    """More transitions of the pledge, by the secretary unless they say who."""
    return "    transitions:\n", "    transitions:\n" + _transitions(said)


def of_items(*said: str) -> Change:
    """More transitions of items."""
    old = "      revise:\n        source: todo"
    return old, _transitions(said) + old


def _transitions(said: tuple[str, ...]) -> str:
    lines = ""
    for each in said:
        name, _, what = each.partition(" ")
        by = "" if " by:" in each or " after:" in each else "by: secretary, "
        lines += f"      {name} {{{what}, {by}cite: T-1}}\n"
    return lines


def states(*more: str, final: str = "closed") -> Change:
    """More states of the pledge, and which is the final one."""
    old = "    final: [closed]\n    states:\n"
    named = "".join(f"      {name}: {{zh: 态, en: {name}}}\n" for name in more)
    return old, f"    final: [{final}]\n    states:\n{named}"


def outcome(says: str) -> Change:
    """An outcome called `found`."""
    label = "label: {zh: 果, en: found}"
    return "outcomes: {}\n", f"outcomes:\n  found: {{{label}, {says}, cite: T-1}}\n"


def more(section: str, name: str, says: str) -> Change:
    """A rule in a section that the policy does not have yet."""
    label = "label: {zh: 规, en: rule}"
    return "evaluation:\n", f"{section}:\n  {name}: {{{label}, {says}, cite: T-1}}\nevaluation:\n"


def prop(says: str) -> Change:
    """A declared property."""
    return more("properties", "claim", says)


def duty(says: str) -> Change:
    """A duty of the secretary's."""
    return more("duties", "due", f"owner: secretary, {says}")


def guard(says: str) -> str:
    """A guard of a step."""
    return f"guards: {{g: {{{says}, cite: T-1}}}}"


ALWAYS = "source: [open, closed], stays: true"
HERE = "source: open, stays: true"
NEVER = f"{HERE}, {guard('is: preceded_by, command: never')}"
STRUCK = (
    ("  do:\n    means: report", "  do:\n    means: strike_off"),
    ("        dest: done\n        by: promisor", "        dest: done\n        by: secretary"),
)
TIMED = "leave: source: closed, dest: gone, after: {period: P2M}"
GRADED = (
    "  tiers: {}\n",
    "  tiers: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}\n"
    "  grade: {command: settle, field: tier, cite: T-1}\n",
)
KINDS = (
    "      title: text\n",
    "      title: text\n      kind: {type: choice, choices: "
    "{small: {zh: 小, en: small}, big: {zh: 大, en: big}}, cite: T-1}\n",
)
SUMMER = (
    "  assumed: a year\n",
    "  stages: {late: {label: {zh: 夏, en: late}, from: '06-01', until: '12-31', "
    "early: refused, cite: T-1}}\n  assumed: a year\n",
)
RECT = (
    "  commitment:\n    label",
    "  rect:\n    label: {zh: 整, en: rect}\n    of: commitment\n    initial: ordered\n"
    "    final: [mended]\n    states: {ordered: {zh: 令, en: o}, mended: {zh: 改, en: m}}\n"
    "    transitions:\n"
    "      help: {source: ordered, stays: true, by: secretary, while: {commitment: todo}, "
    "cite: T-1}\n"
    "      mend: {source: ordered, dest: mended, by: secretary, "
    f"{guard('is: preceded_by, command: help')}, cite: T-1}}\n"
    "  commitment:\n    label",
)
UP = (
    ("late_entry:\n  within: P10D\n  cite: T-1\n", ""),
    commands(go="meeting"),
    steps(
        "go: source: open, dest: mid",
        "over: source: mid, dest: closed, after: {stage: soon}",
    ),
    states("mid"),
    (
        "        source: open\n        dest: closed",
        "        source: mid\n        dest: closed",
    ),
    guarded("submit", "is: preceded_by, command: do"),
    (
        "  assumed: a year\n",
        "  stages: {soon: {label: {zh: 春, en: soon}, from: '01-01', until: '02-01', "
        "late: refused, cite: T-1}}\n  assumed: a year\n",
    ),
    (
        "        source: todo\n        dest: done\n        by: promisor\n",
        "        source: todo\n        dest: done\n        by: promisor\n        stage: soon\n",
    ),
)
OF_THE_WHOLE = (
    "  commitment:\n    label",
    "  rect:\n    label: {zh: 整, en: rect}\n    of: pledge\n    initial: ordered\n"
    "    final: [mended]\n"
    "    states: {ordered: {zh: 令, en: o}, mended: {zh: 改, en: m}}\n"
    "    transitions: {mend: {source: ordered, dest: mended, by: secretary, cite: T-1}}\n"
    "  commitment:\n    label",
)
FROM_MID = (
    "        source: open\n        dest: closed",
    "        source: mid\n        dest: closed",
)
SOON = (
    "  assumed: a year\n",
    "  stages: {soon: {label: {zh: 春, en: soon}, from: '01-01', until: '02-01', "
    "late: refused, cite: T-1}}\n  assumed: a year\n",
)
MENDING = commands(
    help="meeting what: rect",
    order="rectification_order item: commitment",
    mend="rectification_closure what: rect",
)
