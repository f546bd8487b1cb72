"""Whether two values are the same in every digit, so that one may stand for the other."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any


def alike(one: Any, other: Any) -> bool:
    """Whether everything computed from `one` and from `other` is the same to the last digit.

    More than `==`: `2.50` is not `2.5`, whose rounding is another, and columns in another order
    are others, because sums run in their order.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Decimal):
        return not one.compare_total(other)
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, Mapping):
        return alike([*one], [*other]) and alike([*one.values()], [*other.values()])
    if is_dataclass(one):
        names = _members(one.__class__)
        return all(alike(getattr(one, name), getattr(other, name)) for name in names)
    return bool(one == other)


@cache
def _members(kind: type[Any]) -> tuple[str, ...]:
    return tuple(member.name for member in fields(kind))
