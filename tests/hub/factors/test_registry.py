"""The registry on the hub: sets that an operator adds, and questions over HTTP."""

import pytest
from sqlalchemy import func, select

from hub.factors.registry import SetName, factors_of_set, import_set, registry
from hub.factors.tables import FactorSetRow, RegistryFactor
from hub.kit.csv_table import BadTable
from hub.kit.errors import BadInput, Conflict
from hub.parties.usecases import add_company
from tests.hub.calling import calling
from tests.hub.csv_files import file
from tests.schemas.factors.own_factor import ROW
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.registry import shipped

STEAM = SetName("park-heat", "2024", "Industrial park of Wuhu", "Given to its tenants")
ANSWER = "/v1/registry/answer"
JILIN = {"category": "electricity", "geography": "CN-JL", "year": "2022", "basis": "location"}


def table(**changes: str) -> str:
    row = ROW | changes
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


def load(session, text: str = "", said: SetName = STEAM):
    return import_set(session, said, file(text or table()))


class TestImport:
    def test_adds_a_set_that_is_found_by_meaning(self, session):
        assert load(session) == ("park-heat@2024", 1)
        found = look_up(registry(session), Question("heat", "CN-AH", 2024)).found
        assert found
        assert found.factor.pinned == "park-heat@2024:own/steam"
        assert (found.factor.value, found.factor.gwp) == ("110", "AR6")
        assert found.factor.set.licence == "Given to its tenants"

    def test_the_same_again_changes_nothing(self, session):
        load(session)
        load(session)
        assert session.scalar(select(func.count()).select_from(RegistryFactor)) == 1

    def test_a_version_is_never_changed(self, session):
        load(session)
        with pytest.raises(Conflict, match="factor/set-known"):
            load(session, table(value="111"))

    def test_a_new_version_takes_the_place_and_the_old_one_stays_readable(self, session):
        load(session)
        load(session, table(value="95.5"), STEAM._replace(version="2025"))
        now = registry(session).get("own/steam")
        assert now
        assert now.pinned == "park-heat@2025:own/steam"
        old = session.scalars(select(FactorSetRow).filter_by(version="2024")).one()
        assert [factor.value for factor in factors_of_set(session, old)] == ["110"]

    @pytest.mark.parametrize(
        ("changes", "column", "code"),
        [
            ({"source": ""}, "source", "factor/empty"),
            ({"year": ""}, "year", "factor/empty"),
            ({"gases": ""}, "gases", "factor/empty"),
            ({"gases": "CO2e"}, "gases", "factor/no-gwp-set"),
            ({"unit": "ton"}, "unit", "factor/unit"),
            ({"value": "1.1.1"}, "value", "factor/number"),
            ({"geography": "ZZ"}, "geography", "factor/geography"),
            ({"scope": "both"}, "scope", "factor/word"),
        ],
    )
    def test_a_bad_row_is_named_and_nothing_is_imported(self, session, changes, column, code):
        good = table().splitlines()[1].replace("own/steam", "own/good")
        with pytest.raises(BadTable) as refused:
            load(session, table(**changes) + good + "\n")
        details = [(d["row"], d["column"], d["code"]) for d in refused.value.details]
        assert details == [("2", column, code)]
        assert session.scalar(select(func.count()).select_from(FactorSetRow)) == 0

    def test_two_rows_of_one_id_are_one_too_many(self, session):
        text = table()
        with pytest.raises(BadTable) as refused:
            load(session, text + text.splitlines()[1] + "\n")
        assert [d["code"] for d in refused.value.details] == ["factor/twice"]
        assert refused.value.details[0]["first"] == "2"

    @pytest.mark.parametrize(
        "said",
        [
            STEAM._replace(name="cn-electricity"),
            STEAM._replace(name="Park heat"),
            STEAM._replace(name=""),
            STEAM._replace(version="2024/1"),
            STEAM._replace(name="x" * 61),
            STEAM._replace(publisher=" "),
            STEAM._replace(licence=""),
        ],
    )
    def test_a_set_needs_a_name_of_its_own_a_publisher_and_a_licence(self, session, said):
        with pytest.raises(BadInput):
            load(session, said=said)

    def test_what_ships_can_be_exported_and_read_again(self, session):
        """The same checks for both: every shipped row would pass as an operator's."""
        assert len(registry(session).factors) == len(shipped().factors) > 400


class TestOverHttp:
    @pytest.fixture
    def caller(self, client, session):
        return calling(client, session, add_company(session, "Aurora Motors", "DE", []).id)

    def test_one_factor_with_its_reason_and_the_nearest_others(self, caller):
        answer = caller.get(ANSWER, **JILIN).json()
        assert answer["found"]["factor"]["value"] == "0.4932"
        assert answer["found"]["factor"]["set"] == "cn-electricity@2025-12-31"
        assert answer["reason"] == "It is of the place and the year asked for."
        assert answer["open"] == []
        assert [each["years_apart"] for each in answer["alternatives"][:3]] == [-1, 1, 0]
        assert answer["alternatives"][2]["factor"]["geography"] == "CN.northeast"

    def test_direct_and_life_cycle_are_not_taken_for_one_another(self, caller):
        asked = {"category": "electricity", "geography": "CN", "year": 2023, "basis": "location"}
        answer = caller.get(ANSWER, **asked).json()
        assert "found" not in answer
        assert answer["open"] == ["scope"]
        told = {a["factor"]["gases"] for a in answer["alternatives"]}
        assert told == {"CO2", "CO2e"}
        said = caller.get(ANSWER, **asked, scope="life-cycle").json()
        assert said["found"]["factor"]["id"] == "world-electricity/CN/2023/average"

    def test_it_speaks_the_reader_s_language(self, caller):
        caller.headers["accept-language"] = "zh-CN"
        answer = caller.get(ANSWER, **JILIN).json()
        assert answer["found"]["factor"]["name"] == "吉林电力平均二氧化碳排放因子"
        assert answer["reason"] == "地区和年份与所问一致。"

    @pytest.mark.parametrize(
        "changes",
        [
            {"year": "1700"},
            {"year": "soon"},
            {"geography": "China"},
            {"geography": ""},
            {"basis": "both"},
            {"scope": "gate"},
            {"category": "x" * 101},
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, caller, changes):
        assert caller.get(ANSWER, **JILIN | changes).status_code == 400

    def test_pages_of_a_category(self, caller):
        first = caller.get("/v1/registry/factors", category="fuel", limit=6).json()
        rest = caller.get("/v1/registry/factors", category="fuel", after=first["next"]).json()
        ids = [one["id"] for one in first["items"] + rest["items"]]
        assert ids == sorted(ids)
        assert len(ids) == 10
        one = caller.get("/v1/registry/factors", geography="CN-JL").json()["items"]
        assert len(one) == 4

    def test_sets_with_their_licences(self, caller):
        sets = {one["name"]: one for one in caller.get("/v1/registry/sets").json()}
        assert sets["world-electricity@2023"]["licence"] == "CC BY 4.0"
        assert "apart" in sets["cn-electricity-2020@2023"]

    def test_the_factor_that_was_used(self, caller):
        asked = {"emissions": "0.38987", "emissions_unit": "t", "energy": "0.073478"}
        answer = caller.get("/v1/registry/implied", **asked, energy_unit="万kWh").json()
        assert answer["value"] == "0.530594"
        assert [m["factor"]["id"] for m in answer["equals"]] == ["cn-electricity/CN/2023/average"]

    def test_or_that_none_was(self, caller):
        asked = {"emissions": "997.3", "energy": "1000.0", "geography": "CN-AH"}
        answer = caller.get("/v1/registry/implied", **asked).json()
        assert answer["equals"] == []
        assert all(m["factor"]["geography"].startswith("CN") for m in answer["nearest"])

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"energy": "0"}, "factor/nothing-implied"),
            ({"emissions": "-5.0"}, "factor/nothing-implied"),
            ({"energy": "many"}, "factor/amount"),
            ({"energy_unit": "kg"}, "factor/unit-unknown"),
            ({"emissions_unit": "kWh"}, "factor/unit-unknown"),
            ({"category": "no-such"}, "factor/unit-unknown"),
            ({"geography": "Wuhu"}, "factor/place-unknown"),
        ],
    )
    def test_numbers_that_imply_nothing(self, caller, changes, code):
        asked = {"emissions": "389.87", "energy": "734.78"} | changes
        answer = caller.get("/v1/registry/implied", **asked)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
