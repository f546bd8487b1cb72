"""How a signed document is read aloud: which attributes stand together, and what each is.

A field names its place in the document. Attributes that stand in no group (foreign ones, of other
systems) are shown as they are, so that nothing that was signed stays hidden.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tierlight_schemas.extension import PART_EXTENSION

Form = Literal[
    "text",
    "code",
    "amount",
    "kgco2e",
    "kgc",
    "percent",
    "flag",
    "first-day",
    "last-day",
    "instant",
    "place",
    "word",
    "unit",
    "records",
]
"""How the value of a field is written. `records` are objects, shown member by member."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One attribute of a document: `pcf.fossilGhgEmissions`, `part.site.country`."""

    path: str
    form: Form = "text"


@dataclass(frozen=True)
class Reading:
    """A field with the value that one document states."""

    field: Field
    values: tuple[Any, ...]
    provenance: str | None = None
    """`stated`, `default` (which means not stated) or `derived`."""


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    name: str
    fields: tuple[Field, ...]


def _fields(form: Form, prefix: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(f"{prefix}.{name}", form) for name in names)


GROUPS = (
    Group(
        "product",
        (
            Field("footprint.productNameCompany"),
            *_fields("code", "part", "partNumber", "revision"),
            Field("part.processFamily"),
            Field("footprint.productDescription"),
            Field("footprint.companyName"),
            *_fields("code", "footprint", "companyIds", "productIds", "productClassifications"),
            Field("footprint.comment"),
        ),
    ),
    Group(
        "process",
        (
            *_fields("code", "process", "partNumber", "revision"),
            Field("process.processFamily"),
            Field("process.declaredAmount", "amount"),
            Field("process.declaredUnit", "unit"),
            Field("process.referencePeriodStart", "first-day"),
            Field("process.referencePeriodEnd", "last-day"),
            Field("process.site.id", "code"),
            *_fields("place", "process", "site.country", "site.subdivision"),
            *_fields("kgco2e", "process", "emissions", "fossil", "biogenicNonCO2"),
            *_fields("amount", "process", "electricityKWh", "productionVolume"),
            Field("process.ipccCharacterizationFactors", "code"),
            Field("process.primaryDataShare", "percent"),
        ),
    ),
    Group(
        "basis",
        (
            Field("pcf.declaredUnitAmount", "amount"),
            Field("pcf.declaredUnitOfMeasurement", "unit"),
            Field("pcf.productMassPerDeclaredUnit", "amount"),
            Field("part.boundary", "word"),
            Field("pcf.boundaryProcessesDescription"),
            Field("pcf.referencePeriodStart", "first-day"),
            Field("pcf.referencePeriodEnd", "last-day"),
            Field("footprint.validityPeriodStart", "first-day"),
            Field("footprint.validityPeriodEnd", "last-day"),
            Field("part.timeBasis", "word"),
            Field("part.site.id", "code"),
            *_fields("place", "part", "site.country", "site.subdivision"),
            *_fields("place", "pcf", "geographyCountry", "geographyCountrySubdivision"),
            Field("pcf.geographyRegionOrSubregion"),
        ),
    ),
    Group(
        "emissions",
        _fields(
            "kgco2e",
            "pcf",
            "pcfExcludingBiogenicUptake",
            "pcfIncludingBiogenicUptake",
            "fossilGhgEmissions",
            "biogenicNonCO2Emissions",
            "biogenicCO2Uptake",
            "landUseChangeGhgEmissions",
            "landManagementFossilGhgEmissions",
            "landManagementBiogenicCO2Emissions",
            "landManagementBiogenicCO2Removals",
            "technologicalCO2Removals",
            "ccsTechnologicalCO2Capture",
            "aircraftGhgEmissions",
            "packagingGhgEmissions",
            "landCarbonLeakage",
            "outboundLogisticsGhgEmissions",
        ),
    ),
    Group(
        "content",
        (
            *_fields(
                "kgc",
                "pcf",
                "fossilCarbonContent",
                "biogenicCarbonContent",
                "recycledCarbonContent",
                "ccuCarbonContent",
                "packagingBiogenicCarbonContent",
            ),
            Field("pcf.landAreaOccupation", "amount"),
        ),
    ),
    Group(
        "method",
        (
            *_fields("code", "pcf", "ipccCharacterizationFactors", "crossSectoralStandards"),
            Field("pcf.productOrSectorSpecificRules", "records"),
            Field("pcf.allocationRulesDescription"),
            Field("pcf.secondaryEmissionFactorSources", "records"),
            Field("pcf.exemptedEmissionsPercent", "percent"),
            Field("pcf.exemptedEmissionsDescription"),
            Field("pcf.packagingEmissionsIncluded", "flag"),
            Field("pcf.ccsTechnologicalCO2CaptureIncluded", "flag"),
            Field("pcf.technologicalCO2CaptureOrigin"),
            Field("pcf.ccuCalculationApproach"),
            Field("pcf.ccuCreditCertification"),
            Field("part.massBalance.used", "flag"),
            Field("part.massBalance.scheme"),
            Field("part.massBalance.attributedSharePercent", "percent"),
        ),
    ),
    Group(
        "quality",
        (
            Field("part.level", "word"),
            Field("pcf.primaryDataShare", "percent"),
            *_fields("amount", "pcf", "dqi.technologicalDQR", "dqi.geographicalDQR"),
            Field("pcf.dqi.temporalDQR", "amount"),
            *_fields("text", "pcf", "verification.coverage", "verification.providerName"),
            Field("pcf.verification.completedAt", "instant"),
            *_fields("text", "pcf", "verification.standardName", "verification.comments"),
            *_fields(
                "percent",
                "part.verificationShares",
                "firstParty",
                "secondParty",
                "thirdParty",
                "program",
                "ownProductionThirdParty",
            ),
            Field("part.uncertainty.geometricStandardDeviation", "amount"),
            Field("part.uncertainty.valueIs", "word"),
            *_fields("amount", "process", "dqi.technologicalDQR", "dqi.geographicalDQR"),
            Field("process.dqi.temporalDQR", "amount"),
            *_fields(
                "percent",
                "process.verificationShares",
                "firstParty",
                "secondParty",
                "thirdParty",
                "program",
                "ownProductionThirdParty",
            ),
        ),
    ),
    Group(
        "record",
        (
            *_fields("code", "footprint", "id", "specVersion"),
            Field("footprint.created", "instant"),
            Field("footprint.status", "word"),
            Field("footprint.precedingPfIds", "code"),
            Field("subject.audience", "code"),
        ),
    ),
)

#: Shown elsewhere on the page, or only carries what is shown.
_SHOWN_ELSEWHERE = ("footprint.pcf", "footprint.extensions", "part.annexes", "part.provenance")
_FIELDS = frozenset(field.path for group in GROUPS for field in group.fields)


def parts_of(document: Document) -> dict[str, Document]:
    """The objects of a payload by the names that field paths begin with."""
    subject = document["credentialSubject"]
    footprint = subject.get("footprint", {})
    own = [e for e in footprint.get("extensions", ()) if e.get("dataSchema") == PART_EXTENSION]
    return {
        "subject": subject,
        "footprint": footprint,
        "pcf": footprint.get("pcf", {}),
        "part": own[0]["data"] if own else {},
        "process": subject.get("process", {}),
    }


def readings(document: Document) -> list[tuple[str, list[Reading]]]:
    """The groups of a document that state something, with what they state."""
    parts = parts_of(document)
    provenance = parts["part"].get("provenance", {})
    found = [
        (group.name, [read for field in group.fields for read in _read(parts, field, provenance)])
        for group in GROUPS
    ]
    return [(name, stated) for name, stated in found if stated]


def foreign(document: Document) -> list[tuple[str, str]]:
    """Attributes and extensions of other systems: path and JSON, kept as they were signed."""
    parts = parts_of(document)
    found = [
        (path, json.dumps(value, ensure_ascii=False))
        for name in ("footprint", "pcf", "part", "process")
        for path, value in _leaves(name, parts[name])
        if path not in _FIELDS and not path.startswith(_SHOWN_ELSEWHERE)
    ]
    extensions = parts["footprint"].get("extensions", ())
    others = [e for e in extensions if e.get("dataSchema") != PART_EXTENSION]
    found += [
        (str(e.get("dataSchema", "")), json.dumps(e.get("data"), ensure_ascii=False))
        for e in others
    ]
    return found


def value_at(parts: Mapping[str, Any], path: str) -> Any:
    """The value at `pcf.dqi.temporalDQR`; None where nothing is stated."""
    value: Any = parts
    for step in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def _read(parts: Mapping[str, Any], field: Field, provenance: Document) -> Iterator[Reading]:
    value = value_at(parts, field.path)
    if value is None or value in ("", []):
        return
    values = tuple(value) if isinstance(value, list) else (value,)
    name = field.path.rpartition(".")[2]
    is_emission = field.path.startswith("pcf.")
    yield Reading(field, values, provenance.get(name) if is_emission else None)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every value below, lists as a whole; objects of our own fields are walked through."""
    if isinstance(value, Mapping) and path not in _FIELDS and not _is_foreign(path):
        for name, member in value.items():
            yield from _leaves(f"{path}.{name}", member)
    else:
        yield path, value


def _is_foreign(path: str) -> bool:
    """Whether no field of ours lies at or below a path."""
    return not any(f"{known}.".startswith(f"{path}.") for known in _FIELDS)
