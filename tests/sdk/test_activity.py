"""What a factory's system sends of its meters, and what it reads back."""

import csv
import io

import pytest

from tierlight import BadRequest, Client, NotFound
from tierlight.activity import table_of

JANUARY = {"site": "CC", "month": "2022-01", "carrier": "电", "amount": "1.2", "unit": "万kWh"}
CLAIM = {
    **{"site": "CC", "reference": "绿证-1", "kind": "certificate", "year": "2022"},
    **{"amount": "4", "unit": "MWh", "technology": "wind", "scheme": "GEC"},
    **{"serial_first": "G-001", "serial_last": "G-004", "retired_on": "2023-01-31"},
}


def test_rows_make_a_table_whatever_each_of_them_names():
    rows = [{"site": "A", "amount": "1"}, {"site": 'B "x", y', "unit": "度"}]
    told = list(csv.DictReader(io.StringIO(table_of(rows).decode())))
    assert told == [
        {"site": "A", "amount": "1", "unit": ""},
        {"site": 'B "x", y', "amount": "", "unit": "度"},
    ]


def test_a_table_is_sent_as_it_is(tmp_path):
    path = tmp_path / "energy.csv"
    path.write_bytes("场所\nCC\n".encode("gb18030"))
    assert table_of(path) == table_of(path.read_bytes()) == path.read_bytes()


@pytest.fixture
def site(supplier: Client) -> str:
    return str(supplier.add_site("CC", "Changchun", "CN", "CN-JL")["id"])


def test_a_year_goes_out_and_comes_back(supplier: Client, site: str):
    assert [each["code"] for each in supplier.sites()] == ["CC"]
    assert supplier.send_readings([JANUARY]).added == 1
    assert supplier.send_readings([JANUARY]).unchanged == 1
    assert supplier.send_instruments([CLAIM]).added == 1
    supplier.upload_parts(b"number\nP\n")
    made = {"site": "CC", "part": "P", "month": "2022-01", "amount": "7", "unit": "piece"}
    assert supplier.send_production([made]).added == 1
    key = {"site": "CC", "carrier": "电", "part": "P", "year": "2022", "method": "pieces"}
    assert supplier.send_allocations([key]).added == 1
    office = {"site": "CC", "period": "2022", "carrier": "电", "use": "办公", "unit": "度"}
    assert supplier.send_uses([office | {"amount": "300"}]).added == 1
    (compared,) = supplier.reconciliation(site, 2022)["carriers"]
    assert compared["other"] == "300"
    assert compared["verdict"] == "not-reconcilable"
    assert "no-declaration" in compared["reasons"]
    found = supplier.energy(site, 2022)
    (power,) = found["carriers"]
    assert (power["values"]["location"], power["values"]["market"]) == ("5918.4", "4684.8")
    assert [p["share"] for p in power["shared"]["products"]] == ["1"]
    assert [row["reference"] for row in found["instruments"]] == ["绿证-1"]
    assert supplier.site_findings(site, 2022) == []


def test_what_cannot_be_used_is_refused_whole(supplier: Client, site: str):
    with pytest.raises(BadRequest) as refused:
        supplier.send_readings([JANUARY, JANUARY | {"month": "2022-02", "unit": "ton"}])
    assert refused.value.code == "csv/refused"
    assert "row 3, unit" in refused.value.details[0]["message"]
    assert supplier.energy(site, 2022)["carriers"] == []


def test_a_correction_needs_a_reason(supplier: Client, site: str):
    supplier.send_readings([JANUARY])
    with pytest.raises(BadRequest):
        supplier.send_readings([JANUARY | {"amount": "1.3"}])
    assert supplier.send_readings([JANUARY | {"amount": "1.3", "reason": "late"}]).changed == 1


def test_another_s_site_is_not_found(supplier: Client):
    with pytest.raises(NotFound):
        supplier.energy("unknown", 2022)
    with pytest.raises(BadRequest):
        supplier.send_shares([{"site": "unknown"}])
