"""Companies, their identifiers, and their sites."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import RECORDED, Open, owned, published


class Company(Base):
    """A company: the unit of ownership, consent and confidentiality."""

    __tablename__ = "company"
    __wall__ = published("id")

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(300))
    country: Mapped[str] = mapped_column(String(2))
    invented: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when only the id is left: others' access logs name it."""
    provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Invited, and not claimed yet: it owns nothing, and nobody signs in for it."""
    merged_into: Mapped[str | None] = mapped_column(String(36))
    """Which company answers for it since the two were found to be one."""
    identifiers: Mapped[list["CompanyIdentifier"]] = relationship(
        order_by="CompanyIdentifier.scheme", lazy="selectin"
    )


class CompanyChanges(Base):
    """How often what a company's results rest on has changed, and when it last did.

    A row of its own: counting must not wait for an import that holds the company's.
    """

    __tablename__ = "company_changes"
    __wall__ = Open(
        "a count for each company and nothing of what has changed; buyers and suppliers count it"
    )

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    changes: Mapped[int] = mapped_column(BigInteger, default=0)
    records: Mapped[int] = mapped_column(BigInteger, default=0)
    """Those of the changes that are more than a new or a withdrawn declaration."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CompanyIdentifier(Base):
    """An identifier of a company (LEI, DUNS, USCC, BPN, ...), unique in its scheme."""

    __tablename__ = "company_identifier"
    __wall__ = published()
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))


class IdentityAssurance(Base):
    """Somebody's word, beside the company's own, that an identifier is that company's.

    Only added and ended, never changed. `level` is one of `parties.assurance.LEVELS` but the first.
    """

    __tablename__ = "identity_assurance"
    __wall__ = RECORDED

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(300))
    """The register that was looked into, or the credential's issuer."""
    checked_on: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    """The first day on which it no longer holds."""
    key: Mapped[str | None] = mapped_column(String(43), index=True)
    """Thumbprint of the company's key that a credential speaks of."""
    credential: Mapped[str | None] = mapped_column(Text)
    """The credential as it came, for whoever checks it again."""
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str | None] = mapped_column(String(300))


class Site(Base):
    """A place where a company makes parts; `code` is the company's own id of it."""

    __tablename__ = "site"
    __wall__ = owned()
    __table_args__ = (UniqueConstraint("company_id", "code"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    code: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    country: Mapped[str] = mapped_column(String(2))
    subdivision: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CompanyRelation(Base):
    """Two companies belong to one group, as the operator knows; recorded once, never changed.

    The pair is kept in the order of its ids.
    """

    __tablename__ = "company_relation"
    __wall__ = RECORDED

    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("company.id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
