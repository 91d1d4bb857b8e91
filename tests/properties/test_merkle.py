"""Hash trees: every entry can be proved, and nothing else can."""

from hashlib import sha256

from hypothesis import assume, given
from hypothesis import strategies as st

from pledgeflow.audit.merkle import branch_hash, leaf_hash, path_of, root_by, root_of

entries = st.lists(st.binary(max_size=4), max_size=70)
several = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


def by_the_book(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1 << (len(entries) - 1).bit_length() - 1
    return sha256(b"\x01" + by_the_book(entries[:k]) + by_the_book(entries[k:])).digest()


def path_by_the_book(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(entries) == 1:
        return []
    k = 1 << (len(entries) - 1).bit_length() - 1
    if m < k:
        return [*path_by_the_book(m, entries[:k]), by_the_book(entries[k:])]
    return [*path_by_the_book(m - k, entries[k:]), by_the_book(entries[:k])]


@given(entries)
def test_the_root_is_the_one_of_rfc_6962(entries: list[bytes]) -> None:
    assert root_of(entries) == by_the_book(entries)


@given(several, st.data())
def test_every_entry_has_the_proof_of_rfc_6962_and_it_holds(
    entries: list[bytes], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    path = path_of(entries, place)
    assert list(path) == path_by_the_book(place, entries)
    assert root_by(leaf_hash(entries[place]), place, len(entries), path) == root_of(entries)


@given(several, st.data())
def test_a_proof_that_is_changed_anywhere_fails(entries: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    path, root = list(path_of(entries, place)), root_of(entries)
    leaf, size = leaf_hash(entries[place]), len(entries)
    match data.draw(st.sampled_from(["entry", "place", "size", "path", "shorter", "longer"])):
        case "entry":
            leaf = leaf_hash(data.draw(st.binary(max_size=4).filter(lambda e: e != entries[place])))
        case "place":
            place = data.draw(st.integers(-1, size + 2).filter(lambda p: p != place))
            assume(not 0 <= place < size or leaf_hash(entries[place]) != leaf)
        case "size":
            # some sizes share the shape of a way: the size has to come from what was signed
            size = data.draw(st.sampled_from([0, -1, 2 * size + 2, 2 * size + 3]))
        case "path":
            assume(path)
            i = data.draw(st.integers(0, len(path) - 1))
            j = data.draw(st.integers(0, 255))
            path[i] = bytes(
                [*path[i][: j // 8], path[i][j // 8] ^ 1 << j % 8, *path[i][j // 8 + 1 :]]
            )
        case "shorter":
            assume(path)
            del path[data.draw(st.integers(0, len(path) - 1))]
        case _:
            path.insert(
                data.draw(st.integers(0, len(path))), data.draw(st.binary(min_size=32, max_size=32))
            )
    assert root_by(leaf, place, size, path) != root


def test_a_branch_is_not_taken_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != branch_hash(left, right)
    assert root_of([left + right]) != root_of([b"a", b"b"])


@given(several, several)
def test_different_lists_have_different_roots(one: list[bytes], other: list[bytes]) -> None:
    assert (root_of(one) == root_of(other)) == (one == other)
