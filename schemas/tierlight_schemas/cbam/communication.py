"""The communication of an installation to whoever imports its goods: fields, and product rows.

Its fields are those of the Commission's communication template, version 2.1 of 5 June 2024, sheet
`Summary_Communication`, under the template's English names, with the verification beside them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tierlight_schemas.amounts import is_absurd
from tierlight_schemas.cbam.attributing import exact, indirect_of
from tierlight_schemas.cbam.checking import gaps_of
from tierlight_schemas.cbam.embedded import Embedded, embedded, in_decimal
from tierlight_schemas.cbam.figures import Made, Value, in_full, made_of
from tierlight_schemas.cbam.gaps import Gap, wrong
from tierlight_schemas.cbam.goods import ROUTE_NAMES
from tierlight_schemas.cbam.model import CbamReport, Process
from tierlight_schemas.cbam.product_rows import row_of

RULESET = "cbam/2025-2547"
TEMPLATE = "2.1"
"""Version of the Commission's communication template whose fields these are."""


class Refused(Exception):  # noqa: N818 - says what it is
    """A report of which no communication can be made; `gaps` has everything that stands open."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gap.field for gap in gaps if gap.blocks))
        self.gaps = gaps


@dataclass(frozen=True)
class Communication:
    """Everything that a file of any format tells."""

    report: CbamReport
    installation: Mapping[str, Value]
    emissions: Mapping[str, Value]
    quality: Mapping[str, Value]
    verification: Mapping[str, Value]
    processes: tuple[Made, ...]
    products: tuple[Mapping[str, Value], ...]
    """By the name of the column."""
    gaps: tuple[Gap, ...]
    """Fields that are left empty."""

    @property
    def is_verified(self) -> bool:
        """Whether an accredited verifier is named that did not refuse: the operator's word."""
        of = self.report.verification
        named = None not in (of.verifier, of.accreditation, of.opinion)
        return named and of.opinion != "not-satisfactory"


def communication(report: CbamReport) -> Communication:
    """Compute it. Raises `Refused` with every gap where one of them blocks."""
    gaps = gaps_of(report)
    if any(gap.blocks for gap in gaps):
        raise Refused(gaps)
    solved = embedded(report)
    if absurd := list(_absurd(report, solved)):
        raise Refused([*absurd, *gaps])
    made = [made_of(each, solved[each.id]) for each in report.processes if each.id]
    by_id = {each.process.id: each for each in made}
    rows = [row_of(n, each, by_id[each.process]) for n, each in enumerate(report.products, 1)]
    return Communication(
        report,
        _installation(report),
        _emissions(report),
        _quality(report),
        _verification(report),
        tuple(made),
        tuple(rows),
        tuple(gaps),
    )


def _absurd(report: CbamReport, solved: Mapping[str, Embedded]) -> Iterator[Gap]:
    """Processes with more in a tonne than any good has: a slip in an amount."""
    for place, process in enumerate(report.processes):
        of = solved[process.id or ""]
        found = max(map(in_decimal, (of.total, of.electricity or Fraction(0))))
        if is_absurd(found):
            yield wrong("absurd", f"processes[{place}].tonnes", found=f"{found:.3E}")


def _installation(report: CbamReport) -> dict[str, Value]:
    of, period = report.installation, report.period
    return {
        "Name of the installation (English name):": of.name,
        "Street, Number:": of.street,
        "Economic activity:": of.economic_activity,
        "City:": of.city,
        "Country:": of.country,
        "UNLOCODE:": of.unlocode,
        "Coordinates of the main emission source (latitude):": of.latitude,
        "Coordinates of the main emission source (longitude):": of.longitude,
        "Reporting period start:": period.start.isoformat() if period.start else None,
        "Reporting period end:": period.end.isoformat() if period.end else None,
    }


def _emissions(report: CbamReport) -> dict[str, Value]:
    of = report.emissions
    direct = sum(map(exact, (of.calculation, of.pfc, of.measurement, of.other)), Fraction(0))
    indirect = sum(map(indirect_of, report.processes), Fraction(0))
    return {
        "Calculation - based (excl. PFC emissions)": of.calculation,
        "Total PFC emissions": of.pfc,
        "Measurement - based": of.measurement,
        "Other": of.other,
        "Total direct emissions during reporting period:": in_full(direct),
        "Total indirect emissions during reporting period:": in_full(indirect),
        "Total emissions during reporting period:": in_full(direct + indirect),
    }


def _quality(report: CbamReport) -> dict[str, Value]:
    return {
        "General information on data quality:": report.quality.data,
        "Justification for use of default values (if relevant):": report.quality.defaults,
        "Information on quality assurance:": report.quality.assurance,
    }


def _verification(report: CbamReport) -> dict[str, Value]:
    of = report.verification
    evidence = "; ".join(
        " ".join(filter(None, (each.name, each.link, each.sha256))) for each in of.evidence
    )
    return {
        "Operator:": report.installation.operator,
        "Verifier:": of.verifier,
        "Accreditation number:": of.accreditation,
        "Accreditation body:": of.accreditation_body,
        "Country of accreditation:": of.country,
        "Opinion:": of.opinion,
        "Verification completed:": of.completed.isoformat() if of.completed else None,
        "Site visit:": of.site_visit,
        "Evidence:": evidence or None,
    }


def routes_of(process: Process) -> Iterator[str]:
    """As the template names them."""
    return (ROUTE_NAMES[route] for route in process.routes or [])
