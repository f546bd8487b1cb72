"""What a client enters and asks of its company's batteries under Regulation (EU) 2023/1542."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tierlight.activity import Rows, table_of
from tierlight.calls import Calls
from tierlight.results import ImportReport
from tierlight_schemas.battery.model import BatteryModel

ANNEX_II = "annex-ii/2023"
"""The ruleset that is asked for where none is named."""


class BatteryCalls(Calls):
    """The part of `Client` that is about batteries. `part_id` and `site_id` name the model and
    the plant; `ruleset` is the id of a method, of which none is adopted yet; `as_of` is the day of
    the result, today where none is named."""

    def batteries(self, *, ruleset: str = ANNEX_II) -> Iterator[Mapping[str, Any]]:
        """Battery models and plants: `state`, number of `gaps`, and files that are `stale`."""
        return self._pages("/v1/batteries", ruleset=ruleset)

    def send_battery_classes(self, rows: Rows | Path | bytes) -> ImportReport:
        """Say what own parts are of a battery, as battery-classes.csv has it; all rows or none."""
        return self._upload("/v1/batteries/classes/import", table_of(rows))

    def battery_model(self, part_id: str, site_id: str) -> BatteryModel:
        """Master data as entered last; empty where nothing was."""
        found = self._get(f"{_battery(part_id, site_id)}/model")
        return BatteryModel.model_validate(found)

    def enter_battery_model(self, part_id: str, site_id: str, model: BatteryModel) -> BatteryModel:
        """Enter master data in place of what stood, which stays on record."""
        path = f"{_battery(part_id, site_id)}/model"
        found = self._transport.json("PUT", path, model.document(), repeatable=True)
        return BatteryModel.model_validate(found)

    def battery_footprint(
        self,
        part_id: str,
        site_id: str,
        *,
        ruleset: str = ANNEX_II,
        against: str | None = None,
        as_of: date | None = None,
    ) -> Mapping[str, Any]:
        """The footprint with every source and every gap. With `against`, the `inputs_digest` of an
        earlier one, `is_stale` says whether that one is."""
        path = f"{_battery(part_id, site_id)}/footprint"
        found: Mapping[str, Any] = self._get(
            path, ruleset=ruleset, against=against, as_of=_day(as_of)
        )
        return found

    def battery_exports(
        self, part_id: str, site_id: str, *, ruleset: str = ANNEX_II, audience: str = "public"
    ) -> list[Mapping[str, Any]]:
        """Every format: whether it can be written, what it lacks, what checks say of the file."""
        path = f"{_battery(part_id, site_id)}/exports"
        found: list[Mapping[str, Any]] = self._get(path, ruleset=ruleset, audience=audience)
        return found

    def battery_declaration(
        self,
        part_id: str,
        site_id: str,
        *,
        format: str = "art7",
        ruleset: str = ANNEX_II,
        audience: str = "public",
        as_of: date | None = None,
    ) -> bytes:
        """The declaration as a file of a format; the hub keeps on record that it left.

        `audience` is a group of Annex XIII: public, legitimate-interest, authorities. Raises
        `Conflict` while something is missing: its `details` name every gap by its clause.
        """
        params = {"format": format, "ruleset": ruleset, "audience": audience, "as_of": _day(as_of)}
        path = f"{_battery(part_id, site_id)}/declaration"
        return self._transport.request("GET", path, repeatable=True, params=params).content

    def battery_history(self, part_id: str, site_id: str) -> Iterator[Mapping[str, Any]]:
        """The files that left, each with its digest, and whether it `is_stale` today."""
        return self._pages(f"{_battery(part_id, site_id)}/history")


def _battery(part_id: str, site_id: str) -> str:
    return f"/v1/batteries/{part_id}/plants/{site_id}"


def _day(as_of: date | None) -> str | None:
    return as_of.isoformat() if as_of else None
