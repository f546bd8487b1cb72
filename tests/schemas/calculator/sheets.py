"""The sheets that tests calculate: a stamped seat bracket of a shop in Wuhu, and changes to it."""

from typing import Any

from tierlight_schemas.calculator import Calculation, PartSheet, calculate

BRACKET: dict[str, Any] = {
    "partNumber": "WH-2207",
    "name": "Seat bracket",
    "processFamily": "stamping",
    "netMass": {"amount": "0.86", "unit": "kg"},
    "site": {"id": "WUHU-1", "country": "CN", "subdivision": "CN-AH"},
    "periodStart": "2024-01-01",
    "periodEnd": "2025-01-01",
    "pieces": "120000",
    "materials": [
        {
            "name": "DC04 coil",
            "category": "material/steel",
            "mass": {"amount": "1.24", "unit": "kg"},
            "transport": {"mode": "road", "km": "320"},
        }
    ],
    "scrap": [
        {"material": "DC04 coil", "mass": {"amount": "380", "unit": "g"}, "fate": "sold"},
    ],
    "energy": [
        {"carrier": "electricity", "amount": {"amount": "48", "unit": "万kWh"}},
        {"carrier": "natural-gas", "amount": {"amount": "60000", "unit": "立方"}},
    ],
    "share": {"method": "mass", "quantity": "103200", "total": "2064000"},
    "packaging": [
        {"name": "bag", "category": "material/plastic/hdpe", "mass": {"amount": "6", "unit": "g"}}
    ],
}


def sheet(**changes: Any) -> PartSheet:
    """The bracket's sheet with some members of its own."""
    return PartSheet.model_validate({**BRACKET, **changes})


def calculated(**changes: Any) -> Calculation:
    """The bracket's footprint with some members of its own."""
    return calculate(sheet(**changes))
