"""What the API says about companies and sites."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from hub.parties.tables import Company, Site


class CompanyOut(BaseModel):
    """A company as it sees itself."""

    id: str
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2.")
    invented: bool = Field(description="Whether it exists in a demonstration only.")
    identifiers: list[str] = Field(description="`scheme:value`.")

    @classmethod
    def of(cls, company: Company) -> Self:
        """The company with its identifiers as text."""
        return cls(
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
