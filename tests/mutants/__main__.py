"""Change the core's code in small ways, one at a time, and ask the tests which they notice.

    python -m tests.mutants --sample 1000 --seed 1 --of pledgeflow.policy.words --tests tests/unit

mutmut makes the mutants; `tests.mutants.trying` tries them, in a copy of the tree under
build/mutants, so that nobody imports a mutated module by mistake. What came of each is a line in
build/mutants.jsonl; what the tests did not notice is printed as a difference, with the score.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.mutants.growing import Grown, difference, grow
from tests.mutants.scoring import UNNOTICED, table

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
TESTS = (
    "tests/unit",
    "tests/scenarios",
    "tests/contract",
    "tests/assurance/test_sights.py",
    "tests/assurance/test_claims.py",
    "tests/properties/test_overlay_properties.py",
)


def asked() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="how many, drawn at random; without it, all")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--of", default="", help="only mutants whose names begin so")
    parser.add_argument("--tests", nargs="+", default=TESTS, help="which tests are asked")
    return parser.parse_args()


def drawn(grown: Grown, options: argparse.Namespace) -> list[str]:
    """The mutants to try; a sample in the order drawn, so that the first of it are one too."""
    names = sorted(name for name in grown.mutants if name.startswith(options.of))
    if options.sample is None or options.sample >= len(names):
        return names
    return random.Random(options.seed).sample(names, options.sample)


def controls(chosen: list[str]) -> list[str]:
    """No mutants of some of the functions: no test may notice them, whatever it is run after."""
    return [
        f"{name.rpartition('__mutmut_')[0]}__mutmut_0" for name in chosen[:: len(chosen) // 20 or 1]
    ]


def main() -> int:
    """Try the mutants; 1 if they could not be tried."""
    options = asked()
    tree = BUILD / "mutants"
    grown = grow(ROOT, tree)
    chosen = drawn(grown, options)
    print(f"{len(chosen)} of {len(grown.mutants)} mutants, seed {options.seed}", flush=True)
    (tree / "chosen.json").write_text(json.dumps([*controls(chosen), *chosen]))
    found = BUILD / "mutants.jsonl"
    found.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutants.trying", found, *options.tests],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": "src", "HYPOTHESIS_PROFILE": "mutants"},
        check=False,
    )
    if done.returncode:
        return 1
    fates = [json.loads(line) for line in found.read_text().splitlines()]
    for fate in fates[: len(controls(chosen))]:
        if fate["fate"] not in UNNOTICED:
            print(f"tests fail with no mutant: as for {fate['mutant']}", file=sys.stderr)
            return 1
    fates = fates[len(controls(chosen)) :]
    for fate in fates:
        if fate["fate"] in UNNOTICED:
            print(f"\n{fate['fate']}: {fate['mutant']}\n{difference(grown, fate['mutant'])}")
    print(table(fates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
