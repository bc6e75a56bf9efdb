"""The tree against RFC 6962: the published vectors, a naive twin written from the RFC's recursion, and forgeries."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xintui.foundation.evidence.rules import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_path,
    leaf_hash,
    merkle_root,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from xintui.foundation.evidence.rules.merkle import root_from_path

# facts/rules.md §5: the eight leaves used by every RFC 6962 implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

sizes = st.integers(1, 70)


def hashes(n: int) -> list[bytes]:
    return [leaf_hash(b"%d" % i) for i in range(n)]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 §2.1 writes it, with no cleverness."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 §2.1.1 writes it."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


@pytest.mark.parametrize(("n", "root"), ROOTS.items())
def test_the_published_roots_come_out(n: int, root: str) -> None:
    leaf_hashes = [leaf_hash(leaf) for leaf in LEAVES[:n]]
    assert merkle_root(leaf_hashes).hex() == root
    assert Tree(leaf_hashes).root.hex() == root


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree([]).root == Frontier().root == merkle_root([]) == EMPTY_ROOT


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    a, b = hashes(2)
    assert leaf_hash(a + b) != node_hash(a, b)


@given(sizes)
def test_tree_frontier_and_the_recursion_of_the_rfc_agree(n: int) -> None:
    assert Tree(hashes(n)).root == merkle_root(hashes(n)) == naive_root(hashes(n))


@given(sizes, st.data())
def test_paths_are_those_of_the_rfc_however_they_are_made(n: int, data: st.DataObject) -> None:
    leaves = hashes(n)
    index = data.draw(st.integers(0, n - 1))
    frontier = Frontier()
    for i, leaf in enumerate(leaves):
        frontier.append(leaf, watch=i == index)
    expected = naive_path(index, leaves)
    assert Tree(leaves).path(index) == inclusion_path(leaves, index) == frontier.paths()[index] == expected
    assert verify_inclusion(leaves[index], index, n, expected, naive_root(leaves))


@given(st.integers(1, 40), st.sets(st.integers(0, 39)))
def test_watched_paths_hold_after_every_append(n: int, watched: set[int]) -> None:
    frontier = Frontier()
    for i, leaf in enumerate(hashes(n)):
        assert frontier.append(leaf, watch=i in watched) == i
        for index, path in frontier.paths().items():
            assert path == naive_path(index, hashes(i + 1))


@given(sizes, st.integers(0, 70))
def test_a_frontier_goes_on_another_day_where_it_stopped(n: int, more: int) -> None:
    first = Frontier()
    for leaf in hashes(n):
        first.append(leaf)
    assert len(first.hashes) == n.bit_count()
    second = Frontier(first.size, first.hashes)
    for leaf in hashes(n + more)[n:]:
        second.append(leaf)
    assert second.root == naive_root(hashes(n + more))


@settings(max_examples=60)
@given(sizes, st.data())
def test_another_leaf_index_size_or_path_is_refused(n: int, data: st.DataObject) -> None:
    leaves = hashes(n)
    index = data.draw(st.integers(0, n - 1))
    tree = Tree(leaves)
    path, root, leaf = tree.path(index), tree.root, leaves[index]
    assert verify_inclusion(leaf, index, n, path, root)
    assert not verify_inclusion(leaf_hash(b"other"), index, n, path, root)
    assert not any(verify_inclusion(leaf, other, n, path, root) for other in range(-1, n + 2) if other != index)
    assert not verify_inclusion(leaf, index, n, [*path, root], root)
    assert not verify_inclusion(leaf, index, n, path, leaf_hash(b"other root"))
    if path:
        cut = data.draw(st.integers(0, len(path) - 1))
        assert not verify_inclusion(leaf, index, n, path[:cut] + path[cut + 1 :], root)
        assert not verify_inclusion(leaf, index, n, [*path[:cut], leaf_hash(b"x"), *path[cut + 1 :]], root)


def test_consistency_holds_between_any_two_sizes_and_for_no_other_tree() -> None:
    for n in range(1, 34):
        leaves = hashes(n)
        for old in range(1, n + 1):
            proof = consistency_proof(leaves, old)
            roots = naive_root(leaves[:old]), naive_root(leaves)
            assert verify_consistency(old, roots[0], n, roots[1], proof)
            assert not verify_consistency(old, roots[0], 4 * n, roots[1], proof)
            assert not verify_consistency(old, leaf_hash(b"?"), n, roots[1], proof)
            assert not verify_consistency(old, roots[0], n, leaf_hash(b"?"), proof)
            assert not verify_consistency(old, roots[0], n, roots[1], [*proof, roots[0]])
            for i in range(len(proof)):
                assert not verify_consistency(old, roots[0], n, roots[1], proof[:i] + proof[i + 1 :])
                forged = [*proof[:i], leaf_hash(b"!"), *proof[i + 1 :]]
                assert not verify_consistency(old, roots[0], n, roots[1], forged)


def test_a_path_that_is_too_long_or_too_short_leads_nowhere() -> None:
    leaves = hashes(5)
    path = Tree(leaves).path(2)
    assert root_from_path(leaves[2], 2, 5, path) == naive_root(leaves)
    assert root_from_path(leaves[2], 2, 5, [*path, path[0]]) is None
    assert root_from_path(leaves[2], 2, 5, path[:-1]) is None


@given(st.integers(2, 40), st.data())
def test_a_tree_that_rewrote_history_has_no_consistency_proof(n: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, n - 1))
    rewritten = hashes(n)
    rewritten[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    proof = consistency_proof(rewritten, old)
    assert not verify_consistency(old, naive_root(hashes(old)), n, naive_root(rewritten), proof)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3), (-1, 3), (2, 3)])
def test_impossible_sizes_and_empty_proofs_are_refused(old: int, size: int) -> None:
    assert not verify_consistency(old, EMPTY_ROOT, size, naive_root(hashes(3)), [])
