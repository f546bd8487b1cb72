"""One part on its way into a network: what was chosen for it, and the values behind the choice."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from hub.bom.tables import PartVersion, SourcingLink
from hub.factors.averages import Average
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
from tierlight_schemas.units import UnitError, to_base

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
_PART_COLUMNS = ("kind", "base_unit", "net_mass_kg", "category", "mass_rule")
_LINK_COLUMNS = ("supplier_text", "supplier_part_text", "share", "site", "delivery_term")
OWN, ONWARD, DECLARED = "own", "onward", "declared"
Documents = dict[str, dict[str, Any]]
"""Parsed `payload` and annexes by declaration digest."""


@dataclass(frozen=True)
class Key:
    """A part as one reader may use it."""

    company_id: str
    part_id: str
    view: str = OWN
    """`own`; `onward` with aggregate; `declared`: its declaration and nothing else."""
    site: str | None = None
    split: bool = False
    """Whether the owner shows this reader the split by stage and carrier (level 2)."""

    @property
    def id(self) -> str:
        """Opaque node id; the reader's own parts keep theirs."""
        if self.view == OWN:
            return self.part_id
        shown = "split" if self.split else ""
        return f"{self.part_id}|{self.view}|{shown}|{self.site or ''}"


def part_and_site(node: str) -> tuple[str, str]:
    """The part's id and the named site, empty for none, in a node id as `Key` makes them.

    What a scenario adds has ids of its own: no part, or no site.
    """
    part_id, *rest = node.split("|", 3)
    return part_id, rest[2] if len(rest) == len(("view", "split", "site")) else ""


@dataclass(frozen=True)
class Draft:
    """A part whose declarations have been chosen but not read."""

    key: Key
    book: Book
    declared: Choice
    own: tuple[Choice, ...]

    @property
    def version(self) -> PartVersion:
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


def _factor(draft: Draft) -> Average | None:
    """The factor that stands in for the part's category."""
    version = draft.version
    mine = draft.book.factors.get(version.category or "", [])
    return fitting(mine, version.base_unit, decimal_or_none(version.net_mass_kg))


def fitting(factors: Sequence[Average], base_unit: str, mass_kg: Decimal | None) -> Average | None:
    """Of a category's factors the one in a part's unit, else in one that converts."""
    return max(
        factors, key=lambda factor: (_fit(factor, base_unit, mass_kg), factor.year), default=None
    )


def _fit(factor: Average, base_unit: str, mass_kg: Decimal | None) -> int:
    """2 in the part's own unit, 1 in one that converts, 0 otherwise."""
    if factor.unit == base_unit:
        return 2
    try:
        to_base(factor.unit, base_unit, mass_kg)
    except UnitError:
        return 0
    return 1


def default_value(draft: Draft) -> Value | None:
    """The average of the part's category, the owner's or the registry's; no reader is told it who
    sees the declaration alone."""
    if draft.key.view == DECLARED or draft.version.kind == Kind.DIRECT_EMISSION:
        return None
    factor = _factor(draft)
    if factor is None:
        return None
    columns = {EXCLUDING: Decimal(factor.value)}
    return Value(columns, ONE, factor.unit, Known.DEFAULT, factor.reference)


def gas_value(draft: Draft) -> Value | None:
    """Characterization of a direct emission: the company's factor, else AR6 by the gas's name."""
    version = draft.version
    if version.kind != Kind.DIRECT_EMISSION or draft.key.view == DECLARED:
        return None
    held = _factor(draft)
    factor = held if held and held.is_own else None
    number = draft.book.numbers[draft.key.part_id]
    names = (version.category or "", version.name, number)
    found = next((gwp for name in names if (gwp := gwp100(name)) is not None), None)
    value = Decimal(factor.value) if factor else found
    if value is None:
        return None
    # Direct emissions are primary data (PACT methodology 4.2.2).
    best = Quality(Decimal(100), ONE, ONE, ONE)
    unit = factor.unit if factor else "kilogram"
    reference = factor.reference if factor else "IPCC AR6 GWP100"
    columns = {EXCLUDING: value, INCLUDING: value}
    return Value(columns, ONE, unit, Known.BUILT_UP, reference, quality=best)


def band_of(category: str | None) -> Band | None:
    held = BANDS.get(category or "")
    if held is None or held.quantity != "footprint" or not held.per or held.median <= ZERO:
        return None
    return Band(held.id, held.per, held.hard_low, held.median)


def problems_of(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Codes met while choosing: declarations that fork; neither branch is used."""
    forks = [choice.fork for choice in (draft.declared, *draft.own) if choice.fork]
    return tuple(("version/preceding-unknown", " ".join(fork)) for fork in forks)


def revision_digest(
    book: Book, part_id: str, rows: Sequence[Row[Any]], links: Sequence[SourcingLink]
) -> str:
    """SHA-256 over what the owner recorded of a part: attributes, effective lines, shares.

    By part numbers, so that the same record has the same digest on any hub. Confirmations and
    consents do not count: they decide which declarations are used, and those have digests.
    """
    version = book.versions[part_id]
    document = [
        book.company_id,
        book.numbers[part_id],
        [getattr(version, name) for name in _PART_COLUMNS],
        [[book.numbers[row.child_id], *_texts(row, _LINE_COLUMNS)] for row in rows],
        sorted(_texts(link, _LINK_COLUMNS) for link in links),
    ]
    return hashlib.sha256(json.dumps(document, ensure_ascii=False).encode()).hexdigest()


def _texts(row: Any, names: Iterable[str]) -> list[str]:
    return [getattr(row, name) or "" for name in names]


def decimal_or_none(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
