"""Inviting a supplier that stands in one's own links as a text alone, so that it can be asked."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.invitations import invite_company
from hub.bom.queries import links_of_buyer
from hub.bom.resolution import resolve_text
from hub.bom.tables import SourcingLink
from hub.kit.errors import BadInput, Conflict
from hub.parties.tables import Company
from hub.parties.usecases import Identifier, checked_identifiers, parse_identifier


@dataclass(frozen=True)
class Addressee:
    """To whom the invitation goes."""

    name: str
    """Of the company, as its owner will find it and put it right."""
    email: str
    language: str
    """Of the mail and the page."""
    country: str
    """ISO 3166-1 alpha-2."""


def invite_supplier(session: Session, caller: Caller, text: str, to: Addressee) -> Company:
    """Invite whom a text of the caller's links means; all of them lead to the new company.

    A text that is a number goes along, for the owner to claim. Raises `Conflict`
    (`requests/not-to-invite`) where no link has the text or it means a company already, and as
    `hub.access.invitations.invite_company` does.
    """
    open_link = links_of_buyer(caller.company_id).where(
        SourcingLink.supplier_text == text, SourcingLink.supplier_id.is_(None)
    )
    if session.scalar(open_link.limit(1)) is None:
        raise Conflict("requests/not-to-invite", supplier=text[:100])
    company, _ = invite_company(
        session,
        caller,
        name=to.name,
        email=to.email,
        language=to.language,
        country=to.country,
        identifiers=number_in(text),
    )
    resolve_text(session, caller.company_id, text, company.id)
    return company


def number_in(text: str) -> list[Identifier]:
    """The number of a company that a text is, if it is one."""
    try:
        return checked_identifiers([parse_identifier(text)])
    except BadInput:
        return []
