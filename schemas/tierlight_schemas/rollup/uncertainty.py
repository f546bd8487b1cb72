"""How sure a total is: its uncertain inputs, and a first-order preview of their spread.

A stated geometric standard deviation (gsd) makes a value lognormal, v · L with σ = ln gsd: where v
is the median, ln L has the mean 0; where v is the mean, -σ²/2. One draw L belongs to one value, a
declaration or a factor: all columns of it, and all parts that rest on it, move together. A value
without a gsd is held fixed, unless the question assumes one. What is not known has no spread:
every interval covers the known part only, without gaps.

Another owner's part that is built up inside its owner's data is one value that states no spread:
how its inside spreads, under an assumption that the reader chooses, would tell what it is made of.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from tierlight_schemas.amounts import EXACT
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.explain import is_leaf, quantities_inside
from tierlight_schemas.rollup.model import (
    EXCLUDING,
    INCLUDING,
    LEGS,
    ONE,
    ZERO,
    Known,
    PartNode,
    Resolution,
    Value,
)
from tierlight_schemas.rollup.reference import Solution
from tierlight_schemas.rollup.vectors import add_scaled, exact_sum

ValueIs = Literal["mean", "median"]
Origin = Literal["stated", "assumed", "fixed"]
#: Cumulated shares of a distribution that are reported, in percent.
PERCENTILES = ("2.5", "5", "25", "50", "75", "95", "97.5")
#: Standard normal quantiles of `PERCENTILES`.
_QUANTILES = (
    "-1.959963984540054", "-1.6448536269514722", "-0.6744897501960817", "0",
    "0.6744897501960817", "1.6448536269514722", "1.959963984540054",
)  # fmt: skip
_Z = dict(zip(PERCENTILES, map(Decimal, _QUANTILES), strict=True))
#: Columns that are no kgCO2e, or that only arise on the way up, have no interval.
_WITHOUT_INTERVAL = ("stage:", "electricity_kwh:", "carbon_content_")


@dataclass(frozen=True)
class Spread:
    """What a question assumes beyond what is stated; None assumes nothing."""

    default_gsd: Decimal | None = None
    """For values that state none."""
    quantity_gsd: Decimal | None = None
    """For the quantity of every line of a bill of materials, each drawn on its own."""
    value_is: ValueIs = "mean"
    """What values and quantities are of an assumed distribution."""


@dataclass(frozen=True)
class UncertainInput:
    """One value of one part: what it adds per base unit of the part, and how far it spreads."""

    node: str
    amount: Decimal
    """Base units of the part in one base unit of the root, all paths together."""
    key: str
    """Inputs with one key are one value and share their draw."""
    columns: Mapping[str, Decimal]
    gsd: Decimal
    """1 where the value is held fixed."""
    value_is: ValueIs
    origin: Origin


@dataclass(frozen=True)
class Moments:
    """Mean, standard deviation and percentiles of one column, kgCO2e."""

    mean: Decimal
    sd: Decimal
    percentiles: Mapping[str, Decimal]


def uncertain_inputs(solution: Solution, root: str, spread: Spread) -> list[UncertainInput]:
    """Every value that a root rests on, by key and part.

    Raises `ValueError` for basis `deep`, whose refinements have no distribution of their own.
    """
    if solution.policy.deep:
        raise ValueError("uncertainty is told of the basis `declared` only")
    owner = solution.resolutions[root].node.owner
    found: list[UncertainInput] = []
    for name, amount in quantities_inside(solution, root).items():
        resolution = solution.resolutions[name]
        columns = solution.accounts[name].columns
        if resolution.node.owner == owner or _stands_for_itself(resolution):
            found.extend(_of(resolution, amount, spread))
        elif EXCLUDING in columns:
            found.append(_input(name, amount, f"part {name}", columns, None, spread))
    return sorted(found, key=lambda each: (each.key, each.node))


def _stands_for_itself(resolution: Resolution) -> bool:
    return is_leaf(resolution) and resolution.value is not None


def open_parts(solution: Solution, root: str) -> Iterator[tuple[str, Decimal]]:
    """The root owner's own built-up parts and their amounts: whose lines are the reader's."""
    owner = solution.resolutions[root].node.owner
    for name, amount in quantities_inside(solution, root).items():
        resolution = solution.resolutions[name]
        if resolution.node.owner == owner and not is_leaf(resolution):
            yield name, amount


def _of(resolution: Resolution, amount: Decimal, spread: Spread) -> Iterator[UncertainInput]:
    """The value of a leaf; of a built-up part its own process, and its legs by themselves."""
    node, own = resolution.node, dict(resolution.base)
    if resolution.known is Known.BUILT_UP and LEGS in own:
        leg = own.pop(LEGS)
        legs = {name: leg for name in (EXCLUDING, INCLUDING, "stage:transport")}
        add_scaled(own, legs, EXACT.minus(ONE))
        yield _input(node.id, amount, f"{node.id} legs", {**legs, LEGS: leg}, None, spread)
    if own and resolution.value is not None:
        key = key_of(node, resolution.value)
        yield _input(node.id, amount, key, own, resolution.value, spread)


def key_of(node: PartNode, value: Value) -> str:
    """What identifies a value: its declaration, or the factor with its number."""
    if not value.reference:
        return f"part {node.id} {'own' if value is node.own else 'value'}"
    if value is node.default or value is node.gas:
        return f"factor {value.reference} {value.columns[EXCLUDING]} per {value.unit}"
    return f"value {value.reference}"


def _input(
    node: str,
    amount: Decimal,
    key: str,
    columns: Mapping[str, Decimal],
    value: Value | None,
    spread: Spread,
) -> UncertainInput:
    gsd, kind, origin = _spread_of(value, spread)
    return UncertainInput(node, amount, key, columns, gsd, kind, origin)


def _spread_of(value: Value | None, spread: Spread) -> tuple[Decimal, ValueIs, Origin]:
    if value is not None and value.gsd is not None:
        return value.gsd, value.value_is or spread.value_is, "stated"
    if spread.default_gsd is not None:
        return spread.default_gsd, spread.value_is, "assumed"
    return ONE, spread.value_is, "fixed"


def origins(inputs: Iterable[UncertainInput]) -> dict[Origin, Decimal]:
    """By origin of the spread: |kgCO2e| of the inputs in one base unit of the root."""
    sums: dict[Origin, Decimal] = {"stated": ZERO, "assumed": ZERO, "fixed": ZERO}
    for each in inputs:
        size = EXACT.multiply(each.amount, each.columns.get(EXCLUDING, ZERO))
        sums[each.origin] = EXACT.add(sums[each.origin], EXACT.abs(size))
    return sums


def interval_columns(account: Account) -> tuple[str, ...]:
    """Columns that can have an interval: in kgCO2e, and stated by everything that is known.

    The interval of a column that some contributors leave unstated would be read as one of the
    whole; and it would tell one supplier's figure apart from the others.
    """
    whole = account.stated.get(EXCLUDING)
    names = [
        name
        for name, stated in sorted(account.stated.items())
        if stated == whole and not name.startswith(_WITHOUT_INTERVAL) and name in account.columns
    ]
    if INCLUDING in names and account.without_uptake:
        names.remove(INCLUDING)
    first = [name for name in (EXCLUDING, INCLUDING) if name in names]
    return (*first, *(name for name in names if name not in first))


@lru_cache(maxsize=1000)
def sigma(gsd: Decimal) -> Decimal:
    """ln gsd. Raises `ValueError` below 1: no lognormal distribution has such a deviation."""
    if gsd < ONE:
        raise ValueError(f"a geometric standard deviation is not below 1: {gsd}")
    return EXACT.ln(gsd)


def shift(gsd: Decimal, value_is: ValueIs) -> Decimal:
    """Mean of ln L: 0 about a median, -σ²/2 about a mean."""
    s = sigma(gsd)
    return ZERO if value_is == "median" else EXACT.divide(EXACT.multiply(s, s), Decimal(-2))


def first_order(
    solution: Solution,
    root: str,
    inputs: Sequence[UncertainInput],
    columns: Sequence[str],
    spread: Spread,
) -> dict[str, Moments]:
    """A preview without sampling, from the transposed pass: moments of each column.

    Mean and standard deviation of inputs alone are exact, because a total is linear in them.
    Uncertain quantities enter to first order: their products with other spreads are left out.
    Percentiles are those of a lognormal distribution with the same mean and deviation, or of a
    normal one where a contribution is negative.
    """
    found: dict[str, Moments] = {}
    for column in columns:
        weights = _weights(inputs, column)
        means = [EXACT.multiply(weight, _mean(each.gsd, each.value_is)) for each, weight in weights]
        variances = [
            EXACT.multiply(EXACT.multiply(mean, mean), _relative_variance(each.gsd))
            for (each, _), mean in zip(weights, means, strict=True)
        ]
        if spread.quantity_gsd is not None:
            variances.extend(_of_lines(solution, root, column, spread.quantity_gsd))
        positive = all(weight >= 0 for _, weight in weights)
        found[column] = moments(exact_sum(means), exact_sum(variances), positive)
    return found


def _weights(inputs: Sequence[UncertainInput], column: str) -> list[tuple[UncertainInput, Decimal]]:
    """What each draw multiplies: inputs of one key together."""
    firsts: dict[str, UncertainInput] = {}
    weights: dict[str, Decimal] = {}
    for each in inputs:
        weight = EXACT.multiply(each.amount, each.columns.get(column, ZERO))
        firsts.setdefault(each.key, each)
        weights[each.key] = EXACT.add(weights.get(each.key, ZERO), weight)
    return [(firsts[key], weight) for key, weight in weights.items()]


@lru_cache(maxsize=1000)
def _mean(gsd: Decimal, value_is: ValueIs) -> Decimal:
    """E[L]: 1 about a mean, exp(σ²/2) about a median."""
    s = sigma(gsd)
    half = EXACT.divide(EXACT.multiply(s, s), Decimal(2))
    return EXACT.exp(EXACT.add(half, shift(gsd, value_is)))


@lru_cache(maxsize=1000)
def _relative_variance(gsd: Decimal) -> Decimal:
    """Var[L] / E[L]² = exp(σ²) - 1."""
    s = sigma(gsd)
    return EXACT.subtract(EXACT.exp(EXACT.multiply(s, s)), ONE)


def _of_lines(solution: Solution, root: str, column: str, gsd: Decimal) -> Iterator[Decimal]:
    """What each line's quantity alone adds to the variance."""
    relative = _relative_variance(gsd)
    for name, amount in open_parts(solution, root):
        for edge in solution.resolutions[name].edges:
            if edge.line is None:
                continue
            taken = EXACT.multiply(amount, edge.coefficient)
            value = solution.accounts[edge.child].columns.get(column, ZERO)
            size = EXACT.multiply(taken, value)
            yield EXACT.multiply(EXACT.multiply(size, size), relative)


def moments(mean: Decimal, variance: Decimal, positive: bool) -> Moments:
    """Percentiles of the distribution with this mean and variance, see `first_order`."""
    sd = EXACT.sqrt(variance)
    if not (positive and mean > 0):
        normal = {p: EXACT.add(mean, EXACT.multiply(z, sd)) for p, z in _Z.items()}
        return Moments(mean, sd, normal)
    square = EXACT.ln(EXACT.add(ONE, EXACT.divide(variance, EXACT.multiply(mean, mean))))
    s, half = EXACT.sqrt(square), EXACT.divide(square, Decimal(2))
    factors = {p: EXACT.exp(EXACT.subtract(EXACT.multiply(z, s), half)) for p, z in _Z.items()}
    return Moments(mean, sd, {p: EXACT.multiply(mean, f) for p, f in factors.items()})
