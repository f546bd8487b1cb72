"""Shapes of the consent API."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from hub.kit.payload import Payload
from hub.sharing.signed import Acknowledged
from hub.sharing.tables import AccessRecord, Grant


class NewGrant(Payload):
    """Who may see what of one's own parts, how deep and until when."""

    reader: str = Field(description="Company id, or SCHEME:VALUE.", max_length=300)
    part: str | None = Field(default=None, description="Id of an own part; absent: all parts.")
    level: int = Field(ge=0, le=5, strict=True, description="L0 existence … L5 evidence.")
    aggregate: bool = Field(
        default=False,
        strict=True,
        description="Whether results may use deeper levels without showing them.",
    )
    valid_from: date | None = Field(default=None, description="Default: today.")
    valid_to: date | None = Field(default=None, description="First day it no longer holds.")
    purpose: str | None = Field(default=None, max_length=300)


class SignedConsent(Payload):
    """A consent, or its end, that its owner has signed."""

    consent: str = Field(description="Compact JWS, as signed.", max_length=128_000)


def _form(body: object) -> str:
    return "(signed)" if isinstance(body, Mapping) and "consent" in body else "(unsigned)"


GrantIn = Annotated[
    Annotated[NewGrant, Tag("(unsigned)")] | Annotated[SignedConsent, Tag("(signed)")],
    Discriminator(_form),
]
"""A consent in the one form or the other; a `consent` in it makes it the signed one."""


class GrantView(Payload):
    """A grant as its owner sees it."""

    id: str
    reader_id: str
    part_id: str | None = None
    level: int
    aggregate: bool
    purpose: str | None = None
    valid_from: date
    valid_to: date | None = None
    granted_at: datetime
    revoked_at: datetime | None = None
    digest: str | None = Field(
        default=None, description="Of the consent that was signed; absent: nobody signed it."
    )
    receipt: str | None = Field(default=None, description="Canonical JSON; keep it as it is.")
    proof: str | None = Field(default=None, description="C2SP tlog-proof of the receipt.")


class AccessRecordView(Payload):
    """Somebody read something of the owner's."""

    reader_id: str
    object_kind: str
    object_id: str
    level: int
    purpose: str | None = None
    grant_id: str | None = None
    by_operator: bool = Field(
        description="The hub's operator read it, for its own reason or in the reader's name."
    )
    channel: str | None = Field(
        default=None, description="`page`, `api` or `command`; absent in older records."
    )
    at: datetime


class NewBreakGlass(Payload):
    """Whose data the operator has to see, and why."""

    company: str = Field(description="Company id, SCHEME:VALUE, or exact name.", max_length=300)
    reason: str = Field(max_length=300, description="The company reads it in its access log.")
    ticket: str | None = Field(default=None, max_length=100)
    hours: int = Field(default=1, ge=1, le=8, strict=True)


class BreakGlassView(Payload):
    """An opening of a company's data by the hub's operator."""

    id: str
    owner_id: str
    operator_id: str
    actor: str = Field(description="Who: `person:<id>`, `machine:<id>` or `operator:cli`.")
    reason: str
    ticket: str | None = None
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


def grant_view(grant: Grant) -> GrantView:
    """A grant for its owner."""
    return GrantView.model_validate(grant)


def acknowledged_view(kept: Acknowledged) -> GrantView:
    """A signed grant with its receipt."""
    receipt = kept.receipt.decode() if kept.receipt else None
    return grant_view(kept.grant).model_copy(update={"receipt": receipt, "proof": kept.proof})


def access_record_view(record: AccessRecord) -> AccessRecordView:
    """A read for the owner of what was read."""
    return AccessRecordView.model_validate(record)
