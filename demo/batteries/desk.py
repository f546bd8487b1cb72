"""The battery compliance officer's machine: it asks the hub over HTTP, as its own company."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from demo.batteries.chain import Pack
from demo.batteries.models import model
from demo.results import AS_OF
from tierlight.client import Client
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.rulesets import ANNEX_II


class Desk:
    """One battery model at its plant."""

    def __init__(self, client: Client, pack: Pack, site: str) -> None:
        self.client, self.pack = client, pack
        part = next(part for part in client.parts() if part.name == pack.name)
        sites = {each["code"]: each["id"] for each in client.sites()}
        self.battery = (part.id, str(sites[site]))

    def enter(self, tables: Path) -> str:
        """Say what the parts are of a battery, and enter the master data; the model's name."""
        document = model(self.pack)
        text = json.dumps(document, ensure_ascii=False, indent=2)
        (tables / "battery-model.json").write_text(f"{text}\n", "utf-8")
        self.client.send_battery_classes(tables / "battery-classes.csv")
        self.client.enter_battery_model(*self.battery, BatteryModel.model_validate(document))
        return str(document["model"])

    def footprint(self, ruleset: str = ANNEX_II.id) -> Mapping[str, Any]:
        """The result with every source and every gap."""
        return self.client.battery_footprint(*self.battery, ruleset=ruleset, as_of=AS_OF)

    def file(self, format_id: str, audience: str = "public", ruleset: str = ANNEX_II.id) -> bytes:
        """The declaration as a file. Raises `HubRefused` with every gap where there is none."""
        return self.client.battery_declaration(
            *self.battery, format=format_id, audience=audience, ruleset=ruleset, as_of=AS_OF
        )
