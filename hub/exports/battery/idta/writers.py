"""The two formats of IDTA 02035: the environment as JSON, and the AASX package around its XML."""

from collections.abc import Callable, Iterator
from itertools import chain

from hub.exports.battery.idta import judge
from hub.exports.battery.idta.as_json import Document, as_json, environment
from hub.exports.battery.idta.as_xml import as_xml
from hub.exports.battery.idta.carbon_footprint import can_be_printed, carbon_footprint, class_gap
from hub.exports.battery.idta.documents import file_gap, handover_documentation
from hub.exports.battery.idta.elements import Named, Shell
from hub.exports.battery.idta.identity import Identity
from hub.exports.battery.idta.left_out import left_out
from hub.exports.battery.idta.package import package
from hub.exports.battery.idta.templates import FACILITY
from hub.exports.battery.writing import NOTICES, Audience, Filing, Format, Judge, Writer, Written
from tierlight_schemas.battery.gaps import FOOTPRINT, incomplete
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint


def shell(footprint: BatteryFootprint, model: BatteryModel) -> Shell:
    """The shell of a model from a plant; of a complete footprint."""
    identity = Identity.of(footprint, model)
    return Shell(
        identity.shell,
        identity.asset,
        [*_names(footprint, model)],
        [
            carbon_footprint(footprint, model, identity),
            handover_documentation(model, identity),
        ],
        "; ".join(NOTICES),
    )


def _names(footprint: BatteryFootprint, model: BatteryModel) -> Iterator[Named]:
    """The plant stands here while the nameplate, which would tell it, is left out."""
    if footprint.plant is not None:
        yield Named("uniqueFacilityIdentifier", footprint.plant.code, FACILITY)
    yield Named("manufacturerPartId", footprint.part)
    if model.model is not None:
        yield Named("batteryModel", model.model)
    if model.gtin is not None:
        yield Named("gtin", model.gtin)


def _writer(to_bytes: Callable[[Document], bytes]) -> Writer:
    def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
        if not can_be_printed(footprint):
            return Written(None, (incomplete("footprint", FOOTPRINT),))
        gaps = chain(class_gap(model), file_gap(model), left_out(footprint, model))
        return Written(to_bytes(environment(shell(footprint, model))), tuple(gaps))

    return write


_AUDIENCES = (Audience.PUBLIC, Audience.AUTHORITIES)
"""In the edition for the authorities certificates are documents, too."""
IDTA = Format(
    "idta",
    "idta-battery-passport.json",
    "application/json",
    _writer(as_json),
    (Judge(judge.NAME, judge.of_json),),
    _AUDIENCES,
)
AASX = Format(
    "aasx",
    "battery-passport.aasx",
    "application/asset-administration-shell-package",
    _writer(lambda document: package(as_xml(document))),
    (Judge(judge.NAME, judge.of_package),),
    _AUDIENCES,
)
