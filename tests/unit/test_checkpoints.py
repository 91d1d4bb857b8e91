"""A checkpoint as text and back, and keys to sign it with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from pledgeflow.audit.checkpoints import Checkpoint, Signed, leaf, published, stored
from pledgeflow.audit.keys import Key, generate, holds, public_key
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import AuditError

AT = "2025-07-05T00:00:00.000000Z"
ONE = Checkpoint("惠民", 1, AT, 2, "a" * 64, "", "b" * 64)
SIGNED = Signed(ONE, "c" * 128)


def test_what_is_signed_is_canonical() -> None:
    assert ONE.body.encode() == rfc8785.dumps(dict(SIGNED.data["body"]))
    place = leaf(StreamId("惠民", "2025", "王", "home"), 3, "a" * 64)
    assert place == rfc8785.dumps(
        {"hash": "a" * 64, "stream": ["惠民", "2025", "王", "home"], "version": 3}
    )


def test_a_checkpoint_reads_back_as_it_was() -> None:
    assert published(SIGNED.data) == SIGNED
    assert stored("惠民", 1, ONE.body, SIGNED.signature) == SIGNED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": "1"}, "`number`"),
        ({"number": True}, "`number`"),
        ({"number": -1}, "`number`"),
        ({"number": 2**53}, "`number`"),
        ({"streams": 1.0}, "`streams`"),
        ({"root": "a"}, "`root`"),
        ({"root": "A" * 64}, "`root`"),
        ({"previous": "a"}, "`previous`"),
        ({"jurisdiction": None}, "`jurisdiction`"),
        ({"surprise": 1}, "`surprise`"),
        ({"format": "another"}, "its `format` is not"),
    ],
)
def test_what_is_wrong_in_a_checkpoint_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(AuditError, match=said):
        published({**SIGNED.data, "body": {**SIGNED.data["body"], **change}})


def test_what_is_no_checkpoint_is_said_to_be_none() -> None:
    others: tuple[object, ...] = (None, [], {}, {"body": {}}, {"body": [], "signature": ""})
    for data in others:
        with pytest.raises(AuditError, match="this is no checkpoint"):
            published(data)
    for signature in (None, "", "x" * 128):
        with pytest.raises(AuditError, match="`signature` holds"):
            published({**SIGNED.data, "signature": signature})
    body = dict(SIGNED.data["body"])
    del body["root"]
    with pytest.raises(AuditError, match="`root` holds"):
        published({**SIGNED.data, "body": body})


@pytest.mark.parametrize(
    ("jurisdiction", "number", "body"),
    [
        ("另一处", 1, ONE.body),
        ("惠民", 2, ONE.body),
        ("惠民", 1, ONE.body.replace(":", ": ")),
        ("惠民", 1, None),
        ("惠民", 1, "{"),
        ("惠民", 1, "[" * 100_000),
    ],
)
def test_a_checkpoint_lies_where_it_belongs(
    jurisdiction: str, number: int, body: str | None
) -> None:
    assert stored(jurisdiction, number, body, SIGNED.signature) is None


def test_a_signature_holds_for_one_text_and_one_key(tmp_path: Path) -> None:
    public = generate(tmp_path / "key")
    key = Key.read(tmp_path / "key")
    assert key.public == public == public_key(str(tmp_path / "key.pub")) == public_key(public)
    signature = key.sign(ONE.body)
    assert holds(public, signature, ONE.body)
    assert not holds(public, signature, f"{ONE.body} ")
    assert not holds(generate(tmp_path / "other"), signature, ONE.body)
    assert not holds("f" * 64, signature, ONE.body)  # no point on the curve
    assert not holds("ff", signature, ONE.body)
    assert "private" not in repr(key)


def test_a_private_key_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "key"
    before = os.umask(0)
    try:
        generate(file)
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o640)
    with pytest.raises(AuditError, match="others may read the key"):
        Key.read(file)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    generate(tmp_path / "key")
    (tmp_path / "second.pub").write_text("mine")
    for name in ("key", "second"):
        with pytest.raises(AuditError, match="is there already; name another file"):
            generate(tmp_path / name)
    assert not (tmp_path / "second").exists()


def test_what_is_no_key_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with pytest.raises(AuditError, match="there is no key"):
        Key.read(file)
    with pytest.raises(AuditError, match="neither a public key of 64 hex digits nor a file"):
        public_key(str(file))
    for content in (b"", b"\xff", b"-----BEGIN PRIVATE KEY-----\n", b"a" * 63):
        file.write_bytes(content)
        file.chmod(0o600)
        with pytest.raises(AuditError, match="holds no private key of the kind Ed25519"):
            Key.read(file)
        with pytest.raises(AuditError, match="holds no public key of 64 hex digits"):
            public_key(str(file))
