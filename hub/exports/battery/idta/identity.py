"""The ids of one battery model from one plant: the same whenever the file is written again."""

import json
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint

_OURS: Final = UUID("5f0b7f5c-0d6a-5a3e-9a53-7c1f0f3d2b49")
"""Drawn once; every id below is derived from it and from what is identified."""


@dataclass(frozen=True)
class Identity:
    """Who makes which model where, and by which ruleset it is declared."""

    subject: tuple[str | None, ...]
    ruleset: str

    @classmethod
    def of(cls, footprint: BatteryFootprint, model: BatteryModel) -> "Identity":
        """Of what is declared."""
        plant = footprint.plant.code if footprint.plant else None
        subject = (model.manufacturer.name, model.model, footprint.part, plant)
        return cls(subject, footprint.ruleset.id)

    @property
    def asset(self) -> str:
        """The model from the plant."""
        return self._urn("asset")

    @property
    def shell(self) -> str:
        """Its shell: rulesets share it."""
        return self._urn("shell")

    def by_ruleset(self, what: str) -> str:
        """A submodel or a document, which another ruleset has another of."""
        return self._urn(what, self.ruleset)

    def _urn(self, *what: str) -> str:
        return uuid5(_OURS, json.dumps([*self.subject, *what])).urn
