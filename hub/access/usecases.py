"""Who may act for a company: machines with a secret, people with a password."""

from collections.abc import Collection
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import Session

from hub.access.caller import MACHINE, PERSON, Caller
from hub.access.errors import SignInFailed
from hub.access.roles import ERP, Roles, read_roles
from hub.access.secrets import fingerprint, hash_password, password_matches, random_secret
from hub.access.tables import AccessToken, FailedSignIn, Machine, OidcLink, Person, WebSession
from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, NotSignedIn, TooMany
from hub.kit.language import LANGUAGES
from hub.kit.tables import new_id
from hub.kit.wall import beyond

MIN_PASSWORD, MAX_PASSWORD = 8, 200
ATTEMPTS = 5
ATTEMPTS_OF_ADDRESS = 50
"""Of one password tried on many people; a whole company may stand behind one address."""
ATTEMPT_WINDOW = timedelta(minutes=15)


def add_machine(
    session: Session, company_id: str, name: str, roles: Collection[str] = ERP
) -> tuple[str, str]:
    """A new OAuth 2 client of the company: its id and its secret, shown this once.

    Raises `BadInput` for an unusable name or role.
    """
    secret = random_secret()
    return _new_machine(session, company_id, name, roles, fingerprint(secret)), secret


def add_key_holder(
    session: Session, company_id: str, name: str, roles: Collection[str] = ERP
) -> str:
    """A new OAuth 2 client without a secret, whose keys are to prove who it is; its id."""
    return _new_machine(session, company_id, name, roles, None)


def _new_machine(
    session: Session, company_id: str, name: str, roles: Collection[str], secret_hash: str | None
) -> str:
    machine = Machine(
        id=new_id(),
        company_id=company_id,
        name=_text("name", name, 200),
        secret_hash=secret_hash,
        roles=read_roles(roles),
        created_at=now(),
    )
    session.add(machine)
    session.flush()
    return machine.id


def end_machine(session: Session, machine_id: str) -> Machine:
    """End a machine at once: its secret and its tokens are worth nothing from here on.

    Raises `NotFound` for an unknown id.
    """
    machine = session.get(Machine, machine_id)
    if machine is None:
        raise NotFound
    machine.revoked_at = machine.revoked_at or now()
    with beyond(session):
        session.execute(delete(AccessToken).where(AccessToken.machine_id == machine_id))
    session.flush()
    return machine


def find_person(session: Session, email: str) -> Person:
    """The person with this email. Raises `NotFound`."""
    person = _person(session, email)
    if person is None:
        raise NotFound
    return person


def remove_person(session: Session, email: str) -> None:
    """Remove a person and end every session of theirs. Raises `NotFound` for an unknown email."""
    person = find_person(session, email)
    with beyond(session):  # nobody but the hub sees how people sign in
        session.execute(delete(WebSession).where(WebSession.person_id == person.id))
        session.execute(delete(OidcLink).where(OidcLink.person_id == person.id))
    session.delete(person)
    session.flush()


def issue_token(session: Session, machine_id: str, seconds: int) -> str:
    """A fresh opaque bearer token of a machine; expired ones of anybody are swept away."""
    token, at = random_secret(), now()
    session.execute(delete(AccessToken).where(AccessToken.expires_at < at))
    session.add(
        AccessToken(
            id=fingerprint(token),
            machine_id=machine_id,
            created_at=at,
            expires_at=at + timedelta(seconds=seconds),
        )
    )
    session.flush()
    return token


def caller_of_token(session: Session, token: str) -> Caller:
    """Who holds a bearer token.

    Raises `NotSignedIn` (`hub/token-unusable`) when it is unknown, expired, or its machine revoked.
    """
    asked = {"token": fingerprint(token), "at": now()}
    machine = session.connection().execute(_holder(), asked).one_or_none()
    if machine is None:
        raise NotSignedIn("hub/token-unusable")
    return Caller(machine.company_id, f"{MACHINE}:{machine.id}", roles=machine.roles)


@cache
def _holder() -> Select[str, str, Roles]:
    """Made once: it is asked by every request of every machine."""
    return (
        select(Machine.id, Machine.company_id, Machine.roles)
        .join(AccessToken, AccessToken.machine_id == Machine.id)
        .where(AccessToken.id == bindparam("token"), AccessToken.expires_at > bindparam("at"))
        .where(Machine.revoked_at.is_(None))
    )


def add_person(
    session: Session,
    company_id: str,
    email: str,
    name: str,
    roles: Collection[str],
    language: str,
    password: str | None,
) -> Person:
    """A person who signs in for the company; without a password only by a provider.

    Raises `BadInput` for an unusable value, `Conflict` (`hub/email-taken`) for a known email.
    """
    email = _email(email)
    if language not in LANGUAGES:
        raise BadInput("hub/language", language=language[:20])
    if password is not None:
        check_password(password)
    with beyond(session):  # an email signs in for one company
        taken = session.scalar(select(Person.id).filter_by(email=email))
    if taken:
        raise Conflict("hub/email-taken", email=email)
    person = Person(
        id=new_id(),
        company_id=company_id,
        email=email,
        name=_text("name", name, 200),
        roles=read_roles(roles),
        language=language,
        password_hash=None if password is None else hash_password(password),
        created_at=now(),
    )
    session.add(person)
    session.flush()
    return person


def check_password(password: str) -> None:
    """Raise `BadInput` (`hub/password-length`) for a password that is too short or too long."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadInput("hub/password-length", least=str(MIN_PASSWORD), most=str(MAX_PASSWORD))


def sign_in(
    session: Session,
    email: str,
    password: str,
    *,
    address: str | None = None,
    replaces: str | None = None,
    seconds: int = 8 * 3600,
) -> tuple[str, WebSession]:
    """Sign a person in: the new cookie's value, and the session behind it.

    `replaces` is the cookie that the browser came with: it ends, so that nobody can plant one.
    Raises `SignInFailed` for a wrong email or password, `TooMany` after 5 failures of the email,
    or 50 from the client's address, in 15 minutes.
    """
    person = recognise(session, email, password, address=address)
    return open_session(session, person, replaces=replaces, seconds=seconds)


def recognise(session: Session, email: str, password: str, *, address: str | None = None) -> Person:
    """The person that email and password belong to; failures are counted, success forgets them.

    Raises `SignInFailed` and `TooMany` as `sign_in` does.
    """
    subject = fingerprint(email.strip().lower())
    place = fingerprint(f"address {address}") if address else None
    _refuse_guessing(session, subject, ATTEMPTS)
    if place:
        _refuse_guessing(session, place, ATTEMPTS_OF_ADDRESS)
    person = _person(session, email)
    if not password_matches(password[:MAX_PASSWORD], person.password_hash if person else None):
        failed = filter(None, (subject, place))
        session.add_all(FailedSignIn(subject=each, at=now()) for each in failed)
        session.flush()
        raise SignInFailed
    assert person is not None
    session.execute(delete(FailedSignIn).where(FailedSignIn.subject == subject))
    return person


def person_of(session: Session, cookie_value: str | None) -> Person | None:
    """The person signed in with this cookie; None when there is none or it has expired."""
    web = web_session_of(session, cookie_value)
    return session.get(Person, web.person_id) if web else None


def web_session_of(session: Session, cookie_value: str | None) -> WebSession | None:
    """The unexpired session behind a cookie; holds the CSRF token of its forms."""
    web = session.get(WebSession, fingerprint(cookie_value)) if cookie_value else None
    return web if web and web.expires_at > now() else None


def sign_out(session: Session, cookie_value: str | None) -> None:
    """End the session behind a cookie, if there is one."""
    if cookie_value:
        session.execute(delete(WebSession).where(WebSession.id == fingerprint(cookie_value)))


def caller_of_person(person: Person) -> Caller:
    """A signed-in person as the caller of a use case."""
    return Caller(person.company_id, f"{PERSON}:{person.id}", roles=person.roles)


def _person(session: Session, email: str) -> Person | None:
    try:
        return session.scalar(select(Person).filter_by(email=_email(email)))
    except BadInput:
        return None


def open_session(
    session: Session, person: Person, *, replaces: str | None, seconds: int
) -> tuple[str, WebSession]:
    """A session for who has proved who she is: a new cookie's value, and the session behind it.

    `replaces` is the cookie that the browser came with: it ends, so that nobody can plant one.
    """
    sign_out(session, replaces)
    cookie_value, at = random_secret(), now()
    session.execute(delete(WebSession).where(WebSession.expires_at < at))
    web = WebSession(
        id=fingerprint(cookie_value),
        person_id=person.id,
        csrf_token=random_secret(),
        created_at=at,
        expires_at=at + timedelta(seconds=seconds),
    )
    session.add(web)
    session.flush()
    return cookie_value, web


def _refuse_guessing(session: Session, subject: str, most: int) -> None:
    since = now() - ATTEMPT_WINDOW
    session.execute(delete(FailedSignIn).where(FailedSignIn.at < since))
    failures = session.scalar(
        select(func.count()).select_from(FailedSignIn).where(FailedSignIn.subject == subject)
    )
    if (failures or 0) >= most:
        raise TooMany("hub/too-many-attempts", int(ATTEMPT_WINDOW.total_seconds()))


def _email(text: str) -> str:
    email = text.strip().lower()
    name, _, domain = email.rpartition("@")
    if not name or "." not in domain or len(email) > 320 or not email.isprintable() or " " in email:
        raise BadInput("hub/email", email=ascii(text[:80])[1:-1])
    return email


def _text(member: str, text: str, limit: int) -> str:
    trimmed = text.strip()
    if not 0 < len(trimmed) <= limit or not trimmed.isprintable():
        raise BadInput("hub/text", member=member, limit=str(limit))
    return trimmed
