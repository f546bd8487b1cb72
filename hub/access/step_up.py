"""Proving anew who sits at a signed-in browser, before what a stolen session must not do.

A password is one way; another way to sign in calls `record` once it has recognised the person.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from hub.access.errors import PasswordWrong, SignInFailed, StepUpNeeded
from hub.access.tables import Person, WebSession
from hub.access.usecases import recognise, web_session_of
from hub.kit.clock import now
from hub.kit.errors import NotSignedIn

FRESH = timedelta(minutes=10)
"""How long a proof holds."""


def by_password(session: Session, cookie_value: str | None, password: str) -> None:
    """The signed-in person gives her password again.

    Raises `PasswordWrong`, which is counted as a failed sign-in is, and `TooMany` after five.
    """
    person = session.get_one(Person, _web(session, cookie_value).person_id)
    try:
        recognise(session, person.email, password)
    except SignInFailed:
        raise PasswordWrong from None
    record(session, cookie_value)


def record(session: Session, cookie_value: str | None) -> None:
    """Note that the person behind a session has just proved who she is.

    Raises `NotSignedIn` for a session that has ended.
    """
    _web(session, cookie_value).stepped_up_at = now()
    session.flush()


def is_fresh(session: Session, cookie_value: str | None) -> bool:
    """Whether the person proved within `FRESH` who she is."""
    web = web_session_of(session, cookie_value)
    return bool(web and web.stepped_up_at and web.stepped_up_at > now() - FRESH)


def require(session: Session, cookie_value: str | None) -> None:
    """Raise `StepUpNeeded` unless `is_fresh`."""
    if not is_fresh(session, cookie_value):
        raise StepUpNeeded


def _web(session: Session, cookie_value: str | None) -> WebSession:
    web = web_session_of(session, cookie_value)
    if web is None:
        raise NotSignedIn("hub/sign-in-failed")
    return web
