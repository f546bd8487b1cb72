"""The page of a site's meters against its products."""

from decimal import Decimal

import pytest

from hub.activity.sheets import Sheet
from hub.activity.usecases import record_rows
from hub.findings.energy.reconciling import Balance, Limits, Line
from hub.parties.usecases import add_site
from supplier_portal.reconciliation_picture import picture
from tests.cast import AURORA, BEIFENG
from tierlight_schemas.checks.printed import Printed

D = Decimal
LIMITS = Limits(D("0.02"), D("0.05"))


def exact(value: int) -> Printed:
    return Printed(D(value), D(0))


def balance(claimed: int | None, sold: int = 0, other: int = 0) -> Balance:
    amount = None if claimed is None else exact(claimed)
    lines = (Line("P", amount, "p"), Line("office", exact(other)))
    return Balance("steam", "gigajoule", exact(100 + sold), exact(sold), lines, LIMITS)


SHARED = balance(80, other=15)


@pytest.mark.parametrize(
    ("given", "metered", "claimed", "net"),
    [
        (SHARED, {"net": 100}, {"products": 80, "other-uses": 15, "remainder": 5}, 100),
        (balance(125), {"net": 80}, {"products": 100}, 80),
        (balance(75, sold=25), {"net": 80, "sold-on": 20}, {"products": 60, "remainder": 20}, 80),
        (balance(None, other=20), {"net": 100}, {"other-uses": 20, "unknown": 80}, 100),
        (balance(0), {"net": 100}, {"remainder": 100}, 100),
    ],
)  # fmt: skip
def test_two_bars_of_one_scale(given, metered, claimed, net):
    drawn = picture(given)
    assert drawn is not None
    assert {piece.name: piece.length for piece in drawn.metered} == metered
    assert {piece.name: piece.length for piece in drawn.claimed} == claimed
    assert drawn.net == net


def test_nothing_metered_is_no_picture():
    assert picture(Balance("steam", "", None, None, (), LIMITS)) is None
    assert picture(Balance("steam", "kg", exact(0), exact(0), (), LIMITS)) is None


@pytest.fixture
def site(world):
    """A year of power, of which the one product claims more than there is."""
    session, company_id = world.session, world.members[AURORA].company_id
    site_id = add_site(session, company_id, "CC", "Changchun", "CN", "CN-JL").id
    world.part(AURORA, "SHAFT")
    months = [f"2025-{month:02d}" for month in range(1, 13)]
    told = {"site": "CC", "amount": "1000"}
    power = {"carrier": "electricity", "unit": "kWh"}
    rows = {
        Sheet.ENERGY: [told | power | {"month": month} for month in months],
        Sheet.PRODUCTION: [
            told | {"part": "SHAFT", "unit": "piece", "month": month} for month in months
        ],
        Sheet.USES: [told | power | {"period": "2025", "use": "office"}],
    }
    for sheet, told_rows in rows.items():
        record_rows(session, company_id, sheet, told_rows, "test")
    session.commit()
    cells = {"period_start": "2025-01-01", "period_end": "2026-01-01", "site": "CC"}
    world.declared(AURORA, "SHAFT", **cells, **{"carrier-quantity:electricity": "1.20 kWh"})
    return site_id


def test_the_page_shows_lines_verdict_picture_and_findings(seat, site):
    browser = seat(AURORA)
    page = browser.open(f"/sites/{site}/reconciliation?year=2025")
    text = page.one("main").text
    assert "More is claimed than was metered" in text
    assert "products claim 14,400 kWh of Electricity, but 12,000 were metered" in text
    first = page.one("section", **{"aria-labelledby": "balance-1"})
    rows = {
        tr.one("th").text: [d["value"] for d in tr.all("data")]
        for tr in first.one("tbody").all("tr")
    }
    assert [D(value) for value in rows["Net"]] == [12_000]
    assert [D(value) for value in rows["Remainder"]] == [-3_400]
    assert [D(value) for value in rows["Offices"]] == [1_000]
    assert {rect["class"] for rect in first.all("rect")} == {
        "bar-net",
        "bar-products",
        "bar-other-uses",
    }
    assert first.one("figure")["aria-describedby"] == first.one("div", class_="table-frame")["id"]
    links = [a["href"] for a in page.one("section", **{"aria-labelledby": "findings"}).all("a")]
    assert links == ["#balance-1", "#balance-2"]


def test_the_page_of_the_site_leads_there(seat, site):
    browser = seat(AURORA)
    links = [a["href"] for a in browser.open(f"/sites/{site}/energy?year=2025").all("a")]
    assert f"/sites/{site}/reconciliation?year=2025" in links


def test_the_table_can_be_kept(seat, site):
    answer = seat(AURORA).fetch(f"/sites/{site}/reconciliation.csv?year=2025")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "electricity,kilowatt hour,,,product,SHAFT,1.2,12000,piece,14400" in answer.text


@pytest.mark.parametrize("path", ["reconciliation?year=2025", "reconciliation.csv?year=2025"])
def test_another_s_site_is_no_site(seat, site, path):
    browser = seat(BEIFENG)
    told = browser.fetch(f"/sites/{site}/{path}")
    absent = browser.fetch(f"/sites/00000000-0000-4000-8000-000000000000/{path}")
    assert told.status_code == absent.status_code == 404


def test_a_clerk_enters_what_the_office_used(seat, site):
    browser = seat(AURORA)
    page = f"/sites/{site}/energy"
    form = browser.open(f"{page}?year=2025").one("form", action=f"{page}/uses")
    told = {"period": "2025-01", "carrier": "electricity", "use": "canteen", "unit": "kWh"}
    assert browser.submit(form, **told, amount="-1").status_code == 400
    assert browser.submit(form, **told, amount="50").status_code == 303
    text = browser.open(f"/sites/{site}/reconciliation?year=2025").one("main").text
    assert "Canteen" in text
