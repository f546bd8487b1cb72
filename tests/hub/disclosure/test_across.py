"""Questions across all vehicles, as their company may ask them."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest

from hub.disclosure import portfolio
from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, Actor
from tests.hub.chain import Chain
from tierlight_schemas.amounts import significant


@pytest.fixture
def fleet(cars: Chain) -> Chain:
    """Two cars with the same bought pack; its maker has declared 900 kgCO2e and shares that."""
    cars.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg category
            CAR-2 Estate assembly piece 1400 bev-passenger-car
            AM-SEAT Seat assembly piece 20 steel-part
            =cmd|calc Formula assembly piece 1 .""",
        bom="""
            parent child quantity unit
            CAR-2 AM-PACK 2 piece
            CAR-2 AM-SEAT 5 piece
            CAR-2 =cmd|calc 1 piece""",
    )
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", outbound_logistics_ghg_emissions="12")
    cars.grant(BEIFENG, AURORA)
    return cars


def ask(chain: Chain, path: str, actor: Actor = AURORA, **asked: Any) -> Any:
    answer = chain.world.get(actor, f"/v1/portfolio/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def as_csv(chain: Chain, path: str, **asked: Any) -> list[dict[str, str]]:
    answer = chain.world.get(AURORA, f"/v1/portfolio/{path}", params={"format": "csv"} | asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rounded(text: str | None) -> str | None:
    return None if text is None else str(significant(Decimal(text), 12))


class TestVehicles:
    def test_are_told_as_their_footprints_tell_them(self, fleet):
        rows = ask(fleet, "vehicles")
        assert [row["vehicle"] for row in rows] == ["CAR-1", "CAR-2"]
        for row in rows:
            told = fleet.get(AURORA, row["vehicle"])
            assert row["statement"] == told["total"]["statement"]
            assert row["excluding_uptake"] == rounded(told["total"]["excluding_uptake"])
            assert row["columns"] == {n: rounded(v) for n, v in told["columns"].items()}
            for name in ("mass", "carbon"):
                assert row[f"{name}_coverage"] == rounded(told["coverage"][name])
            assert row["line_coverage"] == rounded(told["coverage"]["lines"])
            assert row["gaps_without_estimate"] == told["coverage"]["gaps_without_estimate"]
        assert rows[0]["excluding_uptake"] == "3112"  # 1800 steel, 400 plants, 900 pack, 12 way

    def test_as_csv(self, fleet):
        rows = as_csv(fleet, "vehicles")
        assert rows[0]["vehicle"] == "CAR-1"
        assert rows[0]["excluding_uptake"] == "3112"
        assert rows[1]["including_uptake"] == ""

    def test_of_a_company_that_makes_none(self, fleet):
        assert ask(fleet, "vehicles", FOXGLOVE) == []

    def test_as_they_were_known(self, fleet):
        assert ask(fleet, "vehicles", known_at="2020-01-01T00:00:00Z") == []

    def test_an_ended_consent_ends_the_value(self, fleet):
        grant = fleet.world.get(BEIFENG, "/v1/grants").json()["items"][0]["id"]
        fleet.revoke(BEIFENG, grant)
        assert ask(fleet, "vehicles")[0]["excluding_uptake"] == "2200"


class TestManyLines:
    def test_the_list_of_vehicles_says_the_same_and_counts_no_findings(self, fleet, monkeypatch):
        counted = fleet.world.get(AURORA, "/v1/vehicles").json()
        monkeypatch.setattr(portfolio, "MANY_LINES", 0)
        today = {
            "as_of": now().date().isoformat(),
            "top": 19,
        }  # another question, not a kept answer
        many = fleet.world.get(AURORA, "/v1/vehicles", params=today).json()
        assert [row["findings"] for row in many] == [None, None]
        for row, other in zip(counted, many, strict=True):
            assert row["part"] == other["part"]
            assert row["total"]["statement"] == other["total"]["statement"]
            assert rounded(row["total"]["excluding_uptake"]) == other["total"]["excluding_uptake"]
            assert rounded(row["coverage"]["mass"]) == other["coverage"]["mass"]

    def test_a_past_instant_and_the_basis_deep_are_answered_too(self, fleet, monkeypatch):
        monkeypatch.setattr(portfolio, "MANY_LINES", 0)
        for asked in ({"known_at": now().isoformat()}, {"basis": "deep"}):
            rows = fleet.world.get(AURORA, "/v1/vehicles", params=asked).json()
            assert [row["part"]["number"] for row in rows] == ["CAR-1", "CAR-2"]


class TestUses:
    def test_of_a_bought_part(self, fleet):
        told = ask(fleet, f"parts/{fleet.part(AURORA, 'AM-PACK')}/uses")
        assert told["part"]["number"] == "AM-PACK"
        assert told["value"] == "912"
        assert [(use["vehicle"], use["quantity"], use["value"]) for use in told["uses"]] == [
            ("CAR-2", "2", "1824"),
            ("CAR-1", "1", "912"),
        ]
        assert told["uses"][1]["share"] == rounded(str(Decimal(912) / Decimal(3112)))

    def test_of_a_part_that_nothing_is_known_of(self, fleet):
        told = ask(fleet, f"parts/{fleet.part(AURORA, 'AM-SEAT')}/uses")
        assert told["value"] is None
        assert [(use["vehicle"], use["quantity"], use["value"]) for use in told["uses"]] == [
            ("CAR-2", "5", None)
        ]

    @pytest.mark.parametrize("part", ["PACK-1", "BP-CASE"])
    def test_of_anothers_part_are_not_found(self, fleet, part):
        path = f"/v1/portfolio/parts/{fleet.part(BEIFENG, part)}/uses"
        absent = fleet.world.get(AURORA, "/v1/portfolio/parts/none/uses")
        hidden = fleet.world.get(AURORA, path)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content


class TestSuppliers:
    def test_stand_by_name_with_how_much_enters(self, fleet):
        rows = ask(fleet, "suppliers")
        wanted = {
            "supplier": BEIFENG.name,
            "id": fleet.id(BEIFENG),
            "parts": 1,
            "vehicles": 2,
        }
        assert rows == [wanted]

    def test_every_part_in_every_vehicle(self, fleet):
        rows = as_csv(fleet, f"suppliers/{fleet.id(BEIFENG)}/parts")
        told = [(r["part"], r["supplier_part"], r["known"], r["vehicle"], r["value"]) for r in rows]
        assert told == [
            ("AM-PACK", "PACK-1", "declared", "CAR-1", "900"),
            ("AM-PACK", "PACK-1", "declared", "CAR-2", "1800"),
        ]

    def test_who_delivers_nothing_is_not_found(self, fleet):
        paths = [f"/v1/portfolio/suppliers/{x}/parts" for x in (fleet.id(CELLWERK), "nobody")]
        answers = [fleet.world.get(AURORA, path) for path in paths]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    def test_the_second_tier_stands_in_no_answer(self, fleet):
        fleet.grant(CELLWERK, BEIFENG, aggregate=True)
        fleet.grant(BEIFENG, AURORA, aggregate=True)
        told = fleet.everything(AURORA, "CAR-2")
        for secret in ("Cellwerk", "CELL-1", "BP-CELL", fleet.id(CELLWERK)):
            assert secret.encode() not in told


class TestGaps:
    def test_the_heaviest_stand_first(self, fleet):
        rows = ask(fleet, "gaps")
        told = [(row["part"], row["cause"], row["vehicles"], row["quantity"]) for row in rows]
        assert told[0][:3] == ("AM-SEAT", "missing", 1)
        assert rows[0]["estimate"] is not None
        assert {row["cause"] for row in rows if row["part"] == "CAR-2"} == {"own-process"}
        kilograms = [row["kilograms"] for row in rows if row["part"] == "=cmd|calc"]
        assert kilograms == ["1"]

    def test_a_silent_supplier_is_named_to_its_buyer(self, fleet):
        grant = fleet.world.get(BEIFENG, "/v1/grants").json()["items"][0]["id"]
        fleet.revoke(BEIFENG, grant)
        row = next(row for row in ask(fleet, "gaps") if row["part"] == "AM-PACK")
        assert (row["cause"], row["supplier_part"], row["vehicles"]) == ("share", "PACK-1", 2)
        assert row["quantity"] == "3"
        assert row["kilograms"] == "900"

    def test_no_formula_reaches_a_spreadsheet(self, fleet):
        rows = as_csv(fleet, "gaps")
        assert "'=cmd|calc" in [row["part"] for row in rows]

    def test_no_more_than_asked(self, fleet):
        assert len(ask(fleet, "gaps", top=1)) == 1


class TestTheLog:
    def test_every_question_is_a_read_that_the_supplier_sees(self, fleet):
        paths = (
            "vehicles",
            "suppliers",
            "gaps",
            f"parts/{fleet.part(AURORA, 'CAR-1')}/uses",
            f"suppliers/{fleet.id(BEIFENG)}/parts",
        )
        for path in paths:
            before = len(reads(fleet))
            ask(fleet, path)
            assert len(reads(fleet)) == before + 1, path

    def test_a_part_without_bought_parts_reads_nothing(self, fleet):
        before = len(reads(fleet))
        ask(fleet, f"parts/{fleet.part(AURORA, 'AM-STEEL')}/uses")
        assert len(reads(fleet)) == before


def reads(chain: Chain) -> list[dict[str, Any]]:
    answer = chain.world.get(BEIFENG, "/v1/access-log", params={"limit": 1000})
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
