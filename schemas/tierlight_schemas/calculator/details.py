"""What lies behind the number, as annexes: parts by name, amounts of the bills, digests of papers.

Nothing of it stands in the signed document but its digest; who may see one annex learns nothing of
the others.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT, Amount, significant
from tierlight_schemas.annexes import (
    ActivityAmount,
    ActivityShare,
    Component,
    CoOutput,
    EvidenceDocument,
)
from tierlight_schemas.calculator.allocation import allocation_of
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.calculator.terms import Calculation, Term
from tierlight_schemas.extension import AnnexName

_BY_NAME = ("material", "scrap", "bought", "packaging")
_DIGEST = 64


def details_of(sheet: PartSheet, calculation: Calculation) -> dict[AnnexName, Mapping[str, Any]]:
    """Documents of the annexes composition, activity and evidence, without their salts.

    Composition names materials, scrap, bought parts and packaging, each with what one piece takes
    and the value used for it; activity has what the bills say; evidence is there only where there
    are papers.
    """
    found: dict[AnnexName, Mapping[str, Any]] = {
        "composition": {
            "annex": "composition",
            "components": [each.document() for each in _components(calculation)],
            "complete": calculation.is_complete,
        },
        "activity": _activity(sheet),
    }
    if sheet.evidence:
        papers = [
            EvidenceDocument(
                about=bill.about,
                digest=bill.digest,
                media_type=bill.media_type,
                size=bill.size,
            )
            for bill in sheet.evidence
        ]
        found["evidence"] = {
            "annex": "evidence",
            "documents": [paper.document() for paper in papers],
        }
    return found


def _components(calculation: Calculation) -> Iterator[Component]:
    for term in calculation.terms:
        factor = next((step for step in term.steps if step.what == "factor"), None)
        if term.group in _BY_NAME and factor is not None:
            is_declared = factor.origin == "declaration" and len(factor.source) == _DIGEST
            share = _allocated(term)
            quantity = EXACT.divide(term.amount, share) if share else term.amount
            yield Component(
                name=term.label,
                declaration=factor.source if is_declared else None,
                quantity=significant(quantity),
                unit=term.unit,
                value_used=Amount.of(factor.value),
                allocation_share=significant(share) if share else None,
            )


def _allocated(term: Term) -> Decimal | None:
    """The share that the part carries beside its co-products; None where it carries all."""
    steps = {step.what: step.value for step in term.steps}
    if "allocated-part" not in steps:
        return None
    return EXACT.divide(steps["allocated-part"], steps["allocated-whole"])


def _activity(sheet: PartSheet) -> Mapping[str, Any]:
    allocation = allocation_of(sheet)
    told: dict[str, Any] = {
        "annex": "activity",
        "site": sheet.site.id,
        "periodStart": sheet.period_start,
        "periodEnd": sheet.period_end,
        "pieces": sheet.pieces,
        "amounts": [each.document() for each in _amounts(sheet)],
        "share": ActivityShare(
            key=sheet.share.method, quantity=sheet.share.quantity, total=sheet.share.total
        ).document(),
        "coProducts": [each.document() for each in _others(sheet)],
    }
    return told | ({"allocation": allocation.method} if allocation else {})


def _amounts(sheet: PartSheet) -> Iterator[ActivityAmount]:
    for energy in sheet.energy:
        if energy.amount is not None:
            yield ActivityAmount(
                carrier=energy.carrier,
                supply=energy.supply if energy.carrier == "electricity" else None,
                quantity=energy.amount.amount,
                unit=energy.amount.unit,
                serials=list(energy.serials),
            )


def _others(sheet: PartSheet) -> Iterator[CoOutput]:
    for each in sheet.co_products:
        yield CoOutput(name=each.name, quantity=each.mass.amount, unit=each.mass.unit)
