"""What ends soon: listed with its days, and one step from the next period."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import update

from hub.calculator.outcomes import outcome
from hub.calculator.usecases import answer, begin
from hub.declarations.tables import DeclarationRow
from hub.kit.clock import now
from hub.parties.usecases import add_site
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.hub.calculator.answers import BRACKET


def ends_in(cars, number: str, days: float, value: str = "2.10") -> str:
    digest = cars.declare(AURORA, number, value, declared_unit="kg", mass_kg="1")
    moved = update(DeclarationRow).where(DeclarationRow.digest == digest)
    cars.world.session.execute(moved.values(valid_to=now() + timedelta(days=days)))
    cars.world.session.commit()
    return str(digest)


def rows(browser) -> list[str]:
    page = browser.open("/expiring")
    return [row.text for row in page.one("tbody").all("tr")] if page.all("tbody") else []


def test_what_ends_within_sixty_days_is_listed_and_what_ended(seat, cars):
    browser = seat(AURORA)
    for row in cars.world.session.query(DeclarationRow).filter_by(company_id=cars.id(AURORA)):
        row.valid_to = now() + timedelta(days=400)
    ends_in(cars, "P-59", 58.5)
    ends_in(cars, "P-61", 61)
    ends_in(cars, "P-OVER", -3)
    found = rows(browser)
    assert [("P-59" in row, "P-OVER" in row) for row in found] == [(False, True), (True, False)]
    assert "has ended" in found[0]
    assert "59 days left" in found[1]


def test_one_step_leads_to_the_same_part_in_the_next_period(seat, cars):
    browser = seat(AURORA)
    part = cars.part(AURORA, "AM-STEEL")
    session, caller = cars.world.session, cars.world.members[AURORA].caller
    draft = begin(session, caller, part)
    answer(session, caller, draft.id, BRACKET)
    session.commit()
    ends_in(cars, "AM-STEEL", 20)
    for row in session.query(DeclarationRow).filter_by(part_id=part):
        row.valid_to = now() + timedelta(days=20)
    session.commit()
    form = browser.open("/expiring").one("form", action=f"/calculations/{draft.id}/next")
    sent = browser.submit(form)
    assert sent.status_code == 303
    assert sent.headers["location"].endswith("/period")


def test_others_see_nothing_of_it(seat, cars):
    ends_in(cars, "AM-STEEL", 20)
    assert rows(seat(FOXGLOVE)) == []


class TestToBeDeclaredAnew:
    def moved(self, browser) -> list[str]:
        page = browser.open("/expiring")
        found = page.all("section", aria_labelledby="moved")
        return [row.text for row in found[0].one("tbody").all("tr")] if found else []

    def calculate(self, cars, part: str, **changed: str):
        session, caller = cars.world.session, cars.world.members[BEIFENG].caller
        draft = begin(session, caller, part)
        draft = answer(session, caller, draft.id, {**BRACKET, "site": "CC", **changed})
        session.commit()
        calculation = outcome(session, caller, draft).calculation
        assert calculation is not None
        return draft, calculation.total

    def test_is_what_a_newer_calculation_moved_by_ten_percent(self, seat, cars):
        browser, part = seat(BEIFENG), cars.part(BEIFENG, "PACK-1")
        add_site(cars.world.session, cars.id(BEIFENG), "CC", "Changchun", "CN", "CN-JL")
        _, total = self.calculate(cars, part)
        cars.declare(BEIFENG, "PACK-1", f"{total:f}", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        assert self.moved(browser) == []
        self.calculate(cars, part)
        assert self.moved(browser) == []
        draft, dearer = self.calculate(cars, part, **{"natural-gas": "400000立方"})
        assert dearer >= total * Decimal("1.1")
        [row] = self.moved(browser)
        assert "PACK-1" in row
        assert browser.open("/expiring").all("a", href=f"/calculations/{draft.id}/result")

    def test_is_nothing_of_others(self, seat, cars):
        assert self.moved(seat(FOXGLOVE)) == []
