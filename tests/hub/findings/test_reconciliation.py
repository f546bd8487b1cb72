"""A site reconciled over HTTP: two products and an in-house stage, signed and recorded."""

from copy import deepcopy
from dataclasses import replace

import pytest

from hub.bom.usecases import import_bom, import_parts
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG
from tests.hub.csv_files import file
from tierlight_schemas.envelope import canonical, digest, strict_json

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
YEAR = {"period_start": "2025-01-01", "period_end": "2026-01-01", "site": "CC"}
PARTS = "number,base_unit,net_mass_kg\nHOUSING,piece,2\nCASTING,piece,1.5\nSHAFT,kg,\n"
BOM = "parent,child,quantity,unit\nHOUSING,CASTING,1,piece\n"


@pytest.fixture
def site(world):
    company_id = world.members[AURORA].company_id
    import_parts(world.session, company_id, file(PARTS))
    import_bom(world.session, company_id, file(BOM))
    site_id = add_site(world.session, company_id, "CC", "Changchun", "CN", "CN-JL").id
    world.session.commit()
    return site_id


def record(world, sheet, *rows):
    body = {"rows": [{"site": "CC"} | row for row in rows]}
    answer = world.post(AURORA, f"/v1/activity/{sheet}", json=body)
    assert answer.status_code == 200, answer.text


def monthly(**cells):
    return [{"month": month} | cells for month in MONTHS]


def power(amount: str = "12500", **cells: str):
    return monthly(carrier="电", amount=amount, unit="度", **cells)


def declare(world, number, quantity, unit="piece", **cells):
    told = {"kgco2e": "12", "declared_unit": unit, "mass_kg": "2" if unit == "piece" else ""}
    told |= {"carrier-quantity:electricity": quantity} if quantity else {}
    return world.declared(AURORA, number, **YEAR | told | cells)


@pytest.fixture
def plant(world, site):
    """A site in which all fits: 150,000 kWh, 6,000 sold on, 141,000 claimed and used."""
    record(world, "energy", *power(), *power("500", flow="转供"))
    record(world, "production", *monthly(part="HOUSING", amount="1500", rejects="100", unit="件"))
    record(world, "production", *monthly(part="CASTING", amount="2000", unit="件"))
    record(world, "production", *monthly(part="SHAFT", amount="1.000", unit="t"))
    record(
        world,
        "uses",
        {"period": "2025", "carrier": "电", "use": "办公", "amount": "3", "unit": "MWh"},
    )
    declare(world, "HOUSING", "4.0 kWh", kgco2e="40")
    declare(world, "CASTING", "1.50 kWh")
    declare(world, "SHAFT", "2.1 kWh", unit="kg")
    return site


def ask(world, site, actor=AURORA, **asked):
    path = f"/v1/sites/{site}/reconciliation"
    answer = world.get(actor, path, params={"year": 2025} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def electricity(world, site, **asked):
    (found,) = ask(world, site, **asked)["carriers"]
    return found


def codes(world, site):
    answer = world.get(AURORA, f"/v1/sites/{site}/findings", params={"year": 2025})
    return [(each["code"], each["evidence"].get("case")) for each in answer.json()]


def test_a_plant_in_which_all_fits(world, plant):
    found = electricity(world, plant)
    assert (found["metered"], found["sold_on"], found["net"]) == ("150000", "6000", "144000")
    lines = {line["name"]: line for line in found["lines"]}
    assert {name: line["amount"] for name, line in lines.items()} == {
        "CASTING": "36000",  # 24,000 × 1.50
        "HOUSING": "76800",  # (18,000 good + 1,200 rejected) × 4.0; the casting is not within
        "SHAFT": "25200",  # 12 t × 1,000 × 2.1
        "office": "3000",
    }
    assert lines["CASTING"]["goes_into"] == ["HOUSING"]
    assert (found["claimed"], found["other"], found["remainder"]) == ("138000", "3000", "3000")
    assert (found["verdict"], found["reasons"]) == ("fits", [])
    (sums,) = ask(world, plant)["emissions"]
    assert (sums["gases"], sums["scope"], sums["net"]) == ("CO2", "direct", "67262.4")  # × 0.4671
    assert sums["remainder"] == "1401.3"
    assert codes(world, plant) == []


def test_a_cradle_to_gate_value_is_never_compared(world, plant):
    declare(world, "HOUSING", "4.0 kWh", kgco2e="999999")
    assert electricity(world, plant)["claimed"] == "138000"


def test_products_that_claim_more_than_the_site_used(world, plant):
    declare(world, "SHAFT", "3.1 kWh", unit="kg")
    assert electricity(world, plant)["verdict"] == "exceeds"
    assert codes(world, plant) == [
        ("site/parts-exceed-total", "products"),
        ("site/parts-exceed-total", "emissions"),
    ]


def test_a_product_that_claims_nothing_leaves_a_remainder(world, plant):
    declare(world, "SHAFT", None, unit="kg", **{"carrier-quantity:steam": "0.001 GJ"})
    found = {each["carrier"]: each for each in ask(world, plant)["carriers"]}
    assert found["electricity"]["remainder"] == "28200"
    assert found["steam"]["reasons"] == ["not-metered"]
    assert ("site/unexplained-remainder", "carrier") in codes(world, plant)


def test_what_stood_before_can_be_asked_for(world, plant):
    answer = world.get(AURORA, f"/v1/sites/{plant}/readings", params={"history": True})
    then = max(row["recorded_at"] for row in answer.json()["items"])
    declare(world, "SHAFT", "3.1 kWh", unit="kg")
    assert electricity(world, plant)["verdict"] == "exceeds"
    assert electricity(world, plant, known_at=then)["reasons"] == ["no-products"]


def test_without_a_split_nothing_is_reconciled(world, plant):
    declare(world, "HOUSING", None)
    found = electricity(world, plant)
    assert (found["verdict"], found["reasons"]) == ("not-reconcilable", ["no-split"])
    assert "claimed" not in found
    assert found["claimed_at_least"] == "61200"
    assert codes(world, plant) == []


def test_a_split_without_amounts_is_no_split_of_energy(world, plant):
    declare(world, "HOUSING", None, **{"carrier:electricity": "2.5"})
    assert electricity(world, plant)["reasons"] == ["no-quantity"]


@pytest.mark.parametrize(
    ("quantity", "reason"), [("3 kg", "unit"), ("14.4 MJ", None), ("0.0000072 kWh", None)]
)
def test_units_convert_where_physics_allows(world, plant, quantity, reason):
    declare(world, "HOUSING", quantity)
    found = electricity(world, plant)
    assert found["reasons"] == ([reason] if reason else [])
    if quantity == "14.4 MJ":
        assert found["claimed"] == "138000"


def test_a_product_that_was_made_and_never_declared(world, plant):
    import_parts(
        world.session, world.members[AURORA].company_id, file("number,base_unit\nNEW,piece\n")
    )
    world.session.commit()
    record(world, "production", *monthly(part="NEW", amount="1", unit="件"))
    assert electricity(world, plant)["reasons"] == ["no-declaration"]


@pytest.mark.parametrize("site_text", ["CC", None])
def test_a_declared_product_whose_number_nobody_recorded(world, plant, site_text):
    """What is declared for all sites need not be made at this one."""
    told = {"site": site_text} if site_text else {"site": ""}
    declare(world, "EXTRA", "1 kWh", **told)
    assert electricity(world, plant)["reasons"] == (["no-production"] if site_text else [])


def test_a_month_that_is_not_known(world, plant):
    record(world, "energy", *[row | {"month": f"2024-{row['month'][5:]}"} for row in power()])
    record(world, "production", {"part": "SHAFT", "month": "2024-12", "amount": "1", "unit": "t"})
    declare(
        world, "SHAFT", "2.1 kWh", unit="kg", period_start="2024-01-01", period_end="2025-01-01"
    )
    assert electricity(world, plant, year=2024)["reasons"] == ["production-months"]


def test_readings_of_half_a_year(world, site):
    record(world, "energy", *power()[:6])
    assert electricity(world, site)["reasons"] == ["months-missing", "no-products"]


def test_a_process_declaration_is_per_good_unit(world, plant):
    cells = {"boundary": "gate-to-gate", "electricity_kwh": "4.2", "kgco2e": "2"}
    declare(world, "HOUSING", None)
    world.declared(AURORA, "HOUSING", **YEAR | cells)
    lines = {line["name"]: line["amount"] for line in electricity(world, plant)["lines"]}
    assert lines["HOUSING"] == "75600"  # 18,000 good × 4.2: its rejects are within


def test_the_other_year_s_declaration_says_nothing_of_this_one(world, plant):
    later = {"period_start": "2026-01-01", "period_end": "2026-07-01"}
    declare(world, "SHAFT", "9 kWh", unit="kg", **later)
    assert electricity(world, plant)["claimed"] == "138000"


def test_uses_of_months_and_a_year(world, plant):
    rows = monthly(carrier="电", use="Kantine", amount="100", unit="kWh")
    rows = [{"period": row.pop("month")} | row for row in rows]
    record(world, "uses", *rows)
    estimate = {"period": "2025", "carrier": "电", "use": "canteen", "amount": "9", "unit": "MWh"}
    lines = {line["name"]: line.get("amount") for line in electricity(world, plant)["lines"]}
    assert (lines["canteen"], lines["office"]) == ("1200", "3000")
    record(world, "uses", estimate | {"source": "estimate"})
    lines = {line["name"]: line.get("amount") for line in electricity(world, plant)["lines"]}
    assert lines["canteen"] == "9000"  # the row of the year is the whole of it


def test_losses_of_storage_are_a_line_of_their_own(world, plant):
    record(world, "energy", *power("50", flow="storage-loss"))
    lines = {line["name"]: line.get("amount") for line in electricity(world, plant)["lines"]}
    assert lines["storage-loss"] == "600"


def test_several_fuels_are_added_as_energy_only(world, plant):
    record(world, "energy", *monthly(carrier="diesel", amount="1", unit="GJ"))
    record(world, "energy", *monthly(carrier="lpg", amount="2", unit="GJ"))
    found = {each["carrier"]: each for each in ask(world, plant)["carriers"]}
    assert (found["other fuel"]["net"], found["other fuel"]["unit"]) == ("36", "gigajoule")
    record(world, "energy", *monthly(carrier="coal", amount="2", unit="kg"))
    found = {each["carrier"]: each for each in ask(world, plant)["carriers"]}
    assert found["other fuel"]["reasons"] == ["units-apart"]
    assert "other fuel" in ask(world, plant)["without_factor"]


def test_more_sold_on_than_bought(world, plant):
    record(world, "energy", *power("13000", flow="转供", meter="M2"))
    assert electricity(world, plant)["reasons"] == ["sold-more"]


def test_the_table_as_csv(world, plant):
    path = f"/v1/sites/{plant}/reconciliation"
    answer = world.get(AURORA, path, params={"year": 2025, "format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("carrier,unit,gases,scope,line,name,per_unit,units")
    assert any(line.startswith("electricity,kilowatt hour,,,remainder,,,,,3000") for line in lines)
    assert "electricity,kilowatt hour,,,verdict,fits,,,,,,," in lines


@pytest.mark.parametrize("format", ["json", "csv"])
def test_another_s_site_is_no_site(world, plant, format):
    path = "/v1/sites/{}/reconciliation?year=2025&format=" + format
    answer, absent = (world.get(BEIFENG, path.format(name)) for name in (plant, "unknown"))
    assert answer.status_code == absent.status_code == 404
    assert answer.content == absent.content


def test_another_s_declaration_is_not_counted(world, plant):
    world.declared(BEIFENG, "HOUSING", **YEAR, **{"carrier-quantity:electricity": "99 kWh"})
    assert electricity(world, plant)["claimed"] == "138000"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"use": "party"}, "use"),
        ({"use": ""}, "use"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "viel"}, "amount"),
        ({"unit": "kg"}, "unit"),
        ({"period": "2025-13"}, "period"),
        ({"period": "last year"}, "period"),
        ({"carrier": "plasma"}, "carrier"),
    ],
)
def test_a_bad_use_is_named(world, site, cells, column):
    row = {
        "site": "CC",
        "period": "2025年",
        "carrier": "电",
        "use": "来料加工",
        "amount": "1",
        "unit": "度",
    }
    answer = world.post(AURORA, "/v1/activity/uses", json={"rows": [row | cells]})
    assert answer.status_code == 400
    assert [detail["column"] for detail in answer.json()["details"]] == [column]


def test_stock_may_shrink(world, site):
    record(
        world,
        "uses",
        {"period": "2025-12", "carrier": "煤", "use": "库存变化", "amount": "-3", "unit": "t"},
    )


def test_what_is_printed_coarsely_is_allowed_more(world, plant):
    """12 t to the tonne may be 18 t: what that makes is no finding."""
    rows = monthly(part="SHAFT", amount="1", unit="t", reason="as on the slip")
    record(world, "production", *rows)  # the same number, and now without its decimals
    declare(world, "SHAFT", "3.1 kWh", unit="kg")
    found = electricity(world, plant)
    assert (found["remainder"], found["verdict"]) == ("-9000", "fits")


@pytest.mark.parametrize(
    ("kgco2e", "country", "found"),
    [
        ("1.8684", None, []),  # 4.000 × 0.4671, Jilin's of 2023
        ("1.7612", None, [("site/factor-region", "factor")]),  # 4.000 × 0.4403, Guangdong's
        ("1.8684", "DE", [("site/factor-region", "country")]),
    ],
)
def test_the_factor_that_a_split_used(world, plant, kgco2e, country, found):
    cells = {"carrier:electricity": kgco2e} if country is None else {}
    built = AURORA.built(
        "HOUSING",
        **YEAR,
        mass_kg="2",
        **cells,
        **{"carrier-quantity:electricity": "4.000 kWh"},
    )
    if country is not None:
        built = with_country(built, country)
    answer = world.submit(AURORA, AURORA.packed(built))
    assert answer.status_code == 201, answer.text
    assert [each for each in codes(world, plant) if each[0] == "site/factor-region"] == found


def with_country(built, country):
    """The same declaration, whose split says where its electricity was supplied."""
    split = strict_json(built.annexes["split"])
    split["carriers"][0]["country"] = country
    body = canonical(split)
    document = deepcopy(built.document)
    footprint = document["credentialSubject"]["footprint"]
    footprint["extensions"][0]["data"]["annexes"]["split"] = digest(body)
    return replace(built, payload=canonical(document), document=document, annexes={"split": body})


def test_meters_below_a_meter_that_counted_more(world, site):
    record(world, "energy", *power("1000"), *power("1100", sub_meter="press"))
    assert codes(world, site) == [("site/components-differ-from-total", "sub-meters")]


@pytest.mark.parametrize(
    ("balance", "cases"),
    [
        ({"used": True, "attributedSharePercent": "40"}, ["declaration"]),
        ({"used": True, "scheme": "ISCC PLUS", "attributedSharePercent": "40"}, []),
        ({"used": False}, []),
    ],
)
def test_a_mass_balance_that_attributes_more_than_it_may(world, plant, balance, cases):
    built = AURORA.built(
        "HOUSING", **YEAR, mass_kg="2", **{"carrier-quantity:electricity": "4.0 kWh"}
    )
    document = deepcopy(built.document)
    footprint = document["credentialSubject"]["footprint"]
    footprint["extensions"][0]["data"]["massBalance"] = balance
    built = replace(built, payload=canonical(document), document=document)
    answer = world.submit(AURORA, AURORA.packed(built))
    assert answer.status_code == 201, answer.text
    found = [(code, case) for code, case in codes(world, plant)]
    assert found == [("claim/mass-balance-over-attributed", case) for case in cases]
