"""Parts 1, 4 and 6: what they demand of a battery, and what of it the hub does not know.

The hub keeps a model and its footprint. A serial number, a voltage or a CAS number has no place in
it, so that these submodels are left out, and every member that would have to be made up is a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.exports.battery.writing import unfilled
from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint


@dataclass(frozen=True)
class LeftOut:
    """A part that is not written."""

    name: str
    id_short: str
    clause: str
    wanted: tuple[str, ...]
    """Paths of what has to be in it."""


PARTS: Final = (
    LeftOut(
        "IDTA 02035-1",
        "BatteryNameplate",
        "Art. 77",
        (
            "URIOfTheProduct",
            "ManufacturerName",
            "AddressInformation",
            "SerialNumber",
            "DateOfManufacture",
            "UniqueFacilityIdentifier",
            "LifeCycleStage",
            "ManufacturerIdentifier",
            "Markings",
            "EUDeclarationOfConformity",
            "ResultsOfTestReportsProvingCompliance",
        ),
    ),
    LeftOut(
        "IDTA 02035-4",
        "TechnicalData",
        "Annex XIII(1)",
        (
            "GeneralInformation/ManufacturerName",
            "GeneralInformation/ManufacturerIdentifier",
            "GeneralInformation/WarrantyInformation/WarrantyPeriod",
            "GeneralInformation/BatteryCategory",
            "GeneralInformation/BatteryMass",
            "TechnicalPropertyAreas/CapacityEnergyVoltage/NominalVoltage",
            "TechnicalPropertyAreas/CapacityEnergyVoltage/MinVoltage",
            "TechnicalPropertyAreas/CapacityEnergyVoltage/MaxVoltage",
            "TechnicalPropertyAreas/CapacityEnergyVoltage/RatedCapacity",
            "TechnicalPropertyAreas/RoundTripEnergyEfficiency",
            "TechnicalPropertyAreas/Resistance",
            "TechnicalPropertyAreas/PowerCapability",
            "TechnicalPropertyAreas/Temperature",
            "TechnicalPropertyAreas/Lifetime",
        ),
    ),
    LeftOut(
        "IDTA 02035-6",
        "MaterialComposition",
        "Annex XIII(1)",
        (
            "BatteryChemistry/ShortName",
            "BatteryChemistry/ClearName",
            "BatteryMaterials/BatteryMaterialLocation",
            "BatteryMaterials/BatteryMaterialIdentifier",
            "BatteryMaterials/BatteryMaterialName",
            "BatteryMaterials/IsCriticalRawMaterial",
            "HazardousSubstances",
        ),
    ),
)


def left_out(footprint: BatteryFootprint, model: BatteryModel) -> Iterator[Gap]:
    """Every member that a part demands and nobody has entered."""
    known = _known(footprint, model)
    for part in PARTS:
        for member in part.wanted:
            path = f"{part.id_short}/{member}"
            if path not in known:
                yield unfilled(part.name, "left-out", part.clause, path)


def _known(footprint: BatteryFootprint, model: BatteryModel) -> frozenset[str]:
    stated = {
        "BatteryNameplate/ManufacturerName": model.manufacturer.name,
        "BatteryNameplate/UniqueFacilityIdentifier": footprint.plant,
        "BatteryNameplate/EUDeclarationOfConformity": model.declaration_of_conformity,
        "TechnicalData/GeneralInformation/ManufacturerName": model.manufacturer.name,
        "TechnicalData/GeneralInformation/WarrantyInformation/WarrantyPeriod": (
            model.service_life.warranty_years
        ),
        "TechnicalData/GeneralInformation/BatteryCategory": model.category,
        "TechnicalData/GeneralInformation/BatteryMass": footprint.functional_unit.mass_kg,
        "MaterialComposition/BatteryChemistry/ShortName": model.chemistry,
        "MaterialComposition/BatteryMaterials/BatteryMaterialName": model.materials or None,
    }
    return frozenset(path for path, value in stated.items() if value is not None)
