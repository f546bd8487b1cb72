"""A workbook as a clerk in Wuhu fills it in, and ways to change a cell of it."""

import io
from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook, load_workbook

from hub.workbooks.form import BY_NAME
from hub.workbooks.wording import word

BRACKET = {
    "site": "WUHU-1",
    "period_start": "2024-01-01",
    "period_last": "2024年12月31日",
    "net_mass": "８６０克",
    "family": "冲压",
    "pieces": "12万",
    "method": "质量",
    "share_quantity": 103200,
    "share_total": "2,064,000",
}
"""Of the sheet Data: what `tests.hub.calculator.answers` types on the pages, but for packaging."""
COIL = {
    "material": "DC04 coil",
    "category": "material/steel/crude",
    "mass": "1.24",
    "mass_unit": "kg",
    "scrap": "380 克",
    "fate": "外卖回收",
    "mode": "road",
    "km": 320,
}
POWER = {"carrier": "grid", "amount": "48万kWh"}
GAS = {"carrier": "天然气", "amount": "60,000立方"}
BRACKET_ANSWERS = {
    "net_mass": "860",
    "net_mass_unit": "gram",
    "family": "stamping",
    "site": "WUHU-1",
    "period_start": "2024-01-01",
    "period_last": "2024-12-31",
    "pieces": "120000",
    "method": "mass",
    "share_quantity": "103200",
    "share_total": "2064000",
    "materials.0.name": "DC04 coil",
    "materials.0.category": "material/steel/crude",
    "materials.0.mass": "1.24",
    "materials.0.mass_unit": "kilogram",
    "scrap.0.material": "DC04 coil",
    "scrap.0.mass": "380",
    "scrap.0.mass_unit": "gram",
    "scrap.0.fate": "sold",
    "transport.0.mode": "road",
    "transport.0.km": "320",
    "grid": "480000",
    "grid_unit": "kilowatt hour",
    "natural-gas": "60000",
    "natural-gas_unit": "cubic meter",
}
"""What the guided calculator then knows."""
TOTAL = "2.59397"
"""kgCO2e of a piece: that of the pages less 6 g of HDPE in the bag."""
STATED = {
    "site": "WUHU-1",
    "period_start": "2024/1/1",
    "period_last": 45657,
    "net_mass": "300",
    "net_mass_unit": "kg",
    "kgco2e": "9００.50",
    "declared_unit": "件",
}


def column(form: str, name: str) -> int:
    """The place of a column in a workbook that nobody has reordered."""
    return [each.name for each in BY_NAME[form].columns].index(name) + 1


def fill(
    book: Workbook, form: str, row: int, cells: Mapping[str, Any], language: str = "zh-CN"
) -> None:
    """Write cells into a row of a sheet."""
    sheet = book[word(f"sheet.{form}", language)]
    for name, value in cells.items():
        sheet.cell(row, column(form, name)).value = value


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()
