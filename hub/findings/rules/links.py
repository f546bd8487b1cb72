"""What buyer and supplier say of one and the same part: whether it is supplied, from where, and
what it weighs."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hub.findings.flags import Flag, percent, printed_half, shown
from hub.findings.rules.view import View, link_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    ONE,
    Kind,
    Known,
    PartNode,
    Resolution,
    Source,
)
from tierlight_schemas.rollup.resolve import convert, per_base_unit
from tierlight_schemas.units import is_mass

_MASS = "tier/mass-differs-across-link"
_GOODS = MASS_BEARING | {Kind.TRADING}
_POWERS = tuple(Decimal(10) ** power for power in range(1, 7))


def link_disputed(view: View, name: str) -> Iterator[Flag]:
    """tier/link-disputed: the supplier says that it does not supply what a sourcing link states.

    The link does not count until the buyer has corrected it and the supplier has confirmed it.
    """
    node = view.resolutions[name].node
    for source in node.sources:
        if source.reason == "disputed":
            evidence = {"supplier": source.supplier, "share": percent(source.share)}
            subject, tier = link_subject(node, source), view.tiers[name]
            yield Flag("tier/link-disputed", Severity.WARNING, node.owner, subject, tier, evidence)


def site_unknown(view: View, name: str) -> Iterator[Flag]:
    """tier/site-unknown: the link names no site though several of the supplier have declared.

    The highest of their values stands until the link says which one delivers.
    """
    node = view.resolutions[name].node
    for source, supplied in _sources(view, view.resolutions[name]):
        if source.site_unknown:
            evidence = {
                "supplier": source.supplier,
                "value": shown(supplied.base.get(EXCLUDING)),
                "unit": supplied.node.base_unit,
                "share": percent(source.share),
            }
            subject, tier = link_subject(node, source), view.tiers[name]
            yield Flag("tier/site-unknown", Severity.WARNING, node.owner, subject, tier, evidence)


def mass_differs_across_link(view: View, name: str) -> Iterator[Flag]:
    """tier/mass-differs-across-link: buyer's and supplier's mass of one unit differ by over 5 %.

    A difference of a power of ten is told as such: grams for kilograms, or a mass per hundred. The
    supplier's mass is that of the declaration used, else of its part. Silent where one of the two
    keeps the part in kilograms, and within what the printed decimals leave open.
    """
    node = view.resolutions[name].node
    buyer = _weighed(node)
    for source, supplied in _sources(view, view.resolutions[name]):
        units = convert(ONE, node.base_unit, supplied.node.base_unit, None)
        stated = _suppliers_mass(supplied)
        if buyer is None or units is None or stated is None:
            continue
        evidence = _difference(buyer, stated.times(units), view.limit(_MASS, "share"))
        if evidence is not None:
            told = {"unit": node.base_unit, "supplier": source.supplier, **evidence}
            subject, tier = link_subject(node, source), view.tiers[name]
            yield Flag(_MASS, Severity.WARNING, node.owner, subject, tier, told)


@dataclass(frozen=True)
class _Weight:
    """kg of one unit, and how far printing may have moved it."""

    kilograms: Decimal
    rounding: Decimal

    def times(self, factor: Decimal) -> "_Weight":
        """The same of another amount."""
        return _Weight(
            EXACT.multiply(self.kilograms, factor), EXACT.multiply(self.rounding, factor)
        )


def _sources(view: View, resolution: Resolution) -> Iterator[tuple[Source, Resolution]]:
    """The sources that a part's value comes from, with what is known of the supplier's part."""
    for edge in resolution.edges:
        if edge.source is not None:
            yield edge.source, view.resolutions[edge.child]


def _weighed(node: PartNode) -> _Weight | None:
    """What one unit weighs as its owner states it; what is kept by mass needs no statement."""
    mass = node.net_mass_kg
    if not mass or node.kind not in _GOODS or is_mass(node.base_unit):
        return None
    return _Weight(mass, printed_half(mass))


def _suppliers_mass(supplied: Resolution) -> _Weight | None:
    """What one unit of a supplier's part weighs: by the declaration used, else by its record."""
    node, value = supplied.node, supplied.value
    if is_mass(node.base_unit):
        return None
    declared = supplied.known in (Known.DECLARED, Known.VERIFIED, Known.EXPIRED)
    if declared and value is not None and value.mass_kg and not is_mass(value.unit):
        factor = per_base_unit(node, value)
        if factor is not None:
            return _Weight(value.mass_kg, printed_half(value.mass_kg)).times(factor)
    return _weighed(node)


def _difference(buyer: _Weight, supplier: _Weight, tolerance: Decimal) -> dict[str, str] | None:
    """How the two masses differ, if they do."""
    if _agree(buyer, supplier, tolerance):
        return None
    told = {"buyer_mass": shown(buyer.kilograms), "supplier_mass": shown(supplier.kilograms)}
    for power in _POWERS:
        for case, factor in (("supplier-tenfold", ONE / power), ("buyer-tenfold", power)):
            if _agree(buyer, supplier.times(factor), tolerance):
                return told | {"case": case, "factor": f"{power:f}"}
    apart = abs(supplier.kilograms - buyer.kilograms)
    difference = percent(EXACT.divide(apart, buyer.kilograms))
    return told | {"difference": difference, "tolerance": percent(tolerance)}


def _agree(buyer: _Weight, supplier: _Weight, tolerance: Decimal) -> bool:
    allowed = tolerance * buyer.kilograms + buyer.rounding + supplier.rounding
    return abs(buyer.kilograms - supplier.kilograms) <= allowed
