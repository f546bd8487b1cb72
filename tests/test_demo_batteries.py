"""The demo's batteries: numbers against an independent computation, and the set of documents."""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from demo import cast, hub_process
from demo.batteries import chain, filing, models, tables
from demo.batteries.accounts import Accounts
from demo.batteries.show import show_batteries
from demo.words import Words
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.writing import NOTICES
from tests import batteries_by_hand as by_hand
from tests.batteries_by_hand import BATTERIES, rows
from tierlight.cli import main as tierlight
from tierlight_schemas.company_numbers import fault_of
from tierlight_schemas.envelope import b64url_decode

ROUNDING = Fraction(1, 10**8)
"""Declared are nine decimals a kilogram."""
TOTAL_KWH = Fraction(34_560)
"""72 kWh usable x 60 cycles a year x 8 years."""
NUMBERS = {"FBS-N75": "FBS", "JHB-L75": "JHB"}
RULESETS = ("annex-ii/2023", "eu-cfb-ev/draft-2024-04")
PAGE = (Path(__file__).parents[1] / "docs" / "battery.md").read_text("utf-8")
SHOWN = re.compile(r"```text demo\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """What one run left, and what it printed."""

    folder: Path
    printed: str

    @property
    def text(self) -> str:
        return " ".join(self.printed.split())

    def declaration(self, model: str, *below: str) -> Any:
        file = self.folder.joinpath(model, *below, "art7-declaration.json")
        return json.loads(file.read_text("utf-8"))

    def files(self, model: str) -> set[str]:
        return {path.name for path in (self.folder / model).iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """One run for all: a hub of its own, and the suppliers in their own process."""
    folder = tmp_path_factory.mktemp("batteries")
    port = hub_process.free_port()
    url = f"http://127.0.0.1:{port}"
    settings = hub_process.environment(folder, url)
    outer = {name: value for name, value in os.environ.items() if name.startswith("HUB_")}
    with pytest.MonkeyPatch.context() as patched:
        for name in outer:
            patched.delenv(name)
        for name, value in settings.items():
            patched.setenv(name, value)
        cast.migrate()
        printed: list[str] = []
        patched.setattr("demo.batteries.show._say", printed.append)
        patched.setenv("COLUMNS", "110")
        with hub_process.serving(folder, port, settings):
            show_batteries(Words("en"), folder / "batteries", url)
        yield Shown(folder / "batteries", "\n".join(printed))


def near(printed: str | Decimal, exact: Fraction) -> None:
    assert abs(Fraction(printed) - exact) <= ROUNDING * abs(exact), (printed, float(exact))


def stages(document: Any) -> dict[str, Decimal]:
    return {row["stage"]: Decimal(row["value"]) for row in document["lifeCycleStages"]}


@pytest.mark.xdist_group("demo")
class TestShown:
    @pytest.mark.parametrize("model", NUMBERS)
    def test_first_two_stages_are_the_sum_over_the_published_bill(self, shown, model):
        maker = NUMBERS[model]
        masses = masses_of(maker)
        added, _ = by_hand.recycling(maker, masses)
        found = stages(shown.declaration(model))
        made = found["raw-material"] + found["main-production"]
        near(made * 34_560, by_hand.cradle_to_gate(maker) + added)

    @pytest.mark.parametrize(
        ("model", "legs"),
        [
            ("FBS-N75", [(3_500, by_hand.ROAD)]),
            ("JHB-L75", [(1_000, by_hand.ROAD), (18_000, by_hand.SEA)]),
        ],
    )
    def test_distribution_is_the_default_way_of_the_market(self, shown, model, legs):
        found = stages(shown.declaration(model))["distribution"]
        near(found * 34_560, by_hand.way(NUMBERS[model], *legs))

    @pytest.mark.parametrize(("model", "dismantling"), [("FBS-N75", 18), ("JHB-L75", 22)])
    def test_end_of_life_is_the_formula_and_the_way_back(self, shown, model, dismantling):
        maker = NUMBERS[model]
        _, end = by_hand.recycling(maker, masses_of(maker))
        collected = by_hand.way(maker, (200, by_hand.ROAD))
        found = stages(shown.declaration(model))["end-of-life"]
        near(found * 34_560, end + collected + dismantling)

    @pytest.mark.parametrize("model", NUMBERS)
    def test_rulesets_give_one_total_and_another_split(self, shown, model):
        annex, draft = shown.declaration(model), shown.declaration(model, filing.DRAFT)
        assert [each["ruleset"]["id"] for each in (annex, draft)] == list(RULESETS)
        assert annex["carbonFootprint"] == draft["carbonFootprint"]
        assert stages(annex) != stages(draft)
        for told in (annex, draft):
            assert sum(stages(told).values()) == Decimal(told["carbonFootprint"]["value"])

    @pytest.mark.parametrize("model", NUMBERS)
    def test_functional_unit_is_that_of_the_reference_cases(self, shown, model):
        unit = shown.declaration(model)["functionalUnit"]
        assert Fraction(unit["totalEnergy"]["value"]) == TOTAL_KWH
        near(unit["referenceFlow"]["value"], by_hand.mass(NUMBERS[model]) / TOTAL_KWH)
        per_kwh = Fraction(shown.declaration(model)["carbonFootprint"]["value"])
        assert Fraction("0.13") < per_kwh < Fraction("0.3798")

    def test_what_a_silent_third_tier_leaves_is_told_by_clause(self, shown):
        assert "The declaration of FBS-N75 is refused: Luoxia Materials" in shown.text
        assert "Annex II(4): something inside part NFC-100 is missing" in shown.text
        refused, _, after = shown.text.partition("has signed, and so the tiers above could")
        assert "is refused" not in after
        assert "0.1423" in after
        assert "0.1423" not in refused

    def test_who_is_silent_is_told_to_its_own_customer_alone(self, shown):
        told = next(line for line in shown.printed.split("• ") if "buys of it" in line)
        assert "Ariake Cathode" in told
        assert "NMC622 oxide" in told

    @pytest.mark.parametrize("model", NUMBERS)
    def test_the_set_is_complete_and_its_files_are_sane(self, shown, model):
        expected = {
            chosen.named(each) for chosen in FORMATS.values() for each in filing.filings(chosen)
        }
        assert shown.files(model) == expected
        sizes = [path.stat().st_size for path in (shown.folder / model).iterdir() if path.is_file()]
        assert 300 < min(sizes) <= max(sizes) < 2_000_000
        assert "is refused" not in shown.text.partition("kgCO2e per kWh")[2]

    @pytest.mark.parametrize("model", NUMBERS)
    def test_every_check_of_every_format_passes(self, shown, model):
        folder = shown.folder / model
        complaints = [
            (judge.name, each.audience, complaint)
            for chosen in FORMATS.values()
            for each in filing.filings(chosen)
            for judge in chosen.judges
            for complaint in judge.complaints((folder / chosen.named(each)).read_bytes())
        ]
        assert complaints == []

    @pytest.mark.parametrize("model", NUMBERS)
    def test_public_files_name_no_supplier(self, shown, model):
        maker = NUMBERS[model]
        names = [row["name"] for row in chain.companies() if row["code"] != maker]
        codes = [row["code"] for row in chain.companies() if row["code"] != maker]
        for chosen in FORMATS.values():
            for each in filing.filings(chosen):
                if each.audience == "public":
                    text = readable(shown.folder / model / chosen.named(each))
                    assert [name for name in names if name in text] == []
                    assert [code for code in codes if f"{code}-1" in text] == []

    @pytest.mark.parametrize("model", NUMBERS)
    def test_the_declaration_is_marked_as_draft_and_its_invented_items_as_invented(
        self, shown, model
    ):
        told = shown.declaration(model)
        assert told["asOf"] == "2026-06-30"
        assert told["notices"] == list(NOTICES)
        assert told["declarationOfConformity"].startswith("INVENTED-")
        assert told["manufacturer"]["address"].startswith("Invented: ")
        assert ".invalid/" in told["study"]

    def test_the_page_shows_what_is_printed(self, shown):
        printed = {line.strip() for line in shown.printed.splitlines()}
        shown_there = [line.strip() for text in SHOWN.findall(PAGE) for line in text.splitlines()]
        assert len(shown_there) > 10
        assert [line for line in shown_there if line and line not in printed] == []

    def test_what_was_signed_verifies_offline(self, shown, capsys):
        file = shown.folder / "declarations" / "all.ndjson"
        assert file.read_bytes().count(b"\n") == 16
        assert tierlight(["verify", str(file)]) == 0
        capsys.readouterr()


def readable(file: Path) -> str:
    """Everything that a file says: of a package its parts, of a signed one its payload."""
    body = file.read_bytes()
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as package:
            body = b"\n".join(package.read(name) for name in package.namelist())
    elif file.suffix == ".jwt":
        body = b64url_decode(body.decode().split(".")[1])
    return body.decode("utf-8")


def masses_of(maker: str) -> dict[str, Fraction]:
    """kg of each material, as entered."""
    pack = next(each for each in chain.PACKS if each.maker == maker)
    return {row["name"]: Fraction(row["massKg"]) for row in models.model(pack)["materials"]}


class TestSources:
    def test_declared_values_are_those_of_the_bill(self):
        """A cell: the sum over all that is inside it, whoever makes it, rounded once a tier."""
        handed_out = chain.handed_out()
        accounts = Accounts(handed_out, {row["code"]: row for row in chain.companies()})
        for maker in NUMBERS.values():
            (root,) = [p for p in handed_out.parts[maker].values() if p.node.unit == "unit"][:1]
            exact = sum(accounts.of(root).stages.values(), Fraction(0))
            assert abs(exact - by_hand.cradle_to_gate(maker)) < Fraction(1, 10**5)

    def test_stages_of_a_declaration_add_up_to_it(self):
        files = tables.texts(chain.handed_out())
        declared = 0
        for path, text in files.items():
            if path.endswith(("/footprints.csv", "/later.csv")):
                for row in as_rows(text):
                    told = [Decimal(cell) for name, cell in row.items() if is_stage(name, cell)]
                    assert sum(told) == Decimal(row["kgco2e"]) > 0
                    assert row["comment"].startswith("Demonstration, invented company")
                    declared += 1
        assert declared == 16

    def test_no_electricity_is_said_to_be_none(self):
        """The published bill of the casing states no electricity: that is unknown, and no zero."""
        files = tables.texts(chain.handed_out())
        (row,) = as_rows(files["companies/DTH/footprints.csv"])
        assert row["carrier:electricity"] == row["carrier-quantity:electricity"] == ""

    def test_every_factor_has_a_source_or_is_marked_as_invented(self):
        published = {row["source"] for row in rows(by_hand.SOURCE / "factors.csv")}
        published |= {row["source"] for row in rows(BATTERIES / "factors.csv")} - {""}
        files = tables.texts(chain.handed_out())
        sources = {
            row["source"]
            for path, text in files.items()
            if path.endswith("/factors.csv")
            for row in as_rows(text)
        }
        assert sources - published == {tables.INVENTED}

    @pytest.mark.parametrize("pack", chain.PACKS, ids=lambda pack: pack.maker)
    def test_materials_make_up_the_battery(self, pack):
        masses = models.material_masses(pack)
        assert Fraction(pack.mass_kg) == by_hand.mass(pack.maker)
        assert abs(sum(masses.values()) - pack.mass_kg) < pack.mass_kg / 100
        named = {row["name"] for row in rows(BATTERIES / "materials.csv")}
        assert set(masses) <= named

    @pytest.mark.parametrize("pack", chain.PACKS, ids=lambda pack: pack.maker)
    def test_the_gtin_is_one_of_the_demonstration_range(self, pack):
        gtin = models.model(pack)["gtin"]
        assert gtin.startswith("0952")
        assert fault_of("gtin", gtin) is None

    def test_evidence_stands_beside_every_recycled_share(self):
        for row in rows(BATTERIES / "materials.csv"):
            for share in ("r1", "r2"):
                assert bool(row[share]) == bool(row[f"{share}_evidence"])
            assert row["source"]

    def test_shared_parts_are_the_same_in_both_batteries(self):
        """The separator of both: one maker, one bill of materials."""
        shapes: dict[tuple[str, ...], Any] = {}
        for pack in chain.PACKS:
            for node in pack.root.walk():
                if node.children:
                    assert shapes.setdefault(node.identity, node.shape()) == node.shape()


def as_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def is_stage(name: str, cell: str) -> bool:
    return name.startswith("stage:") and bool(cell)
