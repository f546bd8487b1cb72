"""The second way to the root: what stands in the database is hashed again before it is signed.

One flipped bit in a stored leaf once made a public log unverifiable for ever, because the root was
signed from what was in memory. This code shares nothing with the first way but SHA-256: plain SQL,
the entry's bytes written out, and a stack of subtrees instead of stored nodes.
"""

from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from hub.kit.errors import Conflict

_ENTRIES = text(
    'SELECT "index", kind, digest, leaf FROM log_entry'
    ' WHERE "index" >= :start AND "index" < :end ORDER BY "index"'
).execution_options(yield_per=1000)
_NODE = text("SELECT hash FROM log_node WHERE level = :level AND number = :number")
_LEAF = text('SELECT leaf FROM log_entry WHERE "index" = :number')


def root_after(session: Session, size: int, known: tuple[int, bytes]) -> bytes:
    """The root over the first `size` entries, from a signed (size, root) that must still hold.

    Raises `Conflict` (`log/reread`) with the place at which what is stored is not what it was.
    """
    start, root = known
    stack = _standing(session, start)
    if _folded(stack) != root:
        raise Conflict("log/reread", index=f"0…{start - 1}")
    with session.execute(_ENTRIES, {"start": start, "end": size}) as entries:
        for index, (place, kind, digest, leaf) in enumerate(entries, start):
            entry = f'{{"digest":"{digest}","kind":"{kind}","version":1}}'
            found = sha256(b"\x00" + entry.encode()).digest()
            if place != index or bytes(leaf) != found:
                raise Conflict("log/reread", index=str(index))
            _push(stack, found)
    if sum(count for count, _ in stack) != size:
        raise Conflict("log/reread", index=str(size))
    return _folded(stack)


def _standing(session: Session, size: int) -> list[tuple[int, bytes]]:
    """The perfect subtrees of a size as stored: one for each bit that is set, largest first."""
    stack, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            asked = {"level": level, "number": start >> level}
            query, asked = (_NODE, asked) if level else (_LEAF, {"number": start})
            stored = session.execute(query, asked).scalar()
            stack.append((1 << level, bytes(stored or b"")))
            start += 1 << level
    return stack


def _push(stack: list[tuple[int, bytes]], value: bytes) -> None:
    count = 1
    while stack and stack[-1][0] == count:
        value = sha256(b"\x01" + stack.pop()[1] + value).digest()
        count *= 2
    stack.append((count, value))


def _folded(stack: list[tuple[int, bytes]]) -> bytes:
    if not stack:
        return sha256().digest()
    value = stack[-1][1]
    for _, left in reversed(stack[:-1]):
        value = sha256(b"\x01" + left + value).digest()
    return value
