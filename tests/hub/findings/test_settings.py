"""The operator's file of severities and tolerances: what it changes, and what it cannot."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hub.findings.flags import Flag
from hub.findings.plants.facts import Cell, Fact
from hub.findings.plants.rules import Known, judge
from hub.findings.rules import View, evaluate
from hub.findings.settings import AS_SHIPPED, FindingSettings
from hub.findings.settings_file import MAX_FILE, read_settings, sensible
from hub.findings.tolerances import SHIPPED
from hub.kit.errors import Conflict
from tests.hub.findings.rules import seen
from tests.schemas.rollup.chains import KG, KWH, line, part, value
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import LANGUAGES, render
from tierlight_schemas.rollup.model import Kind

BALANCE = "tier/mass-imbalance"
POWER = part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH))
STEEL = part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG))
File = Callable[[str], Path]


@pytest.fixture
def file(tmp_path: Path) -> File:
    def write(text: str) -> Path:
        path = tmp_path / "findings.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def casting(steel: str) -> View:
    """1 kg of a casting made of so much steel."""
    lines = (line("steel", steel, KG), line("power", "1", KWH))
    return seen(part("casting", *lines, base_unit=KG), STEEL, POWER)


def told(view: View, settings: FindingSettings, code: str = BALANCE) -> list[Severity]:
    judged = settings.flags(evaluate(replace(view, tolerances=settings.tolerances)))
    return [flag.severity for flag in judged if flag.code == code]


class TestWithoutFile:
    def test_all_is_as_shipped(self):
        assert read_settings(None) is AS_SHIPPED
        assert AS_SHIPPED.tolerances is SHIPPED

    @pytest.mark.parametrize("key", SHIPPED.numbers, ids="/".join)
    def test_every_shipped_number_is_of_a_code_and_sensible(self, key):
        assert key[0] in CODES
        low, high = sensible(*key)
        assert low <= SHIPPED.of(*key) <= high

    def test_an_empty_file_changes_nothing(self, file):
        assert read_settings(file("# nothing\n")).digest == AS_SHIPPED.digest

    def test_what_is_shipped_may_be_said_again(self, file):
        text = f'["{BALANCE}"]\nseverity = "error"\nwarning = "0.02"\n'
        assert read_settings(file(text)).digest == AS_SHIPPED.digest


class TestNumbers:
    @pytest.mark.parametrize(
        ("said", "steel", "expected"),
        [
            ("", "1.03", [Severity.WARNING]),
            ('warning = "0.04"', "1.03", []),
            ("warning = 0.04", "1.03", []),
            ('warning = "0.04"', "1.05", [Severity.WARNING]),
            ("error = 0.04", "1.05", [Severity.ERROR]),
        ],
    )
    def test_are_what_the_rules_compare_with(self, file, said, steel, expected):
        settings = read_settings(file(f'["{BALANCE}"]\n{said}\n'))
        assert told(casting(steel), settings) == expected

    def test_that_are_not_named_stay(self, file):
        settings = read_settings(file(f'["{BALANCE}"]\nwarning = "0.05"\n'))
        assert settings.tolerances.of(BALANCE, "warning") == Decimal("0.05")
        assert settings.tolerances.of(BALANCE, "error") == SHIPPED.of(BALANCE, "error")

    @pytest.mark.parametrize(
        ("code", "said", "numbers"),
        [
            ("site/identical-products", "products = 4", {"count": "3"}),
            ("site/implausible-yield", "most = 2500", {"capacity": "1", "generation": "2300"}),
            ("site/factor-vintage", "years = 5", {"factor": "0.5568"}),
        ],
    )
    def test_are_those_of_tables_too(self, file, code, said, numbers):
        same = {"mean": "1.5", "min": "1.5", "max": "1.5"} if "count" in numbers else {}
        cells = {role: Cell(text, role) for role, text in (numbers | same).items()}
        row = Fact("plants.csv", 2, "Plant", cells)
        known = Known(shipped(), "CN", 2025)
        settings = read_settings(file(f'["{code}"]\n{said}\n'))
        strict = [each.finding.code for each in judge([row], known)]
        mild = judge([row], replace(known, tolerances=settings.tolerances))
        assert code in strict
        assert code not in [each.finding.code for each in mild]


class TestSeverities:
    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ("error", [Severity.ERROR, Severity.WARNING]),
            ("warning", [Severity.WARNING, Severity.NOTE]),
            ("note", [Severity.NOTE, Severity.NOTE]),
            ("off", []),
        ],
    )
    def test_move_all_grades_of_a_rule(self, file, said, expected):
        settings = read_settings(file(f'["{BALANCE}"]\nseverity = "{said}"\n'))
        assert told(casting("1.5"), settings) + told(casting("1.05"), settings) == expected

    def test_may_be_graver_than_shipped(self, file):
        settings = read_settings(file('["tier/default-used"]\nseverity = "error"\n'))
        assert settings.graded("tier/default-used", Severity.NOTE) is Severity.ERROR
        assert settings.graded("tier/missing", Severity.WARNING) is Severity.WARNING

    def test_are_those_of_tables_too(self, file):
        cells = {"share": Cell("12 %", "share")}
        found = judge([Fact("plants.csv", 2, "Plant", cells)], Known(shipped()))
        code = "site/share-without-denominator"
        for said, expected in (("note", [Severity.NOTE]), ("off", []), ("error", ["error"])):
            settings = read_settings(file(f'["{code}"]\nseverity = "{said}"\n'))
            assert [each.finding.severity for each in settings.of_tables(found)] == expected

    def test_of_a_document_may_be_milder(self, file):
        settings = read_settings(file('["document/unit-implausible"]\nseverity = "off"\n'))
        flag = Flag("document/unit-implausible", Severity.WARNING, "maker", {"type": "declaration"})
        assert list(settings.flags([flag])) == []


def faults(path: Path) -> list[dict[str, str]]:
    with pytest.raises(Conflict) as refused:
        read_settings(path)
    assert refused.value.params["file"] == str(path)
    return refused.value.details


BAD: list[tuple[str, str, dict[str, str]]] = [
    ('["tier/mass-balance"]\nwarning = "0.03"', "code", {"found": "tier/mass-balance"}),
    ('[tier]\nwarning = "0.03"', "code", {"found": "tier"}),
    ('"tier/missing" = "off"', "table", {"finding": "tier/missing"}),
    (
        f'["{BALANCE}"]\nnote = "0.03"',
        "name",
        {"allowed": "severity, error, lines-with-mass, warning"},
    ),
    ('["tier/missing"]\nshare = "0.03"', "name", {"allowed": "severity"}),
    (f'["{BALANCE}".warning]\nx = 1', "number", {"name": "warning"}),
    (f'["{BALANCE}"]\nwarning = "3 %"', "number", {"found": "3 %"}),
    (f'["{BALANCE}"]\nwarning = "0,03"', "number", {"found": "0,03"}),
    (f'["{BALANCE}"]\nwarning = "3e-2"', "number", {"found": "3e-2"}),
    (f'["{BALANCE}"]\nwarning = true', "number", {"found": "True"}),
    (f'["{BALANCE}"]\nwarning = nan', "number", {"found": "NaN"}),
    (f'["{BALANCE}"]\nwarning = inf', "number", {"found": "Infinity"}),
    (f'["{BALANCE}"]\nwarning = 2026-01-01', "number", {"found": "2026-01-01"}),
    (f'["{BALANCE}"]\nwarning = "3"', "range", {"low": "0", "high": "1"}),
    (f'["{BALANCE}"]\nwarning = "-0.03"', "range", {"found": "-0.03"}),
    ('["tier/inbound-leg-missing"]\nkilometres = 0', "range", {"low": "5", "high": "50000"}),
    (f'["{BALANCE}"]\nwarning = "0.2"', "order", {"first": "warning", "high": "0.10"}),
    ('["site/implausible-yield"]\nleast = 3000', "order", {"first": "least", "second": "most"}),
    (f'["{BALANCE}"]\nseverity = "grave"', "severity", {"found": "grave"}),
    (f'["{BALANCE}"]\nseverity = 1', "severity", {"found": "1"}),
    (f'["{BALANCE}"]\nseverity = []', "severity", {"found": "[]"}),
    ('["document/unit-implausible"]\nseverity = "error"', "door", {"shipped": "warning"}),
    ('["door/too-large"]\nseverity = "off"', "door", {"found": "off"}),
    ('["trust/bad-signature"]\nseverity = "note"', "door", {"found": "note"}),
]


class TestRefused:
    @pytest.mark.parametrize(("text", "code", "told"), BAD, ids=[text for text, *_ in BAD])
    def test_with_place_and_remedy(self, file, text, code, told):
        (fault,) = faults(file(text))
        assert fault["code"] == f"settings/{code}"
        assert told.items() <= fault.items()
        for lang in LANGUAGES:
            words = render(fault["code"], fault, lang)
            assert words.text
            assert words.remedy
            assert "–" not in words.text

    def test_all_faults_at_once(self, file):
        text = f'["{BALANCE}"]\nwarning = "x"\nseverity = "x"\n["tier/x"]\n'
        assert len(faults(file(text))) == 3

    @pytest.mark.parametrize("text", ["[", "a = ", '["a"]\n["a"]\n', "#" * (MAX_FILE + 1)])
    def test_what_is_no_toml(self, file, text):
        with pytest.raises(Conflict) as refused:
            read_settings(file(text))
        assert refused.value.code == "settings/file"
        assert refused.value.params["reason"]

    def test_bytes_of_another_code(self, tmp_path):
        path = tmp_path / "findings.toml"
        path.write_bytes(b"# \xff\n")
        with pytest.raises(Conflict, match="settings/file"):
            read_settings(path)

    @pytest.mark.parametrize("name", ["absent.toml", "."])
    def test_what_is_no_file(self, tmp_path, name):
        with pytest.raises(Conflict, match="settings/file"):
            read_settings(tmp_path / name)


@pytest.mark.parametrize(
    "code",
    [c for c, r in CODES.items() if r.family is Family.TRUST and c not in TRUST_FINDINGS],
)
def test_what_is_judged_at_the_door_alone_cannot_be_set(file: Any, code: str) -> None:
    assert faults(file(f'["{code}"]\nseverity = "off"\n'))[0]["code"] == "settings/door"
