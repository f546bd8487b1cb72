"""The officer's desk: which batteries a company makes where, and how far their declarations are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import numbers_of, versions
from hub.disclosure.footprint import Question
from hub.exports.battery.declaring import Asked, declared
from hub.exports.battery.issuing import newest_of, stale
from hub.exports.battery.queries import classes_of
from hub.exports.battery.tables import BatteryDeclaration, BatteryModelRow
from hub.kit.paging import PageRequest, page_of
from hub.parties.tables import Site
from tierlight_schemas.battery.components import Component
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.rulesets import ruleset

MOST = 50
"""Batteries on a page: each is computed anew."""


class State(StrEnum):
    """How far a declaration is."""

    NOT_BEGUN = "not-begun"
    """Nothing is entered of it."""
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"


class Named(NamedTuple):
    """A battery model by its part and its plant; no plant where none is chosen yet."""

    part_id: str
    part: str
    name: str
    site_id: str = ""
    site: str = ""
    site_name: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """By which batteries are in order: part, then plant."""
        return (self.part, self.site, self.part_id, self.site_id)


@dataclass(frozen=True)
class Battery:
    """One line of the desk."""

    named: Named
    state: State = State.NOT_BEGUN
    gaps: int = 0
    per_kwh: str | None = None
    """kgCO2e per kWh with every digit; None while something is missing."""
    inputs_digest: str | None = None
    handed_out: int = 0
    """Files that left: the last one of each ruleset, format and audience."""
    stale: int = 0
    """How many of them rest on another bill of materials or energy mix than today's."""
    handed_out_at: datetime | None = None
    """When the last one left."""


def batteries(
    session: Session, caller: Caller, ruleset_id: str, question: Question, page: PageRequest
) -> tuple[list[Battery], str | None]:
    """Batteries by part and plant, each computed anew, at most `MOST` a page; and the next cursor.

    What is read of others is recorded. Raises `UnknownRulesetError` and `BadInput`
    (`hub/page-cursor`).
    """
    ruleset(ruleset_id)
    asked = page.model_copy(update={"limit": min(page.limit, MOST)})
    shown, following = page_of([*_named(session, caller.company_id)], lambda each: each.key, asked)
    out = newest_of(session, caller.company_id, {each.part_id for each in shown})
    found = [
        _battery(
            session, caller, each, ruleset_id, question, out.get((each.part_id, each.site_id), [])
        )
        for each in shown
    ]
    return found, following


def _battery(
    session: Session,
    caller: Caller,
    named: Named,
    ruleset_id: str,
    question: Question,
    out: Sequence[BatteryDeclaration],
) -> Battery:
    if not named.site_id:
        return Battery(named)
    asked = Asked(named.part_id, named.site_id, ruleset_id, question)
    footprint = declared(session, caller, asked).footprint
    battery = Battery(
        named,
        State.COMPLETE if footprint.is_complete else State.INCOMPLETE,
        len(footprint.gaps),
        in_full(footprint.per_kwh.value) if footprint.per_kwh else None,
        footprint.inputs_digest,
        len(out),
        stale(out, footprint.inputs_digest),
    )
    return replace(battery, handed_out_at=max(row.recorded_at for row in out)) if out else battery


def _named(session: Session, company_id: str) -> Iterator[Named]:
    """What master data is entered of; and parts that are batteries, of no plant yet."""
    row = BatteryModelRow
    query = (
        select(row.part_id, row.site_id, Site.code, Site.name)
        .join(Site, Site.id == row.site_id)
        .where(row.company_id == company_id)
        .distinct()
    )
    begun = session.execute(query).all()
    classed = {
        part_id
        for part_id, component in classes_of(session, company_id).items()
        if component is Component.BATTERY
    }
    waiting = classed - {each.part_id for each in begun}
    ids = waiting | {each.part_id for each in begun}
    numbers, known = numbers_of(session, ids), versions(session, ids)
    for part_id, site_id, code, name in begun:
        yield Named(part_id, numbers[part_id], known[part_id].name, site_id, code, name)
    for part_id in waiting:
        yield Named(part_id, numbers[part_id], known[part_id].name)
