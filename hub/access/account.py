"""What a person changes of her own account: the password, and which browsers stay signed in."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hub.access.errors import PasswordWrong, SignInFailed
from hub.access.secrets import hash_password
from hub.access.tables import Person, WebSession
from hub.access.usecases import check_password, recognise, web_session_of
from hub.kit.clock import now
from hub.kit.errors import NotSignedIn


def sessions_of(session: Session, cookie_value: str | None) -> tuple[WebSession, list[WebSession]]:
    """The session behind a cookie, and the others of the same person, the newest first.

    Raises `NotSignedIn` where there is none.
    """
    web = _signed_in(session, cookie_value)
    query = select(WebSession).where(
        WebSession.person_id == web.person_id,
        WebSession.id != web.id,
        WebSession.expires_at > now(),
    )
    return web, list(session.scalars(query.order_by(WebSession.created_at.desc(), WebSession.id)))


def end_other_sessions(session: Session, cookie_value: str | None) -> None:
    """Sign the person out everywhere but here. Raises `NotSignedIn`."""
    web = _signed_in(session, cookie_value)
    others = delete(WebSession).where(WebSession.person_id == web.person_id)
    session.execute(others.where(WebSession.id != web.id))


def change_password(
    session: Session,
    cookie_value: str | None,
    old: str,
    new: str,
    *,
    address: str | None = None,
) -> None:
    """Change the password of who is signed in, who gives the old one; other sessions end.

    Raises `PasswordWrong`, which is counted as a failed sign-in is, `TooMany` as `sign_in`, and
    `BadInput` (`hub/password-length`) for an unusable new one.
    """
    web = _signed_in(session, cookie_value)
    check_password(new)
    person = session.get_one(Person, web.person_id)
    try:
        recognise(session, person.email, old, address=address)
    except SignInFailed:
        raise PasswordWrong from None
    person.password_hash = hash_password(new)
    end_other_sessions(session, cookie_value)
    session.flush()


def _signed_in(session: Session, cookie_value: str | None) -> WebSession:
    web = web_session_of(session, cookie_value)
    if web is None:
        raise NotSignedIn("hub/sign-in-failed")
    return web
