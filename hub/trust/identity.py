"""Credentials on a company's identity: what an issuer has signed over one of its keys."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.errors import BadInput
from hub.parties.assurance import confirm_by_credential
from hub.parties.tables import IdentityAssurance
from hub.parties.usecases import lock_company, parse_identifier
from hub.trust.identity_credential import CredentialRefused, Issuer, Vouched, read_credential
from hub.trust.tables import Key
from hub.trust.usecases import key_state_at


def accept_credential(
    session: Session, company_id: str, text: str, issuers: Sequence[Issuer], by: str
) -> list[IdentityAssurance]:
    """Record what a credential says of the company's identifiers; one record for each that is its.

    The credential speaks of a key, and the key must be the company's and valid: so nobody profits
    from another's credential. Raises `BadInput`: `identity/credential` with the reason, or
    `identity/not-its-own` when it names none of the company's identifiers.
    """
    text = text.strip()
    try:
        vouched = read_credential(text, issuers, now())
    except CredentialRefused as refusal:
        raise BadInput("identity/credential", case=refusal.reason) from None
    key = session.get(Key, vouched.key)
    if (
        key is None
        or key.company_id != company_id
        or key_state_at(session, vouched.key, now()) != "valid"
    ):
        raise BadInput("identity/credential", case="key")
    own = {(each.scheme, each.value) for each in lock_company(session, company_id).identifiers}
    named = [pair for pair in map(_parsed, vouched.identifiers) if pair in own]
    if not named:
        raise BadInput("identity/not-its-own", identifier=", ".join(vouched.identifiers)[:100])
    return [
        confirm_by_credential(
            session,
            company_id,
            (scheme, value),
            issuer=vouched.issuer.name,
            valid_to=_valid_to(vouched, key),
            key=vouched.key,
            credential=text,
            by=by,
        )
        for scheme, value in dict.fromkeys(named)
    ]


def _parsed(text: str) -> tuple[str, str]:
    try:
        return parse_identifier(text)
    except BadInput:
        return "", text


def _valid_to(vouched: Vouched, key: Key) -> date | None:
    """It holds no longer than the credential, and no longer than the key."""
    ends = [at.date() for at in (vouched.valid_to, key.not_after) if at is not None]
    return min(ends, default=None)
