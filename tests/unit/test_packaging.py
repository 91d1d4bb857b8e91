"""What a build carries, asked of the build itself, and what importing it loads."""

import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

import pledgeflow

ROOT = Path(__file__).parents[2]
POLICIES = {
    path.relative_to(ROOT).as_posix() for path in (ROOT / "policies").rglob("*") if path.is_file()
}


def policies_in_wheel(directory: Path, version: str) -> set[str]:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(directory), versions=[version]))
    with ZipFile(wheel) as archive:
        inside = (name.removeprefix("pledgeflow/") for name in archive.namelist())
        return {name for name in inside if name.startswith("policies/")}


def test_the_wheel_carries_what_upgrades_a_database(tmp_path: Path) -> None:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    source = ROOT / "src" / "pledgeflow" / "storage" / "migrations"
    scripts = {path.relative_to(ROOT / "src").as_posix() for path in source.rglob("*.py")}
    assert len(scripts) > 3
    with ZipFile(wheel) as archive:
        assert scripts <= set(archive.namelist())


@pytest.mark.parametrize(("version", "carried"), [("standard", POLICIES), ("editable", set())])
def test_only_a_standard_wheel_carries_the_policies(
    tmp_path: Path, version: str, carried: set[str]
) -> None:
    assert policies_in_wheel(tmp_path, version) == carried


def test_the_source_distribution_carries_the_policies(tmp_path: Path) -> None:
    sdist = next(SdistBuilder(str(ROOT)).build(directory=str(tmp_path)))
    with tarfile.open(sdist) as archive:
        inside = {name.split("/", 1)[-1] for name in archive.getnames()}
    assert inside >= POLICIES


def loaded(code: str) -> set[str]:
    """The packages that are imported once code has run in a process of its own."""
    said = f"{code}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_library_loads_nothing_else() -> None:
    """What that costs is measured in `benchmarks/importing.py`."""
    others = {"pydantic", "transitions", "yaml", "dateutil", "dataclasses", "sqlite3"}
    assert loaded("import pledgeflow") & others == set()


def test_using_all_of_the_front_door_loads_neither_database_nor_terminal_nor_keys() -> None:
    heavy = {"sqlalchemy", "alembic", "psycopg", "typer", "rich", "cryptography", "fastapi"}
    there = loaded("from pledgeflow import *")
    assert "pydantic" in there
    assert there & heavy == set()


def test_a_command_loads_what_it_works_with_and_no_more() -> None:
    """Checking a policy needs no database, and nothing of the other commands."""
    heavy = {"sqlalchemy", "alembic", "psycopg", "cryptography", "multiprocessing"}
    there = loaded(
        "from pledgeflow.cli.app import COMMANDS; from pledgeflow.cli.shelf import Shelf; "
        "Shelf(COMMANDS)['check']"
    )
    assert "pydantic" in there
    assert there & heavy == set()


def test_the_front_door_has_what_it_says() -> None:
    assert set(pledgeflow._PLACES) == set(pledgeflow.__all__) <= set(dir(pledgeflow))
    for name in pledgeflow.__all__:
        assert getattr(pledgeflow, name).__name__ == name
    unknown = "nothing"
    with pytest.raises(AttributeError, match="module `pledgeflow` has no attribute `nothing`"):
        getattr(pledgeflow, unknown)
