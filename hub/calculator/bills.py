"""Bills and certificates behind a draft: kept as they came, or known by their digest alone.

The bytes lie in the company's own rows, behind the wall, until it takes them away. What is signed
names digests only.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from hub.access.caller import Caller
from hub.calculator.bill_files import digest_of, media_type_of, shown_name, typed_digest
from hub.calculator.tables import CalculationBill, CalculationDraft
from hub.calculator.usecases import own_draft
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, TooLarge
from hub.kit.tables import new_id
from hub.parties.usecases import lock_company

MAX_BYTES = 10_000_000
"""Of one file."""
MAX_BILLS = 30
"""Of one draft."""
MAX_KEPT = 500_000_000
"""Bytes of one company."""
ABOUT = (
    "electricity",
    "natural-gas",
    "heat",
    "fuel",
    "material",
    "scrap",
    "transport",
    "certificate",
    "other",
)


def keep(
    session: Session, caller: Caller, draft_id: str, about: str, file_name: str, body: bytes
) -> CalculationBill:
    """Keep a file behind a draft; the same file about the same thing is kept once.

    Raises `NotFound`, `BadInput` (`bill/empty`, `bill/kind`, `bill/about`), `TooLarge`
    (`bill/too-large`), `Conflict` (`bill/too-many`, `bill/full`).
    """
    if not body:
        raise BadInput("bill/empty")
    if len(body) > MAX_BYTES:
        raise TooLarge("bill/too-large", limit=str(MAX_BYTES // 1_000_000))
    media_type = media_type_of(body)
    if media_type is None:
        raise BadInput("bill/kind", name=shown_name(file_name) or "–")
    bill = _new(caller, draft_id, about, digest_of(body))
    bill.file_name, bill.media_type = shown_name(file_name), media_type
    bill.size, bill.body = len(body), body
    return _add(session, caller, bill)


def note(
    session: Session, caller: Caller, draft_id: str, about: str, name: str, digest: str
) -> CalculationBill:
    """Note a file that stays where it is, by its digest.

    Raises `NotFound`, `BadInput` (`bill/digest`, `bill/about`), `Conflict` (`bill/too-many`).
    """
    read = typed_digest(digest)
    if read is None:
        raise BadInput("bill/digest", found=digest[:80])
    bill = _new(caller, draft_id, about, read)
    bill.file_name = shown_name(name)
    return _add(session, caller, bill)


def take_away(session: Session, caller: Caller, draft_id: str, bill_id: str) -> None:
    """Delete a bill with its bytes; what was signed keeps its digest. Raises `NotFound`."""
    session.delete(own_bill(session, caller, draft_id, bill_id))


def own_bill(session: Session, caller: Caller, draft_id: str, bill_id: str) -> CalculationBill:
    """A bill of the caller's company. Raises `NotFound`, the same for another's as for none."""
    bill = session.get(CalculationBill, bill_id)
    if bill is None or bill.company_id != caller.company_id or bill.draft_id != draft_id:
        raise NotFound
    return bill


def bills_of(session: Session, draft_id: str) -> list[CalculationBill]:
    """The bills of a draft without their bytes, in the order in which they came."""
    query = select(CalculationBill).where(CalculationBill.draft_id == draft_id)
    query = query.order_by(CalculationBill.added_at, CalculationBill.id)
    return list(session.scalars(query.options(defer(CalculationBill.body))))


def evidence_of(session: Session, draft: CalculationDraft) -> list[Mapping[str, Any]]:
    """The bills as members of a sheet's evidence."""
    return [
        {
            "about": bill.about,
            "digest": bill.digest,
            **({"mediaType": bill.media_type} if bill.media_type else {}),
            **({"size": str(bill.size)} if bill.size else {}),
        }
        for bill in bills_of(session, draft.id)
    ]


def _new(caller: Caller, draft_id: str, about: str, digest: str) -> CalculationBill:
    if about not in ABOUT:
        raise BadInput("bill/about", found=about[:40])
    return CalculationBill(
        id=new_id(),
        company_id=caller.company_id,
        draft_id=draft_id,
        about=about,
        file_name="",
        digest=digest,
        added_at=now(),
        added_by=caller.actor,
    )


def _add(session: Session, caller: Caller, bill: CalculationBill) -> CalculationBill:
    lock_company(session, caller.company_id)
    own_draft(session, caller, bill.draft_id)
    held = bills_of(session, bill.draft_id)
    same = (each for each in held if (each.digest, each.about) == (bill.digest, bill.about))
    if (known := next(same, None)) is not None:
        return known
    if len(held) >= MAX_BILLS:
        raise Conflict("bill/too-many", limit=str(MAX_BILLS))
    _refuse_hoarding(session, caller, bill)
    session.add(bill)
    session.flush()
    return bill


def _refuse_hoarding(session: Session, caller: Caller, bill: CalculationBill) -> None:
    mine = CalculationBill.company_id == caller.company_id
    kept = select(func.sum(CalculationBill.size)).where(mine, CalculationBill.body.is_not(None))
    if (session.scalar(kept) or 0) + (bill.size or 0) > MAX_KEPT:
        raise Conflict("bill/full", limit=str(MAX_KEPT // 1_000_000))
