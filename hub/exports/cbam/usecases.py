"""A report of an own site to begin with, and the communication of one that is filled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.queries import own_site
from hub.activity.site_year import site_year
from hub.bom.queries import part_ids
from hub.exports.cbam.comparing import meters_differ, place_differs, unknown_parts, year_of
from hub.exports.cbam.errors import RefusedReport
from hub.exports.cbam.filling import drafted, filled
from hub.exports.cbam.known import known_of, metered
from hub.kit.clock import now
from hub.parties.tables import Site
from tierlight_schemas.cbam.communication import Communication, Refused, communication
from tierlight_schemas.cbam.gaps import Gap
from tierlight_schemas.cbam.model import CbamReport
from tierlight_schemas.cbam.reading import Unusable, report_of
from tierlight_schemas.cbam.template import template


@dataclass(frozen=True)
class Communicated:
    """A communication, and what differs from the site's own record."""

    communication: Communication
    differences: Sequence[Gap]


def draft(session: Session, caller: Caller, site_id: str, year: int) -> dict[str, Any]:
    """A report of an own site's year to fill in, begun with what is on record.

    Raises `NotFound`.
    """
    site = own_site(session, caller.company_id, site_id)
    return drafted(template(), known_of(session, caller, site, year))


def communicate(session: Session, caller: Caller, site_id: str, stated: CbamReport) -> Communicated:
    """The communication of a report of an own site, with what the report leaves open filled in.

    Raises `NotFound`, `RefusedReport` with every gap.
    """
    site = own_site(session, caller.company_id, site_id)
    known = known_of(session, caller, site, year_of(stated) or now().year)
    try:
        report = report_of(filled(stated.document(), known))
        return Communicated(communication(report), _differences(session, caller, site, report))
    except (Refused, Unusable) as refused:
        raise RefusedReport(refused.gaps) from None


def _differences(session: Session, caller: Caller, site: Site, report: CbamReport) -> list[Gap]:
    numbers = [each.number for each in report.products if each.number is not None]
    known = part_ids(session, caller.company_id, numbers)
    found = [*place_differs(report, site.country, site.code), *unknown_parts(report, known)]
    if (year := year_of(report)) is not None:
        power = metered(site_year(session, caller.company_id, site.id, year))
        found += meters_differ(report, power, site.code, year)
    return found
