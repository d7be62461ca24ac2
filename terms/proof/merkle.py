"""The Merkle tree of RFC 6962 (section 2.1): hashing, growing by one leaf, and verifying proofs.

A leaf's hash is SHA-256 over 0x00 and the leaf; a node's is SHA-256 over 0x01 and its two children. A tree of n leaves
is, from left to right, the perfect subtrees of the bits of n; `Frontier` holds only those, which is all that an
append and the root need. Verification (RFC 9162, 2.1.3.2 and 2.1.4.2) gives a bool and never raises: a proof is input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the perfect subtrees of a tree of `size` leaves, largest first."""

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if len(roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} perfect subtrees")
        self.size = size
        self._roots = list(roots)

    def append(self, hashed_leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Grow by one leaf; gives every subtree that this completes as (level, index, hash), level 0 the leaf."""
        done = [(0, self.size, hashed_leaf)]
        level, node, index = 0, hashed_leaf, self.size
        while index & 1:
            node = node_hash(self._roots.pop(), node)
            level, index = level + 1, index >> 1
            done.append((level, index, node))
        self._roots.append(node)
        self.size += 1
        return done

    @property
    def roots(self) -> tuple[bytes, ...]:
        return tuple(self._roots)

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY_ROOT
        node = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            node = node_hash(left, node)
        return node


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """(level, index) of the largest aligned subtrees that cover leaves start..end, left to right."""
    found = []
    while start < end:
        level = (start & -start).bit_length() - 1 if start else end.bit_length() - 1
        while start + (1 << level) > end:
            level -= 1
        found.append((level, start >> level))
        start += 1 << level
    return found


Node = Callable[[int, int], bytes]


def _range_root(start: int, end: int, node: Node) -> bytes:
    parts = [node(level, index) for level, index in perfect_subtrees(start, end)]
    root = parts[-1]
    for left in reversed(parts[:-1]):
        root = node_hash(left, root)
    return root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, 2.1.1; `node(level, index)` gives the hash of a perfect subtree."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, 2.1.2; empty when `old` is 0 or equals `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not grow from one of {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_root(middle, end, node))
            end = middle
        else:
            proof.append(_range_root(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(start, end, node))
    return proof[::-1]


def includes(index: int, size: int, hashed_leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows the leaf at `index` of the tree of `size` leaves with `root`."""
    if not 0 <= index < size or not _are_hashes(hashed_leaf, *proof):
        return False
    place, last, node = index, size - 1, hashed_leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def _are_hashes(*found: bytes) -> bool:
    # Two neighbours of other lengths could be cut from one node elsewhere, and still hash to it.
    return all(len(node) == HASH_BYTES for node in found)


def extends(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree (new, new_root) has (old, old_root) as its beginning.

    A check against the empty tree would prove nothing and is refused."""
    if old < 1 or new < old:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path or not _are_hashes(old_root, new_root, *proof):
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(node, first), node_hash(node, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, node)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
