"""The files of a new policy that extends another one, as text: data in, text out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.people import WORK
from pledgeflow.policy.files.canonical import dump
from pledgeflow.policy.files.marks import Tree

SCHEMA_FILE = "policy.schema.json"
NOTES = {
    "late_entry": ("补登可以追溯多久", "how far back entries reach"),
    "cycle": ("一个阶段的最后一天", "the last day of a stage"),
    "commands": ("一个步骤的名称", "what a step is called"),
    "lifecycles": (
        "某一步骤须先办理几次；取消某一项条件",
        "how often something has to come first; a guard that does not hold here",
    ),
}
"""What each example is about, by its top-level key."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the texts are made of.

    clause: the id of the example clause; examples: what a county might change, by top-level key
    """

    name: str
    parent: str
    pin: str
    year: int
    clause: str
    lang: Literal["zh", "en"]
    examples: Mapping[str, Tree]

    def pick(self, zh: str, en: str) -> str:
        """One of the two languages."""
        return zh if self.lang == "zh" else en


def policy_text(start: Start) -> str:
    """`policy.yaml`: what differs from the parent, with examples in comments."""
    pick = start.pick
    head = [
        f"# yaml-language-server: $schema=./{SCHEMA_FILE}",
        pick(
            "# 只写与上位办法不同之处；每条规则注明依据（cite）或读法（assumed）。",
            "# What differs from the parent, and nothing else; every rule has a ground: `cite` a "
            "clause\n# of clauses.yaml, or say what is `assumed` and why.",
        ),
        f"policy: {start.name}",
        f"title: {{zh: {start.name}（请改为办法名称）, en: {start.name} (put the title here)}}",
        "extends:",
        f"  policy: {start.parent}",
        pick(
            "  # 上位办法一有改动即拒绝加载，核对后再改此值",
            "  # refuses to load once the parent has changed: look at it again, then pin it anew",
        ),
        f"  pin: {start.pin}",
        "",
        "effective:",
        f"  from: {start.year}-01-01",
        f"  cite: {start.clause}",
    ]
    examples = [
        pick(
            "# 以下是常见的改动，去掉行首的“# ”即可生效；逐条改写，不需要的删除。",
            "# What others often change. To try one, take the `# ` in front of its lines away.",
        )
    ]
    for key, tree in start.examples.items():
        note = f"## {pick(*NOTES[key])}"
        examples += ["", note, *(f"# {line}" for line in dump({key: tree}).splitlines())]
    return "\n".join([*head, "", *examples, ""])


def register_text(start: Start) -> str:
    """`clauses.yaml`: one clause, to be replaced."""
    note = start.pick(
        "# 逐条登记本办法的条款，用自己的话概括；下面一条是示例，请改写。",
        "# Every clause of your document, in your own words. The one below is an example: replace it.",
    )
    return f"""\
{note}
document: {{zh: {start.name}（请改为办法名称）, en: {start.name} (put the title here)}}
clauses:
  {start.clause}:
    force: must
    kind: timing
    gist:
      zh: 本办法自{start.year}年起施行。
      en: In force from the year {start.year}.
    values:
      from: {{is: "{start.year}-01-01", at: effective}}
"""


def story_text(start: Start, promisor: str, steps: Iterable[Mapping[str, object]]) -> str:
    """`stories.yaml`: how somebody's pledge begins."""
    told = {
        "begun": {
            "promisor": promisor,
            "directory": "sample",
            "cycle": str(start.year),
            "steps": [_plain(step) for step in steps],
        }
    }
    note = start.pick(
        "# 场景共用的经过；每一步都须被允许。",
        "# Histories that scenarios begin with; each step has to be permitted.",
    )
    return f"{note}\n{dump({'stories': _plain(told)})}"


def scenario_text(start: Start, given: Mapping[str, str], then: Mapping[str, str]) -> str:
    """A file with one scenario."""
    scenario = {
        "scenario": start.pick("承诺已经启动", "a pledge has begun"),
        "policy": start.name,
        "clauses": [start.clause],
        "given": dict(given),
        "then": dict(then),
    }
    return dump([_plain(scenario)])


def directory_text(directory: DirectoryData) -> str:
    """A directory as a file; what has no dates, as in a sample."""
    posts: dict[str, dict[str, list[str]]] = {}
    for post in directory.posts:
        posts.setdefault(post.organization, {}).setdefault(post.post, []).append(post.person)
    homes: dict[str, dict[str, Any]] = {}
    for member in directory.memberships:
        home = homes.setdefault(member.person, {})
        if member.venue == WORK and "member_of" not in home:
            home["member_of"] = member.organization
        else:
            said = _given(organization=member.organization, venue=member.venue)
            home.setdefault("memberships", []).append(said)
    relations: dict[str, dict[str, list[str]]] = {}
    for row in directory.relations:
        relations.setdefault(row.relation, {}).setdefault(row.target, []).append(row.person)
    organizations = {
        each.organization: _given(
            name=each.name,
            kind=each.kind,
            parent=each.parent,
            kinds=sorted(each.kinds),
            posts=posts.get(each.organization),
        )
        for each in directory.organizations
    }
    people = {
        each.person: _given(name=each.name, kinds=sorted(each.kinds), **homes.get(each.person, {}))
        for each in directory.people
    }
    tree = _given(organizations=organizations, people=people, relations=relations)
    return dump(_plain(tree))


def schema_text(schema: Mapping[str, Any]) -> str:
    """The JSON Schema that an editor reads."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _given(**said: Any) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value}


def _plain(value: Any) -> Any:
    """Values as YAML has them: dates and whatever else as text."""
    match value:
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
        case _:
            return str(value)
