"""What the hub knows of an own site's year, as members of a CBAM report.

A meter counts where all months are read and none is an estimate; anything else is left open. The
amounts are those of the whole site. Emissions and emission factors are never filled in: what the
hub has of them was not determined by the rules of CBAM.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.site_year import CarrierYear, SiteYear, site_year
from hub.activity.words import Carrier, Flow
from hub.bom.queries import versions
from hub.exports.cbam.comparing import Metered
from hub.parties.tables import Company, Site
from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.cbam.model import MAX_PRODUCTS

GIGAJOULE = "gigajoule"
THOUSAND = Decimal(1000)


def known_of(session: Session, caller: Caller, site: Site, year: int) -> dict[str, Any]:
    """Members of a report, without those that are not known."""
    found = site_year(session, caller.company_id, site.id, year)
    company = session.get_one(Company, caller.company_id)
    place = {"name": site.name, "operator": company.name, "country": site.country}
    return {
        "installation": place,
        "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "process": dict(_flows(found)),
        "products": list(_products(session, found))[:MAX_PRODUCTS],
    }


def metered(found: SiteYear) -> Metered | None:
    """None where a month is not read, or is somebody's estimate."""
    for each in found.carriers:
        if each.amounts.carrier is Carrier.ELECTRICITY and _is_read(each):
            exported = each.own.by_flow.get(Flow.EXPORTED)
            return Metered(
                _in_thousands(each.own.grid),
                _in_thousands(each.own.self_used),
                None if exported is None else _in_thousands(exported),
            )
    return None


def _flows(found: SiteYear) -> Iterator[tuple[str, Any]]:
    power = metered(found)
    if power is not None:
        bought = {"megawatthours": str(significant(power.bought))}
        own = {"megawatthours": str(significant(power.generated))}
        yield "electricity", [bought, *([own] if power.generated else [])]
        if power.exported is not None:
            yield (
                "electricityExported",
                {"megawatthours": str(significant(power.exported))},
            )
    heat = [e for e in found.carriers if e.amounts.carrier in (Carrier.HEAT, Carrier.STEAM)]
    if heat and all(each.amounts.unit == GIGAJOULE and _is_read(each) for each in heat):
        total = sum((each.own.grid for each in heat), Decimal(0))
        yield "heatImported", {"terajoules": str(significant(_in_thousands(total)))}


def _is_read(each: CarrierYear) -> bool:
    return not each.amounts.missing and not each.amounts.is_estimated


def _in_thousands(amount: Decimal) -> Decimal:
    return EXACT.divide(amount, THOUSAND)


def _products(session: Session, found: SiteYear) -> Iterator[dict[str, str]]:
    """Parts of which the site made any; a mass is that of a piece."""
    parts = versions(session, {each.part_id for each in found.made})
    for each in sorted(found.made, key=lambda made: found.numbers[made.part_id]):
        if each.total > 0:
            part = parts[each.part_id]
            row = {"number": found.numbers[each.part_id], "name": part.name}
            is_piece = part.base_unit == "piece" and part.net_mass_kg is not None
            yield row | ({"massKg": str(part.net_mass_kg)} if is_piece else {})
