"""What both sides of a sourcing link count, and deliveries from another site than was declared."""

from collections.abc import Callable, Iterator

from hub.findings.flags import Flag, shown
from hub.findings.rules.documents import CRADLE_TO_GATE, awaiting
from hub.findings.rules.view import View, line_subject, link_subject, part_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import MASS_BEARING, ZERO, Edge, Kind, Line, Policy
from tierlight_schemas.rollup.resolve import outbound_per_unit

_PACKAGING = "packaging"
_PACKAGING_AMOUNT = "packagingGhgEmissions"
_ANY = Policy(use_expired=True)
Evidence = dict[str, str]
Counts = Callable[[View, Edge], Evidence | None]
"""What the supplier counts of a part that arrives by an edge; None where it does not."""


def double_counted_transport(view: View) -> Iterator[Flag]:
    """tier/double-counted-transport: the supplier pays the carriage and states its emissions, and
    the buyer has a transport line for the same part.

    A transport line of an assembly is meant where everything that carries mass arrives so.
    """
    for name, resolution in view.resolutions.items():
        for line in resolution.node.lines:
            if view.child(line).kind is Kind.TRANSPORT and line.quantity > ZERO:
                yield from _twice(view, name, "tier/double-counted-transport", line, _carriage)


def double_counted_packaging(view: View) -> Iterator[Flag]:
    """tier/double-counted-packaging: the supplier's value counts its packaging, and the buyer has a
    line of the stage packaging for the same part.

    A packaging line of an assembly is meant where everything that carries mass arrives packed.
    """
    for name, resolution in view.resolutions.items():
        for line in resolution.node.lines:
            if line.stage == _PACKAGING and line.quantity > ZERO:
                yield from _twice(view, name, "tier/double-counted-packaging", line, _packed)


def site_mismatch(view: View) -> Iterator[Flag]:
    """tier/site-mismatch: a declaration of one site stands for deliveries from another.

    A declaration of another site than the link names is not used, and the finding says why; a
    declarant who counted one as an input is told.
    """
    for name in view.resolutions:
        yield from _of_another_site(view, name)


def _of_another_site(view: View, name: str) -> Iterator[Flag]:
    code, node = "tier/site-mismatch", view.resolutions[name].node
    owner, tier = node.owner, view.tiers[name]
    for index, source in enumerate(node.sources):
        for document in view.aside.get(source.node or awaiting(name, index), ()):
            if document.boundary == CRADLE_TO_GATE and document.site is not None:
                evidence = {"site": document.site}
                subject = link_subject(node, source)
                yield Flag(code, Severity.WARNING, owner, subject, tier, evidence)
    for document in view.said(name):
        for component in document.components:
            site, named = component.document.site, component.delivered_from
            if site is not None and named and site not in named:
                told = {"case": "input", "input": component.name, "site": site}
                evidence = {**told, "named": ", ".join(sorted(named))}
                subject = part_subject(node) | {"type": "declaration", "digest": document.digest}
                yield Flag(code, Severity.WARNING, owner, subject, tier, evidence)


def _twice(view: View, name: str, code: str, line: Line, counts: Counts) -> Iterator[Flag]:
    """A flag for each link whose supplier counts what the buyer's line counts as well."""
    node, tier = view.resolutions[name].node, view.tiers[name]
    of_line = {
        "by_line": str(line.position),
        "by": view.child(line).name,
        "quantity": shown(line.quantity),
        "line_unit": line.unit,
    }
    for edge in view.resolutions[name].edges:
        if edge.source is not None and (counted := counts(view, edge)) is not None:
            subject = link_subject(node, edge.source)
            yield Flag(code, Severity.WARNING, node.owner, subject, tier, counted | of_line)
    for edge, counted in _everything_arrives(view, name, counts):
        if edge.line is not None:
            subject = line_subject(node, edge.line, view.child(edge.line))
            yield Flag(code, Severity.WARNING, node.owner, subject, tier, counted | of_line)


def _everything_arrives(view: View, name: str, counts: Counts) -> list[tuple[Edge, Evidence]]:
    """The lines that carry mass, when the suppliers of all of them count; none otherwise."""
    found: list[tuple[Edge, Evidence]] = []
    for line in view.resolutions[name].node.lines:
        if view.child(line).kind not in MASS_BEARING or line.stage == _PACKAGING:
            continue
        edge = next((e for e in view.resolutions[name].edges if e.line is line), None)
        child = view.resolutions[line.child] if edge is not None else None
        if edge is None or child is None or child.gaps or child.node.lines or not child.edges:
            return []
        counted = [counts(view, way) if way.source else None for way in child.edges]
        if any(told is None for told in counted):
            return []
        found.append((edge, counted[0] or {}))
    return found


def _carriage(view: View, edge: Edge) -> Evidence | None:
    """Outbound logistics that the supplier pays and states, per unit of its part."""
    leg = edge.source.leg if edge.source is not None else None
    if leg is None or leg.paid_by != "supplier" or not leg.on_record:
        return None
    target = view.network.nodes[edge.child]
    outbound = outbound_per_unit(target, _ANY)
    return {"counted": shown(outbound), "unit": target.base_unit} if outbound else None


def _packed(view: View, edge: Edge) -> Evidence | None:
    """Packaging inside the supplier's value, per unit of its declaration."""
    for document in view.said(edge.child):
        amount = document.amounts.get(_PACKAGING_AMOUNT)
        if document.packaging and (amount is None or amount > ZERO):
            if amount is None:
                return {"case": "unstated"}
            return {"counted": shown(document.per_unit(amount)), "unit": document.unit}
    return None
