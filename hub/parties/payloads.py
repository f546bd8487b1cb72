"""What the API says about companies and sites."""

from collections.abc import Sequence
from datetime import date
from typing import Self, cast

from pydantic import BaseModel, ConfigDict, Field

from hub.parties.assurance import Level, highest
from hub.parties.tables import Company, IdentityAssurance, Site


class AssuranceOut(BaseModel):
    """Somebody's word, beside the company's own, on one of its identifiers."""

    identifier: str = Field(description="`scheme:value`.")
    level: Level
    source: str = Field(description="The register, or the credential's issuer.")
    checked_on: date
    valid_to: date | None = Field(None, description="First day on which it no longer holds.")

    @classmethod
    def of(cls, row: IdentityAssurance) -> Self:
        """What stands."""
        return cls(
            identifier=f"{row.scheme}:{row.value}",
            level=cast(Level, row.level),
            source=row.source,
            checked_on=row.checked_on,
            valid_to=row.valid_to,
        )


class CompanyOut(BaseModel):
    """A company as it sees itself."""

    id: str
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2.")
    invented: bool = Field(description="Whether it exists in a demonstration only.")
    identifiers: list[str] = Field(description="`scheme:value`.")
    assurance: Level = Field(
        description="The highest level on which one of its identifiers is known to be its own."
    )
    assurances: list[AssuranceOut] = Field(description="On whose word; those that hold today.")

    @classmethod
    def of(cls, company: Company, standing: Sequence[IdentityAssurance]) -> Self:
        """The company with its identifiers as text, and who vouches for them."""
        return cls(
            assurance=highest(standing),
            assurances=[AssuranceOut.of(row) for row in standing],
            id=company.id,
            name=company.name,
            country=company.country,
            invented=company.invented,
            identifiers=[f"{i.scheme}:{i.value}" for i in company.identifiers],
        )


class SiteIn(BaseModel):
    """A site to register."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(description="The company's own id of the site.")
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2.")
    subdivision: str | None = Field(None, description="ISO 3166-2, such as CN-GD.")


class SiteOut(BaseModel):
    """A site of the caller."""

    id: str
    code: str
    name: str
    country: str
    subdivision: str | None = None

    @classmethod
    def of(cls, site: Site) -> Self:
        """The stored site."""
        return cls(**{name: getattr(site, name) for name in cls.model_fields})
