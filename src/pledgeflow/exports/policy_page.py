"""A policy as a page for people: its lifecycles drawn, its clauses, what is assumed, what is due.

On top of `diagrams` and `yearly`; what it needs besides the policy is gathered by `known`, without
playing a scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pledgeflow.assurance.listing import Rule, listed
from pledgeflow.assurance.moments import variants
from pledgeflow.assurance.removal import citing
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.exports.charts import Language
from pledgeflow.exports.diagrams import alike, diagrams
from pledgeflow.exports.markdown import codes, plain, table
from pledgeflow.exports.yearly import Entry, calendar, first_day
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.register import Clause

FORCES: Mapping[str, str] = {"must": "强制", "may": "任意", "principle": "原则", "context": "背景"}


@dataclass(frozen=True, slots=True)
class Known:
    """rules, scenarios: by clause; readings: the rules that rest on no clause"""

    policy: Policy
    register: Mapping[str, Clause]
    rules: Mapping[str, Sequence[str]]
    scenarios: Mapping[str, Sequence[str]]
    readings: Sequence[Rule]


def known(catalogue: Catalogue, name: str) -> Known:
    """All that a page says of a policy. Raises PolicyError where it or its scenarios are mistaken."""
    policy, register = catalogue.load(name), catalogue.own_register(name)
    rules: dict[str, dict[str, None]] = {clause: {} for clause in register}
    for form in variants(catalogue, name):
        for path, clauses in citing(form):
            for clause in clauses & rules.keys():
                rules[clause][".".join(map(str, path))] = None
    told = scenarios(catalogue, name)
    naming = {clause: [s.name for s in told if clause in s.clauses] for clause in register}
    whole = listed(policy, catalogue.resolved(name), None)
    readings = [rule for rule in whole if rule.assumed is not None]
    return Known(policy, register, {c: list(r) for c, r in rules.items()}, naming, readings)


def policy_page(about: Known, lang: Language) -> str:
    """The page, as Markdown with Mermaid diagrams."""
    return "\n".join(_Page(about, lang).lines()).rstrip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    about: Known
    lang: Language

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._diagrams()
        yield from self._clauses()
        yield from self._readings()
        yield from self._duties()

    def _head(self) -> Iterator[str]:
        policy, document = self.about.policy, self.about.policy.document
        title = self._pick(document.title.zh, document.title.en) if document.title else policy.name
        yield from (f"# {title}", "")
        parent = document.extends
        parent = parent if isinstance(parent, str | None) else parent.policy
        since = document.effective.from_ if document.effective is not None else None
        facts = [f"`{policy.name}`"]
        if parent:
            facts.append(self._pick(f"沿用 `{parent}`", f"extends `{parent}`"))
        if since is not None:
            facts.append(self._pick(f"{since} 起施行", f"in force from {since}"))
        facts.append(f"`sha256 {policy.digest[:12]}`")
        yield from (" · ".join(facts), "")
        command = f"`pledgeflow document {policy.name} --lang {self.lang}`"
        yield self._pick(
            f"本页由 {command} 根据规则生成，请勿手工修改。",
            f"Made from the rules by {command}; not to be edited by hand.",
        )
        yield ""

    def _diagrams(self) -> Iterator[str]:
        policy = self.about.policy
        yield from (f"## {self._pick('流程图', 'Lifecycles')}", "")
        yield self._pick(
            "⏰ 为到期自动发生，⚙ 为条件具备时自动完成；其余各步由括号中的人办理。",
            "⏰ is what time does, ⚙ what completes itself; other steps are taken by those in "
            "parentheses.",
        )
        yield ""
        for lifecycle, tracks, text in alike(diagrams(policy, self.lang)):
            label = policy.tracks[tracks[0]].lifecycles[lifecycle].label
            called = self._pick(label.zh, label.en)
            yield from (f"### {called} · {self._tracks(tracks)}", "")
            yield from ("```mermaid", text.rstrip("\n"), "```", "")

    def _clauses(self) -> Iterator[str]:
        about = self.about
        if not about.register:
            return
        yield from (f"## {self._pick('条款、规则与场景', 'Clauses, rules and scenarios')}", "")
        heads = (
            self._pick("条款", "clause"),
            self._pick("效力", "force"),
            self._pick("要义", "gist"),
            self._pick("规则", "rules"),
            self._pick("场景", "scenarios"),
        )
        rows = [
            (
                f"`{name}`",
                self._pick(FORCES[clause.force], clause.force),
                plain(self._pick(clause.gist.zh, clause.gist.en)),
                codes(about.rules[name]),
                "<br>".join(map(plain, about.scenarios[name])) or "—",
            )
            for name, clause in about.register.items()
        ]
        yield from (*table(heads, rows), "")

    def _readings(self) -> Iterator[str]:
        yield from (f"## {self._pick('推定的数值与读法', 'What is assumed')}", "")
        heads = (self._pick("规则", "rule"), self._pick("读法", "reading"))
        rows = [
            (f"`{rule.name}`", plain((rule.assumed or {}).get(self.lang, "")))
            for rule in self.about.readings
        ]
        yield from (*table(heads, rows), "")

    def _duties(self) -> Iterator[str]:
        policy = self.about.policy
        found = calendar(policy, self.lang)
        dated = {entry: tracks for entry, tracks in found.items() if entry.on is not None}
        others = {entry: tracks for entry, tracks in found.items() if entry.on is None}
        starts = first_day(policy)
        if dated:
            yield from (f"## {self._pick('职责日历', 'Duties on a calendar')}", "")
            yield self._pick(
                f"以 {starts} 开始的周期为例，各项最迟办理日如下。",
                f"The last day for each, in a cycle that begins on {starts}.",
            )
            yield ""
            yield from (*self._owed(self._pick("最迟", "by"), dated), "")
        if others:
            yield from (
                f"## {self._pick('随事而生的职责', 'Duties that follow from something')}",
                "",
            )
            yield from (*self._owed(self._pick("期限", "when"), others), "")

    def _owed(self, first: str, found: Mapping[Entry, tuple[str, ...]]) -> Iterator[str]:
        heads = (
            first,
            self._pick("职责", "duty"),
            self._pick("由谁", "owed by"),
            self._pick("以何履行", "met by"),
            self._pick("适用", "tracks"),
            self._pick("依据", "clauses"),
        )
        rows = [
            (
                str(entry.on) if entry.on is not None else entry.when,
                entry.duty,
                entry.owner,
                entry.met_by,
                self._tracks(tracks),
                codes(entry.clauses),
            )
            for entry, tracks in found.items()
        ]
        yield from table(heads, rows)

    def _tracks(self, tracks: Iterable[str]) -> str:
        labels = (self.about.policy.document.tracks[track].label for track in tracks)
        return self._pick("、", ", ").join(self._pick(label.zh, label.en) for label in labels)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en
