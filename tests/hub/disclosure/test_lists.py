"""Lists that are made of rows: the bytes that their models would give, and what OpenAPI says."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from hub.bom.payloads import PartOut
from hub.declarations.payloads import DeclarationSummary
from hub.factors.payloads import FactorOut
from hub.kit.paging import Page
from tests.cast import AURORA, BEIFENG, YEAR
from tests.hub.chain import Chain

LISTS: dict[str, type[BaseModel]] = {
    "/v1/parts": Page[PartOut],
    "/v1/declarations": Page[DeclarationSummary],
    "/v1/factors": Page[FactorOut],
}
QUERIES = [
    "/v1/parts",
    "/v1/parts?limit=1",
    "/v1/parts?number=AM-STEEL",
    "/v1/parts?number=no-such-part",
    "/v1/declarations",
    "/v1/declarations?limit=1",
    "/v1/declarations?part=AM-STEEL",
    "/v1/declarations?state=superseded",
    "/v1/declarations?part=AM-STEEL&state=withdrawn",
    "/v1/declarations?part=PACK-1",
    "/v1/factors",
    "/v1/factors?limit=1",
]
FACTORS = """
    category unit value source year
    steel-part kg 2.3 invented 2024
    steel-part kg 2.2 invented 2025"""


@pytest.fixture
def listed(cars: Chain) -> Chain:
    """Aurora with parts known well and hardly, declarations in several states, and factors."""
    cars.tables(AURORA, parts="number\nBARE", factors=FACTORS)
    withdrawn = cars.declare(AURORA, "AM-STEEL", "3", declared_unit="kg", mass_kg="1")
    path = f"/v1/declarations/{withdrawn}/withdrawal"
    assert cars.world.post(AURORA, path, json={"reason": "wrong"}).status_code == 201
    cars.declare(AURORA, "CAR-1", "5000", period_end=f"{YEAR}-06-30")
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    return cars


def documented(chain: Chain, path: str) -> Draft202012Validator:
    """The schema that the hub's own description gives for the answer."""
    document = chain.world.client.get("/openapi.json").json()
    answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    return Draft202012Validator({**answer["schema"], "components": document["components"]})


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_is_what_its_model_would_give(listed, query):
    path = query.partition("?")[0]
    content = listed.world.get(AURORA, query).content
    page = LISTS[path].model_validate_json(content)
    assert page.model_dump_json(exclude_none=True).encode() == content


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_is_as_documented(listed, query):
    validator = documented(listed, query.partition("?")[0])
    page = listed.world.get(AURORA, query).json()
    assert list(validator.iter_errors(page)) == []
    assert list(validator.iter_errors({"items": [{}]})) != []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("/v1/parts", ["AM-PACK", "AM-STEEL", "BARE", "CAR-1"]),
        ("/v1/parts?number=AM-STEEL", ["AM-STEEL"]),
        ("/v1/parts?number=PACK-1", []),
    ],
)
def test_only_the_caller_s_parts(listed, query, expected):
    page = listed.world.get(AURORA, query).json()
    assert [item["number"] for item in page["items"]] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["head", "head", "withdrawn", "head"]),
        ("?state=withdrawn", ["withdrawn"]),
        ("?state=head", ["head", "head", "head"]),
        ("?part=AM-STEEL", ["head", "withdrawn"]),
        ("?part=AM-STEEL&state=head", ["head"]),
        ("?part=PACK-1", []),
    ],
)
def test_declarations_of_a_part_and_in_a_state(listed, query, expected):
    page = listed.world.get(AURORA, f"/v1/declarations{query}").json()
    assert [item["state"] for item in page["items"]] == expected


@pytest.mark.parametrize("path", LISTS)
def test_one_by_one_it_is_the_same_list(listed, path):
    whole = listed.world.get(AURORA, path).json()["items"]
    found: list[Any] = []
    page = listed.world.get(AURORA, f"{path}?limit=1").json()
    while "next" in page:
        found += page["items"]
        page = listed.world.get(AURORA, path, params={"limit": 1, "after": page["next"]}).json()
    assert json.dumps(found + page["items"]) == json.dumps(whole)
    assert len(whole) >= 2


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("after", ["x", "W10", "WyJhIiwiYiJd", "e30", "WyJcdTAwMDAiXQ"])
def test_a_cursor_of_nobody_is_refused(listed, path, after):
    answer = listed.world.get(AURORA, path, params={"after": after})
    assert answer.status_code == 400
    assert answer.json()["code"] == "hub/page-cursor"
