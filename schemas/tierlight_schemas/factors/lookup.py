"""Finding a factor by meaning: "electricity, Jilin, 2022, location-based".

One factor is answered, with how near it is in place and time, and the nearest alternatives. Where
the nearest place has factors of several kinds (direct CO2 and life-cycle CO2e), or of several
routes below the category (primary and recycled), none of them is chosen in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tierlight_schemas.factors.model import (
    Basis,
    Factor,
    Gases,
    Scope,
    Series,
)
from tierlight_schemas.factors.places import rings
from tierlight_schemas.factors.registry import Registry

ALTERNATIVES = 8


@dataclass(frozen=True)
class Question:
    """What is asked for; None leaves it open."""

    category: str
    geography: str
    year: int
    basis: Basis | None = None
    series: Series | None = None
    scope: Scope | None = None
    gases: Gases | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A factor that could answer, and how far it lies from the question."""

    factor: Factor
    ring: int
    """0: the place asked for; higher: a wider one."""
    years: int
    """Its year minus the year asked for."""

    @property
    def distance(self) -> tuple[bool, int, int, bool, str]:
        """Sorts nearest first: studies apart last, then place, then time, earlier before later."""
        apart = self.factor.set.apart is not None
        return apart and self.years != 0, self.ring, abs(self.years), self.years > 0, self.factor.id


@dataclass(frozen=True)
class Answer:
    """The factor found, or why none is given."""

    question: Question
    found: Candidate | None
    alternatives: tuple[Candidate, ...]
    """Nearest first; where nothing is found in silence, the ones to choose from."""
    open: tuple[str, ...] = ()
    """What the question must say before one can be given: `scope`, `basis`, `category`."""


def look_up(registry: Registry, question: Question) -> Answer:
    """The nearest factor that means what is asked.

    None is found when nothing fits, or (`open` says so) when the nearest place and year hold
    factors of more than one kind.
    """
    candidates = sorted(_candidates(registry, question), key=lambda each: each.distance)
    nearest = _nearest(candidates)
    differing = _open(nearest)
    if not nearest or differing:
        return Answer(question, None, tuple(candidates[:ALTERNATIVES]), differing)
    found = nearest[0]
    others = [each for each in candidates if each is not found]
    return Answer(question, found, tuple(others[:ALTERNATIVES]))


def _candidates(registry: Registry, question: Question) -> list[Candidate]:
    places = rings(question.geography)
    return [
        Candidate(factor, ring, factor.year - question.year)
        for factor in registry.of_category(question.category)
        for ring, within in enumerate(places)
        if factor.geography in within and _means(factor, question)
    ]


def _means(factor: Factor, question: Question) -> bool:
    """Whether a factor says what is asked; what is left open fits anything.

    Electricity from fossil plants alone is answered to who asks for it by name only: it is the
    mix of no place and of no contract.
    """
    if factor.series == "fossil" and question.series != "fossil":
        return False
    asked = (question.basis, question.series, question.scope, question.gases, question.unit)
    said = (factor.basis, factor.series, factor.scope, factor.gases, factor.unit)
    return all(wish is None or wish == word for wish, word in zip(asked, said, strict=True))


def _nearest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of the nearest place: of each kind, the nearest in time."""
    for _, ring in groupby(candidates, key=lambda each: (each.distance[0], each.ring)):
        firsts: dict[object, Candidate] = {}
        for each in ring:
            firsts.setdefault((each.factor.kind, each.factor.basis, each.factor.category), each)
        return list(firsts.values())
    return []


def _open(nearest: Sequence[Candidate]) -> tuple[str, ...]:
    differing: dict[str, set[object]] = {
        "scope": {each.factor.kind for each in nearest},
        "basis": {each.factor.basis for each in nearest},
        "category": {each.factor.category for each in nearest},
    }
    return tuple(member for member, said in differing.items() if len(said) > 1)
