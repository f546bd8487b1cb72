"""Sub-meters above their meter, content above what was certified, certificates out of date."""

from decimal import Decimal

import pytest

from hub.activity.ledger import Entry
from hub.activity.stated import SubMetered, sub_metered
from hub.activity.words import Carrier, Flow, Source
from hub.findings.energy.components import RULES, Attributed, judge
from hub.findings.plants.facts import TEXTS, Cell, Fact
from hub.findings.plants.files import facts_of, read_table
from hub.findings.plants.rules import Known
from hub.findings.plants.rules import judge as judge_table
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.messages import LANGUAGES, words_of

D = Decimal
SHARE = D("0.02")
CHINA = Known(shipped(), "CN", 2025)


def reading(amount: str, sub: str = "", month: str = "2025-01", **told) -> Entry:
    cells = {"carrier": Carrier.ELECTRICITY, "flow": Flow.BOUGHT, "meter": "M", "unit": "kWh"}
    source = told.pop("source", Source.METER)
    return Entry(**cells | told, sub_meter=sub, month=month, source=source, amount=amount)


def wholes(*entries: Entry) -> list[SubMetered]:
    return sub_metered(entries)


def found(*entries: Entry) -> list[str]:
    return [each.evidence["difference"] for each in judge(wholes(*entries), [], SHARE)]


MAIN, PRESS = reading("1000"), reading("700", "press")


def test_sub_meters_above_their_meter_are_found_with_the_numbers():
    (finding,) = judge(wholes(MAIN, PRESS, reading("330", "paint")), [], SHARE)
    assert finding.code == "site/components-differ-from-total"
    told = {name: D(finding.evidence[name]) for name in ("sum", "total", "difference")}
    assert told["sum"] - told["total"] == told["difference"] == 30
    assert D(finding.evidence["tolerance"]) == D("21.5")  # 3 × 0.5 + 2 % of 1,000
    where = {"site": "CC", "year": "2025"}
    for language in LANGUAGES:
        told_in = words_of(
            type(finding)(finding.code, finding.severity, "$", where | finding.evidence), language
        )
        assert "–" not in told_in.text
        assert "{" not in told_in.text


@pytest.mark.parametrize(
    "entries",
    [
        (MAIN, PRESS),
        (MAIN, PRESS, reading("300", "paint")),
        (MAIN, PRESS, reading("321", "paint")),  # within 2 % and printed digits
        (MAIN, PRESS, reading("900", "paint", month="2025-02")),  # the meter's month is unknown
        (MAIN, PRESS, reading("900", "paint", meter="N")),  # below another meter
        (MAIN, PRESS, reading("900", "paint", flow=Flow.EXPORTED)),
        (PRESS, reading("900", "paint")),
        (MAIN,),
        (MAIN, PRESS, reading("0.6", "paint", unit="MWh"), reading("300", flow=Flow.SELF_USED)),
        (MAIN, reading("9000", "press", source=Source.ESTIMATE), PRESS),  # a reading beside it
    ],
)  # fmt: skip
def test_what_lies_within_a_meter_is_silent(entries):
    assert found(*entries) == []


def test_units_are_brought_together():
    main = reading("1030")
    assert found(main, reading("1.1", "press", unit="MWh")) == []  # 1.05 to 1.15 MWh, and 2 %
    assert found(main, reading("1.10", "press", unit="MWh")) == ["70"]


@pytest.mark.parametrize(
    ("scheme", "cases"),
    [(None, ["declaration"]), ("  ", ["declaration"]), ("ISCC PLUS", []), ("REDcert", [])],
)
def test_a_declaration_that_names_no_scheme(scheme, cases):
    findings = judge([], [Attributed("P", "d" * 64, scheme)], SHARE)
    assert [each.evidence["case"] for each in findings] == cases
    for each in findings:
        for language in LANGUAGES:
            evidence = {"site": "CC", "year": "2025"} | each.evidence
            words = words_of(type(each)(each.code, each.severity, "$", evidence), language)
            assert "–" not in words.text


def fact(**cells: str) -> Fact:
    texts = {role: text for role, text in cells.items() if role in TEXTS}
    numbers = {role: Cell(text, role) for role, text in cells.items() if role not in TEXTS}
    return Fact("plants.csv", 2, "Plant", numbers, texts=texts, columns={r: r for r in texts})


BALANCE = {"certified_input": "100", "yield": "90 %", "attributed_output": "180", "content": "50 %"}
SCHEME = {"scheme": "ISCC PLUS"}
MASS, ENDED, SCOPE = (
    "claim/mass-balance-over-attributed",
    "claim/certificate-expired",
    "claim/scope-overread",
)


@pytest.mark.parametrize(
    ("cells", "code", "case"),
    [
        (BALANCE | SCHEME | {"content": "60 %"}, MASS, "over"),
        (BALANCE | SCHEME | {"attributed_output": "250"}, MASS, "over"),
        (BALANCE, MASS, "scheme"),
        (BALANCE | SCHEME | {"claim_from": "2024-01-01", "claim_to": "2025-06-30"}, MASS, "period"),
        ({"valid_to": "2024-12-31"}, ENDED, None),
        ({"certificate_type": "Type I", "covers": "scope 1, 2 and 3"}, SCOPE, None),
        ({"certificate_type": "Ⅰ型", "covers": "范围一至范围三"}, SCOPE, None),
        ({"certificate_type": "1", "covers": "1+2+3"}, SCOPE, None),
    ],
)
def test_a_planted_row_is_found_and_told_in_every_language(cells, code, case):
    (one,) = judge_table([fact(**cells)], CHINA)
    assert (one.finding.code, one.finding.evidence.get("case")) == (code, case)
    assert one.finding.severity is CODES[code].severity
    assert set(one.column.split(", ")) <= set(cells)
    for language in LANGUAGES:
        words = words_of(one.finding, language)
        assert "–" not in words.text
        assert words.remedy


@pytest.mark.parametrize(
    "cells",
    [
        BALANCE | SCHEME,
        BALANCE | SCHEME | {"content": "51 %"},  # rounding of four numbers
        BALANCE | SCHEME | {"claim_from": "2025-01-01", "claim_to": "2025-12-31"},
        BALANCE | SCHEME | {"claim_from": "2025", "claim_to": "soon"},
        BALANCE | {"content": "0 %"},
        {"attributed_output": "180", "content": "50 %"} | SCHEME,
        {"certified_input": "1", "yield": "90 %"},
        {"valid_to": "2025-01-01"},
        {"valid_to": "2031-12-31"},
        {"valid_to": "no end"},
        {"certificate_type": "Type I", "covers": "scope 1 and 2"},
        {"certificate_type": "Type II", "covers": "scope 1, 2 and 3"},
        {"certificate_type": "Ⅱ型", "covers": "范围一至范围三"},
        {"certificate_type": "Type III", "covers": "3"},
        {"certificate_type": "", "covers": "3"},
        {"covers": "3"},
    ],
)
def test_a_row_that_claims_no_more_than_it_may_is_silent(cells):
    assert judge_table([fact(**{role: text for role, text in cells.items() if text})], CHINA) == []


def test_a_certificate_is_not_judged_without_a_year():
    assert judge_table([fact(valid_to="1999-12-31")], Known(shipped(), "CN")) == []


def test_every_code_of_the_rules_is_in_the_catalogue():
    assert {str(rule.__doc__).partition(":")[0] for rule in RULES} <= set(CODES)


def test_the_columns_are_known_by_their_headers(tmp_path):
    path = tmp_path / "balances.csv"
    header = ",".join(["name", *BALANCE, "scheme", "valid_to", "certificate_type", "covers"])
    row = 'Resin,100,90%,250,50%,ISCC PLUS,2024-12-31,Type I,"1, 2, 3"'
    path.write_text(f"{header}\n{row}\n", "utf-8")
    facts, _ = facts_of([read_table(path, {})], None)
    assert [each.finding.code for each in judge_table(facts, CHINA)] == [MASS, ENDED, SCOPE]


def test_a_table_of_certificates_alone_is_read(tmp_path):
    path = tmp_path / "certificates.csv"
    path.write_text("name,证书有效期,证书类型,覆盖范围\nA,2024-12-31,Ⅰ型,范围三\n", "utf-8")
    facts, _ = facts_of([read_table(path, {})], None)
    assert [each.finding.code for each in judge_table(facts, CHINA)] == [ENDED, SCOPE]
