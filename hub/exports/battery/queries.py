"""What a company has entered of its batteries; always asked for by owner."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.bom.tables import Part
from hub.exports.battery.tables import BatteryClass, BatteryModelRow
from hub.kit.errors import NotFound
from hub.parties.tables import Site
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.model import BatteryModel, Plant


def classes_of(
    session: Session, company_id: str, known_at: datetime | None = None
) -> Mapping[str, Component]:
    """What the company's parts are, by part id, as entered last, or last by then."""
    query = (
        select(BatteryClass.part_id, BatteryClass.component)
        .where(BatteryClass.company_id == company_id)
        .order_by(BatteryClass.recorded_at)
    )
    if known_at is not None:
        query = query.where(BatteryClass.recorded_at <= known_at)
    return {part_id: Component(component) for part_id, component in session.execute(query)}


def listed_classes(company_id: str) -> Select[BatteryClass]:
    """Everything entered, with what was entered before."""
    return select(BatteryClass).where(BatteryClass.company_id == company_id)


def site_coded(session: Session, company_id: str, code: str) -> Site:
    """The company's site of a code. Raises `NotFound` (`activity/no-site`)."""
    site = session.scalar(select(Site).filter_by(company_id=company_id, code=code))
    if site is None:
        raise NotFound("activity/no-site", site=code[:200])
    return site


def plant_of(site: Site) -> Plant:
    """A site as a declaration names it."""
    return Plant(code=site.code, name=site.name, country=site.country, subdivision=site.subdivision)


def model_row(
    session: Session, part: Part, site: Site, known_at: datetime | None = None
) -> BatteryModelRow | None:
    """The master data of an own part at an own site, as entered last by then."""
    row = BatteryModelRow
    query = select(row).filter_by(company_id=part.company_id, part_id=part.id, site_id=site.id)
    if known_at is not None:
        query = query.where(row.recorded_at <= known_at)
    return session.scalar(query.order_by(row.recorded_at.desc()).limit(1))


def model_of(row: BatteryModelRow | None) -> BatteryModel:
    """What was entered; where nothing was, nothing is known."""
    return BatteryModel() if row is None else BatteryModel.model_validate_json(row.document)
