"""Everything that is measured, into `build/bench.json`: a flat object of names and figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import deciding
import growing
import importing
import keeping
import verifying

PARTS: dict[str, Callable[[], dict[str, float]]] = {
    "deciding": deciding.figures,
    "importing": importing.figures,
    "keeping": keeping.figures,
    "growing": growing.figures,
    "verifying": verifying.figures,
}


def main(*wanted: str) -> None:
    """Measure the parts that are named, or all; what others measured before stays in the file."""
    out = Path("build") / "bench.json"
    out.parent.mkdir(exist_ok=True)
    kept = json.loads(out.read_text()) if wanted and out.exists() else {}
    for name in wanted or PARTS:
        found = PARTS[name]()
        for key, figure in found.items():
            print(f"{key:<30} {figure:,}", flush=True)
        kept |= found
    out.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
