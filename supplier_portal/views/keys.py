"""The company's signing keys: which there are, and the one of this browser."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.orm import Session

from hub.access import step_up
from hub.access.errors import PasswordsClosed, PasswordWrong
from hub.access.step_up import Presence
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.errors import BadInput, HubError, TooMany, bad_input
from hub.kit.problems import problem_of
from hub.kit.rates import client_address, limited
from hub.kit.web import (
    HubSessionDep,
    ReadingSessionDep,
    SessionDep,
    SettingsDep,
    hub_database_of,
    settings_of,
)
from hub.trust import browser_keys
from hub.trust.payloads import key_view
from hub.trust.usecases import keys_of, retire_key, revoke_key
from supplier_portal.cookies import SESSION, Cookies
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import signing_page
from supplier_portal.reader import Account, AccountDep, reader_of
from supplier_portal.views import new_router
from supplier_portal.views.sign_in import MAX_PASSWORD, UNUSABLE_FORM, oidc_of
from tierlight_schemas.envelope import EnvelopeError, strict_json

MAX_JWK, MAX_PROOF = 1_000, 10_000

router = new_router()

Jwk = Annotated[str, Form(max_length=MAX_JWK)]


def cookie_of(request: Request, settings: SettingsDep) -> str | None:
    """The value of the session's cookie."""
    return Cookies.of(settings).read(request, SESSION)


CookieDep = Annotated[str | None, Depends(cookie_of)]


def presence(request: Request, cookie: CookieDep) -> Presence:
    """What is known of the person at the browser: the hub's own knowledge, of no company."""
    with hub_database_of(request).read() as session:
        return step_up.presence(session, cookie)


PresenceDep = Annotated[Presence, Depends(presence)]


def stepped_up(account: AccountDep, known: PresenceDep) -> None:
    """Raise `StepUpNeeded` unless the person has just proved anew who she is; what her roles lack
    is said first."""
    step_up.require(known)


ChangesKeysDep = (*OwnFormDep, Depends(stepped_up))


@router.get("/keys")
@needs(Action.READ)
def keys(
    request: Request, account: AccountDep, session: ReadingSessionDep, known: PresenceDep
) -> Response:
    """All keys with their state; what changes them needs a proof of who is there."""
    return _page(request, account, session, known)


@router.post("/keys/step-up", dependencies=[limited("sign_ins"), *OwnFormDep])
@needs(Action.READ)
def prove_presence(
    request: Request,
    account: AccountDep,
    session: HubSessionDep,
    reading: ReadingSessionDep,
    settings: SettingsDep,
    cookie: CookieDep,
    known: PresenceDep,
    password: Annotated[str, Form(max_length=MAX_PASSWORD)] = "",
) -> Response:
    """The password again; then keys can be changed for ten minutes."""
    if not settings.password_sign_in:
        raise PasswordsClosed
    try:
        step_up.by_password(session, cookie, password, address=client_address(request))
    except (PasswordWrong, TooMany) as error:
        # Answered, not raised: the counted failure is committed with this request.
        return _page(request, account, reading, known, error)
    return RedirectResponse("/keys", 303)


@router.post("/keys/proof", dependencies=ChangesKeysDep)
@needs(Action.ENROL_KEYS)
def proof_to_sign(
    account: AccountDep, session: SessionDep, settings: SettingsDep, jwk: Jwk
) -> Response:
    """What a new key must sign to show that this browser holds it, for the page's script."""
    public = _jwk(jwk)
    asked = browser_keys.proof_to_sign(session, account.caller.company_id, public, settings)
    return JSONResponse({"kid": asked.kid, "text": asked.text})


@router.post("/keys", dependencies=ChangesKeysDep)
@needs(Action.ENROL_KEYS)
def enrol(
    account: AccountDep,
    session: SessionDep,
    settings: SettingsDep,
    jwk: Jwk,
    proof: Annotated[str, Form(max_length=MAX_PROOF)],
    device: Annotated[str, Form(max_length=browser_keys.MAX_DEVICE)] = "",
) -> Response:
    """The browser's key becomes one of the company's."""
    company, origin = account.caller.company_id, settings.log_origin
    by = account.caller.actor
    browser_keys.enrol(session, company, device, _jwk(jwk), proof, origin=origin, by=by)
    return RedirectResponse("/keys", 303)


@router.post("/keys/{thumbprint}/retirement", dependencies=ChangesKeysDep)
@needs(Action.END_KEYS)
def retire(account: AccountDep, session: SessionDep, thumbprint: str) -> Response:
    """No longer used; what it signed stays valid."""
    retire_key(session, account.caller.company_id, thumbprint)
    return RedirectResponse("/keys", 303)


@router.post("/keys/{thumbprint}/revocation", dependencies=ChangesKeysDep)
@needs(Action.END_KEYS)
def revoke(account: AccountDep, session: SessionDep, thumbprint: str) -> Response:
    """Lost or in other hands: nothing that comes in from now on is taken from it."""
    revoke_key(session, account.caller.company_id, thumbprint)
    return RedirectResponse("/keys", 303)


def _page(
    request: Request,
    account: Account,
    session: Session,
    known: Presence,
    error: HubError | None = None,
) -> Response:
    at = now()
    views = [key_view(key, found, at) for key, found in keys_of(session, account.caller.company_id)]
    answer = signing_page(
        request,
        "keys.html",
        200 if error is None else TooMany.status if isinstance(error, TooMany) else UNUSABLE_FORM,
        keys=views,
        is_fresh=known.is_fresh,
        may_enrol=account.caller.may(Action.ENROL_KEYS),
        may_end=account.caller.may(Action.END_KEYS),
        has_password=known.has_password and settings_of(request).password_sign_in,
        providers=_providers(request, known.issuers),
        soon=at + browser_keys.SOON,
        days=browser_keys.LIFE.days,
        ends=at + browser_keys.LIFE,
        max_device=browser_keys.MAX_DEVICE,
        problem=problem_of(error, reader_of(request).language) if error else None,
    )
    if error is not None:
        answer.headers.update({} if isinstance(error, PasswordWrong) else error.headers())
    return answer


def _providers(request: Request, issuers: Collection[str]) -> list[tuple[str, str]]:
    """Name and label of the providers that can ask the person anew."""
    language, offered = reader_of(request).language, oidc_of(request).providers.values()
    return [(each.name, each.label(language)) for each in offered if each.issuer in issuers]


def _jwk(text: str) -> dict[str, Any]:
    try:
        public = strict_json(text.encode("utf-8", "surrogatepass"), max_bytes=MAX_JWK)
    except EnvelopeError as error:
        raise bad_input(error) from None
    if not isinstance(public, dict):
        raise BadInput("trust/key-form")
    return public
