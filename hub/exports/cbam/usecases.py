"""A report of an own site to begin with, and the communication of one that is filled in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.site_year import site_year
from hub.bom.queries import part_ids
from hub.exports.cbam.comparing import meters_differ, place_differs, unknown_parts, year_of
from hub.exports.cbam.errors import RefusedReport
from hub.exports.cbam.filling import drafted, filled
from hub.exports.cbam.known import known_of, metered
from hub.kit.clock import now
from hub.kit.errors import NotFound
from hub.parties.tables import Site
from tierlight_schemas.cbam.communication import Communication, Refused, communication
from tierlight_schemas.cbam.gaps import Gap
from tierlight_schemas.cbam.model import CbamReport, filled_in
from tierlight_schemas.cbam.reading import MAX_BYTES, Unusable, report_of
from tierlight_schemas.cbam.template import template
from tierlight_schemas.strict_json import strict_json


@dataclass(frozen=True)
class Communicated:
    """A communication, and what differs from the site's own record."""

    communication: Communication
    differences: Sequence[Gap]


def draft(session: Session, caller: Caller, site_code: str, year: int) -> bytes:
    """A report of a site's year to fill in, begun with what is on record. Raises `NotFound`."""
    site = _own_site(session, caller, site_code)
    members = drafted(template(), known_of(session, caller, site, year))
    return json.dumps(members, ensure_ascii=False, indent=2).encode() + b"\n"


def communicate(session: Session, caller: Caller, site_code: str, data: bytes) -> Communicated:
    """The communication of a report of an own site.

    Raises `NotFound`, `EnvelopeError` for what is no JSON, `RefusedReport` with every gap.
    """
    site = _own_site(session, caller, site_code)
    members = strict_json(data, max_bytes=MAX_BYTES)
    try:
        report = _report(session, caller, site, members)
        return Communicated(communication(report), _differences(session, caller, site, report))
    except (Refused, Unusable) as refused:
        raise RefusedReport(refused.gaps) from None


def _report(session: Session, caller: Caller, site: Site, members: Any) -> CbamReport:
    """What is wrong in it as it was written is told before anything is filled in."""
    year = year_of(report_of(members))
    known = known_of(session, caller, site, year or now().year)
    return report_of(filled(filled_in(members), known))


def _differences(session: Session, caller: Caller, site: Site, report: CbamReport) -> list[Gap]:
    numbers = [each.number for each in report.products if each.number is not None]
    known = part_ids(session, caller.company_id, numbers)
    found = [*place_differs(report, site.country, site.code), *unknown_parts(report, known)]
    if (year := year_of(report)) is not None:
        power = metered(site_year(session, caller.company_id, site.id, year))
        found += meters_differ(report, power, site.code, year)
    return found


def _own_site(session: Session, caller: Caller, code: str) -> Site:
    query = select(Site).filter_by(company_id=caller.company_id, code=code)
    site = session.scalar(query)
    if site is None:
        raise NotFound("activity/no-site", site=code[:200])
    return site
