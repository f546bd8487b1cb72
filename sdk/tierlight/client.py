"""The client: what a supplier's or a buyer's system asks of a hub."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx

from tierlight.battery_calls import BatteryCalls
from tierlight.cbam_calls import CbamCalls
from tierlight.consent_calls import ConsentCalls
from tierlight.credentials import ClientKey, ClientSecret, Credentials
from tierlight.errors import ConfigurationError
from tierlight.finding_calls import FindingCalls
from tierlight.link_calls import LinkCalls
from tierlight.request_calls import RequestCalls
from tierlight.results import (
    Footprint,
    Held,
    ImportReport,
    Part,
    RollUpStatement,
    Verdict,
    VerificationVerdict,
)
from tierlight.signer import FileSigner, Signer, sign_payload
from tierlight.site_calls import SiteCalls
from tierlight.transport import Transport
from tierlight.workbook_calls import WorkbookCalls
from tierlight_schemas.declarant import Profile
from tierlight_schemas.envelope import (
    canonical,
    issuer_urn,
    pack_submission,
)

KEY_PROOF = "tierlight.key-proof/1"


class Client(
    SiteCalls, BatteryCalls, CbamCalls, ConsentCalls, FindingCalls, LinkCalls, WorkbookCalls
):
    """One machine of one company at one hub; usable as a context manager.

    What is not given comes from TIERLIGHT_URL, TIERLIGHT_CLIENT_ID, and TIERLIGHT_CLIENT_KEY_FILE
    or TIERLIGHT_CLIENT_SECRET: a key is preferred, because it never leaves this machine. Requests
    are retried where that is safe. Raises `ConfigurationError` when the address or the
    credentials are missing; every method raises `HubRefused` or `ConnectionFailed`.
    """

    def __init__(
        self,
        base_url: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        client_key: Signer | None = None,
        timeout: float = 30.0,
        max_retries: int = 2,
        language: str = "en",
        allow_http: bool = False,
        http_client: httpx.Client | None = None,
    ) -> None:
        """`client_key` signs instead of a secret; `timeout` in seconds a request; `allow_http`
        sends secret and tokens in the clear."""
        self._language = language
        self._transport = Transport(
            _given(base_url, "TIERLIGHT_URL"),
            _credentials(_given(client_id, "TIERLIGHT_CLIENT_ID"), client_secret, client_key),
            timeout=timeout,
            max_retries=max_retries,
            language=language,
            allow_http=allow_http,
            http_client=http_client,
        )

    @property
    def requests(self) -> RequestCalls:
        """Asking suppliers for footprints, and answering customers."""
        return RequestCalls(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def profile(self) -> Profile:
        """The profile that `tierlight declare` needs to declare in this company's name."""
        company = self.company()
        issuer = issuer_urn("company", company.id)
        return Profile(issuer=issuer, company_id=company.id, company_name=company.name)

    # Keys ------------------------------------------------------------------------------------

    def register_key(self, signer: FileSigner) -> str:
        """Add a public key by proving that one holds its secret half; its thumbprint.

        A key that is valid at the hub already is left as it is. Raises `Conflict` for one that
        was retired or revoked: what it would sign, the hub would refuse.
        """
        return self.register_public_key(signer, signer.jwk)

    def register_public_key(self, signer: Signer, jwk: Mapping[str, str]) -> str:
        """`register_key` for a key in a security module, which hands out `jwk`."""
        states = {key["thumbprint"]: key["state"] for key in self._get("/v1/keys")}
        if states.get(signer.kid) == "valid":
            return signer.kid
        asked = self._transport.json("POST", "/v1/keys/challenges", repeatable=True)
        names = ("audience", "challenge")
        payload = canonical({"type": KEY_PROOF, **{name: asked[name] for name in names}})
        proof = sign_payload(payload, signer)
        body = {"jwk": dict(jwk), "proof": proof}
        added = self._transport.json("POST", "/v1/keys", body, repeatable=False)
        return str(added["thumbprint"])

    # Parts, bills of materials, sourcing: as CSV or as a workbook (.xlsx) ------------------------

    def upload_parts(self, table: Path | bytes) -> ImportReport:
        """Register or change parts from a `parts.csv`; all rows or none."""
        return self._upload("/v1/parts/import", table)

    def upload_bom(self, table: Path | bytes) -> ImportReport:
        """Replace the lines of the parents that a `bom.csv` names; all rows or none."""
        return self._upload("/v1/bom/import", table)

    def upload_sourcing(self, table: Path | bytes) -> ImportReport:
        """Replace the links of the parts that a `sourcing.csv` names; all rows or none."""
        return self._upload("/v1/sourcing/import", table)

    def upload_factors(self, table: Path | bytes) -> ImportReport:
        """Add secondary factors from a `factors.csv`; all rows or none."""
        return self._upload("/v1/factors/import", table)

    def parts(self) -> Iterator[Part]:
        """All parts of one's own, in the order of their numbers."""
        return (Part.of(item) for item in self._pages("/v1/parts"))

    def part(self, number: str) -> Part | None:
        """One's own part of that number; None when there is none."""
        found = self._get("/v1/parts", number=number)["items"]
        return Part.of(found[0]) if found else None

    def add_site(
        self, code: str, name: str, country: str, subdivision: str | None = None
    ) -> Mapping[str, Any]:
        """Register a site; `country` by ISO 3166-1, `subdivision` by ISO 3166-2."""
        body = {"code": code, "name": name, "country": country}
        if subdivision:
            body["subdivision"] = subdivision
        added: Mapping[str, Any] = self._transport.json("POST", "/v1/sites", body, repeatable=False)
        return added

    # Declarations ----------------------------------------------------------------------------

    def submit(self, jws: str | bytes, annexes: Mapping[str, bytes] | None = None) -> Verdict:
        """Submit one signed declaration. Submitting it again gives the same receipt."""
        return self.submit_packed(pack_submission(jws, annexes))

    def submit_packed(self, submission: bytes) -> Verdict:
        """Submit one line of what `tierlight declare` wrote."""
        answer = self._transport.request(
            "POST", "/v1/declarations", repeatable=True, content=submission
        )
        return Verdict.of(answer.json())

    def submit_many(self, submissions: Iterable[bytes]) -> list[Verdict]:
        """Submit many at once; a verdict for each, in their order. A bad one blocks no other.

        The hub reads 10,000 lines at most in one request.
        """
        answer = self._transport.request(
            "POST",
            "/v1/declarations",
            repeatable=True,
            content=b"".join(line + b"\n" for line in submissions),
            content_type="application/x-ndjson",
        )
        return [Verdict.of(json.loads(line)) for line in answer.content.splitlines() if line]

    def held(self, digest: str) -> Held:
        """What has become of a declaration that waits for a second person, or of its withdrawal.

        Raises `NotFound` for one that never waited.
        """
        return Held.of(self._get(f"/v1/held/{digest}"))

    def receipt(self, digest: str) -> bytes:
        """The receipt of a declaration, as it was first sent."""
        return self._bytes(f"/v1/declarations/{digest}/receipt")

    def proof(self, digest: str) -> bytes:
        """That the hub's log holds a declaration, with the witnesses that have seen it by now."""
        return self._bytes(f"/v1/declarations/{digest}/proof")

    def evidence(self, digest: str, size: int | None = None) -> bytes:
        """All that an auditor needs to judge a declaration offline, up to a signed checkpoint."""
        asked = {"size": size} if size is not None else None
        path = f"/v1/declarations/{digest}/evidence"
        return self._transport.request("GET", path, repeatable=True, params=asked).content

    def jws(self, digest: str) -> bytes:
        """The signed bytes of a declaration, as the hub received them."""
        return self._bytes(f"/v1/declarations/{digest}/jws")

    def annex(self, digest: str, name: str) -> bytes:
        """The bytes of an annex, if its level is open to this company."""
        return self._bytes(f"/v1/declarations/{digest}/annexes/{name}")

    def withdraw(self, digest: str, reason: str) -> Mapping[str, Any]:
        """No longer stand by a declaration; it stays readable, marked as withdrawn.

        With `state` in the answer it waits for a second person of the company.
        """
        path = f"/v1/declarations/{digest}/withdrawal"
        done: Mapping[str, Any] = self._transport.json(
            "POST", path, {"reason": reason}, repeatable=False
        )
        return done

    def log_proof(self, digest: str) -> bytes:
        """The same proof from the public log, which has it also of what was erased."""
        return self._bytes(f"/v1/log/proofs/{digest}")

    def erase_declaration(self, digest: str, reason: str, *, annexes_only: bool = False) -> bytes:
        """Erase a withdrawn declaration with what it replaced, or its annexes; keep the receipt.

        Erasing again gives the same receipt. `reason` is `exit`, `privacy-law`, `court-order` or
        `sent-by-mistake`.
        """
        body = {"reason": reason, "scope": "annexes" if annexes_only else "declaration"}
        path = f"/v1/declarations/{digest}/erasure"
        content = json.dumps(body).encode()
        return self._transport.request("POST", path, repeatable=True, content=content).content

    def export(self, file: BinaryIO) -> None:
        """Write everything that the hub holds of this company, as a ZIP archive."""
        for piece in self._transport.stream("/v1/company/export"):
            file.write(piece)

    # Verification ----------------------------------------------------------------------------

    def submit_verification(self, jws: str) -> VerificationVerdict:
        """Hand in a verifier's signed statement; again, it gives the same receipt.

        Raises `NotFound` while the declaration's owner has not granted level 1.
        """
        body = {"verification": jws}
        return VerificationVerdict.of(
            self._transport.json("POST", "/v1/verifications", body, repeatable=True)
        )

    def revoke_verification(self, digest: str, revocation: str) -> Mapping[str, Any]:
        """Take a statement of one's own back, by a signed revocation."""
        path, body = f"/v1/verifications/{digest}/revocation", {"revocation": revocation}
        done: Mapping[str, Any] = self._transport.json("POST", path, body, repeatable=True)
        return done

    def verifications(self, declaration: str) -> list[Mapping[str, Any]]:
        """Third parties' statements on a declaration, with what counts and why not."""
        found: list[Mapping[str, Any]] = self._get(f"/v1/declarations/{declaration}/verifications")
        return found

    def own_verifications(self) -> Iterator[Mapping[str, Any]]:
        """Every statement of one's own, as a verifier, in the order of the hub's log."""
        return self._pages("/v1/verifications")

    # Results ---------------------------------------------------------------------------------

    def footprint(
        self,
        part_id: str,
        *,
        as_of: date | None = None,
        known_at: datetime | None = None,
        basis: str = "declared",
    ) -> Footprint:
        """The footprint of one's own part, rolled up; with coverage and findings."""
        asked = _question(as_of, known_at, basis)
        return Footprint.of(self._get(f"/v1/parts/{part_id}/footprint", **asked))

    def make_statement(
        self,
        part_id: str,
        *,
        as_of: date | None = None,
        known_at: datetime | None = None,
        basis: str = "declared",
    ) -> RollUpStatement:
        """A footprint of one's own part, signed by the hub; keep `bundle` as it is.

        Each call makes another statement, so it is not sent again when it is unclear whether it
        arrived. Raises `Conflict` when the hub has no key of its own.
        """
        asked = _question(as_of, known_at, basis)
        body = json.dumps({name: value for name, value in asked.items() if value is not None})
        path = f"/v1/parts/{part_id}/statements"
        answer = self._transport.request("POST", path, repeatable=False, content=body.encode())
        return RollUpStatement.of(answer.content)

    def statements(self) -> Iterator[Mapping[str, Any]]:
        """Every statement made for this company, in the order of the hub's log."""
        return self._pages("/v1/statements")

    def statement(self, digest: str) -> RollUpStatement:
        """A statement made before."""
        return RollUpStatement.of(self._bytes(f"/v1/statements/{digest}/bundle"))

    def tree(self, part_id: str, path: str = "", depth: int = 1) -> Mapping[str, Any]:
        """One level of a part's tree; `path` such as `3.0.2` leads deeper."""
        found: Mapping[str, Any] = self._get(f"/v1/parts/{part_id}/tree", path=path, depth=depth)
        return found

    def findings(self, part_id: str, *, as_of: date | None = None) -> list[Mapping[str, Any]]:
        """What is missing or inconsistent below a part."""
        asked = _question(as_of, None, "declared")
        found: list[Mapping[str, Any]] = self._get(f"/v1/parts/{part_id}/findings", **asked)
        return found


def _question(as_of: date | None, known_at: datetime | None, basis: str) -> dict[str, str | None]:
    return {
        "as_of": as_of.isoformat() if as_of else None,
        "known_at": known_at.isoformat() if known_at else None,
        "basis": basis,
    }


def _credentials(client_id: str, secret: str | None, key: Signer | None) -> Credentials:
    """What was given, else what the environment names; a key before a secret."""
    file = os.environ.get("TIERLIGHT_CLIENT_KEY_FILE")
    if key is None and secret is None and file:
        key = FileSigner.load(file)
    if key is not None:
        return ClientKey(client_id, key)
    return ClientSecret(client_id, _given(secret, "TIERLIGHT_CLIENT_SECRET"))


def _given(value: str | None, variable: str) -> str:
    found = value or os.environ.get(variable)
    if not found:
        raise ConfigurationError("sdk/not-given", variable=variable)
    return found
