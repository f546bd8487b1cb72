"""Twenty-five mistakes that clerks make, each with the one cell that is named for it.

The workbook is that of `tests.hub.sheets.filled`, of a company with enough parts; a number in
`part` counts its rows. What is written into a cell is `value`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Planted:
    """A mistake, and the code that it is found by."""

    form: str
    part: int
    column: str
    value: Any
    code: str
    says: str
    """A piece of the Chinese message."""


PLANTED: tuple[Planted, ...] = (
    Planted("data", 1, "period_start", "2024-13-01", "workbook/day", "不是日期"),
    Planted("data", 1, "period_last", "1/2/2025", "workbook/ambiguous", "2025-02-01"),
    Planted("data", 1, "net_mass", "约0.86", "workbook/number", "不是数字"),
    Planted("data", 1, "family", "焊接", "workbook/choice", "不在可选项中"),
    Planted("data", 1, "pieces", "12万kg", "workbook/unit", "kg"),
    Planted("data", 1, "method", "随便", "workbook/choice", "随便"),
    Planted("data", 1, "share_quantity", "=1+2", "workbook/formula", "公式"),
    Planted("data", 1, "share_total", -5, "workbook/negative", "小于 0"),
    Planted("data", 1, "left_out", "3%左右", "workbook/number", "3%左右"),
    Planted("data", 1, "site", "上海", "workbook/choice", "上海"),
    Planted("materials", 1, "material", "很长" * 150, "workbook/too-long", "200"),
    Planted("materials", 1, "category", "木头", "workbook/choice", "木头"),
    Planted("materials", 1, "mass", "1.24 kg", "workbook/two-units", "kg"),
    Planted("materials", 1, "recycled", "二十", "workbook/number", "二十"),
    Planted("materials", 1, "scrap", "380 L", "workbook/unit", "L"),
    Planted("materials", 1, "fate", "扔了", "workbook/choice", "扔了"),
    Planted("materials", 1, "value", "1.2.3", "workbook/number", "1.2.3"),
    Planted("materials", 1, "km", "#DIV/0!", "workbook/error-value", "#DIV/0!"),
    Planted("energy", 1, "carrier", "核聚变", "workbook/choice", "核聚变"),
    Planted("energy", 2, "amount", "60000", "workbook/unit-missing", "没有单位"),
    Planted("energy", 3, "number", "NO-SUCH", "workbook/line-of-nothing", "NO-SUCH"),
    Planted("data", 2, "kgco2e", 1234567890123456789, "workbook/digits-lost", "15 位"),
    Planted("data", 2, "declared_unit", "箱", "workbook/unit", "箱"),
    Planted("data", 3, "number", "X-99", "workbook/number-differs", "X-99"),
    Planted("data", 4, "row_key", "not-a-key", "workbook/key-unknown", "行标识"),
)
