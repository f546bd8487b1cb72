"""Parts 2 and 3 of IDTA 02035 in version 1.1: members, semantic ids, cardinalities, values.

Facts of the published templates, in our own notation. Items of lists have no idShort there, so
that what is filled from them is right under metamodel 3.0 and 3.1 alike.
"""

from typing import Final

from hub.exports.battery.idta.elements import SOME, Kind, Often, PassportPart, Slot
from tierlight_schemas.battery.rulesets import Stage

KWH: Final = "kWh"
"""As the value list and the text of part 3 spell it; the aspect model beside it has `kwH`."""
PIECE: Final = "piece"
PHASES: Final = {
    Stage.RAW_MATERIAL: "A1 - raw material supply (and upstream production)",
    Stage.MAIN_PRODUCTION: "A3 - production",
    Stage.DISTRIBUTION: "A4 - transport to final destination",
    Stage.END_OF_LIFE: "C3 - recycling, waste treatment",
}
"""Of the value list of life-cycle phases, those that DIN DKE SPEC 99100 uses for batteries."""

_IDTA: Final = "https://admin-shell.io/idta/CarbonFootprint"
_PASS: Final = "urn:samm:io.admin-shell.idta.batterypass.carbon_footprint:1.0.0"
_DOCUMENT_ID: Final = "0173-1#02-AAO099#004"


def _property(name: str, meaning: str, value_type: str = "xs:string") -> Slot:
    return Slot(name, Kind.PROPERTY, meaning, value_type=value_type)


def _text(name: str, meaning: str) -> Slot:
    return Slot(name, Kind.TEXT, meaning)


def _list(name: str, meaning: str, item: Slot, *also: str) -> Slot:
    return Slot(name, Kind.LIST, meaning, inside=(item,), also=also)


def _each(meaning: str, *inside: Slot, kind: Kind = Kind.COLLECTION) -> Slot:
    return Slot("", kind, meaning, SOME, inside=inside)


_METHOD = Slot("", Kind.PROPERTY, "0173-1#02-ABG854#003")
_UNIT = Slot(
    "ReferenceImpactUnitForCalculation",
    Kind.PROPERTY,
    "0173-1#02-ABG856#003",
    allowed=frozenset({KWH, PIECE}),
)
_PHASE = Slot(
    "",
    Kind.PROPERTY,
    "0173-1#02-ABG858#004",
    Often(1, len(PHASES)),
    also=("0173-1#02-ABG858#003",),
    allowed=frozenset(PHASES.values()),
)
"""The template says one; the total, which it wants as well, is of all phases and names them. Its
list has the older version of the same concept, and its items the newer one."""
_STUDY = Slot(
    "",
    Kind.PROPERTY,
    "urn:samm:io.admin-shell.idta.handover_documentation:2.0.0#DocumentIdentifier",
    SOME,
    also=(_DOCUMENT_ID,),
)
_FOOTPRINT = _each(
    f"{_IDTA}/ProductCarbonFootprint/1/0",
    _list("PcfCalculationMethods", f"{_IDTA}/PcfCalculationMethods/1/0", _METHOD),
    _property("PcfCO2eq", "0173-1#02-ABG855#003", "xs:decimal"),
    _UNIT,
    _property("QuantityOfMeasureForCalculation", "0173-1#02-ABG857#003", "xs:double"),
    _list("LifeCyclePhases", f"{_IDTA}/LifeCyclePhases/1/0", _PHASE, "0173-1#02-ABG858#003"),
    _property("PerformanceClass", f"{_PASS}#performanceClass"),
    _list(
        "WebLinkToPublicCarbonFootprintStudy",
        f"{_PASS}#webLinkToPublicCarbonFootprintStudy",
        _STUDY,
    ),
)

CARBON_FOOTPRINT: Final = PassportPart(
    "IDTA 02035-3",
    "CarbonFootprint",
    f"{_IDTA}/CarbonFootprint/1/0",
    "https://admin-shell.io/idta-02023-1-0",
    (_list("ProductCarbonFootprints", f"{_IDTA}/ProductCarbonFootprints/1/0", _FOOTPRINT),),
    (f"{_PASS}#CarbonFootprintBattery",),
)

_CLASSIFICATION = _each(
    "0173-1#02-ABI502#003/0173-1#01-AHF581#003",
    _text("ClassName", "0173-1#02-ABJ219#002"),
    _property("ClassId", "0173-1#02-ABH996#003"),
    _property("ClassificationSystem", "0173-1#02-ABH997#003"),
)
_IDENTIFIER = _each(
    "0173-1#02-ABI501#003/0173-1#01-AHF580#003",
    _property("DocumentDomainId", "0173-1#02-ABH994#003"),
    _property("DocumentIdentifier", _DOCUMENT_ID),
)
_VERSION = _each(
    "0173-1#02-ABI503#003/0173-1#01-AHF582#003",
    _list("Language", "0173-1#02-AAN468#008", _each("0173-1#02-AAN468#008", kind=Kind.PROPERTY)),
    _text("Title", "0173-1#02-ABG940#003"),
    _list("DigitalFiles", "0173-1#02-ABK126#002", _each("0173-1#02-ABK126#002", kind=Kind.FILE)),
)
_DOCUMENT = _each(
    "0173-1#02-ABI500#003/0173-1#01-AHF579#003",
    _list("DocumentClassifications", "0173-1#02-ABI502#003", _CLASSIFICATION),
    _list("DocumentIds", "0173-1#02-ABI501#003", _IDENTIFIER),
    _list("DocumentVersions", "0173-1#02-ABI503#003", _VERSION),
)

HANDOVER_DOCUMENTATION: Final = PassportPart(
    "IDTA 02035-2",
    "HandoverDocumentation",
    "0173-1#01-AHF578#003",
    "https://admin-shell.io/idta-02035-2",
    (_list("Documents", "0173-1#02-ABI500#003", _DOCUMENT),),
    (
        "urn:samm:io.admin-shell.idta.batterypass.handover_documentation:1.0.0"
        "#HandoverDocumentation",
    ),
)

PARTS: Final = {part.id_short: part for part in (CARBON_FOOTPRINT, HANDOVER_DOCUMENTATION)}
FACILITY: Final = "https://admin-shell.io/idta/nameplate/3/0/UniqueFacilityIdentifier"
"""What the plant is in part 1."""
