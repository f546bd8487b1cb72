"""People, machines, tokens and sessions; secrets only as hashes."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

from hub.access.roles import Role, Roles
from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import HIDDEN, owned, part_of


class RoleSet(TypeDecorator[Roles]):
    """Roles as words with a space between them, in the order in which they are written."""

    impl = String(200)
    cache_ok = True

    def process_bind_param(self, value: Roles | None, dialect: Dialect) -> str:
        """The words."""
        return " ".join(role for role in Role if role in (value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Roles:
        """The roles."""
        return frozenset(Role(word) for word in (value or "").split())


class Person(Base):
    """A person who signs in for one company."""

    __tablename__ = "person"
    __wall__ = owned()

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[Roles] = mapped_column(RoleSet, server_default=text("''"))
    language: Mapped[str] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    """None for who signs in with an identity provider only."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OidcLink(Base):
    """That a person signs in with an account at an identity provider, by the operator's word.

    Open (`subject` is None) until the first sign-in, which is let in by the person's email if the
    provider has verified it, or, where an invitation was given out, by that and nothing else.
    """

    __tablename__ = "oidc_link"
    __wall__ = HIDDEN
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("person_id", "issuer"),
    )

    id: Mapped[Id]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str | None] = mapped_column(String(255))
    invitation: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the code in the invitation's address; None once it is used."""
    open_until: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OidcRound(Base):
    """A sign-in that was sent to a provider and has not come back; `id` is the SHA-256 of `state`.

    The browser's cookie holds the secret that state, nonce and verifier are derived from.
    """

    __tablename__ = "oidc_round"
    __wall__ = HIDDEN

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    next: Mapped[str] = mapped_column(String(2000))
    """The path to lead to afterwards."""
    asked_anew_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the provider is to ask the person, even if she is signed in there; None if not."""
    invitation: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class WebSession(Base):
    """A signed-in browser; `id` is the SHA-256 of the cookie's value."""

    __tablename__ = "web_session"
    __wall__ = HIDDEN

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stepped_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person last proved anew who she is (`step_up`)."""


class FailedSignIn(Base):
    """A wrong password; `subject` is the SHA-256 of what was tried: the email, known or not, or
    the client's address."""

    __tablename__ = "failed_sign_in"
    __wall__ = HIDDEN
    __table_args__ = (Index("ix_failed_sign_in_subject_at", "subject", "at"),)

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Invitation(Base):
    """A link with which a company is claimed, or a colleague joins; `kind` says which.

    Open until `expires_at`, unless it is used or revoked before.
    """

    __tablename__ = "invitation"
    __wall__ = owned("inviter_id")

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))
    inviter_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    """The provisional company, or the one that the colleague joins."""
    invited_by: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    """Of the company, or of the colleague, as the inviter wrote it."""
    language: Mapped[str] = mapped_column(String(10))
    said: Mapped[str | None] = mapped_column(Text)
    """Identifiers as the inviter knows them, or the colleague's roles; with blanks between."""
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the code in the newest link."""
    sendings: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Machine(Base):
    """An OAuth 2 client (RFC 6749 4.4) of one company."""

    __tablename__ = "machine"
    __wall__ = owned()

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secret_hash: Mapped[str | None] = mapped_column(String(300))
    """None for one that signs with its own key instead."""
    roles: Mapped[Roles] = mapped_column(RoleSet, server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MachineKey(Base):
    """A public key with which a machine proves who it is (RFC 7523)."""

    __tablename__ = "machine_key"
    __wall__ = part_of("machine_key", "machine", "machine_id", "id")

    machine_id: Mapped[str] = mapped_column(ForeignKey("machine.id"), primary_key=True)
    thumbprint: Mapped[str] = mapped_column(String(43), primary_key=True)
    jwk: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UsedAssertion(Base):
    """An assertion that was accepted, until it expires: `id` is the SHA-256 of client and `jti`."""

    __tablename__ = "used_assertion"
    __wall__ = HIDDEN

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AccessToken(Base):
    """An opaque bearer token; `id` is the SHA-256 of its text."""

    __tablename__ = "access_token"
    __wall__ = HIDDEN

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    machine_id: Mapped[str] = mapped_column(ForeignKey("machine.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class CompanyEvent(Base):
    """What somebody changed in a company's administration; only ever added to.

    `kind` is one of `access.events.EventKind`; `subject` is whom it is about, as
    `person:<id>` or `machine:<id>`, and `said` the roles that were given.
    """

    __tablename__ = "company_event"
    __wall__ = owned()
    __table_args__ = (Index("ix_company_event_company_id_id", "company_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(60))
    said: Mapped[str | None] = mapped_column(Text)
