"""What a build carries, asked of the build itself."""

import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

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
