"""Who looks at a page: signed in or not, and in which language."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request

from hub.access.api import admitted
from hub.access.caller import Caller
from hub.access.usecases import caller_of_person, person_of, web_session_of
from hub.kit.errors import HubError
from hub.kit.language import LANGUAGES, Language, best_language
from hub.kit.rates import rates_of
from hub.kit.web import acts_for, database_of, hub_database_of, settings_of
from hub.parties.usecases import find_company
from supplier_portal.cookies import LANGUAGE, SESSION, Cookies


class SignInNeeded(HubError):  # noqa: N818 — says what happened, as in hub.kit.errors
    """A page for signed-in readers; the answer leads to the sign-in form and back."""

    status = 401

    def __init__(self) -> None:
        super().__init__("hub/sign-in-failed")


@dataclass(frozen=True)
class Account:
    """The person who is signed in, and the company that she acts for."""

    caller: Caller
    name: str
    language: Language
    company: str
    is_invented: bool
    """Whether the company exists in a demonstration only."""
    csrf_token: str
    """Stands in every form of this session."""


@dataclass(frozen=True)
class Reader:
    """Whoever asked for a page."""

    account: Account | None
    language: Language


def reader_of(request: Request) -> Reader:
    """The reader of a request; asked once, then kept with the request."""
    known: Reader | None = getattr(request.state, "reader", None)
    if known is None:
        account = _account(request)
        known = Reader(account, _language(request, account))
        request.state.reader = known
    return known


ReaderDep = Annotated[Reader, Depends(reader_of)]


def signed_in(request: Request, reader: ReaderDep) -> Account:
    """The account of the reader, whose roles are for this page.

    Raises `SignInNeeded`, `TooMany` who asks too often, or `LacksRole`.
    """
    if reader.account is None:
        raise SignInNeeded
    known = reader.account.caller
    rates_of(request).spend_of_caller(known.company_id, known.actor, request.method)
    caller = admitted(request, known)
    account = replace(reader.account, caller=caller)
    if caller.operator:
        # The whole page is the other company's, and says so.
        with database_of(request).read() as session:
            seen = find_company(session, caller.company_id)
        account = replace(account, company=seen.name, is_invented=seen.invented)
    request.state.reader = replace(reader, account=account)
    return account


AccountDep = Annotated[Account, Depends(signed_in)]


def _account(request: Request) -> Account | None:
    cookie = Cookies.of(settings_of(request)).read(request, SESSION)
    if not cookie:
        return None
    # A session of its own: the request's transaction, and its lock, start only after this.
    with hub_database_of(request).read() as session:
        person, web = person_of(session, cookie), web_session_of(session, cookie)
        if person is None or web is None:
            return None
        company = find_company(session, person.company_id)
        acts_for(request, company.id)
        return Account(
            caller_of_person(person),
            person.name,
            best_language(person.language),
            company.name,
            company.invented,
            web.csrf_token,
        )


def _language(request: Request, account: Account | None) -> Language:
    """What was chosen in this browser, else the person's, else what the browser asks for."""
    settings = settings_of(request)
    chosen = Cookies.of(settings).read(request, LANGUAGE)
    for language in LANGUAGES:
        if language == chosen:
            return language
    if account is not None:
        return account.language
    return best_language(request.headers.get("accept-language"), settings.default_language)
