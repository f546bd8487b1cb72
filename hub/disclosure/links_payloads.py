"""What the API says about links to whoever has to judge or to correct them."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from hub.bom.columns import MAX_NUMBER
from hub.bom.corrections import Correction
from hub.bom.link_state import Dispute, Reason, State, dispute_of
from hub.bom.link_table import Outcome, Taken
from hub.bom.matching import Ground, Suggestion
from hub.bom.tables import SourcingLink
from hub.bom.verdicts import MAX_WORDS
from hub.disclosure.links import Bought, Named, ToMatch
from hub.kit.language import Language
from hub.kit.payload import Payload
from hub.kit.upload import Note
from tierlight_schemas.amounts import Amount
from tierlight_schemas.bom import DeliveryTerm
from tierlight_schemas.messages import render


class DisputeOut(BaseModel):
    """What the supplier says against a link."""

    reason: Reason
    words: str | None = None
    ended_on: date | None = Field(None, description="First day without deliveries.")
    at: datetime


class PartOfLink(BaseModel):
    """A part on one side of a link."""

    id: str
    number: str
    name: str

    @classmethod
    def of(cls, part: Named) -> Self:
        """Identity and name."""
        return cls(id=part.id, number=part.number, name=part.name)


class CustomersPart(BaseModel):
    """What the customer calls its part: a supplier has no use for the id."""

    number: str
    name: str


class SuggestedPart(BaseModel):
    """An own part that may be meant; nothing is applied before somebody confirms it."""

    id: str
    number: str
    name: str
    ground: Ground = Field(description="Why it is suggested; `number` is the surest.")

    @classmethod
    def of(cls, suggestion: Suggestion) -> Self:
        """A part and why."""
        part = suggestion.part
        return cls(id=part.id, number=part.number, name=part.name, ground=suggestion.ground)


class LinkToMatch(BaseModel):
    """A link towards the caller: what a customer says that it buys here."""

    id: str
    state: State
    customer_id: str
    customer: str
    customer_part: CustomersPart
    part_as_written: str = Field(description="The caller's part number as the customer wrote it.")
    own_part: PartOfLink | None = Field(None, description="Absent while none is matched.")
    suggestions: list[SuggestedPart]
    share: str = Field(description="Of what the customer takes, 0 to 1, delivered by the caller.")
    site: str | None = None
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="First day on which it no longer holds.")
    delivery_term: str | None = None
    recorded_at: datetime
    confirmed_at: datetime | None = None
    dispute: DisputeOut | None = None

    @classmethod
    def of(cls, item: ToMatch) -> Self:
        """The supplier's view."""
        return cls(
            state=item.state,
            customer_id=item.link.buyer_id,
            customer=item.customer,
            customer_part=CustomersPart(
                number=item.customer_part.number, name=item.customer_part.name
            ),
            part_as_written=item.link.supplier_part_text,
            own_part=PartOfLink.of(item.own_part) if item.own_part else None,
            suggestions=[SuggestedPart.of(one) for one in item.suggestions],
            **_stated(item.link),
        )


class BoughtLink(BaseModel):
    """A link by which the caller buys, with what its supplier says of it."""

    id: str
    state: State
    part: PartOfLink
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
    dispute: DisputeOut | None = None

    @classmethod
    def of(cls, item: Bought) -> Self:
        """The buyer's view."""
        return cls(
            state=item.state,
            part=PartOfLink.of(item.part),
            supplier=item.link.supplier_text,
            supplier_part=item.link.supplier_part_text,
            supplier_registered=item.link.supplier_id is not None,
            **_stated(item.link),
        )


def _stated(link: SourcingLink) -> dict[str, Any]:
    names = ("id", "share", "site", "valid_from", "valid_to", "delivery_term")
    told = {name: getattr(link, name) for name in (*names, "recorded_at", "confirmed_at")}
    return told | {"dispute": _dispute_out(link)}


def _dispute_out(link: SourcingLink) -> DisputeOut | None:
    said = dispute_of(link)
    if said is None or link.disputed_at is None:
        return None
    return DisputeOut(
        reason=said.reason, words=said.words, ended_on=said.ended_on, at=link.disputed_at
    )


class Confirmation(Payload):
    """That it is so, and of which own part."""

    own_part: str | None = Field(
        default=None,
        max_length=MAX_NUMBER,
        description="Number of the own part; absent: the one matched before, else the one of the "
        "number that the customer wrote.",
    )


class NewDispute(Payload):
    """That it is not so."""

    reason: Reason
    words: str | None = Field(
        default=None, max_length=MAX_WORDS + 500, description="Needed where the reason is `other`."
    )
    ended_on: date | None = Field(
        default=None, description="First day without deliveries, where the reason is `ended`."
    )

    @property
    def said(self) -> Dispute:
        """As the use case takes it."""
        return Dispute(self.reason, self.words, self.ended_on)


class NewStatement(Payload):
    """A link as its buyer states it now; what is absent is not stated any more."""

    supplier_part: str = Field(min_length=1, max_length=MAX_NUMBER)
    share: Amount = Field(description="Above 0, at most 1.")
    site: str | None = Field(default=None, max_length=200)
    valid_from: date | None = None
    valid_to: date | None = None
    delivery_term: DeliveryTerm | None = None

    @property
    def said(self) -> Correction:
        """As the use case takes it."""
        return Correction(**self.model_dump())


class LineOut(BaseModel):
    """What became of one line of a table."""

    row: int
    link: str
    outcome: Outcome


class RefusedLine(BaseModel):
    """Why a line was not taken."""

    row: int
    column: str
    code: str
    message: str
    remedy: str


class LinksAnswer(BaseModel):
    """What became of a table of links, line by line."""

    rows: int
    confirmed: int
    disputed: int
    unchanged: int = Field(description="Of which the table says what is recorded already.")
    nothing_said: int = Field(description="Lines without a verdict.")
    lines: list[LineOut]
    refused: list[RefusedLine]
    notes: list[Note]

    @classmethod
    def of(cls, taken: Taken, language: Language) -> Self:
        """The report in the reader's language."""
        outcomes = [line.outcome for line in taken.lines]
        rows = {line.row for line in taken.lines} | {int(bad["row"]) for bad in taken.refused}
        return cls(
            rows=len(rows),
            confirmed=outcomes.count(Outcome.CONFIRMED),
            disputed=outcomes.count(Outcome.DISPUTED),
            unchanged=outcomes.count(Outcome.UNCHANGED),
            nothing_said=outcomes.count(Outcome.NOTHING_SAID),
            lines=[
                LineOut(row=line.row, link=line.link, outcome=line.outcome) for line in taken.lines
            ],
            refused=[_refused(bad, language) for bad in taken.refused],
            notes=[_note(note, language) for note in taken.notes],
        )


def _refused(bad: dict[str, str], language: Language) -> RefusedLine:
    words = render(bad["code"], bad, language)
    return RefusedLine(
        row=int(bad["row"]),
        column=bad["column"],
        code=bad["code"],
        message=words.text,
        remedy=words.remedy,
    )


def _note(note: dict[str, str], language: Language) -> Note:
    words = render(note["code"], note, language)
    return Note(code=note["code"], message=words.text, remedy=words.remedy)
