"""The client: what a supplier's or a buyer's system asks of a hub."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import httpx

from tierlight.activity import Rows, table_of
from tierlight.consents import signatory, signed_consent, signed_revocation
from tierlight.credentials import ClientKey, ClientSecret, Credentials
from tierlight.errors import ConfigurationError
from tierlight.finding_calls import FindingCalls
from tierlight.results import (
    Company,
    Footprint,
    Grant,
    Held,
    ImportReport,
    Link,
    Part,
    RollUpStatement,
    Verdict,
    VerificationVerdict,
)
from tierlight.signer import FileSigner, Signer, sign_payload
from tierlight.transport import Transport
from tierlight_schemas.consent import Signatory, Wish
from tierlight_schemas.declarant import Profile
from tierlight_schemas.envelope import (
    canonical,
    digest,
    issuer_urn,
    open_jws,
    pack_submission,
    part_urn,
)

KEY_PROOF = "tierlight.key-proof/1"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ARCHIVE = b"PK\x03\x04"
"""How every workbook begins."""


class Client(FindingCalls):
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

    def company(self) -> Company:
        """The company that this client acts for."""
        return Company.of(self._get("/v1/company"))

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

    def links_to_confirm(self) -> list[Link]:
        """Who says that it buys from this company, and has not been confirmed."""
        links = (Link.of(item) for item in self._pages("/v1/sourcing", role="supplier"))
        return [link for link in links if not link.confirmed]

    def confirm_link(self, link_id: str) -> Link:
        """Say that it is so; the link counts from then on."""
        path = f"/v1/sourcing/{link_id}/confirm"
        return Link.of(self._transport.json("POST", path, repeatable=True))

    # What a factory uses and makes -----------------------------------------------------------

    def sites(self) -> Iterator[Mapping[str, Any]]:
        """All sites of one's own, in the order of their codes."""
        return self._pages("/v1/sites")

    def send_readings(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record energy by site, carrier and month; all rows or none.

        The same again changes nothing; another amount needs a `reason`. So it is with all `send_`.
        """
        return self._send("energy", rows)

    def send_production(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record what was made of each part, by site and month."""
        return self._send("production", rows)

    def send_instruments(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record contracts and certificates, and what of them is claimed for a site's year."""
        return self._send("instruments", rows)

    def send_allocations(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record by what products take their share of a site's energy."""
        return self._send("allocations", rows)

    def send_shares(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record one's own share of the meters of a site that several companies use."""
        return self._send("shares", rows)

    def send_uses(self, rows: Rows) -> ImportReport:
        """Record what energy is used for besides products, as uses.csv has it."""
        return self._send("uses", rows)

    def energy(
        self, site_id: str, year: int, *, known_at: datetime | None = None
    ) -> Mapping[str, Any]:
        """A site in a year: readings, both values of each carrier, instruments, products."""
        at = known_at.isoformat() if known_at else None
        path = f"/v1/sites/{site_id}/energy"
        found: Mapping[str, Any] = self._get(path, year=year, known_at=at)
        return found

    def reconciliation(
        self, site_id: str, year: int, *, known_at: datetime | None = None
    ) -> Mapping[str, Any]:
        """A site's meters against what its products claim of its energy, carrier by carrier."""
        at = known_at.isoformat() if known_at else None
        path = f"/v1/sites/{site_id}/reconciliation"
        found: Mapping[str, Any] = self._get(path, year=year, known_at=at)
        return found

    def site_findings(self, site_id: str, year: int) -> list[Mapping[str, Any]]:
        """What is inconsistent in a site's claims and shares, and between meters and products."""
        found: list[Mapping[str, Any]] = self._get(f"/v1/sites/{site_id}/findings", year=year)
        return found

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

    # Consents --------------------------------------------------------------------------------

    def grant(
        self,
        reader: str,
        part_id: str | None = None,
        *,
        level: int = 1,
        aggregate: bool = False,
        valid_from: date | None = None,
        valid_to: date | None = None,
        purpose: str | None = None,
    ) -> Grant:
        """Let a company (id, or SCHEME:VALUE) see one part, or all.

        `level` 0 to 5: existence, total, split, composition, activity, evidence; `aggregate`
        lets results use deeper levels without showing them. `valid_to` is exclusive.
        """
        body: dict[str, Any] = {"reader": reader, "level": level, "aggregate": aggregate}
        optional = {
            "part": part_id,
            "valid_from": valid_from.isoformat() if valid_from else None,
            "valid_to": valid_to.isoformat() if valid_to else None,
            "purpose": purpose,
        }
        body |= {name: value for name, value in optional.items() if value is not None}
        return Grant.of(self._transport.json("POST", "/v1/grants", body, repeatable=False))

    def grants(self) -> Iterator[Grant]:
        """Every consent that this company gave, oldest first."""
        return (Grant.of(item) for item in self._pages("/v1/grants"))

    def revoke_grant(self, grant_id: str) -> Grant:
        """End a consent at once."""
        path = f"/v1/grants/{grant_id}/revocation"
        return Grant.of(self._transport.json("POST", path, repeatable=True))

    def sign_consent(
        self,
        signer: Signer,
        reader: str,
        part: str | None = None,
        *,
        level: int = 1,
        aggregate: bool = False,
        valid_from: date | None = None,
        valid_to: date | None = None,
        purpose: str | None = None,
    ) -> str:
        """A consent signed in this company's name for this hub, not sent yet: a compact JWS.

        `reader` is a company id, `part` a number of one's own (None: all parts). Raises
        `EnvelopeError` for what is no consent.
        """
        by = self._signatory()
        urn = part_urn("company", by.owner, part) if part is not None else None
        first = valid_from or datetime.now(UTC).date()
        wish = Wish(reader, level, aggregate, first, valid_to, urn, purpose)
        return signed_consent(wish, by, signer)

    def send_consent(self, jws: str) -> Grant:
        """Give a consent that was signed; sending it again gives the same receipt."""
        body = {"consent": jws}
        return Grant.of(self._transport.json("POST", "/v1/grants", body, repeatable=True))

    def sign_revocation(self, signer: Signer, grant_id: str) -> str:
        """The signed end of a signed consent, not sent yet. Raises `HubRefused` for an unsigned."""
        consent = digest(open_jws(self._bytes(f"/v1/grants/{grant_id}/consent")).payload)
        return signed_revocation(consent, self._signatory(), signer)

    def send_revocation(self, grant_id: str, jws: str) -> Grant:
        """End a consent at once by what was signed."""
        path = f"/v1/grants/{grant_id}/revocation"
        return Grant.of(self._transport.json("POST", path, {"consent": jws}, repeatable=True))

    def _signatory(self) -> Signatory:
        origin = str(self._get("/.well-known/tierlight-hub-keys.json")["origin"])
        return signatory(self.company().id, origin, self._language)

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

    # ------------------------------------------------------------------------------------------

    def _bytes(self, path: str) -> bytes:
        return self._transport.request("GET", path, repeatable=True).content

    def _send(self, sheet: str, rows: Rows | Path | bytes) -> ImportReport:
        return self._upload(f"/v1/activity/{sheet}/import", table_of(rows))

    def _upload(self, path: str, table: Path | bytes) -> ImportReport:
        """Tables are replaced or left as they are, so that sending one again changes nothing."""
        content = table if isinstance(table, bytes) else table.read_bytes()
        media = _XLSX if content.startswith(_ARCHIVE) else "text/csv"
        answer = self._transport.request(
            "POST", path, repeatable=True, content=content, content_type=media
        )
        return ImportReport.of(answer.json())


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
