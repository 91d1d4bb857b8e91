"""Looks into the built site for whatever a browser would fetch from somebody else's server.

A link that a reader follows may lead anywhere. What a page is made of has to come along: whoever
reads which rules is nobody else's business, and an office without the internet reads them too.
Run it: `python -m tests.documentation.site build/site`; it exits with 1 if something is fetched.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)
_IN_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s;]+)""", re.I)
FETCHING = (
    "audio",
    "embed",
    "iframe",
    "image",
    "img",
    "input",
    "script",
    "source",
    "track",
    "video",
)
_SHOWN = ("canonical", "alternate", "author", "license", "next", "prev")
"""Kinds of `link` of which nothing is fetched."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        kinds = said.get("rel", "").split()
        if tag in FETCHING:
            places = [said.get(name, "") for name in ("src", "srcset", "href", "poster")]
        elif tag == "link" and not (kinds and all(kind in _SHOWN for kind in kinds)):
            places = [said.get("href", "")]
        else:
            places = [said["data"]] if tag == "object" and "data" in said else []
        self.found += [place for place in places if ELSEWHERE.match(place)]
        self.found += _IN_STYLE.findall(said.get("style", ""))


def fetched(page: str) -> list[str]:
    """What a page in HTML has a browser fetch from elsewhere."""
    reader = _Reader()
    reader.feed(page)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.S | re.I)
    return [*reader.found, *(place for style in styles for place in _IN_STYLE.findall(style))]


def looked_through(site: Path) -> Iterator[str]:
    """Each thing that is fetched, with its file."""
    for path in sorted(site.rglob("*.html")):
        yield from (f"{path}: {place}" for place in fetched(path.read_text(encoding="utf-8")))
    for path in sorted(site.rglob("*.css")):
        found = _IN_STYLE.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path}: {place}" for place in found)


def main(site: Path) -> int:
    """The exit code."""
    found = list(looked_through(site))
    for each in found:
        print(f"fetched from elsewhere: {each}", file=sys.stderr)
    return 1 if found or not any(site.rglob("*.html")) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
