"""What the bills of an invented foundry in Wuhu say; the calculator's worked example rests on it.

Every number of the sheet in docs/calculator.md is a sum or a line of these.
"""

from dataclasses import dataclass
from decimal import Decimal

COMPANY = "芜湖样例压铸有限公司"
YEAR = 2025
_FIRST_KWH = (158_400, 121_700, 156_200, 154_900, 157_300, 160_800)
_SECOND_KWH = (166_500, 168_100, 157_600, 151_900, 154_200, 152_400)
KWH = (*_FIRST_KWH, *_SECOND_KWH)
_FIRST_GAS = (21_300, 15_600, 20_400, 19_800, 19_500, 19_100)
_SECOND_GAS = (18_900, 19_200, 20_300, 20_600, 22_100, 23_200)
GAS = (*_FIRST_GAS, *_SECOND_GAS)
HOURS = {"DC-3105": 3_120, "DC-3107": 14_560, "DC-3212": 23_920}
"""Machine hours of the year by part."""


@dataclass(frozen=True)
class Line:
    """A line of a bill: what it is about (a word of `demo/messages`), the amount, its unit."""

    what: str
    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Bill:
    """One sheet."""

    name: str
    """Name of its file, and of its words."""
    lines: tuple[Line, ...]
    has_total: bool = False


def _months(name: str, amounts: tuple[int, ...], unit: str) -> Bill:
    lines = tuple(
        Line(f"{YEAR}-{month:02}", Decimal(amount), unit) for month, amount in enumerate(amounts, 1)
    )
    return Bill(name, lines, has_total=True)


def _line(what: str, amount: str, unit: str) -> Line:
    return Line(what, Decimal(amount), unit)


BILLS = (
    _months("electricity", KWH, "度"),
    _months("gas", GAS, "立方"),
    Bill(
        "alloy",
        (
            _line("poured", "1.50", "kg"),
            _line("recycled", "60", "%"),
            _line("distance", "260", "km"),
        ),
    ),
    Bill("scrap", (_line("remelted", "300", "g"),)),
    Bill(
        "hours",
        tuple(Line(part, Decimal(hours), "h") for part, hours in HOURS.items()),
        has_total=True,
    ),
    Bill(
        "production",
        (
            _line("pieces", "52000", "件"),
            _line("net", "1.20", "kg"),
            _line("left-out", "1", "%"),
        ),
    ),
    Bill("crate", (_line("plastic", "100", "g"), _line("trips", "100", "次"))),
)


def total(name: str) -> Decimal:
    """The sum of a bill's lines."""
    return sum((line.amount for line in _bill(name).lines), Decimal(0))


def amount(name: str, what: str) -> Decimal:
    """One line of a bill."""
    return next(line.amount for line in _bill(name).lines if line.what == what)


def _bill(name: str) -> Bill:
    return next(bill for bill in BILLS if bill.name == name)


ANSWERS = {
    "net_mass": str(amount("production", "net")),
    "net_mass_unit": "kilogram",
    "family": "die-casting",
    "period_start": f"{YEAR}-01-01",
    "period_last": f"{YEAR}-12-31",
    "pieces": str(amount("production", "pieces")),
    "materials.0.name": "AlSi9Cu3 铝锭",
    "materials.0.category": "material/aluminium/primary",
    "materials.0.mass": f"{amount('alloy', 'poured')} 千克",
    "materials.0.recycled": str(amount("alloy", "recycled")),
    "scrap.0.material": "AlSi9Cu3 铝锭",
    "scrap.0.mass": f"{amount('scrap', 'remelted')} 克",
    "scrap.0.fate": "returned",
    "grid": f"{total('electricity') / 10_000:f}万度",
    "natural-gas": f"{total('gas')}立方",
    "method": "machine-hours",
    "share_quantity": str(amount("hours", "DC-3105")),
    "share_total": str(total("hours")),
    "transport.0.mode": "road",
    "transport.0.km": str(amount("alloy", "distance")),
    "packaging.0.name": "周转箱",
    "packaging.0.category": "material/plastic/pp",
    "packaging.0.mass": f"{amount('crate', 'plastic')} 克",
    "packaging.0.uses": str(amount("crate", "trips")),
    "left_out": str(amount("production", "left-out")),
}
"""What a clerk types of them, by the names of the portal's questions, as clerks write."""
