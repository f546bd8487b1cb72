"""The registry of factors: the sets that ship, and those that the operator imported."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.factors.tables import FactorSetRow, RegistryFactor
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.csv_table import Column, Problems, read_rows
from hub.kit.errors import BadInput, Conflict
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.tables import Company
from tierlight_schemas.errors import RowError
from tierlight_schemas.factors.model import Factor, FactorSet
from tierlight_schemas.factors.reading import COLUMNS, factor_of
from tierlight_schemas.factors.registry import Registry, digest_of, shipped

_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_MEMBERS = ("unit", "value", "scope", "geography", "year", "source", "clause", "category")


class SetName(NamedTuple):
    """What an operator says of a set."""

    name: str
    version: str
    publisher: str
    licence: str


def registry(session: Session, known_at: datetime | None = None) -> Registry:
    """Everything at hand by `known_at` (now); of an imported set its newest version by then, which
    takes the place of others.

    What a result pinned stays readable by `factors_of_set`.
    """
    newest: dict[str, FactorSetRow] = {}
    rows = select(FactorSetRow).order_by(FactorSetRow.imported_at)
    if known_at is not None:
        rows = rows.where(FactorSetRow.imported_at <= known_at)
    for row in session.scalars(rows):
        newest[row.name] = row
    added = [factor for row in newest.values() for factor in factors_of_set(session, row)]
    return shipped().with_sets(added) if added else shipped()


def factors_of_set(session: Session, of: FactorSetRow) -> Sequence[Factor]:
    """The factors of one version of an imported set."""
    rows = session.scalars(
        select(RegistryFactor).filter_by(set_id=of.id).order_by(RegistryFactor.position)
    )
    named = FactorSet(of.name, of.version, of.publisher, of.licence)
    return [factor_of(_cells(row), named) for row in rows]


def import_set(
    session: Session, said: SetName, file: BinaryIO, file_name: str = "factors.csv"
) -> tuple[str, int]:
    """Add a version of a set to the registry: its name and how many factors it has.

    The same again changes nothing. Raises `BadTable` naming every cell that cannot be used,
    `BadInput` (`factor/set-name`) for a name that no set can have, `Conflict`
    (`factor/set-known`) when that version is there with other content.
    """
    of = _named(said)
    factors = _read(file, Problems(file_name), of)
    known = session.scalar(select(FactorSetRow).filter_by(name=of.id, version=of.version))
    if known is None:
        _record(session, of, factors)
        touch(session, *session.scalars(select(Company.id)))  # it may stand in, in any total
    elif known.digest != digest_of(factors):
        raise Conflict("factor/set-known", set=of.name)
    return of.name, len(factors)


def _named(said: SetName) -> FactorSet:
    taken = {each.id for each in shipped().sets}
    for text in (said.name, said.version):
        if text in taken or len(text) > 60 or not _NAME.fullmatch(text):
            raise BadInput("factor/set-name", found=ascii(text[:60])[1:-1])
    for member, text in (("publisher", said.publisher), ("licence", said.licence)):
        if not 0 < len(text.strip()) <= 500:
            raise BadInput("hub/text", member=member, limit="500")
    return FactorSet(said.name, said.version, said.publisher.strip(), said.licence.strip())


def _read(file: BinaryIO, problems: Problems, of: FactorSet) -> list[Factor]:
    columns = [Column(name, str, default="") for name in COLUMNS]
    first_row: dict[str, int] = {}
    factors = []
    for row in read_rows(file, columns, problems):
        try:
            factor = factor_of(row.values, of)
        except RowError as error:
            params = {"found": row.values[error.column]} | error.params
            params.pop("column")
            problems.add(row.number, error.column, error.code, **params)
            continue
        first = first_row.setdefault(factor.id, row.number)
        if first != row.number:
            problems.add(row.number, "id", "factor/twice", factor.id, first=str(first))
        factors.append(factor)
    problems.refuse()
    return factors


def _record(session: Session, of: FactorSet, factors: Sequence[Factor]) -> None:
    row = FactorSetRow(
        id=new_id(),
        name=of.id,
        version=of.version,
        publisher=of.publisher,
        licence=of.licence,
        digest=digest_of(factors),
        imported_at=now(),
    )
    session.add(row)
    session.flush()
    write_rows(
        session,
        RegistryFactor,
        (
            {"set_id": row.id, "position": position} | _stored(factor)
            for position, factor in enumerate(factors)
        ),
    )


def _stored(factor: Factor) -> dict[str, Any]:
    return {name: getattr(factor, name) for name in _MEMBERS} | {
        "factor_id": factor.id,
        "gases": f"{factor.gases} {factor.gwp}" if factor.gwp else factor.gases,
        "series": factor.series or "",
        "basis": factor.basis or "",
        "name_en": factor.names["en"],
        "name_de": factor.names["de"],
        "name_zh": factor.names["zh-CN"],
        "supersedes": factor.supersedes or "",
    }


def _cells(row: RegistryFactor) -> Mapping[str, str]:
    return {name: str(getattr(row, name)) for name in COLUMNS if name != "id"} | {
        "id": row.factor_id
    }
