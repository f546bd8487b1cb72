"""A root's total taken apart: by part, supplier, tier, commodity, country or life-cycle stage.

    broken_down(solution, root, Facet.COUNTRY)

First the total is cut into pieces as small as its owner may see them: an own process, a way in, a
part with a value of its own, each for every stage that it enters by. A supplier's part is one
piece, closed. Then the pieces are put together by what is asked for. The values of all groups add
up to the total excluding uptake, and what has no value is counted as a gap, never as a zero.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cached_property

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import Account, unstaged
from tierlight_schemas.rollup.closing import closed_account
from tierlight_schemas.rollup.explain import STAGE, bases, is_leaf
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    ONE,
    ZERO,
    Edge,
    Gap,
    Known,
    PartNode,
    Resolution,
    Value,
)
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.resolve import STAGE_OF_KIND
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum, ratio


class Facet(StrEnum):
    """What a total can be taken apart by."""

    PART = "part"
    SUPPLIER = "supplier"
    TIER = "tier"
    COMMODITY = "commodity"
    COUNTRY = "country"
    STAGE = "stage"


class Told(Enum):
    """What stands in place of a name."""

    OWN = "own"
    """The root's owner itself."""
    NOT_STATED = "not-stated"
    NOT_DISCLOSED = "not-disclosed"
    """The supplier's to know."""


Name = str | int | tuple[str, str] | Told
"""What a group is called: a part by owner and number, a tier by its number, all else by text."""
Stage = str | Told


@dataclass(frozen=True)
class Piece:
    """What one part adds to one base unit of the root, as one stage, as far as the owner sees."""

    part: PartNode
    supplier: str | Told
    """The owner of a supplier's part, or the supplier as the buyer wrote it down."""
    tier: int
    commodity: str | None
    """The category that the root's owner gives the part, or the part that it buys it as."""
    country: str | Told
    stage: Stage
    value: Decimal | None = None
    """kgCO2e; None where nothing is known."""
    default: Decimal = ZERO
    """kgCO2e of it by average values, without sign, as in the kinds of a result."""
    expired: Decimal = ZERO
    """kgCO2e of it by declarations that have ended, without sign."""
    gap: tuple[str, int] | None = None
    """Which gap it is, or holds inside; the same gap may enter by several stages."""
    gap_mass_kg: Decimal | None = None
    """kg of what the gap is about; None: it has no mass, or nobody states it."""
    may_be_negative: bool = False
    """Whether closing the gap may lower the total."""


@dataclass(frozen=True)
class Group:
    """All pieces of one name."""

    name: Name
    pieces: tuple[Piece, ...]

    @cached_property
    def value(self) -> Decimal | None:
        """kgCO2e of what is known; None when nothing is."""
        known = [piece.value for piece in self.pieces if piece.value is not None]
        return exact_sum(known) if known else None

    @cached_property
    def default(self) -> Decimal:
        """kgCO2e by average values, without sign."""
        return exact_sum(piece.default for piece in self.pieces)

    @cached_property
    def expired(self) -> Decimal:
        """kgCO2e by declarations that have ended, without sign."""
        return exact_sum(piece.expired for piece in self.pieces)

    @cached_property
    def gaps(self) -> int:
        """Number of gaps; a supplier's part with gaps inside is one."""
        return len({piece.gap for piece in self.pieces if piece.gap})

    @cached_property
    def gap_mass_kg(self) -> Decimal | None:
        """kg of its gaps, as far as stated; None when none is."""
        stated = [piece.gap_mass_kg for piece in self.pieces if piece.gap_mass_kg is not None]
        return exact_sum(stated) if stated else None

    @cached_property
    def gaps_without_mass(self) -> int:
        """Number of gaps that have no kg in `gap_mass_kg`: own processes, ways, the unweighed."""
        weighed = {piece.gap for piece in self.pieces if piece.gap_mass_kg is not None}
        return len({piece.gap for piece in self.pieces if piece.gap} - weighed)

    @cached_property
    def certainty(self) -> str:
        """How the value is to be read, as a total is: `complete`, `with-default`, `at-least` (no
        gap can lower it), `open`, `unknown`."""
        if self.value is None:
            return "unknown"
        stands_in = bool(self.default or self.expired)
        if not self.gaps:
            return "with-default" if stands_in else "complete"
        can_fall = any(piece.may_be_negative for piece in self.pieces)
        return "open" if stands_in or can_fall else "at-least"


NAMES: Mapping[Facet, Callable[[Piece], Name]] = {
    Facet.PART: lambda piece: (piece.part.owner, piece.part.number),
    Facet.SUPPLIER: lambda piece: piece.supplier,
    Facet.TIER: lambda piece: piece.tier,
    Facet.COMMODITY: lambda piece: piece.commodity or Told.NOT_STATED,
    Facet.COUNTRY: lambda piece: piece.country,
    Facet.STAGE: lambda piece: piece.stage,
}


def broken_down(solution: Solution, root: str, facet: Facet) -> list[Group]:
    """The groups of a root's total, the largest first; those without a value last, by mass."""
    return grouped(pieces(solution, root), facet)


def grouped(pieces: Iterable[Piece], facet: Facet) -> list[Group]:
    """Pieces put together by what a facet calls them."""
    held: dict[Name, list[Piece]] = {}
    for piece in pieces:
        held.setdefault(NAMES[facet](piece), []).append(piece)
    return sorted((Group(name, tuple(found)) for name, found in held.items()), key=_rank)


def _rank(group: Group) -> tuple[bool, Decimal, str]:
    size = group.value if group.value is not None else (group.gap_mass_kg or ZERO)
    return group.value is None, size.copy_abs().copy_negate(), str(group.name)


def pieces(solution: Solution, root: str) -> list[Piece]:
    """The smallest pieces of a root's total that its owner may see, and the gaps in it."""
    owner = solution.resolutions[root].node.owner
    if _is_closed(solution, root, owner):
        return list(_whole(solution, _Place(root, ONE), None, owner))
    found: list[Piece] = []
    amounts: dict[str, dict[Stage, Decimal]] = {root: {Told.NOT_STATED: ONE}}
    for name in reversed(solution.order.sequence):
        resolution = solution.resolutions[name]
        for stage, amount in amounts.pop(name, {}).items():
            found.extend(_own(resolution, amount))
            found.extend(_gaps(solution, resolution, amount, stage))
            for edge in resolution.edges:
                place = _taken(edge, amount, stage)
                if _is_closed(solution, edge.child, owner):
                    found.extend(_whole(solution, place, resolution.node, owner))
                else:
                    held = amounts.setdefault(edge.child, {})
                    add_scaled(held, {place.stage: place.amount}, ONE)
    return found


@dataclass(frozen=True)
class _Place:
    """Where a part enters: base units of it in one of the root, and by which stage."""

    name: str
    amount: Decimal
    stage: Stage = Told.NOT_STATED
    mass_kg: Decimal | None = None
    """kg of it that the buyer knows."""


def _taken(edge: Edge, amount: Decimal, stage: Stage) -> _Place:
    """A line's own stage, else that of the lines above it."""
    mass = None if edge.mass_kg is None else EXACT.abs(EXACT.multiply(amount, edge.mass_kg))
    return _Place(edge.child, EXACT.multiply(amount, edge.coefficient), edge.stage or stage, mass)


def _is_closed(solution: Solution, name: str, owner: str) -> bool:
    resolution = solution.resolutions[name]
    return resolution.node.owner != owner or is_leaf(resolution)


def _whole(
    solution: Solution, place: _Place, buyer: PartNode | None, owner: str
) -> Iterator[Piece]:
    """A part that is not looked into, as one piece for each stage that it shows."""
    resolution, account = solution.resolutions[place.name], solution.accounts[place.name]
    node = resolution.node
    bought = node.owner != owner
    record = buyer if bought and buyer is not None else node
    piece = Piece(
        node,
        node.owner if bought else _supplier_of(node, resolution.value),
        int(bought),
        record.category,
        _country(resolution),
        place.stage,
    )
    if account.coverage.gaps or account.coverage.unestimable:
        mass = _missing_mass(account, place)
        negative = bool(account.coverage.negative_gaps)
        gap = (place.name, -1)
        piece = replace(piece, gap=gap, gap_mass_kg=mass, may_be_negative=negative)
    columns = closed_account(solution, place.name).columns
    yield from _staged(piece, columns, _standing_in(account), place.amount)


def _supplier_of(node: PartNode, value: Value | None) -> str | Told:
    """Whose an own part's value or gap is: the maker's, or that of its only supplier."""
    if value is not None and value is not node.default:
        return Told.OWN
    named = {source.supplier for source in node.sources}
    if len(named) == 1:
        return named.pop() or Told.NOT_STATED
    return Told.OWN if not named and (node.lines or node.own) else Told.NOT_STATED


def _country(resolution: Resolution) -> str | Told:
    if not is_leaf(resolution):
        return Told.NOT_DISCLOSED
    value = resolution.value
    return Told.NOT_STATED if value is None else value.country or Told.NOT_STATED


def _missing_mass(account: Account, place: _Place) -> Decimal | None:
    """kg of what is missing; where the part itself states no mass, what its buyer knows."""
    held = account.coverage
    stated = [kg for (_, known), kg in held.mass.items() if known is Known.MISSING]
    if stated:
        return EXACT.multiply(EXACT.abs(place.amount), exact_sum(stated))
    alone = not held.mass and len(held.lines) == 1
    return place.mass_kg if alone else None


def _standing_in(account: Account) -> Mapping[Known, Decimal]:
    """kgCO2e by average values and by ended declarations, per base unit."""
    carbon = account.coverage.carbon
    return {
        kind: exact_sum(value for (_, known), value in carbon.items() if known is kind)
        for kind in (Known.DEFAULT, Known.EXPIRED)
    }


def _staged(
    piece: Piece, columns: Mapping[str, Decimal], standing_in: Mapping[Known, Decimal],
    amount: Decimal,
) -> Iterator[Piece]:  # fmt: skip
    """A piece for each stage of its columns, and one for the rest; its gap stands with the first.

    What stands in is spread over the stages as the values are.
    """
    if EXCLUDING not in columns:
        yield piece
        return
    portions: dict[Stage, Decimal] = {
        name.removeprefix(STAGE): value
        for name, value in columns.items()
        if name.startswith(STAGE) and value
    }
    rest = unstaged(columns)
    if rest or not portions:
        add_scaled(portions, {piece.stage: rest}, ONE)
    size = exact_sum(EXACT.abs(value) for value in portions.values())
    weight = EXACT.abs(amount)
    for stage, value in portions.items():
        share = EXACT.multiply(weight, ratio(EXACT.abs(value), size) or ZERO)
        yield replace(
            piece,
            stage=stage,
            value=EXACT.multiply(amount, value),
            default=EXACT.multiply(share, standing_in.get(Known.DEFAULT, ZERO)),
            expired=EXACT.multiply(share, standing_in.get(Known.EXPIRED, ZERO)),
        )
        piece = replace(piece, gap=None, gap_mass_kg=None, may_be_negative=False)


def _own(resolution: Resolution, amount: Decimal) -> Iterator[Piece]:
    """A built-up part's own process, and what its suppliers state of the way in."""
    node, value = resolution.node, resolution.value
    for role, columns in bases(resolution):
        made = role == "own"
        country = value.country if made and value is not None else None
        stage = "production" if made else "transport"
        piece = Piece(node, Told.OWN, 0, node.category, country or Told.NOT_STATED, stage)
        standing_in = {resolution.base_known: EXACT.abs(columns[EXCLUDING])}
        yield from _staged(piece, columns, standing_in, amount)


def _gaps(
    solution: Solution, resolution: Resolution, amount: Decimal, stage: Stage
) -> Iterator[Piece]:
    for number, gap in enumerate(resolution.gaps):
        about = solution.network.nodes[gap.line.child] if gap.line else resolution.node
        weighed = gap.is_line and gap.mass_kg is not None
        mass = EXACT.abs(EXACT.multiply(amount, gap.mass_kg or ZERO)) if weighed else None
        tier = 1 if gap.source is not None and gap.is_line else 0
        yield Piece(
            about,
            _supplier_of_gap(gap, about),
            tier,
            about.category,
            Told.NOT_STATED,
            _stage_of_gap(gap, about, stage),
            gap=(resolution.node.id, number),
            gap_mass_kg=mass,
            may_be_negative=gap.may_be_negative,
        )


def _supplier_of_gap(gap: Gap, about: PartNode) -> str | Told:
    if not gap.is_line:
        return Told.OWN
    if gap.source is not None:
        return gap.source.supplier or Told.NOT_STATED
    return _supplier_of(about, None) if gap.line else Told.NOT_STATED


def _stage_of_gap(gap: Gap, about: PartNode, stage: Stage) -> Stage:
    if gap.line is not None:
        return gap.line.stage or STAGE_OF_KIND.get(about.kind, "materials")
    return {"own-process": "production", "leg": "transport"}.get(gap.cause, stage)
