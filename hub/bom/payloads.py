"""What the API says about parts, lines and links; absent is unknown, never null."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from hub.bom.partners import Partner
from hub.bom.tables import BomRevision, Part, PartVersion, SourcingLink
from hub.parties.assurance import Level


class PartnerOut(BaseModel):
    """A company at the other end of a sourcing link."""

    id: str
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2.")
    identifiers: list[str] = Field(description="`scheme:value`.")
    assurance: Level = Field(description="How well it is known that it is who it says.")
    provisional: bool = Field(description="Invited, and not here yet.")
    supplies: bool = Field(description="Whether the caller names it as a supplier.")
    buys: bool = Field(description="Whether it names the caller as a supplier.")

    @classmethod
    def of(cls, partner: Partner) -> Self:
        """What everybody may know of a company, and on which side it stands."""
        company = partner.company
        return cls(
            id=company.id,
            name=company.name,
            country=company.country,
            identifiers=[f"{each.scheme}:{each.value}" for each in company.identifiers],
            assurance=partner.level,
            provisional=company.provisional,
            supplies=partner.supplies,
            buys=partner.buys,
        )


class PartOut(BaseModel):
    """A part of the caller, as its newest version says."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: str
    name: str
    revision: str | None = None
    category: str | None = None
    kind: str
    base_unit: str
    net_mass_kg: str | None = Field(None, description="kg of one base unit; absent is unknown.")
    mass_rule: str
    recorded_at: datetime

    @classmethod
    def of(cls, part: Part, version: PartVersion) -> Self:
        """Identity and attributes together."""
        attributes = {name: getattr(version, name, None) for name in cls.model_fields}
        return cls.model_validate(attributes | {"id": part.id, "number": part.number})


class LineOut(BaseModel):
    """`quantity` `unit` of the child in `reference_amount` base units of the parent."""

    position: int
    child_id: str
    child: str = Field(description="The child's number.")
    quantity: str
    unit: str
    reference_amount: str
    scrap: str = Field(description="Input lost ÷ net content.")
    effective_from: date | None = None
    effective_to: date | None = Field(None, description="First day on which it no longer holds.")
    stage: str | None = None
    group: str | None = None
    take_rate: str | None = None
    process_yield: str | None = Field(None, description="Good ÷ started units.")
    allocation: str | None = None

    @classmethod
    def of(cls, line: Row[Any], number: str) -> Self:
        """A stored line with its child's number."""
        return cls.model_validate(dict(line._mapping) | {"child": number})


class BomOut(BaseModel):
    """The lines of a part; without a revision nothing has been stated, which is not "no parts"."""

    part_id: str
    revision_id: str | None = None
    recorded_at: datetime | None = None
    lines: list[LineOut] = []

    @classmethod
    def of(cls, part: Part, revision: BomRevision | None, lines: list[LineOut]) -> Self:
        """A revision and its lines."""
        if revision is None:
            return cls(part_id=part.id)
        return cls(
            part_id=part.id,
            revision_id=revision.id,
            recorded_at=revision.recorded_at,
            lines=lines,
        )


class BuyersLink(BaseModel):
    """A link as its buyer sees it.

    It does not tell whether the supplier's part is registered: that is the supplier's to say,
    by confirming.
    """

    id: str
    part_id: str
    supplier: str = Field(description="As the buyer wrote it.")
    supplier_part: str = Field(description="As the buyer wrote it.")
    supplier_registered: bool
    share: str
    site: str | None = None
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="First day on which it no longer holds.")
    delivery_term: str | None = None
    recorded_at: datetime
    confirmed_at: datetime | None = None
    disputed_at: datetime | None = None

    @classmethod
    def of(cls, link: SourcingLink) -> Self:
        """The buyer's view."""
        return cls(
            supplier=link.supplier_text,
            supplier_part=link.supplier_part_text,
            supplier_registered=link.supplier_id is not None,
            **_agreed(link),
            part_id=link.part_id,
            share=link.share,
        )


class SuppliersLink(BaseModel):
    """A link as its supplier sees it: neither the buyer's part nor the share it was given."""

    id: str
    buyer_id: str
    buyer: str
    part: str = Field(description="The supplier's own part number, as the buyer wrote it.")
    part_id: str | None = Field(None, description="Absent while no such part is registered.")
    site: str | None = None
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="First day on which it no longer holds.")
    delivery_term: str | None = None
    recorded_at: datetime
    confirmed_at: datetime | None = None
    disputed_at: datetime | None = None

    @classmethod
    def of(cls, link: SourcingLink, buyer: tuple[str, str]) -> Self:
        """The supplier's view; `buyer` is (id, name)."""
        return cls(
            buyer_id=buyer[0],
            buyer=buyer[1],
            part=link.supplier_part_text,
            part_id=link.supplier_part_id,
            **_agreed(link),
        )


def _agreed(link: SourcingLink) -> dict[str, Any]:
    """What both sides see alike."""
    names = ("id", "site", "valid_from", "valid_to", "delivery_term", "recorded_at")
    return {name: getattr(link, name) for name in (*names, "confirmed_at", "disputed_at")}
