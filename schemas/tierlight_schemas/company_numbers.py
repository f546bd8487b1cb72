"""Numbers that name a company or a place: their one spelling, and what of them can be checked.

- `lei` (ISO 17442): 18 letters and digits, 2 check digits by ISO 7064 MOD 97-10;
- `uscc` (GB 32100-2015, 统一社会信用代码): 17 characters without I, O, S, V, Z, and a check
  character mod 31;
- `gln` (13 digits), `gtin` (8, 12, 13 or 14) of GS1: the last digit checks the others mod 10;
- `duns` (Dun & Bradstreet): nine digits, nothing to check, see `_is_duns`;
- `bpn` (Catena-X: BPNL, BPNS or BPNA and 12 characters), `vat` (a country and 2 to 13 characters):
  their form only.

Numbers of other schemes are taken as they come. A right check digit says that a number was typed
well, not whose it is, nor that it was ever given out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from tierlight_schemas.errors import IdentifierError

Fault = Literal["form", "check"]

_USCC: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_GAPS = str.maketrans("", "", " -")


@dataclass(frozen=True)
class Scheme:
    """How the numbers of one scheme look."""

    form: re.Pattern[str]
    example: str
    holds: Callable[[str], bool]
    """Whether the check digit is right, of a number of that form."""


def normal(scheme: str, value: str) -> str:
    """The one spelling of a number: no blanks or hyphens inside, capital letters.

    Numbers of schemes that are not known here lose only the blanks around them.
    """
    value = value.strip()
    return value.translate(_GAPS).upper() if scheme in SCHEMES else value


def fault_of(scheme: str, value: str) -> Fault | None:
    """What is wrong with a number in its one spelling; None if nothing can be said against it."""
    known = SCHEMES.get(scheme)
    if known is None:
        return None
    if not known.form.fullmatch(value):
        return "form"
    return None if known.holds(value) else "check"


def fault_of_text(text: str) -> Fault | None:
    """What is wrong with a number written as `SCHEME:VALUE`; None for a text that is none."""
    scheme, colon, value = text.partition(":")
    kind = scheme.strip().lower()
    return fault_of(kind, normal(kind, value)) if colon else None


def as_text(number: str) -> str:
    """A number as `SCHEME:VALUE`; of one without a scheme it is told by form and check digit.

    Raises `IdentifierError` (`identity/number-unknown`) for one that could be of none, or of any.
    """
    if ":" in number:
        return number
    for scheme in ("uscc", "lei", "duns"):
        value = normal(scheme, number)
        if fault_of(scheme, value) is None:
            return f"{scheme}:{value}"
    raise IdentifierError("identity/number-unknown", number=number.strip()[:60])


def checked(scheme: str, value: str) -> str:
    """A number in its one spelling.

    Raises `IdentifierError`: `identity/number-form`, or `identity/number-check` for a check digit
    that is not that of the other characters, as after a slip of the pen.
    """
    number = normal(scheme, value)
    fault = fault_of(scheme, number)
    if fault is None:
        return number
    told = {"scheme": scheme.upper(), "number": number[:60], "case": scheme}
    raise IdentifierError(f"identity/number-{fault}", **told, example=SCHEMES[scheme].example)


def lei_check_digits(body: str) -> str:
    """The last two digits of an LEI, of its first 18 characters (ISO 7064 MOD 97-10)."""
    return f"{98 - _number(f'{body}00') % 97:02d}"


def uscc_check_character(body: str) -> str:
    """The last character of a USCC, of its first 17: weights are the powers of 3 modulo 31."""
    total = sum(_USCC.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return _USCC[-total % 31]


def gs1_check_digit(body: str) -> str:
    """The last digit of a GLN or GTIN, of those before it: from the right, weights 3, 1, 3 …"""
    total = sum(int(c) * (3, 1)[place % 2] for place, c in enumerate(reversed(body)))
    return str(-total % 10)


def _number(text: str) -> int:
    """Letters as 10 to 35, all digits in a row."""
    return int("".join(str(int(c, 36)) for c in text))


def _is_lei(value: str) -> bool:
    return _number(value) % 97 == 1


def _is_uscc(value: str) -> bool:
    """Some codes that Chinese pilot regions gave out before the standard fail this; they are valid
    all the same, and are registered under a scheme of their own, such as `uscc-pilot`."""
    return uscc_check_character(value[:-1]) == value[-1]


def _is_gs1(value: str) -> bool:
    return gs1_check_digit(value[:-1]) == value[-1]


def _is_duns(value: str) -> bool:
    """Any nine digits. Until about the end of 2006 the ninth was a check digit (mod 10); then it
    was given up to have more numbers, and which of them are older cannot be seen. So a slip of the
    pen in a DUNS cannot be found, and an old number that fails the old check is not refused."""
    return True


def _by_form(value: str) -> bool:
    return True


SCHEMES: Final[Mapping[str, Scheme]] = {
    "bpn": Scheme(re.compile(r"BPN[LSA][0-9A-Z]{12}"), "BPNL00000003AYRE", _by_form),
    "duns": Scheme(re.compile(r"[0-9]{9}"), "312345678", _is_duns),
    "gln": Scheme(re.compile(r"[0-9]{13}"), "4012345000009", _is_gs1),
    "gtin": Scheme(re.compile(r"[0-9]{8}|[0-9]{12,14}"), "4006381333931", _is_gs1),
    "lei": Scheme(re.compile(r"[0-9A-Z]{18}[0-9]{2}"), "529900T8BM49AURSDO55", _is_lei),
    "uscc": Scheme(
        re.compile(rf"[1-9A-HJ-NPQRTUWXY][1-9A-HJ-NPQRTUWXY][0-9]{{6}}[{_USCC}]{{10}}"),
        "91440300192317458F",
        _is_uscc,
    ),
    "vat": Scheme(re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,13}"), "DE129273398", _by_form),
}
"""The schemes whose numbers are looked at."""
