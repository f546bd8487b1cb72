"""What the API says about the registry of factors."""

from typing import Self

from pydantic import Field

from hub.kit.language import Language
from hub.kit.payload import Payload
from tierlight_schemas.amounts import significant
from tierlight_schemas.factors.implied import Implied, Match
from tierlight_schemas.factors.lookup import Answer, Candidate
from tierlight_schemas.factors.model import Factor, FactorSet
from tierlight_schemas.factors.reasons import reason
from tierlight_schemas.messages import words_of


class SetOut(Payload):
    """A set of factors in use."""

    name: str = Field(description="As results pin it: set and version.")
    publisher: str
    licence: str
    apart: str | None = Field(
        default=None, description="Why its values are no part of another series."
    )

    @classmethod
    def of(cls, one: FactorSet) -> Self:
        """The set as it is listed."""
        return cls(name=one.name, publisher=one.publisher, licence=one.licence, apart=one.apart)


class RegistryFactorOut(Payload):
    """A factor with everything that says what it stands for."""

    id: str
    set: str = Field(description="Set and version.")
    name: str = Field(description="In the caller's language.")
    category: str
    unit: str
    value: str = Field(description="kg of the gases per unit, with the digits of the source.")
    gases: str = Field(description="`CO2`, or `CO2e`.")
    gwp: str | None = Field(
        default=None, description="Of CO2e: whose GWP100; `not-stated` where the source is silent."
    )
    scope: str = Field(description="`direct` or `life-cycle`.")
    series: str | None = None
    basis: str | None = None
    geography: str = Field(description="`CN-JL`, `CN.northeast`, `CN`, or `*` for the world.")
    year: int
    source: str
    clause: str
    licence: str
    supersedes: str | None = None

    @classmethod
    def of(cls, factor: Factor, language: Language) -> Self:
        """The factor, named in a language."""
        plain = set(cls.model_fields) - {"set", "name", "licence"}
        return cls(
            set=factor.set.name,
            name=factor.names[language],
            licence=factor.set.licence,
            **{member: getattr(factor, member) for member in plain},
        )


class CandidateOut(Payload):
    """A factor, and how far it lies from what was asked."""

    factor: RegistryFactorOut
    wider_places: int = Field(description="0: the very place; 1 and more: a wider one.")
    years_apart: int = Field(description="Its year minus the year asked for.")

    @classmethod
    def of(cls, one: Candidate, language: Language) -> Self:
        """The candidate in a language."""
        return cls(
            factor=RegistryFactorOut.of(one.factor, language),
            wider_places=one.ring,
            years_apart=one.years,
        )


class AnswerOut(Payload):
    """The factor that means what was asked, or why none is given."""

    found: CandidateOut | None = None
    reason: str
    open: list[str] = Field(
        description="What must be said before one can be given: scope, basis, category."
    )
    alternatives: list[CandidateOut] = Field(description="Nearest first.")

    @classmethod
    def of(cls, answer: Answer, language: Language) -> Self:
        """The answer in a language."""
        said = words_of(reason(answer), language)
        return cls(
            found=CandidateOut.of(answer.found, language) if answer.found else None,
            reason=" ".join(filter(None, (said.text, said.remedy))),
            open=list(answer.open),
            alternatives=[CandidateOut.of(each, language) for each in answer.alternatives],
        )


class MatchOut(Payload):
    """A known factor beside an implied one."""

    factor: RegistryFactorOut
    ratio: str = Field(description="Implied ÷ known.")

    @classmethod
    def of(cls, match: Match, language: Language) -> Self:
        """The match in a language."""
        ratio = str(significant(match.ratio, 6))
        return cls(factor=RegistryFactorOut.of(match.factor, language), ratio=ratio)


class ImpliedOut(Payload):
    """Which known factors a pair of emissions and energy implies."""

    value: str = Field(description="kg per unit of the factors compared.")
    low: str = Field(description="Lower bound by the printed digits.")
    high: str = Field(description="Upper bound by the printed digits.")
    equals: list[MatchOut] = Field(description="Known factors within the bounds; empty: none.")
    nearest: list[MatchOut]

    @classmethod
    def of(
        cls, found: Implied, equals: list[Match], nearest: list[Match], language: Language
    ) -> Self:
        """The implied factor beside known ones."""
        return cls(
            value=str(significant(found.value, 6)),
            low=str(significant(found.low, 6)),
            high=str(significant(found.high, 6)),
            equals=[MatchOut.of(match, language) for match in equals],
            nearest=[MatchOut.of(match, language) for match in nearest],
        )
