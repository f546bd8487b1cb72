"""Leaving the hub: what it would mean, the demand that waits, and its being carried out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.declarations.leaving import own_digests
from hub.exit.erasing import erase_company, erase_declaration
from hub.exit.holdings import counted
from hub.exit.tables import ErasureDemand
from hub.footprints.leaving import marked_statements, resting_on
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, Forbidden, NotFound
from hub.parties.usecases import lock_company
from hub.settings import Settings
from hub.trust.log import instant
from tierlight_schemas.log.erasure import Reason

__all__ = [
    "carry_out",
    "demand_erasure",
    "erase_company",
    "erase_declaration",
    "marked_statements",
    "plan_of",
    "take_back",
]


@dataclass(frozen=True)
class Plan:
    """What erasing a company would do."""

    goes: dict[str, int]
    """Rows that would be deleted, by table."""
    statements: int
    """Signed results of others that could no longer be computed from what was declared."""
    companies: int
    """Whose they are; which companies is theirs to know."""
    demand: ErasureDemand | None = None
    """The demand that waits."""


def plan_of(session: Session, company_id: str) -> Plan:
    """What erasing the company now would do; nothing is changed."""
    names = session.scalars(own_digests(company_id)).all()
    statements, companies = resting_on(session, company_id, names)
    demand = session.get(ErasureDemand, company_id)
    return Plan(counted(session, company_id), statements, companies, demand)


def demand_erasure(
    session: Session, caller: Caller, company: str, reason: Reason, settings: Settings
) -> ErasureDemand:
    """Demand that the caller's company be erased, once the waiting time is over.

    `company` is its id, written out by whoever means it: `BadInput` (`exit/confirm`) when it is
    not. A demand that waits already stays as it is.
    """
    if company != caller.company_id:
        raise BadInput("exit/confirm", company=caller.company_id)
    lock_company(session, caller.company_id)
    known = session.get(ErasureDemand, caller.company_id)
    if known is not None:
        return known
    at = now()
    demand = ErasureDemand(
        company_id=caller.company_id,
        reason=reason,
        actor=caller.actor,
        demanded_at=at,
        due_at=at + timedelta(hours=settings.erasure_wait_hours),
    )
    session.add(demand)
    session.flush()
    return demand


def take_back(session: Session, caller: Caller) -> None:
    """Take the demand back. Raises `NotFound` when there is none."""
    lock_company(session, caller.company_id)
    session.delete(_demand(session, caller.company_id))
    session.flush()


def carry_out(factory: sessionmaker[Session], caller: Caller, settings: Settings) -> bytes:
    """Erase the caller's company as it demanded; the deletion receipt.

    Raises `NotFound` without a demand, `Conflict` (`exit/not-due`) before its time, `Forbidden` for
    who is not a second person where the company asks for one, and what `erase_company` raises.
    """
    with factory() as session:
        demand = _demand(session, caller.company_id)
        if demand.due_at > now():
            raise Conflict("exit/not-due", due=instant(demand.due_at))
        _refuse_unfit(session, caller, demand)
        reason: Reason = demand.reason  # type: ignore[assignment]
    return erase_company(factory, caller.company_id, "company", reason, settings)


def _refuse_unfit(session: Session, caller: Caller, demand: ErasureDemand) -> None:
    """Where four eyes are asked for, nobody has the company erased alone."""
    if not four_eyes(session, caller.company_id).is_on:
        return
    if not caller.is_person:
        raise Forbidden("access/person-needed")
    if demand.actor == caller.actor:
        raise Forbidden("exit/own-demand")


def _demand(session: Session, company_id: str) -> ErasureDemand:
    demand = session.get(ErasureDemand, company_id)
    if demand is None:
        raise NotFound("exit/no-demand")
    return demand
