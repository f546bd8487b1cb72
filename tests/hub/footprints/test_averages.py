"""Factors of the registry that stand in: by meaning, pinned, and the same two years later."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hub.factors.averages import shared_averages
from hub.factors.registry import SetName, import_set
from hub.footprints.book import REGISTRY_DEFAULTS
from hub.kit.clock import now
from hub.kit.database import Database
from hub.main import create_app
from hub.parties.usecases import add_site
from hub.trust.hub_key import make_hub_key
from tests.cast import AURORA
from tests.hub.chain import Chain
from tests.hub.conftest import World
from tests.hub.csv_files import file
from tests.schemas.factors.own_factor import ROW
from tierlight_schemas.factors.registry import Registry, shipped
from tierlight_schemas.statement_bundle import check_bundle

IAI_2022 = "materials-cited/al-primary-iai-2022"


def knowing(database: Database, **info: Any) -> Database:
    """The same database, whose sessions know this too."""

    def told(factory: Any) -> Any:
        scoped = copy(factory)
        scoped.kw = {**factory.kw, "info": {**factory.kw.get("info", {}), **info}}
        return scoped

    return Database(database.engine, told(database.write), told(database.read))


@pytest.fixture
def standing_in(members, session, settings, database, tmp_path) -> Iterator[Chain]:
    """The cast at a hub that lets factors of the registry stand in."""
    make_hub_key(tmp_path / "hub-key")
    changed = settings.model_copy(update={"signing_key_file": tmp_path / "hub-key"})
    app = create_app(changed, knowing(database, **{REGISTRY_DEFAULTS: True}))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield Chain(World(members, client, session))


@pytest.fixture
def without(world) -> Chain:
    return Chain(world)


def frame(chain: Chain, category: str = "material/aluminium/primary") -> Chain:
    """Aurora's frame of 10 kg of a material that nobody declared."""
    chain.tables(
        AURORA,
        parts=f"""
            number name kind base_unit net_mass_kg category
            FRAME Frame assembly piece 10 .
            BAR Bar material kilogram . {category}""",
        bom="""
            parent child quantity unit
            FRAME BAR 10 kg""",
    )
    return chain


def imported(chain: Chain, version: str, **changes: str) -> None:
    """Another version of a set of the operator's."""
    row = ROW | {"id": "own/bar", "category": "own/bar", "unit": "kg", "geography": "*"} | changes
    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"
    said = SetName("own-bars", version, "An institute", "given to all")
    import_set(chain.world.session, said, file(text))
    chain.world.session.commit()


def used(chain: Chain, **asked: str) -> list[str]:
    """References of the averages below the frame."""
    found = chain.get(AURORA, "FRAME", "findings", **asked)
    return [f["evidence"]["source"] for f in found if f["code"] == "tier/default-used"]


class TestStandIn:
    def test_nothing_does_unless_the_operator_says_so(self, without):
        frame(without)
        assert without.total(AURORA, "FRAME") is None
        assert used(without) == []

    def test_by_category_unit_and_nearest_year_with_its_version(self, standing_in):
        frame(standing_in)
        assert standing_in.total(AURORA, "FRAME", as_of="2026-06-01") == "151"  # 10 kg at 15.1
        (said,) = used(standing_in)
        pinned = shipped().get(IAI_2022)
        assert pinned
        assert said == pinned.pinned
        assert standing_in.total(AURORA, "FRAME", as_of="2019-06-01") == "168"

    def test_the_fast_engine_says_the_same(self, standing_in):
        frame(standing_in)
        answer = standing_in.world.get(AURORA, "/v1/portfolio/vehicles")
        assert [row["excluding_uptake"] for row in answer.json()] == ["151"]

    def test_an_own_factor_wins_even_in_another_unit(self, standing_in):
        frame(standing_in)
        table = "category,unit,value,source,year\nmaterial/aluminium/primary,t,9000,mill,2010\n"
        standing_in.send(AURORA, "factors", file(table))
        assert standing_in.total(AURORA, "FRAME") == "90"
        assert used(standing_in) == ["mill (2010)"]

    @pytest.mark.parametrize(
        "category",
        [
            "material/aluminium",  # no factor's category: primary and recycled lie below
            "aluminium",
            "fuel/diesel",  # direct CO2 alone
            "heat",
            "material/steel/crude",  # CO2 without the other gases
            "Material/Aluminium/Primary",
        ],
    )
    def test_what_does_not_mean_the_same_is_never_taken(self, standing_in, category):
        frame(standing_in, category)
        assert standing_in.total(AURORA, "FRAME") is None
        assert used(standing_in) == []

    def test_a_unit_that_does_not_convert_is_said(self, standing_in):
        frame(standing_in)
        imported(standing_in, "1", category="own/hour", unit="kWh", value="2")
        standing_in.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg category
                BAR Bar material kilogram . own/hour""",
        )
        codes = {found["code"] for found in standing_in.get(AURORA, "FRAME", "findings")}
        assert "tier/unit-mismatch" in codes


class TestPlace:
    def power(self, chain: Chain) -> str | None:
        chain.tables(
            AURORA,
            parts="""
                number name kind base_unit net_mass_kg category
                FRAME Frame assembly piece 10 .
                POWER Power energy kWh . electricity""",
            bom="""
                parent child quantity unit
                FRAME POWER 1 kWh""",
        )
        found = used(chain)
        return found[0].rpartition(":")[2] if found else None

    def site(self, chain: Chain, code: str, country: str, subdivision: str | None = None) -> None:
        add_site(chain.world.session, chain.id(AURORA), code, code, country, subdivision)
        chain.world.session.commit()

    def test_without_a_site_it_is_the_company_s_country(self, standing_in):
        assert self.power(standing_in) == f"world-electricity/{AURORA.country}/2023/average"

    def test_it_is_where_the_sites_stand(self, standing_in):
        before = self.power(standing_in)
        self.site(standing_in, "A", "CN", "CN-JL")
        after = self.power(standing_in)
        assert after == "world-electricity/CN/2023/average"  # a province has direct CO2 only
        assert after != before

    def test_a_state_before_its_country(self, standing_in):
        self.site(standing_in, "A", "US", "US-TX")
        self.site(standing_in, "B", "US", "US-TX")
        assert self.power(standing_in) == "world-electricity/US/2023/average"

    def test_sites_in_several_countries_have_none(self, standing_in):
        self.site(standing_in, "A", "DE")
        self.site(standing_in, "B", "FR")
        assert self.power(standing_in) is None

    def test_known_then_is_where_they_stood_then(self, standing_in):
        before = self.power(standing_in)
        known_at = now().isoformat()
        self.site(standing_in, "A", "CN")
        (then,) = used(standing_in, known_at=known_at)
        assert then.rpartition(":")[2] == before


class TestTwoYearsLater:
    def told(self, chain: Chain, known_at: str) -> dict[str, Any]:
        asked = {"known_at": known_at, "as_of": "2026-06-01"}
        document = chain.get(AURORA, "FRAME", **asked)
        assert document["total"]["excluding_uptake"] is not None
        return document

    def test_the_same_digits(self, standing_in):
        frame(standing_in, "own/bar")
        imported(standing_in, "2024", value="3.20")
        then = now().isoformat()
        before = self.told(standing_in, then)
        imported(standing_in, "2026", value="2.75", year="2026")
        assert self.told(standing_in, then) == before
        assert before["total"]["excluding_uptake"] == "32"
        assert standing_in.total(AURORA, "FRAME") == "27.5"
        assert used(standing_in) == ["own-bars@2026:own/bar"]

    def test_what_was_not_known_does_not_count(self, standing_in):
        frame(standing_in, "own/bar")
        before = now().isoformat()
        imported(standing_in, "2024")
        assert standing_in.total(AURORA, "FRAME", known_at=before) is None

    def test_a_kept_answer_ends_with_a_new_set(self, standing_in):
        frame(standing_in, "own/bar")
        imported(standing_in, "2024", value="3.20")
        assert [standing_in.total(AURORA, "FRAME") for _ in range(2)] == ["32", "32"]
        imported(standing_in, "2026", value="2.75")
        assert standing_in.total(AURORA, "FRAME") == "27.5"

    def test_a_statement_recomputes_and_can_be_made_again(self, standing_in):
        frame(standing_in, "own/bar")
        imported(standing_in, "2024", value="3.20")
        then = now().isoformat()
        path = f"/v1/parts/{standing_in.part(AURORA, 'FRAME')}/statements"
        asked = {"as_of": "2026-06-01", "known_at": then}
        bundle = standing_in.world.post(AURORA, path, json=asked).content
        imported(standing_in, "2026", value="2.75")
        first = check_bundle(bundle).subject
        again = check_bundle(standing_in.world.post(AURORA, path, json=asked).content).subject
        assert again["result"] == first["result"]
        assert first["result"]["total"]["excludingUptake"] == "32"
        assert again["inputs"] == first["inputs"]
        newest = standing_in.world.post(AURORA, path, json={"as_of": "2026-06-01"}).content
        assert check_bundle(newest).subject["inputs"] != first["inputs"]


class TestPure:
    def test_of_the_world_only_where_no_place_is_known(self):
        found = shared_averages(shipped(), "*", 2026)
        assert "electricity" not in found
        assert found["material/aluminium/primary"][0].value == "15.1"

    def test_one_of_each_unit(self):
        found = shared_averages(shipped(), "DE", 2022)
        for category, averages in found.items():
            assert {average.category for average in averages} == {category}
            assert len({average.unit for average in averages}) == len(averages)
            assert not any(average.is_own for average in averages)

    def test_every_one_is_life_cycle_co2e(self):
        held = {factor.pinned: factor for factor in shipped().factors}
        for place in ("*", "CN-JL", "DE", "US-TX"):
            for averages in shared_averages(shipped(), place, 2023).values():
                for average in averages:
                    factor = held[average.reference]
                    assert (factor.scope, factor.gases) == ("life-cycle", "CO2e")

    def test_nothing_of_an_empty_registry(self):
        assert shared_averages(Registry(()), "DE", 2026) == {}
