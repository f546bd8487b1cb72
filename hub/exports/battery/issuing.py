"""Handing out a battery's declaration: the file leaves, and that it did stays on record.

So the manufacturer knows later which of its files rest on a bill of materials or an energy mix
that has changed since (Annex II(5)), and which file a customer holds.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.exports.battery.declaring import Asked, Declared, File, declared, file_of, format_named
from hub.exports.battery.tables import BatteryDeclaration
from hub.exports.battery.writing import Filing, Format
from hub.kit.clock import now
from tierlight_schemas.battery.printing import in_full

Place = tuple[str, str]
"""Ids of part and plant."""


@dataclass(frozen=True)
class HandingOut:
    """One result, about to leave in one format or several.

    It works in a session that only reads (`kit.web.RecordingSessionDep`).
    """

    session: Session
    caller: Caller
    asked: Asked
    found: Declared
    filing: Filing

    def out(self, chosen: Format) -> File:
        """The file that leaves; the same file again is on record once. Raises what `file_of`
        does."""
        file = file_of(self.found, chosen, self.filing)
        row = self._row(chosen, file)
        if not _is_on_record(self.session, row):
            self.session.add(row)
        return file

    def _row(self, chosen: Format, file: File) -> BatteryDeclaration:
        footprint, asked = self.found.footprint, self.asked
        return BatteryDeclaration(
            company_id=self.caller.company_id,
            part_id=asked.part_id,
            site_id=asked.site_id,
            ruleset=asked.ruleset_id,
            format=chosen.id,
            audience=self.filing.audience.value,
            inputs_digest=footprint.inputs_digest,
            file_digest=hashlib.sha256(file.body).hexdigest(),
            per_kwh=in_full(footprint.per_kwh.value) if footprint.per_kwh else None,
            recorded_at=now(),
            recorded_by=self.caller.actor,
        )


def declaration(
    session: Session, caller: Caller, asked: Asked, format_id: str, filing: Filing
) -> File:
    """The declaration as a file of a format that leaves.

    Raises `BadInput` (`battery/format`), and what `declared` and `file_of` do.
    """
    chosen = format_named(format_id)
    found = declared(session, caller, asked)
    return HandingOut(session, caller, asked, found, filing).out(chosen)


def _is_on_record(session: Session, row: BatteryDeclaration) -> bool:
    same = {
        name: getattr(row, name)
        for name in ("format", "audience", "ruleset", "file_digest", "inputs_digest")
    }
    query = history(row.company_id, row.part_id, row.site_id).filter_by(**same)
    return session.scalar(query.limit(1)) is not None


def history(company_id: str, part_id: str, site_id: str) -> Select[BatteryDeclaration]:
    """What was handed out of one battery model from one plant."""
    return select(BatteryDeclaration).filter_by(
        company_id=company_id, part_id=part_id, site_id=site_id
    )


def newest_of(
    session: Session, company_id: str, part_ids: Collection[str]
) -> dict[Place, list[BatteryDeclaration]]:
    """Of each battery the file that left last of every ruleset, format and audience."""
    row = BatteryDeclaration
    query = (
        select(row)
        .where(row.company_id == company_id, row.part_id.in_(part_ids))
        .order_by(row.recorded_at, row.id)
    )
    return _last_of_each(session.scalars(query))


def _last_of_each(rows: Iterable[BatteryDeclaration]) -> dict[Place, list[BatteryDeclaration]]:
    last = {(row.part_id, row.site_id, row.ruleset, row.format, row.audience): row for row in rows}
    found: dict[Place, list[BatteryDeclaration]] = {}
    for row in last.values():
        found.setdefault((row.part_id, row.site_id), []).append(row)
    return found


def stale(rows: Sequence[BatteryDeclaration], inputs_digest: str) -> int:
    """How many files rest on inputs that are no longer those of this digest."""
    return sum(row.inputs_digest != inputs_digest for row in rows)
