"""The look into the built site finds what would be fetched, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documentation.site import fetched, main


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://unpkg.com/mermaid"></script>',
        '<link rel="stylesheet" href="//fonts.example/css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img alt="x" src="http://badge.example/x.svg">',
        '<p style="background: url(https://x.example/y.png)">',
        "<style>@import 'https://x.example/y.css';</style>",
        '<object data="https://x.example/y.svg"></object>',
    ],
)
def test_what_comes_from_elsewhere_is_found(page: str) -> None:
    assert len(fetched(page)) == 1


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://cloudevents.io">CloudEvents</a>',
        '<link rel="canonical" href="https://x.example/">',
        '<script src="../assets/mermaid.min.js"></script>',
        '<link rel="stylesheet" href="assets/main.css">',
        '<img src="data:image/png;base64,AA">',
    ],
)
def test_what_comes_along_or_is_only_linked_to_is_not(page: str) -> None:
    assert fetched(page) == []


def test_the_exit_code_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path) == 1  # there is no site at all
    (tmp_path / "index.html").write_text("<p>x</p>", encoding="utf-8")
    assert main(tmp_path) == 0
    (tmp_path / "a.css").write_text("a { background: url(https://x.example/y) }", encoding="utf-8")
    assert main(tmp_path) == 1
    assert "https://x.example/y" in capsys.readouterr().err
