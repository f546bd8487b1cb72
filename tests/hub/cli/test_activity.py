"""`hub activity` as an operator types it."""

import pytest

from hub.kit.database import as_hub, open_database, transaction
from hub.parties.usecases import add_site

TABLE = "场所,月份,能源种类,数量,单位\nCC,2022-01,电,1.2,万kWh\nCC,2022-01,天然气,100,立方\n"


@pytest.fixture
def site(hub, aurora, own_url):
    database = open_database(own_url)
    with transaction(as_hub(database).write) as session:
        add_site(session, aurora, "CC", "Changchun", "CN", "CN-JL")
    database.engine.dispose()


def test_a_table_goes_in_and_a_year_comes_out(hub, site, write):
    path = write("energy.csv", TABLE)
    ran = hub("activity", "import", "energy", "--company", "lei:A1", path)
    assert ran.status == 0, ran.err
    assert "2 rows read; 2 new, 0 changed, 0 unchanged" in ran.err
    ran = hub("activity", "show", "lei:A1", "CC", "2022")
    assert ran.status == 0, ran.err
    lines = [line.split("\t") for line in ran.out.splitlines()]
    assert lines[1][:6] == [
        *("electricity", "12000", "kilowatt hour", "5918.4", "7027.2", "CO2 direct")
    ]
    assert lines[2][:3] == ["natural-gas", "100", "cubic meter"]
    assert lines[2][3] == lines[2][4] != "–"
    assert "months-missing" in lines[1][7]


def test_a_bad_cell_is_named_and_nothing_goes_in(hub, site, write):
    path = write("energy.csv", TABLE.replace("万kWh", "bushels"))
    ran = hub("activity", "import", "energy", "--company", "lei:A1", path)
    assert ran.status == 1
    assert "row 2, unit: “bushels”" in ran.err
    assert len(hub("activity", "show", "lei:A1", "CC", "2022").out.splitlines()) == 1


def test_a_site_that_is_not_there(hub, site):
    ran = hub("activity", "show", "lei:A1", "XX", "2022")
    assert (ran.status, ran.out) == (1, "")
    assert "no site XX" in ran.err


def test_findings_are_said(hub, site, write):
    claim = "site,reference,kind,year,amount,unit,technology\nCC,PPA-1,PPA,2022,5,MWh,wind\n"
    ran = hub("activity", "import", "instruments", "--company", "lei:A1", write("i.csv", claim))
    assert ran.status == 0, ran.err
    ran = hub("activity", "show", "lei:A1", "CC", "2022")
    assert "the value by location is not known" in ran.err


def test_a_template_is_printed(hub):
    ran = hub("activity", "template", "energy", language="de")
    assert ran.out.splitlines()[0].lstrip("\ufeff").startswith("Standort,Monat,Energieträger")
