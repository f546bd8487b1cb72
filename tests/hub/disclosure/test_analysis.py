"""How sure a footprint is and why it changed, over HTTP, with what each reader may see."""

from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt
from typing import Any

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, YEAR, Actor
from tests.hub.chain import Chain
from tests.hub.csv_files import file
from tierlight_schemas.build import Built
from tierlight_schemas.envelope import canonical
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.rollup.uncertainty import PERCENTILES

CLASSES = ["declaration", "factor", "bom", "sourcing", "method"]


def relative_sd(gsd: float) -> float:
    return sqrt(exp(log(gsd) ** 2) - 1)


def spread(chain: Chain, actor: Actor, number: str, kgco2e: str, gsd: str, **cells: str) -> None:
    """A declaration that states its geometric standard deviation, about the mean."""
    built = actor.built(number, kgco2e=kgco2e, **cells)
    document = dict(built.document)
    (extension,) = (
        entry
        for entry in document["credentialSubject"]["footprint"]["extensions"]
        if entry["dataSchema"] == PART_EXTENSION
    )
    stated = {"geometricStandardDeviation": gsd, "valueIs": "mean"}
    extension["data"]["uncertainty"] = stated
    packed = actor.packed(Built(document, canonical(document), built.annexes))
    answer = chain.world.submit(actor, packed)
    assert answer.status_code == 201, answer.text


def codes(document: dict[str, Any]) -> list[str]:
    return [note["code"] for note in document["notes"]]


@dataclass
class Shown:
    """A difference as it was told."""

    document: dict[str, Any]

    @property
    def steps(self) -> dict[str, str]:
        """What moved, by class."""
        return {s["class"]: s["value"] for s in self.document["steps"] if s["value"] != "0"}

    def movers(self, change: str) -> dict[str, str]:
        (step,) = (s for s in self.document["steps"] if s["class"] == change)
        return {mover["part"]: mover["change"] for mover in step["movers"]}


class TestUncertainty:
    def test_nothing_stated_is_held_fixed_and_said(self, cars):
        found = cars.get(AURORA, "CAR-1", "uncertainty", samples=100)
        assert found["heading"] == "Without gaps"
        assert codes(found) == ["uncertainty/scope", "uncertainty/fixed"]
        assert found["notes"][0]["text"].startswith("The intervals cover what is known: 75.0 %")
        assert found["spread"] == {"stated": "0", "assumed": "0", "fixed": "1"}
        total = found["columns"]["excluding_uptake"]
        assert (total["value"], total["sd"]) == ("2200", "0")
        assert set(total["percentiles"]) == set(PERCENTILES)
        assert total["percentiles"]["97.5"] == "2200"

    def test_a_stated_spread(self, cars):
        """900 kg × 2 kgCO2e with a gsd of 1.2 beside 400 that state none."""
        spread(cars, AURORA, "AM-STEEL", "2", "1.2", declared_unit="kg", mass_kg="1")
        found = cars.get(AURORA, "CAR-1", "uncertainty", samples=5000)
        total = found["columns"]["excluding_uptake"]
        assert float(total["mean"]) == pytest.approx(2200, rel=0.01)
        assert float(total["sd"]) == pytest.approx(1800 * relative_sd(1.2), rel=0.05)
        assert found["spread"] == {
            "stated": "0.818181818181818",
            "assumed": "0",
            "fixed": "0.181818181818182",
        }
        preview = cars.get(AURORA, "CAR-1", "uncertainty", method="first-order")
        moments = preview["columns"]["excluding_uptake"]
        assert moments["mean"] == "2200"
        assert float(moments["sd"]) == pytest.approx(1800 * relative_sd(1.2), rel=1e-5)
        assert preview["method"] == {"name": "first-order", "preview": True}
        assert codes(preview)[-1] == "uncertainty/preview"

    def test_an_assumption_is_asked_for_and_stands_on_the_result(self, cars):
        found = cars.get(
            AURORA, "CAR-1", "uncertainty", samples=100, default_gsd="1.5", quantity_gsd="1.05"
        )
        assert found["assumed"] == {
            "default_gsd": "1.5",
            "quantity_gsd": "1.05",
            "value_is": "mean",
        }
        assert codes(found) == [
            "uncertainty/scope",
            "uncertainty/assumed",
            "uncertainty/quantities",
        ]
        assert float(found["columns"]["excluding_uptake"]["sd"]) > 100

    def test_the_seed_is_stamped_and_decides(self, cars):
        spread(cars, AURORA, "AM-STEEL", "2", "1.2", declared_unit="kg", mass_kg="1")
        asked = {"known_at": now().isoformat(), "samples": 200}
        first = cars.get(AURORA, "CAR-1", "uncertainty", seed=5, **asked)
        again = cars.get(AURORA, "CAR-1", "uncertainty", seed=5, **asked)
        other = cars.get(AURORA, "CAR-1", "uncertainty", seed=6, **asked)
        assert first == again
        assert (first["method"]["seed"], first["method"]["samples"]) == (5, 200)
        assert "PCG64" in first["method"]["generator"]
        assert first["columns"] != other["columns"]
        assert first["input_digest"] == cars.get(AURORA, "CAR-1", **asked)["input_digest"]

    def test_nothing_known_has_no_interval(self, cars):
        found = cars.get(AURORA, "AM-PACK", "uncertainty")
        assert found["columns"] == {}
        assert found["total"]["excluding_uptake"] is None
        assert found["spread"] == {"stated": None, "assumed": None, "fixed": None}

    def test_another_company_s_part_does_not_exist(self, cars):
        for view in ("uncertainty", "difference"):
            path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/{view}"
            assert cars.world.get(FOXGLOVE, path).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            {"samples": 99},
            {"samples": 20_001},
            {"seed": -1},
            {"default_gsd": "0.9"},
            {"default_gsd": "NaN"},
            {"quantity_gsd": "101"},
            {"value_is": "mode"},
            {"method": "guess"},
            {"known_at": f"{YEAR}-01-01T00:00:00"},
        ],
        ids=str,
    )
    def test_what_cannot_be_asked(self, cars, asked):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/uncertainty"
        answer = cars.world.get(AURORA, path, params=asked)
        assert answer.status_code == 400
        assert answer.json()["remedy"]


class TestClosedParts:
    """Beifeng's pack is built up from Cellwerk's cells; Aurora may use it, not see into it."""

    @pytest.fixture
    def packs(self, cars: Chain) -> Chain:
        spread(cars, CELLWERK, "CELL-1", "20", "1.8", mass_kg="5")
        cars.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
        cars.declare(BEIFENG, "BP-POWER", "0.5", declared_unit="kWh", mass_kg="")
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        cars.grant(BEIFENG, AURORA, aggregate=True)
        return cars

    def test_its_inside_does_not_show_in_the_spread(self, packs):
        assert packs.total(AURORA, "AM-PACK") == "1125"  # 40 × 20 + 100 × 3 + 50 × 0.5
        plain = packs.get(AURORA, "AM-PACK", "uncertainty", samples=100)
        assert plain["columns"]["excluding_uptake"]["sd"] == "0"
        assert plain["spread"]["fixed"] == "1"
        for assumed, of in (("default_gsd", 1125), ("quantity_gsd", 0)):
            asked = {"method": "first-order", assumed: "1.5"}
            found = packs.get(AURORA, "AM-PACK", "uncertainty", **asked)
            sd = float(found["columns"]["excluding_uptake"]["sd"])
            assert sd == pytest.approx(of * relative_sd(1.5), rel=1e-5)

    def test_its_owner_sees_what_its_supplier_states(self, packs):
        found = packs.get(BEIFENG, "PACK-1", "uncertainty", method="first-order")
        sd = float(found["columns"]["excluding_uptake"]["sd"])
        assert sd == pytest.approx(800 * relative_sd(1.8), rel=1e-5)

    def test_a_change_inside_is_the_supplier_s_part(self, packs):
        before = now()
        packs.tables(
            BEIFENG,
            bom="""
                parent child quantity unit
                PACK-1 BP-CELL 30 piece
                PACK-1 BP-CASE 100 kg
                PACK-1 BP-POWER 50 kWh""",
        )
        asked = {"from_known_at": before.isoformat()}
        shown = Shown(packs.get(AURORA, "CAR-1", "difference", **asked))
        assert shown.steps == {"declaration": "-200"}
        assert shown.movers("declaration") == {"PACK-1": "-200"}
        assert (
            b"CELL"
            not in packs.world.get(
                AURORA, f"/v1/parts/{packs.part(AURORA, 'CAR-1')}/difference", params=asked
            ).content
        )
        owner = Shown(packs.get(BEIFENG, "PACK-1", "difference", **asked))
        assert owner.steps == {"bom": "-200"}
        assert owner.movers("bom") == {"CELL-1": "-200"}

    def test_reads_are_recorded_once_for_each_thing(self, packs):
        def reads() -> int:
            return len(packs.world.get(BEIFENG, "/v1/access-log").json()["items"])

        start = reads()
        packs.get(AURORA, "CAR-1", "uncertainty", samples=100)
        packs.get(AURORA, "CAR-1", "difference")
        assert reads() == start + 2


class TestDifference:
    def shown(self, chain: Chain, before: Any, **asked: Any) -> Shown:
        asked = {"from_known_at": before.isoformat()} | asked
        return Shown(chain.get(AURORA, "CAR-1", "difference", **asked))

    def test_nothing_changed(self, cars):
        found = cars.get(AURORA, "CAR-1", "difference")
        assert found["change"] == "0"
        assert found["order"] == CLASSES
        assert [step["class"] for step in found["steps"]] == CLASSES
        assert all(step["value"] == "0" and not step["movers"] for step in found["steps"])

    def test_a_declaration(self, cars):
        before = now()
        cars.declare(AURORA, "AM-STEEL", "1.8", declared_unit="kg", mass_kg="1")
        shown = self.shown(cars, before)
        assert shown.steps == {"declaration": "-180"}
        assert shown.document["change"] == "-180"
        assert shown.document["from"]["total"]["excluding_uptake"] == "2200"
        assert shown.document["to"]["total"]["excluding_uptake"] == "2020"
        (mover,) = shown.document["steps"][0]["movers"]
        assert mover == {
            "part": "AM-STEEL",
            "name": "Steel",
            "supplier": None,
            "before": "1800",
            "after": "1620",
            "change": "-180",
        }

    def test_a_variant_against_the_part(self, cars):
        """CAR-2 has 800 kg of the same steel, 3 kg of glue, and no plant."""
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg category
                CAR-2 Estate assembly piece 1100 bev-passenger-car
                AM-GLUE Glue material kilogram . glue""",
            bom="""
                parent child quantity unit
                CAR-2 AM-PACK 1 piece
                CAR-2 AM-STEEL 800 kg
                CAR-2 AM-GLUE 3 kg""",
            factors="""
                category unit value source year region
                glue kg 4 Handbook 2020 .""",
        )
        variant = cars.part(AURORA, "CAR-2")
        shown = Shown(cars.get(AURORA, "CAR-1", "difference", to_part=variant))
        assert shown.steps == {"declaration": "-400", "bom": "-188"}
        assert shown.document["change"] == "-588"
        told = [shown.document[name]["part"]["number"] for name in ("from", "to")]
        assert told == ["CAR-1", "CAR-2"]
        assert shown.document["root"]["number"] == "CAR-1"
        back = cars.get(AURORA, "CAR-2", "difference", to_part=cars.part(AURORA, "CAR-1"))
        assert back["change"] == "588"

    def test_a_variant_that_holds_the_part_itself(self, cars):
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg
                CAR-2 Camper assembly piece 1300""",
            bom="""
                parent child quantity unit
                CAR-2 CAR-1 1 piece
                CAR-2 AM-STEEL 100 kg""",
        )
        variant = cars.part(AURORA, "CAR-2")
        found = cars.get(AURORA, "CAR-1", "difference", to_part=variant)
        assert found["change"] == "200"

    @pytest.mark.parametrize(("number", "status"), [("AM-STEEL", 400), ("none", 404)])
    def test_what_is_no_variant(self, cars, number, status):
        part = cars.part(AURORA, number) if number != "none" else cars.part(BEIFENG, "PACK-1")
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/difference"
        answer = cars.world.get(AURORA, path, params={"to_part": part})
        assert answer.status_code == status
        if status == 400:
            assert answer.json()["code"] == "hub/variant-unit"

    def test_all_classes_at_once_add_up(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit category
                AM-GLUE Glue material kilogram glue""",
            bom="""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-STEEL 900 kg
                CAR-1 AM-GLUE 3 kg""",
            factors="""
                category unit value source year region
                glue kg 4 Handbook 2020 .""",
        )
        before = now()
        cars.declare(AURORA, "AM-STEEL", "1.7", declared_unit="kg", mass_kg="1")
        cars.tables(
            AURORA,
            bom="""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-STEEL 850 kg
                CAR-1 AM-GLUE 3 kg""",
            factors="""
                category unit value source year region
                glue kg 5 Handbook 2021 .""",
            sourcing="""
                part supplier supplier_part share delivery_term
                AM-PACK uscc:91BEIFENG000000002 PACK-1 0.5 DAP""",
        )
        cars.confirm(BEIFENG)
        shown = self.shown(cars, before)
        # steel 900 × -0.3, glue 3 × 1, steel -50 × 1.7, half of the pack is open now
        assert shown.steps == {
            "declaration": "-270",
            "factor": "3",
            "bom": "-85",
            "sourcing": "-450",
        }
        assert shown.document["change"] == "-802"
        assert sum(map(Decimal, shown.steps.values())) == -802

    def test_a_share_that_is_confirmed_and_one_that_is_declared(self, cars):
        """Nothing of the pack was known: first it lacked a declaration only."""
        cars.grant(BEIFENG, AURORA)
        before = now()
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        shown = self.shown(cars, before)
        assert shown.steps == {"declaration": "900"}
        assert shown.movers("declaration") == {"PACK-1": "900"}
        assert shown.document["steps"][0]["movers"][0]["before"] is None
        assert shown.document["steps"][0]["movers"][0]["supplier"] == BEIFENG.name

    def test_a_declaration_over_a_build_up(self, cars):
        """The bill of materials below the declaration is read, though neither total uses it."""
        before = now()
        digest = cars.declare(AURORA, "CAR-1", "2500", mass_kg="1200")
        declared = now()
        assert self.shown(cars, before).steps == {"declaration": "300"}
        cars.world.post(
            AURORA, f"/v1/declarations/{digest}/withdrawal", json={"reason": "mistaken"}
        )
        shown = self.shown(cars, declared)
        assert shown.steps == {"declaration": "-300"}
        assert shown.movers("declaration") == {"CAR-1": "-2100", "AM-STEEL": "1800"}

    def test_from_declared_to_deep_is_the_method(self, cars):
        cell = cars.declare(CELLWERK, "CELL-1", "20", mass_kg="5")
        cars.grant(CELLWERK, BEIFENG, aggregate=True)
        row = {
            "name": "Cell",
            "quantity": "40",
            "unit": "piece",
            "valueUsed": "18",
            "declaration": cell,
        }
        cars.compose(BEIFENG, "PACK-1", "900", [row], mass_kg="300")
        cars.grant(BEIFENG, AURORA, aggregate=True)
        shown = Shown(cars.get(AURORA, "CAR-1", "difference", to_basis="deep"))
        deep = cars.total(AURORA, "CAR-1", basis="deep")
        assert deep == "3180"  # 40 × (20 - 18) more than declared
        assert shown.steps == {"method": "80"}
        back = Shown(cars.get(AURORA, "CAR-1", "difference", from_basis="deep"))
        assert back.steps == {"method": "-80"}

    def test_the_days_of_a_line(self, cars):
        """Between two days only what is effective changed."""
        cars.send(AURORA, "bom", bom_until(f"{YEAR + 1}-06-01"))
        asked = {"from_as_of": f"{YEAR + 1}-05-31", "to_as_of": f"{YEAR + 1}-06-01"}
        shown = Shown(cars.get(AURORA, "CAR-1", "difference", **asked))
        assert shown.steps == {"bom": "-900"}  # 450 kg less

    def test_printed_parts_add_up_where_digits_run_out(self, cars):
        before = now()
        cars.declare(AURORA, "AM-STEEL", "1", declared_unit="kg", declared_amount="3", mass_kg="3")
        cars.tables(
            AURORA,
            bom="""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-STEEL 800 kg""",
        )
        shown = self.shown(cars, before)
        assert set(shown.steps) == {"declaration", "bom"}
        assert sum(map(Decimal, shown.steps.values())) == Decimal(shown.document["change"])
        assert shown.document["change"] == "-1533.33333333333"  # 800 / 3 less 1800

    def test_what_was_not_yet_registered_does_not_exist(self, cars):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/difference"
        asked = {"from_known_at": "2001-01-01T00:00:00+00:00"}
        assert cars.world.get(AURORA, path, params=asked).status_code == 404

    @pytest.mark.parametrize(
        "asked", [{"top": -1}, {"to_basis": "guess"}, {"to_known_at": "2026-01-01T00:00:00"}]
    )
    def test_what_cannot_be_asked(self, cars, asked):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/difference"
        assert cars.world.get(AURORA, path, params=asked).status_code == 400

    def test_words_in_three_languages(self, cars):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/difference"
        member = cars.world.members[AURORA]
        names = set()
        for lang in ("en", "de", "zh-CN"):
            headers = member.headers | {"Accept-Language": lang}
            names.add(cars.world.client.get(path, headers=headers).json()["steps"][0]["name"])
        assert names == {"Declarations", "Deklarationen", "声明"}


def bom_until(day: str):
    """The car with half of its steel from `day` on."""
    return file(
        "parent,child,quantity,unit,effective_from,effective_to\n"
        "CAR-1,AM-PACK,1,piece,,\n"
        "CAR-1,AM-STEEL,450,kg,,\n"
        f"CAR-1,AM-STEEL,450,kg,,{day}\n"
    )
