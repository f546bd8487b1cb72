"""Battery Pass and Catena-X documents that are ready to be looked at, judged once already."""

import json
from decimal import Decimal

from hub.exports.battery import batterypass, catena_x
from hub.exports.battery.batterypass_judge import judged as batterypass_judged
from hub.exports.battery.catena_x_judge import judged as catena_x_judged
from hub.exports.battery.writing import Filing
from tests.schemas.battery.packs import ALUMINIUM, MODEL, footprint, stated
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.rulesets import ANNEX_II

LINK = "https://battery.example/doc.pdf"
CATENA_X = {
    "chemistry": "NMC622",
    "gtin": "04006381333931",
    "plantBpna": "BPNA1234567890AA",
    "manufacturer": {"name": "A", "address": "B", "bpnl": "BPNL0123456789ZZ"},
    "certificates": [{"name": "EU declaration of conformity", "number": "DoC-1", "link": LINK}],
}
NEVER_KEPT = len(catena_x.UNKEPT) + len(catena_x.ABOVE)
NO_RECYCLING = {"materials": [{**ALUMINIUM, "r2": "0"}]}
"""Nothing is saved: end of life emits."""
PCF = "CarbonFootprintForBatteries"


def model_of(**more):
    return BatteryModel.model_validate({**MODEL, **more})


def batterypass_of(rules=ANNEX_II, **more):
    """The finished document, numbers with every digit; and its gaps."""
    found = footprint(rules, **more)
    body, gaps = batterypass.FORMAT.write(found, model_of(**more), Filing())
    assert body is not None
    assert batterypass_judged(body) == []
    return json.loads(body, parse_float=Decimal), gaps


def catena_x_of(rules=ANNEX_II, **more):
    found = footprint(rules, **more)
    body, gaps = catena_x.FORMAT.write(found, model_of(**more), Filing())
    assert body is not None
    assert catena_x_judged(body) == []
    return json.loads(body, parse_float=Decimal), gaps


def plain(told):
    """As a validator knows numbers."""
    return json.loads(json.dumps(told, default=float))


def total(found):
    """kgCO2e per kWh."""
    return stated(found.per_kwh)


def paths(gaps, case):
    return {gap.params["format_path"] for gap in gaps if gap.case == case}


def by_lifecycle(told):
    return {row["lifecycle"]: row["value"] for row in told["sustainability"]["carbonFootprint"]}
