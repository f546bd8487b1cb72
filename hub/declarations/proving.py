"""What a verdict is proven by: the first receipt, and the proof over what has committed."""

from dataclasses import replace

from sqlalchemy.orm import Session, sessionmaker

from hub.declarations.storage import stored_findings
from hub.declarations.tables import DeclarationRow
from hub.declarations.verdict import Verdict
from hub.settings import Settings
from hub.trust.checkpoints import sign_newest
from hub.trust.log import receipt_of
from hub.trust.proofs import proof_of_declaration


def known(session: Session, row: DeclarationRow) -> Verdict:
    """The verdict on what came before: its first receipt."""
    return Verdict(
        "known",
        digest=row.digest,
        receipt=receipt_of(session, row.digest),
        part_id=row.part_id,
        findings=tuple(stored_findings(session, row.digest)),
    )


def proven(
    factory: sessionmaker[Session], verdicts: list[Verdict], settings: Settings
) -> list[Verdict]:
    """The verdicts with their proofs, once what they say is committed."""
    if not any(verdict.receipt for verdict in verdicts):
        return verdicts
    sign_newest(factory, settings)
    with factory() as session:
        return [
            replace(verdict, proof=proof_of_declaration(session, verdict.digest))
            if verdict.receipt and verdict.digest
            else verdict
            for verdict in verdicts
        ]
