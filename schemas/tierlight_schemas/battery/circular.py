"""The circular footprint formula, on the materials of the battery alone.

    Material  (1-R1) EV + R1 (A Erec + (1-A) EV QSin/Qp)
              + (1-A) R2 (ErecEoL - E*V QSout/Qp)
    Energy    (1-B) R3 (EER - energy displaced),  B = 0
    Disposal  (1-R2-R3) ED

The first line is raw material stage, all else end of life, which is negative where recycling saves
more than it emits. What suppliers declare is cut-off: recycled content without its first life. The
formula therefore adds to the raw material stage what its first line is more than the cut-off.
Recycled content and recycling count where they are proven, and else not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tierlight_schemas.amounts import EXACT, Amount
from tierlight_schemas.battery.gaps import BOUNDARY, Gap, Number, incomplete
from tierlight_schemas.battery.model import RecycledMaterial
from tierlight_schemas.battery.rulesets import Ruleset

ZERO, ONE = Decimal(0), Decimal(1)
MASS_TOLERANCE = Decimal("0.01")
"""Share of the battery's mass by which its materials may miss it: scales and paint."""


@dataclass(frozen=True)
class CircularMaterial:
    """One material by the formula, kgCO2e per battery."""

    name: str
    mass_kg: Decimal
    a: Number
    r1: Number
    """Recycled content that counts; 0 where it is not proven."""
    r2: Number
    production: Decimal
    """First line of the formula."""
    cut_off: Decimal
    """What the same material is by cut-off, with the recycled content as stated."""
    recycling: Decimal
    """Second line; negative where it saves more than it emits."""
    energy: Decimal
    disposal: Decimal

    @property
    def raw_material_change(self) -> Decimal:
        """kgCO2e that the raw material stage moves by."""
        return EXACT.subtract(self.production, self.cut_off)

    @property
    def end_of_life(self) -> Decimal:
        """kgCO2e of the end-of-life stage."""
        with localcontext(EXACT):
            return self.recycling + self.energy + self.disposal


def circular(material: RecycledMaterial, rules: Ruleset) -> CircularMaterial | tuple[Gap, ...]:
    """One material by the formula, or every value that is lacking for it."""
    r1 = _proven(material.r1, material.r1_evidence, rules)
    r2 = _proven(material.r2, material.r2_evidence, rules)
    r3 = _or(material.r3, ZERO)
    lacking = [*_lacking(material, r1.value, r2.value, r3)]
    if lacking:
        return tuple(lacking)
    a = Number(rules.allocation[material.family], "", f"ruleset:{rules.id}")
    with localcontext(EXACT):
        return _computed(material, a, r1, r2, r3)


def _computed(
    of: RecycledMaterial, a: Number, r1: Number, r2: Number, r3: Decimal
) -> CircularMaterial:
    """All terms, times the mass."""
    ev, erec, stated = _or(of.ev, ZERO), _or(of.erec, ZERO), _or(of.r1, ZERO)
    left = ONE - a.value
    production = (ONE - r1.value) * ev + r1.value * (a.value * erec + left * ev * _or(of.q_in, ONE))
    recycling = (
        left * r2.value * (_or(of.erec_eol, ZERO) - _or(of.ev_star, ZERO) * _or(of.q_out, ZERO))
    )
    energy = r3 * (_or(of.eer, ZERO) - _or(of.avoided_energy, ZERO))
    disposal = (ONE - r2.value - r3) * _or(of.ed, ZERO)
    cut_off = (ONE - stated) * ev + stated * erec
    terms = (production, cut_off, recycling, energy, disposal)
    mass = of.mass_kg.decimal
    return CircularMaterial(of.name, mass, a, r1, r2, *(mass * term for term in terms))


def _proven(share: Amount | None, evidence: str | None, rules: Ruleset) -> Number:
    """A share that counts only with evidence: the default of the method is 0."""
    if share is None or evidence is None:
        return Number(ZERO, "", f"ruleset:{rules.id}")
    return Number(share.decimal, "", "model:materials")


def _or(amount: Amount | None, default: Decimal) -> Decimal:
    return default if amount is None else amount.decimal


#: Which value a term needs, and when the term is there at all.
_NEEDS: Sequence[tuple[str, Callable[[Decimal, Decimal, Decimal], bool]]] = (
    ("ev", lambda r1, r2, r3: True),
    ("erec", lambda r1, r2, r3: r1 > 0),
    ("ev_star", lambda r1, r2, r3: r2 > 0),
    ("erec_eol", lambda r1, r2, r3: r2 > 0),
    ("q_out", lambda r1, r2, r3: r2 > 0),
    ("eer", lambda r1, r2, r3: r3 > 0),
    ("avoided_energy", lambda r1, r2, r3: r3 > 0),
    ("ed", lambda r1, r2, r3: r2 + r3 < 1),
)
_SYMBOLS = {"ev": "EV", "erec": "Erec", "ev_star": "E*V", "erec_eol": "ErecEoL",
    "q_out": "QSout/Qp", "eer": "EER", "avoided_energy": "LHV·X·ESE", "ed": "ED"}  # fmt: skip


def _lacking(of: RecycledMaterial, r1: Decimal, r2: Decimal, r3: Decimal) -> Iterator[Gap]:
    if EXACT.add(r2, r3) > 1:
        yield _gap(of, "shares", "R2 + R3")
    content = max(r1, _or(of.r1, ZERO))  # its cut-off value needs Erec, proven or not
    for member, needed in _NEEDS:
        if getattr(of, member) is None and needed(content, r2, r3):
            yield _gap(of, "material-value", _SYMBOLS[member])


def _gap(of: RecycledMaterial, case: str, symbol: str) -> Gap:
    gap = Gap("battery/recycling-method-mixed", case, BOUNDARY)
    return gap.telling(material=of.name, symbol=symbol)


def without_material(
    materials: Sequence[RecycledMaterial], mass_kg: Number | None
) -> Iterator[Gap]:
    """A gap where the materials do not make up the battery: the rest has no end of life."""
    if mass_kg is None:
        return
    with localcontext(EXACT):
        stated = sum((each.mass_kg.decimal for each in materials), ZERO)
        missing = mass_kg.value - stated
        if abs(missing) > mass_kg.value * MASS_TOLERANCE:
            told = {"stated": Amount.of(stated), "mass": Amount.of(mass_kg.value)}
            yield incomplete("materials-mass", BOUNDARY, **told)
