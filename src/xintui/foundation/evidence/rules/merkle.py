"""The Merkle tree of RFC 6962 §2.1 (proof checking as in RFC 9162 §2.1.3–2.1.4), over SHA-256.

Leaves and nodes are hashed under different first bytes, so that no node can be passed off as a leaf.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

Path = list[bytes]


def leaf_hash(data: bytes) -> bytes:
    """H(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A whole tree in memory, 64 bytes a leaf: for when most leaves need their path.

    Pairing level by level and carrying an odd last node up unchanged gives exactly RFC 6962's tree, whose split at
    the largest power of two below n makes every left subtree complete.
    """

    def __init__(self, leaf_hashes: Iterable[bytes]) -> None:
        self._levels = [b"".join(leaf_hashes)]
        self.size = len(self._levels[0]) // HASH_BYTES
        while len(self._levels[-1]) > HASH_BYTES:
            self._levels.append(_level_above(self._levels[-1]))

    @property
    def root(self) -> bytes:
        return self._levels[-1] or EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`."""
        assert 0 <= index < self.size
        return self._levels[0][index * HASH_BYTES : (index + 1) * HASH_BYTES]

    def path(self, index: int) -> Path:
        """The siblings from the leaf at `index` up to the root."""
        assert 0 <= index < self.size, "no such leaf"
        path: Path = []
        for level in self._levels[:-1]:
            at = (index ^ 1) * HASH_BYTES
            if at < len(level):
                path.append(level[at : at + HASH_BYTES])
            index >>= 1
        return path


def _level_above(level: bytes) -> bytes:
    width = 2 * HASH_BYTES
    whole = len(level) // width * width
    pairs = (sha256(b"\x01" + level[at : at + width]).digest() for at in range(0, whole, width))
    return b"".join(pairs) + level[whole:]


def merkle_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaves that were hashed already. Streams: memory is O(log n)."""
    frontier = Frontier()
    for hashed in leaf_hashes:
        frontier.append(hashed)
    return frontier.root


def bulk_root(leaf_hashes: Iterable[bytes], *, height: int = 16) -> bytes:
    """The same root, level by level over stretches of 2^height leaves: several times faster, memory still flat.

    A stretch is a complete subtree, so the tree over the stretches' roots is the top of the whole tree.
    """
    leaves = iter(leaf_hashes)
    stretches = iter(lambda: list(islice(leaves, 1 << height)), [])
    return Tree(Tree(stretch).root for stretch in stretches).root


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> Path:
    """PATH(index, leaves) of RFC 6962 §2.1.1. For many paths build a `Tree` or watch leaves in a `Frontier`."""
    return Tree(leaf_hashes).path(index)


@dataclass(slots=True)
class _Subtree:
    """A node of the frontier and the paths, unfinished, of the watched leaves below it."""

    height: int
    hash: bytes
    watched: list[Path] = field(default_factory=list)


class Frontier:
    """The right edge of a growing tree: append leaves one at a time, ask for the root at any moment.

    It holds one hash per set bit of the size, plus the paths of leaves that were appended with `watch=True`.
    `hashes` and `size` are all that is needed to go on another day.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        heights = [bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
        assert len(heights) == len(hashes), "one hash per complete subtree"
        self.size = size
        self._edge = [_Subtree(height, hashed) for height, hashed in zip(heights, hashes, strict=True)]
        self._paths: dict[int, Path] = {}

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The complete subtrees from the largest to the smallest."""
        return tuple(subtree.hash for subtree in self._edge)

    def append(self, hashed: bytes, *, watch: bool = False) -> int:
        """Add one leaf hash and return its index."""
        assert len(hashed) == HASH_BYTES
        new, edge = _Subtree(0, hashed), self._edge
        if watch:
            self._paths[self.size] = []
            new.watched.append(self._paths[self.size])
        while edge and edge[-1].height == new.height:
            left = edge.pop()
            for path in left.watched:
                path.append(new.hash)
            for path in new.watched:
                path.append(left.hash)
            new = _Subtree(new.height + 1, node_hash(left.hash, new.hash), left.watched + new.watched)
        edge.append(new)
        self.size += 1
        return self.size - 1

    @property
    def root(self) -> bytes:
        """The root of the tree so far; appending may go on."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1].hash
        for subtree in reversed(self._edge[:-1]):
            root = node_hash(subtree.hash, root)
        return root

    def paths(self) -> dict[int, Path]:
        """For each watched leaf its path to the root of the tree so far."""
        done = {id(path): list(path) for path in self._paths.values()}
        below: list[Path] = []
        folded = b""
        for subtree in reversed(self._edge):
            for path in below:
                done[id(path)].append(subtree.hash)
            if folded:
                for path in subtree.watched:
                    done[id(path)].append(folded)
            below += subtree.watched
            folded = node_hash(subtree.hash, folded) if folded else subtree.hash
        return {index: done[id(path)] for index, path in self._paths.items()}


def root_from_path(hashed: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` leads to from a leaf hash; None if no tree of `size` has such a path (RFC 9162 §2.1.3)."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, hashed
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_hash(sibling, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def verify_inclusion(hashed: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at `index` in the tree of `size` leaves with this root."""
    return root_from_path(hashed, index, size, path) == root


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> list[bytes]:
    """PROOF(old_size, leaves) of RFC 6962 §2.1.2: that today's tree only added leaves to the tree of `old_size`."""
    assert 0 < old_size <= len(leaf_hashes), "an empty tree proves nothing"
    proof: list[bytes] = []
    low, high, was_root = 0, len(leaf_hashes), True
    while old_size != high - low:
        left = 1 << (high - low - 1).bit_length() - 1
        if old_size <= left:
            proof.append(merkle_root(leaf_hashes[low + left : high]))
            high = low + left
        else:
            proof.append(merkle_root(leaf_hashes[low : low + left]))
            low, old_size, was_root = low + left, old_size - left, False
    if not was_root:
        proof.append(merkle_root(leaf_hashes[low:high]))
    return proof[::-1]


def verify_consistency(old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree (`size`, `root`) extends the tree (`old_size`, `old_root`) (RFC 9162 §2.1.4.2)."""
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return old_root == root and not proof
    nodes = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not nodes:
        return False
    at, last = old_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, node)
        at, last = at >> 1, last >> 1
    return old == old_root and new == root and last == 0
