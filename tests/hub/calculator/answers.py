"""What a clerk in Wuhu types about a stamped bracket; the sheet is that of the standard's tests."""

BRACKET = {
    "net_mass": "0.86",
    "net_mass_unit": "kilogram",
    "family": "stamping",
    "site": "WUHU-1",
    "period_start": "2024-01-01",
    "period_last": "2024-12-31",
    "pieces": "120 000",
    "materials.0.name": "DC04 coil",
    "materials.0.category": "material/steel/crude",
    "materials.0.mass": "1,24",
    "materials.0.mass_unit": "kilogram",
    "scrap.0.material": "DC04 coil",
    "scrap.0.mass": "380 克",
    "scrap.0.fate": "sold",
    "grid": "４８万kWh",
    "natural-gas": "60000立方",
    "method": "mass",
    "share_quantity": "103200",
    "share_total": "2064000",
    "transport.0.mode": "road",
    "transport.0.km": "320",
    "packaging.0.name": "bag",
    "packaging.0.category": "material/plastic/hdpe",
    "packaging.0.mass": "6",
    "packaging.0.mass_unit": "gram",
}
"""By the names of `hub.calculator.questions`, written as people write."""
TOTAL = "2.61254136344"
"""kgCO2e of a piece, as `tierlight calculate` gives it for the same sheet."""
