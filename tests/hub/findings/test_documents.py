"""From signed bytes to findings: what the rules are told of declarations, end to end."""

import copy
from typing import Any

import pytest

from tests.cast import AURORA, BEIFENG, CELLWERK, YEAR, Actor
from tests.hub.chain import Chain, car
from tests.hub.conftest import World
from tierlight_schemas.build import Built, Predecessor
from tierlight_schemas.envelope import canonical


@pytest.fixture
def chain(world: World) -> Chain:
    """Aurora's car, Beifeng's pack and Cellwerk's cells; totals are granted along the links."""
    supply = car(Chain(world))
    supply.grant(BEIFENG, AURORA)
    supply.grant(CELLWERK, BEIFENG)
    return supply


def changed(built: Built, **footprint: Any) -> Built:
    """The same declaration with members of its footprint set; `pcf` is added to."""
    document = copy.deepcopy(built.document)
    held = document["credentialSubject"]["footprint"]
    held["pcf"] |= footprint.pop("pcf", {})
    for name, value in footprint.pop("part", {}).items():
        held["extensions"][0]["data"][name] = value
    held |= footprint
    return Built(document, canonical(document), built.annexes)


def sent(chain: Chain, actor: Actor, built: Built) -> Predecessor:
    """Signed and taken in; what a next version replaces."""
    answer = chain.world.submit(actor, actor.packed(built))
    assert answer.status_code == 201, answer.text
    name = built.document["credentialSubject"]["footprint"]["id"]
    return Predecessor(answer.json()["digest"], name)


def withdrawn(chain: Chain, actor: Actor, declared: Predecessor) -> None:
    path = f"/v1/declarations/{declared.digest}/withdrawal"
    answer = chain.world.post(actor, path, json={"reason": "a typing error"})
    assert answer.is_success, answer.text


def of_year(year: int) -> dict[str, str]:
    return {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}


def found(chain: Chain, reader: Actor, number: str, *families: str, **asked: Any) -> list[Any]:
    """Findings of these families, as the reader is told them."""
    families = families or ("version/",)
    told = chain.get(reader, number, "findings", **asked)
    return [finding for finding in told if finding["code"].startswith(families)]


def codes(findings: list[Any]) -> list[str]:
    return [finding["code"] for finding in findings]


NEWS = (
    "version/",
    *(f"tier/{name}" for name in ("boundary", "char", "prosp", "period", "double", "site-m")),
)


class TestVersions:
    def declare(self, chain, kgco2e, before=None, **cells):
        built = CELLWERK.built("CELL-1", kgco2e=kgco2e, mass_kg="5", supersedes=before, **cells)
        return sent(chain, CELLWERK, built)

    def test_a_healthy_update_triggers_nothing(self, chain):
        first = self.declare(chain, "101.50", **of_year(YEAR - 1))
        self.declare(chain, "98.46", first)
        assert found(chain, CELLWERK, "CELL-1", *NEWS) == []

    def test_a_move_in_the_same_period(self, chain):
        first = self.declare(chain, "101.50")
        second = self.declare(chain, "81.20", first)
        (finding,) = found(chain, CELLWERK, "CELL-1")
        assert (finding["code"], finding["severity"]) == ("version/changed-10-percent", "warning")
        assert finding["subject"]["digest"] == second.digest
        assert finding["evidence"] == {
            "before": "101.5",
            "now": "81.2",
            "unit": "piece",
            "percent": "-20",
            "end_before": f"{YEAR}-12-31",
            "end": f"{YEAR}-12-31",
        }

    def test_a_move_that_names_no_predecessor(self, chain):
        self.declare(chain, "101.50")
        self.declare(chain, "81.20")
        (finding,) = found(chain, CELLWERK, "CELL-1")
        assert (finding["code"], finding["severity"]) == ("version/changed-10-percent", "warning")
        self.declare(chain, "81.30")
        assert found(chain, CELLWERK, "CELL-1") == []

    def test_the_same_comment_twice_is_no_reason_and_a_new_one_is(self, chain):
        first = self.declare(chain, "101.50", comment="all sites")
        second = self.declare(chain, "81.20", first, comment="all sites")
        assert codes(found(chain, CELLWERK, "CELL-1")) == ["version/changed-10-percent"]
        self.declare(chain, "60.00", second, comment="green heat")
        assert found(chain, CELLWERK, "CELL-1") == []

    def test_a_copy_for_the_next_period_that_names_no_predecessor(self, chain):
        self.declare(chain, "101.50", **of_year(YEAR - 1))
        self.declare(chain, "101.50")
        (finding,) = found(chain, CELLWERK, "CELL-1")
        assert (finding["code"], finding["severity"]) == ("version/unchanged-copy", "note")
        assert finding["evidence"]["end_before"] == f"{YEAR - 1}-12-31"

    def test_what_was_withdrawn_is_no_version_to_compare_with(self, chain):
        first = self.declare(chain, "101.50", **of_year(YEAR - 1))
        withdrawn(chain, CELLWERK, first)
        self.declare(chain, "101.50")
        assert found(chain, CELLWERK, "CELL-1") == []

    def test_another_method(self, chain):
        old = CELLWERK.built("CELL-1", kgco2e="101.50", mass_kg="5", **of_year(YEAR - 1))
        pcf = {
            "allocationRulesDescription": "by mass",
            "secondaryEmissionFactorSources": [{"name": "Open factors", "version": "2024"}],
            "ipccCharacterizationFactors": ["AR5"],
        }
        first = sent(chain, CELLWERK, changed(old, pcf=pcf))
        new = CELLWERK.built("CELL-1", kgco2e="99.00", mass_kg="5", supersedes=first)
        pcf |= {"secondaryEmissionFactorSources": [{"name": "Open factors", "version": "2025"}]}
        sent(chain, CELLWERK, changed(new, pcf=pcf | {"ipccCharacterizationFactors": ["AR6"]}))
        told = found(chain, CELLWERK, "CELL-1")
        assert {finding["evidence"]["case"]: finding["evidence"]["now"] for finding in told} == {
            "factors": "Open factors 2025",
            "characterization": "AR6",
        }

    def test_another_electricity_method_is_told_to_whom_the_split_is(self, chain):
        location = {"stage:production": "101.50", "carrier:electricity": "40.00"}
        market = {"stage:production": "99.50", "carrier-market:electricity": "0.00"}
        first = self.declare(chain, "101.50", **of_year(YEAR - 1), **location)
        self.declare(chain, "99.50", first, **market)
        (finding,) = found(chain, CELLWERK, "CELL-1")
        assert finding["evidence"]["case"] == "electricity"
        assert finding["evidence"]["before"] == "location-based"
        (finding,) = found(chain, BEIFENG, "BP-CELL")
        assert (finding["code"], finding["subject"]) == (
            "version/method-changed",
            {"type": "supplier-data"},
        )

    def test_a_predecessor_that_nobody_declared(self, chain):
        nobody = "0b1c7a52-6f0e-4a58-9c1d-2f3a4b5c6d7e"
        built = CELLWERK.built("CELL-1", kgco2e="101.50", mass_kg="5")
        sent(chain, CELLWERK, changed(built, precedingPfIds=[nobody]))
        (finding,) = found(chain, CELLWERK, "CELL-1")
        assert finding["code"] == "version/preceding-unknown"
        assert finding["evidence"] == {"case": "unknown", "footprint": nobody}

    def test_one_that_was_declared_for_another_part_is_known(self, chain):
        other = sent(chain, CELLWERK, CELLWERK.built("CELL-0", kgco2e="101.50", mass_kg="5"))
        built = CELLWERK.built("CELL-1", kgco2e="101.50", mass_kg="5")
        sent(chain, CELLWERK, changed(built, precedingPfIds=[str(other.footprint_id).upper()]))
        assert found(chain, CELLWERK, "CELL-1") == []

    def test_validity(self, chain):
        ends = f"{YEAR + 2}-06-30"
        first = self.declare(chain, "101.50", valid_to=ends)
        assert found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-04-01") == []
        (soon,) = found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-05-15")
        assert (soon["code"], soon["severity"]) == ("version/expiring", "note")
        (over,) = found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-07-15")
        assert over["code"] == "version/expired"
        assert over["evidence"]["date"] == f"{YEAR + 2}-07-15"
        (told,) = found(chain, BEIFENG, "BP-CELL", as_of=f"{YEAR + 2}-07-15")
        assert (told["subject"]["digest"], told["evidence"]) == (first.digest, over["evidence"])
        begins, until = f"{YEAR + 2}-06-30", f"{YEAR + 4}-01-01"
        self.declare(chain, "99.00", first, valid_from=begins, valid_to=until,
                     **of_year(YEAR + 1))  # fmt: skip
        assert found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-05-15") == []
        assert found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-07-15") == []

    def test_what_was_replaced_renews_nothing(self, chain):
        first = self.declare(chain, "101.50", valid_to=f"{YEAR + 3}-12-31")
        self.declare(chain, "101.40", first, valid_to=f"{YEAR + 2}-06-30")
        assert codes(found(chain, CELLWERK, "CELL-1", as_of=f"{YEAR + 2}-05-15")) == [
            "version/expiring"
        ]

    def test_the_buyer_sees_them_where_it_may_read_the_declaration(self, chain):
        first = self.declare(chain, "101.50")
        self.declare(chain, "81.20", first)
        (direct,) = found(chain, BEIFENG, "BP-CELL")
        assert direct["evidence"]["percent"] == "-20"
        chain.grant(BEIFENG, AURORA, aggregate=True)
        chain.grant(CELLWERK, BEIFENG, aggregate=True)
        (beyond,) = found(chain, AURORA, "AM-PACK")
        assert (beyond["subject"], beyond["tier"]) == ({"type": "supplier-data"}, 2)
        assert beyond["evidence"] == {"count": "1"}


class TestInputs:
    """Beifeng's pack is declared from Cellwerk's cells."""

    def cell(self, chain, kgco2e="12.50", before=None, **more):
        cells = {name: more.pop(name) for name in ("site", "period_start", "period_end")
                 if name in more}  # fmt: skip
        built = CELLWERK.built("CELL-1", kgco2e=kgco2e, mass_kg="5", supersedes=before, **cells)
        return sent(chain, CELLWERK, changed(built, **more))

    def pack(self, chain, cell, kgco2e="700.00", quantity="40"):
        components = [{"name": "cell", "declaration": cell.digest, "quantity": quantity,
                       "unit": "piece", "valueUsed": "12.50"}]  # fmt: skip
        return chain.compose(BEIFENG, "PACK-1", kgco2e, components, mass_kg="300")

    def test_as_they_were_are_no_finding(self, chain):
        self.pack(chain, self.cell(chain))
        assert found(chain, BEIFENG, "PACK-1", *NEWS) == []

    def test_corrected_since(self, chain):
        cell = self.cell(chain)
        pack = self.pack(chain, cell, "400.00")
        assert codes(found(chain, BEIFENG, "PACK-1", "tier/")) == ["tier/declared-below-inputs"]
        newer = self.cell(chain, "13.00", cell)
        (finding,) = found(chain, BEIFENG, "PACK-1", *NEWS, "tier/declared")
        assert (finding["code"], finding["severity"]) == ("version/stale-inputs", "warning")
        assert finding["subject"]["digest"] == pack
        assert finding["evidence"].pop("date")
        assert finding["evidence"] == {
            "case": "corrected",
            "input": "cell",
            "before": cell.digest,
            "now": newer.digest,
        }
        (told,) = found(chain, AURORA, "AM-PACK")
        assert (told["code"], told["evidence"]) == ("version/stale-inputs", {})
        assert "cell" not in told["text"]
        assert "–" not in told["text"]

    def test_renewed_since_is_a_note(self, chain):
        cell = self.cell(chain, **of_year(YEAR - 1))
        self.pack(chain, cell)
        self.cell(chain, "12.40", cell)
        (finding,) = found(chain, BEIFENG, "PACK-1")
        assert (finding["evidence"]["case"], finding["severity"]) == ("renewed", "note")

    def test_renewed_before_was_chosen(self, chain):
        cell = self.cell(chain, **of_year(YEAR - 1))
        self.cell(chain, "12.40", cell)
        self.pack(chain, cell)
        assert found(chain, BEIFENG, "PACK-1") == []

    def test_withdrawn_since(self, chain):
        cell = self.cell(chain)
        self.pack(chain, cell)
        assert found(chain, BEIFENG, "PACK-1") == []  # and no kept answer hides what follows
        withdrawn(chain, CELLWERK, cell)
        (finding,) = found(chain, BEIFENG, "PACK-1")
        assert finding["evidence"]["case"] == "withdrawn"

    def test_of_what_is_no_longer_shared_nothing_is_told(self, chain):
        cell = self.cell(chain)
        self.pack(chain, cell)
        self.cell(chain, "13.00", cell)
        assert len(found(chain, BEIFENG, "PACK-1")) == 1
        for grant in chain.world.get(CELLWERK, "/v1/grants").json()["items"]:
            chain.revoke(CELLWERK, grant["id"])
        assert found(chain, BEIFENG, "PACK-1") == []

    def test_another_bill_of_materials(self, chain):
        self.pack(chain, self.cell(chain))
        same = "parent child quantity unit\nPACK-1 BP-CELL 40.0 piece\nPACK-1 BP-CASE 100 kg\n"
        chain.tables(BEIFENG, bom=same + "PACK-1 BP-POWER 50 kWh")
        assert found(chain, BEIFENG, "PACK-1") == []
        chain.tables(BEIFENG, bom=same.replace("100", "90") + "PACK-1 BP-POWER 50 kWh")
        (finding,) = found(chain, BEIFENG, "PACK-1")
        assert finding["code"] == "version/stale-inputs"
        assert finding["evidence"].pop("date")
        assert finding["evidence"] == {"case": "bom", "before": "3", "now": "1"}
        (told,) = found(chain, AURORA, "AM-PACK")
        assert told["evidence"] == {}

    def test_another_energy_mix(self, chain):
        chain.tables(
            BEIFENG,
            parts="""
                number name kind base_unit category
                BP-POWER Power energy kWh grid""",
            factors=f"""
                category unit value source year
                grid kWh 0.41 table {YEAR}""",
        )
        self.pack(chain, self.cell(chain))
        head = "category unit value source year\ngrid kWh"
        chain.tables(BEIFENG, factors=f"{head} 0.410 again {YEAR}")
        chain.tables(BEIFENG, factors=f"{head} 0.39 next {YEAR + 1}")
        assert found(chain, BEIFENG, "PACK-1") == []
        chain.tables(BEIFENG, factors=f"{head} 0.52 corrected {YEAR}")
        (finding,) = found(chain, BEIFENG, "PACK-1")
        assert finding["evidence"].pop("date")
        assert finding["evidence"] == {
            "case": "energy",
            "input": "Power",
            "before": "0.41",
            "now": "0.52",
        }

    def test_an_energy_that_its_owner_declares_anew(self, chain):
        power = {"declared_unit": "kWh", "mass_kg": "0"}
        chain.declare(BEIFENG, "BP-POWER", "0.41", **power)
        self.pack(chain, self.cell(chain))
        chain.declare(BEIFENG, "BP-POWER", "0.39", **power, **of_year(YEAR + 1))
        assert found(chain, BEIFENG, "PACK-1") == []
        chain.declare(BEIFENG, "BP-POWER", "52.00", declared_amount="100", **power)
        (finding,) = found(chain, BEIFENG, "PACK-1")
        assert finding["evidence"]["case"] == "energy"
        assert (finding["evidence"]["before"], finding["evidence"]["now"]) == ("0.41", "0.52")

    @pytest.mark.parametrize(
        ("code", "more"),
        [
            ("tier/characterization-mixed", {"pcf": {"ipccCharacterizationFactors": ["AR5"]}}),
            ("tier/prospective-mixed", {"part": {"timeBasis": "prospective"}}),
            ("tier/boundary-mixed", {"part": {"boundary": "cradle-to-grave"}}),
            ("tier/period-apart", of_year(YEAR - 3)),
        ],
    )
    def test_that_do_not_fit(self, chain, code, more):
        self.pack(chain, self.cell(chain, **more))
        (finding,) = found(chain, BEIFENG, "PACK-1", *NEWS)
        assert (finding["code"], finding["evidence"]["case"]) == (code, "input")
        assert finding["evidence"]["input"] == "cell"
        (told,) = found(chain, AURORA, "AM-PACK", *NEWS)
        assert (told["code"], told["evidence"]) == (code, {"case": "an-input"})
        assert "–" not in told["text"]

    @pytest.mark.parametrize(
        ("named", "is_found"), [("WUXI", True), ("ERFURT", False), (".", False)]
    )
    def test_of_another_site(self, chain, named, is_found):
        chain.tables(
            BEIFENG,
            sourcing=f"""
                part supplier supplier_part share delivery_term site
                BP-CELL lei:CELLWERK000000000003 CELL-1 1 DAP {named}""",
        )
        self.pack(chain, self.cell(chain, site="ERFURT"))
        expected = ["tier/site-mismatch"] if is_found else []
        assert codes(found(chain, BEIFENG, "PACK-1", *NEWS)) == expected


class TestTotals:
    def test_a_process_that_has_expired(self, chain):
        day = f"{YEAR + 4}-02-01"
        told = found(chain, AURORA, "CAR-1", "version/expired", "tier/boundary", as_of=day)
        assert [finding["subject"]["part"] for finding in told] == ["CAR-1", "AM-STEEL"]
        assert codes(told) == ["version/expired"] * 2
        assert told[0]["evidence"] == {"ended": f"{YEAR + 3}-12-31", "date": day}
        chain.process(AURORA, "CAR-1", "410", **of_year(YEAR + 1))
        (steel,) = found(chain, AURORA, "CAR-1", "version/expired", as_of=day)
        assert steel["subject"]["part"] == "AM-STEEL"
        assert found(chain, AURORA, "CAR-1", "version/expired") == []

    def test_a_declaration_to_the_grave_is_not_used_and_said_to_be(self, chain):
        built = AURORA.built("AM-GLASS", kgco2e="12.50")
        chain.tables(
            AURORA,
            parts="number name kind base_unit net_mass_kg\nAM-GLASS Glass material piece 2.5",
            bom="""
                parent child quantity unit
                CAR-1 AM-PACK 1 piece
                CAR-1 AM-STEEL 900 kg
                CAR-1 AM-GLASS 4 piece""",
        )
        sent(chain, AURORA, changed(built, part={"boundary": "cradle-to-grave"}))
        (finding,) = found(chain, AURORA, "CAR-1", "tier/boundary")
        assert finding["subject"]["part"] == "AM-GLASS"
        assert finding["evidence"] == {"case": "not-used", "boundary": "cradle-to-grave"}

    @pytest.mark.parametrize("aggregate", [True, False])
    def test_a_declaration_of_another_site_is_not_used_and_said_to_be(self, chain, aggregate):
        chain.tables(
            AURORA,
            sourcing="""
                part supplier supplier_part share delivery_term site
                AM-PACK uscc:91BEIFENG000000002 PACK-1 1 DAP WUXI""",
        )
        chain.confirm(BEIFENG)
        chain.grant(BEIFENG, AURORA, aggregate=aggregate)
        chain.declare(BEIFENG, "PACK-1", "4000", mass_kg="300", site="FOSHAN")
        (finding,) = found(chain, AURORA, "CAR-1", "tier/site-mismatch")
        assert (finding["subject"]["part"], finding["evidence"]) == ("AM-PACK", {"site": "FOSHAN"})
        chain.declare(BEIFENG, "PACK-1", "4100", mass_kg="300", site="WUXI")
        assert found(chain, AURORA, "CAR-1", "tier/site-mismatch") == []

    def test_a_way_that_both_sides_count(self, chain):
        chain.tables(
            AURORA,
            parts="number name kind base_unit\nAM-LORRY Lorry transport tkm",
            bom="parent child quantity unit\nAM-PACK AM-LORRY 90 tkm",
        )
        chain.declare(BEIFENG, "PACK-1", "4000", mass_kg="300")
        assert found(chain, AURORA, "CAR-1", "tier/double") == []
        chain.declare(BEIFENG, "PACK-1", "4000.5", mass_kg="300",
                      outbound_logistics_ghg_emissions="12.5", **of_year(YEAR))  # fmt: skip
        (finding,) = found(chain, AURORA, "CAR-1", "tier/double")
        assert finding["code"] == "tier/double-counted-transport"
        assert finding["evidence"]["counted"] == "12.5"

    def test_a_gas_of_another_report_across_a_link(self, chain):
        built = BEIFENG.built("PACK-1", kgco2e="4000", mass_kg="300")
        sent(chain, BEIFENG, changed(built, pcf={"ipccCharacterizationFactors": ["AR5"]}))
        (finding,) = found(chain, AURORA, "CAR-1", "tier/char")
        assert (finding["subject"]["type"], finding["subject"]["part"]) == ("link", "AM-PACK")
        assert finding["evidence"] == {"found": "AR5", "others": "AR6", "carbon": "4000"}
        assert found(chain, BEIFENG, "PACK-1", "tier/char") == []
