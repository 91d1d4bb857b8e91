"""Ten thousand pledges put to another policy: memory does not grow with them, and all is shared out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pledgeflow.storage.sql import SqlStore
from tests.scale.copying import Original, copied

ROOT = Path(__file__).parents[2]
LENGTH = 31
"""So many events of each pledge, of which there are twenty in the original."""
MOST_MEMORY = 200_000_000


def replayed(url: str, *most: str) -> Any:
    """What `replaying` says, in a process of its own."""
    words = [sys.executable, "-m", "tests.scale.replaying", url, "huimin", "huimin", "2", *most]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.stress
def test_ten_thousand_pledges(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    with SqlStore(url) as store:
        events = copied(Original.of("huimin", 20, LENGTH), store, 500)
    assert events > 300_000
    few, all_ = replayed(url, "200"), replayed(url)
    print(json.dumps({"events": events, "few": few, "all": all_}))
    assert all_["streams"] > 10_000
    assert all_["differing"] == 0
    assert all_["memory"] - few["memory"] < MOST_MEMORY
    *_, less, more = all_["busy"]
    assert less > more / 2
