"""Which role a column has: by what its header says, unless the caller says it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.units import UnitError, canonical, conversion

#: The first pattern that a header matches decides.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (r"implied|_per_mw$|反推", ""),
    (r"words|note|原文$", ""),
    (r"certified.?(input|material)|认证投入", "certified_input"),
    (r"attributed.?output|归属产出", "attributed_output"),
    (r"^content$|(attributed|certified).?content|认证含量", "content"),
    (r"^(process.?)?yield$|^得率$|^收率$", "yield"),
    (r"^scheme$|certification.?scheme|认证体系", "scheme"),
    (r"^claim.?(from|start)|声明期起", "claim_from"),
    (r"^claim.?(to|end)|声明期止", "claim_to"),
    (r"certificate.?(valid|expir)|^valid.?(to|until)|证书有效期", "valid_to"),
    (r"certificate.?type|证书类型", "certificate_type"),
    (r"^covers|covered.?scopes|覆盖范围", "covers"),
    (r"grid.?factor|emission.?factor|电网因子|排放因子", "factor"),
    (r"clean.*share|green.*share|绿电占比|清洁电力占比", "share"),
    (r"sample.?count|number.of.(products|models)|样本数量", "count"),
    (r"^mean|average.footprint|均值", "mean"),
    (r"^min|最小值", "min"),
    (r"^max|最大值", "max"),
    (r"clean.*co2|green.*co2|清洁电力排放", "clean"),
    (r"electricity.*co2|传统电力排放|电力排放", "electricity"),
    (
        r"(natural.?gas|steam|heat|coal|fuel|diesel|process).*co2|天然气.*排放|蒸汽.*排放",
        "component",
    ),
    (r"claimed.*co2|avoided|声称减排", "claimed"),
    (r"(intensity|total).*co2|碳排放强度|排放总量", "total"),
    (r"electricity.*kwh|用电量", "energy"),
    (r"generation|发电量", "generation"),
    (r"capacity.*mw|装机", "capacity"),
    (r"^measure|措施$", "measure"),
    (r"province|region|省份|地区", "region"),
    (r"as_printed$|^(site|plant|oem|company|name|cluster)$|工厂$|厂商", "name"),
)
_UNIT = re.compile(r"(kgCO2e?|tCO2e?|MWh|kWh|万kWh|GJ|MW|kW)(?![A-Za-z0-9])")
_SIZES = {
    "kgCO2": Decimal(1),
    "kgCO2e": Decimal(1),
    "tCO2": Decimal(1000),
    "tCO2e": Decimal(1000),
    "MW": Decimal(1000),
    "kW": Decimal(1),
}


def roles_of(header: Sequence[str], said: Mapping[str, str]) -> dict[str, str]:
    """Role by column: what was said, else what the header's words mean. One role but `component`
    goes to one column, the first."""
    roles = {column: role for column, role in said.items() if role}
    taken = set(roles.values())
    for column in header:
        role = _guess(column) if column not in said else ""
        if role and (role == "component" or role not in taken):
            roles[column] = role
            taken.add(role)
    return roles


def _guess(column: str) -> str:
    name = column.strip().lower()
    return next((role for pattern, role in _PATTERNS if re.search(pattern, name)), "")


def size_of(column: str) -> Decimal:
    """What one unit in a header is in kg, kWh or kW; 1 where the header names none."""
    found = _UNIT.search(column)
    if found is None:
        return Decimal(1)
    name = found[1]
    if name in _SIZES:
        return _SIZES[name]
    try:
        ratio = conversion(canonical(name), "kilowatt hour")
    except UnitError:
        return Decimal(1)
    return EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
