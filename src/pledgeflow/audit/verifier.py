"""Check a proof against a checkpoint, with neither pledgeflow nor the database:

    python verifier.py PROOF.json CHECKPOINT.json KEY

KEY: the public key (64 hex digits) of whoever signed the checkpoint, as told by them. Exit code
0: it holds; 1: it does not; 2: no such file. Needs Python 3.9 and the package `cryptography`.
"""

import json
import sys
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def canonical(data: Any) -> bytes:
    """The one JSON text of data."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def check(holds: Any, why: str) -> None:
    """Raise ValueError unless something holds."""
    if not holds:
        raise ValueError(why)


def chained(proof: Any) -> Any:
    """The hash to which the events lead, one after the other."""
    jurisdiction, cycle, promisor, venue = proof["stream"]
    name = f"{jurisdiction}/{cycle}/{promisor}" + (f"@{venue}" if venue else "")
    events, previous = proof["events"], proof["before"]
    version = proof["version"] - len(events)
    check(events and version >= 0, "there are no events to prove")
    check((version == 0) == (previous == ""), "the events begin somewhere else")
    for event in events:
        version, data, at = version + 1, event["data"], event["recorded_at"]
        check(json.loads(data)["version"] == version, f"event {version} is another one")
        quoted = [json.dumps(part, ensure_ascii=False) for part in (previous, at, name)]
        text = '{{"event":{},"prev":{},"recorded_at":{},"stream":{}}}'.format(data, *quoted)
        previous = sha256(text.encode()).hexdigest()
    return previous


def root(leaf: bytes, place: int, size: int, path: Any) -> str:
    """Where the way up from a leaf ends (RFC 9162, 2.1.3.2)."""
    check(0 <= place < size, "the proof is of no place in the tree")
    last = size - 1
    for beside in map(bytes.fromhex, path):
        check(last > 0, "the proof is too long")
        if place % 2 or place == last:
            leaf = sha256(b"\x01" + beside + leaf).digest()
            while place and place % 2 == 0:
                place, last = place // 2, last // 2
        else:
            leaf = sha256(b"\x01" + leaf + beside).digest()
        place, last = place // 2, last // 2
    check(last == 0, "the proof is too short")
    return leaf.hex()


def verify(proof: Any, checkpoint: Any, key: str) -> Any:
    """What the checkpoint says; raises ValueError unless it stands for the proof's events."""
    body, signature = checkpoint["body"], bytes.fromhex(checkpoint["signature"])
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(signature, canonical(body))
    except Exception:
        raise ValueError("the checkpoint was not signed with this key") from None
    check(body["format"] == "pledgeflow-checkpoint-1", "this is no checkpoint")
    check(proof["format"] == "pledgeflow-proof-1", "this is no proof")
    check(proof["stream"][0] == body["jurisdiction"], "the checkpoint is of another jurisdiction")
    leaf = {"hash": chained(proof), "stream": proof["stream"], "version": proof["version"]}
    hashed = sha256(b"\x00" + canonical(leaf)).digest()
    found = root(hashed, proof["place"], body["streams"], proof["path"])
    check(found == body["root"], "the checkpoint stands for other events than these")
    return body


def main(proof_file: str, checkpoint_file: str, key: str) -> int:
    """Say whether the proof in a file holds by the checkpoint in another; the exit code."""
    try:
        with open(proof_file, "rb") as one, open(checkpoint_file, "rb") as other:
            proof, checkpoint = json.load(one), json.load(other)
        body = verify(proof, checkpoint, key)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        print(f"DOES NOT HOLD: {error}")
        return 1
    print(f"HOLDS by checkpoint {body['number']} of {body['at']}: {'/'.join(proof['stream'])}")
    print(*(f"{event['recorded_at']} {event['data']}" for event in proof["events"]), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]) if sys.argv[3:] else __doc__)
