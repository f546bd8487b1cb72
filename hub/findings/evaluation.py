"""The rules over a root, judged again after a change: only where their inputs can have moved.

The outcome is that of `rules.evaluate`, flag for flag. What a rule may look at is the contract of
`hub.findings.rules`; whether it has moved is told by `is`, since a solution that was solved again
(`tierlight_schemas.rollup.again`) takes over the objects of all that is as it was.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from hub.findings.flags import Flag
from hub.findings.rules import OF_MASS, RULES, WHOLE, PartRule, View
from hub.findings.rules.view import rests_on
from tierlight_schemas.rollup.again import looked_at
from tierlight_schemas.rollup.alike import alike

Found = Mapping[str, Sequence[Flag]]
"""By part; parts without a flag are absent."""


@dataclass(frozen=True)
class Evaluation:
    """All findings of one root, with what is needed to find them again after a change."""

    view: View
    flags: Sequence[Flag]
    """In the order of the rules, and of the parts inside a rule."""
    found: Mapping[PartRule, Found]
    judged: int = 0
    """Parts that were judged, and not taken over."""


def evaluated(view: View, former: Evaluation | None = None) -> Evaluation:
    """The findings of a view; those that nothing can have moved are a former evaluation's."""
    if former is None or not _is_comparable(view, former.view):
        every = view.resolutions
        return _evaluation(view, {rule: _judged(rule, view, every) for rule in RULES}, len(every))
    moved = _moved(view, former.view)
    if _takes_the_same(view, former.view, moved):
        view.take_over(former.view)
    again = {*_concerned(view, former.view, moved)}
    same_mass = alike(view.mass_kg, former.view.mass_kg)
    found: dict[PartRule, Found] = {}
    for rule in RULES:
        if rule in OF_MASS and not same_mass:
            found[rule] = _judged(rule, view, view.resolutions)
        else:
            found[rule] = _kept(former.found[rule], view, again) | _judged(rule, view, again)
    return _evaluation(view, found, len(again))


def _evaluation(view: View, found: Mapping[PartRule, Found], judged: int) -> Evaluation:
    place = {name: n for n, name in enumerate(view.resolutions)}
    flags = [flag for rule in WHOLE for flag in rule(view)]
    for of_rule in found.values():
        for name in sorted(of_rule, key=place.__getitem__):
            flags.extend(of_rule[name])
    return Evaluation(view, flags, found, judged)


def _judged(rule: PartRule, view: View, names: Collection[str]) -> dict[str, Sequence[Flag]]:
    return {name: flags for name in names if (flags := (*rule(view, name),))}


def _kept(found: Found, view: View, again: Collection[str]) -> dict[str, Sequence[Flag]]:
    inside = view.resolutions
    return {n: flags for n, flags in found.items() if n in inside and n not in again}


def _is_comparable(view: View, former: View) -> bool:
    """Whether all that one evaluation has in common is as it was."""
    now, then = ((each.root, each.category, each.as_of, each.tolerances) for each in (view, former))
    return alike(now, then)


def _moved(view: View, former: View) -> set[str]:
    """Parts, inside the total or not, of which anything is other than it was."""
    now, then = view.solution, former.solution
    digests = {*_other_digests(view, former)}
    moved = {
        name
        for name, node in view.network.nodes.items()
        if node is not former.network.nodes.get(name)
        or now.resolutions.get(name) is not then.resolutions.get(name)
        or now.accounts.get(name) is not then.accounts.get(name)
    }
    told = now.resolutions.items() if digests else ()
    return moved | {name for name, each in told if not digests.isdisjoint(rests_on(each))}


def _other_digests(view: View, former: View) -> Iterator[str]:
    """Declarations of which something else is told than before."""
    for now, then in zip(view.by_digest, former.by_digest, strict=True):
        for digest in now.keys() | then.keys():
            if not alike(now.get(digest), then.get(digest)):
                yield digest


def _takes_the_same(view: View, former: View, moved: Collection[str]) -> bool:
    """Whether every part takes what it took, in the same order of parts."""
    now, then = view.solution.resolutions, former.solution.resolutions
    return view.solution.order is former.solution.order and all(
        alike(now[name].edges, then[name].edges) for name in moved if name in now
    )


def _concerned(view: View, former: View, moved: set[str]) -> Iterator[str]:
    """Parts of the total that may be judged otherwise than before."""
    same_amounts = view.quantities is former.quantities
    for name, resolution in view.resolutions.items():
        if (
            name in moved
            or not moved.isdisjoint(looked_at(resolution.node))
            or not (same_amounts or _stands_as_before(name, view, former))
        ):
            yield name


def _stands_as_before(name: str, view: View, former: View) -> bool:
    """Whether as much of a part is needed as before, and as deep in the chain."""
    return (
        name in former.quantities
        and view.tiers[name] == former.tiers[name]
        and alike(view.quantities[name], former.quantities[name])
    )
