"""What the rules on used factors are told of a site's declarations."""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from hub.activity.carriers import category
from hub.activity.site_year import SiteYear
from hub.activity.words import Carrier
from hub.factors.registry import registry
from hub.findings.energy.claims import Claim, in_units
from hub.findings.energy.components import Attributed
from hub.findings.energy.meters import CLAIMED_AS
from hub.findings.energy.site_claims import payloads_of
from hub.findings.energy.used_factors import Factors, Split, Stated
from tierlight_schemas.annexes import CarrierShare
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.declaration import PartFootprintDeclaration
from tierlight_schemas.envelope import strict_json
from tierlight_schemas.extension import PART_EXTENSION, MassBalance, PartExtension


def factors_of(session: Session) -> Factors:
    """The factors at hand by what splits call their carrier; other fuels are several, process
    emissions have none."""
    known = registry(session)
    return {
        name: tuple(known.of_category(category(carrier)))
        for carrier, name in CLAIMED_AS.items()
        if carrier is not Carrier.PROCESS
    }


def splits_of(found: SiteYear, claims: Mapping[str, Claim], factors: Factors) -> list[Split]:
    """Every split that speaks for the site's year."""
    power = [c for c in found.carriers if c.amounts.carrier is Carrier.ELECTRICITY]
    return [
        Split(
            found.site.code,
            found.year,
            part,
            claim.declaration.digest,
            found.site.subdivision or found.site.country,
            not any(each.own.self_used for each in power),
            tuple(_stated(claim, factors)),
        )
        for part, claim in sorted(claims.items())
        if claim.is_complete
    ]


def attributed_of(session: Session, claims: Mapping[str, Claim]) -> list[Attributed]:
    """The footprints among them that attribute content by mass balance."""
    parts = {
        claim.declaration.digest: part
        for part, claim in sorted(claims.items())
        if claim.declaration.kind == "footprint"
    }
    found: list[Attributed] = []
    for digest, payload in payloads_of(session, list(parts)):
        balance = _mass_balance(payload)
        if balance is not None and balance.used:
            found.append(Attributed(parts[digest], digest, balance.scheme))
    return sorted(found, key=lambda each: each.part)


def _mass_balance(payload: bytes) -> MassBalance | None:
    if b'"massBalance"' not in payload:  # most say nothing of it, and reading takes its time
        return None
    document = PartFootprintDeclaration.model_validate(strict_json(payload))
    for extension in document.credential_subject.footprint.extensions or ():
        if extension.data_schema == PART_EXTENSION:
            return PartExtension.model_validate(extension.data).mass_balance
    return None


def _stated(claim: Claim, factors: Factors) -> Iterator[Stated]:
    for row in claim.carriers:
        units = dict.fromkeys(factor.unit for factor in factors.get(row.carrier, ()))
        yield Stated(row.carrier, _emissions(row), in_units(row, units), row.country)


def _emissions(row: CarrierShare) -> Printed | None:
    return None if row.location_based is None else Printed.read(row.location_based)
