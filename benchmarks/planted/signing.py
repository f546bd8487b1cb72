"""From a declaration of the model to the bytes that are sent, as a supplier's system makes them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.planted.keys import Signer
from benchmarks.planted.model import Company, Declaration
from tierlight_schemas.build import Fresh, Predecessor, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import b64url_encode, canonical, digest, pack_submission
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rows import read_row


@dataclass(frozen=True)
class Signed:
    """What is sent, and what later documents say of it."""

    submission: bytes
    jws: str
    digest: str
    footprint_id: str | None


def signer_of(company: Company, key: str = "") -> Signer:
    """A key of the company's."""
    return Signer(f"{company.name}/{company.seed}/{key}")


def signed(declaration: Declaration, known: dict[Declaration, Signed]) -> Signed:
    """The declaration, signed; `known` holds what it stands on."""
    owner = declaration.part.owner
    signer = signer_of(owner, declaration.key)
    row = read_row({name: cell for name, cell in declaration.cells.items() if cell})
    assert row is not None
    declarant = Declarant(Profile(company_name=owner.name), signer.kid)
    before = known[declaration.before] if declaration.before else None
    replaced = Predecessor(before.digest, before.footprint_id) if before else None
    built = build(row, declarant, Fresh.draw(datetime.now(UTC)), replaced)
    document, annexes = dict(built.document), dict(built.annexes)
    if declaration.inputs is not None:
        annexes["composition"] = _composition(declaration, known)
        extension_of(document).setdefault("annexes", {})["composition"] = digest(
            annexes["composition"]
        )
    if declaration.carriers:
        annexes["split"] = _split(declaration)
        extension_of(document).setdefault("annexes", {})["split"] = digest(annexes["split"])
    for amend in declaration.amends:
        amend(document)
    payload = canonical(document)
    jws = signer.sign(payload)
    sent = declaration.spoils(jws) if declaration.spoils else jws
    footprint = document["credentialSubject"].get("footprint", {})
    return Signed(pack_submission(sent, annexes), jws, digest(payload), footprint.get("id"))


def extension_of(document: dict[str, Any]) -> dict[str, Any]:
    """Data of our extension in the footprint of a credential."""
    extensions = document["credentialSubject"]["footprint"]["extensions"]
    data: dict[str, Any] = next(e for e in extensions if e["dataSchema"] == PART_EXTENSION)["data"]
    return data


def _composition(declaration: Declaration, known: dict[Declaration, Signed]) -> bytes:
    components = []
    for used in declaration.inputs or ():
        component = {
            "name": used.part.number,
            "quantity": used.quantity,
            "unit": used.unit,
            "valueUsed": used.value,
        }
        if used.declaration is not None:
            component["declaration"] = known[used.declaration].digest
        components.append(component)
    return _annex("composition", components=components, complete=True)


def _split(declaration: Declaration) -> bytes:
    return _annex("split", stages=[], carriers=declaration.carriers)


def _annex(name: str, **members: Any) -> bytes:
    return canonical({"annex": name, "salt": b64url_encode(secrets.token_bytes(16)), **members})
