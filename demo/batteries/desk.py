"""The battery compliance officer's machine: it asks the hub over HTTP, as its own company."""

import json
from pathlib import Path
from typing import Any

from demo.batteries.chain import Pack
from demo.batteries.models import model
from demo.cast import run
from demo.results import AS_OF
from tierlight.client import Client
from tierlight_schemas.battery.rulesets import ANNEX_II


class Desk:
    """One battery model at its plant."""

    def __init__(self, client: Client, pack: Pack, site: str) -> None:
        self.client, self.pack, self.site = client, pack, site
        part = next(part for part in client.parts() if part.name == pack.name)
        self.number = part.number
        sites = {each["code"]: each["id"] for each in client.sites()}
        self.path = f"/v1/batteries/{part.id}/plants/{sites[site]}"

    def enter(self, tables: Path) -> str:
        """Say what the parts are of a battery, and enter the master data; the model's name."""
        file = tables / "battery-model.json"
        document = model(self.pack)
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
        company = f"demo:{self.pack.maker}"
        run("battery", "classes", company, str(tables / "battery-classes.csv"))
        run("battery", "model", company, self.number, "--plant", self.site, str(file))
        return str(document["model"])

    def footprint(self, ruleset: str = ANNEX_II.id) -> Any:
        """The result with every source and every gap."""
        return self._get("footprint", ruleset=ruleset).json()

    def file(self, format_id: str, audience: str = "public", ruleset: str = ANNEX_II.id) -> bytes:
        """The declaration as a file. Raises `HubRefused` with every gap where there is none."""
        answer = self._get("declaration", ruleset=ruleset, format=format_id, audience=audience)
        return bytes(answer.content)

    def _get(self, what: str, **asked: str) -> Any:
        params = {"as_of": AS_OF.isoformat(), **asked}
        return self.client._transport.request(
            "GET", f"{self.path}/{what}", repeatable=True, params=params
        )
