"""Policies in folders, for tests that verify them: those broken on purpose, and tiny ones."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from pledgeflow.catalogue import POLICY_FILE, REGISTER_FILE, Catalogue
from tests.planted.brute import HERE, names
from tests.tiny import KNOWN

SOUND = [name for name in names() if name.startswith("sound")]
BROKEN = [name for name in names() if name not in SOUND]
PLANTED = Catalogue((HERE,))


def copied(name: str, folder: Path) -> Catalogue:
    """A catalogue of its own with one of the planted policies and what it extends."""
    for source in {path for path, _ in PLANTED.lineage(name)}:
        copytree(source, folder / source.name)
    return Catalogue((folder,))


def kept(text: str, folder: Path) -> Catalogue:
    """A catalogue with a policy called `tiny`, and its register."""
    (folder / "tiny").mkdir()
    (folder / "tiny" / POLICY_FILE).write_text(text, encoding="utf-8")
    clauses = "".join(
        f"  {name}: {{force: must, kind: rule, gist: {{zh: 条, en: clause}}}}\n"
        for name in sorted(KNOWN)
    )
    register = f"document: {{zh: 小, en: tiny}}\nclauses:\n{clauses}"
    (folder / "tiny" / REGISTER_FILE).write_text(register, encoding="utf-8")
    return Catalogue((folder,))
