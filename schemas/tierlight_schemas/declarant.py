"""Who declares: what a profile says, and what the signing key stands in for without one."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pydantic import Field

from tierlight_schemas.extension import OwnModel
from tierlight_schemas.identifiers import Scheme, issuer_urn, part_urn

Language = Literal["zh-CN", "en", "de"]


class Profile(OwnModel):
    """Who declares, as the hub's company page hands it out; every member may be absent."""

    issuer: str | None = Field(default=None, min_length=1, max_length=500)
    company_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._~-]+$")
    company_name: str | None = Field(default=None, min_length=1)
    company_ids: list[str] = Field(default_factory=list, description="URNs.")
    audience: str | None = Field(default=None, description="The hub this is meant for.")
    role: str = Field(default="supplier", min_length=1, max_length=100)
    language: Language = "en"
    product_urn_prefix: str | None = Field(
        default=None, pattern=r"^[uU][rR][nN]:.+:$", description="Stands before the number."
    )


@dataclass(frozen=True)
class Declarant:
    """A profile with its gaps filled from the signing key."""

    profile: Profile
    thumbprint: str

    @property
    def scheme(self) -> Scheme:
        return "company" if self.profile.company_id else "key"

    @property
    def owner(self) -> str:
        return self.profile.company_id or self.thumbprint

    @property
    def issuer(self) -> str:
        return self.profile.issuer or issuer_urn(self.scheme, self.owner)

    @property
    def company_ids(self) -> list[str]:
        return self.profile.company_ids or [issuer_urn(self.scheme, self.owner)]

    def product_ids(self, number: str) -> list[str]:
        """Our part URN, and the declarant's own where the profile has a prefix."""
        prefix = self.profile.product_urn_prefix
        own = [f"{prefix}{quote(number, safe='')}"] if prefix else []
        return [part_urn(self.scheme, self.owner, number), *own]
