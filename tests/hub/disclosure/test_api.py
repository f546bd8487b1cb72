"""The answers as documents: shape, errors, languages, and nothing of anybody else."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.chain import Chain

VIEWS = ("footprint", "tree", "findings")
AMOUNT = re.compile(r"-?\d+(\.\d+)?")


def refuse_float(text: str) -> None:
    raise AssertionError(f"a JSON float: {text}")


def exact(content: bytes) -> Any:
    """JSON without a single float."""
    return json.loads(content, parse_float=refuse_float, parse_constant=refuse_float)


class TestNotYours:
    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize(
        "query",
        ["", "?as_of=2020-01-01", "?basis=deep", "?path=0.1&depth=2", "?top=3", "?lang=de"],
    )
    def test_another_s_part_is_no_part(self, cars, view, query):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA, level=5, aggregate=True)
        theirs = cars.part(BEIFENG, "PACK-1")
        unknown = "0" * len(theirs)
        for reader in (AURORA, CELLWERK, FOXGLOVE):
            told = cars.world.get(reader, f"/v1/parts/{theirs}/{view}{query}")
            nothing = cars.world.get(reader, f"/v1/parts/{unknown}/{view}{query}")
            assert told.status_code == nothing.status_code == 404
            assert told.content == nothing.content
            assert {k: v for k, v in told.headers.items() if k != "date"} == {
                k: v for k, v in nothing.headers.items() if k != "date"
            }

    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("query", ["?path=x", "?depth=99", "?path=9.9.9"])
    def test_a_bad_question_about_another_s_part_tells_no_more(self, cars, view, query):
        theirs = cars.part(BEIFENG, "PACK-1")
        told = cars.world.get(AURORA, f"/v1/parts/{theirs}/{view}{query}")
        nothing = cars.world.get(AURORA, f"/v1/parts/none/{view}{query}")
        assert (told.status_code, told.content) == (nothing.status_code, nothing.content)

    @pytest.mark.parametrize("view", VIEWS)
    def test_nobody_reads_without_a_token(self, cars, view):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/{view}"
        assert cars.world.client.get(path).status_code == 401

    def test_the_list_of_vehicles_holds_one_s_own(self, cars):
        def numbers(reader):
            answer = cars.world.get(reader, "/v1/vehicles").json()
            return [row["part"]["number"] for row in answer]

        assert numbers(AURORA) == ["CAR-1"]
        assert numbers(BEIFENG) == ["PACK-1"]
        assert numbers(FOXGLOVE) == []


class TestBadQuestions:
    @pytest.mark.parametrize(
        ("view", "query", "code"),
        [
            ("footprint", "known_at=2026-01-01T00:00:00", "hub/instant-without-zone"),
            ("footprint", "known_at=yesterday", "hub/request-form"),
            ("footprint", "as_of=31.12.2026", "hub/request-form"),
            ("footprint", "as_of=2026-02-30", "hub/request-form"),
            ("footprint", "basis=guess", "hub/request-form"),
            ("footprint", "top=-1", "hub/request-form"),
            ("footprint", "top=1001", "hub/request-form"),
            ("tree", "path=a", "hub/tree-path"),
            ("tree", "path=1..2", "hub/tree-path"),
            ("tree", "path=-1", "hub/tree-path"),
            ("tree", "path=1.", "hub/tree-path"),
            ("tree", "path=%D9%A1", "hub/tree-path"),
            ("tree", "depth=9", "hub/tree-depth"),
            ("tree", "depth=-1", "hub/tree-depth"),
            ("tree", "depth=many", "hub/request-form"),
            ("tree", "path=" + "1." * 300 + "1", "hub/request-form"),
        ],
    )
    def test_says_what_is_wrong_in_every_language(self, cars, view, query, code):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/{view}?{query}"
        messages = set()
        for lang in ("en", "de", "zh-CN"):
            headers = cars.world.members[AURORA].headers | {"Accept-Language": lang}
            answer = cars.world.client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
            assert answer.json()["remedy"] or answer.json()["details"]
            messages.add(answer.json()["message"])
        assert len(messages) == 3

    @pytest.mark.parametrize("path", ["99", "0.0.0.0.0.0", "1" * 30])
    def test_a_place_that_is_not_there(self, cars, path):
        answer = cars.world.get(
            AURORA, f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/tree", params={"path": path}
        )
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        "instant",
        [
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "99999999999999",
        ],
    )
    @pytest.mark.parametrize("view", VIEWS)
    def test_no_instant_breaks_it(self, cars, instant, view):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/{view}"
        answer = cars.world.get(AURORA, path, params={"known_at": instant})
        assert answer.status_code in (200, 400, 404), answer.text
        answer = cars.world.get(AURORA, "/v1/vehicles", params={"known_at": instant})
        assert answer.status_code in (200, 400), answer.text


@pytest.fixture
def document(cars: Chain) -> dict[str, Any]:
    """Aurora's car with Beifeng's declared pack."""
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", primary_data_share="60")
    cars.grant(BEIFENG, AURORA)
    path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/footprint"
    found: dict[str, Any] = exact(cars.world.get(AURORA, path).content)
    return found


class TestShape:
    def test_the_members_of_a_result(self, document):
        assert set(document) >= {
            "root", "basis", "as_of", "known_at", "ruleset", "engine", "input_digest", "total",
            "columns", "coverage", "kinds", "quality", "contributions", "findings",
        }  # fmt: skip
        assert set(document["total"]) == {
            "excluding_uptake", "including_uptake", "unit", "statement",
        }  # fmt: skip
        assert set(document["coverage"]) >= {"lines", "mass", "carbon", "default_share", "by_tier"}
        assert set(document["kinds"]) == {
            "verified", "declared", "built_up", "default", "expired", "missing",
        }  # fmt: skip
        for row in document["contributions"]:
            assert set(row) >= {"part", "supplier", "quantity", "unit", "value", "share", "kind"}
        for row in document["findings"]:
            assert set(row) >= {"code", "severity", "subject", "tier", "evidence"}
            assert set(row["subject"]) >= {"type"}
            assert all(isinstance(value, str) for value in row["evidence"].values())

    def test_stamps(self, document):
        assert document["ruleset"] == "tierlight-cradle-to-gate/1"
        assert document["engine"] == "tierlight-reference/1"
        assert re.fullmatch(r"[0-9a-f]{64}", document["input_digest"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", document["as_of"])
        assert document["root"]["number"] == "CAR-1"

    def test_amounts_are_decimal_strings(self, document):
        amounts = [
            document["total"]["excluding_uptake"],
            *document["columns"].values(),
            *(document["coverage"][name] for name in ("lines", "mass", "default_share")),
            *(cell for row in document["kinds"].values() for cell in row.values()),
            *(row[name] for row in document["contributions"] for name in ("quantity", "value")),
        ]
        assert all(AMOUNT.fullmatch(amount) for amount in amounts if amount is not None)
        assert len(amounts) > 20

    def test_contributions_add_up_and_their_shares_to_one(self, document):
        rows = [row for row in document["contributions"] if row["value"] is not None]
        total = Decimal(document["total"]["excluding_uptake"])
        assert sum(Decimal(row["value"]) for row in rows) == total == 3100
        shares = sum((Decimal(row["share"]) for row in rows), Decimal(0))
        assert abs(shares - 1) < Decimal("1e-12")
        suppliers = {row["supplier"]: row["value"] for row in document["contributions_by_supplier"]}
        assert suppliers == {None: "2200", "Beifeng Pack": "900"}

    def test_the_most_contributions_wanted(self, cars, document):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/footprint"
        for top, expected in ((0, 0), (1, 1), (2, 2)):
            answer = cars.world.get(AURORA, path, params={"top": top}).json()
            assert len(answer["contributions"]) == expected
            assert answer["total"] == document["total"]

    @pytest.mark.parametrize("view", VIEWS)
    @pytest.mark.parametrize("basis", ["declared", "deep"])
    def test_no_answer_holds_a_float(self, cars, view, basis):
        cars.declare(BEIFENG, "PACK-1", "900.000000000000000000001", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/{view}"
        answer = cars.world.get(AURORA, path, params={"basis": basis})
        assert exact(answer.content)
        assert exact(cars.world.get(AURORA, "/v1/vehicles").content)

    def test_the_list_of_vehicles(self, cars, document):
        (row,) = cars.world.get(AURORA, "/v1/vehicles").json()
        assert row["total"] == document["total"]
        assert row["coverage"]["mass"] == document["coverage"]["mass"]
        counted = [finding["severity"] for finding in document["findings"]]
        assert sum(row["findings"].values()) == len(counted)
        assert row["findings"]["warning"] == counted.count("warning")


class TestTree:
    def tree(self, cars: Chain, **asked: Any) -> Any:
        return cars.get(AURORA, "CAR-1", "tree", **asked)

    def test_a_level_at_a_time(self, cars, document):
        top = self.tree(cars)
        assert (top["node"]["part"]["number"], top["node"]["path"]) == ("CAR-1", "")
        assert [child["node"]["path"] for child in top["children"]] == ["0", "1", "2"]
        assert all("children" not in child for child in top["children"])
        assert self.tree(cars, depth=0).keys() == {"node"}
        deep = self.tree(cars, depth=8)
        for child in top["children"]:
            alone = self.tree(cars, path=child["node"]["path"], depth=0)
            assert alone["node"] == child["node"]
        assert [child["node"] for child in deep["children"]] == [
            child["node"] for child in top["children"]
        ]

    def test_every_place_says_how_much_and_how_it_is_known(self, cars, document):
        rows = {
            (child["node"]["part"]["number"], child["node"]["role"]): child["node"]
            for child in self.tree(cars)["children"]
        }
        own = rows["CAR-1", "own"]
        assert (own["value"], own["kind"]) == ("400", "declared")
        steel = rows["AM-STEEL", "part"]
        assert (steel["quantity"], steel["mass_kg"], steel["value"]) == ("900", "900", "1800")
        pack = rows["AM-PACK", "part"]
        assert (pack["value"], pack["kind"], pack["mass_kg"]) == ("900", "declared", "300")
        assert pack["has_children"]

    def test_a_supplier_s_part_is_closed(self, cars, document):
        (pack,) = (
            child
            for child in self.tree(cars, depth=2)["children"]
            if child["node"]["part"]["number"] == "AM-PACK"
        )
        theirs = next(c for c in pack["children"] if c["node"]["supplier"] == "Beifeng Pack")
        assert theirs["node"]["part"] == {"number": "PACK-1", "name": "Pack"}
        assert not theirs["node"]["has_children"]
        path = theirs["node"]["path"] + ".0"
        part = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/tree"
        assert cars.world.get(AURORA, part, params={"path": path}).status_code == 404

    def test_a_quantity_of_zero_has_no_mass(self, supply):
        supply.tables(
            AURORA,
            parts="""
                number name kind base_unit
                CAR-2 Car assembly piece
                AM-STEEL Steel material kilogram""",
            bom="""
                parent child quantity unit group
                CAR-2 AM-STEEL 0 kg route""",
        )
        (gap,) = supply.get(AURORA, "CAR-2", "tree")["children"][:1]
        assert (gap["node"]["role"], gap["node"]["mass_kg"]) == ("option-unresolved", "0")

    def test_findings_stand_at_their_place(self, cars):
        rows = {
            child["node"]["part"]["number"]: child["node"] for child in self.tree(cars)["children"]
        }
        assert {"code": "tier/missing", "severity": "warning"} in rows["AM-PACK"]["findings"]
        assert rows["AM-STEEL"]["findings"] == []


class TestLanguages:
    def test_statement_and_findings_in_the_reader_s_language(self, cars):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/footprint"
        statements, texts = set(), set()
        for lang in ("en", "de-AT", "zh-CN"):
            headers = cars.world.members[AURORA].headers | {"Accept-Language": lang}
            answer = cars.world.client.get(path, headers=headers).json()
            statement = answer["total"]["statement"]
            assert "2,200" in statement or "2.200" in statement
            assert statement.startswith("≥")  # the pack is missing: never a bare number
            statements.add(statement)
            texts.add(tuple(finding["text"] for finding in answer["findings"]))
        assert len(statements) == len(texts) == 3


class TestStatement:
    def statement(self, cars: Chain) -> str:
        text: str = cars.get(AURORA, "CAR-1")["total"]["statement"]
        return text

    def test_gaps(self, cars):
        assert self.statement(cars) == "≥ 2,200 kgCO2e, 75 % of the mass covered"

    def test_everything_known(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300", outbound_logistics_ghg_emissions="0")
        cars.grant(BEIFENG, AURORA)
        assert self.statement(cars) == "3,100 kgCO2e, everything known"

    def test_an_average_stands_in(self, cars):
        cars.tables(
            AURORA,
            factors="""
                category unit value source year
                nmc-pack piece 5000 a-table 2024""",
        )
        assert self.statement(cars) == "2,200 kgCO2e known + 5,000 kgCO2e by average values"

    def test_nothing_known(self, supply):
        supply.tables(
            AURORA,
            parts="""
                number name kind base_unit
                CAR-2 Car assembly piece
                AM-STEEL Steel material kilogram""",
            bom="""
                parent child quantity unit
                CAR-2 AM-STEEL 900 kg""",
        )
        document = supply.get(AURORA, "CAR-2")
        assert document["total"]["excluding_uptake"] is None
        assert document["total"]["statement"] == "Nothing is known yet"
