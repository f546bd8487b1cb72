"""A document before it is signed, and the form it comes from: everything that the pages show."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.bom.payloads import PartOut
from hub.bom.queries import buyers_of, links_towards, numbers_of, own_part, versions
from hub.bom.tables import Part, SourcingLink
from hub.declarations import preparing
from hub.declarations.holding import held
from hub.declarations.payloads import FindingView, HeldView, finding_view, held_view
from hub.declarations.review import reviewed, sentence_in, unexplained
from hub.declarations.tables import DeclarationRow, PreparedDeclaration
from hub.kit.clock import now
from hub.kit.language import Language
from hub.parties.payloads import SiteOut
from hub.parties.queries import sites_of
from hub.parties.tables import Site
from hub.sharing.queries import consents
from hub.trust.browser_keys import ToSign, declaration_to_sign, usable


@dataclass(frozen=True)
class FormPage:
    """What the form knows before anything is typed."""

    part: PartOut
    sites: Sequence[SiteOut]
    """Of the caller's company, by code."""
    cells: Mapping[str, str]
    """What stood in the prepared document that is being corrected; else empty."""


@dataclass(frozen=True)
class Customer:
    """A company that buys the part, and how far the caller lets it see."""

    name: str
    level: int
    """L0 to L5 as 0 to 5; -1 is nothing."""


@dataclass(frozen=True)
class PreparedPage:
    """A prepared document as the person who is to sign it reads it."""

    id: str
    part_id: str
    name: str
    number: str
    document: Mapping[str, Any]
    """The prepared bytes, parsed."""
    digest: str
    """SHA-256 (hex) of the prepared bytes: the declaration's identity."""
    findings: Sequence[FindingView]
    unexplained: int
    """Warnings without a reason: nobody signs before each has one."""
    translation: str | None
    """The signed sentence in the reader's language, where it was prepared in another."""
    asks_second_person: bool
    customers: Sequence[Customer]
    supersedes: str | None
    """Digest of the declaration that it replaces."""
    annexes: Sequence[str]
    """Names of the annexes that are handed in with it."""
    expires_at: datetime
    is_signed: bool
    held: HeldView | None
    """Once it is signed: what the second pair of eyes made of it, unless it went through."""
    keys: Sequence[str]
    """Thumbprints of the company's keys that may sign now."""


def form_page(
    session: Session, caller: Caller, part_id: str, prepared_id: str | None = None
) -> FormPage:
    """The form of an own part, filled from a prepared document if one is named.

    Raises `NotFound` for a part or a document of anybody else's.
    """
    part = own_part(session, caller.company_id, part_id)
    cells: dict[str, str] = {}
    if prepared_id is not None:
        cells = json.loads(preparing.found(session, caller, prepared_id).cells)
    sites = session.scalars(sites_of(caller.company_id).order_by(Site.code))
    return FormPage(
        part=PartOut.of(part, versions(session, [part.id])[part.id]),
        sites=[SiteOut.of(site) for site in sites],
        cells=cells,
    )


def prepared_page(
    session: Session, caller: Caller, prepared_id: str, language: Language
) -> PreparedPage:
    """A prepared document of the caller's company. Raises `NotFound`."""
    prepared = preparing.found(session, caller, prepared_id)
    part = session.get_one(Part, prepared.part_id)
    document = json.loads(prepared.payload)
    findings = reviewed(session, prepared)
    return PreparedPage(
        id=prepared.id,
        part_id=part.id,
        name=versions(session, [part.id])[part.id].name,
        number=part.number,
        document=document,
        digest=prepared.digest,
        findings=[finding_view(one, language) for one in findings],
        unexplained=len(unexplained(findings)),
        translation=_translation(session, prepared, document, language),
        asks_second_person=four_eyes(session, caller.company_id).is_on,
        customers=_customers(session, caller, part.id),
        supersedes=document["credentialSubject"].get("supersedes"),
        annexes=list(prepared.annexes),
        expires_at=prepared.expires_at,
        is_signed=prepared.consumed_at is not None,
        held=_held(session, caller, prepared, language),
        keys=usable(session, caller.company_id),
    )


@dataclass(frozen=True)
class Unsigned:
    """A document that waits for a signature."""

    id: str
    number: str
    name: str
    """Of its part."""
    created_at: datetime
    expires_at: datetime


def unsigned(session: Session, caller: Caller) -> list[Unsigned]:
    """What the caller's company prepared and nobody has signed yet, the newest first."""
    row = PreparedDeclaration
    mine = select(row).where(row.company_id == caller.company_id, row.consumed_at.is_(None))
    query = mine.where(row.expires_at > now()).order_by(row.created_at.desc(), row.id)
    waiting = session.scalars(query.limit(preparing.MAX_WAITING)).all()
    ids = [one.part_id for one in waiting]
    numbers, known = numbers_of(session, ids), versions(session, ids)
    return [
        Unsigned(
            one.id,
            numbers[one.part_id],
            known[one.part_id].name,
            one.created_at,
            one.expires_at,
        )
        for one in waiting
    ]


def payload_file(session: Session, caller: Caller, prepared_id: str) -> tuple[str, bytes]:
    """Name and bytes of the file that `tierlight sign` takes. Raises as `preparing.waiting`."""
    prepared = preparing.waiting(session, caller, prepared_id)
    return f"{prepared.digest[:16]}.payload.json", prepared.payload


def to_sign(session: Session, caller: Caller, prepared_id: str, kid: str) -> ToSign:
    """What a key of the company's signs. Raises `NotFound`, and as `preparing.waiting`."""
    prepared = preparing.waiting(session, caller, prepared_id)
    return declaration_to_sign(session, caller.company_id, kid, prepared.payload)


def _held(
    session: Session, caller: Caller, prepared: PreparedDeclaration, language: Language
) -> HeldView | None:
    is_declared = session.get(DeclarationRow, prepared.digest) is not None
    if prepared.consumed_at is None or is_declared:
        return None
    return held_view(held(session, caller, prepared.digest), language)


def _translation(
    session: Session,
    prepared: PreparedDeclaration,
    document: Mapping[str, Any],
    language: Language,
) -> str | None:
    signed_in = document["credentialSubject"]["statement"]["lang"]
    return None if signed_in == language else sentence_in(session, prepared, language)


def _customers(session: Session, caller: Caller, part_id: str) -> list[Customer]:
    """Who buys the part by a confirmed link, by name."""
    query = links_towards(caller.company_id).where(
        SourcingLink.supplier_part_id == part_id, SourcingLink.confirmed_at.is_not(None)
    )
    links = session.scalars(query).all()
    buyers = dict(sorted(set(buyers_of(session, links).values()), key=lambda buyer: buyer[1]))
    return [
        Customer(name, consents(session, buyer_id).of(caller.company_id, part_id).level)
        for buyer_id, name in buyers.items()
    ]
