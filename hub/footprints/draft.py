"""One part on its way into a network: what was chosen for it, and the values behind the choice."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from hub.factors.tables import Factor
from hub.footprints.book import Book
from hub.footprints.choice import Choice
from tierlight_schemas.checks import BANDS
from tierlight_schemas.rollup.declared import value_of_process, weighted_plants
from tierlight_schemas.rollup.gases import gwp100
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    ONE,
    ZERO,
    Band,
    Kind,
    Known,
    Quality,
    Value,
)

_LINE_COLUMNS = (
    "quantity",
    "unit",
    "reference_amount",
    "scrap",
    "stage",
    "group",
    "take_rate",
    "process_yield",
    "allocation",
)
Documents = dict[str, dict[str, Any]]
"""Parsed `payload` and annexes by declaration digest."""


@dataclass(frozen=True)
class Key:
    """A part as one reader may use it."""

    company_id: str
    part_id: str
    view: str = "own"
    """`own`; `onward` with aggregate; `declared`: its declaration and nothing else."""
    site: str | None = None

    @property
    def id(self) -> str:
        """Opaque node id; the reader's own parts keep theirs."""
        if self.view == "own":
            return self.part_id
        return f"{self.part_id}|{self.view}|{self.site or ''}"


@dataclass(frozen=True)
class Draft:
    """A part whose declarations have been chosen but not read."""

    key: Key
    book: Book
    declared: Choice
    own: tuple[Choice, ...]

    @property
    def version(self) -> Any:
        """What the part is known to be."""
        return self.book.versions[self.key.part_id]

    @property
    def digests(self) -> Iterator[str]:
        """The chosen declarations."""
        for choice in (self.declared, *self.own):
            if choice.candidate is not None:
                yield choice.candidate.digest


def own_process(draft: Draft, documents: Documents) -> Value | None:
    plants: list[tuple[Value, Decimal | None]] = []
    for choice in draft.own:
        if choice.candidate is None or choice.expired:
            continue
        digest = choice.candidate.digest
        process = documents[digest]["payload"]["credentialSubject"]["process"]
        volume = process.get("productionVolume")
        plants.append((value_of_process(process, digest), decimal_or_none(volume)))
    return weighted_plants(plants) if plants else None


def _factor(draft: Draft) -> Factor | None:
    """The company's factor for the part's category; its own unit before any other."""
    category = draft.version.category
    if not category:
        return None
    mine = draft.book.factors.get(category, [])
    same = [factor for factor in mine if factor.unit == draft.version.base_unit]
    found = same or mine
    return found[-1] if found else None


def default_value(draft: Draft) -> Value | None:
    factor = _factor(draft)
    if factor is None or draft.version.kind == Kind.DIRECT_EMISSION:
        return None
    columns = {EXCLUDING: Decimal(factor.value)}
    return Value(columns, ONE, factor.unit, Known.DEFAULT, _source_text(factor))


def _source_text(factor: Factor) -> str:
    return f"{factor.source} ({factor.year})"


def gas_value(draft: Draft) -> Value | None:
    """Characterization of a direct emission: the company's factor, else AR6 by the gas's name."""
    version = draft.version
    if version.kind != Kind.DIRECT_EMISSION:
        return None
    factor = _factor(draft)
    number = draft.book.numbers[draft.key.part_id]
    names = (version.category or "", version.name, number)
    found = next((gwp for name in names if (gwp := gwp100(name)) is not None), None)
    value = Decimal(factor.value) if factor else found
    if value is None:
        return None
    # Direct emissions are primary data (PACT methodology 4.2.2).
    best = Quality(Decimal(100), ONE, ONE, ONE)
    unit = factor.unit if factor else "kilogram"
    reference = _source_text(factor) if factor else "IPCC AR6 GWP100"
    columns = {EXCLUDING: value, INCLUDING: value}
    return Value(columns, ONE, unit, Known.BUILT_UP, reference, quality=best)


def band_of(category: str | None) -> Band | None:
    held = BANDS.get(category or "")
    if held is None or held.quantity != "footprint" or not held.per or held.median <= ZERO:
        return None
    return Band(held.id, held.per, held.hard_low, held.median)


def problems_of(draft: Draft) -> tuple[tuple[str, str], ...]:
    fork = draft.declared.fork
    return (("version/preceding-unknown", " ".join(fork)),) if fork else ()


def revision_digest(book: Book, part_id: str, rows: Sequence[Row[Any]]) -> str:
    """SHA-256 over the effective lines by part number: the same lines, the same digest."""
    if not rows:
        return ""
    lines = [
        [book.numbers[row.child_id], *(getattr(row, name) for name in _LINE_COLUMNS)]
        for row in rows
    ]
    document = json.dumps([book.company_id, book.numbers[part_id], lines], ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()


def decimal_or_none(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
