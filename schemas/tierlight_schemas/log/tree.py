"""The Merkle tree of RFC 9162 (the hashes of RFC 6962), as functions of a few stored hashes.

A `Place` (level, number) names the perfect subtree over the leaves number·2^level to
(number + 1)·2^level - 1. Every range that a root or a proof needs is made of at most log2(size)
of them, so that a proof reads O(log n) hashes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from tierlight_schemas.errors import LogError

Place: TypeAlias = tuple[int, int]
Range: TypeAlias = tuple[int, int]
Hashes: TypeAlias = Mapping[Place, bytes]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_PATH = 63
"""Hashes in a proof; more than any tree of 2^63 leaves needs."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(index: int) -> Iterator[tuple[Place, Place]]:
    """The inner nodes that a new leaf completes, upwards: each with its left child's place."""
    level = 0
    while index & 1:
        yield (level + 1, index >> 1), (level, index - 1)
        level, index = level + 1, index >> 1


def places(span: Range) -> list[Place]:
    """The perfect subtrees that a range of a proof is made of, from left to right."""
    start, end = span
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def span_hash(span: Range, hashes: Hashes) -> bytes:
    """The hash over a range of leaves, from the stored hashes of its `places`."""
    if span[0] == span[1]:
        return EMPTY_ROOT
    *lefts, last = (hashes[place] for place in places(span))
    for left in reversed(lefts):
        last = node_hash(left, last)
    return last


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves, for who has them all."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        level, value = 0, leaf
        while stack and stack[-1][0] == level:
            level, value = level + 1, node_hash(stack.pop()[1], value)
        stack.append((level, value))
    if not stack:
        return EMPTY_ROOT
    value = stack.pop()[1]
    while stack:
        value = node_hash(stack.pop()[1], value)
    return value


def inclusion_spans(index: int, size: int) -> list[Range]:
    """The ranges whose hashes are the inclusion path, from the leaf's sibling upwards (2.1.3.1).

    Raises `LogError` (`log/beyond`) for an index outside of the tree.
    """
    if not 0 <= index < size:
        raise LogError("log/beyond", index=str(index)[:30], size=str(size)[:30])
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_spans(old: int, new: int) -> list[Range]:
    """The ranges whose hashes are the consistency path from size `old` to `new` (2.1.4.1).

    Raises `LogError` (`log/beyond`) unless 0 <= old <= new.
    """
    if not 0 <= old <= new:
        raise LogError("log/beyond", index=str(old)[:30], size=str(new)[:30])
    if old in (0, new):
        return []
    start, end, known, path = 0, new, True, []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, known = middle, False
    return ([] if known else [(start, end)]) + path[::-1]


def root_of_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that an inclusion path leads to (2.1.3.2).

    Raises `LogError`: `log/beyond`, or `log/path` when the path has not the length it must have.
    """
    if not 0 <= index < size:
        raise LogError("log/beyond", index=str(index)[:30], size=str(size)[:30])
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise LogError("log/path", given=str(len(path)))
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("log/path", given=str(len(path)))
    return found


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Raise `LogError` unless the tree of size `new` is that of size `old` and more (2.1.4.2).

    `log/beyond` for sizes that are no sizes, `log/path` for a path of another length,
    `log/inconsistent` when the hashes do not lead to both roots.
    """
    if not 0 <= old <= new:
        raise LogError("log/beyond", index=str(old)[:30], size=str(new)[:30])
    if old in (0, new):
        if path:
            raise LogError("log/path", given=str(len(path)))
        expected = EMPTY_ROOT if old == 0 else new_root
        if old_root != expected:
            raise LogError("log/inconsistent", old=str(old), new=str(new))
        return
    if _roots_of_consistency(old, new, old_root, path) != (old_root, new_root):
        raise LogError("log/inconsistent", old=str(old), new=str(new))


def _roots_of_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    steps = list(path)
    if old & (old - 1) == 0:  # the old tree is one perfect subtree, and stands for itself
        steps.insert(0, old_root)
    if not steps:
        raise LogError("log/path", given="0")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise LogError("log/path", given=str(len(path)))
        if place & 1 or place == last:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, step)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("log/path", given=str(len(path)))
    return found_old, found_new


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
