"""What a customer sees of an own part at each level: exactly that, and nothing else."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.declarations.queries import annex_names, own, state_at
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.sharing.policy import TOTAL

CHOICES = 200
"""Own parts with a standing declaration that can be chosen as the example."""


@dataclass(frozen=True)
class Preview:
    """An own part as a customer with a consent would see it."""

    level: int
    number: str | None
    """Of the part; None: nothing is declared yet."""
    parts: Sequence[str]
    """Numbers that can be looked at instead."""
    document: Mapping[str, Any] | None
    """The signed document; None below level 1."""
    annexes: Mapping[str, Sequence[tuple[str, str]]]
    """Of each annex that the level opens: every value with its path."""


def preview(session: Session, caller: Caller, number: str, level: int) -> Preview:
    """The newest standing declaration of the part, at a level; of any own part for no number.

    Raises `NotFound` for a part without one, the same as for a part of nobody's.
    """
    row = DeclarationRow
    standing = own(caller).where(row.kind == "footprint", state_at(now()) == "head")
    listed = select(Part.number).where(Part.id.in_(standing.with_only_columns(row.part_id)))
    parts = session.scalars(listed.order_by(Part.number).limit(CHOICES)).all()
    if number:
        named = select(Part.id).filter_by(company_id=caller.company_id, number=number)
        standing = standing.where(row.part_id.in_(named))
    found = session.scalar(standing.order_by(row.log_index.desc()).limit(1))
    if found is None:
        if number:
            raise NotFound
        return Preview(level, None, parts, None, {})
    document = json.loads(found.payload) if level >= TOTAL else None
    shown = session.get_one(Part, found.part_id).number
    return Preview(level, shown, parts, document, _annexes(session, found.digest, level))


def _annexes(session: Session, digest: str, level: int) -> dict[str, list[tuple[str, str]]]:
    names = annex_names(session, digest, level)
    bodies = select(AnnexRow).where(AnnexRow.declaration == digest, AnnexRow.name.in_(names))
    rows = session.scalars(bodies.order_by(AnnexRow.name))
    return {row.name: list(flat(json.loads(row.body))) for row in rows}


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of a JSON document with its path, but for the salt, which says nothing."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name != "salt":
                yield from flat(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, member in enumerate(value, 1):
            yield from flat(member, f"{path}[{index}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
