"""The shipped vectors: what their script writes, and what the checks find."""

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from tests.schemas import make_vectors
from tierlight_schemas.catalogue import CODES, Family
from tierlight_schemas.checks import check
from tierlight_schemas.envelope import verify

SHIPPED = {
    entry.name: entry.read_bytes()
    for entry in files("tierlight_schemas").joinpath("vectors/v1").iterdir()
}
VECTORS: list[dict[str, Any]] = [json.loads(content) for content in SHIPPED.values()]


def test_the_script_writes_the_same_bytes():
    assert make_vectors.files() == SHIPPED


def test_there_are_enough_and_more_bad_than_good():
    bad = [vector for vector in VECTORS if vector["expected"]]
    assert len(VECTORS) >= 40
    assert len(bad) > len(VECTORS) - len(bad) >= 10


def test_every_document_code_has_a_vector():
    planted = {finding["code"] for vector in VECTORS for finding in vector["expected"]}
    assert planted == {rule.code for rule in CODES.values() if rule.family is Family.DOCUMENT}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_finds_what_is_expected_and_nothing_else(vector):
    given = {name: vector[name] for name in ("split", "category") if name in vector}
    found = check(vector["document"], date.fromisoformat(vector["at"]), **given)
    assert sorted((f.code, str(f.severity), f.path) for f in found) == sorted(
        (wanted["code"], wanted["severity"], wanted["path"]) for wanted in vector["expected"]
    )


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS if "jws" in v], ids=[v["name"] for v in VECTORS if "jws" in v]
)
def test_a_signed_vector_verifies(vector):
    opened = verify(vector["jws"], vector["key"])
    assert opened.document == vector["document"]
