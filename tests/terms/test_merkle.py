"""The Merkle tree against published vectors, against a plain recursive reading of RFC 6962, and against forgery.

The vectors are those of transparency-dev/merkle, in the corpus under `vectors/merkle/inclusion` and `consistency`.
The corpus's `subtree…` folders belong to another draft (Merkle tree certificates), which the vault does not speak.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.proof import merkle

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data"))
VECTORS = CORPUS / "vectors" / "merkle"
SIZES = range(1, 41)


def leaf(number: int) -> bytes:
    return merkle.leaf_hash(b"leaf %d" % number)


@cache
def plain_root(start: int, end: int) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if start == end:
        return hashlib.sha256(b"").digest()
    if end - start == 1:
        return hashlib.sha256(b"\x00" + b"leaf %d" % start).digest()
    split = 1
    while split * 2 < end - start:
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(start, start + split) + plain_root(start + split, end)).digest()


def node(level: int, index: int) -> bytes:
    return plain_root(index << level, (index + 1) << level)


def vectors(kind: str) -> list[Path]:
    return sorted((VECTORS / kind).rglob("*.json"))


def parameters(kind: str) -> list[object]:
    skipped = pytest.param(None, marks=pytest.mark.skip(f"no vectors in {VECTORS / kind}"))
    return [pytest.param(path, id=str(path.relative_to(VECTORS))) for path in vectors(kind)] or [skipped]


@pytest.mark.parametrize("path", parameters("inclusion"))
def test_a_published_inclusion_case_is_judged_as_published(path: Path) -> None:
    case = json.loads(path.read_bytes())
    found = merkle.includes(
        case["leafIdx"],
        case["treeSize"],
        base64.b64decode(case["leafHash"]),
        [base64.b64decode(part) for part in case["proof"] or []],
        base64.b64decode(case["root"]),
    )
    assert found is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("path", parameters("consistency"))
def test_a_published_consistency_case_is_judged_as_published(path: Path) -> None:
    case = json.loads(path.read_bytes())
    old, new = case["size1"], case["size2"]
    found = merkle.extends(
        old,
        new,
        base64.b64decode(case["root1"]),
        base64.b64decode(case["root2"]),
        [base64.b64decode(part) for part in case["proof"] or []],
    )
    if old == 0 and not case["wantErr"]:
        # The vectors call every tree an extension of the empty one; it proves nothing, so we refuse to call it proof.
        assert not found
    else:
        assert found is not case["wantErr"], case["desc"]


def test_every_leaf_of_every_tree_to_forty_is_proven_by_our_own_proof() -> None:
    for size in SIZES:
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, node)
            assert merkle.includes(index, size, leaf(index), proof, plain_root(0, size))
            assert not merkle.includes(index, size, leaf(index + 1), proof, plain_root(0, size))


def test_every_pair_of_trees_to_forty_is_proven_consistent_by_our_own_proof() -> None:
    for new in SIZES:
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(old, new, node)
            assert merkle.extends(old, new, plain_root(0, old), plain_root(0, new), proof)
            assert not merkle.extends(old, new, leaf(999), plain_root(0, new), proof)


def test_a_grown_frontier_has_the_root_of_the_plain_tree_at_every_size() -> None:
    frontier = merkle.Frontier()
    assert frontier.root() == plain_root(0, 0)
    for size in SIZES:
        completed = frontier.append(leaf(size - 1))
        assert frontier.root() == plain_root(0, size)
        assert all(found == node(level, index) for level, index, found in completed)


def test_a_frontier_resumed_from_stored_nodes_goes_on_as_if_never_left() -> None:
    for size in SIZES:
        resumed = merkle.Frontier(size, [node(*place) for place in merkle.perfect_subtrees(0, size)])
        resumed.append(leaf(size))
        assert resumed.root() == plain_root(0, size + 1)


def test_a_frontier_with_the_wrong_number_of_roots_is_refused() -> None:
    with pytest.raises(ValueError, match="2 perfect subtrees"):
        merkle.Frontier(3, [leaf(0)])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_proof_of_a_leaf_outside_the_tree_is_neither_made_nor_believed(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_proof(index, size, node)
    assert not merkle.includes(index, size, leaf(0), [], leaf(0))


def test_a_tree_does_not_grow_backwards() -> None:
    with pytest.raises(ValueError, match="does not grow"):
        merkle.consistency_proof(5, 3, node)
    assert not merkle.extends(5, 3, plain_root(0, 5), plain_root(0, 3), [])


def test_neighbours_cut_elsewhere_from_the_same_bytes_prove_nothing() -> None:
    whole = leaf(0) + leaf(1)
    root = plain_root(0, 2)
    assert hashlib.sha256(b"\x01" + whole).digest() == root
    assert not merkle.extends(1, 2, whole[:31], root, [whole[31:]])
    assert not merkle.includes(0, 2, whole[:31], [whole[31:]], root)


hashes = st.binary(min_size=30, max_size=34)


@given(st.integers(-2, 70), st.integers(-2, 70), hashes, st.lists(hashes, max_size=8), hashes)
def test_any_input_gets_an_answer_and_never_an_exception(
    first: int, second: int, one: bytes, proof: list[bytes], other: bytes
) -> None:
    assert merkle.includes(first, second, one, proof, other) in (True, False)
    assert merkle.extends(first, second, one, other, proof) in (True, False)


@given(st.data())
def test_a_proof_with_one_bit_changed_or_one_step_more_or_less_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 40))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, node)
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(proof[at]) ^ (1 << bit)).to_bytes(32)
    for forged in (
        [*proof[:at], flipped, *proof[at + 1 :]],
        [*proof[:at], *proof[at + 1 :]],
        [*proof, flipped],
        [flipped, *proof],
    ):
        assert not merkle.includes(index, size, leaf(index), forged, plain_root(0, size))
