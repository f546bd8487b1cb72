"""Signing in with a provider: there and back.

Requests to a provider take seconds, so no transaction is open meanwhile: each step has its own.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker

from hub.access import step_up
from hub.access.errors import RoundLost
from hub.access.oidc.client import AnswerRefused, OidcClient, ProviderFailed
from hub.access.oidc.links import person_of_identity
from hub.access.oidc.providers import Provider
from hub.access.oidc.rounds import SECONDS, Round
from hub.access.secrets import fingerprint
from hub.access.tables import OidcRound
from hub.access.usecases import open_session
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import NotFound
from hub.settings import Settings

MAX_CODE, MAX_NEXT = 4_000, 2_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Departure:
    """Where a browser goes to sign in, and the secret it is to keep meanwhile."""

    url: str
    browser: str


@dataclass(frozen=True)
class Arrival:
    """A person who has signed in: the session's cookie, and where she wanted to go."""

    cookie: str
    next: str


def provider_named(oidc: OidcClient, name: str) -> Provider:
    """A provider of this hub's. Raises `NotFound`."""
    if name not in oidc.providers:
        raise NotFound
    return oidc.providers[name]


def depart(
    factory: sessionmaker[Session],
    oidc: OidcClient,
    settings: Settings,
    provider: Provider,
    *,
    browser: str | None,
    next: str,
    invitation: str | None,
    anew: bool = False,
) -> Departure:
    """Begin a round; with `anew` one that the provider asks the person again for.

    Raises `ProviderFailed`.
    """
    begun = Round.begin(browser)
    try:
        url = oidc.authorization_url(provider, begun, back_to(settings, provider), anew=anew)
    except ProviderFailed as error:
        _tell(error)
        raise
    at = now()
    with transaction(factory) as session:
        session.execute(delete(OidcRound).where(OidcRound.expires_at < at))
        session.add(
            OidcRound(
                id=begun.id,
                provider=provider.name,
                next=next[:MAX_NEXT],
                invitation=fingerprint(invitation) if invitation else None,
                asked_anew_at=at if anew else None,
                expires_at=at + timedelta(seconds=SECONDS),
            )
        )
    return Departure(url, begun.browser)


def arrive(
    factory: sessionmaker[Session],
    oidc: OidcClient,
    settings: Settings,
    provider: Provider,
    answer: Mapping[str, str],
    *,
    browser: str | None,
    replaces: str | None,
) -> Arrival:
    """Finish a round with what the provider sent along with the browser.

    `replaces` is the session's cookie that the browser came with: it ends. Whoever was asked anew
    has stepped up in the new one. Raises `RoundLost`, `ProviderFailed`, `AnswerRefused`, or
    `NotLinked` for somebody whom nobody has let in.
    """
    begun = Round(browser or "", answer.get("state", ""))
    with transaction(factory) as session:
        found = _end_round(session, begun, provider)
    try:
        code = _code(oidc, provider, answer)
        back, asked_at = back_to(settings, provider), found.asked_anew_at
        identity = oidc.identity(provider, begun, code, back, asked_anew_at=asked_at)
    except (ProviderFailed, AnswerRefused) as error:
        _tell(error)
        raise
    with transaction(factory) as session:
        person = person_of_identity(session, identity, found.invitation)
        cookie, web = open_session(
            session, person, replaces=replaces, seconds=settings.session_seconds
        )
        if found.asked_anew_at:
            step_up.record(session, web)
    return Arrival(cookie, found.next)


def back_to(settings: Settings, provider: Provider) -> str:
    """The hub's address that a provider leads back to: one of its own for each provider."""
    return f"{settings.public_url.rstrip('/')}/sign-in/with/{provider.name}/callback"


def _end_round(session: Session, begun: Round, provider: Provider) -> OidcRound:
    """Each round ends with its first answer, whatever that says."""
    found = session.get(OidcRound, begun.id) if begun.browser and begun.state else None
    if found is None:
        raise RoundLost
    ended = delete(OidcRound).where(OidcRound.id == begun.id).returning(OidcRound.id)
    is_first = session.scalar(ended) is not None
    if not is_first or found.provider != provider.name or found.expires_at <= now():
        raise RoundLost
    return found


def _code(oidc: OidcClient, provider: Provider, answer: Mapping[str, str]) -> str:
    """The code in an answer. Raises `AnswerRefused`."""
    issuer = answer.get("iss")
    is_wanted = issuer is None and oidc.metadata(provider).names_issuer
    if is_wanted or issuer not in (None, provider.issuer):
        raise AnswerRefused(provider, "iss (RFC 9207)")
    if "error" in answer:
        raise AnswerRefused(provider, f"error: {ascii(answer['error'][:60])[1:-1]}")
    code = answer.get("code", "")
    if not 0 < len(code) <= MAX_CODE:
        raise AnswerRefused(provider, "no code")
    return code


def _tell(error: ProviderFailed | AnswerRefused) -> None:
    """For the operator: what the person's page does not say."""
    _log.warning("sign-in with %s failed: %s", error.provider, error.reason)
