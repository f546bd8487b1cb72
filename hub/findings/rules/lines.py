"""Lines that a person should look at: the same one twice, nothing taken, or something given out."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence

from hub.findings.flags import Flag, shown
from hub.findings.rules.view import View, is_composed, line_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import ONE, OWN_PROCESS, Kind, Line, PartNode, Resolution
from tierlight_schemas.rollup.resolve import beyond_gate, is_by_product, left_open, line_edge

_PRODUCTS = frozenset({Kind.ASSEMBLY, Kind.MATERIAL, Kind.TRADING, Kind.ENERGY, Kind.AUXILIARY})
"""What can leave a process as something that somebody uses."""


def standing_lines(view: View, resolution: Resolution) -> list[tuple[Line, PartNode]]:
    """The lines of a part that is not declared, with what they take.

    None where a declaration or a factor stands for it; transport alone where it is bought whole.
    """
    node = resolution.node
    if not is_composed(resolution):
        return []
    lines = [(line, view.child(line)) for line in node.lines]
    rest = left_open(node, any(child.kind is not Kind.TRANSPORT for _, child in lines))
    return [(line, child) for line, child in lines if rest or child.kind is Kind.TRANSPORT]


def counted_lines(view: View, resolution: Resolution) -> list[tuple[Line, PartNode]]:
    """The lines that a part's value rests on, with what they take.

    Nothing beyond the gate; no energy or service where a process declaration says what making it
    emits.
    """
    is_declared = resolution.node.own is not None
    return [
        (line, child)
        for line, child in standing_lines(view, resolution)
        if not (is_declared and child.kind in OWN_PROCESS) and not beyond_gate(line, child)
    ]


def duplicate_line(view: View, name: str) -> Iterator[Flag]:
    """tier/duplicate-line: the same part taken twice, as much of it, in the same stage and group.

    All of them are counted. A part taken twice in different amounts is no finding. Nor is a list
    with one line for each piece: single pieces of a part that stand there three times or more, or
    of several parts.
    """
    repeated = _repeated(counted_lines(view, view.resolutions[name]))
    singly = [lines for lines in repeated if _is_one_piece(lines[0])]
    by_piece = len(singly) > 1 or any(len(lines) > 2 for lines in singly)
    for lines in repeated:
        if not (by_piece and _is_one_piece(lines[0])):
            second = lines[1]
            evidence = {
                "count": str(len(lines)),
                "lines": ", ".join(str(line.position) for line in lines),
                "total": shown(EXACT.multiply(second.quantity, len(lines))),
            }
            code = "tier/duplicate-line"
            yield _of_line(view, name, code, Severity.WARNING, second, evidence)


def _repeated(lines: Sequence[tuple[Line, PartNode]]) -> list[list[Line]]:
    """Lines that say the same, where there are several."""
    children = Counter(child.id for _, child in lines)
    alike: defaultdict[Hashable, list[Line]] = defaultdict(list)
    for line, child in lines:
        if line.quantity and children[child.id] > 1:
            alike[_what_it_says(line, child)].append(line)
    return [held for held in alike.values() if len(held) > 1]


def _is_one_piece(line: Line) -> bool:
    return line.unit == "piece" and line.quantity == line.reference_amount == ONE


def _what_it_says(line: Line, child: PartNode) -> Hashable:
    """1000 g say the same as 1 kg; units that do not convert are compared as they stand."""
    edge = line_edge(line, child)
    amount = (line.quantity, line.unit) if edge is None else edge.coefficient
    return child.id, amount, line.stage, line.group, line.take_rate


def zero_quantity(view: View, name: str) -> Iterator[Flag]:
    """tier/zero-quantity: a line that takes nothing of its part; it adds nothing to the total.

    An alternate that nobody takes has a quantity and the take rate 0: that is no finding.
    """
    for line, _ in counted_lines(view, view.resolutions[name]):
        if not line.quantity:
            yield _of_line(view, name, "tier/zero-quantity", Severity.WARNING, line, {})


def negative_quantity(view: View, name: str) -> Iterator[Flag]:
    """tier/negative-quantity: something leaves that is not waste: a by-product, shown beside.

    Waste sent to treatment is written with a minus and is no finding. A service, a transport or an
    emission cannot leave as a product: a warning.
    """
    for line, child in counted_lines(view, view.resolutions[name]):
        if not is_by_product(line, child):
            continue
        is_product = child.kind in _PRODUCTS
        severity = Severity.NOTE if is_product else Severity.WARNING
        evidence = {} if is_product else {"case": "no-product", "kind": child.kind.value}
        yield _of_line(view, name, "tier/negative-quantity", severity, line, evidence)


def _of_line(
    view: View, name: str, code: str, severity: Severity, line: Line, evidence: dict[str, str]
) -> Flag:
    node = view.resolutions[name].node
    subject = line_subject(node, line, view.child(line))
    said = {"parent": node.name, "quantity": shown(line.quantity), "unit": line.unit}
    return Flag(code, severity, node.owner, subject, view.tiers[name], said | evidence)
