"""What a total lacks: missing parts, unknown own processes, missing legs, plants and suppliers."""

from collections.abc import Iterator
from decimal import Decimal

from hub.findings.flags import Flag, percent, shown
from hub.findings.rules.lines import standing_lines
from hub.findings.rules.masses import later_life
from hub.findings.rules.view import View, line_subject, link_subject, part_subject
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks import BANDS
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    MASS_BEARING,
    Gap,
    Kind,
    Known,
    PartNode,
    Resolution,
)
from tierlight_schemas.rollup.overlay import is_assumed
from tierlight_schemas.rollup.resolve import beyond_gate
from tierlight_schemas.rollup.vectors import ratio

_MISSING = frozenset({"missing", "expired", "share", "option-unresolved"})


def missing(view: View, name: str) -> Iterator[Flag]:
    """tier/missing: a line that resolves to nothing, with its mass and what it might emit.

    What a supplier does not tell is missing on its side of the link, one tier deeper.
    """
    resolution = view.resolutions[name]
    for gap in resolution.gaps:
        if gap.is_line and gap.cause in _MISSING:
            yield _missing(view, name, resolution, gap)


def _missing(view: View, name: str, resolution: Resolution, gap: Gap) -> Flag:
    node, amount = resolution.node, view.quantities[name]
    mass = None if gap.mass_kg is None else EXACT.multiply(amount, gap.mass_kg)
    estimate = None if gap.estimate is None else EXACT.multiply(amount, gap.estimate)
    evidence = {
        "quantity": shown(EXACT.multiply(amount, gap.quantity)),
        "unit": gap.unit,
        "mass": shown(mass),
        "share": percent(ratio(mass, view.mass_kg) if mass is not None else None),
        "estimate": shown(estimate),
        "cause": gap.cause,
        **_case(gap, mass, estimate),
    }
    subject, tier = part_subject(node), view.tiers[name]
    if gap.source is not None:
        subject, tier = link_subject(node, gap.source), tier + 1
    elif gap.line is not None:
        subject = line_subject(node, gap.line, view.child(gap.line))
    return Flag("tier/missing", Severity.WARNING, node.owner, subject, tier, evidence)


def _case(gap: Gap, mass: Decimal | None, estimate: Decimal | None) -> dict[str, str]:
    """Which words fit: no sentence shall speak of a number that nobody knows."""
    if gap.cause == "expired":
        return {"case": "expired"}
    if gap.cause == "option-unresolved" and gap.line is not None:
        return {"case": "option", "group": gap.line.group or ""}
    rest = "no-mass" if mass is None else "no-estimate" if estimate is None else ""
    case = _joined("silent" if gap.source else "", rest)
    return {"case": case} if case else {}


def withheld(view: View, name: str) -> Iterator[Flag]:
    """tier/withheld: a supplier's part whose value would disclose a single one of those inside."""
    resolution = view.resolutions[name]
    for edge in resolution.edges:
        if edge.source is not None and view.network.nodes[edge.child].withheld:
            subject, tier = link_subject(resolution.node, edge.source), view.tiers[name] + 1
            owner = resolution.node.owner
            yield Flag("tier/withheld", Severity.NOTE, owner, subject, tier, {})


def default_used(view: View, name: str) -> Iterator[Flag]:
    """tier/default-used: a secondary factor, or what a scenario assumes, stands in; a thin build-up
    is kept beside it."""
    resolution = view.resolutions[name]
    if resolution.known is Known.DEFAULT and resolution.value is not None:
        total = view.solution.accounts[name].total
        evidence = {
            "source": resolution.value.reference,
            "value": shown(resolution.base.get(EXCLUDING)),
            "unit": resolution.node.base_unit,
            "quantity": shown(view.quantities[name]),
            "carbon": shown(EXACT.multiply(view.quantities[name], total)),
            "build_up": "yes" if resolution.rejected else "no",
            **({"case": "assumed"} if is_assumed(resolution.value) else {}),
        }
        yield _of_part(view, name, "tier/default-used", Severity.NOTE, evidence)


def own_process_unknown(view: View, name: str) -> Iterator[Flag]:
    """tier/own-process-unknown: a part is built up, but nothing says what its own making emits.

    A process declaration or an energy, service or direct-emission line says it; a trader makes
    nothing.
    """
    resolution = view.resolutions[name]
    if any(gap.cause == "own-process" for gap in resolution.gaps):
        evidence = {"quantity": shown(view.quantities[name]), "unit": resolution.node.base_unit}
        yield _of_part(view, name, "tier/own-process-unknown", Severity.WARNING, evidence)


def vehicle_plant_missing(view: View, name: str) -> Iterator[Flag]:
    """tier/vehicle-plant-missing: a vehicle without the process declaration of its plants.

    A vehicle is what its category calls so: `vehicle`, or a band per vehicle.
    """
    resolution = view.resolutions[name]
    node = resolution.node
    built = resolution.known is Known.BUILT_UP
    if built and is_vehicle(node) and node.own is None:
        yield _of_part(view, name, "tier/vehicle-plant-missing", Severity.ERROR, {})


def is_vehicle(node: PartNode) -> bool:
    """Whether a part's category says that it is a vehicle."""
    return is_of_vehicles(node.category)


def is_of_vehicles(category: str | None) -> bool:
    """Whether a category is one of vehicles."""
    band = BANDS.get(category or "")
    banded = band is not None and band.quantity == "footprint" and band.unit.endswith("/vehicle")
    return banded or (category or "").casefold().split("/")[0] in ("vehicle", "vehicles")


def inbound_leg_missing(view: View, name: str) -> Iterator[Flag]:
    """tier/inbound-leg-missing: a bought line with neither a supplier-paid value nor transport.

    The delivery term says who pays; the estimate assumes 500 km by road.
    """
    resolution = view.resolutions[name]
    for gap in resolution.gaps:
        if gap.cause == "leg" and gap.source is not None:
            subject = link_subject(resolution.node, gap.source)
            code = "tier/inbound-leg-missing"
            evidence = _leg(gap, view.quantities[name], view.limit(code, "kilometres"))
            owner, tier = resolution.node.owner, view.tiers[name]
            yield Flag(code, Severity.WARNING, owner, subject, tier, evidence)


def _leg(gap: Gap, amount: Decimal, kilometres: Decimal) -> dict[str, str]:
    """The numbers of a leg, and the case: who pays is who can state it.

    The kilometres are assumed: only to say what it might be worth.
    """
    leg = gap.source.leg if gap.source else None
    payer = "supplier-pays" if leg is not None and leg.paid_by == "supplier" else ""
    if gap.mass_kg is None:
        return {"case": _joined(payer, "no-mass")}
    tonne = EXACT.divide(EXACT.multiply(amount, gap.mass_kg), Decimal(1000))
    road = BANDS["road-freight"].median
    estimate = EXACT.multiply(EXACT.multiply(tonne, kilometres), road)
    told = {"tonnes": shown(tonne), "estimate": shown(estimate), "distance": shown(kilometres)}
    return told | ({"case": payer} if payer else {})


def _joined(*words: str) -> str:
    return "-".join(filter(None, words))


def undeclared_supplier(view: View, name: str) -> Iterator[Flag]:
    """tier/undeclared-supplier: a bought part without a link, or whose supplier never registered.

    Bought is what carries mass and has neither lines nor a declaration of its owner.
    """
    resolution = view.resolutions[name]
    node = resolution.node
    bought = node.kind in MASS_BEARING and not node.lines and node.declared is None
    if bought and not node.sources:
        evidence = {"supplier": "–", "case": "unnamed"}
        yield _of_part(view, name, "tier/undeclared-supplier", Severity.WARNING, evidence)
    for source in node.sources:
        if source.reason == "unregistered":
            evidence = {"supplier": source.supplier}
            yield _of_part(view, name, "tier/undeclared-supplier", Severity.WARNING, evidence)


def beyond(view: View, name: str) -> Iterator[Flag]:
    """tier/beyond-gate: capital goods, use, maintenance or end of life inside cradle-to-gate.

    Electricity generators are part of their energy's life cycle and are excepted. A waste line of
    the whole product is named too, though no stage says that it is the end of life.
    """
    yield from later_life(view, name)
    resolution = view.resolutions[name]
    if resolution.node.kind is Kind.ENERGY:
        return
    for line, child in standing_lines(view, resolution):
        if beyond_gate(line, child):
            subject = line_subject(resolution.node, line, child)
            evidence = {"stage": line.stage or child.kind.value}
            owner, tier = resolution.node.owner, view.tiers[name]
            yield Flag("tier/beyond-gate", Severity.NOTE, owner, subject, tier, evidence)


def _of_part(
    view: View, name: str, code: str, severity: Severity, evidence: dict[str, str]
) -> Flag:
    node = view.resolutions[name].node
    return Flag(code, severity, node.owner, part_subject(node), view.tiers[name], evidence)
