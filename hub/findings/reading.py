"""From the stored bytes of a declaration to the facts that rules look at: pure."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from hub.findings.rules.documents import Document
from tierlight_schemas.rollup.declared import COLUMN_OF_ATTRIBUTE, extension_of

Json = Mapping[str, Any]
TOTAL = "pcfExcludingBiogenicUptake"
_FOOTPRINT = frozenset(
    {*COLUMN_OF_ATTRIBUTE, "outboundLogisticsGhgEmissions", "landAreaOccupation"}
)
_PROCESS = frozenset({"emissions", "fossil", "biogenicNonCO2", "electricityKWh"})
_ELECTRICITY = "electricity"


def read_document(row: Any, held: Mapping[str, Json], **known: Any) -> Document:
    """A declaration from its recorded columns (`digest`, `kind`, dates …) and its parsed `payload`,
    `split` and `composition`; `known` are members that others tell.

    The document has passed the door, so its members have the types of the standard.
    """
    subject = held["payload"]["credentialSubject"]
    said = _of_process(subject["process"]) if "process" in subject else _of_footprint(subject)
    return Document(
        digest=row.digest,
        kind=row.kind,
        start=row.period_start,
        end=row.period_end,
        valid_to=row.valid_to,
        boundary=row.boundary,
        site=row.site,
        electricity=_electricity(held.get("split", {})),
        explained=frozenset(entry["code"] for entry in subject.get("acknowledged", ())),
        complete=held.get("composition", {}).get("complete", True),
        **said,
        **known,
    )


def preceding(payload: Json) -> list[str]:
    """Ids of the footprints that a document says it replaces, as the hub records ids."""
    footprint = payload["credentialSubject"].get("footprint", {})
    return [name.lower() for name in footprint.get("precedingPfIds", ())]


def _of_footprint(subject: Json) -> dict[str, Any]:
    footprint = subject["footprint"]
    pcf, part = footprint["pcf"], extension_of(footprint)
    provenance = part.get("provenance", {})
    defaults = {name for name, origin in provenance.items() if origin == "default"}
    return {
        "amount": Decimal(pcf["declaredUnitAmount"]),
        "unit": pcf["declaredUnitOfMeasurement"],
        "amounts": {"total": Decimal(pcf[TOTAL]), **_amounts(pcf, _FOOTPRINT - defaults)},
        "characterization": tuple(sorted(pcf["ipccCharacterizationFactors"])),
        "prospective": part.get("timeBasis") == "prospective",
        "packaging": pcf.get("packagingEmissionsIncluded"),
        "allocation": _words(pcf.get("allocationRulesDescription")),
        "factors": tuple(sorted(map(_source, pcf.get("secondaryEmissionFactorSources", ())))),
        "comment": _words(footprint.get("comment")),
    }


def _of_process(process: Json) -> dict[str, Any]:
    return {
        "amount": Decimal(process["declaredAmount"]),
        "unit": process["declaredUnit"],
        "amounts": {"total": Decimal(process["emissions"]), **_amounts(process, _PROCESS)},
        "characterization": tuple(sorted(process["ipccCharacterizationFactors"])),
    }


def _amounts(holder: Json, names: Collection[str]) -> dict[str, Decimal]:
    return {name: Decimal(text) for name, text in holder.items() if name in names}


def _source(source: Json) -> str:
    return f"{source['name']} {source['version']}"


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _electricity(split: Json) -> str:
    """Which of its two methods the split's electricity was counted by, as far as it tells."""
    rows = [row for row in split.get("carriers", ()) if row["carrier"] == _ELECTRICITY]
    if any("marketBased" in row or "instrument" in row for row in rows):
        return "market-based"
    return "location-based" if any("locationBased" in row for row in rows) else ""
