"""The six sheets of activity: of what columns each is, and what a good row is recorded as."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hub.activity import columns
from hub.activity.carriers import NORMS, norm
from hub.activity.serials import SerialError, serials
from hub.activity.shared_codes import read_code
from hub.activity.tables import (
    EnergyAllocation,
    EnergyInstrument,
    EnergyReading,
    EnergyUse,
    ProductionVolume,
    Recorded,
    SharedSite,
)
from hub.activity.words import Carrier, InstrumentKind, Method, Use
from hub.kit.csv_table import CellError, Column


class Sheet(StrEnum):
    """A table by its name."""

    ENERGY = "energy"
    PRODUCTION = "production"
    INSTRUMENTS = "instruments"
    ALLOCATIONS = "allocations"
    SHARES = "shares"
    USES = "uses"


class RowProblem(CellError):  # noqa: N818 - says what happened
    """What is wrong with a row of good cells; `column` is where to look."""

    def __init__(self, column: str, code: str, **params: str) -> None:
        super().__init__(code, **params)
        self.column = column


Values = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """How one sheet is read and kept."""

    table: type[Recorded]
    columns: tuple[Column, ...]
    judge: Callable[[Values], dict[str, Any]]
    """What is recorded of a row's cells, `site` and `part` aside. Raises `RowProblem`."""

    @property
    def with_parts(self) -> bool:
        """Whether its rows name a part."""
        return any(column.name == "part" for column in self.columns)


def _reading(values: Values) -> dict[str, Any]:
    carrier: Carrier = values["carrier"]
    _refuse_unit(carrier, values["unit"])
    return dict(values)


def _refuse_unit(carrier: Carrier, unit: str) -> None:
    if norm(carrier, unit) is None:
        allowed = ", ".join(NORMS[carrier])
        raise RowProblem("unit", "activity/unit-of-carrier", carrier=carrier, allowed=allowed)


def _instrument(values: Values) -> dict[str, Any]:
    _refuse_unit(Carrier.ELECTRICITY, values["unit"])
    if values["kind"] is InstrumentKind.CERTIFICATE:
        for needed in ("scheme", "serial_first"):
            if not values[needed]:
                raise RowProblem(needed, "activity/certificate-needs")
    kept = dict(values) | {"serial_prefix": None, "serial_first": None, "serial_last": None}
    if values["serial_first"] is None:
        return kept
    try:
        found = serials(values["serial_first"], values["serial_last"])
    except SerialError:
        raise RowProblem("serial_last", "activity/serials") from None
    return kept | {
        "serial_prefix": found.prefix,
        "serial_first": found.first,
        "serial_last": found.last,
    }


def _allocation(values: Values) -> dict[str, Any]:
    method: Method = values["method"]
    needed: tuple[str, ...] = ()
    if method is Method.SUB_METER:
        needed = ("sub_meter",)
    elif method in (Method.MACHINE_HOURS, Method.REVENUE):
        needed = ("quantity", "total")
    for column in needed:
        if values[column] is None:
            raise RowProblem(column, "activity/method-needs", method=method)
    unused = {"sub_meter", "quantity", "total"} - set(needed)
    return dict(values) | dict.fromkeys(unused)


def _share(values: Values) -> dict[str, Any]:
    try:
        return dict(values) | {"code": read_code(values["code"])}
    except ValueError:
        raise RowProblem("code", "activity/shared-code") from None


def _use(values: Values) -> dict[str, Any]:
    _refuse_unit(values["carrier"], values["unit"])
    if values["use"] is not Use.STOCK_CHANGE and values["amount"].decimal < 0:
        raise RowProblem("amount", "csv/out-of-range", range="≥ 0")
    return dict(values)


FORMS: Mapping[Sheet, Form] = {
    Sheet.ENERGY: Form(EnergyReading, columns.READINGS, _reading),
    Sheet.PRODUCTION: Form(ProductionVolume, columns.PRODUCTION, dict),
    Sheet.INSTRUMENTS: Form(EnergyInstrument, columns.INSTRUMENTS, _instrument),
    Sheet.ALLOCATIONS: Form(EnergyAllocation, columns.ALLOCATIONS, _allocation),
    Sheet.SHARES: Form(SharedSite, columns.SHARES, _share),
    Sheet.USES: Form(EnergyUse, columns.USES, _use),
}
