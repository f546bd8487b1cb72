"""Codes by which companies that use one site find each other: `K7QF-29XB-…`.

A code is handed from company to company and cannot be guessed; who does not have it learns nothing
by trying. Its last two digits are a check, so that one that was mistyped joins nobody.
"""

import secrets
from collections.abc import Callable

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 20
_GROUP = 4


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """A code that nobody has yet: 99 random bits, and the check."""
    body = "".join(choose(_LETTERS) for _ in range(_LENGTH))
    groups = [body[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP)]
    return "-".join([*groups, _check(body)])


def read_code(text: str) -> str:
    """A code as it was given out, however it was typed. Raises `ValueError` for any other text."""
    plain = "".join(text.split()).replace("-", "").upper()
    body, check = plain[:_LENGTH], plain[_LENGTH:]
    if len(body) < _LENGTH or set(body) - set(_LETTERS) or check != _check(body):
        raise ValueError(f"{text[:40]!r} is no code of a shared site")
    groups = [body[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP)]
    return "-".join([*groups, check])


def _check(body: str) -> str:
    value = 0
    for letter in body:
        value = value * len(_LETTERS) + _LETTERS.index(letter)
    return f"{value % 97:02d}"
