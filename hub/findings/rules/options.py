"""Options and alternates, and what is counted once as an average and once by its components."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from hub.findings.flags import Flag, half_digit, percent, shown
from hub.findings.rules.lines import counted_lines
from hub.findings.rules.view import View, line_subject, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import MASS_BEARING, ONE, Edge, Known, Line
from tierlight_schemas.rollup.resolve import STAGE_OF_KIND
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

_OF_MAKING = frozenset(STAGE_OF_KIND.values())
_OPTIONS, _TWICE = "tier/option-unresolved", "tier/default-and-built-up"


def option_unresolved(view: View, name: str) -> Iterator[Flag]:
    """tier/option-unresolved: an option group without a take rate, or whose alternates are summed.

    Without one nothing of the group is counted. Take rates that add up to more than 100 % count
    more than one of the alternates; less is fine, because an option need not be taken.
    """
    resolution = view.resolutions[name]
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line, _ in counted_lines(view, resolution):
        if line.group is not None:
            groups[line.group].append(line)
    for group, lines in groups.items():
        if (evidence := _unresolved(lines)) is not None:
            subject, tier = part_subject(resolution.node), view.tiers[name]
            told = {"group": group, "lines": str(len(lines)), **evidence}
            yield Flag(_OPTIONS, Severity.ERROR, resolution.node.owner, subject, tier, told)


def _unresolved(lines: list[Line]) -> dict[str, str] | None:
    rates = [line.take_rate for line in lines if line.take_rate is not None]
    if len(rates) < len(lines):
        return {"open": str(len(lines) - len(rates))}
    total, rounding = exact_sum(rates), exact_sum(map(_rounding, rates))
    return {"case": "summed", "sum": percent(total)} if total > ONE + rounding else None


def _rounding(rate: Decimal) -> Decimal:
    """What printing a rate leaves open; a whole is exact, and 0.5 may be meant as 50 %."""
    return Decimal(0) if rate == rate.to_integral_value() else min(half_digit(rate), _PERCENT)


_PERCENT = Decimal("0.005")


def default_and_built_up(view: View, name: str) -> Iterator[Flag]:
    """tier/default-and-built-up: a default stands in for a part whose components are taken too.

    Both are counted. It fires where a part takes another by its default, and beside it all that the
    other is made of, in the same amounts; or a part of the same name that is built up.
    """
    resolution = view.resolutions[name]
    taken: dict[str, Decimal] = {}
    for edge in resolution.edges:
        add_scaled(taken, {edge.child: edge.coefficient}, ONE)
    for edge in resolution.edges:
        if edge.line is None or view.resolutions[edge.child].known is not Known.DEFAULT:
            continue
        others = _components(view, name, edge, taken) or _namesakes(view, name, edge, taken)
        if others:
            node = resolution.node
            evidence = {
                "parent": node.name,
                "others": ", ".join(sorted(view.network.nodes[other].number for other in others)),
                "default": shown(_carbon(view, {edge.child: edge.coefficient})),
                "built_up": shown(_carbon(view, others)),
            }
            subject = line_subject(node, edge.line, view.child(edge.line))
            tier, owner = view.tiers[name], node.owner
            yield Flag(_TWICE, Severity.WARNING, owner, subject, tier, evidence)


def _components(
    view: View, name: str, edge: Edge, taken: Mapping[str, Decimal]
) -> Mapping[str, Decimal]:
    """What the child was made of, if its parent takes just as much of all of it.

    Energy, transport and waste of its making are not what it is made of.
    """
    built = view.resolutions[edge.child].rejected
    needed: dict[str, Decimal] = {}
    for inner in built.edges if built is not None else ():
        if inner.stage not in _OF_MAKING:
            add_scaled(needed, {inner.child: inner.coefficient}, edge.coefficient)
    tolerance = view.limit(_TWICE, "share")
    alike = all(
        child in taken and abs(taken[child] - amount) <= tolerance * abs(amount)
        for child, amount in needed.items()
    )
    return needed if alike else {}


def _namesakes(
    view: View, name: str, edge: Edge, taken: Mapping[str, Decimal]
) -> Mapping[str, Decimal]:
    """Built-up parts of the child's name beside it; alternates of a group are no namesakes."""
    child = view.network.nodes[edge.child]
    if child.kind not in MASS_BEARING or (edge.line is not None and edge.line.group):
        return {}
    return {
        other.child: taken[other.child]
        for other in view.resolutions[name].edges
        if other.child != edge.child
        and other.line is not None
        and not other.line.group
        and view.resolutions[other.child].known is Known.BUILT_UP
        and view.network.nodes[other.child].name.casefold() == child.name.casefold()
    }


def _carbon(view: View, amounts: Mapping[str, Decimal]) -> Decimal:
    """kgCO2e of some amounts, as far as it is known."""
    return exact_sum(
        EXACT.multiply(amount, view.solution.accounts[name].total)
        for name, amount in amounts.items()
    )
