"""`python -m tests.planted.whole FOLDER` writes each of these policies as one file without a parent.

The command line looks for parents among the policies that come with the library only; so written,
`pledgeflow check FOLDER/NAME` takes them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

from pledgeflow.catalogue import Catalogue
from tests.planted.brute import HERE, names


def write(name: str, folder: Path) -> Path:
    """One policy with everything that it inherits, in a folder of its own; where that is."""
    tree = dict(Catalogue((HERE,)).load(name).tree)
    tree.pop("extends", None)
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=1_000)
    (target / "policy.yaml").write_text(written, encoding="utf-8")
    return target


if __name__ == "__main__":
    for each in names():
        print(write(each, Path(sys.argv[1])))
