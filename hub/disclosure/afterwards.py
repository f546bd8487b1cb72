"""What is still to be done with a signed declaration: replace, withdraw, tell who had it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.four_eyes import four_eyes
from hub.access.mailing import write_to_people
from hub.bom.queries import numbers_of, versions
from hub.declarations.queries import states, successor_of, visible, withdrawal_of
from hub.declarations.tables import DeclarationRow, Withdrawal
from hub.declarations.usecases import withdraw
from hub.disclosure.recipients import Recipient, recipients
from hub.kit.actions import Action
from hub.kit.errors import Conflict, NotFound
from hub.parties.usecases import find_company
from hub.settings import Settings

Happened = Literal["superseded", "withdrawn"]


@dataclass(frozen=True)
class AfterwardsPage:
    """An own declaration with all who could read it, or did."""

    digest: str
    part_id: str
    number: str
    name: str
    """Of the part."""
    state: str
    superseded_by: str | None
    withdrawn_because: str | None
    recipients: Sequence[Recipient]
    asks_second_person: bool
    """Whether a withdrawal waits for another person of the company."""


def afterwards_page(session: Session, caller: Caller, digest: str) -> AfterwardsPage:
    """The page of an own declaration. Raises `NotFound` for any other."""
    row = _own(session, caller, digest)
    withdrawal = withdrawal_of(session, digest)
    return AfterwardsPage(
        digest=digest,
        part_id=row.part_id,
        number=numbers_of(session, [row.part_id])[row.part_id],
        name=versions(session, [row.part_id])[row.part_id].name,
        state=_state(session, digest),
        superseded_by=successor_of(session, digest),
        withdrawn_because=withdrawal.reason if withdrawal else None,
        recipients=recipients(session, caller, [row]).get(digest, []),
        asks_second_person=four_eyes(session, caller.company_id).is_on,
    )


def withdraw_and_tell(
    session: Session,
    caller: Caller,
    digest: str,
    reason: str,
    told: Collection[str],
    *,
    settings: Settings,
) -> bool:
    """Withdraw an own declaration and tell the chosen recipients; whether it is withdrawn now.

    Under four eyes it waits for the second person, and nobody is told before that. Raises what
    `withdraw` does.
    """
    done = withdraw(session, caller, digest, reason, settings=settings)
    if not isinstance(done, Withdrawal):
        return False
    tell(session, caller, digest, told)
    return True


def tell(session: Session, caller: Caller, digest: str, told: Collection[str]) -> int:
    """Mail the chosen recipients that an own declaration was replaced or withdrawn; how many.

    A mail names the part and leads to what there is to read; it holds neither value nor reason.
    Raises `NotFound` for any other declaration, `Conflict` (`afterwards/stands`) while it stands.
    """
    row, happened = _own(session, caller, digest), _state(session, digest)
    if happened not in ("superseded", "withdrawn"):
        raise Conflict("afterwards/stands")
    number = numbers_of(session, [row.part_id])[row.part_id]
    name = find_company(session, caller.company_id).name
    chosen = [
        one for one in recipients(session, caller, [row]).get(digest, []) if one.company_id in told
    ]
    for one in chosen:
        link = "/updates" if one.is_open else f"/verify/{digest}"
        params = {"partner": name, "part": number, "link": link}
        template = f"declaration-{happened}"
        write_to_people(session, one.company_id, Action.READ_FOOTPRINTS, template, params)
    return len(chosen)


def _own(session: Session, caller: Caller, digest: str) -> DeclarationRow:
    row, _ = visible(session, caller, digest)
    if row.company_id != caller.company_id:
        raise NotFound
    return row


def _state(session: Session, digest: str) -> str:
    return states(session, [digest])[digest]
