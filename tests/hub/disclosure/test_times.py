"""Yesterday's answer is yesterday's: `known_at` chooses what was recorded, `as_of` what holds."""

import pytest

from hub.kit.clock import now
from tests.cast import AURORA, BEIFENG, YEAR
from tests.hub.chain import Chain, car
from tierlight_schemas.build import Predecessor


@pytest.fixture
def plain(supply: Chain) -> Chain:
    """A bracket of 2 kg of steel, declared."""
    supply.tables(
        AURORA,
        parts="""
            number name kind base_unit net_mass_kg
            BRACKET Bracket assembly piece 2
            STEEL Steel material kilogram .
            COPPER Copper material kilogram .""",
        bom="""
            parent child quantity unit
            BRACKET STEEL 2 kg""",
    )
    supply.declare(AURORA, "STEEL", "2", declared_unit="kg", mass_kg="1")
    supply.declare(AURORA, "COPPER", "5", declared_unit="kg", mass_kg="1")
    return supply


def instant() -> str:
    return now().isoformat()


class TestKnownAt:
    def test_the_old_bill_of_materials(self, plain):
        then = instant()
        plain.tables(
            AURORA,
            bom="""
                parent child quantity unit
                BRACKET STEEL 1 kg
                BRACKET COPPER 1 kg""",
        )
        assert plain.total(AURORA, "BRACKET") == "7"
        assert plain.total(AURORA, "BRACKET", known_at=then) == "4"

    def test_the_old_declaration(self, plain):
        first = plain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        plain.grant(BEIFENG, AURORA)
        plain.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share
                BRACKET uscc:91BEIFENG000000002 PACK-1 1""",
        )
        plain.confirm(BEIFENG)
        then = instant()
        before = plain.get(AURORA, "BRACKET", known_at=then)
        corrected = BEIFENG.built(
            "PACK-1", kgco2e="700", mass_kg="300", supersedes=Predecessor(first, None)
        )
        assert plain.world.submit(BEIFENG, BEIFENG.packed(corrected)).status_code == 201
        assert plain.total(AURORA, "BRACKET") == "700"
        after = plain.get(AURORA, "BRACKET", known_at=then)
        assert after["total"]["excluding_uptake"] == "900"
        assert after == before

    def test_the_old_mass(self, plain):
        plain.tables(
            AURORA,
            parts="""
                number name base_unit net_mass_kg
                GLASS Glass piece 2""",
        )
        plain.tables(
            AURORA,
            bom="""
                parent child quantity unit
                BRACKET STEEL 2 kg
                BRACKET GLASS 1 piece""",
        )
        then = instant()
        before = plain.get(AURORA, "BRACKET")
        plain.tables(
            AURORA,
            parts="""
                number name base_unit net_mass_kg
                GLASS Glass piece 6""",
        )
        after = plain.get(AURORA, "BRACKET")
        assert before["coverage"]["mass"] == "0.5"  # 2 of 4 kg
        assert after["coverage"]["mass"] == "0.25"  # 2 of 8 kg
        assert plain.get(AURORA, "BRACKET", known_at=then)["coverage"]["mass"] == "0.5"
        assert after["input_digest"] != before["input_digest"]

    def test_before_the_link_was_confirmed(self, supply):
        cars = car(supply, confirmed=False)
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        then = instant()
        cars.confirm(BEIFENG)
        assert cars.total(AURORA, "CAR-1") == "3100"
        assert cars.total(AURORA, "CAR-1", known_at=then) == "2200"

    def test_the_old_share(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        then = instant()
        cars.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share delivery_term
                AM-PACK uscc:91BEIFENG000000002 PACK-1 0.5 DAP""",
        )
        assert cars.total(AURORA, "CAR-1") == "2650"
        assert cars.total(AURORA, "CAR-1", known_at=then) == "3100"

    def test_before_it_was_withdrawn(self, plain):
        digest = plain.declare(AURORA, "BRACKET", "12")
        then = instant()
        path = f"/v1/declarations/{digest}/withdrawal"
        plain.world.post(AURORA, path, json={"reason": "counted twice"})
        assert plain.total(AURORA, "BRACKET") == "4"
        assert plain.total(AURORA, "BRACKET", known_at=then) == "12"

    def test_before_the_part_there_is_no_answer(self, plain):
        path = f"/v1/parts/{plain.part(AURORA, 'BRACKET')}/footprint"
        answer = plain.world.get(AURORA, path, params={"known_at": "2020-01-01T00:00:00Z"})
        unknown = plain.world.get(AURORA, "/v1/parts/none/footprint")
        assert (answer.status_code, answer.content) == (404, unknown.content)

    def test_a_new_factor_is_not_known_yesterday(self, plain):
        plain.tables(
            AURORA,
            parts="""
                number name kind base_unit category
                STEEL Steel material kilogram steel
                LEAD Lead material kilogram lead""",
            bom="""
                parent child quantity unit
                BRACKET LEAD 2 kg""",
            factors="""
                category unit value source year
                lead kg 3 a-table 2023""",
        )
        then = instant()
        digest = plain.get(AURORA, "BRACKET")["input_digest"]
        plain.tables(
            AURORA,
            factors="""
                category unit value source year
                lead kg 4 a-table 2023""",
        )
        assert plain.total(AURORA, "BRACKET") == "8"
        assert plain.total(AURORA, "BRACKET", known_at=then) == "6"
        assert plain.get(AURORA, "BRACKET")["input_digest"] != digest

    def test_of_two_years_the_later_whichever_came_last(self, plain):
        for year, value in (("2024", "4"), ("2021", "9")):
            plain.tables(
                AURORA,
                parts="""
                    number name kind base_unit category
                    LEAD Lead material kilogram lead""",
                bom="""
                    parent child quantity unit
                    BRACKET LEAD 2 kg""",
                factors=f"""
                    category unit value source year
                    lead kg {value} a-table {year}""",
            )
        assert plain.total(AURORA, "BRACKET") == "8"

    def test_a_factor_in_a_unit_that_converts_goes_before_one_that_does_not(self, plain):
        plain.tables(
            AURORA,
            parts="""
                number name kind base_unit category
                LEAD Lead material kilogram lead""",
            bom="""
                parent child quantity unit
                BRACKET LEAD 2 kg""",
            factors="""
                category unit value source year
                lead tonne 3000 a-table 2020
                lead kWh 9 a-table 2024""",
        )
        assert plain.total(AURORA, "BRACKET") == "6"


class TestAsOf:
    def test_lines_hold_from_their_first_day_to_the_day_before_their_end(self, plain):
        plain.tables(
            AURORA,
            bom="""
                parent child quantity unit effective_from effective_to
                BRACKET STEEL 2 kg . 2026-07-01
                BRACKET COPPER 2 kg 2026-07-01 .""",
        )
        assert plain.total(AURORA, "BRACKET", as_of="2026-06-30") == "4"
        assert plain.total(AURORA, "BRACKET", as_of="2026-07-01") == "10"

    def test_links_hold_on_their_days(self, cars):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        cars.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share from to
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 2026-01-01 2026-07-01""",
        )
        cars.confirm(BEIFENG)
        assert cars.total(AURORA, "CAR-1", as_of="2026-06-30") == "3100"
        assert cars.total(AURORA, "CAR-1", as_of="2026-07-01") == "2200"

    def test_a_declaration_holds_for_three_years_unless_it_says_otherwise(self, plain):
        ended = f"{YEAR + 3}-12-31"
        document = plain.get(AURORA, "BRACKET", as_of=ended)
        assert document["total"]["excluding_uptake"] is None
        assert [row["kind"] for row in document["contributions"]] == ["expired", "missing"]
        assert plain.total(AURORA, "BRACKET", as_of=f"{YEAR + 3}-12-30") == "4"
        assert plain.total(AURORA, "BRACKET", as_of=f"{YEAR}-06-30") is None

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_any_day_has_an_answer(self, cars, day):
        cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        assert cars.everything(AURORA, "CAR-1", as_of=day)


def test_the_same_question_has_the_same_answer(cars):
    asked = {"as_of": "2026-11-01", "known_at": instant()}
    assert cars.everything(AURORA, "CAR-1", **asked) == cars.everything(AURORA, "CAR-1", **asked)


def test_the_input_digest_sees_shares_and_forgets_consents_that_change_nothing(cars):
    cars.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    digests = [cars.get(AURORA, "CAR-1")["input_digest"]]
    cars.grant(BEIFENG, AURORA)
    digests.append(cars.get(AURORA, "CAR-1")["input_digest"])
    cars.tables(
        AURORA,
        sourcing="""
            part supplier supplier_part share delivery_term
            AM-PACK uscc:91BEIFENG000000002 PACK-1 0.5 DAP""",
    )
    digests.append(cars.get(AURORA, "CAR-1")["input_digest"])
    assert len(set(digests)) == 3
    cars.grant(BEIFENG, AURORA, level=3)
    assert cars.get(AURORA, "CAR-1")["input_digest"] == digests[-1]
