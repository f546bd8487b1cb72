"""Invented data for the pattern page: one row for every state a component can be in."""

from types import MappingProxyType
from typing import Any

from hub.disclosure.vehicle_page import Opening
from supplier_portal.tree_links import TreeLinks
from tierlight_schemas.verification_standing import Doubt

KINDS = ("verified", "declared", "built_up", "default", "expired", "missing")
CERTAINTIES = ("complete", "with-default", "at-least", "open", "unknown", "outside")


def _row(path: str, name: str, kind: str, certainty: str, **others: Any) -> dict[str, Any]:
    value = None if certainty in ("unknown", "outside") else "1234.5678"
    row: dict[str, Any] = {
        "path": path,
        "part": {"number": f"P-{path}", "name": name, "id": "pattern"},
        "supplier": None,
        "role": "part",
        "part_kind": "assembly",
        "quantity": "2",
        "unit": "piece",
        "mass_kg": "18.25",
        "value": value,
        "share": None if value is None else "0.0625",
        "kind": kind,
        "coverage": {"mass": "0.87", "carbon": None},
        "findings": [],
        "has_children": False,
        "level": path.count(".") + 1,
        "is_open": False,
        "certainty": certainty,
    }
    return row | others


FINDINGS = tuple(
    {"code": code, "severity": severity}
    for code, severity in (
        ("tier/mass-imbalance", "error"),
        ("tier/missing", "warning"),
        ("tier/default-used", "note"),
    )
)
ROWS = (
    _row("0", "Battery pack", "built_up", "at-least", has_children=True, is_open=True),
    _row("0.0", "Cell", "verified", "complete", supplier="Cellwerk"),
    _row("0.1", "Housing", "declared", "complete", supplier="Beifeng Pack"),
    _row("0.2", "Wiring", "default", "with-default", findings=list(FINDINGS)),
    _row("0.3", "Coolant", "expired", "with-default"),
    _row("0.4", "Busbar", "missing", "unknown", coverage={"mass": "0", "carbon": None}),
    _row("0.5", "Battery pack", "built_up", "complete", role="own", mass_kg=None),
    _row("0.6", "Battery pack", "missing", "unknown", role="leg", mass_kg=None),
    _row("1", "Frame", "built_up", "open", has_children=True),
    _row("2", "Maintenance", "missing", "outside", role="beside", mass_kg=None),
)

SAMPLES = MappingProxyType(
    {
        "kinds": KINDS,
        "certainties": CERTAINTIES,
        "severities": ("error", "warning", "note"),
        "states": ("head", "superseded", "expired", "withdrawn", None),
        "doubts": tuple(doubt.value for doubt in Doubt),
        "confirmed": ("2026-03-01T08:30:00+00:00", None),
        "statements": (
            "≥ 26021.5 kgCO2e, 87.3 % of the mass covered",
            "18250 kgCO2e known + 1200.25 kgCO2e by average values",
        ),
        "shares": (None, "0", "0.0004", "0.0625", "0.5", "0.9999", "1"),
        "numbers": ("0", "0.000000194704", "0.72591", "12.5", "201.600006", "19283.356", None),
        "units": ("kilogram", "piece", "kilowatt hour", "ton kilometer", "square meter"),
        "counts": ({"error": 1, "warning": 134, "note": 25}, {"note": 1}, {}),
        "email": "clerk@aurora.example",
        "rows": ROWS,
        "links": TreeLinks("/-/patterns", Opening(frozenset({(0,)}))),
    }
)
