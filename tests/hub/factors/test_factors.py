"""factors.csv: a company's own table of secondary factors."""

import pytest
from sqlalchemy import func, select

from hub.factors import queries
from hub.factors.tables import Factor
from hub.factors.usecases import import_factors
from hub.parties.usecases import add_company
from tests.hub.calling import calling
from tests.hub.csv_files import file, refusals

HEADER = "category,unit,value,source,year\n"
TABLE = HEADER + 'steel,kg,1.90,"worldsteel, 2023",2023\nCH4,kg,29.8,IPCC AR6,2021\n'


@pytest.fixture
def company(session):
    return add_company(session, "Aurora Motors", "DE", [])


@pytest.fixture
def load(session, company):
    return lambda text: import_factors(session, company.id, file(text))


def in_use(session, company, known_at=None):
    factors = queries.factors_of(session, company.id, known_at)
    return {(f.category, f.unit, f.year): (f.value, f.source) for f in factors}


def test_factors_are_kept_exactly(session, company, load):
    report = load(TABLE)
    assert (report.rows, report.added, report.changed, report.unchanged) == (2, 2, 0, 0)
    assert in_use(session, company) == {
        ("steel", "kilogram", 2023): ("1.90", "worldsteel, 2023"),
        ("CH4", "kilogram", 2021): ("29.8", "IPCC AR6"),
    }


def test_the_same_again_changes_nothing(session, load):
    load(TABLE)
    report = load(TABLE.replace("1.90", "190e-2").replace("kg", "KGM"))
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)
    assert session.scalar(select(func.count()).select_from(Factor)) == 2


@pytest.mark.parametrize("change", [("1.90", "2.1"), ("worldsteel", "someone else")])
def test_a_change_is_recorded_anew_and_the_old_value_stays_known(session, company, load, change):
    load(TABLE)
    before = in_use(session, company)
    then = max(factor.recorded_at for factor in session.scalars(select(Factor)))
    report = load(TABLE.replace(*change))
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    assert in_use(session, company) != before
    assert in_use(session, company, then) == before
    assert in_use(session, company, then.replace(year=2000)) == {}


def test_other_factors_years_and_units_stay(session, company, load):
    load(TABLE)
    load(HEADER + "steel,kg,1.8,worldsteel,2024\nsteel,t,1800,worldsteel,2023\n")
    assert len(in_use(session, company)) == 4


def test_a_company_has_its_own(session, company, load):
    load(TABLE)
    other = add_company(session, "Other", "DE", [])
    assert in_use(session, other) == {}
    assert import_factors(session, other.id, file(TABLE)).added == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",kg,1,IPCC,2021", ("category", "csv/empty-cell")),
        ("CH4,,1,IPCC,2021", ("unit", "csv/empty-cell")),
        ("CH4,ton,1,IPCC,2021", ("unit", "csv/unit")),
        ("CH4,kg,,IPCC,2021", ("value", "csv/empty-cell")),
        ("CH4,kg,high,IPCC,2021", ("value", "csv/number")),
        ("CH4,kg,1,,2021", ("source", "csv/empty-cell")),
        ("CH4,kg,1,IPCC,", ("year", "csv/empty-cell")),
        ("CH4,kg,1,IPCC,AR6", ("year", "csv/year")),
        ("steel,KG,2,other,2023", ("category", "csv/factor-twice")),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(session, company, row, problem):
    text = f"{HEADER}steel,kg,1.9,worldsteel,2023\n{row}\n"
    assert refusals(import_factors, session, company, text) == [(3, *problem)]
    assert in_use(session, company) == {}


def test_a_missing_column_is_named(session, company):
    text = "category,unit,value,year\nsteel,kg,1.9,2023\n"
    assert refusals(import_factors, session, company, text) == [(1, "source", "csv/missing-column")]


def test_factors_over_http(client, session, company):
    caller = calling(client, session, company.id)
    other = calling(client, session, add_company(session, "Other", "DE", []).id)
    answer = caller.send_csv("/v1/factors/import", TABLE)
    assert answer.status_code == 200
    assert answer.json()["added"] == 2
    first = caller.get("/v1/factors", limit=1).json()
    rest = caller.get("/v1/factors", after=first["next"]).json()
    assert [f["category"] for f in first["items"] + rest["items"]] == ["CH4", "steel"]
    assert first["items"][0]["value"] == "29.8"
    assert other.get("/v1/factors").json()["items"] == []
