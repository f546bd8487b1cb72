"""A reader of QR codes of our own (ISO/IEC 18004), for symbols of version 4 without damage.

It shares nothing with the library that draws them: format, mask, order and blocks are read anew.
"""

from collections.abc import Callable, Iterator, Sequence

SIDE = 33
"""Modules of version 4."""
FORMAT_MASK = 0b101010000010010
LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
BLOCKS = {"Q": (2, 24)}
"""Blocks and their data codewords."""
MASKS: Sequence[Callable[[int, int], bool]] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)


def decoded(modules: Sequence[Sequence[bool]]) -> tuple[str, str]:
    """Level of error correction and text; fails for a symbol that is not of version 4."""
    assert [len(row) for row in modules] == [SIDE] * SIDE
    level, mask = _format(modules)
    bits = [modules[y][x] ^ MASKS[mask](x, y) for x, y in _places()]
    words = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    blocks, length = BLOCKS[level]
    data = b"".join(bytes(words[block : blocks * length : blocks]) for block in range(blocks))
    return level, _text(data)


def _format(modules: Sequence[Sequence[bool]]) -> tuple[str, int]:
    """Read beside the upper left finder, the highest bit first."""
    across = [(x, 8) for x in (0, 1, 2, 3, 4, 5, 7, 8)]
    down = [(8, y) for y in (7, 5, 4, 3, 2, 1, 0)]
    number = _number([modules[y][x] for x, y in across + down]) ^ FORMAT_MASK
    return LEVELS[number >> 13], number >> 10 & 0b111


def _places() -> Iterator[tuple[int, int]]:
    """Where data lies: pairs of columns from the right, upwards and downwards in turn."""
    upwards = True
    for right in (*range(SIDE - 1, 6, -2), *range(5, 0, -2)):
        for y in range(SIDE - 1, -1, -1) if upwards else range(SIDE):
            yield from ((x, y) for x in (right, right - 1) if not _is_function(x, y))
        upwards = not upwards


def _is_function(x: int, y: int) -> bool:
    in_finder = (x < 9 and y < 9) or (x < 9 and y >= SIDE - 8) or (x >= SIDE - 8 and y < 9)
    in_alignment = abs(x - SIDE + 7) <= 2 and abs(y - SIDE + 7) <= 2
    return in_finder or in_alignment or x == 6 or y == 6


def _text(data: bytes) -> str:
    """One segment in byte mode: 4 bits of mode, 8 of length, then the bytes."""
    bits = "".join(f"{byte:08b}" for byte in data)
    assert bits[:4] == "0100"
    length = int(bits[4:12], 2)
    return bytes(int(bits[at : at + 8], 2) for at in range(12, 12 + 8 * length, 8)).decode("ascii")


def _number(bits: Sequence[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
