"""What a factory uses, over HTTP; and what two companies learn of each other by it: nothing."""

from datetime import date
from typing import Any

import pytest

from hub.access.roles import Role
from hub.access.usecases import add_machine, issue_token
from hub.activity.shared_codes import new_code
from hub.factors.registry import SetName, import_set
from hub.findings import settings_file
from hub.findings.settings import FindingSettings
from hub.kit.workbook import XLSX
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, CELLWERK
from tests.hub.csv_files import file
from tests.hub.workbooks import workbook
from tests.schemas.factors.own_factor import ROW
from tierlight_schemas.findings import Severity

TABLE = {"Content-Type": "text/csv"}


@pytest.fixture
def sites(world):
    """A site of each of the two, in Jilin and in Guangdong."""
    made = {
        actor: add_site(
            world.session, world.members[actor].company_id, "S", "Plant", "CN", place
        ).id
        for actor, place in ((AURORA, "CN-JL"), (BEIFENG, "CN-GD"))
    }
    world.session.commit()
    return made


def record(world, actor, sheet, *rows):
    answer = world.post(actor, f"/v1/activity/{sheet}", json={"rows": list(rows)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def reading(month: str = "2022-01", amount: str = "1000", **cells: str) -> dict[str, str]:
    told = {"site": "S", "month": month, "carrier": "电", "amount": amount, "unit": "度"}
    return told | cells


def whole_year(amount: str = "1000") -> list[dict[str, str]]:
    return [reading(f"2022-{month:02d}", amount) for month in range(1, 13)]


def certificate(reference: str = "A", **cells: str) -> dict[str, str]:
    told = {"site": "S", "reference": reference, "kind": "证书", "year": "2022", "unit": "kWh"}
    told |= {"amount": "4000", "technology": "wind", "scheme": "绿证", "serial_first": "G-001"}
    return told | {"serial_last": "G-004", "retired_on": "2023-01-31"} | cells


def energy(world, actor, sites, **asked):
    path = f"/v1/sites/{sites[actor]}/energy"
    answer = world.get(actor, path, params={"year": 2022} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def findings(world, actor, sites):
    answer = world.get(actor, f"/v1/sites/{sites[actor]}/findings", params={"year": 2022})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_both_values_stand_beside_each_other(world, sites):
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate())
    (power,) = energy(world, AURORA, sites)["carriers"]
    assert power["used"] == "12000"
    assert power["missing_months"] == []
    values = power["values"]
    assert values["location"] == "5918.4"  # 12000 × 0.4932
    assert values["market"] == "4684.8"  # 8000 × 0.5856
    assert values["uncovered_kwh"] == "8000"
    assert values["factor"] == "cn-electricity@2025-12-31:cn-electricity/CN-JL/2022/average"
    assert values["rest_factor"].endswith("CN/2022/residual")
    assert (values["gases"], values["scope"], values["doubts"]) == ("CO2", "direct", [])
    assert findings(world, AURORA, sites) == []


def test_totals_never_mix_kinds_and_name_what_they_lack(world, sites):
    record(
        world,
        AURORA,
        "energy",
        reading(),
        reading(carrier="蒸汽", amount="2", unit="GJ"),
        reading(carrier="过程排放", amount="7", unit="kg"),
        reading(carrier="柴油", amount="5", unit="升"),
    )
    found = energy(world, AURORA, sites)
    assert found["totals"] == [
        {"gases": "CO2", "scope": "direct", "location": "713.2", "market": "805.6"},
        {"gases": "CO2e", "scope": "direct", "location": "7", "market": "7"},
    ]
    assert found["not_in_totals"] == ["diesel"]


def test_nothing_recorded_is_nothing_said(world, sites):
    found = energy(world, AURORA, sites)
    assert found["carriers"] == found["readings"] == found["instruments"] == []


def test_a_table_is_taken_like_rows(world, sites):
    table = "场所,月份,能源种类,数量,单位\nS,2022-01,电,1000,度\n"
    answer = world.post(AURORA, "/v1/activity/energy/import", content=table, headers=TABLE)
    assert (answer.status_code, answer.json()["added"]) == (200, 1)
    assert record(world, AURORA, "energy", reading())["unchanged"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"rows": [reading(amount="viel")]}, "csv/refused"),
        ({"rows": [reading(), {"site": "S"}]}, "csv/refused"),
        ({"rows": []}, "hub/request-form"),
        ({"rows": [{"site": 7}]}, "hub/request-form"),
        ({"rows": [reading()] * 1001}, "hub/request-form"),
        ({"rows": [reading()], "more": "x"}, "hub/request-form"),
    ],
)
def test_a_bad_document_is_refused_whole(world, sites, body, code):
    answer = world.post(AURORA, "/v1/activity/energy", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert energy(world, AURORA, sites)["readings"] == []


def test_history_is_kept_and_told(world, sites):
    record(world, AURORA, "energy", reading())
    record(world, AURORA, "energy", reading(amount="1100", reason="bill came late"))
    path = f"/v1/sites/{sites[AURORA]}/readings"
    standing = world.get(AURORA, path).json()["items"]
    assert [(row["amount"], row["reason"]) for row in standing] == [("1100", "bill came late")]
    every = world.get(AURORA, path, params={"history": True}).json()["items"]
    assert [row["amount"] for row in every] == ["1000", "1100"]
    then = every[0]["recorded_at"]
    assert energy(world, AURORA, sites, known_at=then)["carriers"][0]["used"] == "1000"


@pytest.mark.parametrize("language", ["en", "de", "zh-CN"])
def test_a_template_speaks_the_reader_s_language(world, sites, language):
    answer = world.client.get(
        "/v1/activity/energy/template",
        headers=world.members[AURORA].headers | {"Accept-Language": language},
    )
    first = {"en": "site,month", "de": "Standort,Monat", "zh-CN": "场所,月份"}[language]
    assert answer.content.decode("utf-8-sig").startswith(first)


def test_a_serial_claimed_twice_is_found_for_both_and_names_nobody(world, sites):
    for actor in (AURORA, BEIFENG):
        record(world, actor, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate("Aurora-secret"))
    assert findings(world, AURORA, sites) == []
    other = certificate("Beifeng-secret", serial_first="g-004", serial_last="")
    assert record(world, BEIFENG, "instruments", other)["added"] == 1  # accepted
    for actor, mine, theirs in ((AURORA, "Aurora", "Beifeng"), (BEIFENG, "Beifeng", "Aurora")):
        (found,) = findings(world, actor, sites)
        assert found["code"] == "claim/serial-reused"
        assert found["evidence"]["reference"] == f"{mine}-secret"
        assert theirs not in str(found)
        assert theirs not in str(energy(world, actor, sites))


@pytest.mark.parametrize(
    "cells",
    [
        {"scheme": "GO"},
        {"serial_first": "G-005", "serial_last": "G-009"},
        {"serial_first": "H-001", "serial_last": "H-004"},
        {"amount": "0"},
    ],
)
def test_another_certificate_is_no_second_claim(world, sites, cells):
    for actor in (AURORA, BEIFENG):
        record(world, actor, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate())
    record(world, BEIFENG, "instruments", certificate(**cells))
    assert findings(world, AURORA, sites) == findings(world, BEIFENG, sites) == []


def test_a_claim_that_was_withdrawn_is_none(world, sites):
    for actor in (AURORA, BEIFENG):
        record(world, actor, "energy", *whole_year())
        record(world, actor, "instruments", certificate())
    assert len(findings(world, AURORA, sites)) == 1
    record(world, BEIFENG, "instruments", certificate(amount="0", reason="not ours"))
    assert findings(world, AURORA, sites) == findings(world, BEIFENG, sites) == []


def test_one_company_that_claims_a_serial_under_two_names(world, sites):
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate("A"), certificate("B", amount="1"))
    assert [found["evidence"]["reference"] for found in findings(world, AURORA, sites)] == [
        "A",
        "B",
    ]


def test_findings_are_as_grave_as_the_operator_says(world, sites, monkeypatch):
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate(amount="5", holds="4"))
    assert [found["severity"] for found in findings(world, AURORA, sites)] == ["warning"]
    for said, told in ((Severity.NOTE, ["note"]), (None, [])):
        settings = FindingSettings(severities={"claim/over-claimed": said})
        monkeypatch.setattr(settings_file, "AS_SHIPPED", settings)
        assert [found["severity"] for found in findings(world, AURORA, sites)] == told


@pytest.mark.parametrize(
    ("cells", "case"),
    [
        ({"amount": "12000"}, None),
        ({"amount": "12000.01"}, "site"),
        ({"amount": "12001", "retired_on": ""}, None),
        ({"amount": "5", "holds": "4"}, "instrument"),
        ({"amount": "4", "holds": "4"}, None),
    ],
)
def test_more_is_claimed_than_there_is(world, sites, cells, case):
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "instruments", certificate(**cells))
    found = [f["evidence"].get("case") for f in findings(world, AURORA, sites)]
    assert found == ([case] if case else [])


def test_of_a_year_with_unknown_months_nobody_says_over_claimed(world, sites):
    record(world, AURORA, "energy", reading())
    record(world, AURORA, "instruments", certificate(amount="5000"))
    assert findings(world, AURORA, sites) == []


def test_a_claim_without_electricity_has_no_location_based_twin(world, sites):
    record(world, AURORA, "instruments", certificate())
    assert [f["code"] for f in findings(world, AURORA, sites)] == ["claim/market-only"]


def share(code: str, part: str) -> dict[str, str]:
    return {"site": "S", "carrier": "电", "year": "2022", "code": code, "share": part}


@pytest.mark.parametrize(
    ("mine", "theirs", "is_over"), [("60 %", "40 %", False), ("60 %", "41 %", True)]
)
def test_companies_of_one_site_never_have_more_than_all(world, sites, mine, theirs, is_over):
    code = world.post(AURORA, "/v1/activity/shared-site-codes").json()["code"]
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "shares", share(code, mine))
    record(world, BEIFENG, "energy", *whole_year())
    record(world, BEIFENG, "shares", share(code, theirs))
    power = energy(world, AURORA, sites)["carriers"][0]
    assert power["used"] == "7200"
    assert power["values"]["location"] == "3551.04"  # 7200 × 0.4932
    assert power["tenancy"] == {"code": code, "share": "0.6", "is_over": is_over}
    for actor, own in ((AURORA, "60"), (BEIFENG, theirs.removesuffix(" %"))):
        found = findings(world, actor, sites)
        assert [(f["code"], f["evidence"]["own"]) for f in found] == (
            [("site/shares-over-100", own)] if is_over else []
        )
        names = [AURORA.name, BEIFENG.name]
        assert not any(name in str(found) for name in names)


def test_who_names_another_code_is_alone(world, sites):
    for actor in (AURORA, BEIFENG):
        record(world, actor, "energy", *whole_year())
        record(world, actor, "shares", share(new_code(), "90 %"))
    assert findings(world, AURORA, sites) == []


def test_products_above_100_percent_get_nothing(world, sites):
    world.part(AURORA, "P")
    world.part(AURORA, "Q")
    record(world, AURORA, "energy", *whole_year())
    told = {"site": "S", "carrier": "电", "year": "2022", "method": "机时", "total": "100"}
    both = [told | {"part": "P", "quantity": "60"}, told | {"part": "Q", "quantity": "41"}]
    record(world, AURORA, "allocations", *both)
    shared = energy(world, AURORA, sites)["carriers"][0]["shared"]
    assert shared == {
        "products": [{"part": n, "method": "machine-hours"} for n in shared_order(shared)],
        "sum": "1.01",
    }
    (found,) = findings(world, AURORA, sites)
    assert (found["code"], found["evidence"]["over"]) == ("site/shares-over-100", "1")
    record(world, AURORA, "allocations", both[1] | {"quantity": "15", "reason": "counted anew"})
    shared = energy(world, AURORA, sites)["carriers"][0]["shared"]
    assert {p["part"]: (p["amount"], p["location"]) for p in shared["products"]} == {
        "P": ("7200", "3551.04"),
        "Q": ("1800", "887.76"),
    }
    assert shared["rest"] == "0.25"


def shared_order(shared):
    assert {product["part"] for product in shared["products"]} == {"P", "Q"}
    return [product["part"] for product in shared["products"]]


@pytest.mark.parametrize("path", ["energy?year=2022", "findings?year=2022", "readings"])
def test_another_s_site_is_no_site(world, sites, path):
    for actor in (BEIFENG, CELLWERK):
        answer = world.get(actor, f"/v1/sites/{sites[AURORA]}/{path}")
        absent = world.get(actor, f"/v1/sites/unknown/{path}")
        assert answer.status_code == absent.status_code == 404
        assert answer.content == absent.content


def test_another_s_site_takes_no_readings(world, sites):
    row = reading(site=sites[AURORA])
    answer = world.post(BEIFENG, "/v1/activity/energy", json={"rows": [row]})
    assert answer.status_code == 400
    assert answer.json()["details"][0]["code"] == "activity/site-unknown"


@pytest.mark.parametrize(("role", "status"), [(Role.SUBMITTER, 200), (Role.BUYER, 403)])
def test_a_clerk_records_and_a_buyer_does_not(world, sites, role, status):
    company_id = world.members[AURORA].company_id
    machine, _ = add_machine(world.session, company_id, "meter", [role])
    token = issue_token(world.session, machine, 60)
    world.session.commit()
    answer = world.client.post(
        "/v1/activity/energy",
        json={"rows": [reading()]},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == status


def send_book(world, actor, sheet, *rows):
    header = ["场所", "月份", "能源种类", "数量", "单位"]
    book = workbook(("Read me", [["Ours"]]), (sheet, [header, *rows]))
    path, headers = f"/v1/activity/{sheet.lower()}/import", {"Content-Type": XLSX}
    return world.post(actor, path, content=book, headers=headers)


def test_a_sheet_of_a_workbook_is_a_table(world, sites):
    """A spreadsheet makes a day of what looks like a month."""
    rows = ["S", date(2022, 1, 1), "电", 1000.5, "度"], ["S", "2022-02", "电", 900, "度"]
    assert send_book(world, AURORA, "Energy", *rows).json()["added"] == 2
    (power,) = energy(world, AURORA, sites)["carriers"]
    assert (power["used"], len(power["missing_months"])) == ("1900.5", 10)


def test_a_day_is_no_month(world, sites):
    rows = ["S", date(2022, 1, 1), "电", 1, "度"], ["S", date(2022, 1, 31), "电", 1, "度"]
    answer = send_book(world, AURORA, "Energy", *rows)
    assert answer.status_code == 400
    (problem,) = answer.json()["details"]
    assert (problem["code"], problem["sheet"], problem["cell"]) == (
        "activity/month",
        "Energy",
        "B3",
    )
    assert energy(world, AURORA, sites)["readings"] == []


CONTRACT = {"kind": "direct-contract", "scheme": "", "serial_first": "", "serial_last": ""}
NOT_RETIRED = CONTRACT | {"scheme": "GO", "serial_first": "G-1", "retired_on": ""}


@pytest.mark.parametrize(
    ("cells", "case"),
    [
        ({"technology": "核电"}, "nuclear"),
        ({"technology": "核电", "scheme": "GO"}, "mixed"),
        (CONTRACT | {"technology": "nuclear"}, "mixed"),
        ({"amount": "2.40", "unit": "MWh"}, "own-generation"),
        (CONTRACT | {"amount": "2.404", "unit": "MWh"}, "own-generation"),
        (CONTRACT | {"amount": "2.405", "unit": "MWh"}, "mixed"),
        (CONTRACT | {"amount": "2", "unit": "MWh"}, "mixed"),
        (NOT_RETIRED, "not-retired"),
        (NOT_RETIRED | {"retired_on": "2023-01-31"}, "mixed"),
        (NOT_RETIRED | {"amount": "0"}, None),
    ],
)
def test_an_instrument_is_claimed_as_what_it_is(world, sites, cells, case):
    record(world, AURORA, "energy", *whole_year())
    record(world, AURORA, "energy", reading(amount="2403.9", flow="self-used"))
    record(world, AURORA, "instruments", certificate(**cells))
    found = findings(world, AURORA, sites)
    assert {f["code"] for f in found} <= {"claim/instrument-kind"}
    assert [f["evidence"]["case"] for f in found] == ([case] if case else [])


RESIDUAL = {
    "id": "own/DE/2021/residual",
    "category": "electricity",
    "unit": "kWh",
    "value": "0.6",
    "gases": "CO2",
    "scope": "direct",
    "series": "residual",
    "basis": "market",
    "geography": "DE",
    "year": "2021",
}


def known(world, *changes: dict[str, str]) -> None:
    rows = [ROW | RESIDUAL | change for change in changes]
    text = "\n".join(",".join(cells) for cells in (rows[0], *(row.values() for row in rows)))
    import_set(world.session, SetName("own", "1", "An office", "Free"), file(text))
    world.session.commit()


def german(world) -> dict[str, Any]:
    """The electricity of a German site in 2022, and what is found of it."""
    company_id = world.members[AURORA].company_id
    site = add_site(world.session, company_id, "S", "Werk", "DE").id
    world.session.commit()
    record(world, AURORA, "energy", *whole_year())
    (power,) = energy(world, AURORA, {AURORA: site})["carriers"]
    return power["values"] | {"found": findings(world, AURORA, {AURORA: site})}


def test_a_residual_mix_of_another_kind_is_told_with_both_mixes(world):
    known(world, {})
    values = german(world)
    (found,) = values["found"]
    assert found["code"] == "claim/untracked-on-average-mix"
    told = found["evidence"]
    assert told["average"] == values["rest_factor"]
    assert told["residual"] == "own@1:own/DE/2021/residual"
    assert (told["kwh"], told["residual_value"]) == ("12000", "0.6")
    assert (told["average_kind"], told["residual_kind"]) == ("CO2e life-cycle", "CO2 direct")


def test_of_several_residual_mixes_the_one_of_the_average_s_kind_is_used(world):
    same = {"id": "own/same", "gases": "CO2e AR6", "scope": "life-cycle", "value": "0.7"}
    known(world, {}, same, same | {"id": "own/older", "year": "2019", "value": "0.9"})
    values = german(world)
    assert values["rest_factor"] == "own@1:own/same"
    assert values["market"] == "8400"  # 12000 × 0.7
    assert values["found"] == []


def test_several_residual_mixes_of_other_kinds_are_told_as_one(world):
    known(world, {}, {"id": "own/other", "gases": "CO2e AR6"})
    assert [found["code"] for found in german(world)["found"]] == ["claim/untracked-on-average-mix"]


def test_where_no_residual_mix_is_known_nothing_is_found(world):
    assert german(world)["found"] == []
