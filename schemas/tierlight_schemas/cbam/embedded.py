"""Specific embedded emissions (SEE) of every process of a report that has no gap that blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.cbam.attributing import consumed_of, direct_of, exact, indirect_of
from tierlight_schemas.cbam.model import Bought, CbamReport, Process
from tierlight_schemas.cbam.solving import Row, solve


@dataclass(frozen=True)
class Embedded:
    """Of one tonne of what a process makes."""

    direct: Fraction
    """tCO2e/t."""
    indirect: Fraction
    """tCO2e/t."""
    by_default: Fraction
    """Of both together, what rests on default values of precursors, tCO2e/t."""
    electricity: Fraction | None
    """MWh/t; None where it is not known of some precursor."""

    @property
    def total(self) -> Fraction:
        """Direct and indirect, tCO2e/t."""
        return self.direct + self.indirect

    @property
    def default_share(self) -> Fraction | None:
        """0 to 1; None where nothing is embedded."""
        return self.by_default / self.total if self.total else None


def embedded(report: CbamReport) -> dict[str, Embedded]:
    """By the id of the process."""
    made, taken = flows(report)
    bought = {each.id: each for each in report.bought if each.id}
    own = {each.id: _own(each, bought) for each in report.processes if each.id}
    solved = solve(made, taken, own)
    unknown = _without_electricity(report, taken, bought)
    return {
        each: Embedded(x[0], x[1], x[2], None if each in unknown else x[3])
        for each, x in solved.items()
    }


def flows(report: CbamReport) -> tuple[dict[str, Fraction], dict[str, Row]]:
    """Tonnes that each process made, and tonnes that it took of each process."""
    made = {each.id: exact(each.tonnes) for each in report.processes if each.id}
    taken: dict[str, Row] = {each: {} for each in made}
    for process in report.processes:
        for source, tonnes in _taken(process):
            if process.id and source in made:
                row = taken[process.id]
                row[source] = row.get(source, Fraction(0)) + tonnes
    return made, taken


def _taken(process: Process) -> list[tuple[str, Fraction]]:
    return [(each.of, exact(each.tonnes)) for each in process.precursors or [] if each.of]


def _own(process: Process, bought: Mapping[str, Bought]) -> list[Fraction]:
    """What the process adds itself or brings in: direct, indirect, by default, MWh."""
    columns = [direct_of(process), indirect_of(process), Fraction(0), consumed_of(process)]
    for source, tonnes in _taken(process):
        if source in bought:
            figures = _figures(bought[source])
            columns = [c + tonnes * f for c, f in zip(columns, figures, strict=True)]
    return columns


def _figures(bought: Bought) -> list[Fraction]:
    direct, indirect = exact(bought.direct), exact(bought.indirect)
    by_default = direct * (bought.direct_by == "default")
    by_default += indirect * (bought.indirect_by == "default")
    return [direct, indirect, by_default, exact(bought.electricity)]


def _without_electricity(
    report: CbamReport, taken: Mapping[str, Row], bought: Mapping[str, Bought]
) -> set[str]:
    """Processes into which something goes, at whatever remove, whose electricity is not stated."""
    unknown = {
        process.id
        for process in report.processes
        for source, tonnes in _taken(process)
        if process.id and tonnes and source in bought and bought[source].electricity is None
    }
    for _ in taken:
        unknown |= {
            each
            for each, row in taken.items()
            if any(tonnes and source in unknown for source, tonnes in row.items())
        }
    return unknown


def in_decimal(value: Fraction) -> Decimal:
    """To 50 digits."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
