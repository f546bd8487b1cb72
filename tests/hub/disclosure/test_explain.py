"""Why a footprint is what it is, over HTTP: groups, quantities and ways, for each reader."""

import csv
import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from hub.disclosure import paths as ways
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE, YEAR
from tests.hub.chain import FACETS, Chain

VIEWS = ("contributors", "quantities", "paths")
PLACE = {"site": "S1", "country": "SE"}


@pytest.fixture
def known(cars: Chain) -> Chain:
    """The pack is declared, made in Sweden; a third of the car's steel stands in by average."""
    cars.declare(BEIFENG, "PACK-1", "900.5", mass_kg="300", **PLACE)
    cars.grant(BEIFENG, AURORA)
    cars.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg category
            AM-GLASS Glass material kilogram . glass
            AM-SEAL Seal assembly piece 0.4 seal""",
        bom="""
            parent child quantity unit
            CAR-1 AM-PACK 1 piece
            CAR-1 AM-STEEL 900 kg
            CAR-1 AM-GLASS 30 kg
            CAR-1 AM-SEAL 7 piece""",
        factors="""
            category unit value source year
            glass kg 1.1 invented 2025""",
    )
    return cars


@pytest.fixture
def built(cars: Chain) -> Chain:
    """The pack is built up inside Beifeng's data from cells that Cellwerk makes in Sweden."""
    cars.declare(CELLWERK, "CELL-1", "12.3457", mass_kg="5", **PLACE)
    cars.declare(BEIFENG, "BP-CASE", "3.1", declared_unit="kg", mass_kg="1", country="PL")
    cars.grant(BEIFENG, AURORA, aggregate=True)
    cars.grant(CELLWERK, BEIFENG, aggregate=True)
    return cars


def groups(chain: Chain, by: str, reader=AURORA, number="CAR-1", **asked: Any) -> dict[str, Any]:
    document = chain.get(reader, number, "contributors", by=by, **asked)
    return {row["key"] or row["told"]: row for row in document["groups"]}


def values(chain: Chain, by: str, **asked: Any) -> dict[str, Any]:
    return {name: row["value"] for name, row in groups(chain, by, **asked).items()}


def table(chain: Chain, view: str, **asked: Any) -> list[dict[str, str]]:
    path = f"/v1/parts/{chain.part(AURORA, 'CAR-1')}/{view}"
    answer = chain.world.get(AURORA, path, params=asked | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestGroups:
    """1800 steel + 400 own making + 900.5 pack + 33 glass by average; seals are not known."""

    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            ("part", {"AM-STEEL": "1800", "PACK-1": "900.5", "CAR-1": "400", "AM-GLASS": "33",
                      "AM-PACK": None, "AM-SEAL": None}),
            ("supplier", {"own": "2200", "Beifeng Pack": "900.5", "not-stated": "33"}),
            ("tier", {"0": "2233", "1": "900.5"}),
            ("commodity", {"steel-part": "1800", "nmc-pack": "900.5", "bev-passenger-car": "400",
                           "glass": "33", "seal": None}),
            ("country", {"not-stated": "2233", "SE": "900.5"}),
            ("stage", {"materials": "2733.5", "production": "400", "transport": None}),
        ],
    )  # fmt: skip
    def test_by_each_facet(self, known, by, expected):
        assert values(known, by) == expected

    def test_average_values_and_gaps_stand_beside(self, known):
        row = groups(known, "supplier")["not-stated"]
        assert (row["default"], row["expired"], row["certainty"]) == ("33", "0", "open")
        assert (row["gaps"], row["gap_mass_kg"], row["gaps_without_mass"]) == (1, "2.8", 0)
        seal = groups(known, "commodity")["seal"]
        assert (seal["value"], seal["default"], seal["certainty"]) == (None, None, "unknown")
        assert known.get(AURORA, "CAR-1", "contributors")["gaps"] == {
            "count": 2,
            "mass_kg": "2.8",
            "without_mass": 1,
        }

    @pytest.mark.parametrize("by", FACETS)
    @pytest.mark.parametrize("top", [0, 1, 2, 1000])
    def test_what_is_printed_adds_up_to_the_footprint_s_total(self, built, by, top):
        built.declare(AURORA, "AM-STEEL", "2.123456789012345678", declared_unit="kg", mass_kg="1")
        document = built.get(AURORA, "CAR-1", "contributors", by=by, top=top)
        rows = [*document["groups"], *filter(None, [document["others"]])]
        printed = sum((Fraction(row["value"]) for row in rows if row["value"]), Fraction(0))
        total = built.total(AURORA, "CAR-1")
        assert total == document["total"]["excluding_uptake"]
        assert printed == Fraction(total or 0)
        assert len(document["groups"]) <= top
        assert sum(row["gaps"] for row in rows) >= document["gaps"]["count"]

    def test_the_rest_is_one_row(self, known):
        document = known.get(AURORA, "CAR-1", "contributors", by="part", top=2)
        rest = document["others"]
        assert (rest["groups"], rest["value"], rest["gaps"]) == (4, "433", 2)
        assert rest["name"] == "4 more"
        assert known.get(AURORA, "CAR-1", "contributors", top=6)["others"] is None

    def test_names_are_told_in_the_reader_s_language(self, known):
        path = f"/v1/parts/{known.part(AURORA, 'CAR-1')}/contributors?by=country"
        headers = known.world.members[AURORA].headers | {"Accept-Language": "de"}
        told = known.world.client.get(path, headers=headers).json()["groups"]
        assert [row["name"] for row in told] == ["nicht angegeben", "SE"]

    def test_a_supplier_that_has_not_granted_goes_by_what_the_buyer_wrote(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900.5", mass_kg="300", **PLACE)
        found = groups(cars, "supplier")
        assert found["uscc:91BEIFENG000000002"]["value"] is None
        assert found["uscc:91BEIFENG000000002"]["gap_mass_kg"] == "300"
        assert "SE" not in groups(cars, "country")

    def test_the_same_part_by_two_ways_of_buying_is_one_supplier(self, known):
        """Half is written down under the same identifier and not confirmed."""
        known.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share delivery_term
                AM-SEAL uscc:91BEIFENG000000002 SEAL-9 1 DAP""",
        )
        found = groups(known, "supplier")["Beifeng Pack"]
        assert (found["value"], found["gaps"], found["gap_mass_kg"]) == ("900.5", 1, "2.8")

    def test_a_closed_part_has_no_country_and_the_buyer_s_commodity(self, built):
        country = groups(built, "country")
        assert set(country) == {"not-stated", "not-disclosed"}
        assert country["not-disclosed"]["value"] == "803.828"  # 40 × 12.3457 + 310
        assert set(groups(built, "commodity")) == {"steel-part", "bev-passenger-car", "nmc-pack"}
        assert groups(built, "tier")["1"]["gaps"] == 1  # whatever is missing inside is one

    def test_its_maker_is_told_the_countries_of_its_own_book_and_level_1(self, built):
        assert values(built, "country", reader=BEIFENG, number="PACK-1") == {
            "SE": "493.828", "PL": "310", "not-stated": None
        }  # fmt: skip

    def test_stages_of_a_declaration_are_told_from_level_2_on(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", **{"stage:cells": "600"})
        cars.grant(BEIFENG, AURORA)
        assert "cells" not in groups(cars, "stage")
        cars.grant(BEIFENG, AURORA, level=2)
        found = groups(cars, "stage")
        assert (found["cells"]["value"], found["materials"]["value"]) == ("600", "2100")

    def test_a_number_that_means_nothing_is_unknown_and_the_others_stand(self, cars):
        cars.declare(AURORA, "AM-STEEL", "9" * 60, declared_unit="kg", mass_kg="1")
        document = cars.get(AURORA, "CAR-1", "contributors", by="part")
        told = {row["key"]: row["value"] for row in document["groups"]}
        assert (told["AM-STEEL"], told["CAR-1"]) == (None, "400")
        assert document["total"]["excluding_uptake"] is None


class TestTables:
    def test_a_table_holds_what_the_document_holds(self, known):
        document = known.get(AURORA, "CAR-1", "contributors", by="part", top=2)
        rows = table(known, "contributors", by="part", top=2)
        assert [row["key"] for row in rows] == ["AM-STEEL", "PACK-1", ""]
        assert rows[1]["supplier"] == "Beifeng Pack"
        assert rows[2]["value"] == document["others"]["value"] == "433"
        assert rows[2]["told"] == "others"

    def test_what_is_unknown_is_an_empty_cell(self, known):
        seal = next(r for r in table(known, "contributors", by="part") if r["key"] == "AM-SEAL")
        assert (seal["value"], seal["share"], seal["gaps"]) == ("", "", "1")

    def test_text_of_strangers_is_no_formula(self, cars):
        cars.tables(
            AURORA,
            parts="""
                number name kind base_unit category
                =1+1 @SUM(A1) material kilogram -steel""",
            bom="""
                parent child quantity unit
                CAR-1 =1+1 2 kg""",
        )
        (row,) = (r for r in table(cars, "contributors", by="part") if "1+1" in r["key"])
        assert (row["key"], row["name"]) == ("'=1+1", "'@SUM(A1)")
        assert "'-steel" in {row["key"] for row in table(cars, "contributors", by="commodity")}
        assert {"'=1+1", "CAR-1"} <= {row["part"] for row in table(cars, "quantities")}

    def test_quantities_as_a_table_come_whole(self, known):
        rows = table(known, "quantities", limit=1)
        assert [row["part"] for row in rows][-1] == "PACK-1"
        assert len(rows) == 6


class TestQuantities:
    def test_of_own_parts_and_of_direct_suppliers(self, known):
        document = known.get(AURORA, "CAR-1", "quantities")
        rows = {row["part"]: row for row in document["items"]}
        assert list(rows) == ["AM-GLASS", "AM-PACK", "AM-SEAL", "AM-STEEL", "CAR-1", "PACK-1"]
        assert rows["AM-STEEL"] == {
            "id": known.part(AURORA, "AM-STEEL"), "part": "AM-STEEL", "name": "Steel",
            "supplier": None, "quantity": "900", "unit": "kilogram", "mass_kg": "900",
            "value": "1800", "certainty": "complete",
        }  # fmt: skip
        pack = rows["PACK-1"]
        assert (pack["supplier"], pack["id"], pack["quantity"]) == ("Beifeng Pack", None, "1")
        assert (rows["AM-SEAL"]["mass_kg"], rows["AM-SEAL"]["value"]) == ("2.8", None)
        assert rows["AM-PACK"]["certainty"] == "at-least"  # nobody states the way

    @pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
    def test_come_in_pages(self, known, limit):
        found: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = known.get(AURORA, "CAR-1", "quantities", limit=limit, **after)
            assert len(page["items"]) <= limit
            found += [row["part"] for row in page["items"]]
            if "next" not in page:
                break
            after = {"after": page["next"]}
        assert found == ["AM-GLASS", "AM-PACK", "AM-SEAL", "AM-STEEL", "CAR-1", "PACK-1"]

    def test_merge_what_one_supplier_s_part_adds_by_several_ways(self, known):
        known.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg
                AM-SPARE Spare-pack assembly piece 300""",
            bom="""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-SPARE 0.5 piece""",
            sourcing="""
                part supplier supplier_part share delivery_term
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP
                AM-SPARE uscc:91BEIFENG000000002 PACK-1 1 DAP""",
        )
        known.confirm(BEIFENG)
        rows = known.get(AURORA, "CAR-1", "quantities")["items"]
        (pack,) = (row for row in rows if row["part"] == "PACK-1")
        assert (pack["quantity"], pack["mass_kg"], pack["value"]) == ("1.5", "450", "1350.75")


@pytest.fixture
def ladder(supply: Chain) -> Chain:
    """Forty levels of two lines each, told apart by their places."""
    parts = "\n".join(f"L{n} Level assembly piece 1 ." for n in range(41))
    bom = "\n".join(f"L{n} L{n + 1} 1 piece" for n in range(40) for _ in range(2))
    supply.tables(
        AURORA,
        parts=f"number name kind base_unit net_mass_kg category\n{parts}",
        bom=f"parent child quantity unit\n{bom}",
    )
    supply.declare(AURORA, "L40", "3", mass_kg="1")
    return supply


class TestPaths:
    def get(self, chain: Chain, to: str, number: str = "CAR-1", **asked: Any) -> Any:
        return chain.get(AURORA, number, "paths", to=chain.part(AURORA, to), **asked)

    def test_line_by_line_with_quantity_and_value(self, known):
        found = self.get(known, "AM-STEEL")
        assert (found["count"], found["quantity"], found["value"]) == ("1", "900", "1800")
        assert found["paths"] == [
            {
                "quantity": "900",
                "value": "1800",
                "lines": [
                    {
                        "position": 1,
                        "id": known.part(AURORA, "AM-STEEL"),
                        "part": "AM-STEEL",
                        "name": "Steel",
                        "quantity": "900",
                        "unit": "kilogram",
                    }
                ],
            }
        ]
        assert found["statement"] == "Ways of AM-STEEL into CAR-1: 1; all are listed."
        assert found["others"] is None

    def test_parallel_lines_are_told_apart_by_their_places(self, known):
        known.tables(
            AURORA,
            bom="""
                parent child quantity unit
                CAR-1 AM-STEEL 300 kg
                CAR-1 AM-SEAL 1 piece
                CAR-1 AM-STEEL 601 kg
                AM-SEAL AM-STEEL 2 kg""",
        )
        found = self.get(known, "AM-STEEL")
        told = [
            (p["quantity"], [(s["position"], s["part"]) for s in p["lines"]])
            for p in found["paths"]
        ]
        assert told == [
            ("601", [(2, "AM-STEEL")]),
            ("300", [(0, "AM-STEEL")]),
            ("2", [(1, "AM-SEAL"), (0, "AM-STEEL")]),
        ]
        rows = known.get(AURORA, "CAR-1", "quantities")["items"]
        assert next(r["quantity"] for r in rows if r["part"] == "AM-STEEL") == "903"

    def test_a_part_without_value_has_ways_without_value(self, known):
        (path,) = self.get(known, "AM-SEAL")["paths"]
        assert (path["quantity"], path["value"]) == ("7", None)

    @pytest.mark.parametrize("most", [1, 7, 100])
    def test_a_million_millions_of_ways_are_counted_and_few_listed(self, ladder, most):
        found = self.get(ladder, "L40", "L0", most=most)
        assert found["count"] == str(2**40) == found["quantity"]
        assert len(found["paths"]) == found["listed"] == most
        assert found["others"]["count"] == str(2**40 - most)
        assert found["value"] == str(3 * 2**40)
        printed = sum(int(path["quantity"]) for path in found["paths"])
        assert printed + int(found["others"]["quantity"]) == 2**40
        lines = {tuple(step["position"] for step in path["lines"]) for path in found["paths"]}
        assert len(lines) == most
        assert f"1,099,511,627,776; only the largest {most} are listed." in found["statement"]

    def test_long_ways_end_the_list_early(self, ladder, monkeypatch):
        monkeypatch.setattr(ways, "MOST_LINES", 100)
        assert len(self.get(ladder, "L40", "L0")["paths"]) == 3  # of 40 lines each

    def test_what_is_no_part_of_the_total_has_no_way(self, known):
        found = self.get(known, "CAR-1", number="AM-STEEL")
        assert (found["count"], found["paths"], found["quantity"]) == ("0", [], "0")
        assert found["statement"] == "CAR-1 does not enter the total of AM-STEEL."

    @pytest.mark.parametrize("actor", [BEIFENG, CELLWERK])
    def test_no_way_leads_to_a_part_of_others(self, built, actor):
        theirs = built.part(actor, "PACK-1" if actor is BEIFENG else "CELL-1")
        path = f"/v1/parts/{built.part(AURORA, 'CAR-1')}/paths"
        told = built.world.get(AURORA, path, params={"to": theirs})
        nothing = built.world.get(AURORA, path, params={"to": "0" * len(theirs)})
        assert told.status_code == nothing.status_code == 404
        assert told.content == nothing.content


class TestReaders:
    @pytest.mark.parametrize("view", VIEWS)
    def test_another_s_part_is_no_part(self, known, view):
        theirs, mine = known.part(AURORA, "CAR-1"), known.part(BEIFENG, "PACK-1")
        for reader in (BEIFENG, FOXGLOVE):
            told, nothing = (
                known.world.get(reader, f"/v1/parts/{part}/{view}", params={"to": mine})
                for part in (theirs, "0" * len(theirs))
            )
            assert told.status_code == nothing.status_code == 404
            assert told.content == nothing.content

    @pytest.mark.parametrize("view", VIEWS)
    def test_each_read_stands_in_the_supplier_s_log(self, known, view):
        known.get(AURORA, "CAR-1", view, to=known.part(AURORA, "AM-STEEL"))
        (item,) = known.world.get(BEIFENG, "/v1/access-log").json()["items"]
        assert (item["reader_id"], item["object_kind"]) == (known.id(AURORA), "declaration")

    @pytest.mark.parametrize("view", VIEWS)
    def test_the_day_and_the_state_of_knowledge_are_chosen(self, known, view):
        asked = {"to": known.part(AURORA, "AM-STEEL"), "as_of": f"{YEAR - 20}-01-01"}
        document = known.get(AURORA, "CAR-1", view, **asked)
        assert document["as_of"] == f"{YEAR - 20}-01-01"
        path = f"/v1/parts/{known.part(AURORA, 'CAR-1')}/{view}"
        early = asked | {"known_at": "2001-01-01T00:00:00Z"}
        assert known.world.get(AURORA, path, params=early).status_code == 404

    @pytest.mark.parametrize(
        ("view", "wrong"),
        [
            ("contributors", {"by": "colour"}),
            ("contributors", {"by": ""}),
            ("contributors", {"top": -1}),
            ("contributors", {"top": 1001}),
            ("contributors", {"format": "xlsx"}),
            ("contributors", {"basis": "deeper"}),
            ("quantities", {"after": "bm8"}),
            ("quantities", {"after": "WzFd"}),
            ("quantities", {"limit": 0}),
            ("quantities", {"format": "yaml"}),
            ("paths", {}),
            ("paths", {"to": "x" * 201}),
            ("paths", {"to": "x", "most": 0}),
            ("paths", {"to": "x", "most": 1001}),
        ],
    )
    def test_what_cannot_be_asked(self, known, view, wrong):
        path = f"/v1/parts/{known.part(AURORA, 'CAR-1')}/{view}"
        assert known.world.get(AURORA, path, params=wrong).status_code == 400


class TestTheSecondTier:
    """Cellwerk makes its cells in Sweden, Beifeng's case comes from Poland: Aurora sees neither."""

    @pytest.mark.parametrize("basis", ["declared", "deep"])
    def test_nothing_of_it_is_in_the_bytes_of_any_facet(self, built, basis):
        answer = built.everything(AURORA, "CAR-1", basis=basis)
        secrets = [
            *("Cellwerk", "CELL-1", "Secret-cell", "BP-CELL", "BP-CASE", "BP-POWER"),
            *('"SE"', '"PL"', ",SE,", ",PL,", "12.3457", "493.8", "310"),
            *(built.id(CELLWERK), built.part(CELLWERK, "CELL-1"), built.part(BEIFENG, "BP-CASE")),
        ]
        assert [secret for secret in secrets if secret.encode() in answer] == []
        assert b"PACK-1" in answer

    def test_its_owner_sees_what_aurora_does_not(self, built):
        answer = built.everything(BEIFENG, "PACK-1")
        for told in (b'"SE"', b'"PL"', b"CELL-1", b"493.828"):
            assert told in answer
        for secret in (b"CAR-1", b"AM-PACK", b"Aurora"):
            assert secret not in answer

    def test_no_sum_or_difference_of_groups_is_a_number_of_the_inside(self, built):
        """Whatever is asked for, the pack is told as one number."""
        inside = {Decimal("493.828"), Decimal(310), Decimal("12.3457"), Decimal("3.1")}
        for by in FACETS:
            rows = built.get(AURORA, "CAR-1", "contributors", by=by, top=1000)["groups"]
            told = [Decimal(row["value"]) for row in rows if row["value"]]
            sums = {sum(told[:n], Decimal(0)) for n in range(len(told) + 1)} | set(told)
            apart = {abs(one - other) for one in sums for other in sums}
            assert not inside & (sums | apart), by
