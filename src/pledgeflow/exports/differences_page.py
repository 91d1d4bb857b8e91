"""All of several policies against each other, as a page for people: a chapter for each pair.

What is compared and how is `assurance.diffing`; `found_of` gathers it, which takes a while, and
`differences_page` puts it into Markdown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from pledgeflow.assurance.diffing import Compared, compare, counterparts
from pledgeflow.assurance.diffing.ruled import Ruled, ruled, rules_of
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.catalogue import Catalogue
from pledgeflow.exports.charts import Language
from pledgeflow.exports.differing import Differing, Entry
from pledgeflow.exports.markdown import plain, table
from pledgeflow.policy.compiled.rules import Policy

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What holds between two policies."""

    policies: tuple[Policy, Policy]
    rules: Ruled
    behaviour: Sequence[Compared]


def pairs_of(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each with each, once."""
    return list(combinations(names, 2))


def found_of(
    catalogue: Catalogue, names: Sequence[str], bounds: Bounds, done: Progress = lambda _: None
) -> list[Found]:
    """Every pair compared, in rules and in behaviour. done: called with each that is."""
    found: list[Found] = []
    for one, other in pairs_of(names):
        policies = catalogue.load(one), catalogue.load(other)
        rules = ruled(rules_of(catalogue, one), rules_of(catalogue, other))
        tracks = counterparts(*policies)
        found.append(Found(policies, rules, [compare(policies, t, bounds) for t in tracks]))
        done(f"{one} | {other}")
    return found


def differences_page(found: Sequence[Found], bounds: Bounds, lang: Language) -> str:
    """The page, as Markdown."""
    return "\n".join(_Page(found, bounds, lang).lines()).rstrip("\n") + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    found: Sequence[Found]
    bounds: Bounds
    lang: Language

    def lines(self) -> Iterator[str]:
        yield from (f"# {self._pick('办法之间的差异', 'Where policies differ')}", "")
        yield from self._head()
        yield from self._overview()
        for each in self.found:
            yield from self._pair(each)

    def _head(self) -> Iterator[str]:
        bounds = self.bounds
        names = " ".join(dict.fromkeys(p.name for each in self.found for p in each.policies))
        command = f"`pledgeflow differences {names} --bound {bounds.states}"
        command += f" --items {bounds.items} --lang {self.lang}`"
        yield self._pick(
            f"本页由 {command} 生成，请勿手工修改。",
            f"Made by {command}; not to be edited by hand.",
        )
        yield ""
        policies = {p.name: p.digest[:12] for each in self.found for p in each.policies}
        digests = (f"`{name}` `sha256 {digest}`" for name, digest in policies.items())
        yield self._pick("、", ", ").join(digests)
        yield ""
        yield self._pick(
            "两部办法同时运行：一方的每个步骤，换成另一方的说法后交由另一方的规则判断。"
            "只列出一方允许、另一方不允许的步骤，以及走到那里的一种走法。名称不同不算差异；"
            "一方没有的步骤，由另一方单独办理。",
            "Two policies are run at once: each step of the one is put, in the other's words, to "
            "the other's rules. What is listed is what one permits and the other refuses, with a "
            "way there. Other names are no difference; a step that only one has is taken by that "
            "one alone.",
        )
        yield ""
        yield self._pick(
            f"界限：每类{bounds.states}对状态，此外择要再比较同样多对；同类事项至多{bounds.items}件；"
            f"{bounds.months}个月之内。凡注明“不完整”的，未列出的差异不等于没有。"
            "“可能”是指取决于其他事项的情况。",
            f"Bounds: {bounds.states} pairs of states a track, and as many again that lie further; at "
            f"most {bounds.items} items of a kind; {bounds.months} months. Where it says “not all of "
            "it”, a difference that is not listed may be there all the same. “Possibly” is what "
            "rests on how other streams stand.",
        )
        yield ""

    def _overview(self) -> Iterator[str]:
        heads = (
            self._pick("两部办法", "policies"),
            self._pick("规则", "rules"),
            self._pick("比较的类别", "tracks compared"),
            self._pick("其中走完", "of these to the end"),
            self._pick("差异", "differences"),
        )
        rows = []
        for each in self.found:
            whole = sum(found.complete for found in each.behaviour)
            differences = sum(len(list(self._entries(each, found))) for found in each.behaviour)
            names = " | ".join(policy.name for policy in each.policies)
            link = f"[{names}](#{_anchor(each)})"
            number = str(len(each.behaviour))
            rows.append((link, self._counts(each.rules), number, str(whole), str(differences)))
        yield from (*table(heads, rows), "")

    def _counts(self, rules: Ruled) -> str:
        removed, added, changed = rules.counts.values()
        return self._pick(
            f"仅前者有{removed}条，仅后者有{added}条，不同{changed}条，相同{rules.same}条",
            f"{removed} only in the first, {added} only in the second, {changed} different, "
            f"{rules.same} the same",
        )

    def _pair(self, each: Found) -> Iterator[str]:
        names = " | ".join(policy.name for policy in each.policies)
        yield from (f"## {names} {{#{_anchor(each)}}}", "")
        titles = (policy.document.title for policy in each.policies)
        named = (plain(self._pick(t.zh, t.en)) for t in titles if t is not None)
        yield from (" | ".join(named), "")
        yield self._pick("规则：", "Rules: ") + self._counts(each.rules)
        yield ""
        for here, policy in enumerate(each.policies):
            alone = [t for t in policy.tracks if t not in {f.tracks[here] for f in each.behaviour}]
            if alone:
                labels = (policy.document.tracks[track].label for track in alone)
                joined = self._pick("、", ", ").join(self._pick(x.zh, x.en) for x in labels)
                head = self._pick(
                    f"{policy.name} 没有对应而未比较的类别：",
                    f"Tracks of `{policy.name}` without a counterpart, not compared: ",
                )
                yield from (head + plain(joined), "")
        for found in each.behaviour:
            yield from self._track(each, found)

    def _track(self, each: Found, found: Compared) -> Iterator[str]:
        words = Differing(each.policies, found, self.lang)
        yield from (f"### {plain(words.heading())}", "")
        yield _sentence(words.explored())
        yield ""
        for line in words.limits():
            yield f"- {line}"
        yield ""
        entries = list(self._entries(each, found))
        if not entries:
            yield self._pick("未发现差异。", "No difference was found.")
            yield ""
            return
        left, right = (policy.name for policy in each.policies)
        heads = (self._pick("步骤", "step"), left, right, self._pick("走法", "way"))
        yield from (*table(heads, map(self._row, entries)), "")

    def _entries(self, each: Found, found: Compared) -> Iterator[Entry]:
        return Differing(each.policies, found, self.lang).entries(found.differences)

    def _row(self, entry: Entry) -> tuple[str, str, str, str]:
        permits = self._pick("允许", "permits")
        if entry.clauses:
            permits += f" ({', '.join(entry.clauses)})"
        refuses = "<br>".join(
            self._pick("不允许：", "refuses: ") + plain(said) + (f" ({clauses})" if clauses else "")
            for said, clauses in entry.reasons
        )
        notes = "".join(f"<br>*{plain(note)}*" for note in entry.notes)
        cells = (permits, refuses) if entry.accepting == "left" else (refuses, permits)
        return (f"{plain(entry.head)}{notes}", *cells, self._way(entry))

    def _way(self, entry: Entry) -> str:
        """The steps in a row, each once by what it is called where both take it."""
        steps = [" / ".join(dict.fromkeys(step for step in names if step)) for names in entry.steps]
        words = self._pick(" → ", " → ").join(plain(step) for step in steps)
        if not words:
            return self._pick("开始即是", "at the very beginning")
        return (
            words
            if entry.shortest
            else words + self._pick("（未必最短）", " (perhaps not the shortest)")
        )

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en


def _anchor(each: Found) -> str:
    return "-".join(policy.name for policy in each.policies)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
