"""`hub rollup` and `hub findings`, on a small car and on real bills of materials."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from hub.cli.report import finding_lines
from tests.cast import AURORA, DEFAULT_CELLS
from tests.shared_data import AR6, PRODUCT_BOMS, Tables, adventureworks, product_bom, shared
from tierlight_schemas.amounts import parse_number

BRACKET = Tables(
    root="BRACKET",
    parts="""number,name,kind,base_unit,net_mass_kg
BRACKET,Halter,assembly,piece,2.00
STEEL,Steel,material,kilogram,
BOLT,Bolt,material,piece,0.10
FACTORY,Factory,infrastructure,piece,
""",
    bom="""parent,child,quantity,unit,effective_from
BRACKET,STEEL,1.50,kg,
BRACKET,BOLT,2,piece,
BRACKET,FACTORY,0.001,piece,
""",
    footprints="number,declared_unit,kgco2e\nSTEEL,kg,2\n",
)


@dataclass
class Firm:
    """A company whose tables came in by the real commands."""

    hub: Any
    company: str

    def rollup(self, part: str, *options: str) -> Any:
        ran = self.hub("rollup", self.company, part, "--format", "json", *options)
        assert ran.status == 0, ran.err
        return json.loads(ran.out)

    def findings(self, part: str) -> list[dict[str, Any]]:
        ran = self.hub("findings", self.company, part, "--format", "json")
        assert ran.status == 0, ran.err
        found: list[dict[str, Any]] = json.loads(ran.out)
        return found


@pytest.fixture
def firm(hub, write):
    """Imports tables as a person would, one command a file."""

    def imported(tables: Tables) -> Firm:
        added = hub(
            "company", "add", AURORA.name, "--identifier", "lei:A1", "--country", "DE", "--invented"
        )
        company = added.out.strip()
        assert hub("key", "add", company, write("key.jwk", json.dumps(AURORA.jwk))).status == 0
        files = {
            "parts.csv": tables.parts,
            "bom.csv": tables.bom,
            "factors.csv": tables.factors,
            "declarations.ndjson": b"\n".join(submissions(tables.footprints)),
        }
        for name, content in files.items():
            if content:
                kind = name.partition(".")[0]
                ran = hub("import", kind, "--company", company, write(name, content))
                assert ran.status == 0, ran.err
        return Firm(hub, company)

    return imported


def submissions(footprints: str) -> Iterator[bytes]:
    """Each row signed."""
    for row in csv.DictReader(io.StringIO(footprints)):
        number = row.pop("number")
        yield AURORA.submission(
            number, **({"mass_kg": "", **DEFAULT_CELLS} | {"mass_kg": ""} | row)
        )


class TestCommands:
    def test_a_result_as_json(self, firm):
        document = firm(BRACKET).rollup("BRACKET")
        assert document["total"]["excluding_uptake"] == "3"
        assert document["total"]["statement"] == "≥ 3 kgCO2e, 88.2 % of the mass covered"
        assert document["coverage"]["mass"] == "0.882352941176471"  # 1.5 of 1.7 kg
        assert document["basis"] == "declared"
        assert document["as_of"] == date.today().isoformat()  # noqa: DTZ011
        found = {finding["code"] for finding in document["findings"]}
        assert {"tier/missing", "tier/beyond-gate", "tier/mass-imbalance"} <= found

    def test_a_result_as_a_table(self, firm):
        ran = firm(BRACKET).hub("rollup", "lei:A1", "BRACKET")
        lines = ran.out.splitlines()
        assert lines[:2] == ["BRACKET  Halter", "≥ 3 kgCO2e, 88.2 % of the mass covered"]
        header = "Lines covered  Mass covered  Carbon covered  By average values"
        assert lines[3] == header
        assert lines[4].split() == ["50.0", "%", "88.2", "%", "–", "0.0", "%"]
        assert ["Steel", "declared", "1.5", "kilogram", "3", "100.0", "%"] in [
            line.split() for line in lines
        ]
        assert any(line.split()[:4] == ["Part", "What", "of", "it"] for line in lines)
        assert "Warning  tier/missing  (1)" in lines

    def test_findings_by_code_with_words_and_remedy(self, firm):
        ran = firm(BRACKET).hub("findings", "lei:A1", "BRACKET")
        lines = ran.out.splitlines()
        at = lines.index("Error  tier/mass-imbalance  (1)")
        # 1.5 + 2 × 0.1 = 1.7 kg for 2 kg
        assert lines[at + 1] == (
            "    1.7 kg go into Halter, but 2 kg are accounted for: "
            "a difference of -15 % of its net mass."
        )
        assert lines[at + 2].startswith("    → Check quantities")
        assert lines[-1].startswith("Error 1 · Warning 3 · Note")

    def test_findings_as_json_are_those_of_the_result(self, firm):
        held = firm(BRACKET)
        states = (
            "key",
            "evidence_digest",
            "state",
            "numbers_changed",
            "said",
            "answer",
            "assignee",
        )
        found = held.findings("BRACKET")
        plain = [{n: v for n, v in each.items() if n not in states} for each in found]
        assert plain == held.rollup("BRACKET")["findings"]
        assert {each["state"] for each in found} == {"open"}

    @pytest.mark.parametrize(
        ("language", "words"), [("de", "Warnung  tier/missing"), ("zh-CN", "警告  tier/missing")]
    )
    def test_in_the_language_asked_for(self, firm, language, words):
        ran = firm(BRACKET).hub("rollup", "lei:A1", "BRACKET", language=language)
        assert words in ran.out
        assert "Nothing is known about" not in ran.out
        assert "covered" not in ran.out

    def test_columns_stand_straight_in_chinese(self, firm):
        ran = firm(BRACKET).hub("rollup", "lei:A1", "BRACKET", language="zh-CN")
        header, numbers = ran.out.splitlines()[3:5]
        wide = sum(2 if sign > "\u2fff" else 1 for sign in header[: header.index("质量")])
        assert numbers[wide:].startswith("88.2")

    def test_few_of_many_unless_all_are_wanted(self, firm):
        parts = "".join(f"M{n},Material {n},material,kilogram,\n" for n in range(9))
        lines = "".join(f"BRACKET,M{n},{n + 1}.0,kg,\n" for n in range(9))
        held = firm(Tables("BRACKET", BRACKET.parts + parts, BRACKET.bom + lines))
        short = held.hub("findings", "lei:A1", "BRACKET").out
        assert "Warning  tier/missing  (11)" in short
        assert "… and 8 more; --all shows them." in short
        assert short.index("about Material 8") < short.index("about Material 7")  # heaviest first
        assert "about Material 0" not in short
        whole = held.hub("findings", "lei:A1", "BRACKET", "--all").out
        assert all(f"about Material {n}" in whole for n in range(9))
        assert "more;" not in whole

    def test_a_part_without_findings_says_so(self):
        told = {lang: list(finding_lines([], lang)) for lang in ("en", "de", "zh-CN")}
        assert told["en"] == ["Nothing was found."]
        assert len({tuple(lines) for lines in told.values()}) == 3

    @pytest.mark.parametrize(
        ("arguments", "status", "told"),
        [
            (("rollup", "lei:A1", "NONE"), 1, "has no part NONE"),
            (("rollup", "lei:NOBODY", "BRACKET"), 1, "NOBODY"),
            (("rollup", "lei:A1", "BRACKET", "--as-of", "31.12.2026"), 2, "write YYYY-MM-DD"),
            (("rollup", "lei:A1", "BRACKET", "--known-at", "2026-01-01T00:00:00"), 2, "time zone"),
            (("rollup", "lei:A1", "BRACKET", "--known-at", "today"), 2, "write YYYY-MM-DDThh"),
            (("rollup", "lei:A1", "BRACKET", "--basis", "guess"), 2, "declared"),
            (("rollup", "lei:A1", "BRACKET", "--format", "xml"), 2, "json"),
            (("rollup", "lei:A1", "BRACKET", "--top", "-1"), 1, "--top"),
            (("findings", "lei:A1", "NONE"), 1, "has no part NONE"),
        ],
    )
    def test_a_wrong_call_says_what_to_do(self, firm, arguments, status, told):
        ran = firm(BRACKET).hub(*arguments)
        assert ran.status == status
        assert told in ran.err
        assert ran.out == ""

    def test_the_past_is_asked_for_by_option(self, firm):
        held = firm(BRACKET)
        ran = held.hub("rollup", "lei:A1", "BRACKET", "--known-at", "2020-01-01T00:00:00Z")
        assert ran.status == 1
        before = held.rollup("BRACKET", "--as-of", "2020-01-01")
        assert (before["as_of"], before["total"]["excluding_uptake"]) == ("2020-01-01", None)


# ---- real bills of materials ----


@dataclass
class Expansion:
    """A published tree added up line by line, in exact fractions, from the file itself."""

    total: Fraction = Fraction(0)
    valued_kg: Fraction = Fraction(0)
    all_kg: Fraction = Fraction(0)


def expand(name: str) -> Expansion:
    """Every terminal line of the source file: a value, a gap, or outside the gate."""
    with shared(f"bom/product_bom_{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with shared("bom/leaf_factor_map_open.csv").open(encoding="utf-8", newline="") as file:
        factors = {
            (row["leaf_name"], row["unit"]): Fraction(parse_number(row["kgCO2e_per_unit"]))
            for row in csv.DictReader(file)
            if row["kgCO2e_per_unit"]
        }
    below: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        below.setdefault(row["parent_line_id"], []).append(row)
    found, waiting = Expansion(), [(rows[0], Fraction(1))]
    while waiting:
        row, amount = waiting.pop()
        value = factors.get((row["name"], row["unit"]))
        if row["node_type"] == "direct_emission":
            value = Fraction(AR6[row["name"]])
        children = below.get(row["line_id"], [])
        if value is None and children:
            waiting.extend((child, taken) for child in children for taken in _taken(child, amount))
            continue
        found.total += amount * (value or 0)
        if row["node_type"] in ("material", "assembly") and row["unit"] == "kilogram":
            found.all_kg += amount
            found.valued_kg += 0 if value is None else amount
    return found


def _taken(row: dict[str, str], amount: Fraction) -> list[Fraction]:
    """Units of a line in so many of its parent; nothing for what lies beyond the gate."""
    per_parent = Fraction(parse_number(row["qty_per_parent"]))
    taken = amount * per_parent / Fraction(parse_number(row["parent_ref_amount"]))
    if row["node_type"] == "infrastructure" or (taken < 0 and row["node_type"] != "waste"):
        return []
    return [abs(taken)]


@pytest.mark.parametrize("name", PRODUCT_BOMS)
def test_a_product_bom_equals_an_independent_expansion(firm, name):
    tables = product_bom(name)
    document = firm(tables).rollup(tables.root)
    expected = expand(name)
    total = Fraction(Decimal(document["total"]["excluding_uptake"]))
    assert abs(total / expected.total - 1) < Fraction(1, 10**9)
    mass = Fraction(Decimal(document["coverage"]["mass"]))
    assert abs(mass - expected.valued_kg / expected.all_kg) < Fraction(1, 10**9)
    assert 0 < mass < 1
    assert document["total"]["statement"].startswith("≥")


def test_the_lorry_s_data_is_told_what_is_wrong_with_it(firm):
    tables = product_bom("bev_lorry_40t")
    found = firm(tables).findings(tables.root)
    passing = [f for f in found if f["code"] == "tier/pass-through-loss"]
    assert [(f["subject"]["name"], f["evidence"]["input"]) for f in passing] == [
        ("market for battery, Li-ion, NMC532", "0.72591")
    ]
    errors = {
        f["subject"]["name"]: Decimal(f["evidence"]["difference"])
        for f in found
        if (f["code"], f["severity"]) == ("tier/mass-imbalance", "error")
    }
    # 0.383 kg of carbonate and 0.949 kg of hydroxide for 1 kg of oxide: 33.2 % too much
    assert errors["NMC622 oxide"] == errors["NMC532 oxide"] == Decimal("33.2")
    assert errors["power electronics, for lorry"] == Decimal("-12.35")
    assert errors["market for battery, Li-ion, NMC532"] == Decimal("-27.41")
    assert all(abs(difference) > 10 for difference in errors.values())


def test_what_is_sound_in_the_published_data_stays_silent(firm):
    """Collector foils are wet processes with waste water; a coolant stays in what it cools."""
    tables = product_bom("battery_NMC622_per_kwh")
    found = firm(tables).findings(tables.root)
    accused = {f["subject"]["name"] for f in found if f["code"] == "tier/mass-imbalance"}
    assert accused == {"NMC622 oxide", "battery separator"}
    assert not [f for f in found if f["code"] == "tier/pass-through-loss"]


def test_the_bicycles_import_and_roll_up(firm):
    held = firm(adventureworks())
    document = held.rollup("BK-M68B-42")
    assert document["total"]["excluding_uptake"] is None
    assert document["total"]["statement"] == "Nothing is known yet"
    codes = {finding["code"] for finding in document["findings"]}
    assert codes == {
        "tier/missing",
        "tier/undeclared-supplier",
        "tier/own-process-unknown",
        "tier/coverage-low",
    }
    day_before = held.rollup("BK-M68B-42", "--as-of", "2020-12-31")
    assert len(day_before["findings"]) < len(document["findings"])
