"""What queries need of a declaration, read out of its document: pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from typing import Literal

from pydantic import ValidationError

from hub.declarations.arrival import instant
from hub.declarations.errors import Refused
from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.declaration import (
    Declaration,
    FootprintSubject,
    PartFootprintDeclaration,
    ProcessSubject,
)
from tierlight_schemas.extension import PART_EXTENSION, AnnexName, PartExtension
from tierlight_schemas.footprint import ProductFootprint

Kind = Literal["footprint", "process"]
VALIDITY_YEARS = 3
"""How long a footprint is valid after its reference period when it does not say (PACT 3.0.3)."""


@dataclass(frozen=True)
class Columns:
    """What a declaration is for; amounts per `declared_amount` `declared_unit`."""

    kind: Kind
    part_name: str | None
    revision: str | None
    footprint_id: str | None
    site: str | None
    boundary: str
    level: str
    declared_unit: str
    declared_amount: Amount
    mass_kg: Amount | None
    """Mass of the declared amount."""
    excluding_uptake: Amount
    period_start: datetime
    period_end: datetime
    valid_from: datetime
    valid_to: datetime
    annexes: Mapping[AnnexName, str]
    """Signed digests by annex name."""

    @property
    def unit_mass_kg(self) -> Amount | None:
        """Mass of one declared unit, where it is exact and short enough to write down."""
        if self.mass_kg is None or self.mass_kg.decimal <= 0:
            return None
        mass = EXACT.divide(self.mass_kg.decimal, self.declared_amount.decimal)
        if EXACT.multiply(mass, self.declared_amount.decimal) != self.mass_kg.decimal:
            return None
        try:
            return Amount.of(mass)
        except ValueError:
            return None


def columns_of(declaration: Declaration) -> Columns:
    """The columns of a declaration that has passed the document checks."""
    if isinstance(declaration, PartFootprintDeclaration):
        return _of_footprint(declaration.credential_subject)
    return _of_process(declaration.credential_subject)


def _of_footprint(subject: FootprintSubject) -> Columns:
    document = subject.footprint
    extension, pcf = _extension(document), document.pcf
    start, end = instant(pcf.reference_period_start), instant(pcf.reference_period_end)
    valid_from, valid_to = document.validity_period_start, document.validity_period_end
    return Columns(
        kind="footprint",
        part_name=document.product_name_company,
        revision=extension.revision if extension else None,
        footprint_id=document.id.lower(),
        site=extension.site.id if extension and extension.site else None,
        boundary=extension.boundary if extension else _default("boundary"),
        level=extension.level if extension else _default("level"),
        declared_unit=pcf.declared_unit_of_measurement,
        declared_amount=pcf.declared_unit_amount,
        mass_kg=pcf.product_mass_per_declared_unit,
        excluding_uptake=pcf.pcf_excluding_biogenic_uptake,
        period_start=start,
        period_end=end,
        valid_from=instant(valid_from) if valid_from else end,
        valid_to=instant(valid_to) if valid_to else _years_after(end),
        annexes=extension.annexes if extension else {},
    )


def _of_process(subject: ProcessSubject) -> Columns:
    process = subject.process
    end = instant(process.reference_period_end)
    return Columns(
        kind="process",
        part_name=None,
        revision=process.revision,
        footprint_id=None,
        site=process.site.id if process.site else None,
        boundary="gate-to-gate",
        level=_default("level"),
        declared_unit=process.declared_unit,
        declared_amount=process.declared_amount,
        mass_kg=None,
        excluding_uptake=process.emissions,
        period_start=instant(process.reference_period_start),
        period_end=end,
        valid_from=end,
        valid_to=_years_after(end),
        annexes={},
    )


def _extension(document: ProductFootprint) -> PartExtension | None:
    """The data of `tierlight.part/1`; a foreign document may come without it."""
    for extension in document.extensions or ():
        if extension.data_schema == PART_EXTENSION:
            try:
                return PartExtension.model_validate(extension.data)
            except ValidationError:
                raise Refused("door/schema") from None
    return None


def _default(name: str) -> str:
    return str(PartExtension.model_fields[name].default)


def _years_after(end: datetime) -> datetime:
    try:
        return end.replace(year=end.year + VALIDITY_YEARS)
    except ValueError:
        if end.year + VALIDITY_YEARS > MAXYEAR:
            return datetime.max.replace(tzinfo=UTC)
        return end.replace(year=end.year + VALIDITY_YEARS, month=3, day=1)  # 29 February
