"""What a hub answers, as frozen values. `document` is the answer itself, with all it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from tierlight_schemas.amounts import Amount
from tierlight_schemas.envelope import canonical
from tierlight_schemas.statement_bundle import check_bundle


class Status(StrEnum):
    """What became of a submission."""

    STORED = "stored"
    KNOWN = "known"
    """The same declaration came before; the receipt is the first one."""
    REFUSED = "refused"
    HELD = "held"
    """The company asks for a second pair of eyes: it waits, and there is no receipt yet."""


@dataclass(frozen=True)
class Refusal:
    """Why a line was refused."""

    code: str
    message: str
    remedy: str
    details: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the hub says to one submission."""

    status: Status
    digest: str | None
    """SHA-256 (hex) of the payload; None when it could not be read."""
    receipt: bytes | None
    """Canonical bytes; the same for ever."""
    findings: tuple[Mapping[str, Any], ...]
    """Warnings and notes: code, severity, path, message, remedy."""
    refusal: Refusal | None
    part_registered: bool = False
    """Whether this declaration brought its part into the hub."""
    line: int | None = None
    """Of what was submitted, counted from 1."""
    proof: bytes | None = None
    """That the hub's log holds it (c2sp.org/tlog-proof); None where the hub signs none."""
    notice: Refusal | None = None
    """Why what is held has no receipt yet, and how to ask later."""

    @property
    def accepted(self) -> bool:
        """Whether the hub has the declaration now."""
        return self.status in (Status.STORED, Status.KNOWN)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        error, receipt, proof = (answer.get(name) for name in ("error", "receipt", "proof"))
        return cls(
            Status(answer["status"]),
            answer.get("digest"),
            canonical(receipt) if receipt else None,
            tuple(answer.get("findings") or ()),
            _refusal(error) if error else None,
            bool(answer.get("part_registered", False)),
            answer.get("line"),
            str(proof).encode() if proof else None,
            _refusal(answer["notice"]) if answer.get("notice") else None,
        )


@dataclass(frozen=True)
class VerificationVerdict:
    """What the hub says to a verifier's statement."""

    status: Status
    digest: str
    """SHA-256 (hex) of the statement's payload."""
    declaration: str
    """Digest of the declaration it is bound to."""
    receipt: bytes
    """Canonical bytes; the same for ever."""
    proof: bytes | None = None
    """That the hub's log holds it (c2sp.org/tlog-proof); None where the hub signs none."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        proof = answer.get("proof")
        return cls(
            Status(answer["status"]),
            answer["digest"],
            answer["declaration"],
            canonical(answer["receipt"]),
            str(proof).encode() if proof else None,
        )


def _refusal(error: Mapping[str, Any]) -> Refusal:
    details = tuple(error.get("details") or ())
    return Refusal(error["code"], error["message"], error.get("remedy", ""), details)


@dataclass(frozen=True)
class Held:
    """What waits, or waited, for a second person of the company."""

    id: str
    kind: str
    """`declaration` or `withdrawal`."""
    digest: str
    """Of the declaration that it is about."""
    state: str
    """`waiting`, `released`, `rejected`, `refused` or `expired`."""
    reason: str | None
    """Why it was rejected, or what the hub's door met when it was released."""
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        refusal = answer.get("refusal") or {}
        reason = answer.get("rejection") or refusal.get("message")
        about = (answer["kind"], answer["declaration"], answer["state"])
        return cls(answer["id"], *about, reason, answer)


@dataclass(frozen=True)
class ImportReport:
    """What the upload of a table did; counted in parts, or in factors."""

    rows: int
    added: int
    changed: int
    unchanged: int
    notes: tuple[Mapping[str, str], ...] = ()
    """What to look at; it did not hinder the import."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        return cls(
            int(answer["rows"]),
            int(answer["added"]),
            int(answer["changed"]),
            int(answer["unchanged"]),
            tuple(answer.get("notes") or ()),
        )


@dataclass(frozen=True)
class Company:
    """The company that the client acts for."""

    id: str
    name: str
    country: str
    identifiers: tuple[str, ...]
    """`scheme:value`."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        identifiers = tuple(answer.get("identifiers") or ())
        return cls(answer["id"], answer["name"], answer["country"], identifiers)


@dataclass(frozen=True)
class Part:
    """A part of one's own."""

    id: str
    number: str
    name: str
    base_unit: str
    net_mass_kg: Amount | None
    """kg of one base unit; None is unknown."""
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        mass = answer.get("net_mass_kg")
        amount = None if mass is None else Amount(mass)
        return cls(
            answer["id"], answer["number"], answer["name"], answer["base_unit"], amount, answer
        )


@dataclass(frozen=True)
class Link:
    """A sourcing link towards the caller: somebody buys one of its parts."""

    id: str
    buyer: str
    part: str
    """The caller's part number, as the buyer wrote it."""
    part_id: str | None
    """None while no such part is registered."""
    confirmed: bool
    buyer_id: str
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @property
    def disputed(self) -> bool:
        """Whether this company says that it is not so."""
        return self.document.get("disputed_at") is not None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        confirmed = answer.get("confirmed_at") is not None
        return cls(
            answer["id"],
            answer["buyer"],
            answer["part"],
            answer.get("part_id"),
            confirmed,
            answer["buyer_id"],
            answer,
        )


@dataclass(frozen=True)
class Grant:
    """A consent that was given."""

    id: str
    reader_id: str
    part_id: str | None
    """None for all parts."""
    level: int
    """0 existence, 1 total, 2 split, 3 composition, 4 activity, 5 evidence."""
    aggregate: bool
    receipt: bytes | None = None
    """Of a consent that was signed and has just been sent, as it is to be kept."""
    proof: bytes | None = None
    """That the hub's log holds it (c2sp.org/tlog-proof); None where the hub signs none."""
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        return cls(
            answer["id"],
            answer["reader_id"],
            answer.get("part_id"),
            int(answer["level"]),
            bool(answer["aggregate"]),
            _bytes_of(answer.get("receipt")),
            _bytes_of(answer.get("proof")),
            answer,
        )


@dataclass(frozen=True)
class Footprint:
    """A part's footprint as rolled up; kgCO2e per base unit of the part."""

    excluding_uptake: Amount | None
    """The known part of the total; read it only together with `statement`."""
    statement: str
    """The total in words: what is known, and what is missing."""
    coverage: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """From the hub's JSON."""
        total = answer["total"]
        value = total.get("excluding_uptake")
        return cls(
            None if value is None else Amount(value),
            total["statement"],
            answer["coverage"],
            tuple(answer["findings"]),
            answer,
        )


@dataclass(frozen=True)
class RollUpStatement:
    """A footprint as the hub signed it, with all that is needed to check it."""

    digest: str
    """Identity of the statement: SHA-256 of its signed payload."""
    document: Mapping[str, Any] = field(repr=False)
    """What it says: a view of the signed bytes."""
    bundle: bytes = field(repr=False)
    """The file for `tierlight verify` and `hub recompute`; one changed byte is refused."""

    @classmethod
    def of(cls, bundle: bytes) -> Self:
        """From the hub's bytes. Raises `StatementError` or `EnvelopeError` unless all holds."""
        checked = check_bundle(bundle)
        return cls(checked.digest, checked.statement, bundle)


def _bytes_of(text: Any) -> bytes | None:
    return str(text).encode() if text else None
