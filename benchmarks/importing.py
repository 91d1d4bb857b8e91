"""How long `import pledgeflow` takes, against importing the libraries that it cannot do without."""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 20
OURS, THEIRS = "import pledgeflow", "import transitions, pydantic"


def spent(code: str) -> float:
    """Seconds in a fresh process, without what starting Python takes."""
    timed = f"import time; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, check=True, text=True)
    return float(done.stdout)


def figures() -> dict[str, float]:
    """What is measured here, by name."""
    spent(OURS), spent(THEIRS)
    pairs = [(spent(OURS), spent(THEIRS)) for _ in range(RUNS)]
    return {
        "import_ms": round(statistics.median(ours for ours, _ in pairs) * 1e3, 1),
        "import": round(statistics.median(ours / theirs for ours, theirs in pairs), 3),
    }
