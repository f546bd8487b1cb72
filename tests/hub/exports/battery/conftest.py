"""Aurora makes batteries from Beifeng's cells: a chain that goes three links down.

BATTERY (Aurora) <- cells (Beifeng) <- cathode (Cellwerk) <- active material (Donghai)
                 <- housing and electronics (Foxglove)
"""

import io
from dataclasses import dataclass
from typing import Any

import pytest

from hub.exports.battery.queries import site_coded
from hub.exports.battery.usecases import import_classes
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE, Actor
from tests.hub.chain import Chain
from tests.hub.conftest import World
from tests.schemas.battery.packs import MODEL

CLASSES = """part,component
AM-CELL,cell
AM-HOUSING,housing
AM-BMS,electronics
AM-POWER,electricity
"""
AS_CELL = {
    "stage:raw-material": "20",
    "stage:cathode": "40",
    "stage:anode": "20",
    "stage:electrolyte": "20",
    "stage:separator": "10",
    "stage:cell-casing": "10",
    "stage:production": "70",
    "stage:transport": "10",
    "carrier:electricity": "60",
    "carrier-quantity:electricity": "100 kWh",
}
WAY = "WAY Lorry transport tkm . lorry"
LORRY = "category unit value source year\nlorry tkm 0.1 Handbook 2025"
GAS = {"carrier:natural gas": "1"}
AS_HOUSING = GAS | {"stage:materials": "35", "stage:energy": "15"}
OF_2025 = {"characterization": "AR6", "primary_data_share": "80"}


@dataclass
class Works:
    """Aurora's battery works."""

    chain: Chain
    part_id: str
    site_id: str

    @property
    def world(self) -> World:
        return self.chain.world

    @property
    def path(self) -> str:
        return f"/v1/batteries/{self.part_id}/plants/{self.site_id}"

    def enter(self, **changes: Any) -> None:
        """Enter the master data, some of it otherwise; None takes it away."""
        model = {n: v for n, v in {**MODEL, **changes}.items() if v is not None}
        answer = self.world.put(AURORA, f"{self.path}/model", json=model)
        assert answer.status_code == 200, answer.text

    def ask(self, ruleset: str = "annex-ii/2023", actor: Actor = AURORA, **more: Any) -> Any:
        """The footprint."""
        asked = {"ruleset": ruleset, **more}
        answer = self.world.get(actor, f"{self.path}/footprint", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def declaration(self, ruleset: str = "annex-ii/2023", **more: Any) -> Any:
        """The answer to who asks for the file."""
        asked = {"ruleset": ruleset, **more}
        return self.world.get(AURORA, f"{self.path}/declaration", params=asked)

    def cell(self, **cells: str) -> str:
        """Beifeng declares its cell."""
        told = {"mass_kg": "35"} | OF_2025 | AS_CELL | cells
        return self.chain.declare(BEIFENG, "CELL", told.pop("kgco2e", "200"), **told)


def gaps(found: Any) -> set[tuple[str, str, str]]:
    """Code, case and part of each gap of an answer."""
    rows = found["gaps"]
    return {(row["code"].partition("/")[2], row["case"], row["part"]) for row in rows}


def clauses(found: Any) -> list[str]:
    return [row["clause"] for row in found["gaps"]]


@pytest.fixture
def works(world: World) -> Works:
    """Everything but the cell is declared, linked and granted at level 2."""
    chain = Chain(world)
    _books(chain)
    session = world.session
    add_site(session, chain.id(AURORA), "P1", "Plant 1", "DE")
    import_classes(session, chain.id(AURORA), io.BytesIO(CLASSES.encode()))
    session.commit()
    told = {"mass_kg": "10"} | OF_2025
    chain.declare(FOXGLOVE, "HOUSING", "50", **told, **AS_HOUSING)
    chain.declare(FOXGLOVE, "BMS", "30", **told, **GAS)
    chain.declare(DONGHAI, "CAM", "12.5", mass_kg="1", **OF_2025)
    chain.process(CELLWERK, "CATHODE", "5")
    chain.process(BEIFENG, "CELL", "70")
    for owner, reader, level in (
        (FOXGLOVE, AURORA, 2), (BEIFENG, AURORA, 2), (CELLWERK, BEIFENG, 1), (DONGHAI, CELLWERK, 1),
    ):  # fmt: skip
        chain.grant(owner, reader, level, aggregate=True)
    site = site_coded(session, chain.id(AURORA), "P1")
    return Works(chain, chain.part(AURORA, "BATTERY"), site.id)


def _books(chain: Chain) -> None:
    own = ("number name kind base_unit net_mass_kg", "parent child quantity unit")
    chain.tables(FOXGLOVE, parts=f"{own[0]}\nHOUSING H . . 10\nBMS B . . 10")
    chain.tables(DONGHAI, parts=f"{own[0]}\nCAM C . kg .")
    chain.tables(
        CELLWERK,
        parts=f"{own[0]} category\nCATHODE C . . 20 .\nCW-CAM Bought . kg . .\n{WAY}",
        bom=f"{own[1]}\nCATHODE CW-CAM 10 kg\nCATHODE WAY 1 tkm",
        sourcing="""
            part supplier supplier_part delivery_term
            CW-CAM uscc:91DONGHAI000000004 CAM EXW""",
        factors=LORRY,
    )
    chain.tables(
        BEIFENG,
        parts=f"{own[0]} category\nCELL C . . 35 .\nBP-CATHODE Bought . . 20 .\n{WAY}",
        bom=f"{own[1]}\nCELL BP-CATHODE 1 piece\nCELL WAY 1 tkm",
        factors=LORRY,
        sourcing="""
            part supplier supplier_part delivery_term
            BP-CATHODE lei:CELLWERK000000000003 CATHODE EXW""",
    )
    chain.tables(
        AURORA,
        parts=f"""{own[0]} category
            BATTERY Battery . . 100 .
            AM-CELL Cell . . 35 .
            AM-HOUSING Housing . . 10 .
            AM-BMS Electronics . . 10 .
            AM-POWER Power energy kWh . grid
            AM-WAY Lorry transport tkm . lorry""",
        bom=f"""{own[1]}
            BATTERY AM-CELL 2 piece
            BATTERY AM-HOUSING 1 piece
            BATTERY AM-BMS 1 piece
            BATTERY AM-POWER 250 kWh
            BATTERY AM-WAY 40 tkm""",
        sourcing="""
            part supplier supplier_part delivery_term
            AM-CELL uscc:91BEIFENG000000002 CELL EXW
            AM-HOUSING lei:FOXGLOVE000000000006 HOUSING EXW
            AM-BMS lei:FOXGLOVE000000000006 BMS EXW""",
        factors="""
            category unit value source year
            grid kWh 0.4 Supplier 2025
            lorry tkm 0.1 Handbook 2025
            transport/road tkm 0.1 Handbook 2025""",
    )
    for supplier in (FOXGLOVE, BEIFENG, CELLWERK, DONGHAI):
        chain.confirm(supplier)
