"""The demo as a person runs it, its numbers against an independent computation."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from demo.showing import cells_of, paragraph, shortened, width
from demo.suppliers import changed_digit
from demo.words import LANGUAGES, Words, catalogue
from tests.demo_by_hand import DATA, ByHand, Share, rows
from tierlight.cli import main as tierlight

ROOT = Path(__file__).resolve().parent.parent
LORRY, PACK = ("NHL", "NHL-100"), ("YHB", "YHB-360")
AS_OF_YEAR = 2026
TOLERANCE = Fraction(1, 10**12)
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def python(*words: str) -> subprocess.CompletedProcess[str]:
    """A child without this process's hub settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HUB_", "TIERLIGHT_"))}
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_demo_from_beginning_to_end(tmp_path, capsys):
    """One run serves all checks: it takes longer than everything that is asked of it."""
    done = python("demo/run.py", "--out", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    results = tmp_path / "demo" / "results"
    lorry, pack = (read(results / f"{name}-footprint.json") for name in ("lorry", "pack"))
    by_hand = ByHand(AS_OF_YEAR)
    agrees(lorry, by_hand.value(*LORRY))
    agrees(pack, by_hand.value(*PACK))
    systems_agree(read(results / "lorry-tree.json"), by_hand)
    for footprint in (lorry, pack):
        says_what_is_missing(footprint, done.stdout)
    assert f"{float(lorry['total']['excluding_uptake']):,.0f}" not in done.stdout
    names_no_stranger(results)
    finds_what_is_wrong_with_the_data(read(results / "published-data-faults.json"))
    verifies_and_notices_every_change(tmp_path / "demo" / "declarations", capsys)


def agrees(footprint: dict[str, Any], share: Share) -> None:
    """Total, how each part of it is known, and the mass that has a value."""
    kinds = footprint["kinds"]
    near(footprint["total"]["excluding_uptake"], share.total)
    near(kinds["declared"]["value"], share.declared)
    near(kinds["built_up"]["value"], share.passed_on)
    near(kinds["default"]["value"], share.default)
    near(footprint["coverage"]["mass"], share.valued_mass / share.mass)
    mass = [kinds[kind]["mass_kg"] for kind in kinds]
    near(str(sum(Fraction(part) for part in mass)), share.mass)


def systems_agree(tree: dict[str, Any], by_hand: ByHand) -> None:
    """Each system of the lorry, its plant included, and nothing that lies beyond the gate."""
    lines = {line["child"]: line for line in by_hand.companies["NHL"].lines["NHL-100"]}
    seen = {"plant": 0, "valued": 0, "missing": 0, "beside": 0}
    for node in (child["node"] for child in tree["children"]):
        if node["role"] == "own":
            near(node["value"], Fraction("1722.88447"))
            seen["plant"] += 1
            continue
        number = node["part"]["number"]
        share = by_hand.value("NHL", number)
        if node["role"] == "beside":
            seen["beside"] += 1
        elif share.total:
            near(node["value"], share.total * Fraction(lines[number]["quantity"]))
            near(node["coverage"]["mass"], share.valued_mass / share.mass)
            seen["valued"] += 1
        else:
            assert node["value"] is None, f"{number}: unknown is no number"
            seen["missing"] += 1
    assert seen == {"plant": 1, "valued": 7, "missing": 6, "beside": 3}


def near(printed: str, exact: Fraction) -> None:
    """Equal within what 15 significant digits can print."""
    assert abs(Fraction(printed) - exact) <= TOLERANCE * abs(exact), (printed, float(exact))


def says_what_is_missing(footprint: dict[str, Any], printed: str) -> None:
    """Gaps are open, so the total is printed in its sentence."""
    statement = footprint["total"]["statement"]
    assert Fraction(footprint["kinds"]["missing"]["lines"]) > 0
    assert " ".join(statement.split()) in " ".join(printed.split())
    assert re.search(r"known .* gaps open", statement)


def names_no_stranger(results: Path) -> None:
    """What the lorry maker is told names its own suppliers, and nobody behind them."""
    told = "".join(
        (results / f"lorry-{kind}.json").read_text("utf-8") for kind in ("footprint", "tree")
    )
    mine = {row["supplier"] for row in rows(DATA / "companies" / "NHL" / "sourcing.csv")}
    companies = rows(DATA / "source" / "companies.csv")
    others = {row["name"] for row in companies if row["code"] != "NHL"} - mine
    assert len(others) > 10
    assert all(name in told for name in mine)
    assert [name for name in others if json.dumps(name)[1:-1] in told or name in told] == []


def finds_what_is_wrong_with_the_data(faults: list[dict[str, Any]]) -> None:
    """The published faults, each named by the owner's own view; a sound part is not among them."""
    found = {(fault["code"], fault["subject"]["name"]): fault for fault in faults}
    passing = found["tier/pass-through-loss", "market for battery, Li-ion, NMC532"]
    assert "0.72591" in passing["text"]
    assert ("tier/pass-through-loss", "market for battery, Li-ion, NMC622") not in found
    imbalances = {
        name: (fault["severity"], fault["evidence"]["difference"])
        for (code, name), fault in found.items()
        if code == "tier/mass-imbalance"
    }
    assert imbalances["power electronics, for lorry"] == ("error", "-12.35")
    assert imbalances["battery separator"] == ("warning", "3.927")
    assert "Cell container" not in imbalances
    later = {name for code, name in found if code == "tier/beyond-gate"}
    assert {"treatment of used lorry, 40 metric ton", "market for used Li-ion battery"} <= later


def verifies_and_notices_every_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Offline, with the public keys beside the file; one byte anywhere, and it fails."""
    file = folder / "all.ndjson"
    sound = file.read_bytes()
    assert sound.count(b"\n") == 13
    assert tierlight(["verify", str(file)]) == 0
    for changed in one_byte_changed(sound):
        file.write_bytes(changed)
        assert tierlight(["verify", str(file)]) == 1
    file.write_bytes(sound)
    assert tierlight(["verify", str(file)]) == 0
    capsys.readouterr()


def one_byte_changed(sound: bytes) -> Iterator[bytes]:
    """Another byte in the header, the payload and the signature of the first and last line."""
    lines = sound.splitlines(keepends=True)
    for place in (0, len(lines) - 1):
        start = sum(map(len, lines[:place])) + lines[place].index(b'"declaration":"') + 15
        length = lines[place].index(b'"', start - sum(map(len, lines[:place]))) - 15
        for offset in (20, length // 2, length - 60):
            changed = bytearray(sound)
            changed[start + offset] = ord("A") if sound[start + offset] != ord("A") else ord("B")
            yield bytes(changed)


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_generated_tables_are_what_the_sources_give():
    done = python("-m", "demo.make_data", "--check")
    assert (done.returncode, done.stdout) == (0, "")


def test_no_declared_value_is_without_its_source():
    stated = [
        row
        for file in sorted((DATA / "companies").glob("*/footprints.csv"))
        for row in rows(file)
        if row["kgco2e"]
    ]
    assert len(stated) == 13
    assert all(row["comment"].startswith("Demonstration: ") for row in stated)
    assert {row["primary_data_share"] for row in stated} == {"0"}


def test_lithium_comes_from_two_suppliers():
    by_hand = ByHand(AS_OF_YEAR)
    links = by_hand.companies["CXM"].links["CXM-160"]
    assert [link["share"] for link in links] == ["0.6", "0.4"]
    near(
        str(by_hand.value("CXM", "CXM-160").total),
        Fraction("3.6201") * 3 / 5 + Fraction("24.1051") * 2 / 5,
    )


def test_a_declaration_that_has_expired_is_no_value():
    assert ByHand(2026).value("BSA", "BSA-100").gaps == {"BSA-100"}
    assert ByHand(2022).value("BSA", "BSA-100").total == Fraction("16.8")


def test_the_demo_does_not_empty_a_strangers_folder(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me", "utf-8")
    done = python("demo/run.py", "--out", str(tmp_path))
    assert done.returncode != 0
    assert "name another --out" in done.stderr
    assert (tmp_path / "letter.txt").read_text("utf-8") == "keep me"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_languages_say_the_same(lang):
    english, other = catalogue("en"), catalogue(lang)
    assert list(other) == sorted(other)
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(other[key])), key


@pytest.mark.parametrize(
    ("lang", "amount", "places", "printed"),
    [
        ("en", "13299.724609375", 0, "13,300"),
        ("de", "13299.724609375", 1, "13.299,7"),
        ("zh-CN", "13299.724609375", 0, "13,300"),
        ("en", "0.0031", 2, "<0.01"),
        ("en", "0", 2, "0.00"),
        ("en", None, 2, "–"),
    ],
)
def test_numbers_for_people(lang, amount, places, printed):
    assert Words(lang).number(amount, places) == printed


def test_names_are_shortened_in_the_middle():
    short = shortened("market for battery capacity, Li-ion, NMC811", 30)
    assert short == "market for batt…Li-ion, NMC811"
    assert cells_of(shortened("云河电池系统有限公司", 9)) <= 9


def test_lines_break_between_words_and_between_chinese_characters():
    text = "供应商在独立进程中工作，tierlight-cradle-to-gate/1 是规则集。" * 8
    lines = paragraph(text, "  ").split("\n")
    assert all(cells_of(line) <= width() for line in lines)
    assert "".join(line.strip() for line in lines).replace(" ", "") == text.replace(" ", "")
    assert sum(line.count("tierlight-cradle-to-gate/1") for line in lines) == 8


def test_exactly_one_byte_is_changed():
    payload = b'{"pcfExcludingBiogenicUptake":"15.1"}'
    changed = changed_digit(payload)
    assert changed == b'{"pcfExcludingBiogenicUptake":"25.1"}'
    with pytest.raises(ValueError, match="no emissions"):
        changed_digit(b'{"kgco2e":"1"}')
