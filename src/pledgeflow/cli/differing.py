"""The second part of `diff` on a terminal: what one permits and the other refuses, and the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.assurance.diffing import Difference
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import shown, table
from pledgeflow.exports.differing import Differing, Entry
from pledgeflow.policy.compiled.rules import Policy


def told(
    words: Differing, wanted: Sequence[Difference], *, refines: bool
) -> Iterator[RenderableType]:
    """One pair of tracks: how far they were run together, and each difference with its way."""
    pick, count = words.pick, len(wanted)
    yield from (Text(""), Text(words.heading(), style="bold cyan"))
    differences = pick(f"差异{count}处", f"differences: {count}")
    if refines:
        differences = f"{words.refining()} · {pick(f'放宽{count}处', f'relaxations: {count}')}"
    yield Text(f"{differences} · {words.explored()}")
    for line in words.limits():
        yield Padding(Text(shown(line), style="dim"), (0, 0, 0, 2), expand=False)
    for entry in words.entries(wanted):
        yield from _entry(words, entry)


def _entry(words: Differing, entry: Entry) -> Iterator[RenderableType]:
    pick, (left, right) = words.pick, (policy.name for policy in words.policies)
    yield Text.assemble("\n", ("✗ ", "red"), (entry.head, "bold"), f" · {entry.verdict}")
    for note in entry.notes:
        yield Padding(Text(note, style="yellow"), (0, 0, 0, 2), expand=False)
    heads = pick("允许", "permits"), pick("不允许", "refuses")
    for head, lines in zip(heads, ((entry.permits,), entry.refuses), strict=True):
        for line in lines:
            text = Text.assemble((f"{head} ", "cyan"), _near(line))
            yield Padding(text, (0, 0, 0, 2), expand=False)
    if not entry.shortest:
        longer = pick("未必是最短的走法", "perhaps not the shortest way")
        yield Padding(Text(longer, style="dim"), (0, 0, 0, 2), expand=False)
    rows = table("", pick("日期", "date"), left, right)
    for number, row in enumerate((*entry.way, entry.last), 1):
        last = number > len(entry.way)
        rows.add_row(f"{'✗' if last else number}", *row)
    yield Padding(rows, (0, 0, 0, 2))


def _near(line: str) -> str:
    """A line with its last part, the place, seen from here."""
    *words, place = line.split(" · ")
    return " · ".join((*words, shown(place)))


def apart(
    policies: tuple[Policy, Policy], tracks: tuple[Sequence[str], Sequence[str]], lang: Lang
) -> RenderableType:
    """The tracks of either that nothing was held against."""
    lines: list[str] = []
    for policy, names in zip(policies, tracks, strict=True):
        if names:
            labels = (lang.of(policy.document.tracks[name].label) for name in names)
            head = lang.pick(
                f"{policy.name} 未比较的类别", f"tracks of `{policy.name}` not compared"
            )
            joined = lang.pick("、", ", ").join(labels)
            lines.append(f"{head}{lang.pick('：', ': ')}{joined}")
    return Text("\n".join(("", *lines)))
