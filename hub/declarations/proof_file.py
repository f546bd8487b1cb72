"""One file that proves a declaration: what was signed, the receipt, and what both are checked by.

Everything in it is as it was received or first sent. It holds the annexes that its reader may see,
and a readme with the one command that checks all of it without a network.
"""

import io
import json
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.declarations.evidence import evidence
from hub.declarations.queries import annex_names, visible
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.kit.language import LANGUAGES
from hub.settings import Settings
from hub.trust.hub_key import hub_keys, public_jwk
from hub.trust.hub_key_life import policy_text
from hub.trust.log import receipt_of
from hub.trust.proofs import proof_of_declaration
from hub.trust.usecases import jwk_of, key_for
from tierlight_schemas.envelope import pack_submission
from tierlight_schemas.messages import render

SIGNED = "declaration.ndjson"
POLICY = "log.policy"
File = tuple[str, bytes]


def proof_file(session: Session, caller: Caller, digest: str, settings: Settings) -> bytes:
    """The archive (ZIP) of a declaration that the caller may see.

    A hub without a key of its own gives neither proof nor evidence, and the readme says less.
    Raises `NotFound`, the same for hidden and absent.
    """
    row, level = visible(session, caller, digest)
    annexes = _annexes(session, digest, level)
    files = [(SIGNED, pack_submission(row.jws, annexes) + b"\n"), (f"{digest}.jws", row.jws)]
    files += [(f"annexes/{name}.json", body) for name, body in annexes.items()]
    files += _keys(session, row)
    files += [(f"{SIGNED}.receipts/{digest}.json", receipt_of(session, digest))]
    proven = list(_of_the_log(session, caller, row, settings))
    return _packed(row, [*files, *proven, *_readmes(digest, is_proven=bool(proven))])


def _annexes(session: Session, digest: str, level: int) -> dict[str, bytes]:
    names = annex_names(session, digest, level)
    query = select(AnnexRow).where(AnnexRow.declaration == digest, AnnexRow.name.in_(names))
    return {row.name: row.body for row in session.scalars(query.order_by(AnnexRow.name))}


def _keys(session: Session, row: DeclarationRow) -> Iterator[File]:
    """The signer's key, and those that the hub signs with."""
    key = key_for(session, row.key_thumbprint)
    if key is not None:
        yield f"{key.thumbprint}.pub.jwk", _json(jwk_of(key))
    published = [public_jwk(each) | {"kid": each.thumbprint} for each in hub_keys(session)]
    if published:
        yield "hub-keys.json", _json({"keys": published})


def _of_the_log(
    session: Session, caller: Caller, row: DeclarationRow, settings: Settings
) -> Iterator[File]:
    """Proof, evidence and policy, once a checkpoint covers the entry."""
    proof = proof_of_declaration(session, row.digest)
    if proof is None or settings.signing_key_file is None:
        return
    yield f"{SIGNED}.receipts/{row.digest}.tlog-proof", proof.encode()
    yield "evidence.json", evidence(session, caller, row.digest, None, settings)
    yield POLICY, policy_text(session, settings.log_origin).encode()


def _readmes(digest: str, *, is_proven: bool) -> Iterator[File]:
    code = "proof-file/readme" if is_proven else "proof-file/readme-without-log"
    for language in LANGUAGES:
        words = render(code, {"digest": digest}, language)
        yield f"README.{language}.txt", f"{words.text}\n\n{words.remedy}\n".encode()


def _packed(row: DeclarationRow, files: list[File]) -> bytes:
    """The same files make the same archive, whenever it is asked for."""
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = ZipInfo(name, row.received_at.timetuple()[:6])
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, body)
    return held.getvalue()


def _json(document: object) -> bytes:
    return json.dumps(document, indent=2).encode() + b"\n"
