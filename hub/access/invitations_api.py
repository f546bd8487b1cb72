"""Invitations over HTTP: of companies that are not here yet, and of colleagues."""

from datetime import datetime
from typing import Annotated, Literal, Self, cast

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from hub.access import invitations
from hub.access.api import CallerDep
from hub.access.tables import Invitation
from hub.kit.actions import Action, needs
from hub.kit.language import Language
from hub.kit.paging import Page, PageRequestDep, read_page
from hub.kit.web import ReadingSessionDep, SessionDep, also, new_router
from hub.parties.usecases import parse_identifier

router = new_router("/v1/invitations", "invitations")

InvitationId = Annotated[str, Path(description="Id of an own invitation.", max_length=36)]
OVER = also(conflict="The invitation was used or taken back.")


class NewCompanyInvitation(BaseModel):
    """A company that is not here yet."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=320)]
    language: Language = Field(description="Of the mail and the page.")
    country: str = Field(description="ISO 3166-1 alpha-2.")
    identifiers: Annotated[list[str], Field(max_length=20, description="`scheme:value`.")] = []


class NewColleagueInvitation(BaseModel):
    """Somebody who is to work for the caller's company."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=200)]
    email: Annotated[str, Field(max_length=320)]
    language: Language
    roles: Annotated[list[str], Field(max_length=20)]


class InvitationOut(BaseModel):
    """An invitation as its inviter sees it; the link is in the mail alone."""

    id: str
    kind: Literal["company", "colleague"]
    company_id: str = Field(description="The provisional company, or the caller's own.")
    email: str
    name: str
    language: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @classmethod
    def of(cls, row: Invitation) -> Self:
        """Without the code, which nobody keeps."""
        members = {name: getattr(row, name) for name in cls.model_fields}
        return cls(**members | {"kind": cast(Literal["company", "colleague"], row.kind)})


@router.post("/companies", status_code=201, summary="Invite a company that is not here yet")
@needs(Action.ASK)
def invite_company(
    new: NewCompanyInvitation, caller: CallerDep, session: SessionDep
) -> InvitationOut:
    """A provisional company, which requests and tables can name, and a link by mail to claim it.

    The answer is the same whether or not address or number are known here.
    """
    _, invitation = invitations.invite_company(
        session,
        caller,
        name=new.name,
        email=new.email,
        language=new.language,
        country=new.country,
        identifiers=[parse_identifier(text) for text in new.identifiers],
    )
    return InvitationOut.of(invitation)


@router.post("/colleagues", status_code=201, summary="Invite a colleague")
@needs(Action.ADMINISTER)
def invite_colleague(
    new: NewColleagueInvitation, caller: CallerDep, session: SessionDep
) -> InvitationOut:
    """A link by mail; whoever follows it chooses a password and has these roles."""
    return InvitationOut.of(
        invitations.invite_colleague(session, caller, new.email, new.name, new.language, new.roles)
    )


@router.get("", summary="Invitations that the company has sent")
@needs(Action.READ)
def list_invitations(
    caller: CallerDep, session: ReadingSessionDep, page: PageRequestDep
) -> Page[InvitationOut]:
    """In the order of time, with what became of them."""
    query = invitations.sent_by(caller.company_id)
    rows, following = read_page(session, query, [Invitation.created_at, Invitation.id], page)
    return Page(items=[InvitationOut.of(row) for row in rows], next=following)


@router.post("/{invitation_id}/sending", summary="Send an invitation again", responses=OVER)
@needs(Action.ASK)
def send_again(
    invitation_id: InvitationId, caller: CallerDep, session: SessionDep
) -> InvitationOut:
    """With a new link; the old one is worth nothing. At most five times."""
    return InvitationOut.of(invitations.send_again(session, caller, invitation_id))


@router.post("/{invitation_id}/revocation", summary="Take an invitation back", responses=OVER)
@needs(Action.ASK)
def revoke(invitation_id: InvitationId, caller: CallerDep, session: SessionDep) -> InvitationOut:
    """Its link is worth nothing from here on."""
    return InvitationOut.of(invitations.revoke(session, caller, invitation_id))
