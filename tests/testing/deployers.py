"""A deployer's repository in a temporary folder: a policy, a guard kind, and a test of two lines."""

from __future__ import annotations

from pathlib import Path

from tests.tiny import guarded, tiny

ROOT = Path(__file__).parents[2]
WEEKDAY = guarded("submit", "is: county.weekday, with: {day: 3}")
TEST = "from pledgeflow.testing import lifecycle_test\nTestOurs = lifecycle_test({})\n"
PLUGIN = "pledgeflow.testing.plugin"
SCENARIOS = """\
- scenario: a pledge is submitted
  policy: tiny
  clauses: T-2
  given: {directory: sample, cycle: 2025, promisor: wang}
  when:
    - {on: 2025-01-01, do: submit, actor: wang, capacity: promisor}
  then: {state: closed}
"""
SAMPLE = """\
organizations:
  branch: {kind: branch, parent: office, posts: {secretary: [li]}}
  office: {kind: office, posts: {secretary: [zhao]}}
people:
  wang: {kinds: [in_service], member_of: branch}
  li: {kinds: [in_service], member_of: branch}
  zhao: {member_of: office}
"""


def policy_in(folder: Path, *changes: tuple[str, str], called: str = "tiny") -> Path:
    """The folder of a policy `tiny` with a scenario beside it; see `tests.tiny` for the changes.

    called: the folder itself
    """
    home = folder / "policies" / called
    (home / "scenarios" / "directories").mkdir(parents=True)
    clauses = "".join(
        f"  T-{n}: {{force: must, kind: k, gist: {{zh: 条, en: c}}}}\n" for n in (1, 2, 3)
    )
    files = {
        "policy.yaml": tiny(*changes),
        "clauses.yaml": f"document: {{zh: 甲, en: a}}\nclauses:\n{clauses}",
        "scenarios/all.yaml": SCENARIOS,
        "scenarios/directories/sample.yaml": SAMPLE,
    }
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    return home


def installed_in(folder: Path) -> Path:
    """A folder to put on the path, as if pledgeflow and the deployer's package were installed."""
    site = folder / "site"
    for package, points in {
        "county": "[pledgeflow.guards]\ncounty.weekday = county_guards:weekday\n",
        "pledgeflow_again": f"[pytest11]\n{PLUGIN} = {PLUGIN}\n",
    }.items():
        info = site / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(points)
    guards = (ROOT / "examples" / "guards.py").read_text(encoding="utf-8")
    (site / "county_guards.py").write_text(guards, encoding="utf-8")
    return site
