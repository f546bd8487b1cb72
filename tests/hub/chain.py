"""A supply chain in the hub's tables: CSV in, signed declarations through the door, answers out."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from hub.bom.queries import part_ids
from hub.bom.usecases import confirm_links, import_bom, import_parts, import_sourcing
from hub.factors.usecases import import_factors
from tests.cast import AURORA, BEIFENG, CELLWERK, Actor
from tests.hub.conftest import World
from tests.hub.csv_files import file
from tierlight_schemas.build import Built
from tierlight_schemas.envelope import b64url_encode, canonical, digest
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rollup.breakdown import Facet

IMPORTS = {
    "parts": import_parts,
    "bom": import_bom,
    "sourcing": import_sourcing,
    "factors": import_factors,
}
FACETS = [facet.value for facet in Facet]


@dataclass
class Chain:
    """The cast with tables, links, grants and declarations."""

    world: World

    def tables(self, actor: Actor, **tables: str) -> None:
        """Import tables: cells separated by blanks, a dot alone for an empty one."""
        for name, text in tables.items():
            rows = [line.split() for line in text.strip().splitlines()]
            lines = [",".join("" if cell == "." else cell for cell in row) for row in rows]
            self.send(actor, name, file("\n".join(lines) + "\n"))

    def send(self, actor: Actor, name: str, table: BinaryIO) -> None:
        """Import one table."""
        IMPORTS[name](self.world.session, self.id(actor), table)
        self.world.session.commit()

    def id(self, actor: Actor) -> str:
        return self.world.members[actor].company_id

    def part(self, actor: Actor, number: str) -> str:
        """The id of a part."""
        return part_ids(self.world.session, self.id(actor), [number])[number]

    def confirm(self, supplier: Actor) -> None:
        """The supplier's word for every link towards it."""
        confirm_links(self.world.session, self.id(supplier))
        self.world.session.commit()

    def declare(self, actor: Actor, number: str, kgco2e: str, **cells: str) -> str:
        """Sign and submit; the digest."""
        return self.world.declared(actor, number, kgco2e=kgco2e, **cells)

    def process(self, actor: Actor, number: str, kgco2e: str, **cells: str) -> str:
        """A process declaration: what the own making emits."""
        cells = {"boundary": "gate-to-gate"} | cells
        return self.world.declared(actor, number, kgco2e=kgco2e, **cells)

    def compose(
        self,
        actor: Actor,
        number: str,
        kgco2e: str,
        components: Sequence[Mapping[str, str]],
        **cells: str,
    ) -> str:
        """A declaration with its composition annex: what it was computed from."""
        built = actor.built(number, kgco2e=kgco2e, **cells)
        with_annex = composed(built, components)
        answer = self.world.submit(actor, actor.packed(with_annex))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["digest"])

    def grant(self, owner: Actor, reader: Actor, level: int = 1, **options: Any) -> str:
        return self.world.grants(owner, reader, level, **options)

    def revoke(self, owner: Actor, grant_id: str) -> None:
        answer = self.world.post(owner, f"/v1/grants/{grant_id}/revocation")
        assert answer.status_code == 200, answer.text

    def get(self, reader: Actor, number: str, view: str = "footprint", **asked: Any) -> Any:
        """A view of the reader's own part, as JSON."""
        path = f"/v1/parts/{self.part(reader, number)}/{view}"
        answer = self.world.get(reader, path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def total(self, reader: Actor, number: str, **asked: Any) -> str | None:
        """kgCO2e excluding uptake."""
        total: str | None = self.get(reader, number, **asked)["total"]["excluding_uptake"]
        return total

    def everything(self, reader: Actor, number: str, **asked: Any) -> bytes:
        """All that the reader can be told of one of its parts, as bytes."""
        part = f"/v1/parts/{self.part(reader, number)}"
        queries: list[tuple[str, dict[str, Any]]] = [
            (f"{part}/footprint", {"top": 1000}),
            (f"{part}/tree", {"depth": 8}),
            (f"{part}/findings", {}),
            ("/v1/vehicles", {}),
            (f"{part}/quantities", {"limit": 1000}),
            (f"{part}/quantities", {"format": "csv"}),
            *((f"{part}/contributors", {"by": by, "top": 1000}) for by in FACETS),
            *((f"{part}/contributors", {"by": by, "format": "csv"}) for by in FACETS),
            *((f"{part}/paths", {"to": own}) for own in self.own_parts(reader)),
            (f"/v1/portfolio/parts/{self.part(reader, number)}/uses", {}),
            *((f"/v1/portfolio/{name}", {}) for name in ("vehicles", "suppliers", "gaps")),
        ]
        suppliers = self.world.get(reader, "/v1/portfolio/suppliers", params=asked).json()
        queries += [(f"/v1/portfolio/suppliers/{row['id']}/parts", {}) for row in suppliers]
        answers = [self.world.get(reader, path, params=own | asked) for path, own in queries]
        for answer in answers:
            assert answer.status_code == 200, answer.text
        return b"\n".join(answer.content for answer in answers)

    def own_parts(self, reader: Actor) -> list[str]:
        """The ids of all its parts."""
        return [item["id"] for item in self.world.get(reader, "/v1/parts").json()["items"]]


def composed(built: Built, components: Sequence[Mapping[str, str]]) -> Built:
    """The same declaration with a composition annex."""
    annex = canonical(
        {
            "annex": "composition",
            "salt": b64url_encode(secrets.token_bytes(16)),
            "components": [dict(component) for component in components],
            "complete": True,
        }
    )
    document = dict(built.document)
    subject = document["credentialSubject"]
    (extension,) = (
        entry
        for entry in subject["footprint"]["extensions"]
        if entry["dataSchema"] == PART_EXTENSION
    )
    extension["data"].setdefault("annexes", {})["composition"] = digest(annex)
    return Built(document, canonical(document), {**built.annexes, "composition": annex})


def car(chain: Chain, confirmed: bool = True) -> Chain:
    """Aurora's car with Beifeng's pack with Cellwerk's cells; nothing is granted.

    Known to Aurora: 900 kg of steel at 2 kgCO2e and its plants' 400 kgCO2e: 2200 kgCO2e.
    """
    chain.tables(
        CELLWERK,
        parts="""
            number name base_unit net_mass_kg
            CELL-1 Secret-cell piece 5""",
    )
    chain.tables(
        BEIFENG,
        parts="""
            number name kind base_unit net_mass_kg
            PACK-1 Pack assembly piece 300
            BP-CELL Cell assembly piece 5
            BP-CASE Case material kilogram
            BP-POWER Power energy kWh""",
        bom="""
            parent child quantity unit
            PACK-1 BP-CELL 40 piece
            PACK-1 BP-CASE 100 kg
            PACK-1 BP-POWER 50 kWh""",
        sourcing="""
            part supplier supplier_part share delivery_term
            BP-CELL lei:CELLWERK000000000003 CELL-1 1 DAP""",
    )
    chain.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg category
            CAR-1 Car assembly piece 1200 bev-passenger-car
            AM-PACK Bought-pack assembly piece 300 nmc-pack
            AM-STEEL Steel material kilogram . steel-part""",
        bom="""
            parent child quantity unit
            CAR-1 AM-PACK 1 piece
            CAR-1 AM-STEEL 900 kg""",
        sourcing="""
            part supplier supplier_part share delivery_term
            AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP""",
    )
    chain.declare(AURORA, "AM-STEEL", "2", declared_unit="kg", mass_kg="1")
    chain.process(AURORA, "CAR-1", "400")
    if confirmed:
        chain.confirm(BEIFENG)
        chain.confirm(CELLWERK)
    return chain
