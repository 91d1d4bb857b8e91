"""`mutate`: each rule of a policy is changed in turn, to see what notices."""

from __future__ import annotations

import os
from time import perf_counter
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from pledgeflow.assurance.mutating import asking, likeness
from pledgeflow.assurance.mutating.kinds import LABELS, Kind
from pledgeflow.assurance.mutating.reports import Report, Score, to_json
from pledgeflow.assurance.mutating.running import Asked, Attack
from pledgeflow.assurance.mutating.trying import Fate
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting, waiting

NONE = "—"


def mutate(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A policy, by name or by path.")],
    *,
    lang: LangOption,
    kind: Annotated[
        list[Kind] | None,
        typer.Option("--kind", metavar="K", help="Only mutations of this kind; may be repeated."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, max=64, metavar="N", help="So many processes.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Change each rule of a policy in turn, and look whether its scenarios notice."""
    began = perf_counter()
    with waiting(lang.pick("正在重放场景", "playing the scenarios")):
        attack = Attack(Catalogue(), Asked(name, tuple(dict.fromkeys(kind or ()))))
    tried = []
    with counting(lang.pick("变异", "mutants"), len(attack.mutations)) as tick:
        for each in attack.run(jobs or os.cpu_count() or 1):
            tried.append(each)
            tick(each.mutation.kind)
    report = Report(attack.policy, attack.scenarios, perf_counter() - began, tuple(tried))
    if form is Format.JSON:
        print_json(to_json(report))
    else:
        put(_scores(report, lang), Text(""))
        if report.survivors:
            put(_survivors(report, lang), Text(""))
        put(_summary(report, lang))
    if not report.scenarios:
        zh = f"{report.policy} 旁没有场景，变异无从察觉；请写入其 `scenarios` 目录"
        en = f"there is no scenario beside `{report.policy}` to notice; write some into `scenarios`"
        message(lang.pick(zh, en))
    if not report.tried:
        message(lang.pick("没有可变更的规则", "there is no rule to change"))
    if report.survivors:
        raise typer.Exit(FINDINGS)


def _scores(report: Report, lang: Lang) -> Table:
    heads = (
        ("变异种类", "kind of mutation"),
        ("", ""),
        ("变异", "mutants"),
        ("察觉", "killed"),
        ("等价", "equivalent"),
        ("未察觉", "survivors"),
        ("得分", "score"),
        ("载入即拒", "refused at load"),
    )
    rows = table(*(lang.pick(*head) for head in heads))
    for column in rows.columns[2:]:
        column.justify = "right"
    for kind, score in report.kinds.items():
        rows.add_row(kind.value, lang.of(LABELS[kind]), *_numbers(score))
    rows.add_row(lang.pick("合计", "in all"), "", *_numbers(report.total), style="bold")
    return rows


def _numbers(score: Score) -> tuple[str, ...]:
    equivalent = score.fates.get(Fate.EQUIVALENT, 0)
    left = score.fates.get(Fate.SURVIVED, 0)
    numbers = (score.mutants, score.killed, equivalent, left)
    share = NONE if score.share is None else f"{score.share:.1%}"
    return (*map(str, numbers), share, str(score.fates.get(Fate.REFUSED, 0)))


def _survivors(report: Report, lang: Lang) -> Table:
    heads = (("规则", "rule"), ("未被察觉的变异", "what nothing notices"), ("条款", "clauses"))
    rows = table(*(lang.pick(*head) for head in heads))
    for each in report.survivors:
        mutation = each.mutation
        inside = mutation.path[len(mutation.rule) :]
        words = (lang.of(LABELS[mutation.kind]), ".".join(inside), mutation.says)
        rows.add_row(
            ".".join(mutation.rule),
            lang.pick("：", ": ").join(word for word in words if word),
            ", ".join(mutation.clauses),
        )
    return rows


def _counted(scenarios: int) -> str:
    return "1 scenario" if scenarios == 1 else f"{scenarios} scenarios"


def _summary(report: Report, lang: Lang) -> Text:
    total = report.total
    shown, broken = (total.fates.get(fate, 0) for fate in (Fate.SHOWN, Fate.PROPERTY))
    bounds, pair = asking.BOUNDS, likeness.BOUNDS
    zh = (
        f"{report.policy}：变异 {total.mutants} 项，察觉 {total.killed} 项"
        f"（其中 {shown} 项只因场景直接写出规则本身，{broken} 项由性质察觉），"
        f"另有 {total.fates.get(Fate.REFUSED, 0)} 项载入即拒；场景 {report.scenarios} 个，"
        f"用时 {report.seconds:.0f} 秒。场景均未察觉的，才探索各承诺人类别的性质"
        f"（至多 {bounds.states} 个状态、每类 {bounds.items} 个事项、{bounds.months} 个月）；"
        f"两者一并走完（至多 {pair.states} 个状态）而无差别的，才算等价。"
    )
    en = (
        f"{report.policy}: {total.mutants} mutants, {total.killed} noticed "
        f"({shown} of them only by scenarios that read out the rule itself, {broken} by "
        f"properties); {total.fates.get(Fate.REFUSED, 0)} more are refused at load; "
        f"{_counted(report.scenarios)}, {report.seconds:.0f} s. Properties are asked of what no "
        f"scenario notices (at most {bounds.states} states a track, {bounds.items} items of a "
        f"kind, {bounds.months} months); a mutant is equivalent where both were run together to "
        f"the end (at most {pair.states} states a track) and nothing differed."
    )
    return Text(lang.pick(zh, en))
