"""A roll-up as a signed statement: computed from its own annex, signed, logged, kept as bytes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.footprints.tables import StatementInput, StatementRow
from hub.footprints.usecases import RollUp
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.trust.checkpoints import proof_of
from hub.trust.fsck import Logged
from hub.trust.hub_key import HubSigner, public_jwk, publish_hub_key, signer_of
from hub.trust.log import append, instant, receipt_body
from hub.trust.tables import HubKey
from tierlight_schemas.declaration import CREDENTIALS_CONTEXT
from tierlight_schemas.envelope import (
    EnvelopeError,
    canonical,
    digest,
    issuer_urn,
    part_urn,
    verify,
)
from tierlight_schemas.publish import schema_digest, schema_id
from tierlight_schemas.rollup.inputs import declarations, used
from tierlight_schemas.rollup.model import ENGINE, PLANTS, RULESET
from tierlight_schemas.statement import (
    STATEMENT_KIND,
    RollUpStatement,
    network_annex,
    policy_document,
    recompute,
)
from tierlight_schemas.statement_bundle import pack_bundle

RECEIPT_SAYS = (
    "This log proves that the hub recorded the statement at this place in its order and has not "
    "altered it since. It does not prove that what was declared is true."
)


def record_statement(
    session: Session, rollup: RollUp, part_id: str, signer: HubSigner, origin: str
) -> StatementRow:
    """Sign the result of one part of a roll-up and keep it, with its annex and receipt.

    Raises `EnvelopeError` (`door/too-large`) for a result that no signed document can hold.
    """
    annex = network_annex(rollup.solution, part_id)
    subject = _subject(rollup, part_id, annex, origin)
    # From here on nobody else appends; what takes long is done.
    key = publish_hub_key(session, signer, origin)
    made_at = now()
    payload = canonical(_document(subject, signer.kid, made_at))
    jws = signer.sign(payload)
    entry = append(session, "statement", digest(jws), made_at)
    receipt = receipt_body(
        entry, origin=origin, payload=digest(payload), key=signer.kid, says=RECEIPT_SAYS
    )
    row = StatementRow(
        digest=digest(payload),
        company_id=rollup.company_id,
        part_id=part_id,
        as_of=rollup.moment.as_of,
        known_at=rollup.moment.known_at,
        basis=rollup.basis,
        key=key.thumbprint,
        made_at=made_at,
        log_index=entry.index,
        jws=jws,
        annex=annex,
        receipt=signer.sign(receipt),
    )
    session.add(row)
    _note_inputs(session, rollup, row)
    return row


def own_statements(company_id: str, part_id: str | None = None) -> Select[StatementRow]:
    """A company's statements, or those of one part."""
    query = select(StatementRow).where(StatementRow.company_id == company_id)
    return query if part_id is None else query.where(StatementRow.part_id == part_id)


def own_statement(session: Session, company_id: str, name: str) -> StatementRow:
    """One statement. Raises `NotFound`, the same for another company's as for none."""
    row = session.scalar(own_statements(company_id).where(StatementRow.digest == name))
    if row is None:
        raise NotFound
    return row


def bundle(session: Session, row: StatementRow) -> bytes:
    """The statement with everything to check it; only the proof's witnesses may become more."""
    key = session.get_one(HubKey, row.key)
    proof = proof_of(session, row.log_index)
    signed = (proof, signer_of(session, proof)) if proof else None
    return pack_bundle(row.jws, row.receipt, public_jwk(key), row.annex, signed)


def logged(session: Session) -> Iterator[Logged]:
    """The bytes that the log commits to."""
    for row in session.scalars(select(StatementRow)):
        at = instant(row.made_at)
        yield Logged(row.log_index, "statement", row.jws, _agrees(session, row), at)


def _agrees(session: Session, row: StatementRow) -> bool:
    """Whether receipt and annex are those of the signed statement."""
    try:
        jwk = public_jwk(session.get_one(HubKey, row.key))
        opened, receipt = verify(row.jws, jwk), verify(row.receipt, jwk).document
    except (EnvelopeError, ValueError):  # of the statement, or of the key's stored text
        return False
    names = ("digest", "index", "envelope", "receivedAt")
    expected = (row.digest, row.log_index, digest(row.jws), instant(row.made_at))
    network = opened.document["credentialSubject"]["network"]["digest"]
    return (
        opened.digest == row.digest
        and tuple(receipt.get(name) for name in names) == expected
        and digest(row.annex) == network
    )


def part_number(session: Session, row: StatementRow) -> str:
    """The number of the part that a statement is about."""
    return session.get_one(Part, row.part_id).number


def _note_inputs(session: Session, rollup: RollUp, row: StatementRow) -> None:
    """Note which declarations it was computed from: one day their bytes may be erased."""
    told = declarations(json.loads(row.annex)["inputs"])
    resolutions = rollup.solution.resolutions.values()
    made = (r.node.own.reference for r in resolutions if r.edges and r.node.own)
    processes = {name for plants in made for name in plants.split(PLANTS)}
    names = told | declarations(used(resolutions)) | processes
    rows = (
        {"statement": row.digest, "declaration": name, "is_told": name in told}
        for name in sorted(names)
    )
    write_rows(session, StatementInput, rows)


def _document(subject: dict[str, Any], kid: str, made_at: datetime) -> dict[str, Any]:
    document = {
        "@context": [CREDENTIALS_CONTEXT],
        "id": f"urn:uuid:{uuid4()}",
        "type": ["VerifiableCredential", STATEMENT_KIND],
        "issuer": issuer_urn("key", kid),
        "validFrom": f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "credentialSchema": {
            "id": schema_id("statement"),
            "type": "JsonSchema",
            "digestSHA256": schema_digest("statement"),
        },
        "credentialSubject": subject,
    }
    return RollUpStatement.model_validate(document).document()


def _subject(rollup: RollUp, part_id: str, annex: bytes, origin: str) -> dict[str, Any]:
    """What is signed is what the annex gives, so that nothing else can be stated."""
    node, policy = rollup.resolution(part_id).node, rollup.solution.policy
    computed = recompute(annex, policy)
    inputs = digest("\n".join(computed.inputs).encode())
    return {
        "id": part_urn("company", rollup.company_id, node.number),
        "name": node.name,
        "baseUnit": node.base_unit,
        "log": origin,
        "asOf": rollup.moment.as_of.isoformat(),
        "knownAt": instant(rollup.moment.known_at),
        "basis": rollup.basis,
        "ruleset": RULESET,
        "engine": ENGINE,
        "version": version("tierlight-schemas"),
        "policy": policy_document(policy),
        "inputs": {"count": str(len(computed.inputs)), "digest": inputs},
        "inputDigest": rollup.input_digest(),
        "network": {"digest": digest(annex), "parts": str(len(computed.annex.parts))},
        "result": computed.result,
    }
