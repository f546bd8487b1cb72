"""Reports for the tests of CBAM: the worked steel example of the Commission, and small works."""

import copy
from typing import Any

from tierlight_schemas.cbam.model import CbamReport

NONE: dict[str, Any] = {
    "heatImported": {"terajoules": "0"},
    "heatExported": {"terajoules": "0"},
    "wasteGasImported": {"terajoules": "0"},
    "wasteGasExported": {"terajoules": "0"},
    "electricity": [],
    "electricityExported": {"megawatthours": "0"},
    "precursors": [],
}
"""A process into which nothing goes and from which nothing but its good leaves."""

STEEL: dict[str, Any] = {
    "type": "tierlight.cbam-report/1",
    "installation": {
        "name": "Example Steel Works",
        "operator": "Example Steel",
        "street": "Furnace Road 1",
        "economicActivity": "Steel and fasteners",
        "city": "Example City",
        "country": "IN",
        "unlocode": "IN ABC",
        "latitude": "20.95",
        "longitude": "85.22",
    },
    "period": {"start": "2023-01-01", "end": "2023-12-31"},
    "emissions": {
        "calculation": "7866044.46987776",
        "pfc": "0",
        "measurement": "0",
        "other": "0",
    },
    "processes": [
        {
            **NONE,
            "id": "P1",
            "name": "Bubble approach",
            "good": "iron-or-steel-products",
            "routes": ["all"],
            "tonnes": "4800000",
            "directEmissions": "7866044.46987776",
            "wasteGasExported": {"terajoules": "12800"},
            "electricity": [{"megawatthours": "1658844", "factor": "0.589", "source": "Mix"}],
        }
    ],
    "products": [
        {
            "process": "P1",
            "cn": "73181100",
            "cnName": "Coach screws of iron or steel",
            "name": "Coach screw M8",
            "number": "CS-8",
            "massKg": "0.021",
            "reducingAgent": "Coal or coke",
            "steelMill": "623108",
            "mn": "0.012",
            "cr": "0.003",
            "ni": "0",
            "otherAlloys": "0.001",
            "carbon": "0.0021",
            "scrapPerSteel": "0.14",
            "carbonPrice": {
                "form": "Carbon tax",
                "share": "1",
                "covered": "1.5",
                "currency": "INR",
                "due": "45",
                "rebateForm": "Free allocation",
                "rebate": "25",
            },
        }
    ],
    "quality": {"data": "Mostly measurements", "assurance": "Four eyes principle"},
}
"""Its figures are those of the Commission's workbook, names and contents are invented."""

BOUGHT: dict[str, Any] = {
    "id": "B1",
    "name": "Wire rod",
    "good": "iron-or-steel-products",
    "country": "CN",
    "installation": "Rod Mill 3",
    "period": {"start": "2023-01-01", "end": "2023-12-31"},
    "direct": "2",
    "directBy": "actual",
    "indirect": "0.3",
    "indirectBy": "default",
    "electricity": "0.5",
    "source": "Communication of Rod Mill 3",
}


def changed(report: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one member otherwise, or absent where `value` is None: `processes.0.tonnes`."""
    copied = copy.deepcopy(report)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    at: Any = copied
    for step in way:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return copied


def screws() -> dict[str, Any]:
    """Screws of bought wire rod: 100 t of 110 t, drawn with 50 MWh."""
    report = changed(STEEL, "bought", [copy.deepcopy(BOUGHT)])
    report["quality"]["defaults"] = "The rod mill does not measure its electricity"
    report["emissions"]["calculation"] = "30"
    report["processes"] = [
        {
            **copy.deepcopy(NONE),
            "id": "DRAW",
            "name": "Drawing and heading",
            "good": "iron-or-steel-products",
            "routes": ["all"],
            "tonnes": "100",
            "directEmissions": "20",
            "electricity": [{"megawatthours": "50", "factor": "0.6", "source": "D.4(b)"}],
            "precursors": [{"of": "B1", "tonnes": "110"}],
        }
    ]
    report["products"][0]["process"] = "DRAW"
    return report


def works(made: dict[str, str], taken: dict[str, dict[str, str]]) -> CbamReport:
    """Processes that each emit 10 tCO2e, and take each other's goods."""
    report = changed(STEEL, "emissions.calculation", str(10 * len(made)))
    report["processes"] = [
        {
            **NONE,
            "id": name,
            "name": name,
            "good": "iron-or-steel-products",
            "routes": ["all"],
            "tonnes": tonnes,
            "directEmissions": "10",
            "precursors": [{"of": o, "tonnes": t} for o, t in taken.get(name, {}).items()],
        }
        for name, tonnes in made.items()
    ]
    report["products"][0]["process"] = next(iter(made))
    return CbamReport.model_validate(report)
