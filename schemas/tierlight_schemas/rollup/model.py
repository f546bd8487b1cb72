"""What the roll-up is given: parts, lines, sources and values, as plain frozen values.

A `Network` is one knowledge state: dates, consents and the choice of declarations have been
applied by whoever built it. Node ids are opaque. Amounts are exact decimals; unknown is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tierlight_schemas.rollup.account import Account

#: Stamped on every result; a change of meaning is a new version.
RULESET = "tierlight-cradle-to-gate/1"
ENGINE = "tierlight-reference/1"

EXCLUDING = "excluding_uptake"
INCLUDING = "including_uptake"
LEGS = "inbound_legs"

PLANTS = "+"
"""Between the digests of the process declarations of several plants that make up one value."""
ZERO = Decimal(0)
ONE = Decimal(1)


class Kind(StrEnum):
    """What a part is in a bill of materials; only assembly and material carry mass."""

    ASSEMBLY = "assembly"
    MATERIAL = "material"
    TRADING = "trading"
    ENERGY = "energy"
    TRANSPORT = "transport"
    SERVICE = "service"
    AUXILIARY = "auxiliary"
    WASTE = "waste"
    DIRECT_EMISSION = "direct_emission"
    INFRASTRUCTURE = "infrastructure"


MASS_BEARING = frozenset({Kind.ASSEMBLY, Kind.MATERIAL})
OWN_PROCESS = frozenset({Kind.ENERGY, Kind.SERVICE, Kind.DIRECT_EMISSION})
BEYOND_GATE_STAGES = frozenset({"use", "maintenance", "end-of-life", "capital-goods"})


class Known(StrEnum):
    """How a value is known."""

    VERIFIED = "verified"
    DECLARED = "declared"
    BUILT_UP = "built_up"
    DEFAULT = "default"
    EXPIRED = "expired"
    MISSING = "missing"


@dataclass(frozen=True)
class Quality:
    """Data quality of one value; None is unknown and counts as the worst."""

    primary_data_share: Decimal | None = None
    """Percent."""
    technological: Decimal | None = None
    geographical: Decimal | None = None
    temporal: Decimal | None = None
    """Ratings, 1 (best) to 5."""
    first_party: Decimal | None = None
    second_party: Decimal | None = None
    third_party: Decimal | None = None
    program: Decimal | None = None
    """Percent verified or certified."""
    prospective: bool = False


@dataclass(frozen=True)
class Value:
    """A declared value: kgCO2e and other extensive columns per `amount` `unit`."""

    columns: Mapping[str, Decimal]
    """Stated columns only; `excluding_uptake` always."""
    amount: Decimal
    unit: str
    known: Known = Known.DECLARED
    reference: str = ""
    """Digest of the declaration, or the factor's source."""
    mass_kg: Decimal | None = None
    """Mass of the declared amount, as the declarant stated it."""
    quality: Quality = Quality()
    outbound: Decimal | None = None
    """kgCO2e of outbound logistics per `amount`; never part of the columns."""
    inputs: tuple["Input", ...] = ()
    """What the declarant computed it from, where that is on record and may be used."""
    exempted_percent: Decimal | None = None
    """Share of the total that the declarant left out."""
    mass_balanced: bool = False
    """Whether the value rests on a mass balance, so that inputs need not add up to it."""
    gsd: Decimal | None = None
    """Geometric standard deviation of the total, 1 or more; None: its spread is not stated."""
    value_is: Literal["mean", "median"] | None = None
    """What the stated total is of its lognormal distribution; None without `gsd`."""
    country: str | None = None
    """ISO 3166-1 code of where it was made, as the declaration states; no sum depends on it."""
    process_family: str | None = None
    """Main making process as the declaration names it; no sum depends on it."""
    verification: str = ""
    """Digest of the third party's statement that makes it `verified`."""
    unchained: Decimal | None = None
    """Percent said to be verified by a third party over unverified own production: a broken chain,
    so the share does not count."""


@dataclass(frozen=True)
class Input:
    """One input as the declarant used it, per declared amount."""

    node: str | None
    """The input's part, for basis `deep`; None when it may not be looked into."""
    quantity: Decimal
    unit: str
    value_used: Decimal
    """kgCO2e per `unit`, excluding uptake."""
    allocation: Decimal = ONE
    """Share of the input that this product carries."""


@dataclass(frozen=True)
class Line:
    """`quantity` `unit` of the child in `reference_amount` base units of the parent."""

    child: str
    quantity: Decimal
    unit: str
    reference_amount: Decimal = ONE
    scrap: Decimal = ZERO
    """Input lost / net content."""
    process_yield: Decimal = ONE
    """Good / started units, where the quantity is per started unit."""
    allocation: Decimal = ONE
    """Share of a joint process that this parent carries."""
    stage: str | None = None
    group: str | None = None
    take_rate: Decimal | None = None
    position: int = 0


@dataclass(frozen=True)
class Leg:
    """Transport from the supplier's gate to the buyer's."""

    paid_by: str
    """`supplier` (outbound value of its declaration) or `buyer` (a transport line)."""
    on_record: bool
    """Whether the payer has stated it; otherwise the leg is a gap."""


@dataclass(frozen=True)
class Source:
    """One confirmed or open share of a bought part."""

    share: Decimal
    supplier: str
    supplier_part: str
    node: str | None
    """The supplier's part as this reader may use it; None is a gap of that share."""
    reason: str | None = None
    """Why there is no node, for the owner's eyes: unregistered, unconfirmed, disputed,
    not-shared."""
    leg: Leg | None = None
    site_unknown: bool = False
    awaits_declaration: bool = False
    """Whether nothing but a declaration of the supplier's is lacking for a node."""


@dataclass(frozen=True)
class Band:
    """Plausible kgCO2e per `unit` of a category; `median` stands in for a gap."""

    category: str
    unit: str
    low: Decimal
    median: Decimal


@dataclass(frozen=True)
class Released:
    """What readers beyond a part's owner are told of it, because others' values are inside."""

    account: "Account"
    """Rounded, and of the inputs that stood when it was released."""
    digest: str
    """SHA-256 (hex) of those inputs: it stands for them in a result's list of inputs."""
    at: str
    """Instant of the release, RFC 3339."""
    policy: str
    """Id of the rules that it was released by."""
    waits: bool = False
    """Whether the inputs are others by now, and the value waits for more of them to change."""


@dataclass(frozen=True)
class PartNode:
    """A part as one reader sees it."""

    id: str
    number: str
    name: str
    owner: str
    kind: Kind = Kind.ASSEMBLY
    base_unit: str = "piece"
    net_mass_kg: Decimal | None = None
    category: str | None = None
    conserves_mass: bool = True
    declared: Value | None = None
    own: Value | None = None
    """Its process declaration."""
    lines: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    default: Value | None = None
    gas: Value | None = None
    """Characterization factor of a direct emission."""
    band: Band | None = None
    revision: str = ""
    """Digest of the lines used."""
    problems: tuple[tuple[str, str], ...] = ()
    """Codes met while choosing values, e.g. a fork, with their evidence."""
    closed: "Account | None" = None
    """What adds up for a supplier's part into which its buyer does not see; it stands as it is."""
    released: Released | None = None
    """What stands in every sum for a part that is built up from others' values."""
    withheld: bool = False
    """Whether its value would disclose one of the values inside; it then is a gap."""


@dataclass(frozen=True)
class Network:
    """All nodes that a result may need."""

    nodes: Mapping[str, PartNode]


@dataclass(frozen=True)
class Policy:
    """What the reader accepts; stamped on the result."""

    use_defaults: bool = True
    use_expired: bool = False
    least_coverage: Decimal = Decimal("0.80")
    """Below this carbon coverage a whole-part default replaces a thin build-up."""
    deep: bool = False


@dataclass(frozen=True)
class Edge:
    """`coefficient` base units of the child in one base unit of the parent."""

    child: str
    coefficient: Decimal
    stage: str | None = None
    crosses: bool = False
    """Whether it crosses a sourcing link: one tier deeper."""
    used: Decimal | None = None
    """Basis `deep`: kgCO2e that the declarant counted for this input; the edge adds the difference
    between what the child is and that, to the totals only."""
    line: Line | None = None
    source: Source | None = None
    mass_kg: Decimal | None = None
    """kg of it that the buyer knows one base unit of the parent to hold."""


@dataclass(frozen=True)
class Gap:
    """Something the total lacks, per base unit of its part."""

    cause: str
    """missing, own-process, leg, share, unit-mismatch, option-unresolved, cycle, expired,
    withheld."""
    quantity: Decimal
    unit: str
    mass_kg: Decimal | None
    estimate: Decimal | None
    """kgCO2e at the median of the category's band; None is not estimable."""
    may_be_negative: bool
    line: Line | None = None
    source: Source | None = None
    is_line: bool = True


@dataclass(frozen=True)
class Resolution:
    """How one part got its value."""

    node: PartNode
    known: Known
    base: Mapping[str, Decimal] = field(default_factory=dict)
    """The part's own columns per base unit: declared, own process, legs."""
    base_known: Known = Known.BUILT_UP
    value: Value | None = None
    """The declaration, factor or process declaration behind `base`."""
    edges: tuple[Edge, ...] = ()
    gaps: tuple[Gap, ...] = ()
    beside: tuple[Edge, ...] = ()
    """By-product credits and lines beyond the gate: shown, never inside the total."""
    rejected: "Resolution | None" = None
    """The build-up that a default or a declaration replaced, kept for the reader."""
    own_stated: bool = True
