"""Third parties' statements in the evidence of a declaration, checked without the hub.

Each stands among the entries with its inclusion path, and so do the histories of the keys that
signed it and its revocation. What a verifier belongs to, only the hub knows; that it is not the
declarant's own company or key can be seen here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tierlight_schemas.errors import EnvelopeError, LogError
from tierlight_schemas.jws import Opened, open_jws, verify
from tierlight_schemas.log.key_history import KeyState, Shown, key_at, said_in
from tierlight_schemas.verification import PartVerificationStatement, VerificationSubject
from tierlight_schemas.verification_reading import read_revocation, read_verification
from tierlight_schemas.verification_standing import (
    Circumstances,
    Conflict,
    Doubt,
    Party,
    Stated,
    doubts,
    tie,
)

_EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class ShownRevocation:
    """A verifier's signed word that a statement no longer holds."""

    index: int
    reason: str
    at: str
    """As the verifier states it; the place in the log is proven."""
    kid: str


@dataclass(frozen=True)
class ShownVerification:
    """A statement of which signature, key, binding and place hold."""

    opened: Opened
    statement: PartVerificationStatement
    index: int
    key: KeyState
    conflict: Conflict | None
    revocation: ShownRevocation | None

    @property
    def subject(self) -> VerificationSubject:
        """What was verified, by whom."""
        return self.statement.credential_subject

    def doubts(
        self, declared_boundary: str, as_of: date, declared_with: KeyState = "valid"
    ) -> tuple[Doubt, ...]:
        """Why it does not make its declaration verified on a day, as far as evidence tells.

        `declared_with` is what the declaration's own key was when that came in.
        """
        case = Circumstances(
            declared_boundary,
            is_revoked=self.revocation is not None,
            conflict=self.conflict,
            key_in_doubt=self.key == "in-doubt",
            declaration_in_doubt=declared_with == "in-doubt",
        )
        return doubts(Stated.of(self.subject), case, as_of)


def shown_verifications(
    entries: Sequence[Shown], declaration: Opened
) -> tuple[ShownVerification, ...]:
    """The statements among the entries, in the order of the log.

    Raises `EnvelopeError` for a statement or a revocation whose form or signature does not hold,
    or which is of something else (`trust/statement-not-for-this-dataset`); `LogError`
    (`log/key-history`, `log/evidence`).
    """
    revoked = _revocations(entries)
    found = tuple(
        _verification(shown, entries, declaration, revoked)
        for shown in sorted(entries, key=lambda entry: entry.index)
        if shown.entry.kind == "verification"
    )
    if revoked.keys() - {one.opened.digest for one in found}:
        raise EnvelopeError("trust/statement-not-for-this-dataset")
    return found


def refuse_strange_keys(entries: Sequence[Shown], declarant: str, is_verified: bool) -> None:
    """Every key event must be of a key that signed something here; only version 2 has others than
    the declarant's. Raises `LogError`."""
    signed = [shown for shown in entries if shown.entry.kind.startswith("verification")]
    if bool(signed) != is_verified:
        raise LogError("log/evidence", place="type")
    known = {declarant, *(open_jws(shown.body).kid for shown in signed)}
    for shown in entries:
        if shown.entry.kind.startswith("key-") and said_in(shown).get("key") not in known:
            raise LogError("log/key-history", kid=declarant)


def _verification(
    shown: Shown,
    entries: Sequence[Shown],
    declaration: Opened,
    revoked: Mapping[str, tuple[ShownRevocation, str]],
) -> ShownVerification:
    opened, key, company = _signed(shown, entries)
    statement = read_verification(opened, _EVER)
    subject = declaration.document.get("credentialSubject")
    part = subject.get("id") if isinstance(subject, dict) else None
    named = statement.credential_subject
    if (named.declaration, named.id) != (declaration.digest, part):
        raise EnvelopeError("trust/statement-not-for-this-dataset")
    revocation, by = revoked.get(opened.digest, (None, company))
    if by != company:
        raise EnvelopeError("trust/unknown-key", kid=opened.kid)
    declarant = Party(_company(entries, declaration.kid), keys=(declaration.kid,))
    conflict = tie(Party(company, keys=(opened.kid,)), declarant)
    return ShownVerification(opened, statement, shown.index, key, conflict, revocation)


def _revocations(entries: Sequence[Shown]) -> dict[str, tuple[ShownRevocation, str]]:
    """By statement: its revocation, and the company whose key signed that."""
    found: dict[str, tuple[ShownRevocation, str]] = {}
    for shown in entries:
        if shown.entry.kind == "verification-revoke":
            opened, _, company = _signed(shown, entries)
            said = read_revocation(opened)
            told = ShownRevocation(shown.index, said.reason, said.at, opened.kid)
            found[said.verification] = (told, company)
    return found


def _signed(shown: Shown, entries: Sequence[Shown]) -> tuple[Opened, KeyState, str]:
    """An entry's JWS with its signature verified; the state of its key then, and whose it is."""
    opened = open_jws(shown.body)
    jwk, state = key_at(entries, opened.kid, shown.index)
    return verify(shown.body, jwk), state, _company(entries, opened.kid)


def _company(entries: Sequence[Shown], kid: str) -> str:
    """The company that a key was added for, as the log says."""
    added = (said_in(shown) for shown in entries if shown.entry.kind == "key-add")
    return next((str(said.get("company")) for said in added if said.get("key") == kid), "")
