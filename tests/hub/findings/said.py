"""Declarations as the rules see them, in few words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.findings.rules import View
from hub.findings.rules.documents import Document
from tests.hub.findings.rules import DAY
from tests.schemas.rollup.chains import PIECE, solved
from tierlight_schemas.rollup.model import PartNode


def at(text: str) -> datetime:
    """A day's first instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def document(digest: str, total: str = "12.50", year: int = 2025, **more: Any) -> Document:
    """A sound declaration for a year; `total` is kgCO2e per piece."""
    amounts = {"total": total, **more.pop("amounts", {})}
    members: dict[str, Any] = {
        "digest": digest,
        "kind": "footprint",
        "amount": Decimal(more.pop("amount", 1)),
        "unit": PIECE,
        "start": at(f"{year}-01-01"),
        "end": at(f"{year + 1}-01-01"),
        "valid_to": at(f"{year + 4}-01-01"),
        "amounts": {name: Decimal(number) for name, number in amounts.items()},
        "characterization": ("AR6",),
    }
    return Document(**members | more)


def looking(
    nodes: tuple[PartNode, ...], *documents: Document, aside: Any = None, **policy: Any
) -> View:
    """The first node's view of a chain whose declarations say this."""
    return View(
        solved(*nodes, **policy),
        nodes[0].id,
        DAY.isoformat(),
        documents={one.digest: one for one in documents},
        aside=aside or {},
    )
