"""Scenarios are saved under a name, in versions that stay; only their company finds them."""

import json

import pytest

from hub.scenarios import usecases
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.hub.scenarios.conftest import STEEL, WhatIf
from tierlight_schemas.canonical import digest


def put(what_if: WhatIf, scenario: str, *changes, name: str = "S", **more):
    body = {"name": name, "changes": changes} | more
    return what_if.world.put(AURORA, f"/v1/scenarios/{scenario}", json=body)


class TestSaving:
    def test_what_is_saved_is_read_again(self, what_if):
        sent = {
            "name": "Light steel",
            "description": "what the mill offers",
            "as_of": "2026-03-01",
            "known_at": "2026-03-01T12:00:00+01:00",
            "changes": [],
        }
        answer = what_if.world.post(AURORA, "/v1/scenarios", json=sent)
        assert answer.status_code == 201
        saved = answer.json()
        assert saved | {"known_at": sent["known_at"]} == saved | sent
        assert saved["known_at"] == "2026-03-01T11:00:00Z"
        assert what_if.world.get(AURORA, f"/v1/scenarios/{saved['id']}").json() == saved

    def test_the_digest_is_that_of_its_canonical_changes(self, what_if):
        saved = what_if.world.get(AURORA, f"/v1/scenarios/{what_if.save(STEEL)}").json()
        document = {"type": "tierlight.scenario/1", "changes": saved["changes"]}
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        assert saved["digest"] == digest(text.encode())
        assert saved["changes"] == [STEEL | {"unit": "kilogram"}]

    def test_lists_are_by_name_and_in_pages(self, what_if):
        for name in ("B", "a", "C"):
            what_if.save(name=name)
        first = what_if.world.get(AURORA, "/v1/scenarios", params={"limit": 2}).json()
        rest = what_if.world.get(AURORA, "/v1/scenarios", params={"after": first["next"]}).json()
        names = [item["name"] for item in first["items"] + rest["items"]]
        assert sorted(names) == ["B", "C", "a"]
        assert len(first["items"]) == 2

    @pytest.mark.parametrize(
        ("change", "code", "told"),
        [
            (STEEL | {"part": "PACK-1"}, "scenario/part-unknown", "you have no part PACK-1"),
            (STEEL | {"unit": "kWh"}, "scenario/unit", "does not convert to kilogram"),
            (
                {"change": "new-source", "part": "AM-PACK", "name": "B", "share": "0.1"}
                | {"value": "1", "unit": "piece"},
                "scenario/shares",
                "come to 110 %",
            ),
            (
                {"change": "share", "part": "AM-PACK", "supplierPart": "CELL-1", "share": "0"},
                "scenario/source-unknown",
                "it is bought as: PACK-1",
            ),
            (
                {"change": "removed-line", "part": "CAR-1", "child": "AM-ALU"},
                "scenario/line-unknown",
                "no such line with AM-ALU",
            ),
            (
                {"change": "factor", "category": "cells", "unit": "kg", "value": "1"},
                "scenario/category-unknown",
                "none of your parts",
            ),
        ],
    )
    def test_a_change_that_does_not_fit_is_named(self, what_if, change, code, told):
        sent = {"name": "S", "changes": [STEEL, change]}
        answer = what_if.world.post(AURORA, "/v1/scenarios", json=sent)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
        assert answer.json()["message"].startswith(f"Change 2 ({change['change']}): ")
        assert told in answer.json()["message"]
        assert answer.json()["remedy"]
        assert what_if.world.get(AURORA, "/v1/scenarios").json() == {"items": []}

    @pytest.mark.parametrize("name", ["", " ", " S", "S ", "a\tb", "x" * 201])
    def test_a_name_that_cannot_be_one(self, what_if, name):
        answer = what_if.world.post(AURORA, "/v1/scenarios", json={"name": name, "changes": []})
        assert answer.status_code == 400

    def test_a_name_is_unique_within_the_company(self, what_if):
        what_if.save(name="S")
        what_if.save(name="S", actor=BEIFENG)
        answer = what_if.world.post(AURORA, "/v1/scenarios", json={"name": "S", "changes": []})
        assert (answer.status_code, answer.json()["code"]) == (409, "hub/scenario-exists")

    def test_as_many_as_a_company_may_keep(self, what_if, monkeypatch):
        assert usecases.MAX_SCENARIOS == 200
        monkeypatch.setattr(usecases, "MAX_SCENARIOS", 2)
        what_if.save(name="A")
        second = what_if.save(name="B")
        sent = {"name": "C", "changes": []}
        assert what_if.world.post(AURORA, "/v1/scenarios", json=sent).status_code == 409
        what_if.save(name="C", actor=BEIFENG)
        what_if.world.delete(AURORA, f"/v1/scenarios/{second}")
        assert what_if.world.post(AURORA, "/v1/scenarios", json=sent).status_code == 201

    def test_too_many_bytes(self, what_if):
        name = "x" * 170
        source = {"change": "new-source", "part": "AM-PACK", "name": name, "share": "0"}
        changes = [source | {"value": "1", "unit": "piece"}] * 250
        answer = what_if.world.post(AURORA, "/v1/scenarios", json={"name": "S", "changes": changes})
        assert (answer.status_code, answer.json()["code"]) == (413, "hub/scenario-size")
        assert "64000" in answer.json()["message"]

    def test_too_many_changes(self, what_if):
        small = {"change": "removed-line", "part": "A", "child": "B"}
        sent = {"name": "S", "changes": [small] * 501}
        answer = what_if.world.post(AURORA, "/v1/scenarios", json=sent)
        assert answer.status_code == 400
        assert answer.json()["details"][0]["place"] == "body.changes"


class TestVersions:
    def test_an_edit_is_a_new_version_and_the_old_one_stays(self, what_if):
        scenario = what_if.save(STEEL)
        edited = put(what_if, scenario, STEEL | {"value": "1"}, name="Renamed").json()
        assert (edited["version"], edited["name"]) == (2, "Renamed")
        path = f"/v1/scenarios/{scenario}"
        assert what_if.world.get(AURORA, path).json() == edited
        first = what_if.world.get(AURORA, path, params={"version": 1}).json()
        assert (first["version"], first["name"]) == (1, "S")
        assert first["changes"][0]["value"] == "1.5"
        totals = [what_if.ask(scenario, version=n)["total"]["excluding_uptake"] for n in (1, 2)]
        assert totals == ["2650", "2200"]

    def test_the_same_again_is_no_new_version(self, what_if):
        scenario = what_if.save(STEEL)
        assert put(what_if, scenario, STEEL).json()["version"] == 1
        assert put(what_if, scenario, STEEL, description="why").json()["version"] == 2
        assert put(what_if, scenario, STEEL, description="why").json()["version"] == 2

    def test_an_edit_that_does_not_fit_changes_nothing(self, what_if):
        scenario = what_if.save(STEEL)
        assert put(what_if, scenario, STEEL | {"part": "NONE"}).status_code == 400
        assert what_if.world.get(AURORA, f"/v1/scenarios/{scenario}").json()["version"] == 1

    @pytest.mark.parametrize("number", [2, 99])
    def test_a_version_that_is_not_there(self, what_if, number):
        path = f"/v1/scenarios/{what_if.save(STEEL)}"
        answer = what_if.world.get(AURORA, path, params={"version": number})
        assert answer.status_code == 404

    def test_removed_is_gone_with_all_versions(self, what_if):
        scenario = what_if.save(STEEL)
        put(what_if, scenario)
        path = f"/v1/scenarios/{scenario}"
        assert what_if.world.delete(AURORA, path).status_code == 204
        assert what_if.world.get(AURORA, path).status_code == 404
        assert what_if.world.delete(AURORA, path).status_code == 404
        what_if.save(name="S")  # the name is free again


def test_another_company_s_scenario_is_like_none(what_if):
    scenario = what_if.save(STEEL)
    part = what_if.world.part(FOXGLOVE, "CAR-1").id
    paths = [
        f"/v1/scenarios/{{}}{view}?part_id={part}" for view in ("", "/footprint", "/difference")
    ]
    for path in paths:
        answers = [what_if.world.get(FOXGLOVE, path.format(it)) for it in (scenario, "none")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    own = what_if.save(name="own", actor=FOXGLOVE)
    against = f"/v1/scenarios/{own}/difference?part_id={part}&against={scenario}"
    assert what_if.world.get(FOXGLOVE, against).status_code == 404
    body = {"name": "S", "changes": []}
    assert what_if.world.put(FOXGLOVE, f"/v1/scenarios/{scenario}", json=body).status_code == 404
    assert what_if.world.delete(FOXGLOVE, f"/v1/scenarios/{scenario}").status_code == 404
    assert what_if.world.get(AURORA, f"/v1/scenarios/{scenario}").status_code == 200
