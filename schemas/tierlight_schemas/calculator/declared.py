"""What a supplier's signed declaration says of the part that somebody buys and builds in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.calculator.biogenic import COMPONENTS
from tierlight_schemas.calculator.sheet import OfWhich, StatedValue
from tierlight_schemas.footprint import camel

_RATINGS = {
    "technological": "technologicalDQR",
    "geographical": "geographicalDQR",
    "temporal": "temporalDQR",
}


def stated_by(document: Mapping[str, Any], digest: str) -> StatedValue:
    """The value of one declared unit, with its maker's period, place, share and ratings.

    `document` is the payload of a footprint declaration and `digest` its SHA-256. What the document
    has by default alone is not stated. Raises `ValueError` for what declares no footprint.
    """
    try:
        footprint = document["credentialSubject"]["footprint"]
        return _value(footprint["pcf"], _defaults(footprint), digest)
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError("no declaration of a footprint") from error


def _value(pcf: Mapping[str, Any], defaults: frozenset[str], digest: str) -> StatedValue:
    amount = Decimal(pcf["declaredUnitAmount"])
    last = datetime.fromisoformat(pcf["referencePeriodEnd"]) - timedelta(seconds=1)
    rated, place = pcf.get("dqi", {}), _place(pcf)
    stated = {name: text for name, text in pcf.items() if name not in defaults}
    parts = {
        member: _per_unit(stated[camel(name)], amount)
        for member, name in COMPONENTS.items()
        if camel(name) in stated
    }
    return StatedValue(
        kgco2e=_per_unit(pcf["pcfExcludingBiogenicUptake"], amount),
        unit=pcf["declaredUnitOfMeasurement"],
        source="declaration",
        reference=digest,
        year=last.year,
        place=place,
        primary_data_share=stated.get("primaryDataShare"),
        of_which=OfWhich.model_validate(parts) if parts else None,
        **{name: rated[member] for name, member in _RATINGS.items() if member in rated},
    )


def _per_unit(text: str, amount: Decimal) -> Amount:
    return Amount.of(EXACT.divide(Decimal(text), amount))


def _place(pcf: Mapping[str, Any]) -> str | None:
    return pcf.get("geographyCountrySubdivision") or pcf.get("geographyCountry")


def _defaults(footprint: Mapping[str, Any]) -> frozenset[str]:
    """Attributes that stand in the document because the standard wants some value there."""
    provenances = (
        extension.get("data", {}).get("provenance", {})
        for extension in footprint.get("extensions", [])
    )
    return frozenset(
        name for found in provenances for name, origin in found.items() if origin == "default"
    )
