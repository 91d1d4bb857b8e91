"""Finding policy files by name or path, reading them with their ancestors, and pinning them."""

from pathlib import Path
from typing import Any

import pytest

from pledgeflow import catalogue as module
from pledgeflow.catalogue import Catalogue, built_in, plugged_in, read_file
from pledgeflow.errors import PolicyError, UnknownPolicyError
from pledgeflow.policy.files.reading import LIMIT_BYTES
from tests.tiny import TEXT

REGISTER = "document: {zh: 文, en: document}\nclauses:\n"
CLAUSE = "  T-{}: {{force: must, kind: rule, gist: {{zh: 条, en: clause}}}}\n"


def put(root: Path, name: str, text: str, *clauses: int) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text(text)
    if clauses:
        written = "".join(CLAUSE.format(number) for number in clauses)
        (folder / "clauses.yaml").write_text(REGISTER + written)
    return folder


@pytest.fixture
def county(tmp_path: Path) -> Catalogue:
    put(tmp_path, "tiny", TEXT, 1, 2, 3)
    put(tmp_path, "county", "policy: county\nextends: tiny\n", 9)
    return Catalogue((tmp_path,))


def message(error: pytest.ExceptionInfo[PolicyError]) -> str:
    return str(error.value)


def test_a_policy_is_found_by_name_and_by_path(county: Catalogue) -> None:
    root = county.roots[0]
    assert county.names() == ["county", "tiny"]
    for name in ("tiny", str(root / "tiny"), str(root / "tiny" / "policy.yaml")):
        assert county.folder(name) == root / "tiny"


def test_a_name_is_one_even_where_a_folder_is_called_so(
    county: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    put(elsewhere, "tiny", TEXT)
    put(elsewhere, "own", TEXT)
    monkeypatch.chdir(elsewhere)
    assert county.folder("tiny") == county.roots[0] / "tiny"
    assert county.folder("own") == Path("own")


def test_an_unknown_policy_is_told_the_nearest_names(county: Catalogue) -> None:
    with pytest.raises(UnknownPolicyError, match="there is no policy `tinny`; perhaps `tiny`"):
        county.load("tinny")
    with pytest.raises(UnknownPolicyError, match="known are `county`, `tiny`"):
        county.load("zzz")
    with pytest.raises(UnknownPolicyError):
        county.load("")


def test_ancestors_are_read_the_oldest_first(county: Catalogue) -> None:
    assert [folder.name for folder, _ in county.lineage("county")] == ["tiny", "county"]
    policy = county.load("county")
    assert (policy.name, list(policy.tracks)) == ("county", ["member"])
    assert set(county.register("county")) == {"T-1", "T-2", "T-3", "T-9"}
    assert set(county.own_register("county")) == {"T-9"}
    assert set(Catalogue((county.roots[0],)).own_register("tiny")) == {"T-1", "T-2", "T-3"}


def test_a_policy_is_compiled_once(county: Catalogue) -> None:
    assert county.load("tiny") is county.load("tiny")
    assert county.load("tiny", ordinal=2) is not county.load("tiny")


def test_a_policy_without_a_register_may_cite_nothing(tmp_path: Path) -> None:
    put(tmp_path, "tiny", TEXT)
    with pytest.raises(PolicyError, match="there is no clause in the register `T-1`"):
        Catalogue((tmp_path,)).load("tiny")


def test_an_unknown_parent_is_a_mistake_in_the_child(county: Catalogue) -> None:
    put(county.roots[0], "lost", "policy: lost\nextends: tinny\n")
    with pytest.raises(PolicyError) as error:
        county.load("lost")
    assert message(error).endswith(
        "policy.yaml:2:1: extends: there is no policy `tinny`; perhaps `tiny`"
    )


@pytest.mark.parametrize("other", ["a", "b"])
def test_policies_that_extend_each_other_are_refused(tmp_path: Path, other: str) -> None:
    put(tmp_path, "a", f"policy: a\nextends: {other}\n")
    put(tmp_path, "b", "policy: b\nextends: a\n")
    with pytest.raises(PolicyError, match="`a` extends itself; cut the circle"):
        Catalogue((tmp_path,)).load("a")


def test_a_line_of_ancestors_without_end_is_refused(tmp_path: Path) -> None:
    for i in range(module.MOST_ANCESTORS + 3):
        put(tmp_path, f"p{i}", f"policy: p{i}\nextends: p{i + 1}\n")
    put(tmp_path, f"p{module.MOST_ANCESTORS + 3}", "policy: last\n")
    with pytest.raises(PolicyError, match="extends itself"):
        Catalogue((tmp_path,)).lineage("p0")


def test_a_pinned_parent_cannot_change_unseen(county: Catalogue) -> None:
    root = county.roots[0]
    pin = county.pin("tiny")
    put(root, "pinned", f"policy: pinned\nextends:\n  policy: tiny\n  pin: {pin}\n")
    assert county.load("pinned").name == "pinned"
    (root / "tiny" / "policy.yaml").write_text(TEXT.replace("P10D", "P11D"))
    with pytest.raises(PolicyError) as error:
        county.lineage("pinned")
    assert "policy.yaml:4:3: `tiny` is no longer what was pinned" in message(error)
    assert f"pin `{county.pin('tiny')}`" in message(error)


def test_an_extends_that_is_no_name_is_left_to_the_schema(tmp_path: Path) -> None:
    put(tmp_path, "odd", "policy: odd\nextends: [a]\n")
    with pytest.raises(PolicyError, match="extends"):
        Catalogue((tmp_path,)).load("odd")


def test_a_file_that_cannot_be_read_or_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="this file cannot be read: No such file or directory"):
        read_file(tmp_path / "none.yaml")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * (LIMIT_BYTES + 1))
    with pytest.raises(PolicyError, match=f"this file has {LIMIT_BYTES + 1} bytes"):
        read_file(large)


def test_the_stored_form_is_compiled_whatever_the_files_say(county: Catalogue) -> None:
    policy = county.load("county")
    (county.roots[0] / "tiny" / "policy.yaml").write_text("policy: tiny\n")
    rebuilt = county.rebuilt("county", policy.body)
    assert (rebuilt.digest, rebuilt.name) == (policy.digest, "county")


def test_the_policies_of_the_library_are_where_it_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (built_in() / "base" / "policy.yaml").is_file()
    packaged = tmp_path / "pledgeflow"
    (packaged / "policies").mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(packaged / "catalogue.py"))
    assert built_in() == packaged / "policies"


class Point:
    def __init__(self, name: str) -> None:
        self.name = name
        self.was_loaded = False

    def load(self) -> Any:
        self.was_loaded = True
        return self.name.upper()


def test_only_the_guard_kinds_that_are_named_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [Point("wanted"), Point("unwanted")]
    monkeypatch.setattr(
        module, "entry_points", lambda group: points if group == module.GUARDS else []
    )
    assert dict[str, Any](plugged_in(["wanted", "missing"])) == {"wanted": "WANTED"}
    assert [point.was_loaded for point in points] == [True, False]
