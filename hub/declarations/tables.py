"""Declarations as received, their annexes, their findings, and withdrawals."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import granted, owned, part_of, told_of
from tierlight_schemas.extension import AnnexName


class DeclarationRow(Base):
    """A signed declaration: the bytes as received, and the columns that queries need.

    `digest` is the SHA-256 (hex) of the payload bytes. `kind` is `footprint` or `process`.
    Amounts are the declared text, per `declared_amount` `declared_unit`.
    """

    __tablename__ = "declaration"
    __wall__ = granted()
    __table_args__ = (Index("ix_declaration_part_id_received_at", "part_id", "received_at"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    kind: Mapped[str] = mapped_column(String(20))
    footprint_id: Mapped[str | None] = mapped_column(String(36), index=True)
    jws: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    key_thumbprint: Mapped[str] = mapped_column(ForeignKey("signing_key.thumbprint"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    supersedes: Mapped[str | None] = mapped_column(String(64), index=True)
    site: Mapped[str | None] = mapped_column(String(200))
    boundary: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(2))
    declared_unit: Mapped[str] = mapped_column(String(40))
    declared_amount: Mapped[str] = mapped_column(String(80))
    excluding_uptake: Mapped[str] = mapped_column(String(80))
    period_start: Mapped[datetime] = mapped_column(UtcDateTime)
    period_end: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime] = mapped_column(UtcDateTime)


class AnnexRow(Base):
    """An annex's bytes as received; their SHA-256 stands in the signed document."""

    __tablename__ = "declaration_annex"
    __wall__ = part_of("declaration_annex", "declaration", "declaration", "digest")

    declaration: Mapped[str] = mapped_column(ForeignKey("declaration.digest"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class DeclarationFinding(Base):
    """A warning or note of the document checks, stored with the declaration."""

    __tablename__ = "declaration_finding"
    __wall__ = part_of("declaration_finding", "declaration", "declaration", "digest")

    declaration: Mapped[str] = mapped_column(ForeignKey("declaration.digest"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    severity: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)  # JSON object of texts
    acknowledged: Mapped[str | None] = mapped_column(Text)


class PreparedDeclaration(Base):
    """A document that waits for its signature: the bytes that a page shows and a key may sign.

    `digest` is the SHA-256 (hex) of `payload`, `consumed_by` that of the JWS that it became;
    `cells` is what was typed, as a JSON object, so that it can be corrected.
    """

    __tablename__ = "prepared_declaration"
    __wall__ = owned()

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    part_id: Mapped[str] = mapped_column(ForeignKey("part.id"))
    actor: Mapped[str] = mapped_column(String(100))
    cells: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    split: Mapped[bytes | None] = mapped_column(LargeBinary)
    composition: Mapped[bytes | None] = mapped_column(LargeBinary)
    activity: Mapped[bytes | None] = mapped_column(LargeBinary)
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    consumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    consumed_by: Mapped[str | None] = mapped_column(String(64))

    @property
    def annexes(self) -> dict[AnnexName, bytes]:
        """The annexes that are handed in with it."""
        held: dict[AnnexName, bytes | None] = {
            "split": self.split,
            "composition": self.composition,
            "activity": self.activity,
            "evidence": self.evidence,
        }
        return {name: body for name, body in held.items() if body is not None}


class Withdrawal(Base):
    """The owner no longer stands by a declaration; a record of its own, in the log.

    `statement` holds the bytes that the log entry is the digest of.
    """

    __tablename__ = "declaration_withdrawal"
    __wall__ = part_of("declaration_withdrawal", "declaration", "declaration", "digest")

    id: Mapped[Id]
    declaration: Mapped[str] = mapped_column(ForeignKey("declaration.digest"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class VerificationRow(Base):
    """A third party's statement on a declaration: the bytes as received, and what decides by them.

    `digest` is the SHA-256 (hex) of the payload bytes; `company_id` is the verifier, `declarant_id`
    whose the declaration is: the verifier keeps its statement when it may no longer see that.
    `share` is percent, as the text that was signed.
    """

    __tablename__ = "verification"
    __wall__ = told_of("company_id", "declarant_id")

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    declarant_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    declaration: Mapped[str] = mapped_column(ForeignKey("declaration.digest"), index=True)
    jws: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    key_thumbprint: Mapped[str] = mapped_column(ForeignKey("signing_key.thumbprint"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)
    level: Mapped[str] = mapped_column(String(20))
    assurance: Mapped[str] = mapped_column(String(20))
    boundary: Mapped[str] = mapped_column(String(20))
    share: Mapped[str] = mapped_column(String(80))
    completed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime] = mapped_column(UtcDateTime)
    accredited_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VerificationRevocationRow(Base):
    """The verifier no longer stands by a statement: the signed bytes, logged under `jws`' digest.

    `at` is when the hub received it; from then on it counts.
    """

    __tablename__ = "verification_revocation"
    __wall__ = part_of("verification_revocation", "verification", "verification", "digest")

    verification: Mapped[str] = mapped_column(ForeignKey("verification.digest"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    jws: Mapped[bytes] = mapped_column(LargeBinary)
    key_thumbprint: Mapped[str] = mapped_column(ForeignKey("signing_key.thumbprint"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    log_index: Mapped[int] = mapped_column(BigInteger, unique=True)


class HeldSubmission(Base):
    """What waits, or waited, until a second person of its company released it.

    `kind` is `declaration` or `withdrawal`, `declaration` the digest that it is about. `submission`
    holds the bytes with their annexes until the release, when they have a row of their own;
    `withdrawal_reason` is a withdrawal's. `state` is `waiting`, `released`, `rejected` or
    `refused`; what waits beyond `expires_at` is expired. `refusal` is the JSON of the error, code
    and placeholders, that the door met at the release.
    """

    __tablename__ = "held_submission"
    __wall__ = owned()
    __table_args__ = (
        Index("ix_held_submission_company_id_submitted_at", "company_id", "submitted_at"),
    )

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    kind: Mapped[str] = mapped_column(String(20))
    declaration: Mapped[str] = mapped_column(String(64), index=True)
    submission: Mapped[bytes | None] = mapped_column(LargeBinary)
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    submitted_by: Mapped[str] = mapped_column(String(60))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[str | None] = mapped_column(String(60))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rejection: Mapped[str | None] = mapped_column(Text)
    refusal: Mapped[str | None] = mapped_column(Text)
