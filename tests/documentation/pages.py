"""The pages of the documentation, and the blocks of code on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
READMES = ("README.md", "README.zh.md")
PROGRAMS = ("pledgeflow", "make", "python", "pip", "export", "$")
_FENCE = re.compile(r"^( *)```([^\n`]*)\n(.*?)^\1``` *$", re.M | re.S)
_TITLE = re.compile(r'title="([^"]*)"')
_NEAR = 40
"""Code and what it prints have no more between them than a word or two."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences. after: the text between this block and the one before it."""

    page: str
    line: int
    language: str
    title: str
    text: str
    after: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> bool:
        """A list of commands, each with a remark after two spaces or `#`."""
        if self.language == "sh":
            return True
        words = (line.split(maxsplit=1)[0] for line in self.text.splitlines() if line.strip())
        return not self.language and any(word in PROGRAMS for word in words)

    @property
    def printed(self) -> bool:
        """Whether it may be what the block before it prints."""
        return self.language in ("", "text") and not self.commands and len(self.after) <= _NEAR


def pages() -> list[str]:
    """The paths of all pages with a block on them, from the root."""
    found = sorted(str(path.relative_to(ROOT)) for path in DOCS.rglob("*.md"))
    return [page for page in (*READMES, *found) if blocks(page)]


def blocks(page: str) -> list[Block]:
    """The blocks of a page, in order."""
    return list(blocks_of((ROOT / page).read_text(encoding="utf-8"), page))


def blocks_of(text: str, page: str) -> Iterator[Block]:
    """The blocks of a text."""
    last = 0
    for found in _FENCE.finditer(text):
        indent, info, body = found.groups()
        title = _TITLE.search(info)
        yield Block(
            page=page,
            line=text.count("\n", 0, found.start()) + 1,
            language=info.split()[0] if info.split() else "",
            title=title[1] if title else "",
            text=re.sub(f"^{indent}", "", body, flags=re.M),
            after=text[last : found.start()].strip(),
        )
        last = found.end()
