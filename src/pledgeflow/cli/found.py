"""What an audit found, in words; used by `auditing` alone."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from pledgeflow.audit.findings import Finding, Report, What
from pledgeflow.cli.options import Lang
from pledgeflow.cli.output import table

SAID: dict[What, tuple[str, str]] = {
    "changed": (
        "与写入时不符，或者与前一事件接不上",
        "is not as it was written, or does not follow from the one before",
    ),
    "misplaced": ("位置不对", "stands in the wrong place"),
    "missing": ("缺失", "is missing"),
    "beyond": ("超出该记录的末尾", "comes after what is kept as the stream's end"),
    "columns": ("事件旁的栏目与事件内容不符", "the columns beside it say something else than it"),
    "rewritten": ("与存证所签内容不符", "is not what was signed"),
    "headless": ("有事件而无末尾登记", "has events, and its end is not kept"),
    "head": ("末尾登记与末一事件不符", "its end is kept with another hash"),
    "file": (
        "数据库文件自相矛盾（索引与表不符）",
        "the database's file does not agree with itself: what an index says, and its table",
    ),
    "words": ("文字与所封存的摘要不符", "the words are not those that were sealed"),
    "rules": ("办法全文缺失或与摘要不符", "the policy is not the one with this digest, or is gone"),
    "checkpoint_missing": ("此号存证缺失", "there is no such checkpoint"),
    "checkpoint_unreadable": ("此号存证已损坏", "is damaged"),
    "checkpoint_order": ("与前一号存证接不上", "does not name the one before"),
    "checkpoint_signature": ("签名无效，或者不是所指公钥所签", "is not signed with such a key"),
    "checkpoint_other": ("与外部所存的不同", "is not the one that somebody kept outside"),
    "checkpoint_root": (
        "根哈希与各记录不符：此前的记录被改写",
        "has another root than the streams: what was before it was rewritten",
    ),
}


def listed(report: Report, lang: Lang) -> list[RenderableType]:
    """A report as it is printed: the sum of it first."""
    counts = (report.streams, report.events, report.checkpoints)
    zh = "{}条记录、{}个事件、{}号存证".format(*counts)
    en = "{} streams, {} events, {} checkpoints".format(*counts)
    if report.sound:
        return [
            Text(lang.pick(f"核对无误：{zh}", f"all as it was written: {en}"), style="bold green")
        ]
    number = len(report.findings)
    first = lang.pick(f"发现{number}处不符：{zh}", f"{number} found in {en}")
    heads = (("何处", "where"), ("事件", "event"), ("存证", "checkpoint"), ("情况", "finding"))
    made = table(*(lang.pick(*head) for head in heads))
    for each in report.findings:
        made.add_row(
            each.stream or each.of or report.jurisdiction,
            _events(each),
            str(each.checkpoint or ""),
            lang.pick(*SAID[each.what]),
        )
    return [Text(first, style="bold red"), made]


def _events(found: Finding) -> str:
    if not found.version:
        return ""
    last = "" if found.upto <= found.version else f"–{found.upto}"
    return f"{found.version}{last}"
