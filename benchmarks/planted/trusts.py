"""trust/: signatures, keys, and what third parties said."""

from datetime import UTC, datetime, timedelta

from benchmarks.planted.entering import Hub, verify
from benchmarks.planted.healthy import Purchase
from benchmarks.planted.model import YEAR, Company, Declaration
from benchmarks.planted.planting import ANY, Ground, found, plants, refused
from benchmarks.planted.records import Planted
from benchmarks.planted.signing import extension_of, signer_of
from benchmarks.planted.stating import amount, footprint
from hub.declarations.verifications import revoke_verification
from hub.kit.database import transaction
from hub.trust.usecases import retire_key, revoke_key
from tierlight_schemas.build import Fresh
from tierlight_schemas.verification_build import build_revocation

A_DAY = timedelta(days=1)


def _attempt(ground: Ground, key: str = "") -> Declaration:
    """Another declaration of a component, signed with some key."""
    part = ground.purchase(forms=ANY).supplied
    assert part.footprint is not None
    tried = footprint(part, part.footprint.value)
    tried.key = key
    ground.attempt(tried)
    return tried


def _other_key(company: Company) -> str:
    """One more registered key of a company."""
    company.keys.append(f"key {len(company.keys) + 2}")
    return company.keys[-1]


@plants("trust/bad-signature")
def another_signature(ground: Ground) -> Planted:
    """A signature over something else."""
    tried = _attempt(ground)
    tried.spoils = lambda jws: f"{jws[:-4]}{'AAAA' if jws[-4:] != 'AAAA' else 'BBBA'}"
    return refused("trust/bad-signature", tried.part)


@plants("trust/unknown-key")
def nobodys_key(ground: Ground) -> Planted:
    """A key that nobody registered."""
    return refused("trust/unknown-key", _attempt(ground, "never registered").part)


@plants("trust/key-not-valid-then")
def a_retired_key(ground: Ground) -> Planted:
    """Signed with a key after it was retired."""
    tried = _attempt(ground)
    company = tried.part.owner
    tried.key = key = _other_key(company)

    def retire(hub: Hub) -> None:
        with transaction(hub.write) as session:
            retire_key(session, hub.ids[company], signer_of(company, key).kid)

    ground.chain.afterwards.append(retire)
    return refused("trust/key-not-valid-then", tried.part)


def _revoked(ground: Ground, company: Company, key: str) -> None:
    def revoke(hub: Hub) -> None:
        since = datetime.now(UTC) - A_DAY
        with transaction(hub.write) as session:
            revoke_key(session, hub.ids[company], signer_of(company, key).kid, since)

    ground.chain.afterwards.append(revoke)


@plants("trust/key-revoked")
def signed_by_a_thief(ground: Ground) -> Planted:
    """Signed with a key after it was revoked."""
    tried = _attempt(ground)
    company = tried.part.owner
    tried.key = _other_key(company)
    _revoked(ground, company, tried.key)
    return refused("trust/key-revoked", tried.part)


@plants("trust/key-revoked")
def in_other_hands_by_then(ground: Ground) -> Planted:
    """Declared with a key that turns out to have been in other hands by then."""
    bought = ground.purchase(forms=ANY)
    company = bought.supplied.owner
    bought.footprint.key, bought.footprint.verified = _other_key(company), False
    _revoked(ground, company, bought.footprint.key)
    return found("trust/key-revoked", bought.supplied)


@plants("trust/verification-broken-chain")
def own_making_unverified(ground: Ground) -> Planted:
    """Two fifths verified by a third party, of the own making nothing."""
    bought = ground.purchase(forms=ANY)
    shares = {"thirdParty": "40", "ownProductionThirdParty": "0"}
    bought.footprint.amended(lambda d: extension_of(d).update(verificationShares=shares))
    return found("trust/verification-broken-chain", bought.supplied)


def _unverified(ground: Ground) -> Purchase:
    bought = ground.purchase(forms=ANY)
    bought.footprint.verified = False
    return bought


@plants("trust/statement-revoked")
def taken_back(ground: Ground) -> Planted:
    """A verifier that no longer stands by its word."""
    bought, verifier = _unverified(ground), ground.chain.verifier

    def say_and_revoke(hub: Hub) -> None:
        said = verify(hub, verifier, bought.footprint)
        word = build_revocation(said, "a meter was misread", Fresh.draw(datetime.now(UTC)))
        with transaction(hub.write) as session:
            jws = signer_of(verifier).sign(word)
            revoke_verification(session, hub.caller(verifier), said, jws)

    ground.chain.afterwards.append(say_and_revoke)
    return found("trust/statement-revoked", bought.supplied)


@plants("trust/statement-revoked")
def no_longer_valid(ground: Ground) -> Planted:
    """A statement that has expired."""
    bought, verifier = _unverified(ground), ground.chain.verifier
    ended = datetime.now(UTC) - A_DAY

    def say(hub: Hub) -> None:
        verify(hub, verifier, bought.footprint, valid_until=ended)

    ground.chain.afterwards.append(say)
    return found("trust/statement-revoked", bought.supplied)


@plants("trust/statement-not-for-this-dataset")
def of_the_version_before(ground: Ground) -> Planted:
    """The version before was verified, this one is not."""
    bought = _unverified(ground)
    period = {"period_start": f"{YEAR - 1}-01-01", "period_end": f"{YEAR}-01-01"}
    value = amount(float(bought.footprint.value) * 1.04)
    before = footprint(bought.supplied, value, **period)
    before.verified = True
    bought.footprint.before = before
    bought.footprint.cells["comment"] = "New year."
    return found("trust/statement-not-for-this-dataset", bought.supplied)


@plants("trust/verifier-conflict")
def verified_by_oneself(ground: Ground) -> Planted:
    """A verifier that is the declarant."""
    bought = _unverified(ground)

    def say(hub: Hub) -> None:
        verify(hub, bought.supplied.owner, bought.footprint)

    ground.chain.afterwards.append(say)
    return found("trust/verifier-conflict", bought.supplied)
