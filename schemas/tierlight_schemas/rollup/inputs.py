"""What a roll-up was computed from, by digest or source: the list behind a result's digest."""

from collections.abc import Iterable, Iterator

from tierlight_schemas.rollup.model import EXCLUDING, Known, PartNode, Resolution, Value
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.result import input_digest

_DECLARED = (Known.VERIFIED, Known.DECLARED, Known.EXPIRED)


def used(resolutions: Iterable[Resolution]) -> Iterator[str]:
    """One entry for each declaration, factor and record of a bill of materials; may repeat.

    A closed part brings the one entry that it was packed with, a released one its release.
    """
    for resolution in resolutions:
        if resolution.node.closed is not None:
            yield resolution.node.revision
            continue
        if resolution.node.released is not None:
            yield f"released {resolution.node.released.digest}"
            continue
        if resolution.value is not None:
            yield origin(resolution.node, resolution.value)
        if resolution.edges or resolution.gaps:
            yield f"bom {resolution.node.revision}"


def used_of(solution: Solution) -> Iterator[str]:
    """`used` of all that a solution's sums rest on; what a release stands for does not count."""
    taken = {
        edge.child
        for resolution in solution.resolutions.values()
        for edge in (*resolution.edges, *resolution.beside)
    }
    tops = [name for name in solution.resolutions if name not in taken]
    return used(_inside(solution, *(tops or solution.resolutions)))


def origin(node: PartNode, value: Value) -> str:
    """A declaration by its digest, with that of the statement that verifies it; a factor has none,
    so its number stands beside its source."""
    if value is node.default or value is node.gas:
        return f"factor {value.reference} {value.columns[EXCLUDING]} per {value.unit}"
    verified = f" verified {value.verification}" if value.verification else ""
    return f"value {value.reference}{verified}"


def declarations(entries: Iterable[str]) -> set[str]:
    """What stands for a value in a list of inputs: digests of declarations, verified or not."""
    stated = (entry.split(" ") for entry in entries if entry.startswith("value "))
    return {words[1] for words in stated}


def closed_origin(solution: Solution, name: str) -> str:
    """The entry of a part that its buyer sees closed.

    The declaration, where that alone is its value; else one digest over all that lies inside.
    """
    resolution = solution.resolutions[name]
    if resolution.node.released is not None:
        return f"released {resolution.node.released.digest}"
    if resolution.known in _DECLARED and resolution.value is not None and not resolution.edges:
        return origin(resolution.node, resolution.value)
    return f"closed {input_digest(used(_inside(solution, name)))}"


def _inside(solution: Solution, *names: str) -> Iterator[Resolution]:
    seen, waiting = set(names), list(names)
    while waiting:
        resolution = solution.resolutions[waiting.pop()]
        yield resolution
        if resolution.node.released is not None:
            continue
        for edge in (*resolution.edges, *resolution.beside):
            if edge.child not in seen:
                seen.add(edge.child)
                waiting.append(edge.child)
