"""The catalogue of codes: what each means for whom, and who can act on it.

Codes are stable; a supplier's ERP reacts to them. Their words: `tierlight_schemas.messages`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tierlight_schemas.findings import Severity


class Family(StrEnum):
    """What a code is about: the part of it before the slash."""

    DOCUMENT = "document"
    """One declaration, seen alone."""
    DOOR = "door"
    """Bytes, envelope and submission on the way in."""
    TRUST = "trust"
    """Keys, signatures, and what third parties verified."""
    VERSION = "version"
    """One part over time."""
    TIER = "tier"
    """Sourcing links and bills of materials, across tiers."""
    SITE = "site"
    """A factory and its products."""
    CLAIM = "claim"
    """Green electricity and other claims about energy."""


class Actor(StrEnum):
    """Who can put it right."""

    DECLARANT = "declarant"
    """The company whose document it is."""
    BUYER = "buyer"
    """The company whose bill of materials or sourcing it is."""
    SENDER = "sender"
    """Whoever runs the program that sent the bytes."""
    OPERATOR = "operator"
    """Whoever runs the hub."""


@dataclass(frozen=True)
class Rule:
    """One code."""

    code: str
    severity: Severity
    """The gravest it takes; a single finding may be milder."""
    actor: Actor

    @property
    def family(self) -> Family:
        """What the code is about."""
        return Family(self.code.partition("/")[0])

    @property
    def refuses(self) -> bool:
        """Whether a document with such a finding may be refused at the door.

        What concerns several documents is found, never refused.
        """
        across = self.family in (Family.TIER, Family.VERSION, Family.SITE, Family.CLAIM)
        return not across and self.severity is Severity.ERROR


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

_DOCUMENT: dict[str, Severity] = {
    "schema": _ERROR,
    "decimal": _ERROR,
    "total-differs-from-parts": _WARNING,
    "stages-differ-from-total": _WARNING,
    "packaging-without-flag": _WARNING,
    "ccs-without-flag": _WARNING,
    "period-disorder": _ERROR,
    "geography": _ERROR,
    "quality-range": _ERROR,
    "exempted-too-high": _ERROR,
    "characterization": _ERROR,
    "unit-implausible": _WARNING,
    "unstated-as-zero": _NOTE,
    "biogenic-carbon": _WARNING,
    "unit-name": _ERROR,
    "offset-inside": _WARNING,
    "part-mismatch": _ERROR,
}

_TIER: dict[str, tuple[Severity, Actor]] = {
    "missing": (_WARNING, Actor.BUYER),
    "withheld": (_NOTE, Actor.BUYER),
    "default-used": (_NOTE, Actor.BUYER),
    "own-process-unknown": (_WARNING, Actor.BUYER),
    "vehicle-plant-missing": (_ERROR, Actor.BUYER),
    "beyond-gate": (_NOTE, Actor.BUYER),
    "inbound-leg-missing": (_WARNING, Actor.BUYER),
    "undeclared-supplier": (_WARNING, Actor.BUYER),
    "link-disputed": (_WARNING, Actor.BUYER),
    "shares-not-one": (_ERROR, Actor.BUYER),
    "mass-imbalance": (_ERROR, Actor.BUYER),
    "pass-through-loss": (_WARNING, Actor.BUYER),
    "cycle": (_ERROR, Actor.BUYER),
    "unit-mismatch": (_ERROR, Actor.BUYER),
    "orphan-declaration": (_NOTE, Actor.BUYER),
    "declared-below-inputs": (_WARNING, Actor.DECLARANT),
    "declared-far-above-inputs": (_WARNING, Actor.DECLARANT),
    "below-material-floor": (_WARNING, Actor.DECLARANT),
    "duplicate-line": (_WARNING, Actor.BUYER),
    "zero-quantity": (_WARNING, Actor.BUYER),
    "negative-quantity": (_WARNING, Actor.BUYER),
    "option-unresolved": (_ERROR, Actor.BUYER),
    "default-and-built-up": (_WARNING, Actor.BUYER),
    "category-conflict": (_WARNING, Actor.BUYER),
    "coverage-low": (_WARNING, Actor.BUYER),
    "site-unknown": (_WARNING, Actor.BUYER),
    "mass-differs-across-link": (_WARNING, Actor.BUYER),
    "boundary-mixed": (_WARNING, Actor.BUYER),
    "characterization-mixed": (_WARNING, Actor.BUYER),
    "prospective-mixed": (_WARNING, Actor.BUYER),
    "period-apart": (_WARNING, Actor.BUYER),
    "double-counted-transport": (_WARNING, Actor.BUYER),
    "double-counted-packaging": (_WARNING, Actor.BUYER),
    "site-mismatch": (_WARNING, Actor.BUYER),
}

_SITE: dict[str, Severity] = {
    "components-differ-from-total": _WARNING,
    "implied-factor": _WARNING,
    "factor-vintage": _WARNING,
    "identical-products": _NOTE,
    "implausible-yield": _WARNING,
    "energy-missing": _WARNING,
    "count-mismatch": _WARNING,
    "share-without-denominator": _WARNING,
    "shares-over-100": _WARNING,
    "parts-exceed-total": _WARNING,
    "factor-region": _WARNING,
    "factor-series": _WARNING,
    "unexplained-remainder": _WARNING,
}

_CLAIM: dict[str, Severity] = {
    "certificate-expired": _WARNING,
    "instrument-kind": _WARNING,
    "mass-balance-over-attributed": _WARNING,
    "market-only": _NOTE,
    "over-claimed": _WARNING,
    "scope-overread": _WARNING,
    "serial-reused": _WARNING,
    "untracked-on-average-mix": _WARNING,
}

_VERSION: dict[str, Severity] = {
    "changed-10-percent": _WARNING,
    "expired": _WARNING,
    "expiring": _NOTE,
    "method-changed": _WARNING,
    "preceding-unknown": _ERROR,
    "stale-inputs": _WARNING,
    "unchanged-copy": _NOTE,
}

_DOOR = (
    "annex-differs",
    "annex-form",
    "annex-not-signed",
    "audience",
    "base64url",
    "credential-schema",
    "document-errors",
    "erased",
    "instant",
    "issuer-differs",
    "json-byte-order-mark",
    "json-depth",
    "json-duplicate-key",
    "json-float",
    "json-integer",
    "json-invalid",
    "json-nul",
    "json-null",
    "json-surrogate",
    "jws-algorithm",
    "jws-header",
    "jws-payload",
    "jws-shape",
    "jws-signature-length",
    "not-canonical",
    "not-utf8",
    "part-number",
    "part-owner",
    "part-urn",
    "schema",
    "submission",
    "supersedes-fork",
    "supersedes-unknown",
    "too-large",
    "too-many-lines",
    "verification-dates",
    "verification-form",
    "verification-share",
    "verification-too-many",
)

_TRUST = (
    "bad-signature",
    "challenge",
    "key-ended",
    "key-form",
    "key-expired",
    "key-not-valid-then",
    "key-taken",
    "private-key",
    "proof",
    "revoked-in-future",
    "second-party",
    "unknown-key",
)

TRUST_FINDINGS: Mapping[str, Severity] = MappingProxyType(
    {
        "trust/accreditation-missing": _WARNING,
        "trust/key-revoked": _ERROR,
        "trust/statement-not-for-this-dataset": _ERROR,
        "trust/statement-revoked": _WARNING,
        "trust/verification-broken-chain": _WARNING,
        "trust/verification-too-narrow": _WARNING,
        "trust/verifier-conflict": _WARNING,
    }
)
"""Of the family `trust`: what is found in a total, in signatures and third parties' statements."""


def _rules() -> list[Rule]:
    rules = [Rule(f"document/{n}", s, Actor.DECLARANT) for n, s in _DOCUMENT.items()]
    rules += [Rule(f"version/{n}", s, Actor.DECLARANT) for n, s in _VERSION.items()]
    rules += [Rule(f"tier/{n}", severity, actor) for n, (severity, actor) in _TIER.items()]
    rules += [Rule(f"site/{n}", s, Actor.DECLARANT) for n, s in _SITE.items()]
    rules += [Rule(f"claim/{n}", s, Actor.DECLARANT) for n, s in _CLAIM.items()]
    rules += [Rule(f"door/{name}", _ERROR, Actor.SENDER) for name in _DOOR]
    rules += [Rule(f"trust/{name}", _ERROR, Actor.DECLARANT) for name in _TRUST]
    rules += [Rule(code, s, Actor.DECLARANT) for code, s in TRUST_FINDINGS.items()]
    return rules


CODES: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in _rules()})
"""Every code of this version."""
