"""Readings, production, instruments and shares: what is taken over, refused, superseded, kept."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from hub.activity import queries
from hub.activity.sheets import Sheet
from hub.activity.site_year import site_year
from hub.activity.tables import EnergyReading
from hub.activity.templates import template
from hub.activity.usecases import import_table, record_rows
from hub.activity.words import HEADERS, NAMES, Carrier, Flow
from hub.bom.usecases import import_parts
from hub.kit.csv_table import BadTable
from hub.kit.tables import Base
from hub.parties.tables import Site
from hub.parties.usecases import add_company, add_site
from tests.hub.csv_files import file, refusals
from tierlight_schemas.messages import LANGUAGES

D = Decimal
ENERGY = "site,month,carrier,flow,meter,amount,unit,source,reason\n"


@pytest.fixture
def company(session):
    company = add_company(session, "Aurora Motors", "CN", [])
    add_site(session, company.id, "CC", "Changchun", "CN", "CN-JL")
    import_parts(
        session, company.id, file("number,base_unit,net_mass_kg\nP,piece,2\nQ,piece,3\nR,piece,")
    )
    return company


@pytest.fixture
def load(session, company):
    def load(text: str, sheet: Sheet = Sheet.ENERGY):
        return import_table(session, company.id, sheet, file(text), f"{sheet}.csv", "test")

    return load


@pytest.fixture
def year(session, company):
    def year(number: int = 2025, known_at=None):
        site = session.scalars(select(Site).filter_by(company_id=company.id)).one()
        return site_year(session, company.id, site.id, number, known_at)

    return year


def importing(sheet: Sheet):
    def run(session, company_id, table):
        return import_table(session, company_id, sheet, table, f"{sheet}.csv", "test")

    return run


@pytest.mark.parametrize(
    ("carrier", "amount", "unit", "normal", "expected"),
    [
        ("电", "12000", "度", "kilowatt hour", "12000"),
        ("electricity", "1.2", "万kWh", "kilowatt hour", "12000"),
        ("Strom", "12", "MWh", "kilowatt hour", "12000"),
        ("天然气", "300", "立方", "cubic meter", "300"),
        ("Erdgas", "300", "Nm3", "normal cubic meter", "300"),
        ("natural-gas", "3", "吨标煤", "gigajoule", "87.9228"),
        ("蒸汽", "5", "GJ", "gigajoule", "5"),
        ("Dampf", "2000", "kg", "tonne", "2"),
        ("热力", "1000", "MJ", "gigajoule", "1"),
        ("柴油", "40", "升", "liter", "40"),
        ("煤", "2", "吨", "kilogram", "2000"),
        ("过程排放", "1.5", "t", "kilogram", "1500"),
    ],
)
def test_amounts_are_read_as_people_write_them(load, year, carrier, amount, unit, normal, expected):
    load(ENERGY + f"CC,2025-01,{carrier},,,{amount},{unit},,\n")
    (line,) = year().ledger
    assert (line.unit, line.total) == (normal, D(expected))


def test_the_amount_keeps_its_digits_and_its_unit(session, load):
    load(ENERGY + "CC,2025年1月,电,外购,,12000.50,度,抄表,\n")
    row = session.scalars(select(EnergyReading)).one()
    assert (row.amount, row.unit, row.month, row.source) == ("12000.50", "度", "2025-01", "meter")


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("XX,2025-01,electricity,,,1,kWh,,", (2, "site", "activity/site-unknown")),
        ("CC,2025-13,electricity,,,1,kWh,,", (2, "month", "activity/month")),
        ("CC,Jan 2025,electricity,,,1,kWh,,", (2, "month", "activity/month")),
        ("CC,1825-01,electricity,,,1,kWh,,", (2, "month", "activity/month")),
        ("CC,2025-01,plasma,,,1,kWh,,", (2, "carrier", "csv/word")),
        ("CC,2025-01,electricity,stolen,,1,kWh,,", (2, "flow", "csv/word")),
        ("CC,2025-01,electricity,,,-1,kWh,,", (2, "amount", "csv/out-of-range")),
        ("CC,2025-01,electricity,,,,kWh,,", (2, "amount", "csv/empty-cell")),
        ('CC,2025-01,electricity,,,"12,000",kWh,,', (2, "amount", "csv/number")),
        ("CC,2025-01,electricity,,,1,,,", (2, "unit", "csv/empty-cell")),
        ("CC,2025-01,electricity,,,1,ton,,", (2, "unit", "csv/unit")),
        ("CC,2025-01,electricity,,,1,kg,,", (2, "unit", "activity/unit-of-carrier")),
        ("CC,2025-01,steam,,,1,m3,,", (2, "unit", "activity/unit-of-carrier")),
        ("CC,2025-01,electricity,,,1,kWh,rumour,", (2, "source", "csv/word")),
    ],
)
def test_a_bad_reading_is_named_by_its_cell(session, company, row, refused):
    found = refusals(importing(Sheet.ENERGY), session, company, ENERGY + row + "\n")
    assert found == [refused]
    assert session.scalar(select(func.count()).select_from(EnergyReading)) == 0


VOLUME = "site,part,month,amount,unit"
CLAIM = "site,reference,kind,year,amount,unit,technology,scheme,serial_first,serial_last"
KEY = "site,carrier,part,year,method,sub_meter,quantity,total"
SHARE = "site,carrier,year,code,share"
NEEDS, METHOD, CODE = "activity/certificate-needs", "activity/method-needs", "activity/shared-code"
SERIALS, UNIT = "activity/serials", "activity/unit-of-carrier"


@pytest.mark.parametrize(
    ("sheet", "header", "row", "column", "code"),
    [
        (Sheet.PRODUCTION, VOLUME, "CC,X,2025-01,1,piece", "part", "csv/part-unknown"),
        (Sheet.PRODUCTION, VOLUME, "CC,R,2025-01,1,kg", "unit", "activity/unit-of-part"),
        (Sheet.PRODUCTION, VOLUME, "CC,P,2025-01,1,件件", "unit", "csv/unit"),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,证书,2025,1,MWh,wind,,7,", "scheme", NEEDS),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,证书,2025,1,MWh,wind,绿证,,", "serial_first", NEEDS),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,证书,2025,1,MWh,wind,GO,A9,A1", "serial_last", SERIALS),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,PPA,2025,1,m3,wind,,,", "unit", UNIT),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,PPA,25,1,MWh,wind,,,", "year", "csv/year"),
        (Sheet.INSTRUMENTS, CLAIM, "CC,A,PPA,2025,1,MWh,magic,,,", "technology", "csv/word"),
        (Sheet.ALLOCATIONS, KEY, "CC,电,P,2025,分表,,,", "sub_meter", METHOD),
        (Sheet.ALLOCATIONS, KEY, "CC,电,P,2025,机时,,,9", "quantity", METHOD),
        (Sheet.ALLOCATIONS, KEY, "CC,电,P,2025,机时,,9,", "total", METHOD),
        (Sheet.ALLOCATIONS, KEY, "CC,电,P,2025,机时,,9,0", "total", "csv/out-of-range"),
        (Sheet.SHARES, SHARE, "CC,电,2025,ABCD,50 %", "code", CODE),
        (Sheet.SHARES, SHARE, "CC,电,2025,ABCD,120 %", "share", "csv/out-of-range"),
    ],
)  # fmt: skip
def test_a_bad_row_of_the_other_sheets(session, company, sheet, header, row, column, code):
    table = f"{header}\n{row}\n"
    assert refusals(importing(sheet), session, company, table) == [(2, column, code)]


def test_the_same_again_changes_nothing(session, load):
    text = ENERGY + "CC,2025-01,electricity,,,12000,kWh,,\n"
    load(text)
    report = load(text.replace("kWh", "度"))
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)


def test_a_correction_says_why_and_the_former_stays_known(session, company, load, year):
    text = ENERGY + "CC,2025-01,electricity,,,12000,kWh,,{}\n"
    load(text.format(""))
    then = session.scalar(select(func.max(EnergyReading.recorded_at)))
    corrected = text.replace("12000", "13000")
    refused = refusals(importing(Sheet.ENERGY), session, company, corrected.format(""))
    assert refused == [(2, "reason", "activity/reason-needed")]
    report = load(corrected.format("bill came late"))
    assert (report.added, report.changed) == (0, 1)
    assert [line.total for line in year().ledger] == [D(13000)]
    assert [line.total for line in year(known_at=then).ledger] == [D(12000)]
    assert year(known_at=then.replace(year=2000)).ledger == ()
    kept = session.scalars(queries.all_of(EnergyReading, company.id)).all()
    assert sorted((row.amount, row.reason) for row in kept) == [
        ("12000", None),
        ("13000", "bill came late"),
    ]


def test_a_row_twice_is_refused_but_an_estimate_stands_beside_a_reading(
    session, company, load, year
):
    two = "CC,2025-01,electricity,,,12000,kWh,,\nCC,2025-01,电,,,13000,kWh,{},\n"
    found = refusals(importing(Sheet.ENERGY), session, company, ENERGY + two.format(""))
    assert found == [(3, "site", "activity/twice")]
    load(ENERGY + two.format("估算"))
    (line,) = year().ledger
    assert line.cells["2025-01"].metered == D(12000)
    assert line.cells["2025-01"].estimated == D(13000)
    assert line.total == D(12000)
    assert not year().carriers[0].amounts.is_estimated


def test_only_estimated_is_said(load, year):
    load(ENERGY + "CC,2025-01,electricity,,,13000,kWh,estimate,\n")
    (carrier,) = year().carriers
    assert carrier.amounts.is_estimated
    assert carrier.amounts.used == D(13000)


def test_unknown_months_are_missing_and_not_zero(load, year):
    load(ENERGY + "CC,2025-01,电,,,1,kWh,,\nCC,2025-02,电,,,0,kWh,,\n")
    (carrier,) = year().carriers
    assert carrier.amounts.missing == tuple(f"2025-{month:02d}" for month in range(3, 13))


def test_a_gap_of_one_meter_is_a_missing_month(load, year):
    rows = [f"CC,2025-{m:02d},电,,{meter},1,kWh,," for m in range(1, 13) for meter in "AB"]
    rows.remove("CC,2025-06,电,,B,1,kWh,,")
    load(ENERGY + "\n".join(rows))
    assert year().carriers[0].amounts.missing == ("2025-06",)


def test_a_meter_that_changes_its_unit_misses_no_month(load, year):
    rows = [f"CC,2025-{m:02d},天然气,,,1,{'GJ' if m in (5, 6) else '立方'},," for m in range(1, 13)]
    load(ENERGY + "\n".join(rows))
    found = {each.amounts.unit: each.amounts for each in year().carriers}
    assert {unit: (each.used, each.missing) for unit, each in found.items()} == {
        "cubic meter": (D(10), ()),
        "gigajoule": (D(2), ()),
    }


def test_flows_of_a_site(load, year):
    load(
        ENERGY
        + "CC,2025-01,电,外购,,1000,度,,\nCC,2025-01,电,自发自用,,200,度,,\n"
        + "CC,2025-01,电,上网,,50,度,,\nCC,2025-01,电,转供,,100,度,,\n"
        + "CC,2025-01,电,储能损耗,,7,度,,\n"
    )
    (carrier,) = year().carriers
    found = carrier.amounts
    assert (found.grid, found.self_used, found.used) == (D(900), D(200), D(1100))
    assert (found.by_flow[Flow.EXPORTED], found.by_flow[Flow.STORAGE_LOSS]) == (D(50), D(7))
    assert carrier.sides.location == carrier.sides.factor.kg * 900


def test_steam_and_heat_stand_on_their_own(load, year):
    load(ENERGY + "CC,2025-01,steam,,,5,GJ,,\nCC,2025-01,heat,,,7,GJ,,\n")
    found = {each.amounts.carrier: each.sides.location for each in year().carriers}
    assert found == {Carrier.STEAM: D("550"), Carrier.HEAT: D("770")}  # 110 kg a GJ


PRODUCTION = "site,part,month,amount,unit\nCC,P,2025-01,300,件\nCC,Q,2025-01,100,件\n"
POWER = (
    "site,month,carrier,sub_meter,amount,unit\nCC,2025-01,电,,1000,度\nCC,2025-01,电,press,400,度\n"
)


@pytest.mark.parametrize(
    ("rows", "shares", "rest"),
    [
        ("P,2025,mass,,,\nQ,2025,mass,,,", {"P": ("600", "900"), "Q": ("300", "900")}, None),
        ("P,2025,pieces,,,", {"P": ("300", "400")}, "0.25"),
        ("P,2025,sub-meter,press,,", {"P": ("400", "1000")}, "0.6"),
        (
            "P,2025,machine-hours,,30,120\nQ,2025,分表,press,,",
            {"P": ("30", "120"), "Q": ("400", "1000")},
            "0.35",
        ),
        ("P,2025,sub-meter,unheard,,", {"P": None}, "unknown"),
        ("R,2025,mass,,,", {"R": None}, "unknown"),
    ],
)
def test_products_take_their_share(load, year, rows, shares, rest):
    load(POWER)
    load(PRODUCTION, Sheet.PRODUCTION)
    lines = "\n".join(f"CC,电,{row}" for row in rows.splitlines())
    load(f"site,carrier,part,year,method,sub_meter,quantity,total\n{lines}\n", Sheet.ALLOCATIONS)
    found = year()
    shared = found.carriers[0].shared
    told = {found.numbers[basis.product]: basis for basis, _ in shared.shares}
    for number, sides in shares.items():
        if sides is None:
            assert told[number].share is None
        else:
            assert (told[number].part, told[number].whole) == tuple(map(D, sides))
    if rest == "unknown":
        assert shared.rest is None
    elif rest:
        assert shared.rest == D(rest)
    else:  # two thirds and a third
        assert 0 < shared.rest < D("1e-45")


def test_a_month_that_one_product_lacks_leaves_shares_unknown(load, year):
    load(POWER)
    load(PRODUCTION + "CC,P,2025-02,300,件\n", Sheet.PRODUCTION)
    load("site,carrier,part,year,method\nCC,电,P,2025,mass\n", Sheet.ALLOCATIONS)
    assert [share for _, share in year().carriers[0].shared.shares] == [None]


def test_revenue_is_accepted_with_a_warning(load):
    table = "site,carrier,part,year,method,quantity,total\nCC,电,P,2025,产值,3,10\n"
    report = load(table, Sheet.ALLOCATIONS)
    assert [note["code"] for note in report.notes] == ["activity/by-revenue"]
    assert report.added == 1


def test_rows_of_a_document_are_judged_as_a_table_is(session, company):
    good = {"site": "CC", "month": "2025-01", "carrier": "电", "amount": "1", "unit": "度"}
    report = record_rows(session, company.id, Sheet.ENERGY, [good], "test")
    assert (report.rows, report.added) == (1, 1)
    with pytest.raises(BadTable) as refused:
        record_rows(session, company.id, Sheet.ENERGY, [good | {"amount": "x"}], "test")
    assert [(d["row"], d["column"]) for d in refused.value.details] == [("1", "amount")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", Sheet)
def test_a_template_is_read_but_for_its_empty_cells(session, company, sheet, language):
    table = template(sheet, language).decode()
    found = refusals(importing(sheet), session, company, table)
    assert {code for _, _, code in found} <= {"csv/empty-cell", "activity/shared-code"}
    assert (2, "site", "csv/empty-cell") in found


def test_every_word_and_header_has_names_and_none_has_two_meanings():
    for words, names in NAMES.items():
        assert set(names) == set(words)
        said = [n.lower() for word in names for n in (word, *names[word].split(", "))]
        several = {n for n in said if said.count(n) > 1}
        assert several <= {w.value.lower() for w in words}  # a name may repeat its own word
    for headers in HEADERS.values():
        assert set(headers) == {"zh-CN", "de"}


def test_every_table_has_a_key():
    kept = {m.class_ for m in Base.registry.mappers if m.class_.__module__ == "hub.activity.tables"}
    assert set(queries.KEYS) == kept
