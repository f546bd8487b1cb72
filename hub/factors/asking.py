"""Questions to the registry as people and programs write them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

from hub.kit.errors import BadInput
from tierlight_schemas.amounts import EXACT
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.factors.implied import Implied, Match, implied, matches, nearest
from tierlight_schemas.factors.lookup import Question
from tierlight_schemas.factors.model import WORLD, Basis, Factor, Scope, Series
from tierlight_schemas.factors.places import is_grid, rings
from tierlight_schemas.factors.registry import Registry
from tierlight_schemas.geography import is_country, is_subdivision
from tierlight_schemas.units import UnitError, conversion

EQUALS_SHOWN = 20


def question(
    category: str,
    geography: str,
    year: int,
    basis: str | None = None,
    series: str | None = None,
    scope: str | None = None,
) -> Question:
    """A question in the registry's words.

    Raises `BadInput`: `factor/choice` for a word that is not one of those allowed,
    `factor/place-unknown`.
    """
    return Question(
        category=category.strip().strip("/").lower(),
        geography=place(geography),
        year=year,
        basis=_word("basis", basis, Basis),
        series=_word("series", series, Series),
        scope=_word("scope", scope, Scope),
    )


def place(text: str) -> str:
    """A place of the registry. Raises `BadInput` (`factor/place-unknown`)."""
    code = text.strip()
    head, dot, rest = code.partition(".")
    code = f"{head.upper()}.{rest.lower()}" if dot else code.upper()
    if code == WORLD or is_country(code) or is_subdivision(code) or is_grid(code):
        return code
    raise BadInput("factor/place-unknown", found=ascii(text[:40])[1:-1])


def implied_by(
    registry: Registry, category: str, emissions: str, emissions_unit: str, energy: str, unit: str
) -> Implied:
    """kg per base unit of a category that the two printed numbers imply.

    Raises `BadInput`: `factor/amount` for what is no amount, `factor/unit-unknown` for a unit that
    is none or not of this category, `factor/nothing-implied` for energy that may be 0.
    """
    kilograms = _printed("emissions", emissions, emissions_unit, "kilogram")
    units = sorted({factor.unit for factor in registry.of_category(category)})
    amount = _printed("energy", energy, unit, _joined(unit, units))
    found = implied(kilograms, amount)
    if found is None:
        raise BadInput("factor/nothing-implied")
    return found


def compared(
    registry: Registry, category: str, unit: str, found: Implied, geography: str | None
) -> tuple[list[Match], list[Match]]:
    """The known factors that the implied one equals, and the nearest, of a place or of any."""
    within = frozenset[str]().union(*rings(place(geography))) if geography else None
    base = _joined(unit, sorted({factor.unit for factor in registry.of_category(category)}))
    known = [each for each in _near(registry, category, within) if each.unit == base]
    return matches(known, found)[:EQUALS_SHOWN], nearest(known, found)


def _near(registry: Registry, category: str, within: frozenset[str] | None) -> Iterator[Factor]:
    return (
        factor
        for factor in registry.of_category(category)
        if within is None or factor.geography in within
    )


def _joined(unit: str, units: list[str]) -> str:
    """The unit of the category's factors that `unit` converts to."""
    for known in units:
        try:
            conversion(unit, known)
        except UnitError:
            continue
        return known
    raise BadInput("factor/unit-unknown", found=ascii(unit[:40])[1:-1], allowed=", ".join(units))


def _printed(member: str, text: str, unit: str, wanted: str) -> Printed:
    read = Printed.read(text.strip())
    if read is None:
        raise BadInput("factor/amount", member=member, found=ascii(text[:40])[1:-1])
    try:
        ratio = conversion(unit, wanted)
    except UnitError:
        raise BadInput(
            "factor/unit-unknown", found=ascii(unit[:40])[1:-1], allowed=wanted
        ) from None
    return read.times(EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator)))


def _word(member: str, text: str | None, words: Any) -> Any:
    allowed = get_args(words)
    if text is None or text in allowed:
        return text
    raise BadInput("factor/choice", member=member, allowed=", ".join(allowed))
