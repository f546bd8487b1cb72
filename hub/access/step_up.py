"""Proving anew who sits at a signed-in browser, before what a stolen session must not do.

Who has a password gives it again; who signs in by a provider is asked anew there (`oidc`), and the
session that she comes back to is noted here.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.errors import PasswordWrong, SignInFailed, StepUpNeeded
from hub.access.tables import OidcLink, Person, WebSession
from hub.access.usecases import recognise, web_session_of
from hub.kit.clock import now
from hub.kit.errors import NotSignedIn

FRESH = timedelta(minutes=10)
"""How long a proof holds."""


@dataclass(frozen=True)
class Presence:
    """Whether a person has just proved who she is, and how she can."""

    is_fresh: bool = False
    """Whether she did within `FRESH`."""
    has_password: bool = False
    issuers: frozenset[str] = frozenset()
    """Providers at which an account is hers."""


def presence(session: Session, cookie_value: str | None) -> Presence:
    """What is known of the person behind a session; nothing where there is none."""
    web = web_session_of(session, cookie_value)
    if web is None:
        return Presence()
    at = web.stepped_up_at
    linked = select(OidcLink.issuer).filter_by(person_id=web.person_id)
    return Presence(
        is_fresh=at is not None and at > now() - FRESH,
        has_password=session.get_one(Person, web.person_id).password_hash is not None,
        issuers=frozenset(session.scalars(linked.where(OidcLink.subject.is_not(None)))),
    )


def by_password(
    session: Session, cookie_value: str | None, password: str, *, address: str | None = None
) -> None:
    """The signed-in person gives her password again.

    Raises `PasswordWrong`, which is counted as a failed sign-in is, and `TooMany` as `sign_in`.
    """
    web = web_session_of(session, cookie_value)
    if web is None:
        raise NotSignedIn("hub/sign-in-failed")
    person = session.get_one(Person, web.person_id)
    try:
        recognise(session, person.email, password, address=address)
    except SignInFailed:
        raise PasswordWrong from None
    record(session, web)


def record(session: Session, web: WebSession) -> None:
    """Note that the person behind a session has just proved who she is."""
    web.stepped_up_at = now()
    session.flush()


def require(known: Presence) -> None:
    """Raise `StepUpNeeded` unless it is fresh."""
    if not known.is_fresh:
        raise StepUpNeeded
