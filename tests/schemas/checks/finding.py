"""How the tests of the checks look at findings."""

from datetime import date
from typing import Any

from tierlight_schemas.checks import check
from tierlight_schemas.findings import Finding

AT = date(2026, 3, 1)


def found(document: Any, code: str, at: date = AT, **given: Any) -> list[Finding]:
    """The findings of one code, e.g. `decimal`."""
    return [f for f in check(document, at, **given) if f.code == f"document/{code}"]


def only(document: Any, code: str, **given: Any) -> Finding:
    """The single finding of one code."""
    (finding,) = found(document, code, **given)
    return finding


def places(document: Any, code: str, **given: Any) -> set[tuple[str, str]]:
    """Severity and path of the findings of one code."""
    return {(str(f.severity), f.path) for f in found(document, code, **given)}
