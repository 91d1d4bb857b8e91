"""Every block of every page is run: an example that no longer holds fails here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documentation.pages import blocks, pages
from tests.documentation.playing import Play
from tests.documentation.preparing import prepared
from tests.documentation.reasons import Left
from tests.documentation.shell import Shell


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_is_so(page: str, folder: Path, request: pytest.FixtureRequest) -> None:
    found = blocks(page)
    with prepared(page, found, folder, request) as stage:
        shell = Shell(dict(stage.env))
        Play(stage, shell, Left(), dict(stage.names)).all(found)
