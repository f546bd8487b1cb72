"""Which account at a provider is whose: only by the operator's word, given beforehand.

An email proves nothing by itself: it counts once, for a link that the operator has opened for this
person at this provider, and only if the provider has verified it. From then on issuer and subject
count, and nothing else.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hub.access.errors import NotLinked
from hub.access.oidc.id_token import Identity
from hub.access.secrets import fingerprint, random_secret
from hub.access.tables import OidcLink, Person, WebSession
from hub.kit.clock import now
from hub.kit.errors import NotFound

OPEN_FOR = timedelta(days=14)


def open_link(
    session: Session, email: str, issuer: str, *, by_invitation: bool, keep_password: bool = False
) -> str | None:
    """Let a person sign in with an account at this provider; the code of the invitation, if any.

    A link that was there is replaced, and open sessions end. The password ends too unless it is to
    be kept: a door that nobody watches any more. Raises `NotFound` for an unknown email.
    """
    person = session.scalar(select(Person).filter_by(email=email.strip().lower()))
    if person is None:
        raise NotFound
    code = random_secret() if by_invitation else None
    session.execute(delete(WebSession).where(WebSession.person_id == person.id))
    session.execute(delete(OidcLink).filter_by(person_id=person.id, issuer=issuer))
    session.add(
        OidcLink(
            person_id=person.id,
            issuer=issuer,
            invitation=fingerprint(code) if code else None,
            open_until=now() + OPEN_FOR,
        )
    )
    if not keep_password:
        person.password_hash = None
    session.flush()
    return code


def person_of_identity(session: Session, identity: Identity, invitation: str | None) -> Person:
    """Who signs in; the first time an open link becomes theirs.

    `invitation` is the fingerprint of the code that the round began with. Raises `NotLinked`.
    """
    known = session.scalar(
        select(OidcLink).filter_by(issuer=identity.issuer, subject=identity.subject)
    )
    link = known or _open_link(session, identity, invitation)
    if link is None or (known is None and not _take(session, link, identity)):
        raise NotLinked
    return session.get_one(Person, link.person_id)


def _open_link(session: Session, identity: Identity, invitation: str | None) -> OidcLink | None:
    query = select(OidcLink).filter_by(issuer=identity.issuer, subject=None)
    query = query.where(OidcLink.open_until > now())
    if invitation is not None:
        return session.scalar(query.filter_by(invitation=invitation))
    if identity.email is None:
        return None
    query = query.filter_by(invitation=None).join(Person, Person.id == OidcLink.person_id)
    return session.scalar(query.where(Person.email == identity.email.strip().lower()))


def _take(session: Session, link: OidcLink, identity: Identity) -> bool:
    """Whether the link is this account's now: of two at once one gets it."""
    taken = (
        update(OidcLink)
        .where(OidcLink.id == link.id, OidcLink.subject.is_(None))
        .values(subject=identity.subject, linked_at=now(), invitation=None)
        .returning(OidcLink.id)
    )
    try:
        with session.begin_nested():
            return session.scalar(taken) is not None
    except IntegrityError:
        return False
