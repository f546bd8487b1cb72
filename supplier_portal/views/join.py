"""The page of an invitation: who invites, what for, and the form with which one comes in."""

from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from hub.access import invitations
from hub.access.invitations import Invitation
from hub.access.secrets import random_secret
from hub.access.usecases import MAX_PASSWORD, MIN_PASSWORD, open_session
from hub.exit.merging import take_over
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput, Conflict, HubError, bad_input
from hub.kit.language import best_language
from hub.kit.problems import problem_of
from hub.kit.rates import limited
from hub.kit.web import HubSessionDep, SettingsDep, settings_of
from hub.parties.usecases import find_company, parse_identifier
from supplier_portal.cookies import FORM, LANGUAGE, SESSION, Cookies
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, Reader, reader_of
from supplier_portal.views import new_router
from tierlight_schemas.company_numbers import as_text
from tierlight_schemas.errors import StandardError

UNUSABLE_FORM = 422

router = new_router()

Text = Annotated[str, Form(max_length=400)]
Password = Annotated[str, Form(max_length=MAX_PASSWORD)]


@router.get("/join/{code}", dependencies=[limited("sign_ins")])
def show(request: Request, session: HubSessionDep, code: str) -> Response:
    """What the invitation is about, in its language; nothing happens yet."""
    return _page(request, session, code, {})


@router.post("/join/{code}", dependencies=[limited("sign_ins"), *OwnFormDep])
def come_in(
    request: Request,
    session: HubSessionDep,
    settings: SettingsDep,
    code: str,
    person: Text = "",
    password: Password = "",
    company: Text = "",
    country: Text = "",
    number: Text = "",
) -> Response:
    """Claim the company, or join it; who did is signed in."""
    typed = {"person": person, "company": company, "country": country, "number": number}
    kind = invitations.open_invitation(session, code).kind
    try:
        with session.begin_nested():
            if kind == "company":
                numbers = [parse_identifier(_number(number))] if number.strip() else []
                made = invitations.claim(
                    session,
                    code,
                    person=person,
                    password=password,
                    name=company,
                    country=country,
                    identifiers=numbers,
                )
            else:
                made = invitations.join(session, code, person=person, password=password)
    except (BadInput, Conflict) as error:
        return _page(request, session, code, typed, error)
    cookies = Cookies.of(settings)
    seconds = settings.session_seconds
    old = cookies.read(request, SESSION)
    opened, _ = open_session(session, made, replaces=old, seconds=seconds)
    answer = RedirectResponse("/", 303)
    cookies.write(answer, SESSION, opened, seconds)
    cookies.clear(answer, FORM)
    return answer


@router.post("/join/{code}/own", dependencies=[limited("sign_ins"), *OwnFormDep])
@needs(Action.ADMINISTER)
def take(account: AccountDep, session: HubSessionDep, code: str) -> Response:
    """Bring what was sent to the invited company into the reader's own."""
    take_over(session, account.caller, code)
    return RedirectResponse("/company", 303)


def _page(
    request: Request,
    session: Session,
    code: str,
    typed: dict[str, str],
    error: HubError | None = None,
) -> Response:
    invitation = invitations.open_invitation(session, code)
    _speak(request, invitation)
    cookies = Cookies.of(settings_of(request))
    reader = reader_of(request)
    token = cookies.read(request, FORM) or random_secret()
    answer = page(
        request,
        "join.html",
        UNUSABLE_FORM if error else 200,
        code=code,
        invitation=invitation,
        inviter=find_company(session, invitation.inviter_id).name,
        typed=_prefilled(session, invitation) | typed,
        token=reader.account.csrf_token if reader.account else token,
        may_take_over=reader.account is not None and reader.account.caller.may(Action.ADMINISTER),
        least=MIN_PASSWORD,
        most=MAX_PASSWORD,
        problem=problem_of(error, reader.language) if error else None,
    )
    if reader.account is None:
        cookies.write(answer, FORM, token, None)
    return answer


def _number(text: str) -> str:
    try:
        return as_text(text)
    except StandardError as error:
        raise bad_input(error) from None


def _prefilled(session: Session, invitation: Invitation) -> dict[str, str]:
    """What the inviter knows of the company, for its owner to put right."""
    if invitation.kind != "company":
        return {"person": invitation.name}
    number = (invitation.said or "").partition(" ")[0]
    country = find_company(session, invitation.company_id).country
    return {"company": invitation.name, "country": country, "number": number, "person": ""}


def _speak(request: Request, invitation: Invitation) -> None:
    """The language of the invitation, unless the reader has chosen one or is signed in."""
    reader = reader_of(request)
    chosen = Cookies.of(settings_of(request)).read(request, LANGUAGE)
    if reader.account is None and not chosen:
        request.state.reader = Reader(None, best_language(invitation.language))
