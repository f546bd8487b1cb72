"""The web address of a battery model: its GTIN as a GS1 Digital Link (ISO/IEC 18975).

    https://id.gs1.org/01/09520123456788

A right check digit says that the number was typed well, not whose it is.
"""

import re
from typing import Final

from tierlight_schemas.battery.gaps import Gap, incomplete
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.company_numbers import fault_of

RESOLVER: Final = "https://id.gs1.org"
SCHEME: Final = "https://id.gs1.org/01/"
"""What UNTP calls the scheme of such identifiers."""
_LINK = re.compile(r"https://id\.gs1\.org/01/([0-9]{14})")


def link_of(gtin: str) -> str:
    """The address of a model's GTIN of 14 digits."""
    return f"{RESOLVER}/01/{gtin}"


def gtin_in(link: str) -> str | None:
    """The GTIN of such an address; None for any other text, or when the check digit is wrong."""
    found = _LINK.fullmatch(link)
    return found[1] if found and fault_of("gtin", found[1]) is None else None


def gap_of(model: BatteryModel, clause: str, path: str) -> Gap | None:
    """Why the model has no such address; None where it has one."""
    if model.gtin is None:
        return incomplete("gtin", clause, format_path=path)
    if fault_of("gtin", model.gtin) is not None:
        return incomplete("gtin-check", clause, format_path=path, found=model.gtin)
    return None
